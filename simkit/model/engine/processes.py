"""The cases: customer case management as plain generators that read like the process they describe.

A case yields work (one `WorkStep`, or several that follow each other without a wait) or a `Wait`; the engine does the rest.
All randomness comes from the draws of the case's row in the drawn inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.rules.expected import OrderHours
from simkit.model.run_state import Case, Entries, Process, Wait, WorkStep
from simkit.model.specification.model_parameters import BESPOKE, PARTNER, ROUND_CAP


def rounds(draw: float, repeat_chance: float) -> int:
    """Return how many rounds one uniform draw means: geometric, monotone in the chance, capped."""
    if repeat_chance <= 0 or draw <= 0:
        return 1 if repeat_chance <= 0 else ROUND_CAP + 1
    return 1 + min(ROUND_CAP, int(math.log(draw) / math.log(repeat_chance)))


def lead(case: Case, inputs: ReplicationInputs) -> Process:
    """Qualify the lead; it becomes an opportunity or is dropped."""
    leads, rules = inputs.leads, case.rules
    yield (WorkStep("lead", (("selling", rules.lead_qualify_h * leads.effort[case.row]),), lapse_h=rules.lead_lapse_h),)
    return "qualified" if leads.qualified[case.row] < rules.lead_qualified_share else "dropped"


def opportunity(case: Case, inputs: ReplicationInputs) -> Process:
    """Prepare, clear price and feasibility where bespoke, present, follow up, negotiate; then the customer decides."""
    table, spec = inputs.opportunities, case.rules.opportunity
    effort = table.step_effort[case.row].tolist()
    if spec.gated:
        if spec.gate_h > 0:
            left_h = sum(case.rules.opportunity_hours[case.order_class]) - spec.gate_h
            yield (WorkStep("opportunity", (("selling", spec.gate_h),), left_h, spec.lapse_h),)
        if assessed_quality(table.quality[case.row], table.assessed[case.row], spec.gate_accuracy) < spec.gate_quality:
            return "rejected"
    missing = (table.access[case.row] >= spec.flag_share) + (table.deadline[case.row] >= spec.flag_share)
    follow_ups = spec.follow_ups + missing * spec.drift_follow_ups
    talks_h = follow_ups * spec.follow_up_h + spec.negotiation_h
    rest_h = spec.travel_h + spec.presentation_h + talks_h
    feasibility_h = case.rules.opportunity_hours[case.order_class][1]
    prepared = WorkStep(
        "opportunity", (("preparation", spec.preparation_h * effort[0]),), rest_h + feasibility_h, spec.lapse_h
    )
    presented = WorkStep(
        "opportunity",
        (("travel", spec.travel_h * effort[1]), ("selling", spec.presentation_h * effort[2])),
        talks_h,
        spec.lapse_h,
    )
    if case.order_class == BESPOKE and table.feasibility[case.row] < spec.feasibility_share:
        yield (prepared,)
        yield from _feasibility(case, inputs, rest_h)
        yield (presented,)
    else:
        yield prepared, presented
    delay_h = case.now_h - case.arrived_h
    pause_h = spec.follow_up_every_h * spec.drift_delay_factor**missing
    for turn in range(follow_ups):
        yield Wait(pause_h * float(table.follow_up_delay[case.row, turn]))
        if missing and case.now_h - case.arrived_h > spec.clean_up_h:
            return "no_decision"
        talks_h -= spec.follow_up_h
        yield (WorkStep("opportunity", (("selling", spec.follow_up_h * effort[4 + turn]),), talks_h, spec.lapse_h),)
    yield (WorkStep("opportunity", (("selling", spec.negotiation_h * effort[3]),), 0.0, spec.lapse_h),)
    case.win_chance = _win_chance(case, inputs, delay_h)
    if table.won[case.row] < case.win_chance:
        return "won"
    return (
        "no_decision"
        if table.undecided[case.row] < spec.no_decision_share + missing * spec.drift_no_decision
        else "lost"
    )


def assessed_quality(quality: float, noise: float, accuracy: float) -> float:
    """Return what the qualification sees of an opportunity's quality: correlated with it by its accuracy, variance 1."""
    return accuracy * quality + math.sqrt(1 - accuracy * accuracy) * noise


def partner_lead(case: Case, inputs: ReplicationInputs) -> Process:
    """A partner qualifies the lead of one of his customers: no hours of ours."""
    yield from ()
    return "qualified" if inputs.leads.qualified[case.row] < case.rules.lead_qualified_share else "dropped"


def partner_opportunity(case: Case, inputs: ReplicationInputs) -> Process:
    """A partner sells to one of his customers, with the win chance of a mean seller who answers at once."""
    yield from ()
    case.win_chance = _win_chance(case, inputs, 0.0)
    return "won" if inputs.opportunities.won[case.row] < case.win_chance else "lost"


def partner_service(case: Case, inputs: ReplicationInputs) -> Process:
    """A partner answers the request of one of his customers."""
    yield from ()
    return "solved"


def _feasibility(case: Case, inputs: ReplicationInputs, rest_h: float) -> Process:
    table, spec, bespoke = inputs.opportunities, case.rules.opportunity, case.rules.orders[BESPOKE]
    effort, delay = table.round_effort[case.row].tolist(), table.round_delay[case.row].tolist()
    for turn in range(rounds(table.repeats[case.row], bespoke.repeat_chance)):
        yield (WorkStep("feasibility", (("coordination", spec.feasibility_h * effort[turn]),), rest_h, spec.lapse_h),)
        yield Wait(bespoke.partner_delay_h * delay[turn], chase="feasibility")
    return ""


