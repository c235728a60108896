"""Which service a client can afford and where hours bring most: service levels, response and split, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.hours import logged_hours
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.settings.customer_settings import StoppedService
from simkit.value.customers.effort_value import worth
from simkit.value.service.agreed_levels import (
    agreed_offers,
    agreed_responses,
    agreed_services,
    protected_customers,
    taboo_prices,
)
from simkit.value.service.allocation import Split, Units, best_split, flat_range, gain_of, whole_contacts
from simkit.value.service.customer_time import CustomerTime, customer_time
from simkit.value.service.response import ELASTICITY, ResponseCurve, drawn_curves, responses_of
from simkit.value.service.response_history import History, adopted, response_history
from simkit.value.service.service_levels import segment_check, service_levels, stop_list, team_check, total_check

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.intake.workshop.workshop_results import Workshop
    from simkit.value.customers.customer_value import CustomerValue

DRAWS = 500
STATED = "reaction.elasticity"
"""The key under assumptions in client.yaml by which the client states the elasticity itself; the model takes the same."""
SHOWN_OFFERS = 3
REACH = (0.5, 2.0)
"""A single customer's hours are moved between half and twice today's: beyond, the curve is a guess (rule of this kit)."""
NOT_SHOWN = Text(
    de="Kundenzeit je Segment ist nicht bekannt, oder hinter einem Segment stehen zu wenige Personen; ohne sie gibt es keine "
    "Stundenprüfung.",
    en="Customer time by segment is not known, or too few people stand behind a segment; without it there is no hours check.",
)


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What a workshop agreed on; empty without one."""

    levels: pd.DataFrame | None = None
    """``segment, contacts_per_year, channel, response_h, bespoke, price_policy``."""
    answers: pd.DataFrame | None = None
    """``segment, people, sales_at_none, sales_at_half, sales_at_more, sales_at_most, saturation_effort``, per cent of
    today."""
    stops: pd.DataFrame | None = None
    """``segment, offer`` that end."""
    taboos: pd.DataFrame | None = None
    """``customer_id, protection``."""


@dataclass(frozen=True, kw_only=True)
class ServiceStudy:
    """Service levels with their check, and the best split of the hours."""

    time: CustomerTime
    levels: pd.DataFrame
    """See `simkit.value.service.service_levels.service_levels`."""
    total: pd.DataFrame
    segments: pd.DataFrame
    teams: pd.DataFrame
    """Hours check (`simkit.value.service.service_levels.hours_check`): all together, by segment, by team."""
    stops: pd.DataFrame
    """``segment, service, freed_h``."""
    taboos: pd.DataFrame
    """``customer_id, protection, bound_h, price_amount``."""
    responses: Mapping[str, ResponseCurve]
    """Curve by segment."""
    unanswered: tuple[str, ...]
    """Segments whose answers give no rising curve."""
    history: History | None
    """What the past says of contacts and orders, whether or not it is used."""
    asked_for_history: bool
    """Whether client.yaml asks that it is used where no answers tell (``response: {from_history: true}``)."""
    split: pd.DataFrame
    """``segment, customers, hours_h, best_h, low_h, high_h`` (flat maximum), ``worth_amount, best_amount,
    next_hour_amount`` (what the next hour brings today)."""
    price_amount: float
    """What one more hour would bring at the best split."""
    gain: Estimate
    """Gain of the best split between segments, as a share of today's contribution."""
    gain_amount: float
    """The same in money per year."""
    customers: pd.DataFrame
    """``customer_id, segment, hours_h, best_h, contacts, best_contacts, withheld``: the best split between customers."""
    without_hours: int
    """Customers with contribution but without logged hours; they stay without."""


def agreed_in(workshop: Workshop | None, minimum: int) -> Agreed:
    """Return what a workshop agreed on, without rows that rest on fewer people than the minimum.

    Parameters
    ----------
    workshop : Workshop or None
        What its participants said.
    minimum : int
        Least number of people behind a segment's answers.
    """
    if workshop is None:
        return Agreed()
    levels, answers, offers = agreed_services(workshop), agreed_responses(workshop), agreed_offers(workshop)
    writers = workshop.frame("offers")["participant"].nunique()
    said = offers if writers >= minimum else offers.iloc[:0]
    fitting = (
        select(said, kind="offers").groupby("segment")["offer"].agg(lambda words: "; ".join(words.head(SHOWN_OFFERS)))
    )
    taboos = protected_customers(workshop)
    return Agreed(
        levels=levels[levels["people"] >= minimum].assign(offers=lambda table: table["segment"].map(fitting)),
        answers=answers[answers["people"] >= minimum],
        stops=select(said, kind="stops"),
        taboos=taboos.assign(protection=taboos["protection"].fillna("everything")),
    )


