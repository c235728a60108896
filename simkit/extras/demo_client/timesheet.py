"""Who does the demo client's work, and when: entries find a person, a working day and a time of day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.extras.demo_client.demo_work import NO_CUSTOMER, lognormal
from simkit.extras.demo_client.truth import (
    DEMO,
    EFFORT_CV,
    MODULE_BUILDERS,
    MODULE_H_PER_WEEK,
    TRAINING_DAYS_PER_YEAR,
    TRAINING_H,
    WEEKLY,
    YEARS,
    Truth,
)
from simkit.foundation.random_streams import stream

_LOOK_AHEAD_DAYS = 15
_START_OF_DAY_H = 7.75
_LUNCH_H = 12.25
_LUNCH_BREAK_H = 0.75
#: More than any number of days, so that person and day make one number.
_STRIDE = 1_000


def weekly_entries(
    staff: pd.DataFrame, days: pd.DatetimeIndex, present_h: np.ndarray, true: Truth = DEMO
) -> pd.DataFrame:
    """Return meetings, record keeping, training and module building: work that comes with the calendar."""
    rng = stream(true.seed, -1, "demo.weekly")
    weeks = np.asarray((days - days[0]).days + days[0].weekday()) // 7
    rows: list[tuple[int, int, str, float]] = []
    for person, fte in enumerate(staff["fte"]):
        for week in np.unique(weeks):
            there = np.flatnonzero((weeks == week) & (present_h[person] > 0))
            rows.extend(_week(person, there, fte * len(there) / 5, rng))
        rows.extend(_training(person, fte, np.flatnonzero(present_h[person] > 0), rng))
    frame = pd.DataFrame(rows, columns=["person", "day", "label", "hours_h"])
    return frame.assign(customer=NO_CUSTOMER, case="", case_id="", kind="week", group="all", step=0)


def _week(person: int, there: np.ndarray, weight: float, rng: np.random.Generator) -> list[tuple[int, int, str, float]]:
    tasks = [(label, hours) for label, hours, chance in WEEKLY if rng.random() < chance]
    if person < MODULE_BUILDERS:
        tasks.append(("Baukastenentwicklung", MODULE_H_PER_WEEK))
    lengths = lognormal(1.0, EFFORT_CV / 2, len(tasks), rng)
    places = rng.random(len(tasks))
    if not len(there):
        return []
    return [
        (person, int(there[int(place * len(there))]), label, max(round(hours * weight * length, 1), 0.1))
        for (label, hours), length, place in zip(tasks, lengths, places, strict=True)
    ]


def _training(
    person: int, fte: float, there: np.ndarray, rng: np.random.Generator
) -> list[tuple[int, int, str, float]]:
    chosen = rng.choice(there, size=round(TRAINING_DAYS_PER_YEAR * YEARS), replace=False)
    return [(person, int(day), "Schulung", round(TRAINING_H * fte, 1)) for day in chosen]


def with_persons(
    entries: pd.DataFrame, customers: pd.DataFrame, staff: pd.DataFrame, free_h: np.ndarray
) -> pd.DataFrame:
    """Give each case's share to its owner or desk, or, when that person is behind, to the least busy of the same kind.

    Parameters
    ----------
    entries : pandas.DataFrame
        Wanted entries of the cases.
    customers, staff : pandas.DataFrame
        Who owns which account, and the roles.
    free_h : numpy.ndarray
        Hours left after the calendar's own work, shape (people, working days).
    """
    parts = entries.groupby(["case", "doer"], sort=False).agg(
        customer=("customer", "first"), day=("day", "min"), hours_h=("hours_h", "sum")
    )
    parts = parts.sort_values("day", kind="stable")
    persons = _assign(parts.reset_index(), customers, staff, np.cumsum(free_h, axis=1))
    found = pd.Series(persons, index=parts.index, name="person")
    return entries.join(found, on=["case", "doer"])


def _assign(parts: pd.DataFrame, customers: pd.DataFrame, staff: pd.DataFrame, offered_h: np.ndarray) -> np.ndarray:
    desk = staff["role"].to_numpy() == "Innendienst"
    pools = {"owner": np.flatnonzero(~desk), "desk": np.flatnonzero(desk)}
    preferred = {doer: customers[doer].to_numpy() for doer in pools}
    given = np.zeros(len(staff))
    last = offered_h.shape[1] - 1
    chosen = np.empty(len(parts), dtype=int)
    rows = zip(parts["doer"], parts["customer"], parts["day"], parts["hours_h"], strict=True)
    for number, (doer, customer, day, hours) in enumerate(rows):
        reach = offered_h[:, min(max(int(day), 0) + _LOOK_AHEAD_DAYS, last)]
        busy = (given + hours) / np.maximum(reach, 1.0)
        person = int(preferred[doer][customer])
        if busy[person] > 1.0:
            person = int(pools[doer][np.argmin(busy[pools[doer]])])
        given[person] += hours
        chosen[number] = person
    return chosen


def placed(entries: pd.DataFrame, present_h: np.ndarray) -> pd.DataFrame:
    """Put entries on the first day from the wanted one on that still has room; what is left stays undone."""
    fixed = (entries["kind"] != "week").to_numpy()
    entries = entries.assign(fixed=fixed).sort_values(["person", "fixed", "day", "case", "step"], kind="stable")
    found = np.concatenate(
        [_fill(rows, present_h[person]) for person, rows in _by_person(entries)],
    )
    entries = entries.assign(day=found)
    return entries[entries["day"] >= 0].drop(columns="fixed").reset_index(drop=True)


def _by_person(entries: pd.DataFrame) -> list[tuple[int, pd.DataFrame]]:
    return [(int(str(person)), rows) for person, rows in entries.groupby("person", sort=True)]


def _fill(rows: pd.DataFrame, capacity_h: np.ndarray) -> np.ndarray:
    left = capacity_h.copy()
    result = np.full(len(rows), -1)
    for number, (day, hours) in enumerate(zip(rows["day"], rows["hours_h"], strict=True)):
        start = min(int(day), len(left) - 1)
        fits = (left[start:] >= hours) | ((left[start:] == capacity_h[start:]) & (left[start:] > 0))
        place = int(np.argmax(fits))
        if fits[place]:
            result[number] = start + place
            left[start + place] = max(left[start + place] - hours, 0.0)
    return result


def with_times(entries: pd.DataFrame, true: Truth = DEMO) -> pd.DataFrame:
    """Give each entry a start within its day, one after the other with a break at noon, to the minute."""
    entries = entries.sort_values(["person", "day", "case", "step"], kind="stable", ignore_index=True)
    rng = stream(true.seed, -1, "demo.times")
    first = _START_OF_DAY_H + np.round(rng.uniform(0, 1.0, size=100 * _STRIDE) * 12) / 12
    key = (entries["person"] * _STRIDE + entries["day"]).to_numpy()
    before = entries.groupby(key)["hours_h"].cumsum() - entries["hours_h"]
    start = first[key] + before.to_numpy()
    start = np.where(start >= _LUNCH_H, start + _LUNCH_BREAK_H, start)
    return entries.assign(start_minute=np.round(start * 60).astype(int))
