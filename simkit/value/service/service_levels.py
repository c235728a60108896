"""What each segment gets: contacts, channel, hours, response time, prices, offers, and the services that end.

The workshop's answer counts first, then client.yaml, then what the client does today; where each came from goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Estimate
from simkit.foundation.text import Text, did_you_mean
from simkit.value.service.customer_time import NOBODY, CustomerTime

if TYPE_CHECKING:
    from simkit.intake.settings.customer_settings import SegmentService, ServiceLevels, StoppedService

FIELDS = ("contacts_per_year", "channel", "response_h", "bespoke", "price_policy", "offers")
ASSUMED_CONTACT_H: Mapping[str, float] = {"visit": 3.0, "phone": 0.6, "inside": 0.5, "web": 0.1, "partner": 0.3}
"""Hours of a contact with preparation and travel where the log shows too few of them (assumption)."""
LEAST_CONTACTS = 20
"""Contacts of a channel in the log from which their mean length is believed (rule of this kit)."""


def service_levels(
    customers: Mapping[str, int], today: CustomerTime, stated: ServiceLevels, agreed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the service level of each segment.

    Parameters
    ----------
    customers : mapping of str to int
        Customers by segment.
    agreed : pandas.DataFrame, optional
        What the workshop agreed on: ``segment`` and the columns of `FIELDS`, missing where nothing was agreed.

    Returns
    -------
    pandas.DataFrame
        ``segment, customers, contacts_per_year`` (per customer), ``channel, response_h, bespoke, price_policy,
        offers, hours_per_contact_h, answer_h`` (answers per customer and year, as today) and ``<field>_from``: "workshop",
        "client", "log", "assumption", or missing where nothing is known.

    Raises
    ------
    ConfigError
        client.yaml states a service level of a segment that the client does not have.
    """
    check_segments(customers, stated)
    chosen = pd.DataFrame() if agreed is None else agreed.set_index("segment")
    return pd.DataFrame([_level(name, customers[name], today, stated, chosen) for name in sorted(customers)])


def check_segments(customers: Mapping[str, int], stated: ServiceLevels) -> None:
    """Check that client.yaml states service levels of segments that there are.

    Raises
    ------
    ConfigError
        For a segment that the client does not have.
    """
    for name in stated.segments:
        if name not in customers:
            raise ConfigError(
                Text(
                    de="Das Segment '{name}' hat keine Kunden.", en="The segment '{name}' has no customers."
                ).fill(name=name),
                f"client.yaml: service_levels.segments.{name}",
                did_you_mean(name, customers),
            )  # fmt: skip


def planned_level(name: str, stated: ServiceLevels, agreed: pd.DataFrame) -> dict[str, tuple[object, str]]:
    """Return what was agreed or stated for one segment: field → (value, "workshop" or "client"); the workshop goes first.

    Parameters
    ----------
    name : str
        Segment.
    agreed : pandas.DataFrame
        What the workshop agreed on, by segment; columns of `FIELDS`.
    """
    here = {str(key): level for key, level in stated.segments.items()}.get(name)
    found: dict[str, tuple[object, str]] = {}
    for field in FIELDS:
        asked = agreed[field].to_dict().get(name) if field in agreed else None
        for value, origin in ((asked, "workshop"), (_stated(here, field), "client")):
            if field not in found and value is not None and value == value:
                found[field] = (value, origin)
    return found


def _level(
    name: str, customers: int, today: CustomerTime, stated: ServiceLevels, agreed: pd.DataFrame
) -> dict[str, object]:
    now = today.of(name)
    here = {str(key): level for key, level in stated.segments.items()}.get(name)
    row: dict[str, object] = {"segment": name, "customers": customers}
    measured: dict[str, object] = {
        "contacts_per_year": now["contacts"] / customers,
        "channel": today.usual_channel.get(name),
    }
    planned = planned_level(name, stated, agreed)
    for field in FIELDS:
        known = measured.get(field)
        today_s = (None, None) if known is None or known != known else (known, "log")
        row[field], row[f"{field}_from"] = planned.get(field, today_s)
    own = here.hours_per_contact if here is not None else None
    row["hours_per_contact_h"], row["hours_per_contact_h_from"] = _contact_h(row, own, now, today, stated)
    row["answer_h"] = now["answer_h"] / customers
    row["answer_h_from"] = "log"
    return row


