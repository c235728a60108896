"""Who sits where and owns what, carried between the engine's own organisation and the memory of a compiled run."""

from __future__ import annotations

import math

import numpy as np

from simkit.model.compiled import layout as at
from simkit.model.compiled.memory import EXTRA_CODES, Memory, RegionFullError, whole_lines
from simkit.model.inputs.arrivals import KINDS
from simkit.model.run_state import Person, RankKey, Unit
from simkit.model.specification.design_files import WORK_KINDS
from simkit.model.specification.model_parameters import FOCUS, LEAVE


class OrganisationMemory:
    """People and units in the memory.

    The engine's classes decide who comes, goes and owns what; the kernel notes who is at work. So before they act, `pull`
    brings them up to date, and after it `push` the memory.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory, self.words, self.floats = memory, memory.words, memory.floats
        self.organisation, self.inputs = memory.run.organisation, memory.run.inputs
        self.people: dict[Person, int] = {}
        self.units: dict[int, int] = {}
        self.routes: object = None
        self.accounts: object = None
        rules = (memory.run.rules_today, memory.run.rules)
        self.draws_days = any(0 < phase.take_up < 1 for phase in rules)

    def pull(self) -> None:
        """Tell people whether they are at work, and the organisation who has been won as a customer."""
        places = np.array(list(self.people.values()), dtype=np.int64)
        states = (self.words[places + field].astype(bool).tolist() for field in (at.P_AT_WORK, at.P_LONG_ABSENT))
        for person, at_work, long_absent in zip(self.people, *states, strict=True):
            person.at_work, person.long_absent = at_work, long_absent
        self.pull_won()

    def pull_won(self) -> None:
        """Tell the organisation who has been won as a customer."""
        words = self.words
        won = words[at.H_WON]
        for customer in words[won : won + words[at.H_WON_COUNT]].tolist():
            self.organisation.customer_won(customer)
        words[at.H_WON_COUNT] = 0

    def push(self) -> None:
        """Bring the memory up to date with the organisation."""
        organisation, words = self.organisation, self.words
        for unit in organisation.units.values():
            self._put_unit(unit)
        now = [self.unit(unit) for unit in organisation.units.values()]
        words[at.H_UNIT_FIRST], words[at.H_UNITS_NOW_COUNT] = now[0], len(now)
        words[words[at.H_UNITS_NOW] : words[at.H_UNITS_NOW] + len(now)] = now
        self._put_slots()
        self._put_people()
        self._put_routes()
        self._put_owners()
        policy = (organisation.rules if organisation.live else organisation.rules_today).shortage_policy
        words[at.H_LIVE] = organisation.live
        words[at.H_LEAVE] = policy == LEAVE
        words[at.H_FOCUS] = organisation.may_put_off and policy == FOCUS and organisation.short_of_people()
        codes = [EXTRA_CODES[name] for name in organisation.current.discretionary]
        words[at.H_DISCRETIONARY_COUNT] = len(codes)
        words[words[at.H_DISCRETIONARY] : words[at.H_DISCRETIONARY] + len(codes)] = codes

    # --- units ---------------------------------------------------------------------------------------------------

    def unit(self, unit: Unit) -> int:
        """Return where a unit stands; the first time it is laid out, with the units that it helps out."""
        if unit.number not in self.units:
            memory, words = self.memory, self.words
            posts = len(self.organisation.tenures)
            place = self.units[unit.number] = memory.next_unit
            people = place + at.UNIT_SIZE
            helps = people + posts
            free = helps + len(memory.names)
            memory.next_unit = free + posts // at.SLOTS_IN_WORD + 1
            words[place : memory.next_unit] = 0
            words[place + at.U_NUMBER], words[place + at.U_NAME] = unit.number, memory.names[unit.name]
            words[place + at.U_OWNERS], words[place + at.U_SPECIALIST] = unit.owners, unit.specialist
            words[place + at.U_BUILDS], self.floats[place + at.U_HELPED_AFTER_H] = unit.builds, unit.helped_after_h
            words[place + at.U_PEOPLE], words[place + at.U_HELPS] = people, helps
            words[place + at.U_FREE] = free
            words[place + at.U_HELPS_COUNT] = len(unit.helps)
            for table, begin in ((unit.old_ranks, at.U_OLD_RANKS), (unit.ranks, at.U_OLD_RANKS + at.RANK_WORDS)):
                for key, rank in table.items():
                    words[place + begin + _rank_place(key)] = rank
            for position, helped in enumerate(unit.helps):
                words[helps + position] = self.unit(helped)
        return self.units[unit.number]

    def _put_unit(self, unit: Unit) -> None:
        place, words = self.unit(unit), self.words
        people = words[place + at.U_PEOPLE]
        words[place + at.U_PEOPLE_COUNT] = len(unit.people)
        words[people : people + len(unit.people)] = [self.person(person) for person in unit.people]
        posts = np.array([person.slot for person in unit.people], dtype=np.int64)
        free, length = words[place + at.U_FREE], len(self.organisation.tenures) // at.SLOTS_IN_WORD + 1
        words[free : free + length] = 0
        np.bitwise_or.at(words[free : free + length], posts // at.SLOTS_IN_WORD, 1 << posts % at.SLOTS_IN_WORD)

    def _put_slots(self) -> None:
        """Lay out posts; those that a design adds are there from go-live on."""
        organisation, begin, count = self.organisation, self.memory.begins["slots"], len(self.organisation.unit_of)
        slots = self.words[begin : begin + count * at.SLOT_WORDS].reshape(-1, at.SLOT_WORDS)
        keepers = zip(organisation.awaited[:count], organisation.last_holder[:count], strict=True)
        slots[:, at.S_HOLDER] = [self.person(person) for person in organisation.holders[:count]]
        slots[:, at.S_UNIT] = [self.unit(unit) for unit in organisation.unit_of]
        slots[:, at.S_KEEPER] = [self.person(awaited or last) for awaited, last in keepers]

    def _put_people(self) -> None:
        people = list(self.people)
        places = np.array([self.people[person] for person in people], dtype=np.int64)
        self.words[places + at.P_HERE] = [person.here for person in people]
        self.words[places + at.P_AT_WORK] = [person.at_work for person in people]
        self.words[places + at.P_LONG_ABSENT] = [person.long_absent for person in people]
        here = [position for position, person in enumerate(people) if person.here]
        self.words[places[here] + at.P_UNIT] = [self.unit(people[position].unit) for position in here]

    def _put_routes(self) -> None:
        organisation, words = self.organisation, self.words
        if self.routes is not organisation.routes:
            self.routes = organisation.routes
            for (work, order_class, segment), name in organisation.routes.items():
                table = (WORK_KINDS.index(work) * at.CLASS_COUNT + order_class) * at.SEGMENT_COUNT + segment
                words[words[at.H_ROUTES] + table] = self.unit(organisation.units[name])

    def _put_owners(self) -> None:
        """Lay out everybody's customers, in their order; who is none yet, or no longer, is passed over when asked for."""
        organisation, memory, words = self.organisation, self.memory, self.words
        if self.accounts is organisation.accounts:  # made anew whenever customers change hands
            return
        self.accounts = organisation.accounts
        owner = np.full(len(memory.customers), -1, dtype=np.int64)
        owner[list(organisation.owner)] = list(organisation.owner.values())
        memory.customers[:, at.B_OWNER] = owner
        home = memory.customers[:, at.B_HOME]
        home[:] = -1
        home[list(organisation.home)] = list(organisation.home.values())
        order = np.argsort(owner, kind="stable")
        begins = np.searchsorted(owner[order], np.arange(len(organisation.tenures) + 1))
        accounts = memory.begins["accounts"]
        words[accounts : accounts + len(order)] = order
        for slot, (begin, end) in enumerate(zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True)):
            place = words[at.H_SLOTS] + at.SLOT_WORDS * slot
            words[place + at.S_ACCOUNTS], words[place + at.S_ACCOUNT_COUNT] = accounts + begin, end - begin

    # --- people --------------------------------------------------------------------------------------------------

    def person(self, person: Person | None) -> int:
        """Return where a person stands; the first time he is laid out."""
        if person is None:
            return at.NOTHING
        if person not in self.people:
            words, floats, days = self.words, self.floats, self.inputs.days
            effects = [float(effect) for effect in person.effects]
            limits = len(person.limits) + 2  # room for one more: who is driven away gets one
            place = self.memory.next_person
            curve = place + whole_lines(at.PERSON_WORDS)
            first_limit = curve + at.DAY_WORDS * (days + 1)
            first_effect = first_limit + 2 * limits
            end = whole_lines(first_effect + len(effects))
            if end > self.memory.begins["people"] + self.memory.sizes["people"]:
                raise RegionFullError(at.PEOPLE)
            self.memory.next_person = end
            words[place:end] = 0
            words[place + at.P_SLOT], words[place + at.P_CODE] = person.slot, person.code
            words[place + at.P_CURVE], words[place + at.P_LIMIT_SIZE] = curve, limits
            words[place + at.P_LIMITS], words[place + at.P_LIMIT_CONTENT] = first_limit, first_limit + limits
            words[place + at.P_EFFECTS], words[place + at.P_EFFECT_COUNT] = first_effect, len(effects)
            floats[first_effect : first_effect + len(effects)] = effects
            floats[place + at.P_EFFECT_TODAY] = person.effect_today
            self.people[person] = place
            if self.draws_days:
                drawn = self.inputs.succession.take_up(person.slot, person.tenure.number)
                self._curve(floats, place)[:days, at.Y_TAKE_UP] = drawn
            self.put_curves(person)
        return self.people[person]

    def put_curves(self, person: Person) -> None:
        """Lay out a person's curves anew; he has to look before the next task."""
        place, words, floats, days = self.people[person], self.words, self.floats, self.inputs.days
        curve = self._curve(floats, place)
        curve[:days, at.Y_RATE], curve[:days, at.Y_SPEED] = person.clock_rate, person.content_rate
        curve[:, at.Y_CLOCK_SUM], curve[:, at.Y_CONTENT_SUM] = person.clock_curve, person.content_curve
        curve[:days, at.Y_BUILDING_H] = person.blocked_h[:, 3] * person.speed
        self._curve(words, place)[:days, at.Y_AWAY] = person.away
        size = words[place + at.P_LIMIT_SIZE]
        if len(person.limits) > size:
            raise RegionFullError(at.PEOPLE)
        for field, values in ((at.P_LIMITS, person.limits), (at.P_LIMIT_CONTENT, person.limit_content)):
            begin = words[place + field]
            floats[begin : begin + size] = math.inf
            floats[begin : begin + len(values)] = values
        floats[place + at.P_HOUR], words[place + at.P_NEXT_LIMIT] = math.nan, 0

    def _curve(self, memory: np.ndarray, place: int) -> np.ndarray:
        begin = self.words[place + at.P_CURVE]
        return memory[begin : begin + at.DAY_WORDS * (self.inputs.days + 1)].reshape(-1, at.DAY_WORDS)


def _rank_place(key: RankKey) -> int:
    kind, order_class, segment = key
    return (KINDS.index(kind) * at.CLASS_COUNT + order_class) * at.SEGMENT_COUNT + segment
