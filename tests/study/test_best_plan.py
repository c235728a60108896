"""What a client asks for by name is a candidate, or an error says why not; what nobody asked for stays out."""

from __future__ import annotations

import pytest

from simkit.foundation.errors import ConfigError
from simkit.intake.settings.client_settings import Study
from simkit.intake.settings.goals_settings import Goals
from simkit.intake.settings.run_settings import RunSettings
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.levers import load_lever
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.plans.agreed_plan import NAME as AGREED_LEVER
from simkit.study.plans.agreed_plan import NO_PLAN, AgreedPlan
from simkit.study.plans.plan import AGREED
from simkit.study.plans.study_settings import study_settings
from simkit.study.search.best_plan import client_space, own_plans


def asked(*variants: dict, designs=("hunter_farmer",), never=(), agreed: AgreedPlan = NO_PLAN):
    """The plan space of a client with these variants, and the settings of its study."""
    chosen = Study.model_validate({"designs": list(designs), "variants": list(variants)})
    settings = study_settings(RunSettings(), chosen, Goals(never=never))
    space = client_space(settings, example_inputs(), load_defaults(), folder=None, agreed=agreed, split=None)
    return space, own_plans(space, settings)


def test_a_lever_that_no_search_takes_is_a_candidate_where_the_client_asks_for_it_and_nowhere_else():
    space, (own,) = asked({"design": "hunter_farmer", "levers": ["price_rise", "lean"]})
    assert own.design == "hunter_farmer" and own.levers == ("lean", "price_rise") and space.possible(own)
    assert "old_habits" not in space.levers
    screened = space.screened(crossed=True)
    assert not [plan for plan in screened if "price_rise" in plan.levers] and ("lean",) in {
        one.levers for one in screened
    }
    assert not [plan for plan in space.neighbours(space.today) if "price_rise" in plan.levers]
    assert ("lean",) in {plan.levers for plan in space.neighbours(own)}, "it can be dropped again"
    assert {plan.levers for plan in space.alone(own)} >= {("price_rise",), ("lean",)}


def test_a_lever_that_says_who_is_served_first_is_a_candidate_too():
    space, (own,) = asked({"design": "baseline", "levers": ["rank_fifo"]})
    assert space.design(own).priority_table.name == "fifo" != space.design(space.today).priority_table.name


def test_a_design_is_a_candidate_that_only_a_variant_names_or_that_is_another_one_with_other_ranks():
    space, plans = asked(
        {"design": "stretched_t", "levers": ["lean"]}, {"design": "baseline_value_first", "levers": ["lean"]}
    )
    assert [plan.design for plan in plans] == ["stretched_t", "baseline"]
    assert [plan.priority for plan in plans] == ["value_first", "value_first"]
    assert all(space.possible(plan) and plan.levers == ("lean",) for plan in plans)


def test_agreed_service_levels_are_a_candidate_where_they_are_agreed_and_an_error_where_not():
    variant = {"design": "baseline", "levers": [AGREED_LEVER, "lean"]}
    _, (own,) = asked(variant, agreed=AgreedPlan(lever=load_lever("no_bespoke_for_c")))
    assert (own.service_levels, own.levers) == (AGREED, ("lean",))
    with pytest.raises(ConfigError, match="nothing was agreed"):
        asked(variant)


@pytest.mark.parametrize("never", ["lean", "stretched_t", "value_first"])
def test_a_variant_that_takes_what_is_not_to_be_advised_is_an_error_that_says_what_to_do(never):
    with pytest.raises(ConfigError) as caught:
        asked({"design": "stretched_t", "levers": ["lean"]}, never=(never,))
    said = caught.value.render("de")
    assert f"„{never}“" in said and "goals.never" in said and "streichen" in said
