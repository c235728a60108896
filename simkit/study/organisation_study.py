"""The organisation study of one client: measure, run, compare, recommend, save; and read back what was saved.

This is the one entry to the study package; every frame it returns is a function of the runs and stands as a CSV file in
the study's folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.errors import RunError
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.paths import VERSION
from simkit.foundation.text import Text
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.study.advice.recommendation import Recommendation, from_record, to_record
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.calibration.client_parameters import client_parameter_set, with_own_assumptions
from simkit.study.calibration.fit_gate import NOT_CALIBRATED, Gate, gate_record, recorded_gate
from simkit.study.calibration.saved_calibration import DRAFT, Saved
from simkit.study.calibration.stationary_today import (
    REPLICATIONS,
    Stationary,
    is_stationary,
    sizes_of,
    stationary_today,
)
from simkit.study.comparison.profit_bridge import staff_cost_known
from simkit.study.comparison.today_by_year import measured_flow, measured_years
from simkit.study.experiment.code_digest import code_digest
from simkit.study.experiment.experiment_spec import Engine, Execution
from simkit.study.experiment.replicate import play_replication
from simkit.study.experiment.run_experiment import Progress, run_experiment
from simkit.study.experiment.run_keys import versions
from simkit.study.joint_draws.joint_study import draw_runs, followed_by, with_joint_draws
from simkit.study.measured.client_inputs import client_inputs, what_is_missing
from simkit.study.measured.measured_demand import patched
from simkit.study.plans.agreed_plan import agreed_plan
from simkit.study.plans.compared_designs import check_choice
from simkit.study.plans.experiment_plan import ExperimentPlan, make_plan
from simkit.study.plans.plan import Plan, plan_record, recorded_plan
from simkit.study.plans.plan_space import PlanSpace
from simkit.study.plans.study_settings import StudySettings, recorded_settings, settings_record
from simkit.study.result_tables import Results, all_frames, recommendation_of
from simkit.study.search.best_plan import client_space
from simkit.study.search.searched_study import SearchOrder, searched
from simkit.study.study_files import read_document, read_frames, save, with_present_labels

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue

__all__ = [
    "OrganisationStudy", "concluded", "open_or_run", "open_study", "run_plan", "with_own_assumptions",
]  # fmt: skip

FORMAT = 11
_INCOMPLETE = Text(de="Hier steht keine vollständige Studie.", en="There is no complete study here.")
_OTHER_VERSION = Text(
    de="Diese Studie hat eine andere Version von simkit geschrieben.",
    en="Another version of simkit wrote this study.",
)
_AGAIN = Text(de="Die Simulation neu rechnen.", en="Run the simulation again.")


@dataclass(frozen=True, kw_only=True)
class OrganisationStudy:
    """A finished study."""

    settings: StudySettings
    """What was run; its replications are those that were reached."""
    baseline: str
    main_scenario: str
    """What the others are compared with, and the scenario that decides."""
    recommendation: Recommendation
    """The advice, derived by rule."""
    frames: Mapping[str, pd.DataFrame]
    gate: Gate = NOT_CALIBRATED
    """Whether the advice may be told, with the frame ``fit`` behind it."""
    key: str
    """Hash of everything the results depend on."""
    plans: tuple[Plan, ...] = ()
    """The plans of the short list, today's organisation first; empty where designs were named instead of searched for."""

    def frame(self, name: str) -> pd.DataFrame:
        """Return one frame.

        Raises
        ------
        RunError
            If the study has no frame of that name.
        """
        if name not in self.frames:
            raise RunError(
                Text(de="Diese Tabelle hat die Studie nicht.", en="The study has no such table."),
                name,
                Text(de=f"Möglich sind: {', '.join(self.frames)}", en=f"Possible are: {', '.join(self.frames)}"),
            )
        return self.frames[name]

    def select(self, name: str, **equal: object) -> pd.DataFrame:
        """Return the rows of one frame whose columns equal the values: ``select("levels", measure="profit", year=0)``.

        Raises
        ------
        RunError
            If there is no such frame.
        """
        return select(self.frame(name), **equal)

    @property
    def drawn(self) -> dict[str, dict[Hashable, Any]]:
        """Rows of the frame ``joint_summary`` by design, of those whose gain was drawn; empty where nothing was."""
        rows = self.frame("joint_summary").dropna(subset=["low", "high"])
        return {str(row["design"]): row for row in rows.to_dict("records")}


