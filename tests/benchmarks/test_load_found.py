"""The benchmark of the load in the small: two invented firms, one of them with much time to spare, and that it can fail.

The full size is ``python benchmarks/load.py``; its last output stands in benchmarks/README.md.
"""

from __future__ import annotations

from dataclasses import replace

import load
import pandas as pd
import pytest
from calibrated_firms import CalibratedClient
from random_firms import firm_with_load, random_firm

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.foundation.text import Text
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.advice.verdict import Standing, verdict
from simkit.study.calibration.fit_gate import NOT_CALIBRATED, Gate
from simkit.study.experiment.experiment_spec import Execution

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


def _advice(*, fits: bool, right: float) -> load.Advice:
    standing = Standing(name="baseline_value_first", mean=10.0, low=5.0, high=15.0, reliability=right)
    gate = Gate(level="fits" if fits else "fits_except", words=Text(de="", en=""))
    found = Estimate(value=0.6, low=0.5, high=0.7)
    answer = verdict((standing,), {}, 1.0, fits=True)
    return load.Advice(name="x", true=0.6, found=found, gate=gate, answer=answer, standing=standing)


@pytest.mark.parametrize(("fits", "right", "told"), [(True, 0.9, True), (False, 0.9, False), (True, 0.6, False)])
def test_a_change_is_advised_only_where_the_model_fits_and_the_verdict_of_the_product_says_so(
    fits: bool, right: float, told: bool
) -> None:
    one = _advice(fits=fits, right=right)
    assert one.told is told
    assert ("A CHANGE IS ADVISED" in one.line()) is told


def test_what_is_judged_is_the_comparison_on_fresh_replications_with_joint_draws() -> None:
    inputs, parameters = (
        example_inputs(customers=20, posts=4, orders_per_year=200),
        load_defaults().patch(
            {"time.horizon_years": 0.25, "time.warm_up_years": 0.1}, Provenance(kind="option", source="test")
        ),
    )
    fit = CalibratedClient(
        model_inputs=inputs, parameters=parameters, table=pd.DataFrame(), gate=NOT_CALIBRATED, runs=0
    )
    results = load.compared(fit, 2, 10, Execution(jobs=1))
    assert set(results.frame["replication"]) == {load.FIRST, load.FIRST + 1}
    assert results.plan.main == load.DESIGNS and len(results.joint["joint_today"]) == 10
