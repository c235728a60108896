"""Proposes the columns of a file that is a known export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.intake.mapping.column_contents import Contents
from simkit.intake.mapping.column_matching import content_factor
from simkit.intake.mapping.proposals import ColumnProposal
from simkit.intake.mapping.source_tables import SourceTable
from simkit.intake.mapping.unit_doubts import unit_of
from simkit.intake.presets.export_presets import Preset
from simkit.intake.settings.operations import operation
from simkit.intake.settings.schemas import TABLES, SchemaColumn
from simkit.intake.vocabulary.word_lists import WordLists, bare, folded

TEXTS = Catalogue.beside(__file__)

ENOUGH_FILLED = 0.5
"""A column of which less is filled gives way to the next one where ours must not be empty."""
MOST_WORDS = 60
"""A column of more different words is a description."""
INSTEAD = 0.8
"""How sure a column is that stands in for an empty one: it holds, and a person is to look at it."""
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
        column = table.column(ours)
        heading = _filled(column, there, contents) if column.required else there[0]
        held = contents[heading]
        unit = unit_of(column, heading, held, source.unit(heading))
        fits = content_factor(words, table, column, held)
        certainty = preset.export.certainty * unit.certainty * (1 if fits >= _UNFIT else 0.75)
        named = held.names and (bool(column.person) or column.name != "customer_id")
        instead = heading != there[0]
        yield ColumnProposal(
            ours=ours,
            heading=heading,
            rule=unit.rule,
            certainty=min(certainty, INSTEAD) if instead else certainty,
            doubt=TEXTS["instead_of_empty"].fill(heading=there[0]) if instead else unit.doubt,
            names=named,
        )


def _filled(column: SchemaColumn, headings: Sequence[str], contents: Mapping[str, Contents]) -> str:
    """Return the first column that holds anything, words rather than sentences where ours has a few values."""
    filled = [one for one in headings if contents[one].filled >= ENOUGH_FILLED * contents[one].rows]
    listed = [one for one in filled if column.kind != "choice" or contents[one].distinct <= MOST_WORDS]
    return (listed or filled or list(headings))[0]


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
