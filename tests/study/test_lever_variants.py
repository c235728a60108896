"""Every lever on the same budget: how much of the staff it reaches, and which variants a study has for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simkit.foundation.parameter_set import Provenance
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.levers import load_lever, with_effect
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.comparison.lever_return import levers_on
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.organisation_study import run_plan
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.lever_variants import LEVERS, amount_for_everybody, fitted, head_amount_per_year
from simkit.study.plans.plan_space import plan_space
from simkit.study.plans.short_list import ShortList
from simkit.study.plans.study_settings import ChosenVariant, StudySettings
from simkit.study.plans.tool_stack import break_even_minutes, tool_stack

MODEL_INPUTS, PARAMETER_SET = example_inputs(posts=12), load_defaults()
HEAD_AMOUNT = 95_000 + 6_000 + 9_500 / 3


def settings(**changed: object) -> StudySettings:
    known = StudySettings(designs=("baseline", "stretched_t"), scenarios=("today",), depth="full", replications=2)
    return replace(known, **changed)


def test_one_more_head_costs_pay_tools_and_its_hire_spread_over_three_years() -> None:
    assert head_amount_per_year(MODEL_INPUTS, PARAMETER_SET) == pytest.approx(HEAD_AMOUNT)


@pytest.mark.parametrize(
    ("name", "budget", "extent", "size"),
    [
        ("training", 9_000, "staff", 9_000 / (12 * 1500)),
        ("training", 90_000, "staff", 1.0),  # never more than everybody
        ("coaching", 26_000, "staff", (26_000 - 20_000) / (12 * 1000)),  # the coach is paid in full
        ("coaching", 19_000, "whole", 1.0),  # cannot be had for this money at all
        ("tools", 18_000, "staff", (18_000 - 10_000 / 3) / (12 * 3000)),
        ("lean", 5_000, "whole", 1.0),  # a project cannot be halved
        ("one_more_head", 2.5 * HEAD_AMOUNT, "posts", 2.0),
        ("one_more_head", 10_000, "posts", 1.0),
    ],
)
def test_a_lever_reaches_as_many_as_the_budget_pays(name: str, budget: float, extent: str, size: float) -> None:
    fit = fitted(load_lever(name), budget, MODEL_INPUTS, PARAMETER_SET)

    assert (fit.extent, fit.size) == (extent, pytest.approx(size))


def test_what_a_fitted_lever_costs_over_the_years_is_the_budget() -> None:
    for name in ("coaching", "tools", "gamification", "incentives"):
        lever = load_lever(name)
        whole = sum(lever.cost.get(key, 0) / years for key, years in (("once_amount", 3), ("per_year_amount", 1)))
        budget = whole + 0.3 * amount_for_everybody(lever, MODEL_INPUTS, PARAMETER_SET)
        part = fitted(lever, budget, MODEL_INPUTS, PARAMETER_SET).lever
        assert whole + amount_for_everybody(part, MODEL_INPUTS, PARAMETER_SET) == pytest.approx(budget), name


def test_a_full_study_has_every_lever_on_today_and_on_the_stretched_t() -> None:
    plan = make_plan(settings(), MODEL_INPUTS, PARAMETER_SET)

    by_base = {base: [one.lever for one in plan.levers if one.base == base] for base in ("baseline", "stretched_t")}
    assert by_base["baseline"] == [*LEVERS, "service_design", "service_design_hire", "stretched_t"]
    assert by_base["stretched_t"] == list(LEVERS)
    labels = {variant.label: variant for variant in plan.experiment.variants}
    assert all(labels[one.variant].scenarios in ((), ("today",)) for one in plan.levers)
    assert plan.lever_budget_amount == pytest.approx(HEAD_AMOUNT)
    hire = labels["baseline~service_design_hire"].design
    assert hire.on(PARAMETER_SET).value("staff.additional_posts") == 1 and hire.switches == ("service_design",)
    assert hire.on(PARAMETER_SET).value("transition.dip_share") > 0, "with its transition"


def test_a_lever_that_a_plan_has_and_the_chapter_compares_is_one_variant_with_what_a_plan_counts_on() -> None:
    space = plan_space(MODEL_INPUTS, PARAMETER_SET, designs=("stretched_t",))
    listed = replace(space.today, levers=("lean",))
    short_list = ShortList(space=space, listed=(space.today, listed))
    own = (ChosenVariant(design="baseline", levers=("lean",)), ChosenVariant(design="baseline", levers=("tools",)))
    for depth in ("standard", "full"):
        plan = make_plan(settings(depth=depth, variants=own), MODEL_INPUTS, PARAMETER_SET, short_list=short_list)
        labels = {one.lever: one.variant for one in plan.levers if one.base == "baseline"}
        assert set(labels.values()) <= {one.label for one in plan.experiment.variants}, "whatever is compared is run"
        assert labels["lean"] == listed.name, "one variant, hence one number"
        (lean,) = plan.design(labels["lean"]).levers
        assert lean.effect == 0.5
        assert all(one.effect == (0.5 if one.assumed_effect else 1.0) for known in plan.levers for one in known.levers)
    compared = make_plan(settings(variants=own), MODEL_INPUTS, PARAMETER_SET)
    assert [one.effect for name in compared.main for one in compared.design(name).levers] == [0.5, 0.5]


def test_at_full_depth_a_plan_of_the_short_list_gets_the_levers_that_it_has_not_and_posts_beyond_its_own() -> None:
    space = plan_space(MODEL_INPUTS, PARAMETER_SET, designs=("hunter_farmer",))
    listed = replace(
        space.whole("hunter_farmer"), levers=("lean", "tools"), moved_posts=(("farmers", 1), ("hunters", -1))
    )
    plan = make_plan(
        settings(), MODEL_INPUTS, PARAMETER_SET, short_list=ShortList(space=space, listed=(space.today, listed))
    )
    on_plan = [one.lever for one in plan.levers if one.base == listed.name]
    assert on_plan == [name for name in LEVERS if name not in ("lean", "tools")]
    assert [one.lever for one in plan.levers if one.base == "baseline"] == list(LEVERS)
    scanned = [name for name, role in plan.roles.items() if role == "scan"]
    for (unit, change), variant in zip(plan.scans[listed.name], scanned, strict=True):
        sizes = {one.name: one.resize for one in plan.design(variant).units}
        assert unit == "farmers" and sizes == {"farmers": 1 + change, "hunters": -1 - change}


def test_what_is_paid_for_a_lever_is_whole_whatever_it_keeps_of_its_promise() -> None:
    tools, bonus = (with_effect(load_lever(name), 0.0, PARAMETER_SET) for name in ("tools", "incentives"))
    assert tools.scale["money.tools_amount_per_head"] == 1.5 and tools.scale["orders.standard.entry_h"] == 1.0
    assert bonus.override["levers.bonus_share"] == 0.02
    assert bonus.override["amo.motivation_gain"] == PARAMETER_SET.value("amo.motivation_gain")


def test_a_standard_study_has_only_the_clients_own_variants() -> None:
    variant = ChosenVariant(design="baseline", levers=("lean", "coaching"))

    assert make_plan(settings(depth="standard"), MODEL_INPUTS, PARAMETER_SET).levers == ()
    (one,) = make_plan(settings(depth="standard", variants=(variant,)), MODEL_INPUTS, PARAMETER_SET).levers
    assert (one.base, one.variant, one.lever, one.budgeted) == (
        "baseline",
        "baseline[+lean+coaching]",
        "lean+coaching",
        False,
    )
    assert one.evidence_grade == "V" and one.moves["won_share"] == 1 and one.moves["meetings_h"] == -1


def test_a_variant_that_is_also_on_the_budget_runs_once() -> None:
    plan = make_plan(
        settings(variants=(ChosenVariant(design="baseline", levers=("lean",)),)), MODEL_INPUTS, PARAMETER_SET
    )

    assert [one.variant for one in plan.levers if one.lever == "lean" and one.base == "baseline"] == ["baseline[+lean]"]
    assert "baseline~lean" not in {variant.label for variant in plan.experiment.variants}


def test_a_variant_of_a_design_that_is_not_compared_gets_that_design_beside_it() -> None:
    own = settings(depth="standard", variants=(ChosenVariant(design="hunter_farmer", levers=("lean",)),))
    plan = make_plan(own, MODEL_INPUTS, PARAMETER_SET)

    assert plan.levers[0].base == "hunter_farmer"
    assert plan.roles["hunter_farmer"] == "lever" and "hunter_farmer" not in plan.main


def test_the_clients_own_budget_goes_before_the_cost_of_a_head() -> None:
    plan = make_plan(settings(lever_budget_amount=30_000.0), MODEL_INPUTS, PARAMETER_SET)

    assert plan.lever_budget_amount == 30_000
    assert next(one.size for one in plan.levers if one.lever == "coaching") == pytest.approx(10_000 / 12_000)


def test_the_tool_stack_is_the_price_times_twelve_times_ten_and_the_minutes_that_pay_for_it() -> None:
    today = make_plan(settings(), MODEL_INPUTS, PARAMETER_SET).experiment.variants[0].design
    value = tool_stack(MODEL_INPUTS, PARAMETER_SET, today).set_index("item")["value"]

    assert value[["own_month", "own_year", "own_ten", "own_staff"]].tolist() == [500, 6_000, 60_000, 72_000]
    assert value[["quoted_month", "quoted_year", "quoted_ten"]].tolist() == [564, 6_768, 67_680]
    assert value["saved_administration"] == pytest.approx(0.2 * 0.75 * 60 / 2), "half of the promise, as in plans"
    assert value["saved"] == pytest.approx(value["saved_administration"] + value["saved_entry"])
    assert value["saved_entry"] > 0
    more_a_year = 3_000 + 10_000 / 3 / 12
    assert value["more_month"] == pytest.approx(more_a_year / 12)
    assert value["needed_more"] == pytest.approx(60 * PARAMETER_SET.value("time.day_h") * more_a_year / 95_000)


def test_a_tool_as_dear_as_a_head_has_to_save_the_whole_day() -> None:
    assert break_even_minutes(95_000, MODEL_INPUTS, PARAMETER_SET) == pytest.approx(
        60 * PARAMETER_SET.value("time.day_h")
    )


def test_levers_on_the_real_engine_cost_what_their_files_say() -> None:
    model_inputs = example_inputs(customers=30, posts=5, orders_per_year=400)
    short = PARAMETER_SET.patch(
        {"time.horizon_years": 0.5, "time.warm_up_years": 0.1, "leads.per_year": 60.0, "opportunities.per_year": 30.0,
         "service.requests_per_year": 150.0, "extra.leads_ceiling_per_year": 100.0, "staff.fill_days": 20.0,
         "staff.quit_per_year": 0.0, "staff.retirement_age_years": 75.0, "staff.fill_cv": 0.8},
        Provenance(kind="option", source="test"),
    )  # fmt: skip
    plan = make_plan(settings(designs=("baseline",)), model_inputs, short)
    few = [one for one in plan.levers if one.lever in {"training", "one_more_head"}]
    kept = {"baseline", *(one.variant for one in few)}
    small = replace(
        plan,
        experiment=replace(
            plan.experiment, variants=tuple(variant for variant in plan.experiment.variants if variant.label in kept)
        ),
        levers=tuple(few),
    )
    results = run_plan(model_inputs, short, small, execution=Execution(jobs=1))
    found = levers_on(results.frame, "today", "baseline", few, seed=1).set_index("lever")

    training = found.loc["training"]
    assert training["cost"] == pytest.approx(1500 * training["size"] * 5 * 0.5)
    head = found.loc["one_more_head"]
    assert 9_500 < head["cost"] < 9_500 + 0.5 * (95_000 + 6_000), "hired some weeks after go-live"
    assert head["cost_low"] < head["cost"] < head["cost_high"], "not on the same day in every replication"
    assert found["gain"].to_numpy() == pytest.approx((found["net"] + found["cost"]).to_numpy())