def open_or_run(
    client: ClientData,
    time_use: TimeUse | None,
    value: CustomerValue,
    *,
    folder: Path,
    settings: StudySettings,
    calibration: Saved = DRAFT,
    split: pd.DataFrame | None = None,
    execution: Execution = Execution(),
    progress: Progress | None = None,
) -> OrganisationStudy | Missing:
    """Return the study in a folder if it is the one asked for, else run it and save it there.

    Parameters
    ----------
    client, time_use, value
        The client, where its hours go (None when unknown), and its customers' segments.
    folder : Path
        Where the study stands or is to stand; it appears complete or not at all.
    calibration : Saved
        The fit of today's organisation; without a valid one the study is a draft.
    split : DataFrame, optional
        The best split of today's hours of care between segments, which a plan may take.
    execution : Execution
        How it is run; it moves no result.
    progress : callable, optional
        Called with (runs done, runs in all).

    Returns
    -------
    OrganisationStudy or Missing
        `Missing` tells why the client's organisation cannot be simulated.

    Raises
    ------
    ConfigError
        For an unknown parameter, or all that is wrong with designs, scenarios and levers, in one list.
    RunError, Interrupted
        If the run or the saving failed, or was stopped.
    """
    if (lacking := what_is_missing(client)) is not None:
        return lacking
    model_inputs = client_inputs(client, value)
    parameters = client_parameter_set(client, time_use, value, calibration)
    check_choice(settings, parameters, posts=len(model_inputs.slots), folder=client.folder)
    agreed = agreed_plan(client, value, parameters)
    space = client_space(settings, model_inputs, parameters, folder=client.folder, agreed=agreed, split=split)
    plan = make_plan(settings, model_inputs, parameters, client.folder, agreed)
    bilingual = BilingualNumbers(country=client.config.country, currency=client.config.currency)
    key = study_key(model_inputs, parameters, plan, settings, bilingual, calibration.gate, space)
    document = read_document(folder)
    if document is not None and document.get("key") == key:
        return open_study(folder)
    if settings.search == "none":
        first, second = followed_by(progress, draw_runs(plan, parameters, settings.joint_draws))
        results = run_plan(model_inputs, parameters, plan, execution=execution, progress=first)
    else:
        order = SearchOrder(settings=settings, space=space, agreed=agreed, folder=client.folder)
        results, second = searched(order, execution=execution, progress=progress)
    results = replace(
        results,
        gate=calibration.gate,
        fit=calibration.fit,
        past=measured_years(client, value),
        flow=measured_flow(client),
        posts_priced=staff_cost_known(client),
    )
    results = with_joint_draws(
        results, settings.joint_draws, folder=client.folder, execution=execution, progress=second
    )
    study = concluded(results, settings, key, bilingual)
    save(folder, study.frames, _document(study))
    return study


def run_plan(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    plan: ExperimentPlan,
    *,
    execution: Execution = Execution(),
    progress: Progress | None = None,
    engine: Engine = play_replication,
    stationary: Callable[..., Stationary] = stationary_today,
) -> Results:
    """Let today stay where it is, if no fit has done so, then run the whole experiment.

    Parameters
    ----------
    execution, progress, engine
        As in :func:`simkit.study.experiment.run_experiment.run_experiment`; progress counts both parts together.
    stationary : callable
        As :func:`simkit.study.calibration.stationary_today.stationary_today`.

    Returns
    -------
    Results
        The runs, with the parameter set that they were run on.
    """
    replications = min(REPLICATIONS, plan.experiment.replications)
    before = 0 if is_stationary(parameters) else sum(sizes_of(replications))
    first, second = shared_progress(progress, before, plan.experiment.runs)
    parameter_set = parameters
    if before:
        at_rest = stationary(
            model_inputs, parameters, seed=plan.experiment.seed, today=plan.experiment.variants[0],
            replications=replications,
            execution=execution, progress=first,
        )  # fmt: skip
        parameter_set = patched(parameters, at_rest.override)
    runs = run_experiment(
        plan.experiment, model_inputs, parameter_set, execution=execution, progress=second, engine=engine
    )
    return Results(
        frame=runs.frame,
        plan=plan,
        model_inputs=model_inputs,
        parameters=parameter_set,
    )


