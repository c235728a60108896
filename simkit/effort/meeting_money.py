"""What meetings on deals bring: won value by meeting and by hour, and how often the deal came to a decision.

A win has several meetings behind it; its value is shared evenly among them, which is a rule of reckoning, not a cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.effort.pipeline_figures import CLOSED, pooled
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream

FEWEST_DEALS = 20
"""Fewer closed deals with a meeting than this say nothing about money."""


@dataclass(frozen=True, kw_only=True)
class MeetingMoney:
    """Won value and decisions behind meetings."""

    deals: int
    meetings: int
    """Closed deals that were opened since the log begins and have a meeting in it, and their meetings."""
    unvalued_deals: int
    """Won ones among them that do not state their value; they count for decisions, not for money."""
    per_meeting_amount: Estimate
    """Value won per meeting, lost deals and those without a decision included (bootstrap over deals)."""
    by_kind: pd.DataFrame
    """``kind`` (missing for the pool of kinds that too few people hold), ``meetings, hours_h, won_amount,
    per_meeting_amount, low, high, per_hour_amount`` (missing without hours), ``decided_share, decided_low,
    decided_high`` (meetings whose deal was won or lost in the end, of all), most per meeting first."""


def meeting_money(
    meetings: pd.DataFrame, deals: pd.DataFrame, *, minimum: int, seed: int = 1, draws: int = 2000
) -> MeetingMoney | None:
    """Return what the meetings on closed deals bring; None where too few deals or people are behind them.

    Parameters
    ----------
    meetings : pandas.DataFrame
        ``case_id, kind, employee_id, started_at, hours_h`` of all meetings with customers.
    deals : pandas.DataFrame
        ``opportunity_id, opened_on, stage, value_amount``.
    minimum : int
        Smallest group of people that may be shown.
    seed, draws : int
        Bootstrap over deals.

    Notes
    -----
    ``Σ value of won deals × meetings of the kind / meetings of the deal, over meetings of the kind``. A meeting is one
    entry of the log; deals opened before the log begins are left out, since their first meetings are not in it. Interval:
    deals drawn again, 2.5 and 97.5 % points of the ratios; the even sharing is not part of it.
    """
    rows = _on_closed(meetings, deals)
    people = rows["employee_id"]
    if rows["case_id"].nunique() < FEWEST_DEALS or (people.notna().any() and people.nunique() < minimum):
        return None
    is_won = rows["stage"] == "won"
    unvalued = is_won & ~(rows["value_amount"] > 0)
    if not (is_won & ~unvalued).any():
        return None
    shown = pooled(rows["kind"].astype(object), people, minimum)
    rows = rows.assign(group=pd.factorize(shown, use_na_sentinel=False)[0], shown=shown)
    of_deal = rows.groupby("case_id")["case_id"].transform("size")
    rows["valued"] = (~unvalued).astype(float)
    rows["won_amount"] = rows["value_amount"].where(is_won & ~unvalued, 0.0) / of_deal
    rows["one"], rows["decided"] = 1.0, (rows["stage"] != "no_decision").astype(float)
    counts, valued, amounts, decided = (_by_deal(rows, name) for name in ("one", "valued", "won_amount", "decided"))
    weights = stream(seed, -1, "effort.meeting_money").multinomial(
        len(counts), np.full(len(counts), 1 / len(counts)), draws
    )
    with np.errstate(invalid="ignore", divide="ignore"):  # a kind may be missing from a drawn set of deals
        drawn = {
            "won": (weights @ amounts) / (weights @ valued),
            "decided": (weights @ decided) / (weights @ counts),
        }
        total = (weights @ amounts.sum(axis=1)) / (weights @ valued.sum(axis=1))
    low, high = np.nanquantile(total, [0.025, 0.975])
    value = float(rows["won_amount"].sum() / rows["valued"].sum())
    return MeetingMoney(
        deals=len(counts),
        meetings=len(rows),
        unvalued_deals=int(rows.loc[unvalued, "case_id"].nunique()),
        per_meeting_amount=Estimate(value=value, low=float(low), high=float(high)),
        by_kind=_by_kind(rows, drawn),
    )


def _on_closed(meetings: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Return the meetings on deals that are closed and were opened since the log begins, with the deal's end and value."""
    first = meetings["started_at"].min()
    known = deals.reindex(columns=["opportunity_id", "opened_on", "stage", "value_amount"])
    known = known[known["stage"].isin(CLOSED) & (pd.to_datetime(known["opened_on"]) >= first.normalize())]
    return meetings.merge(known.rename(columns={"opportunity_id": "case_id"}), on="case_id", how="inner")


def _by_deal(rows: pd.DataFrame, name: str) -> Floats:
    """Return the sums of a column, shape (deals, kinds)."""
    table = rows.groupby(["case_id", "group"])[name].sum().unstack(fill_value=0)
    return np.asarray(table.to_numpy(dtype=float))


def _by_kind(rows: pd.DataFrame, drawn: Mapping[str, Floats]) -> pd.DataFrame:
    found = []
    for place, group in rows.groupby("group"):
        ends, of_decided = (
            np.nanquantile(drawn[name][:, int(str(place))], [0.025, 0.975]) for name in ("won", "decided")
        )
        hours, valued = float(group["hours_h"].sum(min_count=1)), group[group["valued"] > 0]
        timed_h = float(valued["hours_h"].sum(min_count=1))
        won = float(valued["won_amount"].sum(min_count=1))
        by_hour = float(valued.loc[valued["hours_h"].notna(), "won_amount"].sum()) / timed_h if timed_h > 0 else np.nan
        each = won / len(valued) if len(valued) else np.nan
        row = (group["shown"].iloc[0], len(group), hours, won, each, *ends, by_hour)
        found.append((*row, float(group["decided"].mean()), *of_decided))
    columns = [
        "kind", "meetings", "hours_h", "won_amount", "per_meeting_amount", "low", "high", "per_hour_amount",
        "decided_share", "decided_low", "decided_high",
    ]  # fmt: skip
    return pd.DataFrame(found, columns=columns).sort_values("per_meeting_amount", ascending=False, ignore_index=True)
