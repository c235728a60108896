"""Whether those who look efficient also win: rank correlations of figures of efficiency with results, over sellers.

Only coefficients over the whole group are made; no seller's figure leaves this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.hours import logged_hours
from simkit.effort.pipeline_figures import CLOSED
from simkit.effort.taxonomy import FACING
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import Z_95
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

TEXTS = Catalogue.beside(__file__)

FEWEST_SELLERS = 8
FEWEST_DEALS = 10
"""Closed deals from which on a seller's share of wins is counted."""
EFFICIENCY = ("meetings_per_100_h", "facing_share", "deals_per_100_h")
RESULTS = ("win_rate", "won_amount")

NO_HOURS = TEXTS["no_hours"]
NO_SPREAD = TEXTS["no_spread"]
FEW_SELLERS = TEXTS["few_sellers"]


@dataclass(frozen=True, kw_only=True)
class Efficiency:
    """How figures of efficiency go with results."""

    sellers: int
    """How many sellers the coefficients rest on."""
    correlations: pd.DataFrame
    """``efficiency`` ("meetings_per_100_h": entries with customers per 100 logged hours; "facing_share": share of the
    logged hours with customers; "deals_per_100_h": closed deals per 100 logged hours), ``result`` ("win_rate": won of
    all closed; "won_amount": value won per full-time post,
    only where every deal won states its value), ``correlation`` (Spearman, −1..1), ``low, high``."""


def efficiency_and_results(client: ClientData) -> Efficiency | Missing:
    """Correlate figures of efficiency with results over the sellers of a client, or say why that cannot be done.

    Parameters
    ----------
    client : ClientData
        With opportunities that name their seller, and an activity log that names persons.
    """
    if not client.has("opportunities", "activities") or "employee_id" not in client.table("opportunities"):
        return Missing(reason=NO_HOURS)
    rows = logged_hours(client).rows
    if "employee_id" not in rows or rows["employee_id"].isna().all():
        return Missing(reason=NO_HOURS)
    figures = _figures(rows, client.table("opportunities"), _posts(client))
    fewest = max(FEWEST_SELLERS, client.config.privacy.minimum_group)
    if len(figures) < fewest:
        return Missing(reason=FEW_SELLERS.fill(n=len(figures), deals=FEWEST_DEALS, fewest=fewest))
    pairs = [
        (one, other, *rank_correlation(figures[one], figures[other]))
        for one in EFFICIENCY
        for other in RESULTS
        if other in figures and figures[one].nunique() > 1 and figures[other].nunique() > 1
    ]
    if not pairs:
        return Missing(reason=NO_SPREAD)
    frame = pd.DataFrame(pairs, columns=["efficiency", "result", "correlation", "low", "high"])
    return Efficiency(sellers=len(figures), correlations=frame)


def rank_correlation(one: pd.Series, other: pd.Series) -> tuple[float, float, float]:
    """Return Spearman's coefficient with its 95 % interval.

    Notes
    -----
    Interval: Fisher's z with the standard error ``sqrt((1 + r² / 2) / (n − 3))`` (Bonett and Wright 2000, Psychometrika 65).
    """
    value = float(one.rank().corr(other.rank()))
    bounded = float(np.clip(value, -1 + 1e-9, 1 - 1e-9))
    error = float(np.sqrt((1 + value**2 / 2) / (len(one) - 3)))
    low, high = np.tanh(np.arctanh(bounded) + np.array([-1.0, 1.0]) * Z_95 * error)
    return value, float(low), float(high)


def _posts(client: ClientData) -> pd.Series:
    """Return the full-time equivalent of each person; 1 where none is stated."""
    staff = client.table("employees") if client.has("employees") else pd.DataFrame(columns=["employee_id"])
    wide = staff.reindex(columns=["employee_id", "fte"])
    return pd.Series(wide["fte"].fillna(1.0).to_numpy(dtype=float), index=wide["employee_id"])


def _figures(rows: pd.DataFrame, deals: pd.DataFrame, posts: pd.Series) -> pd.DataFrame:
    """Return the figures of each seller who has enough closed deals; kept in this module."""
    closed = deals[deals["stage"].isin(CLOSED)]
    count = closed.groupby("employee_id").size()
    won = select(closed, stage="won")
    hours = rows.groupby("employee_id")["hours_h"].sum()
    facing = rows[rows["activity"].isin(FACING)]
    sellers = count[count >= FEWEST_DEALS].index.intersection(hours[hours > 0].index)
    hours, count = hours[sellers], count[sellers]
    figures = pd.DataFrame(
        {
            "meetings_per_100_h": 100 * facing.groupby("employee_id").size().reindex(sellers, fill_value=0) / hours,
            "facing_share": facing.groupby("employee_id")["hours_h"].sum().reindex(sellers, fill_value=0.0) / hours,
            "deals_per_100_h": 100 * count / hours,
            "win_rate": won.groupby("employee_id").size().reindex(sellers, fill_value=0) / count,
        }
    )
    if "value_amount" not in won or (won["value_amount"].isna() | (won["value_amount"] == 0)).any():
        return figures  # a seller's sum without the deals of unknown value would be too small
    amount = won["value_amount"].groupby(won["employee_id"]).sum()
    return figures.assign(won_amount=amount.reindex(sellers, fill_value=0.0) / posts.reindex(sellers).fillna(1.0))
