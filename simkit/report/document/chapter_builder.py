"""The builder of a chapter: it makes blocks in the report's language, with the chapter's name on each."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.estimates import FEWEST_TOLD
from simkit.foundation.text import Text
from simkit.intake.privacy.disclosure import check_export, check_no_customers
from simkit.intake.settings.client_settings import MINIMUM_GROUP
from simkit.report.charts.drawers import draw_chart
from simkit.report.document.blocks import Block, Kind
from simkit.report.document.chart import Chart
from simkit.report.document.style import Style, render
from simkit.report.document.table_content import TableColumn, table_content

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Words = Text | str
SHORT = 90
"""Characters of a short title, at most."""


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What stands under a chart or a table."""

    unit: Words = ""
    """Unit, or what is shown, in one line under the title."""
    source: Words = ""
    """Where the values come from."""
    note: Words = ""
    """What to bear in mind."""
    short: Words = ""
    """The title where there is room for :data:`SHORT` characters only; needed where the title may be longer."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A figure that none of the kinds of chart can draw, with the numbers that it shows."""

    figure: Figure
    chart: Chart
    """Of the kind ``picture``."""


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    """One number that stands out."""

    label: Words
    value: Words
    """The number as it is read."""
    detail: Words = ""
    """Interval or comparison under it."""
    number: float | None = None
    """The number itself, in `unit`; None where there is none."""
    low: float | None = None
    high: float | None = None
    """Ends of its interval, in `unit`; None where none is known."""
    unit: Words = ""
    """Unit of the number; ``share`` for one in 0..1, ``money`` for the client's currency."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """One entry of a list such as the assumptions or the glossary."""

    label: Words
    text: Words
    source: Words = ""
    mark: Words = ""
    """Term, explanation, where it comes from, and how far that can be trusted."""


@dataclass(frozen=True, kw_only=True)
class ChapterBuilder:
    """Makes the blocks of one chapter."""

    chapter: str
    style: Style
    minimum: int = MINIMUM_GROUP
    """Smallest group of people that may be shown."""

    def heading(self, name: str, title: Words) -> Block:
        """Return a heading inside the chapter."""
        return self._block("heading", name, title, {})

    def text(self, name: str, *paragraphs: Words, title: Words = "", points: Sequence[Words] = ()) -> Block:
        """Return paragraphs, followed by a list of points."""
        content = {
            "paragraphs": [self._translate(part) for part in paragraphs],
            "points": [self._translate(p) for p in points],
        }
        return self._block("text", name, title, content)

    def figure(self, name: str, title: Words, shown: Chart | Picture, alt: Words, caption: Caption) -> Block:
        """Return a chart with its message as title, and with the data that it is drawn from.

        Parameters
        ----------
        shown : Chart or Picture
            The data, which are drawn as charts of their kind are, or a picture of its own with its data.
        alt : Text or str
            What it shows, for those who cannot see it.

        Raises
        ------
        PrivacyError
            When it would show single persons, or name customers.
        """
        chart = shown if isinstance(shown, Chart) else shown.chart
        where, people = f"{self.chapter}_{name}", chart.people or None
        check_export(chart.table, people_column=people, minimum=self.minimum, where=where)
        check_no_customers(chart.table, where=where)
        figure = draw_chart(self.style, shown) if isinstance(shown, Chart) else shown.figure
        content = {
            **render(figure),
            "alt": self._translate(alt),
            "short_title": self._short(title, caption),
            "chart": chart.model_dump(mode="json"),
        }
        return self._block("figure", name, title, content, caption)

    def _short(self, title: Words, caption: Caption) -> str:
        """Return the title where it is short enough, else the short one, and never more than there is room for."""
        whole, short = self._translate(title), self._translate(caption.short)
        if len(whole) <= SHORT:
            return whole
        return textwrap.shorten(short or whole, SHORT, placeholder=" …")

    def table(
        self,
        name: str,
        title: Words,
        frame: pd.DataFrame,
        columns: Sequence[TableColumn],
        caption: Caption | None = None,
        *,
        total: bool = False,
    ) -> Block:
        """Return a table of the named columns of a frame.

        Raises
        ------
        PrivacyError
            When it would show single persons.
        """
        check_export(frame[[column.name for column in columns]], where=f"{self.chapter}_{name}")
        content = table_content(frame, columns, self.style.formats, total=total)
        return self._block("table", name, title, content, caption or Caption())

    def key_figures(self, name: str, figures: Sequence[KeyFigure], title: Words = "") -> Block:
        """Return a row of numbers that stand out."""
        return self._block("key_figures", name, title, {"items": self.items(figures)})

    def notes(self, name: str, notes: Sequence[Note], title: Words = "", caption: Caption | None = None) -> Block:
        """Return a list of terms with their explanations."""
        return self._block("notes", name, title, {"items": self.items(notes)}, caption or Caption())

    def other(self, kind: Kind, name: str, title: Words, content: dict[str, Any]) -> Block:
        """Return a block of a kind that has one place in the report, such as the cover."""
        return self._block(kind, name, title, content)

    def items(self, entries: Sequence[KeyFigure | Note]) -> list[dict[str, Any]]:
        """Return entries as mappings of text in the report's language, and of numbers."""
        return [
            {
                key: self._translate(value) if isinstance(value, Text | str) else value
                for key, value in vars(entry).items()
            }
            for entry in entries
        ]

    def _block(self, kind: Kind, name: str, title: Words, content: Any, caption: Caption | None = None) -> Block:
        foot = caption or Caption()
        return Block(
            kind=kind,
            name=name,
            chapter=self.chapter,
            title=self._translate(title),
            content=content,
            formats=self.style.formats,
            unit=self._translate(foot.unit),
            source=self._translate(foot.source),
            note=self._translate(foot.note),
        )

    def translate(self, words: Text, **values: object) -> str:
        """Return a text in the report's language with its places filled by values that are written already."""
        return self.style.translate(words.fill(**values))

    def title_of(self, texts: Mapping[str, Text], cases: int, *, count: int | None = None, **values: object) -> str:
        """Return the title that states a share or a number of a group of cases.

        Parameters
        ----------
        texts : mapping of str to Text
            ``told``, with the places of `values` (and ``count, total`` where a number is told); ``none`` where it is 0;
            ``few`` for a group of fewer than five, of which no title says anything general.
        cases : int
            How many there are in the group.
        count : int, optional
            How many of them it is told of.
        """
        if cases < FEWEST_TOLD:
            return self.translate(texts["few"])
        if count is None:
            return self.translate(texts["told"], **values)
        words = texts["none"] if count == 0 and "none" in texts else texts["told"]
        return self.translate(words, count=count, total=self.style.formats.number(cases), **values)

    def _translate(self, words: Words) -> str:
        return self.style.translate(words)
