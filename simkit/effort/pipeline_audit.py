"""The pipeline audit: which open deals are stale, how old they are for their stage, and what they are really worth.

Totals of the firm and by stage, never by salesperson; what the client's columns cannot answer is reported with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.date_slippage import Slips, slips
from simkit.effort.pipeline_figures import CLOSED, STALE_DAYS, full_deals, pooled, wilson
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

OLD_QUANTILE = 0.75
"""An open deal older than three quarters of the deals that were won counts as old for a win."""
ENOUGH_CLOSED = 20
"""A stage or kind has a win rate of its own from so many closed deals on; below it the rate of all is used."""

NO_OPEN = Text(de="Es gibt keine offenen Vorgänge.", en="There are no open deals.")
NO_DATES = Text(
    de="Die offenen oder die gewonnenen Vorgänge haben kein Eröffnungsdatum (opened_on).",
    en="The open or the won deals have no opening date (opened_on).",
)
NO_VALUE = Text(
    de="Die offenen Vorgänge nennen keinen Wert (value_amount).", en="The open deals state no value (value_amount)."
)
NO_STEP = Text(
    de="Die Spalte für den nächsten Schritt (next_step_on) fehlt.", en="The column of the next step (next_step_on) is missing."
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What the pipeline holds."""

    open_deals: int
    """Deals that are open on the last day of the data."""
    stale: pd.DataFrame
    """``sign`` ("old": opened more than 60 days ago; "no_step": no next step in the future), ``deals, known, share,
    low, high``: shares of the open deals for which the sign is known."""
    age_by_stage: pd.DataFrame
    """``stage`` (the client's own name; missing for the pool of stages with too few people), ``deals,
    median_age_days, old_deals, old_share, low, high``."""
    won_median_days: float
    won_old_days: float
    """Median and upper quartile of the days from opening to winning."""
    worth: pd.DataFrame
    """``stage, deals, value_amount, claimed_amount, win_rate, expected_amount, low_amount, high_amount``."""
    claims_known: bool
    """Whether the claimed amount rests on stated probabilities; else the full value is taken as the claim."""
    slips: Slips | Missing
    """Deadlines missed and what goes with it."""
    missing: Mapping[str, Text]
    """Parts that cannot be given ("stale", "step", "age", "worth"), and why."""


def pipeline_audit(client: ClientData, *, seed: int = 1, draws: int = 2000) -> Audit:
    """Audit the open deals of a client.

    Parameters
    ----------
    client : ClientData
        With the table ``opportunities``.
    seed, draws : int
        Bootstrap of the attributable shares.

    Raises
    ------
    DataError
        When there are no opportunities.
    PrivacyError
        When fewer people than the minimum group closed them.
    """
    deals = _with_stage(full_deals(client), client.config.privacy.minimum_group)
    last = pd.Timestamp(client.last)
    waiting, won = select(deals, stage="open"), select(deals, stage="won")
    cycle = (won["closed_on"] - won["opened_on"]).dt.days.dropna().astype(float)
    median, old = (float(x) for x in np.quantile(cycle, [0.5, OLD_QUANTILE])) if len(cycle) else (np.nan, np.nan)
    missing = _missing(waiting, cycle)
    return Audit(
        open_deals=len(waiting),
        stale=_stale(waiting, last),
        age_by_stage=_age_by_stage(waiting, last, old) if "age" not in missing else _NO_AGES,
        won_median_days=median,
        won_old_days=old,
        worth=_worth(deals) if "worth" not in missing else _NO_WORTH,
        claims_known="claimed_share" in waiting and bool(waiting["claimed_share"].notna().any()),
        slips=slips(client, deals, last, seed=seed, draws=draws),
        missing=missing,
    )


_NO_AGES = pd.DataFrame(columns=["stage", "deals", "median_age_days", "old_deals", "old_share", "low", "high"])
_NO_WORTH = pd.DataFrame(
    columns=[
        "stage", "deals", "value_amount", "claimed_amount", "win_rate", "expected_amount", "low_amount", "high_amount",
    ]
)  # fmt: skip


