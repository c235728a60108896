"""Today stays where it is: care level, response curves, churn and new customers, set so that today's organisation is stationary.

Today is simulated, first without reactions, then with them; each round sets the parameters from what it has seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.inputs.new_customers import new_leads
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.model.specification.scenarios import load_scenario
from simkit.study.calibration.today_profile import BINS, COLUMNS, TodayProfile, response_override, simulated_from
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import Progress, run_experiment
from simkit.study.measured.measured_demand import Override, patched

if TYPE_CHECKING:
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.scenarios import Scenario

REPLICATIONS, ROUNDS = 6, 3
HORIZON_YEARS = 1.5
BALANCED = 0.0025  # share of customers by which won and lost may differ in a year
SOURCE = Text(
    de="heutige Organisation, simuliert ({replications} Läufe je Runde, {rounds} Runden)",
    en="today's organisation, simulated ({replications} replications a round, {rounds} rounds)",
)


def play_today(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Draw one replication and yield what customers go through in every variant, as
    :func:`simkit.study.experiment.replicate.play_replication` does measures."""
    from simkit.model.inputs.replication_inputs import draw_inputs
    from simkit.study.calibration.watched_run import WatchedRun, watched_frame

    happening = scenario.on(parameters)
    inputs = draw_inputs(model_inputs, happening, seed=seed, replication=replication, today=parameters)
    for variant in variants:
        design = replace(variant.design, override={**variant.design.override, **variant.changes})
        run = WatchedRun(inputs, design, happening, load_design("baseline")).watch_from_go_live()
        cases = run.record().cases
        yield watched_frame(run, cases[cases["arrived_h"] >= 0])


def _profile(frame: pd.DataFrame, parameters: ParameterSet) -> TodayProfile:
    """Add up the runs of one round."""
    sums = frame.groupby(["measure", "group"], sort=False)["value"].sum()
    means = frame.groupby(["measure", "group"], sort=False)["value"].mean()
    leads, new, won = (sums[name].reindex(SEGMENTS).to_numpy(float) for name in ("leads", "new_leads", "leads_won"))
    groups = [f"{segment}.{number}" for segment in SEGMENTS for number in range(BINS)]
    return TodayProfile(
        table={name: sums[name].reindex(groups).to_numpy(float).reshape(len(SEGMENTS), BINS) for name in COLUMNS},
        rise=means["rise"].reindex(SEGMENTS).to_numpy(float),
        needed=np.array([parameters.value(f"care.{name}.needed_contacts_per_year") for name in SEGMENTS]),
        departure_loss=parameters.value("reaction.departure_loss_share"),
        customer_years=float(sums["customer_years"].sum()),
        won=float((new * won / np.maximum(leads, 1.0)).sum()),
    )


@dataclass(frozen=True, kw_only=True)
class Stationary:
    """The parameters that keep today where it is, and the profile that they follow from."""

    override: Override
    profile: TodayProfile


def stationary_override(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    *,
    seed: int,
    today: Variant | None = None,
    scenario: Scenario | None = None,
    replications: int = REPLICATIONS,
    rounds: int = ROUNDS,
    execution: Execution = Execution(),
    progress: Progress | None = None,
) -> Override:
    """Return the parameters that keep today's organisation where it is; see :func:`stationary_today`."""
    return stationary_today(
        model_inputs, parameters, seed=seed, today=today, scenario=scenario, replications=replications,
        rounds=rounds, execution=execution, progress=progress,
    ).override  # fmt: skip


def stationary_today(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    *,
    seed: int,
    today: Variant | None = None,
    scenario: Scenario | None = None,
    replications: int = REPLICATIONS,
    rounds: int = ROUNDS,
    execution: Execution = Execution(),
    progress: Progress | None = None,
) -> Stationary:
    """Return the parameters that keep today's organisation where it is, with the profile that they follow from.

    One round is simulated without reactions, then `rounds` with them; each sets the parameters anew.

    Parameters
    ----------
    today : Variant, optional
        Today's organisation; default the shipped baseline.
    scenario : Scenario, optional
        What happens today; default the scenario "today".
    replications, rounds : int
        Replications of each round, and rounds with reactions.
    execution, progress
        As in :func:`simkit.study.experiment.run_experiment.run_experiment`; progress counts all rounds together.

    Returns
    -------
    Stationary
        ``override`` sets ``reaction.care_before_*`` (mean smoothed care level x̄), ``reaction.curve_exponent_*`` (c),
        ``reaction.curve_level_*`` (κ), ``reaction.churn_level`` and ``customers.new_per_lost``.

    Notes
    -----
    With w = order rate × value, over customers and weeks: c solves Σ w f′(x)x ÷ Σ w f(x) = ε, the nearest in .3 to 4 where
    none does (the source then tells the elasticity reached); κ makes Σ w f(x)·late·(1 − loss) = Σ w; the churn level is
    the mean of the churn factor. λ is scaled by lost ÷ won; the last round is kept once both differ by less than .25 % of
    customers a year.
    """
    variant = today or Variant(label="today", design=load_design("baseline"))
    horizon = min(HORIZON_YEARS, parameters.value("time.horizon_years"))
    source = SOURCE.fill(replications=replications, rounds=rounds)
    override: Override = {}
    profile: TodayProfile | None = None
    reacting = parameters.value("reaction.on") >= 0.5
    for number in range(rounds + 1):
        present = patched(parameters, override)
        changes = {} if number and reacting else {"reaction.on": 0.0}
        experiment = Experiment(
            variants=(replace(variant, changes={**variant.changes, **changes}, scenarios=()),),
            scenarios={"today": scenario or load_scenario("today")},
            replications=replications,
            seed=seed,
        )
        frame = run_experiment(
            experiment,
            model_inputs,
            present.patch({"time.horizon_years": horizon}, Provenance(kind="option")),
            execution=execution,
            progress=_counted(progress, number * replications, (rounds + 1) * replications),
            engine=play_today,
        ).frame
        profile = _profile(frame, present)
        override |= response_override(present, profile, source)
        override |= _new_customers(model_inputs, present, profile, source)
    assert profile is not None
    return Stationary(override=override, profile=profile)


def is_stationary(parameters: ParameterSet) -> bool:
    """Tell whether the response of a parameter set has been fitted to runs of today."""
    return parameters["reaction.churn_level"].provenance.kind == "simulated"


def renormalised(parameters: ParameterSet, profile: TodayProfile) -> ParameterSet:
    """Return a parameter set with the response fitted to a saved profile, without a run: for draws of response parameters.

    Parameters
    ----------
    parameters : ParameterSet
        With other elasticities, floor, ceiling, lateness, loss, churn or needs than those of the profile.
    """
    return patched(
        parameters, response_override(parameters, profile, SOURCE.fill(replications=REPLICATIONS, rounds=ROUNDS))
    )


def _counted(progress: Progress | None, before: int, total: int) -> Progress | None:
    return None if progress is None else lambda done, _: progress(before + done, total)


def _new_customers(
    model_inputs: ModelInputs, parameters: ParameterSet, profile: TodayProfile, source: Text
) -> Override:
    """Scale the new customers per lost one by lost ÷ won; keep it where they are balanced, or no lead is left to win with."""
    lost = parameters.value("reaction.churn_per_year") * profile.customer_years
    scale = parameters.value("customers.new_per_lost")
    balanced = abs(profile.won - lost) < BALANCED * profile.customer_years
    if profile.won > 0 and not balanced and not new_leads(model_inputs, parameters).too_few:
        scale *= lost / profile.won
    return {"customers.new_per_lost": (scale, simulated_from(source))}
