"""Sentences about a number of things, in singular and plural, with the thousands of large numbers set apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simkit.foundation.formats import Formats
from simkit.foundation.text import Language, Text

_FORMS = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")


@dataclass(frozen=True)
class Counted(Text):
    """A text with a place ``{count}``; ``[row|rows]`` takes the first form for one, the second for any other number."""

    def fill(self, **values: object) -> Text:
        """Return the text with its places completed; without a count it stays open for one."""
        if "count" not in values:
            return Counted(**vars(super().fill(**values)))
        place = r"\1" if values["count"] == 1 else r"\2"
        return Text(
            de=_FORMS.sub(place, self.de).format(**_written(values, "de")),
            en=_FORMS.sub(place, self.en).format(**_written(values, "en")),
        )


def _written(values: dict[str, object], language: Language) -> dict[str, object]:
    formats = Formats(language=language)
    return {
        name: formats.number(value)
        if isinstance(value, int) and not isinstance(value, bool)
        else value.to(language)
        if isinstance(value, Text)
        else value
        for name, value in values.items()
    }
