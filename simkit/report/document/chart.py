"""The chart: the numbers of an exhibit and what they mean, from which it is drawn, and which leave the kit beside it.

A chart holds the columns that it names and nothing else of the frame it was made from, as plain values; it says which of
them is the category, which the value and its interval, in which unit, and what it is held against. Its numbers are in
the unit it states, so that whoever writes them anywhere need not know how it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, get_args

import pandas as pd
from pydantic import BaseModel, ConfigDict, model_validator

from simkit.foundation.text import Text
from simkit.report.document.blocks import plain
from simkit.report.document.style import Style

ChartKind = Literal[
    "bar",
    "stacked",
    "column",
    "interval",
    "line",
    "area",
    "waterfall",
    "heat",
    "scatter",
    "histogram",
    "picture",
]
"""Bars and stacked bars from left to right, columns upright, marks with intervals in rows, curves with bands, areas on
top of each other over time, a sum step by step, a table of shaded cells, points over two axes, counts by class, and
what only its own picture shows."""
CHART_KINDS: tuple[ChartKind, ...] = get_args(ChartKind)
Mark = Literal[
    "bar",
    "hatched",
    "pale",
    "dot",
    "diamond",
    "circle",
    "square",
    "triangle",
    "range",
    "line",
    "dashed",
    "dot_line",
    "step",
]
"""What stands for a series: a filled, hatched or pale bar, a mark, a thick range, or a line."""
Cell = bool | int | float | str | None
ROLES = ("panel", "category", "series", "value", "low", "high", "shade", "words", "people")
"""What a column can be; those of a chart's rows are called so."""
NUMBERS = ("value", "low", "high", "people")


class Reference(BaseModel):
    """What the values are held against: a line, a range or a point."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None = None
    """Along the axis of values; none for a line at `at`."""
    until: float | None = None
    """Other end of a range along the axis of values."""
    at: float | str | None = None
    """Along the axis of categories; with a value it is a point."""
    words: str = ""
    """What is written beside it."""
    shade: str = "muted"
    """Name of its colour."""
    panel: str = ""
    """The only panel it stands in; empty for all."""


class Panel(BaseModel):
    """One of several parts of a chart that stand side by side."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    unit: str = ""
    """Unit of its own; empty for that of the chart."""
    write: str = "number"
    digits: int = 0
    """How its numbers are written, where it has a unit of its own."""


