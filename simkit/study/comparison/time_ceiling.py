"""How high the customer-facing share can get at all, what relabelling would show, and the published case beside it.

A share rises by less internal work or by calling other people "sales"; this module keeps the two apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Floats, select
from simkit.foundation.text import Text
from simkit.study.paired_comparison import SALES_PROFIT, mean_and_half_width, paired
from simkit.study.thresholds import threshold, thresholds

TEXTS = Catalogue.beside(__file__)

COLUMNS = ("item", "label_de", "label_en", "unit", "value", "low", "high")
CASE_COLUMNS = ("design", "replication", "measure", "value")
IMPLIED_COLUMNS = ("design", "revenue_gain", "share_before", "share_after", "elasticity")
CASE_MEASURES = ("facing_share", "revenue_amount", SALES_PROFIT)
"""The published profit stands beside contribution less cost of sales: what is left after fixed cost outside sales rests on an
assumption, and a share of it would too."""
SMALLEST_SHIFT = 0.05  # a share that moves less, relative to itself, says nothing about an elasticity
TICK_COLUMNS = ("item", "measure", "label_de", "label_en", "value", "source", "evidence_grade")

FIXED = ("prioritisation", "administration", "development", "service_design")
TIED = ("preparation", "travel")
DEMANDED = ("selling", "care")

LABELS = TEXTS.group("labels")
UNITS = {"present_h": "h", "fixed_h": "h", "service_h": "h", "relabelling_fte": "fte", "relabelling_gain_h": "h",
         "tied_per_hour": "1", "tied_needed_per_hour": "1"}  # fmt: skip


def activity_hours(frame: pd.DataFrame, scenario: str, design: str) -> pd.DataFrame:
    """Return a year's hours of a design as a table replication × activity."""
    chosen = select(frame, scenario=scenario, design=design, measure="hours_h", year=0)
    return chosen.pivot(index="replication", columns="group", values="value").fillna(0.0)


def ceiling(frame: pd.DataFrame, scenario: str, baseline: str, fte: float) -> pd.DataFrame:
    """Return the ceiling of the customer-facing share, with its ingredients and the relabelling tick.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs with the measure ``hours_h`` by activity.
    scenario, baseline : str
        Where the work content is taken from.
    fte : float
        People on board in the baseline, full-time equivalents.

    Returns
    -------
    DataFrame
        Columns item, label_de, label_en, unit, value, low, high; hours a year.

    Notes
    -----
    Ceiling = [(present − fixed − service)/(1 + tied) + service]/present, where fixed are calendar-blocked hours and
    order entry, and tied are hours of preparation and travel per hour of selling and care. It is what the client's own
    work content allows with coordination at zero and demand without limit; computed per replication, 95 % t-interval.
    `tied_needed_per_hour` solves the same line for the published target; negative means that not even work without any
    preparation and travel would reach it. The falls solve it for one kind of work content alone, or both by the same
    share: 0 or less, the target is in reach as it is; above 1, that alone never reaches it. Both together always do.
    Relabelling: today's customer hours shown over fewer people; it wins none.
    """
    hours = activity_hours(frame, scenario, baseline)
    present = hours.sum(axis=1).to_numpy(dtype=float)
    fixed, service = _sum(hours, FIXED), _sum(hours, ("service",))
    demanded = _sum(hours, DEMANDED)
    facing = demanded + service
    target = threshold("case.share_after")
    with np.errstate(divide="ignore", invalid="ignore"):
        tied = _sum(hours, TIED) / demanded
        items = {
            "present_h": present,
            "fixed_h": fixed,
            "service_h": service,
            "tied_per_hour": tied,
            "share_now": facing / present,
            "ceiling_share": ceiling_share(present, fixed, service, tied),
            "tied_needed_per_hour": (present - fixed - service) / (target * present - service) - 1,
            **needed_falls(present, fixed, service, tied, target),
            "relabelling_share": np.full_like(present, target),
            "relabelling_fte": fte * facing / present / target,
            "relabelling_gain_h": np.zeros_like(present),
        }
    return pd.DataFrame([_row(item, values) for item, values in items.items()], columns=list(COLUMNS))


def ceiling_share(present_h: Floats, fixed_h: Floats, service_h: Floats, tied_per_hour: Floats) -> Floats:
    """Return [(present − fixed − service)/(1 + tied) + service]/present, element by element, in 0..1."""
    return ((present_h - fixed_h - service_h) / (1 + tied_per_hour) + service_h) / present_h


def needed_falls(
    present_h: Floats, fixed_h: Floats, service_h: Floats, tied_per_hour: Floats, target: float
) -> dict[str, Floats]:
    """Return by which share work content would have to fall for a target of the customer-facing share.

    Parameters
    ----------
    present_h, fixed_h, service_h, tied_per_hour : ndarray
        As in :func:`ceiling_share`, one value per replication.
    target : float
        Customer-facing share to reach, in 0..1.

    Returns
    -------
    dict of str to ndarray
        ``tied_fall_share``, ``fixed_fall_share`` and ``both_fall_share``: at the ceiling, with one or both scaled by
        1 − fall, the share is the target.
    """
    demanded = np.maximum(target * present_h - service_h, 0.0)  # hours of selling and care at the target
    lacking = demanded * (1 + tied_per_hour) - (present_h - fixed_h - service_h)  # hours short of the target
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "tied_fall_share": lacking / (demanded * tied_per_hour),
            "fixed_fall_share": lacking / fixed_h,
            "both_fall_share": lacking / (fixed_h + demanded * tied_per_hour),
        }


