"""The health of the sales pipeline: how many deals are won, how long they take, and what they bring.

Totals of the firm, by quarter and by kind of deal; never by salesperson.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.errors import DataError, PrivacyError
from simkit.foundation.estimates import FEWEST_TOLD, Z_95, Estimate
from simkit.foundation.frames import select
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

CLOSED = ("won", "lost", "no_decision")
STAGES: dict[str, Text] = {
    "won": Text(de="gewonnen", en="won"),
    "lost": Text(de="verloren", en="lost"),
    "no_decision": Text(de="ohne Entscheidung", en="no decision"),
    "open": Text(de="offen", en="open"),
}
STALE_DAYS = 60
"""An open deal older than this counts as stale (Ignite Selling: stalled, more than 60 days) [V]."""
SPLITS = ("order_class", "source", "product")


@dataclass(frozen=True, kw_only=True)
class PipelineFigures:
    """Figures of the pipeline."""

    by_stage: pd.DataFrame
    """``stage, deals, share, valued_deals`` (with a value), ``value_amount`` (theirs; missing where none has one)."""
    win_rate: Estimate | None
    """Won / (won + lost), Wilson interval; None where no lost deal is known: an export of won deals alone has no rate."""
    closing_rate: Estimate | None
    """Won / (won + lost + no decision); None where nothing but won deals is known to have ended."""
    won_amount: float
    """Value of the deals won, in the client's currency; NaN where none states its value."""
    valued_won_deals: int
    """Deals won that state their value."""
    by_quarter: pd.DataFrame
    """``quarter`` (first day of the quarter of closing; NaT for the pool of quarters in which too few people closed
    deals), ``won, lost, no_decision, won_amount`` (missing where nothing is won with a value), ``win_rate, low, high``
    (missing under five decided deals)."""
    days_to_close: pd.DataFrame
    """``stage, deals, lower_days, median_days, upper_days`` (quartiles), calendar days from opening to closing."""
    by_kind: pd.DataFrame
    """``split`` (order_class, source or product), ``value`` (missing for the pool of kinds that too few people sell),
    ``deals, won, won_amount, win_rate, low, high``."""
    open_deals: int
    dated_open_deals: int
    """Open deals that say when they were opened."""
    stale_share: float
    """Share of these that were opened more than 60 days before the last day known; NaN without any."""

    @property
    def mean_won_amount(self) -> float:
        """Mean value of a deal won that states its value, in the client's currency; NaN without any."""
        return self.won_amount / self.valued_won_deals if self.valued_won_deals else float("nan")


def wilson(successes: int, trials: int) -> Estimate | None:
    """Return a share with its Wilson score interval; None without trials.

    Notes
    -----
    ``(p + z²/2n ± z sqrt(p(1−p)/n + z²/4n²)) / (1 + z²/n)`` with z = 1.96 (Wilson 1927). It takes the deals as
    independent; several deals of one customer are not quite.
    """
    if trials <= 0:
        return None
    share = successes / trials
    centre = share + Z_95**2 / (2 * trials)
    half = Z_95 * math.sqrt(share * (1 - share) / trials + Z_95**2 / (4 * trials**2))
    scale = 1 + Z_95**2 / trials
    return Estimate(value=share, low=max(0.0, (centre - half) / scale), high=min(1.0, (centre + half) / scale))


def pipeline_health(client: ClientData) -> PipelineFigures:
    """Measure the pipeline of a client.

    Parameters
    ----------
    client : ClientData
        With the table ``opportunities``.

    Raises
    ------
    DataError
        When there are no opportunities.
    PrivacyError
        When fewer people than the minimum group closed them.
    """
    deals = full_deals(client)
    counts = deals["stage"].value_counts()
    won, lost, undecided = (int(counts.get(stage, 0)) for stage in CLOSED)
    values = select(deals, stage="won")["value_amount"]
    waiting = select(deals, stage="open")["opened_on"].dropna()
    minimum = client.config.privacy.minimum_group
    stale = (pd.Timestamp(client.last) - waiting).dt.days > STALE_DAYS
    return PipelineFigures(
        by_stage=_by_stage(deals),
        win_rate=wilson(won, won + lost) if lost else None,
        closing_rate=wilson(won, won + lost + undecided) if lost + undecided else None,
        won_amount=float(values.sum(min_count=1)),
        valued_won_deals=int(values.notna().sum()),
        by_quarter=_by_quarter(deals, minimum),
        days_to_close=_days_to_close(deals),
        by_kind=_by_kind(deals, minimum),
        open_deals=int(counts.get("open", 0)),
        dated_open_deals=len(waiting),
        stale_share=float(stale.mean()) if len(waiting) else float("nan"),
    )


