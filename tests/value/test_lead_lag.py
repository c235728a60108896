"""Contacts before orders: a lead is found, chance and a season that both share are not, and the power is what it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from simkit.foundation.frames import Floats
from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.value.customers.lead_lag import ALPHA, LeadLag, lead_lag, slopes_by_lag


def months(number: int) -> pd.PeriodIndex:
    return pd.period_range("2020-01", periods=number, freq="M")


def studied(contacts: pd.Series, orders: pd.Series) -> LeadLag:
    found = lead_lag(contacts, orders)
    assert not isinstance(found, Missing)
    return found


@pytest.mark.parametrize("number", [36, 60])
def test_a_lead_of_two_months_is_found(number: int) -> None:
    random = stream(8, -1, "tests.lag")
    contacts = pd.Series(random.normal(100, 10, number), months(number))
    follows = contacts.shift(2).fillna(100) + random.normal(0, 3, number)
    study = studied(contacts, follows)
    assert study.found["lag_months"].tolist() == [2]
    row = study.by_lag.set_index("lag_months").loc[2]
    assert row["power"] > 0.5  # little noise is left beside the contacts
    assert row["low"] < float(np.corrcoef(contacts[:-2], follows[2:])[0, 1]) < row["high"] + 0.1


def finds(number: int, season: Floats, later: Floats, firms: int = 60) -> int:
    """Return in how many firms without any effect something is found, with a season of contacts and one of orders."""
    random = stream(10, number, "tests.shared_season")
    month = months(number).month.to_numpy() - 1
    found = 0
    for _ in range(firms):
        contacts, orders = (
            pd.Series(random.poisson(70 * shape[month]).astype(float), months(number)) for shape in (season, later)
        )
        table = slopes_by_lag(contacts, orders)
        found += bool((table["p_value"] < ALPHA / len(table)).any())
    return found


@pytest.mark.parametrize(("number", "amplitude"), [(30, 0.3), (48, 0.15)])
def test_a_season_that_both_share_is_not_taken_for_a_lead(number: int, amplitude: float) -> None:
    """Sixty firms without any effect whose orders peak three months after their contacts: at most what chance allows."""
    wave = [1 + amplitude * np.sin(2 * np.pi * (np.arange(1, 13) - lag) / 12) for lag in (0, 3)]
    assert finds(number, *wave) <= binom.isf(0.001, 60, ALPHA)


@pytest.mark.parametrize("number", [30, 36, 47])
@pytest.mark.parametrize("factor", [0.2, 3.0])
def test_a_season_of_a_single_month_is_not_taken_for_going_together(number: int, factor: float) -> None:
    single = np.where(np.arange(1, 13) == 8, factor, 1.0)
    assert finds(number, single, single) <= binom.isf(0.001, 60, ALPHA)


def test_below_two_years_to_compare_nothing_is_said_and_why() -> None:
    short = pd.Series(range(29), months(29), dtype=float)
    study = lead_lag(short, short)
    assert isinstance(study, Missing)
    assert "of 23 months both" in study.reason.en
    assert "Below 24" in study.reason.en
    random = stream(12, -1, "tests.long_enough")
    long = pd.Series(random.poisson(50, 30).astype(float), months(30))
    assert studied(long, long.shift(1)[::-1].fillna(40.0).set_axis(months(30))).months == 24


def test_months_that_are_not_known_are_compared_with_nothing() -> None:
    random = stream(13, -1, "tests.gaps")
    contacts, orders = (pd.Series(random.poisson(50, 40).astype(float), months(40)) for _ in range(2))
    assert studied(contacts, orders).months == 34
    gap = contacts.where(months(40) != months(40)[20])
    assert studied(gap, orders).months == 34 - 7  # the month itself, and the six that look back on it
    assert studied(contacts, orders.where(months(40) != months(40)[20])).months == 33
    assert studied(contacts, orders.where(months(40) < months(40)[38])).months == 32
    by_lag = studied(contacts, orders.where(months(40) < months(40)[36])).by_lag
    cut = studied(contacts[:36], orders[:36]).by_lag
    assert by_lag["p_value"].to_numpy() == pytest.approx(cut["p_value"].to_numpy())


def test_contacts_that_never_change_cannot_lead() -> None:
    always = pd.Series(5.0, months(36))
    study = lead_lag(always, pd.Series(range(36), months(36), dtype=float))
    assert isinstance(study, Missing)
    assert "every month" in study.reason.en


def test_power_grows_with_the_months_and_is_the_level_where_there_is_nothing_to_see() -> None:
    random = stream(11, -1, "tests.power")
    power = []
    for number in (32, 60, 180):
        contacts = pd.Series(random.normal(100, 20, number), months(number))
        orders = pd.Series(random.normal(100, 10, number), months(number))
        power.append(studied(contacts, orders).by_lag["power"].mean())
    assert power[0] < power[1] < power[2]
    still = pd.Series(100 + random.normal(0, 1e-6, 60), months(60))
    wild = pd.Series(random.normal(100, 30, 60), months(60))
    assert studied(still, wild).by_lag["power"].tolist() == pytest.approx([ALPHA / 7] * 7, rel=1e-3)
