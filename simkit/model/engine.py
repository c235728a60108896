"""The engine: cases on their way, tasks in queues, people at work, driven by callbacks on SimPy's agenda.

A case is a generator (`simkit.model.cases`); the engine turns what it yields into tasks and waits, books finished tasks
into the log, and lets people pick. It draws nothing and computes no measure.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from simkit.foundation.collector import collector_paused
from simkit.foundation.parameters import Parameters
from simkit.model import cases
from simkit.model.arrivals import KINDS, NUMBER_SHIFT, STEP_SHIFT, arrival_table, care_number
from simkit.model.cases import Case, Wait, Work
from simkit.model.channels import channels
from simkit.model.clock import ANSWER, ARRIVAL, CHASE, LAPSE, STAFF, TICK, Clock
from simkit.model.designs import Design, load_design
from simkit.model.desk import Desk
from simkit.model.freed import FreedHours
from simkit.model.house import PUT_OFF, House
from simkit.model.lives import Life
from simkit.model.overload import Overload
from simkit.model.parameters import BESPOKE, CONFIGURED, DROPPED_CUSTOMER, PARTNER, STANDARD
from simkit.model.people import DONE, DROPPED, WAITING, Person, Task, Unit
from simkit.model.reactions import Reactions
from simkit.model.record import Log, Record
from simkit.model.rules import compile_rules
from simkit.model.world import Arrivals, World

CHURN_EVERY_DAYS = 5
PROCESSES: dict[str, Callable[[Case, World], cases.Process]] = {
    "lead": cases.lead,
    "opportunity": cases.opportunity,
    "order": cases.order,
    "service": cases.service,
    "care": cases.care,
}
PARTNER_PROCESSES: dict[str, Callable[[Case, World], cases.Process]] = {
    "lead": cases.partner_lead,
    "opportunity": cases.partner_opportunity,
    "service": cases.partner_service,
}
NO_LIMIT = 1000  # value of the leaf gate.open_deals_per_seller from which nothing is limited


def staff_place(life: Life) -> int:
    """Return the place of a person's leaving among the events of one instant; joining follows it."""
    return STAFF + (life.slot << 8) + 2 * min(life.number, 100)


def simulate(
    world: World, design: Design, *, parameters: Parameters | None = None, today: Design | None = None
) -> Record:
    """Run one design through one world.

    Parameters
    ----------
    world : World
        Demand and people of one replication.
    design : Design
        The organisation from go-live on.
    parameters : Parameters, optional
        Tree of client and scenario; default the world's own.
    today : Design, optional
        Organisation of the warm-up; default the shipped baseline.

    Returns
    -------
    Record
        The event log; every figure is a pure function of it.
    """
    with collector_paused():
        run = Run(world, design, parameters or world.parameters, today or load_design("baseline"))
        return run.record()


