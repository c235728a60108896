"""The report tells how many replications it took and how precise each answer is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simkit.analysis.simulation import execution_of
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.organisation.tables import precision_table
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.study.plans.study_settings import study_settings


def block(report, **columns):
    table = report.analysis.study.frame("precision").assign(**columns)
    study = replace(report.analysis.study, frames={**report.analysis.study.frames, "precision": table})
    view = StudyView(study=study, style=report.style)
    (found,) = precision_table(ChapterBuilder(chapter="organisation", style=report.style), view, "Simulation")
    return found


@pytest.mark.parametrize(
    ("reached", "expected"),
    [
        (
            [True] * 9,
            "6 Simulationsläufe je Szenario genügen: jede Gewinnänderung ist auf ±\u00a02,0\u00a0% des heutigen "
            "Deckungsbeitrags bekannt",
        ),
        (
            [True] * 7 + [False] * 2,
            "Nach 6 Simulationsläufen je Szenario sind 2 von 9 Gewinnänderungen noch nicht sicher auf ±\u00a02,0\u00a0% genau",
        ),
    ],
)
def test_what_was_asked_is_answered(report_in, reached, expected):
    found = block(report_in("de"), asked_share=0.02, reached=reached, precise_from=3.0)
    assert found.title == expected
    assert found.content["columns"][-1]["label"] == "Genau genug ab" and "Hoad" in found.note


@pytest.mark.parametrize("missing", ["half_width_share", "asked_share"])
def test_a_study_without_profit_or_without_a_question_says_nothing(report_in, missing):
    report = report_in("en")
    table = report.analysis.study.frame("precision").assign(asked_share=0.02).assign(**{missing: float("nan")})
    study = replace(report.analysis.study, frames={**report.analysis.study.frames, "precision": table})
    builder = ChapterBuilder(chapter="organisation", style=report.style)
    assert list(precision_table(builder, StudyView(study=study, style=report.style), "Simulation")) == []


def test_the_command_line_goes_before_client_yaml_and_that_before_the_default(report_in):
    given = report_in("de").analysis.client.config
    found = study_settings(RunSettings(), given.study)
    assert found.precision is None and found.replications == 16
    study = given.study.model_copy(update={"precision": 0.05, "budget": 40, "replications": 6})
    config = given.model_copy(update={"study": study})
    found = study_settings(RunSettings(), config.study)
    assert (found.precision, found.budget, found.replications) == (0.05, 40, 6)
    found = study_settings(RunSettings(precision=0.01, replications=8), config.study)
    assert (found.precision, found.budget, found.replications) == (0.01, 40, 8)
    assert study_settings(RunSettings(depth="quick"), config.study).precision is None


def test_runs_are_kept_in_the_folder_that_purge_deletes(report_in, project):
    settings = RunSettings(jobs=3, cluster="tcp://host:8786", confirmed=True)
    how = execution_of(report_in("de").analysis.client, settings)
    assert how.cache == project / "reports" / ".cache" / "demo" / "runs"
    assert (how.jobs, how.cluster, how.confirmed) == (3, "tcp://host:8786", True)
