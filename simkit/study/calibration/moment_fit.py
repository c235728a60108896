"""Simulated moments: a few parameters are moved until a run of today's organisation shows the client's measured figures.

Each parameter answers one moment; both are compared on the scale on which the moment's error is normal, with common random
numbers. The load is given and stays: no step fills idle hours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import norm

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Parameter, ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.study import bilingual_texts as texts
from simkit.study.calibration.moment_answers import (
    ANSWERS,
    LOGITS,
    STEPS,
    Answer,
    Move,
    Step,
    bounds,
    free,
    moment_table,
)
from simkit.study.calibration.moments import Moment, on_scale, play_moments
from simkit.study.calibration.planned_contacts import planned_contacts
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import Progress, run_experiment
from simkit.study.measured.load import scaled_to_load
from simkit.study.measured.measured_demand import Override

if TYPE_CHECKING:
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.designs import Design
    from simkit.model.specification.scenarios import Scenario

ROUND_REPLICATIONS = (2, 2, 2, 2)
"""Of every step, round by round; the later ones are for what the first two have moved for each other."""
LAST_REPLICATIONS = (10, 24)
"""Of the last two moves: what is left by then is mostly the luck of few replications, a share of worked time of ten people
being off by 1.5 points in one."""
LAST_STEPS: tuple[tuple[Step, ...], ...] = (("spread", "volume"), ("delay", "content"))
"""The steps that move together in each: hours follow volumes as well as content, so that both at once would move twice."""
LARGEST_STEP: Mapping[Step, float] = {"delay": 1.5, "spread": 0.7, "content": 0.7, "volume": 0.7}
"""Of a parameter, on the scale on which it moves; a lead time follows answer times however far they are off."""
LEAST_SEEN = 0.05  # a smaller move tells nothing of a slope
CLOSE_HOURS = 0.02
"""Share of worked time by which no activity should be off, where few people make the gate's tolerance wider than that."""
FARTHEST = 3.0  # tolerances; a moment that no parameter can reach must not choose the step for all others
SLOPE_RANGE = 3.0  # a slope that was seen stays within so many times its first guess
LEAST_SLOPE = 0.3
YEAR = {"time.horizon_years": 1.0, "demand.growth_per_year": 0.0, "demand.bespoke_rise_per_year": 0.0}
"""A year at the level that was measured."""
SETTLED = {**YEAR, "reaction.on": 0.0}
"""The same with the demand that was measured, whatever its customers get."""
METHOD = Text(de="simulierte Momente", en="simulated moments")


@dataclass(frozen=True, kw_only=True)
class MomentFit:
    """Parameters fitted to moments."""

    parameters: ParameterSet
    """With the fitted values in it, each with the provenance that it had."""
    override: Override
    """The moved parameters, with their provenance."""
    runs: int
    """Simulation runs that it took."""


@dataclass(frozen=True, kw_only=True)
class MomentBench:
    """What the moments are simulated on."""

    model_inputs: ModelInputs
    design: Design
    scenario: Scenario
    seed: int
    execution: Execution = field(default_factory=Execution)
    """As in :func:`simkit.study.experiment.run_experiment.run_experiment`."""
    progress: Progress | None = None
    """As in :func:`simkit.study.experiment.run_experiment.run_experiment`."""

    def scaled(self, parameters: ParameterSet) -> ParameterSet:
        """Return the parameter set with all work content brought to the load that it states."""
        return scaled_to_load(parameters, self.model_inputs)

    def simulated(
        self, parameters: ParameterSet, replications: int, *, first: int = 0, at_rest: bool = True
    ) -> pd.DataFrame:
        """Return the moments of some replications: one row per moment, one column per replication.

        Parameters
        ----------
        first : int
            Number of the first replication.
        at_rest : bool
            Whether customers do not react and nobody retires, as the fit has it; else today is run as every study does.
        """
        parameter_set = parameters.patch(SETTLED if at_rest else YEAR, Provenance(kind="option"))
        experiment = Experiment(
            variants=(Variant(label="today", design=self.design),), scenarios={"moments": self.scenario},
            replications=replications, seed=self.seed, first_replication=first,
        )  # fmt: skip
        runs = run_experiment(
            experiment,
            self.model_inputs.settled() if at_rest else self.model_inputs,
            parameter_set,
            execution=self.execution,
            progress=self.progress,
            engine=play_moments,
        )
        frame = runs.frame
        group = frame["group"].where(frame["group"] == "", "." + frame["group"])
        return frame.assign(moment=frame["measure"] + group).pivot(
            index="moment", columns="replication", values="value"
        )


def bench_of(
    model_inputs: ModelInputs, *, seed: int = 1, execution: Execution = Execution(), progress: Progress | None = None
) -> MomentBench:
    """Return today's organisation in today's scenario as the bench of the moments."""
    from simkit.model.specification.designs import load_design
    from simkit.model.specification.scenarios import load_scenario

    return MomentBench(
        model_inputs=model_inputs,
        design=load_design("baseline"),
        scenario=load_scenario("today"),
        seed=seed,
        execution=execution,
        progress=progress,
    )


