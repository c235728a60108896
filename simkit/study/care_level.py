"""Whether each organisation carries the agreed service levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.value.service.service_levels import hours_check

CONTACTS_MEASURE = "facing_by_segment_h"
WHOLE = 0
"""Year number of the whole horizon in the frames of a study."""


def design_check(
    levels: pd.DataFrame,
    baseline: str,
    designs: Sequence[str],
    needed: Mapping[str, Estimate],
    today: Mapping[str, Estimate],
    *,
    complete: bool,
) -> pd.DataFrame:
    """Return the hours check of each design by segment.

    Parameters
    ----------
    levels : pandas.DataFrame
        Result of `simkit.study.paired_comparison.levels` in one scenario: ``design, year, measure, group, mean, low, high``.
    needed, today : mapping of str to Estimate
        Hours a year that the service levels need, and measured customer time today, by segment.
    complete : bool
        Whether today's hours are all, not only those logged.

    Returns
    -------
    pandas.DataFrame
        ``design`` and the columns of `simkit.value.service.service_levels.hours_check`; segments that the simulation does not
        know are left out.

    Notes
    -----
    Hours of a design: measured hours of today times the design's simulated customer-facing hours relative to the
    baseline's, so that preparation and travel go along. The relative intervals of both are added in squares.
    """
    chosen = select(levels, measure=CONTACTS_MEASURE, year=WHOLE).set_index(["design", "group"])
    tables = []
    for design in designs:
        there = {}
        for segment, measured in today.items():
            if (design, segment) not in chosen.index or measured.value <= 0:
                continue
            base = float(chosen["mean"][baseline, segment])
            mean, low, high = (float(chosen[end][design, segment]) for end in ("mean", "low", "high"))
            if base > 0 and mean > 0:
                there[segment] = _scaled(measured, mean / base, (mean - low) / mean, (high - mean) / mean)
        kept = {segment: need for segment, need in needed.items() if segment in there}
        tables.append(hours_check(kept, there, complete=complete).assign(design=design))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _scaled(measured: Estimate, factor: float, below: float, above: float) -> Estimate:
    """Return an estimate times a factor with relative distances to the ends of its own interval."""
    value = measured.value * factor
    low = ((1 - measured.low / measured.value) ** 2 + below**2) ** 0.5
    high = ((measured.high / measured.value - 1) ** 2 + above**2) ** 0.5
    return Estimate(value=value, low=value * (1 - low), high=value * (1 + high))