def _stated(level: SegmentService | None, field: str) -> object:
    """Return what client.yaml says on one field of a segment; None when it says nothing."""
    value = getattr(level, field, None)
    return ("; ".join(value) or None) if isinstance(value, list) else value


def _contact_h(
    row: Mapping[str, object], own: float | None, now: Mapping[str, float], today: CustomerTime, stated: ServiceLevels
) -> tuple[float, str]:
    """Return the hours of a contact: as stated, as measured for the segment, for the channel, or assumed."""
    channel = str(row["channel"]) if row["channel"] is not None else "visit"
    by_channel = {str(name): hours for name, hours in stated.hours_per_contact.items()}
    measured = today.channels[today.channels["contacts"] >= LEAST_CONTACTS]["hours_per_contact_h"].to_dict()
    if own is not None:
        return own, "client"
    if channel in by_channel:
        return by_channel[channel], "client"
    if row["channel_from"] in ("log", None) and now["contacts"] > 0:
        return now["contact_h"] / now["contacts"], "log"
    if channel in measured:
        return float(measured[channel]), "log"
    return ASSUMED_CONTACT_H[channel], "assumption"


def needed_hours(levels: pd.DataFrame) -> pd.Series:
    """Return the hours a year that the service levels need, by segment: contacts with their hours, and answers."""
    each = levels["contacts_per_year"].astype(float) * levels["hours_per_contact_h"] + levels["answer_h"]
    return (levels["customers"] * each).set_axis(levels["segment"]).rename("needed_h")


def gap(needed: Estimate, there: Estimate) -> Estimate:
    """Return the hours that are left over (negative: missing) when a need meets the hours there are.

    Notes
    -----
    Interval of a difference of independent estimates: distances to the ends are added in squares. The hours may be
    measured today, or come from a simulated organisation.
    """
    value = there.value - needed.value
    low = ((there.value - there.low) ** 2 + (needed.high - needed.value) ** 2) ** 0.5
    high = ((there.high - there.value) ** 2 + (needed.value - needed.low) ** 2) ** 0.5
    return Estimate(value=value, low=value - low, high=value + high)


def verdict(left: Estimate, *, complete: bool) -> str:
    """Return "short", "enough", or "open" when the interval holds 0; hours known in part only are never "short"."""
    if left.high < 0:
        return "short" if complete else "open"
    return "enough" if left.low > 0 else "open"


def hours_check(needed: Mapping[str, Estimate], there: Mapping[str, Estimate], *, complete: bool) -> pd.DataFrame:
    """Return by segment or unit whether the hours there are carry what the service levels need.

    Parameters
    ----------
    needed, there : mapping of str to Estimate
        Hours per year by name; both of the same names. `there` may be today's hours or those of a simulated design.
    complete : bool
        Whether `there` stands for all hours (`CustomerTime.complete`); of logged ones alone nothing is called too little.

    Returns
    -------
    pandas.DataFrame
        ``name, needed_h, needed_low_h, needed_high_h, there_h, there_low_h, there_high_h, gap_h, low_h, high_h, verdict``.
    """
    rows = []
    for name, need in needed.items():
        have = there[name]
        left = gap(need, have)
        row = {"name": name, "needed_h": need.value, "needed_low_h": need.low, "needed_high_h": need.high}
        row |= {"there_h": have.value, "there_low_h": have.low, "there_high_h": have.high}
        rows.append(
            row
            | {"gap_h": left.value, "low_h": left.low, "high_h": left.high, "verdict": verdict(left, complete=complete)}
        )
    return pd.DataFrame(rows)


