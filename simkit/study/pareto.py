"""The Pareto view: which designs are beaten by no other in everything at once, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from simkit.foundation.arrays import Flags, Floats
from simkit.study.criteria import Criterion, weighed
from simkit.study.regret import Worlds, percentiles, worlds_of

VALUE_COLUMNS = (
    "criterion", "label_de", "label_en", "measure", "group", "unit", "direction", "design", "scenario", "value", "low",
    "high",
)  # fmt: skip
SET_COLUMNS = ("design", "non_dominated", "probability", "beaten_by")


def pareto(
    frame: pd.DataFrame, scenarios: Sequence[str], designs: Sequence[str], *, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the values of every design by every criterion, and the designs that no other beats in all of them.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs.
    scenarios : sequence of str
        The main scenario first.
    designs : sequence of str
        Designs to weigh.
    seed : int
        Seed of the study.

    Returns
    -------
    values : DataFrame
        Columns criterion, label_de, label_en, measure, group, unit, direction, design, scenario (where the value is
        from), value, low, high; in the measure's unit.
    front : DataFrame
        Columns design, non_dominated, probability, beaten_by (designs joined by spaces).

    Notes
    -----
    A design is dominated when another is at least as good by every criterion and better by one (Pareto; Deb 2001,
    *Multi-Objective Optimization using Evolutionary Algorithms*, section 2.4), on the means over worlds. `probability`:
    share of paired bootstrap samples of worlds in which the design is not dominated, the same samples for all criteria;
    intervals are percentiles of these samples. Caveats: with many criteria almost nothing is dominated, and a hair's
    breadth counts; the dominance table asks for more.
    """
    criteria = weighed(frame, scenarios, designs)
    worlds = [_worlds(frame, one, scenarios, designs, seed) for one in criteria]
    means = np.stack([_value(one, part.means) for one, part in zip(criteria, worlds, strict=True)])
    drawn = np.stack([_value(one, part.drawn) for one, part in zip(criteria, worlds, strict=True)], axis=1)
    signs = np.array([one.direction for one in criteria], dtype=float)[:, None]
    values = [
        _rows(one, part, means[n], drawn[:, n]) for n, (one, part) in enumerate(zip(criteria, worlds, strict=True))
    ]
    return pd.concat(values, ignore_index=True), _front(means * signs, drawn * signs, designs)


def _worlds(frame: pd.DataFrame, one: Criterion, scenarios: Sequence[str], designs: Sequence[str], seed: int) -> Worlds:
    asked = scenarios if one.worst_scenario else scenarios[:1]
    return worlds_of(frame, asked, designs, seed=seed, measure=one.measure, group=one.group)


def _value(one: Criterion, means: Floats) -> Floats:
    """Reduce (…, scenarios, designs) to (…, designs): the worst scenario of each design, or the only one."""
    worst: Floats = (one.direction * means).min(axis=-2) * one.direction
    return worst


def _rows(one: Criterion, worlds: Worlds, means: Floats, drawn: Floats) -> pd.DataFrame:
    low, high = percentiles(drawn)
    where = (one.direction * worlds.means).argmin(axis=0)
    return pd.DataFrame(
        {
            "criterion": one.name, "label_de": one.label.de, "label_en": one.label.en, "measure": one.measure,
            "group": one.group, "unit": one.unit, "direction": one.direction, "design": list(worlds.designs),
            "scenario": [worlds.scenarios[place] for place in where], "value": means, "low": low, "high": high,
        }
    )[list(VALUE_COLUMNS)]  # fmt: skip


def _front(means: Floats, drawn: Floats, designs: Sequence[str]) -> pd.DataFrame:
    beats = beaten(means)
    return pd.DataFrame(
        {
            "design": list(designs),
            "non_dominated": ~beats.any(axis=0),
            "probability": (~beaten(drawn).any(axis=-2)).mean(axis=0),
            "beaten_by": [" ".join(np.array(designs)[beats[:, d]]) for d in range(len(designs))],
        }
    )[list(SET_COLUMNS)]


def beaten(values: Floats) -> Flags:
    """Return which design dominates which.

    Parameters
    ----------
    values : ndarray, shape (…, criteria, designs)
        More is better; a missing value makes a pair incomparable.

    Returns
    -------
    ndarray of bool, shape (…, designs, designs)
        Whether the first design dominates the second.
    """
    first, second = values[..., :, :, None], values[..., :, None, :]
    return np.logical_and((first >= second).all(axis=-3), (first > second).any(axis=-3))