class Run:
    """One run; see `simulate`."""

    def __init__(
        self,
        world: World,
        design: Design,
        parameters: Parameters,
        today: Design,
        agenda: Callable[..., Clock] = Clock,
    ) -> None:
        ratio = world.facts.calendar_ratio
        on_today, on_design = today.on(parameters), design.on(parameters)
        self.world, self.design, self.parameters = world, design, on_design
        self.rules_today = compile_rules(on_today, ratio)
        self.rules = compile_rules(on_design, ratio)
        self.channels = channels(world, on_design)
        self.house = House(world, today, design, parameters, self.rules_today, self.rules, self.channels)
        self.reactions = Reactions(world, on_design, self.rules_today, self.channels)
        self.overload = Overload(on_design, self.rules)
        self.notice_h = on_design.value("overload.notice_days") * self.rules.day_h
        self.deals: dict[int, Case] = {}  # open leads and opportunities, where their number is limited
        self.deals_limited = min(self.rules.open_deals_per_seller, self.rules_today.open_deals_per_seller) < NO_LIMIT
        self.log = Log()
        self.freed = FreedHours(world, self.house, self.reactions, self.open_lead)
        self.desk = Desk(self.log, design.help_after_h, self.finished, self.freed.task)
        self.clock = self.desk.clock = self.freed.clock = agenda(world.start_h, self.desk.ready, self.desk.settle)
        self.arrivals = arrival_table(world, self.rules_today, self.rules)
        self.next_arrival = 0
        self.builders = self.rules.everyone_builds or any(unit.builds for unit in design.units)
        self.blocked_modules_h = 0.0
        year_days, day_h = self.rules.year_h / self.rules.day_h, self.rules.day_h
        self.year_starts = {
            round(year * year_days) * day_h for year in range(1, round(world.end_h / self.rules.year_h) + 1)
        }
        self.tables: dict[str, Arrivals] = {
            "lead": world.leads,
            "opportunity": world.opportunities,
            "order": world.orders,
            "service": world.requests,
        }

    def record(self) -> Record:
        """Run from the start of the warm-up to the end and return the log."""
        world, clock = self.world, self.clock
        for person in self.house.holders:
            assert person is not None
            self.log.people.append(person)
            self.announce_leaving(person)
        clock.at(world.start_h, TICK, self.tick, 0)
        clock.at(0.0, TICK + 1, self.go_live, None)
        self.announce_arrival()
        clock.run(until=world.end_h)
        for person in self.house.holders:
            if person is not None:
                self.desk.close(person, world.end_h)
        return Record.from_run(world, self.design, self.parameters, self.log, self.house.sittings, self.channels)

    # --- staff ---------------------------------------------------------------------------------------------------

    def announce_leaving(self, person: Person) -> None:
        """Put the leaving date of a person on the agenda."""
        life = person.life
        if life.leaves_h < self.world.end_h:
            self.clock.at(life.leaves_h, staff_place(life), self.leave, person)

    def successor_of(self, person: Person) -> Person | None:
        """Return who will take the post over, with the date on the agenda."""
        life, chain = person.life, self.world.lives[person.slot]
        planned = life.number < len(chain) and chain[life.number] is life  # nobody in this post was driven away
        following = next(iter(chain[life.number + 1 :]), None) if planned else self.world.succession.successor(life)
        if following is None:
            return None
        successor = self.house.person_of(following)
        self.log.people.append(successor)
        self.clock.at(following.joins_h, staff_place(following) + 1, self.join, successor)
        return successor

    def join(self, person: Person) -> None:
        """Let a successor take up the post; the customers of the post are his."""
        unit = self.house.unit_of[person.slot]
        if self.house.live:
            self.house.block_for_building(person, person.day(self.clock.now), builds=unit.builds)
            person.build(self.rules.reassign_days)
        self.house.join(person, self.clock.now)
        self.announce_leaving(person)
        self.desk.ready.add(person)

    def leave(self, person: Person) -> None:
        """Let a person leave: his queue and cases go to the unit, his customers lose their contact."""
        now = self.clock.now
        if person.life.leaves_h != now:
            return  # overload has moved the date forward
        for customer in self.house.leave(person, self.successor_of(person)):
            self.reactions.contact_person_lost(customer, now, planned=self.house.handed_over(person))
        self.desk.ready.discard(person)
        for task in self.desk.take_queue(person):
            self.desk.submit(task, person.unit, self.house.keeper(person.slot, task))

    def drive_away(self, person: Person) -> None:
        """Let somebody give notice because of overload; a task at hand is finished first."""
        now, day_h, task = self.clock.now, self.rules.day_h, person.task
        done_h = now
        if task is not None:
            done_h = person.hour_of(task.start_content_h + task.content_h, now)
        leaves_h = max(now + self.notice_h, math.ceil(done_h / day_h) * day_h if done_h < math.inf else 0.0)
        if leaves_h < person.life.leaves_h:
            person.resign(leaves_h)
            self.desk.rebuild(person, self.rules.reassign_days)
            self.announce_leaving(person)

    def go_live(self, _: None) -> None:
        """Let the design take over: people, customers and queues; open cases finish on the old routes."""
        now = self.clock.now
        tasks = self.house.waiting_tasks()
        for customer in self.house.go_live(now):
            self.reactions.contact_person_lost(customer, now, planned=1.0)
        self.overload.renamed()
        for task in tasks:
            assert task.case is not None
            unit, person = self.house.route(task.case, task.works[0].kind)
            task.key = (self.rank(task.case, unit), *task.key[1:])
            self.desk.submit(task, unit, person)
        self.desk.ready.update(person for person in self.house.holders if person is not None and person.task is None)

    def tick(self, day: int) -> None:
        """Begin a working day: returns to work, queues of long absences, churn, modules, overtime."""
        now = self.clock.now
        for person in self.house.holders:
            if person is None:
                continue
            was_absent = person.long_absent
            person.begin_day(day)
            if person.long_absent and not was_absent:
                self.desk.return_queue(person)
            if person.task is None and person.at_work:
                self.desk.ready.add(person)
        if self.builders and now > 0:
            self.count_modules(day - 1)
            if now in self.year_starts:
                self.resize()
        if day and day % CHURN_EVERY_DAYS == 0:
            for customer in self.reactions.churned(now, CHURN_EVERY_DAYS * self.rules.day_h):
                self.log.churned.append((customer, now))
            if self.overload.on:
                elapsed_h = CHURN_EVERY_DAYS * self.rules.day_h
                for person in self.overload.driven_away(self.house.units.values(), self.house.routes, elapsed_h):
                    self.drive_away(person)
        if self.overload.on and day:
            self.overload.end_day(self.house.units.values(), day - 1)
        if self.rules.overtime_share:
            self.decide_overtime(day)
        if day + 1 < self.world.days:
            self.clock.at(self.world.start_h + (day + 1) * self.rules.day_h, TICK, self.tick, day + 1)

    def count_modules(self, day: int) -> None:
        """Add yesterday's building time."""
        for person in self.house.holders:
            if person is not None:
                self.blocked_modules_h += float(person.blocked_h[day, 3] * person.speed[day])

    def converted(self) -> tuple[float, float]:
        """Return the shares of bespoke and configured demand that the finished modules convert."""
        modules = int((self.blocked_modules_h + self.freed.modules_h) / self.rules.module_h)
        reached = 1 - (1 - self.rules.module_step) ** modules
        return self.rules.bespoke_cap * reached, self.rules.configured_cap * reached

    def resize(self) -> None:
        """Size the units again, once a year; who changes the unit takes his running task along."""
        now = self.clock.now
        before = dict(self.house.owner)
        for person in self.house.resize(self.converted(), now):
            self.desk.rebuild(person, self.rules.reassign_days)
            self.desk.return_queue(person)
        for customer, slot in self.house.owner.items():
            if before.get(customer, slot) != slot:
                self.reactions.contact_person_lost(customer, now, planned=1.0)

    def decide_overtime(self, day: int) -> None:
        """Lengthen the day of the people of a unit while its queue is too long."""
        for unit in self.house.units.values():
            tasks = [task for queue in (unit.queue, *(p.queue for p in unit.people)) for _, task in queue]
            waiting_h = sum(task.content_h for task in tasks if task.state == WAITING)
            heads = sum(person.present[day] for person in unit.people) / self.rules.day_h
            if waiting_h > self.rules.overtime_queue_h * max(heads, 1e-9):
                for person in unit.people:
                    person.overtime_h[day] = person.present[day] * self.rules.overtime_share
                    self.desk.rebuild(person, self.rules.reassign_days)

    # --- arrivals ------------------------------------------------------------------------------------------------

    def announce_arrival(self) -> None:
        """Put the next row of the arrival table on the agenda."""
        table, position = self.arrivals, self.next_arrival
        if position < len(table.at):
            self.clock.at(table.at[position], ARRIVAL + table.number[position], self.arrive, position)

    def arrive(self, position: int) -> None:
        """Open a case if it is real today, and announce the next."""
        table, reactions = self.arrivals, self.reactions
        kind, row, customer = KINDS[table.kind[position]], table.row[position], table.customer[position]
        self.next_arrival += 1
        self.announce_arrival()
        if kind == "order":
            if reactions.order_is_real(customer, self.clock.now, self.world.orders.thin[row]):
                self.open_case(kind, row)
        elif kind == "lead":
            referrer = self.world.leads.referrer[row]
            if referrer < 0 or reactions.lead_is_real(referrer, self.clock.now, self.world.leads.thin[row]):
                self.open_case(kind, row)
        elif not reactions.active[customer]:
            return
        elif kind != "care":
            self.open_case(kind, row)
        elif not (self.house.live and self.channels[customer]):
            self.open_care(customer, row)

    def open_lead(self, row: int) -> None:
        """Open a lead that prospecting has found."""
        self.open_case("lead", row)

    def open_case(self, kind: str, row: int, parent: Case | None = None) -> None:
        """Open a case of a row of the world."""
        table = self.tables[kind]
        customer = table.customer[row]
        adopted = self.adopts(table.adoption[row])
        drawn = table.order_class[row] if parent is None or parent.kind == "lead" else parent.order_class
        order_class: int | None = drawn
        if adopted and kind in ("order", "opportunity"):
            order_class = self.offered_class(kind, row, drawn, customer, parent)
        number = (KINDS.index(kind) << NUMBER_SHIFT) + row
        refused = order_class is None
        if order_class is None:
            order_class = BESPOKE
        case = self.new_case(number, kind, row, order_class, customer, adopted, table.clarification[row])
        if parent is not None:
            case.last, case.ability = parent.last, parent.ability
        if refused or (parent is None and self.refuses(case)):
            self.close(case, "refused")
            return
        if self.deals_limited and kind in ("lead", "opportunity"):
            self.deals[number] = case
        if self.overload.on:
            self.overload.opened(case, self.house.routes)
        if kind == "order":
            patience_h = case.rules.orders[order_class].patience_h * self.world.orders.patience[row]
            self.clock.at(self.clock.now + patience_h, LAPSE + (number << STEP_SHIFT), self.cancel, case)
        self.advance(case)

    def open_care(self, customer: int, contact: int) -> None:
        """Open a planned contact."""
        adopted = self.adopts(float(self.world.customers.care_adoption[customer, contact]))
        case = self.new_case(care_number(customer, contact), "care", contact, STANDARD, customer, adopted, 1.0)
        case.by_phone = self.house.put_off(case)
        if self.overload.on:
            self.overload.opened(case, self.house.routes)
        self.advance(case)

    def refuses(self, case: Case) -> bool:
        """Tell whether a case is not taken on: a dropped customer's, a small order, one open deal too many."""
        if self.house.live and self.channels[case.customer] == DROPPED_CUSTOMER and case.kind != "order":
            return True
        if case.kind == "order":
            return self.world.orders.value_amount[case.row] < case.rules.minimum_order_amount
        if case.kind not in ("lead", "opportunity") or not self.deals_limited or case.channel == PARTNER:
            return False
        routes = self.house.routes
        unit = self.house.units[routes[case.kind, case.order_class, case.segment]]
        open_deals = sum(
            self.house.units[routes[deal.kind, deal.order_class, deal.segment]] is unit for deal in self.deals.values()
        )
        return open_deals >= case.rules.open_deals_per_seller * len(unit.people)

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
            segment=self.world.customers.segment[customer],
            customer=customer,
            adopted=adopted,
            clarification=clarification,
            rules=self.rules if adopted else self.rules_today,
            arrived_h=now,
            now_h=now,
            rank_key=(kind, order_class, self.world.customers.segment[customer]),
        )
        if self.house.live:
            case.channel = self.channels[customer]
        by_partner = case.channel == PARTNER and kind in PARTNER_PROCESSES
        case.process = (PARTNER_PROCESSES if by_partner else PROCESSES)[kind](case, self.world)
        self.log.opened(case)
        return case

    def adopts(self, mark: float) -> bool:
        """Tell whether a case follows the new way: an S-curve from 5 % at go-live, half at the leaf's month."""
        if not self.house.live:
            return False
        half_h, willing = self.rules.adoption_half_h, 1 - self.rules.old_habit_share
        if half_h == 0:
            return mark < willing
        return mark < willing / (1 + math.exp(-math.log(19) * (self.clock.now / half_h - 1)))

    def offered_class(self, kind: str, row: int, order_class: int, customer: int, parent: Case | None) -> int | None:
        """Return the class that the customer gets; None where he wants bespoke or nothing and his segment is not offered it.

        Modules convert orders. What was sold is not refused as an order.
        """
        if kind == "order":
            order_class = self.converted_class(order_class, self.world.orders.convert[row])
        segment = self.world.customers.segment[customer]
        sold = kind == "order" and parent is not None
        if order_class != BESPOKE or sold or self.rules.bespoke_allowed[segment]:
            return order_class
        instead = (self.world.orders if kind == "order" else self.world.opportunities).instead[row]
        return CONFIGURED if instead < self.rules.configured_instead else None

    def converted_class(self, order_class: int, mark: float) -> int:
        """Return the class of an order after conversion by modules."""
        if not self.builders:
            return order_class
        bespoke, configured = self.converted()
        if order_class == BESPOKE and mark < bespoke:
            return CONFIGURED
        return STANDARD if order_class == CONFIGURED and mark < configured else order_class

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
            unit, person = self.house.route(case, work)
            chasing = Work(work, (("coordination", case.rules.chasing.effort_h * self.factor(unit, case)),), math.nan)
            case.chasing = self.new_task(case, (chasing,), list(chasing.entries), unit)
            case.chasing.extra = "chase"
            self.desk.submit(case.chasing, unit, person)
        if now + case.rules.chasing.every_h < answered_h:
            self.clock.at(now + case.rules.chasing.every_h, CHASE + case.number, self.chase, asked)

    def close(self, case: Case, outcome: str) -> None:
        """End a case, with what follows from it."""
        now = self.clock.now
        case.open = False
        self.deals.pop(case.number, None)
        if self.overload.on:
            self.overload.closed(case)
        late = case.kind == "order" and now > case.arrived_h + case.rules.orders[case.order_class].promised_h
        self.log.closed(case, now, outcome, late)
        if outcome == "delivered" and late:
            self.reactions.delivered_late(case.customer, now)
        elif outcome == "qualified":
            self.open_case("opportunity", self.world.leads.opportunity[case.row], case)
        elif outcome == "won":
            self.reactions.active[case.customer] = True
            self.open_case("order", self.world.opportunities.order[case.row], case)
        elif outcome == "done":
            care = case.rules.care_by_phone if case.by_phone else case.rules.care
            self.reactions.contacted(case.customer, now, care[case.segment].weight, case.ability)

    def lapse(self, task: Task) -> None:
        """End a case whose task nobody came to in time."""
        if task.state == WAITING:
            task.state = DROPPED
            assert task.case is not None
            self.close(task.case, "lapsed")

    def cancel(self, case: Case) -> None:
        """End an order whose customer has lost patience; a task in somebody's hands is finished and booked."""
        if case.open:
            for task in (case.waiting, case.chasing):
                if task is not None and task.state == WAITING:
                    task.state = DROPPED
            self.close(case, "cancelled")

    # --- tasks ---------------------------------------------------------------------------------------------------

    def finished(self, task: Task) -> None:
        """Let a finished task move its case on."""
        case, person = task.case, task.person
        if case is None:
            self.freed.finished(task)
        elif task.extra != "chase" and person is not None:
            case.last, case.ability = person, person.effect(self.clock.now)
            if task.left_h == task.left_h:  # not a hand-over, which leaves the rest as it is
                case.left_h = task.left_h
            case.waiting = None
            self.advance(case)

    def enqueue(self, case: Case) -> None:
        """Make one block of the pending work that one doer does without a wait, with the hand-overs around it."""
        now, rules, giver = self.clock.now, case.rules, case.last
        unit, person = self.house.route(case, case.pending[0].kind)
        crossing = giver is not None and giver.unit is not unit
        if crossing and not case.handed and giver is not None and giver.here and rules.giver_h > 0:
            self.hand_over(case, giver)
            return
        entries = self.taking(case) if crossing else []
        case.handed = False
        works = self.block(case, unit, person)
        factor = self.factor(unit, case)
        for work in works:
            for name, hours in work.entries:
                entries.append((name, hours * factor if name == "coordination" else hours))
        if case.pending and rules.giver_h > 0 and self.house.route(case, case.pending[0].kind)[0] is not unit:
            entries.append(("coordination", self.giving_h(case)))
            case.handed = True
        case.waiting = self.new_task(case, works, entries, unit)
        self.desk.submit(case.waiting, unit, person)
        if works[0].lapse_h < math.inf:
            place = LAPSE + (case.number << STEP_SHIFT) + case.steps
            self.clock.at(now + works[0].lapse_h, place, self.lapse, case.waiting)

    def block(self, case: Case, unit: Unit, person: Person | None) -> tuple[Work, ...]:
        """Take from the pending work what the same doer does without a wait."""
        pending, count = case.pending, 1
        while count < len(pending) and self.house.route(case, pending[count].kind) == (unit, person):
            count += 1
        case.pending = pending[count:]
        return pending[:count]

    def hand_over(self, case: Case, giver: Person) -> None:
        """Let who had the case last brief whoever comes next; the case waits for it."""
        case.handed = True
        work = Work("hand_over", (("coordination", self.giving_h(case)),), math.nan)
        case.waiting = self.new_task(case, (work,), list(work.entries), giver.unit)
        self.desk.submit(case.waiting, giver.unit, None if giver.long_absent else giver)

    def giving_h(self, case: Case) -> float:
        """Return the giver's hours of a hand-over; the first of a case may need a clarification."""
        if not case.clarified and case.clarification < case.rules.clarification_chance:
            return case.rules.giver_h + case.rules.clarification_giver_h
        return case.rules.giver_h

    def taking(self, case: Case) -> list[tuple[str, float]]:
        """Return the taker's entry of a hand-over."""
        hours = case.rules.taker_h
        if not case.clarified and case.clarification < case.rules.clarification_chance:
            hours += case.rules.clarification_taker_h
        case.clarified = True
        return [("coordination", hours)] if hours > 0 else []

    def factor(self, unit: Unit, case: Case) -> float:
        """Return the effort of coordination in a unit relative to a generalist."""
        return case.rules.specialist_factor if unit.specialist else 1.0

    def new_task(self, case: Case, works: tuple[Work, ...], entries: list[tuple[str, float]], unit: Unit) -> Task:
        """Return a task with its place in the queues: rank, creation time, case and step."""
        case.steps += 1
        key = (self.rank(case, unit), self.clock.now, (case.number << STEP_SHIFT) + case.steps)
        return Task(key, case, works, entries, unit)

    def rank(self, case: Case, unit: Unit) -> int:
        """Return the case's place in a unit's queues; who follows old habit ranks as before."""
        old = self.house.live and not case.adopted
        rank = (unit.old_ranks if old else unit.ranks)[case.rank_key]
        return rank + PUT_OFF if self.house.put_off(case) else rank
