from __future__ import annotations

import math

import numpy as np
import pytest
from made_runs import runs

from simkit.foundation.errors import UsageError
from simkit.study.experiment.precision import Precision, look_ahead, precise_from, precision_table, usual_precision
from simkit.study.paired_comparison import half_width


def test_hoads_rule_looks_ahead():
    shares = np.array([np.nan, 9, 1, 9, 1, 1, 1, 1, 1, 1, 1], dtype=float)
    assert precise_from(shares, 2.0) == 5, "from the fifth on, five more hold; the third was luck"
    assert precise_from(shares[:9], 2.0) is None
    assert precise_from(np.full(8, 1.0), 2.0) == 3 and precise_from(np.full(7, 1.0), 2.0) is None
    assert [look_ahead(number) for number in (3, 100, 119, 120, 250)] == [5, 5, 5, 6, 12]


def test_the_table_has_the_half_width_of_the_paired_interval_and_no_verdict_where_nothing_was_asked():
    frame = runs({"today": [100.0, 120.0, 80.0, 100.0], "other": [101.0, 121.0, 82.0, 102.0]})
    row = precision_table(frame, ["today", "other"]).iloc[0]
    expected = half_width(np.array([[1.0, 1.0, 2.0, 2.0]]))[0]
    assert row["half_width"] == pytest.approx(expected) and row["half_width_share"] == pytest.approx(expected / 100)
    assert math.isnan(row["asked_share"]) and not row["reached"]


def test_a_baseline_without_profit_is_never_precise():
    frame = runs({"today": [0.0] * 6, "other": [1.0, 2.0] * 3})
    assert math.isnan(precision_table(frame, ["today", "other"])["half_width_share"].iloc[0])


def test_the_default_is_the_thresholds():
    assert usual_precision() == Precision(share=0.005, budget=100)
    assert usual_precision(0.05, 30) == Precision(share=0.05, budget=30)


@pytest.mark.parametrize("wrong", [{"share": 0.0}, {"share": 1.0}, {"budget": 2}])
def test_a_precision_out_of_range_is_refused_with_the_usual(wrong):
    with pytest.raises(UsageError) as caught:
        Precision(**{"share": 0.02, "budget": 100, **wrong})
    assert "0.005 and 100" in caught.value.render("en")
