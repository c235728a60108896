"""Where files are: the workspace, its own templates before the shipped ones, and what is missing is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simkit.foundation.errors import UsageError
from simkit.foundation.paths import shipped, shown, template, template_folders, workspace
from simkit.intake.workshop.questionnaire import agenda_text
from simkit.intake.workshop.value_criteria import library
from simkit.model.specification.designs import load_design
from simkit.model.specification.levers import load_lever
from simkit.model.specification.overrides import names_of
from simkit.model.specification.priority_tables import load_priority_table
from simkit.model.specification.scenarios import load_scenario


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the templates of a workspace that is the present folder."""
    (tmp_path / "client_data" / "acme").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "templates"


def put(own: Path, kind: str, name: str, before: str, after: str) -> None:
    """Copy a shipped template into the workspace with one change."""
    text = shipped("templates", kind, name).read_text(encoding="utf-8")
    assert before in text
    (own / kind).mkdir()
    (own / kind / name).write_text(text.replace(before, after), encoding="utf-8")


def test_a_workspace_is_the_nearest_folder_upwards_with_clients(own: Path) -> None:
    assert workspace() == own.parent.resolve()
    assert workspace(own.parent / "client_data" / "acme") == own.parent.resolve()
    (own / "client_data").mkdir()
    assert workspace(own) == own.resolve()


def test_without_clients_there_is_no_workspace_and_the_shipped_templates_remain(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert workspace() is None
    assert template_folders("designs") == (project / "templates" / "designs",)
    assert load_design("stretched_t").name == "stretched_t"


def test_in_the_checkout_the_shipped_folders_are_those_of_the_workspace(project: Path) -> None:
    assert shipped("notebooks") == project / "notebooks"
    assert template_folders("levers") == (project / "templates" / "levers",)


TITLES: dict[str, tuple[str, Callable[[], str]]] = {
    "designs": ("stretched_t.yaml", lambda: load_design("stretched_t").title.en),
    "scenarios": ("hiring_freeze.yaml", lambda: load_scenario("hiring_freeze").title.en),
    "levers": ("lean.yaml", lambda: load_lever("lean").title.en),
    "priorities": ("fifo.yaml", lambda: load_priority_table("fifo").title.en),
}


@pytest.mark.parametrize("kind", TITLES)
def test_an_own_template_goes_before_the_shipped_one_and_hides_no_other(own: Path, kind: str) -> None:
    name, title = TITLES[kind]
    before, names = title(), names_of(kind)
    put(own, kind, name, before, "Ours")
    assert title() == "Ours"
    assert names_of(kind) == names


def test_a_clients_design_goes_before_that_of_the_workspace(own: Path) -> None:
    client = own.parent / "client_data" / "acme"
    title = load_design("stretched_t").title.en
    put(own, "designs", "stretched_t.yaml", title, "Ours")
    assert load_design("stretched_t", client).title.en == "Ours"
    put(client, "designs", "stretched_t.yaml", title, "The client's")
    assert load_design("stretched_t", client).title.en == "The client's"


def test_a_new_design_of_the_workspace_is_one_of_the_designs(own: Path) -> None:
    put(own, "designs", "stretched_t.yaml", "base:", "base:")
    (own / "designs" / "stretched_t.yaml").rename(own / "designs" / "my_t.yaml")
    assert set(names_of("designs")) - {"my_t"} < set(names_of("designs"))
    assert load_design("my_t").on is not None and load_design("my_t").override == load_design("stretched_t").override


def test_own_criteria_and_agendas_of_a_workshop_go_before_the_shipped_ones(own: Path) -> None:
    label = library()["margin"].label.en
    put(own, "workshop", "criteria.yaml", label, "Ours")
    assert library()["margin"].label.en == "Ours"
    (own / "workshop" / "agenda_one_day.en.md").write_text("# Our day", encoding="utf-8")
    assert agenda_text("agenda_one_day", "en") == "# Our day"
    assert agenda_text("agenda_one_day", "de").startswith("#") and "Our day" not in agenda_text("agenda_one_day", "de")


@pytest.mark.parametrize(
    "look_up",
    [
        lambda: shipped("notebooks", "01_diagnosis.ipynb"),
        lambda: template("theme", "report.css"),
        lambda: load_design("baseline"),
        lambda: names_of("levers"),
        lambda: library(),
        lambda: agenda_text("agenda_one_day", "de"),
    ],
)
def test_what_is_missing_is_said_with_place_and_remedy_and_exit_code_2(
    own: Path, monkeypatch: pytest.MonkeyPatch, look_up: Callable[[], object]
) -> None:
    monkeypatch.setattr("simkit.foundation.paths.SHIPPED", own / "gone")
    with pytest.raises(UsageError, match="belongs to simkit is missing") as caught:
        look_up()
    assert caught.value.exit_code == 2
    assert str(own / "gone") in caught.value.where
    assert "--force-reinstall" in caught.value.render("de")


def test_paths_are_shown_from_the_workspace_on(own: Path, project: Path) -> None:
    assert shown(own.resolve() / "designs") == "templates/designs"
    assert shown(project / "README.md") == str(project / "README.md")
