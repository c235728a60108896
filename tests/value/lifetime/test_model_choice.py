"""BG or MBG: a held-out year decides where it tells the two apart, else the likelihood; what cannot be said is not said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.estimates import Estimate
from simkit.value.lifetime.histories import histories, posted_monthly, purchase_days
from simkit.value.lifetime.holdout import ForecastFit
from simkit.value.lifetime.kinds import LifetimeRules
from simkit.value.lifetime.lifetime_value import lifetime_value
from simkit.value.lifetime.model_choice import Candidates, Preference, candidates, chosen_fit, preferred
from simkit.value.lifetime.regularity import Regularity, regularity_of
from simkit.value.lifetime.repeat_buyers import repeat_buyers

CUT = pd.Timestamp("2022-01-03") + pd.Timedelta(days=2 * 364 - 1)
END = CUT + pd.Timedelta(days=364)


@pytest.fixture(scope="module")
def days(buyers) -> pd.DataFrame:
    """Three years of buyers of whom some leave right after the first purchase, which is what MBG describes."""
    return buyers(1, seed=1, at_once=True)


@pytest.fixture(scope="module")
def before(days: pd.DataFrame) -> pd.DataFrame:
    return histories(days, CUT)


@pytest.fixture(scope="module")
def regularity(days: pd.DataFrame) -> Regularity:
    return regularity_of(days[days["day"] <= CUT])


@pytest.fixture(scope="module")
def fitted(before: pd.DataFrame, regularity: Regularity) -> Candidates:
    found = candidates(before, regularity)
    assert isinstance(found, Candidates)
    return found


def grown(days: pd.DataFrame, times: int) -> pd.DataFrame:
    """Return the same buyers who buy so many times as often once the held-out time has begun."""
    later = days[days["day"] > CUT]
    more = [later.assign(day=later["day"] + pd.Timedelta(days=1 + n)) for n in range(times - 1)]
    return pd.concat([days, *more]).sort_values(["customer_id", "day"]).drop_duplicates(["customer_id", "day"])


def test_where_the_held_out_year_tells_nothing_the_likelihood_decides(
    days: pd.DataFrame, before: pd.DataFrame, fitted: Candidates, regularity: Regularity
) -> None:
    assert preferred(fitted, before, days, (CUT, END), seed=1) is None
    fit, reason = chosen_fit(fitted, regularity)
    assert fit is fitted.modified
    assert fitted.modified.log_likelihood > fitted.plain.log_likelihood
    assert "likelihood" in reason.en


def test_a_model_that_misses_the_held_out_year_more_than_chance_is_not_chosen(
    days: pd.DataFrame, before: pd.DataFrame, fitted: Candidates, regularity: Regularity
) -> None:
    more = grown(days, 3)
    found = preferred(fitted, before, more, (CUT, END), seed=1)
    assert found is not None
    assert abs(np.log1p(found.deviation)) < abs(np.log1p(found.other_deviation))
    fit, reason = chosen_fit(fitted, regularity, found)
    assert fit is fitted.of(found.modified)
    assert "held-out year" in reason.en
    assert f"{found.told(found.deviation)}% against {found.told(found.other_deviation)}%" in reason.en
    turned, _ = chosen_fit(fitted, regularity, replace(found, modified=not found.modified))
    assert turned is fitted.of(not found.modified)


@pytest.mark.parametrize(
    ("deviation", "other", "told", "other_told"),
    [(0.02, -0.1, "+2", "−10"), (-0.646, -0.648, "−64.6", "−64.8"), (0.0012, -0.0031, "+0.1", "−0.3")],
)
def test_two_models_are_not_told_apart_by_numbers_that_read_alike(
    deviation: float, other: float, told: str, other_told: str
) -> None:
    found = Preference(modified=True, deviation=deviation, other_deviation=other)
    assert found.can_be_told
    assert (found.told(deviation).en, found.told(other).en) == (told, other_told)
    assert found.told(deviation).de == told.replace(".", ",")


def test_two_models_whose_miss_rounds_to_the_same_leave_the_choice_to_the_likelihood() -> None:
    assert not Preference(modified=True, deviation=0.0101, other_deviation=0.0103).can_be_told


def test_less_than_a_year_held_out_leaves_the_choice_to_the_likelihood(
    days: pd.DataFrame, before: pd.DataFrame, fitted: Candidates
) -> None:
    assert preferred(fitted, before, grown(days, 3), (CUT, END - pd.Timedelta(days=1)), seed=1) is None


def test_nothing_that_came_prefers_nothing(days: pd.DataFrame, before: pd.DataFrame, fitted: Candidates) -> None:
    assert preferred(fitted, before, days[days["day"] <= CUT], (CUT, END), seed=1) is None


def test_who_bought_once_is_not_said_to_be_a_customer_still_where_the_model_cannot_see_them_leave(buyers) -> None:
    plain = buyers(1, seed=1, number=500)
    found = repeat_buyers(plain, plain["day"].max(), LifetimeRules(), draws=0)
    assert found.purchase is not None and not found.purchase.modified
    once = plain.groupby("customer_id").size().reindex(found.table.index) == 1
    assert found.once == once.sum() > 0
    assert found.table["alive_share"].isna().equals(once)
    assert found.table["expected_purchases"].notna().all()


def test_mbg_says_of_everybody_how_likely_they_are_still_there(days: pd.DataFrame) -> None:
    found = repeat_buyers(days, END, LifetimeRules(), draws=0)
    assert found.purchase is not None and found.purchase.modified
    assert found.once == 0
    assert found.table["alive_share"].between(0, 1).all()


def test_a_model_that_cannot_be_tested_is_named_with_the_reason_for_the_gap_rule() -> None:
    """Sixty customers who all bought for the second time in the held-out time."""
    rows = [(f"K{n:02d}", day) for n in range(60) for day in ("2024-01-10", f"2025-0{7 + n % 3}-{10 + n % 15}")]
    table = pd.DataFrame(rows, columns=["customer_id", "sold_on"])
    bought = purchase_days(table.assign(sold_on=pd.to_datetime(table["sold_on"]), value_amount=100.0))
    found = repeat_buyers(bought, pd.Timestamp("2025-12-31"), LifetimeRules(), draws=5)
    assert found.purchase is None
    assert "could not be tested" in found.reason.en
    assert "only 0 customers bought again" in found.reason.en
    assert "gap rule" in found.reason.en


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.7, 0.9, (-0.3, -0.1)),
        (1.05, 1.4, (0.05, 0.4)),
        (0.9, 1.1, None),
        (0.7, float("nan"), None),
        (1.09, float("nan"), (0.09, float("nan"))),  # so little came that the upper end is open; the lower one tells
        (1 + 2e-16, 1 + 2e-16, None),  # identical customers: the interval is a point, a rounding error off 1
        (0.9994, 0.9998, None),
        (1.0004, 1.2, None),  # from 0.0 %
        (1.0006, 1.2, (0.0006, 0.2)),
    ],
)
def test_a_bias_is_one_whose_interval_leaves_nought_out_and_that_is_one_when_rounded(
    low: float, high: float, expected: tuple[float, float] | None
) -> None:
    ratio = Estimate(value=low if high == low else np.nanmean([low, high]), low=low, high=high)
    bias = ForecastFit(predicted=1.0, actual=1.0, ratio=ratio, mean_absolute_error=0.0).bias
    assert (bias is None) == (expected is None)
    if bias is not None:
        assert (bias.low, bias.high) == pytest.approx(expected, nan_ok=True)


def test_nothing_that_came_of_many_foretold_is_no_chance() -> None:
    nothing = ForecastFit(predicted=45.0, actual=0.0, ratio=None, mean_absolute_error=1.0)
    assert nothing.nothing_came
    assert nothing.bias is None
    assert not replace(nothing, predicted=2.0).nothing_came


def test_sales_that_stand_on_one_day_of_each_month_are_told_from_purchases() -> None:
    rows = [(f"K{n:02d}", day) for n in range(8) for day in pd.date_range("2024-01-31", "2024-12-31", freq="ME")]
    posted = pd.DataFrame(rows, columns=["customer_id", "day"])
    assert posted_monthly(posted)
    spread = posted.assign(day=posted["day"] - pd.to_timedelta(np.arange(len(posted)) % 11, unit="D"))
    assert not posted_monthly(spread)
    assert not posted_monthly(posted[posted["customer_id"] == "K00"])  # one purchase a month tells nothing


def test_what_cannot_be_said_of_one_time_buyers_stands_among_the_assumptions(make_client, buyers) -> None:
    plain = buyers(1, seed=1, number=400)
    orders = plain.rename(columns={"day": "ordered_on", "amount": "value_amount"}).astype({"customer_id": str})
    first, last = plain["day"].min().date(), plain["day"].max().date()
    client = replace(make_client(orders=orders.assign(order_id=range(len(orders)))), first=first, last=last)
    told = [one for one in lifetime_value(client, draws=0).assumptions if "single purchase" in one.value.en]
    assert len(told) == 1
    assert "BG/NBD" in told[0].reason.en
