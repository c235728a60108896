"""Simulated moments: a few parameters are moved until a run of today's organisation shows the client's measured figures.

Each parameter answers one moment; both are compared on the scale on which the moment's error is normal, with common random
numbers, and no parameter leaves its plausible or measured range. What then does not fit is reported, with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Parameter, ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.study import bilingual_texts as texts
from simkit.study.calibration.moment_answers import ANSWERS, LOGITS, Move, bounds, fit_table, free
from simkit.study.calibration.moments import Moment, on_scale, play_moments
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import Progress, run_experiment
from simkit.study.measured.fitted_work import FITTED
from simkit.study.measured.measured_demand import Override

if TYPE_CHECKING:
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.designs import Design
    from simkit.model.specification.scenarios import Scenario

STEPS = 7
STEP_REPLICATIONS = 3
LAST_REPLICATIONS = 6
DAMPING = 0.6  # a full step on all parameters at once overshoots where people are fully busy
HOURS_ERROR = 0.005  # of all hours: half a point of working time, for an activity of any size
SLACK_SHARE = 0.02  # of present hours
OVERLOAD_FACTOR = 3.0
LEAST_ERROR = 0.05  # of the others in the misfit, so that none outweighs all hours
FARTHEST_ERRORS = 3.0  # a moment that no parameter can reach must not choose the step for all others
LARGEST_STEP = 0.5  # of a parameter, on the scale on which it moves
SETTLED = {"time.horizon_years": 1.0, "reaction.on": 0.0, "staff.quit_per_year": 0.0}
"""A year in which demand and staff stay as they were when the figures were measured."""
USUAL_AGE_YEARS = 40.0
METHOD = Text(de="simulierte Momente", en="simulated moments")


@dataclass(frozen=True, kw_only=True)
class MomentFit:
    """How well the model shows the client's present state."""

    table: pd.DataFrame
    """One row per moment: moment, label_de, label_en, unit, measured, measured_low, measured_high, simulated,
    simulated_low, simulated_high, fits (bool), why ("", "limit", "no_parameter", "by_hand", "not_reached"), parameter (first path
    that answers it, "" for none)."""
    override: Override
    """The moved parameters."""
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

    def simulated(self, parameters: ParameterSet, replications: int) -> pd.DataFrame:
        """Return the moments of some replications: one row per moment, one column per replication."""
        parameter_set = parameters.patch(SETTLED, Provenance(kind="option"))
        experiment = Experiment(
            variants=(Variant(label="today", design=self.design),), scenarios={"moments": self.scenario},
            replications=replications, seed=self.seed,
        )  # fmt: skip
        runs = run_experiment(
            experiment,
            settled(self.model_inputs),
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


def settled(model_inputs: ModelInputs) -> ModelInputs:
    """Return a client whose people stay: the hours measured are those of who was there."""
    return replace(model_inputs, slots=model_inputs.slots.assign(age_years=USUAL_AGE_YEARS, retires_in_years=np.nan))


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


def fit_of(
    moments: Sequence[Moment], parameters: ParameterSet, bench: MomentBench, replications: int = LAST_REPLICATIONS
) -> MomentFit:
    """Return how well a parameter set shows the moments as it is, without moving a parameter."""
    simulated = bench.simulated(parameters, replications)
    return MomentFit(table=fit_table(moments, simulated, parameters, parameters), override={}, runs=replications)


def fitted_moments(
    moments: Sequence[Moment],
    parameters: ParameterSet,
    bench: MomentBench,
    *,
    steps: int = STEPS,
    replications: int = STEP_REPLICATIONS,
    last_replications: int = LAST_REPLICATIONS,
) -> MomentFit:
    """Move the parameters that answer the moments until the simulated figures are the measured ones.

    Parameters
    ----------
    parameters : ParameterSet
        The measured parameter set; parameters that were set by hand stay.
    steps, replications : int
        Steps, and replications of each; the same replications in every step.
    last_replications : int
        Replications of the fit that is reported.

    Notes
    -----
    Method of simulated moments (McFadden 1989) with as many parameters as moments that have one. Each step is a damped
    Gauss–Newton step with a diagonal Jacobian (:data:`ANSWERS`), on common random numbers. Hours are compared as shares,
    and all work is moved together until 2 % of present hours are left to one's own choice. Of all steps that with the
    least misfit Σ ((s − m) / error)² is taken, so a step that makes things worse is not; the error of hours is half a
    point of working time, since a bootstrap over people tells how another staff would spend its time, and that of the
    others at least 5 %; each of the others counts as three errors at most.
    Parameters stay within :func:`bounds`. The steps take `steps` × `replications` runs of a year and a half, the fit
    `last_replications` more.
    """
    mine = [m for m in moments if m.key in ANSWERS and free(ANSWERS[m.key], parameters)]
    if not mine:
        return fit_of(moments, parameters, bench, last_replications)
    moves = np.zeros(len(mine))
    slopes = np.array([ANSWERS[m.key].slope for m in mine])
    errors = _weight_errors(mine)
    most = np.where([m.name == "hours" for m in mine], np.inf, FARTHEST_ERRORS**2)
    work = np.array([m.name == "hours" and m.group in FITTED for m in mine], dtype=float)
    best: tuple[float, ParameterSet] = (float("inf"), parameters)
    for _ in range(steps):
        parameter_set = _moved(parameters, mine, moves)
        simulated = bench.simulated(parameter_set, replications).mean(axis=1)
        gaps = _gaps(mine, simulated)
        misfit = float(np.nansum(np.minimum((gaps / errors) ** 2, most)))
        if misfit < best[0]:
            best = misfit, parameter_set
        step = np.clip(DAMPING * np.nan_to_num(gaps / slopes), -LARGEST_STEP, LARGEST_STEP)
        moves = moves - step + work * _missing_load(simulated)
    parameter_set = best[1]
    table = fit_table(moments, bench.simulated(parameter_set, last_replications), parameter_set, parameters)
    return MomentFit(
        table=table, override=_override(parameter_set, parameters, mine), runs=steps * replications + last_replications
    )


def _weight_errors(moments: Sequence[Moment]) -> np.ndarray:
    """Errors that moments have in the misfit: hours are those of the same people, not of a sample of people."""
    measured_h = sum(m.measured.value for m in moments if m.name == "hours")
    return np.array(
        [
            HOURS_ERROR * measured_h / m.measured.value if m.name == "hours" else max(m.error, LEAST_ERROR)
            for m in moments
        ]
    )


def _gaps(moments: Sequence[Moment], simulated: pd.Series) -> np.ndarray:
    """Simulated less measured on each moment's scale, hours as shares of all hours; NaN where no case occurred."""
    hours = [m for m in moments if m.name == "hours" and m.key in simulated.index]
    measured_h = sum(m.measured.value for m in hours)
    level = sum(float(simulated[m.key]) for m in hours) / measured_h if measured_h > 0 else 1.0
    gaps = []
    for moment in moments:
        found = float(simulated.get(moment.key, np.nan))
        wanted = moment.measured.value * (level if moment.name == "hours" else 1.0)
        known = not math.isnan(found)
        gaps.append(on_scale(found, moment.scale) - on_scale(wanted, moment.scale) if known else np.nan)
    return np.array(gaps, dtype=float)


def _missing_load(simulated: pd.Series) -> float:
    """Return by how much all work has to grow (on the log scale) so that hardly any hour is left to one's own choice.

    Measured hours are those of people who say that they are busy; a little slack keeps the run from piling up. Slack
    below that does not tell how much too much there is to do, so the step down is the larger one.
    """
    slack = float(simulated.get("slack", np.nan))
    if math.isnan(slack):
        return 0.0
    return float(np.log((1 - SLACK_SHARE) / max(1 - slack, 0.1))) * (1 if slack >= SLACK_SHARE else OVERLOAD_FACTOR)


def _moved(parameters: ParameterSet, moments: Sequence[Moment], moves: np.ndarray) -> ParameterSet:
    """Return the parameter set with every parameter moved and held within its bounds."""
    changed: dict[str, float] = {}
    for moment, move in zip(moments, moves.tolist(), strict=True):
        answer = ANSWERS[moment.key]
        for path in answer.paths:
            parameter = parameters[path]
            if parameter.provenance.kind != "option":
                low, high = bounds(parameter)
                changed[path] = min(max(_move(parameter, answer.move, move), low), high)
    return _patched_values(parameters, changed)


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
    override: Override = {}
    for moment in moments:
        relative = moment.error * 1.96
        for path in ANSWERS[moment.key].paths:
            parameter, value = parameters[path], parameter_set.value(path)
            if value == parameter.value:
                continue
            interval = _carried(parameter, value, relative)
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
