"""Effort against value: which customers get more of the staff's hours than their value earns, and which get less."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.value.customers.concentration import drawn_counts

LEVEL = 0.95
MINIMUM_VALUE_SHARE = 0.01
"""Under this share of the value no index is stated: a ratio to next to nothing is a huge number without meaning."""
OVER = 1.5
UNDER = 1 / 1.5
"""A single customer is called over- or under-served only beyond these bounds; a segment by its interval."""

SHARE_OF_VALUE = Text(
    de="Anteil am Wert: Wer mehr kostet, als er bringt, zählt mit 0, nicht negativ.",
    en="Share of value: a customer who costs more than he brings counts as 0, not as a negative.",
)
"""Is told wherever a share of value is shown, since sums of the customer list hold the losses."""


def worth(customers: pd.DataFrame) -> tuple[pd.Series, str]:
    """Return what each customer is worth for the comparison with hours, and the column it rests on.

    Contribution before sales hours where costs are known (losses count as zero, since a negative share of value cannot
    be served), else revenue.
    """
    name = "contribution_amount" if "contribution_amount" in customers else "revenue_amount"
    return customers[name].clip(lower=0.0), name


def service_index(customers: pd.DataFrame) -> pd.Series:
    """Return how much more of the hours than of the value each customer gets.

    Notes
    -----
    ``(hours + mean) / (expected + mean)`` with ``expected = value share × all hours`` and the mean hours of a customer
    added on both sides, so that small customers do not get huge ratios. 1 is in line; missing without hours. A customer
    whose value is not known has none, and its hours are not shared out.
    """
    value, _ = worth(customers)
    hours = customers["hours_h"].where(value.notna()) if "hours_h" in customers else value * 0.0
    if hours.sum() == 0 or value.sum() == 0:
        return pd.Series(float("nan"), index=customers.index)
    mean = hours.mean()
    expected = value / value.sum() * hours.sum()
    return (hours + mean) / (expected + mean)


def effort_by(
    customers: pd.DataFrame, groups: pd.Series, name: str, *, seed: int = 1, draws: int = 1000
) -> pd.DataFrame:
    """Return shares of value, revenue and hours by group of customers.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``score, revenue_amount`` and, where known, ``contribution_amount, margin_amount, hours_h``.
    groups : pandas.Series
        Group of each customer (segment, decile).
    name : str
        Name of the group's column in the result.
    seed, draws : int
        Bootstrap over customers.

    Returns
    -------
    pandas.DataFrame
        ``<name>, customers, score_share, value_share, revenue_share, hours_share, hours_h, hours_per_customer_h, index,
        low, high, verdict``; hours columns missing where there is no log. ``verdict`` is "over", "under", "in_line" or,
        without hours, "unknown".

    Notes
    -----
    ``index = hours share / value share``. Interval: customers drawn with replacement within each group, both shares
    taken again, 2.5 and 97.5 % points. A group is over- or under-served only if the interval leaves 1 out. The index
    says how effort is spread, not what more effort would bring.
    """
    value, _ = worth(customers)
    hours = customers["hours_h"] if "hours_h" in customers else pd.Series(float("nan"), index=customers.index)
    names = sorted(groups.unique())
    table = pd.DataFrame(
        {
            name: names,
            "customers": [int((groups == group).sum()) for group in names],
            "score_share": _shares(customers["score"], groups, names),
            "value_share": _shares(value, groups, names),
            "revenue_share": _shares(customers["revenue_amount"].clip(lower=0.0), groups, names),
            "hours_share": _shares(hours, groups, names),
            "hours_h": [float(hours[groups == group].sum(min_count=1)) for group in names],
        }
    )
    table["hours_per_customer_h"] = table["hours_h"] / table["customers"]
    table["index"] = table["hours_share"] / table["value_share"].where(table["value_share"] >= MINIMUM_VALUE_SHARE)
    low, high = _index_interval(hours, value, groups, names, stream(seed, -1, f"value.effort.{name}"), draws)
    value_index = table["index"].to_numpy(dtype=float)
    table["low"] = np.where(np.isnan(value_index), np.nan, np.fmin(low, value_index))
    table["high"] = np.where(np.isnan(value_index), np.nan, np.fmax(high, value_index))
    table["verdict"] = [_verdict(*ends) for ends in zip(low, high, strict=True)]
    return table


def _shares(values: pd.Series, groups: pd.Series, names: list[object]) -> list[float]:
    total = float(values.sum(min_count=1))
    return [float(values[groups == group].sum()) / total if total > 0 else float("nan") for group in names]


def _index_interval(
    hours: pd.Series, value: pd.Series, groups: pd.Series, names: list[object], random: np.random.Generator, draws: int
) -> tuple[Floats, Floats]:
    """Return the ends of the interval of ``hours share / value share`` by group."""
    if hours.isna().all():
        nothing = np.full(len(names), np.nan)
        return nothing, nothing
    sums = []
    for group in names:
        chosen = (groups == group).to_numpy()
        pair = np.column_stack([hours.to_numpy(dtype=float)[chosen], value.to_numpy(dtype=float)[chosen]])
        sums.append(np.concatenate([counts @ pair for counts in drawn_counts(random, len(pair), draws)]))
    both = np.stack(sums)  # group × draw × (hours, value)
    with np.errstate(divide="ignore", invalid="ignore"):  # a draw may hold no hours or no value at all
        shares = both / both.sum(axis=0, keepdims=True)
        index = np.where(shares[:, :, 1] > 0, shares[:, :, 0] / shares[:, :, 1], np.nan)
    ends: list[Floats] = []
    for level in ((1 - LEVEL) / 2, (1 + LEVEL) / 2):
        ends.append(np.array([np.nanquantile(row, level) if np.isfinite(row).any() else np.nan for row in index]))
    return ends[0], ends[1]


def _verdict(low: float, high: float) -> str:
    if np.isnan(low) or np.isnan(high):
        return "unknown"
    if low > 1:
        return "over"
    return "under" if high < 1 else "in_line"
