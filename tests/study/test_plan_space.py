from __future__ import annotations

from dataclasses import replace

import pytest
from made_plans import made_space

from simkit.model.specification.levers import EXPECTED_EFFECT, Lever
from simkit.study.plans.plan import AGREED, Plan
from simkit.study.plans.short_list import ShortList

AGREED_LEVER = Lever(
    name="agreed_service_levels", title=made_space().designs["baseline"].title, purpose=made_space().designs["baseline"].purpose,
    override={"care.A.contacts_per_year": 20.0},
)  # fmt: skip


@pytest.fixture(scope="module")
def space():
    return made_space(service_levels={AGREED: AGREED_LEVER})


def test_todays_organisation_has_no_components_and_its_own_name(space):
    assert space.today.components(space.today) == frozenset()
    assert space.title(space.today).de == "Heutige Organisation"


def test_a_design_that_only_ranks_otherwise_is_a_priority_table_on_today():
    every = made_space(designs=())
    assert "baseline_value_first" not in every.designs and len(every.designs) <= 12
    plan = replace(every.today, priority="value_first")
    assert every.title(plan).de == "Priorisierung nach Kundenwert"
    assert plan.components(every.today) == {"priority:value_first"}


def test_a_whole_design_is_named_once_and_its_parts_when_some_are_off(space):
    whole = space.whole("stretched_t")
    assert "rule" not in whole.parts and whole.priority == "value_first"
    assert space.title(whole).de == "Stretched T"
    assert space.title(replace(whole, parts=("service_design",))).de == "Service Design + Priorisierung nach Kundenwert"
    kept = space.title(replace(whole, priority=space.today.priority)).de
    assert kept == "Stretched T + Reihenfolge der Arbeit wie heute"
    assert space.title(replace(whole, levers=("lean",), moved_posts=(("service_design", 1), ("team_b", -1)))).de == (
        "Stretched T + Schlanke Abläufe + Service Design +1 Stellen + Team B −1 Stellen"
    )


def test_what_is_one_organisation_is_one_plan_however_it_is_named(space):
    twice = [space.today, replace(space.today, levers=()), Plan(priority="internal_first")]
    assert space.distinct(twice) == [space.today]
    names = [plan.name for plan in space.screened(crossed=True)]
    assert len(names) == len(set(names))
    assert len({space.digest(plan) for plan in space.screened(crossed=True)}) == len(names)


def test_crossed_plans_hold_every_combination_and_single_ones_one_change_each(space):
    crossed = {plan.name for plan in space.screened(crossed=True)}
    assert "hunter_farmer+value_first+agreed" in crossed and "baseline+fifo+agreed" in crossed
    single = space.screened(crossed=False)
    assert "hunter_farmer+value_first+agreed" not in {plan.name for plan in single}
    assert len(single) < len(crossed)


def test_levers_that_are_a_stress_test_or_no_matter_of_the_sales_force_are_not_searched(space):
    assert not {"old_habits", "lead_inflow", "price_rise", "rank_fifo"} & set(space.levers)


def test_a_plan_counts_on_half_of_a_promise_and_on_all_of_a_decision(space):
    promise = space.design(replace(space.today, levers=("training",))).levers[0]
    assert promise.effect == EXPECTED_EFFECT and promise.cost == space.levers["training"].cost
    gained = promise.override["amo.training_gain"] - space.parameters.value("amo.training_gain")
    assert gained == pytest.approx(0.5 * (0.4 - space.parameters.value("amo.training_gain")))
    assert promise.scale["blocked.development_h"] == pytest.approx(1.5)
    decision = space.design(replace(space.today, levers=("overtime",))).levers[0]
    assert decision.effect == 1.0


def test_levers_that_contradict_each_other_make_no_plan(space):
    both = replace(space.today, levers=("coaching", "training"))
    assert space.possible(replace(space.today, levers=("coaching",)))
    contradicting = replace(space.today, levers=("overtime", "overtime"))
    assert not space.possible(contradicting)
    assert space.possible(both) or both not in space.distinct([both])


def test_neighbours_are_one_change_away(space):
    plan = replace(space.whole("stretched_t"), levers=("lean",))
    found = set(space.neighbours(plan))
    assert replace(plan, levers=()) in found and replace(plan, levers=("lean", "overtime")) in found
    assert replace(plan, parts=plan.parts[1:]) in found
    assert any(one.moved_posts for one in found)
    assert all(abs(change) <= 2 for one in found for _, change in one.moved_posts)


def test_posts_move_only_as_far_as_both_units_keep_somebody(space):
    moved = [one for one in space.neighbours(space.whole("hunter_farmer")) if one.moved_posts]
    possible = [one for one in moved if space.possible(one)]
    assert possible
    far = replace(space.whole("hunter_farmer"), moved_posts=(("farmers", 2), ("hunters", -99)))
    assert not space.possible(far)


def test_the_chain_leads_from_today_to_the_plan_what_needs_no_rebuilding_first(space):
    plan = replace(space.whole("stretched_t"), service_levels=AGREED, levers=("lean",))
    steps = space.chain(plan)
    assert steps[0] == space.today and steps[-1] == plan
    assert [len(step.components(space.today)) for step in steps] == [0, 1, 2, 3, 4, 5, 6]
    assert steps[1].components(space.today) == {"priority:value_first"}
    listed = ShortList(space=space, listed=(space.today, plan))
    titles = listed.step_titles(plan.name)
    assert titles[0].en == "Customer value first" and len(titles) == 6 and list(listed.chains) == [plan.name]
    assert listed.titles[plan.name].en == "Plan A: Stretched T + 2 more"
    assert listed.label(space.today) == "baseline"


def test_parts_of_a_plan_are_each_change_alone_and_the_plan_without_each(space):
    plan = replace(space.whole("hunter_farmer"), priority="value_first", levers=("lean",))
    assert {one.name for one in space.alone(plan)} == {
        "hunter_farmer+internal_first", "baseline+value_first", "baseline+internal_first+lean",
    }  # fmt: skip
    assert {one.name for one in space.less_one(plan)} == {
        "hunter_farmer+value_first", "hunter_farmer+internal_first+lean", "baseline+value_first+lean",
    }  # fmt: skip


def test_what_a_change_costs_is_known_without_a_run(space):
    plan = replace(space.today, levers=("lean", "one_more_head"))
    assert (space.once_amount(plan), space.per_year_amount(plan), space.posts(plan)) == (40_000.0, 10_000.0, 1.0)


def test_taboos_are_not_looked_at():
    space = made_space(designs=(), taboos=("stretched_t", "training", "fifo"))
    assert "stretched_t" not in space.designs and "training" not in space.levers and "fifo" not in space.priorities


def test_a_priority_table_that_is_not_to_be_advised_is_in_no_plan_not_even_in_a_design_that_has_it():
    space = made_space(taboos=("value_first", "lean"))
    plans = space.screened(crossed=True)
    assert {plan.priority for plan in plans} == {"internal_first", "customer_first", "fifo"}
    whole = space.whole("stretched_t")
    assert whole.priority == space.today.priority and "lean" not in space.levers
    assert space.title(whole).de == "Stretched T + Reihenfolge der Arbeit wie heute"


def test_with_a_taboo_on_everything_today_is_all_there_is():
    every = made_space(designs=())
    names = (*every.designs, *every.priorities, *every.levers, "baseline_value_first")
    space = made_space(designs=(), taboos=tuple(name for name in names if name not in ("baseline", "internal_first")))
    assert space.screened(crossed=True) == [space.today] and set(space.neighbours(space.today)) == {space.today}
