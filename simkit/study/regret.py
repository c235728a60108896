"""Regret across scenarios: what each design gives away against the best design of each scenario, and in its worst one.

The design with the least largest regret is the cautious choice when nobody knows which scenario will come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.arrays import Floats
from simkit.foundation.streams import stream
from simkit.study.comparison import DRAWS, LEVEL, PROFIT, paired

REGRET_COLUMNS = ("scenario", "design", "mean", "regret", "low", "high", "best")
WORST_COLUMNS = ("design", "scenario", "regret", "low", "high", "probability_least", "rank")


@dataclass(frozen=True, kw_only=True)
class Worlds:
    """One measure of several designs in several scenarios, with bootstrap samples of its means.

    Parameters
    ----------
    scenarios, designs : tuple of str
        Names.
    values : ndarray, shape (scenarios, designs, replications)
        Value in each world.
    drawn : ndarray, shape (draws, scenarios, designs)
        Means over replications drawn with replacement; the same replications for all designs and scenarios, since a
        replication has the same random streams in all of them.
    """

    scenarios: tuple[str, ...]
    designs: tuple[str, ...]
    values: Floats
    drawn: Floats

    @property
    def means(self) -> Floats:
        """Mean over the replications, shape (scenarios, designs); worlds without a value are left out."""
        return mean_of(self.values)


def mean_of(values: Floats) -> Floats:
    """Return the mean over the last axis without missing values; NaN where nothing is left."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.where(known, values, 0.0).sum(axis=-1) / known.sum(axis=-1)
    return result


def worlds_of(
    frame: pd.DataFrame,
    scenarios: Sequence[str],
    designs: Sequence[str],
    *,
    seed: int,
    measure: str = PROFIT,
    group: str = "",
    draws: int = DRAWS,
) -> Worlds:
    """Return the worlds of one measure over the whole horizon.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs.
    scenarios, designs : sequence of str
        What to compare; every design must have run in every scenario.
    seed : int
        Seed of the study; the samples are the same for every measure, so that several of them can be weighed together.
    measure, group : str
        Which measure.
    draws : int
        Bootstrap samples.
    """
    tables = [paired(frame, name, measure, group=group)[list(designs)] for name in scenarios]
    values = np.stack([table.to_numpy(dtype=float).T for table in tables])
    number = values.shape[2]
    picks = stream(seed, -1, "study.worlds").integers(0, number, size=(draws, number))
    drawn = np.moveaxis(mean_of(values[:, :, picks]), -1, 0)
    return Worlds(scenarios=tuple(scenarios), designs=tuple(designs), values=values, drawn=drawn)


def percentiles(drawn: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % percentile interval over the first axis."""
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return low, high


def regrets(worlds: Worlds) -> pd.DataFrame:
    """Return the regret of every design in every scenario.

    Returns
    -------
    DataFrame
        Columns scenario, design, mean, regret, low, high, best (the scenario's best design); money.

    Notes
    -----
    Regret = highest mean of the scenario − mean of the design (Savage 1951, *J. Amer. Statist. Assoc.* 46), at least 0.
    Interval: percentiles of the paired bootstrap over worlds, in which the best design is found anew in every sample
    (Efron & Tibshirani, chapter 13). Caveat: the best of several noisy means is picked too high, so a regret near 0 leans
    upwards; with fewer than ten worlds the interval is too narrow.
    """
    regret = _regret(worlds.means)
    low, high = percentiles(_regret(worlds.drawn))
    rows = [
        (scenario, design, worlds.means[s, d], regret[s, d], low[s, d], high[s, d], _best(worlds, s))
        for s, scenario in enumerate(worlds.scenarios)
        for d, design in enumerate(worlds.designs)
    ]
    return pd.DataFrame(rows, columns=list(REGRET_COLUMNS))


def worst_regrets(worlds: Worlds) -> pd.DataFrame:
    """Return the largest regret of every design over the scenarios.

    Returns
    -------
    DataFrame
        Columns design, scenario (where it is largest), regret, low, high, probability_least (that no other design has a
        smaller largest regret; equals share), rank (1 is the minimax choice); money.

    Notes
    -----
    Minimax regret (Savage 1951), with the bootstrap of :func:`regrets`. No scenario is weighed: one that is absurd
    decides as much as any other, so the scenarios must be plausible.
    """
    worst = _regret(worlds.means).max(axis=0)
    drawn = _regret(worlds.drawn).max(axis=1)
    low, high = percentiles(drawn)
    least = drawn == drawn.min(axis=1, keepdims=True)
    where = _regret(worlds.means).argmax(axis=0)
    return pd.DataFrame(
        {
            "design": list(worlds.designs), "scenario": [worlds.scenarios[place] for place in where], "regret": worst,
            "low": low, "high": high, "probability_least": (least / least.sum(axis=1, keepdims=True)).mean(axis=0),
            "rank": pd.Series(worst).rank(method="first").astype(int).to_numpy(),
        }
    )[list(WORST_COLUMNS)]  # fmt: skip


def _regret(means: Floats) -> Floats:
    """Distance of each design to the best of its scenario; designs on the last axis."""
    result: Floats = means.max(axis=-1, keepdims=True) - means
    return result


def _best(worlds: Worlds, scenario: int) -> str:
    return worlds.designs[int(worlds.means[scenario].argmax())]
