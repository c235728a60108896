"""The probability of falling short is a share of replications with an exact interval."""

from __future__ import annotations

import pandas as pd
import pytest
from made_runs import COLUMNS
from scipy.stats import binom

from simkit.study.comparison.sustainability import exact_interval, shortfall


def by_year(design: str, measure: str, group: str, replications: list[list[float]]) -> list[tuple[object, ...]]:
    return [
        (design, "today", replication, year, measure, group, value)
        for replication, years in enumerate(replications)
        for year, value in enumerate([sum(years) / len(years), *years])
    ]


RUNS = pd.DataFrame(
    [
        *by_year("baseline", "company_profit_amount", "", [[5, 5, 5], [1, -1, 9], [3, 3, 3], [2, 0, 2]]),
        *by_year("baseline", "care_level", "A", [[1.0, 1.0, 1.0]] * 4),
        *by_year("hunter_farmer", "company_profit_amount", "", [[9, 9, -9], [-1, -1, -1], [3, 3, 3], [-2, 0, 2]]),
        *by_year("hunter_farmer", "care_level", "A", [[0.85, 0.9, 0.81], [0.7, 1.0, 1.0], [0.8, 0.8, 0.8], [1.0, 1.0, 1.0]]),
    ],
    columns=COLUMNS,
)  # fmt: skip


def test_a_replication_counts_when_any_of_its_years_is_under_the_limit() -> None:
    found = shortfall(RUNS, ["today"], ["baseline", "hunter_farmer"]).set_index(["design", "item"])

    assert found["hits"].to_dict() == {
        ("baseline", "loss"): 1, ("hunter_farmer", "loss"): 3, ("baseline", "A"): 0, ("hunter_farmer", "A"): 1,
    }  # fmt: skip
    assert found["limit"].to_dict()["hunter_farmer", "A"] == pytest.approx(0.8), "four fifths of today's 1.0"
    assert found.loc[("hunter_farmer", "loss"), "probability"] == 0.75
    assert (found["replications"] == 4).all()


def test_the_interval_holds_the_shares_that_could_have_given_as_much() -> None:
    low, high = exact_interval(3, 12)

    assert binom.sf(2, 12, low) == pytest.approx(0.025)
    assert binom.cdf(3, 12, high) == pytest.approx(0.025)
    assert exact_interval(0, 12) == (0.0, pytest.approx(1 - 0.025 ** (1 / 12)))
    assert exact_interval(12, 12)[1] == 1.0


def test_a_segment_without_customers_cannot_be_served_too_little() -> None:
    nobody = RUNS.assign(value=RUNS["value"].where(RUNS["measure"] != "care_level"))
    found = shortfall(nobody, ["today"], ["baseline", "hunter_farmer"])

    assert found.loc[found["item"] == "A", "hits"].tolist() == [0, 0]