def shared_progress(progress: Progress | None, first: int, second: int) -> tuple[Progress | None, Progress | None]:
    """Return the progress of two experiments that follow each other as one count; the second may turn out longer."""
    if progress is None:
        return None, None
    return (lambda done, _: progress(done, first + second)), (lambda done, total: progress(first + done, first + total))


def concluded(
    results: Results, settings: StudySettings, key: str, bilingual: BilingualNumbers | None = None
) -> OrganisationStudy:
    """Return the study that follows from finished runs."""
    plan = results.plan
    frames = all_frames(results)
    return OrganisationStudy(
        settings=replace(settings, replications=plan.experiment.replications),
        baseline=plan.baseline,
        main_scenario=plan.main_scenario,
        recommendation=recommendation_of(
            results, frames, bilingual or BilingualNumbers(currency=results.model_inputs.currency)
        ),
        frames=frames,
        gate=results.gate,
        key=key,
        plans=tuple(plan.plans.values()),
    )


def open_study(folder: Path) -> OrganisationStudy:
    """Read a saved study.

    Raises
    ------
    RunError
        If there is no complete study in the folder, or another version of the kit wrote it.
    """
    document = read_document(folder)
    if document is None:
        raise RunError(_INCOMPLETE, str(folder), _AGAIN)
    if document.get("format") != FORMAT:
        raise RunError(_OTHER_VERSION, str(folder), _AGAIN)
    return OrganisationStudy(
        settings=recorded_settings(document["settings"]),
        baseline=document["baseline"],
        main_scenario=document["main_scenario"],
        recommendation=from_record(document["recommendation"]),
        frames=with_present_labels(read_frames(folder, document["frames"])),
        gate=recorded_gate(document["gate"]),
        key=document["key"],
        plans=tuple(recorded_plan(one) for one in document["plans"]),
    )


def _document(study: OrganisationStudy) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "key": study.key,
        "baseline": study.baseline,
        "main_scenario": study.main_scenario,
        "settings": settings_record(study.settings),
        "recommendation": to_record(study.recommendation),
        "gate": gate_record(study.gate),
        "plans": [plan_record(one) for one in study.plans],
    }


def study_key(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    plan: ExperimentPlan,
    settings: StudySettings,
    bilingual: BilingualNumbers | None = None,
    gate: Gate = NOT_CALIBRATED,
    space: PlanSpace | None = None,
) -> str:
    """Return the hash of all that moves a result: model inputs, parameters, designs, scenarios, settings, code, versions."""
    parts = [
        json.dumps([versions(), settings_record(settings), _parameter_records(parameters)], sort_keys=True),
        model_inputs.customers.to_csv(index=False),
        model_inputs.slots.to_csv(index=False),
        repr((model_inputs.currency, model_inputs.calendar_ratio)),
        repr([replace(variant, design=replace(variant.design, folder=None)) for variant in plan.experiment.variants]),
        repr(bilingual),
        repr((gate.level, gate.checked, gate.passed, gate.failed)),
        repr(plan.experiment.scenarios),
        "" if space is None else space.fingerprint(),
        code_digest(__name__),
    ]
    return hashlib.sha256("\x1e".join(parts).encode("utf-8")).hexdigest()


def _parameter_records(parameters: ParameterSet) -> dict[str, list[object]]:
    """Return what counts of each parameter: all but its label."""
    return {
        path: [
            parameter.value,
            parameter.unit,
            parameter.minimum,
            parameter.maximum,
            parameter.low,
            parameter.high,
            repr(parameter.provenance),
        ]
        for path, parameter in parameters.items()
    }
