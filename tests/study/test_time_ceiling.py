from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_runs import hours, runs

from simkit.study.comparison.time_ceiling import (
    beside_the_case,
    ceiling,
    ceiling_share,
    implied_elasticities,
    implied_elasticity,
    needed_falls,
    ticks,
)

HOURS = {  # adds up to 33,225 present hours
    "selling": 2102.0, "care": 1566.0, "service": 2856.0, "preparation": 2223.0, "travel": 1500.0,
    "coordination": 14349.0, "prioritisation": 3300.0, "administration": 5327.0, "idle": 2.0,
}  # fmt: skip


def test_ceiling_of_a_hand_computed_client():
    table = ceiling(hours("baseline", HOURS), "today", "baseline", fte=20.0).set_index("item")["value"]
    assert table["present_h"] == pytest.approx(33225)
    tied = (2223 + 1500) / (2102 + 1566)
    expected = ((33225 - 3300 - 5327 - 2856) / (1 + tied) + 2856) / 33225
    assert table["ceiling_share"] == pytest.approx(expected) and round(expected, 2) == 0.41
    assert table["share_now"] == pytest.approx(6524 / 33225)


def test_the_work_content_that_would_reach_the_target_reaches_it():
    table = ceiling(hours("baseline", HOURS), "today", "baseline", fte=20.0).set_index("item")["value"]
    needed = table["tied_needed_per_hour"]
    reached = ceiling_share(table["present_h"], table["fixed_h"], table["service_h"], needed)
    assert reached == pytest.approx(0.6)


def test_relabelling_wins_no_hours():
    table = ceiling(hours("baseline", HOURS), "today", "baseline", fte=10.0).set_index("item")["value"]
    assert table["relabelling_fte"] == pytest.approx(10 * (6524 / 33225) / 0.6)
    assert table["relabelling_gain_h"] == 0 and table["relabelling_share"] == 0.6


@given(
    st.floats(100, 1e5), st.floats(0, 0.4), st.floats(0, 0.4), st.floats(0, 5), st.floats(0, 0.2)
)  # fmt: skip
def test_the_ceiling_is_a_share_and_falls_with_tied_hours(present, fixed, service, tied, more):
    low, high = (ceiling_share(present, fixed * present, service * present, tied + extra) for extra in (more, 0.0))
    assert 0 <= low <= high <= 1 + 1e-12


def test_the_published_case_in_both_readings_with_its_elasticity():
    table = ticks().set_index("item")
    assert table.loc["case.profit_gain", "value"] == pytest.approx(0.4)
    assert table.loc["case.margin_gain", "value"] == pytest.approx(0.68)
    assert table.loc["elasticity.case", "value"] == pytest.approx(math.log(1.2) / math.log(6))
    assert round(implied_elasticity(0.2, 0.1, 0.6), 2) == 0.10
    assert table.loc["elasticity.published", "value"] == 0.34
    assert (table["source"] != "").all() and (table["evidence_grade"] != "").all()


@given(
    st.floats(1e3, 1e5), st.floats(0.01, 0.5), st.floats(0, 0.3), st.floats(0.05, 5), st.floats(0.1, 0.9)
)  # fmt: skip
def test_work_content_that_falls_as_stated_reaches_the_target(present, fixed, service, tied, target):
    one = [np.array([value]) for value in (present, fixed * present, service * present, tied)]
    falls = {name: float(values[0]) for name, values in needed_falls(*one, target).items()}
    if service >= target:
        assert falls["both_fall_share"] <= 0
        return
    scaled = {
        "tied_fall_share": (one[1], one[3] * (1 - falls["tied_fall_share"])),
        "fixed_fall_share": (one[1] * (1 - falls["fixed_fall_share"]), one[3]),
        "both_fall_share": (one[1] * (1 - falls["both_fall_share"]), one[3] * (1 - falls["both_fall_share"])),
    }
    for fixed_h, tied_per_hour in scaled.values():
        reached = ceiling_share(one[0], fixed_h, one[2], tied_per_hour)
        assert reached[0] == pytest.approx(target, rel=1e-6)
    assert falls["both_fall_share"] <= 1 + 1e-9


def test_the_case_stands_beside_the_replications_of_each_design():
    frame = pd.concat(
        [runs({"base": [100.0, 200.0], "new": [110.0, 240.0]}, "revenue_amount"),
         runs({"base": [10.0, -5.0], "new": [12.0, 1.0]}, "sales_profit_amount"),
         runs({"base": [0.1, 0.1], "new": [0.2, 0.2]}, "facing_share")]
    )  # fmt: skip
    case = beside_the_case(frame, "today", "base", ["new"])
    values = {name: part["value"].tolist() for name, part in case.groupby("measure")}
    assert values["revenue_amount"] == pytest.approx([0.1, 0.2])
    assert values["facing_share"] == [0.2, 0.2]
    assert values["sales_profit_amount"][0] == pytest.approx(0.2)
    assert math.isnan(values["sales_profit_amount"][1])  # a percentage of a loss means nothing
    row = implied_elasticities(case, 0.1).iloc[0]
    assert row["elasticity"] == pytest.approx(math.log(1.15) / math.log(2))


def test_a_share_that_hardly_moves_implies_no_elasticity():
    case = pd.DataFrame(
        {"design": "new", "replication": 0, "measure": ["facing_share", "revenue_amount"], "value": [0.102, 0.05]}
    )
    assert math.isnan(implied_elasticities(case, 0.1)["elasticity"].iloc[0])
