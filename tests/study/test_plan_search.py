from __future__ import annotations

import random
from dataclasses import replace

import pytest
from made_plans import CONTRIBUTION, MadePlay, made_played, made_space

from simkit.intake.settings.goals_settings import Floors, Goals, Limits
from simkit.study.search.conditions import run_conditions
from simkit.study.search.plan_outcomes import yardstick
from simkit.study.search.plan_search import NORMAL, QUICK, Schedule, search_plans

EFFECTS = {
    "priority:value_first": 12_000.0, "lever:lean": 9_000.0, "lever:overtime": 7_000.0, "lever:training": -8_000.0,
    "part:stretched_t.frontline": -3_000.0, "part:stretched_t.service_design": 15_000.0,
    "part:stretched_t.modular_delivery": 4_000.0, "design:hunter_farmer": -20_000.0,
}  # fmt: skip
SMALL = Schedule(crossed=False, screened=2, survivors=(6, 4, 4, 4), replications=(2, 2, 2, 2), listed=6)


@pytest.fixture(scope="module")
def space():
    return made_space()


def test_the_search_finds_what_adds_up_to_most(space):
    played = made_played(MadePlay(space, EFFECTS))
    found = search_plans(played, SMALL)
    best = found.short_list[1]
    assert found.short_list[0] == space.today
    assert {"priority:value_first", "lever:lean", "lever:overtime"} <= best.components(space.today)
    assert played.gain(best) == pytest.approx(max(played.gain(plan) for plan in played.outcomes))
    assert len(found.short_list) == 6 and len(set(found.short_list)) == 6
    assert found.runs == len(played.play.played)


@pytest.mark.parametrize("change", ["priority:value_first", "lever:lean"])
def test_today_is_first_and_the_best_second_where_the_best_is_one_change_alone(space, change):
    others = [f"lever:{name}" for name in space.levers] + [f"priority:{name}" for name in space.priorities]
    others += [f"part:{name}.{part}" for name in space.designs for part in space.whole(name).parts]
    loses = dict.fromkeys((*others, "design:hunter_farmer"), -5_000.0)
    played = made_played(MadePlay(space, loses | {change: 12_000.0}))
    found = search_plans(played, SMALL)
    assert found.short_list[0] == space.today
    assert found.short_list[1].components(space.today) == {change}


def test_no_plan_plays_a_replication_twice(space):
    play = MadePlay(space, EFFECTS, noise=5_000.0)
    search_plans(made_played(play), QUICK)
    assert len(set(play.played)) == len(play.played)


def test_the_order_of_the_candidates_changes_nothing(space):
    plans = space.screened(crossed=False)
    shuffled = list(plans)
    random.Random(3).shuffle(shuffled)
    one, other = (
        search_plans(made_played(MadePlay(space, EFFECTS, noise=20_000.0)), SMALL, order) for order in (plans, shuffled)
    )
    assert one.short_list == other.short_list and set(one.ranked) == set(other.ranked)


def test_main_effects_are_those_of_the_components(space):
    played = made_played(MadePlay(space, EFFECTS))
    plans = [replace(space.today, priority="value_first"), replace(space.today, levers=("lean",))]
    played.until([*plans, replace(plans[0], levers=("lean",))], 2)
    effects = played.effects()
    assert effects["priority:value_first"] == pytest.approx(12_000.0, rel=1e-3)
    assert effects["lever:lean"] == pytest.approx(9_000.0, rel=1e-3)


def test_what_breaks_a_floor_comes_after_everything_that_breaks_none(space):
    play = MadePlay(space, {**EFFECTS, "lever:lean": 90_000.0}, broken=frozenset({"lever:lean"}))
    found = search_plans(made_played(play), SMALL)
    assert "lever:lean" not in found.short_list[1].components(space.today)
    allowed = Goals(floors=Floors(care_of_a_share=0.85))
    found = search_plans(made_played(MadePlay(space, play.effects, broken=play.broken), allowed), SMALL)
    assert "lever:lean" in found.short_list[1].components(space.today)


def test_the_short_list_holds_nothing_that_breaks_a_floor_unless_everything_does(space):
    effects = {"lever:lean": 90_000.0, "priority:value_first": 12_000.0, "priority:fifo": -1_000.0}
    candidates = [space.today, *(replace(space.today, levers=(name,)) for name in ("lean", "overtime")),
                  replace(space.today, priority="value_first")]  # fmt: skip
    play = MadePlay(space, effects, broken=frozenset({"lever:lean"}))
    found = search_plans(made_played(play), SMALL, candidates)
    assert all("lever:lean" not in plan.components(space.today) for plan in found.short_list)
    everything = frozenset(part for plan in found.ranked for part in plan.components(space.today)) | {"lever:training"}
    short = replace_rounds(SMALL)
    found = search_plans(made_played(MadePlay(space, effects, broken=everything)), short, candidates)
    assert len(found.short_list) > 1, "what is broken is named then"


def replace_rounds(schedule: Schedule) -> Schedule:
    return replace(schedule, survivors=(), replications=())


def test_what_breaks_a_limit_that_is_known_without_a_run_is_not_played(space):
    play = MadePlay(space, EFFECTS)
    found = search_plans(made_played(play, Goals(limits=Limits(once_amount=20_000.0))), SMALL)
    assert all("lean" not in plan.levers for plan in found.ranked)
    assert all("lean" not in plan.levers for plan in found.short_list)
    assert (replace(space.today, levers=("lean",)), ("limits.once_amount",)) in found.refused


def test_few_runs_do_not_rule_out_a_plan_that_only_chance_puts_under_a_floor(space):
    played = made_played(MadePlay(space, EFFECTS, broken=frozenset({"lever:lean"})))
    plan = replace(space.today, levers=("lean",))
    played.until([plan], 1)
    assert not played.breaks(plan), "one replication has no error to tell it by"
    played.until([plan], 2)
    assert played.breaks(plan)
    (care,) = [one for one in run_conditions(played.outcomes[plan], played.today, played.goals) if "care" in one.name]
    assert not care.holds and care.value == pytest.approx(0.05)


def test_gains_of_several_aims_are_weighted_shares_of_today(space):
    goals = Goals(counts={"contribution_less_cost": 3.0, "customer_hours_A": 1.0})
    play = MadePlay(space, EFFECTS)
    today, lean = (play([plan], range(2))[plan] for plan in (space.today, replace(space.today, levers=("lean",))))
    for one, hours in ((today, 100.0), (lean, 110.0)):
        one.table["aim.customer_hours_A"] = one.table["base.customer_hours_A"] = hours
    measured = yardstick(goals, today)
    assert measured.zone == pytest.approx(0.01)
    assert measured.gains(lean, today) == pytest.approx([0.75 * 9_000 / CONTRIBUTION + 0.25 * 0.1] * 2)


def test_where_nothing_can_be_changed_today_is_the_whole_short_list(space):
    found = search_plans(made_played(MadePlay(space, EFFECTS)), NORMAL, [space.today])
    assert found.short_list[0] == space.today
