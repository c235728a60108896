"""Before a run it is told which chapters it will have, and the one column that each other chapter waits for."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.intake.client import ClientData
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import CHAPTERS, chapter_named
from simkit.report.run.chapters_ahead import ALWAYS, NEEDS, chapters_ahead

Make = Callable[..., ClientData]


def ahead(client: ClientData) -> dict[str, str | None]:
    """Return what each chapter waits for, by its name."""
    told = chapters_ahead(ClientAnalysis(client=client, settings=RunSettings()))
    return {
        chapter.name: None if awaits is None else awaits.en for chapter, (_, awaits) in zip(CHAPTERS, told, strict=True)
    }


def deals(*drop: str) -> pd.DataFrame:
    days = pd.date_range("2024-01-01", periods=30, freq="9D")
    table = pd.DataFrame(
        {
            "opportunity_id": [f"O{n}" for n in range(30)],
            "customer_id": [f"K{n % 7}" for n in range(30)],
            "stage": ["won", "lost", "open"] * 10,
            "opened_on": days,
            "closed_on": [day + pd.Timedelta(days=20) if n % 3 < 2 else pd.NaT for n, day in enumerate(days)],
            "value_amount": 1000.0,
        }
    )
    return table.drop(columns=list(drop))


def test_deals_without_a_value_leave_the_pipeline_and_name_the_one_column(make_client: Make) -> None:
    told = ahead(make_client(opportunities=deals("value_amount")))

    assert told["pipeline"] is None
    assert told["value"] == told["lifetime"] == "the column opportunities.value_amount is missing"
    assert told["time"] == "the column activities.hours is missing"
    assert "(orders)" not in told["plan"] and "orders with customer" in told["plan"]


def test_of_deals_the_missing_customer_is_named_and_not_a_column_of_orders(make_client: Make) -> None:
    assert ahead(make_client(opportunities=deals("customer_id")))["value"] == (
        "the column opportunities.customer_id is missing"
    )


def test_a_pipeline_of_open_deals_alone_is_reported_and_says_why_nothing_is_worth_anything(make_client: Make) -> None:
    told = ahead(make_client(opportunities=deals().query("stage == 'open'")))

    assert told["pipeline"] is None
    assert "no deal is won yet" in str(told["value"])


def test_chapters_that_need_nothing_are_always_written_and_every_chapter_has_its_rule(make_client: Make) -> None:
    told = ahead(make_client(opportunities=deals()))

    assert {name: told[name] for name in ALWAYS} == dict.fromkeys(ALWAYS)
    assert [chapter_named(name).name for name in (*ALWAYS, *NEEDS)] == [*ALWAYS, *NEEDS]
