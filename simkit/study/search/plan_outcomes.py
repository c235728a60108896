"""What a run of a plan says for the choice: what counts, and everything that must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, select
from simkit.model.specification.model_parameters import CLASSES
from simkit.study.paired_comparison import CONTRIBUTION, PROFIT
from simkit.study.thresholds import threshold

if TYPE_CHECKING:
    from simkit.intake.settings.goals_settings import Aim, Goals

AIMS: Mapping[Aim, tuple[str, str]] = {
    "contribution_less_cost": (PROFIT, ""),
    "contribution": (CONTRIBUTION, ""),
    "customer_hours_A": ("facing_by_segment_h", "A"),
}
"""Measure and group of each aim; a gain of company profit is one of contribution less cost of sales, since what is outside
sales is the same for all plans."""
RELATIVE_TO: Mapping[Aim, tuple[str, str]] = {"contribution_less_cost": (CONTRIBUTION, "")}
"""What an aim is a share of where that is not the aim itself: a share of a profit rests on an assumed fixed cost."""
GROWTH, CARE, LAPSED, PEOPLE, ACCOUNTS, HANDOVERS = (
    "open_work_growth", "care_of_a", "lapsed", "people_moved", "accounts_moved", "handovers_per_case",
)  # fmt: skip
LATE = {name: f"late.{name}" for name in CLASSES}
BASE = "base"
MEASURED = (
    PROFIT, CONTRIBUTION, "facing_by_segment_h", "open_work_change_h", "present_h", "care_level", "late_share",
    "lapsed_request_share", PEOPLE, ACCOUNTS, HANDOVERS,
)  # fmt: skip
"""Measures that a run needs."""


@dataclass(frozen=True, kw_only=True)
class PlanOutcomes:
    """The runs of one plan in one scenario, one row per replication."""

    table: pd.DataFrame
    """``aim.<name>`` and ``base.<name>`` for each aim that counts, and all that must hold; index: number of the replication."""

    def __len__(self) -> int:
        """Return the number of replications."""
        return len(self.table)

    def column(self, name: str, number: int | None = None) -> Floats:
        """Return one figure in the first so many replications, by default in all."""
        return self.table[name].to_numpy(dtype=float)[:number]

    def means(self, number: int | None = None) -> pd.Series:
        """Return the mean of every figure over the first so many replications."""
        return self.table.iloc[:number].mean()

    def followed_by(self, more: PlanOutcomes) -> PlanOutcomes:
        """Return these runs and later ones."""
        return PlanOutcomes(table=pd.concat([self.table, more.table]))


def outcomes_of(frame: pd.DataFrame, scenario: str, goals: Goals) -> dict[str, PlanOutcomes]:
    """Return what each plan of an experiment brings in one scenario, by its label.

    Parameters
    ----------
    frame : DataFrame
        Yearly runs (:func:`simkit.study.yearly_amounts.yearly`) with the measures of :data:`MEASURED`; what a run does not
        list is missing.
    """
    rows = select(frame, scenario=scenario, year=0)
    rows = rows[rows["measure"].isin(MEASURED)]
    found = {}
    for label, mine in rows.groupby("design", sort=False):
        wide = mine.pivot(index="replication", columns=["measure", "group"], values="value")
        table = {
            f"aim.{aim}": _of(wide, AIMS[aim]) for aim in goals.weights
        } | {
            f"{BASE}.{aim}": _of(wide, RELATIVE_TO.get(aim, AIMS[aim])) for aim in goals.weights
        } | {
            GROWTH: _of(wide, ("open_work_change_h", "")) / _of(wide, ("present_h", "")),
            CARE: _of(wide, ("care_level", "A")),
            **{column: _of(wide, ("late_share", name)) for name, column in LATE.items()},
            LAPSED: _of(wide, ("lapsed_request_share", "")),
            **{name: _of(wide, (name, "")) for name in (PEOPLE, ACCOUNTS, HANDOVERS)},
            CONTRIBUTION: _of(wide, (CONTRIBUTION, "")),
        }  # fmt: skip
        found[str(label)] = PlanOutcomes(table=pd.DataFrame(table, index=wide.index))
    return found


def _of(wide: pd.DataFrame, key: tuple[str, str]) -> Floats:
    return wide[key].to_numpy(dtype=float) if key in wide else np.full(len(wide), np.nan)


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """How gains are measured: in the unit of the one aim, or in weighted shares of today's values."""

    weights: Mapping[Aim, float]
    scale: float
    """What a gain of 1 % is 1 % of: today's yearly value of what the aim is a share of; 1 for weighted aims."""

    @property
    def zone(self) -> float:
        """Gain that counts as none."""
        return threshold("rule.indifference_share") * abs(self.scale)

    def gains(self, plan: PlanOutcomes, today: PlanOutcomes, number: int | None = None) -> Floats:
        """Return the gain of a plan over today, replication by replication, over those that both have met."""
        number = min(len(plan), len(today), number or len(plan))
        gain = np.zeros(number)
        for aim, weight in self.weights.items():
            difference = plan.column(f"aim.{aim}", number) - today.column(f"aim.{aim}", number)
            base = today.column(f"{BASE}.{aim}").mean() if len(self.weights) > 1 else 1.0
            gain += weight / sum(self.weights.values()) * difference / base
        return gain


def yardstick(goals: Goals, today: PlanOutcomes) -> Yardstick:
    """Return how gains over today's organisation are measured."""
    weights = goals.weights
    scale = 1.0 if len(weights) > 1 else float(today.column(f"{BASE}.{next(iter(weights))}").mean())
    return Yardstick(weights=weights, scale=scale)
