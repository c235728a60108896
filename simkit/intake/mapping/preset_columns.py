"""Proposes the columns of a file that is a known export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from simkit.intake.mapping.column_contents import Contents
from simkit.intake.mapping.column_matching import content_factor
from simkit.intake.mapping.proposals import ColumnProposal
from simkit.intake.mapping.source_tables import SourceTable
from simkit.intake.mapping.unit_doubts import unit_of
from simkit.intake.presets.export_presets import Preset
from simkit.intake.settings.operations import operation
from simkit.intake.settings.schemas import TABLES
from simkit.intake.vocabulary.word_lists import WordLists, bare, folded

_UNFIT = 0.5
"""Contents that fit less are not what the export holds as a rule."""


def preset_columns(
    preset: Preset, source: SourceTable, contents: Mapping[str, Contents], words: WordLists
) -> Iterator[ColumnProposal]:
    """Yield what a known export makes of the columns of a file.

    Parameters
    ----------
    contents : mapping
        The client's headings that hold anything, and what they hold.
    """
    present = {_exact(heading): heading for heading in contents} | {bare(h): h for h in reversed(list(contents))}
    present |= {_exact(heading): heading for heading in contents}
    yield from _plain(preset, source, contents, words, present)
    yield from _computed(preset, present)
    for ours, headings in preset.export.key.items():
        there = [present.get(_exact(one), "file" if one == "file" else "") for one in headings]
        if all(there):
            yield ColumnProposal(ours=ours, heading=there[0], key=tuple(there), certainty=preset.export.certainty)


def _plain(
    preset: Preset,
    source: SourceTable,
    contents: Mapping[str, Contents],
    words: WordLists,
    present: Mapping[str, str],
) -> Iterator[ColumnProposal]:
    table = TABLES[preset.export.table]
    for ours, headings in preset.export.columns.items():
        there = [found for one in headings if (found := present.get(_exact(one)) or present.get(bare(one)))]
        if not there:
            continue
        column, heading = table.column(ours), there[0]
        held = contents[heading]
        unit = unit_of(column, heading, held, source.unit(heading))
        fits = content_factor(words, table, column, held)
        certainty = preset.export.certainty * unit.certainty * (1 if fits >= _UNFIT else 0.75)
        named = held.names and (bool(column.person) or column.name != "customer_id")
        yield ColumnProposal(
            ours=ours, heading=heading, rule=unit.rule, certainty=certainty, doubt=unit.doubt, names=named
        )


def _computed(preset: Preset, present: Mapping[str, str]) -> Iterator[ColumnProposal]:
    for ours, written in preset.export.compute.items():
        for one in written:
            headings = operation(one).headings
            there = {heading: present.get(_exact(heading), "") for heading in headings}
            if all(there.values()):
                yield ColumnProposal(
                    ours=ours,
                    heading=there[_first_heading(one)],
                    rule=_with_headings(one, there),
                    certainty=preset.export.certainty,
                )
                break


def _exact(heading: str) -> str:
    """Return a heading folded, with what stands in its brackets: hours and decimal hours are told apart by that."""
    return "=" + folded(heading)


def _first_heading(written: Any) -> str:
    if isinstance(written, str):
        return written
    inner = written.get("of") or next(value for key, value in written.items() if key != "of")
    parts = inner if isinstance(inner, list) else [inner]
    return next(_first_heading(one) for one in parts if isinstance(one, str | dict))


def _with_headings(written: Any, there: Mapping[str, str]) -> Any:
    """Return an operation with the headings as the file writes them."""
    if isinstance(written, str):
        return there.get(" ".join(written.split()), written)
    if isinstance(written, list):
        return [_with_headings(one, there) for one in written]
    if isinstance(written, dict):
        details = {"unit", "part_of_date"}
        return {key: value if key in details else _with_headings(value, there) for key, value in written.items()}
    return written


def without_doubles(columns: list[ColumnProposal]) -> list[ColumnProposal]:
    """Return each column of ours once: an operation that cannot be made leaves the plain column."""
    best: dict[str, ColumnProposal] = {}
    for one in columns:
        if one.ours not in best or one.rule is not None or one.key:
            best[one.ours] = one
    return [replace(one) for one in best.values()]
