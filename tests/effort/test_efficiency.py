from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from simkit.effort.efficiency import Efficiency, efficiency_and_results, rank_correlation
from simkit.foundation.missing import Missing
from simkit.intake.client import ClientData

MakeClient = Callable[..., ClientData]


def sellers(number: int = 10) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return deals and log of sellers: the more they meet, the fewer they win, and the share with customers is the same."""
    people = range(number)
    deals = pd.DataFrame(
        [(f"D{p}-{n}", f"P{p:02d}", "won" if n < number - p else "lost", 100.0) for p in people for n in range(10)],
        columns=["opportunity_id", "employee_id", "stage", "value_amount"],
    )
    log = pd.DataFrame(
        [
            (f"P{p:02d}", pd.Timestamp("2025-03-03 09:00"), hours, activity)
            for p in people
            for activity, count, hours in (("selling", 5 + p, 40 / (5 + p)), ("coordination", 20, 3.0))
            for _ in range(count)
        ],
        columns=["employee_id", "started_at", "hours", "activity"],
    )  # fmt: skip
    return deals.assign(opened_on=pd.Timestamp("2025-01-01"), closed_on=pd.Timestamp("2025-02-01")), log


def test_the_coefficient_and_its_interval_are_those_of_the_formula() -> None:
    from scipy.stats import spearmanr

    one = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0])
    other = pd.Series([2.0, 1.0, 4.0, 3.0, 6.0, 5.0, 12.0, 8.0, 7.0, 10.0, 9.0, 11.0])
    value, low, high = rank_correlation(one, other)

    assert value == pytest.approx(spearmanr(one, other).statistic)
    reach = 1.959964 * np.sqrt((1 + value**2 / 2) / 9)
    assert (low, high) == pytest.approx((np.tanh(np.arctanh(value) - reach), np.tanh(np.arctanh(value) + reach)))


def test_meeting_more_and_winning_less_is_a_negative_coefficient(make_client: MakeClient) -> None:
    deals, log = sellers()
    found = efficiency_and_results(make_client(opportunities=deals, activities=log))

    assert isinstance(found, Efficiency)
    assert found.sellers == 10
    pairs = found.correlations.set_index(["efficiency", "result"])["correlation"]
    assert pairs["meetings_per_100_h", "win_rate"] == pytest.approx(-1)
    assert pairs["meetings_per_100_h", "won_amount"] == pytest.approx(-1)


def test_no_seller_is_named_and_few_sellers_are_refused(make_client: MakeClient) -> None:
    deals, log = sellers()
    found = efficiency_and_results(make_client(opportunities=deals, activities=log))
    few = efficiency_and_results(make_client(opportunities=deals[deals["employee_id"] < "P07"], activities=log))

    assert isinstance(found, Efficiency) and not found.correlations.map(lambda cell: str(cell).startswith("P0")).any(
        axis=None
    )
    assert isinstance(few, Missing)
    assert "7" in few.reason.en and "8" in few.reason.en


def test_won_value_is_held_against_the_post_not_the_head(make_client: MakeClient) -> None:
    deals, log = sellers()
    staff = pd.DataFrame({"employee_id": [f"P{p:02d}" for p in range(10)], "fte": np.linspace(1.0, 0.1, 10) ** 3})
    found = efficiency_and_results(make_client(opportunities=deals, activities=log, employees=staff))

    assert isinstance(found, Efficiency)
    pairs = found.correlations.set_index(["efficiency", "result"])["correlation"]
    assert pairs["meetings_per_100_h", "won_amount"] > 0.9


def test_without_names_or_a_log_the_reason_is_reported(make_client: MakeClient) -> None:
    deals, log = sellers()
    assert isinstance(efficiency_and_results(make_client(opportunities=deals)), Missing)
    assert isinstance(
        efficiency_and_results(make_client(opportunities=deals.drop(columns="employee_id"), activities=log)), Missing
    )


def test_the_value_won_is_no_result_where_it_is_not_known_of_every_win(make_client: MakeClient) -> None:
    deals, log = sellers()
    deals.loc[0, "value_amount"] = np.nan
    found = efficiency_and_results(make_client(opportunities=deals, activities=log))

    assert isinstance(found, Efficiency)
    assert set(found.correlations["result"]) == {"win_rate"}
