"""The order of the floors: imports point upstream only, from modules and not from package roots, and without cycles."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

FLOORS = ("foundation", "intake", "effort", "value", "model", "study", "analysis", "report", "cli")


def floor_of(module: str) -> int:
    """Return the position of a module's floor; rooms of the package root stand below all floors."""
    if module == "simkit":  # only the version
        return -1
    part = module.split(".")[1] if "." in module else ""
    return FLOORS.index(part) if part in FLOORS else len(FLOORS)


def imports_of(file: Path, package: Path) -> list[tuple[str, str]]:
    module = ".".join(file.relative_to(package.parent).with_suffix("").parts)
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "simkit":
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            is_package = [(package.parent / name.replace(".", "/")).with_suffix(".py").is_file() for name in names]
            found += [
                (module, name if inside else str(node.module)) for name, inside in zip(names, is_package, strict=True)
            ]
        elif isinstance(node, ast.Import):
            found += [(module, alias.name) for alias in node.names if alias.name.split(".")[0] == "simkit"]
    return found


@pytest.fixture(scope="module")
def edges(project: Path) -> list[tuple[str, str]]:
    package = project / "simkit"
    return [edge for file in sorted(package.rglob("*.py")) for edge in imports_of(file, package)]


def strings_of(file: Path) -> list[tuple[int, str]]:
    """Return the strings of a module with their lines, but for docstrings and those that document a field."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documents)
    return [(node.lineno, node.value) for node in strings if isinstance(node.value, str)]


def test_no_module_knows_a_shipped_design_by_its_name(project: Path) -> None:
    names = {file.stem for file in (project / "templates" / "designs").glob("*.yaml")} - {"baseline"}
    known = re.compile(rf"(?<![a-z_])({'|'.join(sorted(names))})(?![a-z_])")
    found = [
        f"{file.relative_to(project)}:{line}: {text}"
        for file in sorted((project / "simkit").rglob("*.py"))
        for line, text in strings_of(file)
        if known.search(text)
    ]

    assert len(names) > 5 and found == []


def test_imports_point_upstream_only(edges: list[tuple[str, str]]) -> None:
    wrong = [(user, used) for user, used in edges if floor_of(used) > floor_of(user)]

    assert wrong == []


def test_imports_name_modules_not_package_roots(edges: list[tuple[str, str]]) -> None:
    roots = {"simkit", *(f"simkit.{floor}" for floor in FLOORS)}
    wrong = [(user, used) for user, used in edges if used in roots - {"simkit"}]

    assert wrong == []


def test_there_are_no_import_cycles(project: Path, edges: list[tuple[str, str]]) -> None:
    # Imports under TYPE_CHECKING name types only and run nothing; what counts is what is imported when a module loads.
    graph: dict[str, set[str]] = {}
    for file in sorted((project / "simkit").rglob("*.py")):
        module = ".".join(file.relative_to(project).with_suffix("").parts)
        body = ast.parse(file.read_text(encoding="utf-8")).body
        graph[module] = {
            str(node.module)
            for node in body
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("simkit.")
        }
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, f"cycle: {' → '.join((*way, module))}"
        if module not in done:
            for used in sorted(graph.get(module, ())):
                visit(used, (*way, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def test_analysis_and_report_have_no_circle_even_inside_functions_and_for_types(edges: list[tuple[str, str]]) -> None:
    order: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for user, used in edges:
        if user.startswith(("simkit.analysis.", "simkit.report.")):
            order.add(user, used)

    assert "simkit.report.run.report_run" in order.static_order()  # raises CycleError where there is a circle


def test_floor_packages_hold_their_docstring_only(project: Path) -> None:
    for floor in FLOORS:
        file = project / "simkit" / floor / "__init__.py"
        if file.exists():
            body = ast.parse(file.read_text(encoding="utf-8")).body
            assert len(body) == 1 and isinstance(body[0], ast.Expr), floor


def test_importing_simkit_loads_nothing_heavy() -> None:
    code = "import sys, simkit, simkit.cli.main; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    for heavy in ("pandas", "numpy", "matplotlib", "seaborn", "scipy", "statsmodels", "simpy", "papermill", "pydantic"):
        assert f"'{heavy}'" not in loaded, heavy


def test_nothing_but_foundation_streams_draws_random_numbers(project: Path) -> None:
    for file in sorted((project / "simkit").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if file.name != "streams.py":
            for forbidden in ("default_rng(", "np.random.seed", "import random", "RandomState("):
                assert forbidden not in text, f"{file}: {forbidden}"
