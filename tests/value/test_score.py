from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.foundation.errors import ConfigError
from simkit.value.customer_figures import CustomerFigures
from simkit.value.score.customer_score import (
    FEW_FACTORS_SHARE,
    chosen_weights,
    rank_change,
    score_customers,
    weighted_mean,
)
from simkit.value.score.factors import FACTORS
from simkit.value.score.segments import natural_breaks, segments


def figures_of(**columns: list[float]) -> CustomerFigures:
    number = len(next(iter(columns.values())))
    index = pd.Index([f"K{n:02d}" for n in range(number)], name="customer_id")
    return CustomerFigures(
        customers=pd.DataFrame(columns, index=index),
        people=None,
        source="orders",
        hourly_cost_amount=None,
        assumptions=(),
    )


def test_money_counts_one_half_at_the_95_percent_point_and_goes_on_rising() -> None:
    scaled = FACTORS["margin"].scaled(figures_of(margin_amount=[-10.0, 0.0, 50.0, *[100.0] * 40, 900.0, 1900.0]))
    assert scaled.tolist()[:4] == pytest.approx([0.0, 0.0, 1 / 3, 1 / 2])
    assert scaled.tolist()[-2:] == pytest.approx([0.9, 0.95])


def test_growth_counts_by_its_size_not_by_its_rank() -> None:
    scaled = FACTORS["growth"].scaled(figures_of(growth_index=[-1.0, -0.01, 0.0, 0.01, 1.0]))
    assert scaled.tolist() == pytest.approx([0.0, 0.495, 0.5, 0.505, 1.0])


def test_ratings_run_from_one_to_five() -> None:
    scaled = FACTORS["referral"].scaled(figures_of(rating_referral=[1.0, 3.0, 5.0, np.nan]))
    assert scaled.tolist()[:3] == [0.0, 0.5, 1.0]
    assert np.isnan(scaled.iloc[3])


def test_late_payers_score_lower() -> None:
    scaled = FACTORS["payment"].scaled(figures_of(payment_delay_days=[-2.0, 10.0, 40.0]))
    assert scaled.is_monotonic_decreasing


def test_ties_share_their_rank() -> None:
    scaled = FACTORS["payment"].scaled(figures_of(payment_delay_days=[9.0, 9.0, 3.0, 1.0]))
    assert scaled.tolist() == pytest.approx([0.25, 0.25, 0.625, 0.875])


def test_loyalty_comes_from_ratings_else_from_tenure_and_regularity() -> None:
    rated = FACTORS["loyalty"].formula(figures_of(rating_loyalty=[2.0, 4.0], tenure_years=[9.0, 1.0]))
    assert rated.tolist() == [2.0, 4.0]
    behaved = FACTORS["loyalty"].formula(figures_of(tenure_years=[9.0, 1.0], regularity_share=[1.0, 0.5]))
    assert behaved.tolist() == [1.0, 0.5]


@pytest.mark.parametrize("factor", ["co_development", "joint_marketing"])
def test_who_is_rated_higher_in_cooperation_scores_higher(factor: str) -> None:
    figures = figures_of(revenue_amount=[100.0] * 3, **{f"rating_{factor}": [1.0, 3.0, 5.0]})
    score = score_customers(figures, chosen_weights({}) | {factor: 1.0})
    assert factor in score.weights
    assert score.score.is_monotonic_increasing and score.score.is_unique


def test_a_customer_without_ratings_is_judged_by_the_figures_alone() -> None:
    figures = figures_of(revenue_amount=[99.0, 100.0], rating_referral=[1.0, np.nan])
    score = score_customers(figures, chosen_weights({}) | {"loyalty": 0.0})
    half = 99 / (99 + 99.95)  # the 95 % point lies at 99.95
    assert score.score.tolist() == pytest.approx([2 / 3 * half, 100 / 199.95])
    assert score.known_share.tolist() == pytest.approx([1.0, 2 / 3])
    assert score.raised == 0


def test_a_bad_rating_does_not_put_a_customer_behind_one_that_is_no_better_and_that_nobody_rated() -> None:
    figures = figures_of(revenue_amount=[100.0, 100.0, 300.0], rating_referral=[1.0, np.nan, 1.0])
    score = score_customers(figures, {"revenue": 2.0, "referral": 1.0})
    assert score.score.iloc[0] == score.score.iloc[1]
    assert score.raised == 1


def test_the_largest_customer_leads_small_ones_that_grow() -> None:
    """Growth that ranks first among equals is worth less than many times the revenue."""
    revenue = [4000.0, *np.linspace(900.0, 100.0, 200)]
    growth = [-0.05, *np.linspace(-0.04, 0.2, 200)]
    regular = [0.5, *np.linspace(0.5, 1.0, 200)]
    score = score_customers(
        figures_of(revenue_amount=revenue, growth_index=growth, regularity_share=regular), chosen_weights({})
    ).score
    assert score.idxmax() == "K00"


