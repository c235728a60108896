"""Who holds a post and when: base leaving dates, vacancies, successors, abilities and absences, all drawn before the run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from simkit.foundation.frames import Flags
from simkit.foundation.kept import kept_with_first
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.random_streams import stream
from simkit.model.inputs.model_inputs import ModelInputs

SUCCESSOR_CAP = 40  # ends the succession in studies with extreme turnover


@dataclass(frozen=True, kw_only=True)
class Tenure:
    """One person in one post."""

    slot: int
    number: int
    """Post, and position in its succession (0 holds it at the start)."""
    fte: float
    """Working time of the post, 0..1."""
    cost_amount: float
    """Cost per year."""
    joins_h: float
    leaves_h: float
    """Office hours since go-live; minus infinity for who has always been there, infinity for who never leaves."""
    retires: bool
    """Parameters into retirement, not by a quit."""
    ability: float
    """Standard normal draw."""
    endurance: float
    """Exponential draw with mean 1: how much overload the person bears before leaving because of it."""
    absent: Flags
    """Absent on this working day, counted from the start of the warm-up."""


class Vacancy(NamedTuple):
    """A post that stands vacant at the start."""

    like: int
    """Number of the client's post that it resembles; it sits in the same unit."""
    since_h: float
    joins_h: float
    """Office hours at which its last holder left and its next one comes."""


def vacant_per_filled(parameters: ParameterSet, calendar_ratio: float) -> float:
    """Return how many posts stand vacant per filled one in the stationary state of turnover: quits a year × years vacant.

    Example: 10 % quits a year and 90 days to fill a post: 0.1 × 90/365.25 = 0.025.
    """
    v = parameters.value
    return v("staff.quit_per_year") * v("staff.fill_days") * calendar_ratio / v("time.days_per_year")