def _win_chance(case: Case, inputs: ReplicationInputs, delay_h: float) -> float:
    """Return the logistic win chance of this opportunity (model rule: quality, access, deadline, delay, ability)."""
    table, spec = inputs.opportunities, case.rules.opportunity
    logit = (
        spec.base
        + spec.quality * table.quality[case.row]
        + spec.access * (table.access[case.row] < spec.flag_share)
        + spec.deadline * (table.deadline[case.row] < spec.flag_share)
        + spec.delay_per_h * delay_h
        + spec.ability * case.ability
    )
    return 1 / (1 + math.exp(-logit))


def order(case: Case, inputs: ReplicationInputs) -> Process:
    """Enter the order, coordinate it with every partner, confirm it, sometimes do it over; production delivers it."""
    table, spec = inputs.orders, case.rules.orders[case.order_class]
    hours = case.rules.order_hours[case.order_class]
    effort = table.step_effort[case.row].tolist()
    own_share = 1 - case.rules.partner_entry_share if case.channel == PARTNER else 1.0
    entry_h = spec.entry_h * own_share * effort[0]
    entry = WorkStep("entry", (("administration", entry_h),), hours.total_h(spec.partners) - hours.entry_h)
    if spec.partners:
        yield from _coordination(case, inputs, entry, hours)
        confirmed: tuple[WorkStep, ...] = ()
    else:
        confirmed = (entry,)
    confirmation = WorkStep(
        "confirmation", (("service", spec.confirmation_h * effort[1]),), hours.end_h - spec.confirmation_h
    )
    yield (*confirmed, confirmation)
    if table.rework[case.row] < spec.rework_chance:
        yield (
            WorkStep("coordination", (("coordination", spec.coordination_h * effort[2]),), spec.confirmation_h),
            WorkStep("confirmation", (("service", spec.confirmation_h * effort[3]),)),
        )
    if spec.production_h > 0:
        yield Wait(production_h(spec.production_h, spec.production_sigma, table.production[case.row]))
    return "delivered"


def production_h(mean_h: float, sigma: float, draw: float) -> float:
    """Return how long production and delivery take, in office hours: lognormal, from a standard normal draw."""
    return mean_h * math.exp(sigma * draw - sigma * sigma / 2)


def _coordination(case: Case, inputs: ReplicationInputs, entry: WorkStep, hours: OrderHours) -> Process:
    table, spec = inputs.orders, case.rules.orders[case.order_class]
    drawn, row = table.order_class[case.row], table.row_in_class[case.row]
    repeats = table.repeats[drawn][row].tolist()
    effort, delay = table.round_effort[drawn][row].tolist(), table.round_delay[drawn][row].tolist()
    before: tuple[WorkStep, ...] = (entry,)
    for partner in range(spec.partners):
        left_h = hours.waiting_h + (spec.partners - partner - 1) * hours.partner_h + hours.end_h
        for turn in range(rounds(repeats[partner], spec.repeat_chance)):
            entries = (("coordination", spec.coordination_h * effort[partner][turn]),)
            yield (*before, WorkStep("coordination", entries, left_h))
            before = ()
            yield Wait(spec.partner_delay_h * delay[partner][turn], chase="coordination")
    return ""


def service(case: Case, inputs: ReplicationInputs) -> Process:
    """Answer the request, after asking inside the organisation where needed."""
    table, rules = inputs.requests, case.rules
    lapse_h = rules.service_lapse_h[case.segment]
    if table.coordinated[case.row] < rules.service_coordination_share:
        entries = (("coordination", rules.service_coordination_h * table.coordination_effort[case.row]),)
        yield (WorkStep("service", entries, rules.service_answer_h, lapse_h),)
        yield Wait(rules.service_delay_h * table.delay[case.row], chase="service")
        lapse_h = math.inf
    yield (WorkStep("service", (("service", rules.service_answer_h * table.effort[case.row]),), 0.0, lapse_h),)
    return "solved"


def care(case: Case, inputs: ReplicationInputs) -> Process:
    """Prepare, travel, talk: one planned contact, which lapses when nobody comes to it."""
    contact = case.row
    spec = (case.rules.care_by_phone if case.by_phone else case.rules.care)[case.segment]
    effort = inputs.customers.care_effort[case.customer, contact].tolist()
    yield (
        WorkStep("care", contact_entries(spec.preparation_h, spec.travel_h, spec.talk_h, effort), 0.0, spec.lapse_h),
    )
    return "done"


def contact_entries(preparation_h: float, travel_h: float, talk_h: float, effort: list[float]) -> Entries:
    """Return the entries of a contact; a phone call has no travel."""
    entries = [
        ("preparation", preparation_h * effort[0]),
        ("travel", travel_h * effort[1]),
        ("care", talk_h * effort[2]),
    ]
    return tuple(entry for entry in entries if entry[1] > 0)


PROCESSES: dict[str, Callable[[Case, ReplicationInputs], Process]] = {
    "lead": lead,
    "opportunity": opportunity,
    "order": order,
    "service": service,
    "care": care,
}
PARTNER_PROCESSES: dict[str, Callable[[Case, ReplicationInputs], Process]] = {
    "lead": partner_lead,
    "opportunity": partner_opportunity,
    "service": partner_service,
}


def process_of(case: Case, inputs: ReplicationInputs) -> Process:
    """Return the way of a case of this kind, a partner's where one serves the customer."""
    by_partner = case.channel == PARTNER and case.kind in PARTNER_PROCESSES
    return (PARTNER_PROCESSES if by_partner else PROCESSES)[case.kind](case, inputs)