def _sum(hours: pd.DataFrame, activities: tuple[str, ...]) -> Floats:
    known = [name for name in activities if name in hours.columns]
    return hours[known].sum(axis=1).to_numpy(dtype=float)


def _row(item: str, values: Floats) -> tuple[str, str, str, str, float, float, float]:
    mean, width = mean_and_half_width(values)
    label = LABELS[item]
    return item, label.de, label.en, UNITS.get(item, "share"), mean, mean - width, mean + width


def implied_elasticity(revenue_gain: float, share_before: float, share_after: float) -> float:
    """Return ln(1 + revenue gain) / ln(share after / share before): what a case says about effort and revenue."""
    return math.log(1 + revenue_gain) / math.log(share_after / share_before)


def beside_the_case(frame: pd.DataFrame, scenario: str, baseline: str, designs: Sequence[str]) -> pd.DataFrame:
    """Return what each replication says where the published case has a number: to be drawn as distributions beside its ticks.

    Returns
    -------
    DataFrame
        Columns design, replication, measure, value: the customer-facing share, and the relative changes of revenue and
        the result of sales against the baseline in the same replication (missing where the baseline's is not above 0).
    """
    parts = []
    for measure in CASE_MEASURES:
        table = paired(frame, scenario, measure)
        base = table[baseline].where(table[baseline] > 0)
        for design in designs:
            value = table[design] if measure == "facing_share" else table[design] / base - 1
            parts.append(
                pd.DataFrame({"design": design, "replication": table.index, "measure": measure, "value": value})
            )
    return pd.concat(parts, ignore_index=True)[list(CASE_COLUMNS)]


def implied_elasticities(case: pd.DataFrame, share_before: float) -> pd.DataFrame:
    """Return what each design implies about the effect of customer-facing time on revenue, as for the published case.

    Parameters
    ----------
    case : DataFrame
        From :func:`beside_the_case`.
    share_before : float
        Customer-facing share of the baseline.

    Returns
    -------
    DataFrame
        Columns design, revenue_gain, share_before, share_after, elasticity, of means over the replications; the elasticity is
        missing where the share hardly moves.
    """
    means = case.groupby(["design", "measure"], sort=False)["value"].mean()
    rows = []
    for design in dict.fromkeys(case["design"]):
        gain, after = float(means[design, "revenue_amount"]), float(means[design, "facing_share"])
        moved = abs(after / share_before - 1) >= SMALLEST_SHIFT
        rows.append(
            (design, gain, share_before, after, implied_elasticity(gain, share_before, after) if moved else math.nan)
        )
    return pd.DataFrame(rows, columns=list(IMPLIED_COLUMNS))


def ticks() -> pd.DataFrame:
    """Return the published results shown alongside ours: the Stretched-T case in both readings, and elasticities.

    Returns
    -------
    DataFrame
        Columns item, measure, label_de, label_en, value, source, evidence_grade. `value` is a share (``facing_share``), a
        relative change (``revenue_amount``, profit) or an elasticity.

    Notes
    -----
    "+40 % profit share" at +20 % revenue may mean profit × 1.4 (margin × 1.17) or margin × 1.4 (profit × 1.68). The
    case's own elasticity, ln 1.2/ln 6 = 0.10, is far below the published mean of personal selling.
    """
    before, after = threshold("case.share_before"), threshold("case.share_after")
    revenue, profit = threshold("case.revenue_gain"), threshold("case.profit_gain")
    readings = {
        "profit": Text(de="Gewinn × 1,4 (Lesart 1)", en="profit × 1.4 (reading 1)"),
        "margin": Text(de="Gewinnmarge × 1,4, Gewinn also × 1,68 (Lesart 2)",
                       en="profit margin × 1.4, so profit × 1.68 (reading 2)"),
    }  # fmt: skip
    implied = Text(de="Elastizität im veröffentlichten Fall", en="Elasticity implied by the published case")
    rows = [
        _tick("case.share_before", "facing_share", before),
        _tick("case.share_after", "facing_share", after),
        _tick("case.revenue_gain", "revenue_amount", revenue),
        _tick("case.profit_gain", SALES_PROFIT, profit, readings["profit"]),
        _tick("case.profit_gain", SALES_PROFIT, (1 + revenue) * (1 + profit) - 1, readings["margin"], "case.margin_gain"),
        _tick("case.revenue_gain", "elasticity", implied_elasticity(revenue, before, after), implied,
              item="elasticity.case"),
        _tick("elasticity.published", "elasticity", threshold("elasticity.published")),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(TICK_COLUMNS))


def _tick(name: str, measure: str, value: float, note: Text | None = None, item: str = "") -> tuple[object, ...]:
    entry = thresholds()[name]
    label = note if item.startswith("elasticity") and note else entry.label
    if note and not item.startswith("elasticity"):
        label = Text(de=f"{entry.label.de}: {note.de}", en=f"{entry.label.en}: {note.en}")
    return item or name, measure, label.de, label.en, value, entry.source, entry.evidence_grade
