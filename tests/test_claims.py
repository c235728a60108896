"""The page on the claims is true: every number once, and every parameter, file, measure and test that it names exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from simkit.model.specification.levers import lever_names
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.overrides import names_of
from simkit.study.measures.measures import MEASURES

PROJECT = Path(__file__).resolve().parent.parent
PAGE = PROJECT / "docs" / "claims.md"
NUMBERS = list(range(1, 165))
LEFT_OUT = "Left out: "
NOT_MODELLED = "Not part of the model: "
NO_TEST = "no test of its own"
PARAMETER = re.compile(r"[a-z][a-z_]*(\.\w+)+")
FILE_ENDINGS = (".md", ".py", ".yaml")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One claim of the page."""

    number: int
    claim: str
    kind: str
    where: str
    test: str


def rows() -> list[Row]:
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if re.match(r"\| \d+ \|", line):
            number, claim, kind, where, test = (cell.strip() for cell in line.strip("|").split("|"))
            found.append(Row(number=int(number), claim=claim, kind=kind, where=where, test=test))
    return found


def names(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def problems(text: str) -> Iterator[str]:
    """Yield what a text names that does not exist."""
    parameters = {path for path, _ in load_defaults().items()}
    for name in names(text):
        if "::" in name:
            file, inside = name.split("::")
            if not (PROJECT / file).is_file() or inside not in defined_in(file):
                yield name
        elif "/" in name or name.endswith(FILE_ENDINGS):
            if not (PROJECT / name).exists():
                yield name
        elif PARAMETER.fullmatch(name):
            if name not in parameters:
                yield name
        elif name not in MEASURES:
            yield name


@cache
def defined_in(file: str) -> frozenset[str]:
    """Return the functions and classes of a file; of a test file only what stands at its top and is a test."""
    parameter_set = ast.parse((PROJECT / file).read_text(encoding="utf-8"))
    if file.startswith("tests/"):
        return frozenset(
            node.name
            for node in parameter_set.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        )
    return frozenset(node.name for node in ast.walk(parameter_set) if isinstance(node, ast.FunctionDef | ast.ClassDef))


def test_every_number_has_one_row_in_order() -> None:
    assert [row.number for row in rows()] == NUMBERS


def test_everything_that_the_page_names_exists() -> None:
    assert list(problems(PAGE.read_text(encoding="utf-8").replace("`file::name`", ""))) == []


@pytest.mark.parametrize(
    "name",
    [
        "staff.fill_dys",
        "simkit/model/enigne.py",
        "lost_custmers",
        "simkit/model/engine/customer_response.py::Adbug",
        "tests/test_claims.py::rows",
        "tests/test_claims.py::test_that_is_not_there",
    ],
)
def test_a_name_that_does_not_exist_is_noticed(name: str) -> None:
    assert list(problems(f"`{name}` beside `staff.fill_days`, `lost_customers` and `docs/model.md`")) == [name]


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row.number))
def test_every_claim_has_a_home_and_a_test_or_the_reason_why_not(row: Row) -> None:
    assert row.claim
    assert set(row.kind.split(", ")) <= set("PMARDT")
    tests = [name for name in names(row.test) if name.startswith("tests/") and "::test_" in name]
    if row.where.startswith(NOT_MODELLED):
        assert not {"P", "M"} & set(row.kind.split(", ")), (
            "a parameter or mechanism is there, or left out with a reason"
        )
    elif not row.where.startswith(LEFT_OUT):
        assert names(row.where), "a home has a name"
        assert tests or NO_TEST in row.test or not {"P", "M"} & set(row.kind.split(", "))
    for prefix in (LEFT_OUT, NOT_MODELLED):
        assert all(len(reason.split()) >= 4 for reason in row.where.split(prefix)[1:]), "a reason is a sentence"


def test_every_shipped_design_lever_and_scenario_is_on_the_page() -> None:
    shipped = {"designs": names_of("designs"), "levers": lever_names(), "scenarios": names_of("scenarios")}
    expected = {f"templates/{kind}/{name}.yaml" for kind, found in shipped.items() for name in found}

    assert expected - set(names(PAGE.read_text(encoding="utf-8"))) == set()
