"""Runs the comparison of organisations for a dossier, or opens the one that a run has already made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from simkit.foundation.text import Text
from simkit.report.dossier import Dossier

if TYPE_CHECKING:
    from simkit.intake.config import ClientConfig
    from simkit.study.grid import Execution
    from simkit.study.organisation import LeftOut, OrganisationStudy
    from simkit.study.plan import Depth, StudySettings
    from simkit.study.robustness.effort import Cost, RobustnessSettings
    from simkit.study.robustness.study import RobustnessStudy
    from simkit.study.robustness.subject import Subject

Progress = Callable[[int, int], None]
NO_CUSTOMERS = Text(
    de="Ohne Aufträge oder Angebote mit Kundenbezug ist nicht bekannt, wofür die Organisation arbeitet.",
    en="Without orders or opportunities that name customers it is not known what the organisation works for.",
)


def study_settings(dossier: Dossier) -> StudySettings:
    """Return what is to be simulated for a dossier."""
    from simkit.study.plan import StudySettings

    wanted = dossier.settings
    depth: Depth = "full" if wanted.depth == "full" else "standard"
    settings = chosen_by(dossier.client.config, StudySettings(depth=depth, seed=wanted.seed))
    if wanted.depth == "quick":
        settings = settings.quick()
    if wanted.designs:
        settings = replace(settings, designs=wanted.designs, variants=())
    return replace(settings, replications=wanted.replications) if wanted.replications else settings


def chosen_by(config: ClientConfig, settings: StudySettings) -> StudySettings:
    """Return settings with the designs, scenarios and variants that client.yaml chooses; today's organisation first."""
    from simkit.study.plan import Variant

    study = config.study
    if study.designs:
        first = settings.designs[0]
        settings = replace(settings, designs=tuple(dict.fromkeys((first, *study.designs))))
    if study.scenarios:
        settings = replace(settings, scenarios=tuple(dict.fromkeys(study.scenarios)))
    variants = tuple(Variant(design=one.design, levers=tuple(one.levers)) for one in study.variants)
    return replace(settings, variants=tuple(dict.fromkeys(variants)))


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
        settings=study_settings(dossier),
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
    from simkit.model.parameters import load_defaults
    from simkit.study.calibration import client_facts, measured_parameters
    from simkit.study.organisation import with_own_assumptions
    from simkit.study.plan import make_plan
    from simkit.study.robustness.subject import Subject

    client, value = dossier.client, dossier.value
    assert value is not None  # there is no comparison without it
    facts = client_facts(client, value)
    measured = measured_parameters(client, dossier.time_use, value, load_defaults())
    tree = with_own_assumptions(measured, client)
    plan = make_plan(study.settings, facts, tree, client.folder)
    return Subject(facts=facts, parameters=tree, plan=plan, study=study, folder=client.folder)


def execution_of(dossier: Dossier) -> Execution:
    """Return how a dossier's simulations are run."""
    from simkit.study.grid import Execution

    return Execution(jobs=dossier.settings.jobs)


def cache_of(dossier: Dossier) -> Path:
    """Return where results go that belong to no run, such as those of a notebook run by hand."""
    from simkit.intake.folder import CACHE, project_root

    return project_root(dossier.client.folder) / CACHE / dossier.client.config.client / "organisation"
