"""What is possible is named in full."""

from __future__ import annotations

import pytest

from simkit.foundation.text import did_you_mean, point_hint
from simkit.value.score.factors import FACTORS


def test_every_factor_is_named_when_none_is_near() -> None:
    told = did_you_mean("xyzzy", FACTORS)
    assert all(name in told.de and name in told.en for name in FACTORS)
    assert "…" not in told.de


def test_a_list_without_end_is_cut() -> None:
    assert did_you_mean("xyzzy", [f"column {n:03d}" for n in range(200)]).en.endswith(" ….")


@pytest.mark.parametrize(
    ("written", "number"),
    [("0,85", "0.85"), ("-1,5", "-1.5"), ("1.234,5", "1234.5"), ("12345,6", "12345.6"), (" 0,5 ", "0.5")],
)
def test_a_decimal_comma_is_answered_with_the_number_to_write(written: str, number: str) -> None:
    assert point_hint(written).en.startswith(f"Write {number},")
    assert point_hint(written).de.startswith(f"Schreiben Sie {number},")
    assert float(number)  # what it says to write is a number


@pytest.mark.parametrize("written", ["much", "0.85", "1,2,3", "12.34,5", "", None, 0.85, True])
def test_what_is_no_number_with_a_decimal_comma_gets_no_hint(written: object) -> None:
    assert point_hint(written).en == point_hint(written).de == ""
