"""Thresholds against figures computed by hand."""

import numpy as np
import pandas as pd
import pytest
from made_robustness import made_bench
from made_runs import COLUMNS, runs
from scipy import stats

from simkit.model.specification.designs import load_design
from simkit.study.comparison.contributions import SCAN_COLUMNS, Parts
from simkit.study.mean_intervals import fieller
from simkit.study.robustness.interplay import interplay
from simkit.study.robustness.turning_points import (
    break_even_elasticity,
    compensation,
    elasticity_curve,
    elasticity_runs,
    flat_maximum,
)


def curve(values: dict[float, list[float]], design: str = "new") -> pd.DataFrame:
    rows = [(at, number, design, gain) for at, gains in values.items() for number, gain in enumerate(gains)]
    return pd.DataFrame(rows, columns=["elasticity", "replication", "design", "difference"])


def crossing(values: dict[float, list[float]]) -> pd.Series:
    return break_even_elasticity(curve(values)).iloc[0]


def test_the_break_even_lies_on_the_line_between_two_elasticities():
    row = crossing({0.0: [-3.0, -1.0], 0.25: [-1.5, -0.5], 0.5: [2.0, 4.0]})
    assert row["elasticity"] == pytest.approx(0.25 + 0.25 * 1 / 4)
    assert row["outcome"] == "from"


def test_the_interval_ends_where_the_difference_is_just_significant():
    gains = {0.0: [-3.0, -2.0, -4.0, -3.0], 0.25: [-1.5, -0.5, -1.0, -1.0], 0.5: [3.0, 2.0, 4.0, 3.5]}
    row = crossing(gains)
    at, table = np.array(list(gains)), np.array(list(gains.values()))
    assert 0.0 < row["low"] < row["elasticity"] < row["high"] < 0.5
    for end in (row["low"], row["high"]):
        there = np.array([np.interp(end, at, one) for one in table.T])
        assert abs(stats.ttest_1samp(there, 0).statistic) == pytest.approx(stats.t.ppf(0.975, 3))


def test_an_interval_that_goes_on_beyond_the_elasticities_has_no_end():
    row = crossing({0.0: [-4.0, -5.0, -6.0], 0.5: [0.1, 9.0, -6.0]})
    assert 0.0 < row["low"] < row["elasticity"]
    assert np.isnan(row["high"])


def test_replications_that_agree_leave_no_width():
    row = crossing({0.0: [-2.0] * 3, 0.5: [2.0] * 3})
    assert (row["low"], row["elasticity"], row["high"]) == pytest.approx((0.25, 0.25, 0.25))


@pytest.mark.parametrize(
    ("gains", "outcome"),
    [
        ([1.0, 2.0, 3.0], "always"),
        ([-1.0, -2.0, -3.0], "never"),
        ([2.0, 1.0, -1.0], "up to"),
        ([-1.0, 1.0, -1.0], "several"),
        ([0.0, 0.0, 0.0], "equal"),
    ],
)
def test_what_has_no_single_break_even_is_reported_as_it_is(gains, outcome):
    row = crossing({at: [gain, gain] for at, gain in zip((0.0, 0.25, 0.5), gains, strict=True)})
    assert row["outcome"] == outcome
    assert np.isnan(row["elasticity"]) == (outcome != "up to")


def test_on_the_known_engine_the_break_even_is_the_known_one():
    found = elasticity_runs(made_bench(), (0.0, 0.25, 0.5), replications=6)
    row = break_even_elasticity(found).set_index("design").loc["stretched_t"]
    assert row["elasticity"] == pytest.approx(0.2, abs=0.012)
    line = elasticity_curve(found)
    mine = line[line["design"] == "stretched_t"].set_index("elasticity")
    assert mine.loc[0.5, "difference"] - mine.loc[0.0, "difference"] == pytest.approx(2e6 / 3)
    assert (mine["low"] < mine["difference"]).all()


