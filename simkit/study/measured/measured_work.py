"""Effort per case from the hours that were logged or estimated: the parameters of work content, measured on a client.

First the log gives hours per case where its entries name cases; then every activity is fitted so that the expected
hours of the model equal the measured ones. What fits nothing keeps its assumption.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.foundation.parameter_set import Kind, ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import compile_rules, opportunity_rules
from simkit.model.rules.workload import win_chance
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study import bilingual_texts as texts
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.measured.client_inputs import period_orders, simulated_segment
from simkit.study.measured.measured_demand import Override, bilingual_numbers_of, mean_and_half, measured, patched
from simkit.study.measured.measured_rounds import rounds_override
from simkit.study.measured.rates import ENOUGH_CASES, Rate, log_coverage, measured_rates
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue

FITTED: Mapping[str, tuple[str, ...]] = {
    "selling": ("leads.qualify_h", *(f"opportunities.{name}_h" for name in ("presentation", "follow_up", "negotiation"))),
    "care": tuple(f"care.{name}.talk_h" for name in SEGMENTS),
    "service": ("service.answer_h", *(f"orders.{name}.confirmation_h" for name in CLASSES)),
    "preparation": ("opportunities.preparation_h", *(f"care.{name}.preparation_h" for name in SEGMENTS)),
    "travel": ("opportunities.travel_h", *(f"care.{name}.travel_h" for name in SEGMENTS)),
    "coordination": (
        "service.coordination_h", "opportunities.feasibility_h", *(f"orders.{name}.coordination_h" for name in CLASSES),
    ),
}  # fmt: skip
SMALLEST_H = 0.05


def work_override(
    client: ClientData, time_use: TimeUse, value: CustomerValue, model_inputs: ModelInputs, parameter_set: ParameterSet
) -> Override:
    """Return the parameters of work content that the client's hours can tell.

    Parameters
    ----------
    client, time_use, value
        What was measured.
    model inputs : ModelInputs
        Posts and customers.
    parameter set : ParameterSet
        With the measured demand in it.

    Returns
    -------
    dict
        path → (value, provenance); of kind "measured" for a log ("partly" where the ratio to other parameters is an
        assumption), "workshop" for estimates by role.

    Notes
    -----
    A log is scaled up to the present hours: its gaps are taken to be like the rest, so an idle hour that nobody wrote
    down counts as work. Intervals are those of the activity's share (bootstrap over people), carried over in proportion.
    """
    override: Override = {}
    scale = 1.0
    if time_use.source == "log":
        scale = present_hours(model_inputs, parameter_set) * period_years(client) / time_use.hours_h
        override = logged_effort(client, value, model_inputs, parameter_set, scale)
    return override | fitted_effort(
        time_use, model_inputs, patched(parameter_set, override), bilingual_numbers_of(client)
    )


def present_hours(model_inputs: ModelInputs, parameter_set: ParameterSet) -> float:
    """Return the present hours of all posts in a year: contract hours less holiday and sickness."""
    v = parameter_set.value
    days = v("time.days_per_year") - v("presence.holiday_days") - v("presence.sick_days")
    return float(model_inputs.slots["fte"].sum()) * v("time.day_h") * days


@dataclass(frozen=True, kw_only=True)
class CaseHours:
    """The log's entries, each with the kind of case that it names."""

    rows: pd.DataFrame
    """Columns activity, hours_h, case_id, customer_id, kind ("order", "opportunity" or "none")."""
    bilingual: BilingualNumbers
    """How numbers in their sources are written."""

    def source(self, what: Text, number: int) -> Text:
        """Return the source of what was measured on a number of cases."""
        return texts.counted(what, number, self.bilingual)

    def per_case(self, kind: str, activity: str, cases: pd.Series) -> pd.Series:
        """Return the hours of each case of a list, 0 where none were logged."""
        chosen = select(self.rows, kind=kind, activity=activity)
        return chosen.groupby("case_id")["hours_h"].sum().reindex(cases, fill_value=0.0)

    def without_case(self, activity: str) -> pd.DataFrame:
        """Return the entries of an activity that name no order and no opportunity, but a customer."""
        rows = self.rows
        return rows[(rows["kind"] == "none") & (rows["activity"] == activity) & rows["customer_id"].notna()]


