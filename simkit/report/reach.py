"""How far a client's data reach: contract hours that the log covers, and order values against won opportunities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simkit.foundation.formats import Formats
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData


def coverage(client: ClientData, formats: Formats) -> Text | None:
    """Return how much of the contract hours the log covers; None where one of the two is not known."""
    from simkit.effort.hours import logged_hours
    from simkit.effort.log_time import coverage_share

    if not client.has("activities"):
        return None
    share = coverage_share(client, logged_hours(client))
    if share is None:
        return None
    text = Text(
        de="Die Zeiterfassung deckt {share} der Vertragsstunden.",
        en="The activity log covers {share} of contract hours.",
    )
    return text.fill(share=formats.share(share))


def reconciliation(client: ClientData, formats: Formats) -> Text | None:
    """Return how the value of the orders compares with the won opportunities they came from; None without a link."""
    if not client.has("orders", "opportunities") or "opportunity_id" not in client.table("orders"):
        return None
    won = client.table("opportunities")
    won = won[won["stage"] == "won"]
    if "value_amount" not in won:
        return None
    orders = client.table("orders").dropna(subset=["opportunity_id"])
    by_opportunity = orders.groupby("opportunity_id")["value_amount"].sum()
    pairs = won.set_index("opportunity_id")["value_amount"].to_frame("won").join(by_opportunity.rename("ordered"))
    linked = pairs.dropna()
    text = Text(
        de="{n} von {all} gewonnenen Angeboten haben einen Auftrag; Auftragswert {ordered}, Angebotswert {won}.",
        en="{n} of {all} won opportunities have an order; order value {ordered}, opportunity value {won}.",
    )
    return text.fill(
        n=formats.number(len(linked)),
        all=formats.number(len(pairs)),
        ordered=formats.money(float(linked["ordered"].sum())),
        won=formats.money(float(linked["won"].sum())),
    )
