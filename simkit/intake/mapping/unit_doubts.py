"""Units that an export does not say: per cent, minutes, thousands, monthly pay. They are the main error that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text, same
from simkit.intake.mapping.column_contents import Contents
from simkit.intake.settings.schemas import SchemaColumn
from simkit.intake.vocabulary.word_lists import folded

TEXTS = Catalogue.beside(__file__)

_THOUSANDS = re.compile(
    r"(?i)\b(?:t|k)\s?(?:€|eur)\b|t€|k€|\b[tk](?:eur|chf|usd|gbp)\b|\btsd\b|tausend|thousand|\b000s?\b|\bin k\b"
)
_MINUTES = re.compile(r"(?i)\b(?:min|mins|minuten|minutes)\b|minute")
_SECONDS = re.compile(r"(?i)\b(?:sek|sec|secs|sekunden|seconds)\b")
_PER_CENT = re.compile(r"%|(?i:prozent|per ?cent|\bpct\b)")
_HOURS = re.compile(r"(?i)\b(?:h|std|stunden|hours?|hrs?)\b|dezimal|decimal")
LONG_DAY = 16.0
"""No piece of work takes more hours as a rule."""
LEAST_PAY = 12_000.0
"""No post costs less a year as a rule; what is lower is a month's pay, or in thousands."""
LEAST_WEEK, LONGEST_WEEK = 10.0, 48.0
FULL_WEEK = 40.0


@dataclass(frozen=True, kw_only=True)
class UnitFinding:
    """How a column has to be read, and how sure that leaves it."""

    rule: Mapping[str, Any] | None = None
    """The operation that brings it to our unit; None where it is in our unit."""
    certainty: float = 1.0
    """Factor on how sure the column is."""
    doubt: Text = field(default_factory=lambda: same(""))


def unit_of(column: SchemaColumn, heading: str, contents: Contents, unit: str, week: float = FULL_WEEK) -> UnitFinding:
    """Return how the numbers of a column have to be read.

    Parameters
    ----------
    heading, contents : str, Contents
        The client's column.
    unit : str
        What a row of units says of it.
    week : float
        Hours of a full post a week.
    """
    said = f"{heading} {unit}"
    if column.name == "hours":
        return _hours(heading, said, contents)
    if column.name == "fte":
        return _fte(heading, said, contents, week)
    if column.kind == "share":
        return _share(heading, said, contents)
    if column.kind == "money":
        return _money(column, heading, said, contents)
    return UnitFinding()


def _hours(heading: str, said: str, contents: Contents) -> UnitFinding:
    if contents.spoken > 0.5 and contents.numbers < 0.5:
        return UnitFinding(rule={"unit": "1h 30m", "of": heading})
    if contents.clocks > 0.5:
        return UnitFinding()
    if _MINUTES.search(said):
        return UnitFinding(rule={"unit": "minutes", "of": heading})
    if _SECONDS.search(said):
        return UnitFinding(rule={"unit": "seconds", "of": heading})
    if contents.middle > 1_000:
        return UnitFinding(rule={"unit": "seconds", "of": heading}, certainty=0.7, doubt=TEXTS["maybe_seconds"])
    if contents.high > LONG_DAY and contents.middle > 6:
        return UnitFinding(rule={"unit": "minutes", "of": heading}, certainty=0.7, doubt=TEXTS["maybe_minutes"])
    told = _HOURS.search(said) is not None or contents.decimals > 0.05
    return UnitFinding() if told else UnitFinding(certainty=0.92, doubt=TEXTS["which_time"])


def _fte(heading: str, said: str, contents: Contents, week: float) -> UnitFinding:
    if contents.high <= 1:
        return UnitFinding()
    words = folded(said)
    if "woche" in words or "week" in words or "stunden" in words or "hours" in words:
        doubt = TEXTS["weekly_hours"].fill(week=f"{week:g}")
        return UnitFinding(rule={"ratio": [heading, _plain(week)]}, certainty=0.9, doubt=doubt)
    if contents.high <= 100 and (_PER_CENT.search(said) or contents.high > LONGEST_WEEK):
        return UnitFinding(rule={"unit": "per_cent", "of": heading}, certainty=0.9, doubt=TEXTS["posts_in_per_cent"])
    if contents.middle >= LEAST_WEEK and contents.high <= LONGEST_WEEK:
        doubt = TEXTS["weekly_hours"].fill(week=f"{week:g}")
        return UnitFinding(rule={"ratio": [heading, _plain(week)]}, certainty=0.7, doubt=doubt)
    return UnitFinding(certainty=0.6, doubt=TEXTS["posts_above_one"])


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else number


def _share(heading: str, said: str, contents: Contents) -> UnitFinding:
    if contents.per_cent > 0.5 or not contents.high > 1:
        return UnitFinding()
    if contents.high > 100:
        return UnitFinding(certainty=0.6, doubt=TEXTS["shares_above_all"])
    told = _PER_CENT.search(said) is not None
    doubt = same("") if told else TEXTS["shares_in_per_cent"]
    return UnitFinding(rule={"unit": "per_cent", "of": heading}, certainty=1.0 if told else 0.9, doubt=doubt)


def _money(column: SchemaColumn, heading: str, said: str, contents: Contents) -> UnitFinding:
    if _THOUSANDS.search(said):
        return UnitFinding(rule={"unit": "thousands", "of": heading}, certainty=0.95, doubt=TEXTS["in_thousands"])
    if column.label.en != "Staff cost per year" or not contents.middle > 0 or contents.middle >= LEAST_PAY:
        return UnitFinding()
    if contents.high < 300:
        rule = {"unit": "thousands", "of": heading}
        return UnitFinding(rule=rule, certainty=0.7, doubt=TEXTS["maybe_thousands"])
    words = folded(heading)
    told = any(word in words for word in ("monat", "month", "mtl"))
    return UnitFinding(rule={"product": [heading, 12]}, certainty=0.88 if told else 0.75, doubt=TEXTS["monthly_pay"])
