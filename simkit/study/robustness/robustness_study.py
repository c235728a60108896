"""The robustness study of one client: what must be true for the recommendation to hold, as frames that are saved.

It follows the comparison of organisations and has a key and a folder of its own, since it takes much longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.errors import RunError
from simkit.foundation.paths import VERSION
from simkit.foundation.text import Text
from simkit.study.comparison.regret import INFORMATION_COLUMNS, value_of_parameters
from simkit.study.experiment.code_digest import code_digest
from simkit.study.experiment.experiment_spec import Engine, Execution
from simkit.study.experiment.run_experiment import Progress
from simkit.study.organisation_study import OrganisationStudy
from simkit.study.paired_comparison import PROFIT
from simkit.study.robustness import turning_points
from simkit.study.robustness.discovery import (
    MAP_COLUMNS,
    POINT_COLUMNS,
    REGION_COLUMNS,
    SIDE_COLUMNS,
    discover,
    most_telling,
    regions,
)
from simkit.study.robustness.robustness_subject import Subject, free_frames
from simkit.study.robustness.run_budget import Cost, RobustnessSettings, Shape, expected_cost
from simkit.study.robustness.sample_points import RobustnessBench, play_point
from simkit.study.robustness.screening import (
    Screen,
    gains_at_ends,
    parameters_within,
    ranked,
    screen,
    tornado,
    tornado_runs,
)
from simkit.study.robustness.spiral import critical_hiring_lag, spiral
from simkit.study.robustness.tested_parameters import (
    Choice,
    TestedParameter,
    check_parameters,
    choose_parameters,
    outside_of_range,
)
from simkit.study.study_files import read_document, read_frames, save, with_present_labels

if TYPE_CHECKING:
    pass

FORMAT = 2
STRESS_COLUMNS = ("load", "fill_days", "capacity_share", "runaway_share", "runs_away")
LAG_COLUMNS = ("load", "longest_days", "first_runaway_days")


@dataclass(frozen=True, kw_only=True)
class RobustnessStudy:
    """A finished robustness study."""

    settings: RobustnessSettings
    baseline: str
    best: str
    runner_up: str
    """Today's organisation, the design advised or else the one that earns most, and the next one."""
    designs: tuple[str, ...]
    """All compared designs, today's first."""
    frames: Mapping[str, pd.DataFrame]
    key: str
    """Hash of everything they depend on."""


def open_or_run(
    subject: Subject,
    *,
    folder: Path,
    settings: RobustnessSettings,
    execution: Execution = Execution(),
    progress: Progress | None = None,
    tell_cost: Callable[[Cost], None] | None = None,
) -> RobustnessStudy:
    """Return the robustness study in a folder if it is the one asked for, else run it and save it there.

    Parameters
    ----------
    folder : Path
        Where the study stands or is to stand; it appears complete or not at all.
    execution : Execution
        How it is run; it moves no result. With a cache a stopped study goes on where it was.
    progress : callable, optional
        Called with (runs done, runs in all).
    tell_cost : callable, optional
        Told the cost before the first run.

    Raises
    ------
    ConfigError
        For an unknown parameter in the settings.
    RunError, Interrupted
        If the run or the saving failed, or was stopped.
    """
    check_parameters(settings.parameters, subject.parameters)
    key = robustness_key(subject.study, settings)
    document = read_document(folder)
    if document is not None and document.get("key") == key:
        return open_study(folder)
    study = run_study(subject, settings, execution=execution, progress=progress, tell_cost=tell_cost)
    save(folder, study.frames, _document(study))
    return study


def robustness_key(study: OrganisationStudy, settings: RobustnessSettings) -> str:
    """Return the hash of all that moves a result: that of the comparison, the settings, the code, the library that samples."""
    import importlib.metadata

    parts = (str(FORMAT), study.key, repr(settings), code_digest(__name__), importlib.metadata.version("SALib"))
    return hashlib.sha256("\x1e".join(parts).encode("utf-8")).hexdigest()


