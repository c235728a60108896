"""Time accounts: every contract hour of every person in exactly one place, read off the record."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.frames import Floats
from simkit.model.event_log.event_log import BLOCKED, PersonDays, Record

ABSENT = "absent"
OVERTIME = "overtime"


def time_account(record: Record, edges: Sequence[float], hours: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return where the hours of each person went in each window.

    Parameters
    ----------
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
    windows = len(edges) - 1
    codes = np.array([person.person for person in record.people], dtype=np.int64)
    table = np.zeros((len(codes), windows, len(ACTIVITIES)))
    row = np.argsort(codes)[np.searchsorted(np.sort(codes), hours["person"].to_numpy(np.int64))]
    place = (row, hours["window"].to_numpy(np.int64), hours["activity"].to_numpy(np.int64))
    np.add.at(table, place, hours["clock_h"].to_numpy(float))
    rest = np.zeros((len(codes), windows, 3))  # absent, overtime, contract
    days = [_day(record, edge) for edge in edges]
    spans = _spans(record)
    for number, person in enumerate(record.people):
        for position, name in enumerate(BLOCKED):
            table[number, :, ACTIVITIES.index(name)] += _sums(person.blocked_h[:, position], days)
        table[number, :, ACTIVITIES.index("idle")] += _idle(record, person, edges, *spans(person.person))
        contract, present = _sums(person.contract_h, days), _sums(person.present_h, days)
        rest[number] = np.column_stack([contract - present, _sums(person.overtime_h, days), contract])
    frame: dict[str, npt.NDArray[Any]] = {
        "person": np.repeat(codes, windows),
        "window": np.tile(np.arange(windows), len(codes)),
    }
    frame |= {name: table[:, :, code].ravel() for code, name in enumerate(ACTIVITIES)}
    frame |= {name: rest[:, :, code].ravel() for code, name in enumerate((ABSENT, OVERTIME, "contract"))}
    return pd.DataFrame(frame)


def _spans(record: Record) -> Callable[[int], tuple[Floats, Floats]]:
    """Return a look-up of the starts and ends of a person's tasks, in order of time."""
    code, start, end = (record.tasks[name].to_numpy(float) for name in ("person", "start_h", "end_h"))
    order = np.lexsort((end, start, code))
    code, start, end = code[order], start[order], end[order]

    def of(person: int) -> tuple[Floats, Floats]:
        low, high = np.searchsorted(code, person, side="left"), np.searchsorted(code, person, side="right")
        return start[low:high], end[low:high]

    return of


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


def entry_hours(record: Record, edges: Sequence[float]) -> pd.DataFrame:
    """Return the hours of every time entry by window.

    Returns
    -------
    pandas.DataFrame
        ``task``, ``window``, ``activity`` (position in ACTIVITIES), ``clock_h``, ``content_h``, ``person``, ``case``,
        ``extra``.
    """
    by_task = task_hours(record, edges)
    if by_task.empty or record.entries.empty:
        columns = ("task", "window", "activity", "clock_h", "content_h", "person", "case", "extra")
        return pd.DataFrame({name: np.zeros(0) for name in columns})
    # The entries of a task stand together, so each row of hours takes its task's stretch of entries.
    task = record.entries["task"].to_numpy(np.int64)
    count = np.bincount(task, minlength=len(record.tasks))
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    chosen = by_task["task"].to_numpy(np.int64)
    repeats = count[chosen]
    row = np.repeat(np.arange(len(chosen)), repeats)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    entry = first[chosen][row] + offset
    share = record.entries["share"].to_numpy(float)[entry]
    tasks = record.tasks.iloc[chosen[row]]
    return pd.DataFrame(
        {
            "task": chosen[row],
            "window": by_task["window"].to_numpy(np.int64)[row],
            "activity": record.entries["activity"].to_numpy(np.int64)[entry],
            "clock_h": by_task["clock_h"].to_numpy(float)[row] * share,
            "content_h": by_task["content_h"].to_numpy(float)[row] * share,
            **{name: tasks[name].to_numpy() for name in ("person", "case", "extra")},
        }
    )


def _idle(record: Record, person: PersonDays, edges: Sequence[float], starts: Floats, ends: Floats) -> Floats:
    """Return the hours between the person's tasks, per window."""
    at = record.start_h + np.arange(len(person.clock_sum)) * record.day_h
    gap_low = np.concatenate([[record.start_h], ends])
    gap_high = np.concatenate([starts, [record.end_h]])
    idle = np.zeros(len(edges) - 1)
    for window, (begin, end) in enumerate(itertools.pairwise(edges)):
        low = np.interp(np.clip(gap_low, begin, end), at, person.clock_sum)
        high = np.interp(np.clip(gap_high, begin, end), at, person.clock_sum)
        idle[window] = float((high - low).sum())
    return idle


def _day(record: Record, edge: float) -> int:
    return round((edge - record.start_h) / record.day_h)


def _sums(per_day: Floats, days: list[int]) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(per_day)])
    return np.diff(total[np.clip(days, 0, len(per_day))])
