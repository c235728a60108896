"""The engine: cases on their way, tasks in queues, people at work, driven by callbacks on SimPy's event loop.

A case is a generator (`simkit.model.engine.processes`); the engine turns what it yields into tasks and waits, books
finished tasks into the log, and lets people pick. It draws nothing and computes no measure.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from operator import attrgetter

from simkit.foundation.gc_pause import gc_paused
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.engine.admission import Admission
from simkit.model.engine.customer_response import Note, Reactions
from simkit.model.engine.discretionary_work import DiscretionaryWork
from simkit.model.engine.dispatcher import Dispatcher, coordination_factor, giving_h, taking, with_factor
from simkit.model.engine.event_loop import ANSWER, ARRIVAL, CHASE, LAPSE, TICK, Clock, DeadlineQueue
from simkit.model.engine.open_cases import OpenCases
from simkit.model.engine.organisation import PUT_OFF, Organisation
from simkit.model.engine.overload import Overload
from simkit.model.engine.processes import process_of
from simkit.model.engine.staff_changes import Personnel
from simkit.model.event_log.event_log import Log, Record
from simkit.model.inputs.arrivals import KINDS, NUMBER_SHIFT, STEP_SHIFT, arrival_table, care_number, potential_cases
from simkit.model.inputs.channels import channels
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.rules.design_rules import put_on, rules_of
from simkit.model.run_state import DONE, DROPPED, WAITING, Case, Person, Task, Unit, Wait, WorkStep
from simkit.model.specification.designs import Design, todays_design
from simkit.model.specification.model_parameters import BESPOKE, STANDARD

CHURN_EVERY_DAYS = 5


def simulate(
    inputs: ReplicationInputs, design: Design, *, parameters: ParameterSet | None = None, today: Design | None = None,
    note: Note | None = None,
) -> Record:  # fmt: skip
    """Run one design through one replication and return its event log; every figure is a pure function of it.

    Parameters
    ----------
    design : Design
        The organisation from go-live on.
    parameters : ParameterSet, optional
        Parameter set of client and scenario; default that of the drawn inputs.
    today : Design, optional
        Organisation of the warm-up; default the shipped baseline.
    note : callable, optional
        Looks at the customers once a week.
    """
    with gc_paused():  # the run is let go in it, so that it is swept at its end
        return Run(inputs, design, parameters or inputs.parameters, today or todays_design(), note=note).record()


class Run:
    """One run; see `simulate`."""

    def __init__(
        self,
        inputs: ReplicationInputs,
        design: Design,
        parameters: ParameterSet,
        today: Design,
        event_loop: Callable[[float], Clock] = Clock,
        note: Note | None = None,
    ) -> None:
        ratio = inputs.model_inputs.calendar_ratio
        on_design = put_on(design, parameters)
        self.inputs, self.design, self.parameters, self.note = inputs, design, on_design, note
        self.rules_today, self.rules = rules_of(today, parameters, ratio), rules_of(design, parameters, ratio)
        self.channels = channels(inputs, on_design)
        self.reactions = Reactions(inputs, on_design, self.rules_today, self.channels)
        self.organisation = Organisation(
            inputs, today, design, parameters, self.rules_today, self.rules, self.channels, self.reactions.active
        )
        self.overload = Overload(on_design, self.rules)
        self.log = Log()
        self.clock = clock = event_loop(inputs.start_h)
        organisation, by_themselves = self.organisation, partial(self.open_case, "lead")
        self.discretionary_work = own = DiscretionaryWork(clock, inputs, organisation, self.reactions, by_themselves)
        self.dispatcher = Dispatcher(clock, self.log, design.help_after_h, self.finished, own.task)
        self.admission = Admission(clock, inputs, organisation, own, self.rules_today, self.rules)
        notice_h = on_design.value("overload.notice_days") * self.rules.day_h
        self.open_cases = OpenCases(clock, inputs, organisation, self.reactions, self.log, self.close)
        state = (clock, inputs, organisation, self.dispatcher, self.reactions, self.log, self.rules)
        self.personnel = Personnel(*state, notice_h, self.open_cases.leave)
        day_h = self.rules.day_h
        self.patience: DeadlineQueue[Case] = DeadlineQueue(
            inputs, clock, day_h, self.open_cases.cancel, attrgetter("open")
        )
        self.lapses: DeadlineQueue[Task] = DeadlineQueue(
            inputs, clock, day_h, self.lapse, lambda task: task.state == WAITING
        )
        self.arrivals = arrival_table(inputs, self.rules_today, self.rules)
        self.next_arrival = 0
        year_days, years = self.rules.year_h / day_h, round(inputs.end_h / self.rules.year_h)
        self.year_starts = {round(year * year_days) * day_h for year in range(1, years + 1)}
        self.tables = potential_cases(inputs)

    def record(self) -> Record:
        """Run from the start of the warm-up to the end and return the log."""
        inputs, clock = self.inputs, self.clock
        self.personnel.announce()
        clock.at(inputs.start_h, TICK, self.tick, 0)
        clock.at(0.0, TICK + 1, self.go_live, None)
        self.announce_arrival()
        clock.run_until(inputs.end_h, self.dispatcher.settle)
        for person in self.organisation.holders:
            if person is not None:
                self.dispatcher.close(person, inputs.end_h)
        assignments, logged = self.organisation.assignments, self.log.columns()
        return Record.from_run(inputs, self.design, self.parameters, self.log, logged, assignments, self.channels)

    # --- the organisation -----------------------------------------------------------------------------------------------

    def go_live(self, _: None) -> None:
        """Let the design take over: people, customers and queues; open cases finish on the old routes."""
        tasks = self.organisation.take_waiting_tasks()
        self.personnel.go_live()
        self.overload.renamed()
        for task in tasks:
            assert task.case is not None
            unit, person = self.organisation.route(task.case, task.works[0].kind)
            task.key = (self.rank(task.case, unit), *task.key[1:])
            self.dispatcher.submit(task, unit, person)
        self.dispatcher.ready.update(
            person for person in self.organisation.holders if person is not None and person.task is None
        )

    def tick(self, day: int) -> None:
        """Begin a working day: returns to work, queues of long absences, churn, modules, overtime."""
        now = self.clock.now
        self.personnel.begin_day(day)
        self.patience.open_day(day)
        self.lapses.open_day(day)
        if self.admission.builders and now > 0:
            self.admission.count_modules(day - 1)
            if now in self.year_starts:
                self.personnel.resize(self.admission.converted())
        if day and day % CHURN_EVERY_DAYS == 0:
            elapsed_h = CHURN_EVERY_DAYS * self.rules.day_h
            for customer in self.reactions.churned(now, elapsed_h):
                self.open_cases.customer_lost(customer)
            if self.overload.on:
                for person in self.overload.driven_away(
                    self.organisation.units.values(), self.organisation.routes, elapsed_h
                ):
                    self.personnel.drive_away(person)
        if self.overload.on and day:
            self.overload.end_day(self.organisation.units.values(), day - 1)
        if self.rules.overtime_share:
            self.personnel.decide_overtime(day)
        if self.note is not None and now >= 0 and day % CHURN_EVERY_DAYS == 0:
            self.note(self.reactions, now)
        if day + 1 < self.inputs.days:
            self.clock.at(self.inputs.start_h + (day + 1) * self.rules.day_h, TICK, self.tick, day + 1)

    # --- arrivals ------------------------------------------------------------------------------------------------

    def announce_arrival(self) -> None:
        """Put the next row of the arrival table on the event loop."""
        table, position = self.arrivals, self.next_arrival
        if position < len(table.rows):
            hour, number, *_ = table.rows[position]
            self.clock.at(hour, ARRIVAL + number, self.arrive, position)

    def arrive(self, position: int) -> None:
        """Open a case if it is real today, and announce the next."""
        reactions = self.reactions
        _, _, code, row, customer = self.arrivals.rows[position]
        kind = KINDS[code]
        self.next_arrival += 1
        self.announce_arrival()
        if kind == "care":
            if reactions.active[customer] and not (self.organisation.live and self.channels[customer]):
                self.open_care(customer, row)
        elif kind == "lead":
            leads = self.inputs.leads
            new, referrer, thin = row < leads.first_existing, leads.referrer[row], leads.thin[row]
            if reactions.lead_is_real(customer, referrer, self.clock.now, thin, new=new):
                self.open_case(kind, row)
        elif reactions.demand_is_real(customer, self.clock.now, self.tables[kind].thin[row]):
            self.open_case(kind, row)

    def open_case(self, kind: str, row: int, parent: Case | None = None) -> None:
        """Open a case of a row of the drawn inputs."""
        table = self.tables[kind]
        customer = table.customer[row]
        adopted = self.admission.adopts(table.adoption[row])
        drawn = table.order_class[row] if parent is None or parent.kind == "lead" else parent.order_class
        order_class: int | None = drawn
        if adopted and kind in ("order", "opportunity"):
            order_class = self.admission.offered_class(kind, row, drawn, customer, parent)
        number = (KINDS.index(kind) << NUMBER_SHIFT) + row
        refused = order_class is None
        if order_class is None:
            order_class = BESPOKE
        case = self.new_case(number, kind, row, order_class, customer, adopted, table.clarification[row])
        if parent is not None:
            case.last = parent.last
        if refused or (parent is None and self.admission.refuses(case)):
            self.close(case, "refused")
            return
        self.admission.opened(case)
        if self.overload.on:
            self.overload.opened(case, self.organisation.routes)
        if kind == "order":
            patience_h = case.rules.orders[order_class].patience_h * self.inputs.orders.patience[row]
            self.patience.post(self.clock.now + patience_h, LAPSE + (number << STEP_SHIFT), case)
        self.advance(case)

    def open_care(self, customer: int, contact: int) -> None:
        """Open a planned contact."""
        adopted = self.admission.adopts(float(self.inputs.customers.care_adoption[customer, contact]))
        case = self.new_case(care_number(customer, contact), "care", contact, STANDARD, customer, adopted, 1.0)
        case.by_phone = self.organisation.put_off(case)
        if self.overload.on:
            self.overload.opened(case, self.organisation.routes)
        self.advance(case)

    def new_case(
        self, number: int, kind: str, row: int, order_class: int, customer: int, adopted: bool, clarification: float
    ) -> Case:
        """Enter a case into the log."""
        now = self.clock.now
        case = Case(
            number=number,
            kind=kind,
            row=row,
            order_class=order_class,
            segment=self.inputs.customers.segment[customer],
            customer=customer,
            adopted=adopted,
            clarification=clarification,
            rules=self.rules if adopted else self.rules_today,
            arrived_h=now,
            now_h=now,
            rank_key=(kind, order_class, self.inputs.customers.segment[customer]),
        )
        if self.organisation.live:
            case.channel = self.channels[customer]
        case.process = process_of(case, self.inputs)
        self.open_cases.opened(case)
        self.log.opened(case)
        return case

    # --- cases ---------------------------------------------------------------------------------------------------

    def advance(self, case: Case) -> None:
        """Let a case take its next step: work still pending, or what its process yields."""
        if not case.open:
            return
        if not case.pending:
            case.now_h = self.clock.now
            assert case.process is not None
            try:
                step = next(case.process)
            except StopIteration as end:
                self.close(case, end.value)
                return
            if isinstance(step, Wait):
                self.wait(case, step)
                return
            case.pending = step
        self.enqueue(case)

    def wait(self, case: Case, step: Wait) -> None:
        """Let the case wait for an answer, and its doer ask for it when it is overdue."""
        now = self.clock.now
        self.clock.at(now + step.delay_h, ANSWER + case.number, self.answer, case)
        if step.chase and step.delay_h > case.rules.chasing.first_after_h and case.rules.chasing.effort_h > 0:
            self.clock.at(
                now + case.rules.chasing.first_after_h,
                CHASE + case.number,
                self.chase,
                (case, step.chase, now + step.delay_h),
            )

    def answer(self, case: Case) -> None:
        """Take up a case again; a chasing task that waits has become pointless."""
        if case.chasing is not None and case.chasing.state == WAITING:
            case.chasing.state = DROPPED
        case.chasing = None
        self.advance(case)

    def chase(self, asked: tuple[Case, str, float]) -> None:
        """Let the doer ask, and come back while no answer is there; asking does not speed it up."""
        case, work, answered_h = asked
        now = self.clock.now
        if not case.open or now >= answered_h:
            return
        if case.chasing is None or case.chasing.state in (DONE, DROPPED):
            unit, person = self.organisation.route(case, work)
            chasing = WorkStep(
                work, (("coordination", case.rules.chasing.effort_h * coordination_factor(unit, case)),), math.nan
            )
            case.chasing = self.new_task(case, (chasing,), list(chasing.entries), unit)
            case.chasing.extra = "chase"
            self.dispatcher.submit(case.chasing, unit, person)
        if now + case.rules.chasing.every_h < answered_h:
            self.clock.at(now + case.rules.chasing.every_h, CHASE + case.number, self.chase, asked)

    def close(self, case: Case, outcome: str) -> None:
        """End a case, with what follows from it."""
        now = self.clock.now
        case.open = False
        self.open_cases.closed(case)
        self.admission.closed(case)
        if self.overload.on:
            self.overload.closed(case)
        late = case.kind == "order" and now > case.arrived_h + case.rules.orders[case.order_class].promised_h
        self.log.closed(case, now, outcome, late)
        if outcome == "delivered" and late:
            self.reactions.delivered_late(case.customer, now)
        elif outcome == "qualified":
            self.open_case("opportunity", case.row, case)
        elif outcome == "won":
            if self.reactions.won(case.customer, now):
                self.organisation.customer_won(case.customer)
            self.open_case("order", self.inputs.opportunities.order[case.row], case)
        elif outcome == "done":
            care = case.rules.care_by_phone if case.by_phone else case.rules.care
            self.reactions.contacted(case.customer, now, care[case.segment].weight, case.ability)

    def lapse(self, task: Task) -> None:
        """End a case whose task nobody came to in time."""
        if task.state == WAITING:
            task.state = DROPPED
            assert task.case is not None
            self.close(task.case, "lapsed")

    # --- tasks ---------------------------------------------------------------------------------------------------

    def finished(self, task: Task) -> None:
        """Let a finished task move its case on."""
        case, person = task.case, task.person
        if case is None:
            self.discretionary_work.finished(task)
        elif task.extra != "chase" and person is not None:
            case.last = person
            if task.left_h == task.left_h:  # not a hand-over, which leaves the rest as it is
                case.left_h = task.left_h
            case.waiting = None
            self.advance(case)

    def enqueue(self, case: Case) -> None:
        """Make one block of the pending work that one doer does without a wait, with the hand-overs around it."""
        rules, giver = case.rules, case.last
        unit, person = self.organisation.route(case, case.pending[0].kind)
        entries: list[tuple[str, float]] = []
        if giver is not None and giver.unit is not unit:
            if not case.handed and giver.here and rules.giver_h > 0:
                self.hand_over(case, giver)
                return
            entries = taking(case)
        case.handed = False
        works = self.block(case, unit, person)
        for work in works:
            entries += with_factor(work.entries, rules.specialist_factor) if unit.specialist else work.entries
        if case.pending and rules.giver_h > 0 and self.organisation.route(case, case.pending[0].kind)[0] is not unit:
            entries.append(("coordination", giving_h(case)))
            case.handed = True
        task = case.waiting = self.new_task(case, works, entries, unit)
        self.dispatcher.submit(task, unit, person)
        if works[0].lapse_h < math.inf:
            self.lapses.post(self.clock.now + works[0].lapse_h, LAPSE + task.key[2], task)

    def block(self, case: Case, unit: Unit, person: Person | None) -> tuple[WorkStep, ...]:
        """Take from the pending work what the same doer does without a wait."""
        pending, count = case.pending, 1
        if len(pending) == 1:
            case.pending = ()
            return pending
        while count < len(pending) and self.organisation.route(case, pending[count].kind) == (unit, person):
            count += 1
        case.pending = pending[count:]
        return pending[:count]

    def hand_over(self, case: Case, giver: Person) -> None:
        """Let who had the case last brief whoever comes next; the case waits for it."""
        case.handed = True
        work = WorkStep("hand_over", (("coordination", giving_h(case)),), math.nan)
        case.waiting = self.new_task(case, (work,), list(work.entries), giver.unit)
        self.dispatcher.submit(case.waiting, giver.unit, None if giver.long_absent else giver)

    def new_task(self, case: Case, works: tuple[WorkStep, ...], entries: list[tuple[str, float]], unit: Unit) -> Task:
        """Return a task with its place in the queues: rank, creation time, case and step."""
        case.steps += 1
        key = (self.rank(case, unit), self.clock.now, (case.number << STEP_SHIFT) + case.steps)
        return Task(key, case, works, entries, unit)

    def rank(self, case: Case, unit: Unit) -> int:
        """Return the case's place in a unit's queues; who follows old habit ranks as before."""
        old = self.organisation.live and not case.adopted
        rank = (unit.old_ranks if old else unit.ranks)[case.rank_key]
        return rank + PUT_OFF if self.organisation.may_put_off and self.organisation.put_off(case) else rank
