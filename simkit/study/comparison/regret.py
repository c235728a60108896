"""Regret and the value of information: what a choice gives away once the scenario is known, and what it is worth to know before.

The design with the least largest regret is the cautious choice when nobody knows which scenario will come. The value of
information is the gain in expected profit from being able to choose after the answer; what would not change the choice is
worth nothing, however uncertain it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.study.paired_comparison import DRAWS, LEVEL, PROFIT, paired

REGRET_COLUMNS = ("scenario", "design", "mean", "regret", "low", "high", "best")
WORST_COLUMNS = ("design", "scenario", "regret", "low", "high", "probability_least", "rank")


@dataclass(frozen=True, kw_only=True)
class ReplicationMeans:
    """One measure of several designs in several scenarios, with bootstrap samples of its means."""

    scenarios: tuple[str, ...]
    designs: tuple[str, ...]
    """Names."""
    values: Floats
    """Value in each replication."""
    drawn: Floats
    """Means over replications drawn with replacement; the same replications for all designs and scenarios, since a
    replication has the same random streams in all of them."""

    @property
    def means(self) -> Floats:
        """Mean over the replications, shape (scenarios, designs); replications without a value are left out."""
        return mean_of(self.values)


def mean_of(values: Floats) -> Floats:
    """Return the mean over the last axis without missing values; NaN where nothing is left."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.where(known, values, 0.0).sum(axis=-1) / known.sum(axis=-1)
    return result


def replications_of(
    frame: pd.DataFrame,
    scenarios: Sequence[str],
    designs: Sequence[str],
    *,
    seed: int,
    measure: str = PROFIT,
    group: str = "",
    draws: int = DRAWS,
) -> ReplicationMeans:
    """Return the replications of one measure over the whole horizon.

    Parameters
    ----------
    scenarios, designs : sequence of str
        What to compare; every design must have run in every scenario.
    seed : int
        Seed of the study; the samples are the same for every measure, so that several of them can be weighed together.
    measure, group : str
        Which measure.
    """
    tables = [paired(frame, name, measure, group=group)[list(designs)] for name in scenarios]
    values = np.stack([table.to_numpy(dtype=float).T for table in tables])
    number = values.shape[2]
    picks = stream(seed, -1, "study.worlds").integers(0, number, size=(draws, number))
    drawn = np.moveaxis(mean_of(values[:, :, picks]), -1, 0)
    return ReplicationMeans(scenarios=tuple(scenarios), designs=tuple(designs), values=values, drawn=drawn)