class Chart(BaseModel):
    """The data of one figure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ChartKind
    columns: dict[str, tuple[Cell, ...]]
    """The named columns, in the order of display; days are written as ISO text."""
    category: str
    """Name of the column that says what a row is about: a label, a day, or the number along the first axis."""
    value: str = ""
    """Name of the column of values, in `unit`."""
    series: str = ""
    """Name of the column of series; empty for one series without a name."""
    low: str = ""
    high: str = ""
    """Names of the columns with the ends of the interval, in `unit`."""
    panel: str = ""
    """Name of the column of panels."""
    shade: str = ""
    """Name of the column with the name of each row's colour."""
    words: str = ""
    """Name of the column with what is written at a value in place of its number."""
    people: str = ""
    """Name of the column that counts the people behind a row; the smallest group is checked by it."""
    unit: str = ""
    """Unit of the values, or what they measure, as it stands at their axis."""
    axis: str = ""
    """What the categories are, as it stands at their axis."""
    write: str = "number"
    digits: int = 0
    """How values are written: a method of Formats, and decimals."""
    axis_write: str = ""
    """How categories are written that are numbers, or ``month`` for days."""
    labelled: bool = False
    """Whether values are written at their marks."""
    order: tuple[str, ...] = ()
    """Categories that are labels, in the order of display."""
    marks: dict[str, Mark] = {}
    """What stands for each series, in the order of display."""
    names: tuple[str, ...] = ()
    """The series in the order of display: a notebook sorts the keys of `marks` when it is written."""
    panels: tuple[Panel, ...] = ()
    """The panels, in the order of display."""
    reference: tuple[Reference, ...] = ()
    span: tuple[float | None, float | None] = (0.0, None)
    """Ends of the axis of values; None where the values decide."""

    @model_validator(mode="before")
    @classmethod
    def _in_order(cls, data: Any) -> Any:
        """Bring the marks into the order that `names` keeps."""
        if not isinstance(data, Mapping):
            return data
        marks, names = data.get("marks", {}), data.get("names", ())
        if sorted(marks) != sorted(names):
            return {**data, "names": tuple(marks)}
        return {**data, "marks": {name: marks[name] for name in names}}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Refuse columns that are missing, of other length, or that no role names."""
        named = {column for role in ROLES if (column := str(getattr(self, role)))}
        if named != set(self.columns):
            raise ValueError(f"named are {sorted(named)}, there are {sorted(self.columns)}")
        if len({len(cells) for cells in self.columns.values()}) > 1:
            raise ValueError("the columns differ in length")
        return self

    @classmethod
    def of(cls, style: Style, kind: ChartKind, frame: pd.DataFrame, **fields: Any) -> Chart:
        """Return the chart of a frame, with its texts in the language of the report.

        Parameters
        ----------
        style : Style
            Language of the texts.
        kind : str
            One of :data:`CHART_KINDS`.
        frame : DataFrame
            What is drawn, one row per category, series and panel; columns that no role names are left behind.
        **fields : Any
            The other fields; without `order`, `marks` and `panels` the rows decide, and ``scale`` divides the values.
        """
        scale = float(fields.pop("scale", 1.0))
        roles = {role: column for role in ROLES if (column := str(fields.get(role, "")))}
        columns = {column: _cells(style, frame[column]) for column in roles.values()}
        for role in {"value", "low", "high"} & set(roles) if scale != 1.0 else set():
            columns[roles[role]] = tuple(None if cell is None else cell / scale for cell in columns[roles[role]])
        fields = {key: _translated(style, value) for key, value in fields.items()}
        fields.setdefault("order", _labels(columns[roles["category"]]))
        if "series" in roles:
            fields["marks"] = _marks(kind, fields.get("marks", {}), _labels(columns[roles["series"]]))
        if "panel" in roles and "panels" not in fields:
            fields["panels"] = tuple(Panel(name=name) for name in _labels(columns[roles["panel"]]))
        return cls(kind=kind, columns=columns, **fields)

    @property
    def rows(self) -> pd.DataFrame:
        """The rows with columns called by their role, those of :data:`ROLES`; values are numbers, NaN where none is known."""
        found: dict[str, Any] = {}
        length = len(self.columns[self.category])
        for role in ROLES:
            column = str(getattr(self, role))
            default: Cell = float("nan") if role in NUMBERS else ""
            cells = list(self.columns[column]) if column else [default] * length
            found[role] = pd.Series(cells, dtype=float if role in NUMBERS else object)
        return pd.DataFrame(found)

    @property
    def table(self) -> pd.DataFrame:
        """The columns under the names that they had."""
        return pd.DataFrame({name: list(cells) for name, cells in self.columns.items()})

    @property
    def interval_known(self) -> bool:
        """Whether any value has an interval."""
        return bool(self.low) and bool(self.rows[["low", "high"]].notna().any(axis=None))


_MARKS: dict[str, Mark] = {"interval": "dot", "line": "line", "scatter": "dot"}


def side_by_side(frame: pd.DataFrame, series: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return columns that stand beside each other as rows below each other, row by row.

    Parameters
    ----------
    frame : DataFrame
        One row per category.
    series : mapping of str to sequence of str
        Name of each series with its columns of values and, where known, of the lower and upper ends.

    Returns
    -------
    DataFrame
        The other columns with ``series, value, low, high``.
    """
    frame = frame.reset_index(drop=True)
    taken = {column for columns in series.values() for column in columns}
    kept = frame[[column for column in frame.columns if column not in taken]]
    parts = []
    for name, columns in series.items():
        part = kept.assign(series=name, low=float("nan"), high=float("nan"))
        for role, column in zip(("value", "low", "high"), columns, strict=False):
            part[role] = frame[column]
        parts.append(part)
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def from_zero(frame: pd.DataFrame) -> pd.DataFrame:
    """Return cumulated sums with the month 0, in which everything is 0, in front of those of each label.

    Parameters
    ----------
    frame : DataFrame
        ``label, month, cumulated, cumulated_low, cumulated_high``.
    """
    labels = list(dict.fromkeys(frame["label"]))
    sums = dict.fromkeys(("cumulated", "cumulated_low", "cumulated_high"), 0.0)
    start = pd.DataFrame({"label": labels, "month": 0, **sums})
    whole = pd.concat([start, frame[list(start.columns)]], ignore_index=True)
    places = {label: place for place, label in enumerate(labels)}
    return whole.sort_values("label", key=lambda names: names.map(places), kind="stable", ignore_index=True)


def _marks(kind: ChartKind, chosen: Mapping[str, Mark], series: Sequence[str]) -> dict[str, Mark]:
    """Return the mark of each series that has rows, those chosen first and in their order."""
    known = [name for name in chosen if name in series]
    others = [name for name in series if name not in chosen]
    return {**{name: chosen[name] for name in known}, **dict.fromkeys(others, _MARKS.get(kind, "bar"))}


def _cells(style: Style, column: pd.Series[Any]) -> tuple[Any, ...]:
    cells = [style.translate(cell) if isinstance(cell, Text) else cell for cell in column.tolist()]
    return tuple(plain(cells))


def _labels(cells: Sequence[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cell for cell in cells if isinstance(cell, str)))


def _translated(style: Style, value: Any) -> Any:
    return style.translate(value) if isinstance(value, Text) else value