def case_hours(client: ClientData, cap_h: float, bilingual: BilingualNumbers) -> CaseHours:
    """Return the log with the kind of case that each entry names."""
    log = client.table("activities")
    hours = log["hours"].astype(float) if "hours" in log else pd.Series(float("nan"), index=log.index)
    if {"started_at", "ended_at"} <= set(log.columns):
        interval = (log["ended_at"] - log["started_at"]).dt.total_seconds() / 3600
        hours = hours.fillna(interval.where(interval <= cap_h))
    missing = pd.Series(pd.NA, index=log.index, dtype="object")
    case = log["case_id"].astype("object") if "case_id" in log else missing
    customer = log["customer_id"].astype("object") if "customer_id" in log else missing
    kind = pd.Series("none", index=log.index).mask(
        case.isin(_ids(client, "opportunities", "opportunity_id")), "opportunity"
    )
    kind = kind.mask(case.isin(_ids(client, "orders", "order_id")), "order")
    rows = pd.DataFrame(
        {"activity": log["activity"], "hours_h": hours, "case_id": case, "customer_id": customer, "kind": kind}
    )
    return CaseHours(rows=rows[rows["hours_h"].notna() & rows["activity"].notna()], bilingual=bilingual)


def _ids(client: ClientData, table: str, column: str) -> set[object]:
    return set(client.table(table)[column].dropna()) if client.has(table) else set()


def logged_effort(
    client: ClientData, value: CustomerValue, model_inputs: ModelInputs, parameter_set: ParameterSet, scale: float
) -> Override:
    """Return effort per order, opportunity, contact and request: logged hours / cases × scale."""
    from simkit.effort.hours import CAP_H

    log = case_hours(client, CAP_H, bilingual_numbers_of(client))
    present = present_hours(model_inputs, parameter_set)
    coverage = log_coverage(client, present)
    override = rounds_override(client, parameter_set, coverage) if coverage is not None else {}
    override |= _order_effort(log, period_orders(client), patched(parameter_set, override), scale)
    override |= _deal_effort(client, log, parameter_set, scale)
    rates = {(rate.name, rate.group): rate for rate in measured_rates(client, value, present)}
    override |= _care_effort(log, value, rates, parameter_set)
    return override | _request_effort(log, rates, parameter_set)


def _order_effort(log: CaseHours, orders: pd.DataFrame, parameter_set: ParameterSet, scale: float) -> Override:
    """Entry, confirmation and coordination per order of a class; coordination is solved for the hours of one round."""
    override: Override = {}
    if not (log.rows["kind"] == "order").any():
        return override
    for name in CLASSES:
        cases = select(orders, order_class=name)["order_id"]
        if len(cases) < ENOUGH_CASES:
            continue
        source = log.source(texts.BY_ORDER, len(cases))
        for activity, parameter in (("administration", "entry_h"), ("service", "confirmation_h")):
            mean, half = mean_and_half(log.per_case("order", activity, cases) * scale)
            if mean > 0:
                override[f"orders.{name}.{parameter}"] = measured(mean, source, half)
        mean, half = mean_and_half(log.per_case("order", "coordination", cases) * scale)
        if mean > 0:
            override |= round_effort(name, mean, half, source, parameter_set)
    return override


