"""Hours that the measured parameters lead to one may expect, and work scaled until they have their share of worked time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Kind, Parameter, ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.rules.workload import win_chance
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS, load_defaults
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
        "chasing.effort_h",
    ),
}  # fmt: skip

NOT_LOGGED = Text(de="in der Zeiterfassung kommt die Tätigkeit nicht vor", en="the activity does not occur in the log")
REST = Text(de="Rest der Arbeitszeit (× {factor})", en="rest of worked time (× {factor})")
ENTRY = tuple(f"orders.{name}.entry_h" for name in CLASSES)
BLOCKS: Mapping[str, tuple[str, ...]] = {
    "blocked.meetings_h": ("prioritisation",),
    "blocked.administration_h": ("administration",),
    "blocked.development_h": ("development", "service_design", "building"),
}
BLOCKED = tuple(activity for activities in BLOCKS.values() for activity in activities)
"""Activities of fixed hours; order entry, which is administration too, is a task."""


def present_hours(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the present hours of all posts in a year: contract hours less holiday and sickness."""
    v = parameters.value
    days = v("time.days_per_year") - v("presence.holiday_days") - v("presence.sick_days")
    return float(model_inputs.slots["fte"].sum()) * v("time.day_h") * days


def available_hours(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the hours of a year that are there for tasks: present hours less fixed ones."""
    blocked = sum(parameters.value(path) for path in BLOCKS) / parameters.value("time.day_h")
    return present_hours(model_inputs, parameters) * max(1 - blocked, 0.0)


def worked_hours(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the worked hours of a year: fixed ones, and tasks at the load of `load.utilisation`."""
    present, available = present_hours(model_inputs, parameters), available_hours(model_inputs, parameters)
    return present - available + parameters.value("load.utilisation") * available


def worked_for_log(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the worked hours of a year that a log is held against where it names no orders.

    At the load of `load.utilisation` and the fixed hours as they are assumed, or set by hand: what the log tells of fixed hours
    follows from it, and a figure of the log must be the same before and after.
    """
    assumed = {path: load_defaults().value(path) for path in BLOCKS if parameters[path].provenance.kind != "option"}
    return worked_hours(model_inputs, parameters.patch(assumed, Provenance(kind="assumption")))


def not_logged(time_use: TimeUse) -> frozenset[str]:
    """Return the activities that nobody wrote down in the whole period.

    They are absent, not 0, also where the client's own list of activities has a name for them: a name that nobody ever used
    tells no more than one that is not there. Estimates by role share out all of the time, so what they leave out is none.
    """
    table = time_use.by_activity
    return frozenset(table.loc[table["share"] <= 0, "activity"]) if time_use.source == "log" else frozenset()


def _assumed_blocks(time_use: TimeUse) -> list[str]:
    """Return the fixed hours of whose activities nobody wrote any down."""
    absent = not_logged(time_use)
    return [
        path for path, activities in BLOCKS.items() if set(activities) & absent and not _known(time_use, activities)
    ]


def _known(time_use: TimeUse, activities: Iterable[str]) -> list[str]:
    """Return those of some activities that are shown and not absent."""
    shown = set(time_use.by_activity["activity"]) - not_logged(time_use)
    return [name for name in activities if name in shown]


def share_in_log(time_use: TimeUse, model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the share of worked time that the activities of the log have, at the assumed hours of those that it lacks."""
    absent = not_logged(time_use)
    expected = expected_hours(model_inputs, parameters)
    present = present_hours(model_inputs, parameters) / parameters.value("time.day_h")
    hours = sum(expected[name] for name in FITTED if name in absent)
    hours += sum(parameters.value(path) * present for path in _assumed_blocks(time_use))
    return max(1 - hours / worked_hours(model_inputs, parameters), 0.0)


def worked_for_shares(time_use: TimeUse, model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the worked hours of a year that follow from the load and from the shares of worked time.

    What nobody wrote down, at its assumed hours, is none of them: the shares are those of what was.

    Notes
    -----
    Worked hours W hold fixed ones, b W, and tasks, u (P − b W), at present hours P. b = f − E / W, where f is the share of
    all activities that are fixed and E the order entry among them: W = (u P − (1 − u) E) / (1 − (1 − u) f). More
    entry than all administration leaves none of it fixed. Of activities that the log lacks, fixed hours are taken off P, and
    tasks off u P, at most half of it.
    """
    load, present = parameters.value("load.utilisation"), present_hours(model_inputs, parameters)
    assumed = sum(parameters.value(path) for path in _assumed_blocks(time_use)) / parameters.value("time.day_h")
    present *= max(1 - assumed, 0.0)
    expected, absent = expected_hours(model_inputs, parameters), not_logged(time_use)
    busy = load * present - min(sum(expected[name] for name in FITTED if name in absent), load * present / 2)
    shares = time_use.by_activity.set_index("activity")["share"]
    fixed = float(shares.reindex(list(BLOCKED), fill_value=0.0).sum())
    entry = expected["administration"]
    worked = (busy - (1 - load) * entry) / (1 - (1 - load) * fixed)
    administration = float(shares.get("administration", 0.0))
    if entry <= administration * worked:
        return worked
    return busy / (1 - (1 - load) * (fixed - administration))


def expected_hours(model_inputs: ModelInputs, parameters: ParameterSet) -> dict[str, float]:
    """Return the hours a year that the model expects of each activity in today's organisation, blocks left out.

    Returns
    -------
    dict of str to float
        Hours per year by activity; care counts as often as it is planned today.
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
        contacts = model_inputs.segment_customers()[name] * care.contacts_per_year
        hours["care"] += contacts * care.talk_h
        hours["preparation"] += contacts * care.preparation_h
        hours["travel"] += contacts * care.travel_h
    return hours


def fitted_effort(
    time_use: TimeUse, model_inputs: ModelInputs, parameters: ParameterSet, bilingual: BilingualNumbers
) -> Override:
    """Scale the parameters of each activity so that the model's expected hours have their share of worked time.

    Notes
    -----
    One factor per activity, (measured share × worked hours − what no parameter of the activity moves, such as chasing) /
    (expected hours − the same), with the worked hours of :func:`worked_for_shares`: no step fills idle time. The interval
    of the share is carried over in proportion. Activities that are not shown (too few people) have the rest of worked time,
    at their assumed ratio. What nobody wrote down (:func:`not_logged`) stays as assumed, beside the hours of the log, until
    all work is brought to the load. Fixed blocks take what order entry leaves of administration.
    """
    worked = worked_for_shares(time_use, model_inputs, parameters)
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
        factor = (float(share["share"]) * worked - unscaled[activity]) / scalable
        if factor > 0:
            override |= {path: _scaled(parameters, path, factor, share, kind, bilingual) for path in paths}
    present = present_hours(model_inputs, parameters)
    of_day = worked / present * parameters.value("time.day_h")
    override |= _rest(shares, worked, present, expected, parameters, bilingual)
    override |= _blocks(time_use, expected["administration"] / worked, of_day, kind)
    return override | _absent(time_use, parameters)


def _absent(time_use: TimeUse, parameters: ParameterSet) -> Override:
    """Say of each assumption about an activity that nobody wrote down that the log has no such activity."""
    absent = not_logged(time_use)
    paths = [path for name in FITTED if name in absent for path in FITTED[name]]
    paths = [path for path in paths if parameters[path].provenance.kind == "assumption"]
    return {path: times(parameters[path], 1.0, NOT_LOGGED) for path in (*paths, *_assumed_blocks(time_use))}


def _rest(
    shares: pd.DataFrame,
    worked_h: float,
    present_h: float,
    expected: Mapping[str, float],
    parameters: ParameterSet,
    bilingual: BilingualNumbers,
) -> Override:
    """Give the activities that are not shown what the others leave of worked time; they stay assumptions."""
    lacking = {FITTED[name]: expected[name] for name in FITTED if name not in shares.index}
    for path, activities in BLOCKS.items():
        if not set(activities) & set(shares.index):
            lacking[path,] = parameters.value(path) * present_h / parameters.value("time.day_h")
    if not sum(lacking.values()) > 0:
        return {}
    known = [name for name in ACTIVITIES if name in shares.index]
    factor = max(1 - float(shares.loc[known, "share"].sum()), 0.0) * worked_h / sum(lacking.values())
    note = REST.fill(factor=bilingual.number(factor, 2))
    return {path: times(parameters[path], factor, note) for paths in lacking for path in paths}


def times(parameter: Parameter, factor: float, note: Text) -> tuple[float, Provenance]:
    """Return a parameter times a factor as an entry of an override, its interval or plausible range with it."""
    before = parameter.provenance
    around = before.interval or Estimate(value=parameter.value, low=parameter.low, high=parameter.high)
    interval = Estimate(value=parameter.value * factor, low=around.low * factor, high=around.high * factor)
    source = texts.joined(before.origin, note)
    return interval.value, replace(before, source=source.en, source_de=source.de, interval=interval)


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


def _blocks(time_use: TimeUse, entry_share: float, worked_h: float, kind: Kind) -> Override:
    """Fixed hours per present day of `worked_h` worked hours: meetings, administration besides entry, development."""
    override: Override = {}
    shares = time_use.by_activity.set_index("activity")
    for path, activities in BLOCKS.items():
        known = _known(time_use, activities)
        less = entry_share if path == "blocked.administration_h" else 0.0
        if known:
            value, low, high = (max((_sum(shares, known, c) - less) * worked_h, 0.0) for c in ("share", "low", "high"))
            interval = Estimate(value=value, low=low, high=high)
            override[path] = (
                value,
                replace(measured(value, texts.hours_per_day(known), kind=kind)[1], interval=interval),
            )
    return override


def _sum(shares: pd.DataFrame, names: Iterable[str], column: str) -> float:
    return float(shares.loc[list(names), column].sum())
