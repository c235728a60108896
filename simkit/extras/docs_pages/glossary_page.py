"""The glossary as a page for docs/: the terms of the kit, and the catalogues of tables, activities, factors and the rest.

``python -m simkit.extras.docs_pages.glossary_page`` writes it; a test keeps the page and the catalogues together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from simkit.effort.taxonomy import CATALOGUE, GROUPS
from simkit.foundation.paths import CHECKOUT
from simkit.intake.settings.schemas import TABLES
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measures.measures import MEASURE_LABELS, MEASURES
from simkit.value.score.factors import FACTORS

PAGE = CHECKOUT / "docs" / "glossary.md"
TERMS = Path(__file__).with_name("kit_terms.yaml")


def glossary_page() -> str:
    """Return the page in Markdown: code, German, English, and the unit or group."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Glossary"
    yield ""
    yield "Written by `python -m simkit.extras.docs_pages.glossary_page` from the catalogues; do not edit it by hand."
    yield from _terms()
    yield from _table(
        "Activities",
        "group",
        ((one.name, one.label.de, one.label.en, GROUPS[one.group].en) for one in CATALOGUE.values()),
    )
    yield from _table(
        "Factors of customer value",
        "unit",
        ((one.name, one.label.de, one.label.en, one.unit.en) for one in FACTORS.values()),
    )
    yield from _table(
        "Measures of a simulation",
        "unit",
        ((name, MEASURE_LABELS[name].de, MEASURE_LABELS[name].en, one.unit) for name, one in MEASURES.items()),
    )
    for table in TABLES.values():
        rows = ((one.name, one.label.de, one.label.en, one.kind) for one in table.columns)
        yield from _table(f"Columns of `{table.name}` ({table.label.de}, {table.label.en})", "kind", rows)
    yield from _table(
        "Parameters of the simulation",
        "unit",
        ((one.path, one.label.de, one.label.en, one.unit) for one in load_defaults().values()),
    )


def _terms() -> Iterator[str]:
    yield ""
    yield "## Terms of the kit"
    yield ""
    yield "| English | German | meaning |"
    yield "|---|---|---|"
    for term in yaml.safe_load(TERMS.read_text(encoding="utf-8")).values():
        yield f"| {term['en']} | {term['de']} | {term['meaning']} |"


def _table(title: str, last: str, rows: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield f"| code | German | English | {last} |"
    yield "|---|---|---|---|"
    for code, german, english, more in rows:
        yield f"| `{code}` | {german} | {english} | {more} |"


if __name__ == "__main__":
    PAGE.write_text(glossary_page(), encoding="utf-8")
