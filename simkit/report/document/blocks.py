"""The block: one part of a report, which a notebook shows and which every output format is built from.

A block holds raw values and how to write them, so that the same executed notebook can feed a page,
slides and a workbook.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from simkit.foundation.formats import Formats

MIME = "application/vnd.simkit.block+json"
Kind = Literal["heading", "text", "key_figures", "figure", "table", "decision", "notes", "left_out", "cover"]
CHAPTER_LEVEL = 1
"""Level of a chapter's own heading."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, kw_only=True)
class Block:
    """One part of a report, in one language."""

    kind: Kind
    """What it is; one of :data:`KINDS`."""
    name: str
    """Name of the block, unique in its chapter; files beside the report are called after it."""
    chapter: str = ""
    title: str = ""
    """Heading, or the message of a chart or table as a full sentence."""
    content: Mapping[str, Any] = field(default_factory=dict)
    """The values, made of text, numbers, lists and mappings only."""
    formats: Formats = field(default_factory=Formats)
    """How numbers, money and dates are written."""
    unit: str = ""
    source: str = ""
    note: str = ""
    """Unit of the values, where they come from, and what to bear in mind."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of block '{self.kind}'; possible are {', '.join(KINDS)}")
        object.__setattr__(self, "content", plain(self.content))

    def to_json(self) -> dict[str, Any]:
        """Return the block as a mapping that JSON can hold."""
        formats = {
            "language": self.formats.language,
            "country": self.formats.country,
            "currency": self.formats.currency,
        }
        return {
            "kind": self.kind,
            "name": self.name,
            "chapter": self.chapter,
            "title": self.title,
            "content": dict(self.content),
            "formats": formats,
            "unit": self.unit,
            "source": self.source,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Block:
        """Return the block that :meth:`to_json` wrote."""
        return cls(**{**document, "formats": Formats(**document["formats"])})

    @property
    def opens_chapter(self) -> bool:
        """Whether it is the heading of a chapter, not one inside it."""
        return self.kind == "heading" and self.content.get("level") == CHAPTER_LEVEL


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: numpy and pandas scalars become Python's, NaN and infinity become nothing.

    Raises
    ------
    TypeError
        When the value has no plain form; the message names its type.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if value != value:  # NaN, NaT
        return None
    if hasattr(value, "item"):  # a numpy scalar
        return plain(value.item())
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"a block cannot hold a value of type {type(value).__name__}")


def blocks_of(notebook: Mapping[str, Any]) -> list[Block]:
    """Return the blocks that an executed notebook shows, in the order of its cells.

    Parameters
    ----------
    notebook : mapping
        The executed notebook, as nbformat holds it.
    """
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", ()))
    return [Block.from_json(_document(output["data"][MIME])) for output in outputs if MIME in output.get("data", {})]


def _document(value: Any) -> dict[str, Any]:
    document = json.loads(value) if isinstance(value, str) else value
    return dict(document)
