"""Today stays where it is: care level, response curves, churn and new customers, set so that today's organisation is stationary.

Today is simulated, first without reactions, then with them; each round sets the parameters from what it has seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.inputs.new_customers import mean_deal_chance, new_leads, new_segments
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.model.specification.scenarios import load_scenario
from simkit.study.calibration.today_profile import (
    BINS,
    COLUMNS,
    TodayProfile,
    by_hand,
    response_override,
    simulated_from,
)
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.replicate import met
from simkit.study.experiment.run_experiment import Progress, run_experiment
from simkit.study.measured.measured_demand import Override, patched

if TYPE_CHECKING:
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.scenarios import Scenario

REPLICATIONS, ROUNDS = 6, 3
LAST_ROUND = 3  # times as many replications in the round that sets the values which stay
HORIZON_YEARS = 1.5
BALANCED = 0.0025  # share of customers by which won and lost may differ in a year
UNMOVED = 0.0005  # the same, below which nothing moves, so that the next round meets the same new customers
NEW_PER_LOST = "customers.new_per_lost"
COUNTED = ("leads", "decided", "at_best", "wins")
SOURCE = Text(
    de="heutige Organisation, simuliert ({rounds} Runden, {runs} Läufe)",
    en="today's organisation, simulated ({rounds} rounds, {runs} runs)",
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
    from simkit.study.calibration.customer_watch import watched

    happening = scenario.on(parameters)
    inputs = draw_inputs(model_inputs, happening, seed=seed, replication=replication, today=parameters)
    for variant in variants:
        yield watched(inputs, met(variant), happening)


def profile_of(frame: pd.DataFrame, model_inputs: ModelInputs, parameters: ParameterSet) -> TodayProfile:
    """Add up the runs of one round."""
    sums = frame.groupby(["measure", "group"], sort=False)["value"].sum()
    means = frame.groupby(["measure", "group"], sort=False)["value"].mean()
    groups = [f"{segment}.{number}" for segment in SEGMENTS for number in range(BINS)]
    chance = _lead_chance({name: sums[name].reindex(SEGMENTS).to_numpy(float) for name in COUNTED}, parameters)
    return TodayProfile(
        table={name: sums[name].reindex(groups).to_numpy(float).reshape(len(SEGMENTS), BINS) for name in COLUMNS},
        rise=means["rise"].reindex(SEGMENTS).to_numpy(float),
        late_rise=means["late_rise"].reindex(SEGMENTS).to_numpy(float),
        needed=np.array([parameters.value(f"care.{name}.needed_contacts_per_year") for name in SEGMENTS]),
        customer_years=float(sums["customer_years"].sum()),
        lost=float(sums["lost"].sum() * sums["customer_years"].sum() / max(sums["present_years"].sum(), 1e-12)),
        won=float(sums["new_leads"].sum() * (new_segments(model_inputs, parameters) * chance).sum()),
    )


def _lead_chance(counted: Mapping[str, Floats], parameters: ParameterSet) -> Floats:
    """Return the chance of each segment's leads to win.

    Leads decided ÷ leads × share qualified × mean chance of deals at their best × wins expected of the deals that there were ÷
    wins had they been at their best: only the last is of the runs, so that few tell it well. A segment without any takes
    that of all.
    """
    leads, decided, best, wins = (counted[name] for name in COUNTED)
    reached = np.where(leads > 0, decided / np.maximum(leads, 1.0), decided.sum() / max(leads.sum(), 1.0))
    kept = np.where(best > 0, wins / np.maximum(best, 1e-12), wins.sum() / max(best.sum(), 1e-12))
    chance: Floats = reached * parameters.value("leads.qualified_share") * mean_deal_chance(parameters) * kept
    return chance


@dataclass(frozen=True, kw_only=True)
class Stationary:
    """The parameters that keep today where it is, and the profile that they follow from."""

    override: Override
    profile: TodayProfile
    """Of the last round, which was run with the parameters of the one before."""

    @property
    def growth(self) -> float:
        """Customers won less customers lost a year, as a share of customers, expected in the last round."""
        return (self.profile.won - self.profile.lost) / max(self.profile.customer_years, 1e-12)

    @property
    def balanced(self) -> bool:
        """Whether as many customers are won as lost: less than a quarter of a per cent of customers a year apart."""
        return abs(self.growth) < BALANCED


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

    One round is simulated without reactions, then `rounds` with them; each sets the parameters anew. Nobody retires: that is
    still to come.

    Parameters
    ----------
    today : Variant, optional
        Today's organisation; default the shipped baseline.
    scenario : Scenario, optional
        What happens today; default the scenario "today".
    replications, rounds : int
        Replications of each round, three times as many in the last, and rounds with reactions.
    execution, progress
        As in :func:`simkit.study.experiment.run_experiment.run_experiment`; progress counts all rounds together.

    Returns
    -------
    Stationary
        ``override`` sets ``reaction.care_before_*`` (mean smoothed care level x̄), ``reaction.curve_exponent_*`` (c),
        ``reaction.curve_level_*`` (κ), ``reaction.churn_level``, ``reaction.late_before_*`` (late orders remembered) and
        ``customers.new_per_lost``, but for those that are set by hand.

    Notes
    -----
    With w = order rate × value, over customers and weeks: c solves Σ w f′(x)x ÷ Σ w f(x) = ε, the nearest in .3 to 4 where
    none does (the source then tells the elasticity reached); κ makes Σ w f(x)·late·(1 − loss) = Σ w; the churn level is
    the mean of the churn factor. λ is scaled by lost ÷ won, both expected: the sum of hazards, and leads of new customers × the
    chance that a lead wins. It is today's λ in every design: who loses more customers does not win more for that.
    """
    variant = today or Variant(label="today", design=load_design("baseline"))
    horizon = min(HORIZON_YEARS, parameters.value("time.horizon_years"))
    sizes = sizes_of(replications, rounds)
    source = SOURCE.fill(rounds=rounds, runs=sum(sizes))
    override: Override = {}
    profile: TodayProfile | None = None
    reacting = parameters.value("reaction.on") >= 0.5
    for number, size in enumerate(sizes):
        present = patched(parameters, override)
        changes = {} if number and reacting else {"reaction.on": 0.0}
        experiment = Experiment(
            variants=(replace(variant, changes={**variant.changes, **changes}, scenarios=()),),
            scenarios={"today": scenario or load_scenario("today")},
            replications=size,
            seed=seed,
        )
        frame = run_experiment(
            experiment,
            model_inputs.settled(),
            present.patch({"time.horizon_years": horizon}, Provenance(kind="option")),
            execution=execution,
            progress=_counted(progress, sum(sizes[:number]), sum(sizes)),
            engine=play_today,
        ).frame
        profile = profile_of(frame, model_inputs, present)
        override |= response_override(present, profile, source)
        override |= new_customers_override(model_inputs, present, profile, source)
    assert profile is not None
    return Stationary(override=override, profile=profile)


