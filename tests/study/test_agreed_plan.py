"""Agreed service levels reach the simulation as a plan with its origin; what the model cannot carry is reported."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from simkit.foundation.errors import ConfigError
from simkit.model.engine.engine import simulate
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.plans.agreed_plan import NAME, NO_PLAN, AgreedPlan, agreed_plan
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.study_settings import ChosenVariant, StudySettings
from tests.study.made_agreement import LEVELS, agreed_client, workshop
from tests.study.made_client import made_client, value_of
from tests.study.test_agreed_response import BY_HAND, SMALL

PARAMETER_SET = load_defaults()
TODAY = load_design("baseline")
SETTINGS = StudySettings(designs=("baseline", "stretched_t"), scenarios=("today", "vacancies_139_days"), replications=2)


def plan_of(said, **stated: object) -> AgreedPlan:
    client = agreed_client(said, **stated)
    return agreed_plan(client, value_of(client), PARAMETER_SET)


def told(plan: AgreedPlan, segment: str, field: str) -> dict[str, object]:
    table = plan.table.set_index(["segment", "field"])
    return table.loc[(segment, field)].to_dict()


def test_agreed_levels_set_the_parameters_of_the_plan_with_their_origin():
    parameter_set = TODAY.with_levers([plan_of(workshop()).lever]).on(PARAMETER_SET)
    assert (parameter_set.value("care.A.contacts_per_year"), parameter_set.value("care.B.by_phone")) == (24, 1)
    assert parameter_set.value("service_level.A.response_factor") == pytest.approx(8 / 40)
    assert parameter_set.value("service_level.C.bespoke_allowed") == 0
    provenance = parameter_set["care.A.contacts_per_year"].provenance
    assert (provenance.kind, provenance.source) == ("workshop", "agreed service levels (n = 6)")
    assert PARAMETER_SET["care.C.by_phone"] == parameter_set["care.C.by_phone"]  # a portal is no channel of the model


def test_what_the_model_cannot_carry_stays_as_today_and_is_reported_with_the_reason():
    much = workshop(levels={"A": {"contacts_per_year": 250.0, "response_h": 2.0}, "C": LEVELS["C"]})
    plan = plan_of(much)
    assert set(plan.lever.override) == {
        "care.C.contacts_per_year", "service_level.C.response_factor", "service_level.C.bespoke_allowed",
    }  # fmt: skip
    contacts = told(plan, "A", "contacts_per_year")
    assert contacts["planned"] != contacts["planned"]
    assert contacts["note_en"] == (
        "not simulated: 250 makes care.A.contacts_per_year = 250, allowed is 0 to 60; it stays as it is today"
    )
    assert "0.05" in told(plan, "A", "response_h")["note_de"]
    assert "Besuch und Telefon" in told(plan, "C", "channel")["note_de"]
    partners = plan_of(None, segments={"C": {"channel": "partner"}})
    assert told(partners, "C", "channel")["note_en"] == "not simulated (see the design partner_channel)"


def test_client_yaml_counts_where_the_workshop_says_nothing():
    plan = plan_of(
        workshop(levels={"A": {"contacts_per_year": 24.0}}),
        segments={"A": {"contacts_per_year": 6, "bespoke": True}, "B": {"hours_per_contact": 4.4, "channel": "visit"}},
    )
    parameter_set = TODAY.with_levers([plan.lever]).on(PARAMETER_SET)
    assert parameter_set.value("care.A.contacts_per_year") == 24
    parts = [parameter_set.value(f"care.B.{part}") for part in ("preparation_h", "travel_h", "talk_h")]
    assert (sum(parts), parts[1] / parts[2]) == pytest.approx((4.4, 0.8))
    provenance = parameter_set["service_level.A.bespoke_allowed"].provenance
    assert (provenance.kind, provenance.source) == ("option", "client.yaml (service_levels)")


def test_a_fourth_class_is_planned_with_the_third_by_customers():
    client = agreed_client(workshop(levels={"C": {"contacts_per_year": 3.0}, "D": {"contacts_per_year": 0.0}}))
    table = value_of(client).customers
    table.loc[table.index[-7:], "segment"] = "D"  # seven of twenty-one
    plan = agreed_plan(client, SimpleNamespace(customers=table), PARAMETER_SET)
    assert plan.lever.override["care.C.contacts_per_year"] == pytest.approx(2)
    assert "C + D" in told(plan, "C", "contacts_per_year")["note_en"]


def test_a_level_of_a_segment_without_customers_is_an_error_that_names_the_line():
    with pytest.raises(ConfigError, match=r"service_levels\.segments\.D"):
        plan_of(None, segments={"D": {"contacts_per_year": 1}})


def test_without_agreed_levels_the_study_runs_what_it_ran():
    plain = made_client()
    assert agreed_plan(plain, value_of(plain), PARAMETER_SET) is NO_PLAN
    assert plan_of(None) is NO_PLAN
    before, with_plan = (
        make_plan(SETTINGS, example_inputs(), PARAMETER_SET, None, one) for one in (NO_PLAN, plan_of(workshop()))
    )
    labels = [variant.label for variant in before.experiment.variants]
    assert [variant for variant in with_plan.experiment.variants if variant.label in labels] == list(
        before.experiment.variants
    )
    assert {variant.label for variant in with_plan.experiment.variants} - set(labels) == {f"baseline~{NAME}"}


def test_today_with_the_plan_is_compared_with_today_and_variants_put_it_on_any_design():
    settings = StudySettings(
        designs=SETTINGS.designs,
        scenarios=SETTINGS.scenarios,
        variants=(ChosenVariant(design="stretched_t", levers=(NAME,)),),
    )
    plan = make_plan(settings, example_inputs(), PARAMETER_SET, None, plan_of(workshop()))
    assert {(one.base, one.lever) for one in plan.levers} == {("baseline", NAME), ("stretched_t", NAME)}
    assert plan.main[-1] == f"stretched_t[+{NAME}]"
    with pytest.raises(ConfigError, match="nothing was agreed"):
        make_plan(settings, example_inputs(), PARAMETER_SET)


def test_the_simulated_staff_hold_more_contacts_where_more_were_agreed():
    model_inputs = example_inputs(customers=80, posts=6, orders_per_year=1000)
    parameter_set = PARAMETER_SET.patch(SMALL, BY_HAND)
    replication = draw_inputs(model_inputs, parameter_set, seed=1, replication=0)
    held = {}
    for name, levers in (("today", []), ("agreed", [plan_of(workshop()).lever])):
        cases = simulate(replication, TODAY.with_levers(levers)).cases
        done = cases[(cases["kind"] == "care") & (cases["outcome"] == "done") & (cases["ended_h"] >= 0)]
        held[name] = done.groupby("segment").size()
    assert held["agreed"]["A"] > 1.4 * held["today"]["A"]
    assert held["agreed"]["C"] < 0.8 * held["today"]["C"]
