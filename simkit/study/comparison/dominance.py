"""Criteria besides profit, and dominance: which design is at least as good as which other, and which is beaten by none.

A design that dominates in every scenario needs no weighing of criteria and no view on the scenarios, so this is the
strongest thing a comparison can say; most often it says it of few pairs. The Pareto view keeps what no other design beats.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags, Floats, select
from simkit.foundation.text import Text
from simkit.study.comparison.regret import (
    ReplicationMeans,
    regrets,
    replications_of,
    value_of_runs,
    worst_regrets,
)
from simkit.study.mean_intervals import LEVEL, largest_interval
from simkit.study.measures.measures import MEASURES
from simkit.study.paired_comparison import CONTRIBUTION, PROFIT, paired
from simkit.study.plans.experiment_plan import ExperimentPlan
from simkit.study.thresholds import threshold
from simkit.study.yearly_amounts import zone_amount


@dataclass(frozen=True, kw_only=True)
class DesignCriterion:
    """One thing that an organisation should be good at."""

    name: str
    label: Text
    measure: str
    group: str = ""
    """The measure it reads, over the whole horizon."""
    worst_scenario: bool = False
    """Whether the worst scenario counts instead of the main one."""

    @property
    def direction(self) -> int:
        """Return +1 where more is better, −1 where less is."""
        return MEASURES[self.measure].direction

    @property
    def unit(self) -> str:
        """Return the unit of the measure."""
        return MEASURES[self.measure].unit


CRITERIA: tuple[DesignCriterion, ...] = (
    DesignCriterion(name="profit", label=Text(de="Gewinn", en="Profit"), measure=PROFIT),
    DesignCriterion(
        name="hours_a",
        label=Text(de="Kundenstunden bei A-Kunden", en="Customer hours with A customers"),
        measure="facing_by_segment_h",
        group="A",
    ),
    DesignCriterion(
        name="lead_time",
        label=Text(de="Durchlaufzeit von Sonderaufträgen", en="Lead time of bespoke orders"),
        measure="lead_time_days",
        group="bespoke",
    ),
    DesignCriterion(
        name="stability",
        label=Text(de="Gewinn im ungünstigsten Szenario", en="Profit in the worst scenario"),
        measure=PROFIT,
        worst_scenario=True,
    ),
)
"""What is weighed. Stability is profit in the worst scenario, not the spread of profit: an organisation that earns little
everywhere has no spread, and nobody wants it."""


def weighed(frame: pd.DataFrame, scenarios: Sequence[str], designs: Sequence[str]) -> tuple[DesignCriterion, ...]:
    """Return the criteria that every design has values for; stability asks for more than one scenario."""
    return tuple(
        one
        for one in CRITERIA
        if (len(scenarios) > 1 or not one.worst_scenario) and _known(frame, one, scenarios, designs)
    )


def _known(frame: pd.DataFrame, one: DesignCriterion, scenarios: Sequence[str], designs: Sequence[str]) -> bool:
    rows = select(frame, measure=one.measure, group=one.group, year=0)
    filled = rows.dropna(subset=["value"])[["scenario", "design"]].drop_duplicates()
    asked = pd.MultiIndex.from_product([scenarios, designs])
    return bool(asked.isin(pd.MultiIndex.from_frame(filled)).all())


CELL_COLUMNS = (
    "design", "other", "scenario", "criterion", "difference", "margin", "low_each", "low_joint", "as_good", "better",
)  # fmt: skip
DOMINANCE_COLUMNS = ("scope", "design", "other", "cells", "as_good", "better", "dominates")
PROFIT_ALONE = "profit"
SCOPES = (PROFIT_ALONE, "all")


@dataclass(frozen=True, kw_only=True)
class Contest:
    """What is compared with what."""

    scenarios: tuple[str, ...]
    designs: tuple[str, ...]
    """Names; at least two designs."""
    baseline: str
    """The design whose level sets the margins."""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every ordered pair of designs."""
        return tuple(itertools.permutations(self.designs, 2))


