"""The agendas of a workshop over one and over two days, from the Markdown files in templates/workshop."""

from __future__ import annotations

from typing import Literal

from simkit.foundation.paths import template
from simkit.foundation.text import Language

AGENDAS = ("agenda_one_day", "agenda_two_days")
Line = tuple[Literal["title", "heading", "row", "text"], list[str]]


def agenda_text(name: str, language: Language) -> str:
    """Return one agenda as Markdown."""
    return template("workshop", f"{name}.{language}.md").read_text(encoding="utf-8")


def agenda_rows(language: Language) -> list[Line]:
    """Return both agendas line by line as a sheet shows them: titles, headings and rows of tables, and text."""
    lines: list[Line] = []
    for name in AGENDAS:
        table = False
        for line in agenda_text(name, language).splitlines():
            if line.startswith("#"):
                lines.append(("title", [line.lstrip("# ")]))
            elif line.startswith("|"):
                cells = [cell.strip() for cell in line.strip("|").split("|")]
                if set(line) <= set("|-: "):
                    continue
                lines.append(("row" if table else "heading", cells))
            elif line.strip():
                lines.append(("text", [line.strip()]))
            table = line.startswith("|")
        lines.append(("text", [""]))
    return lines
