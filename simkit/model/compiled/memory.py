"""The memory of one compiled run: its regions, and the run's numbers laid out in them."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import numpy as np

from simkit.model.compiled import layout as at
from simkit.model.compiled.drawn_block import draws_of
from simkit.model.compiled.jit import WordBlock
from simkit.model.engine.engine import CHURN_EVERY_DAYS, Run
from simkit.model.event_log.event_log import ENTRY_COLUMNS, EXTRA_CODE, TASK_COLUMNS
from simkit.model.inputs.arrivals import ArrivalTable
from simkit.model.rules.plain_parameters import CareRules, Rules

WORDS_IN_HEADER = 128
EXTRA_CODES = {**EXTRA_CODE, "nothing": EXTRA_CODE[""]}
_RULE_FIELDS = (
    "giver_h", "taker_h", "clarification_chance", "clarification_giver_h", "clarification_taker_h", "specialist_factor",
    "lead_qualify_h", "lead_qualified_share", "lead_lapse_h", "service_answer_h", "service_coordination_share",
    "service_coordination_h", "service_delay_h", "service_hours", "module_h", "module_step", "bespoke_cap",
    "configured_cap", "adoption_half_h", "old_habit_share", "open_deals_per_seller", "accepted_share",
    "minimum_order_amount", "partner_entry_share", "take_up", "extra_stop", "extra_block_h", "extra_leads_per_h",
)  # fmt: skip
_CHASING_FIELDS = ("first_after_h", "every_h", "effort_h")
_OPPORTUNITY_FIELDS = (
    "preparation_h", "feasibility_share", "feasibility_h", "presentation_h", "travel_h", "follow_ups", "follow_up_h",
    "follow_up_every_h", "negotiation_h", "lapse_h", "base", "quality", "access", "deadline", "delay_per_h", "ability",
    "flag_share", "no_decision_share", "drift_follow_ups", "drift_delay_factor", "drift_no_decision", "clean_up_h",
    "gate_quality", "gate_accuracy", "gate_h", "gated",
)  # fmt: skip
_ORDER_FIELDS = (
    "entry_h", "confirmation_h", "coordination_h", "partners", "repeat_chance", "partner_delay_h", "rework_chance",
    "production_h", "production_sigma", "promised_h", "patience_h",
)  # fmt: skip

_BEGINS = {
    at.H_RULES_TODAY: "rules today",
    at.H_RULES: "rules",
    at.H_AGENDA: "agenda",
    at.H_QUEUE_NEXT: "queues",
    at.H_TASK_NEXT: "tasks",
    at.H_CASE_FIRST: "cases",
    at.H_CASE_NEXT: "cases",
    at.H_LOG_TASKS: "log tasks",
    at.H_LOG_ENTRIES: "log entries",
    at.H_SLOTS: "slots",
    at.H_ROUTES: "routes",
    at.H_CUSTOMERS: "customers",
    at.H_SEGMENTS: "segments",
    at.H_ARRIVALS: "arrivals",
    at.H_WON: "won",
    at.H_ORDER_SUMS: "order sums",
    at.H_LAST_CASES: "last cases",
    at.H_DISCRETIONARY: "discretionary",
    at.H_OVERLOAD_TODAY: "overload",
    at.H_OVERLOAD_PAST: "overload past",
    at.H_UNITS_NOW: "units now",
    at.H_FOR_PYTHON: "for Python",
    at.H_FOUND: "found",
    at.H_SPARE_QUEUE: "spare queue",
    at.H_READY: "ready",
    at.H_PATIENCE: "patience",
    at.H_LAPSES: "lapses",
}
_REACTIONS = {
    at.H_LATE_DECAY: "late_decay",
    at.H_LATE_RATE: "late_rate",
    at.H_LEVEL: "level",
    at.H_GROWTH: "growth",
    at.H_CEILING: "ceiling",
    at.H_LEAD_CEILING: "lead_ceiling",
    at.H_LEAD_INFLOW: "lead_inflow",
    at.H_CONTACT_EFFECT: "contact_effect",
    at.H_OFFER_FIT: "offer_fit",
    at.H_FORGIVENESS: "forgiveness",
    at.H_PRICE: "price",
    at.H_PRICE_TOLERANCE: "price_tolerance",
    at.H_CHANNEL_DECAY: "channel_decay",
    at.H_ORDERS_TODAY: "orders_today",
}


class Memory:
    """The words of a run, and the draws of its replication.

    Parameters
    ----------
    run : Run
        The run before its first event.
    factors : mapping of int to int
        How many times as large as usual a region has to be (AGENDA … PEOPLE of the layout), because it was full.
    """

    def __init__(self, run: Run, factors: Mapping[int, int]) -> None:
        self.run = run
        draws = draws_of(run.inputs)
        self.draws = draws.block
        today, design = run.organisation.today, run.organisation.design
        names = dict.fromkeys(unit.name for unit in (*today.units, *design.units))
        self.names = {name: number for number, name in enumerate(names)}
        regions = self._regions(factors)
        self.words = _block(sum(map(whole_lines, regions.values())))
        self.floats = self.words.view(np.float64)
        self.begins: dict[str, int] = {}
        place = 0
        for name, size in regions.items():
            self.begins[name] = place
            place += whole_lines(size)
        self.sizes = regions
        self.next_person, self.next_unit = self.begins["people"], self.begins["units"]
        header = self.words[: self.begins["agenda"]]  # all before it is small, and begins as nothing
        header[:] = 0
        for field, begin in draws.begins.items():
            self.words[field] = begin
        self._fill_header()
        self._fill_days()
        self._fill_customers()
        self._fill_arrivals(run.arrivals)

    def give_back(self) -> None:
        """Let the next run of this thread have the block: fresh memory costs more than half of what a run does."""
        _last.block = self.words

    def _regions(self, factors: Mapping[int, int]) -> dict[str, int]:
        """Return the sizes of the regions, words."""
        run, inputs = self.run, self.run.inputs
        posts, customers = len(run.organisation.tenures), len(inputs.customers.segment)
        units = len(run.organisation.today.units) + len(run.organisation.design.units)
        arrivals, table = len(run.arrivals.at), at.CLASS_COUNT * at.SEGMENT_COUNT
        person = whole_lines(at.PERSON_WORDS) + at.DAY_WORDS * (inputs.days + 1) + 128
        holders = 4 + sum(map(len, run.organisation.tenures))
        self.case_words = whole_lines(at.C_DOERS + units)
        likely = _even(arrivals)
        cases = (3 * likely // 4 + 2_000) * factors.get(at.CASES, 1)
        tasks = (2 * likely + 10_000) * factors.get(at.TASKS, 1)
        return {
            "header": WORDS_IN_HEADER,
            "rules today": at.RULE_WORDS,
            "rules": at.RULE_WORDS,
            "segments": at.SEGMENT_COUNT * at.SEGMENT_WORDS,
            "routes": 8 * table,
            "slots": posts * at.SLOT_WORDS,
            "units": units * (at.UNIT_SIZE + posts + units + posts // at.SLOTS_IN_WORD + 1),
            "overload": units,
            "overload past": 2 * units * run.overload.window_days,
            "units now": units,
            "for Python": inputs.days + 1,
            "discretionary": 8,
            "spare queue": at.QUEUE_WORDS,
            "won": customers,
            "order sums": customers,
            "last cases": customers,
            "ready": 2 * posts,
            "patience": inputs.days + 1,
            "lapses": inputs.days + 1,
            "accounts": customers,
            "customers": customers * at.CUSTOMER_WORDS,
            "agenda": at.EVENT_WORDS * (4_096 + cases) * factors.get(at.AGENDA, 1),
            "queues": (64 * posts + 16_384 + tasks // 2) * factors.get(at.QUEUES, 1),
            "found": (cases + tasks) // 8 * factors.get(at.FOUND, 1),
            "cases": cases * self.case_words,
            "tasks": tasks * at.TASK_SIZE,
            "log tasks": tasks * factors.get(at.LOG_TASKS, 1) * len(TASK_COLUMNS),
            "log entries": tasks * 2 * factors.get(at.LOG_ENTRIES, 1) * len(ENTRY_COLUMNS),
            "people": holders * person * factors.get(at.PEOPLE, 1),
            "arrivals": arrivals * at.ARRIVAL_WORDS,
        }

    def _fill_header(self) -> None:
        """Enter where the regions begin and end, and what there is once."""
        words, begins, sizes = self.words, self.begins, self.sizes
        for field, name in _BEGINS.items():
            words[field] = begins[name]
        for field, name in ((at.H_QUEUE_END, "queues"), (at.H_TASK_END, "tasks"), (at.H_CASE_END, "cases")):
            words[field] = begins[name] + sizes[name]
        words[at.H_AGENDA_SIZE] = sizes["agenda"] // at.EVENT_WORDS
        words[at.H_LOG_TASK_SIZE] = sizes["log tasks"] // len(TASK_COLUMNS)
        words[at.H_LOG_ENTRY_SIZE] = sizes["log entries"] // len(ENTRY_COLUMNS)
        words[at.H_FOUND_SIZE], words[at.H_CASE_WORDS] = sizes["found"], self.case_words
        for field, number in self._whole_numbers().items():
            words[field] = int(number)
        run, inputs, floats = self.run, self.run.inputs, self.floats
        floats[at.H_NOW], floats[at.H_START_H], floats[at.H_END_H] = inputs.start_h, inputs.start_h, inputs.end_h
        floats[at.H_DAY_H], floats[at.H_YEAR_H] = run.rules.day_h, run.reactions.year_h
        floats[at.H_MONTH_H], floats[at.H_HELP_AFTER_H] = run.rules.year_h / 12, run.design.help_after_h
        for field, name in _REACTIONS.items():
            floats[field] = getattr(run.reactions, name)
        _, floats[at.H_MOVED_LOSS], floats[at.H_DROPPED_LOSS] = run.reactions.channel_loss
        self._fill_rules(begins["rules today"], run.rules_today)
        self._fill_rules(begins["rules"], run.rules)

    def _whole_numbers(self) -> dict[int, float]:
        """Return how many there are of what, and which rules are switched on."""
        run, inputs = self.run, self.run.inputs
        customers, leads, builders = inputs.customers, inputs.leads, run.admission.builders
        return {
            at.H_DAYS: inputs.days,
            at.H_SLOT_COUNT: len(run.organisation.tenures),
            at.H_CUSTOMER_COUNT: len(customers.segment),
            at.H_ARRIVAL_COUNT: len(run.arrivals.at),
            at.H_NEXT_PROSPECT: leads.first_prospect,
            at.H_LEAD_COUNT: len(leads.at),
            at.H_FIRST_EXISTING: leads.first_existing,
            at.H_CARE_CONTACTS: customers.care_effort.shape[1],
            at.H_EXTRA_CONTACTS: customers.extra_effort.shape[1],
            at.H_BUILDERS: builders,
            at.H_LIMITED: run.admission.limited,
            at.H_OVERLOAD: run.overload.on,
            at.H_CARE_COUNTS: run.overload.care_counts,
            at.H_OVERLOAD_WINDOW: run.overload.window_days,
            at.H_UNIT_NAMES: len(self.names),
            at.H_REACTION_ON: run.reactions.on,
        }

    def _fill_days(self) -> None:
        """Mark the days that bring something which Python decides: churn, new sizes of units, overtime."""
        run, inputs = self.run, self.run.inputs
        days = np.arange(inputs.days + 1)
        marked = (days > 0) & (days % CHURN_EVERY_DAYS == 0)
        if run.admission.builders:
            marked |= np.isin(inputs.start_h + days * run.rules.day_h, list(run.year_starts))
        if run.rules.overtime_share:
            marked[:] = True
        begin = self.begins["for Python"]
        self.words[begin : begin + len(days)] = marked

    def _fill_rules(self, begin: int, rules: Rules) -> None:
        numbers = [float(getattr(rules, name)) for name in _RULE_FIELDS]
        numbers += [float(getattr(rules.chasing, name)) for name in _CHASING_FIELDS]
        numbers += [float(getattr(rules.opportunity, name)) for name in _OPPORTUNITY_FIELDS]
        assert len(numbers) == at.RULE_NUMBERS
        for spec, hours, opportunity in zip(rules.orders, rules.order_hours, rules.opportunity_hours, strict=True):
            numbers += [float(getattr(spec, name)) for name in _ORDER_FIELDS]
            numbers += [hours.entry_h, hours.partner_h, hours.waiting_h, hours.end_h, hours.total_h(spec.partners)]
            numbers += opportunity
        for contacts in (rules.care, rules.care_by_phone):
            for contact in contacts:
                numbers += _contact_numbers(contact)
        for lapse_h, allowed in zip(rules.service_lapse_h, rules.bespoke_allowed, strict=True):
            numbers += [lapse_h, float(allowed)]
        self.floats[begin : begin + at.RULE_WORDS] = numbers

    def _fill_customers(self) -> None:
        """Lay out customers and how their segments react; the reactions go on in this memory from then on."""
        run, reactions = self.run, self.run.reactions
        for segment, curve in enumerate(reactions.curves):
            begin = self.begins["segments"] + segment * at.SEGMENT_WORDS
            before, late = reactions.care_before[segment], reactions.late_before[segment]
            self.floats[begin : begin + at.SEGMENT_WORDS] = (
                reactions.step[segment], reactions.decay[segment], before, late, curve.lo, curve.hi, curve.c, curve.d,
                curve.level, curve.ceiling,
            )  # fmt: skip
        begin, size = self.begins["customers"], self.sizes["customers"]
        words = self.words[begin : begin + size].reshape(-1, at.CUSTOMER_WORDS)
        floats = self.floats[begin : begin + size].reshape(-1, at.CUSTOMER_WORDS)
        self.customers = words
        words[:, at.B_SEGMENT], words[:, at.B_CHANNEL] = reactions.segment, run.channels
        words[:, at.B_ACTIVE] = reactions.active
        floats[:, at.B_KNOWN_H], floats[:, at.B_ORDER_RATE] = reactions.known_h, reactions.order_rate
        floats[:, at.B_WEIGHT] = reactions.weight
        for field, name in (
            (at.B_CARE, "care"), (at.B_CARE_AT, "care_at"), (at.B_LATE, "late"), (at.B_LATE_AT, "late_at"),
            (at.B_LOSS, "loss"), (at.B_LOSS_AT, "loss_at"), (at.B_HAZARD, "hazard"),
        ):  # fmt: skip
            floats[:, field] = getattr(reactions, name)
            setattr(reactions, name, floats[:, field])
        active = words[:, at.B_ACTIVE]
        reactions.active = run.organisation.active = active  # type: ignore[assignment]

    def _fill_arrivals(self, table: ArrivalTable) -> None:
        begin, size = self.begins["arrivals"], self.sizes["arrivals"]
        words = self.words[begin : begin + size].reshape(-1, at.ARRIVAL_WORDS)
        floats = self.floats[begin : begin + size].reshape(-1, at.ARRIVAL_WORDS)
        floats[:, at.A_AT], words[:, at.A_NUMBER], words[:, at.A_KIND] = table.at, table.number, table.kind
        words[:, at.A_ROW], words[:, at.A_CUSTOMER] = table.row, table.customer


def _contact_numbers(contact: CareRules) -> list[float]:
    return [contact.preparation_h, contact.travel_h, contact.talk_h, contact.weight, contact.lapse_h]


def whole_lines(size: int) -> int:
    """Return a number of words rounded up to whole lines of the processor's memory."""
    return -(-size // at.LINE_WORDS) * at.LINE_WORDS


def _even(count: int) -> int:
    """Return a number a little larger, of few that there are.

    So regions mostly begin where they began in the run before, and what neither of them needed is never touched: the system
    gives a process no memory for it.
    """
    step = max(1, 1 << max(count.bit_length() - 4, 0))
    return -(-count // step) * step


_last = threading.local()
SLACK = 32
"""A block serves runs that need it up to one part of so many: designs differ by less, numbers of arrivals by more."""


def _block(size: int) -> WordBlock:
    """Return a block of at least so many words with anything in it.

    One that is much larger has its regions elsewhere: the pages that they touched would stay, and new ones come to them.
    """
    block: WordBlock | None = getattr(_last, "block", None)
    _last.block = None
    if block is not None and size <= len(block) <= size + size // SLACK:
        return block
    del block  # before the new one is made
    block = np.empty(size + size // SLACK // 2 + at.LINE_WORDS, dtype=np.int64)
    return block[-(block.ctypes.data // block.itemsize) % at.LINE_WORDS :]


class RegionFullError(Exception):
    """A region of the memory is too small for the run."""

    def __init__(self, region: int) -> None:
        super().__init__(region)
        self.region = region
