"""Points in the space of assumptions, each met by all compared designs in the same replication.

A point is a scenario: parameters of the client set otherwise. A client of whom they were true has the load that was measured
and the customers that are there, so work content and customers' response are set anew in every point.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import same
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.designs import Design, load_design
from simkit.model.specification.scenarios import Scenario
from simkit.study.calibration.stationary_today import profile_of
from simkit.study.calibration.today_profile import response_override
from simkit.study.experiment.experiment_spec import Engine, Execution, Experiment, Variant
from simkit.study.experiment.replicate import met
from simkit.study.experiment.run_experiment import Progress, run_experiment
from simkit.study.measured.load import scaled_to_load
from simkit.study.paired_comparison import PROFIT
from simkit.study.robustness.tested_parameters import TestedParameter, own_parameters
from simkit.study.yearly_amounts import yearly

if TYPE_CHECKING:
    from simkit.model.inputs.replication_inputs import ReplicationInputs

HOURS = "facing_h"
OUTCOMES: tuple[str, ...] = (PROFIT, HOURS)
HORIZON = "time.horizon_years"
BY_POINT = Provenance(kind="scenario", source="point")

Levels = Mapping[str, float]


def play_point(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Draw one replication of one point and let every variant meet it, with today as it is there.

    Parameters
    ----------
    model_inputs, parameters, scenario, variants, seed, replication
        As in :class:`simkit.study.experiment.experiment_spec.Engine`.

    Yields
    ------
    DataFrame
        Columns year (0: the whole horizon), measure, group, value, one frame per variant.
    """
    yield from played_at(inputs_at(model_inputs, scenario.on(parameters), seed, replication), variants, OUTCOMES)


def inputs_at(model_inputs: ModelInputs, parameters: ParameterSet, seed: int, replication: int) -> ReplicationInputs:
    """Return what is drawn for a replication of one point, with today as it is there.

    Parameters
    ----------
    parameters : ParameterSet
        Those of the point.

    Notes
    -----
    All work content times one factor, so that the load is the stated one (:func:`simkit.study.measured.load.scaled_to_load`);
    then care level, exponent, level and churn are those of
    :func:`simkit.study.calibration.today_profile.response_override` for a run of today's organisation without reactions:
    fitted at other elasticities, floors or needs than those of the point they would leave these without effect. New customers
    per lost one stay, since one run does not tell them. What was set by hand stays.
    """
    from simkit.model.inputs.replication_inputs import draw_inputs
    from simkit.study.calibration.customer_watch import watched

    loaded = scaled_to_load(parameters, model_inputs)
    inputs = draw_inputs(model_inputs, loaded, seed=seed, replication=replication)
    if not loaded.value("reaction.on"):
        return inputs
    calm = loaded.patch({"reaction.on": 0.0}, BY_POINT)
    frame = watched(replace(inputs, parameters=calm), load_design("baseline"), calm)
    found = response_override(loaded, profile_of(frame, model_inputs, loaded), same(BY_POINT.source))
    within = {path: loaded[path].within(value) for path, (value, _) in found.items()}
    return replace(inputs, parameters=loaded.patch(within, BY_POINT))


def played_at(
    inputs: ReplicationInputs, variants: Sequence[Variant], outcomes: Sequence[str]
) -> Iterator[pd.DataFrame]:
    """Let every variant meet one replication, and yield some measures of it over the whole horizon."""
    from simkit.model.engine_choice import play
    from simkit.study.measures.measures import measures

    for variant in variants:
        yield select(measures(play(inputs, met(variant)), tuple(outcomes)), year=0)


