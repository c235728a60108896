"""Before a run it is told which chapters it will have, and the one column that each other chapter waits for."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.errors import PrivacyError
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
    assert "(orders)" not in told["plan"] and "it needs orders with customer" in told["plan"]


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


def log_of(people: int) -> pd.DataFrame:
    names = [f"P{n % people}" for n in range(60)] if people else pd.NA
    return pd.DataFrame(
        {
            "employee_id": names,
            "activity": ["care", "selling", "administration"] * 20,
            "started_at": pd.date_range("2024-03-04 08:00", periods=60, freq="D"),
            "hours": 2.0,
        }
    )


@pytest.mark.parametrize(("people", "reason"), [(1, "Only 1 person logged time"), (0, "names no person")])
def test_a_log_of_too_few_people_is_told_with_the_reason_where_sales_can_be_reported(
    make_client: Make, people: int, reason: str
) -> None:
    told = str(ahead(make_client(opportunities=deals(), activities=log_of(people)))["time"])

    assert reason in told and "What to do: Map employee_id" in told


def test_where_such_a_log_is_all_there_is_check_ends_as_a_run_would(make_client: Make) -> None:
    with pytest.raises(PrivacyError, match="names no person"):
        ahead(make_client(activities=log_of(0)))


def test_a_pipeline_of_too_few_sellers_is_told_with_the_reason_and_the_way_to_its_totals(make_client: Make) -> None:
    sold = deals().assign(employee_id=[f"P{n % 4}" for n in range(30)])

    assert ahead(make_client(opportunities=sold))["pipeline"] == (
        "Fewer than 5 people closed the opportunities. What to do: Leave the employee column out"
    )
