from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import COLUMNS, runs
from scipy import stats
from statsmodels.stats.multitest import multipletests

from simkit.foundation.random_streams import stream
from simkit.study.mean_intervals import drawn_means
from simkit.study.paired_comparison import (
    differences,
    half_width,
    holm,
    levels,
    paired,
    probability_best,
    share_of_wins,
    simultaneous,
)

FLOATS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))


def test_half_width_is_that_of_scipys_t_interval():
    values = np.array([[1.0, 2.0, 4.0, 8.0], [5.0, 5.0, 5.0, 5.0]])
    low, high = stats.t.interval(0.95, 3, loc=values[0].mean(), scale=stats.sem(values[0]))
    assert half_width(values) == pytest.approx([(high - low) / 2, 0.0])


def test_one_replication_has_no_interval():
    assert math.isnan(half_width(np.array([[1.0]]))[0])


def test_one_replication_has_no_interval_for_any_quantity_and_two_have_one():
    assert half_width(np.ones((3, 1))) == pytest.approx([np.nan] * 3, nan_ok=True)
    assert half_width(np.array([[1.0, 3.0]])) == pytest.approx([12.7062], abs=1e-4)  # t(0.975; 1) · √2/√2


def test_levels_of_two_quantities_stand_one_below_the_other():
    table = levels(runs({"a": [1.0, 2.0, 6.0], "b": [5.0, 5.0, 5.0]}, "cases"))
    assert table.index.tolist() == [0, 1] and table["design"].tolist() == ["a", "b"]
    assert (table["mean"].tolist(), table["median"].tolist()) == ([3.0, 5.0], [2.0, 5.0])
    # t(0.975; 2) · s/√n = 4.30265 · √7/√3 = 6.5724
    assert table["low"].tolist() == pytest.approx([3 - 6.5724, 5.0], abs=1e-4)
    assert table["high"].tolist() == pytest.approx([3 + 6.5724, 5.0], abs=1e-4)


def test_levels_of_known_runs():
    row = levels(runs({"a": [1.0, 2.0, 6.0]})).iloc[0]
    assert (row["mean"], row["median"], row["replications"]) == (3.0, 2.0, 3)
    assert row["high"] - row["mean"] == pytest.approx(row["mean"] - row["low"])


def test_pairing_removes_what_the_replications_have_in_common():
    replications = [0.0, 1000.0, -2000.0, 500.0]
    frame = runs({"base": replications, "new": [w + 10 for w in replications]})
    row = differences(frame, "base").iloc[0]
    assert (
        row["difference"] == pytest.approx(10) and row["low"] == pytest.approx(10) and row["high"] == pytest.approx(10)
    )


def test_relative_difference_is_the_ratio_of_means_with_its_own_interval():
    frame = runs({"base": [100.0, 200.0, 300.0], "new": [110.0, 220.0, 330.0]})
    row = differences(frame, "base").iloc[0]
    assert row["relative"] == pytest.approx(0.1)
    assert row["relative_low"] == pytest.approx(0.1) and row["relative_high"] == pytest.approx(0.1)
    assert row["low"] < row["difference"] < row["high"]


def test_differences_of_known_runs():
    table = differences(
        runs({"base": [1.0, 2.0, 3.0], "new": [2.0, 3.0, 7.0], "same": [1.0, 2.0, 3.0]}, "cases"), "base"
    )
    assert table.index.tolist() == [0, 1] and table["design"].tolist() == ["new", "same"]
    row = table.iloc[0]
    assert row[["baseline", "mean", "difference", "relative", "replications"]].tolist() == [2.0, 4.0, 2.0, 1.0, 3]
    # differences of 1, 1 and 4: s = √3; less the ratio 1 times the baseline: 0, −1 and 1: s = 1
    assert (row["low"], row["high"]) == pytest.approx((2 - 4.30265, 2 + 4.30265), abs=1e-4)
    assert (row["relative_low"], row["relative_high"]) == pytest.approx((1 - 1.24207, 1 + 1.24207), abs=1e-4)


def test_a_profit_is_compared_with_the_contribution_and_a_baseline_below_one_is_one_too():
    profit = runs({"base": [0.1, 0.2], "new": [0.2, 0.3]}).query("measure == 'company_profit_amount'")
    contribution = runs({"base": [0.4, 0.6], "new": [9.0, 9.0]}, "contribution_amount")
    row = differences(pd.concat([profit, contribution]), "base").iloc[0]
    assert row["relative"] == pytest.approx(0.2)  # 0.1 of a mean of 0.5


