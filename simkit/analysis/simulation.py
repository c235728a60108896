"""What is simulated of a client: the comparison of organisations, its test of robustness, and the fit of the model."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.settings.run_settings import RunSettings
from simkit.study.calibration.backtest import backtest
from simkit.study.calibration.client_parameters import client_parameter_set, own_parameters
from simkit.study.calibration.fit_gate import gate
from simkit.study.calibration.moment_answers import fit_table
from simkit.study.calibration.moment_fit import bench_of
from simkit.study.calibration.moments import measured_moments
from simkit.study.calibration.saved_calibration import DRAFT, Saved, open_calibration, save_calibration
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.identification import kept_although_delivered
from simkit.study.measured.measured_demand import SeasonTest, season_test
from simkit.study.measured.needs import received_care
from simkit.study.plans.study_settings import study_settings
from simkit.study.search.best_plan import SCHEDULES, client_space
from simkit.value.service.response_history import History, response_history

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.intake.client import ClientData
    from simkit.intake.settings.client_settings import ClientConfig
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.study.calibration.fit_gate import Gate
    from simkit.study.experiment.experiment_spec import Execution
    from simkit.study.organisation_study import OrganisationStudy
    from simkit.study.robustness.robustness_study import RobustnessStudy
    from simkit.study.robustness.robustness_subject import Subject
    from simkit.study.robustness.run_budget import Cost, RobustnessSettings
    from simkit.value.customers.customer_value import CustomerValue

Progress = Callable[[int, int], None]
ROBUSTNESS = "robustness"  # folder beside the results of the comparison
CALIBRATIONS = "calibrations"  # folder of those that do not lie in the client's folder, in the client's cache
RUNS = "runs"  # folder of finished simulation runs in the client's cache
NO_CUSTOMERS = Text(
    de="Ohne Aufträge oder Angebote mit Kundenbezug ist nicht bekannt, wofür die Organisation arbeitet.",
    en="Without orders or opportunities that name customers it is not known what the organisation works for.",
)


def kept_study(settings: RunSettings) -> OrganisationStudy | None:
    """Return the comparison that lies in the results folder; None where there is none."""
    from simkit.study.organisation_study import open_study
    from simkit.study.study_files import DOCUMENT

    folder = settings.results_folder
    return open_study(folder) if folder is not None and (folder / DOCUMENT).is_file() else None


def simulated_study(
    client: ClientData,
    settings: RunSettings,
    time_use: TimeUse | None,
    value: CustomerValue,
    progress: Progress | None = None,
    split: pd.DataFrame | None = None,
) -> OrganisationStudy | Missing:
    """Fit today's organisation, compare the organisations, and keep the results in the results folder, else in the client's
    cache; `progress` counts the runs of the comparison."""
    from simkit.study.organisation_study import open_or_run

    calibration = calibration_of(client, settings, time_use, value)
    if isinstance(calibration, Missing):
        return calibration
    return open_or_run(
        client,
        time_use,
        value,
        folder=_results_folder(client, settings),
        settings=study_settings(settings, client.config.study, client.config.goals),
        split=split,
        calibration=calibration,
        execution=execution_of(client, settings),
        progress=progress,
    )


def robustness_settings(config: ClientConfig) -> RobustnessSettings:
    """Return how much the test of robustness does: the thresholds, and what client.yaml asks for besides."""
    from simkit.study.robustness.run_budget import RobustnessSettings

    asked = config.study.robustness.model_dump(exclude_none=True)
    return RobustnessSettings(**{**asked, "parameters": tuple(asked["parameters"])})


def kept_robustness(settings: RunSettings) -> RobustnessStudy | None:
    """Return the test of robustness that lies beside the results folder; None where there is none."""
    from simkit.study.robustness.robustness_study import open_study
    from simkit.study.study_files import DOCUMENT

    if settings.results_folder is None:
        return None
    folder = settings.results_folder.with_name(ROBUSTNESS)
    return open_study(folder) if (folder / DOCUMENT).is_file() else None


def robustness_of(
    subject: Subject,
    client: ClientData,
    settings: RunSettings,
    progress: Progress | None = None,
    tell_cost: Callable[[Cost], None] | None = None,
) -> RobustnessStudy:
    """Run the test of robustness that belongs to a comparison, and keep it beside the comparison."""
    from simkit.study.robustness.robustness_study import open_or_run

    return open_or_run(
        subject,
        folder=_results_folder(client, settings).with_name(ROBUSTNESS),
        settings=robustness_settings(client.config),
        execution=execution_of(client, settings),
        progress=progress,
        tell_cost=tell_cost,
    )


def subject_of(
    client: ClientData,
    time_use: TimeUse | None,
    value: CustomerValue,
    study: OrganisationStudy,
    split: pd.DataFrame | None = None,
) -> Subject:
    """Return what a test of robustness needs of a client; `split` as in :func:`simulated_study`."""
    from simkit.study.plans.agreed_plan import agreed_plan
    from simkit.study.plans.experiment_plan import make_plan
    from simkit.study.plans.short_list import ShortList
    from simkit.study.robustness.robustness_subject import Subject

    model_inputs = client_inputs(client, value)
    saved = DRAFT if study.gate.level == "not_calibrated" else kept_calibration(client)
    parameter_set = client_parameter_set(client, time_use, value, saved)
    agreed = agreed_plan(client, value, parameter_set)
    short_list = None
    if study.plans:
        space = client_space(
            study.settings, model_inputs, parameter_set, folder=client.folder, agreed=agreed, split=split
        )
        short_list = ShortList(space=space, listed=study.plans)
    plan = make_plan(study.settings, model_inputs, parameter_set, client.folder, agreed, short_list)
    return Subject(model_inputs=model_inputs, parameters=parameter_set, plan=plan, study=study, folder=client.folder)


def execution_of(client: ClientData, settings: RunSettings) -> Execution:
    """Return how a client's simulations are run."""
    return _execution(client.folder, client.config.client, settings)