def needed_with_spread(levels: pd.DataFrame, today: CustomerTime) -> dict[str, Estimate]:
    """Return the hours needed by segment; they are as uncertain as the measured hours that they rest on.

    Notes
    -----
    The number of contacts is a decision and has no interval. Hours of a contact have the relative interval of the
    segment's hours today, unless client.yaml states them.
    """
    found = {}
    for (name, hours), stated in zip(needed_hours(levels).items(), levels["hours_per_contact_h_from"], strict=True):
        now = today.of(str(name))
        measured = now["hours_h"]
        spread = (1.0, 1.0)
        if measured > 0 and stated != "client":
            spread = (now["low_h"] / measured, now["high_h"] / measured)
        found[str(name)] = Estimate(value=hours, low=hours * spread[0], high=hours * spread[1])
    return found


def stop_list(
    stops: Mapping[str, list[StoppedService]], customers: Mapping[str, int], log: pd.DataFrame
) -> pd.DataFrame:
    """Return the services that end and the hours a year that each frees.

    Parameters
    ----------
    stops : mapping of str to list of StoppedService
        By segment.
    customers : mapping of str to int
        Customers by segment.
    log : pandas.DataFrame
        Hours per year by segment and activity that may be shown: ``segment, activity, hours_h``.

    Returns
    -------
    pandas.DataFrame
        ``segment, service, freed_h, low_h, high_h``; hours missing where nobody said how many, or the log may not be
        shown. A share of measured hours has no interval of its own: how much of them truly ends is stated, not measured.
    """
    hours = log.set_index(["segment", "activity"])["hours_h"] if len(log) else pd.Series(dtype=float)
    rows = []
    for segment, ended in stops.items():
        for stop in ended:
            freed = float("nan")
            if stop.hours_per_customer is not None:
                freed = stop.hours_per_customer * customers[segment]
            elif stop.activity is not None and (segment, stop.activity) in hours.index:
                freed = stop.share * float(hours[segment, stop.activity])
            rows.append({"segment": segment, "service": stop.service, "freed_h": freed})
    return pd.DataFrame(rows, columns=["segment", "service", "freed_h"])


def total_check(levels: pd.DataFrame, today: CustomerTime) -> pd.DataFrame:
    """Return the check of all segments together, with new business and unnamed customers as today: one row "all"."""
    needed = needed_with_spread(levels, today)
    other = today.of(NOBODY)["hours_h"]
    value = sum(each.value for each in needed.values()) + other
    low = sum((each.value - each.low) ** 2 for each in needed.values()) ** 0.5
    high = sum((each.high - each.value) ** 2 for each in needed.values()) ** 0.5
    everybody = {"all": Estimate(value=value, low=value - low, high=value + high)}
    return hours_check(everybody, {"all": today.total}, complete=today.complete)


def today_by_segment(levels: pd.DataFrame, today: CustomerTime) -> dict[str, Estimate]:
    """Return the customer time that each segment gets today, hours per year."""
    there = {}
    for name in levels["segment"]:
        now = today.of(name)
        there[str(name)] = Estimate(value=now["hours_h"], low=now["low_h"], high=now["high_h"])
    return there


def segment_check(levels: pd.DataFrame, today: CustomerTime) -> pd.DataFrame:
    """Return the check by segment: hours needed against the customer time that it gets today."""
    return hours_check(needed_with_spread(levels, today), today_by_segment(levels, today), complete=today.complete)


def team_check(levels: pd.DataFrame, today: CustomerTime) -> pd.DataFrame:
    """Return the check by team: each carries the part of a segment's need that it has of the segment's hours today."""
    needed, there = {}, {}
    segments = needed_with_spread(levels, today)
    other = today.of(NOBODY)["hours_h"]
    for team, row in today.teams.iterrows():
        own = other * row[f"share_{NOBODY}"]
        low, value, high = (
            own + sum(getattr(need, end) * row[f"share_{name}"] for name, need in segments.items())
            for end in ("low", "value", "high")
        )
        needed[str(team)] = Estimate(value=value, low=low, high=high)
        there[str(team)] = Estimate(value=row["hours_h"], low=row["low_h"], high=row["high_h"])
    return hours_check(needed, there, complete=today.complete) if needed else pd.DataFrame()
