"""Hours that the measured parameters lead to one may expect, and work scaled until they are the logged ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Kind, ParameterSet, Provenance
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.rules.workload import win_chance
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study import bilingual_texts as texts
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.measured.measured_demand import Override, measured

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse


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


def present_hours(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the present hours of all posts in a year: contract hours less holiday and sickness."""
    v = parameters.value
    days = v("time.days_per_year") - v("presence.holiday_days") - v("presence.sick_days")
    return float(model_inputs.slots["fte"].sum()) * v("time.day_h") * days


def expected_hours(model_inputs: ModelInputs, parameters: ParameterSet) -> dict[str, float]:
    """Return the hours a year that the model expects of each activity in today's organisation, blocks left out.

    Returns
    -------
    dict of str to float
        Hours per year by activity; care counts as often as it is received today.
    """
    v = parameters.value
    rules = compile_rules(parameters, model_inputs.calendar_ratio)
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
    time_use: TimeUse, model_inputs: ModelInputs, parameters: ParameterSet, bilingual: BilingualNumbers
) -> Override:
    """Scale the parameters of each activity so that the model's expected hours equal the measured ones.

    Notes
    -----
    One factor per activity, (measured share × present hours − what no parameter of the activity moves, such as chasing) /
    (expected hours − the same); the interval of the share is carried over in proportion. An activity that was not
    shown (too few people) or is zero is left as it is. Fixed blocks take what order entry leaves of administration.
    """
    present = present_hours(model_inputs, parameters)
    expected = expected_hours(model_inputs, parameters)
    unscaled = expected_hours(
        model_inputs, parameters.patch(dict.fromkeys(all_fitted(), 0.0), Provenance(kind="option"))
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
            override |= {path: _scaled(parameters, path, factor, share, kind, bilingual) for path in paths}
    return override | _blocks(shares, expected, model_inputs, parameters, kind)


def all_fitted() -> tuple[str, ...]:
    """Return the paths of all parameters that are fitted."""
    return tuple(path for paths in FITTED.values() for path in paths)


def _scaled(
    parameters: ParameterSet, path: str, factor: float, share: pd.Series, kind: Kind, bilingual: BilingualNumbers
) -> tuple[float, Provenance]:
    """Return a parameter times the factor of its activity; where it was not logged by itself, only the sum is measured."""
    parameter = parameters[path]
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
    parameters: ParameterSet,
    kind: Kind,
) -> Override:
    """Fixed hours per present full day: meetings, administration besides order entry, development."""
    day_h = parameters.value("time.day_h")
    entry_share = expected["administration"] / present_hours(model_inputs, parameters)
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
