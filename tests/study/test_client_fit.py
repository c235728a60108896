"""The whole fit of one small client: within its budget of runs, by-hand parameters untouched, checked precisely enough."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from made_client import made_client, time_use, value_of

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.foundation.text import Text
from simkit.study.calibration import client_fit
from simkit.study.calibration.client_fit import (
    CHECK_REPLICATIONS,
    MOST_RUNS,
    calibrated,
    checked,
    draft,
    replications_needed,
    what_is_unmeasured,
)
from simkit.study.calibration.fit_gate import gate
from simkit.study.calibration.moment_fit import MomentFit
from simkit.study.calibration.moments import Moment
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.measured.load import LoadEstimate

HERE = Execution(jobs=1)
NONE = Provenance(kind="assumption")
SHARES = {"selling": 0.1, "care": 0.2, "service": 0.1, "preparation": 0.1, "travel": 0.1, "coordination": 0.2,
          "administration": 0.1, "prioritisation": 0.1}  # fmt: skip
BY_HAND = {"care.A.contacts_per_year": 3.0, "reaction.churn_level": 1.1, "load.utilisation": 0.6}


@pytest.fixture(scope="module")
def fitted():
    """A client whose people estimated their time, with three parameters set by hand."""
    client, seen = made_client(), []
    client.config.assumptions.update(BY_HAND)
    effort = time_use(SHARES, 5000.0, source="estimates")
    fit = calibrated(client, effort, value_of(client), execution=HERE, progress=lambda *count: seen.append(count))
    return fit, seen


def test_a_calibration_takes_at_most_its_runs_and_counts_each_once(fitted):
    fit, seen = fitted
    assert fit.runs <= MOST_RUNS
    assert seen[-1][0] == fit.runs and [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_no_parameter_that_was_set_by_hand_is_moved(fitted):
    fit, _ = fitted
    assert not set(BY_HAND) & set(fit.override)
    assert {provenance.kind for _, provenance in fit.override.values()} <= {
        "measured", "partly", "workshop", "simulated", "assumption",
    }  # fmt: skip
    assert {"reaction.care_before_A", "care.B.talk_h"} <= set(fit.override)


def test_the_table_holds_what_the_gate_reads_and_worked_time_is_met(fitted):
    fit, _ = fitted
    table = fit.table.set_index("moment")
    assert {"orders", "revenue", "contribution", "active_customers", "hours.care"} <= set(table.index)
    hours = table[table.index.str.startswith("hours.")]
    assert hours["fits"].all() and hours["simulated"].sum() == pytest.approx(1.0, abs=0.02)
    assert gate(fit.table).checked == (table["mandatory"] & table["counted"]).sum()


def test_a_load_that_could_not_be_counted_is_looked_for_in_variation(monkeypatch):
    asked = []

    def varied(client, model_inputs, parameters, *, floor, **_):
        asked.append((parameters["load.utilisation"].provenance.kind, floor))
        found = Estimate(value=0.7, low=0.62, high=0.78)
        return LoadEstimate(estimate=found, method="variation", source=Text(de="Probe", en="probe"), floor=floor)

    def same(moments, parameters, bench, *, rounds, last):
        fitted = [parameters.value("load.utilisation"), rounds, last]
        return MomentFit(parameters=parameters, override={"load.utilisation": (fitted[0], NONE)}, runs=len(fitted))

    monkeypatch.setattr(client_fit, "load_from_variation", varied)
    monkeypatch.setattr(client_fit, "fitted_moments", same)
    monkeypatch.setattr(client_fit, "stationary_today", lambda *_, **__: SimpleNamespace(override={}))
    monkeypatch.setattr(client_fit, "checked", lambda *_, **__: pd.DataFrame())
    client = made_client()
    effort = time_use(SHARES, 5000.0, source="estimates")

    assert calibrated(client, effort, value_of(client)).override["load.utilisation"][0] == 0.7
    client.config.assumptions["load.utilisation"] = 0.6
    assert calibrated(client, effort, value_of(client)).override["load.utilisation"][0] == 0.6
    assert asked == [("assumption", 0.0)]


def test_of_a_client_of_whom_nothing_needed_is_known_it_is_told_what_to_deliver():
    client = made_client()
    client.tables["orders"] = client.table("orders").iloc[:15].drop(columns="cost_amount")
    missing = what_is_unmeasured(draft(client, None, value_of(client)))
    assert missing is not None and len(missing.remedy) == 3
    known = made_client()
    assert what_is_unmeasured(draft(known, None, value_of(known))) is None


class Noisy:
    """Orders that differ between replications by a standard deviation of so many."""

    def __init__(self, spread: float):
        self.spread, self.calls = spread, []

    def simulated(self, parameters, replications, *, first=0, at_rest=True):
        self.calls.append((first, replications))
        numbers = np.arange(first, first + replications)
        return pd.DataFrame({n: {"orders": 1000 + self.spread * (1 if n % 2 else -1)} for n in numbers})


ORDERS = [Moment(name="orders", group="", measured=Estimate(value=1000.0, low=990.0, high=1010.0))]


def test_replications_are_added_until_the_error_is_a_third_of_the_tolerance():
    # s = 100 · √(12/11), tolerance 50: (3 · 104.4 / 50)² = 39.3
    noisy = Noisy(100.0)
    found = checked(ORDERS, None, noisy, most=100)
    assert found.shape[1] == 40 and [count for _, count in noisy.calls] == [CHECK_REPLICATIONS, 28]
    assert noisy.calls[1][0] == noisy.calls[0][0] + CHECK_REPLICATIONS
    assert replications_needed(ORDERS, found) <= 40
    assert checked(ORDERS, None, Noisy(100.0), most=20).shape[1] == 20
    assert checked(ORDERS, None, Noisy(1.0), most=100).shape[1] == CHECK_REPLICATIONS
