"""The response that was agreed on, as parameters of the model: curves that a workshop drew, or the past if client.yaml says so.

Where neither says anything, the assumption stays.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study import bilingual_texts as texts
from simkit.study.measured.client_inputs import simulated_segment
from simkit.study.measured.measured_demand import Override, bilingual_numbers_of, estimated, measured
from simkit.value.service.response import MORE_EFFORT, ResponseCurve, answered_response, elasticity_range
from simkit.value.service.response_history import adopted, response_history
from simkit.value.service.service_study import agreed_in

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.value.customers.customer_value import CustomerValue

ELASTICITY = "reaction.elasticity"
FLOOR, CEILING = "reaction.rate_floor", "reaction.rate_ceiling"
OF_SEGMENT = ("elasticity_factor", "fall_share", "rise_share")
RESPONSE_PARAMETERS = (
    ELASTICITY,
    FLOOR,
    CEILING,
    *(f"reaction.{name}.{parameter}" for parameter in OF_SEGMENT for name in SEGMENTS),
)
ASKED_YEARS = 3.0
"""The questionnaire asks what would be left of the sales after three years."""
WORKSHOP = Text(de="Antwortkurven der Segmente", en="response curves of the segments")
FROM_HISTORY = Text(
    de="Aufträge je Vierteljahr nach den Kontakten des vorigen, {customers} Kunden, {quarters} Vierteljahre; übernommen, weil "
    "client.yaml es sagt (response: from_history), beobachtet und nicht erprobt",
    en="orders of a quarter after the contacts of the one before, {customers} customers, {quarters} quarters; adopted because "
    "client.yaml says so (response: from_history), observed and not tried",
)
LESS_CHURN = Text(
    de="ohne den Kundenverlust, den das Modell eigens rechnet", en="less the churn that the model has of its own"
)
CHURN_ALONE = Text(
    de="in Segment {segments} erklärt dieser Verlust die Antworten allein",
    en="in segment {segments} that churn alone explains the answers",
)


@dataclass(frozen=True, kw_only=True)
class SegmentCurve:
    """The response of one segment's order rate to care: without care, at full care, and the slope today."""

    floor: float
    ceiling: float
    """Order rate relative to today."""
    elasticity: float
    """Relative change of the order rate per relative change of care, at today's care."""
    churn: float
    """What the model's own churn adds to that elasticity over the years that were asked about."""


def history_response_override(client: ClientData) -> Override:
    """Return the elasticity of the past where client.yaml asks for it and the past tells one; nothing otherwise."""
    if not client.config.response.from_history:
        return {}
    history = adopted(client, response_history(client))
    if history is None:
        return {}
    source = FROM_HISTORY.fill(customers=history.customers, quarters=history.quarters)
    return {ELASTICITY: estimated(history.elasticity, source)}


def agreed_response_override(
    client: ClientData, value: CustomerValue, model_inputs: ModelInputs, parameter_set: ParameterSet
) -> Override:
    """Return the parameters of the customers' response that a workshop tells; nothing without usable answers.

    Parameters
    ----------
    client : ClientData
        With or without a workshop.
    parameter_set : ParameterSet
        The measured parameter set.

    Returns
    -------
    Override
        ``reaction.elasticity`` is the mean of the segments by business, with the interval that the value layer gives to
        answers; ``reaction.rate_floor`` and ``reaction.rate_ceiling`` are those of the segment that falls and rises
        most; each segment's own parameters are relative to these. A segment without answers keeps its assumed curve.

    Notes
    -----
    The value layer's curve and the model's are the same function, ADBUDG through today, of effort or care relative to
    today, so three numbers carry it over: rate without care, at any amount of it, local elasticity. The question is
    what would be left of the sales after three years, and the model loses customers of its own accord when care falls;
    so that share is taken out (`less_churn`).
    """
    answered = _answered(client)
    if not answered:
        return {}
    curves = {
        name: less_churn(response, _saturation(client, name), parameter_set) for name, response in answered.items()
    }
    own = _by_simulated_segment(curves, value)
    business = model_inputs.customers.assign(amount=lambda table: table["order_rate_per_year"] * table["value_factor"])
    amounts = business.groupby("segment")["amount"].sum().reindex(list(SEGMENTS), fill_value=0.0)
    weights = {name: float(amounts[name]) for name in SEGMENTS}
    v = parameter_set.value
    assumed = SegmentCurve(floor=v(FLOOR), ceiling=v(CEILING), elasticity=v(ELASTICITY), churn=0.0)
    each = {name: own.get(name, assumed) for name in SEGMENTS}
    mean = _mean_slope(each, weights)
    source = _source(client, answered, curves)
    override = _general_parameters(each, mean, source, sum(curve.churn for curve in own.values()) / len(own))
    return override | _segment_parameters(each, mean, source)


def _mean_slope(curves: Mapping[str, SegmentCurve], weights: Mapping[str, float]) -> float:
    """Return the mean elasticity by business; equal weights where the segments have none."""
    total = sum(weights[name] for name in curves)
    if total <= 0:
        return sum(curve.elasticity for curve in curves.values()) / len(curves)
    return sum(weights[name] * curve.elasticity for name, curve in curves.items()) / total


