"""Faster or better: speed has its limit, targeting its best share, and the two by two adds up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.model.closed_form.faster_or_better import (
    EFFECTS,
    Effort,
    effects,
    effects_with_range,
    speed_curve,
    two_by_two,
)
from simkit.model.specification.model_parameters import load_defaults

EFFORT = Effort.of(load_defaults())
cheap = settings(derandomize=True, deadline=None, max_examples=40)
efforts = st.builds(
    Effort, speedup_max=st.floats(1, 3), step_share=st.floats(0.05, 1), rounds=st.floats(0, 10),
    right_value_share=st.floats(0.1, 0.9), hours_share_today=st.floats(0.1, 0.9), hours_share_after=st.floats(0.1, 0.9),
    elasticity=st.floats(0.05, 0.9),
)  # fmt: skip


def effect(effort: Effort, name: str) -> float:
    return float(effects(effort).set_index("effect").loc[name, "value"])


@cheap
@given(effort=efforts)
def test_today_is_one(effort: Effort) -> None:
    assert effort.speed(0) == pytest.approx(1)
    assert effort.value(1.0, effort.hours_share_today) == pytest.approx(1)


def test_speed_after_two_rounds_is_the_hand_computed_one() -> None:
    assert EFFORT.speed(2) == pytest.approx(1.3 - 0.3 * 0.6**2)


@cheap
@given(effort=efforts, rounds=st.floats(0, 50))
def test_speed_rises_to_its_natural_limit_and_never_beyond(effort: Effort, rounds: float) -> None:
    assert effort.speed(rounds) <= effort.speed(rounds + 1) <= effort.speedup_max
    assert effort.speed(1000) == pytest.approx(effort.speedup_max)


def test_each_round_of_speeding_up_brings_less_and_the_rest_runs_out() -> None:
    curve = speed_curve(EFFORT, range(30))

    assert np.all(np.diff(curve["next_round"]) < 0)
    assert curve["value"].iloc[0] == pytest.approx(1)
    assert curve["still_possible"].iloc[0] == pytest.approx(1.3**0.34 - 1)
    assert curve["still_possible"].iloc[-1] == pytest.approx(0, abs=1e-6)
    assert curve["still_possible"].to_numpy(float)[:-1] - curve["next_round"].to_numpy(float)[:-1] == pytest.approx(
        curve["still_possible"].to_numpy(float)[1:]
    )


def test_where_nothing_can_be_sped_up_the_lever_is_void() -> None:
    assert effect(replace(EFFORT, speedup_max=1), "efficiency") == pytest.approx(0, abs=1e-12)


def test_where_hours_stay_where_they_are_targeting_is_void() -> None:
    assert effect(replace(EFFORT, hours_share_after=EFFORT.hours_share_today), "effectiveness") == pytest.approx(
        0, abs=1e-12
    )


def test_the_two_by_two_holds_the_hand_computed_values() -> None:
    effort = replace(
        EFFORT, speedup_max=1.44, step_share=1, rounds=1, elasticity=0.5, right_value_share=0.5, hours_share_today=0.2,
        hours_share_after=0.8,
    )  # fmt: skip
    value = two_by_two(effort).set_index(["efficiency", "effectiveness"])["value"]

    better = 0.5 * 2 + 0.5 * 0.5  # √(0.8/0.2) = 2 and √(0.2/0.8) = 1/2
    assert value.loc[False, False] == pytest.approx(1)
    assert value.loc[True, False] == pytest.approx(1.2)
    assert value.loc[False, True] == pytest.approx(better)
    assert value.loc[True, True] == pytest.approx(1.2 * better)
    assert effect(effort, "interaction") == pytest.approx(0.2 * (better - 1))


@cheap
@given(effort=efforts)
def test_main_effects_add_up_to_the_joint_effect_and_the_interaction_is_the_product(effort: Effort) -> None:
    faster = effort.value(effort.speed(effort.rounds), effort.hours_share_today) - 1
    better = effort.value(1.0, effort.hours_share_after) - 1

    assert effect(effort, "efficiency") + effect(effort, "effectiveness") == pytest.approx(effect(effort, "both"))
    assert effect(effort, "interaction") == pytest.approx(faster * better, abs=1e-9)


def test_too_much_targeting_starves_the_others() -> None:
    assert EFFORT.value(1.0, 0.99) < EFFORT.value(1.0, EFFORT.hours_share_after)


def test_the_default_gain_from_targeting_stays_inside_what_re_allocation_has_shown() -> None:
    assert 0.02 <= EFFORT.value(1.0, EFFORT.hours_share_after) - 1 <= 0.081


def test_the_range_over_plausible_values_holds_the_value() -> None:
    found = effects_with_range(load_defaults())

    assert list(found["effect"]) == list(EFFECTS)
    assert np.all(found["low"] <= found["value"])
    assert np.all(found["value"] <= found["high"])