def round_effort(name: str, mean_h: float, half_h: float, source: Text, parameter_set: ParameterSet) -> Override:
    """Solve partners · (hours of a partner's rounds) + rework · c = hours for c, the hours of one round.

    The left side is a line in c, whose other part is chasing; two points fix it.
    """
    path = f"orders.{name}.coordination_h"
    partners = max(1, round(parameter_set.value(f"orders.{name}.partners")))
    without, with_one = (_coordination_content(parameter_set, name, partners, hours) for hours in (0.0, 1.0))
    weight = with_one - without
    one = max((mean_h - without) / weight, SMALLEST_H)
    override = {path: measured(one, source, half_h / weight)}
    if partners != round(parameter_set.value(f"orders.{name}.partners")):
        override[f"orders.{name}.partners"] = measured(float(partners), texts.joined(source, texts.COORDINATION_LOGGED))
    return override


def _coordination_content(parameter_set: ParameterSet, name: str, partners: int, round_h: float) -> float:
    """Expected hours of coordination of an order if one round takes `round_h`."""
    changed = parameter_set.patch({f"orders.{name}.coordination_h": round_h}, Provenance(kind="option"))
    place = CLASSES.index(name)
    rules = compile_rules(changed, 1.0)
    return partners * rules.order_hours[place].partner_h + rules.orders[place].rework_chance * round_h


def _deal_effort(client: ClientData, log: CaseHours, parameter_set: ParameterSet, scale: float) -> Override:
    """Preparation, travel, selling and feasibility per opportunity opened in the period."""
    if not client.has("opportunities") or not (log.rows["kind"] == "opportunity").any():
        return {}
    deals = client.table("opportunities")
    if "opened_on" in deals:
        deals = deals[deals["opened_on"].between(pd.Timestamp(client.first), pd.Timestamp(client.last))]
    cases = deals["opportunity_id"]
    if len(cases) < ENOUGH_CASES:
        return {}
    source = log.source(texts.BY_OPPORTUNITY, len(cases))
    override: Override = {}
    for activity, parameter in (("preparation", "preparation_h"), ("travel", "travel_h")):
        mean, half = mean_and_half(log.per_case("opportunity", activity, cases) * scale)
        if mean > 0:
            override[f"opportunities.{parameter}"] = measured(mean, source, half)
    v, deal = parameter_set.value, opportunity_rules(parameter_set)
    assumed = v("opportunities.presentation_h") + v("opportunities.negotiation_h")
    assumed += deal.mean_follow_ups * v("opportunities.follow_up_h")
    mean, half = mean_and_half(log.per_case("opportunity", "selling", cases) * scale)
    for parameter in ("presentation_h", "follow_up_h", "negotiation_h") if mean > 0 else ():
        factor = v(f"opportunities.{parameter}") / assumed
        split = texts.joined(source, texts.SPLIT_ASSUMED)
        override[f"opportunities.{parameter}"] = measured(mean * factor, split, half * factor, "partly")
    return override


Rates = Mapping[tuple[str, str], Rate]


def _care_effort(log: CaseHours, value: CustomerValue, rates: Rates, parameter_set: ParameterSet) -> Override:
    """Contacts a customer and year, and hours per contact, by segment; one entry of care is one contact."""
    segment_of = simulated_segment(value.customers.set_index("customer_id")["segment"])
    override: Override = {}
    entries = {
        activity: log.without_case(activity).assign(segment=lambda rows: rows["customer_id"].map(segment_of))
        for activity in ("care", "preparation", "travel")
    }
    for name in SEGMENTS:
        of_segment = {activity: select(rows, segment=name) for activity, rows in entries.items()}
        contacts = len(of_segment["care"])
        rate = rates.get(("contacts", name))
        if contacts < ENOUGH_CASES or rate is None:
            continue
        source = log.source(texts.CONTACTS, contacts)
        received = parameter_set.value(f"reaction.care_before_{name}")
        source_of_need = texts.joined(source, texts.NEED_MET)
        override[f"care.{name}.contacts_per_year"] = _as_parameter(
            rate.estimate, source_of_need, 1 / received, "partly"
        )
        override[f"care.{name}.talk_h"] = _hours_each(of_segment["care"]["hours_h"], contacts, source)
        for activity in ("preparation", "travel"):
            rows = of_segment[activity]["hours_h"]
            override[f"care.{name}.{activity}_h"] = measured(
                float(rows.sum()) / contacts, source, _sum_half(rows, contacts)
            )
    return override


