"""The staff during a run: who leaves, who comes, who is driven away, who works longer, who changes the unit."""

from __future__ import annotations

import math
from collections.abc import Callable

from simkit.model.engine.customer_response import Reactions
from simkit.model.engine.dispatcher import Dispatcher
from simkit.model.engine.event_loop import STAFF, Clock
from simkit.model.engine.organisation import Organisation
from simkit.model.event_log.event_log import Log
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.inputs.tenures import Tenure
from simkit.model.rules.plain_parameters import Rules
from simkit.model.run_state import Person


def staff_place(tenure: Tenure) -> int:
    """Return the place of a person's leaving among the events of one instant; joining follows it."""
    return STAFF + (tenure.slot << 8) + 2 * min(tenure.number, 100)


class Personnel:
    """Lets people come and go on the event loop of a run.

    Parameters
    ----------
    clock, inputs, organisation, dispatcher, reactions, log
        The run's state.
    rules : Rules
        The design's numbers.
    notice_h : float
        Office hours between giving notice because of overload and leaving.
    deals_lost : callable
        Lets open deals go with who leaves, by how far the change was prepared (0..1).
    """

    def __init__(
        self,
        clock: Clock,
        inputs: ReplicationInputs,
        organisation: Organisation,
        dispatcher: Dispatcher,
        reactions: Reactions,
        log: Log,
        rules: Rules,
        notice_h: float,
        deals_lost: Callable[[Person, float], None],
    ) -> None:
        self.deals_lost = deals_lost
        self.clock, self.inputs, self.organisation, self.dispatcher, self.reactions, self.log = (
            clock,
            inputs,
            organisation,
            dispatcher,
            reactions,
            log,
        )
        self.rules, self.notice_h = rules, notice_h

    def announce(self) -> None:
        """Put the leaving dates of today's holders on the event loop."""
        for person in self.organisation.holders:
            if person is not None:
                self.log.people.append(person)
                self.announce_leaving(person)
                if person.tenure.joins_h > -math.inf:
                    self.remember_change(person.slot, person.tenure.joins_h)
        for place, vacancy in enumerate(self.inputs.succession.vacancies, len(self.inputs.model_inputs.slots)):
            tenure = self.organisation.tenures[place][0]
            self.organisation.awaited[place] = self.announce_joining(tenure)
            self.remember_change(place, vacancy.since_h)
        for tenure in self.organisation.newcomers:
            self.announce_joining(tenure)

    def remember_change(self, slot: int, at_h: float) -> None:
        """Let customers still miss the contact person whom they lost before the start."""
        for customer in self.organisation.accounts[slot]:
            self.reactions.contact_person_lost(customer, at_h, planned=0.0)

    def announce_leaving(self, person: Person) -> None:
        """Put the leaving date of a person on the event loop."""
        tenure = person.tenure
        if tenure.leaves_h < self.inputs.end_h:
            self.clock.at(tenure.leaves_h, staff_place(tenure), self.leave, person)

    def successor_of(self, person: Person) -> Person | None:
        """Return who will take the post over, with the date on the event loop."""
        tenure, chain = person.tenure, self.organisation.tenures[person.slot]
        place = tenure.number - chain[0].number
        planned = place < len(chain) and chain[place] is tenure  # nobody in this post was driven away
        following = next(iter(chain[place + 1 :]), None) if planned else self.inputs.succession.successor(tenure)
        return None if following is None else self.announce_joining(following)

    def announce_joining(self, tenure: Tenure) -> Person:
        """Return who will take up a post, with the date on the event loop."""
        person = self.organisation.person_of(tenure)
        self.log.people.append(person)
        self.clock.at(tenure.joins_h, staff_place(tenure) + 1, self.join, person)
        return person

    def join(self, person: Person) -> None:
        """Let somebody take up a post; the customers of the post are his, and those that a new post gets change hands."""
        unit = self.organisation.unit_of[person.slot]
        if self.organisation.live:
            self.organisation.curves.block_for_building(person, person.day(self.clock.now), builds=unit.builds)
            person.build(self.rules.reassign_days)
        new = person.slot >= len(self.inputs.tenures)  # added by the design
        new = new and self.organisation.last_holder[person.slot] is None
        self.organisation.join(person, self.clock.now)
        for customer in self.organisation.open_accounts(person.slot) if new else ():
            self.reactions.contact_person_lost(customer, self.clock.now, planned=1.0)
        self.announce_leaving(person)
        self.dispatcher.ready.add(person)

    def go_live(self) -> None:
        """Let the design take over; customers who change hands feel it, and what moved is counted."""
        organisation, reactions, now = self.organisation, self.reactions, self.clock.now
        served = organisation.serves()
        served_before = {person: served[person.unit.name] for person in organisation.present()}
        changed = organisation.go_live(now)
        for customer in changed:
            reactions.contact_person_lost(customer, now, planned=1.0)
        moved = {*changed, *organisation.given_to_partners()}
        self.log.accounts_moved = sum(bool(reactions.active[customer]) for customer in moved)
        served = organisation.serves()
        self.log.people_moved = sum(served[person.unit.name] != before for person, before in served_before.items())

    def leave(self, person: Person) -> None:
        """Let a person leave: his queue and cases go to the unit, his customers lose their contact."""
        now = self.clock.now
        if person.tenure.leaves_h != now:
            return  # overload has moved the date forward
        planned = self.organisation.curves.handed_over(person)
        for customer in self.organisation.leave(person, self.successor_of(person)):
            self.reactions.contact_person_lost(customer, now, planned=planned)
        self.deals_lost(person, planned)
        self.dispatcher.ready.discard(person)
        for task in self.dispatcher.take_queue(person):
            self.dispatcher.submit(task, person.unit, self.organisation.keeper(person.slot, task))

    def drive_away(self, person: Person) -> None:
        """Let somebody give notice because of overload; a task at hand is finished first."""
        now, day_h, task = self.clock.now, self.rules.day_h, person.task
        done_h = now
        if task is not None:
            person.look(now)
            done_h = person.hour_of(task.start_content_h + task.content_h)
        leaves_h = max(now + self.notice_h, math.ceil(done_h / day_h) * day_h if done_h < math.inf else 0.0)
        if leaves_h < person.tenure.leaves_h:
            person.resign(leaves_h)
            self.dispatcher.rebuild(person, self.rules.reassign_days)
            self.announce_leaving(person)

    def begin_day(self, day: int) -> None:
        """Let who is back at work look for a task, and give away the queue of who begins a long absence."""
        for person in self.organisation.holders:
            if person is None:
                continue
            was_absent = person.long_absent
            person.begin_day(day)
            if person.long_absent and not was_absent:
                self.dispatcher.return_queue(person)
            if person.task is None and person.at_work:
                person.unit.free.add(person)
                self.dispatcher.ready.add(person)

    def resize(self, converted: tuple[float, float]) -> None:
        """Size the units again, once a year; who changes the unit takes his running task along."""
        now = self.clock.now
        before = dict(self.organisation.owner)
        for person in self.organisation.resize(converted, now):
            self.dispatcher.rebuild(person, self.rules.reassign_days)
            self.dispatcher.return_queue(person)
        for customer, slot in self.organisation.owner.items():
            if before.get(customer, slot) != slot:
                self.reactions.contact_person_lost(customer, now, planned=1.0)

    def decide_overtime(self, day: int) -> None:
        """Lengthen the day of the people of a unit while its queue is too long."""
        for unit in self.organisation.units.values():
            waiting_h = self.dispatcher.waiting_h(unit)
            heads = sum(person.present[day] for person in unit.people) / self.rules.day_h
            if waiting_h > self.rules.overtime_queue_h * max(heads, 1e-9):
                for person in unit.people:
                    person.overtime_h[day] = person.present[day] * self.rules.overtime_share
                    self.dispatcher.rebuild(person, self.rules.reassign_days)
