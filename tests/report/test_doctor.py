"""What the examination of the installation tells of the simulation."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from simkit.model import engine_choice
from simkit.report.run import doctor


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = os.environ.get(engine_choice.VARIABLE)
    yield
    engine_choice._why.clear()
    os.environ.pop(engine_choice.VARIABLE, None)
    if before is not None:
        os.environ[engine_choice.VARIABLE] = before


def test_a_simulation_that_could_not_be_compiled_is_told_with_the_reason_and_is_no_defect(monkeypatch) -> None:
    monkeypatch.setattr(engine_choice, "wait_for_engine", lambda: engine_choice._fall_back("ImportError: no numba"))
    found = doctor._engine()

    assert found.passed and found.found.en == "slower, not compiled (ImportError: no numba)"


def test_a_simulation_that_is_compiled_is_told_so(monkeypatch) -> None:
    monkeypatch.delenv(engine_choice.VARIABLE, raising=False)
    monkeypatch.setattr(engine_choice, "wait_for_engine", lambda: None)

    assert doctor._engine().found.de == "übersetzt"
