"""What a limit costs: the best plan that one condition alone forbids, beside the best that keeps them all."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from made_plans import MadePlay, made_played, made_space

from simkit.foundation.errors import ConfigError
from simkit.intake.settings.goals_settings import Floors, Goals, Limits
from simkit.model.specification.levers import lever_names
from simkit.model.specification.overrides import names_of
from simkit.study.paired_comparison import CONTRIBUTION, PROFIT
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.short_list import ShortList
from simkit.study.plans.study_settings import StudySettings
from simkit.study.search.best_plan import find_short_list
from simkit.study.search.confirmation import confirmation
from simkit.study.search.limit_prices import prices_frame
from simkit.study.search.plan_search import Schedule, search_plans

EFFECTS = {"lever:lean": 9_000.0, "lever:overtime": 7_000.0, "priority:value_first": 12_000.0}
SMALL = Schedule(crossed=False, screened=2, survivors=(6, 4, 4), replications=(2, 2, 2), listed=4, priced=2)
CARE = "floors.care_of_a_share"
NO_MONEY = Goals(limits=Limits(once_amount=20_000.0))


@pytest.fixture(scope="module")
def space():
    return made_space()


def only_improved(effects: dict[str, float], space) -> dict[str, float]:
    """Everything that is not named loses a little."""
    others = {f"lever:{name}": -1_000.0 for name in space.levers} | {
        f"priority:{name}": -1_000.0 for name in space.priorities
    }
    parts = {f"part:{name}.{part}": -1_000.0 for name in space.designs for part in space.whole(name).parts}
    return {**others, **parts, "design:hunter_farmer": -1_000.0, **effects}


def test_the_best_plan_that_a_floor_alone_forbids_is_kept_for_its_price(space):
    play = MadePlay(space, only_improved(EFFECTS, space), broken=frozenset({"lever:lean"}))
    found = search_plans(made_played(play), SMALL)
    (one,) = found.priced
    assert "lever:lean" in one.plan.components(space.today) and not one.known
    assert one.plan not in found.short_list, "what breaks a floor is never advised"


def test_what_a_limit_keeps_from_being_played_is_played_one_step_from_the_best_for_its_price(space):
    found = search_plans(made_played(MadePlay(space, only_improved(EFFECTS, space))), SMALL)
    assert not found.priced, "nothing binds where nothing is limited"
    found = search_plans(made_played(MadePlay(space, only_improved(EFFECTS, space)), NO_MONEY), SMALL)
    (one,) = found.priced
    best = found.short_list[1]
    assert one.plan.components(space.today) - best.components(space.today) == {"lever:lean"}
    assert set(one.known) == {"limits.once_amount"} and one.known["limits.once_amount"] > 0
    assert one.plan not in found.ranked and one.plan not in found.short_list


def test_a_limit_that_forbids_nothing_better_has_no_price(space):
    effects = only_improved({**EFFECTS, "lever:lean": -9_000.0}, space)
    assert not search_plans(made_played(MadePlay(space, effects), NO_MONEY), SMALL).priced
    assert not search_plans(made_played(MadePlay(space, effects, broken=frozenset({"lever:lean"}))), SMALL).priced


def test_a_limit_of_posts_is_priced_one_post_wider(space):
    effects = only_improved({**EFFECTS, "lever:one_more_head": 9_000.0}, space)
    (one,) = search_plans(made_played(MadePlay(space, effects), Goals(limits=Limits(posts=0.0))), SMALL).priced
    assert "one_more_head" in one.plan.levers and one.known == {"limits.posts": 1.0}


def test_a_cheaper_plan_that_brings_nothing_does_not_hide_what_a_limit_of_money_costs(space):
    cost = {name: space.once_amount(replace(space.today, levers=(name,))) for name in space.levers}
    assert [name for name in cost if 20_000 < cost[name] < cost["lean"]], "a step to the next cheapest would end there"
    (one,) = search_plans(made_played(MadePlay(space, only_improved(EFFECTS, space)), NO_MONEY), SMALL).priced
    assert "lean" in one.plan.levers and one.known == {"limits.once_amount": cost["lean"] - 20_000.0}


def test_a_draft_plays_nothing_more_for_a_price(space):
    play = MadePlay(space, only_improved(EFFECTS, space))
    search_plans(made_played(play, NO_MONEY), replace(SMALL, priced=0))
    assert all("lean" not in plan.levers for plan, _ in play.played)


def test_impossible_limits_leave_today_and_tell_what_they_cost(space):
    goals = Goals(limits=Limits(posts=-5.0))
    play = MadePlay(space, only_improved(EFFECTS, space))
    found = search_plans(made_played(play, goals), SMALL)
    (one,) = found.priced
    assert found.short_list == (space.today, one.plan), "so that a study can tell what keeps everything else out"
    assert set(one.known) == {"limits.posts"} and {plan for plan, _ in play.played} == {space.today}
    frame, plan = confirmed(space, found.short_list, {one.plan: one.known}, {one.plan.name: 9e3}, {})
    (standing,) = confirmation(frame, plan, goals).standings
    assert standing.broken == ("limits.posts",)
    (row,) = prices_frame(frame, plan, goals).to_dict("records")
    assert row["condition"] == "limits.posts" and row["beyond"] == 5.0


def test_where_nothing_is_left_to_compare_the_client_is_told_before_anything_runs():
    names = [*lever_names(), *names_of("priorities")]
    alone = made_space(("baseline",), taboos=[name for name in names if name != "internal_first"])
    with pytest.raises(ConfigError, match="leaves nothing"):
        find_short_list(alone, StudySettings(search="quick", candidates=("baseline",)))


# --- confirmed ----------------------------------------------------------------------------------------------------------


def confirmed(space, listed, priced, gains: dict[str, float], care: dict[str, float]):
    """The plan of an experiment and made runs of it: profit and care by label."""
    short_list = ShortList(space=space, listed=listed, priced=priced)
    settings = StudySettings(search="quick", replications=4, scenarios=("today",))
    plan = make_plan(settings, space.model_inputs, space.parameters, short_list=short_list)
    rows = []
    for label in dict.fromkeys((*plan.main, *plan.priced)):
        for replication in range(4):
            luck = 1_000.0 * replication * (2 if label not in plan.main else 1)
            values = {
                PROFIT: 200_000.0 + gains.get(label, 0.0) + luck,
                CONTRIBUTION: 1e6,
                "care_level": care.get(label, 1.0),
            }
            rows += [
                (plan.main_scenario, label, replication, 0, name, "A" if name == "care_level" else "", value)
                for name, value in values.items()
            ]
    columns = ["scenario", "design", "replication", "year", "measure", "group", "value"]
    return pd.DataFrame(rows, columns=columns), plan


def test_the_price_is_the_gain_beyond_the_best_plan_that_breaks_nothing_with_a_paired_interval(space):
    best, forbidden = (replace(space.today, levers=levers) for levers in (("overtime",), ("lean", "overtime")))
    gains, care = {best.name: 7_000.0, forbidden.name: 16_000.0}, {forbidden.name: 0.9}
    frame, plan = confirmed(space, (space.today, best), {forbidden: {}}, gains, care)
    (row,) = prices_frame(frame, plan, Goals()).to_dict("records")
    assert (row["condition"], row["plan"]) == (CARE, forbidden.name)
    assert row["price"] == pytest.approx(9_000.0 + 1_500.0) and row["low"] < row["price"] < row["high"]
    assert row["beyond"] == pytest.approx(0.05) and row["label_de"] == "Betreuung der A-Kunden"
    assert plan.main == ("baseline", best.name), "it widens no interval, is in no draw, and no verdict sees it"
    assert prices_frame(frame, plan, Goals(floors=Floors(care_of_a_share=0.5))).empty


def test_a_plan_that_breaks_two_conditions_prices_neither(space):
    forbidden = replace(space.today, levers=("lean",))
    frame, plan = confirmed(
        space, (space.today,), {forbidden: {"limits.once_amount": 5_000.0}}, {forbidden.name: 9e3}, {}
    )
    (row,) = prices_frame(frame, plan, NO_MONEY).to_dict("records")
    assert row["condition"] == "limits.once_amount" and row["beyond"] == 5_000.0
    worse, _ = confirmed(space, (space.today,), {forbidden: {}}, {forbidden.name: 9e3}, {forbidden.name: 0.9})
    assert prices_frame(worse, plan, NO_MONEY).empty


def test_where_everything_listed_breaks_something_the_price_is_beside_today(space):
    listed = replace(space.today, levers=("lean",))
    frame, plan = confirmed(space, (space.today, listed), {}, {listed.name: 9e3}, {listed.name: 0.9})
    (row,) = prices_frame(frame, plan, Goals()).to_dict("records")
    assert row["plan"] == listed.name and row["price"] == pytest.approx(9_000.0)
