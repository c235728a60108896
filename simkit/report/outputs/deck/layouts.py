"""The layouts and placeholders of a master, whoever made it: found by the types of their placeholders and by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.paths import template
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import SlideLayout

TEXTS = Catalogue.beside(__file__)

LayoutRole = Literal["cover", "summary", "chart", "table", "backup"]
OWN_PLACES = ("tracker", "unit", "note", "source")
"""Placeholders of an exhibit that a master may lack, each with what happens then."""
CONTENT_TYPES = {"chart": ("CHART", "OBJECT"), "table": ("TABLE", "OBJECT"), "backup": ("OBJECT", "CHART", "TABLE")}
"""Types of the placeholder of a content, the best first."""
TITLES = ("TITLE", "CENTER_TITLE")
SMALLEST = 0.25
"""Share of the slide below which a placeholder holds no exhibit."""


@dataclass(frozen=True)
class Layouts:
    """The layouts of a master by what they are for."""

    deck: Presentation

    @cached_property
    def _found(self) -> dict[LayoutRole, SlideLayout]:
        return {role: self._best(role) for role in get_args(LayoutRole)}

    def of(self, role: LayoutRole) -> SlideLayout:
        """Return the layout for a kind of slide: the one of that name, else the first that has the placeholders for it."""
        return self._found[role]

    def _best(self, role: LayoutRole) -> SlideLayout:
        found = list(self.deck.slide_layouts)
        fitting = [layout for layout in found if self._fits(layout, role)]
        named = [layout for layout in fitting if _named(layout.name, TEXTS.group("layouts")[role])]
        if named or fitting:
            return min(named or fitting, key=lambda layout: self._distance(layout, role))
        return self._best("backup") if role != "backup" else found[0]

    @cached_property
    def usable(self) -> bool:
        """Whether any layout has a title and a content."""
        return any(self._fits(layout, "backup") for layout in self.deck.slide_layouts)

    def index_of(self, layout: SlideLayout, name: str) -> int | None:
        """Return the number of the placeholder of a layout that is called so in one of the two languages."""
        key = (str(layout.part.partname), name)
        if key not in self._indices:
            found = placed(layout.placeholders, name)
            self._indices[key] = None if found is None else int(found.placeholder_format.idx)
        return self._indices[key]

    @cached_property
    def _indices(self) -> dict[tuple[str, str], int | None]:
        return {}

    def content(self, layout: Any, role: LayoutRole) -> Any:
        """Return the placeholder of a layout that takes the exhibit; None without one."""
        wanted = CONTENT_TYPES.get(role, ("OBJECT",))
        large = [one for one in layout.placeholders if kind_of(one) in wanted and self._large(one)]
        return min(large, key=lambda one: wanted.index(kind_of(one)), default=None)

    def _fits(self, layout: Any, role: LayoutRole) -> bool:
        kinds = [kind_of(one) for one in layout.placeholders]
        if not any(kind in TITLES for kind in kinds):
            return False
        if role == "cover":
            return "SUBTITLE" in kinds
        if role == "summary":
            return placed(layout.placeholders, "left") is not None or kinds.count("OBJECT") in (1, 2)
        return self.content(layout, role) is not None

    def _distance(self, layout: Any, role: LayoutRole) -> tuple[int, int]:
        """Return how far a layout is from what is wanted: other contents beside the one, then another type than the best."""
        contents = [one for one in layout.placeholders if kind_of(one) in ("OBJECT", "CHART", "TABLE", "PICTURE")]
        wanted = (
            2
            if role == "summary" and placed(layout.placeholders, "left") is None
            else 0
            if role in ("summary", "cover")
            else 1
        )
        own = self.content(layout, role)
        best = CONTENT_TYPES[role].index(kind_of(own)) if own is not None and role in CONTENT_TYPES else 0
        return abs(len(contents) - wanted), best

    def _large(self, place: Any) -> bool:
        whole = float(self.deck.slide_width or 1) * float(self.deck.slide_height or 1)
        return float(place.width) * float(place.height) >= SMALLEST * whole


def kind_of(place: Any) -> str:
    """Return the type of a placeholder, such as ``TITLE`` or ``OBJECT``."""
    return str(place.placeholder_format.type.name)


def placed(places: Iterable[Any], name: str) -> Any:
    """Return the placeholder that is called so in one of the two languages; None without one."""
    words = TEXTS.group("places")[name]
    found = (one for one in places if _named(one.name, words) and kind_of(one) in ("BODY", "OBJECT"))
    return next(found, None)


def of_kind(layout: Any, kind: str) -> Any:
    """Return the first placeholder of a type; None without one."""
    return next((one for one in layout.placeholders if kind_of(one) == kind), None)


def open_master(path: Path | None) -> Presentation:
    """Return the consultant's master, else the shipped one, without the slides that it may hold.

    Raises
    ------
    ConfigError
        When the file is missing, is no presentation, or has no layout for an exhibit.
    """
    from pptx import Presentation

    if path is not None and (problem := master_problem(path, path.name, "client.yaml: brand.pptx")) is not None:
        raise problem
    deck = Presentation(str(path or template("deck", "master.pptx")))
    listed = deck.slides._sldIdLst
    for slide in list(listed):
        deck.part.drop_rel(slide.rId)
        listed.remove(slide)
    return deck


def master_problem(path: Path, written: str, where: str) -> ConfigError | None:
    """Return why a file cannot be the master of a deck; None when it can.

    Parameters
    ----------
    written : str
        The file as client.yaml names it.
    where : str
        Where that stands.
    """
    from pptx import Presentation

    words = TEXTS.group("problems")

    def problem(name: str) -> ConfigError:
        return ConfigError(words[name].fill(file=written), where, words[f"{name}_remedy"])

    if not path.is_file():
        return problem("missing")
    try:
        deck = Presentation(str(path))
    except Exception:  # noqa: BLE001 - whatever cannot be opened is no presentation
        return problem("unreadable")
    return None if Layouts(deck).usable else problem("no_title")


def master_lacks(path: Path) -> Iterator[Text]:
    """Yield what a master lacks, each with what stands in its place."""
    from pptx import Presentation

    layouts, words = Layouts(Presentation(str(path))), TEXTS.group("lacks")
    if of_kind(layouts.of("cover"), "SUBTITLE") is None:
        yield words["cover"].fill(instead=layouts.of("cover").name)
    exhibit = layouts.of("chart")
    for name in OWN_PLACES:
        if placed(exhibit.placeholders, name) is None:
            yield words[name]
    for name, kind in (("footer", "FOOTER"), ("page", "SLIDE_NUMBER")):
        if of_kind(exhibit, kind) is None:
            yield words[name]


def _named(name: str, words: Text) -> bool:
    return any(word.casefold() in name.casefold() for word in (words.de, words.en))