def sizes_of(replications: int, rounds: int = ROUNDS) -> tuple[int, ...]:
    """Return the replications of every round, that without reactions first."""
    return (*(replications,) * rounds, replications * (LAST_ROUND if rounds else 1))


def is_stationary(parameters: ParameterSet) -> bool:
    """Tell whether the response of a parameter set has been fitted to runs of today."""
    return any(parameters[path].provenance.kind == "simulated" for path in ("reaction.churn_level", NEW_PER_LOST))


def _counted(progress: Progress | None, before: int, total: int) -> Progress | None:
    return None if progress is None else lambda done, _: progress(before + done, total)


def new_customers_override(
    model_inputs: ModelInputs, parameters: ParameterSet, profile: TodayProfile, source: Text
) -> Override:
    """Scale the new customers per lost one by lost ÷ won.

    It stays where both are balanced, so that the next round meets the same new customers, where it is set by hand, and where no
    lead is left to win with.
    """
    if by_hand(parameters, NEW_PER_LOST):
        return {}
    lost = parameters.value("reaction.churn_per_year") * profile.customer_years
    if by_hand(parameters, "reaction.churn_level"):
        lost = profile.lost
    scale = parameters.value(NEW_PER_LOST)
    apart = abs(profile.won - lost) / max(profile.customer_years, 1e-12)
    if apart >= UNMOVED and profile.won > 0 and not new_leads(model_inputs, parameters).too_few:
        scale *= lost / profile.won
    return {NEW_PER_LOST: (scale, simulated_from(source))}
