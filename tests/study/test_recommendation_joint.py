"""The interval beside a gain and what to measure first come from the joint draws where there are any."""

from __future__ import annotations

import pandas as pd
import pytest
from made_study import made_results

from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.joint_draws.joint_summary import DRIVER_COLUMNS, SUMMARY_COLUMNS
from simkit.study.result_tables import all_frames, recommendation_of

SMALL = {"designs": ("baseline", "hunter_farmer"), "scenarios": ("today",), "replications": 3}


@pytest.fixture(scope="module")
def made():
    results = made_results({"hunter_farmer": 1.6e6}, **SMALL)
    return results, all_frames(results)


def drawn(low: float, high: float) -> pd.DataFrame:
    rows = [("baseline", 0.0, 0.0, 0.0, 0.0, 0.1, 0.0, 0.2, 50, 0.0, 0.9),
            ("hunter_farmer", 2e5, low, high, 0.97, 0.85, 0.7, 0.9, 50, 0.0, 0.9)]  # fmt: skip
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def test_the_interval_is_that_of_the_draws_in_figure_and_headline(made):
    results, frames = made
    found = recommendation_of(results, {**frames, "joint_summary": drawn(-5e4, 4e5)}, BilingualNumbers())
    assert (found.money.low, found.money.high, found.money.basis) == (-5e4, 4e5, "joint")
    assert "in 90% of the draws" in found.headline.en and "simultaneous" not in found.headline.en
    assert "€400,000" in found.headline.en


def test_without_draws_the_interval_says_that_it_is_chance_alone(made):
    results, frames = made
    found = recommendation_of(results, frames, BilingualNumbers())
    assert found.money.basis == "simulation" and "nur Zufall der Simulation" in found.headline.de
    few = drawn(float("nan"), float("nan"))
    assert recommendation_of(results, {**frames, "joint_summary": few}, BilingualNumbers()).money == found.money


def test_what_the_draws_hang_on_is_measured_first(made):
    results, frames = made
    row = ("hunter_farmer", 1, "load.utilisation", "Auslastung", "Load", 0.4, 3e5, 2e4, 0.9)
    drivers = pd.DataFrame([row], columns=list(DRIVER_COLUMNS))
    found = recommendation_of(results, {**frames, "joint_drivers": drivers}, BilingualNumbers())
    assert found.next_steps[1].en == "First measure what is worth most before deciding: 'Load' (up to €20,000) a year."
