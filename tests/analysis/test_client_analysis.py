"""A client's results: what cannot be computed says why, in both languages, and never as None."""

from __future__ import annotations

import pandas as pd
import pytest

from simkit.analysis import simulation
from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing, present
from simkit.intake.client import load_client
from simkit.intake.settings.run_settings import RunSettings
from simkit.study.calibration.client_fit import draft
from simkit.study.calibration.fit_gate import graded

RESULTS = (
    "time_use", "pipeline", "value", "margin_split", "service", "group_weights", "lifetime", "audit", "meetings",
    "variance_split", "efficiency", "leads", "lead_filter", "controlling", "study", "model_fit", "robustness",
)  # fmt: skip


@pytest.fixture
def nearly_nothing(make_client) -> ClientAnalysis:
    """The results of a client who has delivered the names of two customers."""
    customers = pd.DataFrame({"customer_id": ["a", "b"]})
    return ClientAnalysis(client=make_client(customers=customers), settings=RunSettings())


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_that_is_not_there_says_why_in_both_languages(nearly_nothing, name):
    result = getattr(nearly_nothing, name)

    assert isinstance(result, Missing)
    assert result.reason.de and result.reason.en and result.reason.de != result.reason.en
    assert present(result) is None


def test_what_would_have_to_be_delivered_for_a_simulation_is_its_remedy(nearly_nothing):
    assert [one.en.split(" with")[0] for one in nearly_nothing.study.remedy] == ["orders", "staff"]
    assert nearly_nothing.robustness == nearly_nothing.model_fit == nearly_nothing.study


def test_the_gate_of_a_draft_counts_what_its_own_runs_meet(project, monkeypatch):
    def met(client, _settings, time_use, value, _parameters) -> pd.DataFrame:
        table = draft(client, time_use, value)
        return graded(table.assign(simulated=table["measured"]))

    monkeypatch.setattr(simulation, "_draft_fit", met)
    client = load_client(project / "client_data" / "demo")
    found = ClientAnalysis(client=client, settings=RunSettings(calibrate=False, depth="quick")).model_fit

    assert not isinstance(found, Missing)
    assert found.gate.passed == found.gate.checked > 0 and found.gate.level == "not_calibrated"


def opportunities(stages: list[str], **more: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "opportunity_id": [f"D{n}" for n in range(len(stages))],
            "customer_id": [f"K{n % 7}" for n in range(len(stages))],
            "stage": stages,
            "opened_on": pd.Timestamp("2024-02-01"),
            "closed_on": pd.Timestamp("2024-06-01"),
            **more,
        }
    )


def test_won_deals_without_a_value_leave_the_pipeline_and_take_the_customers_value_away(make_client):
    from simkit.value.customer_revenue import NO_VALUE, NOTHING_WON

    unvalued = make_client(opportunities=opportunities(["won", "lost"] * 20))
    zero = make_client(opportunities=opportunities(["won", "lost"] * 20, value_amount=0.0))
    waiting = make_client(opportunities=opportunities(["open"] * 20, value_amount=1000.0))
    for client, reason in ((unvalued, NO_VALUE), (zero, NO_VALUE), (waiting, NOTHING_WON)):
        analysis = ClientAnalysis(client=client, settings=RunSettings())
        assert not isinstance(analysis.pipeline, Missing)
        for result in (analysis.value, analysis.lifetime, analysis.service, analysis.controlling):
            assert isinstance(result, Missing) and result.reason == reason


def test_the_simulation_names_what_is_missing_and_nothing_else(make_client):
    orders = pd.DataFrame({"customer_id": ["a"], "ordered_on": pd.Timestamp("2024-06-01"), "value_amount": [1.0]})
    study = ClientAnalysis(client=make_client(orders=orders), settings=RunSettings()).study

    assert isinstance(study, Missing)
    assert "staff" in study.reason.en and "orders" not in study.reason.en and len(study.remedy) == 1