MAYBE = st.one_of(st.just(float("nan")), st.sampled_from([0.0, 1.0, 2.0, 3.0, 5.0]))
CUSTOMERS = st.lists(st.tuples(st.sampled_from([1.0, 2.0, 50.0]), MAYBE, MAYBE, MAYBE), min_size=2, max_size=14)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(CUSTOMERS, st.tuples(*[st.integers(1, 9)] * 4))
def test_who_is_nowhere_worse_never_ranks_lower(customers: list[tuple[float, ...]], chosen: tuple[int, ...]) -> None:
    revenue, growth, delay, rating = (np.array(column) for column in zip(*customers, strict=True))
    figures = figures_of(
        revenue_amount=revenue, growth_index=growth / 5, payment_delay_days=-delay, rating_referral=1 + rating * 0.8
    )
    names = ("revenue", "growth", "payment", "referral")
    score = score_customers(figures, dict(zip(names, map(float, chosen), strict=True))).score.to_numpy()
    raw = np.column_stack([revenue, growth, delay, rating])
    known = ~np.isnan(raw)
    for one in range(len(raw)):
        for other in range(len(raw)):
            if (known[one] >= known[other]).all() and (raw[one] >= raw[other])[known[other]].all():
                assert score[one] >= score[other]


def test_equal_customers_share_a_class() -> None:
    alike = customers_of([0.4] * 40)
    assert set(segments(alike)) == {"A"}
    most_alike = customers_of([*[0.4] * 8, 0.2, 0.1])
    assert segments(most_alike).tolist() == [*["A"] * 8, "C", "C"]
    small_ones_alike = customers_of([*np.linspace(0.9, 0.5, 30), *[0.1] * 70])
    assert segments(small_ones_alike).tolist()[30:] == ["C"] * 70

    at_the_edge = customers_of([*np.linspace(0.9, 0.8, 9), 0.7, 0.7, 0.7, *np.linspace(0.6, 0.1, 88)])
    names = segments(at_the_edge).tolist()
    assert names[:9] == ["A"] * 9
    assert names[9:12] == ["B"] * 3  # places 10 to 12: the middle one is the 11th, and A has ten

    wider = at_the_edge.assign(score=[*np.linspace(0.9, 0.8, 8), *[0.7] * 3, *np.linspace(0.6, 0.1, 89)])
    assert segments(wider).tolist()[8:11] == ["A"] * 3


def test_negative_and_all_zero_weights_are_refused() -> None:
    with pytest.raises(ConfigError, match="negative weight"):
        chosen_weights({"margin": -1})
    with pytest.raises(ConfigError, match="All weights are 0"):
        chosen_weights(dict.fromkeys(FACTORS, 0.0))


def test_a_weight_below_one_counts_and_none_is_left_out() -> None:
    assert chosen_weights({"margin": 0.0, "growth": 0.5})["growth"] == 0.5
    figures = figures_of(revenue_amount=[1.0, 3.0], growth_index=[1.0, -1.0], rating_referral=[5.0, 1.0])
    score = score_customers(figures, {"revenue": 0.25, "growth": 0.75, "referral": 0.0})
    assert score.weights == {"revenue": 0.25, "growth": 0.75}
    half = np.quantile([1.0, 3.0], 0.95)
    assert score.score.tolist() == pytest.approx([0.25 / (1 + half) + 0.75, 0.25 * 3 / (3 + half)])


def test_a_mean_has_twelve_decimals_and_is_nothing_where_nothing_is_known() -> None:
    factors = pd.DataFrame({"a": [1.0, 1.0, np.nan], "b": [0.0, np.nan, np.nan]})
    mean = weighted_mean(factors, pd.Series({"a": 1.0, "b": 2.0}))
    assert mean.tolist() == [0.333333333333, 1.0, 0.0]


def test_less_than_half_of_the_weights_are_few() -> None:
    assert FEW_FACTORS_SHARE == 0.5


VALUES = st.lists(st.floats(0, 1e6), min_size=3, max_size=40)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(VALUES, st.floats(0.1, 10))
def test_scores_lie_between_zero_and_one_and_only_relative_weights_matter(values: list[float], factor: float) -> None:
    figures = figures_of(revenue_amount=values, growth_index=[v % 7 for v in values])
    weights = chosen_weights({})
    score = score_customers(figures, weights)
    assert score.score.between(0, 1).all()
    again = score_customers(figures, {name: weight * factor for name, weight in weights.items()})
    np.testing.assert_allclose(score.score, again.score)
    assert sum(score.weights.values()) == pytest.approx(1.0)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(VALUES)