def dominance_cells(frame: pd.DataFrame, field: Contest) -> pd.DataFrame:
    """Compare every ordered pair of designs by every criterion in every scenario.

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
    cells), since one cell is enough. The margin of profit is the indifference zone
    (:func:`simkit.study.yearly_amounts.zone_amount`), that of another criterion the same share of the baseline's
    mean. A replication without a value (no order of the kind) is left out of its cell; with fewer than two replications
    nothing is shown.
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


def _cells(frame: pd.DataFrame, field: Contest, scenario: str, one: DesignCriterion, cells: int) -> pd.DataFrame:
    table = paired(frame, scenario, one.measure, group=one.group)
    margin = _margin(frame, field, scenario, one)
    pairs = len(field.pairs)
    rows = []
    for design, other in field.pairs:
        gain = one.direction * (table[design] - table[other]).dropna().to_numpy(dtype=float)
        each, joint = (lower_bound(gain, (1 - LEVEL) / count) for count in (pairs, pairs * cells))
        difference = float(gain.mean()) if len(gain) else np.nan
        row = (design, other, scenario, one.name, difference, margin, each, joint, each >= -margin, joint > 0)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS))


def _margin(frame: pd.DataFrame, field: Contest, scenario: str, one: DesignCriterion) -> float:
    """Return the difference of a criterion that counts as none."""
    if one.unit == "money":
        return zone_amount(frame, scenario, field.baseline)
    level = float(paired(frame, scenario, one.measure, group=one.group)[field.baseline].mean())
    return threshold("rule.indifference_share") * abs(level)


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
    scenarios : sequence of str
        The main scenario first.

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
    *Multi-Objective Optimization using Evolutionary Algorithms*, section 2.4), on the means over replications. `probability`:
    share of the draws of the true means (:func:`simkit.study.mean_intervals.drawn_means`) in which the design is not
    dominated, paired over the criteria. Intervals: 95 % t-intervals; of the worst scenario
    :func:`simkit.study.mean_intervals.largest_interval`. Caveats: with many criteria almost nothing is dominated, and a hair's
    breadth counts; the dominance table asks for more.
    """
    criteria = weighed(frame, scenarios, designs)
    replications = [_replications(frame, one, scenarios, designs, seed) for one in criteria]
    means = np.stack([_value(one, part.means) for one, part in zip(criteria, replications, strict=True)])
    drawn = np.stack([_value(one, part.drawn) for one, part in zip(criteria, replications, strict=True)], axis=1)
    signs = np.array([one.direction for one in criteria], dtype=float)[:, None]
    values = [_rows(one, part, means[n]) for n, (one, part) in enumerate(zip(criteria, replications, strict=True))]
    return pd.concat(values, ignore_index=True), _front(means * signs, drawn * signs, designs)


def _replications(
    frame: pd.DataFrame, one: DesignCriterion, scenarios: Sequence[str], designs: Sequence[str], seed: int
) -> ReplicationMeans:
    asked = scenarios if one.worst_scenario else scenarios[:1]
    return replications_of(frame, asked, designs, seed=seed, measure=one.measure, group=one.group)


def _value(one: DesignCriterion, means: Floats) -> Floats:
    """Reduce (…, scenarios, designs) to (…, designs): the worst scenario of each design, or the only one."""
    worst: Floats = (one.direction * means).min(axis=-2) * one.direction
    return worst


def _rows(one: DesignCriterion, replications: ReplicationMeans, means: Floats) -> pd.DataFrame:
    low, high = _worst_ends(one, replications)
    where = (one.direction * replications.means).argmin(axis=0)
    return pd.DataFrame(
        {
            "criterion": one.name, "label_de": one.label.de, "label_en": one.label.en, "measure": one.measure,
            "group": one.group, "unit": one.unit, "direction": one.direction, "design": list(replications.designs),
            "scenario": [replications.scenarios[place] for place in where], "value": means, "low": low, "high": high,
        }
    )[list(VALUE_COLUMNS)]  # fmt: skip


def _worst_ends(one: DesignCriterion, replications: ReplicationMeans) -> Floats:
    """Return the ends of the interval of each design's worst scenario, shape (2, designs)."""
    short = -one.direction * replications.values  # the worst is where this is largest
    scenarios = len(replications.scenarios)
    ends = np.array([largest_interval(short[:, d], comparisons=scenarios) for d in range(len(replications.designs))])
    return np.sort(-one.direction * ends, axis=1).T


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


def robust_frames(frame: pd.DataFrame, plan: ExperimentPlan) -> dict[str, pd.DataFrame]:
    """Return the frames by name.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs of the designs that may be recommended.
    plan : ExperimentPlan
        What was run.
    """
    scenarios, seed = tuple(plan.experiment.scenarios), plan.experiment.seed
    frame = frame[(frame["year"] == 0) & frame["measure"].isin([CONTRIBUTION, *(one.measure for one in CRITERIA)])]
    compared = Contest(scenarios=scenarios, designs=plan.main, baseline=plan.baseline)
    replications = replications_of(frame, scenarios, plan.main, seed=seed)
    cells = dominance_cells(frame, compared)
    values, front = pareto(frame, scenarios, plan.main, seed=seed)
    return {
        "regret": regrets(replications),
        "worst_regret": worst_regrets(replications),
        "dominance": dominance(cells),
        "dominance_cells": cells,
        "pareto": values,
        "pareto_set": front,
        "information": value_of_runs(replications),
    }
