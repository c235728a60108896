"""Time accounts: every contract hour of every person in exactly one place, read off the record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.foundation.activities import ACTIVITIES
from simkit.model.record import BLOCKED, PersonDays, Record

Floats = npt.NDArray[np.float64]
ABSENT = "absent"
OVERTIME = "overtime"


def time_account(record: Record, edges: Sequence[float], hours: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return where the hours of each person went in each window.

    Parameters
    ----------
    record : Record
        The log.
    edges : sequence of float
        Borders of the windows, office hours since go-live, on day borders.
    hours : pandas.DataFrame, optional
        `entry_hours` of the same windows, where it is known already.

    Returns
    -------
    pandas.DataFrame
        ``person``, ``window`` (0 …), one column per activity with ``idle``, ``absent``, ``overtime``, ``contract``;
        hours. Activities + absent = contract + overtime. Idle time is measured between tasks, not as what is left over,
        so a person in two tasks at once would show.
    """
    if hours is None:
        hours = entry_hours(record, edges)
    by_person = {int(str(code)): frame for code, frame in hours.groupby("person")}
    nothing = hours.iloc[:0]
    parts = [_person_account(record, person, edges, by_person.get(person.person, nothing)) for person in record.people]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["person", "window", *ACTIVITIES])


def task_hours(record: Record, edges: Sequence[float]) -> pd.DataFrame:
    """Return the hours of every task that fall into each window, by overlap.

    Returns
    -------
    pandas.DataFrame
        ``task`` (row of ``record.tasks``), ``window``, ``clock_h``, ``content_h``.
    """
    tasks, people = record.tasks, {person.person: person for person in record.people}
    start, end = tasks["start_h"].to_numpy(float), tasks["end_h"].to_numpy(float)
    borders = np.asarray(edges, dtype=float)
    first = np.searchsorted(borders, start, side="right") - 1
    last = np.maximum(np.searchsorted(borders, end, side="left") - 1, first)
    inside = (first == last) & (first >= 0) & (first < len(borders) - 1)
    whole = pd.DataFrame(
        {
            "task": np.flatnonzero(inside),
            "window": first[inside],
            "clock_h": tasks["clock_h"].to_numpy(float)[inside],
            "content_h": tasks["content_h"].to_numpy(float)[inside],
        }
    )
    crossing = np.flatnonzero((first != last) & (last >= 0) & (first < len(borders) - 1))
    rows = [row for task in crossing.tolist() for row in _split(record, people, task, borders)]
    if not rows:
        return whole
    return pd.concat([whole, pd.DataFrame(rows, columns=whole.columns)], ignore_index=True)


def _split(
    record: Record, people: dict[int, PersonDays], task: int, borders: Floats
) -> list[tuple[int, int, float, float]]:
    columns = ["person", "start_h", "end_h", "clock_h", "content_h"]
    code, start, end, clock_h, content_h = record.tasks[columns].iloc[task].to_numpy(float).tolist()
    person = people[int(code)]
    rows = []
    for window in range(len(borders) - 1):
        low, high = max(start, borders[window]), min(end, borders[window + 1])
        if high > low:
            part = clock_between(record, person, low, high)
            share = part / clock_h if clock_h > 0 else 0.0
            rows.append((task, window, part, content_h * share))
    return rows


def clock_between(record: Record, person: PersonDays, low: float, high: float) -> float:
    """Return the hours that a person can book between two office hours."""
    at = record.start_h + np.arange(len(person.clock_sum)) * record.day_h
    return float(np.interp(high, at, person.clock_sum) - np.interp(low, at, person.clock_sum))


def _person_account(record: Record, person: PersonDays, edges: Sequence[float], entries: pd.DataFrame) -> pd.DataFrame:
    windows = len(edges) - 1
    hours = {name: np.zeros(windows) for name in ACTIVITIES}
    days = [_day(record, edge) for edge in edges]
    contract, present, overtime = (
        _sums(column, days) for column in (person.contract_h, person.present_h, person.overtime_h)
    )
    for position, name in enumerate(BLOCKED):
        hours[name] += _sums(person.blocked_h[:, position], days)
    booked = _booked(entries, windows)
    for activity in range(len(ACTIVITIES)):
        hours[ACTIVITIES[activity]] += booked[activity]
    hours["idle"] += _idle(record, person, edges)
    frame = pd.DataFrame({"person": person.person, "window": np.arange(windows), **hours})
    return frame.assign(**{ABSENT: contract - present, OVERTIME: overtime, "contract": contract})


def _booked(mine: pd.DataFrame, windows: int) -> Floats:
    """Return the task hours by activity and window."""
    table = np.zeros((len(ACTIVITIES), windows))
    np.add.at(table, (mine["activity"].to_numpy(int), mine["window"].to_numpy(int)), mine["clock_h"].to_numpy(float))
    return table


def entry_hours(record: Record, edges: Sequence[float]) -> pd.DataFrame:
    """Return the hours of every time entry by window.

    Returns
    -------
    pandas.DataFrame
        ``task``, ``window``, ``activity`` (position in ACTIVITIES), ``clock_h``, ``content_h``, ``person``, ``case``,
        ``extra``.
    """
    by_task = task_hours(record, edges)
    frame = record.entries.astype({"task": int, "activity": int}).merge(by_task, on="task", how="inner")
    frame["clock_h"] *= frame["share"]
    frame["content_h"] *= frame["share"]
    chosen = record.tasks[["person", "case", "extra"]].iloc[frame["task"].to_numpy(int)].reset_index(drop=True)
    return pd.concat([frame.drop(columns="share"), chosen], axis=1)


def _idle(record: Record, person: PersonDays, edges: Sequence[float]) -> Floats:
    """Return the hours between the person's tasks, per window."""
    mine = record.tasks[record.tasks["person"] == person.person]
    order = np.argsort(mine["start_h"].to_numpy(float), kind="stable")
    starts, ends = mine["start_h"].to_numpy(float)[order], mine["end_h"].to_numpy(float)[order]
    at = record.start_h + np.arange(len(person.clock_sum)) * record.day_h
    gap_low = np.concatenate([[record.start_h], ends])
    gap_high = np.concatenate([starts, [record.end_h]])
    idle = np.zeros(len(edges) - 1)
    for window in range(len(edges) - 1):
        low = np.interp(np.clip(gap_low, edges[window], edges[window + 1]), at, person.clock_sum)
        high = np.interp(np.clip(gap_high, edges[window], edges[window + 1]), at, person.clock_sum)
        idle[window] = float((high - low).sum())
    return idle


def _day(record: Record, edge: float) -> int:
    return round((edge - record.start_h) / record.day_h)


def _sums(per_day: Floats, days: list[int]) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(per_day)])
    return np.diff(total[np.clip(days, 0, len(per_day))])
