"""A small report of made exhibits, for the tests of its slides."""

from __future__ import annotations

import base64
import io
from typing import Any

from simkit.foundation.formats import Formats
from simkit.report.document.blocks import Block
from simkit.report.document.chart import Chart
from simkit.report.document.style import Palette, Style
from simkit.report.outputs.deck.deck_source import DeckSource

PALETTE = Palette(primary="#104060", accent="#d08020")


def made_style(language: str = "de") -> Style:
    """Return a style with colours of its own."""
    return Style(formats=Formats(language=language), palette=PALETTE)


def made_chart(kind: str, columns: dict[str, Any], **fields: Any) -> Chart:
    """Return a chart whose columns are called by their roles."""
    roles = {name: name for name in columns}
    if "order" not in fields and all(isinstance(cell, str) for cell in columns["category"]):
        fields["order"] = tuple(dict.fromkeys(columns["category"]))
    return Chart(kind=kind, columns={name: tuple(cells) for name, cells in columns.items()}, **roles, **fields)


BAR = made_chart(
    "bar",
    {"category": ["Verkaufen", "Verwaltung", "Aufbau"], "series": ["Kunde", "Intern", "Aufbau"], "value": [0.2, 0.5, 0.3],
     "low": [0.1, 0.45, None], "high": [0.25, 0.6, None], "shade": ["group:customer", "group:coordination", "group:building"]},
    marks={"Kunde": "bar", "Intern": "bar", "Aufbau": "bar"}, unit="Anteil der Arbeitszeit", write="share", digits=1,
    labelled=True,
)  # fmt: skip
STEPS = made_chart(
    "waterfall",
    {"category": ["Erster", "Zweiter", "Dritter", "zusammen"], "value": [-89.0, 120.0, -10.0, 21.0],
     "low": [-100.0, 90.0, -20.0, 0.0], "high": [-70.0, 150.0, 0.0, 40.0]},
    unit="Tsd. €", write="signed",
)  # fmt: skip


def made_figure(
    chapter: str, name: str, chart: Chart, title: str = "Von 100 Stunden erreichen 20 den Kunden", **texts: str
) -> Block:
    """Return the block of a chart with a tiny picture."""
    from PIL import Image

    png = io.BytesIO()
    Image.new("RGB", (8, 4), "white").save(png, format="PNG")
    content = {
        "png": base64.b64encode(png.getvalue()).decode("ascii"), "svg": "<svg/>", "width_mm": 80.0, "height_mm": 40.0,
        "alt": "Balken je Tätigkeit", "short_title": title[:90], "chart": chart.model_dump(mode="json"),
    }  # fmt: skip
    usual = {"unit": "Anteil je Tätigkeit", "source": "Zeiterfassung, 24 Personen", "note": "Intervalle: 95 %."}
    return Block(
        kind="figure",
        name=name,
        chapter=chapter,
        title=title,
        content=content,
        formats=Formats(language="de"),
        **{**usual, **texts},
    )


def made_table(chapter: str, name: str, rows: int, title: str = "Was die Schritte bringen") -> Block:
    """Return the block of a table with a text, a number and an amount."""
    columns = [
        {"name": "step", "label": "Schritt", "write": "text", "digits": 0, "unit": ""},
        {"name": "gain", "label": "Gewinn", "write": "money", "digits": 0, "unit": "im Jahr"},
        {"name": "range", "label": "Spanne", "write": "figure", "digits": 0, "unit": ""},
    ]
    cells = [[f"Schritt {number}", 1000.0 * number, f"{number} bis {number + 2}"] for number in range(1, rows + 1)]
    numbers = {"range": [[None, float(number), number + 2.0] for number in range(1, rows + 1)]}
    content = {"columns": columns, "rows": cells, "total": False, "numbers": numbers}
    return Block(
        kind="table",
        name=name,
        chapter=chapter,
        title=title,
        content=content,
        formats=Formats(language="de"),
        source="Simulation, 16 Läufe",
    )


def made_decision(verdict: str = "do_it") -> Block:
    """Return the block with the answer."""
    content = {
        "verdict": verdict, "recommendation": "Setzen Sie den Plan um: rund 320.000 € im Jahr. Beginnen Sie im März.",
        "figures": [{"label": "Deckungsbeitrag", "value": "+320.000 €", "detail": "+5,9 %"}],
        "figures_of": "Plan B gegenüber heute",
        "why": ["Der Plan bringt mehr.", "Er hält alle Grenzen ein."], "risks": ["Abgelehnte Aufträge: 89 statt 0."],
        "steps": ["Im März beginnen."], "ask": "Vier Wochen Zeit.", "confidence": ["Aussagesicherheit hoch."],
        "basis": ["Alle Messgrößen passen."], "found": ["20 % der Zeit erreichen den Kunden."], "not_fitting": [],
    }  # fmt: skip
    return Block(kind="decision", name="decision", chapter="decision", title="Zusammenfassung", content=content)


def made_source(**changes: Any) -> DeckSource:
    """Return a small report: an answer, a chart and a table in the body, and as many in the backup."""
    picture = made_chart("picture", {"category": ["heute"], "value": [1.0]})
    heading = Block(
        kind="heading", name="time_title", chapter="time", title="Wohin die Arbeitszeit geht", content={"level": 1}
    )
    blocks = (
        made_decision(changes.pop("verdict", "do_it")), heading, made_figure("time", "hours_by_activity", BAR),
        made_figure("plan", "steps", STEPS, "Am meisten trägt der zweite Schritt bei"), made_table("plan", "business_case", 3),
        made_figure("organisation", "one_picture", picture, "Vorher und nachher"), made_table("time", "long_table", 60),
    )  # fmt: skip
    usual = {
        "blocks": blocks, "style": made_style(), "title": "Diagnose der Vertriebsorganisation",
        "client": "Muster GmbH", "period": "01.07.2024 – 30.06.2026", "date": "01.12.2026", "run": "muster · lauf",
        "confidentiality": "Vertraulich",
    }  # fmt: skip
    return DeckSource(**{**usual, **changes})
