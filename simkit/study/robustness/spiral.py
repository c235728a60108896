"""The leaving spiral as a stress test: at which load and time to fill a vacancy does overload empty the organisation?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.rules.workload import yearly_loads
from simkit.model.specification.scenarios import Scenario
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import Progress, run_experiment
from simkit.study.thresholds import threshold

if TYPE_CHECKING:
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.event_log.event_log import Record
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.designs import Design

MEASURE = "content_capacity_share"
LOADS = (0.85, 0.95, 1.0, 1.05)
FILL_DAYS = (60.0, 90.0, 139.0, 200.0)
LOWEST_DEMAND = 0.01


def mandatory_load(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the expected work that cannot lapse away quietly, everything but planned care, over capacity.

    Parameters
    ----------
    model_inputs, parameters
        The client and its parameter set; capacity is that of all posts filled with trained people, holidays, sickness and
        blocked time taken off.

    Returns
    -------
    float
        1 is as much work as capacity.
    """
    v, rules = parameters.value, compile_rules(parameters, model_inputs.calendar_ratio)
    work_h = sum(
        load.per_year * load.hours_h for load in yearly_loads(model_inputs, parameters, rules) if load.work != "care"
    )
    days = v("time.days_per_year") - v("presence.holiday_days") - v("presence.sick_days")
    return work_h / (float(model_inputs.slots["fte"].sum()) * days * (rules.day_h - sum(rules.blocked_h)))


def spiral(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    design: Design,
    *,
    loads: Sequence[float] = LOADS,
    fill_days: Sequence[float] = FILL_DAYS,
    years: float = 5.0,
    replications: int = 4,
    seed: int = 1,
    execution: Execution = Execution(),
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Run one design with the overload hazard on, at several loads and times to fill a vacancy.

    Parameters
    ----------
    model_inputs, parameters, design
        The client, its parameter set, and the organisation under stress.
    loads : sequence of float
        Mandatory load (see `mandatory_load`); demand is set so that the design's year begins with it.
    fill_days : sequence of float
        Times to fill a vacancy, calendar days.
    years : float
        Horizon.
    replications, seed, execution, progress
        As in :func:`simkit.study.experiment.run_experiment.run_experiment`.

    Returns
    -------
    DataFrame
        ``load``, ``fill_days``, ``capacity_share`` (mean content capacity of the last year over that of all posts filled with
        trained people), ``runaway_share`` (share of the replications in which it is under the standard's limit), ``runs_away``.

    Notes
    -----
    Customers who leave or order less relieve the house, so with reactions on it tips later; a parameter set with
    ``reaction.on`` and ``reaction.churn_per_year`` at 0 shows the mechanism alone. Expected from theory: the closed
    form of turnover (capacity = time held / cycle) with a hazard that grows with load has a second, empty
    equilibrium above a critical lag.
    """
    today = mandatory_load(model_inputs, parameters) / parameters.value("demand.level")
    cells = {
        f"{load:g}@{days:g}": (load, days, _scenario(load / today, days, years)) for load in loads for days in fill_days
    }
    experiment = Experiment(
        variants=(Variant(label=design.name, design=design),),
        scenarios={name: scenario for name, (_, _, scenario) in cells.items()},
        replications=replications,
        seed=seed,
    )
    frame = run_experiment(
        experiment, model_inputs, parameters, execution=execution, progress=progress, engine=_play
    ).frame
    rows = []
    for name, (load, days, _) in cells.items():
        shares = select(frame, scenario=name)["value"]
        away = float((shares < threshold("rule.runaway_capacity_share")).mean())
        rows.append((load, days, float(shares.mean()), away, away > threshold("rule.runaway_replications_share")))
    columns = ["load", "fill_days", "capacity_share", "runaway_share", "runs_away"]
    return pd.DataFrame(rows, columns=columns)


def critical_hiring_lag(frame: pd.DataFrame) -> pd.DataFrame:
    """Return per load the longest time to fill below the first that runs away.

    Returns
    -------
    DataFrame
        ``load``, ``longest_days`` (0 when even the shortest runs away), ``first_runaway_days`` (missing when none does).
    """
    rows = []
    for load, cells in frame.sort_values("fill_days").groupby("load"):
        away = cells.loc[cells["runs_away"], "fill_days"]
        first = float(away.min()) if len(away) else float("nan")
        below = cells.loc[~cells["runs_away"] & ~(cells["fill_days"] > first), "fill_days"]
        rows.append((load, float(below.max()) if len(below) else 0.0, first))
    return pd.DataFrame(rows, columns=["load", "longest_days", "first_runaway_days"])


def content_capacity_share(record: Record) -> float:
    """Return the content capacity of the last year over that of all posts filled with trained people, 0..1.

    What a filled post can do is taken from today's holders over the time that they are there.
    """
    day = round(record.year_h / record.day_h)
    first = [person for person in record.people if person.number == 0]
    trained = sum(person.content_sum[-1] for person in first) / sum(float(person.contract_h.sum()) for person in first)
    nominal = trained * sum(person.fte for person in first) * record.year_h
    return float(sum(person.content_sum[-1] - person.content_sum[-1 - day] for person in record.people) / nominal)


def _scenario(level: float, fill_days: float, years: float) -> Scenario:
    level = max(level, LOWEST_DEMAND)
    name = f"{level:g}@{fill_days:g}"
    title = Text(de="Belastungsprobe", en="Stress test")
    override = {
        "overload.on": 1.0,
        "demand.level": level,
        "demand.ceiling": max(level, 1.0),
        "staff.fill_days": fill_days,
        "time.horizon_years": years,
    }
    return Scenario(name=name, title=title, purpose=title, override=override)


def _play(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Play one replication for the capacity alone."""
    from simkit.model.engine_choice import play
    from simkit.model.inputs.replication_inputs import draw_inputs

    inputs = draw_inputs(model_inputs, scenario.on(parameters), seed=seed, replication=replication, today=parameters)
    for variant in variants:
        value = content_capacity_share(play(inputs, variant.design))
        yield pd.DataFrame({"year": [0], "measure": [MEASURE], "group": [""], "value": [value]})
