"""The organisation: which units there are, who sits where, who owns which customer, and who gets a task.

Until go-live it is today's organisation; then the design takes over people, customers and queues.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import Counter
from collections.abc import Sequence

from simkit.foundation.parameter_set import ParameterSet
from simkit.model.engine.person_curves import PersonCurves
from simkit.model.engine.unit_tables import RANK_SCALE, route_table, units_of
from simkit.model.inputs.channels import channels, management_h_per_fte_day
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.inputs.tenures import Tenure
from simkit.model.rules.design_rules import hours_by_unit, put_on
from simkit.model.rules.effectiveness import Effectiveness
from simkit.model.rules.plain_parameters import Rules
from simkit.model.rules.staffing import (
    AccountLoads,
    account_loads,
    fill_units,
    hours_balance,
    receiving_units,
    share_accounts,
    unit_sizes,
)
from simkit.model.rules.workload import class_shares
from simkit.model.run_state import WAITING, Case, Person, Task, Unit
from simkit.model.specification.designs import Design, UnitSpec
from simkit.model.specification.model_parameters import FOCUS, LEAVE, PARTNER, SEGMENTS

CAN_WAIT = ("lead", "opportunity", "service", "care")  # what may lie idle; orders under way are promises
PUT_OFF = 10 * RANK_SCALE  # behind everything else


class Organisation:
    """People, units and customers' owners during one run.

    Parameters
    ----------
    inputs : ReplicationInputs
        Posts and customers.
    today, design : Design
        Organisation of the warm-up, and from go-live on.
    parameters : ParameterSet
        Parameter set of client and scenario; each design's parameters are put on it here.
    rules_today, rules : Rules
        Numbers before and after go-live.
    channels : sequence of int
        Who serves each customer from go-live on.
    active : sequence of bool
        Who is a customer now; kept up to date by the run.
    """

    def __init__(
        self,
        inputs: ReplicationInputs,
        today: Design,
        design: Design,
        parameters: ParameterSet,
        rules_today: Rules,
        rules: Rules,
        channels: Sequence[int],
        active: Sequence[bool],
    ) -> None:
        self.active = active
        self.inputs, self.design, self.parameters, self.channels = inputs, design, parameters, channels
        self.rules_today, self.rules = rules_today, rules
        self.live = False
        self.current, self.today = today, today
        self.may_put_off = FOCUS in (rules_today.shortage_policy, rules.shortage_policy)
        on_design = put_on(design, parameters)
        added = inputs.succession.additional(round(on_design.value("staff.additional_posts")))
        self.tenures = (*inputs.tenures, *(chain for chain in added if chain))
        self.newcomers = [tenures[0] for tenures in self.tenures[len(inputs.tenures) :]]
        self.capacity = {slot: tenures[0].fte for slot, tenures in enumerate(self.tenures)}
        self.ability = [tenures[0].ability for tenures in self.tenures]
        self.curves = PersonCurves(
            inputs,
            parameters,
            (rules_today, rules),
            Effectiveness(on_design, self.ability[: len(inputs.model_inputs.slots)]),
            management_h_per_fte_day(inputs, on_design, list(channels)),
        )
        # Posts, not persons, fill the units, so both assignments are known before the run.
        self.seats_today = self._seats(today, 0)
        self.seats = self._seats(design, len(self.newcomers))
        self.units = units_of(today, today, 0, rules_today)
        self.unit_of = [self.units[name] for name in self.seats_today]
        self.holders: list[Person | None] = [None] * len(self.tenures)
        self.awaited: list[Person | None] = [None] * len(self.tenures)  # who will take a vacant post up
        self.last_holder: list[Person | None] = [None] * len(self.tenures)  # None: nobody has left the post yet
        self.owner = self._accounts(today, rules_today, self.seats_today, {}, inputs.start_h)
        self.home = dict(self.owner)
        self.accounts = self._by_owner()
        self.routes = route_table(today, self.seats_today)
        self.assignments: list[tuple[int, int, str, float]] = []  # post, number, unit, from
        for tenures in inputs.tenures:
            if tenures[0].joins_h <= inputs.start_h:
                self.join(self.person_of(tenures[0]), inputs.start_h)

    # --- people --------------------------------------------------------------------------------------------------

    def person_of(self, tenure: Tenure) -> Person:
        """Return a person with the curves of both phases."""
        return self.curves.person(tenure, builds=self.design_unit(tenure.slot).builds)

    def design_unit(self, slot: int) -> UnitSpec:
        """Return the unit of the design in which the post sits."""
        return next(unit for unit in self.design.units if unit.name == self.seats[slot])

    def join(self, person: Person, now: float) -> None:
        """Let a person take up a post."""
        person.here = True
        person.begin_day(person.day(now))
        self.holders[person.slot] = person
        self.awaited[person.slot] = None
        self.sit(person, self.unit_of[person.slot], now)

    def sit(self, person: Person, unit: Unit, now: float) -> None:
        """Put a person into a unit, in the order of the posts."""
        person.unit = unit
        unit.people.append(person)
        unit.people.sort(key=lambda other: other.slot)
        unit.free.add(person)
        self.assignments.append((person.slot, person.tenure.number, unit.name, now))

    def leave(self, person: Person, successor: Person | None) -> list[int]:
        """Let a person leave; returns the customers who lose their contact person.

        Without a successor his customers go to the colleagues, unless the policy leaves their work lying.
        """
        person.here = person.at_work = False
        person.long_absent = True
        person.unit.people.remove(person)
        self.holders[person.slot] = None
        self.awaited[person.slot] = successor
        self.last_holder[person.slot] = person
        orphans = self.accounts[person.slot]
        if successor is None and self._policy() != LEAVE:
            self._share_out(person.unit, exclude=person.slot)
        return orphans

    def customer_won(self, customer: int) -> None:
        """Count a new customer among those of his owner."""
        if (slot := self.owner.get(customer)) is not None:
            insort(self.accounts[slot], customer)

    def customer_lost(self, customer: int) -> None:
        """Count a lost customer no longer."""
        if (slot := self.owner.get(customer)) is not None:
            self.accounts[slot].remove(customer)

    def _policy(self) -> int:
        return (self.rules if self.live else self.rules_today).shortage_policy

    def short_of_people(self) -> bool:
        """Tell whether somebody is missing; a post that the design adds and nobody has held yet is no loss."""
        known = len(self.inputs.tenures)
        return any(
            now is None and (slot < known or self.last_holder[slot] is not None)
            for slot, now in enumerate(self.holders)
        )

    def put_off(self, case: Case) -> bool:
        """Tell whether a case has to wait behind all others: C customers while people are missing and the policy says so."""
        return (
            self.may_put_off
            and case.segment == len(SEGMENTS) - 1
            and case.kind in CAN_WAIT
            and self._policy() == FOCUS
            and self.short_of_people()
        )

    def open_accounts(self, slot: int) -> list[int]:
        """Give a new post its fair share of the customers of its unit; returns those who change hands."""
        unit = self.unit_of[slot]
        mine = [customer for customer, owner in self.owner.items() if self.unit_of[owner] is unit]
        capacity = {
            other: self.capacity[other]
            for other, seat in enumerate(self.unit_of)
            if seat is unit and (self.holders[other] or self.awaited[other])
        }
        after = share_accounts(mine, self.loads.hours, capacity, self.owner, slack=1.0)
        changed = [customer for customer in mine if after[customer] != self.owner[customer]]
        self.owner |= after
        self.accounts = self._by_owner()
        return changed

    # --- what moves ----------------------------------------------------------------------------------------------

    def present(self) -> list[Person]:
        """Return the people who hold a post now."""
        return [person for person in self.holders if person is not None]

    def serves(self) -> dict[str, tuple[frozenset[str], frozenset[int]]]:
        """Return for each unit the kinds of work that it does, and the segments that it does any of it for."""
        mine: dict[str, list[tuple[str, int, int]]] = {name: [] for name in self.units}
        for route, unit in self.routes.items():
            mine[unit].append(route)
        return {
            unit: (frozenset(work for work, _, _ in routes), frozenset(segment for _, _, segment in routes))
            for unit, routes in mine.items()
        }

    def given_to_partners(self) -> list[int]:
        """Return the customers whom partners serve from go-live on and would not with today's parameters."""
        if PARTNER not in self.channels:
            return []
        before = channels(self.inputs, put_on(self.today, self.parameters))
        return [customer for customer, now in enumerate(self.channels) if now == PARTNER != before[customer]]

    # --- go-live and resizing ------------------------------------------------------------------------------------

    def go_live(self, now: float) -> list[int]:
        """Let the design take over; returns the customers who change hands."""
        before = dict(self.owner)
        self.live, self.current = True, self.design
        self.units = units_of(self.design, self.today, len(self.units), self.rules)
        self.unit_of = [self.units[name] for name in self.seats]
        self.routes = route_table(self.design, self.seats)
        for person in self.holders:
            if person is not None:
                self.sit(person, self.unit_of[person.slot], now)
        self.owner = self._accounts(self.design, self.rules, self.seats, before, now)
        self.accounts = self._by_owner()
        return [customer for customer, slot in before.items() if self.owner.get(customer, slot) != slot]

    def resize(self, converted: tuple[float, float], now: float) -> list[Person]:
        """Size the units again when modules have changed the work; returns who changed the unit."""
        rules = self.rules
        today, on_design = put_on(self.today, self.parameters), put_on(self.design, self.parameters)
        hours = hours_balance(self.design, self.inputs.model_inputs, on_design, rules, converted=converted, today=today)
        settled = self._settled(len(self.newcomers))
        sizes = unit_sizes(self.design, hours, len(settled))
        seated = {name: [slot for slot in settled if self.unit_of[slot].name == name] for name in self.units}
        free = [slot for name, slots in seated.items() for slot in slots[max(sizes[name], 0) :]]
        moved = []
        for name, slots in seated.items():
            for _ in range(sizes[name] - len(slots)):
                moved += self._move(free.pop(0), self.units[name], now)
        for slot, post in enumerate(self.inputs.succession.vacancies, len(self.inputs.model_inputs.slots)):
            if self.unit_of[slot] is not self.unit_of[post.like]:
                moved += self._move(slot, self.unit_of[post.like], now)
        if moved:
            seats = [unit.name for unit in self.unit_of]
            self.routes = route_table(self.design, seats)
            self.owner = self._accounts(self.design, rules, seats, self.owner, now)
            self.accounts = self._by_owner()
        return moved

    def _move(self, slot: int, unit: Unit, now: float) -> list[Person]:
        """Move a post into another unit; returns its holder if there is one."""
        self.unit_of[slot] = unit
        person = self.holders[slot]
        if person is None:
            return []
        person.unit.people.remove(person)
        self.sit(person, unit, now)
        self.curves.block_for_building(person, person.day(now), builds=unit.builds)
        return [person]

    # --- work ----------------------------------------------------------------------------------------------------

    def route(self, case: Case, work: str) -> tuple[Unit, Person | None]:
        """Return who does a task: unit, and the person if it is somebody's own.

        Cases that follow the new way take the design's routes; the others end where they began: with who looks after
        them, or with the customer's owner of before go-live.
        """
        if self.live and not case.adopted:
            return self._old_way(case)
        unit = self.units[self.routes[work, case.order_class, case.segment]]
        if not unit.owners:
            person = case.doers.get(unit.name)
        else:
            slot = self.owner.get(case.customer)
            if slot is None:
                return unit, None
            person = self.holders[slot]
            if person is None and self._left_lying(case):
                return unit, self._keeper(slot)
            if self.unit_of[slot] is not unit:
                return unit, None
        return unit, None if person is None or person.long_absent else person

    def keeper(self, slot: int, task: Task) -> Person | None:
        """Return whose queue keeps a task of a post that becomes vacant; None when the unit takes it over."""
        return self._keeper(slot) if task.case is not None and self._left_lying(task.case) else None

    def _left_lying(self, case: Case) -> bool:
        return case.kind in CAN_WAIT and self._policy() == LEAVE

    def _keeper(self, slot: int) -> Person | None:
        """Return the successor, or else who has gone: nobody takes from his queue any more."""
        return self.awaited[slot] or self.last_holder[slot]

    def _old_way(self, case: Case) -> tuple[Unit, Person | None]:
        person = case.last if case.last is not None and case.last.here else None
        slot = self.home.get(case.customer)
        if person is None and slot is not None:
            person = self.holders[slot]
        if person is not None:
            return person.unit, _at_work(person)
        unit = self.unit_of[slot] if slot is not None else next(iter(self.units.values()))
        return unit, None

    def take_waiting_tasks(self) -> list[Task]:
        """Take all waiting tasks out of all queues, in their order."""
        found: dict[int, Task] = {}
        for queue in (*(unit.queue for unit in self.all_units()), *(person.queue for person in self.everybody())):
            found |= {id(task): task for _, task in queue if task.state == WAITING}
            queue.clear()
        return sorted(found.values(), key=lambda task: task.key)

    def everybody(self) -> list[Person]:
        """Return who holds a post, is awaited in one, or held it last; somebody may stand in it twice."""
        return [person for person in (*self.holders, *self.awaited, *self.last_holder) if person is not None]

    def all_units(self) -> list[Unit]:
        """Return the units of today and those in which somebody still sits."""
        seen = {id(unit): unit for unit in (*self.units.values(), *self.unit_of)}
        return list(seen.values())

    # --- inside --------------------------------------------------------------------------------------------------

    def _settled(self, added: int) -> list[int]:
        """Return the posts that fill the units: the client's and those that the design adds, not those vacant at the start."""
        known = len(self.inputs.tenures)
        return [*range(len(self.inputs.model_inputs.slots)), *range(known, known + added)]

    def _seats(self, design: Design, added: int) -> list[str]:
        """Return the unit of every post; one that is vacant at the start sits with the post that it is like."""
        hours = hours_by_unit(design, self.today, self.parameters, self.inputs.model_inputs)
        settled = self._settled(added)
        seats = fill_units(design, unit_sizes(design, hours, len(settled)), [self.ability[slot] for slot in settled])
        posts = len(self.inputs.model_inputs.slots)
        return [*seats[:posts], *(seats[post.like] for post in self.inputs.succession.vacancies), *seats[posts:]]

    def _accounts(
        self, design: Design, rules: Rules, seats: Sequence[str], today: dict[int, int], now: float
    ) -> dict[int, int]:
        customers = self.inputs.customers
        shares = class_shares(self.parameters)
        rates = customers.order_rate.tolist()
        receiving = receiving_units(design, Counter(seats))
        self.loads = account_loads(design, customers.segment, rates, rules, shares, receiving)
        if design is self.design and any(self.channels):
            self.loads = self._without_moved(self.loads, rules)
        hours = [load if here else 0.0 for load, here in zip(self.loads.hours, self.active, strict=True)]
        self.loads = AccountLoads(hours=hours, unit=self.loads.unit)
        owner: dict[int, int] = {}
        for name in dict.fromkeys(self.loads.unit):
            mine = [c for c, segment in enumerate(customers.segment) if self.loads.unit[segment] == name]
            held = [slot for slot, seat in enumerate(seats) if seat == name and self._is_held(slot, now)]
            capacity = {slot: self.capacity[slot] for slot in held}
            owner |= share_accounts(mine, self.loads.hours, capacity, today)
        return owner

    def _without_moved(self, loads: AccountLoads, rules: Rules) -> AccountLoads:
        """Return the loads without the care of customers whom our staff no longer look after."""
        care = [spec.contacts_per_year * (spec.preparation_h + spec.travel_h + spec.talk_h) for spec in rules.care]
        segments = self.inputs.customers.segment
        hours = [
            load - care[segment] if channel else load
            for load, segment, channel in zip(loads.hours, segments, self.channels, strict=True)
        ]
        return AccountLoads(hours=hours, unit=loads.unit)

    def _is_held(self, slot: int, now: float) -> bool:
        """Tell whether somebody holds the post or will."""
        return now == self.inputs.start_h or self.holders[slot] is not None or self.awaited[slot] is not None

    def _share_out(self, unit: Unit, exclude: int) -> None:
        mine = [c for c, slot in self.owner.items() if self.unit_of[slot] is unit]
        capacity = {
            slot: self.capacity[slot]
            for slot, seat in enumerate(self.unit_of)
            if seat is unit and slot != exclude and (self.holders[slot] or self.last_holder[slot])
        }
        if capacity:
            self.owner |= share_accounts(mine, self.loads.hours, capacity, self.owner, slack=math.inf)
            self.accounts = self._by_owner()

    def _by_owner(self) -> list[list[int]]:
        accounts: list[list[int]] = [[] for _ in self.capacity]
        for customer in sorted(self.owner):
            if self.active[customer]:
                accounts[self.owner[customer]].append(customer)
        return accounts


def _at_work(person: Person | None) -> Person | None:
    return None if person is None or person.long_absent else person
