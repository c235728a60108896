"""Queueing theory: a shared queue with exponential draws waits, loses and abandons as the formulas say; Little's law holds.

The engine is the real one; only tables of the drawn inputs are replaced, so that its work is a one-step queue.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simkit.foundation.random_streams import stream
from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.work_in_progress import OpenWork
from simkit.model.inputs.demand import Arrivals
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.inputs.replication_inputs import ReplicationInputs, draw_inputs
from simkit.model.specification.designs import Design, load_design
from simkit.model.specification.model_parameters import SEGMENTS
from tests.model.conftest import DESIGNS, QUIET, SMALL, Runner, patched

Table = TypeVar("Table", bound=Arrivals)
YEAR_H = 2000.0
WARM_UP_H = 400.0  # after go-live, since the queue begins empty there
REPLICATIONS = 12

# Everybody is always there and does nothing but the one step; nothing else knocks at the door.
ONE_STEP = {
    **QUIET,
    "presence.holiday_days": 0,
    "presence.sick_days": 0,
    "blocked.meetings_h": 0,
    "blocked.administration_h": 0,
    "blocked.development_h": 0,
    "leads.per_year": 0,
    "leads.qualified_share": 0,
    "opportunities.per_year": 0,
    "service.requests_per_year": 0,
    "extra.leads_ceiling_per_year": 0,
    **{f"care.{name}.contacts_per_year": 0 for name in SEGMENTS},
    "orders.standard.share": 1,
    "orders.configured.share": 0,
    "orders.bespoke.share": 0,
    "orders.standard.entry_h": 1,
    "orders.standard.confirmation_h": 0,
    "orders.standard.rework_chance": 0,
    "leads.qualify_h": 1,
    "time.warm_up_years": 0.1,
    "time.horizon_years": 1.2,
}


def one_queue() -> Design:
    """Everybody in one unit with one queue, first come, first served, and nothing to do in free hours."""
    design = load_design("baseline")
    unit = replace(design.units[0], owners=False)
    ranks = replace(design.priority_table, ranks=dict.fromkeys(design.priority_table.ranks, 0))
    return replace(design, units=(unit,), priority_table=ranks, discretionary=("nothing",), override={}, scale={})


def people(count: int, orders_per_year: float) -> ModelInputs:
    """One customer who orders so often, and posts that nobody leaves."""
    model_inputs = example_inputs(customers=1, posts=count, orders_per_year=orders_per_year)
    return replace(model_inputs, slots=model_inputs.slots.assign(age_years=30.0))


def after_go_live(table: Table) -> Table:
    """The same table without what arrives before go-live: the queue begins empty under the design."""
    return replace(table, at=np.where(table.at < 0, np.inf, table.at))


def exponential(inputs: ReplicationInputs, name: str, *shape: int) -> np.ndarray:
    return stream(inputs.seed, inputs.replication, f"test.{name}").exponential(1.0, shape)


def order_queue(count: int, arrivals_per_h: float, service_h: float, replication: int, patience_h: float = 0) -> Record:
    """Run orders through the one queue: Poisson arrivals, exponential work, exponential patience where there is one."""
    parameter_set = patched(ONE_STEP, {"orders.standard.entry_h": service_h})
    inputs = draw_inputs(people(count, arrivals_per_h * YEAR_H), parameter_set, seed=11, replication=replication)
    orders = after_go_live(inputs.orders)
    orders = replace(orders, step_effort=exponential(inputs, "effort", len(orders.at), 4))
    if patience_h:
        in_parameter = parameter_set.value("orders.standard.patience_days") * parameter_set.value("time.day_h")
        patience = exponential(inputs, "patience", len(orders.at)) * patience_h / in_parameter
        orders = replace(orders, patience=patience.tolist())
    return simulate(replace(inputs, orders=orders), one_queue())


def lead_queue(count: int, arrivals_per_h: float, service_h: float, places: int, replication: int) -> Record:
    """Run leads through the one queue with a limit of open deals; a qualified one would become more, so none is."""
    limit = {"leads.per_year": arrivals_per_h * YEAR_H, "gate.open_deals_per_seller": places / count}
    parameter_set = patched(ONE_STEP, limit, {"leads.qualify_h": service_h})
    inputs = draw_inputs(people(count, 1e-9), parameter_set, seed=12, replication=replication)
    leads = after_go_live(inputs.leads)
    leads = replace(leads, effort=exponential(inputs, "effort", len(leads.at)).tolist())
    return simulate(replace(inputs, leads=leads), one_queue())


def settled(record: Record) -> pd.DataFrame:
    """Cases that arrived after the warm-up and so early that they could end, with the start of their task (NaN: none)."""
    cases = record.cases
    cases = cases[(cases["arrived_h"] > WARM_UP_H) & (cases["arrived_h"] < record.end_h - 100)]
    return cases.assign(start_h=cases["case"].map(record.tasks.set_index("case")["start_h"]))


def assert_hits(expected: float, values: Sequence[float], *, precision: float) -> None:
    """The 99 % t-interval over independent replications holds the value, and is narrow enough to mean something."""
    error = stats.sem(values)
    half = float(stats.t.ppf(0.995, len(values) - 1) * error)
    mean = float(np.mean(values))

    assert half < precision * expected
    assert abs(mean - expected) <= half, f"{mean:.4f} ± {half:.4f}, theory says {expected:.4f}"


def erlang_c(count: int, offered: float) -> float:
    """Chance to wait in M/M/c (Erlang 1917): offered = arrival rate × mean service time < c."""
    first = sum(offered**n / math.factorial(n) for n in range(count))
    last = offered**count / math.factorial(count) * count / (count - offered)
    return last / (first + last)


def birth_and_death(birth: float, death: Callable[[int], float], most: int) -> np.ndarray:
    """Stationary distribution of the number in the system, 0 … most."""
    weight = np.cumprod([1.0, *(birth / death(n) for n in range(1, most + 1))])
    return np.asarray(weight / weight.sum())


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("load", [0.5, 0.75])
def test_mean_wait_in_a_shared_queue_is_that_of_erlang_c(count: int, load: float) -> None:
    service_h = 0.4 * count  # the same number of cases whatever the number of people
    arrivals_per_h = load * count / service_h

    waits = [
        float((cases["start_h"] - cases["arrived_h"]).mean())
        for cases in (settled(order_queue(count, arrivals_per_h, service_h, r)) for r in range(REPLICATIONS))
    ]

    expected = erlang_c(count, load * count) / (count / service_h - arrivals_per_h)
    assert_hits(expected, waits, precision=0.25)


@pytest.mark.parametrize(("count", "load", "patience_h"), [(1, 0.9, 2.0), (4, 1.2, 4.0)])
def test_share_of_orders_cancelled_before_work_began_is_that_of_erlang_a(
    count: int, load: float, patience_h: float
) -> None:
    service_h = 0.8 * count
    arrivals_per_h = load * count / service_h

    records = (order_queue(count, arrivals_per_h, service_h, r, patience_h) for r in range(REPLICATIONS))
    lost = [float(settled(record)["start_h"].isna().mean()) for record in records]

    most = 400
    share = birth_and_death(arrivals_per_h, lambda n: min(n, count) / service_h + max(n - count, 0) / patience_h, most)
    waiting = float(share @ np.maximum(np.arange(most + 1) - count, 0))
    assert_hits(waiting / patience_h / arrivals_per_h, lost, precision=0.15)


@pytest.mark.parametrize(("count", "load", "places"), [(1, 0.9, 3), (4, 1.3, 8)])
def test_leads_refused_by_the_limit_of_open_deals_are_the_losses_of_a_queue_with_few_places(
    count: int, load: float, places: int
) -> None:
    service_h = 0.8 * count
    arrivals_per_h = load * count / service_h

    records = (lead_queue(count, arrivals_per_h, service_h, places, r) for r in range(REPLICATIONS))
    refused = [float((settled(record)["outcome"] == "refused").mean()) for record in records]

    share = birth_and_death(arrivals_per_h, lambda n: min(n, count) / service_h, places)
    assert_hits(float(share[-1]), refused, precision=0.15)


# --- Little's law -------------------------------------------------------------------------------------------------


def open_case_hours(record: Record, begin_h: float, end_h: float) -> float:
    """∫ N(t) dt: how many cases are open, as `OpenWork` tells it between one event of the log and the next."""
    work = OpenWork(record)
    events = np.concatenate([work.arrived_h, work.ended_h, [begin_h, end_h]])
    events = np.unique(events[(events >= begin_h) & (events <= end_h)])
    middles = (events[1:] + events[:-1]) / 2
    return math.fsum(len(work.left(at)[0]) * width for at, width in zip(middles, np.diff(events), strict=True))


def silent_after(table: Table, hour: float) -> Table:
    return replace(table, at=np.where(table.at > hour, np.inf, table.at))


@pytest.mark.parametrize("name", DESIGNS)
def test_littles_law_holds_exactly_in_a_run_that_ends_empty(name: str) -> None:
    no_care = {f"care.{segment}.contacts_per_year": 0 for segment in SEGMENTS}
    parameter_set = patched(SMALL, no_care, {"extra.leads_ceiling_per_year": 0, "time.horizon_years": 0.8})
    inputs = draw_inputs(
        example_inputs(customers=30, posts=8, orders_per_year=400), parameter_set, seed=5, replication=0
    )
    early = {
        kind: silent_after(getattr(inputs, kind), 200.0) for kind in ("orders", "opportunities", "leads", "requests")
    }
    design = load_design(name)

    record = simulate(replace(inputs, **early), replace(design, override={**design.override, **no_care}))

    cases, length_h = record.cases, record.end_h - record.start_h
    assert cases["ended_h"].notna().all(), "the run must end empty"
    assert len(cases) > 200
    number = open_case_hours(record, record.start_h, record.end_h) / length_h
    rate, time_h = len(cases) / length_h, math.fsum(cases["ended_h"] - cases["arrived_h"]) / len(cases)
    assert number == pytest.approx(rate * time_h, rel=1e-12)


@pytest.mark.parametrize("name", DESIGNS)
def test_littles_law_holds_with_open_cases_when_time_counts_inside_the_window(run: Runner, name: str) -> None:
    record = run(
        name, {"time.horizon_years": 0.5}, model_inputs=example_inputs(customers=40, posts=3, orders_per_year=600)
    )

    begin_h, end_h = 0.0, record.end_h
    cases = record.cases
    inside_h = cases["ended_h"].fillna(np.inf).clip(upper=end_h) - cases["arrived_h"].clip(lower=begin_h)
    sojourn_h = math.fsum(inside_h.clip(lower=0.0))
    assert cases["ended_h"].isna().any()
    assert (cases["arrived_h"] < begin_h).any()
    assert open_case_hours(record, begin_h, end_h) == pytest.approx(sojourn_h, rel=1e-12)