def _missing(waiting: pd.DataFrame, cycle: pd.Series) -> dict[str, Text]:
    if waiting.empty:
        return dict.fromkeys(("stale", "age", "worth"), NO_OPEN)
    found = {}
    if waiting["opened_on"].isna().all() or cycle.empty:
        found["age"] = NO_DATES
    if not (waiting["value_amount"] > 0).any():
        found["worth"] = NO_VALUE
    if "next_step_on" not in waiting:
        found["step"] = NO_STEP
    return found


def _with_stage(deals: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return the deals with ``shown_stage``: the client's own stage, or "open"; stages of too few people are pooled.

    A deal that is closed keeps the stage in which it was last, where the client's export still has it.
    """
    own = deals["sales_stage"].astype(object) if "sales_stage" in deals else pd.Series(None, index=deals.index)
    waiting = deals["stage"] == "open"
    own = own.where(own.notna() | ~waiting, "open")
    kept = pooled(own[waiting], deals.loc[waiting, "employee_id"], minimum)
    shown = own.where(own.isin(kept.dropna().unique()))
    return deals.assign(shown_stage=shown)


def _stale(waiting: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Return the share of the open deals with each sign of standing still, with its Wilson interval."""
    dated = waiting["opened_on"].notna()
    signs = {"old": (((last - waiting["opened_on"]).dt.days > STALE_DAYS)[dated])}
    if "next_step_on" in waiting:
        step = waiting["next_step_on"]
        signs["no_step"] = step.isna() | (step < last)
    rows = []
    for sign, holds in signs.items():
        if (rate := wilson(int(holds.sum()), len(holds))) is not None:
            rows.append((sign, int(holds.sum()), len(holds), rate.value, rate.low, rate.high))
    return pd.DataFrame(rows, columns=["sign", "deals", "known", "share", "low", "high"])


def _age_by_stage(waiting: pd.DataFrame, last: pd.Timestamp, old_days: float) -> pd.DataFrame:
    dated = waiting[waiting["opened_on"].notna()]
    age = (last - dated["opened_on"]).dt.days.astype(float)
    rows = []
    for stage, ages in age.groupby(dated["shown_stage"], dropna=False):
        old = int((ages > old_days).sum())
        rate = wilson(old, len(ages))
        assert rate is not None
        rows.append((stage, len(ages), float(ages.median()), old, rate.value, rate.low, rate.high))
    return pd.DataFrame(rows, columns=list(_NO_AGES.columns)).sort_values("deals", ascending=False, ignore_index=True)


def _worth(deals: pd.DataFrame) -> pd.DataFrame:
    """Return claimed and expected value of the open deals by stage.

    Notes
    -----
    Expected: value × empirical win rate of all ends (won, lost, no decision) of closed deals last seen in the stage, or
    of all closed deals where these are fewer than 20. The interval is that of the win rate (Wilson), not of the values.
    """
    closed = deals[deals["stage"].isin(CLOSED)]
    total = wilson(int((closed["stage"] == "won").sum()), len(closed))
    valued = deals[(deals["stage"] == "open") & (deals["value_amount"] > 0)]
    rows = []
    for stage, group in valued.groupby("shown_stage", dropna=False):
        own = select(closed, shown_stage=stage) if isinstance(stage, str) else closed.iloc[:0]
        rate = _own_rate(own) or total
        if rate is None:
            continue
        value = float(group["value_amount"].sum())
        claimed = group["claimed_share"] if "claimed_share" in group else pd.Series(1.0, index=group.index)
        claim = float((group["value_amount"] * claimed.fillna(1.0)).sum())
        ends = (rate.value * value, rate.low * value, rate.high * value)
        rows.append((stage, len(group), value, claim, rate.value, *ends))
    return pd.DataFrame(rows, columns=list(_NO_WORTH.columns))


def _own_rate(own: pd.DataFrame) -> Estimate | None:
    """Return the win rate of a stage; none where few deals closed in it, or where the CRM moves all won ones out of it."""
    wins = int((own["stage"] == "won").sum())
    return wilson(wins, len(own)) if len(own) >= ENOUGH_CLOSED and 0 < wins < len(own) else None
