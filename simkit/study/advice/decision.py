"""Which design is best in a scenario, and whether that is clear: the rule behind the recommendation.

A design wins only when it is very probably the best, its lead over the baseline holds against chance and matters, no
other design is its equal, and its work does not pile up. Whatever of this fails is named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.frames import select
from simkit.study.comparison.selection import SIMPLICITY, equals_of, selection, simplest
from simkit.study.mean_intervals import LEVEL
from simkit.study.paired_comparison import PROFIT, paired, probability_best, simultaneous
from simkit.study.thresholds import threshold
from simkit.study.yearly_amounts import contribution_amount, zone_amount

UNCERTAIN = "uncertain"
NOT_DISTINGUISHED = "not_distinguished"
TOO_SMALL = "too_small"
TIED = "tied"
NOT_SUSTAINABLE = "not_sustainable"
LISTS = ("doubts", "equals")

BY_SCENARIO_COLUMNS = (
    "scenario", "best", "runner_up", "probability_best", "difference", "low", "high", "relative",
    "lead_over_runner_up", "replications_needed", "sustainable", "verdict", "doubts", "equals", "goes_first",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the runs say about one scenario."""

    scenario: str
    best: str
    runner_up: str
    baseline: str
    """Names."""
    probability_best: float
    """Probability that `best` has the highest mean profit, in 0..1."""
    difference: float
    low: float
    high: float
    """Profit a year of `best` less that of its rival, with a simultaneous 95 % interval; the rival is the baseline, or
    the runner-up when the baseline itself is best."""
    relative: float
    """`difference` as a share of the baseline's contribution; NaN where that is not above 0."""
    lead_over_runner_up: float
    """Mean lead over the second best."""
    zone_amount: float
    """Difference a year that counts as none (:func:`simkit.study.yearly_amounts.zone_amount`)."""
    replications: int
    replications_needed: int
    """Replications run, and those that would bring the half-width of the interval to the rival, and to every equal,
    down to the difference itself, or to the zone where that is larger."""
    sustainable: bool
    """Whether the work of `best` does not pile up."""
    doubts: tuple[str, ...]
    """What speaks against calling it the winner; empty when nothing does."""
    equals: tuple[str, ...] = ()
    """Designs that cannot be told from `best`: not beyond chance, or not by more than the zone."""
    goes_first: str = ""
    """The simplest change among `best` and its equals, today's before all, as far as their work does not pile up."""

    @property
    def verdict(self) -> str:
        """Return "winner", "keep" (today's organisation is best) or "no_clear_winner"."""
        if self.doubts:
            return "no_clear_winner"
        return "keep" if self.best == self.baseline else "winner"


def decide(
    frame: pd.DataFrame,
    scenario: str,
    designs: Sequence[str],
    *,
    baseline: str,
    sustainable: Mapping[str, bool],
    seed: int,
) -> Decision:
    """Apply the rule to one scenario.

    Parameters
    ----------
    frame : DataFrame
        Yearly runs (:func:`simkit.study.yearly_amounts.yearly`) with profit and contribution.
    designs : sequence of str
        Designs that may be recommended, the baseline among them; at least two.
    sustainable : mapping of str to bool
        By design.

    Returns
    -------
    Decision
        With all doubts, not only the first.

    Notes
    -----
    Lead over the rival: simultaneous paired interval (:func:`simkit.study.paired_comparison.simultaneous`). Equals among the
    other designs: multiple comparison with the best and the indifference zone
    (:func:`simkit.study.comparison.selection.selection`).
    """
    table = paired(frame, scenario, PROFIT)[list(designs)]
    ranking = probability_best(table, seed=seed, name=scenario).sort_values("rank")
    best, runner_up = str(ranking["design"].iloc[0]), str(ranking["design"].iloc[1])
    rival = runner_up if best == baseline else baseline
    lead = simultaneous(table, rival).set_index("design")
    base = contribution_amount(frame, scenario, baseline)
    difference, low = float(lead["difference"][best]), float(lead["low"][best])
    zone = zone_amount(frame, scenario, baseline)
    by_chance = not low > 0
    equals = equals_of(selection(table, zone), best, rival if by_chance else "")
    margin = float(ranking["mean"].iloc[0] - ranking["mean"].iloc[1])
    probability = float(ranking["probability_best"].iloc[0])
    checks = {
        UNCERTAIN: not probability >= threshold("rule.probability_best"),
        NOT_DISTINGUISHED: by_chance,
        TOO_SMALL: difference <= zone,
        TIED: any(name != rival for name in equals),
        NOT_SUSTAINABLE: not sustainable[best],
    }
    return Decision(
        scenario=scenario, best=best, runner_up=runner_up, baseline=baseline, probability_best=probability,
        difference=difference, low=low, high=float(lead["high"][best]),
        relative=difference / base if base > 0 else math.nan, lead_over_runner_up=margin, zone_amount=zone,
        replications=len(table), replications_needed=max(
            replications_needed(gain, max(zone, abs(float(gain.mean()))), len(designs) - 1)
            for gain in (table[best] - table[name] for name in {rival, *equals})
        ),
        sustainable=bool(sustainable[best]), doubts=tuple(name for name, fails in checks.items() if fails),
        equals=equals, goes_first=simplest(_lasting((best, *equals), sustainable), baseline, _moved(frame, scenario)),
    )  # fmt: skip


def _lasting(designs: tuple[str, ...], sustainable: Mapping[str, bool]) -> tuple[str, ...]:
    """Return the designs whose work does not pile up; all of them when none is left."""
    return tuple(name for name in designs if sustainable[name]) or designs


def _moved(frame: pd.DataFrame, scenario: str) -> dict[str, tuple[float, ...]]:
    """Return what tells a simple change, by design, as means of the replications; what was not recorded counts as 0."""
    rows = select(frame, scenario=scenario, year=0)
    means = rows[rows["measure"].isin(SIMPLICITY)].groupby(["design", "measure"])["value"].mean().unstack("measure")
    table = means.reindex(columns=list(SIMPLICITY)).fillna(0.0)
    return {str(name): tuple(row) for name, row in table.T.items()}


def replications_needed(gain: pd.Series, target_amount: float, family: int) -> int:
    """Return how many replications would bring the half-width of a paired interval down to a target.

    Parameters
    ----------
    gain : Series
        Paired differences of the replications that were run.
    target_amount : float
        Half-width wanted, same unit.
    family : int
        Comparisons that are to hold together, at least one.

    Returns
    -------
    int
        Never fewer than were run.

    Notes
    -----
    n = (z·s/target)² with the normal quantile z at 1 − 0.05/(2·family) (Law, section 9.4.1). Caveat: the spread s of
    few replications is itself uncertain, so this is an order of size.
    """
    from scipy.stats import norm

    number = len(gain)
    if number < 2 or not target_amount > 0:
        return number
    quantile = float(norm.ppf(1 - (1 - LEVEL) / (2 * family)))
    spread = float(np.std(gain.to_numpy(dtype=float), ddof=1))
    return max(number, math.ceil((quantile * spread / target_amount) ** 2))


def by_scenario(decisions: Sequence[Decision]) -> pd.DataFrame:
    """Return the decisions as a table, one row per scenario; doubts and equals joined by spaces."""
    rows = [
        [" ".join(getattr(one, name)) if name in LISTS else getattr(one, name) for name in BY_SCENARIO_COLUMNS]
        for one in decisions
    ]
    return pd.DataFrame(rows, columns=list(BY_SCENARIO_COLUMNS))
