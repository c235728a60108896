"""What is tested for robustness: a finished comparison of organisations with the client and the parameter set it was run on."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.study.comparison.contributions import SCAN_COLUMNS
from simkit.study.mean_intervals import LEVEL
from simkit.study.measured.measured_parameters import MEASURED_KINDS
from simkit.study.organisation_study import OrganisationStudy
from simkit.study.paired_comparison import CONTRIBUTION
from simkit.study.plans.experiment_plan import ExperimentPlan
from simkit.study.robustness import turning_points
from simkit.study.robustness.interplay import INTERPLAY_COLUMNS, interplay
from simkit.study.thresholds import threshold
from simkit.study.yearly_amounts import yearly

if TYPE_CHECKING:
    from simkit.model.specification.designs import Design


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is tested."""

    model_inputs: ModelInputs
    parameters: ParameterSet
    """Its parameter set, before any scenario."""
    plan: ExperimentPlan
    """What the comparison of organisations ran."""
    study: OrganisationStudy
    folder: Path | None = None

    @property
    def by_profit(self) -> list[str]:
        """Labels of all compared designs in the deciding scenario, the one that earns most first."""
        rows = self.study.select("best", scenario=self.study.main_scenario)
        return [str(name) for name in rows.sort_values("mean", ascending=False, kind="stable")["design"]]

    @property
    def best(self) -> str:
        """Label of the design advised, else of the one that measuring is about, else of the one that earns most."""
        advice = self.study.recommendation
        measured = advice.shown if advice.verdict == "measure_first" else ""
        return advice.design or measured or self.by_profit[0]

    @property
    def runner_up(self) -> str:
        """Label of the design that earns most besides the best."""
        return next(name for name in self.by_profit if name != self.best)

    def designs(self, rivals: int) -> dict[str, Design]:
        """Return today's organisation, the best, the runner-up and the next ones, up to so many besides today's."""
        first = dict.fromkeys((self.best, self.runner_up, *self.by_profit))
        others = [name for name in first if name != self.study.baseline]
        needed = len({self.best, self.runner_up} - {self.study.baseline})
        wanted = (self.study.baseline, *others[: max(rivals, needed)])
        known = {variant.label: variant.design for variant in self.plan.experiment.variants}
        return {name: known[name] for name in wanted}

    def parameter_set(self) -> ParameterSet:
        """Return the parameter set that the comparison ran on, with the deciding scenario in it.

        Whatever the comparison found out or was given after the parameter set was measured, today's care level first
        of all, stands in its tables of parameters and goes before.
        """
        parameter_set = self.parameters
        for name in ("measured", "assumed"):
            for row in self.study.frame(name).to_dict("records"):
                path, value = str(row["path"]), float(row["value"])
                if path in parameter_set and parameter_set.value(path) != value:
                    parameter_set = parameter_set.patch({path: value}, _provenance(row))
        return self.plan.experiment.scenarios[self.study.main_scenario].on(parameter_set)


def _provenance(row: Mapping[Hashable, Any]) -> Provenance:
    """Return where a parameter of the comparison's tables comes from, with its interval where it was measured."""
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    measured = row["kind"] in MEASURED_KINDS and not math.isnan(low)
    interval = Estimate(value=value, low=low, high=high, level=LEVEL) if measured else None
    return Provenance(
        kind=row["kind"], source=str(row["source_en"]), source_de=str(row["source_de"]), interval=interval
    )


def free_frames(subject: Subject) -> dict[str, pd.DataFrame]:
    """Return what follows from the comparison of organisations without a further run."""
    plan, study = subject.plan, subject.study
    runs = yearly(study.frame("runs"))
    compared = [name for name in plan.main if name != plan.baseline]
    scenarios = list(plan.experiment.scenarios)
    parts = pd.DataFrame(columns=list(INTERPLAY_COLUMNS))
    if plan.parts is not None and plan.factorial:
        parts = interplay(runs, plan.main_scenario, plan.factorial, plan.parts)
    return {
        "compensation": turning_points.compensation(runs, scenarios, compared, plan.baseline),
        "interplay": parts,
        "flat": _flat(study),
    }


def _flat(study: OrganisationStudy) -> pd.DataFrame:
    levels = study.frame("levels")
    chosen = (levels["scenario"] == study.main_scenario) & (levels["measure"] == CONTRIBUTION) & (levels["year"] == 0)
    contributions = levels[chosen].set_index("design")["mean"]
    scanned = study.frame("scan")
    if scanned.empty:
        return pd.DataFrame(columns=list(turning_points.FLAT_COLUMNS))
    return turning_points.flat_maximum(scanned[list(SCAN_COLUMNS)], contributions, threshold("rule.indifference_share"))