def service_study(
    client: ClientData,
    value: CustomerValue,
    years: float,
    agreed: Agreed = Agreed(),
    *,
    logged: Estimate | None = None,
    seed: int = 1,
    draws: int = DRAWS,
) -> ServiceStudy | Missing:
    """Work out which service the client can afford.

    Parameters
    ----------
    client : ClientData
        With an activity log.
    years : float
        Length of the period of the sales.
    logged : Estimate, optional
        Share of all work that the log holds; without it nothing is called too little, because hours that nobody wrote
        down would come on top.
    seed, draws : int
        Of the draws of response curves.

    Returns
    -------
    ServiceStudy or Missing
        Missing when customer time by segment is not known or may not be shown.
    """
    every, table = (one.set_index("customer_id") for one in (value.customers, value.classed))
    time = customer_time(client, table["segment"], logged=logged)
    amount = worth(table)[0] / years
    if time is None or amount.sum() <= 0:
        return Missing(reason=NOT_SHOWN)
    counts = {str(name): int(number) for name, number in table["segment"].value_counts().sort_index().items()}
    stated = client.config.service_levels
    levels = service_levels(counts, time, stated, agreed.levels)
    history = response_history(client)
    used = adopted(client, history)
    assumed = float(client.config.assumptions.get(STATED, ELASTICITY.value))
    responses = responses_of(list(counts), agreed.answers, used, assumed)
    units = _segment_units(time, amount, table["segment"], responses)
    best = best_split(units, float(units.hours.sum()))
    order = list(responses)
    gain = gain_of(units, best.hours, drawn_curves(responses, used, seed=seed, draws=draws), order)
    people = _customer_split(time, amount, table, responses)
    given = set() if agreed.answers is None else set(agreed.answers["segment"])
    return ServiceStudy(
        time=time,
        levels=levels,
        total=total_check(levels, time),
        segments=segment_check(levels, time),
        teams=team_check(levels, time),
        stops=_stops(client, agreed, counts, table["segment"], time),
        taboos=_taboos(client, agreed, time, every, levels, best.price_amount),
        responses=responses,
        unanswered=tuple(name for name in order if name in given and responses[name].origin != "answers"),
        history=history,
        asked_for_history=client.config.response.from_history,
        split=_split_table(units, best, counts),
        price_amount=best.price_amount,
        gain=gain,
        gain_amount=gain.value * float(units.worth.sum()),
        customers=people,
        without_hours=int((amount.drop(people["customer_id"]) > 0).sum()),
    )


def _segment_units(
    time: CustomerTime, amount: pd.Series, segment: pd.Series, responses: Mapping[str, ResponseCurve]
) -> Units:
    """Return the segments that have both hours and curves; one without hours has no today to start from."""
    hours = time.segments["contact_h"] + time.segments["answer_h"]
    names = [name for name in responses if hours.get(name, 0.0) > 0]
    sums = amount.groupby(segment).sum()
    order = list(responses)
    return Units(
        names=names,
        worth=np.array([float(sums[name]) for name in names]),
        hours=np.array([float(hours[name]) for name in names]),
        curves=np.array([order.index(name) for name in names]),
        responses=[response.curve for response in responses.values()],
    )


def _split_table(units: Units, best: Split, counts: Mapping[str, int]) -> pd.DataFrame:
    flat = flat_range(units, best)
    return pd.DataFrame(
        {
            "segment": list(units.names),
            "customers": [counts[name] for name in units.names],
            "hours_h": units.hours,
            "best_h": best.hours,
            "low_h": flat["low_h"],
            "high_h": flat["high_h"],
            "worth_amount": units.worth,
            "best_amount": units.contribution(best.hours),
            "next_hour_amount": units.next_hour(units.hours),
        }
    )


