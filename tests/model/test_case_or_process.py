"""Case handling or standard process: hand-computed hours, and a break-even that agrees with the map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.model.closed_form.case_or_process import WAYS, WorkType, break_even_line, break_even_share, cost_map, costs
from simkit.model.specification.model_parameters import load_defaults

WORK = WorkType.of(load_defaults())
cheap = settings(derandomize=True, deadline=None, max_examples=60)
works = st.builds(
    WorkType, per_year=st.floats(10, 5000), effort_h=st.floats(0.5, 40), standard_factor=st.floats(0.3, 1.2),
    set_up_h=st.floats(0, 500), variant_share=st.floats(0, 1), exception_h=st.floats(0, 40), learning_h=st.floats(0, 40),
    cases_per_variant=st.floats(1, 50),
)  # fmt: skip


def test_hours_per_case_are_the_hand_computed_ones() -> None:
    work = replace(WORK, variant_share=0.3)

    assert work.case_h == pytest.approx(6 + 0.3 * 4 / 10)
    assert work.process_h == pytest.approx(0.8 * 6 + 80 / 1000 + 0.3 * 6)
    assert work.cheaper == "case"


def test_break_even_is_the_hand_computed_share() -> None:
    assert break_even_share(WORK) == pytest.approx((0.2 * 6 - 0.08) / (6 - 0.4))


def test_at_the_break_even_both_ways_cost_the_same() -> None:
    share = break_even_share(WORK)
    assert share is not None

    found = costs(WORK, [share - 0.05, share, share + 0.05])

    assert found["cheaper"].tolist() == ["process", "even", "case"]
    assert found["saved_h"].iloc[1] == pytest.approx(0, abs=1e-9)


@cheap
@given(work=works)
def test_the_map_changes_its_winner_exactly_at_the_break_even(work: WorkType) -> None:
    shares = np.linspace(0, 1, 41)
    grid = cost_map(work, shares, [work.exception_h])
    border = break_even_share(work)
    clear = grid[grid["cheaper"] != "even"]

    if border is None:
        assert clear["cheaper"].nunique() <= 1
        return
    below, above = clear[clear["variant_share"] < border], clear[clear["variant_share"] > border]
    assert below["cheaper"].nunique() <= 1
    assert above["cheaper"].nunique() <= 1
    if len(below) and len(above):
        assert below["cheaper"].iloc[0] != above["cheaper"].iloc[0]


@cheap
@given(work=works, more=st.floats(0.01, 0.5))
def test_more_variants_never_make_either_way_cheaper(work: WorkType, more: float) -> None:
    other = replace(work, variant_share=work.variant_share + more)

    assert other.case_h >= work.case_h
    assert other.process_h >= work.process_h


def test_without_variants_the_process_wins_when_it_saves_more_than_its_set_up() -> None:
    none = replace(WORK, variant_share=0)

    assert none.cheaper == "process"
    assert replace(none, set_up_h=1300).cheaper == "case"  # 1.2 h saved against 1.3 h of set-up per case


def test_a_process_that_saves_nothing_never_wins() -> None:
    work = replace(WORK, standard_factor=1)

    assert set(costs(work, np.linspace(0, 1, 11))["cheaper"]) == {"case"}
    assert break_even_share(work) is None


def test_exceptions_as_cheap_as_learning_leave_no_border() -> None:
    assert break_even_share(replace(WORK, exception_h=0.4)) is None
    assert break_even_share(replace(WORK, exception_h=1)) is None  # it would lie above 100 %


def test_dearer_exceptions_move_the_border_to_fewer_variants() -> None:
    line = break_even_line(WORK, [1, 2, 4, 8, 16])

    assert np.isnan(line["break_even_share"].iloc[0])
    assert np.all(np.diff(line["break_even_share"].iloc[1:]) < 0)


def test_the_map_has_a_row_for_each_point_and_names_a_known_way() -> None:
    grid = cost_map(WORK, [0, 0.5, 1], [2, 10])

    assert len(grid) == 6
    assert set(grid["cheaper"]) <= set(WAYS)
    assert grid.groupby("exception_h")["case_h"].first().nunique() == 1  # exceptions do not touch case handling
