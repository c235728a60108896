"""The pipeline congestion: queueing limits, Little's law, the best limit of open deals, the gate and the clean-up rule."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from simkit.model.closed_form.congestion import (
    DAYS_PER_YEAR,
    RULES,
    Rule,
    SellerPipeline,
    best_limit,
    congestion_curve,
    outcomes,
    rules_to_compare,
    steady_open_deals,
)
from simkit.model.specification.model_parameters import load_defaults

PIPELINE = SellerPipeline.of(load_defaults())
TODAY = Rule(close_after_days=90)
# Nothing goes stale, nothing clogs, switching is free, all deals are alike: only the customer and the seller's hours count.
PLAIN = replace(
    PIPELINE,
    switching_h=0,
    clog_logit=0,
    stale_share=1e-9,
    stale_quality_logit=0,
    quality_logit=0,
    waiting_days=73,
)
cheap = settings(derandomize=True, deadline=None, max_examples=30)
pipelines = st.builds(
    lambda attention, effort, switching, waiting, congestion, stale: replace(
        PIPELINE, attention_h=attention, effort_h=effort, switching_h=switching, waiting_days=waiting,
        clog_logit=congestion, stale_share=stale,
    ),
    st.floats(100, 1500), st.floats(1, 50), st.floats(0, 30), st.floats(5, 300), st.floats(0, 0.3), st.floats(0.01, 0.9),
)  # fmt: skip


def test_a_single_deal_takes_waiting_plus_own_effort() -> None:
    row = congestion_curve(PLAIN, TODAY, [1]).iloc[0]

    own_days = 12 / 600 * DAYS_PER_YEAR
    assert row.cycle_days == pytest.approx(73 + own_days)
    assert row.wins_per_year == pytest.approx(0.45 / (0.2 + 0.02))  # every 0.22 years a deal, 45 % of them won


def test_five_deals_give_the_hand_computed_queue() -> None:
    # Z = 0.2 a, D = 0.02 a, n = 5: R = ((0.1 − 0.2) + √(0.01 + 0.016))/2 = 0.030623 a; deals per year = 5/0.230623
    row = congestion_curve(PLAIN, TODAY, [5]).iloc[0]

    assert row.cycle_days == pytest.approx(0.2306226 * DAYS_PER_YEAR, rel=1e-6)
    assert row.taken_on_per_year == pytest.approx(5 / 0.2306226, rel=1e-6)


def test_with_very_many_deals_the_sellers_hours_alone_set_the_pace() -> None:
    row = congestion_curve(PLAIN, TODAY, [100_000]).iloc[0]

    assert row.taken_on_per_year == pytest.approx(600 / 12, rel=1e-3)
    assert row.cycle_days / DAYS_PER_YEAR == pytest.approx(100_000 * 0.02, rel=1e-3)


@cheap
@given(pipeline=pipelines, open_deals=st.floats(1, 60))
def test_littles_law_holds_and_attention_is_never_overdrawn(pipeline: SellerPipeline, open_deals: float) -> None:
    row = congestion_curve(pipeline, TODAY, [open_deals]).iloc[0]
    if row.attention_h <= 0:
        assert row.wins_per_year == 0
        return

    moving = row.taken_on_per_year * row.cycle_days / DAYS_PER_YEAR
    assert moving + row.stale_deals == pytest.approx(open_deals)
    assert row.taken_on_per_year * pipeline.effort_h < row.attention_h
    assert 0 <= row.wins_per_year <= row.decided_per_year <= row.taken_on_per_year


@cheap
@given(pipeline=pipelines)
def test_more_open_deals_lengthen_the_cycle_and_never_raise_the_win_chance(pipeline: SellerPipeline) -> None:
    curve = congestion_curve(pipeline, TODAY, range(1, 40))
    curve = curve[curve["attention_h"] > 0]

    assert np.all(np.diff(curve["cycle_days"]) > 0)
    assert np.all(np.diff(curve["win_share"]) <= 1e-12)


def test_where_switching_takes_all_attention_nothing_is_won() -> None:
    row = congestion_curve(PIPELINE, TODAY, [PIPELINE.attention_h / PIPELINE.switching_h]).iloc[0]

    assert (row.attention_h, row.wins_per_year, row.taken_on_per_year) == (0, 0, 0)
    assert math.isinf(row.cycle_days)


def test_the_congestion_lowers_the_logit_by_the_parameter_for_each_deal_beyond_the_free_ones() -> None:
    pipeline = replace(PIPELINE, quality_logit=0, win_share=0.5)
    shares = congestion_curve(pipeline, TODAY, [10, 11, 14])["win_share"].to_numpy(float)

    assert np.log(shares / (1 - shares)) == pytest.approx([0, -0.05, -0.2], abs=1e-9)


def test_the_best_limit_lies_at_the_peak_of_the_curve() -> None:
    best = best_limit(PIPELINE, TODAY)
    wins = congestion_curve(PIPELINE, TODAY, [best - 1, best, best + 1, 3 * best])["wins_per_year"].to_numpy(float)

    assert wins.argmax() == 1
    assert wins[3] < 0.6 * wins[1]


def test_without_congestion_and_switching_no_limit_binds() -> None:
    assert best_limit(PLAIN, TODAY, longest=40) == 40


@cheap
@given(low=st.floats(0, 0.2), more=st.floats(0.01, 0.3))
def test_a_stronger_congestion_never_asks_for_a_higher_limit(low: float, more: float) -> None:
    strong = replace(PIPELINE, clog_logit=low + more)

    assert best_limit(strong, TODAY) <= best_limit(replace(PIPELINE, clog_logit=low), TODAY)


def test_longer_waiting_for_customers_asks_for_more_open_deals() -> None:
    assert best_limit(replace(PIPELINE, waiting_days=120), TODAY) > best_limit(
        replace(PIPELINE, waiting_days=30), TODAY
    )


def test_the_steady_list_takes_on_what_is_offered() -> None:
    pipeline = replace(PIPELINE, offered_per_year=25)
    open_deals = steady_open_deals(pipeline, TODAY)

    assert congestion_curve(pipeline, TODAY, [open_deals])["taken_on_per_year"].iloc[0] == pytest.approx(25)
    assert steady_open_deals(replace(PIPELINE, offered_per_year=0), TODAY) == 0


def test_a_seller_who_takes_on_more_than_she_can_work_off_drowns_and_a_limit_saves_her() -> None:
    pipeline = replace(PIPELINE, offered_per_year=50)
    limited = replace(TODAY, open_limit=best_limit(pipeline, TODAY))
    found = outcomes(pipeline, {"today": TODAY, "limit": limited}).set_index("rule")

    assert math.isinf(found.loc["today", "open_deals"])
    assert found.loc["today", "wins_per_year"] == 0
    assert found.loc["limit", "wins_per_year"] > 5
    assert found.loc["limit", "turned_away_per_year"] + found.loc["limit", "taken_on_per_year"] == pytest.approx(50)


def test_a_drowning_seller_turns_away_at_the_gate_only_and_a_choked_limit_turns_away_everything() -> None:
    pipeline = replace(PIPELINE, offered_per_year=200)
    choked = replace(TODAY, open_limit=PIPELINE.attention_h / PIPELINE.switching_h)
    found = outcomes(pipeline, {"gate": gate(0, 0.6), "choked": choked})

    assert found["turned_away_per_year"].to_numpy(float) == pytest.approx([100, 200])


def test_a_limit_above_the_steady_list_changes_nothing() -> None:
    pipeline = replace(PIPELINE, offered_per_year=20)
    found = outcomes(pipeline, {"free": TODAY, "limited": replace(TODAY, open_limit=30)})

    assert found["wins_per_year"].iloc[0] == pytest.approx(found["wins_per_year"].iloc[1])
    assert found["turned_away_per_year"].to_numpy(float) == pytest.approx([0, 0], abs=1e-6)


def gate(minimum: float, accuracy: float, effort_h: float = 0.0) -> Rule:
    return replace(TODAY, gate_minimum=minimum, gate_accuracy=accuracy, gate_effort_h=effort_h)


def test_a_gate_at_the_mean_lets_half_of_the_deals_pass() -> None:
    pipeline = replace(PIPELINE, offered_per_year=30)
    row = outcomes(pipeline, {"gate": gate(0, 0.6)}).iloc[0]

    assert row.taken_on_per_year == pytest.approx(15)
    assert row.turned_away_per_year == pytest.approx(15)


def test_a_blind_gate_leaves_the_win_chance_and_a_better_one_raises_it() -> None:
    chances = [congestion_curve(PIPELINE, gate(0, accuracy), [8])["win_share"].iloc[0] for accuracy in (0, 0.3, 0.6, 1)]
    without = congestion_curve(PIPELINE, TODAY, [8])["win_share"].iloc[0]

    assert chances[0] == pytest.approx(without, rel=1e-6)
    assert np.all(np.diff(chances) > 0)


def test_the_mean_win_chance_behind_a_sharp_gate_is_the_numerically_integrated_one() -> None:
    pipeline = replace(PIPELINE, stale_share=1e-9, win_share=0.5)
    expected, _ = quad(lambda q: 2 * norm.pdf(q) * expit(0.8 * q), 0, 10)

    assert congestion_curve(pipeline, gate(0, 1), [8])["win_share"].iloc[0] == pytest.approx(expected, rel=1e-6)


def test_the_gate_pays_when_deals_are_plenty_and_costs_wins_when_they_are_short() -> None:
    plenty, short = replace(PIPELINE, offered_per_year=50), replace(PIPELINE, offered_per_year=15)
    limited = replace(TODAY, open_limit=best_limit(PIPELINE, TODAY))
    gated = replace(gate(0, 0.6), open_limit=limited.open_limit)

    def wins(pipeline: SellerPipeline) -> list[float]:
        return outcomes(pipeline, {"limit": limited, "gate": gated})["wins_per_year"].tolist()

    assert wins(plenty)[1] > wins(plenty)[0]
    assert wins(short)[1] < wins(short)[0]


def test_assessing_deals_costs_attention() -> None:
    free, dear = (
        congestion_curve(PIPELINE, gate(0, 0.6, effort_h), [12])["wins_per_year"].iloc[0] for effort_h in (0, 2)
    )

    assert dear < free


def test_closing_stale_deals_earlier_frees_the_list_and_gives_up_revivals() -> None:
    rule = replace(TODAY, open_limit=12)
    rules = {f"{days}": replace(rule, close_after_days=days) for days in (180, 90, 30)}
    plenty, short = (outcomes(replace(PIPELINE, offered_per_year=offered), rules) for offered in (60, 10))

    assert np.all(np.diff(plenty["wins_per_year"]) > 0)
    assert np.all(np.diff(plenty["stale_deals"]) < 0)
    assert np.all(np.diff(short["wins_per_year"]) < 0)


def test_stale_deals_that_never_revive_lie_open_until_they_are_closed() -> None:
    pipeline = replace(PIPELINE, revival_per_year=0, stale_quality_logit=0)
    row = congestion_curve(pipeline, TODAY, [10]).iloc[0]

    assert row.stale_deals == pytest.approx(row.taken_on_per_year * 0.5 * 90 / DAYS_PER_YEAR)
    assert row.decided_per_year == pytest.approx(row.taken_on_per_year / 2)


def test_a_stricter_gate_lets_fewer_deals_pass() -> None:
    rules = {f"{minimum}": replace(gate(0, 0.6), gate_minimum=minimum) for minimum in (-3, -1, 0, 1, 3)}
    found = outcomes(replace(PIPELINE, offered_per_year=20), rules)

    assert np.all(np.diff(found["taken_on_per_year"]) < 0)
    assert found["gate_minimum"].tolist() == [-3, -1, 0, 1, 3]


def test_the_rules_to_compare_are_the_ones_with_labels_and_all_three_together_win_most_from_plenty() -> None:
    rules = rules_to_compare(load_defaults())
    found = outcomes(replace(PIPELINE, offered_per_year=80), rules).set_index("rule")["wins_per_year"]

    assert list(rules) == list(RULES)
    assert found.idxmax() == "all"
