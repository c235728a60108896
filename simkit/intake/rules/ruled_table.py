"""Makes one typed table of a client's files: columns are found, joined, computed and typed, amounts get sign and currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.intake.findings import Finding, FindingsLog
from simkit.intake.reading import reading_texts
from simkit.intake.reading.columns import Situation, typed_column
from simkit.intake.reading.file_reading import RawTable
from simkit.intake.rules.amounts import in_own_currency, with_sign
from simkit.intake.rules.computing import Cells, compound_key, computed_column
from simkit.intake.rules.joining import Joins
from simkit.intake.rules.price_and_quantity import value_of_parts
from simkit.intake.rules.row_selection import note_absent
from simkit.intake.rules.ruled_files import TableFile, known_heading, words
from simkit.intake.settings.schemas import SchemaColumn, Table
from simkit.intake.settings.table_settings import TableSpec

TEXTS = Catalogue.beside(__file__)
MOSTLY = 0.5
"""Above this share of rows two files are taken to speak of the same things."""


def joined_files(files: Sequence[TableFile], folder: Path, findings_log: FindingsLog) -> list[TableFile]:
    """Return the files that have every column that client.yaml names, with those that joins bring.

    Parameters
    ----------
    folder : Path
        The client's folder.
    findings_log : FindingsLog
        Takes up columns that are missing or stand twice.
    """
    joins = Joins(folder=folder, findings_log=findings_log)
    found = [joins.joined(file, frozenset(file.named.values())) for file in files]
    joins.note_unused()
    joined = [file for file in found if file is not None]
    complete = [file for file in joined if _columns_are_there(file, joined, findings_log)]
    _check_signs(complete, findings_log)
    return complete


def _columns_are_there(file: TableFile, files: Sequence[TableFile], findings_log: FindingsLog) -> bool:
    counts = Counter(file.raw.frame.columns)
    named = file.named
    doubled = sorted({heading for heading in named.values() if counts[heading] > 1})
    missing = [(path, heading) for path, heading in named.items() if counts[heading] == 0]
    for heading in doubled:
        what = TEXTS["doubled_header"].fill(count=counts[heading])
        remedy = reading_texts.DOUBLED_REMEDY
        findings_log.add(
            Finding(severity="blocking", what=what, file=file.raw.source, column=heading, row=1, remedy=remedy)
        )
    for path, heading in missing:
        what = reading_texts.MISSING_COLUMN.fill(header=heading, path=f"{file.path}.{path}")
        remedy = _remedy_for(path, heading, file, files)
        findings_log.add(Finding(severity="blocking", what=what, file=file.raw.source, column=heading, remedy=remedy))
    return not doubled and not missing


def _remedy_for(path: str, heading: str, file: TableFile, files: Sequence[TableFile]) -> Text:
    """Return what may help where a column is missing: a title above the header, its parts, another file, another spelling."""
    if _looks_like_title(file.raw):
        return reading_texts.TITLE_REMEDY
    near = known_heading(heading, file.raw.frame.columns)
    parts = value_of_parts(file.raw.frame) if path == "columns.value_amount" else None
    if parts is not None:
        names = {"near": near, "path": file.path, "operation": _in_one_line({"value_amount": parts})}
        return TEXTS["value_of_parts_remedy"].fill(**names)
    other = next((one for one in files if one is not file and heading in set(one.raw.frame.columns)), None)
    if other is None:
        return near
    shared = next(iter(_shared_keys(file.raw, other.raw)), None)
    known = {"near": near, "this": file.spec.files[0], "other": other.spec.files[0], "path": file.path}
    if shared is None:
        return TEXTS["own_columns_remedy"].fill(**known, columns=_own_columns(file))
    return TEXTS["join_remedy"].fill(**known, on=shared)


def _own_columns(file: TableFile) -> str:
    """Return the columns of a file as client.yaml takes them: what an entry names replaces all columns of the table."""
    there = set(file.raw.frame.columns)
    named = {ours: theirs if theirs in there else "…" for ours, theirs in file.spec.columns.items()}
    return _in_one_line(named)


def _in_one_line(written: Mapping[str, object]) -> str:
    return yaml.safe_dump(written, allow_unicode=True, default_flow_style=True, width=10**6, sort_keys=False).strip()


def _shared_keys(one: RawTable, other: RawTable) -> list[str]:
    """Return the columns that two files share and whose values they share for the most part: heads and lines."""
    columns = [name for name in one.frame.columns if name and list(other.frame.columns).count(name) == 1]
    found = []
    for name in columns:
        if list(one.frame.columns).count(name) == 1:
            mine = words(one.frame[name])
            known = mine.isin(set(words(other.frame[name])) - {""})
            if mine.nunique() > 1 and known.mean() > MOSTLY:
                found.append(str(name))
    return found


def _looks_like_title(raw: RawTable) -> bool:
    """Whether the header holds hardly anything beside rows that do: then it is a title above the real header."""
    named = sum(bool(header) for header in raw.frame.columns)
    return len(raw.frame.columns) >= 3 and named <= len(raw.frame.columns) / 3


def _check_signs(files: Sequence[TableFile], findings_log: FindingsLog) -> None:
    """A sign that no row has is told, with the values of its column."""
    rules = {repr(file.spec.sign): file.spec.sign for file in files}
    for written, rule in rules.items():
        if rule is not None:
            concerned = [file for file in files if repr(file.spec.sign) == written]
            note_absent(f"{files[0].path}.sign.minus", rule.column, tuple(rule.minus), concerned, findings_log)


def alike_files(files: Sequence[TableFile]) -> list[list[TableFile]]:
    """Return the files in groups that stand one behind the other and are read alike, so that one column proves its form once."""
    groups: list[list[TableFile]] = []
    for file in files:
        if groups and _answers(groups[-1][0]) == _answers(file):
            groups[-1].append(file)
        else:
            groups.append([file])
    return groups


def _answers(file: TableFile) -> tuple[object, ...]:
    spec = file.spec
    return (
        dict(file.headers), spec.formats, spec.values, spec.missing, spec.constants, spec.compute, spec.key, spec.sign,
        spec.currency,
    )  # fmt: skip


def table_of(groups: Sequence[Sequence[TableFile]], situation: Situation, findings_log: FindingsLog) -> pd.DataFrame:
    """Return all rows of a table with typed columns of ours.

    Parameters
    ----------
    groups : sequence of sequence of TableFile
        Files that are read alike.
    situation : Situation
        Where all rows come from; the answers are those of each file.
    findings_log : FindingsLog
        Takes up what cannot be read.
    """
    names = _filled_columns([group[0] for group in groups if group], situation.table)
    frames, start = [], 0
    for group in groups:
        end = start + sum(len(file.raw.rows) for file in group)
        part = replace(situation, spec=group[0].spec, origin=situation.origin.iloc[start:end], offset=start)
        if end > start:
            frames.append(_typed(group, names, part, findings_log).set_axis(part.origin.index))
        start = end
    frame = pd.concat(frames) if len(frames) > 1 else frames[0]
    required = {column.name for column in situation.table.columns if column.required}
    return frame.loc[:, [name in required or not frame[name].isna().all() for name in frame.columns]]


def _filled_columns(files: Sequence[TableFile], table: Table) -> tuple[str, ...]:
    filled = {name for file in files for name in _ways(file.headers, file.spec, table)}
    return tuple(name for name in table.names if name in filled)


def _ways(headers: Mapping[str, str], spec: TableSpec, table: Table) -> set[str]:
    return {*headers, *spec.constants, *spec.compute, *spec.keys(table)}


def _typed(
    files: Sequence[TableFile], names: Sequence[str], situation: Situation, findings_log: FindingsLog
) -> pd.DataFrame:
    headers, table = files[0].headers, situation.table

    def cells(heading: str) -> pd.Series[Any]:
        return pd.concat([file.raw.frame[heading] for file in files], ignore_index=True)

    columns = {}
    for name in names:
        column = table.column(name)
        raw, header = _raw_column(column, headers, cells, situation, findings_log)
        columns[name] = typed_column(raw, column, header, situation, findings_log)
    frame = pd.DataFrame(columns, index=range(len(situation.origin)))
    computed = situation.spec.computed
    sources: dict[str, tuple[str, ...]] = {ours: (theirs,) for ours, theirs in headers.items()}
    sources |= {ours: tuple(sorted(one.headings)) for ours, one in computed.items()}
    frame = in_own_currency(frame, cells, sources, situation, findings_log)
    return with_sign(frame, cells, situation, findings_log)


def _raw_column(
    column: SchemaColumn, headers: Mapping[str, str], cells: Cells, situation: Situation, findings_log: FindingsLog
) -> tuple[pd.Series[Any], str]:
    """Return the cells of one column of ours and what it is called in findings."""
    spec, rows = situation.spec, len(situation.origin)
    name = column.name
    computed, keys = spec.computed, spec.keys(situation.table)
    if name in computed:
        return computed_column(computed[name], column, cells, situation, findings_log), f"compute.{name}"
    if name in keys:
        return compound_key(keys[name], column, cells, situation, findings_log), f"key.{name}"
    if name in headers:
        return cells(headers[name]), headers[name]
    constant = str(spec.constants[name]) if name in spec.constants else None
    return pd.Series(np.full(rows, constant, dtype=object), dtype=object), name
