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


def execution_of(dossier: Dossier) -> Execution:
    """Return how a dossier's simulations are run."""
    from simkit.study.grid import Execution

    return Execution(jobs=dossier.settings.jobs)


def cache_of(dossier: Dossier) -> Path:
    """Return where results go that belong to no run, such as those of a notebook run by hand."""
    from simkit.intake.folder import CACHE, project_root

    return project_root(dossier.client.folder) / CACHE / dossier.client.config.client / "organisation"