def _customer_split(
    time: CustomerTime, amount: pd.Series, table: pd.DataFrame, responses: Mapping[str, ResponseCurve]
) -> pd.DataFrame:
    """Return the best hours and whole contacts of each customer that has hours today; together they keep their total.

    A contact takes the hours that it takes at the customer today.
    """
    today = time.customers[time.customers["hours_h"] > 0]
    today = today[today.index.isin(table.index)]
    segment = table.loc[today.index, "segment"].astype(str)
    order = list(responses)
    units = Units(
        names=list(today.index),
        worth=amount.loc[today.index].to_numpy(dtype=float),
        hours=today["hours_h"].to_numpy(dtype=float),
        curves=segment.map(order.index).to_numpy(dtype=np.int64),
        responses=[response.curve for response in responses.values()],
    )
    best = best_split(units, float(units.hours.sum()), floor=units.hours * REACH[0], ceiling=units.hours * REACH[1])
    contacts = today["contacts"].to_numpy(dtype=float)
    met = contacts > 0
    called = replace(
        units,
        names=list(today.index[met]),
        worth=units.worth[met],
        hours=units.hours[met],
        curves=units.curves[met],
    )
    whole = np.zeros(len(today), dtype=np.int64)
    whole[met] = whole_contacts(
        called,
        units.hours[met] / contacts[met],
        float(called.hours.sum()),
        least=np.floor(contacts[met] * REACH[0]).astype(np.int64),
        most=np.ceil(contacts[met] * REACH[1]).astype(np.int64),
    )
    return pd.DataFrame(
        {
            "customer_id": list(today.index),
            "segment": segment.to_numpy(),
            "hours_h": units.hours,
            "best_h": best.hours,
            "contacts": contacts,
            "best_contacts": whole,
            "withheld": table.loc[today.index, "hours_withheld"].to_numpy(dtype=bool),
        }
    )


def _stops(
    client: ClientData, agreed: Agreed, counts: Mapping[str, int], segment: pd.Series, time: CustomerTime
) -> pd.DataFrame:
    stated = {name: list(level.stops) for name, level in client.config.service_levels.segments.items()}
    if agreed.stops is not None:
        for name, offer in zip(agreed.stops["segment"], agreed.stops["offer"], strict=True):
            known = {stop.service.casefold() for stop in stated.get(name, [])}
            if str(offer).casefold() not in known and name in counts:
                stated.setdefault(name, []).append(StoppedService(service=str(offer)))
    return stop_list(
        {str(name): list(ended) for name, ended in stated.items()}, counts, _activity_hours(client, segment, time)
    )


def _activity_hours(client: ClientData, segment: pd.Series, time: CustomerTime) -> pd.DataFrame:
    """Return hours per year by segment and activity where enough people stand behind them."""
    rows = logged_hours(client).rows
    known = rows["customer_id"].astype("str").map(segment.astype(str)).rename("segment")
    grouped = rows.groupby([known, rows["activity"]]).agg(hours_h=("hours_h", "sum"), people=("employee_id", "nunique"))
    minimum, people = client.config.privacy.minimum_group, grouped["people"]
    thin = (
        (people < minimum).groupby(level="activity").transform("any")
    )  # one that is hidden would come out as the rest
    grouped = grouped[~thin].reset_index()
    return grouped.assign(hours_h=grouped["hours_h"] / time.years * time.factor)


def _taboos(
    client: ClientData, agreed: Agreed, time: CustomerTime, table: pd.DataFrame, levels: pd.DataFrame, price: float
) -> pd.DataFrame:
    stated = [{"customer_id": t.customer, "protection": t.protection} for t in client.config.service_levels.taboos]
    named = pd.DataFrame(stated, columns=["customer_id", "protection"])
    if agreed.taboos is not None:
        named = pd.concat([named, agreed.taboos[agreed.taboos["customer_id"].isin(table.index)]], ignore_index=True)
    customers = table[["segment"]].assign(
        hours_h=time.customers["hours_h"].reindex(table.index).fillna(0.0), withheld=table["hours_withheld"]
    )
    level = levels.set_index("segment")
    level_h = level["contacts_per_year"].astype(float) * level["hours_per_contact_h"] + level["answer_h"]
    return taboo_prices(named, customers, level_h, price)
