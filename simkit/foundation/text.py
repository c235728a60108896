"""Two-language text and the question "did you mean …?".

Everything a person reads exists in German and English side by side, so no sentence can be missing in one of them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
MOST_NAMED = 30
"""So many possible spellings are listed: all chapters and all factors, which are named nowhere else on the screen."""


@dataclass(frozen=True)
class Text:
    """One text in German and English."""

    de: str
    en: str
    """The text; ``{name}`` marks a place that :meth:`fill` completes."""

    def to(self, language: Language) -> str:
        """Return the text in one language."""
        return self.de if language == "de" else self.en

    def fill(self, **values: object) -> Text:
        """Return a new text with its ``{name}`` places completed; a `Text` value is completed language by language."""
        german = {k: v.de if isinstance(v, Text) else v for k, v in values.items()}
        english = {k: v.en if isinstance(v, Text) else v for k, v in values.items()}
        return Text(de=self.de.format(**german), en=self.en.format(**english))

    def __str__(self) -> str:
        return self.en


def same(text: str) -> Text:
    """Return a text that reads the same in both languages (names, paths, identifiers)."""
    return Text(de=text, en=text)


def did_you_mean(wrong: str, choices: Iterable[str]) -> Text:
    """Return a hint that names the nearest of the possible spellings.

    Parameters
    ----------
    wrong : str
        What was written.
    choices : iterable of str
        What could have been written.

    Returns
    -------
    Text
        "Did you mean 'x'?", or the list of all choices when none is near.
    """
    known = sorted(set(choices))
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(wrong.lower(), list(by_lower), n=3, cutoff=0.6)
    if near:
        names = ", ".join(f"'{by_lower[name]}'" for name in near)
        return Text(de=f"Meinten Sie {names}?", en=f"Did you mean {names}?")
    shown = ", ".join(known[:MOST_NAMED]) + (" …" if len(known) > MOST_NAMED else "")
    return Text(de=f"Möglich sind: {shown}.", en=f"Possible are: {shown}.")


_DECIMAL_COMMA = re.compile(r"[-+]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+")


def point_hint(written: object) -> Text:
    """Return the hint how a number with a decimal comma is to be written, such as 0.85 for "0,85"; empty for anything else."""
    if not isinstance(written, str) or not _DECIMAL_COMMA.fullmatch(written.strip()):
        return same("")
    number = written.strip().replace(".", "").replace(",", ".")
    return Text(
        de=f"Schreiben Sie {number}, mit Punkt vor den Dezimalen.",
        en=f"Write {number}, with a point before the decimals.",
    )
