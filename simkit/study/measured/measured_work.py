"""Effort per case from the hours that were logged or estimated: the parameters of work content, measured on a client.

First the log gives hours per case where its entries name cases; then every activity is fitted so that the expected
hours of the model equal the measured ones. What fits nothing keeps its assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.intake.checks.log_coverage import scaled_days, while_logged
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import compile_rules, opportunity_rules
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study import bilingual_texts as texts
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.measured.client_inputs import period_orders, simulated_segment
from simkit.study.measured.demand_level import ENOUGH_CASES
from simkit.study.measured.fitted_work import fitted_effort, worked_for_log, worked_for_shares
from simkit.study.measured.measured_demand import (
    Override,
    bilingual_numbers_of,
    estimated,
    mean_and_half,
    measured,
    patched,
)
from simkit.study.measured.measured_production import production_override
from simkit.study.measured.measured_rounds import rounds_override
from simkit.study.measured.rates import LoggedShare, Rate, log_coverage, measured_rates
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue

SMALLEST_H = 0.05
LOGGED = frozenset({"measured", "partly"})


def work_override(
    client: ClientData,
    time_use: TimeUse,
    value: CustomerValue,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    logged: LoggedShare | None = None,
) -> Override:
    """Return the parameters of work content that the client's hours can tell.

    Parameters
    ----------
    client, time_use, value
        What was measured.
    parameters : ParameterSet
        With the measured demand and the load in it.
    logged : LoggedShare, optional
        Share of the work that was written down, where it was counted.

    Returns
    -------
    dict
        path → (value, provenance); of kind "measured" for a log ("partly" where the ratio to other parameters is an
        assumption), "workshop" for estimates by role.

    Notes
    -----
    A log is scaled up to the worked hours, which the load tells: by 1 / κ where the share κ of what was written down is
    counted, else by worked ÷ logged hours at the assumed load. Intervals are those of the activity's share over
    people, carried over in proportion. What a log of less than a year tells is scaled up to one, whatever season it holds:
    such values are partly measured, and name the days of the log.
    """
    override: Override = {}
    if time_use.source == "log":
        worked = worked_for_shares(time_use, model_inputs, parameters)
        part = while_logged(client)
        share = logged.share if logged is not None else time_use.hours_h / (worked * period_years(part))
        override = logged_effort(part, value, model_inputs, parameters, 1 / share)
    override |= fitted_effort(time_use, model_inputs, patched(parameters, override), bilingual_numbers_of(client))
    days = scaled_days(client) if time_use.source == "log" else None
    return override if days is None else {path: _scaled_up(entry, days) for path, entry in override.items()}


def _scaled_up(entry: tuple[float, Provenance], days: int) -> tuple[float, Provenance]:
    """Mark a value that was measured on a short log; what is an assumption stays one."""
    value, provenance = entry
    if provenance.kind not in LOGGED:
        return entry
    source = texts.joined(provenance.origin, texts.SCALED_LOG.fill(days=days))
    return value, replace(provenance, kind="partly", source=source.en, source_de=source.de)


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
    client: ClientData, value: CustomerValue, model_inputs: ModelInputs, parameters: ParameterSet, scale: float
) -> Override:
    """Return effort per order, opportunity, contact and request: logged hours / cases × scale."""
    from simkit.effort.hours import CAP_H

    log = case_hours(client, CAP_H, bilingual_numbers_of(client))
    worked = worked_for_log(model_inputs, parameters)
    coverage = log_coverage(client, worked)
    override = rounds_override(client, parameters, coverage) if coverage is not None else {}
    override |= production_override(client, coverage, override) if coverage is not None else {}
    override |= _order_effort(log, period_orders(client), patched(parameters, override), scale)
    override |= _deal_effort(client, log, parameters, scale)
    rates = {(rate.name, rate.group): rate for rate in measured_rates(client, value, worked)}
    override |= _care_effort(log, value, rates)
    return override | _request_effort(log, rates, parameters)


def _order_effort(log: CaseHours, orders: pd.DataFrame, parameters: ParameterSet, scale: float) -> Override:
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
            override |= round_effort(name, mean, half, source, parameters)
    return override


def round_effort(name: str, mean_h: float, half_h: float, source: Text, parameters: ParameterSet) -> Override:
    """Solve partners · (hours of a partner's rounds) + rework · c = hours for c, the hours of one round.

    The left side is a line in c, whose other part is chasing; two points fix it.
    """
    path = f"orders.{name}.coordination_h"
    partners = max(1, round(parameters.value(f"orders.{name}.partners")))
    without, with_one = (_coordination_content(parameters, name, partners, hours) for hours in (0.0, 1.0))
    weight = with_one - without
    one = max((mean_h - without) / weight, SMALLEST_H)
    override = {path: measured(one, source, half_h / weight)}
    if partners != round(parameters.value(f"orders.{name}.partners")):
        override[f"orders.{name}.partners"] = measured(float(partners), texts.joined(source, texts.COORDINATION_LOGGED))
    return override


def _coordination_content(parameters: ParameterSet, name: str, partners: int, round_h: float) -> float:
    """Expected hours of coordination of an order if one round takes `round_h`."""
    changed = parameters.patch({f"orders.{name}.coordination_h": round_h}, Provenance(kind="option"))
    place = CLASSES.index(name)
    rules = compile_rules(changed, 1.0)
    return partners * rules.order_hours[place].partner_h + rules.orders[place].rework_chance * round_h


def _deal_effort(client: ClientData, log: CaseHours, parameters: ParameterSet, scale: float) -> Override:
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
    v, deal = parameters.value, opportunity_rules(parameters)
    assumed = v("opportunities.presentation_h") + v("opportunities.negotiation_h")
    assumed += deal.mean_follow_ups * v("opportunities.follow_up_h")
    mean, half = mean_and_half(log.per_case("opportunity", "selling", cases) * scale)
    for parameter in ("presentation_h", "follow_up_h", "negotiation_h") if mean > 0 else ():
        factor = v(f"opportunities.{parameter}") / assumed
        split = texts.joined(source, texts.SPLIT_ASSUMED)
        override[f"opportunities.{parameter}"] = measured(mean * factor, split, half * factor, "partly")
    return override


Rates = Mapping[tuple[str, str], Rate]


def _care_effort(log: CaseHours, value: CustomerValue, rates: Rates) -> Override:
    """Contacts per customer and year, and hours per contact, by segment; one entry of care is one contact.

    Preparation and travel of which no entry names a customer are not known to be none.
    """
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
        override[f"care.{name}.contacts_per_year"] = estimated(rate.estimate, source)
        override[f"care.{name}.talk_h"] = _hours_each(of_segment["care"]["hours_h"], contacts, source)
        for activity in ("preparation", "travel"):
            if entries[activity].empty:
                continue
            rows = of_segment[activity]["hours_h"]
            override[f"care.{name}.{activity}_h"] = measured(
                float(rows.sum()) / contacts, source, _sum_half(rows, contacts)
            )
    return override


def _sum_half(hours: pd.Series, number: int) -> float:
    """Half-width of hours per contact when not every contact has such an entry: 1.96 √(Σ h²) / number (Cochran, 2.9)."""
    return 1.96 * float((hours**2).sum() ** 0.5) / number


def _request_effort(log: CaseHours, rates: Rates, parameters: ParameterSet) -> Override:
    """Service requests per year and hours per request; one entry of service that names no order is one request."""
    answers = log.without_case("service")["hours_h"]
    rate = rates.get(("requests", ""))
    if len(answers) < ENOUGH_CASES or rate is None:
        return {}
    source = log.source(texts.REQUESTS, len(answers))
    share = parameters.value("service.coordination_share")
    override = {
        "service.requests_per_year": estimated(rate.estimate, source),
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
