"""Who is at work on which day: holidays, sickness, leaving, vacancies and learning, drawn by post and not by organisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .draws import Flags, Floats, Whole, between, exponential, lognormal, uniform
from .firm import DAY_H, YEAR_DAYS, Firm, Places

BLOCKS = ((10, 105, 175), (7, 0, 90), (5, 185, 240))
"""Long holidays: days, and the first and last day of the year on which they may begin."""
SPELL_DAYS, LONGEST_SPELL = 4.0, 30
START_SPEED = 0.3
"""What a new person does at first, relative to an experienced one."""
MOST_SUCCESSORS = 12


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Presence of every post; arrays of shape (replications, days, posts)."""

    present_h: Floats
    """Hours at work."""
    task_h: Floats
    """Hours of an experienced person that are there for tasks: present less fixed ones, times the speed of who is there."""
    leaves: Flags
    """Whether the holder of the post leaves on this day."""
    holder: NDArray[np.int8]
    """Number of the successor who holds the post; -1 while it is vacant."""


def staff(firm: Firm, places: Places, replications: Whole, days: int) -> Staff:
    """Draw the presence of some replications; day 0 of the arrays is the first day of their first year."""
    holder, speed, leaves = _tenures(firm, replications, days)
    there = (holder >= 0) & ~_holidays(firm, replications, days) & ~_sick(firm, replications, days)
    present = there * (DAY_H * places.fte)
    fixed = firm.meetings_h + firm.administration_h + firm.development_h
    return Staff(
        present_h=present, task_h=there * ((DAY_H - fixed) * places.fte) * speed, leaves=leaves, holder=holder
    )  # fmt: skip


def _tenures(firm: Firm, replications: Whole, days: int) -> tuple[NDArray[np.int8], Floats, Flags]:
    """Return who holds each post, how fast he is, and when he leaves."""
    post = np.arange(firm.people)
    shape = (len(replications), days, firm.people)
    holder, speed, leaves = np.full(shape, -1, np.int8), np.ones(shape), np.zeros(shape, bool)
    day = np.arange(days)[None, :, None]
    start = np.zeros((len(replications), 1, firm.people))
    for number in range(MOST_SUCCESSORS):
        keys = (replications[:, None], post[None, :], number)
        stays = exponential(firm.seed, "tenure", *keys)[:, None, :] * YEAR_DAYS / firm.quit_per_year
        leave = np.ceil(start + stays)
        mine = (day >= start) & (day < leave)
        holder[mine] = number
        if number:
            learning = START_SPEED + (1 - START_SPEED) * (day - start) / firm.ramp_days
            speed = np.where(mine, np.minimum(learning, 1.0), speed)
        leaves |= day == leave
        if (leave >= days).all():
            break
        gap = lognormal(0.5, firm.seed, "vacancy length", *keys)[:, None, :] * firm.vacancy_days
        start = np.ceil(leave + gap)
    return holder, speed, leaves


def _holidays(firm: Firm, replications: Whole, days: int) -> Flags:
    years = -(-days // YEAR_DAYS)
    keys = (replications[:, None, None, None], np.arange(years)[None, :, None, None], np.arange(firm.people))
    day = np.arange(YEAR_DAYS)[None, None, :, None]
    away = np.zeros((len(replications), years, YEAR_DAYS, firm.people), bool)
    for number, (length, first, last) in enumerate(BLOCKS):
        start = np.floor(between(first, last, firm.seed, "holiday", *keys, number))
        away |= (day >= start) & (day < start + length)
    singles = (firm.holiday_days - sum(length for length, _, _ in BLOCKS)) / YEAR_DAYS
    away |= uniform(firm.seed, "single holiday", *keys, day) < singles
    return away.reshape(len(replications), years * YEAR_DAYS, firm.people)[:, :days]


def _sick(firm: Firm, replications: Whole, days: int) -> Flags:
    keys = (replications[:, None, None], np.arange(days)[None, :, None], np.arange(firm.people))
    begins = uniform(firm.seed, "sick", *keys) < firm.sick_days / SPELL_DAYS / YEAR_DAYS
    length = np.ceil(exponential(firm.seed, "spell", *keys) * (SPELL_DAYS - 0.5))
    away = np.zeros(begins.shape, bool)
    for number in range(min(LONGEST_SPELL, days)):
        away[:, number:] |= begins[:, : days - number] & (length[:, : days - number] > number)
    return away
