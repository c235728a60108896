"""The value of information: what it would be worth, in money, to know something before deciding.

It is the gain in expected profit from being able to choose after the answer; what would not change the choice is worth
nothing, however uncertain it is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.foundation.arrays import Floats
from simkit.foundation.text import Text
from simkit.study.regret import Worlds, percentiles

INFORMATION_COLUMNS = ("item", "kind", "label_de", "label_en", "value", "low", "high", "turns_at", "unit")
LEAF_COLUMNS = ("leaf", "low_difference", "high_difference")
WEIGHTS = (0.3, 0.4, 0.3)
"""Probability of a leaf's low value, of its present value and of its high value."""
WORLDS = Text(de="Mehr Wiederholungen der Simulation", en="More replications of the simulation")
SCENARIO = Text(de="Welches Szenario eintritt", en="Which scenario will come")


def value_of_runs(worlds: Worlds) -> pd.DataFrame:
    """Return what it would be worth to know the true means of the designs, and to know which scenario will come.

    Parameters
    ----------
    worlds : Worlds
        Profit by scenario, design and world; the main scenario first.

    Returns
    -------
    DataFrame
        Columns item, kind ("runs"), label_de, label_en, value, low, high, turns_at, unit; money over the horizon. The
        scenario is missing when there is only one.

    Notes
    -----
    Expected value of perfect information (Howard 1966, *IEEE Trans. Syst. Sci. Cybern.* 2): E[max over designs] − max
    over designs of E. Of the replications: over the paired bootstrap distribution of the main scenario's means, which is
    the most that more computing could bring; it has no interval of its own. Of the scenarios: with equal weights, a
    convention of this kit, and the percentile interval of the bootstrap. Caveat: equal weights are no forecast.
    """
    own = worlds.drawn[:, 0, :]
    best = int(worlds.means[0].argmax())
    gain = float((own.max(axis=1) - own[:, best]).mean())
    rows = [_row("replications", "runs", WORLDS, gain, np.nan, np.nan, "")]
    if len(worlds.scenarios) > 1:
        low, high = percentiles(_knowing_the_scenario(worlds.drawn))
        turns = [name for n, name in enumerate(worlds.scenarios) if int(worlds.means[n].argmax()) != best]
        value = float(_knowing_the_scenario(worlds.means))
        rows.append(_row("scenario", "runs", SCENARIO, value, float(low), float(high), " ".join(turns)))
    return pd.DataFrame(rows, columns=list(INFORMATION_COLUMNS))


def _knowing_the_scenario(means: Floats) -> Floats:
    """Mean of each scenario's best less the best mean over the scenarios; shape (…, scenarios, designs) to (…)."""
    result: Floats = means.max(axis=-1).mean(axis=-1) - means.mean(axis=-2).max(axis=-1)
    return result


def value_of_leaves(leaves: pd.DataFrame, today_difference: float, labels: dict[str, Text]) -> pd.DataFrame:
    """Return what it would be worth to know each leaf before deciding between the best design and its runner-up.

    Parameters
    ----------
    leaves : DataFrame
        Columns leaf, low_difference, high_difference: mean paired difference in profit, best less runner-up, at the
        leaf's low and high value; money.
    today_difference : float
        The same at the leaf's present value.
    labels : dict of str to Text
        What people call a leaf; its path where it is missing.

    Returns
    -------
    DataFrame
        As :func:`value_of_runs`, kind "leaf", the most valuable first; `turns_at` tells at which end the runner-up is
        the better choice ("low", "high", both, or neither).

    Notes
    -----
    Expected value of partial perfect information of a choice between two designs, Σ p·max(d, 0) − max(Σ p·d, 0), with
    the weights 0.3, 0.4 and 0.3 for low, present and high (Swanson's 30-40-30 rule: Hurst, Brown & Swanson 2000, *AAPG
    Bulletin* 84; known as extended Swanson-Megill: Keefer & Bodily 1983, *Management Science* 29, who show it to be among
    the best three-point forms where low and high are the 10 % and 90 % points). Caveats: a leaf's range is read as these
    points; leaves move one at a time; the differences are taken as known. There is no interval, for the same reason.
    """
    ends = leaves[["low_difference", "high_difference"]].to_numpy(dtype=float)
    points = np.column_stack([ends[:, 0], np.full(len(ends), today_difference), ends[:, 1]])
    weights = np.array(WEIGHTS)
    gain = np.maximum(points, 0.0) @ weights - np.maximum(points @ weights, 0.0)
    gain = np.where(gain > 1e-9 * np.abs(points).max(axis=1, initial=0.0), gain, 0.0)  # what is left of rounding
    turned = (points < 0) != (points @ weights < 0)[:, None]
    rows = [
        _row(leaf, "leaf", labels.get(leaf, Text(de=leaf, en=leaf)), float(value), np.nan, np.nan, _ends(flags))
        for leaf, value, flags in zip(leaves["leaf"].astype(str), gain, turned, strict=True)
    ]
    table = pd.DataFrame(rows, columns=list(INFORMATION_COLUMNS))
    return table.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def _ends(turned: Floats) -> str:
    return " ".join(name for name, flag in (("low", turned[0]), ("high", turned[2])) if flag)


def _row(
    item: str, kind: str, label: Text, value: float, low: float, high: float, turns_at: str
) -> tuple[str | float, ...]:
    return item, kind, label.de, label.en, value, low, high, turns_at, "money"