def _answered(client: ClientData) -> dict[str, ResponseCurve]:
    """Return by segment of the value layer the curve of its answers, where enough people gave usable ones."""
    workshop = getattr(client, "workshop", None)
    answers = agreed_in(workshop, client.config.privacy.minimum_group).answers
    rows = [] if answers is None else [row for _, row in answers.iterrows()]
    found = {str(row["segment"]): answered_response(row) for row in rows}
    return {name: response for name, response in found.items() if response is not None}


def _saturation(client: ClientData, segment: str) -> float:
    """Return the care, relative to today, from which more brings nothing; one and a half times today's where unsaid."""
    answers = agreed_in(client.workshop, client.config.privacy.minimum_group).answers
    assert answers is not None  # the segment has answers
    stated = answers.set_index("segment")["saturation_effort"].astype(float)[segment] / 100
    return float(stated) if stated > 1 else MORE_EFFORT


def less_churn(response: ResponseCurve, saturation: float, parameter_set: ParameterSet) -> SegmentCurve:
    """Return a curve of sales after three years as one of the order rate of customers who stay.

    Parameters
    ----------
    response : ResponseCurve
        Of one segment.
    saturation : float
        Care from which more brings nothing, relative to today.

    Notes
    -----
    With care X relative to today the model keeps ``s(X) = exp(−T·h·(e^(−k·x0·(X − 1)) − 1))`` times as many customers
    after T years as with today's care: h = ``reaction.churn_per_year``, k = ``reaction.churn_care``, x0 = today's care
    level. Floor and ceiling are divided by s(0) and s(saturation); the elasticity loses T·h·k·x0, that of s at X = 1,
    and stays at 0 where the churn alone explains the answers.
    """
    v = parameter_set.value
    care = sum(v(f"reaction.care_before_{name}") for name in SEGMENTS) / len(SEGMENTS)
    lost = ASKED_YEARS * v("reaction.churn_per_year") if v("reaction.on") else 0.0
    steep = v("reaction.churn_care") * care

    def kept(effort: float) -> float:
        return math.exp(-lost * math.expm1(-steep * (effort - 1)))

    floor, ceiling = parameter_set[FLOOR], parameter_set[CEILING]
    return SegmentCurve(
        floor=floor.within(response.curve.bottom / kept(0.0)),
        ceiling=ceiling.within(response.curve.top / kept(saturation)),
        elasticity=max(response.curve.elasticity - lost * steep, 0.0),
        churn=lost * steep,
    )


def _by_simulated_segment(curves: Mapping[str, SegmentCurve], value: CustomerValue) -> dict[str, SegmentCurve]:
    """Return curves of the model's segments; a fourth class is averaged with the third by customers."""
    segment = value.customers["segment"].astype(str)
    known = segment[segment.isin(list(curves))]
    counts = known.groupby([simulated_segment(known).rename("simulated"), known]).size()
    found = {}
    for name in counts.index.get_level_values(0).unique():
        share = counts[name] / counts[name].sum()
        mixed = {
            field: sum(float(share[one]) * getattr(curves[str(one)], field) for one in share.index)
            for field in SegmentCurve.__dataclass_fields__
        }
        found[str(name)] = SegmentCurve(**mixed)
    return found


def _general_parameters(each: Mapping[str, SegmentCurve], mean: float, source: Text, churn: float) -> Override:
    spread = elasticity_range()
    told = mean + churn
    interval = Estimate(value=mean, low=max(told * spread.low - churn, 0.0), high=max(told * spread.high - churn, mean))
    return {
        ELASTICITY: estimated(interval, source, "workshop"),
        FLOOR: measured(min(curve.floor for curve in each.values()), source, kind="workshop"),
        CEILING: measured(max(curve.ceiling for curve in each.values()), source, kind="workshop"),
    }


def _segment_parameters(each: Mapping[str, SegmentCurve], mean: float, source: Text) -> Override:
    deepest = 1 - min(curve.floor for curve in each.values())
    highest = max(curve.ceiling for curve in each.values()) - 1
    override: Override = {}
    for name, curve in each.items():
        factor = curve.elasticity / mean if mean > 0 else 1.0
        shares = (factor, (1 - curve.floor) / deepest, (curve.ceiling - 1) / highest)
        for parameter, share in zip(OF_SEGMENT, shares, strict=True):
            override[f"reaction.{name}.{parameter}"] = measured(share, source, kind="workshop")
    return override


def _source(client: ClientData, answered: Mapping[str, ResponseCurve], curves: Mapping[str, SegmentCurve]) -> Text:
    people = min(response.people for response in answered.values())
    flat = [name for name, curve in curves.items() if curve.elasticity == 0]
    note = CHURN_ALONE.fill(segments=", ".join(flat)) if flat else Text(de="", en="")
    return texts.joined(texts.counted(WORKSHOP, people, bilingual_numbers_of(client)), LESS_CHURN, note)
