"""Contacts before orders: a lead is found, chance and a season that both share are not, and the power is what it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

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


@pytest.mark.parametrize(("number", "season"), [(24, "harmonics"), (47, "harmonics"), (48, "months")])
def test_two_harmonics_stand_for_the_season_until_four_years_let_each_month_speak(number: int, season: str) -> None:
    random = stream(9, -1, "tests.season")
    made = [pd.Series(random.poisson(50, number).astype(float), months(number)) for _ in range(2)]
    assert studied(*made).season == season


@pytest.mark.parametrize(("number", "amplitude"), [(30, 0.3), (48, 0.15)])
def test_a_season_that_both_share_is_not_taken_for_a_lead(number: int, amplitude: float) -> None:
    """Sixty firms without any effect whose orders peak three months after their contacts: at most what chance allows."""
    random = stream(10, number, "tests.shared_season")
    month = months(number).month.to_numpy()
    finds = 0
    for _ in range(60):
        contacts, orders = (
            pd.Series(
                random.poisson(70 * (1 + amplitude * np.sin(2 * np.pi * (month - lag) / 12))).astype(float),
                months(number),
            )
            for lag in (0, 3)
        )
        table = slopes_by_lag(contacts, orders)
        finds += bool((table["p_value"] < ALPHA / len(table)).any())
    assert finds <= binom.isf(0.001, 60, ALPHA)


def test_below_two_years_nothing_is_said_and_why() -> None:
    short = pd.Series(range(23), months(23), dtype=float)
    study = lead_lag(short, short)
    assert isinstance(study, Missing)
    assert "23 months are not enough" in study.reason.en
    assert "24" in study.reason.en


def test_contacts_that_never_change_cannot_lead() -> None:
    always = pd.Series(5.0, months(30))
    study = lead_lag(always, pd.Series(range(30), months(30), dtype=float))
    assert isinstance(study, Missing)
    assert "every month" in study.reason.en


def test_power_grows_with_the_months_and_is_the_level_where_there_is_nothing_to_see() -> None:
    random = stream(11, -1, "tests.power")
    power = []
    for number in (26, 60, 180):
        contacts = pd.Series(random.normal(100, 20, number), months(number))
        orders = pd.Series(random.normal(100, 10, number), months(number))
        power.append(studied(contacts, orders).by_lag["power"].mean())
    assert power[0] < power[1] < power[2]
    still = pd.Series(100 + random.normal(0, 1e-6, 60), months(60))
    wild = pd.Series(random.normal(100, 30, 60), months(60))
    assert studied(still, wild).by_lag["power"].tolist() == pytest.approx([ALPHA / 7] * 7, rel=1e-3)
