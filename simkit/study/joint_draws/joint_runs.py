"""Running joint draws: every compared design meets every draw in replications that nothing else uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.levers import with_effect
from simkit.model.specification.scenarios import Scenario
from simkit.study.experiment.experiment_spec import Experiment, Variant
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.joint_draws.drawn_sets import Draw, Draws
from simkit.study.joint_draws.drawn_today import REPLICATIONS, own_replications, scenario_of
from simkit.study.paired_comparison import PROFIT
from simkit.study.robustness.sample_points import RobustnessBench, played_at

CONTRIBUTION, DELIVERED, ORDERS = "contribution_amount", "delivered_orders", "orders"
HOURS, HOURS_A = "facing_by_segment_h", "hours_a"
OUTCOMES = (PROFIT, CONTRIBUTION, DELIVERED, HOURS)


def play_draw(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Let every variant meet one replication of one draw.

    Parameters
    ----------
    model_inputs, parameters, scenario, variants, seed, replication
        As in :class:`simkit.study.experiment.experiment_spec.Engine`.

    Yields
    ------
    DataFrame
        Columns year (0: the whole horizon), measure, group, value, one frame per variant.
    """
    from simkit.model.inputs.replication_inputs import draw_inputs

    happening = scenario.on(parameters)
    inputs = draw_inputs(model_inputs, happening, seed=seed, replication=replication)
    yield from played_at(inputs, variants, OUTCOMES)


def draw_experiment(bench: RobustnessBench, draws: Draws) -> Experiment:
    """Return the experiment in which every draw is a scenario with replications of its own."""
    first = own_replications(len(draws.draws))
    by_name = dict(zip(first, draws.draws, strict=True))
    return Experiment(
        variants=tuple(
            _variant(bench, design, name, draw) for name, draw in by_name.items() for design in bench.designs
        ),
        scenarios={name: scenario_of(name, draw.client) for name, draw in by_name.items()},
        replications=REPLICATIONS,
        seed=bench.seed,
        own_replications=first,
    )


def _variant(bench: RobustnessBench, design: str, name: str, draw: Draw) -> Variant:
    changes, whole = draw.designs.get(design, {}), bench.designs[design]
    levers = tuple(
        with_effect(one, draw.effects[one.name], bench.parameters) if one.name in draw.effects else one
        for one in whole.levers
    )
    return Variant(label=f"{design} @ {name}", design=replace(whole, levers=levers), changes=changes, scenarios=(name,))


def run_draws(bench: RobustnessBench, draws: Draws) -> pd.DataFrame:
    """Return what each design brings a year in each draw.

    Returns
    -------
    DataFrame
        Columns draw, design, profit_amount, contribution_amount, orders, hours_a (with customers of class A): per year, means
        over the replications of the draw.
    """
    experiment = draw_experiment(bench, draws)
    frame = run_experiment(
        experiment,
        bench.model_inputs,
        bench.parameters,
        execution=bench.execution,
        progress=bench.counter(experiment.runs),
        engine=bench.engine,
    ).frame
    return by_year(frame, bench.parameters.value("time.horizon_years"))


def by_year(frame: pd.DataFrame, years: float) -> pd.DataFrame:
    """Return the runs of all draws per year, orders of all classes together, means over the replications of a draw."""
    whole = select(frame, year=0)
    whole = whole[(whole["measure"] != HOURS) | (whole["group"] == "A")]
    designs = whole["design"].str.rsplit(" @ ", n=1).str[0]
    named = whole.assign(design=designs, draw=whole["scenario"].astype(int))
    sums = named.groupby(["draw", "design", "replication", "measure"], sort=False)["value"].sum()
    means = sums.groupby(["draw", "design", "measure"], sort=False).mean().unstack("measure", fill_value=0) / years
    table = means.reindex(columns=list(OUTCOMES), fill_value=0.0).reset_index()
    table.columns = pd.Index(["draw", "design", "profit_amount", CONTRIBUTION, ORDERS, HOURS_A])
    order = list(dict.fromkeys(named["design"]))
    ranked = table.assign(place=table["design"].map(order.index)).sort_values(["draw", "place"], kind="stable")
    return ranked.drop(columns="place").reset_index(drop=True)