def _sum_half(hours: pd.Series, number: int) -> float:
    """Half-width of hours per contact when not every contact has such an entry: 1.96 √(Σ h²) / number (Cochran, 2.9)."""
    return 1.96 * float((hours**2).sum() ** 0.5) / number


def _as_parameter(estimate: Estimate, source: Text, factor: float, kind: Kind) -> tuple[float, Provenance]:
    """Return a rate's estimate, times a factor, as an entry of an override."""
    scaled = Estimate(value=estimate.value * factor, low=estimate.low * factor, high=estimate.high * factor)
    value, provenance = measured(scaled.value, source, kind=kind)
    return value, replace(provenance, interval=scaled)


def _request_effort(log: CaseHours, rates: Rates, parameter_set: ParameterSet) -> Override:
    """Service requests a year and hours per request; one entry of service that names no order is one request."""
    answers = log.without_case("service")["hours_h"]
    rate = rates.get(("requests", ""))
    if len(answers) < ENOUGH_CASES or rate is None:
        return {}
    source = log.source(texts.REQUESTS, len(answers))
    share = parameter_set.value("service.coordination_share")
    override = {
        "service.requests_per_year": _as_parameter(rate.estimate, source, 1.0, "measured"),
        "service.answer_h": _hours_each(answers, len(answers), source),
    }
    coordination = float(log.without_case("coordination")["hours_h"].sum()) / len(answers)
    if coordination > 0 and share > 0:
        assumed = texts.joined(source, texts.SHARE_ASSUMED)
        override["service.coordination_h"] = measured(coordination / share, assumed, kind="partly")
    return override


def _hours_each(hours: pd.Series, number: int, source: Text) -> tuple[float, Provenance]:
    mean, half = mean_and_half(hours)
    return measured(float(hours.sum()) / number if number else mean, source, half)


def expected_hours(model_inputs: ModelInputs, parameter_set: ParameterSet) -> dict[str, float]:
    """Return the hours a year that the model expects of each activity in today's organisation, blocks left out.

    Parameters
    ----------
    model inputs, parameter set
        The client and its parameters.

    Returns
    -------
    dict of str to float
        Hours a year by activity; care counts as often as it is received today.
    """
    v = parameter_set.value
    rules = compile_rules(parameter_set, model_inputs.calendar_ratio)
    deal, requests, leads = rules.opportunity, v("service.requests_per_year"), v("leads.per_year")
    deals = v("opportunities.per_year") + leads * rules.lead_qualified_share
    shares = {name: v(f"orders.{name}.share") for name in CLASSES}
    hours = {
        "selling": leads * rules.lead_qualify_h
        + deals * (deal.presentation_h + deal.mean_follow_ups * deal.follow_up_h + deal.negotiation_h),
        "preparation": deals * deal.preparation_h,
        "travel": deals * deal.travel_h,
        "care": 0.0,
        "service": requests * rules.service_answer_h,
        "coordination": requests * rules.service_coordination_share * rules.service_coordination_h,
        "administration": 0.0,
    }
    hours["coordination"] += deals * shares["bespoke"] * rules.opportunity_hours[CLASSES.index("bespoke")][1]
    for name, order, content in zip(CLASSES, rules.orders, rules.order_hours, strict=True):
        number = (model_inputs.orders_per_year + deals * win_chance(rules)) * shares[name]
        hours["administration"] += number * order.entry_h
        hours["service"] += number * order.confirmation_h * (1 + order.rework_chance)
        hours["coordination"] += number * (
            order.partners * content.partner_h + order.rework_chance * order.coordination_h
        )
    for name, care in zip(SEGMENTS, rules.care, strict=True):
        contacts = model_inputs.segment_customers()[name] * care.contacts_per_year * v(f"reaction.care_before_{name}")
        hours["care"] += contacts * care.talk_h
        hours["preparation"] += contacts * care.preparation_h
        hours["travel"] += contacts * care.travel_h
    return hours


