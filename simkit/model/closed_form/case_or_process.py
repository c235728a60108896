"""Case handling or a fixed standard process: from which share of variants on does the one cost less than the other?

Customer case management lets the doer decide the next step by the state of the case; a standard process lays the steps
down. The process saves effort on cases that fit it, and pays for each one that does not.

Formulas
--------
Hours per case, with v the share of cases that do not fit the standard:

- process(v) = factor × effort + set-up per year / cases per year + v × exception
- case handling(v) = effort + v × learning per variant / cases per variant
- break-even: v* = ((1 − factor) × effort − set-up / cases) / (exception − learning / cases per variant).

Source: the distinction is that of BPMN (predictable work) and CMMN (case work decided by data and events); the numbers are
assumptions. Caveat: costs in hours only; quality, lead time and the frustration of people who are pressed into a process
that does not fit are outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text

WAYS = {
    "case": Text(de="Fallbearbeitung", en="Case handling"),
    "process": Text(de="Standardprozess", en="Standard process"),
    "even": Text(de="gleich", en="even"),
}
ROUNDING_H = 1e-9  # hours per case below which a difference is rounding


@dataclass(frozen=True, kw_only=True)
class WorkType:
    """A kind of work that could be handled either way."""

    per_year: float
    """Cases per year."""
    effort_h: float
    """Hours of a case in case handling."""
    standard_factor: float
    """Effort of a fitting case in the standard process relative to case handling."""
    set_up_h: float
    """Hours per year for setting up and keeping the standard process."""
    variant_share: float
    """Share of cases that do not fit the standard, 0 to 1."""
    exception_h: float
    """Extra hours of such a case in the standard process."""
    learning_h: float
    """Hours per year to learn one variant in case handling."""
    cases_per_variant: float
    """How often a variant comes in a year."""

    @classmethod
    def of(cls, parameters: ParameterSet) -> WorkType:
        """Read the kind of work from the parameter set."""
        return cls(**{name: parameters.value(f"small.case.{name}") for name in cls.__dataclass_fields__})

    @property
    def case_h(self) -> float:
        """Hours per case in case handling."""
        return self.effort_h + self.variant_share * self.learning_per_case_h

    @property
    def process_h(self) -> float:
        """Hours per case in the standard process."""
        return (
            self.standard_factor * self.effort_h + self.set_up_h / self.per_year + self.variant_share * self.exception_h
        )

    @property
    def learning_per_case_h(self) -> float:
        """Hours of learning per case that is a variant."""
        return self.learning_h / self.cases_per_variant

    @property
    def cheaper(self) -> str:
        """Which way costs fewer hours: case, process or even."""
        lead_h = self.process_h - self.case_h
        if abs(lead_h) <= ROUNDING_H:
            return "even"
        return "case" if lead_h > 0 else "process"


def costs(work: WorkType, variant_shares: Iterable[float]) -> pd.DataFrame:
    """Return the hours per case of both ways along the share of variants.

    Returns
    -------
    pandas.DataFrame
        Columns variant_share, case_h, process_h, saved_h (by case handling; negative where the process costs less),
        cheaper (key of `WAYS`).
    """
    return pd.DataFrame(
        [
            {
                "variant_share": one.variant_share,
                "case_h": one.case_h,
                "process_h": one.process_h,
                "saved_h": one.process_h - one.case_h,
                "cheaper": one.cheaper,
            }
            for one in (replace(work, variant_share=float(share)) for share in variant_shares)
        ]
    )


def cost_map(work: WorkType, variant_shares: Iterable[float], exceptions_h: Iterable[float]) -> pd.DataFrame:
    """Return who wins on a grid of variant share × cost of an exception.

    Returns
    -------
    pandas.DataFrame
        Columns exception_h and those of `costs`; one row per point of the grid.
    """
    shares = tuple(variant_shares)
    rows = [
        costs(replace(work, exception_h=float(hours)), shares).assign(exception_h=float(hours))
        for hours in exceptions_h
    ]
    grid = pd.concat(rows, ignore_index=True)
    return grid[["exception_h", "variant_share", "case_h", "process_h", "saved_h", "cheaper"]]


def break_even_share(work: WorkType) -> float | None:
    """Return the share of variants at which both ways cost the same.

    Returns
    -------
    float or None
        Above it case handling costs less (the process, in the odd case that an exception costs less than learning a
        variant). None when one way costs less, or both the same, at every share from 0 to 1.
    """
    saved_h = (1 - work.standard_factor) * work.effort_h - work.set_up_h / work.per_year
    per_variant_h = work.exception_h - work.learning_per_case_h
    if per_variant_h == 0 or not 0 <= saved_h / per_variant_h <= 1:
        return None
    return saved_h / per_variant_h


def break_even_line(work: WorkType, exceptions_h: Iterable[float]) -> pd.DataFrame:
    """Return the border of the map.

    Returns
    -------
    pandas.DataFrame
        Columns exception_h, break_even_share (missing where one way wins at every share).
    """
    hours = [float(one) for one in exceptions_h]
    shares = [break_even_share(replace(work, exception_h=one)) for one in hours]
    return pd.DataFrame(
        {"exception_h": hours, "break_even_share": [np.nan if share is None else share for share in shares]}
    )
