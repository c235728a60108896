"""Confidence needs more than replications: joint draws in which the answer holds, and a model that fits the client."""

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from made_study import made_results

from simkit.foundation.text import same
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.calibration.fit_gate import NOT_CALIBRATED, Gate
from simkit.study.joint_draws.joint_summary import SUMMARY_COLUMNS, nothing_drawn
from simkit.study.result_tables import all_frames, recommendation_of

FITS = Gate(level="fits", checked=20, passed=20, words=same("fits"))
CLEAR = {"stretched_t": 1.3e6}
KEPT = {"stretched_t": 0.7e6, "baseline_value_first": 0.6e6, "hunter_farmer": 0.5e6}


def drawn(design: str, reliability: float, draws: int = 50) -> dict[str, pd.DataFrame]:
    row = (design, 2e5, 5e4, 3e5, 0.98, reliability, reliability - 0.1, reliability + 0.1, draws, 0.04, 0.6)
    summary = pd.DataFrame([row], columns=list(SUMMARY_COLUMNS))
    return {**nothing_drawn(), "joint_summary": summary}


@cache
def compared(keep: bool):
    """A comparison and its frames; neither the gate nor the draws move those that are not their own."""
    results = made_results(KEPT if keep else CLEAR)
    return results, all_frames(results)


def advice(*, keep=False, joint=None, gate=FITS):
    results, frames = compared(keep)
    joint = joint or nothing_drawn()
    return recommendation_of(replace(results, gate=gate, joint=joint), {**frames, **joint}, BilingualNumbers())


def test_what_holds_in_the_draws_and_fits_is_sure():
    found = advice(joint=drawn("stretched_t", 0.9))
    assert (found.best, found.confidence_level) == ("stretched_t", "high")
    told = " ".join(text.en for text in found.confidence_reasons)
    assert "90% of 50 joint draws" in told and "4% of the draws were unlike your company" in told


def test_keeping_today_can_be_sure_as_well():
    assert advice(keep=True, joint=drawn("baseline", 0.85)).confidence_level == "high"


@pytest.mark.parametrize("reliability, level", [(0.81, "high"), (0.79, "medium"), (0.5, "medium"), (0.49, "low")])
def test_the_share_of_draws_decides(reliability, level):
    assert advice(joint=drawn("stretched_t", reliability)).confidence_level == level


def test_without_draws_or_with_too_few_confidence_is_medium_at_most():
    none, few = advice(), advice(joint=drawn("stretched_t", float("nan"), draws=7))
    assert none.confidence_level == few.confidence_level == "medium"
    assert any("not drawn jointly" in text.en for text in none.confidence_reasons)
    assert any("Nur 7 gemeinsame Ziehungen" in text.de for text in few.confidence_reasons)


@pytest.mark.parametrize(
    "gate", [NOT_CALIBRATED, replace(FITS, level="fits_except"), replace(FITS, level="does_not_fit")]
)
def test_without_the_fit_confidence_is_not_high(gate):
    found = advice(joint=drawn("stretched_t", 0.95), gate=gate)
    assert found.confidence_level == "medium"
    assert gate.words.de in [text.de for text in found.confidence_reasons]