def _execution(folder: Path, client: str, wanted: RunSettings) -> Execution:
    from simkit.study.experiment.experiment_spec import Execution

    runs = _cache(folder, client) / RUNS
    return Execution(jobs=wanted.jobs, cluster=wanted.cluster, cache=runs, confirmed=wanted.confirmed)


def search_cost(client: ClientData, wanted: RunSettings) -> tuple[int, int]:
    """Return what a search takes: runs, and minutes at the speed last measured on this machine."""
    from simkit.study.experiment.run_cache import opened
    from simkit.study.experiment.run_experiment import serial_hours
    from simkit.study.search.choice_engine import play_for_choice

    settings, execution = study_settings(wanted, client.config.study, client.config.goals), execution_of(client, wanted)
    runs = settings.budget_runs
    with opened(execution.cache, play_for_choice) as cache:
        seconds = None if cache is None else cache.seconds_per_run
    hours = serial_hours(runs, seconds) / (execution.jobs or os.cpu_count() or 1)
    return runs, max(1, round(60 * hours))


def check_before(folder: Path, config: ClientConfig, wanted: RunSettings) -> None:
    """Refuse, before any data are read, designs that are not in order, hours of simulation, a cluster that does not answer.

    Counted are the budget of the search and its short list; the experiment asks again with its exact number.

    Raises
    ------
    ConfigError
        All that is wrong with the designs.
    UsageError
        With the least cost, or the address.
    """
    from simkit.foundation.parameter_set import Provenance
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.study.experiment.run_experiment import check_cost
    from simkit.study.joint_draws.drawn_today import REPLICATIONS
    from simkit.study.plans.compared_designs import check_choice

    settings = study_settings(wanted, config.study, config.goals)
    if wanted.designs:  # those of client.yaml have been looked at with it
        own = Provenance(kind="option", source="client.yaml")
        check_choice(settings, load_defaults(config.euro_rate).patch(config.assumptions, own), folder=folder)
    listed = SCHEDULES[settings.search].listed if settings.search != "none" else len(settings.designs)
    confirmed = settings.replications * listed * len(settings.scenarios)
    drawn = settings.joint_draws * REPLICATIONS * listed
    check_cost(max(settings.budget_runs, confirmed + drawn), _execution(folder, config.client, wanted))


def note_on_runs(client: ClientData) -> Text | None:
    """Return what is to be reported of the finished runs that are kept; None when there is nothing to tell."""
    from simkit.study.experiment.run_cache import note_on

    return note_on(_cache(client.folder, client.config.client) / RUNS, client.config.client)


def _cache(folder: Path, client: str) -> Path:
    """Return where things of a client lie that later runs may use; `simkit purge` deletes it."""
    from simkit.intake.settings.client_folders import CACHE, project_root

    return project_root(folder) / CACHE / client


def _results_folder(client: ClientData, settings: RunSettings) -> Path:
    """Return where results go; those that belong to no run, as of a notebook run by hand, go into the client's cache."""
    return settings.results_folder or _cache(client.folder, client.config.client) / "organisation"


DRAFT_REPLICATIONS = 6  # of the fit of a draft, which no gate reads
BACKTEST_REPLICATIONS = {"normal": 8, "full": 12}  # a draft makes none


