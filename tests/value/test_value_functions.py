"""Value functions: the shape that was asked for, the rule for missing figures, and the defaults as they were."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.foundation.errors import ConfigError
from simkit.foundation.formats import Formats
from simkit.intake.settings.customer_settings import FactorFunction
from simkit.value.customer_figures import CustomerFigures
from simkit.value.score.customer_score import chosen_functions, chosen_weights, score_customers
from simkit.value.score.factors import FACTORS
from simkit.value.score.value_functions import ValueFunction, with_wishes

RAW = pd.Series([-5.0, 0.0, 5.0, 10.0, 20.0, np.nan])


def figures_of(**columns: list[float]) -> CustomerFigures:
    index = pd.Index([f"K{n}" for n in range(len(next(iter(columns.values()))))], name="customer_id")
    table = pd.DataFrame(columns, index=index)
    return CustomerFigures(customers=table, people=None, source="orders", hourly_cost_amount=None, assumptions=())


def value_of(function: ValueFunction) -> list[float]:
    return function.of(RAW).tolist()[:-1]


def test_a_linear_function_is_straight_between_its_ends() -> None:
    assert value_of(ValueFunction(kind="linear", low=0.0, high=10.0)) == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_a_diminishing_function_has_one_half_at_its_point_and_never_levels_off() -> None:
    assert value_of(ValueFunction(kind="diminishing", at=10.0)) == pytest.approx([0.0, 0.0, 1 / 3, 1 / 2, 2 / 3])
    far = ValueFunction(kind="diminishing").of(pd.Series([*[1.0] * 99, 1e6, 2e6]))
    assert far.iloc[-1] > far.iloc[-2] > 0.99
    assert ValueFunction(kind="diminishing").of(pd.Series([-1.0, 0.0])).tolist() == [0.0, 0.0]


def test_a_diminishing_function_has_its_point_among_the_customers_with_something() -> None:
    mostly_none = pd.Series([*[0.0] * 99, 0.4])
    assert ValueFunction(kind="diminishing").of(mostly_none).tolist() == [*[0.0] * 99, 0.5]
    assert ValueFunction(kind="diminishing", at=0.4).of(mostly_none).iloc[-1] == 0.5


def test_ranks_are_middles_of_equal_steps_and_nothing_known_has_none() -> None:
    assert ValueFunction(kind="rank").of(pd.Series([7.0, 9.0, 7.0, np.nan, 1.0])).tolist()[:3] == [0.5, 0.875, 0.5]
    assert ValueFunction(kind="rank").of(pd.Series([np.nan, np.nan])).isna().all()


@pytest.mark.parametrize(
    ("function", "span"),
    [
        (ValueFunction(kind="threshold", at=4.0), (2.0, 6.0)),
        (ValueFunction(kind="threshold", at=-4.0), (-6.0, -2.0)),
        (ValueFunction(kind="threshold", at=0.0), (-1.0, 1.0)),
        (ValueFunction(kind="diminishing", at=10.0), (0.0, 40.0)),
        (ValueFunction(kind="linear", low=10.0, high=30.0), (5.0, 35.0)),
        (ValueFunction(kind="s", low=-4.0, high=4.0), (-6.0, 6.0)),
        (ValueFunction(kind="diminishing"), None),
        (ValueFunction(kind="rank"), None),
    ],
)
def test_a_function_is_drawn_around_what_shapes_it(function: ValueFunction, span: tuple[float, float] | None) -> None:
    assert function.span() == span


def test_a_threshold_counts_from_its_figure_on() -> None:
    assert value_of(ValueFunction(kind="threshold", at=10.0)) == [0.0, 0.0, 0.0, 1.0, 1.0]


def test_an_s_has_a_twentieth_at_its_lower_end_half_in_the_middle_and_the_rest_at_its_upper_end() -> None:
    assert value_of(ValueFunction(kind="s", low=0.0, high=10.0))[1:4] == pytest.approx([0.05, 0.5, 0.95])


def test_an_s_far_outside_of_its_ends_is_zero_or_one() -> None:
    far = ValueFunction(kind="s", low=0.0, high=1e-9).of(pd.Series([-1e9, 1e9]))
    assert far.tolist() == pytest.approx([0.0, 1.0])


@pytest.mark.parametrize("kind", ["linear", "diminishing", "s", "threshold", "rank"])
def test_falling_turns_a_function_over(kind: str) -> None:
    ends = {"threshold": {"at": 5.0}, "diminishing": {"at": 5.0}, "rank": {}}.get(kind, {"low": 0.0, "high": 10.0})
    rising = ValueFunction(kind=kind, **ends)  # type: ignore[arg-type]
    falling = ValueFunction(kind=kind, rising=False, **ends)  # type: ignore[arg-type]
    assert (rising.of(RAW) + falling.of(RAW)).dropna().tolist() == pytest.approx([1.0] * 5)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30),
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
    st.sampled_from(["linear", "diminishing", "s", "threshold", "rank"]),
)
def test_every_function_keeps_the_order_and_stays_between_zero_and_one(
    raw: list[float], low: float, width: float, kind: str
) -> None:
    ends = {"threshold": {"at": low}, "diminishing": {"at": width}, "rank": {}}.get(
        kind, {"low": low, "high": low + width}
    )
    value = ValueFunction(kind=kind, **ends).of(pd.Series(raw)).to_numpy()  # type: ignore[arg-type]
    assert ((value >= 0) & (value <= 1)).all()
    assert (np.diff(value[np.argsort(raw, kind="stable")]) >= -1e-12).all()


@pytest.mark.parametrize(("rule", "expected"), [("zero", 0.0), ("half", 0.5), ("mean", 0.75)])
def test_a_missing_figure_counts_what_its_rule_says(rule: str, expected: float) -> None:
    function = ValueFunction(kind="linear", low=0.0, high=10.0, missing=rule)  # type: ignore[arg-type]
    values = function.filled(function.of(pd.Series([5.0, 10.0, np.nan])))
    assert values.tolist() == [0.5, 1.0, expected]


def test_what_nobody_has_a_figure_for_stays_missing_under_every_rule() -> None:
    nothing = pd.Series([np.nan, np.nan])
    assert ValueFunction(kind="rank", missing="half").filled(nothing).isna().all()


def test_a_rule_for_missing_ratings_moves_the_score_but_not_what_is_known() -> None:
    figures = figures_of(revenue_amount=[100.0, 100.0], rating_referral=[5.0, np.nan])
    weights = {"revenue": 1.0, "referral": 1.0}
    usual = score_customers(figures, weights)
    strict = score_customers(figures, weights, chosen_functions({"referral": FactorFunction(missing="zero")}))
    assert usual.score.tolist() == [0.75, 0.5]
    assert strict.score.tolist() == [0.75, 0.25]
    assert strict.known_share.tolist() == usual.known_share.tolist() == [1.0, 0.5]
    assert strict.known == {"revenue": 2, "referral": 1}


def test_a_threshold_of_client_yaml_decides_the_score() -> None:
    figures = figures_of(revenue_amount=[999.0, 1000.0, 5000.0])
    functions = chosen_functions({"revenue": FactorFunction(kind="threshold", at=1000)})
    assert score_customers(figures, {"revenue": 1.0}, functions).score.tolist() == [0.0, 1.0, 1.0]


def test_without_wishes_every_factor_is_valued_as_the_catalogue_says() -> None:
    figures = figures_of(
        revenue_amount=[10.0, 50.0, 100.0, 900.0], growth_index=[0.1, 0.1, 0.3, 0.4], rating_referral=[1, 2, 5, np.nan]
    )
    usual, said = (
        score_customers(figures, chosen_weights({})),
        score_customers(figures, chosen_weights({}), chosen_functions({})),
    )
    pd.testing.assert_frame_equal(usual.factors, said.factors)
    top = pd.Series([10.0, 50.0, 100.0, 900.0]).quantile(0.95)
    assert usual.factors["factor_revenue"].tolist() == pytest.approx(
        [x / (x + top) for x in (10.0, 50.0, 100.0, 900.0)]
    )
    assert usual.factors["factor_growth"].tolist() == pytest.approx([0.55, 0.55, 0.65, 0.7])
    assert usual.factors["factor_referral"].tolist()[:3] == [0.0, 0.25, 1.0]


def test_another_kind_brings_its_own_ends_and_keeps_direction_and_rule() -> None:
    own = ValueFunction(kind="linear", low=1.0, high=5.0, rising=False, missing="half")
    changed = with_wishes(own, FactorFunction(kind="threshold", at=3.0))
    assert changed == ValueFunction(kind="threshold", at=3.0, rising=False, missing="half")
    assert with_wishes(own, FactorFunction(direction="rising")).rising


def test_wishes_change_only_what_they_name() -> None:
    own = FACTORS["referral"].function
    assert with_wishes(own, FactorFunction(missing="mean")).shaped_as(own)
    turned = with_wishes(own, FactorFunction(direction="falling"))
    assert (turned.low, turned.high, turned.rising, turned.missing) == (1.0, 5.0, False, "left_out")


def test_all_unknown_factors_are_reported_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        chosen_functions({"margn": FactorFunction(missing="zero"), "refferal": FactorFunction(missing="zero")})
    assert "'margin'" in str(caught.value) and "'referral'" in str(caught.value)


@pytest.mark.parametrize(
    ("function", "german", "english"),
    [
        (
            ValueFunction(kind="diminishing"),
            "0,5 bei dem 95-%-Punkt der Kunden",
            "0.5 at the 95% point of the customers",
        ),
        (ValueFunction(kind="diminishing", at=5e4), "0 bei 0, 0,5 bei 50.000", "0 at 0, 0.5 at 50,000"),
        (ValueFunction(kind="linear", low=-0.2, high=0.4), "0 bei −0,2, 1 bei 0,4", "0 at −0.2, 1 at 0.4"),
        (ValueFunction(kind="linear", low=0.25, high=1.125), "0 bei 0,25, 1 bei 1,125", "0 at 0.25, 1 at 1.125"),
        (ValueFunction(kind="linear", low=1 / 3, high=2.0), "0 bei 0,333, 1 bei 2", "0 at 0.333, 1 at 2"),
        (ValueFunction(kind="threshold", at=1e6), "1 ab 1.000.000, darunter 0", "1 from 1,000,000 on, 0 below"),
        (ValueFunction(kind="threshold", at=5, rising=False), "0 ab 5, darunter 1", "0 from 5 on, 1 below"),
        (
            ValueFunction(kind="s", low=0, high=10),
            "0,05 bei 0, 0,5 bei 5, 0,95 bei 10",
            "0.05 at 0, 0.5 at 5, 0.95 at 10",
        ),
        (ValueFunction(kind="rank"), "Rang unter den Kunden", "rank among the customers"),
        (ValueFunction(kind="rank", rising=False), "weniger ist besser", "less is better"),
    ],
)
def test_a_function_is_reported_in_words(function: ValueFunction, german: str, english: str) -> None:
    assert german in function.words(Formats(language="de")).de
    assert english in function.words(Formats(language="en")).en
    assert function.words(Formats(language="en")).en.endswith("less is better") is (english == "less is better")


def test_a_stated_share_of_wallet_counts_before_the_rating() -> None:
    stated = figures_of(wallet_share=[0.2, np.nan], rating_share_of_wallet=[5.0, 5.0])
    assert FACTORS["share_of_wallet"].formula(stated).tolist()[0] == 0.2
    rated = figures_of(rating_share_of_wallet=[1.0, 3.0])
    assert FACTORS["share_of_wallet"].scaled(rated).tolist() == [0.0, 0.5]
