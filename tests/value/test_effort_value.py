from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.value.customers.actions import ACTIONS, proposed_actions
from simkit.value.customers.effort_value import effort_by, service_index


def customers(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"score": 0.5, **columns})


def test_hours_in_proportion_to_value_give_an_index_of_one() -> None:
    table = customers(revenue_amount=[10.0, 20.0, 30.0], hours_h=[1.0, 2.0, 3.0])
    assert service_index(table).tolist() == pytest.approx([1.0, 1.0, 1.0])
    effort = effort_by(table, pd.Series(["A", "B", "B"]), "segment", draws=50)
    assert effort["index"].tolist() == pytest.approx([1.0, 1.0])
    assert effort["verdict"].tolist() == ["in_line", "in_line"]


def test_a_segment_with_half_the_value_and_a_tenth_of_the_hours_is_under_served() -> None:
    table = customers(revenue_amount=[100.0] * 10 + [10.0] * 100, hours_h=[1.0] * 10 + [0.9] * 100)
    effort = effort_by(table, pd.Series(["A"] * 10 + ["C"] * 100), "segment").set_index("segment")
    assert effort.loc["A", "value_share"] == pytest.approx(0.5)
    assert effort.loc["A", "hours_share"] == pytest.approx(0.1)
    assert effort["verdict"].to_dict() == {"A": "under", "C": "over"}


def test_value_rests_on_contribution_where_costs_are_known_and_losses_count_as_zero() -> None:
    table = customers(revenue_amount=[10.0, 10.0], contribution_amount=[5.0, -5.0], hours_h=[1.0, 1.0])
    effort = effort_by(table, pd.Series(["A", "B"]), "segment", draws=20).set_index("segment")
    assert effort["value_share"].to_dict() == {"A": 1.0, "B": 0.0}
    assert np.isnan(effort.loc["B", "index"])  # a ratio to nothing is no number to show


def test_without_hours_nothing_is_said_about_service() -> None:
    table = customers(revenue_amount=[10.0, 20.0])
    effort = effort_by(table, pd.Series(["A", "B"]), "segment", draws=20)
    assert effort["verdict"].tolist() == ["unknown", "unknown"]
    assert service_index(table).isna().all()


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(st.tuples(st.floats(1, 1e5), st.floats(0.1, 500), st.sampled_from("ABC")), min_size=1, max_size=40))
def test_shares_add_up_and_intervals_hold_the_index(rows: list[tuple[float, float, str]]) -> None:
    revenue, hours, groups = (list(column) for column in zip(*rows, strict=True))
    effort = effort_by(customers(revenue_amount=revenue, hours_h=hours), pd.Series(groups), "segment", draws=40)
    for share in ("value_share", "revenue_share", "hours_share", "score_share"):
        assert effort[share].sum() == pytest.approx(1.0)
    shown = effort.dropna(subset=["index"])
    assert (shown["low"] <= shown["index"]).all()
    assert (shown["index"] <= shown["high"]).all()


CASES = pd.DataFrame(
    [
        # segment, revenue, contribution, margin, delay, growth, index, expected
        ("A", 9.0, -1.0, -2.0, 0.0, 0.5, 0.5, "review_terms"),
        ("C", 9.0, 5.0, 4.0, 45.0, 0.5, 1.0, "review_terms"),
        ("A", 9.0, 5.0, 4.0, 45.0, 0.5, 1.0, "protect"),
        ("B", 9.0, 1.0, -1.0, 0.0, 0.9, 1.0, "serve_cheaper"),
        ("C", 9.0, 5.0, 4.0, 0.0, 0.5, 2.0, "serve_cheaper"),
        ("A", 9.0, 5.0, 4.0, 0.0, 0.5, 0.4, "invest"),
        ("A", 9.0, 5.0, 4.0, 0.0, 0.5, 1.0, "protect"),
        ("B", 9.0, 5.0, 4.0, 0.0, 0.9, 1.0, "develop"),
        ("B", 9.0, 5.0, 4.0, 0.0, 0.5, 0.4, "develop"),
        ("B", 9.0, 5.0, 4.0, 0.0, 0.5, 1.0, "keep"),
        ("C", 9.0, 5.0, 4.0, 0.0, 0.9, np.nan, "keep"),
        ("C", 0.0, 0.0, -1.0, 0.0, 0.5, 2.0, "clarify"),
        (None, np.nan, np.nan, np.nan, 45.0, np.nan, np.nan, "find_value"),
    ],
    columns=[
        "segment",
        "revenue_amount",
        "contribution_amount",
        "margin_amount",
        "payment_delay_days",
        "growth_index",
        "service_index",
        "expected",
    ],
)


def test_each_rule_proposes_its_action_and_the_first_that_fits_counts() -> None:
    assert proposed_actions(CASES).tolist() == CASES["expected"].tolist()
    assert set(CASES["expected"]) == set(ACTIONS)


def test_what_is_not_known_triggers_nothing_but_to_find_out_the_value() -> None:
    bare = CASES[["segment", "revenue_amount"]].assign(service_index=np.nan)
    assert set(proposed_actions(bare)) == {"protect", "keep", "clarify", "find_value"}
