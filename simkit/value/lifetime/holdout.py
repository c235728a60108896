"""How well a method foretold the last part of the history, which was kept from it: totals, single customers, classes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream
from simkit.value.lifetime.kinds import LEVEL

SHARE = 1 / 3
LONGEST_DAYS = 364
SHORTEST_HISTORY_DAYS = 360
"""A history shorter than about a year is not cut: the season would show, not the method."""
CLASS_EDGES = (0, 1, 2, 4, 9)
"""Last number of repeat purchases of each class but the open one."""
SMALLEST_TOLD = 0.005
"""A smaller bias is one of 0 % to whoever reads it."""
NEAREST_TOLD = 0.0005
"""An end of its interval that is nearer to 0 is 0.0 % to whoever reads it, which is no difference from nothing."""
FORETOLD_IN_VAIN = 3.7
"""Of so many purchases foretold, none at all comes with a chance of 2.5 % (Poisson)."""
Triple = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, kw_only=True)
class ForecastFit:
    """Foretold against actual."""

    predicted: float
    actual: float
    """Totals over all customers."""
    ratio: Estimate | None
    """Predicted / actual, with a 95 % interval over customers and refits; None when nothing came at all, an end
    missing where so little came that it has none."""
    mean_absolute_error: float
    """Mean over customers of |predicted − actual|."""

    @property
    def bias(self) -> Estimate | None:
        """Foretold / actual − 1 with its interval where that leaves 0 out and is a bias that can be told.

        The upper end is missing where so little came that it is open. None where the forecast may be right, where nothing came
        (`nothing_came`), and where what it is off by is nothing once it is rounded: under half a per cent, or an end of the
        interval under half a per mille.
        """
        if self.ratio is None:
            return None
        found = Estimate(value=self.ratio.value - 1, low=self.ratio.low - 1, high=self.ratio.high - 1)
        above = found.low >= NEAREST_TOLD and not found.high < found.low
        below = found.low <= found.high <= -NEAREST_TOLD
        return found if (above or below) and abs(found.value) >= SMALLEST_TOLD else None

    @property
    def nothing_came(self) -> bool:
        """Whether nothing came of so much foretold that chance does not explain it."""
        return self.ratio is None and self.predicted >= FORETOLD_IN_VAIN

    def beats(self, other: ForecastFit) -> bool:
        """Whether this one is nearer both in total and by customer."""
        near = abs(self.predicted - self.actual) < abs(other.predicted - other.actual)
        return near and self.mean_absolute_error < other.mean_absolute_error


@dataclass(frozen=True, kw_only=True)
class HoldOut:
    """The test of a method on held-out time."""

    first: pd.Timestamp
    last: pd.Timestamp
    """Days that were held out."""
    customers: int
    """Customers known before."""
    purchases: ForecastFit
    amounts: ForecastFit
    """Purchases (contracts kept, deals won), and revenue."""
    by_class: pd.DataFrame
    """``label, customers, predicted, actual, low, high``: mean purchases per customer by number of repeat purchases
    before; the interval is that of the actual mean."""


def held_out_span(days: pd.DataFrame, end: pd.Timestamp) -> pd.Timestamp | None:
    """Return the last day before the held-out time: the last third, at most a year; None when the history is too short."""
    span = (end - days["day"].min()).days
    if not span >= SHORTEST_HISTORY_DAYS:
        return None
    return end - pd.Timedelta(days=min(round(span * SHARE), LONGEST_DAYS))


def compared(
    *, span: tuple[pd.Timestamp, pd.Timestamp], classes: Floats, purchases: Triple, amounts: Triple, seed: int
) -> HoldOut:
    """Hold predictions against what came.

    Parameters
    ----------
    span : tuple of Timestamp
        Last day before, and last day of the held-out time.
    classes : array of float, shape (customers,)
        Repeat purchases before.
    purchases, amounts : tuple of arrays
        Predicted (customers,), predicted in each draw (customers, draws), actual (customers,).
    seed : int
        Resampling of customers.
    """
    number = classes.size
    random = stream(seed, -1, "value.lifetime.holdout")
    draws = purchases[1].shape[1]
    weights = random.multinomial(number, np.full(number, 1 / max(number, 1)), size=draws).astype(float)
    return HoldOut(
        first=span[0] + pd.Timedelta(days=1),
        last=span[1],
        customers=number,
        purchases=_fit(purchases, weights),
        amounts=_fit(amounts, weights),
        by_class=_by_class(classes, purchases[0], purchases[2]),
    )


def _fit(values: Triple, weights: Floats) -> ForecastFit:
    predicted, spread, actual = values
    total, came = float(predicted.sum()), float(actual.sum())
    ratio = None
    if came > 0:
        low = high = float("nan")
        if weights.size:
            foretold, arrived = np.einsum("dc,cd->d", weights, spread), weights @ actual
            drawn = np.where(arrived > 0, foretold / np.where(arrived > 0, arrived, 1.0), np.inf)
            ends = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="higher")
            low, high = (float(end) if np.isfinite(end) else float("nan") for end in ends)
        ratio = Estimate(value=total / came, low=low, high=high)
    return ForecastFit(
        predicted=total,
        actual=came,
        ratio=ratio,
        mean_absolute_error=float(np.abs(predicted - actual).mean()) if predicted.size else float("nan"),
    )


def _by_class(classes: Floats, predicted: Floats, actual: Floats) -> pd.DataFrame:
    place = np.searchsorted(CLASS_EDGES, classes, side="left")
    rows = []
    for number in np.unique(place):
        inside = place == number
        count = int(inside.sum())
        mean = float(actual[inside].mean())
        half = 1.96 * float(actual[inside].std(ddof=1)) / count**0.5 if count > 1 else float("nan")
        low, high = half if math.isnan(half) else max(0.0, mean - half), mean + half
        rows.append((class_label(int(number)), count, float(predicted[inside].mean()), mean, low, high))
    return pd.DataFrame(rows, columns=["label", "customers", "predicted", "actual", "low", "high"])


def class_label(number: int) -> str:
    """Return the name of a class of repeat purchases, such as 3–4 or 10+."""
    if number == len(CLASS_EDGES):
        return f"{CLASS_EDGES[-1] + 1}+"
    first = CLASS_EDGES[number - 1] + 1 if number else 0
    return str(first) if first == CLASS_EDGES[number] else f"{first}–{CLASS_EDGES[number]}"