def test_what_the_baseline_never_lists_is_zero_there():
    row = differences(pd.concat([runs({"base": [7.0, 7.0]}), runs({"new": [2.0, 4.0]}, "cases")]), "base").iloc[0]
    assert (row["measure"], row["baseline"], row["difference"]) == ("cases", 0.0, 3.0)


@pytest.mark.parametrize("base", [0.0, -100.0])
def test_relative_difference_to_nothing_or_to_a_loss_is_missing(base):
    frame = runs({"base": [base, base], "new": [1.0, 2.0]})
    row = differences(frame, "base").iloc[0]
    assert math.isnan(row["relative"]) and math.isnan(row["relative_low"]) and row["difference"] == 1.5 - base


def test_a_count_that_one_run_does_not_list_is_zero_there():
    frame = pd.concat([runs({"base": [0.0, 0.0]}), runs({"base": [3.0], "new": [1.0, 5.0]}, "lapsed_leads")])
    row = differences(frame, "base").set_index("measure").loc["lapsed_leads"]
    assert row["baseline"] == 1.5 and row["difference"] == pytest.approx(1.5)


def test_a_missing_mean_stays_missing():
    frame = runs({"base": [math.nan, 2.0], "new": [1.0, 2.0]}, "lead_time_days")
    assert math.isnan(differences(frame, "base")["difference"].iloc[0])


def test_simultaneous_intervals_are_wider_than_single_ones_and_widen_with_the_family():
    rng = np.random.default_rng(1)
    base = rng.normal(size=12)
    table = pd.DataFrame({"base": base, **{name: base + rng.normal(size=12) for name in "abc"}})
    three = simultaneous(table, "base").set_index("design")
    one = simultaneous(table[["base", "a"]], "base").set_index("design")
    assert three.loc["a", "high"] - three.loc["a", "low"] > one.loc["a", "high"] - one.loc["a", "low"]
    assert set(three["family"]) == {3}


def test_each_of_three_intervals_leaves_out_a_third_of_five_per_cent():
    base = [10.0, 20.0, 30.0]
    table = pd.DataFrame({"base": base, **{name: [11.0, 22.0, 33.0] for name in "abc"}})
    width = stats.t.ppf(1 - 0.05 / 3 / 2, 2) / math.sqrt(3)  # differences of 1, 2 and 3: s = 1
    three = simultaneous(table, "base")
    assert three["low"].tolist() == pytest.approx([2 - width] * 3)
    assert three["high"].tolist() == pytest.approx([2 + width] * 3)
    one = simultaneous(table[["base", "a"]], "base").iloc[0]
    assert (one["low"], one["high"]) == pytest.approx((2 - 2.48414, 2 + 2.48414), abs=1e-4)  # t(0.975; 2)/√3
    assert simultaneous(table[["base"]], "base").empty


def test_p_values_of_two_replications_of_no_difference_and_of_a_certain_one():
    table = pd.DataFrame(
        {"base": [0.0, 0.0], "a": [1.0, 3.0], "same": [0.0, 0.0], "more": [4.0, 4.0], "mixed": [-1.0, 1.0]}
    )
    found = simultaneous(table, "base").set_index("design")
    # t = 2 with one degree of freedom, a Cauchy distribution: p = 1 − 2/π · arctan 2 = 0.2952
    assert found["p_value"].to_dict() == pytest.approx({"a": 0.2952, "same": 1.0, "more": 0.0, "mixed": 1.0}, abs=1e-4)
    assert found["p_holm"].to_dict() == pytest.approx({"a": 0.8855, "same": 1.0, "more": 0.0, "mixed": 1.0}, abs=1e-4)


def test_one_replication_has_no_p_value():
    found = simultaneous(pd.DataFrame({"base": [0.0], "a": [1.0], "b": [2.0]}), "base")
    assert found["p_value"].isna().all() and found["p_holm"].isna().all()


def test_p_values_are_those_of_the_paired_t_test():
    rng = np.random.default_rng(2)
    base, new = rng.normal(size=10), rng.normal(0.4, size=10)
    row = simultaneous(pd.DataFrame({"base": base, "new": new}), "base").iloc[0]
    assert row["p_value"] == pytest.approx(stats.ttest_rel(new, base).pvalue)


