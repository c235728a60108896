"""Findings: sorted, shown as one table, and sent between processes."""

from __future__ import annotations

import pickle

from simkit.foundation.text import Text
from simkit.intake.findings import Finding, FindingsError, severity_of, worst_first


def finding(severity: str, count: int = 1, **more: object) -> Finding:
    what = Text(de=f"deutsch {count}", en=f"english {count}")
    return Finding(severity=severity, what=what, count=count, **more)  # type: ignore[arg-type]


def test_the_worst_comes_first() -> None:
    found = worst_first([finding("minor", 900), finding("serious", 2), finding("blocking", 1), finding("serious", 5)])
    assert [(f.severity, f.count) for f in found] == [
        ("blocking", 1),
        ("serious", 5),
        ("serious", 2),
        ("minor", 900),
    ]


def test_more_than_a_fifth_of_the_rows_stops_the_run() -> None:
    assert severity_of(20, 100) == "serious"
    assert severity_of(21, 100) == "blocking"


def test_one_blocking_finding_reads_like_any_error() -> None:
    remedy = Text(de="tun", en="do")
    error = FindingsError([finding("blocking", file="a.csv", column="Wert", row=7, remedy=remedy), finding("minor")])
    assert error.exit_code == 3
    assert str(error) == "english 1\nWhere: a.csv, column Wert, row 7\nWhat to do: do"


def test_several_blocking_findings_are_one_table_in_both_languages() -> None:
    error = FindingsError(
        [finding("blocking", 3, file="a.csv", row=2), finding("blocking", 9, column="X"), finding("minor")]
    )
    assert str(error).startswith("2 findings stop the run, worst first:\n  1. column X: english 9\n  2. a.csv, row 2:")
    assert "Zeile 2: deutsch 3" in error.render("de")
    assert len(error.findings) == 3


def test_the_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(FindingsError([finding("blocking")])))
    assert isinstance(error, FindingsError)
    assert error.findings[0].what.en == "english 1"
    assert str(error) == "english 1"
