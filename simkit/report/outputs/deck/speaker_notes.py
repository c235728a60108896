"""What stands in the notes of a slide: the message, its caveat, its intervals and its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.report.charts.charts_rows import entries
from simkit.report.document.blocks import Block
from simkit.report.document.chart import Chart, Panel
from simkit.report.document.style import Style
from simkit.report.document.table_content import written
from simkit.report.outputs.deck.deck_source import DeckSource
from simkit.report.outputs.deck.native.native_chart import known

TEXTS = Catalogue.beside(__file__)

MOST = 16
"""Intervals that are listed; the others stand in the workbook."""


def notes_of(source: DeckSource, block: Block) -> str:
    """Return the notes of the slide of an exhibit."""
    parts = [f"{source.word('message')}: {block.title}"]
    if block.note:
        parts.append(f"{source.word('note')}: {block.note}")
    found = list(_chart_intervals(source.style, block) if block.kind == "figure" else _table_intervals(block))
    if found:
        rest = len(found) - MOST
        more = [TEXTS["more_intervals"].fill(count=rest).to(block.formats.language)] if rest > 0 else []
        parts.append("\n".join([f"{source.word('intervals')}:", *found[:MOST], *more]))
    if block.source:
        parts.append(f"{source.word('source')}: {block.source}")
    return "\n\n".join(parts)


def _chart_intervals(style: Style, block: Block) -> Iterator[str]:
    """Yield each interval of a chart with what it belongs to."""
    chart = Chart.model_validate(block.content["chart"])
    units = {panel.name: panel for panel in chart.panels if panel.unit}
    for entry in entries(chart.rows):
        if not (known(entry.low) and known(entry.high)):
            continue
        own = units.get(entry.panel, chart)
        name = " · ".join(filter(None, (str(entry.panel), _category(style, chart, entry.category), str(entry.series))))
        writer, digits = getattr(style.formats, own.write), _digits(own, entry)
        value = f"{writer(entry.value, digits)} " if known(entry.value) else ""
        unit = f" {own.unit}" if own.write in ("number", "signed") and own.unit.strip() else ""
        span = style.formats.interval(entry.low, entry.high, own.write, digits)
        yield f"{name}: {value}({span}){unit}"


def _digits(own: Chart | Panel, entry: Any) -> int:
    """Return the decimals of an interval: those of its chart, or as many as its ends need to be told apart."""
    if own.write not in ("number", "signed"):
        return own.digits
    size = max(abs(entry.low), abs(entry.high))
    return max(own.digits, 2 if size < 10 else 1 if size < 100 else 0)


def _category(style: Style, chart: Chart, category: object) -> str:
    if chart.axis_write == "month":
        import datetime as dt

        return style.month(dt.date.fromisoformat(str(category)))
    if isinstance(category, float | int) and chart.axis_write:
        return str(getattr(style.formats, chart.axis_write)(float(category), 0))
    return style.formats.number(float(category)) if isinstance(category, float | int) else str(category)


def _table_intervals(block: Block) -> Iterator[str]:
    """Yield each cell of a table that has an interval, with the names of its row and column."""
    columns = block.content["columns"]
    places = {column["name"]: place for place, column in enumerate(columns)}
    for name, numbers in block.content.get("numbers", {}).items():
        column = columns[places[name]]
        for row, number in zip(block.content["rows"], numbers, strict=True):
            if number is not None and number[1] is not None:
                cell = written(row[places[name]], column, block.formats)
                unit = f" {column['unit']}" if column["unit"] else ""
                yield f"{written(row[0], columns[0], block.formats)}, {column['label']}: {cell}{unit}"
