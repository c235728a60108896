"""The benchmark of the load in the small: two invented firms, one of them with much time to spare, and that it can fail.

The full size is ``python benchmarks/load.py``; its last output stands in benchmarks/README.md.
"""

from __future__ import annotations

from dataclasses import replace

import load
import pytest
from random_firms import firm_with_load, random_firm

from simkit.foundation.estimates import Estimate
from simkit.foundation.text import Text
from simkit.study.advice.decision import Decision
from simkit.study.calibration.fit_gate import Gate

LOADS = (0.55, 0.90)


@pytest.fixture(scope="module")
def outcomes() -> list[load.LoadOutcome]:
    """Two firms through the kit's intake."""
    return [load.load_found(firm_with_load(number, wanted)) for number, wanted in enumerate(LOADS)]


def test_firms_are_as_busy_as_wanted(outcomes: list[load.LoadOutcome]) -> None:
    assert [one.true for one in outcomes] == pytest.approx(LOADS, abs=0.03)
    assert random_firm(0).utilisation == random_firm(0, demand=1.0).utilisation


def test_the_interval_of_the_load_holds_the_truth(outcomes: list[load.LoadOutcome]) -> None:
    line, enough = load.load_summary(outcomes)
    assert enough, line
    assert all(one.kind == "measured" and one.logged < one.found.value for one in outcomes)
    assert outcomes[1].found.low > outcomes[0].true and "holds" in outcomes[0].line()


def test_a_kit_that_takes_every_hour_for_work_is_caught(outcomes: list[load.LoadOutcome]) -> None:
    full = [replace(one, found=Estimate(value=1.0, low=0.96, high=1.04)) for one in outcomes]
    assert not load.load_summary(full)[1]
    assert "MISSES" in full[0].line()


def test_the_demo_is_no_busier_than_its_generator_made_it() -> None:
    one = load.demo_load()
    assert one.holds and one.found.value / one.true < 1.10


def test_the_share_of_care_that_a_customers_receive_is_found() -> None:
    share = load.received_share()
    assert abs(share.value - load.SERVED_SHARE) <= load.SHARE_OFF
    assert share.low < load.SERVED_SHARE < share.high


def _advice(*, fits: bool, winner: bool) -> load.Advice:
    decision = Decision(
        scenario="today", best="baseline_value_first", runner_up="baseline", baseline="baseline", probability_best=0.99,
        difference=10.0, low=5.0, high=15.0, relative=0.1, lead_over_runner_up=10.0, zone_amount=1.0, replications=4,
        replications_needed=4, sustainable=True, doubts=() if winner else ("too_small",),
    )  # fmt: skip
    gate = Gate(level="fits" if fits else "fits_except", words=Text(de="", en=""))
    found = Estimate(value=0.6, low=0.5, high=0.7)
    return load.Advice(name="x", true=0.6, found=found, gate=gate, decision=decision)


@pytest.mark.parametrize(("fits", "winner", "told"), [(True, True, True), (False, True, False), (True, False, False)])
def test_a_winner_is_told_only_where_the_model_fits(fits: bool, winner: bool, told: bool) -> None:
    one = _advice(fits=fits, winner=winner)
    assert one.told is told
    assert ("A WINNER IS TOLD" in one.line()) is told
