"""A, B, C (and D) customers: the ranking by score, cut at fixed shares of the customers or where the scores break.

Fixed shares are the default, since everybody can explain them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate, pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd

from simkit.foundation.errors import ConfigError
from simkit.foundation.frames import Floats, Whole
from simkit.foundation.text import Text

NO_SEGMENT = Text(de="nicht bekannt", en="not known")
"""What a customer is called of whom no sale states a value: the last class would say that it brings little."""
SEGMENTS: Mapping[str, Text] = MappingProxyType(
    {
        "A": Text(de="A-Kunden", en="A customers"),
        "B": Text(de="B-Kunden", en="B customers"),
        "C": Text(de="C-Kunden", en="C customers"),
        "D": Text(de="D-Kunden", en="D customers"),
    }
)
CUTOFFS: tuple[float, ...] = (0.10, 0.40)
"""Share of the customers down to which the ranking is A, and down to which it is B."""
BREAK_POINTS = 2000
"""Different scores that natural breaks look at one by one."""


def class_sizes(customers: int, cutoffs: tuple[float, ...] = CUTOFFS) -> list[int]:
    """Return up to which place of the ranking each class but the last reaches.

    Parameters
    ----------
    customers : int
        Customers with revenue.
    cutoffs : tuple of float
        Cumulative shares of customers, rising, between 0 and 1: two for A, B and C, three for A to D.

    Raises
    ------
    ConfigError
        The cut-offs are not in order, or there are too many or too few.
    """
    rising = all(low < high for low, high in pairwise((0.0, *cutoffs, 1.0)))
    if not rising or not 1 <= len(cutoffs) < len(SEGMENTS):
        raise ConfigError(
            Text(de="die Grenzen {cutoffs} sind nicht geordnet", en="the cut-offs {cutoffs} are not in order").fill(
                cutoffs=cutoffs
            ),
            "client.yaml: score.cutoffs",
            Text(
                de="zwei steigende Anteile wie [0.1, 0.4] angeben, oder drei für A bis D",
                en="give two rising shares such as [0.1, 0.4], or three for A to D",
            ),
        )
    sizes = [max(1, round(customers * share)) for share in cutoffs]
    return list(accumulate(sizes, max))


def segments(customers: pd.DataFrame, cutoffs: tuple[float, ...] = CUTOFFS) -> pd.Series:
    """Return the segment of each customer.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``customer_id, score, revenue_amount``.
    cutoffs : tuple of float
        Cumulative shares of customers, as in `class_sizes`.

    Returns
    -------
    pandas.Series
        "A", "B", "C" or "D", with the index of `customers`; missing where the revenue is not known.

    Raises
    ------
    ConfigError
        The cut-offs are not in order.

    Notes
    -----
    n counts the customers with revenue: the first ``round(n × a)`` of them, at least one, are A. Customers without
    revenue in the period are in the last class whatever their ratings say. Ties in score are broken by revenue.
    Customers with the same score and revenue cannot be told apart: they share the class of the middle of their places,
    and the best are A however many they are.
    """
    sizes = class_sizes(int((customers["revenue_amount"] > 0).sum()), cutoffs)
    buyers = customers[customers["revenue_amount"] > 0].sort_values("customer_id", kind="stable")
    score, revenue = (buyers[name].to_numpy(dtype=float) for name in ("score", "revenue_amount"))
    order = np.lexsort((-revenue, -score))  # stable: what is equal stays in the order of the ids
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(score[order]) != 0) | (np.diff(revenue[order]) != 0)
    first, size = np.flatnonzero(fresh), np.diff(np.flatnonzero([*fresh, True]))
    middle = np.repeat(np.where(first > 0, first + size // 2, 0), size)  # the place that stands for all who are alike
    names = list(SEGMENTS)[: len(sizes) + 1]
    classes = np.array(names, dtype=object)[np.searchsorted(sizes, middle, side="right")]
    found = pd.Series(classes, index=buyers.index[order], dtype=object).reindex(customers.index, fill_value=names[-1])
    return found.where(customers["revenue_amount"].notna())


def natural_breaks(values: pd.Series, classes: int) -> tuple[list[float], float]:
    """Return where a list of numbers breaks by itself, and how well the classes describe it.

    Parameters
    ----------
    values : pandas.Series
        Scores, missing ones are left out.
    classes : int
        Number of classes, 2 to 8.

    Returns
    -------
    list of float
        The lowest value of each class but the last, falling: what is at or above it belongs to the class.
    float
        Goodness of variance fit, in 0..1: 1 − variation within classes / variation in all.

    Raises
    ------
    ConfigError
        With fewer different values than classes.

    Notes
    -----
    Fisher (1958), *Journal of the American Statistical Association* 53: the split of the sorted values with the least
    sum of squares within classes, found exactly by dynamic programming. More than 2,000 different values are first
    rounded to 2,000 steps.
    """
    known = np.sort(values.dropna().to_numpy(dtype=float))
    points, counts = np.unique(known, return_counts=True)
    if len(points) > BREAK_POINTS:
        steps = np.linspace(points[0], points[-1], BREAK_POINTS)
        points, counts = np.unique(steps[np.searchsorted(steps, known, side="right") - 1], return_counts=True)
    if len(points) < classes:
        raise ConfigError(
            Text(
                de="{n} verschiedene Werte reichen nicht für {classes} Klassen",
                en="{n} different values do not make {classes} classes",
            ).fill(n=len(points), classes=classes),
            "client.yaml: score.classes",
            Text(
                de="weniger Klassen wählen, oder die Grenzen als Anteile angeben",
                en="choose fewer classes, or give the cut-offs as shares",
            ),
        )
    starts, within = _least_squares_split(points, counts.astype(float), classes)
    total = float(((known - known.mean()) ** 2).sum())
    return [float(points[start]) for start in starts[:0:-1]], 1 - within / total


def _least_squares_split(points: Floats, counts: Floats, classes: int) -> tuple[list[int], float]:
    """Return the first place of each class, rising, and the sum of squares within the classes."""
    number = np.concatenate([[0.0], np.cumsum(counts)])
    first = np.concatenate([[0.0], np.cumsum(counts * points)])
    second = np.concatenate([[0.0], np.cumsum(counts * points**2)])

    def squares(start: Whole, end: int) -> Floats:
        """Sum of squares of points[start:end] around their mean, for many starts."""
        result: Floats = (second[end] - second[start]) - (first[end] - first[start]) ** 2 / (
            number[end] - number[start]
        )
        return result

    size = len(points)
    best = np.array([np.inf, *(float(squares(np.array([0]), end)[0]) for end in range(1, size + 1))])
    origin = np.zeros((classes, size + 1), dtype=np.int64)
    for number_of in range(1, classes):
        previous, best = best, np.full(size + 1, np.inf)
        for end in range(number_of + 1, size + 1):
            starts = np.arange(number_of, end)
            sums = previous[starts] + squares(starts, end)
            place = int(sums.argmin())
            best[end], origin[number_of, end] = sums[place], starts[place]
    edges, end = [], size
    for number_of in range(classes - 1, -1, -1):
        end = int(origin[number_of, end]) if number_of else 0
        edges.append(end)
    return edges[::-1], float(best[size])
