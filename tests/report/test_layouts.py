"""Masters of others: which can be used, what they lack, and the one that comes with simkit."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pptx import Presentation

from simkit.foundation.errors import ConfigError
from simkit.foundation.paths import shipped
from simkit.report.outputs.deck.deck_master import LAYOUTS, build_master
from simkit.report.outputs.deck.layouts import Layouts, kind_of, master_lacks, master_problem, open_master


@pytest.fixture
def usual(tmp_path: Path) -> Path:
    """The template that python-pptx has."""
    Presentation().save(str(tmp_path / "usual.pptx"))
    return tmp_path / "usual.pptx"


def test_the_shipped_master_is_what_the_code_builds(tmp_path: Path) -> None:
    build_master(tmp_path / "master.pptx")
    with (
        zipfile.ZipFile(tmp_path / "master.pptx") as built,
        zipfile.ZipFile(shipped("templates", "deck", "master.pptx")) as there,
    ):
        assert built.namelist() == there.namelist()
        assert [name for name in built.namelist() if built.read(name) != there.read(name)] == []


def test_the_shipped_master_is_wide_and_has_a_layout_for_each_kind_of_slide() -> None:
    deck = open_master(None)

    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=1e-3)
    assert len({Layouts(deck).of(role).name for role in LAYOUTS}) == len(LAYOUTS) == len(deck.slide_layouts)
    assert list(master_lacks(shipped("templates", "deck", "master.pptx"))) == []


@pytest.mark.parametrize(
    ("role", "name"), [("cover", "Title Slide"), ("summary", "Two Content"), ("chart", "Title and Content")]
)
def test_layouts_of_others_are_found_by_their_placeholders(usual: Path, role, name: str) -> None:
    assert Layouts(open_master(usual)).of(role).name == name


def test_a_layout_of_the_right_name_goes_first(usual: Path) -> None:
    deck = Presentation(str(usual))
    deck.slide_layouts[3].name = "Aussage + Tabelle"

    assert Layouts(deck).of("table").name == "Aussage + Tabelle"
    assert Layouts(deck).of("chart").name == "Title and Content"


def test_what_a_master_lacks_is_told_with_what_stands_in_its_place(usual: Path) -> None:
    told = [lack.de for lack in master_lacks(usual)]

    assert "kein Platzhalter „Quelle“; sie steht in der Fußzeile" in told
    assert len(told) == 4


def test_a_file_that_is_missing_or_no_presentation_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.pptx").write_text("kein Archiv", encoding="utf-8")

    for name, told in (("nix.pptx", "fehlt"), ("text.pptx", "keine PowerPoint-Datei")):
        problem = master_problem(tmp_path / name, name, "client.yaml:7 (brand.pptx)")
        assert problem is not None and told in problem.what.de and problem.where == "client.yaml:7 (brand.pptx)"
        with pytest.raises(ConfigError):
            open_master(tmp_path / name)


def test_a_master_without_title_and_content_cannot_be_used(usual: Path) -> None:
    deck = Presentation(str(usual))
    for layout in list(deck.slide_layouts):
        if any(kind_of(one) in ("OBJECT", "TABLE", "CHART") for one in layout.placeholders):
            deck.slide_layouts.remove(layout)
    deck.save(str(usual))
    problem = master_problem(usual, "usual.pptx", "client.yaml")

    assert problem is not None and "no layout has a title and a content" in problem.what.en
