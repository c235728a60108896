"""Value functions: what turns the raw figure of a factor into a value from 0 to 1, and what a missing one counts.

A function says how much more is how much better: in a straight line, by less and less, from a threshold on, along an S, or by
rank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from simkit.foundation.formats import Formats
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.settings.customer_settings import FactorFunction

Kind = Literal["linear", "diminishing", "threshold", "s", "rank"]
Missing = Literal["left_out", "zero", "half", "mean"]
REFERENCE_POINT = 0.95
"""Quantile of the positive figures that counts one half where a diminishing function states no point of its own."""
S_END = 0.05
"""Value of an S at its lower end; at its upper end it is 1 less this."""
MOST_DIGITS = 3
"""Decimals of a number in words."""

MISSING_WORDS: Mapping[Missing, Text] = {
    "left_out": Text(
        de="bleibt außen vor, die übrigen Faktoren zählen mehr", en="is left out, the other factors count for more"
    ),
    "zero": Text(de="zählt 0", en="counts 0"),
    "half": Text(de="zählt 0,5", en="counts 0.5"),
    "mean": Text(de="zählt wie der Durchschnitt der bekannten", en="counts as the mean of those known"),
}
_RANK = Text(de="Rang unter den Kunden, für die es bekannt ist", en="rank among the customers for which it is known")
_LINEAR = Text(de="linear: 0 bei {low}, 1 bei {high}", en="linear: 0 at {low}, 1 at {high}")
_REFERENCE = Text(de="dem 95-%-Punkt der Kunden", en="the 95% point of the customers")
_DIMINISHING = Text(
    de="steigend ohne Obergrenze, je mehr desto flacher: 0 bei 0, 0,5 bei {at}",
    en="rising without an upper end, flatter and flatter: 0 at 0, 0.5 at {at}",
)
_THRESHOLD = Text(de="Schwelle: 1 ab {at}, darunter 0", en="threshold: 1 from {at} on, 0 below")
_THRESHOLD_FALLING = Text(de="Schwelle: 0 ab {at}, darunter 1", en="threshold: 0 from {at} on, 1 below")
_S = Text(
    de="S-Kurve: {first} bei {low}, {middle} bei {at}, {last} bei {high}",
    en="S-curve: {first} at {low}, {middle} at {at}, {last} at {high}",
)
_FALLING = Text(de="{words}; weniger ist besser", en="{words}; less is better")


@dataclass(frozen=True, kw_only=True)
class ValueFunction:
    """How a factor's raw figure becomes a value in 0..1."""

    kind: Kind
    """``linear``: 0 up to `low`, 1 from `high` on, straight between; ``diminishing``: x / (x + `at`) above 0, else 0;
    ``threshold``: 1 from `at` on, 0 below; ``s``: logistic, 0.05 at `low`, 0.5 in the middle, 0.95 at `high`; ``rank``:
    mid-rank among the customers with a figure, ``(rank − 0.5) / n``, ties sharing their mean rank."""
    low: float | None = None
    high: float | None = None
    """Ends of a linear function or an S, in the unit of the factor."""
    at: float | None = None
    """The threshold, or the point of one half of a diminishing function, in the unit of the factor; a diminishing one
    without it takes the 95 % point of the positive figures."""
    rising: bool = True
    """Whether more is better."""
    missing: Missing = "left_out"
    """What an unknown figure counts: nothing at all, 0, 0.5, or the mean value of the customers with a figure."""

    def of(self, raw: pd.Series) -> pd.Series:
        """Return the value of each raw figure in 0..1, missing where the figure is.

        Notes
        -----
        A diminishing function rises for ever, so that the largest customers stay apart, and hangs on a quantile instead
        of the maximum, so that one giant does not press all others to zero. Ranks are robust too; their price is that
        they do not say how far apart two neighbours are. An S values the first steps and the last ones little (Keeney
        and Raiffa 1976, *Decisions with Multiple Objectives*, on value functions by shape).
        """
        shapes = {
            "linear": self._linear,
            "diminishing": self._diminishing,
            "threshold": self._threshold,
            "s": self._s,
            "rank": _ranks,
        }
        value = shapes[self.kind](raw)
        return value if self.rising else 1.0 - value

    def filled(self, value: pd.Series) -> pd.Series:
        """Return values with the missing ones as the rule says; where nothing is known at all they stay missing."""
        if self.missing == "left_out" or not value.notna().any():
            return value
        fill = {"zero": 0.0, "half": 0.5, "mean": float(value.mean())}[self.missing]
        return value.fillna(fill)

    def words(self, formats: Formats) -> Text:
        """Return the function in words, numbers as the reader writes them."""
        said = self._shape(formats)
        falls_by_itself = self.kind == "threshold"
        return said if self.rising or falls_by_itself else _FALLING.fill(words=said)

    def shaped_as(self, other: ValueFunction) -> bool:
        """Say whether two functions value the figures alike, whatever they do with missing ones."""
        return replace(self, missing=other.missing) == other

    def span(self) -> tuple[float, float] | None:
        """Return a range of raw figures that shows the shape; None where the shape depends on the customers."""
        if self.kind == "threshold" and self.at is not None:
            width = abs(self.at) / 2 or 1.0
            return self.at - width, self.at + width
        if self.kind == "diminishing" and self.at is not None:
            return 0.0, 4 * self.at
        if self.kind not in ("linear", "s"):
            return None
        low, high = self._ends()
        return low - (high - low) / 4, high + (high - low) / 4

    def _ends(self) -> tuple[float, float]:
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high

    def _linear(self, raw: pd.Series) -> pd.Series:
        low, high = self._ends()
        return ((raw - low) / (high - low)).clip(0.0, 1.0)

    def _diminishing(self, raw: pd.Series) -> pd.Series:
        gained = raw.clip(lower=0.0)
        at = float(raw[raw > 0].quantile(REFERENCE_POINT)) if self.at is None else self.at
        # Without a positive figure there is no point, and all are 0.
        return (gained / (gained + at)).where(gained > 0, gained)

    def _threshold(self, raw: pd.Series) -> pd.Series:
        assert self.at is not None
        return (raw >= self.at).astype(float).where(raw.notna())

    def _s(self, raw: pd.Series) -> pd.Series:
        from scipy.special import expit, logit

        low, high = self._ends()
        place = (2 * raw - low - high) / (high - low)
        return pd.Series(expit(logit(1 - S_END) * place.to_numpy(dtype=float)), index=raw.index)

    def _shape(self, formats: Formats) -> Text:
        if self.kind == "rank":
            return _RANK
        if self.kind == "threshold":
            return (_THRESHOLD if self.rising else _THRESHOLD_FALLING).fill(at=_written(self.at, formats))
        if self.kind == "diminishing":
            return _DIMINISHING.fill(at=_REFERENCE if self.at is None else _written(self.at, formats))
        low, high = self._ends()
        if self.kind == "linear":
            return _LINEAR.fill(low=_written(low, formats), high=_written(high, formats))
        return _S.fill(
            first=formats.number(S_END, 2),
            middle=formats.number(0.5, 1),
            last=formats.number(1 - S_END, 2),
            low=_written(low, formats),
            at=_written((low + high) / 2, formats),
            high=_written(high, formats),
        )


def _ranks(raw: pd.Series) -> pd.Series:
    return (raw.rank(method="average") - 0.5) / raw.notna().sum()


def _written(value: float | None, formats: Formats) -> str:
    """Write a number with the decimals that it needs."""
    digits = next((n for n in range(MOST_DIGITS) if value is not None and round(value, n) == value), MOST_DIGITS)
    return formats.number(value, digits)


def with_wishes(function: ValueFunction, wished: FactorFunction) -> ValueFunction:
    """Return a factor's function with what client.yaml says about it; what it does not say stays.

    Parameters
    ----------
    wished : FactorFunction
        The lines of ``score.functions`` on this factor.
    """
    changed = function
    if wished.kind is not None:
        changed = replace(changed, kind=wished.kind, low=wished.low, high=wished.high, at=wished.at)
    if wished.direction is not None:
        changed = replace(changed, rising=wished.direction == "rising")
    return changed if wished.missing is None else replace(changed, missing=wished.missing)
