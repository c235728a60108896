"""Time accounts: every contract hour of every person in exactly one place, read off the record."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.frames import Flags, Floats, Whole, stable_order
from simkit.model.event_log.event_log import BLOCKED, PersonDays, Record, running_sums

ABSENT = "absent"
OVERTIME = "overtime"
IDLE = ACTIVITIES.index("idle")


def window_of(at_h: Floats, edges: Sequence[float]) -> Whole:
    """Return the window of each office hour, 0 being the first; −1 for one that falls into none, or is missing."""
    inside = (at_h >= edges[0]) & (at_h < edges[-1])
    window: Whole = np.where(inside, np.searchsorted(edges, at_h, side="right") - 1, -1)
    return window


@dataclass(frozen=True, kw_only=True)
class EntryHours:
    """The hours of time entries by window, one value per entry and window."""

    task: Whole
    window: Whole
    activity: Whole
    """Position in ACTIVITIES."""
    clock_h: Floats
    content_h: Floats

    def sums(self, hours: Floats, windows: int, chosen: Flags | None = None) -> Floats:
        """Return the sums of hours by window, of all entries or of the chosen ones."""
        window, hours = (self.window, hours) if chosen is None else (self.window[chosen], hours[chosen])
        return np.bincount(window, hours, windows).astype(float)


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Where the hours of each person went in each window."""

    people: Whole
    """(people,) code of each."""
    activities: Floats
    """(people, windows, activities) hours, idle time among them."""
    absent: Floats
    overtime: Floats
    contract: Floats
    """(people, windows) hours."""


def accounts(record: Record, edges: Sequence[float], hours: EntryHours) -> Accounts:
    """Return where the hours of each person went in each window, from the entries of the same windows.

    Activities + absent = contract + overtime. Idle time is measured between tasks, not as what is left over, so a person in
    two tasks at once would show.
    """
    windows, kinds = len(edges) - 1, len(ACTIVITIES)
    codes = np.array([person.person for person in record.people], dtype=np.int64)
    row = _row_of_person(record, codes)[hours.task]
    place = (row * windows + hours.window) * kinds + hours.activity
    table: Floats = np.bincount(place, hours.clock_h, len(codes) * windows * kinds).astype(float)
    table = table.reshape(len(codes), windows, kinds)
    present = record.between(running_sums(np.array([person.present_h for person in record.people])), edges)
    blocked = record.between(running_sums(np.array([person.blocked_h for person in record.people])), edges)
    contract, overtime = record.between(record.contract_sums, edges), record.between(record.overtime_sums, edges)
    table[:, :, [ACTIVITIES.index(name) for name in BLOCKED]] += blocked
    for number, (person, spans) in enumerate(zip(record.people, _spans(record, codes), strict=True)):
        table[number, :, IDLE] += _idle(record, person, edges, *spans)
    return Accounts(people=codes, activities=table, absent=contract - present, overtime=overtime, contract=contract)


def time_account(record: Record, edges: Sequence[float]) -> pd.DataFrame:
    """Return the accounts of each person in each window as a table.

    Parameters
    ----------
    edges : sequence of float
        Borders of the windows, office hours since go-live, on day borders.

    Returns
    -------
    pandas.DataFrame
        ``person``, ``window`` (0 …), one column per activity with ``idle``, ``absent``, ``overtime``, ``contract``;
        hours.
    """
    found, windows = accounts(record, edges, hours_of_entries(record, edges)), len(edges) - 1
    frame: dict[str, npt.NDArray[Any]] = {
        "person": np.repeat(found.people, windows),
        "window": np.tile(np.arange(windows), len(found.people)),
    }
    frame |= {name: found.activities[:, :, code].ravel() for code, name in enumerate(ACTIVITIES)}
    frame |= {ABSENT: found.absent.ravel(), OVERTIME: found.overtime.ravel(), "contract": found.contract.ravel()}
    return pd.DataFrame(frame)


def _spans(record: Record, codes: Whole) -> Iterator[tuple[Floats, Floats]]:
    """Yield the starts and ends of each person's tasks, in the order of the log, which is that of their ends."""
    tasks = record.task_columns
    row = _row_of_person(record, codes)
    order = stable_order(row)
    borders = np.cumsum(np.bincount(row, minlength=len(codes)))[:-1]
    yield from zip(np.split(tasks.start_h[order], borders), np.split(tasks.end_h[order], borders), strict=True)


def _row_of_person(record: Record, codes: Whole) -> Whole:
    """Return the position of each task's person among the people."""
    place = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.int64)
    place[codes] = np.arange(len(codes))
    found: Whole = place[record.task_columns.person]
    return found


class _Parts(NamedTuple):
    """The parts of tasks that cross borders, one value each, in the order of the tasks."""

    task: Whole
    window: Whole
    clock_h: Floats
    content_h: Floats


