"""Proposes which table of ours each file of an unknown client is, and which of its columns is which of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.intake.mapping.column_contents import Contents, contents_of
from simkit.intake.mapping.column_matching import Candidate, Matcher, assigned
from simkit.intake.mapping.hidden_relations import completed
from simkit.intake.mapping.named_customers import with_numbers
from simkit.intake.mapping.period_proposal import proposed_period
from simkit.intake.mapping.preset_columns import preset_columns, without_doubles
from simkit.intake.mapping.proposals import LIKELY, POSSIBLE, ColumnProposal, TableProposal
from simkit.intake.mapping.same_rows import with_doubts
from simkit.intake.mapping.sole_columns import SOLE, sole_columns
from simkit.intake.mapping.source_tables import SourceTable, UnreadSource, other_files, source_tables
from simkit.intake.mapping.unit_doubts import FULL_WEEK, unit_of
from simkit.intake.mapping.value_meanings import value_meanings
from simkit.intake.presets.export_presets import Preset, fitting_preset, load_presets, synonyms
from simkit.intake.settings.schemas import DATED, NUMERIC, TABLES, SchemaColumn, Table
from simkit.intake.vocabulary.person_names import KnownNames
from simkit.intake.vocabulary.word_lists import WordLists, bare, word_lists

TEXTS = Catalogue.beside(__file__)

LEAST_EVIDENCE = 1.6
"""A file whose columns fit a table less, all together, is not taken for it."""
MISSING_REQUIRED = 1.3
"""What a required column that is not there takes off."""
_OF_FILE_NAMES: Mapping[str, str] = {
    "customer": "customers",
    "order": "orders",
    "invoice": "orders",
    "opportunity": "opportunities",
    "activity": "activities",
    "clock": "activities",
    "duration": "activities",
    "employee": "employees",
    "rating": "ratings",
}
ALIKE, TWO_FIT = 0.02, 0.72
"""Columns that fit so much alike; how sure one of two such columns is."""
ENOUGH_COLUMNS = 4
"""So many columns, or half of those of a file, have to be told for it to be taken."""
UNEXPLAINED = 0.5
"""What a column takes off that a table has no use for and another one has."""
NAMED_SO = 0.6
"""What a file that is named after a table adds."""


@dataclass(frozen=True, kw_only=True)
class FolderProposal:
    """What is proposed for a folder of exports."""

    tables: tuple[TableProposal, ...]
    period: tuple[dt.date, dt.date] | None
    """First and last day, where the tables need it said."""
    unread: tuple[UnreadSource, ...]
    unknown: tuple[SourceTable, ...]
    """Files that are like none of our tables."""
    ignored: tuple[str, ...]
    """Files that are not looked at, since their names promise no table."""
    names: KnownNames
    """Names of persons that stand in the files, so that none is shown."""

    def of(self, table: str) -> list[TableProposal]:
        """Return what fills one of our tables."""
        return [one for one in self.tables if one.table == table]


@dataclass(frozen=True, kw_only=True)
class _Read:
    source: SourceTable
    contents: Mapping[str, Contents]
    preset: Preset | None

    def candidates(self, words: WordLists, gone: Iterable[str] = ()) -> list[Candidate]:
        left = [heading for heading in self.contents if bare(heading) not in set(gone)]
        return [Candidate(heading=one, contents=self.contents[one], apart=words.taken_apart(one)) for one in left]


def propose(
    folder: Path,
    *,
    presets: Sequence[Preset] | None = None,
    words: WordLists | None = None,
    week: float = FULL_WEEK,
) -> FolderProposal:
    """Look at all files of a folder and propose what they are.

    Parameters
    ----------
    presets, words : optional
        Known exports and words; by default all.
    week : float
        Hours of a full post a week.
    """
    presets = load_presets() if presets is None else presets
    words = words or word_lists()
    matcher = Matcher(words=words, synonyms=synonyms(presets), keys={})
    found = list(source_tables(folder, matcher.knows))
    read = [_looked_at(one, presets, matcher) for one in found if isinstance(one, SourceTable)]
    names = KnownNames.among(
        word for one in read for contents in one.contents.values() if contents.names for word in contents.words
    )
    first = [_table(one, matcher, names, week) for one in read]
    matcher = replace(matcher, keys=_keys(first, read))
    second = [_table(one, matcher, names, week) for one in read]
    proposals = [one for one in second if one is not None]
    contents = {one.source.label: one.contents for one in read}
    tables = with_doubts(with_numbers([completed(one, contents, words) for one in proposals], contents), contents)
    return FolderProposal(
        tables=tables,
        period=proposed_period(tables, contents),
        unread=tuple(one for one in found if isinstance(one, UnreadSource)),
        unknown=tuple(one.source for one, table in zip(read, second, strict=True) if table is None),
        ignored=other_files(folder),
        names=names,
    )


def _looked_at(source: SourceTable, presets: Sequence[Preset], matcher: Matcher) -> _Read:
    usable = [head for head in source.headings if head and head not in source.doubled]
    contents = {head: contents_of(source.cells(head), of_persons=matcher.is_about_persons(head)) for head in usable}
    return _Read(source=source, contents=contents, preset=fitting_preset(usable, presets))


def _keys(proposals: Sequence[TableProposal | None], read: Sequence[_Read]) -> dict[str, frozenset[str]]:
    """Return the values of each table's key, by which columns that refer to it are told."""
    keys: dict[str, frozenset[str]] = {}
    for proposal, one in zip(proposals, read, strict=True):
        if proposal is None or not proposal.holds:
            continue
        for ours in (TABLES[proposal.table].key, "name"):  # a customer may be named instead of numbered
            column = proposal.of(ours) if ours else None
            if column is not None and not column.key and not column.names:
                values = frozenset(one.contents[column.heading].words)
                keys[proposal.table] = keys.get(proposal.table, frozenset()) | values
    return keys