def test_more_revenue_never_lowers_the_score(values: list[float]) -> None:
    score = score_customers(figures_of(revenue_amount=values), {"revenue": 1.0}).score
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(score.to_numpy()[order]) >= -1e-12)


def customers_of(scores: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"customer_id": [f"K{n:03d}" for n in range(len(scores))], "score": scores, "revenue_amount": 1.0}
    )


def test_the_first_tenth_is_a_and_the_next_thirty_percent_b() -> None:
    names = segments(customers_of([n / 100 for n in range(100)])[::-1])
    assert names.value_counts().to_dict() == {"C": 60, "B": 30, "A": 10}
    assert names[99] == "A"
    assert names[0] == "C"


def test_one_customer_is_a_customer_of_class_a() -> None:
    assert segments(customers_of([0.3])).tolist() == ["A"]


def test_cut_offs_out_of_order_are_refused() -> None:
    with pytest.raises(ConfigError, match="cut-offs"):
        segments(customers_of([0.1, 0.2]), (0.5, 0.2))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_a_better_score_is_never_in_a_worse_segment(scores: list[float]) -> None:
    table = customers_of(scores)
    table["segment"] = segments(table)
    best = table.groupby("segment")["score"].min()
    worst = table.groupby("segment")["score"].max()
    for upper, lower in (("A", "B"), ("B", "C"), ("A", "C")):
        if upper in best and lower in worst:
            assert best[upper] >= worst[lower]


def test_movers_are_listed_with_the_largest_first() -> None:
    table = pd.DataFrame(
        {"customer_id": list("abcd"), "revenue_amount": [4.0, 3.0, 2.0, 1.0], "score": [0.1, 0.8, 0.7, 0.9]}
    )
    changes, tau = rank_change(table)
    assert changes.iloc[0][["customer_id", "change"]].tolist() in (["a", -3], ["d", 3])
    assert tau == pytest.approx(-2 / 3)


def test_ranks_begin_at_the_highest_share_the_better_place_and_moves_of_one_size_keep_their_order() -> None:
    table = pd.DataFrame(
        {"customer_id": list("abcd"), "revenue_amount": [9.0, 9.0, 5.0, 1.0], "score": [0.2, 0.9, 0.9, 0.1]}
    )
    changes, _ = rank_change(table)
    assert list(changes.columns) == ["customer_id", "revenue_rank", "score_rank", "change"]
    assert changes.to_numpy().tolist() == [["a", 1, 3, -2], ["c", 3, 1, 2], ["b", 1, 1, 0], ["d", 4, 4, 0]]


def test_two_customers_have_a_rank_correlation_and_one_has_none() -> None:
    table = pd.DataFrame({"customer_id": list("ab"), "revenue_amount": [2.0, 1.0], "score": [0.1, 0.2]})
    assert rank_change(table)[1] == pytest.approx(-1.0)
    assert np.isnan(rank_change(table[:1])[1])


def test_natural_breaks_are_the_best_of_all_splits() -> None:
    from itertools import combinations

    values = np.sort(np.random.default_rng(5).random(11).round(2))

    def squares(parts: list[np.ndarray]) -> float:
        return float(sum(((part - part.mean()) ** 2).sum() for part in parts))

    best = min((squares(np.split(values, list(cut))), cut) for cut in combinations(range(1, 11), 2))
    breaks, fit = natural_breaks(pd.Series(values), 3)

    assert breaks == [values[best[1][1]], values[best[1][0]]]
    assert fit == pytest.approx(1 - best[0] / squares([values]))


def test_natural_breaks_of_many_values_find_the_gaps() -> None:
    random = np.random.default_rng(2)
    values = np.concatenate([random.uniform(low, low + 0.1, 3000) for low in (0.0, 0.4, 0.8)])
    breaks, fit = natural_breaks(pd.Series(values), 3)
    assert [0.75 < breaks[0] <= 0.81, 0.35 < breaks[1] <= 0.41] == [True, True]
    assert fit > 0.95


def test_too_few_values_for_the_classes_are_reported() -> None:
    with pytest.raises(ConfigError, match="2 different values"):
        natural_breaks(pd.Series([0.1, 0.1, 0.2]), 3)


def test_three_cut_offs_make_four_classes() -> None:
    customers = pd.DataFrame({"customer_id": list("abcdefghij"), "score": np.linspace(1, 0, 10), "revenue_amount": 1.0})
    assert "".join(segments(customers, (0.1, 0.3, 0.6))) == "ABBCCCDDDD"
    assert "".join(segments(customers.assign(revenue_amount=[1.0] * 9 + [0.0]), (0.1, 0.3, 0.6)))[-1] == "D"
