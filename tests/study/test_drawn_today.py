"""Today in a draw: its load, its contacts and its customers are those that were measured, whatever else is drawn."""

import pytest

from simkit.foundation.parameter_set import Provenance
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import SEGMENTS, load_defaults
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.joint_draws.drawn_sets import Draw, Draws
from simkit.study.joint_draws.drawn_today import (
    FIRST_REPLICATION,
    differences_of,
    loaded,
    own_replications,
    with_today_at_rest,
)
from simkit.study.joint_draws.joint_runs import play_draw, run_draws
from simkit.study.measured.fitted_work import available_hours, expected_hours
from simkit.study.robustness.sample_points import RobustnessBench

MODEL_INPUTS = example_inputs(customers=40, posts=6, orders_per_year=500)
BEFORE = load_defaults().patch(
    {"time.horizon_years": 1.0, "time.warm_up_years": 0.5, "leads.per_year": 80.0, "opportunities.per_year": 40.0,
     "service.requests_per_year": 200.0, "extra.leads_ceiling_per_year": 120.0},
    Provenance(kind="assumption", source="test"),
)  # fmt: skip
DESIGNS = {"baseline": load_design("baseline")}
LOAD, NEED = "load.utilisation", "care.A.needed_contacts_per_year"


def bench(parameters=BEFORE) -> RobustnessBench:
    return RobustnessBench(
        model_inputs=MODEL_INPUTS,
        parameters=parameters,
        designs=DESIGNS,
        seed=3,
        execution=Execution(jobs=1),
        engine=play_draw,
    )


def drawn(*clients) -> Draws:
    return Draws(draws=tuple(Draw(client=client, designs={}) for client in clients), scores=None)


@pytest.mark.parametrize("load", [0.7, 0.95])
def test_all_work_content_is_brought_to_the_drawn_load(load):
    found = loaded(bench(), {LOAD: load, "orders.bespoke.entry_h": 1.2})
    assert sum(expected_hours(MODEL_INPUTS, found).values()) == pytest.approx(
        load * available_hours(MODEL_INPUTS, found)
    )
    ratio = found.value("orders.bespoke.entry_h") / found.value("orders.standard.entry_h")
    assert ratio == pytest.approx(1.2 / BEFORE.value("orders.standard.entry_h"))  # what was drawn of it stays


def test_who_needs_more_receives_the_same_and_so_a_smaller_share():
    found = loaded(bench(), {NEED: 2 * BEFORE.value(NEED)})
    assert found.value("reaction.care_before_A") == pytest.approx(BEFORE.value("reaction.care_before_A") / 2)
    assert found.value("reaction.care_before_B") == BEFORE.value("reaction.care_before_B")


def test_what_was_set_by_hand_stays():
    by_hand = BEFORE.patch({"reaction.care_before_A": 0.6, "service.answer_h": 0.5}, Provenance(kind="option"))
    found = loaded(bench(by_hand), {LOAD: 0.7, NEED: 2 * BEFORE.value(NEED)})
    assert (found.value("reaction.care_before_A"), found.value("service.answer_h")) == (0.6, 0.5)


def test_draws_have_replications_that_follow_each_other():
    assert own_replications(3) == {
        "1": FIRST_REPLICATION, "2": FIRST_REPLICATION + 2, "3": FIRST_REPLICATION + 4,
    }  # fmt: skip


def test_only_what_is_otherwise_is_kept():
    other = BEFORE.patch({LOAD: 0.7, NEED: BEFORE.value(NEED)}, Provenance(kind="scenario"))
    assert differences_of(other, BEFORE) == {LOAD: 0.7}


@pytest.fixture(scope="module")
def rested():
    """An idle and a busy client, and one whose customers react more strongly, each with today at rest."""
    return with_today_at_rest(bench(), drawn({LOAD: 0.6}, {LOAD: 0.95}, {LOAD: 0.6, "reaction.elasticity": 0.5}))


def test_today_brings_the_same_orders_in_every_draw(rested):
    orders = run_draws(bench(), rested).set_index("draw")["orders"]
    assert orders.to_numpy() == pytest.approx([500 + 500 * 0.1] * 3, rel=0.15)  # won deals besides
    assert orders[1] == pytest.approx(orders[3], rel=0.1)


def test_contacts_are_planned_so_that_those_of_today_are_received(rested):
    idle, busy = rested.draws[0].client, rested.draws[1].client
    plans = [f"care.{name}.contacts_per_year" for name in SEGMENTS]
    assert all(plan in idle for plan in plans)
    assert sum(busy.get(plan, BEFORE.value(plan)) for plan in plans) > sum(idle[plan] for plan in plans)
    for plan, name in zip(plans, SEGMENTS, strict=True):
        assert idle[plan] <= max(BEFORE.value(f"care.{name}.needed_contacts_per_year"), BEFORE.value(plan))


def test_the_response_goes_through_1_at_the_care_of_the_draw(rested):
    for draw in rested.draws:
        assert {f"reaction.curve_level_{name}" for name in SEGMENTS} <= set(draw.client)
        assert all(0.05 <= draw.client[f"reaction.care_before_{name}"] <= 3 for name in SEGMENTS)
    weak, strong = (rested.draws[place].client for place in (0, 2))
    exponents = [f"reaction.curve_exponent_{name}" for name in SEGMENTS]
    assert sum(strong[path] for path in exponents) > sum(weak[path] for path in exponents)


def test_customers_who_do_not_react_need_no_rest():
    calm = BEFORE.patch({"reaction.on": 0.0}, Provenance(kind="assumption"))
    draws = with_today_at_rest(bench(calm), drawn({"staff.quit_per_year": 0.12}))
    assert not [path for path in draws.draws[0].client if path.startswith("reaction.")]
