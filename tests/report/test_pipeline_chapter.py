"""The chapter on the pipeline: what open deals are worth, and which of them nobody can tell the worth of."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.intake.settings.client_settings import SalesStages
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext, style_of

ENDS = [("lost", "lead")] * 45 + [("lost", "offer")] * 5 + [("won", "closed won")] * 50
OPEN = [("open", "lead")] * 6 + [("open", "offer")] * 6 + [("open", "contract")] * 6


def deals(rows: list[tuple[str, str]]) -> pd.DataFrame:
    """Return deals by state and stage, each of 1,000."""
    places = np.arange(len(rows))
    opened = pd.Timestamp("2025-01-01") + pd.to_timedelta(places, unit="D")
    stage = np.array([state for state, _ in rows])
    return pd.DataFrame(
        {
            "opportunity_id": [f"C{n}" for n in places],
            "customer_id": "K1",
            "employee_id": [f"P{n % 6:02d}" for n in places],
            "opened_on": opened,
            "closed_on": pd.Series(opened + pd.Timedelta(days=40)).where(stage != "open"),
            "stage": stage,
            "sales_stage": [name for _, name in rows],
            "value_amount": 1000.0,
        }
    )


@pytest.fixture
def chapter(make_client):
    """Return the text of the chapter on such deals, in the order lead, offer, contract."""

    def write(rows: list[tuple[str, str]], language: str = "en") -> str:
        client = make_client(opportunities=deals(rows))
        stages = SalesStages(stages=["lead", "offer", "contract"])
        client = replace(client, config=client.config.model_copy(update={"pipeline": stages}))
        made = ReportContext(
            analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, language)
        )
        return json.dumps([one.to_json() for one in write_chapter("pipeline", made)], ensure_ascii=False)

    return write


def test_deals_in_a_stage_that_nobody_has_left_stand_without_a_rate_and_in_no_sum(chapter):
    text = chapter(ENDS + OPEN)
    assert "Open deals have a value of €18,000; by past rates €8,455 is to be expected from €12,000 of it" in text
    assert "Without a rate: 6 open deals" in text
    assert "(contract)" in text
    assert '["contract", 6, 6000.0, null, null, "–"]' in text  # neither 0 nor 100 %
    assert "lead → offer → contract" in text
    assert "Ohne Quote: 6 offene Vorgänge" in chapter(ENDS + OPEN, "de")


def test_deals_in_a_stage_that_client_yaml_does_not_name_are_told(chapter):
    text = chapter([*ENDS, ("lost", "contract"), *OPEN, ("open", "negotiation"), ("open", "negotiation")])
    assert "2 open deals stand in a stage that the order does not name" in text
    assert "Without a rate" not in text


def test_where_only_stages_that_nobody_has_left_hold_open_deals_the_reason_stands_there(chapter):
    text = chapter(ENDS + OPEN[12:])
    assert "Nobody has closed a deal yet out of the stages in which the open deals stand" in text