def fitted_moments(
    moments: Sequence[Moment],
    parameters: ParameterSet,
    bench: MomentBench,
    *,
    rounds: Sequence[int] = ROUND_REPLICATIONS,
    last: tuple[int, int] = LAST_REPLICATIONS,
) -> MomentFit:
    """Move the parameters that answer the moments until the simulated figures are the measured ones.

    Parameters
    ----------
    parameters : ParameterSet
        The measured parameter set; parameters that were set by hand stay.
    rounds : sequence of int
        Replications of each step, round by round; the replications of a round are among those of the next.
    last : tuple of int
        Replications of the last two moves (:data:`LAST_STEPS`).

    Notes
    -----
    Method of simulated moments (McFadden 1989) with as many parameters as moments that have one, in the order of
    :data:`~simkit.study.calibration.moment_answers.STEPS`: partners' answer times, their spread, work content by activity,
    volumes. Each step moves its own parameters by gap ÷ slope on their scales, then brings all content to the stated
    load, and is simulated on common random numbers, which tells the slope of the next round. Then two steps at
    a time move once more, on many more replications, since the moments of few are off by their luck, which the fit would pass
    on to the parameters. What the last move gives is taken, if the set that it starts from has less misfit than the unmoved
    parameters: Σ min(d, 3)², where d is the distance of a moment in tolerances of the gate (see :func:`misfit`).
    Parameters stay within :func:`~simkit.study.calibration.moment_answers.bounds`; contacts are answered
    as in :mod:`simkit.study.calibration.planned_contacts`.
    """
    mine = [m for m in moments if m.key in ANSWERS and free(ANSWERS[m.key], parameters)]
    walk = _Walk(moments=tuple(mine), before=parameters, bench=bench, slopes={m.key: first_slope(m) for m in mine})
    present = bench.scaled(parameters)
    found, runs = bench.simulated(present, rounds[0]), rounds[0]
    unmoved, least = present, misfit(moments, found)
    for replications in rounds if mine else ():
        for step in filter(walk.has, STEPS):
            moved = bench.scaled(walk.moved(step, present, found.mean(axis=1)))
            after = bench.simulated(moved, replications)
            runs += replications
            walk.learn(step, (present, moved), (found, after))
            present, found = moved, after
    for replications, steps in zip(last, LAST_STEPS, strict=True) if mine else ():
        found = bench.simulated(present, replications)
        runs += replications
        for step in steps:
            present = walk.moved(step, present, found.mean(axis=1))
        present = bench.scaled(present)
    if misfit(moments, found) >= least:
        present = unmoved
    return MomentFit(parameters=present, override=_override(present, parameters, mine), runs=runs)


def misfit(moments: Sequence[Moment], found: pd.DataFrame) -> float:
    """Return Σ min(d, 3)² over all moments, d being the distance from the measured figure in tolerances of the gate.

    A share of hours is held against two points of worked time, where that is narrower.
    """
    table = moment_table(moments, found)
    gap = table["simulated"] - table["measured"]
    room = (table["accepted_high"] - table["measured"]).where(gap > 0, table["measured"] - table["accepted_low"])
    hours = table["moment"].str.startswith("hours.")
    room = room.where(~hours, room.clip(upper=CLOSE_HOURS))
    distance = (gap.abs() / room.clip(lower=1e-9)).fillna(FARTHEST)
    return float((distance.clip(upper=FARTHEST) ** 2).sum())


def first_slope(moment: Moment) -> float:
    """Return the first guess of a moment's change per move of its parameter.

    Notes
    -----
    A late share p grows with the spread of lead times where most orders are in time, and falls where most are late: on
    the log odds by φ(q) q ÷ (p (1 − p)) per unit of ln σ, with q = Φ⁻¹(1 − p) of a lognormal lead time.
    """
    answer = ANSWERS[moment.key]
    if answer.step != "spread":
        return answer.slope
    p = min(max(moment.measured.value, 0.01), 0.99)
    q = float(norm.isf(p))
    slope = answer.slope * float(norm.pdf(q)) * q / (p * (1 - p))
    return float(np.copysign(max(abs(slope), LEAST_SLOPE), slope))


