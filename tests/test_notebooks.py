"""The notebooks are thin: parameters, calls and words; and every chapter stands in exactly one of them."""

import ast
import json
from pathlib import Path

import pytest

from simkit.report.chapters.registry import CHAPTERS
from simkit.report.notebooks import PLAIN_TYPES, declared_parameters

PROJECT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def code(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(path) if cell["cell_type"] == "code"]


def test_there_are_three():
    assert [path.stem for path in NOTEBOOKS] == ["01_diagnosis", "02_customer_value", "03_organisation"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_outputs_are_kept(path):
    for cell in cells(path):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_is_defined_or_computed_in_them(path):
    allowed = (ast.Import, ast.ImportFrom, ast.AnnAssign, ast.Assign, ast.Expr)
    for source in code(path):
        for node in ast.parse(source).body:
            assert isinstance(node, allowed)
            assert not any(isinstance(part, ast.BinOp | ast.Lambda | ast.comprehension) for part in ast.walk(node))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_parameters_are_plain(path):
    declared = declared_parameters(path)
    assert {"client_folder", "lang", "seed", "chapters"} <= set(declared)
    assert {one.kind for one in declared.values()} <= set(PLAIN_TYPES)


def test_every_chapter_stands_in_its_notebook_and_nowhere_else():
    shown = {
        path.stem: [s.split('"')[1] for s in code(path) if s.startswith("show(write_chapter(")] for path in NOTEBOOKS
    }
    expected = {path.stem: sorted(c.name for c in CHAPTERS if c.notebook == path.stem) for path in NOTEBOOKS}
    assert {name: sorted(names) for name, names in shown.items()} == expected
