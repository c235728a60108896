"""A parameter set laid out as plain numbers, in office hours, for the engine's inner loop."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simkit.foundation.parameter_set import ParameterSet
from simkit.model.rules.expected import (
    Chasing,
    OpportunityRules,
    OrderHours,
    OrderRules,
    opportunity_hours,
    order_hours,
)
from simkit.model.specification.model_parameters import BESPOKE, CLASSES, SEGMENTS


@dataclass(frozen=True, kw_only=True, slots=True)
class CareRules:
    """Planned contacts of one segment; efforts in hours, interval and lapse in office hours."""

    contacts_per_year: float
    preparation_h: float
    travel_h: float
    talk_h: float
    weight: float
    interval_h: float
    lapse_h: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Everything a case, a person or a customer asks while the model runs."""

    day_h: float
    year_h: float
    orders: tuple[OrderRules, ...]
    care: tuple[CareRules, ...]
    care_by_phone: tuple[CareRules, ...]  # the same contacts without travel
    opportunity: OpportunityRules
    lead_inflow: float
    lead_qualify_h: float
    lead_qualified_share: float
    lead_lapse_h: float
    service_answer_h: float
    service_coordination_share: float
    service_coordination_h: float
    service_delay_h: float
    service_lapse_h: tuple[float, ...]  # by segment
    chasing: Chasing
    order_hours: tuple[OrderHours, ...]  # expected, by class
    opportunity_hours: tuple[tuple[float, float], ...]  # expected own and feasibility hours, by class
    giver_h: float
    taker_h: float
    clarification_chance: float
    clarification_giver_h: float
    clarification_taker_h: float
    specialist_factor: float
    blocked_h: tuple[float, float, float]  # prioritisation, administration, development; hours per present full day
    building_share: float
    everyone_builds: bool
    module_h: float
    module_step: float
    bespoke_cap: float
    configured_cap: float
    dip_share: float
    dip_h: float
    adoption_half_h: float
    old_habit_share: float
    open_deals_per_seller: float
    bespoke_allowed: tuple[bool, ...]  # by segment
    accepted_share: float
    minimum_order_amount: float
    partner_entry_share: float
    shortage_policy: int
    handover_h: float  # knowledge hand-over before retirement: length, share of time, length that is complete
    handover_share: float
    handover_full_h: float
    outage: tuple[float, float, float]  # first and last office hour, pace of work
    take_up: float
    extra_stop: float
    extra_block_h: float
    extra_leads_per_h: float
    reassign_days: int
    overtime_share: float
    overtime_queue_h: float

    @property
    def service_hours(self) -> float:
        """Expected hours of a service request."""
        return self.service_answer_h + self.service_coordination_share * self.service_coordination_h


def compile_rules(parameters: ParameterSet, calendar_ratio: float) -> Rules:
    """Lay out a parameter set for the engine.

    Parameters
    ----------
    parameters : ParameterSet
        The parameter set, with the overrides of client, scenario and design in it.
    calendar_ratio : float
        Working days per calendar day; calendar units are converted here, once.
    """
    v = parameters.value
    day_h = v("time.day_h")
    year_h = day_h * v("time.days_per_year")
    orders = tuple(_order_rules(parameters, name, day_h) for name in CLASSES)
    opportunity = opportunity_rules(parameters)
    chasing = Chasing(
        first_after_h=v("chasing.first_after_h"), every_h=v("chasing.every_h"), effort_h=v("chasing.effort_h")
    )
    return Rules(
        day_h=day_h,
        year_h=year_h,
        orders=orders,
        care=tuple(_care_rules(parameters, name, day_h, year_h, phone=False) for name in SEGMENTS),
        care_by_phone=tuple(_care_rules(parameters, name, day_h, year_h, phone=True) for name in SEGMENTS),
        opportunity=opportunity,
        lead_inflow=v("leads.inflow_factor"),
        lead_qualify_h=v("leads.qualify_h"),
        lead_qualified_share=v("leads.qualified_share"),
        lead_lapse_h=v("leads.lapse_h"),
        service_answer_h=v("service.answer_h"),
        service_coordination_share=v("service.coordination_share"),
        service_coordination_h=v("service.coordination_h"),
        service_delay_h=v("orders.standard.partner_delay_h"),
        service_lapse_h=tuple(v("service.lapse_h") * v(f"service_level.{name}.response_factor") for name in SEGMENTS),
        chasing=chasing,
        order_hours=tuple(order_hours(order, chasing) for order in orders),
        opportunity_hours=tuple(
            opportunity_hours(opportunity, order_class, orders[BESPOKE], chasing) for order_class in range(len(CLASSES))
        ),
        giver_h=v("handover.giver_h"),
        taker_h=v("handover.taker_h"),
        clarification_chance=v("handover.clarification_chance"),
        clarification_giver_h=v("handover.clarification_giver_h"),
        clarification_taker_h=v("handover.clarification_taker_h"),
        specialist_factor=v("handover.specialist_effort_factor"),
        blocked_h=(v("blocked.meetings_h"), v("blocked.administration_h"), v("blocked.development_h")),
        building_share=v("building.share"),
        everyone_builds=v("building.everyone") >= 0.5,
        module_h=v("building.module_h"),
        module_step=v("building.step_share"),
        bespoke_cap=v("building.bespoke_cap"),
        configured_cap=v("building.configured_cap"),
        dip_share=v("transition.dip_share"),
        dip_h=v("transition.network_rebuild_months") / 12 * year_h,
        adoption_half_h=v("transition.adoption_half_months") / 12 * year_h,
        old_habit_share=v("transition.old_habit_share"),
        open_deals_per_seller=v("gate.open_deals_per_seller"),
        bespoke_allowed=tuple(v(f"service_level.{name}.bespoke_allowed") >= 0.5 for name in SEGMENTS),
        accepted_share=v("conversion.accepted_share"),
        minimum_order_amount=v("service_level.minimum_order_amount"),
        partner_entry_share=v("partner.entry_share"),
        shortage_policy=round(v("shortage.policy")),
        handover_h=v("retirement.handover_days") * day_h,
        handover_share=v("retirement.handover_share"),
        handover_full_h=v("retirement.handover_full_days") * day_h,
        outage=_outage(parameters, day_h, year_h),
        take_up=v("discretionary.take_up"),
        extra_stop=v("extra.stop_at"),
        extra_block_h=v("extra.block_h"),
        extra_leads_per_h=v("extra.leads_per_h"),
        reassign_days=round(v("time.reassign_after_days")),
        overtime_share=v("time.overtime_share"),
        overtime_queue_h=v("time.overtime_queue_days") * day_h,
    )