def full_deals(client: ClientData) -> pd.DataFrame:
    """Return the opportunities with all columns this module reads, or refuse them.

    A value of 0 is read as not stated: a deal is never about nothing, and exports fill empty fields with it.
    """
    deals = client.table("opportunities")
    if deals.empty:
        raise DataError(
            Text(de="keine Verkaufschancen", en="no opportunities"),
            "opportunities",
            Text(de="Den Export prüfen", en="Check the export"),
        )
    minimum = client.config.privacy.minimum_group
    closed = deals[deals["stage"].isin(CLOSED)]
    if "employee_id" in deals and 0 < closed["employee_id"].nunique() < minimum:
        raise PrivacyError(
            Text(
                de="Weniger als {n} Personen haben die Verkaufschancen abgeschlossen",
                en="Fewer than {n} people closed the opportunities",
            ).fill(n=minimum),
            "opportunities",
            Text(de="Ohne Mitarbeiterspalte einlesen", en="Leave the employee column out"),
        )
    wanted = list(dict.fromkeys([*deals.columns, "opened_on", "closed_on", "value_amount", "employee_id"]))
    full: pd.DataFrame = deals.reindex(columns=wanted)
    full = full.astype({"opened_on": "datetime64[ns]", "closed_on": "datetime64[ns]", "value_amount": float})
    return full.assign(value_amount=full["value_amount"].where(full["value_amount"] != 0))


def _by_stage(deals: pd.DataFrame) -> pd.DataFrame:
    present = [stage for stage in STAGES if (deals["stage"] == stage).any()]
    by_stage = deals.groupby("stage")["value_amount"]
    table = pd.DataFrame(
        {"deals": by_stage.size(), "valued_deals": by_stage.count(), "value_amount": by_stage.sum(min_count=1)}
    ).reindex(present)
    table = table.rename_axis("stage").reset_index().assign(share=lambda t: t["deals"] / len(deals))
    return table[["stage", "deals", "share", "valued_deals", "value_amount"]]


def _by_quarter(deals: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return the closed deals by quarter, quarters with too few people pooled."""
    closed = deals[deals["stage"].isin(CLOSED) & deals["closed_on"].notna()]
    quarter = closed["closed_on"].dt.to_period("Q").dt.start_time
    quarter = pooled(quarter, closed["employee_id"], minimum)
    return _rates(closed, quarter.rename("quarter"))


def pooled(groups: pd.Series, people: pd.Series, minimum: int) -> pd.Series:
    """Return the groups (quarters, products), missing for those in which too few people closed deals.

    The pool takes in the next smallest groups until enough people stand behind it, so that it does not show by
    subtraction from the total what was to be hidden.
    """
    if people.isna().all():
        return groups
    sizes = people.groupby(groups).nunique().sort_values(kind="stable")
    pool = list(sizes[sizes < minimum].index)
    for candidate in sizes.index:
        if not pool or people[groups.isin(pool)].nunique() >= minimum:
            break
        if candidate not in pool:
            pool.append(candidate)
    return groups.mask(groups.isin(pool))


def _rates(deals: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return counts, value won and win rate by group; no rate where hardly a deal is decided, or no lost one is known."""
    flags = {stage: (deals["stage"] == stage).astype(int) for stage in CLOSED}
    grouped = deals.assign(**flags, won_amount=deals["value_amount"].where(deals["stage"] == "won")).groupby(
        groups, dropna=False
    )
    table = grouped[list(CLOSED)].sum().assign(won_amount=grouped["won_amount"].sum(min_count=1)).reset_index()
    ends_known = bool((deals["stage"] == "lost").any())
    rates = [
        wilson(int(won), int(won + lost)) if ends_known and won + lost >= FEWEST_TOLD else None
        for won, lost in zip(table["won"].tolist(), table["lost"].tolist(), strict=True)
    ]
    return table.assign(
        win_rate=[rate.value if rate else float("nan") for rate in rates],
        low=[rate.low if rate else float("nan") for rate in rates],
        high=[rate.high if rate else float("nan") for rate in rates],
    )


def _days_to_close(deals: pd.DataFrame) -> pd.DataFrame:
    """Return the quartiles of the days from opening to closing by outcome."""
    timed = deals[deals["stage"].isin(CLOSED) & deals["opened_on"].notna() & deals["closed_on"].notna()]
    days = (timed["closed_on"] - timed["opened_on"]).dt.days.astype(float)
    rows = []
    for stage in CLOSED:
        chosen = days[timed["stage"] == stage]
        if len(chosen):
            lower, middle, upper = np.quantile(chosen, [0.25, 0.5, 0.75])
            rows.append((stage, len(chosen), float(lower), float(middle), float(upper)))
    return pd.DataFrame(rows, columns=["stage", "deals", "lower_days", "median_days", "upper_days"])


def _by_kind(deals: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return the win rate by order class, source and product where the client has them; rare kinds are pooled."""
    closed = deals[deals["stage"].isin(CLOSED)]
    tables = []
    for split in SPLITS:
        if split in closed and closed[split].notna().any():
            named = closed[closed[split].notna()]
            shown = pooled(named[split].astype(object), named["employee_id"], minimum)
            rates = _rates(named, shown.rename("value"))
            tables.append(rates.assign(split=split, deals=rates[list(CLOSED)].sum(axis=1)))
    columns = ["split", "value", "deals", "won", "won_amount", "win_rate", "low", "high"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
