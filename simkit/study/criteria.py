"""By what organisations are weighed besides profit: customer hours of A customers, lead time, and stability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.study.comparison import PROFIT
from simkit.study.measures import MEASURES


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing that an organisation should be good at.

    Parameters
    ----------
    name : str
        Name in the frames.
    label : Text
        What people call it.
    measure, group : str
        The measure it reads, over the whole horizon.
    worst_scenario : bool
        Whether the worst scenario counts instead of the main one.
    """

    name: str
    label: Text
    measure: str
    group: str = ""
    worst_scenario: bool = False

    @property
    def direction(self) -> int:
        """Return +1 where more is better, −1 where less is."""
        return MEASURES[self.measure].direction

    @property
    def unit(self) -> str:
        """Return the unit of the measure."""
        return MEASURES[self.measure].unit


CRITERIA: tuple[Criterion, ...] = (
    Criterion(name="profit", label=Text(de="Gewinn", en="Profit"), measure=PROFIT),
    Criterion(
        name="hours_a",
        label=Text(de="Kundenstunden bei A-Kunden", en="Customer hours with A customers"),
        measure="facing_by_segment_h",
        group="A",
    ),
    Criterion(
        name="lead_time",
        label=Text(de="Durchlaufzeit von Sonderaufträgen", en="Lead time of bespoke orders"),
        measure="lead_time_days",
        group="bespoke",
    ),
    Criterion(
        name="stability",
        label=Text(de="Gewinn im ungünstigsten Szenario", en="Profit in the worst scenario"),
        measure=PROFIT,
        worst_scenario=True,
    ),
)
"""What is weighed. Stability is profit in the worst scenario, not the spread of profit: an organisation that earns little
everywhere has no spread, and nobody wants it."""


def weighed(frame: pd.DataFrame, scenarios: Sequence[str], designs: Sequence[str]) -> tuple[Criterion, ...]:
    """Return the criteria that every design has values for; stability asks for more than one scenario."""
    return tuple(
        one
        for one in CRITERIA
        if (len(scenarios) > 1 or not one.worst_scenario) and _known(frame, one, scenarios, designs)
    )


def _known(frame: pd.DataFrame, one: Criterion, scenarios: Sequence[str], designs: Sequence[str]) -> bool:
    rows = select(frame, measure=one.measure, group=one.group, year=0)
    filled = rows.dropna(subset=["value"])[["scenario", "design"]].drop_duplicates()
    asked = pd.MultiIndex.from_product([scenarios, designs])
    return bool(asked.isin(pd.MultiIndex.from_frame(filled)).all())
