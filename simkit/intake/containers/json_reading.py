"""Reads JSON: a list of entries, one inside of an answer of a web service, or one entry a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from simkit.intake.containers import container_texts as texts
from simkit.intake.containers.file_kinds import problem
from simkit.intake.containers.records import MOST_CELLS, Records
from simkit.intake.reading.csv_reading import decoded

_DEEPEST = 5


def json_records(content: bytes, source: str) -> Records:
    """Return the entries of a JSON file; what lies inside of an entry gets a name such as "customer.id".

    Raises
    ------
    FindingsError
        It is no JSON, holds no list of entries, or nests them deeper than any export.
    """
    text = decoded(content, source)
    try:
        entries = _entries(json.loads(text, parse_constant=_nothing))
        numbers: Iterable[int] = range(1, len(entries or []) + 1)
    except json.JSONDecodeError as error:
        entries, numbers = _by_line(text, source, error)
    except (ValueError, RecursionError) as error:
        raise problem(source, texts.BROKEN_JSON, texts.BROKEN_JSON_REMEDY) from error
    if entries is None or not all(isinstance(one, dict) for one in entries):
        raise problem(source, texts.NO_ENTRIES, texts.NO_ENTRIES_REMEDY)
    rows = [dict(_flat(one, "", 0)) for one in entries]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if len(rows) * len(columns) > MOST_CELLS:
        raise problem(source, texts.TOO_MANY_CELLS, texts.BROKEN_JSON_REMEDY)
    frame = pd.DataFrame([[row.get(name, "") for name in columns] for row in rows], columns=columns, dtype=object)
    return Records(frame=frame, rows=np.fromiter(numbers, dtype=np.int64))


def _nothing(word: str) -> None:
    """Take NaN and Infinity, which JSON does not have, for missing."""


def _by_line(text: str, source: str, error: json.JSONDecodeError) -> tuple[list[Any], Iterable[int]]:
    """Read one entry a line; the first error of the whole holds where the first line is none."""
    entries, numbers = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entries.append(json.loads(line, parse_constant=_nothing))
        except (ValueError, RecursionError) as here:
            row = number if entries else error.lineno
            raise problem(source, texts.BROKEN_JSON, texts.BROKEN_JSON_REMEDY, row=row) from here
        numbers.append(number)
    return entries, numbers


def _entries(content: Any) -> list[Any] | None:
    """Return the list of entries: the whole, or the one list of entries that an object holds."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        lists = [one for one in content.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
        return lists[0] if len(lists) == 1 else [content] if not lists else None
    return None


def _flat(entry: Mapping[str, Any], above: str, depth: int) -> Iterable[tuple[str, Any]]:
    for name, value in entry.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, f"{above}{name}.", depth + 1)
        elif isinstance(value, dict | list):
            yield f"{above}{name}", json.dumps(value, ensure_ascii=False)[:1000]
        else:
            yield f"{above}{name}", "" if value is None else value