@dataclass(frozen=True, kw_only=True)
class Succession:
    """Who follows whom in every post: a pure function of draws that belong to (post, number in the succession).

    So one more leaver shifts nobody else's draws, and somebody whom overload drives away is followed by the same person as
    in any other design, only earlier.

    Parameters
    ----------
    model_inputs, parameters
        The client, and the parameter set of client and scenario.
    """

    model_inputs: ModelInputs
    parameters: ParameterSet
    seed: int
    replication: int
    """Together with a stream's name they fix every draw."""
    start_h: float
    end_h: float
    """First and last office hour; go-live is 0."""
    vacant_share: float = 0.0
    """Posts vacant at the start per filled one, expected."""

    @cached_property
    def vacancies(self) -> tuple[Vacancy, ...]:
        """The posts that stand vacant at the start, so that as many are filled on average later as now.

        The client's list names filled posts only. Their number is rounded by a draw; how long each has been and will be
        vacant is a uniform part of a length-biased vacancy, as an observer at any time finds it.
        """
        v, day_h, posts = self.parameters.value, self.parameters.value("time.day_h"), len(self.model_inputs.slots)
        draws = stream(self.seed, self.replication, "posts.vacant")
        expected = self.vacant_share * posts
        count = int(expected) + int(draws.random() < expected - int(expected))
        mean_h = v("staff.fill_days") * self.model_inputs.calendar_ratio * day_h
        variance = math.log1p(v("staff.fill_cv") ** 2)
        found = []
        for _ in range(count):
            like, chance, part = int(draws.integers(posts)), draws.random(), draws.random()
            length_h = mean_h * math.exp(draws.standard_normal() * math.sqrt(variance) + variance / 2)
            joins_h = max(_day_start(self.start_h + part * length_h, day_h), self.start_h + day_h)
            if chance < v("staff.fill_chance") and joins_h < self.end_h:
                found.append(Vacancy(like, self.start_h - (1 - part) * length_h, joins_h))
        return tuple(found)

    def holder(self, slot: int, number: int, joins_h: float) -> Tenure:
        """Return the person of this number who takes up the post at an office hour.

        A quit comes after an exponential time at the yearly quit rate, a retirement of today's holder at the post's date
        or age. Who holds a post at the start has been there for an exponential time, too, so that some still learn the work.
        """
        v, row = self.parameters.value, self._row(slot)
        year_h = v("time.day_h") * v("time.days_per_year")
        draws = self._draws(slot, number)
        rate = v("staff.quit_per_year")
        quits_h = joins_h + draws.quit / rate * year_h if rate > 0 else math.inf
        leaves_h = min(quits_h, _retirement_h(row, self.parameters, year_h) if number == 0 else math.inf)
        leaves_h = max(_day_start(leaves_h, v("time.day_h")), joins_h + v("time.day_h"))
        if number == 0:
            joins_h = joins_h - draws.before / rate * year_h if rate > 0 else -math.inf
        return Tenure(
            slot=slot,
            number=number,
            fte=float(row.fte),
            cost_amount=float(row.cost_amount),
            joins_h=joins_h,
            leaves_h=leaves_h,
            retires=leaves_h < quits_h and number == 0,
            ability=draws.ability,
            endurance=float(stream(self.seed, self.replication, f"endurance.{slot}.{number}").exponential()),
            absent=self._absent(slot, number),
        )

    def successor(self, tenure: Tenure) -> Tenure | None:
        """Return who takes the post over after a person; None where it is never filled again before the end.

        The vacancy lasts a lognormal time; whether it is filled at all is decided by the leaver's draw.
        """
        v, day_h = self.parameters.value, self.parameters.value("time.day_h")
        draws = self._draws(tenure.slot, tenure.number)
        chance = v("staff.retirement_fill_chance") if tenure.retires else v("staff.fill_chance")
        if tenure.leaves_h >= self.end_h or draws.chance >= chance or tenure.number + 1 >= SUCCESSOR_CAP:
            return None
        fill_h = (
            v("staff.fill_days") * self.model_inputs.calendar_ratio * day_h * _lognormal(draws.fill, v("staff.fill_cv"))
        )
        joins_h = max(_day_start(tenure.leaves_h + fill_h, day_h), tenure.leaves_h)
        return self.holder(tenure.slot, tenure.number + 1, joins_h) if joins_h < self.end_h else None

    def tenures(self) -> tuple[tuple[Tenure, ...], ...]:
        """Return per post who holds it in turn when nobody leaves because of overload; posts vacant at the start come last."""
        posts = len(self.model_inputs.slots)
        held = [self.holder(slot, 0, self.start_h) for slot in range(posts)]
        coming = [self.holder(posts + place, 1, post.joins_h) for place, post in enumerate(self.vacancies)]
        return tuple(self._chain(holder) for holder in (*held, *coming))

    def take_up(self, slot: int, number: int) -> list[float]:
        """Return a person's daily draws, 0..1: idle hours become discretionary work on days below the design's share."""
        days = round((self.end_h - self.start_h) / self.parameters.value("time.day_h"))
        drawn: list[float] = stream(self.seed, self.replication, f"take_up.{slot}.{number}").random(days).tolist()
        return drawn

    def additional(self, posts: int) -> tuple[tuple[Tenure, ...], ...]:
        """Return who holds posts that a design adds at go-live, full-time posts at the mean cost of one.

        Nobody sits there before: the post is filled after as long a time as any vacancy, and its first holder is number 1,
        who is hired and has to learn the work. The draws belong to the post, so adding it moves nobody else's.
        """
        v, day_h = self.parameters.value, self.parameters.value("time.day_h")
        first = len(self.model_inputs.slots) + len(self.vacancies)
        chains = []
        for slot in range(first, first + posts):
            fill_h = v("staff.fill_days") * self.model_inputs.calendar_ratio * day_h
            fill_h *= _lognormal(self._draws(slot, 0).fill, v("staff.fill_cv"))
            joins_h = max(_day_start(fill_h, day_h), day_h)  # the design has to be live
            chains.append(self._chain(self.holder(slot, 1, joins_h)) if joins_h < self.end_h else ())
        return tuple(chains)

    def _chain(self, holder: Tenure) -> tuple[Tenure, ...]:
        chain = [holder]
        while (following := self.successor(chain[-1])) is not None:
            chain.append(following)
        return tuple(chain)

    @cached_property
    def _rows(self) -> list[Any]:
        return list(self.model_inputs.slots.itertuples(index=False))

    def _row(self, slot: int) -> Any:
        slots, rows = self.model_inputs.slots, self._rows
        if slot < len(rows):
            return rows[slot]
        if slot < len(rows) + len(self.vacancies):
            return rows[self.vacancies[slot - len(rows)].like]
        cost = float(slots["cost_amount"].sum() / slots["fte"].sum())
        return _Post(fte=1.0, age_years=math.nan, retires_in_years=math.nan, cost_amount=cost)

    @kept_with_first
    def _draws(self, slot: int, number: int) -> _Draws:
        draws = stream(self.seed, self.replication, f"person.{slot}.{number}")
        return _Draws(
            draws.exponential(), draws.standard_normal(), draws.random(), draws.standard_normal(), draws.exponential()
        )

    def _absent(self, slot: int, number: int) -> Flags:
        day_h = self.parameters.value("time.day_h")
        days = round((self.end_h - self.start_h) / day_h)
        absent = _absences(stream(self.seed, self.replication, f"absence.{slot}.{number}"), self.parameters, days)
        v = self.parameters.value
        share = v("presence.wave_share")
        if share > 0 and stream(self.seed, self.replication, f"wave.{slot}.{number}").random() < share:
            months_h = v("presence.wave_start_months") / 12 * v("time.days_per_year") * day_h
            first = round((months_h - self.start_h) / day_h)
            absent[first : first + round(v("presence.wave_days"))] = True
        return absent