@dataclass(kw_only=True)
class _Walk:
    """The way from one parameter set to the next: what moves in which step, and how its moment follows."""

    moments: tuple[Moment, ...]
    before: ParameterSet
    bench: MomentBench
    slopes: dict[str, float]

    def has(self, step: Step) -> bool:
        """Tell whether anything moves in a step."""
        return any(ANSWERS[moment.key].step == step for moment in self.moments)

    def moved(self, step: Step, present: ParameterSet, found: pd.Series) -> ParameterSet:
        """Return the parameter set after the moves of a step, every parameter within its bounds."""
        changed: dict[str, float] = {}
        for moment in self._of(step):
            by = -gap_of(moment, found) / self.slopes[moment.key]
            by = float(np.clip(np.nan_to_num(by), -LARGEST_STEP[step], LARGEST_STEP[step]))
            for path in ANSWERS[moment.key].paths:
                if self.before[path].provenance.kind != "option":
                    low, high = bounds(self.before[path])
                    changed[path] = min(max(_move(present[path], ANSWERS[moment.key].move, by), low), high)
        if step == "spread":
            changed |= _medians_kept(changed, present, self.before)
        if step == "volume":
            changed |= planned_contacts(self.moments, found, present)
        return _patched_values(present, changed)

    def learn(
        self, step: Step, sets: tuple[ParameterSet, ParameterSet], found: tuple[pd.DataFrame, pd.DataFrame]
    ) -> None:
        """Take the slopes that a step has shown, as far as they make sense beside the first guess."""
        common = found[0].columns.intersection(found[1].columns)
        before, after = (one[common].mean(axis=1) for one in found)
        for moment in self._of(step):
            answer = ANSWERS[moment.key]
            by = _distance(answer, *sets)
            seen = (gap_of(moment, after) - gap_of(moment, before)) / by if abs(by) > LEAST_SEEN else float("nan")
            guess = first_slope(moment)
            if seen * guess > 0:
                size = float(np.clip(abs(seen), abs(guess) / SLOPE_RANGE, abs(guess) * SLOPE_RANGE))
                self.slopes[moment.key] = float(np.copysign(size, guess))

    def _of(self, step: Step) -> list[Moment]:
        return [m for m in self.moments if ANSWERS[m.key].step == step and m.name != "contacts"]


def _medians_kept(spreads: Mapping[str, float], present: ParameterSet, before: ParameterSet) -> dict[str, float]:
    """Return the mean answer times with which other spreads leave the medians where they are: mean ÷ √(1 + cv²) stays."""
    changed: dict[str, float] = {}
    for path, cv in spreads.items():
        mean = path.replace("partner_delay_cv", "partner_delay_h")
        if before[mean].provenance.kind != "option":
            low, high = bounds(before[mean])
            factor = math.sqrt((1 + cv**2) / (1 + present.value(path) ** 2))
            changed[mean] = min(max(present.value(mean) * factor, low), high)
    return changed


def gap_of(moment: Moment, found: pd.Series) -> float:
    """Simulated less measured on the moment's scale; NaN where no case occurred."""
    value = float(found.get(moment.key, np.nan))
    if math.isnan(value):
        return value
    return on_scale(value, moment.scale) - on_scale(moment.measured.value, moment.scale)


def _distance(answer: Answer, before: ParameterSet, after: ParameterSet) -> float:
    """Return how far the first parameter of an answer has moved, on the scale on which it moves."""
    path = answer.paths[0]
    first, last = before.value(path), after.value(path)
    if answer.move == "factor":
        return float(np.log(last / first)) if first > 0 and last > 0 else 0.0
    return last - first if path in LOGITS else on_scale(last, "logit") - on_scale(first, "logit")


def _patched_values(parameters: ParameterSet, changed: Mapping[str, float]) -> ParameterSet:
    """Return the parameter set with other values, each with the provenance that it had."""
    parameter_set = parameters
    for path, value in changed.items():
        parameter_set = parameter_set.patch({path: value}, parameters[path].provenance)
    return parameter_set


def _move(parameter: Parameter, move: Move, by: float) -> float:
    if move == "factor":
        return parameter.value * float(np.exp(by))
    if parameter.path in LOGITS:
        return parameter.value + by
    return float(1 / (1 + np.exp(-(on_scale(parameter.value, "logit") + by))))


def _override(parameter_set: ParameterSet, parameters: ParameterSet, moments: Sequence[Moment]) -> Override:
    """Return the moved parameters; a measured interval moves along with its value, others have that of their moment."""
    widths = {path: moment.half_width for moment in moments for path in ANSWERS[moment.key].paths}
    override: Override = {}
    for path, parameter in parameters.items():
        value = parameter_set.value(path)
        if value == parameter.value:
            continue
        interval = _carried(parameter, value, widths.get(path, 0.0))
        kind = parameter.provenance.kind if parameter.provenance.kind in {"measured", "workshop"} else "partly"
        source = texts.joined(parameter.provenance.origin, METHOD)
        override[path] = (
            value,
            replace(parameter.provenance, kind=kind, source=source.en, source_de=source.de, interval=interval),
        )
    return override


def _carried(parameter: Parameter, value: float, relative: float) -> Estimate:
    """Return the interval of a moved parameter: as wide as the wider of its own and its moment's."""
    half = abs(value) * relative if parameter.path not in LOGITS else relative
    if (own := parameter.provenance.interval) is not None:
        half = max(half, (own.high - own.low) / 2)
    return Estimate(value=value, low=max(value - half, parameter.minimum), high=min(value + half, parameter.maximum))


# --- the fit ---------------------------------------------------------------------------------------------------------
