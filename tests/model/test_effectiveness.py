"""Effectiveness: neutral without levers, incentives void where ability binds, training fades, practice spreads downwards."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from simkit.model.rules.effectiveness import Effectiveness, Tiers
from tests.model.conftest import patched

TODAY = (-1.2, -0.4, 0.1, 0.3, 1.7)
ADDITIVE, MULTIPLICATIVE, MINIMUM = 0, 1, 2
draws = st.floats(-3, 3)
forms = st.sampled_from((ADDITIVE, MULTIPLICATIVE, MINIMUM))
cheap = settings(derandomize=True, deadline=None, max_examples=40)


def people(today: tuple[float, ...] = TODAY, **parameters: float) -> Effectiveness:
    return Effectiveness(patched({f"amo.{name}": value for name, value in parameters.items()}), today)


def test_by_default_it_is_ability_relative_to_the_mean_of_todays_holders() -> None:
    one = people()

    assert one.today(0.5) == pytest.approx(0.5 - 0.1)
    assert one.by_month(0.5, 36) == pytest.approx([0.4] * 36)


@cheap
@given(form=forms, spread=st.floats(0, 3), draw=draws)
def test_without_gains_every_form_stays_at_today_and_todays_mean_is_zero(form: int, spread: float, draw: float) -> None:
    one = people(form=form, spread=spread)

    assert one.by_month(draw, 24) == pytest.approx([one.today(draw)] * 24)
    assert math.fsum(one.today(holder) for holder in TODAY) == pytest.approx(0, abs=1e-9)


def test_with_all_posts_vacant_nothing_is_subtracted() -> None:
    assert people(()).today(0.5) == pytest.approx(0.5)
    assert people(()).by_month(-1.0, 2) == pytest.approx([-1.0, -1.0])


def test_the_spread_scales_the_difference_between_people() -> None:
    assert people(spread=0.5).today(1.0) - people(spread=0.5).today(-1.0) == pytest.approx(1.0)
    assert people(spread=0).today(3.0) == 0


def test_tiers_have_the_shares_of_the_parameters_in_the_population() -> None:
    ladder = (np.arange(1000) + 0.5) / 1000
    tiers = [people().tier(float(draw)) for draw in norm.ppf(ladder)]

    assert (tiers.count("top"), tiers.count("middle"), tiers.count("tail")) == (100, 600, 300)


def test_without_outer_tiers_everybody_is_in_the_middle() -> None:
    one = people(top_share=0, tail_share=0, learning_per_year=1)

    assert {one.tier(-4.0), one.tier(0.0), one.tier(4.0)} == {"middle"}
    assert one.by_month(0.0, 13) == pytest.approx([one.today(0.0)] * 13)  # nobody to learn from


def test_the_mean_of_the_top_tenth_is_the_one_of_the_tables() -> None:
    assert Tiers(top_share=0.1, tail_share=0.3).top_mean == pytest.approx(1.755, abs=0.001)


@cheap
@given(draw=st.floats(-3, 0), gain=st.floats(0.01, 2))
def test_incentives_do_nothing_where_ability_binds_and_something_where_it_adds_up(draw: float, gain: float) -> None:
    least, added = people(form=MINIMUM, motivation_gain=gain), people(form=ADDITIVE, motivation_gain=gain)

    assert least.by_month(draw, 3) == pytest.approx([least.today(draw)] * 3)
    assert added.by_month(draw, 3) == pytest.approx([added.today(draw) + gain] * 3)


def test_where_ability_binds_training_helps_up_to_what_motivation_and_opportunity_allow() -> None:
    one = people(form=MINIMUM, training_gain=0.5)

    assert one.by_month(-0.4, 1)[0] - one.today(-0.4) == pytest.approx(0.4)  # from −0.4 to 0, where they bind


def test_the_multiplicative_form_gives_the_hand_computed_index() -> None:
    one = people((), form=MULTIPLICATIVE, motivation_gain=0.5, opportunity_gain=1.0)

    assert one.today(0.7) == pytest.approx(0.7)
    assert one.by_month(1.0, 1)[0] == pytest.approx((1.2 * 1.1 * 1.2 - 1) / 0.2)


def test_a_factor_of_the_multiplicative_form_is_never_negative() -> None:
    one = people((), form=MULTIPLICATIVE, spread=3, motivation_gain=-2)

    assert one.today(-3.0) == pytest.approx(-5.0)
    assert one.by_month(-3.0, 1) == pytest.approx([-5.0])


@cheap
@given(
    form=forms,
    draw=draws,
    low=st.floats(-1, 1),
    more=st.floats(0, 1),
    name=st.sampled_from(("motivation_gain", "opportunity_gain", "training_gain", "coaching_gain")),
)
def test_more_of_a_gain_never_makes_anybody_less_effective(
    form: int, draw: float, low: float, more: float, name: str
) -> None:
    less = people(form=form, **{name: low}).by_month(draw, 6)
    rather_more = people(form=form, **{name: low + more}).by_month(draw, 6)

    assert all(after >= before - 1e-9 for before, after in zip(less, rather_more, strict=True))


@cheap
@given(form=forms, draw=draws, more=st.floats(0, 1), learning=st.floats(0, 2))
def test_inside_a_tier_who_is_abler_is_never_less_effective(
    form: int, draw: float, more: float, learning: float
) -> None:
    one = people(form=form, learning_per_year=learning, training_gain=0.3)
    assume(one.tier(draw) == one.tier(draw + more))

    assert all(b >= a - 1e-9 for a, b in zip(one.by_month(draw, 12), one.by_month(draw + more, 12), strict=True))


def test_doubt_about_ones_own_success_scales_motivation() -> None:
    one = people(motivation_gain=0.6, expectancy=0.5)

    assert one.by_month(0.0, 1)[0] - one.today(0.0) == pytest.approx(0.3)


def test_games_fade_with_their_half_life() -> None:
    one = people(gamification_gain=0.4)
    gains = np.array(one.by_month(0.0, 13)) - one.today(0.0)

    assert gains[[0, 6, 12]] == pytest.approx([0.4, 0.2, 0.1])


def test_games_add_nothing_when_incentives_are_strong_and_half_when_they_are_half_as_strong() -> None:
    strong = people(motivation_gain=0.5, gamification_gain=0.4).by_month(0.0, 6)
    half = people(motivation_gain=0.25, gamification_gain=0.4).by_month(0.0, 1)

    assert strong == people(motivation_gain=0.5).by_month(0.0, 6)
    assert half[0] - people(motivation_gain=0.25).by_month(0.0, 1)[0] == pytest.approx(0.2)


def test_a_negative_incentive_does_not_strengthen_games() -> None:
    with_games = people(motivation_gain=-1, gamification_gain=0.4).by_month(0.0, 1)[0]

    assert with_games - people(motivation_gain=-1).by_month(0.0, 1)[0] == pytest.approx(0.4)


def test_training_fades_and_reaches_top_and_tail_in_part() -> None:
    one = people(training_gain=0.4)
    middle = np.array(one.by_month(0.0, 7)) - one.today(0.0)

    assert middle[[0, 3, 6]] == pytest.approx([0.4, 0.2, 0.1])
    assert one.by_month(2.0, 1)[0] - one.today(2.0) == pytest.approx(0.12)
    assert one.by_month(-2.0, 1)[0] - one.today(-2.0) == pytest.approx(0.12)


def test_coaching_lasts_and_makes_training_last_four_times_as_long() -> None:
    coached = people(coaching_gain=0.2, training_gain=0.4)
    lightly = people(coaching_gain=0.1, training_gain=0.4)

    assert coached.by_month(0.0, 13)[12] - coached.today(0.0) == pytest.approx(0.2 + 0.4 / 2)  # half-life 3 × 4 months
    assert lightly.by_month(0.0, 13)[12] - lightly.today(0.0) == pytest.approx(0.1 + 0.4 * 0.5 ** (12 / 7.5))
    assert people(coaching_gain=0.2).by_month(0.0, 36)[35] == pytest.approx(coached.today(0.0) + 0.2)


def test_the_learning_loop_lifts_the_middle_towards_the_top_and_nobody_else() -> None:
    one = people(learning_per_year=0.5)
    top_mean = Tiers(top_share=0.1, tail_share=0.3).top_mean
    middle = one.by_month(0.2, 25)

    assert middle[0] == one.today(0.2)
    assert middle[24] - one.today(0.2) == pytest.approx((top_mean - 0.2) * (1 - math.exp(-1)))
    assert np.all(np.diff(middle) > 0)
    assert one.by_month(2.0, 25) == pytest.approx([one.today(2.0)] * 25)
    assert one.by_month(-1.0, 25) == pytest.approx([one.today(-1.0)] * 25)


@cheap
@given(draw=st.floats(-0.5, 1.25), learning=st.floats(0, 5))
def test_learning_alone_never_carries_the_middle_past_the_mean_of_the_top(draw: float, learning: float) -> None:
    one = people((), learning_per_year=learning)

    assert max(one.by_month(draw, 120)) <= Tiers(top_share=0.1, tail_share=0.3).top_mean + 1e-9
