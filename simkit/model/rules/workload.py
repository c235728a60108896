"""The expected hours of every kind of case: for sizing units, sharing out accounts, and valuing open work."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import Rules, compile_rules
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS


def win_chance(rules: Rules) -> float:
    """Return the win chance of a mean opportunity, as the logistic function of the mean logit."""
    spec = rules.opportunity
    return 1 / (1 + math.exp(-(spec.base + spec.flag_share * (spec.access + spec.deadline))))


@dataclass(frozen=True, kw_only=True)
class Load:
    """A yearly stream of one kind of work: what the routes are asked for."""

    work: str
    order_class: int
    segment: int
    per_year: float
    hours_h: float  # per case


def received_contacts(today: ParameterSet, parameters: ParameterSet) -> tuple[float, ...]:
    """Return the contacts a year that a customer of each segment is to receive, extra contacts included.

    Parameters
    ----------
    today, parameters : ParameterSet
        Those of today's organisation, and those of the design.

    Notes
    -----
    Today a customer receives `care.<s>.needed_contacts_per_year` × `reaction.care_before_<s>` contacts, a phone call
    counting by its weight. A design that plans another number of contacts than today changes that in proportion; where
    nothing is planned today, what it plans is added.
    """

    def received(name: str) -> float:
        v = today.value
        weight = v("care.phone_weight") if v(f"care.{name}.by_phone") >= 0.5 else 1.0
        contacts = v(f"care.{name}.needed_contacts_per_year") * v(f"reaction.care_before_{name}") / max(weight, 1e-12)
        before, after = v(f"care.{name}.contacts_per_year"), parameters.value(f"care.{name}.contacts_per_year")
        return contacts * after / before if before > 0 else contacts + after

    return tuple(received(name) for name in SEGMENTS)


def yearly_loads(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    rules: Rules,
    *,
    converted: tuple[float, float] = (0.0, 0.0),
    contacts: Sequence[float] | None = None,
) -> Iterator[Load]:
    """Yield the expected yearly work by kind, order class and segment.

    Parameters
    ----------
    model_inputs, parameters, rules
        The client, the parameter set and its numbers.
    converted : tuple of float
        Shares of bespoke and configured demand that modules have converted.
    contacts : sequence of float, optional
        Contacts a year that a customer of each segment receives; default those that are planned.
    """
    v = parameters.value
    level = v("demand.level")
    shares = class_shares(parameters, converted)
    leads = v("leads.per_year") * rules.lead_inflow * level
    opportunities = v("opportunities.per_year") * level + leads * rules.lead_qualified_share
    customers = model_inputs.segment_customers()
    for segment, name in enumerate(SEGMENTS):
        weight = model_inputs.segment_order_share()[name]
        partner = v(f"channel.{name}.partner_share")
        own = max(0.0, 1 - partner - v(f"channel.{name}.dropped_share"))  # share of customers whom our staff look after
        rate = model_inputs.orders_per_year * level * weight
        yield Load(
            work="lead", order_class=0, segment=segment, per_year=leads * weight * own, hours_h=rules.lead_qualify_h
        )
        yield Load(
            work="service",
            order_class=0,
            segment=segment,
            per_year=v("service.requests_per_year") * level * weight * own,
            hours_h=rules.service_hours,
        )
        care = rules.care[segment]
        yield Load(
            work="care",
            order_class=0,
            segment=segment,
            per_year=customers[name] * own * (care.contacts_per_year if contacts is None else contacts[segment]),
            hours_h=care.preparation_h + care.travel_h + care.talk_h,
        )
        for order_class, share in enumerate(shares):
            deals = opportunities * weight * share
            own_h, feasibility_h = rules.opportunity_hours[order_class]
            mine = deals * own
            yield Load(work="opportunity", order_class=order_class, segment=segment, per_year=mine, hours_h=own_h)
            yield Load(
                work="feasibility", order_class=order_class, segment=segment, per_year=mine, hours_h=feasibility_h
            )
            orders = rate * share + deals * win_chance(rules)
            hours = rules.order_hours[order_class]
            coordination_h = rules.orders[order_class].partners * hours.partner_h
            entry_h = hours.entry_h * (1 - partner * rules.partner_entry_share)
            yield Load(work="entry", order_class=order_class, segment=segment, per_year=orders, hours_h=entry_h)
            yield Load(
                work="coordination", order_class=order_class, segment=segment, per_year=orders, hours_h=coordination_h
            )
            yield Load(
                work="confirmation", order_class=order_class, segment=segment, per_year=orders, hours_h=hours.end_h
            )


def class_shares(parameters: ParameterSet, converted: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float, float]:
    """Return the shares of standard, configured and bespoke orders after conversion by modules (sum 1)."""
    raw = [parameters.value(f"orders.{name}.share") for name in CLASSES]
    standard, configured, bespoke = (share / max(sum(raw), 1e-12) for share in raw)
    from_bespoke, from_configured = bespoke * converted[0], configured * converted[1]
    return standard + from_configured, configured + from_bespoke - from_configured, bespoke - from_bespoke


def expected_contribution_amount(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the contribution a year that today's demand would bring: orders, and opportunities at their mean win chance."""
    v = parameters.value
    rules = compile_rules(parameters, model_inputs.calendar_ratio)
    customers = model_inputs.customers
    rate = customers["order_rate_per_year"].to_numpy(float)
    orders = float((rate * customers["value_factor"].to_numpy(float)).sum())  # weighted by relative value
    typical = orders / max(float(rate.sum()), 1e-12)
    deals = v("opportunities.per_year") + v("leads.per_year") * rules.lead_qualified_share
    won = deals * win_chance(rules) * typical * v("opportunities.value_factor")
    per_order = sum(
        share * v(f"orders.{name}.value_amount") * v(f"orders.{name}.contribution_share")
        for name, share in zip(CLASSES, class_shares(parameters), strict=True)
    )
    return (orders + won) * per_order