def percentiles(drawn: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % percentile interval over the first axis."""
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return low, high


def regrets(replications: ReplicationMeans) -> pd.DataFrame:
    """Return the regret of every design in every scenario.

    Returns
    -------
    DataFrame
        Columns scenario, design, mean, regret, low, high, best (the scenario's best design); money.

    Notes
    -----
    Regret = highest mean of the scenario − mean of the design (Savage 1951, *J. Amer. Statist. Assoc.* 46), at least 0.
    Interval: percentiles of the paired bootstrap over replications, in which the best design is found anew in every sample
    (Efron & Tibshirani, chapter 13). Caveat: the best of several noisy means is picked too high, so a regret near 0 leans
    upwards; with fewer than ten replications the interval is too narrow.
    """
    regret = _regret(replications.means)
    low, high = percentiles(_regret(replications.drawn))
    rows = [
        (scenario, design, replications.means[s, d], regret[s, d], low[s, d], high[s, d], _best(replications, s))
        for s, scenario in enumerate(replications.scenarios)
        for d, design in enumerate(replications.designs)
    ]
    return pd.DataFrame(rows, columns=list(REGRET_COLUMNS))


def worst_regrets(replications: ReplicationMeans) -> pd.DataFrame:
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
    worst = _regret(replications.means).max(axis=0)
    drawn = _regret(replications.drawn).max(axis=1)
    low, high = percentiles(drawn)
    least = drawn == drawn.min(axis=1, keepdims=True)
    where = _regret(replications.means).argmax(axis=0)
    return pd.DataFrame(
        {
            "design": list(replications.designs), "scenario": [replications.scenarios[place] for place in where], "regret": worst,
            "low": low, "high": high, "probability_least": (least / least.sum(axis=1, keepdims=True)).mean(axis=0),
            "rank": pd.Series(worst).rank(method="first").astype(int).to_numpy(),
        }
    )[list(WORST_COLUMNS)]  # fmt: skip


def _regret(means: Floats) -> Floats:
    """Distance of each design to the best of its scenario; designs on the last axis."""
    result: Floats = means.max(axis=-1, keepdims=True) - means
    return result


def _best(replications: ReplicationMeans, scenario: int) -> str:
    return replications.designs[int(replications.means[scenario].argmax())]


INFORMATION_COLUMNS = ("item", "kind", "label_de", "label_en", "value", "low", "high", "turns_at", "unit")
PARAMETER_COLUMNS = ("parameter", "low_difference", "high_difference")
WEIGHTS = (0.3, 0.4, 0.3)
"""Probability of a parameter's low value, of its present value and of its high value."""
REPLICATIONS = Text(de="Mehr Simulationsläufe", en="More replications of the simulation")
SCENARIO = Text(de="Welches Szenario eintritt", en="Which scenario will come")


def value_of_runs(replications: ReplicationMeans) -> pd.DataFrame:
    """Return what it would be worth to know the true means of the designs, and to know which scenario will come.

    Parameters
    ----------
    replications : ReplicationMeans
        Profit by scenario, design and replication; the main scenario first.

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
    own = replications.drawn[:, 0, :]
    best = int(replications.means[0].argmax())
    gain = float((own.max(axis=1) - own[:, best]).mean())
    rows = [_row("replications", "runs", REPLICATIONS, gain, np.nan, np.nan, "")]
    if len(replications.scenarios) > 1:
        low, high = percentiles(_knowing_the_scenario(replications.drawn))
        turns = [name for n, name in enumerate(replications.scenarios) if int(replications.means[n].argmax()) != best]
        value = float(_knowing_the_scenario(replications.means))
        rows.append(_row("scenario", "runs", SCENARIO, value, float(low), float(high), " ".join(turns)))
    return pd.DataFrame(rows, columns=list(INFORMATION_COLUMNS))


def _knowing_the_scenario(means: Floats) -> Floats:
    """Mean of each scenario's best less the best mean over the scenarios; shape (…, scenarios, designs) to (…)."""
    result: Floats = means.max(axis=-1).mean(axis=-1) - means.mean(axis=-2).max(axis=-1)
    return result


def value_of_parameters(parameters: pd.DataFrame, today_difference: float, labels: dict[str, Text]) -> pd.DataFrame:
    """Return what it would be worth to know each parameter before deciding between the best design and its runner-up.

    Parameters
    ----------
    parameters : DataFrame
        Columns parameter, low_difference, high_difference: mean paired difference in profit, best less runner-up, at the
        parameter's low and high value; money.
    today_difference : float
        The same at the parameter's present value.
    labels : dict of str to Text
        What people call a parameter; its path where it is missing.

    Returns
    -------
    DataFrame
        As :func:`value_of_runs`, kind "parameter", the most valuable first; `turns_at` tells at which end the runner-up is
        the better choice ("low", "high", both, or neither).

    Notes
    -----
    Expected value of partial perfect information of a choice between two designs, Σ p·max(d, 0) − max(Σ p·d, 0), with
    the weights 0.3, 0.4 and 0.3 for low, present and high (Swanson's 30-40-30 rule: Hurst, Brown & Swanson 2000, *AAPG
    Bulletin* 84; known as extended Swanson-Megill: Keefer & Bodily 1983, *Management Science* 29, who show it to be among
    the best three-point forms where low and high are the 10 % and 90 % points). Caveats: a parameter's range is read as these
    points; parameters move one at a time; the differences are taken as known. There is no interval, for the same reason.
    """
    ends = parameters[["low_difference", "high_difference"]].to_numpy(dtype=float)
    points = np.column_stack([ends[:, 0], np.full(len(ends), today_difference), ends[:, 1]])
    weights = np.array(WEIGHTS)
    gain = np.maximum(points, 0.0) @ weights - np.maximum(points @ weights, 0.0)
    gain = np.where(gain > 1e-9 * np.abs(points).max(axis=1, initial=0.0), gain, 0.0)  # what is left of rounding
    turned = (points < 0) != (points @ weights < 0)[:, None]
    rows = [
        _row(
            parameter,
            "parameter",
            labels.get(parameter, Text(de=parameter, en=parameter)),
            float(value),
            np.nan,
            np.nan,
            _ends(flags),
        )
        for parameter, value, flags in zip(parameters["parameter"].astype(str), gain, turned, strict=True)
    ]
    table = pd.DataFrame(rows, columns=list(INFORMATION_COLUMNS))
    return table.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def _ends(turned: Floats) -> str:
    return " ".join(name for name, flag in (("low", turned[0]), ("high", turned[2])) if flag)


def _row(
    item: str, kind: str, label: Text, value: float, low: float, high: float, turns_at: str
) -> tuple[str | float, ...]:
    return item, kind, label.de, label.en, value, low, high, turns_at, "money"