def _outage(parameters: ParameterSet, day_h: float, year_h: float) -> tuple[float, float, float]:
    """Return the first and last office hour of the tool outage and the pace of work in it."""
    v = parameters.value
    start_h = round(v("outage.start_months") / 12 * year_h / day_h) * day_h
    pace = 1 - (1 - v("outage.speed_share")) * v("outage.dependence")
    return start_h, start_h + round(v("outage.days")) * day_h, max(pace, 0.0)


def _order_rules(parameters: ParameterSet, name: str, day_h: float) -> OrderRules:
    def parameter(item: str) -> float:
        return parameters.value(f"orders.{name}.{item}")

    modular = name != "bespoke"  # modules speed up what is not made to measure

    def factor(item: str) -> float:
        return parameters.value(f"modular.{item}_factor") if modular else 1.0

    return OrderRules(
        entry_h=parameter("entry_h") * (1 - parameters.value("assistance.entry_share")),
        confirmation_h=parameter("confirmation_h"),
        coordination_h=parameter("coordination_h") * (1 - parameters.value("assistance.coordination_share")),
        partners=round(parameter("partners")),
        repeat_chance=min(0.9, parameter("repeat_chance") * factor("repeat")),
        partner_delay_h=parameter("partner_delay_h") * factor("partner_delay"),
        partner_delay_cv=parameter("partner_delay_cv"),
        rework_chance=min(0.9, parameter("rework_chance") * factor("rework")),
        production_h=parameter("production_days") * day_h,
        production_sigma=math.sqrt(math.log1p(parameter("production_cv") ** 2)),
        promised_h=parameter("promised_days") * day_h,
        patience_h=parameter("patience_days") * day_h,
    )


def _care_rules(parameters: ParameterSet, name: str, day_h: float, year_h: float, *, phone: bool) -> CareRules:
    def parameter(item: str) -> float:
        return parameters.value(f"care.{name}.{item}")

    by_phone = phone or parameter("by_phone") >= 0.5
    contacts = parameter("contacts_per_year")
    interval_h = year_h / contacts if contacts > 0 else float("inf")
    return CareRules(
        contacts_per_year=contacts,
        preparation_h=parameter("preparation_h"),
        travel_h=0.0 if by_phone else parameter("travel_h"),
        talk_h=parameter("talk_h"),
        weight=parameters.value("care.phone_weight") if by_phone else 1.0,
        interval_h=interval_h,
        lapse_h=min(interval_h, parameters.value("care.lapse_days") * day_h),
    )


def opportunity_rules(parameters: ParameterSet) -> OpportunityRules:
    """Lay out what an opportunity takes and what winning it depends on."""
    v = parameters.value

    def parameter(item: str) -> float:
        return parameters.value(f"opportunities.{item}")

    def logit(item: str) -> float:
        return parameters.value(f"winning.{item}")

    return OpportunityRules(
        preparation_h=parameter("preparation_h") * logit("preparation_factor"),
        feasibility_share=parameter("feasibility_share"),
        feasibility_h=parameter("feasibility_h"),
        presentation_h=parameter("presentation_h"),
        travel_h=parameter("travel_h"),
        follow_ups=round(parameter("follow_ups")),
        follow_up_h=parameter("follow_up_h"),
        follow_up_every_h=parameter("follow_up_every_h"),
        negotiation_h=parameter("negotiation_h"),
        lapse_h=parameter("lapse_h"),
        base=logit("base_logit") + logit("preparation_logit") * math.log2(logit("preparation_factor")),
        quality=logit("quality_logit"),
        access=logit("access_logit"),
        deadline=logit("deadline_logit"),
        delay_per_h=logit("delay_logit_per_h"),
        ability=logit("ability_logit"),
        flag_share=logit("flag_share"),
        no_decision_share=logit("no_decision_share"),
        drift_follow_ups=round(v("drift.follow_ups")),
        drift_delay_factor=v("drift.delay_factor"),
        drift_no_decision=v("drift.no_decision_share"),
        clean_up_h=v("cleanup.after_days") * v("time.day_h"),
        gate_quality=v("gate.quality_minimum"),
        gate_accuracy=v("gate.accuracy"),
        gate_h=v("gate.effort_h"),
    )
