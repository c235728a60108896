"""Who holds a post and when: base leaving dates, vacancies, successors, abilities and absences, all drawn before the run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simkit.foundation.parameters import Parameters
from simkit.foundation.streams import stream
from simkit.model.facts import Facts

Flags = npt.NDArray[np.bool_]
SUCCESSOR_CAP = 40  # ends the succession in studies with extreme turnover


@dataclass(frozen=True, kw_only=True)
class Life:
    """One person in one post.

    Parameters
    ----------
    slot, number : int
        Post, and position in its succession (0 is today's holder).
    fte : float
        Working time of the post, 0..1.
    cost_amount : float
        Cost a year.
    joins_h, leaves_h : float
        Office hours since go-live; infinity if that does not happen before the end.
    retires : bool
        Leaves into retirement, not by a quit.
    ability : float
        Standard normal mark.
    absent : numpy.ndarray of bool, shape (days,)
        Absent on this working day, counted from the start of the warm-up.
    """

    slot: int
    number: int
    fte: float
    cost_amount: float
    joins_h: float
    leaves_h: float
    retires: bool
    ability: float
    absent: Flags


def draw_lives(
    facts: Facts, parameters: Parameters, *, seed: int, replication: int, start_h: float, end_h: float
) -> tuple[tuple[Life, ...], ...]:
    """Draw the succession in every post.

    The marks belong to (post, number in the succession), so one more leaver shifts nobody else's. A quit comes after an
    exponential time at the yearly quit rate; a retirement at the post's date or age. The vacancy lasts a lognormal time.

    Returns
    -------
    tuple of tuple of Life
        Per post, in order of succession; a post that is never filled again ends there.
    """
    return tuple(
        _succession(slot, row, facts, parameters, seed, replication, start_h, end_h)
        for slot, row in enumerate(facts.slots.itertuples(index=False))
    )


def _succession(
    slot: int,
    row: object,
    facts: Facts,
    parameters: Parameters,
    seed: int,
    replication: int,
    start_h: float,
    end_h: float,
) -> tuple[Life, ...]:
    v = parameters.value
    day_h = v("time.day_h")
    year_h = day_h * v("time.days_per_year")
    days = round((end_h - start_h) / day_h)
    retires_h = _retirement_h(row, parameters, year_h)
    joins_h, lives = start_h, list[Life]()
    for number in range(SUCCESSOR_CAP):
        marks = stream(seed, replication, f"person.{slot}.{number}")
        quit_mark, fill_mark, fill_chance, ability = (
            marks.exponential(),
            marks.standard_normal(),
            marks.random(),
            marks.standard_normal(),
        )
        rate = v("staff.quit_per_year")
        quits_h = joins_h + quit_mark / rate * year_h if rate > 0 else math.inf
        leaves_h = min(quits_h, retires_h if number == 0 else math.inf)
        leaves_h = max(_day_start(leaves_h, day_h), joins_h + day_h)
        retires = leaves_h < quits_h and number == 0
        absent = _absences(stream(seed, replication, f"absence.{slot}.{number}"), parameters, days)
        lives.append(
            Life(
                slot=slot,
                number=number,
                fte=float(row.fte),  # type: ignore[attr-defined]
                cost_amount=float(row.cost_amount),  # type: ignore[attr-defined]
                joins_h=joins_h,
                leaves_h=leaves_h,
                retires=retires,
                ability=ability,
                absent=absent,
            )
        )
        if leaves_h >= end_h:
            break
        chance = v("staff.retirement_fill_chance") if retires else v("staff.fill_chance")
        if fill_chance >= chance:
            break
        fill_h = v("staff.fill_days") * facts.calendar_ratio * day_h * _lognormal(fill_mark, v("staff.fill_cv"))
        joins_h = max(_day_start(leaves_h + fill_h, day_h), leaves_h)
        if joins_h >= end_h:
            break
    return tuple(lives)


def _retirement_h(row: object, parameters: Parameters, year_h: float) -> float:
    known = float(row.retires_in_years)  # type: ignore[attr-defined]
    if not math.isnan(known):
        return known * year_h
    age = float(row.age_years)  # type: ignore[attr-defined]
    if math.isnan(age):
        return math.inf
    return max((parameters.value("staff.retirement_age_years") - age) * year_h, 0.0)


def _day_start(at: float, day_h: float) -> float:
    """People join and leave in the morning."""
    return at if math.isinf(at) else math.floor(at / day_h) * day_h


def _lognormal(mark: float, cv: float) -> float:
    variance = math.log1p(cv * cv)
    return math.exp(mark * math.sqrt(variance) - variance / 2)


def _absences(marks: np.random.Generator, parameters: Parameters, days: int) -> Flags:
    """Draw holidays (per year two long blocks, one week, single days) and sickness spells of geometric length."""
    absent = np.zeros(days, dtype=np.bool_)
    year_days = round(parameters.value("time.days_per_year"))
    holiday = parameters.value("presence.holiday_days")
    blocks = (holiday / 3, holiday / 3, holiday / 6)
    for first in range(0, days, year_days):
        free = np.zeros(year_days, dtype=np.bool_)
        for length in blocks:
            begin = int(marks.integers(0, max(1, year_days - math.ceil(length) + 1)))
            free[begin : begin + round(length)] = True
        short = round(holiday) - int(free.sum())
        open_days = np.flatnonzero(~free)
        if short > 0 and len(open_days):
            free[marks.permutation(open_days)[:short]] = True
        end = min(first + year_days, days)
        absent[first:end] |= free[: end - first]
    spell = max(parameters.value("presence.sick_spell_days"), 1.0)
    count = marks.poisson(parameters.value("presence.sick_days") / spell * days / year_days)
    starts, lengths = marks.integers(0, days, count), marks.geometric(1 / spell, count)
    for begin, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        absent[begin : begin + length] = True
    return absent
