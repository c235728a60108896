"""A whole search on the real engine, with a client small enough to be quick."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from simkit.foundation.parameter_set import Provenance
from simkit.foundation.text import Text
from simkit.intake.settings.goals_settings import Floors, Goals, Limits
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.levers import lever_names, with_effect
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.advice.recommendation import from_record, to_record
from simkit.study.advice.verdict import KINDS
from simkit.study.calibration.fit_gate import Gate
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.joint_draws.drawn_parameters import EFFECT_OF
from simkit.study.joint_draws.joint_study import with_joint_draws
from simkit.study.organisation_study import concluded
from simkit.study.plans.agreed_plan import NO_PLAN
from simkit.study.plans.best_split import best_split_lever
from simkit.study.plans.experiment_plan import FIRST_CONFIRMED, make_plan
from simkit.study.plans.lever_variants import LEVERS
from simkit.study.plans.plan import plan_record, recorded_plan
from simkit.study.plans.plan_space import plan_space
from simkit.study.plans.short_list import ShortList
from simkit.study.plans.study_settings import ChosenVariant, StudySettings
from simkit.study.robustness.robustness_study import run_study
from simkit.study.robustness.robustness_subject import Subject
from simkit.study.robustness.run_budget import RobustnessSettings
from simkit.study.search.best_plan import client_space
from simkit.study.search.limit_prices import PRICE_COLUMNS
from simkit.study.search.searched_study import SearchOrder, searched

HERE = Execution(jobs=1)
SHORT = load_defaults().patch(
    {"time.horizon_years": 0.25, "time.warm_up_years": 0.1, "leads.per_year": 60.0, "opportunities.per_year": 30.0,
     "service.requests_per_year": 150.0, "extra.leads_ceiling_per_year": 100.0},
    Provenance(kind="option", source="test"),
)  # fmt: skip
SETTINGS = StudySettings(
    search="draft", replications=2, scenarios=("today", "hiring_freeze"), candidates=("hunter_farmer",)
)
TINY = RobustnessSettings(
    trajectories=2, screened_parameters=2, tornado_parameters=1, replications=2, points=20, region_parameters=2,
    elasticities=(0.0, 0.5), stress_loads=(), rivals=1,
)  # fmt: skip
FITS = Gate(level="fits", checked=9, passed=9, words=Text(de="passt", en="fits"))


@pytest.fixture(scope="module")
def found():
    inputs = example_inputs(customers=30, posts=5, orders_per_year=400)
    space = plan_space(inputs, SHORT, designs=SETTINGS.candidates)
    seen: list[tuple[int, int]] = []
    order = SearchOrder(settings=SETTINGS, space=space, agreed=NO_PLAN)
    results, tell = searched(order, execution=HERE, progress=lambda done, total: seen.append((done, total)))
    return results, seen, tell


def test_the_short_list_is_confirmed_on_replications_that_the_search_has_not_seen(found):
    results, _, _ = found
    plan = results.plan
    assert plan.main[0] == "baseline" and 2 <= len(plan.main) <= 3
    assert set(results.frame["replication"]) == {FIRST_CONFIRMED, FIRST_CONFIRMED + 1}
    assert set(results.main_runs["scenario"]) == {"today", "hiring_freeze"}
    assert results.searched["listed"].sum() == len(plan.main) - 1, "today is not among what was searched"


def test_progress_counts_search_and_confirmation_as_one(found):
    _, seen, _ = found
    done = [one for one, _ in seen]
    assert done == sorted(done) and seen[-1][0] == seen[-1][1]


def test_the_steps_to_every_plan_of_the_short_list_add_up_to_its_gain(found):
    results, _, _ = found
    study = concluded(replace(results, gate=FITS), SETTINGS, "made")
    gains = study.select("confirmed", scenario="today").set_index("design")["gain"]
    for name in results.plan.main[1:]:
        chain = study.select("chain", measure="company_profit_amount", plan=name)
        assert chain["design"].iloc[-1] == name and chain["difference"].sum() == pytest.approx(gains[name])
    assert study.recommendation.verdict in ("keep", "measure_first"), "without draws nothing is advised"
    units = study.select("units", design="baseline")
    assert units["posts"].sum() == 5


def test_the_short_list_is_made_again_from_what_a_study_keeps(found):
    results, _, _ = found
    study = concluded(results, SETTINGS, "made")
    assert [recorded_plan(json.loads(json.dumps(plan_record(one)))) for one in study.plans] == list(study.plans)
    space = plan_space(results.model_inputs, results.parameters, designs=SETTINGS.candidates)
    again = make_plan(
        SETTINGS, results.model_inputs, results.parameters, short_list=ShortList(space=space, listed=study.plans)
    )
    assert again.main == results.plan.main and again.chains == results.plan.chains


def test_a_promise_keeps_anything_between_nothing_and_all_of_it_in_the_draws(found):
    results, _, tell = found
    promising = {
        lever.name: lever
        for name in results.plan.main
        for lever in results.plan.design(name).levers
        if lever.assumed_effect
    }
    drawn = with_joint_draws(results, 10, execution=HERE, progress=tell)
    values = drawn.joint["joint_values"]
    shares = values[values["parameter"].str.startswith(EFFECT_OF)]
    assert set(shares["parameter"]) == {f"{EFFECT_OF}{name}" for name in promising}
    assert shares["value"].between(0, 1).all()


def test_a_lever_with_no_effect_left_changes_nothing_but_its_cost():
    space = plan_space(example_inputs(), SHORT, designs=("hunter_farmer",))
    nothing = with_effect(space.levers["lean"], 0.0, SHORT)
    assert set(nothing.scale.values()) == {1.0} and nothing.cost == space.levers["lean"].cost
    half = with_effect(space.levers["training"], 0.5, SHORT)
    assert with_effect(half, 1.0, SHORT).override["amo.training_gain"] == pytest.approx(0.4)


def test_the_best_split_moves_contacts_as_hours_and_nothing_where_hours_stay():
    import pandas as pd

    split = pd.DataFrame({"segment": ["A", "B"], "hours_h": [100.0, 100.0], "best_h": [150.0, 50.0]})
    lever = best_split_lever(split, SHORT)
    assert lever is not None
    today = SHORT.value("care.A.contacts_per_year")
    assert lever.override["care.A.contacts_per_year"] == pytest.approx(1.5 * today)
    assert lever.override["care.B.contacts_per_year"] == pytest.approx(0.5 * SHORT.value("care.B.contacts_per_year"))
    assert best_split_lever(split.assign(best_h=split["hours_h"]), SHORT) is None
    assert best_split_lever(split.assign(segment="Z"), SHORT) is None


@pytest.mark.parametrize(
    "goals",
    [
        Goals(limits=Limits(posts=-5.0)),
        Goals(floors=Floors(care_of_a_share=0.0, late_points=0.0, lapsed_points=0.0, open_work_growth_share=0.0)),
        Goals(counts={"contribution_less_cost": 3, "customer_hours_A": 1}, limits=Limits(once_amount=0.0)),
        Goals(counts="customer_hours_A"),
    ],
    ids=["limits that nothing keeps", "floors at nothing", "weights", "hours"],
)
def test_whatever_the_goals_are_there_is_one_answer_with_all_its_frames(goals):
    settings = replace(SETTINGS, goals=goals, scenarios=("today",))
    space = plan_space(
        example_inputs(customers=20, posts=4, orders_per_year=200), SHORT, designs=settings.candidates,
        taboos=[name for name in lever_names() if name not in ("lean", "overtime")],
    )  # fmt: skip
    results, tell = searched(SearchOrder(settings=settings, space=space, agreed=NO_PLAN), execution=HERE)
    drawn = with_joint_draws(replace(results, gate=FITS), 10, execution=HERE, progress=tell)
    study = concluded(drawn, settings, "made")
    advice = study.recommendation
    assert advice.verdict in KINDS and advice.headline.de and advice.headline.en
    assert list(study.frame("prices").columns) == list(PRICE_COLUMNS)
    assert not set(study.frame("prices")["plan"]) & {advice.design}
    if goals.limits.posts:
        assert len(results.plan.main) == 2 and advice.verdict == "keep"
        assert "number of posts" in advice.headline.en, "what breaks the fewest limits is confirmed and named"
    assert from_record(json.loads(json.dumps(to_record(advice)))).headline == advice.headline


def test_at_full_depth_a_searched_study_has_scans_levers_own_variants_and_a_test_of_robustness():
    own = ChosenVariant(design="hunter_farmer", levers=("price_rise", "lean"))
    kept = ("lean", "price_rise", *LEVERS[:1])
    goals = Goals(never=tuple(name for name in lever_names() if name not in kept))
    settings = replace(SETTINGS, depth="full", scenarios=("today",), variants=(own,), goals=goals)
    inputs = example_inputs(customers=20, posts=4, orders_per_year=200)
    space = client_space(settings, inputs, SHORT, folder=None, agreed=NO_PLAN, split=None)
    results, tell = searched(SearchOrder(settings=settings, space=space, agreed=NO_PLAN), execution=HERE)
    assert any("+lean+price_rise" in name for name in results.searched["plan"]), (
        "the client's own variant is a candidate"
    )
    study = concluded(with_joint_draws(results, 10, execution=HERE, progress=tell), settings, "made")
    levers = study.frame("levers")
    (row,) = levers[levers["lever"] == "price_rise+lean"].to_dict("records")
    assert row["base"] == "hunter_farmer" and row["net"] == row["net"]
    assert set(levers.loc[levers["base"] == "baseline", "lever"]) >= set(LEVERS)
    split = [name for name in results.plan.main if len(study.select("units", design=name)) > 1]
    assert set(study.frame("scan")["design"]) <= set(split)
    subject = Subject(model_inputs=inputs, parameters=results.parameters, plan=results.plan, study=study)
    tested = run_study(subject, TINY, execution=HERE)
    assert "baseline" in tested.designs and set(tested.designs) <= set(results.plan.main)
    assert {"tornado", "points", "flat"} <= set(tested.frames)
