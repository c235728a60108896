"""A parameter tree laid out as plain numbers, in office hours, for the engine's inner loop."""

from __future__ import annotations

from dataclasses import dataclass

from simkit.model.expected import Chasing, OrderHours, opportunity_hours, order_hours
from simkit.model.parameters import BESPOKE, CLASSES, SEGMENTS, Parameters


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRules:
    """Work content and promises of one order class; efforts and delays in office hours."""

    entry_h: float
    confirmation_h: float
    coordination_h: float
    partners: int
    repeat_chance: float
    partner_delay_h: float
    rework_chance: float
    promised_h: float
    patience_h: float


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
class OpportunityRules:
    """Work content of an opportunity and the logit of winning it."""

    preparation_h: float
    feasibility_share: float
    feasibility_h: float
    presentation_h: float
    travel_h: float
    follow_ups: int
    follow_up_h: float
    follow_up_every_h: float
    negotiation_h: float
    lapse_h: float
    base: float
    quality: float
    access: float
    deadline: float
    delay_per_h: float
    ability: float
    flag_share: float
    no_decision_share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Everything a case, a person or a customer asks while the model runs."""

    day_h: float
    year_h: float
    orders: tuple[OrderRules, ...]
    care: tuple[CareRules, ...]
    opportunity: OpportunityRules
    lead_qualify_h: float
    lead_qualified_share: float
    lead_lapse_h: float
    service_answer_h: float
    service_coordination_share: float
    service_coordination_h: float
    service_delay_h: float
    service_lapse_h: float
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
    module_h: float
    module_step: float
    bespoke_cap: float
    configured_cap: float
    dip_share: float
    dip_h: float
    adoption_half_h: float
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


def compile_rules(parameters: Parameters, calendar_ratio: float) -> Rules:
    """Lay out a tree for the engine.

    Parameters
    ----------
    parameters : Parameters
        The tree, with the overlays of client, scenario and design in it.
    calendar_ratio : float
        Working days per calendar day; calendar units are converted here, once.
    """
    v = parameters.value
    day_h = v("time.day_h")
    year_h = day_h * v("time.days_per_year")
    orders = tuple(_order_rules(parameters, name, day_h) for name in CLASSES)
    opportunity = _opportunity_rules(parameters)
    chasing = Chasing(
        first_after_h=v("chasing.first_after_h"), every_h=v("chasing.every_h"), effort_h=v("chasing.effort_h")
    )
    return Rules(
        day_h=day_h,
        year_h=year_h,
        orders=orders,
        care=tuple(_care_rules(parameters, name, day_h, year_h) for name in SEGMENTS),
        opportunity=opportunity,
        lead_qualify_h=v("leads.qualify_h"),
        lead_qualified_share=v("leads.qualified_share"),
        lead_lapse_h=v("leads.lapse_h"),
        service_answer_h=v("service.answer_h"),
        service_coordination_share=v("service.coordination_share"),
        service_coordination_h=v("service.coordination_h"),
        service_delay_h=v("orders.standard.partner_delay_h"),
        service_lapse_h=v("service.lapse_h"),
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
        module_h=v("building.module_h"),
        module_step=v("building.step_share"),
        bespoke_cap=v("building.bespoke_cap"),
        configured_cap=v("building.configured_cap"),
        dip_share=v("transition.dip_share"),
        dip_h=v("transition.network_rebuild_months") / 12 * year_h,
        adoption_half_h=v("transition.adoption_half_months") / 12 * year_h,
        extra_stop=v("extra.stop_at"),
        extra_block_h=v("extra.block_h"),
        extra_leads_per_h=v("extra.leads_per_h"),
        reassign_days=round(v("time.reassign_after_days")),
        overtime_share=v("time.overtime_share"),
        overtime_queue_h=v("time.overtime_queue_days") * day_h,
    )


def _order_rules(parameters: Parameters, name: str, day_h: float) -> OrderRules:
    def leaf(item: str) -> float:
        return parameters.value(f"orders.{name}.{item}")

    modular = name != "bespoke"  # modules speed up what is not made to measure

    def factor(item: str) -> float:
        return parameters.value(f"modular.{item}_factor") if modular else 1.0

    return OrderRules(
        entry_h=leaf("entry_h"),
        confirmation_h=leaf("confirmation_h"),
        coordination_h=leaf("coordination_h"),
        partners=round(leaf("partners")),
        repeat_chance=min(0.9, leaf("repeat_chance") * factor("repeat")),
        partner_delay_h=leaf("partner_delay_h") * factor("partner_delay"),
        rework_chance=min(0.9, leaf("rework_chance") * factor("rework")),
        promised_h=leaf("promised_days") * day_h,
        patience_h=leaf("patience_days") * day_h,
    )


def _care_rules(parameters: Parameters, name: str, day_h: float, year_h: float) -> CareRules:
    def leaf(item: str) -> float:
        return parameters.value(f"care.{name}.{item}")

    by_phone = leaf("by_phone") >= 0.5
    contacts = leaf("contacts_per_year")
    interval_h = year_h / contacts if contacts > 0 else float("inf")
    return CareRules(
        contacts_per_year=contacts,
        preparation_h=leaf("preparation_h"),
        travel_h=0.0 if by_phone else leaf("travel_h"),
        talk_h=leaf("talk_h"),
        weight=parameters.value("care.phone_weight") if by_phone else 1.0,
        interval_h=interval_h,
        lapse_h=min(interval_h, parameters.value("care.lapse_days") * day_h),
    )


def _opportunity_rules(parameters: Parameters) -> OpportunityRules:
    def leaf(item: str) -> float:
        return parameters.value(f"opportunities.{item}")

    def logit(item: str) -> float:
        return parameters.value(f"winning.{item}")

    return OpportunityRules(
        preparation_h=leaf("preparation_h"),
        feasibility_share=leaf("feasibility_share"),
        feasibility_h=leaf("feasibility_h"),
        presentation_h=leaf("presentation_h"),
        travel_h=leaf("travel_h"),
        follow_ups=round(leaf("follow_ups")),
        follow_up_h=leaf("follow_up_h"),
        follow_up_every_h=leaf("follow_up_every_h"),
        negotiation_h=leaf("negotiation_h"),
        lapse_h=leaf("lapse_h"),
        base=logit("base_logit"),
        quality=logit("quality_logit"),
        access=logit("access_logit"),
        deadline=logit("deadline_logit"),
        delay_per_h=logit("delay_logit_per_h"),
        ability=logit("ability_logit"),
        flag_share=logit("flag_share"),
        no_decision_share=logit("no_decision_share"),
    )