def test_holm_against_a_textbook_example():
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@pytest.mark.parametrize("size", [1, 2, 9])
def test_holm_is_that_of_statsmodels_to_the_bit(size):
    rng = np.random.default_rng(size)
    for values in (rng.uniform(size=size), rng.uniform(size=size) / size, rng.integers(0, 3, size) / 20):
        assert holm(values).tolist() == multipletests(values, method="holm")[1].tolist()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_lies_between_the_plain_and_the_bonferroni_value(values):
    plain = np.array(values)
    adjusted = holm(plain)
    assert (adjusted >= plain - 1e-12).all()
    assert (adjusted <= np.minimum(plain * len(plain), 1.0) + 1e-12).all()


def test_a_design_that_wins_everywhere_is_certainly_best():
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [2.0, 3.0, 4.0]})
    result = probability_best(table, seed=1, name="today").set_index("design")
    assert result["probability_best"].to_dict() == {"a": 0.0, "b": 1.0}
    assert result["replications_won"].to_dict() == {"a": 0.0, "b": 3.0}
    assert result["rank"].to_dict() == {"a": 2, "b": 1}


def test_a_design_without_a_value_leaves_the_best_unknown():
    assert share_of_wins(np.array([[1.0, math.nan, 2.0]])) == pytest.approx([math.nan] * 3, nan_ok=True)


def test_the_draws_are_those_of_the_stream_of_no_replication():
    rng = np.random.default_rng(4)
    table = pd.DataFrame(rng.normal(size=(6, 2)), columns=["a", "b"])
    drawn = drawn_means(table.to_numpy().T, stream(7, -1, "study.best.today"), 500)
    found = probability_best(table, seed=7, name="today", draws=500)
    assert found["probability_best"].tolist() == share_of_wins(drawn).tolist()
    assert found["mean"].tolist() == pytest.approx([table["a"].mean(), table["b"].mean()])


def test_equal_designs_share_the_probability_of_being_best():
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 2.0, 3.0]})
    assert probability_best(table, seed=1, name="today")["probability_best"].tolist() == [0.5, 0.5]


def test_the_probability_of_being_best_is_near_the_normal_one():
    rng = np.random.default_rng(3)
    gain = rng.normal(size=30)
    gain = (gain - gain.mean()) / gain.std(ddof=1) + 0.2
    table = pd.DataFrame({"a": np.zeros(30), "b": gain})
    found = probability_best(table, seed=1, name="x", draws=20_000).set_index("design").loc["b", "probability_best"]
    assert found == pytest.approx(stats.norm.cdf(0.2 * math.sqrt(30)), abs=0.02)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(FLOATS, FLOATS, FLOATS), min_size=2, max_size=8))
def test_probabilities_of_being_best_add_up_to_one_and_adding_a_replication_constant_changes_nothing(rows):
    table = pd.DataFrame(rows, columns=["a", "b", "c"])
    first = probability_best(table, seed=1, name="x", draws=50)
    assert first["probability_best"].sum() == pytest.approx(1.0)
    assert sorted(first["rank"]) == [1, 2, 3]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(FLOATS, FLOATS), min_size=2, max_size=8), FLOATS)
def test_differences_do_not_move_when_every_replication_is_shifted(rows, shift):
    base, new = [r[0] for r in rows], [r[1] for r in rows]
    plain = differences(runs({"base": base, "new": new}), "base").iloc[0]
    moved = differences(runs({"base": [x + shift for x in base], "new": [x + shift for x in new]}), "base").iloc[0]
    assert moved["difference"] == pytest.approx(plain["difference"], abs=1e-3)
    assert moved["high"] - moved["low"] == pytest.approx(plain["high"] - plain["low"], abs=1e-2)


def test_paired_keeps_the_order_of_the_runs():
    frame = runs({"z": [1.0], "a": [2.0]})
    assert list(frame.columns) == COLUMNS
    assert list(paired(frame, "today", "company_profit_amount").columns) == ["z", "a"]


def test_paired_takes_the_whole_horizon_of_all_groups_unless_told_otherwise():
    whole, year, group = runs({"a": [6.0]}), runs({"a": [2.0]}).assign(year=1), runs({"a": [3.0]}, group="new")
    frame = pd.concat([whole, year, group])
    assert paired(frame, "today", "company_profit_amount")["a"].tolist() == [6.0]
    assert paired(frame, "today", "company_profit_amount", year=1)["a"].tolist() == [2.0]