def _table(read: _Read, matcher: Matcher, names: KnownNames, week: float) -> TableProposal | None:
    """Return a file as the table that it is; None where it is like none."""
    if not read.contents or not len(read.source.frame):
        return None
    if read.preset is not None:
        return _known(read, read.preset, matcher, names, week)
    tried = [(_columns(read, table, matcher, week), table) for table in TABLES.values()]
    best: dict[str, float] = {}
    for columns, _ in tried:
        for one in columns:
            best[one.heading] = max(best.get(one.heading, 0.0), one.certainty)
    columns, table = max(tried, key=lambda one: _evidence(read, one[0], one[1], matcher) - _unexplained(one[0], best))
    if _evidence(read, columns, table, matcher) < LEAST_EVIDENCE:
        return None
    return _with_thinness(_proposal(read, table, columns, matcher, names))


def _with_thinness(proposal: TableProposal) -> TableProposal:
    """A file of which hardly anything was understood is not taken without a yes."""
    holding = [one.ours for one in proposal.columns if one.holds]
    every = [head for head in proposal.source.headings if head]
    if len(holding) >= ENOUGH_COLUMNS or len(holding) >= len(every) / 2:
        return proposal
    doubt = TEXTS["thin"].fill(count=len(holding), all=len(every))
    return replace(proposal, doubt=doubt)


def _known(read: _Read, preset: Preset, matcher: Matcher, names: KnownNames, week: float) -> TableProposal:
    table = TABLES[preset.export.table]
    columns = without_doubles(list(preset_columns(preset, read.source, read.contents, matcher.words)))
    gone = {bare(heading) for _, heading in preset.headings()} | set(map(bare, preset.export.not_taken))
    filled = {one.ours for one in columns} | set(preset.export.constants)
    more = [one for one in _columns(read, table, matcher, week, gone) if one.ours not in filled]
    proposal = _proposal(read, table, [*columns, *more], matcher, names)
    return replace(
        proposal,
        preset=preset.label,
        constants=preset.export.constants,
        doubt=preset.export.doubt,
        where_not=_occurring(preset.export.where_not, read),
        sign=_sign(preset, read),
        lines=proposal.lines or preset.export.lines,
    )


def _occurring(conditions: Mapping[str, Sequence[str]], read: _Read) -> dict[str, tuple[str | None, ...]]:
    """Return the rows that do not count, by the values that occur: one that does not is an error to the reader."""
    found: dict[str, tuple[str | None, ...]] = {}
    for heading, values in conditions.items():
        for theirs, contents in read.contents.items():
            there = tuple(word for word in contents.words if word in values)
            if bare(theirs) == bare(heading) and there:
                found[theirs] = there
    return found


def _sign(preset: Preset, read: _Read) -> tuple[str, tuple[str, ...]] | None:
    found = _occurring(preset.export.sign, read)
    return next(((head, tuple(str(one) for one in values)) for head, values in found.items()), None)


