"""Today stays where it is: on average nobody orders more or less, the elasticity is the wanted one, as many are won as lost."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.model.engine.customer_response import Reactions
from simkit.model.engine_choice import play
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import ReplicationInputs, draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import SEGMENTS, load_defaults
from simkit.study.calibration.customer_watch import CustomerWatch
from simkit.study.calibration.stationary_today import SOURCE, Stationary, is_stationary, sizes_of, stationary_today
from simkit.study.calibration.today_profile import response_override
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.measured.measured_demand import patched

SEED, REPLICATIONS = 5, 3
MODEL_INPUTS = example_inputs(customers=40, posts=6, orders_per_year=500)
SMALL = {
    "leads.per_year": 250,
    "opportunities.per_year": 60,
    "service.requests_per_year": 250,
    "extra.leads_ceiling_per_year": 50,
    "care.C.contacts_per_year": 4,
    "care.C.needed_contacts_per_year": 6,
    "time.horizon_years": 1.5,
}


def small(**more: float) -> ParameterSet:
    return load_defaults().patch({**SMALL, **more}, Provenance(kind="option", source="test"))


@cache
def fitted() -> Stationary:
    return stationary_today(
        MODEL_INPUTS, small(), seed=SEED, replications=REPLICATIONS, rounds=3, execution=Execution(jobs=1)
    )


class Factors(CustomerWatch):
    """Adds up order rates, as they are and with a tenth more care."""

    def __init__(self, inputs: ReplicationInputs, parameters: ParameterSet) -> None:
        super().__init__(inputs, parameters)
        self.found = np.zeros((3, len(SEGMENTS)))
        self.churn = np.zeros(2)

    def note(self, reactions: Reactions, now: float) -> None:
        super().note(reactions, now)
        care, late, _ = reactions.state(now)
        for customer in np.flatnonzero(reactions.active).tolist():
            segment, weight = reactions.segment[customer], reactions.weight[customer]
            curve, factor = reactions.curves[segment], reactions.order_factor(customer, now)
            more = factor * curve(1.1 * care[customer]) / curve(care[customer])
            self.found[:, segment] += weight, weight * factor, weight * more
            hazard = np.exp(-reactions.churn_care * (care[customer] - reactions.before[customer]))
            self.churn += 1.0, hazard * (1 + reactions.churn_late * late[customer]) / reactions.churn_level


@cache
def seen() -> tuple[np.ndarray, np.ndarray]:
    parameters = patched(small(), fitted().override)
    found, churn = np.zeros((3, len(SEGMENTS))), np.zeros(2)
    for replication in range(sizes_of(REPLICATIONS)[-1]):
        inputs = draw_inputs(MODEL_INPUTS, parameters, seed=SEED, replication=replication)
        watch = Factors(inputs, parameters)
        play(inputs, load_design("baseline"), note=watch.note)
        found, churn = found + watch.found, churn + watch.churn
    return found, churn


@pytest.mark.parametrize("segment", range(len(SEGMENTS)), ids=SEGMENTS)
def test_customers_order_as_today_on_average(segment: int) -> None:
    found, _ = seen()

    assert found[1, segment] / found[0, segment] == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize("segment", range(len(SEGMENTS)), ids=SEGMENTS)
def test_a_tenth_more_care_raises_orders_by_the_elasticity(segment: int) -> None:
    found, _ = seen()

    assert np.log(found[2, segment] / found[1, segment]) / np.log(1.1) == pytest.approx(0.25, abs=0.02)


def test_churn_is_what_the_parameter_says_on_average() -> None:
    _, churn = seen()

    assert churn[1] / churn[0] == pytest.approx(1.0, abs=0.02)


def test_as_many_customers_are_won_as_lost() -> None:
    profile = fitted().profile
    scale = fitted().override["customers.new_per_lost"][0]

    assert scale > 0
    assert profile.won == pytest.approx(0.06 * profile.customer_years, abs=0.01 * profile.customer_years)


def test_today_grows_by_less_than_a_quarter_of_a_per_cent_a_year() -> None:
    assert fitted().balanced
    assert fitted().growth == pytest.approx(
        (fitted().profile.won - fitted().profile.lost) / fitted().profile.customer_years
    )


def test_what_is_set_by_hand_is_never_moved() -> None:
    own = {"reaction.care_before_B": 0.7, "reaction.curve_level_A": 1.1, "customers.new_per_lost": 1.3}
    found = stationary_today(
        MODEL_INPUTS, small(**own), seed=SEED, replications=1, rounds=1, execution=Execution(jobs=1)
    ).override

    assert not set(own) & set(found)
    assert {"reaction.care_before_A", "reaction.curve_level_B", "reaction.churn_level"} <= set(found)


def test_the_mean_care_level_is_received_over_needed_contacts() -> None:
    for segment, name in enumerate(SEGMENTS):
        assert 0.3 < fitted().override[f"reaction.care_before_{name}"][0] < 1.1
        care, mean = fitted().profile.levels(segment, small())
        weight = fitted().profile.table["count"][segment]
        assert (care * weight).sum() / weight.sum() == pytest.approx(mean)


def followed(parameters: ParameterSet) -> ParameterSet:
    return patched(parameters, response_override(parameters, fitted().profile, SOURCE))


def test_a_profile_gives_the_same_response_again_and_another_to_another_elasticity() -> None:
    again = followed(patched(small(), fitted().override))
    steeper = followed(patched(small(**{"reaction.elasticity": 0.35}), fitted().override))

    for path, (value, _) in fitted().override.items():
        assert again.value(path) == pytest.approx(value)
    assert steeper.value("reaction.curve_exponent_B") > again.value("reaction.curve_exponent_B")
    assert is_stationary(again)
    assert not is_stationary(small())


def test_greater_need_means_a_lower_level_for_the_same_contacts() -> None:
    needing = small(**{"care.B.needed_contacts_per_year": 13.4})

    found = followed(patched(needing, fitted().override))

    assert found.value("reaction.care_before_B") == pytest.approx(
        fitted().override["reaction.care_before_B"][0] / 2, rel=1e-6
    )


def test_a_curve_with_hardly_any_rise_makes_up_for_late_orders_up_to_the_ceiling_of_all_segments() -> None:
    """Late orders take more than the curve's own upper end leaves (.35 %); what they take is all that the level adds."""
    flat = small(**{"reaction.C.rise_share": 0.01, "reaction.C.fall_share": 0.01})
    table = fitted().profile.table
    later = replace(fitted().profile, table={**table, "weight_kept": 0.98 * table["weight_kept"]})
    parameters = patched(flat, response_override(flat, later, SOURCE))

    assert 1.005 < parameters.value("reaction.curve_level_C") < 1.05
