"""What is possible is named in full."""

from __future__ import annotations

from simkit.foundation.text import did_you_mean
from simkit.value.score.factors import FACTORS


def test_every_factor_is_named_when_none_is_near() -> None:
    told = did_you_mean("xyzzy", FACTORS)
    assert all(name in told.de and name in told.en for name in FACTORS)
    assert "…" not in told.de


def test_a_list_without_end_is_cut() -> None:
    assert did_you_mean("xyzzy", [f"column {n:03d}" for n in range(200)]).en.endswith(" ….")
