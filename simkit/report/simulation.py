"""Runs the comparison of organisations for a dossier, or opens the one that a run has already made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from simkit.foundation.text import Text
from simkit.intake.run_settings import RunSettings
from simkit.report.dossier import Dossier
from simkit.study.study_settings import study_settings

if TYPE_CHECKING:
    from simkit.intake.config import ClientConfig
    from simkit.study.grid import Execution
    from simkit.study.organisation import LeftOut, OrganisationStudy
    from simkit.study.robustness.effort import Cost, RobustnessSettings
    from simkit.study.robustness.study import RobustnessStudy
    from simkit.study.robustness.subject import Subject

Progress = Callable[[int, int], None]
RUNS = "runs"  # folder of finished simulation runs in the client's cache
NO_CUSTOMERS = Text(
    de="Ohne Aufträge oder Angebote mit Kundenbezug ist nicht bekannt, wofür die Organisation arbeitet.",
    en="Without orders or opportunities that name customers it is not known what the organisation works for.",
)


def study_of(dossier: Dossier, progress: Progress | None = None) -> OrganisationStudy | LeftOut:
    """Open the results in the dossier's results folder; without any, simulate and keep them there."""
    from simkit.study.calibration import LeftOut, what_is_missing
    from simkit.study.organisation import open_or_run, open_study
    from simkit.study.store import DOCUMENT

    if (lacking := what_is_missing(dossier.client)) is not None:
        return lacking
    if dossier.value is None:
        return LeftOut(reason=NO_CUSTOMERS, missing=())
    given = dossier.settings.results_folder
    if given is not None and (given / DOCUMENT).is_file():
        return open_study(given)
    return open_or_run(
        dossier.client,
        dossier.time_use,
        dossier.value,
        folder=given or cache_of(dossier),
        settings=study_settings(dossier.settings, dossier.client.config.study),
        execution=execution_of(dossier),
        progress=progress,
    )


def robustness_settings(config: ClientConfig) -> RobustnessSettings:
    """Return how much the test of robustness does: the standards, and what client.yaml asks for besides."""
    from simkit.study.robustness.effort import RobustnessSettings

    asked = config.study.robustness.model_dump(exclude_none=True)
    return RobustnessSettings(**{**asked, "leaves": tuple(asked["leaves"])})


def robustness_of(
    dossier: Dossier, progress: Progress | None = None, tell_cost: Callable[[Cost], None] | None = None
) -> RobustnessStudy | None:
    """Open the test of robustness that belongs to a dossier, or run it and keep it beside the comparison.

    Returns
    -------
    RobustnessStudy or None
        None when the dossier is not of full depth, or when there is no comparison to test.
    """
    from simkit.study.robustness.study import open_or_run, open_study
    from simkit.study.store import DOCUMENT

    study = dossier.study
    if study is None or dossier.settings.depth != "full":
        return None
    given = dossier.settings.results_folder
    folder = (given or cache_of(dossier)).with_name("robustness")
    if given is not None and (folder / DOCUMENT).is_file():
        return open_study(folder)
    return open_or_run(
        subject_of(dossier, study),
        folder=folder,
        settings=robustness_settings(dossier.client.config),
        execution=execution_of(dossier),
        progress=progress,
        tell_cost=tell_cost,
    )


def subject_of(dossier: Dossier, study: OrganisationStudy) -> Subject:
    """Return what a test of robustness needs of a dossier."""
    from simkit.study.agreed_plan import agreed_plan
    from simkit.study.calibration import client_facts
    from simkit.study.plan import make_plan
    from simkit.study.robustness.subject import Subject
    from simkit.study.saved_calibration import client_tree

    client, value = dossier.client, dossier.value
    assert value is not None  # there is no comparison without it
    facts = client_facts(client, value)
    tree = client_tree(client, dossier.time_use, value)
    plan = make_plan(study.settings, facts, tree, client.folder, agreed_plan(client, value, tree))
    return Subject(facts=facts, parameters=tree, plan=plan, study=study, folder=client.folder)


def execution_of(dossier: Dossier) -> Execution:
    """Return how a dossier's simulations are run."""
    return _execution(dossier.client.folder, dossier.client.config.client, dossier.settings)


def _execution(folder: Path, client: str, wanted: RunSettings) -> Execution:
    from simkit.study.grid import Execution

    runs = _cache(folder, client) / RUNS
    return Execution(jobs=wanted.jobs, cluster=wanted.cluster, cache=runs, confirmed=wanted.confirmed)


def check_before(folder: Path, config: ClientConfig, wanted: RunSettings) -> None:
    """Refuse, before any data are read, designs that are not in order, hours of simulation, a cluster that does not answer.

    Counted are the compared designs alone; the plan adds arms, and the grid asks again with its exact number.

    Raises
    ------
    ConfigError
        All that is wrong with the designs.
    UsageError
        With the least cost, or the address.
    """
    from simkit.foundation.parameters import Provenance
    from simkit.model.parameters import load_defaults
    from simkit.study.grid import check_cost
    from simkit.study.plan import check_choice

    settings = study_settings(wanted, config.study)
    if wanted.designs:  # those of client.yaml have been looked at with it
        own = Provenance(kind="option", source="client.yaml")
        check_choice(settings, load_defaults().patch(config.assumptions, own), folder=folder)
    compared = (len(settings.designs) + len(settings.variants)) * len(settings.scenarios)
    check_cost(settings.replications * compared, _execution(folder, config.client, wanted))


def note_on_runs(dossier: Dossier) -> Text | None:
    """Return what is to be told of the finished runs that are kept; None when there is nothing to tell."""
    from simkit.study.run_cache import note_on

    return note_on(cache_folder(dossier) / RUNS, dossier.client.config.client)


def cache_folder(dossier: Dossier) -> Path:
    """Return where things of a client lie that later runs may use; `simkit purge` deletes it."""
    return _cache(dossier.client.folder, dossier.client.config.client)


def _cache(folder: Path, client: str) -> Path:
    from simkit.intake.folder import CACHE, project_root

    return project_root(folder) / CACHE / client


def cache_of(dossier: Dossier) -> Path:
    """Return where results go that belong to no run, such as those of a notebook run by hand."""
    return cache_folder(dossier) / "organisation"