@dataclass(frozen=True, kw_only=True)
class RobustnessBench:
    """The test bench: what all points have in common."""

    model_inputs: ModelInputs
    parameters: ParameterSet
    """Its parameter set, with the deciding scenario in it."""
    designs: Mapping[str, Design]
    """The compared designs by label, today's first."""
    seed: int
    execution: Execution = Execution()
    """How it is run; it moves no result."""
    progress: Callable[[int], None] | None = None
    """Told the number of simulation runs done so far, all calls together."""
    engine: Engine = play_point
    """Plays one replication of one point; importable by name."""
    _done: list[int] = field(default_factory=lambda: [0])

    @property
    def baseline(self) -> str:
        """Label of today's organisation."""
        return next(iter(self.designs))

    def run(
        self,
        points: Mapping[str, Levels],
        *,
        replications: int = 1,
        seed: int | None = None,
        years: float | None = None,
        designs: Sequence[str] = (),
    ) -> pd.DataFrame:
        """Run points.

        Parameters
        ----------
        points : mapping of str to mapping
            Name of the point: parameter: value; no parameter at all is the study's own point.
        replications : int
            Replications per point, the same for all points.
        seed : int, optional
            Seed of the replications; by default that of the study.
        years : float, optional
            Horizon; by default that of the parameter set.
        designs : sequence of str
            Labels of the designs that run; empty for all.

        Returns
        -------
        DataFrame
            Columns point, replication, design, measure, value: amounts a year.
        """
        parameter_set = self.parameters if years is None else self.parameters.patch({HORIZON: years}, BY_POINT)
        labels = designs or tuple(self.designs)
        of_designs = {path for label in self.designs for path in own_parameters(self.designs[label], self.parameters)}
        variants = {f"{label} @ {name}": label for name in points for label in labels}
        experiment = Experiment(
            variants=tuple(self._variant(label, name, levels) for name, levels in points.items() for label in labels),
            scenarios={name: _scenario(name, levels, of_designs) for name, levels in points.items()},
            replications=replications,
            seed=self.seed if seed is None else seed,
        )
        frame = run_experiment(
            experiment,
            self.model_inputs,
            parameter_set,
            execution=self.execution,
            progress=self.counter(experiment.runs),
            engine=self.engine,
        ).frame
        whole = yearly(select(frame, year=0), parameter_set.value(HORIZON))
        named = whole.assign(design=whole["design"].map(variants)).rename(columns={"scenario": "point"})
        return named[["point", "replication", "design", "measure", "value"]].reset_index(drop=True)

    def _variant(self, label: str, point: str, levels: Levels) -> Variant:
        """Return a design in one point: parameters that it sets itself are changed in it, and in no other design."""
        design = self.designs[label]
        own = own_parameters(design, self.parameters)
        changes = {path: value for path, value in levels.items() if path in own}
        return Variant(label=f"{label} @ {point}", design=design, changes=changes, scenarios=(point,))

    def telling(self, progress: Callable[[int], None] | None) -> RobustnessBench:
        """Return the same bench, which tells how many runs are done from now on."""
        return replace(self, progress=progress, _done=[0])

    def counter(self, runs: int) -> Progress | None:
        """Return the progress of an experiment of so many runs, counted on from those that were announced before."""
        told, before = self.progress, self._done[0]
        self._done[0] += runs
        return None if told is None else lambda done, _: told(before + done)


def _scenario(name: str, levels: Levels, of_designs: Collection[str]) -> Scenario:
    """Return what is otherwise for the client in a point; what belongs to designs stays as it is for the others."""
    client = {path: value for path, value in levels.items() if path not in of_designs}
    return Scenario(name=name, title=same(name), purpose=same(name), override=client)


def differences_to(frame: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Return every design's paired difference to a reference within point, replication and measure.

    Parameters
    ----------
    frame : DataFrame
        As :meth:`Bench.run` returns it.
    reference : str
        Label of the design that is taken off.

    Returns
    -------
    DataFrame
        Columns point, replication, design, measure, difference; in the order of the frame.
    """
    keys = ["point", "replication", "measure"]
    base = select(frame, design=reference).set_index(keys)["value"]
    others = frame[frame["design"] != reference]
    partner = base.reindex(pd.MultiIndex.from_frame(others[keys])).to_numpy(dtype=float)
    gain = others["value"].to_numpy(dtype=float) - partner
    return others[["point", "replication", "design", "measure"]].assign(difference=gain).reset_index(drop=True)


def levels_at(parameters: Sequence[TestedParameter], places: Sequence[float]) -> dict[str, float]:
    """Return the values of parameters at places between their ends, 0 … 1."""
    return {parameter.path: parameter.at(float(place)) for parameter, place in zip(parameters, places, strict=True)}