def run_study(
    subject: Subject,
    settings: RobustnessSettings,
    *,
    execution: Execution = Execution(),
    progress: Progress | None = None,
    tell_cost: Callable[[Cost], None] | None = None,
    engine: Engine = play_point,
) -> RobustnessStudy:
    """Run all parts one after the other; see :func:`open_or_run`."""
    run = _Run(subject, settings, execution, engine)
    cost = run.cost()
    if tell_cost is not None:
        tell_cost(cost)
    frames = run.frames(None if progress is None else lambda done: progress(min(done, cost.runs), cost.runs))
    if progress is not None:
        progress(cost.runs, cost.runs)
    return RobustnessStudy(
        settings=settings,
        baseline=subject.study.baseline,
        best=subject.best,
        runner_up=subject.runner_up,
        designs=tuple(run.bench.designs),
        frames=frames,
        key=robustness_key(subject.study, settings),
    )


class _Run:
    """One robustness study on its way."""

    def __init__(self, subject: Subject, settings: RobustnessSettings, execution: Execution, engine: Engine) -> None:
        self.subject, self.settings = subject, settings
        self.bench = RobustnessBench(
            model_inputs=subject.model_inputs,
            parameters=subject.parameter_set(),
            designs=subject.designs(settings.rivals),
            seed=subject.study.settings.seed,
            execution=execution,
            engine=engine,
        )
        scenario = subject.plan.experiment.scenarios[subject.study.main_scenario]
        self.choice: Choice = choose_parameters(
            self.bench.parameters, self.bench.designs.values(), fixed=scenario.override, folder=subject.folder
        )

    def cost(self) -> Cost:
        """Return what it will cost at most."""
        import os

        value = self.bench.parameters.value
        shape = Shape(
            groups=len(self.choice.by_group()),
            parameters=len(self.choice.tested),
            designs=len(self.bench.designs),
            horizon_years=value("time.horizon_years"),
            warm_up_years=value("time.warm_up_years"),
        )
        processes = self.bench.execution.jobs or os.cpu_count() or 1
        return expected_cost(self.settings, shape, self.bench, processes)

    def frames(self, progress: Callable[[int], None] | None) -> dict[str, pd.DataFrame]:
        """Run everything and return every frame by name."""
        self.bench = self.bench.telling(progress)
        screening = self._screening()
        effects = screening["screening"]
        best = self.subject.best if self.subject.best in self.bench.designs else self.bench.baseline
        order = list(dict.fromkeys((*self.settings.parameters, *ranked(effects, PROFIT))))
        wanted = self.settings.tornado_parameters + len(self.settings.parameters)
        moved = self.choice.named(order)[:wanted]
        ends = tornado_runs(self.bench, moved, replications=self.settings.replications)
        swings = tornado(ends, moved, best)
        return {
            "parameters": self.choice.frame(),
            "left_out": self.choice.left_out_frame(),
            "outside": self._outside(),
            **screening,
            "tornado": swings,
            "tornado_runs": ends,
            "information": self._information(ends, moved, best),
            **self._regions(swings, best),
            **self._elasticity(),
            **self._stress(),
            **free_frames(self.subject),
        }

    def _screening(self) -> dict[str, pd.DataFrame]:
        """Screen the groups, then the parameters of those that matter."""
        wanted, years = self.settings.trajectories, self.settings.screening_years
        groups = self.choice.by_group()
        coarse = screen(self.bench, Screen(factors=groups, trajectories=wanted, years=years), "groups")
        inside = parameters_within(groups, ranked(coarse.effects, PROFIT), self.settings.screened_parameters)
        factors = {parameter.path: (parameter,) for name in inside for parameter in groups[name]}
        fine = screen(self.bench, Screen(factors=factors, trajectories=wanted, years=years), "parameters")
        return {
            "screening_groups": coarse.effects.assign(looked_into=coarse.effects["factor"].isin(inside)),
            "screening": fine.effects,
            **{f"screening_groups_{name}": frame for name, frame in (("runs", coarse.runs), ("places", coarse.places))},
            **{f"screening_{name}": frame for name, frame in (("runs", fine.runs), ("places", fine.places))},
        }

    def _information(self, ends: pd.DataFrame, parameters: Sequence[TestedParameter], best: str) -> pd.DataFrame:
        """What it would be worth to know each parameter before choosing between the best design and its runner-up."""
        other = self.subject.runner_up
        if other == best or other not in set(ends["design"]):
            return pd.DataFrame(columns=list(INFORMATION_COLUMNS))
        labels = {one.path: one.parameter.label for one in parameters}
        return value_of_parameters(gains_at_ends(ends, parameters, best, other), labels)

    def _outside(self) -> pd.DataFrame:
        scenarios = {name: scenario.override for name, scenario in self.subject.plan.experiment.scenarios.items()}
        designs = {name: design.override for name, design in self.bench.designs.items()}
        return outside_of_range(self.subject.parameters, {**scenarios, **designs})

    def _regions(self, swings: pd.DataFrame, best: str) -> dict[str, pd.DataFrame]:
        """Spread points over the parameters with the widest swings against any design."""
        widest = swings.groupby("parameter", sort=False)["swing"].max().sort_values(ascending=False, kind="stable")
        parameters = self.choice.named([str(name) for name in widest.index])[: self.settings.region_parameters]
        if not parameters:
            return _empty(
                points=POINT_COLUMNS, regions=REGION_COLUMNS, sides=SIDE_COLUMNS, region_parameters=MAP_COLUMNS
            )
        found = discover(self.bench, parameters, points=self.settings.points, replications=self.settings.replications)
        areas, sides = regions(found, parameters, tuple(self.bench.designs), seed=self.bench.seed)
        other = self.subject.runner_up if self.subject.runner_up in self.bench.designs else self.bench.baseline
        return {
            "points": found,
            "regions": areas,
            "sides": sides,
            "region_parameters": most_telling(
                found, parameters, best, other if other != best else list(self.bench.designs)[-1]
            ),
        }

    def _elasticity(self) -> dict[str, pd.DataFrame]:
        if not self.bench.parameters.value("reaction.on"):  # customers do not respond to care at all
            return _empty(
                elasticity_runs=turning_points.GAIN_COLUMNS,
                elasticity_curve=turning_points.CURVE_COLUMNS,
                elasticity_break_even=turning_points.BREAK_EVEN_COLUMNS,
            )
        runs = turning_points.elasticity_runs(
            self.bench, self.settings.elasticities, replications=self.settings.replications
        )
        return {
            "elasticity_runs": runs,
            "elasticity_curve": turning_points.elasticity_curve(runs),
            "elasticity_break_even": turning_points.break_even_elasticity(runs),
        }

    def _stress(self) -> dict[str, pd.DataFrame]:
        """The stress test of today's organisation: from which time to fill a vacancy on it empties itself."""
        if not self.settings.stress_loads:
            return _empty(stress=STRESS_COLUMNS, lag=LAG_COLUMNS)
        loads, days, replications = (
            self.settings.stress_loads,
            self.settings.stress_days,
            self.settings.stress_replications,
        )
        found = spiral(
            self.subject.model_inputs,
            self.bench.parameters,
            self.bench.designs[self.bench.baseline],
            loads=loads,
            fill_days=days,
            years=self.settings.stress_years,
            replications=replications,
            seed=self.bench.seed,
            execution=self.bench.execution,
            progress=self.bench.counter(len(loads) * len(days) * replications),
        )
        return {"stress": found, "lag": critical_hiring_lag(found)}