class _Post(NamedTuple):
    fte: float
    age_years: float
    retires_in_years: float
    cost_amount: float


class _Draws(NamedTuple):
    quit: float
    fill: float
    chance: float
    ability: float
    before: float


def _retirement_h(row: object, parameters: ParameterSet, year_h: float) -> float:
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


def _lognormal(draw: float, cv: float) -> float:
    variance = math.log1p(cv * cv)
    return math.exp(draw * math.sqrt(variance) - variance / 2)


def _absences(draws: np.random.Generator, parameters: ParameterSet, days: int) -> Flags:
    """Draw holidays (per year two long blocks, one week, single days) and sickness spells of geometric length.

    Nobody is ill on holiday, and spells that overlap are one, so they begin often enough to make up for that: a share
    q of the days that are no holiday is lost where a day begins −ln(1 − q) ÷ mean length of them. Blocks and spells run
    on from the last day to the first, so that no day is spared.
    """
    v = parameters.value
    year_days = round(v("time.days_per_year"))
    holiday = v("presence.holiday_days") * year_days / v("time.days_per_year")
    absent = np.zeros(days, dtype=np.bool_)
    for first in range(0, days, year_days):
        free = _holidays(draws, holiday, year_days)
        absent[first : first + year_days] = free[: days - first]
    working = np.flatnonzero(~absent)
    ill = min(v("presence.sick_days") / max(v("time.days_per_year") - v("presence.holiday_days"), 1.0), 0.99)
    spell = max(v("presence.sick_spell_days"), 1.0)
    count = draws.poisson(-math.log1p(-ill) / spell * len(working))
    starts, lengths = draws.integers(0, max(len(working), 1), count), draws.geometric(1 / spell, count)
    for begin, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        absent[working[np.arange(begin, begin + length) % len(working)]] = True
    return absent


def _holidays(draws: np.random.Generator, holiday: float, year_days: int) -> Flags:
    """Draw the holidays of one year; a part of a day is a whole one as often as it says."""
    free = np.zeros(year_days, dtype=np.bool_)
    wanted = min(math.floor(holiday + draws.random()), year_days)
    for length in (wanted // 3, wanted // 3, wanted // 6):
        begin = int(draws.integers(0, year_days))
        free[np.arange(begin, begin + length) % year_days] = True
    short = wanted - int(free.sum())
    free[draws.permutation(np.flatnonzero(~free))[:short]] = True
    return free
