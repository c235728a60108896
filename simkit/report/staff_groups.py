"""What groups of staff are called in a client's data, and which of them the exhibits of a report show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Language
from simkit.intake.client import ClientData
from simkit.report.document.blocks import Block


def shown_groups(blocks: Iterable[Block], analysis: ClientAnalysis, language: Language) -> dict[str, tuple[str, ...]]:
    """Return the groups of each level that any block names; what no reader sees is not told here either."""
    shown: set[str] = set().union(*map(labels_of, blocks))
    return {level: tuple(sorted(groups & shown)) for level, groups in groups_of(analysis, language).items()}


def groups_of(analysis: ClientAnalysis, language: Language) -> dict[str, set[str]]:
    """Return what groups of staff are called in this client's data, by level."""
    client, study = analysis.client, analysis.study
    found = {"role": _values(client, "role"), "team": _values(client, "team"), "unit": set(), "department": set()}
    if not isinstance(study, Missing):
        found["unit"] = set(study.frame("units")[f"label_{language}"].astype(str)) - found["team"]
    workshop = client.workshop
    if workshop is not None and "department" in (people := workshop.frame("participants")):
        found["department"] = set(people["department"].dropna().astype(str)) - found["team"] - found["role"]
    return found


def labels_of(block: Block) -> set[str]:
    """Return every text that the data of an exhibit hold: the columns of a chart, the cells of a table."""
    if block.kind == "figure":
        return {
            cell for column in block.content["chart"]["columns"].values() for cell in column if isinstance(cell, str)
        }
    cells: list[Any] = [cell for row in block.content.get("rows", ()) for cell in row]
    return {cell for cell in cells if isinstance(cell, str)}


def _values(client: ClientData, column: str) -> set[str]:
    tables = [client.table(name) for name in ("employees", "time_estimates") if client.has(name)]
    return {str(value) for table in tables if column in table for value in table[column].dropna().unique()}
