"""The report as ONE page that opens from disk, prints on A4 and asks no host for anything."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound
from markupsafe import Markup

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.paths import missing, shipped, template, template_folders
from simkit.foundation.text import Language
from simkit.report.document.blocks import Block
from simkit.report.document.story import Part
from simkit.report.document.style import Palette, inline_svg, readable_on, svg_address, tint
from simkit.report.document.table_content import written

TEXTS = Catalogue.beside(__file__)
JOINER = "\u2060"
"""Forbids a break between two letters and has no width."""
CURRENCY = r"(?:[€$£¥]|(?:EUR|USD|GBP|CHF)\b)"
AMOUNT = re.compile(
    rf"(?P<sign>[+\u2212-])(?P<currency>{CURRENCY})|-%-|(?<=\d) (?=%|Mio\.|{CURRENCY})|(?<=Mio\.) (?={CURRENCY})"
)
"""Where a browser would break an amount: behind the sign, and before the unit."""


@dataclass(frozen=True, kw_only=True)
class ChapterPages:
    """One chapter as it stands in the report."""

    name: str
    """Name of the chapter; links point at it."""
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class HtmlPage:
    """Everything the page needs."""

    language: Language
    palette: Palette
    cover: Block
    """Block of the kind ``cover``."""
    chapters: tuple[ChapterPages, ...]
    left_out: tuple[Block, ...] = ()
    """Chapters that rest on assumptions alone, with the reason (kind ``left_out``)."""
    short: bool = False
    """Whether no organisations could be compared: what is missing then stands behind the summary."""
    printed: Mapping[str, float] = field(default_factory=dict)
    """Exhibits that begin a page in print, by ``chapter_name``, with how wide the drawings of the page are, in mm."""
    part: Part = "report"
    """Which document of the run it is."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Number of each exhibit, by ``chapter_name``."""


def page(report: HtmlPage) -> str:
    """Return the whole report as one HTML document."""
    return _rendered("report", report.language, report=report, colours=_colours(report.palette))


def fragment(block: Block) -> str:
    """Return one block as HTML for a notebook."""
    return _rendered("notebook", block.formats.language, block=block)


def _rendered(name: str, language: Language, **content: Any) -> str:
    """Return a page of the theme, which has a template and a style sheet of its name, completed."""
    css = Markup(template("theme", f"{name}.css").read_text(encoding="utf-8"))
    try:
        document = _environment(template_folders("theme")).get_template(f"{name}.html.j2")
        script = Markup(template("theme", "report.js").read_text(encoding="utf-8"))
        return document.render(css=css, script=script, **content, **_tools(language))
    except TemplateNotFound as error:
        raise missing(shipped("templates", "theme") / str(error)) from error


def _tools(language: Language) -> dict[str, Any]:
    """Return what the templates may call: words in the language, cells as text, pictures as addresses."""
    return {
        "word": {name: text.to(language) for name, text in TEXTS.group("words").items()},
        "written": written,
        "svg_address": svg_address,
        "inline_svg": inline_svg,
        "css_string": css_string,
    }


def _colours(palette: Palette) -> dict[str, str]:
    return {
        "primary": palette.primary,
        "on_primary": readable_on(palette.primary),
        "pale": tint(palette.primary, 0.93),
        "soft": tint(palette.primary, 0.75),
        "accent": palette.accent,
    }


def css_string(text: str) -> Markup:
    """Return a text as a CSS string, which cannot end the string, the rule or the style element it stands in."""
    safe = "".join(letter if letter.isalnum() or letter in " .,-–·/&" else f"\\{ord(letter):x} " for letter in text)
    safe = safe.replace("&", "\\26 ")
    return Markup(f'"{safe}"')


def _unbroken(value: Any) -> Any:
    """Keep an amount on one line: "+€308,000", "90 %" and "95-%-Intervall", which a browser would break."""
    plain = isinstance(value, str) and not isinstance(value, Markup)  # markup is a style sheet, or was joined already
    return AMOUNT.sub(_joined, value) if plain else value


def _joined(found: re.Match[str]) -> str:
    sign, currency = found.group("sign"), found.group("currency")
    return f"{sign}{JOINER}{currency}" if sign else found.group().replace("-", "\u2011").replace(" ", "\u00a0")


@functools.cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        finalize=_unbroken,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