def _columns(
    read: _Read, table: Table, matcher: Matcher, week: float, gone: Iterable[str] = ()
) -> list[ColumnProposal]:
    """Return the columns of a file as those of a table, each once, so that all of them together fit best."""
    candidates = read.candidates(matcher.words, gone)
    scores = matcher.scores(table, candidates)
    found = []
    pairs = assigned(scores, POSSIBLE)
    sure = {row: place for row, place in pairs if scores[row, place] >= LIKELY or not table.columns[place].required}
    told = set(sole_columns(table, candidates, dict(sure), matcher))
    told_columns = {place for _, place in told}
    pairs = [(row, place) for row, place in pairs if row in sure or place not in told_columns]
    pairs = [pair for pair in pairs if pair[0] not in {row for row, _ in told}] + sorted(told)
    for row, place in told:
        scores[row, place] = max(scores[row, place], SOLE)
    for row, place in pairs:
        column, one = table.columns[place], candidates[row]
        rivals = [other for other in range(len(candidates)) if other not in {taken for taken, _ in pairs}]
        alike = column.kind in DATED | NUMERIC and any(
            scores[other, place] > scores[row, place] - ALIKE for other in rivals
        )
        unit = unit_of(column, one.heading, one.contents, read.source.unit(one.heading), week)
        found.append(
            ColumnProposal(
                ours=column.name,
                heading=one.heading,
                certainty=min(float(scores[row, place]), TWO_FIT if alike else 1.0) * unit.certainty,
                rule=unit.rule,
                doubt=_doubt(matcher, column, one, unit.doubt, alike=alike, sole=(row, place) in told),
                names=one.contents.names,
            )
        )
    return found


def _doubt(matcher: Matcher, column: SchemaColumn, one: Candidate, of_unit: Text, *, alike: bool, sole: bool) -> Text:
    if alike or sole:
        return TEXTS["two_fit"] if alike else TEXTS["only_one"]
    if matcher.is_unlisted(column, one.contents):
        return TEXTS["not_in_list"].fill(table=TABLES[column.reference].label)
    return of_unit


def _evidence(read: _Read, columns: Sequence[ColumnProposal], table: Table, matcher: Matcher) -> float:
    """Return how much speaks for a file being a table."""
    filled = {one.ours for one in columns}
    required = {column.name for column in table.columns if column.required}
    missing = len(required - filled) + (table.name == "activities" and not filled & {"hours", "ended_at"})
    weights = sum(one.certainty * (1.5 if one.ours in required else 1.0) for one in columns)
    stem = f"{Path(read.source.name).stem} {read.source.sheet or ''}"
    apart = matcher.words.taken_apart(stem)
    named = any(apart.has(part) for part, name in _OF_FILE_NAMES.items() if name == table.name)
    return weights - MISSING_REQUIRED * missing + NAMED_SO * named


def _unexplained(columns: Sequence[ColumnProposal], best: Mapping[str, float]) -> float:
    """Return how much of what columns are in other tables stays unused in one."""
    used = {one.heading for one in columns}
    return UNEXPLAINED * sum(certainty for heading, certainty in best.items() if heading not in used)


def _proposal(
    read: _Read, table: Table, columns: Sequence[ColumnProposal], matcher: Matcher, names: KnownNames
) -> TableProposal:
    order: Callable[[ColumnProposal], int] = lambda one: table.names.index(one.ours)  # noqa: E731
    ordered = sorted(columns, key=order)
    stated = read.preset.export.values if read.preset is not None and read.preset.export.table == table.name else {}
    values = [
        value_meanings(table.column(one.ours), read.contents[one.heading], matcher.words, names, stated.get(one.ours))
        for one in ordered
        if table.column(one.ours).kind in {"choice", "flag"} and one.heading in read.contents
    ]
    used = {one.heading for one in columns} | {part for one in columns for part in one.key}
    left = tuple(head for head in read.source.headings if head and head not in used)
    return TableProposal(
        table=table.name,
        source=read.source,
        columns=tuple(ordered),
        values=tuple(one for one in values if one is not None),
        lines=_has_lines(table, ordered, read),
        not_taken=left,
    )


def _has_lines(table: Table, columns: Sequence[ColumnProposal], read: _Read) -> bool:
    """Whether several rows are one order: numbers stand repeatedly, each with one customer."""
    found = {one.ours: one.heading for one in columns}
    if table.name != "orders" or "order_id" not in found or "customer_id" not in found:
        return False
    if read.contents[found["order_id"]].unique > 0.7:
        return False
    frame = read.source.frame
    heads = read.source.headings
    pairs = frame[[heads.index(found["order_id"]), heads.index(found["customer_id"])]].astype(str)
    customers = pairs.groupby(pairs.columns[0])[pairs.columns[1]].nunique()
    return bool((customers == 1).mean() > 0.95)
