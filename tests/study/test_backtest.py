"""The backtest hides what came later, counts every error once, and says whether the interval held."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simkit.intake.client import load_client
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.study.calibration.backtest import (
    KnownError,
    PredictedRuns,
    compared,
    count_error,
    halves,
    interval_score,
    with_staff_then,
)
from simkit.study.measured.client_inputs import posts


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
    orders = demo.table("orders")["ordered_on"]
    poisson = 1 / np.sqrt(len(orders))
    found = count_error(orders, demo, 0.5)
    assert poisson <= found.relative < 4 * poisson and found.degrees == 23


def test_the_same_staff_is_run_once_and_another_one_of_then(demo):
    parts = halves(demo)
    inputs = ModelInputs(customers=pd.DataFrame({"segment": ["A"], "order_rate_per_year": [2.0], "value_factor": [1.0]}),
                         slots=posts(parts.before))  # fmt: skip
    staff = demo.table("employees").assign(left_on=pd.NaT)
    for left, joined in ((False, False), (True, False), (False, True)):
        other = staff.assign(
            left_on=staff["left_on"].mask(left & (staff.index == staff.index[0]), pd.Timestamp("2026-02-01")),
            entry_on=staff["entry_on"].mask(joined & (staff.index == staff.index[1]), pd.Timestamp("2026-02-01")),
        )
        changed = halves(replace(demo, tables={**demo.tables, "employees": other}))
        own = replace(inputs, slots=posts(changed.before))
        then = with_staff_then(own, changed)
        assert (then is own) == (not left and not joined)
        assert len(then.slots) - len(own.slots) == joined - left
        assert len(own.slots) == len(inputs.slots) - joined  # the newcomer was not there before


def runs_of(**figures: list[float]) -> pd.DataFrame:
    return pd.DataFrame(figures).T


SURE = {name: KnownError(relative=0.0, degrees=17.0) for name in ("orders", "wins", "hours.care")}


def test_a_prediction_says_whether_its_interval_held():
    table = runs_of(**{"orders": np.arange(100.0, 110.0), "wins": [10.0] * 10, "hours.care": [200.0] * 10})
    known = {"orders": 1000.0, "wins": 5.0, "hours.care": 300.0}
    came = {"orders": 1005.0, "wins": 6.0, "hours.care": 300.0}
    found = compared(PredictedRuns(then=table, before=table), known, SURE, came).set_index("figure")
    assert found.loc["orders", "covered"] and not found.loc["wins", "covered"]
    assert found["predicted"].tolist() == pytest.approx([1000.0, 5.0, 300.0])  # what the fit misses is carried over
    assert found.loc["hours.care", "unit"] == "h" and found.loc["hours.care", "label_de"] == "Betreuung"
    spread = np.std(np.arange(10), ddof=1) / 104.5 * 1000
    assert found.loc["orders", "high"] - 1000 == pytest.approx(stats.t.ppf(0.9, 9) * spread)


def test_each_error_counts_once_and_the_surer_the_more_is_known_of_it():
    table, known = runs_of(orders=[90.0, 110.0, 100.0, 100.0]), {"orders": 50.0}
    errors = {"orders": KnownError(relative=0.1, degrees=12.0)}
    row = compared(PredictedRuns(then=table, before=table), known, errors, {"orders": 50.0}).iloc[0]
    luck = np.var([0.9, 1.1, 1.0, 1.0], ddof=1)
    degrees = (luck + 0.01) ** 2 / (luck**2 / 3 + 0.01**2 / 12)
    assert row["high"] - row["predicted"] == pytest.approx(50 * np.sqrt(luck + 0.01) * stats.t.ppf(0.9, degrees))


def test_luck_that_the_model_does_not_know_is_that_of_the_months_before():
    table, known = runs_of(**{"hours.care": [100.0, 100.0, 100.0]}), {"hours.care": 50.0}
    errors = {"hours.care": KnownError(relative=0.0, degrees=17.0, coming=0.1)}
    row = compared(PredictedRuns(then=table, before=table), known, errors, {"hours.care": 50.0}).iloc[0]
    assert row["high"] == pytest.approx(50 * (1 + 0.1 * stats.t.ppf(0.9, 17)))


def test_another_staff_moves_the_prediction_and_nothing_below_nothing_is_predicted():
    runs = PredictedRuns(then=runs_of(wins=[8.0, 2.0, 14.0]), before=runs_of(wins=[16.0, 15.0, 17.0]))
    row = compared(runs, {"wins": 10.0}, {"wins": SURE["wins"]}, {"wins": 0.0}).iloc[0]
    assert row["predicted"] == pytest.approx(5.0) and row["low"] == 0.0 and row["covered"]


def test_the_interval_score_is_its_width_and_ten_times_the_miss():
    assert interval_score(8.0, 12.0, 10.0) == 4.0
    assert interval_score(8.0, 12.0, 15.0) == pytest.approx(4.0 + 10 * 3.0)
    assert interval_score(8.0, 12.0, 7.0) == pytest.approx(4.0 + 10 * 1.0)


def test_the_true_points_of_a_distribution_have_the_least_score():
    seen = np.random.default_rng(1).standard_normal(20_000)
    scores = {half: np.mean([interval_score(-half, half, one) for one in seen]) for half in (0.9, 1.2816, 1.8)}
    assert min(scores, key=scores.get) == 1.2816
