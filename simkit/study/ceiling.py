"""How high the customer-facing share can get at all, what relabelling would show, and the published case beside it.

A share rises by less internal work or by calling other people "sales"; this room keeps the two apart.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from simkit.foundation.text import Text
from simkit.study.comparison import PROFIT, Floats, half_width
from simkit.study.standards import standard, standards

COLUMNS = ("item", "label_de", "label_en", "unit", "value", "low", "high")
TICK_COLUMNS = ("item", "measure", "label_de", "label_en", "value", "source", "mark")

FIXED = ("prioritisation", "administration", "development", "service_design")
TIED = ("preparation", "travel")
DEMANDED = ("selling", "care")

LABELS = {
    "present_h": Text(de="Anwesenheit", en="Present hours"),
    "fixed_h": Text(de="Feste Blöcke und Auftragserfassung", en="Fixed blocks and order entry"),
    "service_h": Text(de="Service am Kunden", en="Service to customers"),
    "tied_per_hour": Text(
        de="Vorbereitung und Reise je Stunde Verkauf und Betreuung",
        en="Preparation and travel per hour of selling and care",
    ),
    "share_now": Text(de="Kundenzeit heute", en="Customer-facing share today"),
    "ceiling_share": Text(
        de="Obergrenze ohne jede Abstimmung und bei unbegrenzter Nachfrage",
        en="Ceiling with no coordination at all and unlimited demand",
    ),
    "tied_needed_per_hour": Text(
        de="Vorbereitung und Reise je Stunde, mit der das Ziel erreichbar wäre",
        en="Preparation and travel per hour at which the target could be reached",
    ),
    "relabelling_share": Text(
        de="Kundenzeit, die eine bloße Umbenennung zeigen könnte", en="Share that mere relabelling could show"
    ),
    "relabelling_fte": Text(
        de="Personen, die man dafür „Vertrieb“ nennen müsste (VZÄ)", en="People who would be called sales for it (FTE)"
    ),
    "relabelling_gain_h": Text(de="Gewonnene Kundenstunden dabei", en="Customer hours gained by it"),
}
UNITS = {"present_h": "h", "fixed_h": "h", "service_h": "h", "relabelling_fte": "fte", "relabelling_gain_h": "h",
         "tied_per_hour": "1", "tied_needed_per_hour": "1"}  # fmt: skip


def activity_hours(frame: pd.DataFrame, scenario: str, design: str) -> pd.DataFrame:
    """Return the three years' hours of a design as a table replication × activity."""
    chosen = frame[
        (frame["scenario"] == scenario)
        & (frame["design"] == design)
        & (frame["measure"] == "hours_h")
        & (frame["year"] == 0)
    ]
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
        Columns item, label_de, label_en, unit, value, low, high; hours are sums of three years.

    Notes
    -----
    Ceiling = [(present − fixed − service)/(1 + tied) + service]/present, where fixed are calendar-blocked hours and
    order entry, and tied are hours of preparation and travel per hour of selling and care. It is what the client's own
    work content allows with coordination at zero and demand without limit; computed per replication, 95 % t-interval.
    `tied_needed_per_hour` solves the same line for the published target; negative means that not even work without any
    preparation and travel would reach it. Relabelling: today's customer hours shown over fewer people; it wins none.
    """
    hours = activity_hours(frame, scenario, baseline)
    present = hours.sum(axis=1).to_numpy(dtype=float)
    fixed, service = _sum(hours, FIXED), _sum(hours, ("service",))
    demanded = _sum(hours, DEMANDED)
    facing = demanded + service
    target = standard("case.share_after")
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
            "relabelling_share": np.full_like(present, target),
            "relabelling_fte": fte * facing / present / target,
            "relabelling_gain_h": np.zeros_like(present),
        }
    return pd.DataFrame([_row(item, values) for item, values in items.items()], columns=list(COLUMNS))


def ceiling_share(present_h: Floats, fixed_h: Floats, service_h: Floats, tied_per_hour: Floats) -> Floats:
    """Return [(present − fixed − service)/(1 + tied) + service]/present, element by element, in 0..1."""
    return ((present_h - fixed_h - service_h) / (1 + tied_per_hour) + service_h) / present_h


def _sum(hours: pd.DataFrame, activities: tuple[str, ...]) -> Floats:
    known = [name for name in activities if name in hours.columns]
    return hours[known].sum(axis=1).to_numpy(dtype=float)


def _row(item: str, values: Floats) -> tuple[str, str, str, str, float, float, float]:
    mean, width = float(values.mean()), float(half_width(values[None, :])[0])
    label = LABELS[item]
    return item, label.de, label.en, UNITS.get(item, "share"), mean, mean - width, mean + width


def implied_elasticity(revenue_gain: float, share_before: float, share_after: float) -> float:
    """Return ln(1 + revenue gain) / ln(share after / share before): what a case says about effort and revenue."""
    return math.log(1 + revenue_gain) / math.log(share_after / share_before)


def ticks() -> pd.DataFrame:
    """Return the published results that stand beside ours: the Stretched-T case in both readings, and elasticities.

    Returns
    -------
    DataFrame
        Columns item, measure, label_de, label_en, value, source, mark. `value` is a share (``facing_share``), a
        relative change (``revenue_amount``, profit) or an elasticity.

    Notes
    -----
    "+40 % profit share" at +20 % revenue may mean profit × 1.4 (margin × 1.17) or margin × 1.4 (profit × 1.68). The
    case's own elasticity, ln 1.2/ln 6 = 0.10, is far below the published mean of personal selling.
    """
    before, after = standard("case.share_before"), standard("case.share_after")
    revenue, profit = standard("case.revenue_gain"), standard("case.profit_gain")
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
        _tick("case.profit_gain", PROFIT, profit, readings["profit"]),
        _tick("case.profit_gain", PROFIT, (1 + revenue) * (1 + profit) - 1, readings["margin"], "case.margin_gain"),
        _tick("case.revenue_gain", "elasticity", implied_elasticity(revenue, before, after), implied,
              item="elasticity.case"),
        _tick("elasticity.published", "elasticity", standard("elasticity.published")),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(TICK_COLUMNS))


def _tick(name: str, measure: str, value: float, note: Text | None = None, item: str = "") -> tuple[object, ...]:
    entry = standards()[name]
    label = note if item.startswith("elasticity") and note else entry.label
    if note and not item.startswith("elasticity"):
        label = Text(de=f"{entry.label.de}: {note.de}", en=f"{entry.label.en}: {note.en}")
    return item or name, measure, label.de, label.en, value, entry.source, entry.mark