def calibration_of(
    client: ClientData,
    settings: RunSettings,
    time_use: TimeUse | None,
    value: CustomerValue,
    progress: Progress | None = None,
) -> Saved | Missing:
    """Return the fit of today's organisation: the one that is kept while data and version are the same, else a new one.

    Parameters
    ----------
    settings : RunSettings
        Without `calibrate` nothing is fitted, and what is kept is not used.
    progress : callable, optional
        Called with how many runs are done and how many there are, when a new one is made.

    Returns
    -------
    Saved or Missing
        `Missing` where none of the quantities is measured that the model needs to be held against.
    """
    from simkit.study.calibration.client_fit import draft, what_is_unmeasured

    if not settings.calibrate:
        table = draft(client, time_use, value)
        return what_is_unmeasured(table) or replace(DRAFT, fit=table)
    kept = kept_calibration(client)
    if kept.state == "valid":
        return kept
    made = new_calibration(client, settings, time_use, value, progress)
    return made if isinstance(made, Missing) else made.saved


@dataclass(frozen=True, kw_only=True)
class NewCalibration:
    """A calibration that was just made."""

    saved: Saved
    """As later runs read it."""
    runs: int
    """Simulation runs that it took."""
    file: Path
    """Where it lies."""


def new_calibration(
    client: ClientData,
    settings: RunSettings,
    time_use: TimeUse | None,
    value: CustomerValue,
    progress: Progress | None = None,
) -> NewCalibration | Missing:
    """Fit today's organisation and keep the fit, whatever was kept before; see :func:`calibration_of`."""
    from simkit.study.calibration.client_fit import calibrated, draft, what_is_unmeasured

    if (missing := what_is_unmeasured(draft(client, time_use, value))) is not None:
        return missing
    execution, kept = execution_of(client, settings), _calibrations(client)
    fit = calibrated(client, time_use, value, seed=settings.seed, execution=execution, progress=progress)
    file = save_calibration(client, fit.override, fit.table, seed=settings.seed, kept=kept)
    return NewCalibration(saved=open_calibration(client, kept), runs=fit.runs, file=file)


def kept_calibration(client: ClientData) -> Saved:
    """Return the calibration that is kept of a client, with whether it may be used."""
    return open_calibration(client, _calibrations(client))


def _calibrations(client: ClientData) -> Path:
    return _cache(client.folder, client.config.client) / CALIBRATIONS


@dataclass(frozen=True, kw_only=True)
class ModelFit:
    """How well the model shows a client."""

    saved: Saved
    """The calibration that the run rests on, or that it rests on none."""
    fit: pd.DataFrame
    """Measured and simulated figures, the table that the gate reads
    (:func:`simkit.study.calibration.moment_answers.fit_table`); of a draft one of its own. Empty when nothing can be compared."""
    gate: Gate
    """What the fit allows."""
    backtest: pd.DataFrame | None
    """See :func:`simkit.study.calibration.backtest.backtest`."""
    response: History | None
    season: SeasonTest | None
    """What the history tells of the customers' response and of the seasons; None where it is too short."""
    parameters: ParameterSet
    """The parameter set of today's organisation."""
    kept: tuple[str, ...]
    """Parameters that the delivered tables could have given but did not."""
    received: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Care received of what is needed, by segment, as measured (:func:`simkit.study.measured.needs.received_care`)."""


def model_fit(
    client: ClientData, settings: RunSettings, time_use: TimeUse | None, value: CustomerValue
) -> ModelFit | Missing:
    """Return how the model holds against the client's figures: read from the calibration, and simulated for a draft alone."""

    saved = calibration_of(client, settings, time_use, value)
    if isinstance(saved, Missing):
        return saved
    parameter_set = client_parameter_set(client, time_use, value, saved)
    execution = execution_of(client, settings)
    replications = BACKTEST_REPLICATIONS.get(settings.depth)
    calibrated = saved.state == "valid"
    fit = saved.fit if calibrated else _draft_fit(client, settings, time_use, value, parameter_set)
    return ModelFit(
        saved=saved,
        fit=fit,
        gate=gate(fit, calibrated=calibrated),
        backtest=backtest(client, replications=replications, seed=settings.seed, execution=execution)
        if replications
        else None,
        response=response_history(client),
        season=season_test(client),
        parameters=parameter_set,
        kept=kept_although_delivered(parameter_set, frozenset(client.tables)),
        # before the fit, which makes contacts what is planned, not what is received
        received=received_care(client, value, client_inputs(client, value), own_parameters(client, time_use, value)),
    )


def _draft_fit(
    client: ClientData,
    settings: RunSettings,
    time_use: TimeUse | None,
    value: CustomerValue,
    parameter_set: ParameterSet,
) -> pd.DataFrame:
    model_inputs = client_inputs(client, value)
    moments = measured_moments(client, time_use, value, model_inputs, parameter_set)
    bench = bench_of(model_inputs, seed=settings.seed, execution=execution_of(client, settings))
    return fit_table(moments, bench.simulated(parameter_set, DRAFT_REPLICATIONS), parameter_set, parameter_set)
