from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import simkit
from simkit.study.experiment import code_digest as module
from simkit.study.experiment.code_digest import code_digest, digest_of, reached, read_module

ROOT = Path(simkit.__file__).parent
ENGINE = "study/experiment/replicate.py"


@pytest.fixture
def kit(tmp_path):
    """A copy of the package."""
    return shutil.copytree(ROOT, tmp_path / "simkit", ignore=shutil.ignore_patterns("__pycache__", "report"))


def digest(root: Path, start: str = ENGINE) -> str:
    read_module.cache_clear()
    return digest_of([root / start], root)


def change(file: Path, old: str, new: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert old in content, f"{file.name} no longer holds {old!r}"
    file.write_text(content.replace(old, new, 1), encoding="utf-8")


def of_lines(tmp_path: Path, *lines: str) -> str:
    file = tmp_path / "some_code.py"
    file.write_text("\n".join(lines), encoding="utf-8")
    return digest(tmp_path, file.name)


def test_the_code_that_counts_is_what_the_engine_reaches():
    files = {file.relative_to(ROOT).as_posix() for file in reached([ROOT / ENGINE], ROOT)}
    assert {
        "model/engine/engine.py", "model/inputs/replication_inputs.py", "model/engine/customer_response.py",
        "study/measures/measures.py", "study/measures/profit_and_loss.py",
    } <= files  # fmt: skip
    assert not {
        "study/paired_comparison.py", "study/experiment/run_experiment.py", "study/experiment/run_cache.py",
        "study/organisation_study.py",
    } & files  # fmt: skip
    assert not any(file.startswith(("report/", "effort/", "value/", "intake/client")) for file in files)


def test_a_copy_elsewhere_with_other_line_ends_is_the_same_code(kit):
    before = digest(kit)
    assert before == digest(ROOT)
    for file in kit.rglob("*.py"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert digest(kit) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("study/measures/measures.py", "Median working days from order to delivery", "The median of days"),
        ("study/experiment/replicate.py", '"""', '"""Reworded. '),
        ("model/specification/levers.py", "steht zweimal da", "kommt zweimal vor"),
        (
            "model/specification/levers.py",
            "    mix = tuple(levers)",
            "    # as it was given\n    mix = tuple(\n        levers\n    )",
        ),
        ("foundation/parameter_set.py", "hat keine Beschriftung", "ist ohne Namen"),
        ("model/specification/parameter_labels.yaml", "Urlaubstage", "Ferientage"),
    ],
)
def test_a_changed_word_docstring_or_comment_is_the_same_code(kit, file, old, new):
    before = digest(kit)
    change(kit / file, old, new)
    assert digest(kit) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("study/measures/measures.py", 'yield "", _ratio(hours, present)', 'yield "", _ratio(hours, -present)'),
        ("study/measures/measures.py", 'FACING = ("selling", "care"', 'FACING = ("selling", "travel"'),
        ("model/specification/model_parameters.py", "ROUND_CAP = 12", "ROUND_CAP = 13"),
        ("model/specification/levers.py", "1 + reach * (factor - 1)", "1 - reach * (factor - 1)"),
        (
            "study/measures/measures.py",
            "import KIND_CODE, OUTCOME_CODE",
            "import OUTCOME_CODE as KIND_CODE, OUTCOME_CODE",
        ),
    ],
)
def test_a_changed_operator_constant_or_import_is_other_code(kit, file, old, new):
    before = digest(kit)
    change(kit / file, old, new)
    assert digest(kit) != before


def test_a_module_that_moves_with_its_imports_is_the_same_code(kit):
    before = digest(kit)
    (kit / "model" / "engine_parts").mkdir()
    (kit / "model" / "inputs" / "tenures.py").rename(kit / "model" / "engine_parts" / "seats.py")
    for file in kit.rglob("*.py"):
        content = file.read_text(encoding="utf-8")
        moved = re.sub(r"simkit\.model\.inputs\.tenures\b", "simkit.model.engine_parts.seats", content)
        file.write_text(moved, encoding="utf-8")
    assert digest(kit) == before


def test_a_reworded_message_of_a_reader_makes_no_study_stale_and_a_threshold_does(kit):
    start = "study/organisation_study.py"
    before = digest(kit, start)
    for file in (kit / "intake").rglob("*.py"):
        content = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r'\bde="', 'de="Achtung: ', content), encoding="utf-8")
    change(
        kit / "study" / "thresholds.yaml",
        "ab der ein Experiment eine Zustimmung braucht",
        "ab der gefragt wird",
    )
    assert digest(kit, start) == before
    change(kit / "study" / "thresholds.yaml", "value: 0.8", "value: 0.7")
    assert digest(kit, start) != before


def test_words_are_only_what_stands_in_a_text(tmp_path):
    assert of_lines(tmp_path, "A = Text(de=f'{n} a', en='b')") == of_lines(tmp_path, "A = Text(de='x', en=y)")
    assert of_lines(tmp_path, "f(de='a', en='b', code='c')") == of_lines(tmp_path, "f(de='x', en='y', code='c')")
    assert of_lines(tmp_path, "f(de='a', code='c')") != of_lines(tmp_path, "f(de='a', code='x')")
    assert of_lines(tmp_path, "A = 'a'") != of_lines(tmp_path, "A = 'x'")
    assert of_lines(tmp_path, "A = [1, [2]]") != of_lines(tmp_path, "A = [[1], 2]")


def test_imports_for_types_alone_do_not_count(tmp_path):
    lines = "from typing import TYPE_CHECKING", "A = 1"
    for_types = lines[0], "if TYPE_CHECKING:", "    from simkit.model.engine.engine import run", lines[1]
    assert of_lines(tmp_path, *lines) == of_lines(tmp_path, *for_types)


def test_code_without_a_file_has_no_hash(monkeypatch):
    monkeypatch.setattr(module, "_file_of", lambda name: None)
    assert code_digest("a_cell_of_a_notebook") == ""
