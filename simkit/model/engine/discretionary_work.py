"""What a freed hour does: the design's list of discretionary work, taken only when nothing due is queued."""

from __future__ import annotations

from collections.abc import Callable

from simkit.model.engine.customer_response import Reactions
from simkit.model.engine.event_loop import Clock
from simkit.model.engine.organisation import Organisation
from simkit.model.engine.processes import contact_entries
from simkit.model.inputs.arrivals import KINDS, NUMBER_SHIFT, STEP_SHIFT
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.rules.plain_parameters import Rules
from simkit.model.run_state import Entries, Person, Task
from simkit.model.specification.model_parameters import OWN_STAFF

LAST_RANK = 99  # discretionary work is never queued; the key only names it


class DiscretionaryWork:
    """Makes discretionary tasks and lets them have their effect.

    Parameters
    ----------
    clock, inputs, organisation, reactions
        The run's state.
    open_lead : callable
        Opens a lead of the ceiling table by its row.
    """

    def __init__(
        self,
        clock: Clock,
        inputs: ReplicationInputs,
        organisation: Organisation,
        reactions: Reactions,
        open_lead: Callable[[int], None],
    ) -> None:
        self.inputs, self.organisation, self.reactions, self.open_lead = inputs, organisation, reactions, open_lead
        self.clock = clock
        self.modules_h = 0.0  # discretionary building time
        self.lead_credit = 0.0
        self.next_prospect = inputs.leads.first_prospect
        self.contacts = [0] * inputs.customers.reachable
        self.draws: dict[int, list[float]] = {}  # of each person and day
        self.number = 0

    def task(self, person: Person, room_h: float) -> Task | None:
        """Return the first work of the list that there is and that fits; None on a day on which idle hours stay idle."""
        if not self._takes_up(person):
            return None
        for entry in self.organisation.current.discretionary:
            if entry == "nothing":
                return None
            made = self._made(entry, person)
            if made is not None and 0 < made.content_h <= room_h:
                return made
        return None

    def finished(self, task: Task) -> None:
        """Let finished discretionary work have its effect."""
        if task.extra == "extra_contact":
            customer = task.customer
            self.contacts[customer] += 1
            weight = self._rules().care[self.reactions.segment[customer]].weight
            assert task.person is not None
            effect = task.person.effect(self.clock.now)
            self.reactions.contacted(customer, self.clock.now, weight, effect)
        elif task.extra == "module_building":
            self.modules_h += task.content_h
        elif task.extra == "prospecting":
            self.lead_credit += task.content_h * self._rules().extra_leads_per_h
            while self.lead_credit >= 1 and self.next_prospect < len(self.inputs.leads.at):
                self.lead_credit -= 1
                self.next_prospect += 1
                if self.reactions.active[self.inputs.leads.customer[self.next_prospect - 1]]:
                    self.open_lead(self.next_prospect - 1)

    def _takes_up(self, person: Person) -> bool:
        """Tell by the draw of person and day whether idle hours become discretionary work today."""
        share = self._rules().take_up
        if share <= 0 or share >= 1:
            return share >= 1
        if person.code not in self.draws:
            self.draws[person.code] = self.inputs.succession.take_up(person.slot, person.tenure.number)
        return self.draws[person.code][person.day(self.clock.now)] < share

    def _made(self, entry: str, person: Person) -> Task | None:
        block: Entries | None = None
        if entry == "extra_contact":
            return self._contact(person)
        if entry == "prospecting" and self._prospects(person):
            block = (("selling", self._rules().extra_block_h),)
        elif entry == "module_building" and person.unit.builds:
            block = (("service_design", self._rules().extra_block_h),)
        return self._new(person, entry, block) if block else None

    def _prospects(self, person: Person) -> bool:
        sells = any(self.organisation.routes["lead", 0, segment] == person.unit.name for segment in range(3))
        return sells and self.next_prospect < len(self.inputs.leads.at)

    def _contact(self, person: Person) -> Task | None:
        """Return a contact with the own customer where it is worth most, up to the parameter's care level."""
        now, reactions, rules = self.clock.now, self.reactions, self._rules()
        best, worth = -1, 0.0
        for customer in self.organisation.accounts[person.slot]:
            if self.organisation.live and self.organisation.channels[customer] != OWN_STAFF:
                continue
            if reactions.active[customer] and (care := reactions.care_level(customer, now)) < rules.extra_stop:
                gain = reactions.worth_of_contact(customer, care, rules.care[reactions.segment[customer]].weight)
                if gain > worth:
                    best, worth = customer, gain
        draws = self.inputs.customers.extra_effort
        if best < 0 or self.contacts[best] >= draws.shape[1]:
            return None
        spec = rules.care[reactions.segment[best]]
        effort = draws[best, self.contacts[best]].tolist()
        entries = contact_entries(spec.preparation_h, spec.travel_h, spec.talk_h, effort)
        task = self._new(person, "extra_contact", entries)
        task.customer = best
        return task

    def _new(self, person: Person, extra: str, entries: Entries) -> Task:
        self.number += 1
        number = (len(KINDS) << NUMBER_SHIFT) + self.number
        task = Task((LAST_RANK, self.clock.now, number << STEP_SHIFT), None, (), list(entries), person.unit)
        task.extra = extra
        return task

    def _rules(self) -> Rules:
        return self.organisation.rules if self.organisation.live else self.organisation.rules_today
