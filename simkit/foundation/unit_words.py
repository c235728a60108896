"""What the units of the parameter tree are called."""

from __future__ import annotations

from collections.abc import Mapping

from simkit.foundation.text import Text

UNIT_WORDS: Mapping[str, Text] = {
    "1": Text(de="", en=""),
    "share": Text(de="Anteil", en="share"),
    "flag": Text(de="", en=""),  # the label says which is which
    "choice": Text(de="", en=""),  # the label says what each number stands for
    "h": Text(de="h", en="h"),
    "h/d": Text(de="h je Tag", en="h a day"),
    "h/a": Text(de="h je Jahr", en="h a year"),
    "d": Text(de="Arbeitstage", en="working days"),
    "d calendar": Text(de="Kalendertage", en="calendar days"),
    "d/a": Text(de="Tage je Jahr", en="days a year"),
    "a": Text(de="Jahre", en="years"),
    "months": Text(de="Monate", en="months"),
    "1/a": Text(de="je Jahr", en="a year"),
    "1/h": Text(de="je Stunde", en="an hour"),
    "money": Text(de="in Währung", en="of currency"),
    "money/a": Text(de="in Währung je Jahr", en="of currency a year"),
}
