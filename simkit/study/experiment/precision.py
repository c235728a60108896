"""How precise an answer is that replications gave, and from how many of them on it was as precise as was asked for.

The rule is that of Hoad, Robinson & Davies for every design at once, on paired differences to the baseline. What adds
replications is the confirmation (:func:`simkit.study.search.confirmation.run_confirmation`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.errors import UsageError
from simkit.foundation.frames import Floats
from simkit.foundation.text import Text
from simkit.study.paired_comparison import CONTRIBUTION, PROFIT, half_width, paired
from simkit.study.thresholds import threshold

LOOK_AHEAD = 5  # replications; above a hundred replications as many of each hundred
FEWEST = 3  # replications before any precision is believed, as in the source
COLUMNS = (
    "scenario",
    "design",
    "replications",
    "half_width",
    "half_width_share",
    "asked_share",
    "precise_from",
    "reached",
)


@dataclass(frozen=True, kw_only=True)
class Precision:
    """How precise an answer has to be.

    Raises
    ------
    UsageError
        If a number is out of range.
    """

    share: float
    """Half-width of the paired 95 % interval of the profit difference, as a share of the baseline's mean
    contribution in the same scenario, above 0."""
    budget: int
    """Most replications per scenario, at least 3."""

    def __post_init__(self) -> None:
        if not 0 < self.share < 1 or self.budget < FEWEST:
            raise UsageError(
                Text(
                    de=f"Die Genauigkeit ist ein Anteil zwischen 0 und 1, das Budget mindestens {FEWEST} Simulationsläufe.",
                    en=f"The precision is a share between 0 and 1, the budget at least {FEWEST} replications.",
                ),
                f"precision={self.share:g}, budget={self.budget}",
                Text(de="Üblich sind 0,005 und 100.", en="Usual are 0.005 and 100."),
            )


def usual_precision(share: float | None = None, budget: int | None = None) -> Precision:
    """Return a precision; what is not given is the standard's."""
    return Precision(
        share=threshold("rule.precision_share") if share is None else share,
        budget=int(threshold("rule.replications_budget")) if budget is None else budget,
    )


def precise_from(shares: Floats, asked: float) -> int | None:
    """Return the number of replications from which a design is precise, look-ahead included; None while it is not.

    Parameters
    ----------
    shares : ndarray, shape (replications,)
        Half-width after 1, 2, … replications, as a share of the baseline's contribution; NaN where it is unknown.
    asked : float
        Share that it has to be below.

    Notes
    -----
    The smallest n at which the half-width is below what was asked and stays there for the next ⌊5·max(n, 100)/100⌋ replications
    (Hoad, Robinson & Davies 2010, *J. Operational Research Society* 61(11): the look-ahead guards against a variance that is
    small by chance).
    """
    below = shares <= asked
    for number in range(FEWEST, len(shares) + 1):
        until = number + look_ahead(number)
        if until <= len(shares) and below[number - 1 : until].all():
            return number
    return None


def look_ahead(number: int) -> int:
    """Return for how many replications more the precision has to hold."""
    return LOOK_AHEAD * max(number, 100) // 100


def precision_table(frame: pd.DataFrame, compared: Sequence[str], wanted: Precision | None = None) -> pd.DataFrame:
    """Return how precise each design's profit difference to the baseline is.

    Parameters
    ----------
    compared : sequence of str
        Labels, the baseline first.
    wanted : Precision, optional
        What was asked for; None where a fixed number of replications was run.

    Returns
    -------
    DataFrame
        Columns scenario, design, replications, half_width (paired 95 % t-interval, money), half_width_share (of the
        baseline's mean contribution), asked_share, precise_from (replications; missing where it was not reached or not
        asked), reached.
    """
    rows = []
    asked = math.nan if wanted is None else wanted.share
    for scenario in dict.fromkeys(frame["scenario"]):
        table = paired(frame[frame["design"].isin(compared)], scenario, PROFIT)
        for design, shares in _courses(frame, scenario, compared).items():
            gain = (table[design] - table[compared[0]]).to_numpy(dtype=float)
            first = None if wanted is None else precise_from(shares, wanted.share)
            width = float(half_width(gain[None, :])[0])
            rows.append(
                (
                    scenario,
                    design,
                    len(gain),
                    width,
                    shares[-1],
                    asked,
                    math.nan if first is None else first,
                    first is not None,
                )
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _courses(frame: pd.DataFrame, scenario: str, compared: Sequence[str]) -> dict[str, Floats]:
    """Return per design how its half-width, as a share of the baseline's contribution, went with the number of replications."""
    table = paired(frame[frame["design"].isin(compared)], scenario, PROFIT).sort_index()
    base = paired(frame, scenario, CONTRIBUTION)[compared[0]].sort_index().to_numpy(dtype=float)
    return {
        name: _course((table[name] - table[compared[0]]).to_numpy(dtype=float), base)
        for name in compared[1:]
        if name in table
    }


def _course(gain: Floats, base: Floats) -> Floats:
    numbers = range(1, len(gain) + 1)
    widths = np.array([half_width(gain[None, :number])[0] for number in numbers])
    level = np.abs([base[:number].mean() for number in numbers])
    shares: Floats = np.divide(widths, level, out=np.full(len(gain), np.nan), where=level > 0)
    return shares
