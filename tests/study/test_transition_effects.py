from __future__ import annotations

import pandas as pd
import pytest
from made_runs import runs

from simkit.study.comparison.transition_effects import (
    ONCE_COST,
    cost_of_transition,
    relabelling,
    structure_and_transition,
)

PROFIT = ("company_profit_amount",)
TODAY, NEW, NEW_AT_ONCE = [100.0, 300.0, -50.0], [130.0, 320.0, -10.0], [180.0, 370.0, 40.0]
FRAME = pd.concat(
    [runs({"today": TODAY, "new": NEW, "new~at_once": NEW_AT_ONCE}),
     runs({"today": [0.0] * 3, "new": [20.0] * 3, "new~at_once": [0.0] * 3}, ONCE_COST)]
)  # fmt: skip


def test_structure_and_transition_add_up_to_the_gain():
    table = structure_and_transition(FRAME, "today", "today", {"new": "new~at_once"}, PROFIT).set_index("part")
    assert table.loc["structure", "difference"] == pytest.approx(80.0)
    assert table.loc["transition", "difference"] == pytest.approx(-50.0)
    assert table.loc["total", "difference"] == pytest.approx(30.0)
    assert table.loc["transition", "low"] == pytest.approx(-50.0)  # the same in every replication, so without any width


def test_a_design_without_a_transition_is_all_structure():
    table = structure_and_transition(FRAME, "today", "today", {"new": "new"}, PROFIT).set_index("part")
    assert table.loc["transition", "difference"] == 0
    assert table.loc["structure", "difference"] == table.loc["total", "difference"]


def test_the_cost_of_the_transition_is_what_is_lost_and_what_is_paid_once():
    table = cost_of_transition(FRAME, "today", {"new": "new~at_once", "other": "other"}, PROFIT)
    parts = table.set_index("part")["difference"]
    assert set(table["design"]) == {"new"}
    assert parts.to_dict() == pytest.approx({"dip_and_adoption": -30.0, "once": -20.0, "total": -50.0})


def test_a_mere_split_shows_levels_and_change():
    table = relabelling(FRAME, "today", "today", "new", PROFIT).iloc[0]
    assert table["baseline"] == pytest.approx(350 / 3) and table["difference"] == pytest.approx(30.0)
    assert table["relabelled"] - table["baseline"] == pytest.approx(table["difference"])


def test_without_designs_there_is_nothing_to_split():
    assert structure_and_transition(FRAME, "today", "today", {}, PROFIT).empty
    assert cost_of_transition(FRAME, "today", {"new": "new"}, PROFIT).empty
