"""Rates: what the tables count, what the log shows scaled up, and what is too thin or stands on too few people."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_client import made_client, orders, people, value_of

from simkit.study.measured.demand_level import Level, dispersion
from simkit.study.measured.rates import counted_per_year, log_coverage, measured_rates, share_of


def by_key(client):
    return {(rate.name, rate.group): rate for rate in measured_rates(client, value_of(client))}


def deals(number: int = 80, sellers: int = 8) -> pd.DataFrame:
    stage = np.array(["won", "lost", "no_decision", "lost"])[np.arange(number) % 4]
    opened = pd.Timestamp("2023-02-01") + pd.to_timedelta(np.arange(number) * 7, unit="D")
    return pd.DataFrame(
        {
            "opportunity_id": [f"O{n}" for n in range(number)],
            "employee_id": [f"P{n % sellers}" for n in range(number)],
            "stage": stage,
            "opened_on": opened,
            "closed_on": opened + pd.Timedelta(days=40),
        }
    )


def log(kept: float, people_in_it: int = 6) -> pd.DataFrame:
    """Every order entered once and every customer contacted six times, a share of all that written down."""
    table = orders()
    entered = pd.DataFrame(
        {"case_id": table["order_id"], "customer_id": table["customer_id"], "activity": "administration"}
    )
    care = pd.DataFrame({"case_id": pd.NA, "customer_id": [f"K{n % 30}" for n in range(180)], "activity": "care"})
    rows = pd.concat([entered, care], ignore_index=True)
    rows = rows[np.arange(len(rows)) % 10 < round(10 * kept)].reset_index(drop=True)
    started = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.arange(len(rows)) * 389 % 729, unit="D")
    person = [f"P{n % people_in_it}" for n in range(len(rows))]
    return rows.assign(hours=1.0, started_at=started, employee_id=person)


def test_orders_and_shares_are_counted_with_intervals_that_hold_them():
    rates = by_key(made_client())
    assert rates["orders", ""].estimate.value == pytest.approx(300 / (731 / 365.25))
    assert rates["class_share", "bespoke"].estimate.value == pytest.approx(1 / 3)
    for rate in rates.values():
        assert rate.estimate.low < rate.estimate.value < rate.estimate.high


def test_a_share_of_none_has_an_interval_above_zero():
    none = share_of(0, 50)
    assert none.low == 0 and 0.05 < none.high < 0.1


def test_the_interval_of_a_count_is_that_of_poisson_and_wider_with_what_else_is_uncertain():
    plain, uneven, scaled = (
        counted_per_year(400, 2.0, Level(factor=1.0, error=error, weight=0.0), extra)
        for error, extra in ((0.05, 0), (0.1, 0), (0.05, 0.1))
    )
    assert plain.high / plain.value == pytest.approx(np.exp(1.96 / 20), rel=1e-4)
    assert plain.high < scaled.high < uneven.high * 1.1 and plain.low > uneven.low


def test_orders_that_come_in_waves_are_more_uncertain():
    client = made_client()
    even = pd.Series(pd.date_range("2023-01-01", "2024-12-31", periods=400))
    waves = pd.Series(pd.to_datetime(["2023-03-15"] * 150 + ["2024-03-15"] * 150))
    assert dispersion(even, client) < 1.5
    assert dispersion(waves, client) > 20


@pytest.mark.parametrize("kept", [0.5, 0.8, 1.0])
def test_contacts_are_scaled_up_by_the_share_of_orders_whose_entry_was_written_down(kept):
    client = made_client(activities=log(kept))
    coverage = log_coverage(client)
    assert coverage is not None and coverage.counted and coverage.share == pytest.approx(kept)
    contacts = by_key(client)["contacts", "C"].estimate
    assert contacts.value == pytest.approx(6 / (731 / 365.25), rel=0.12)


def dense_log(first: str, last: str) -> pd.DataFrame:
    """On each working day four contacts and two requests; every order entered once."""
    days = pd.bdate_range(first, last)
    kinds = ("care", "care", "service", "care", "care", "service")
    rows = pd.DataFrame([(day, kind) for day in days for kind in kinds], columns=["started_at", "activity"])
    rows["customer_id"] = [f"K{(n * 7 + n // 6) % 30}" for n in range(len(rows))]
    table = orders()
    table = table[table["ordered_on"].between(first, last)]
    entered = pd.DataFrame(
        {
            "started_at": table["ordered_on"],
            "activity": "administration",
            "customer_id": table["customer_id"],
            "case_id": table["order_id"],
        }
    )
    log = pd.concat([rows.assign(case_id=pd.NA), entered], ignore_index=True)
    log["employee_id"] = [f"P{(n + n // 6) % 6}" for n in range(len(log))]
    return log.assign(hours=1.0)


DAYS, DENSE_H = 261, 6 * 261 + 150  # days and hours of a year of that log
LOGS = {
    "the last year": ("2024-01-01", "2024-12-31"),
    "the first year": ("2023-01-01", "2023-12-31"),
    "18 months of 24": ("2023-07-01", "2024-12-31"),
    "half a year in the middle": ("2023-10-01", "2024-03-31"),
}


@pytest.mark.parametrize("span", LOGS)
@pytest.mark.parametrize("worked_h", [None, 1000.0, 3000.0])
def test_empty_months_around_a_log_change_no_rate_of_a_year(span, worked_h):
    first, last = LOGS[span]
    longer = made_client(activities=dense_log(first, last))
    if worked_h is not None:
        longer.tables["activities"] = longer.tables["activities"].assign(case_id=pd.NA)
    own = replace(longer, first=dt.date.fromisoformat(first), last=dt.date.fromisoformat(last))
    logged, alone = (
        {
            (rate.name, rate.group): rate.estimate
            for rate in measured_rates(client, value_of(client), worked_h)
            if rate.name in {"contacts", "requests"}
        }
        for client in (longer, own)
    )
    assert set(logged) == {("contacts", "A"), ("contacts", "B"), ("contacts", "C"), ("requests", "")}
    assert {key: one.value for key, one in logged.items()} == pytest.approx(
        {key: one.value for key, one in alone.items()},
        rel=0.005,  # fewer orders tell a little less of who was there when
    )
    share = 1.0 if worked_h is None else min(DENSE_H / worked_h, 1.0)
    assert logged["requests", ""].value == pytest.approx(2 * DAYS / share, rel=0.06)


def test_empty_months_within_a_log_are_no_months_of_nothing():
    log = dense_log("2021-01-01", "2024-12-31").assign(case_id=pd.NA)
    client = replace(made_client(activities=log, orders=spread_orders()), first=dt.date(2021, 1, 1))
    holed = log[~log["started_at"].between("2022-03-01", "2022-12-31")]
    whole, part = (
        next(r for r in measured_rates(c, value_of(c), worked_h=3000.0) if r.name == "requests").estimate.value
        for c in (client, replace(client, tables=client.tables | {"activities": holed}))
    )
    assert part == pytest.approx(whole, rel=0.03)


def spread_orders() -> pd.DataFrame:
    table = orders()
    return table.assign(ordered_on=pd.Timestamp("2021-01-01") + (table["ordered_on"] - pd.Timestamp("2023-01-01")) * 2)


def test_a_log_that_was_kept_more_fully_in_its_last_year_tells_no_growth():
    log = dense_log("2023-01-01", "2024-12-31").assign(case_id=pd.NA)
    early = log["started_at"] < "2024-01-01"
    client = made_client(activities=log[~early | (np.random.default_rng(3).random(len(log)) < 0.4)])
    rate = next(r for r in measured_rates(client, value_of(client), worked_h=3000.0) if r.name == "requests")
    assert rate.estimate.value == pytest.approx(2 * DAYS * 3000 / DENSE_H, rel=0.06)


def test_a_log_that_names_no_orders_needs_the_worked_hours():
    table = log(1.0).assign(case_id=pd.NA)
    client = made_client(activities=table)
    assert log_coverage(client) is None
    coverage = log_coverage(client, worked_h=480.0)
    assert coverage is not None and not coverage.counted
    assert coverage.share == pytest.approx(480 / (480 * 731 / 365.25))


def test_fewer_people_than_the_minimum_group_tell_no_rate():
    assert ("contacts", "C") in by_key(made_client(activities=log(1.0, people_in_it=5)))
    assert ("contacts", "C") not in by_key(made_client(activities=log(1.0, people_in_it=4)))
    assert ("win_rate", "") in by_key(made_client(opportunities=deals(sellers=5)))
    assert ("win_rate", "") not in by_key(made_client(opportunities=deals(sellers=4)))


def test_fewer_than_twenty_cases_tell_no_rate():
    assert ("win_rate", "") not in by_key(made_client(opportunities=deals(number=19)))
    assert ("late_share", "bespoke") not in by_key(made_client(orders=orders().head(50)))


def test_deals_tell_how_they_end():
    rates = by_key(made_client(opportunities=deals(), employees=people()))
    assert rates["win_rate", ""].estimate.value == pytest.approx(0.25)
    assert rates["no_decision_share", ""].estimate.value == pytest.approx(1 / 3)
    assert rates["deals", ""].cases == 80
