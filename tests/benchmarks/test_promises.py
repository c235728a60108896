"""The one command of all coverages in the small: every part runs and prints, and a promise that is not kept is told."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import people_coverage
import pytest
import recovery
import replication_coverage
import shared_season
from made_coverage import Covered
from recovery import Outcome

from simkit.foundation.estimates import Estimate

FILE = Path(recovery.__file__).with_name("promises.py")


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    """The script, whose name another package has, too."""
    spec = importlib.util.spec_from_file_location("coverage_command", FILE)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outcome(number: int, held: bool) -> Outcome:
    """Nineteen of twenty rates and four of five predictions as promised, or none."""
    rates = {f"rate {n}": Estimate(value=1.0, low=0.9, high=1.1) for n in range(20)}
    true = {name: 1.0 if held and place else 2.0 for place, name in enumerate(rates)}
    came = {f"figure {n}": held and n > 0 for n in range(5)}
    return Outcome(number=number, true=true, rates=rates, off={}, backtest=came, scores={1.0: 0.5})


class InTurn:
    """A pool of no processes."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __enter__(self) -> InTurn:
        return self

    def __exit__(self, *_: object) -> None: ...

    map = staticmethod(map)


def test_every_part_prints_its_lines_in_order(coverage, monkeypatch, capsys):
    monkeypatch.setattr(people_coverage, "SIZES", (5,))
    monkeypatch.setattr(replication_coverage, "SIZES", (4,))
    monkeypatch.setattr(shared_season, "LENGTHS", (30,))
    names = [name for name in coverage.PARTS if name != "backtest"]
    coverage.printed(names, quick=True)
    told = [line.split(":")[0] for line in capsys.readouterr().out.splitlines() if line.split(":")[0] in coverage.PARTS]
    assert told == names


@pytest.mark.parametrize("held", [True, False])
def test_predictions_of_firms_that_do_not_come_true_are_told(coverage, monkeypatch, capsys, held):
    monkeypatch.setattr(coverage, "ProcessPoolExecutor", InTurn)
    monkeypatch.setattr(recovery, "recovered", lambda number, size: outcome(number, held))
    monkeypatch.setitem(
        coverage.PARTS,
        "backtest",
        type("Made", (), {"title": "made", "lines": staticmethod(lambda *, quick: coverage.backtest_lines(12))}),
    )
    assert coverage.printed(["backtest"], quick=True) is held
    assert (Covered.FAILS in capsys.readouterr().out) is not held


def test_a_package_that_looks_for_another_module_of_this_name_loads_nothing_of_ours():
    imported = [
        line.split()[1] for line in FILE.read_text("utf-8").splitlines() if line.startswith(("import ", "from "))
    ]
    assert not {name.partition(".")[0] for name in imported} & {
        "simkit",
        "numpy",
        "pandas",
        "recovery",
        "made_coverage",
    }
