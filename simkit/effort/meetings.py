"""What comes of meetings with customers: the share after which the deal moved on, by kind of meeting.

Firms earn with the results of meetings, not with their number; kinds that rarely lead on are proposed for cutting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from simkit.effort.hours import CAP_H
from simkit.effort.meeting_money import MeetingMoney, meeting_money
from simkit.effort.pipeline_figures import pooled, wilson
from simkit.effort.taxonomy import FACING
from simkit.foundation.estimates import Estimate
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

NEXT_DAYS = 30
"""Days within which something must follow, by default."""
FEWEST_MEETINGS = 30

NO_LOG = Text(de="Es liegen keine Tätigkeiten (activities) vor.", en="There is no activity log (activities).")
NO_OUTCOME = Text(
    de="Die Tätigkeiten nennen weder einen vereinbarten nächsten Schritt (next_step) noch die Verkaufschance (case_id).",
    en="The activity log states neither a next step agreed (next_step) nor the opportunity (case_id).",
)
FEW = Text(
    de="Nur {n} Termine haben ein bekanntes Ergebnis oder nicht genug Personen stehen dahinter.",
    en="Only {n} meetings have a known result, or not enough people stand behind them.",
)
NO_CHANNEL = "|"
"""Stands between activity and channel in the name of a kind; a name that ends with it has no channel."""


@dataclass(frozen=True, kw_only=True)
class Meetings:
    """What comes of meetings."""

    basis: Literal["stated", "followed"]
    """``stated``: the log says whether a next step was agreed; ``followed``: another step with the customer on the
    same opportunity came, or it was won, within `days`."""
    days: int
    """The window, in calendar days."""
    overall: Estimate
    """Share of meetings that led on (Wilson)."""
    by_kind: pd.DataFrame
    """``kind`` (missing for the pool of kinds that too few people hold), ``meetings, led_on, share, low, high,
    hours_h, led_on_per_h, cut`` (interval wholly under the overall share), best first."""
    money: MeetingMoney | None = None
    """What meetings on deals bring; None where the log does not name the deals, or too few are behind it."""


def meeting_effectiveness(
    client: ClientData, *, days: int = NEXT_DAYS, cap_h: float = CAP_H, seed: int = 1
) -> Meetings | Missing:
    """Return what comes of meetings with customers, or why it is not known.

    Parameters
    ----------
    client : ClientData
        With activities that name the next step or the opportunity.
    days : int
        Days within which something must follow.
    cap_h : float
        Longest believed interval of the log, in hours.
    seed : int
        Bootstrap of the money by meeting.
    """
    found = known_meetings(client, days=days, cap_h=cap_h)
    if isinstance(found, Missing):
        return found
    basis, known = found
    minimum = client.config.privacy.minimum_group
    people = known["employee_id"]
    overall = wilson(int(known["led_on"].sum()), len(known))
    if overall is None or len(known) < FEWEST_MEETINGS or (people.notna().any() and people.nunique() < minimum):
        return Missing(reason=FEW.fill(n=len(known)))
    facing, money = _facing(client, cap_h), None
    if client.has("opportunities") and facing["case_id"].notna().any():
        money = meeting_money(facing, client.table("opportunities"), minimum=minimum, seed=seed)
    return Meetings(basis=basis, days=days, overall=overall, by_kind=_by_kind(known, overall, minimum), money=money)


def known_meetings(
    client: ClientData, *, days: int = NEXT_DAYS, cap_h: float = CAP_H
) -> tuple[Literal["stated", "followed"], pd.DataFrame] | Missing:
    """Return how results are known and the meetings with a known one, or why there are none.

    Returns
    -------
    tuple or Missing
        The basis (see `Meetings`) and one row per meeting: ``kind, led_on, hours_h`` (missing beyond the cap) beside the
        columns of the log. It names people by pseudonym: for further counting, not to be shown.
    """
    if not client.has("activities"):
        return Missing(reason=NO_LOG)
    facing = _facing(client, cap_h)
    if "next_step" in facing and facing["next_step"].notna().any():
        basis: Literal["stated", "followed"] = "stated"
        known = facing[facing["next_step"].notna()]
        known = known.assign(led_on=known["next_step"] == "yes")
    elif client.has("opportunities") and facing["case_id"].notna().any():
        basis, known = "followed", _followed(client, facing, days)
    else:
        return Missing(reason=NO_OUTCOME)
    return basis, known


def _facing(client: ClientData, cap_h: float) -> pd.DataFrame:
    """Return the log's meetings with customers, with their ``kind`` and ``hours_h`` (missing beyond the cap)."""
    log = client.table("activities")
    log = log.reindex(columns=list(dict.fromkeys([*log.columns, "employee_id", "channel", "case_id", "hours"])))
    facing = log[log["activity"].isin(FACING)].assign(kind=_kinds(log))
    return facing.assign(hours_h=facing["hours"].where(facing["hours"] <= cap_h))


def _kinds(log: pd.DataFrame) -> pd.Series:
    """Return the kind of each meeting: as the client calls it, else activity and channel."""
    plain = log["activity"].astype(str) + NO_CHANNEL + log["channel"].astype(object).fillna("")
    return (
        log["meeting_type"].astype(object).where(log["meeting_type"].notna(), plain) if "meeting_type" in log else plain
    )


def _followed(client: ClientData, facing: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return the meetings on opportunities whose window is over, with whether something followed within it."""
    deals = client.table("opportunities")
    deals = deals.reindex(columns=["opportunity_id", "stage", "closed_on"])
    on_deals = facing[facing["case_id"].isin(deals["opportunity_id"]) & facing["started_at"].notna()]
    on_deals = on_deals.sort_values(["case_id", "started_at"], kind="stable")
    end = pd.Timestamp(client.last) + pd.Timedelta(days=1) - pd.Timedelta(days=days)
    merged = on_deals.merge(deals.rename(columns={"opportunity_id": "case_id"}), on="case_id", how="left")
    day = merged["started_at"].dt.normalize()
    visits = pd.DataFrame({"case_id": merged["case_id"], "day": day}).drop_duplicates()
    visits["following"] = visits.groupby("case_id")["day"].shift(-1)  # entries of one day are one meeting
    following = merged[["case_id"]].assign(day=day).merge(visits, on=["case_id", "day"], how="left")["following"]
    window = pd.Timedelta(days=days)
    closing = merged["closed_on"].where(merged["stage"] == "won")
    led_on = (following - day <= window) | ((closing >= day) & (closing - day <= window))
    return merged.assign(led_on=led_on)[(merged["started_at"] < end).to_numpy()]


def _by_kind(known: pd.DataFrame, overall: Estimate, minimum: int) -> pd.DataFrame:
    shown = pooled(known["kind"].astype(object), known["employee_id"], minimum)
    rows = []
    for kind, group in known.groupby(shown, dropna=False):
        rate = wilson(int(group["led_on"].sum()), len(group))
        assert rate is not None
        hours = float(group["hours_h"].sum(min_count=1))
        row = (kind, len(group), int(group["led_on"].sum()), rate.value, rate.low, rate.high, hours)
        cut = rate.high < overall.value and not str(kind).endswith(NO_CHANNEL)  # of what is not known nothing follows
        rows.append((*row, row[2] / hours if hours > 0 else float("nan"), cut))
    columns = ["kind", "meetings", "led_on", "share", "low", "high", "hours_h", "led_on_per_h", "cut"]
    return pd.DataFrame(rows, columns=columns).sort_values("share", ascending=False, ignore_index=True)