def money(gains: dict[str, list[float]]) -> pd.DataFrame:
    """Runs in which the new design changes contribution with each segment by what is given, replication by replication."""
    rows = []
    for segment, values in gains.items():
        for number, gain in enumerate(values):
            rows += [
                (design, "today", number, 0, "segment_contribution_amount", segment, 100.0 + gain * (design == "new"))
                for design in ("old", "new")
            ]
    return pd.DataFrame(rows, columns=COLUMNS)


def ratio(gains: dict[str, list[float]]) -> pd.Series:
    return compensation(money(gains), ["today"], ["new"], "old").iloc[0]


def test_the_compensation_ratio_is_gain_over_loss():
    row = ratio({"A": [6.0, 8.0, 7.0], "B": [0.0, 0.0, 0.0], "C": [-2.0, -2.1, -1.9]})
    assert row["outcome"] == "ratio"
    assert row["ratio"] == pytest.approx(7 / 2)
    assert (row["ratio_low"], row["ratio_high"]) == pytest.approx(
        fieller(np.array([6.0, 8.0, 7.0]), np.array([2.0, 2.1, 1.9]))[1:]
    )
    assert row["ratio_low"] < 3.5 < row["ratio_high"]
    assert (row["gain_a"], row["gain_b"], row["gain_c"]) == pytest.approx((7.0, 0.0, -2.0))


def test_without_a_loss_there_is_nothing_to_make_up_for():
    row = ratio({"A": [6.0, 8.0], "B": [0.0, 0.0], "C": [1.0, 2.0]})
    assert row["outcome"] == "no loss"
    assert np.isnan(row["ratio"])


def test_a_loss_that_may_be_none_gives_no_interval():
    row = ratio({"A": [6.0, 8.0, 7.0], "B": [0.0, 0.0, 0.0], "C": [-5.0, 3.0, -1.0]})
    assert row["outcome"] == "unsure"
    assert np.isnan(row["ratio_low"])


def test_a_size_within_one_per_cent_of_profit_makes_no_difference():
    rows = [("new", "unit", change, "company_profit_amount", gain, gain - 1, gain + 1)
            for change, gain in ((-2, -40.0), (-1, -6.0), (1, -9.0), (2, -30.0))]  # fmt: skip
    found = flat_maximum(pd.DataFrame(rows, columns=list(SCAN_COLUMNS)), pd.Series({"new": 1000.0}), 0.01)
    assert found["change"].tolist() == [-2, -1, 0, 1, 2]
    assert found["share"].tolist() == [-0.04, -0.006, 0.0, -0.009, -0.03]
    assert found["within"].tolist() == [False, True, True, True, False]
    assert found["surely_beyond"].tolist() == [True, False, False, False, True]


def test_a_share_of_a_loss_is_not_told():
    rows = [("new", "unit", 1, "company_profit_amount", 1.0, 0.0, 2.0)]
    assert flat_maximum(pd.DataFrame(rows, columns=list(SCAN_COLUMNS)), pd.Series({"new": -5.0}), 0.01).empty


def test_parts_pairs_and_rest_add_up_to_the_whole():
    values = {}
    whole = Parts.of(load_design("stretched_t"))
    for parts in whole.combinations():
        alone = sum({"rule": 1.0, "frontline": 2.0, "service_design": 4.0, "modular_delivery": 8.0}[p] for p in parts)
        pair = 16.0 * ({"rule", "frontline"} <= set(parts))
        triple = 32.0 * ({"rule", "frontline", "service_design"} <= set(parts))
        values["+".join(parts) or "none"] = alone + pair + triple
    series = {name: [value, value + 1.0, value - 1.0] for name, value in values.items()}
    series["stretched_t"] = [value - 3.0 for value in series["+".join(whole.switches)]]
    table = interplay(runs(series), "today", list(values), whole).set_index("part")
    assert table.loc["rule", "difference"] == pytest.approx(1.0)
    assert table.loc["rule × frontline", "difference"] == pytest.approx(16.0)
    assert table.loc["rule × service_design", "difference"] == pytest.approx(0.0)
    assert table.loc["higher", "difference"] == pytest.approx(32.0)
    assert table.loc["transition", "difference"] == pytest.approx(-3.0)
    assert table["difference"].iloc[:-1].sum() == pytest.approx(table.loc["total", "difference"])