def fitted_effort(
    time_use: TimeUse, model_inputs: ModelInputs, parameter_set: ParameterSet, bilingual: BilingualNumbers
) -> Override:
    """Scale the parameters of each activity so that the model's expected hours equal the measured ones.

    Notes
    -----
    One factor per activity, (measured share × present hours − what no parameter of the activity moves, such as chasing) /
    (expected hours − the same); the interval of the share is carried over in proportion. An activity that was not
    shown (too few people) or is zero is left as it is. Fixed blocks take what order entry leaves of administration.
    """
    present = present_hours(model_inputs, parameter_set)
    expected = expected_hours(model_inputs, parameter_set)
    unscaled = expected_hours(
        model_inputs, parameter_set.patch(dict.fromkeys(all_fitted(), 0.0), Provenance(kind="option"))
    )
    kind: Kind = "measured" if time_use.source == "log" else "workshop"
    shares = time_use.by_activity.set_index("activity")
    override: Override = {}
    for activity, paths in FITTED.items():
        scalable = expected[activity] - unscaled[activity]
        if activity not in shares.index or not scalable > 0:
            continue
        share = shares.loc[[activity]].iloc[0]
        factor = (float(share["share"]) * present - unscaled[activity]) / scalable
        if factor > 0:
            override |= {path: _scaled(parameter_set, path, factor, share, kind, bilingual) for path in paths}
    return override | _blocks(shares, expected, model_inputs, parameter_set, kind)


def all_fitted() -> tuple[str, ...]:
    """Return the paths of all parameters that are fitted."""
    return tuple(path for paths in FITTED.values() for path in paths)


def _scaled(
    parameter_set: ParameterSet, path: str, factor: float, share: pd.Series, kind: Kind, bilingual: BilingualNumbers
) -> tuple[float, Provenance]:
    """Return a parameter times the factor of its activity; where it was not logged by itself, only the sum is measured."""
    parameter = parameter_set[path]
    value = parameter.value * factor
    mean = float(share["share"])
    interval = Estimate(value=value, low=value * float(share["low"]) / mean, high=value * float(share["high"]) / mean)
    logged = parameter.provenance.kind in {"measured", "partly"}
    if kind == "measured":
        kind = parameter.provenance.kind if logged else "partly"
    before = parameter.provenance.origin if logged else texts.RATIOS_ASSUMED
    provenance = measured(value, texts.joined(before, texts.fitted_hours(factor, bilingual)), kind=kind)[1]
    return value, replace(provenance, interval=interval)


def _blocks(
    shares: pd.DataFrame,
    expected: Mapping[str, float],
    model_inputs: ModelInputs,
    parameter_set: ParameterSet,
    kind: Kind,
) -> Override:
    """Fixed hours per present full day: meetings, administration besides order entry, development."""
    day_h = parameter_set.value("time.day_h")
    entry_share = expected["administration"] / present_hours(model_inputs, parameter_set)
    blocks = {
        "blocked.meetings_h": (("prioritisation",), 0.0),
        "blocked.administration_h": (("administration",), entry_share),
        "blocked.development_h": (("development", "service_design", "building"), 0.0),
    }
    override: Override = {}
    for path, (activities, less) in blocks.items():
        known = [name for name in activities if name in shares.index]
        if known:
            value, low, high = (max((_sum(shares, known, c) - less) * day_h, 0.0) for c in ("share", "low", "high"))
            interval = Estimate(value=value, low=low, high=high)
            override[path] = (
                value,
                replace(measured(value, texts.hours_per_day(known), kind=kind)[1], interval=interval),
            )
    return override


def _sum(shares: pd.DataFrame, names: Iterable[str], column: str) -> float:
    return float(shares.loc[list(names), column].sum())
