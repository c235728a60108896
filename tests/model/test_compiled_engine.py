"""The compiled engine is the engine's twin: every row of the event log is equal to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from simkit.effort.time_use import time_use
from simkit.foundation.random_streams import stream
from simkit.intake.client import load_client
from simkit.model.compiled import compiled_engine, memory
from simkit.model.compiled import layout as at
from simkit.model.compiled.compile import load
from simkit.model.compiled.compiled_engine import CompiledRun, covers, simulate_compiled
from simkit.model.compiled.jit import fingerprint
from simkit.model.compiled.loop_kernel import command
from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import Record
from simkit.model.inputs import demand
from simkit.model.inputs.compiled_normals import gives_the_same_bits
from simkit.model.inputs.demand import lognormal_draws
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.inputs.replication_inputs import ReplicationInputs, draw_inputs
from simkit.model.specification.designs import Design, load_design
from simkit.model.specification.model_parameters import CLASSES, load_defaults
from simkit.model.specification.overrides import names_of
from simkit.model.specification.scenarios import load_scenario
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.value.customers.customer_value import customer_value
from tests.model.conftest import DESIGNS, SMALL, patched
from tests.model.test_engine_random_organisations import FEW, Organisation, organisations, steady

TINY = example_inputs(customers=60, posts=6, orders_per_year=1200, seed=3)
# Each switch that changes what the kernel does, in the direction in which it does something.
SWITCHES: Mapping[str, Mapping[str, float]] = {
    "nothing reacts": {"reaction.on": 0, "reaction.churn_per_year": 0},
    "people come and go": {"staff.quit_per_year": 1.0, "staff.fill_days": 60},
    "modules": {"building.everyone": 1, "building.share": 0.2, "building.module_h": 40, "building.step_share": 0.3},
    "gate": {"gate.quality_minimum": -0.3, "gate.effort_h": 0.5},
    "gate without effort": {"gate.quality_minimum": 0, "gate.effort_h": 0},
    "few open deals": {"gate.open_deals_per_seller": 2},
    "idle hours stay idle on some days": {"discretionary.take_up": 0.5},
    "idle hours are used": {"discretionary.take_up": 1},
    "overtime": {"time.overtime_share": 0.05, "time.overtime_queue_days": 2},
    "overload": {"overload.on": 1, "demand.level": 1.15},
    "overload with care": {"overload.on": 1, "overload.care_counts": 1, "demand.level": 1.15},
    "work left lying": {"shortage.policy": 1, "staff.quit_per_year": 0.8},
    "C customers put off": {"shortage.policy": 2, "staff.quit_per_year": 0.8},
    "partners and dropped customers": {
        "channel.C.partner_share": 0.4,
        "channel.C.dropped_share": 0.3,
        "channel.B.partner_share": 0.3,
        "partner.capacity_customers": 200,
    },
    "bespoke not offered": {f"service_level.{segment}.bespoke_allowed": 0 for segment in "BC"},
    "small orders refused": {"service_level.minimum_order_amount": 4000},
    "answers that take weeks, asked for often": {
        **{f"orders.{name}.partner_delay_h": hours for name, hours in zip(CLASSES, (80, 60, 50), strict=True)},
        "chasing.first_after_h": 10,
        "chasing.every_h": 10,
    },
    "production": {
        "orders.standard.production_days": 3,
        "orders.configured.production_days": 10,
        "orders.bespoke.production_days": 40,
        "orders.bespoke.production_cv": 0,
    },
    "slow adoption": {"transition.adoption_half_months": 4, "transition.old_habit_share": 0.2},
    "price": {"price.rise_share": 0.05},
    "growth": {"demand.growth_per_year": 0.2},
    "more posts": {"staff.additional_posts": 2},
    "clean-up": {"cleanup.after_days": 20, "winning.flag_share": 0.5},
    "short absences reassigned": {"time.reassign_after_days": 1},
}


def differences(one: Record, other: Record) -> list[str]:
    """Return which parts of two records are not equal to the bit."""
    found = []
    for group in ("task_columns", "entry_columns", "case_columns"):
        mine, its = vars(getattr(one, group)), vars(getattr(other, group))
        found += [f"{group}.{name}" for name in mine if not _equal(mine[name], its[name])]
    people = [vars(person) for person in one.people], [vars(person) for person in other.people]
    if len(people[0]) != len(people[1]):
        found.append("people")
    for mine, its in zip(*people, strict=False):
        found += [f"person {mine['person']}: {name}" for name in mine if not _equal(mine[name], its[name])]
    found += [name for name in ("assignments", "churned") if not getattr(one, name).equals(getattr(other, name))]
    counts = ("people_moved", "accounts_moved", "channels")
    return found + [name for name in counts if getattr(one, name) != getattr(other, name)]


def _equal(one: object, other: object) -> bool:
    mine, its = np.asarray(one), np.asarray(other)
    return mine.dtype == its.dtype and mine.shape == its.shape and mine.tobytes() == its.tobytes()


def drawn(*overrides: Mapping[str, float], model_inputs: ModelInputs = TINY, seed: int = 7) -> ReplicationInputs:
    return draw_inputs(model_inputs, patched(SMALL, *overrides), seed=seed, replication=0)


def both(inputs: ReplicationInputs, design: Design) -> list[str]:
    return differences(simulate(inputs, design), simulate_compiled(inputs, design))


@pytest.mark.parametrize("design", DESIGNS)
def test_designs(design: str) -> None:
    busy = {"staff.quit_per_year": 0.3, "staff.fill_days": 60}
    assert both(drawn(busy, seed=1), load_design(design)) == []


@pytest.mark.parametrize("scenario", names_of("scenarios"))
def test_scenarios(scenario: str) -> None:
    parameters = load_scenario(scenario).on(patched(SMALL))
    inputs = draw_inputs(TINY, parameters, seed=2, replication=1, today=patched(SMALL))
    for design in ("baseline", "stretched_t"):
        assert both(inputs, load_design(design)) == []


@pytest.mark.parametrize("switch", SWITCHES)
def test_switches(switch: str) -> None:
    inputs = drawn(SWITCHES[switch], seed=3)
    for design in ("baseline", "hunter_farmer"):
        assert both(inputs, load_design(design)) == []


@pytest.mark.parametrize("design", ["baseline", "pods"])
def test_more_posts_than_one_word_has_bits(design: str) -> None:
    """Posts 0 to 31 share a word that tells who may be free; here people leave and help out beyond it."""
    large = example_inputs(customers=200, posts=3 * at.SLOTS_IN_WORD - 1, orders_per_year=20_000, seed=5)
    restless = {"staff.quit_per_year": 0.6, "time.horizon_years": 0.5, "time.warm_up_years": 0.2}

    assert both(drawn(restless, model_inputs=large), load_design(design)) == []


def test_today_can_be_another_design() -> None:
    inputs, today = drawn(seed=5), load_design("pods")
    one = simulate(inputs, load_design("key_accounts"), today=today)
    assert differences(one, simulate_compiled(inputs, load_design("key_accounts"), today=today)) == []


def test_three_years_with_resizing(small_inputs: ModelInputs) -> None:
    modules = {"building.share": 0.3, "building.module_h": 30, "time.horizon_years": 3}
    assert both(drawn(modules, model_inputs=small_inputs), load_design("stretched_t")) == []


@pytest.mark.parametrize(
    "region",
    [at.AGENDA, at.QUEUES, at.TASKS, at.CASES, at.LOG_TASKS, at.LOG_ENTRIES, at.FOUND, at.PEOPLE],
    ids=str,
)
def test_a_full_region_grows(region: int, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        at.AGENDA: "agenda",
        at.QUEUES: "queues",
        at.TASKS: "tasks",
        at.CASES: "cases",
        at.LOG_TASKS: "log tasks",
        at.LOG_ENTRIES: "log entries",
        at.FOUND: "found",
        at.PEOPLE: "people",
    }
    usual, grown = memory.Memory._regions, []

    def small(self: memory.Memory, factors: Mapping[int, int]) -> dict[str, int]:
        regions, name = usual(self, {}), names[region]
        factor = factors.get(region, 1)
        grown.append(factor)
        whole = {"cases": self.case_words, "tasks": at.TASK_SIZE}.get(name, 3)
        regions[name] = regions[name] * factor // (2048 if region in (at.FOUND, at.AGENDA) else 64) // whole * whole
        return regions

    monkeypatch.setattr(memory.Memory, "_regions", small)
    monkeypatch.setattr(compiled_engine, "_enough", {})
    inputs = drawn({"staff.quit_per_year": 0.5, "overload.on": 1, "demand.level": 1.2}, seed=3)
    assert both(inputs, load_design("stretched_t")) == []
    assert grown[-1] > 1


@pytest.fixture(scope="module")
def demo_inputs(project: Path) -> ReplicationInputs:
    """The demo client as it measures: 24 people and 420 customers over all its years, as no invented client here."""
    client = load_client(project / "client_data" / "demo")
    effort, value = time_use(client), customer_value(client)
    parameters = measured_parameters(client, effort, value, load_defaults())
    return draw_inputs(client_inputs(client, value), parameters, seed=1, replication=0)


@pytest.mark.parametrize("design", ["baseline", "stretched_t"])
def test_a_client_of_full_size(design: str, demo_inputs: ReplicationInputs) -> None:
    one = simulate(demo_inputs, load_design(design))
    assert len(one.task_columns.case) > 60_000
    assert differences(one, simulate_compiled(demo_inputs, load_design(design))) == []


def test_a_run_that_no_memory_holds_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_engine, "LARGEST", 1)
    monkeypatch.setattr(compiled_engine, "_enough", {})
    usual = memory.Memory._regions

    def small(self: memory.Memory, factors: Mapping[int, int]) -> dict[str, int]:
        return usual(self, factors) | {"tasks": at.TASK_SIZE * 10}

    monkeypatch.setattr(memory.Memory, "_regions", small)
    with pytest.raises(memory.RegionFullError):
        simulate_compiled(drawn(), load_design("baseline"))


def test_runs_one_after_the_other_do_not_disturb_each_other() -> None:
    first, second = drawn(seed=1), drawn({"demand.level": 1.2}, seed=2)
    once = simulate_compiled(first, load_design("baseline"))
    simulate_compiled(second, load_design("pods"))
    assert differences(once, simulate_compiled(first, load_design("baseline"))) == []


def test_drawn_normals_are_those_of_numpy_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    compiled = [
        gives_the_same_bits(),
        *(lognormal_draws(stream(1, 0, "made"), 0.7, shape) for shape in ((3, 7), (2, 0))),
    ]
    monkeypatch.setattr(demand, "_fill", [])
    usual = [True, *(lognormal_draws(stream(1, 0, "made"), 0.7, shape) for shape in ((3, 7), (2, 0)))]
    assert all(_equal(one, other) for one, other in zip(compiled, usual, strict=True))


def test_what_is_compiled_belongs_to_these_sources() -> None:
    empty = np.zeros(1, dtype=np.int64)
    assert command(empty, empty.view(np.float64), np.zeros(1), at.FINGERPRINT, 0, 0, 0.0) == fingerprint()


@pytest.mark.parametrize("design", DESIGNS)
def test_all_shipped_designs_are_covered(design: str) -> None:
    assert covers(load_design(design), patched(SMALL))


def test_the_kernel_stops_only_for_what_python_decides() -> None:
    inputs, design = drawn(), load_design("baseline")
    run = CompiledRun(inputs, design, inputs.parameters, design, factors={})
    run.record()
    assert len(run.clock.calls) < 100


@pytest.mark.parametrize("step_h", [1 / 12, 1 / 4, 1.0])
def test_many_events_at_one_instant(step_h: float) -> None:
    """Equal efforts, and arrivals on a grid: nearly every event shares its instant with another."""
    inputs = drawn({"effort.cv": 0, "staff.quit_per_year": 0.5, "overload.on": 1}, seed=5)
    orders, tables = inputs.orders, (inputs.orders, inputs.opportunities, inputs.leads, inputs.requests)
    on_grid = [replace(table, at=np.round(table.at / step_h) * step_h) for table in tables]
    equal = replace(
        on_grid[0],
        round_delay=tuple(np.ones_like(delay) for delay in orders.round_delay),
        patience=[1.0] * len(orders.at),
    )
    customers = replace(inputs.customers, care_phase=np.round(inputs.customers.care_phase, 1))
    inputs = replace(
        inputs, orders=equal, opportunities=on_grid[1], leads=on_grid[2], requests=on_grid[3], customers=customers
    )
    for design in ("baseline", "stretched_t"):
        assert both(inputs, load_design(design)) == []


@steady(40)
@given(organisations)
def test_any_organisation(organisation: Organisation) -> None:
    parameters = patched(FEW, organisation.parameters)
    inputs = draw_inputs(organisation.model_inputs, parameters, seed=organisation.seed, replication=0)
    assert both(inputs, organisation.design) == []
