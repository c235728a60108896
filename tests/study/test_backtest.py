"""The backtest hides what came later, draws what is uncertain, and says whether the interval held."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.intake.client import load_client
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.backtest import EFFORT, LEVEL_PATH, compared, drawn, halves, order_level_error


@pytest.fixture(scope="module")
def demo(project: Path):
    return load_client(project / "client_data" / "demo")


def test_what_came_later_is_hidden(demo):
    parts = halves(demo)
    cut = pd.Timestamp("2026-01-01")
    before = parts.before
    assert pd.Timestamp(parts.cut) == cut and before.last.isoformat() == "2025-12-31"
    assert before.table("orders")["ordered_on"].max() < cut
    assert before.table("orders")["delivered_on"].max() < cut
    assert before.table("activities")["started_at"].max() < cut
    deals = before.table("opportunities")
    assert deals["opened_on"].max() < cut and deals["closed_on"].max() < cut
    assert (deals.loc[deals["closed_on"].isna(), "stage"] == "open").all()
    assert (deals["stage"] == "open").sum() > (demo.table("opportunities")["stage"] == "open").sum() * 0.2
    assert parts.years == pytest.approx(181 / 365.25)


def test_a_period_under_fifteen_months_is_not_cut(demo):
    import datetime as dt

    assert halves(replace(demo, first=dt.date(2025, 5, 1))) is None
    assert halves(replace(demo, first=dt.date(2025, 3, 1))) is not None


def test_orders_to_come_are_as_uncertain_as_those_before_were_uneven(demo):
    poisson = 1 / np.sqrt(len(demo.table("orders")))
    assert poisson <= order_level_error(demo, 0.5) < 4 * poisson


def uncertain():
    around = Provenance(kind="option", interval=Estimate(value=1.0, low=0.8, high=1.2))
    parameter_set = load_defaults().patch({LEVEL_PATH: 1.0}, around)
    for path in EFFORT["hours.care"]:
        value = parameter_set.value(path)
        interval = Estimate(value=value, low=value * 0.9, high=value * 1.1)
        parameter_set = parameter_set.patch({path: value}, Provenance(kind="option", interval=interval))
    return parameter_set


def test_effort_of_an_activity_is_drawn_together_and_the_same_replication_twice():
    parameter_set, defaults = uncertain(), load_defaults()
    replications = [drawn(parameter_set, 1, number) for number in range(30)]
    ratios = np.array(
        [[replication.value(p) / defaults.value(p) for p in EFFORT["hours.care"]] for replication in replications]
    )
    assert np.ptp(ratios, axis=1).max() < 1e-9 and ratios[:, 0].std() == pytest.approx(0.1 / 1.96, rel=0.4)
    assert drawn(parameter_set, 1, 3).value(LEVEL_PATH) == replications[3].value(LEVEL_PATH)


def test_the_level_of_orders_moves_no_other_demand():
    replication = drawn(uncertain(), 1, 0)
    level = replication.value(LEVEL_PATH)
    assert level != 1.0
    path = "service.requests_per_year"
    assert replication.value(path) * level == pytest.approx(load_defaults().value(path))


def test_a_prediction_says_whether_its_interval_held():
    runs = pd.DataFrame(
        {replication: {"orders": 100 + replication, "wins": 10.0, "hours.care": 200.0} for replication in range(10)}
    )
    known = {"orders": 1000.0, "wins": 5.0, "hours.care": 300.0}
    table = compared(runs, runs, known, {"orders": 1005.0, "wins": 6.0, "hours.care": 300.0}).set_index("figure")
    assert table.loc["orders", "covered"] and not table.loc["wins", "covered"]
    assert table["predicted"].tolist() == pytest.approx([1000.0, 5.0, 300.0])  # what the fit misses is carried over
    assert table.loc["hours.care", "unit"] == "h" and table.loc["hours.care", "label_de"] == "Betreuung"
