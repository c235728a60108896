"""Nothing that leaves the kit tells the hours of a customer on whom fewer than five people logged time."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.hours import logged_hours
from simkit.intake.client import ClientData
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import CHAPTERS
from simkit.report.chapters.value import chapter as value_chapter
from simkit.report.chapters.works_council import chapter as works_council
from simkit.report.context import ReportContext, style_of
from simkit.report.document.blocks import Block
from simkit.report.outputs import customer_workbook
from simkit.report.outputs.output_list import write_outputs
from simkit.report.outputs.report_content import ReportContent
from simkit.report.outputs.table_files import TABLES
from simkit.value.customer_figures import customer_figures
from simkit.value.customers.customer_list import write_csv

LISTED = ("Hours of sales staff", "Cost to serve", "Margin after cost to serve", "Service index (1 = in line)")


def content_of(blocks: list[Block], context: ReportContext) -> ReportContent:
    return ReportContent(blocks=tuple(blocks), imprint=context.imprint(blocks), run="r", date=dt.date(2026, 1, 1))


@pytest.fixture(scope="module")
def few(demo: ClientData) -> set[str]:
    """Ids and names of the customers with fewer than five people in the log, counted afresh."""
    rows = logged_hours(demo).rows
    number = rows.groupby("customer_id")["employee_id"].nunique()
    everyone = demo.table("customers")
    chosen = everyone[everyone["customer_id"].map(number).fillna(0) < 5]
    assert 300 < len(chosen) < len(everyone)
    return {*chosen["customer_id"], *chosen["name"]}


@pytest.fixture(scope="module")
def forbidden(demo: ClientData, few: set[str]) -> dict[str, set[float]]:
    """Hours, cost of them and margin after it by id and name of these customers, to the cent."""
    model_inputs = customer_figures(demo).customers
    kept = model_inputs[model_inputs.index.isin(few) & (model_inputs["hours_h"] > 0)]
    columns = ["hours_h", "service_cost_amount", "margin_amount"]
    figures = {str(key): {round(float(row[name]), 2) for name in columns} for key, row in kept.iterrows()}
    return {**figures, **{str(kept.loc[key, "name"]): known for key, known in figures.items()}}


@pytest.fixture(scope="module")
def blocks(chapter_in: Callable[[str, str], tuple[Block, ...]]) -> list[Block]:
    """Return all that stands under a heading; of a chapter that is left out that is nothing."""
    return [block for chapter in CHAPTERS for block in chapter_in(chapter.name, "en")[1:]]


def table_rows(blocks: list[Block]) -> Iterator[list[object]]:
    for block in blocks:
        if block.kind == "table":
            yield from block.content["rows"]


def test_no_row_of_any_table_holds_such_hours(blocks: list[Block], forbidden: dict[str, set[float]]) -> None:
    rows = list(table_rows(blocks))
    named = [row for row in rows if any(str(cell) in forbidden for cell in row)]
    for row in named:
        known = set().union(*(forbidden[str(cell)] for cell in row if str(cell) in forbidden))
        assert not known & {round(cell, 2) for cell in row if isinstance(cell, float)}


def test_the_map_draws_only_customers_with_enough_people(
    blocks: list[Block], report_in: Callable[[str], ReportContext], few: set[str]
) -> None:
    found = report_in("en").analysis.value
    assert found is not None
    drawn = found.customers[found.customers["hours_h"] > 0]
    assert not few & set(drawn["customer_id"])
    chart = next(block for block in blocks if block.name == "value_map")
    assert f"of {len(drawn)} customers shown" in chart.title
    assert "fewer than 5 people" in str(chart)


def test_no_step_of_the_whale_curve_is_one_customer(report_in: Callable[[str], ReportContext]) -> None:
    found = report_in("en").analysis.value
    assert found is not None and found.whale is not None
    places = pd.Series(value_chapter._in_steps(found.whale.curve).index)
    assert places.diff().min() >= 5
    assert found.whale.curve["cumulative_margin_share"].max() == found.whale.peak_margin_share


def test_the_written_files_hold_none(
    blocks: list[Block], report_in: Callable[[str], ReportContext], few: set[str], forbidden: dict[str, set[float]],
    tmp_path: Path,
) -> None:  # fmt: skip
    write_outputs(content_of(blocks, report_in("en")), tmp_path)
    customer_workbook.write(report_in("en"), tmp_path)
    book = pd.read_excel(tmp_path / TABLES / "customers.xlsx", engine="calamine", dtype={"Customer number": str})
    withheld = book["Customer number"].isin(few)
    assert withheld.sum() > 300
    for column in LISTED:
        assert (book.loc[withheld, column] == "–").all(), column
        assert pd.to_numeric(book.loc[book[column] != "–", column]).notna().all()
        assert (book[column] != "–").any(), column
    assert (book["Customer value (0–100)"] % 1 == 0).all()
    for path in (tmp_path / TABLES).glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                known = set().union(*(forbidden.get(cell, set()) for cell in row))
                assert not known & {round(float(c), 2) for c in row if re.fullmatch(r"-?\d+\.\d+", c)}, path.name


def test_the_csv_list_leaves_the_cells_empty(
    report_in: Callable[[str], ReportContext], few: set[str], tmp_path: Path
) -> None:
    found = report_in("en").analysis.value
    assert found is not None
    table = pd.read_csv(write_csv(found, tmp_path / "list.csv", "en"), dtype={"Customer number": str})
    assert table.loc[table["Customer number"].isin(few), list(LISTED)].isna().all(axis=None)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_works_council_reads_when_hours_by_customer_appear(
    report_in: Callable[[str], ReportContext], language: str
) -> None:
    report = report_in(language)
    text = str(list(works_council.blocks(report.analysis, report.builder("works_council"))))
    assert (
        "mindestens 5 Personen Zeit auf ihn gebucht" if language == "de" else "at least 5 people logged time"
    ) in text


@pytest.mark.parametrize("people", [1, 4])
def test_the_value_chapter_alone_gives_no_way_round_a_log_of_too_few_people(
    make_client: Callable[..., ClientData], people: int, tmp_path: Path
) -> None:
    number = range(40)
    orders = pd.DataFrame(
        {
            "order_id": [f"O{n}" for n in number],
            "customer_id": [f"K{n % 20:02d}" for n in number],
            "ordered_on": [pd.Timestamp("2024-02-01") + pd.Timedelta(days=15 * n) for n in number],
            "value_amount": [100.0 + n for n in number],
            "cost_amount": 60.0,
        }
    )
    log = pd.DataFrame({"customer_id": orders["customer_id"], "employee_id": [f"P{n % people:02d}" for n in number]})
    log = log.assign(activity="care", hours=1.25, started_at=orders["ordered_on"])
    client = make_client(orders=orders, activities=log)
    report = ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings(chapters=("value",))),
        style=style_of(client.config, "en"),
    )
    written = [*value_chapter.blocks(report.analysis, report.builder("value"))]

    write_outputs(content_of(written, report), tmp_path)
    customer_workbook.write(report, tmp_path)

    assert not {"effort_against_value", "effort_by_segment", "value_map"} & {block.name for block in written}
    book = pd.read_excel(tmp_path / TABLES / "customers.xlsx", engine="calamine", sheet_name=None)
    assert not set(LISTED) - {"Margin after cost to serve"} & set(book["Customers"])
    assert "Share of hours" not in book["Segments"]
    assert "hours are shown from 5 people on" in book["Sources and rules"].to_string()
