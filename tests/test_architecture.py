"""The structure of the code: one direction of imports, no circle, folders that can be overlooked, names that stand once."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from simkit.report.outputs.output_list import OUTPUTS

LAYERS = ("foundation", "intake", "effort", "value", "model", "study", "analysis", "report", "cli", "extras")
MOST_MODULES = 16
MOST_LINES = 400
OF_A_CHAPTER = ("chapter", "texts", "figures", "tables")
"""Names that stand once in each chapter's folder, the last two also with an addition."""
ABOUT_THE_PROJECT = {
    "architecture",
    "claims",
    "docs",
    "public_api",
    "readme",
    "reports_of_real_clients",
    "texts",
    "wheel",
}
"""Tests of the top folder that are about the project and not about one module."""


def layer_of(module: str) -> int:
    """Return the position of a module's layer; the package itself and its version stand above all layers."""
    part = module.split(".")[1] if "." in module else ""
    if part in {"__init__", "__main__"}:  # the package itself may offer anything
        return len(LAYERS)
    return LAYERS.index(part) if part in LAYERS else -1


def name_of(file: Path, project: Path) -> str:
    return ".".join(file.relative_to(project).with_suffix("").parts)


def imports_of(file: Path, project: Path) -> Iterator[tuple[str, str]]:
    """Yield (user, used) for every import of the kit, those inside functions and for types included."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "simkit":
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                inside = project.joinpath(*full.split(".")).with_suffix(".py").is_file()
                yield name_of(file, project), full if inside else str(node.module)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "simkit":
                    yield name_of(file, project), alias.name


@pytest.fixture(scope="module")
def files(project: Path) -> list[Path]:
    return sorted((project / "simkit").rglob("*.py"))


@pytest.fixture(scope="module")
def edges(project: Path, files: list[Path]) -> list[tuple[str, str]]:
    # Chapters and outputs are loaded by the names that stand in their lists.
    chapters = [file for file in files if file.stem == "chapter"]
    outputs = [project / f"simkit/report/outputs/{name}.py" for name in OUTPUTS]
    by_name = [("simkit.report.chapters.registry", name_of(file, project)) for file in chapters]
    by_name += [("simkit.report.outputs.output_list", name_of(file, project)) for file in outputs]
    return [edge for file in files for edge in imports_of(file, project)] + by_name


def modules_in(files: list[Path]) -> list[Path]:
    return [file for file in files if file.stem not in {"__init__", "__main__"}]


def test_imports_point_upstream_only(edges: list[tuple[str, str]]) -> None:
    wrong = [(user, used) for user, used in edges if layer_of(used) > layer_of(user)]

    assert wrong == []


def test_imports_name_modules_not_packages(project: Path, edges: list[tuple[str, str]]) -> None:
    wrong = [(user, used) for user, used in edges if used != "simkit" and project.joinpath(*used.split(".")).is_dir()]

    assert wrong == []


def test_there_is_no_circle_of_imports_counting_those_in_functions_and_for_types(edges: list[tuple[str, str]]) -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for user, used in edges:
        if user != used:
            graph[user].add(used)
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, f"circle: {' → '.join((*way[way.index(module) :], module))}"
        if module not in done:
            for used in sorted(graph[module]):
                visit(used, (*way, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_no_folder_holds_more_modules_than_one_can_overlook(project: Path, files: list[Path]) -> None:
    folders = Counter(file.parent.relative_to(project).as_posix() for file in files if file.stem != "__init__")

    assert {folder: count for folder, count in folders.items() if count > MOST_MODULES} == {}


def test_no_file_is_longer_than_one_can_read(project: Path, files: list[Path]) -> None:
    lines = {file.relative_to(project).as_posix(): len(file.read_text(encoding="utf-8").splitlines()) for file in files}

    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def is_part_of_a_chapter(file: Path) -> bool:
    in_chapter = file.parent.parent.name == "chapters"
    return in_chapter and (file.stem in OF_A_CHAPTER[:2] or file.stem.startswith(OF_A_CHAPTER[2:]))


def test_no_module_name_stands_twice(files: list[Path]) -> None:
    names = Counter(file.stem for file in modules_in(files) if not is_part_of_a_chapter(file))

    assert [name for name, count in names.items() if count > 1] == []


def test_no_class_name_stands_twice(project: Path, files: list[Path]) -> None:
    places = defaultdict(list)
    for file in files:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(file.relative_to(project).as_posix())

    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_packages_hold_their_docstring_only(project: Path, files: list[Path]) -> None:
    for file in files:
        if file.stem == "__init__" and file.parent != project / "simkit":
            body = ast.parse(file.read_text(encoding="utf-8")).body
            assert len(body) == 1 and isinstance(body[0], ast.Expr), file


def test_every_folder_of_the_code_is_a_package(project: Path) -> None:
    folders = {file.parent for file in (project / "simkit").rglob("*.py")}

    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_every_test_is_named_after_what_it_tests(project: Path, files: list[Path]) -> None:
    # A module or package of the layer whose folder the test lies in, with an addition where one module has several tests.
    names: dict[str, set[str]] = defaultdict(set)
    for file in files:
        parts = file.relative_to(project / "simkit").with_suffix("").parts
        for part in parts:
            names[parts[0]].add(part)
            names["tests"].add(part)
    names["benchmarks"] = {file.stem for file in (project / "benchmarks").glob("*.py")}
    wrong = []
    for test in sorted((project / "tests").rglob("test_*.py")):
        layer = test.relative_to(project / "tests").parts[0] if test.parent != project / "tests" else "tests"
        about = test.stem.removeprefix("test_")
        known = any(about == name or about.startswith(f"{name}_") for name in names[layer])
        if not known and not (layer == "tests" and about in ABOUT_THE_PROJECT):
            wrong.append(test.relative_to(project).as_posix())

    assert wrong == []


def test_importing_simkit_loads_nothing_heavy() -> None:
    code = "import sys, simkit, simkit.cli.main; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    for heavy in ("pandas", "numpy", "matplotlib", "seaborn", "scipy", "statsmodels", "simpy", "papermill", "pydantic"):
        assert f"'{heavy}'" not in loaded, heavy


def test_nothing_but_the_random_streams_draws_random_numbers(files: list[Path]) -> None:
    for file in files:
        text = file.read_text(encoding="utf-8")
        if file.name != "random_streams.py":
            for forbidden in ("default_rng(", "np.random.seed", "import random", "RandomState("):
                assert forbidden not in text, f"{file}: {forbidden}"
