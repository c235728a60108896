"""Who works at the demo client, and on which days each of them is present."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from simkit.extras.demo_client.truth import (
    DAY_H,
    DEMO,
    FIRST,
    HOLIDAY_DAYS,
    LAST,
    SICK_SPELL_DAYS,
    SICK_SPELLS_PER_YEAR,
    Truth,
)
from simkit.foundation.random_streams import stream

_TEAMS = {
    "Außendienst": ("Vertrieb Süd", "Vertrieb Nord"),
    "Innendienst": ("Auftragszentrum",),
    "Key-Account": ("KAM",),
}


def people(true: Truth = DEMO) -> pd.DataFrame:
    """Return one row per person with a personnel number that has leading zeros and says nothing about the person."""
    frame = pd.DataFrame(
        list(true.staff), columns=["role", "fte", "birth_year", "entry_on", "cost_amount", "retires_on"]
    )
    numbers = stream(true.seed, -1, "demo.personnel_numbers").choice(
        np.arange(101, 990), size=len(frame), replace=False
    )
    frame.insert(0, "employee_id", [f"{number:05d}" for number in numbers])
    teams = [_TEAMS[role][position % len(_TEAMS[role])] for position, role in enumerate(frame["role"])]
    frame.insert(2, "team", teams)
    return frame


def working_days() -> pd.DatetimeIndex:
    """Return the working days of the period in Baden-Württemberg, Monday to Friday without public holidays."""
    import holidays

    free = holidays.country_holidays("DE", subdiv="BW", years=range(FIRST.year, LAST.year + 1))
    days = pd.bdate_range(FIRST, LAST)
    return days[[day.date() not in free for day in days]]


def presence_h(staff: pd.DataFrame, days: pd.DatetimeIndex, true: Truth = DEMO) -> np.ndarray:
    """Return the hours each person is at work, one row per person and one column per working day."""
    hours = np.empty((len(staff), len(days)))
    for position, (fte, entry) in enumerate(zip(staff["fte"], staff["entry_on"], strict=True)):
        rng = stream(true.seed, -1, f"demo.presence.{position}")
        away = _holidays(days, rng) | _sickness(len(days), rng) | (days < pd.Timestamp(entry))
        hours[position] = np.where(away, 0.0, DAY_H * fte)
    return hours


def contract_h(staff: pd.DataFrame, days: pd.DatetimeIndex) -> float:
    """Return the contract hours of all people over the period, holidays and sickness included."""
    employed = [(days >= pd.Timestamp(entry)).sum() for entry in staff["entry_on"]]
    return float(DAY_H * (staff["fte"] * employed).sum())


def _holidays(days: pd.DatetimeIndex, rng: np.random.Generator) -> np.ndarray:
    away = np.zeros(len(days), dtype=bool)
    for year in (FIRST.year, FIRST.year + 1):
        window = (days >= pd.Timestamp(year, 7, 1)) & (days < pd.Timestamp(year + 1, 7, 1))
        places = np.flatnonzero(window)
        _take(away, places[days[places] >= pd.Timestamp(year, 12, 22)][:6], 6, 0)
        summer = places[: int(0.2 * len(places))]
        _take(away, summer, 12, int(rng.integers(0, len(summer) - 12)))
        left = HOLIDAY_DAYS - int(away[places].sum())
        while left > 0:
            length = min(left, int(rng.integers(1, 6)))
            _take(away, places, length, int(rng.integers(0, len(places) - length)))
            left = HOLIDAY_DAYS - int(away[places].sum())
    return away


def _take(away: np.ndarray, places: np.ndarray, length: int, start: int) -> None:
    away[places[start : start + length]] = True


def _sickness(days: int, rng: np.random.Generator) -> np.ndarray:
    away = np.zeros(days, dtype=bool)
    for start in rng.integers(0, days, size=rng.poisson(SICK_SPELLS_PER_YEAR * days / 250)):
        away[start : start + rng.geometric(1 / SICK_SPELL_DAYS)] = True
    return away


def retirements_within(staff: pd.DataFrame, years: int) -> int:
    """Return how many people have agreed to retire within some years after the period."""
    limit = dt.date(LAST.year + years, LAST.month, LAST.day).isoformat()
    return int(((staff["retires_on"] != "") & (staff["retires_on"] <= limit)).sum())