def _by_overlap(record: Record, edges: Sequence[float]) -> tuple[Whole, _Parts]:
    """Return the window of every task, −1 for one that lies in none or in several, and the parts of those in several."""
    tasks, people = record.task_columns, {person.person: person for person in record.people}
    borders = np.asarray(edges, dtype=float)
    first = np.searchsorted(borders, tasks.start_h, side="right") - 1
    ended = np.searchsorted(tasks.end_h, borders, side="right")  # tasks stand in the order of their ends
    last = np.repeat(np.arange(-1, len(borders)), np.diff(ended, prepend=0, append=len(tasks)))
    last = np.maximum(last, first)
    inside = (first == last) & (first >= 0) & (first < len(borders) - 1)
    crossing = np.flatnonzero((first != last) & (last >= 0) & (first < len(borders) - 1))
    rows = np.array([row for task in crossing.tolist() for row in _split(record, people, task, borders)]).reshape(-1, 4)
    parts = _Parts(rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), rows[:, 2], rows[:, 3])
    return np.where(inside, first, -1), parts


def _split(
    record: Record, people: dict[int, PersonDays], task: int, borders: Floats
) -> list[tuple[int, int, float, float]]:
    tasks = record.task_columns
    start, end, clock_h = float(tasks.start_h[task]), float(tasks.end_h[task]), float(tasks.clock_h[task])
    person = people[int(tasks.person[task])]
    rows = []
    for window in range(len(borders) - 1):
        low, high = max(start, borders[window]), min(end, borders[window + 1])
        if high > low:
            part = clock_between(record, person, low, high)
            share = part / clock_h if clock_h > 0 else 0.0
            rows.append((task, window, part, float(tasks.content_h[task]) * share))
    return rows


def clock_between(record: Record, person: PersonDays, low: float, high: float) -> float:
    """Return the hours that a person can book between two office hours."""
    at = record.start_h + np.arange(len(person.clock_sum)) * record.day_h
    return float(np.interp(high, at, person.clock_sum) - np.interp(low, at, person.clock_sum))


def hours_of_entries(record: Record, edges: Sequence[float]) -> EntryHours:
    """Return the hours of every time entry that fall into each window, by overlap."""
    tasks, entries = record.task_columns, record.entry_columns
    window_of_task, crossing = _by_overlap(record, edges)
    whole = np.flatnonzero(window_of_task[entries.task] >= 0)
    task, share = entries.task[whole], entries.share[whole]
    # The entries of a task stand together: of tasks that cross a border each part takes its task's stretch of entries.
    first = np.searchsorted(entries.task, crossing.task)
    repeats = np.searchsorted(entries.task, crossing.task, side="right") - first
    row = np.repeat(np.arange(len(repeats)), repeats)
    part = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return EntryHours(
        task=np.concatenate([task, crossing.task[row]]),
        window=np.concatenate([window_of_task[task], crossing.window[row]]),
        activity=entries.activity[np.concatenate([whole, part])],
        clock_h=np.concatenate([tasks.clock_h[task] * share, crossing.clock_h[row] * entries.share[part]]),
        content_h=np.concatenate([tasks.content_h[task] * share, crossing.content_h[row] * entries.share[part]]),
    )


def entry_hours(record: Record, edges: Sequence[float]) -> pd.DataFrame:
    """Return the hours of every time entry by window as a table.

    Returns
    -------
    pandas.DataFrame
        ``task``, ``window``, ``activity`` (position in ACTIVITIES), ``clock_h``, ``content_h``, ``person``, ``case``,
        ``extra``.
    """
    hours, tasks = hours_of_entries(record, edges), record.task_columns
    of_task = {"person": tasks.person, "case": record.tasks["case"].to_numpy(), "extra": tasks.extra}
    return pd.DataFrame(vars(hours) | {name: column[hours.task] for name, column in of_task.items()})


def _idle(record: Record, person: PersonDays, edges: Sequence[float], starts: Floats, ends: Floats) -> Floats:
    """Return the hours between the person's tasks, per window."""
    at = record.start_h + np.arange(len(person.clock_sum)) * record.day_h
    gap_low = np.concatenate([[record.start_h], ends])
    gap_high = np.concatenate([starts, [record.end_h]])
    low, high = np.interp(gap_low, at, person.clock_sum), np.interp(gap_high, at, person.clock_sum)
    at_edges = np.interp(edges, at, person.clock_sum).tolist()
    idle = np.zeros(len(edges) - 1)
    for window, (begin, end) in enumerate(itertools.pairwise(edges)):
        inside = slice(np.searchsorted(gap_high, begin, side="right"), np.searchsorted(gap_low, end, side="left"))
        gaps = np.zeros(len(gap_low))
        first_h = np.where(gap_low[inside] < begin, at_edges[window], low[inside])
        gaps[inside] = np.where(gap_high[inside] > end, at_edges[window + 1], high[inside]) - first_h
        idle[window] = float(gaps.sum())
    return idle
