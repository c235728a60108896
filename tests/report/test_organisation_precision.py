"""The report tells how many worlds it took and how precise each answer is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simkit.intake.run_settings import RunSettings
from simkit.report.chapters.organisation_precision import precision_table
from simkit.report.sheet import Sheet
from simkit.report.simulation import execution_of
from simkit.report.study_views import StudyView
from simkit.study.study_settings import study_settings


def block(dossier, **columns):
    table = dossier.study.frame("precision").assign(**columns)
    study = replace(dossier.study, frames={**dossier.study.frames, "precision": table})
    view = StudyView(study=study, look=dossier.look)
    (found,) = precision_table(Sheet(chapter="organisation", look=dossier.look), view, "Simulation")
    return found


def test_without_a_question_the_worst_width_is_the_message(dossier_in):
    found = block(dossier_in("en"), half_width_share=[0.01] * 8 + [0.034])
    assert found.title == "6 worlds per scenario: changes of profit are known to ± 3.4% of today's profit or better"
    assert [column["label"] for column in found.content["columns"]][-1] == "Share of today's profit"
    assert len(found.content["rows"]) == 9


@pytest.mark.parametrize(
    ("reached", "expected"),
    [
        (
            [True] * 9,
            "6 Welten je Szenario genügen: jede Gewinnänderung ist auf ±\u00a02,0\u00a0% des heutigen Gewinns bekannt",
        ),
        (
            [True] * 7 + [False] * 2,
            "Nach 6 Welten je Szenario sind 2 von 9 Gewinnänderungen noch nicht sicher auf ±\u00a02,0\u00a0% genau",
        ),
    ],
)
def test_what_was_asked_is_answered(dossier_in, reached, expected):
    found = block(dossier_in("de"), asked_share=0.02, reached=reached, precise_from=3.0)
    assert found.title == expected
    assert found.content["columns"][-1]["label"] == "Genau genug ab" and "Hoad" in found.note


def test_a_study_without_profit_says_nothing(dossier_in):
    dossier = dossier_in("en")
    table = dossier.study.frame("precision").assign(half_width_share=float("nan"))
    study = replace(dossier.study, frames={**dossier.study.frames, "precision": table})
    sheet = Sheet(chapter="organisation", look=dossier.look)
    assert list(precision_table(sheet, StudyView(study=study, look=dossier.look), "Simulation")) == []


def asked_of(dossier):
    return study_settings(dossier.settings, dossier.client.config.study)


def test_the_command_line_goes_before_client_yaml_and_that_before_the_default(dossier_in):
    dossier = dossier_in("de")
    assert asked_of(dossier).precision is None and asked_of(dossier).replications == 12
    study = dossier.client.config.study.model_copy(update={"precision": 0.05, "budget": 40, "replications": 6})
    config = dossier.client.config.model_copy(update={"study": study})
    asked = replace(dossier, client=replace(dossier.client, config=config))
    found = asked_of(asked)
    assert (found.precision, found.budget, found.replications) == (0.05, 40, 6)
    found = asked_of(replace(asked, settings=RunSettings(precision=0.01, replications=8)))
    assert (found.precision, found.budget, found.replications) == (0.01, 40, 8)
    assert asked_of(replace(asked, settings=RunSettings(depth="quick"))).precision is None


def test_runs_are_kept_in_the_folder_that_purge_deletes(dossier_in, project):
    settings = RunSettings(jobs=3, cluster="tcp://host:8786", confirmed=True)
    how = execution_of(replace(dossier_in("de"), settings=settings))
    assert how.cache == project / "reports" / ".cache" / "demo" / "runs"
    assert (how.jobs, how.cluster, how.confirmed) == (3, "tcp://host:8786", True)
