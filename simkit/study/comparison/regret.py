"""Regret and the value of information: what a choice gives away once the scenario is known, and what it is worth to know before.

The design with the least largest regret is the cautious choice when nobody knows which scenario will come. The value of
information is the gain in expected profit from being able to choose after the answer; what would not change the choice is
worth nothing, however uncertain it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags, Floats
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.study.mean_intervals import DRAWS, drawn_means, knowing, knowing_interval, largest_interval, mean_of
from simkit.study.paired_comparison import PROFIT, paired, share_of_wins

REGRET_COLUMNS = ("scenario", "design", "mean", "regret", "low", "high", "best")
WORST_COLUMNS = ("design", "scenario", "regret", "low", "high", "probability_least", "rank")


@dataclass(frozen=True, kw_only=True)
class ReplicationMeans:
    """One measure of several designs in several scenarios, with draws of its true means."""

    scenarios: tuple[str, ...]
    designs: tuple[str, ...]
    """Names."""
    values: Floats
    """Value in each replication, shape (scenarios, designs, replications)."""
    drawn: Floats
    """Draws of the means (:func:`simkit.study.mean_intervals.drawn_means`), paired over designs and scenarios, since a
    replication has the same random streams in all of them; shape (draws, scenarios, designs)."""

    @property
    def means(self) -> Floats:
        """Mean over the replications, shape (scenarios, designs); replications without a value are left out."""
        return mean_of(self.values)


def replications_of(
    frame: pd.DataFrame,
    scenarios: Sequence[str],
    designs: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
) -> ReplicationMeans:
    """Return the replications of profit over the whole horizon.

    Parameters
    ----------
    scenarios, designs : sequence of str
        What to compare; every design must have run in every scenario.
    seed : int
        Seed of the study; the draws belong to the replications.
    """
    tables = [paired(frame, name, PROFIT)[list(designs)] for name in scenarios]
    values = np.stack([table.to_numpy(dtype=float).T for table in tables])
    drawn = drawn_means(values, stream(seed, -1, "study.worlds"), draws)
    return ReplicationMeans(scenarios=tuple(scenarios), designs=tuple(designs), values=values, drawn=drawn)


def regrets(replications: ReplicationMeans) -> pd.DataFrame:
    """Return the regret of every design in every scenario.

    Returns
    -------
    DataFrame
        Columns scenario, design, mean, regret, low, high, best (the scenario's best design); money.

    Notes
    -----
    Regret = highest mean of the scenario − mean of the design (Savage 1951, *J. Amer. Statist. Assoc.* 46), at least 0.
    Interval: of the largest of the paired differences to the others (:func:`simkit.study.mean_intervals.largest_interval`).
    Caveat: the best of several noisy means is picked too high, so a regret near 0 leans upwards; its interval does not.
    """
    regret, others = _regret(replications.means), len(replications.designs) - 1
    ends = [
        [largest_interval(behind, comparisons=others) for behind in _behind(replications.values[s])]
        for s in range(len(replications.scenarios))
    ]
    rows = [
        (scenario, design, replications.means[s, d], regret[s, d], *ends[s][d], _best(replications, s))
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
    Minimax regret (Savage 1951), the interval as in :func:`regrets` over the differences in all scenarios at once.
    `probability_least`: share of the draws of the true means. No scenario is weighed: one that is absurd decides as much
    as any other, so the scenarios must be plausible.
    """
    worst = _regret(replications.means).max(axis=0)
    drawn = _regret(replications.drawn).max(axis=1)
    behind = np.concatenate([_behind(values) for values in replications.values], axis=1)
    comparisons = len(replications.scenarios) * (len(replications.designs) - 1)
    ends = np.array([largest_interval(rows, comparisons=comparisons) for rows in behind])
    where = _regret(replications.means).argmax(axis=0)
    return pd.DataFrame(
        {
            "design": list(replications.designs), "scenario": [replications.scenarios[place] for place in where], "regret": worst,
            "low": ends[:, 0], "high": ends[:, 1], "probability_least": share_of_wins(-drawn),
            "rank": pd.Series(worst).rank(method="first").astype(int).to_numpy(),
        }
    )[list(WORST_COLUMNS)]  # fmt: skip


def _regret(means: Floats) -> Floats:
    """Distance of each design to the best of its scenario; designs on the last axis."""
    result: Floats = means.max(axis=-1, keepdims=True) - means
    return result


def _behind(values: Floats) -> Floats:
    """Return by how much each design is behind every one: (designs, replications) to (designs, designs, replications)."""
    result: Floats = values[None, :, :] - values[:, None, :]
    return result


def _best(replications: ReplicationMeans, scenario: int) -> str:
    return replications.designs[int(replications.means[scenario].argmax())]


INFORMATION_COLUMNS = ("item", "kind", "label_de", "label_en", "value", "low", "high", "turns_at", "unit")
LEAST_REPLICATIONS = 3
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
    over designs of E. Of the replications: over the draws of the main scenario's true means, which is the most that more
    computing could bring; it has no interval of its own, and is unknown (NaN) under three replications, where a mean of the
    draws does not exist. Of the scenarios: with equal weights, a convention of this kit; interval:
    :func:`simkit.study.mean_intervals.knowing_interval`. Caveat: equal weights are no forecast.
    """
    own = replications.drawn[:, 0, :]
    best = int(replications.means[0].argmax())
    enough = replications.values.shape[-1] >= LEAST_REPLICATIONS
    gain = float((own.max(axis=1) - own[:, best]).mean()) if enough else np.nan
    rows = [_row("replications", "runs", REPLICATIONS, gain, np.nan, np.nan, "")]
    if len(replications.scenarios) > 1:
        weights = [1 / len(replications.scenarios)] * len(replications.scenarios)
        low, high = knowing_interval(replications.values, weights)
        turns = [name for n, name in enumerate(replications.scenarios) if int(replications.means[n].argmax()) != best]
        value = float(knowing(replications.means, weights))
        rows.append(_row("scenario", "runs", SCENARIO, value, low, high, " ".join(turns)))
    return pd.DataFrame(rows, columns=list(INFORMATION_COLUMNS))


def value_of_parameters(gains: Mapping[str, Floats], labels: Mapping[str, Text]) -> pd.DataFrame:
    """Return what it would be worth to know each parameter before deciding between the best design and its runner-up.

    Parameters
    ----------
    gains : mapping of str to ndarray, shape (3, replications)
        By parameter: paired difference in profit, best less runner-up, at its low, present and high value; money.
    labels : mapping of str to Text
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
    the best three-point forms where low and high are the 10 % and 90 % points). Interval over the replications:
    :func:`simkit.study.mean_intervals.knowing_interval`. Caveats: a parameter's range is read as these points, which
    overstates the worth where they are bounds; parameters move one at a time.
    """
    rows = []
    for parameter, values in gains.items():
        points = mean_of(values)
        turned = (points < 0) != (points @ np.array(WEIGHTS) < 0)
        both = np.stack([values, np.zeros_like(values)], axis=1)
        value = float(knowing(np.stack([points, np.zeros(3)], axis=1), WEIGHTS))
        value = value if value > 1e-9 * np.abs(points).max(initial=0.0) else 0.0  # what is left of rounding
        label = labels.get(parameter, Text(de=parameter, en=parameter))
        rows.append(_row(parameter, "parameter", label, value, *knowing_interval(both, WEIGHTS), _ends(turned)))
    table = pd.DataFrame(rows, columns=list(INFORMATION_COLUMNS))
    return table.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def _ends(turned: Flags) -> str:
    return " ".join(name for name, flag in (("low", turned[0]), ("high", turned[2])) if flag)


def _row(
    item: str, kind: str, label: Text, value: float, low: float, high: float, turns_at: str
) -> tuple[str | float, ...]:
    return item, kind, label.de, label.en, value, low, high, turns_at, "money"
