"""At which levels staff appear in a report, read off the data of its exhibits: the works council is told what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.intake.client import ClientData
from simkit.report.context import ReportContext
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)
NAMES = TEXTS.group("levels_names")


def levels_table(blocks: Sequence[Block], numbers: Mapping[tuple[str, str], str], report: ReportContext) -> Block:
    """Return the levels at which staff appear, each with the exhibits that show it.

    Parameters
    ----------
    blocks : sequence of Block
        All blocks of the run.
    numbers : mapping of (str, str) to str
        Number of each exhibit of report and appendix, by chapter and name.
    """
    builder = report.builder("works_council")
    rows = list(_rows(blocks, numbers, report))
    if not rows:
        return builder.text("levels", TEXTS["levels_none"], title=TEXTS["levels_title"])
    columns = (
        TableColumn(name="level", label=TEXTS["levels_level"]),
        TableColumn(name="groups", label=TEXTS["levels_groups"], write="number"),
        TableColumn(name="where", label=TEXTS["levels_where"]),
    )
    frame = pd.DataFrame(rows, columns=["level", "groups", "where"])
    minimum = report.analysis.client.config.privacy.minimum_group
    caption = Caption(note=builder.translate(TEXTS["levels_note"], n=minimum))
    return builder.table("levels", TEXTS["levels_title"], frame, columns, caption)


def _rows(
    blocks: Sequence[Block], numbers: Mapping[tuple[str, str], str], report: ReportContext
) -> Iterator[tuple[str, int, str]]:
    for level, groups in groups_of(report).items():
        shown: dict[str, set[str]] = {}
        for block in blocks:
            number = numbers.get((block.chapter, block.name))
            if number is not None and (found := groups & labels_of(block)):
                shown[number] = found
        if shown:
            named = set().union(*shown.values())
            yield report.style.translate(NAMES[level]), len(named), ", ".join(shown)


def groups_of(report: ReportContext) -> dict[str, set[str]]:
    """Return what groups of staff are called in this client's data, by level."""
    client, study = report.analysis.client, report.analysis.study
    found = {"role": _values(client, "role"), "team": _values(client, "team"), "unit": set(), "department": set()}
    if not isinstance(study, Missing):
        found["unit"] = set(study.frame("units")[f"label_{report.language}"].astype(str)) - found["team"]
    workshop = client.workshop
    if workshop is not None and "department" in (people := workshop.frame("participants")):
        found["department"] = set(people["department"].dropna().astype(str)) - found["team"] - found["role"]
    return found


def _values(client: ClientData, column: str) -> set[str]:
    tables = [client.table(name) for name in ("employees", "time_estimates") if client.has(name)]
    return {str(value) for table in tables if column in table for value in table[column].dropna().unique()}


def labels_of(block: Block) -> set[str]:
    """Return every text that the data of an exhibit hold: the columns of a chart, the cells of a table."""
    if block.kind == "figure":
        return {
            cell for column in block.content["chart"]["columns"].values() for cell in column if isinstance(cell, str)
        }
    cells: list[Any] = [cell for row in block.content.get("rows", ()) for cell in row]
    return {cell for cell in cells if isinstance(cell, str)}