def _empty(**columns: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return frames without rows, by name."""
    return {name: pd.DataFrame(columns=list(names)) for name, names in columns.items()}


def open_study(folder: Path) -> RobustnessStudy:
    """Read a saved robustness study.

    Raises
    ------
    RunError
        If there is no complete one in the folder, or another version of the kit wrote it.
    """
    document = read_document(folder)
    if document is None or document.get("format") != FORMAT:
        raise RunError(
            Text(
                de="Hier steht keine vollständige Robustheitsstudie.", en="There is no complete robustness study here."
            ),
            str(folder),
            Text(de="Die Simulation neu rechnen.", en="Run the simulation again."),
        )
    lists = {name: tuple(value) for name, value in document["settings"].items() if isinstance(value, list)}
    return RobustnessStudy(
        settings=RobustnessSettings(**{**document["settings"], **lists}),
        baseline=document["baseline"],
        best=document["best"],
        runner_up=document["runner_up"],
        designs=tuple(document["designs"]),
        frames=with_present_labels(read_frames(folder, document["frames"])),
        key=document["key"],
    )


def _document(study: RobustnessStudy) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "key": study.key,
        "baseline": study.baseline,
        "best": study.best,
        "runner_up": study.runner_up,
        "designs": list(study.designs),
        "settings": asdict(study.settings),
    }
