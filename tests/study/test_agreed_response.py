"""The response curves of a workshop reach the model as parameters with their origin, and its customers answer accordingly."""

from __future__ import annotations

import pytest

from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.model.engine.customer_response import segment_curve
from simkit.model.engine.engine import simulate
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measured.agreed_response import agreed_response_override
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.measured_demand import Override, patched
from simkit.study.measured.measured_parameters import measured_parameters, parameter_table
from simkit.value.service.response import answered_response
from simkit.value.service.service_study import agreed_in
from tests.study.made_agreement import CURVES, PEOPLE, agreed_client, workshop
from tests.study.made_client import made_client, value_of

BY_HAND = Provenance(kind="option", source="test")
STAYING = load_defaults().patch({"reaction.churn_per_year": 0}, BY_HAND)
SMALL = {
    "leads.per_year": 100, "opportunities.per_year": 60, "service.requests_per_year": 300, "time.horizon_years": 1,
    "time.warm_up_years": 0.25,
}  # fmt: skip


def override_of(said, parameter_set: ParameterSet) -> Override:
    client = agreed_client(said)
    value = value_of(client)
    return agreed_response_override(client, value, client_inputs(client, value), parameter_set)


def slope_of(segment: str, override: Override) -> float:
    return override["reaction.elasticity"][0] * override[f"reaction.{segment}.elasticity_factor"][0]


def test_without_churn_the_curve_of_the_model_is_that_of_the_value_layer():
    parameter_set = patched(STAYING, override_of(workshop(), STAYING))
    answers = agreed_in(workshop(), 5).answers
    for _, row in answers.iterrows():
        curve, today = (
            segment_curve(parameter_set, row["segment"]),
            parameter_set.value(f"reaction.care_before_{row['segment']}"),
        )
        for effort in (0.5, 1.0, 1.5, 3.0):
            assert curve(today * effort) == pytest.approx(float(answered_response(row).curve.sales(effort)))


def test_a_segment_without_answers_keeps_the_assumed_curve():
    told = segment_curve(patched(load_defaults(), override_of(workshop(), load_defaults())), "C")
    assumed = segment_curve(load_defaults(), "C")
    for care in (0.2, 0.75, 1.4):
        assert told(care) == pytest.approx(assumed(care))


def test_the_answers_speak_of_three_years_so_the_churn_of_the_model_is_taken_out():
    with_churn, without = override_of(workshop(), load_defaults()), override_of(workshop(), STAYING)
    assert slope_of("A", without) - slope_of("A", with_churn) == pytest.approx(3 * 0.06 * 0.8 * 0.75)
    assert with_churn["reaction.rate_floor"][0] > without["reaction.rate_floor"][0] == pytest.approx(0.6)


def test_answers_that_churn_alone_explains_leave_no_reaction_and_it_is_reported():
    flat = override_of(workshop(curves={"A": CURVES["A"], "C": (88, 96, 102, 104, 150)}), load_defaults())
    assert flat["reaction.C.elasticity_factor"][0] == 0
    assert "segment C that churn alone explains" in flat["reaction.elasticity"][1].source
    assert segment_curve(patched(load_defaults(), flat), "C")(0.1) == pytest.approx(1)


def test_the_parameters_carry_origin_people_and_interval_and_stand_in_the_list_of_the_chapter():
    client = agreed_client(workshop())
    parameter_set = measured_parameters(client, None, value_of(client), load_defaults())
    parameter = parameter_set["reaction.elasticity"]
    assert (parameter.provenance.kind, "n = 6" in parameter.provenance.source) == ("workshop", True)
    assert parameter.provenance.interval.low < parameter.value < parameter.provenance.interval.high
    listed = parameter_table(parameter_set, measured=True).set_index("path")
    assert listed.loc["reaction.B.fall_share", "kind_de"] == "Workshop"


@pytest.mark.parametrize(
    "said", [None, workshop(participants=PEOPLE[:4]), workshop(curves={"A": (110, 90, 80, 70, 100)})]
)
def test_without_answers_that_enough_people_gave_and_that_rise_the_parameter_set_is_the_same(said):
    plain = made_client()
    expected = measured_parameters(plain, None, value_of(plain), load_defaults())
    client = agreed_client(said)
    found = measured_parameters(client, None, value_of(client), load_defaults())
    agreed = {f"care.{segment}.needed_contacts_per_year" for segment in "ABC"}  # of the levels, which stay agreed
    assert {path for path in found if found[path] != expected[path]} <= agreed


def test_customers_of_the_simulation_order_less_without_care_where_the_workshop_says_so():
    model_inputs = example_inputs(customers=80, posts=6, orders_per_year=1500)

    def orders_of_a(curve: tuple[float, ...]) -> int:
        told = override_of(workshop(curves={"A": curve, "B": CURVES["B"]}), load_defaults())
        parameter_set = patched(load_defaults().patch(SMALL, BY_HAND), told).patch(
            {"care.received_factor": 0.1}, BY_HAND
        )
        parameter_set = parameter_set.patch({"reaction.rate_ceiling": 1.25}, BY_HAND)  # the same replication for both
        cases = simulate(draw_inputs(model_inputs, parameter_set, seed=1, replication=0), load_design("baseline")).cases
        return int(((cases["kind"] == "order") & (cases["segment"] == "A") & (cases["arrived_h"] >= 0)).sum())

    indifferent, devoted = orders_of_a((95, 98, 101, 125, 200)), orders_of_a((30, 70, 115, 125, 200))
    assert devoted < 0.8 * indifferent
