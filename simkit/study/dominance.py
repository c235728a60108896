"""Dominance: which design is at least as good as which other in every scenario, by profit alone and by all criteria.

A design that dominates needs no weighing of criteria and no view on the scenarios, so this is the strongest thing a
comparison can say; most often it says it of few pairs.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.arrays import Floats
from simkit.foundation.frames import select
from simkit.study.comparison import LEVEL, paired
from simkit.study.criteria import Criterion, weighed
from simkit.study.selection import zone_of

CELL_COLUMNS = (
    "design", "other", "scenario", "criterion", "difference", "margin", "low_each", "low_joint", "as_good", "better",
)  # fmt: skip
DOMINANCE_COLUMNS = ("scope", "design", "other", "cells", "as_good", "better", "dominates")
PROFIT_ALONE = "profit"
SCOPES = (PROFIT_ALONE, "all")


@dataclass(frozen=True, kw_only=True)
class Field:
    """What is compared with what.

    Parameters
    ----------
    scenarios, designs : tuple of str
        Names; at least two designs.
    baseline : str
        The design whose level sets the margins.
    """

    scenarios: tuple[str, ...]
    designs: tuple[str, ...]
    baseline: str

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every ordered pair of designs."""
        return tuple(itertools.permutations(self.designs, 2))


def dominance_cells(frame: pd.DataFrame, field: Field) -> pd.DataFrame:
    """Compare every ordered pair of designs by every criterion in every scenario.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs.
    field : Field
        What to compare.

    Returns
    -------
    DataFrame
        Columns design, other, scenario, criterion, difference (positive is better for `design`), margin, low_each,
        low_joint, as_good, better; in the unit of the criterion.

    Notes
    -----
    One-sided lower bounds of the mean paired difference, mean − t · s/√n. `as_good`: low_each ≥ −margin, with the
    error 0.05/pairs; that it holds in *every* cell of a pair is an intersection-union test, which needs no further
    correction within the pair (Berger 1982, *Technometrics* 24). `better`: low_joint > 0, with the error 0.05/(pairs ·
    cells), since one cell is enough. The margin is the indifference zone, as a share of the baseline's mean of that
    criterion in that scenario. A world without a value (no order of the kind) is left out of its cell; with fewer than
    two worlds nothing is shown.
    """
    criteria = [one for one in weighed(frame, field.scenarios, field.designs) if not one.worst_scenario]
    return pd.concat(
        [
            _cells(frame, field, scenario, one, len(criteria) * len(field.scenarios))
            for scenario in field.scenarios
            for one in criteria
        ],
        ignore_index=True,
    )


def _cells(frame: pd.DataFrame, field: Field, scenario: str, one: Criterion, cells: int) -> pd.DataFrame:
    table = paired(frame, scenario, one.measure, group=one.group)
    margin = zone_of(float(table[field.baseline].mean()))
    pairs = len(field.pairs)
    rows = []
    for design, other in field.pairs:
        gain = one.direction * (table[design] - table[other]).dropna().to_numpy(dtype=float)
        each, joint = (lower_bound(gain, (1 - LEVEL) / count) for count in (pairs, pairs * cells))
        difference = float(gain.mean()) if len(gain) else np.nan
        row = (design, other, scenario, one.name, difference, margin, each, joint, each >= -margin, joint > 0)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS))


def lower_bound(gain: Floats, error: float) -> float:
    """Return the one-sided lower bound of a mean: mean − t(1 − error; n − 1) · s/√n; NaN with fewer than two values."""
    from scipy.stats import t

    number = len(gain)
    if number < 2:
        return float("nan")
    return float(gain.mean() - t.ppf(1 - error, number - 1) * np.std(gain, ddof=1) / np.sqrt(number))


def dominance(cells: pd.DataFrame) -> pd.DataFrame:
    """Return who dominates whom.

    Parameters
    ----------
    cells : DataFrame
        Result of :func:`dominance_cells`.

    Returns
    -------
    DataFrame
        Columns scope ("profit": profit in all scenarios; "all": all criteria in all scenarios), design, other, cells,
        as_good and better (number of cells), dominates.

    Notes
    -----
    A design dominates when it is shown to be at least as good in every cell and better in one. All statements of one
    scope hold together with at least 95 %, so that of 20 tables one at most names a dominance that is none.
    """
    parts = []
    for scope in SCOPES:
        chosen = select(cells, criterion=PROFIT_ALONE) if scope == PROFIT_ALONE else cells
        groups = chosen.groupby(["design", "other"], sort=False)
        part = groups[["as_good", "better"]].sum().assign(cells=groups.size()).reset_index()
        whole = (part["as_good"] == part["cells"]) & (part["better"] > 0)
        parts.append(part.assign(scope=scope, dominates=whole))
    return pd.concat(parts, ignore_index=True)[list(DOMINANCE_COLUMNS)]
