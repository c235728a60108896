"""What cases are and how they go on: which step follows which, who does it, how long it takes, and how it ends."""

from __future__ import annotations

import numpy as np

from . import steps
from .accounts import DEALS, ORDERS, REQUESTS, Accounts, Struck
from .draws import Flags, Floats, Whole, exponential, lognormal, uniform
from .firm import BESPOKE, CONFIGURED, YEAR_DAYS, C, Firm, Places
from .open_work import OpenWork
from .plans import Plan, stacked

EXPIRES = {steps.DEAL: 120, steps.REQUEST: 20, steps.LEAD: 30}
"""Days after which a case that is still open is given up; a contact after its interval, or after 30 days."""
CARE_EXPIRES = 30
QUIET_SHARE = 0.7
"""Of the wanted interval that is forgotten when a customer's contact person leaves."""


class Casework:
    """The rules of cases for all worlds of one firm."""

    OFFSET = 32_768
    """Added to days, so that those before go-live are above 0."""

    def __init__(self, firm: Firm, places: Places, plans: tuple[Plan, ...], plan_of: Whole, replication: Whole) -> None:
        self.firm, self.places, self.plans, self.plan_of, self.replication = firm, places, plans, plan_of, replication
        self.mean_h = steps.mean_hours(firm)
        self.owner = stacked(plans, "owner").astype(np.int64)
        self.ranks = stacked(plans, "ranks").astype(np.int64)
        self.phone, self.modular, self.focused = (
            stacked(plans, name).astype(bool) for name in ("phone_c", "modular", "focused")
        )
        self.unit_rounds, self.unit_deals = (
            stacked(plans, name).astype(bool) for name in ("unit_rounds", "unit_deals")
        )
        self.front = np.stack([_front(plan) for plan in plans])
        self.silence = QUIET_SHARE * YEAR_DAYS / np.array(firm.wanted)[places.segment]
        self.talent = np.stack([_talent(plan, places) for plan in plans])
        self.lead_number = np.zeros(len(plan_of), np.int64)
        self.usual_promise = np.array(firm.promises)

    # --- how cases begin ----------------------------------------------------------------------------------------------

    def open(self, work: OpenWork, accounts: Accounts, struck: Struck, day: int) -> None:
        """Open the cases that customers and the plan bring on one day."""
        world, place = struck.cases[ORDERS]
        self.order(work, world, place, accounts.generation[world, place], accounts.count[ORDERS][world, place], day)
        world, place = struck.cases[DEALS]
        number = accounts.count[DEALS][world, place]
        self.deal(work, world, place, accounts.generation[world, place], number, self.places.segment[place], day)
        world, place = struck.cases[REQUESTS]
        self._request(work, world, place, accounts, day)
        self._contact(work, *struck.contacts, accounts, day)

    def order(
        self, work: OpenWork, world: Whole, place: Whole, generation: Whole, number: Whole, day: int,
        *, worth: float = 1.0, order_class: Whole | None = None,
    ) -> None:  # fmt: skip
        """Open orders: class, value, promise and rounds are the case's own, whatever the organisation."""
        if not len(world):
            return
        firm, seed, keys = self.firm, self.firm.seed, (self.replication[world], place, number)
        if order_class is None:
            order_class = np.searchsorted(np.cumsum(firm.class_shares)[:2], uniform(seed, "class", *keys))
        value = np.array(firm.class_values)[order_class] * self.places.value[place] * worth
        value *= lognormal(firm.value_cv, seed, "value", *keys)
        margin = np.array(firm.margins)[order_class] + 0.04 * (uniform(seed, "margin", *keys) - 0.5)
        order_class, value, margin = self._converted(world, order_class, value, margin, day, keys)
        rounds = self._rounds(world, order_class, keys)
        promise = day + self._promised_days(order_class, rounds, keys)
        rows = work.add(
            world=world, place=place, kind=steps.ORDER, number=number, generation=generation, order_class=order_class,
            segment=self.places.segment[place], step=steps.ENTER, left=rounds, ready=day,
            born=day, promise=promise, value=value, margin=margin,
        )  # fmt: skip
        self._take(work, rows)

    def _promised_days(self, order_class: Whole, rounds: Whole, keys: tuple[Whole, ...]) -> Whole:
        """Promise the usual time, more for what is seen to be harder, and now and then something else."""
        work = self.firm.work
        harder = rounds - np.array(work.rounds)[order_class]
        days = self.usual_promise[order_class] + work.foresight * np.array(work.answer_days)[order_class] * harder
        days = days * lognormal(work.promise_spread, self.firm.seed, "promise", *keys)
        return np.asarray(np.maximum(np.rint(days), 1), dtype=np.int64)

    def _rounds(self, world: Whole, order_class: Whole, keys: tuple[Whole, ...]) -> Whole:
        rounds = np.zeros(len(world), np.int64)
        fewer = np.where(self.modular[self.plan_of[world]], self.firm.change.repeat_factor, 1.0)
        chance = uniform(self.firm.seed, "rounds", *keys)
        regular = uniform(self.firm.seed, "regular order", *keys) < self.firm.work.regular
        for name, mean in enumerate(self.firm.work.rounds):
            mine = order_class == name
            usual = np.floor(mean + chance[mine]).astype(np.int64)
            any_number = np.searchsorted(steps.poisson_table(mean), chance[mine])
            rounds[mine] = np.where(regular[mine], usual, any_number)
        # bespoke work stays what it is; modules spare rounds of the others
        spared = uniform(self.firm.seed, "spared", *keys) > fewer
        return np.where(spared & (order_class != BESPOKE), np.maximum(rounds - 1, 0), rounds)

    def _converted(
        self, world: Whole, order_class: Whole, value: Floats, margin: Floats, day: int, keys: tuple[Whole, ...]
    ) -> tuple[Whole, Floats, Floats]:
        """Let modules replace bespoke orders, more and more of them, at another price and cost."""
        change = self.firm.change
        share = change.convertible_share * min(max(day, 0) / change.convertible_days, 1.0)
        chosen = self.modular[self.plan_of[world]] & (order_class == BESPOKE)
        chosen &= uniform(self.firm.seed, "module", *keys) < share
        if not chosen.any():
            return order_class, value, margin
        cost = value * (1 - margin) * np.where(chosen, 1 - change.converted_saving, 1.0)
        value = value * np.where(chosen, change.converted_price, 1.0)
        return np.where(chosen, CONFIGURED, order_class), value, 1 - cost / value

    def deal(
        self, work: OpenWork, world: Whole, place: Whole, generation: Whole, number: Whole, segment: Whole, day: int
    ) -> None:
        """Open deals; those of prospects have the place -1."""
        if not len(world):
            return
        seed = self.firm.seed
        keys = (self.replication[world], np.where(place < 0, steps.PROSPECT, place), number)
        order_class = np.searchsorted(np.cumsum(self.firm.class_shares)[:2], uniform(seed, "deal class", *keys))
        at = np.maximum(place, 0)
        value = np.array(self.firm.class_values)[order_class] * np.where(place < 0, 1.0, self.places.value[at])
        value *= self.firm.deal_value * lognormal(self.firm.value_cv, seed, "deal worth", *keys)
        follow = np.searchsorted(steps.poisson_table(self.firm.work.follow_ups), uniform(seed, "follow ups", *keys))
        rows = work.add(
            world=world, place=place, kind=steps.DEAL, number=number, generation=generation, order_class=order_class,
            segment=segment, step=steps.PREPARE, left=follow, ready=day, born=day, value=value,
            expires=day + EXPIRES[steps.DEAL] + self.OFFSET,
        )  # fmt: skip
        self._take(work, rows)

    def _request(self, work: OpenWork, world: Whole, place: Whole, accounts: Accounts, day: int) -> None:
        number = accounts.count[REQUESTS][world, place]
        ask = uniform(self.firm.seed, "ask", self.replication[world], place, number)
        rows = work.add(
            world=world, place=place, kind=steps.REQUEST, number=number, generation=accounts.generation[world, place],
            segment=self.places.segment[place], ready=day, born=day, expires=day + EXPIRES[steps.REQUEST] + self.OFFSET,
            step=np.where(ask < self.firm.work.request_ask_chance, steps.ASK, steps.ANSWER),
        )  # fmt: skip
        self._take(work, rows)

    def _contact(self, work: OpenWork, world: Whole, place: Whole, accounts: Accounts, day: int) -> None:
        contacts = stacked(self.plans, "contacts")[self.plan_of[world], self.places.segment[place]]
        patience = np.minimum(YEAR_DAYS / contacts, CARE_EXPIRES).astype(np.int64)
        rows = work.add(
            world=world, place=place, kind=steps.CARE, number=day + self.OFFSET,
            generation=accounts.generation[world, place], segment=self.places.segment[place], step=steps.CONTACT,
            ready=day, born=day, expires=day + np.maximum(patience, 5) + self.OFFSET,
        )  # fmt: skip
        self._take(work, rows)

    def leads(self, work: OpenWork, day: int, season: float) -> None:
        """Open the leads of one day; how many come is chance, whatever the organisation."""
        mean = self.firm.leads_per_year / YEAR_DAYS * season
        count = steps.counted(
            mean, self.firm.seed, "leads", self.replication, np.full(len(self.replication), day + self.OFFSET)
        )
        world = np.repeat(np.arange(len(count)), count)
        if not len(world):
            return
        first = np.cumsum(count) - count
        number = self.lead_number[world] + np.arange(len(world)) - first[world]
        self.lead_number += count
        rows = work.add(
            world=world, place=-1, kind=steps.LEAD, number=number, segment=C, step=steps.QUALIFY, ready=day, born=day,
            expires=day + EXPIRES[steps.LEAD] + self.OFFSET,
        )  # fmt: skip
        self._take(work, rows)

    def qualify(self, work: OpenWork, rows: Whole, day: int) -> None:
        """Make deals of the leads that are good enough."""
        keys = (self.replication[work["world"][rows]], work["number"][rows])
        rows = rows[uniform(self.firm.seed, "qualified", *keys) < self.firm.qualified_share]
        world, number, nobody = work["world"][rows], work["number"][rows], np.full(len(rows), -1)
        self.deal(work, world, nobody, np.zeros(len(rows), np.int64), number, np.full(len(rows), C), day)

    def order_won(self, work: OpenWork, rows: Whole, day: int) -> None:
        """Open the orders of won deals, each worth what the deal was."""
        world, place, number = work["world"][rows], work["place"][rows], work["number"][rows]
        order_class, value = work["order_class"][rows], work["value"][rows]
        generation, first = work["generation"][rows], work.size
        self.order(work, world, place, generation, number + steps.FROM_DEAL, day, order_class=order_class)
        made = np.arange(first, work.size)
        kept = work["order_class"][made] == order_class
        work["value"][made[kept]] = value[kept]
        if (hunted := self.unit_deals[self.plan_of[world]]).any():
            work["hours"][made] += hunted * self._handover(world, place, number)

    # --- who does it, and how long it takes ---------------------------------------------------------------------------

    def _take(self, work: OpenWork, rows: Whole) -> None:
        """Find who does the present step of some rows, and how many hours it takes."""
        if len(rows):
            self.route(work, rows)
            work["hours"][rows] = self._hours(work, rows)

    def route(self, work: OpenWork, rows: Whole) -> None:
        """Send rows to the queue that their step belongs to."""
        world, place, step = work["world"][rows], work["place"][rows], work["step"][rows]
        plan = self.plan_of[world]
        people = self.firm.people
        met = (uniform(self.firm.seed, "met by", self.replication[world], work["number"][rows]) * people).astype(
            np.int64
        )
        owner = np.where(place < 0, self.front[plan, met], self.owner[plan, np.maximum(place, 0)])
        inside = (step == steps.ROUND) & (work["order_class"][rows] == BESPOKE)
        inside |= step == steps.FEASIBILITY
        kind = work["kind"][rows]
        selling = (kind == steps.DEAL) | (kind == steps.LEAD)
        unit = (inside & self.unit_rounds[plan]) | (selling & self.unit_deals[plan])
        work["owner"][rows] = owner
        work["pool"][rows] = np.where(unit, people, owner)

    def rank(self, work: OpenWork, rows: Whole) -> Whole:
        """Return what comes first, 0 before all."""
        plan = self.plan_of[work["world"][rows]]
        return np.asarray(self.ranks[plan, work["kind"][rows], work["segment"][rows]])

    def _hours(self, work: OpenWork, rows: Whole) -> Floats:
        columns = ("world", "kind", "place", "number", "step", "left", "order_class", "segment", "pool")
        world, kind, place, number, step, left, order_class, segment, pool = (work[name][rows] for name in columns)
        who = np.where(place < 0, steps.PROSPECT, place)
        hours = self.mean_h[step, order_class, segment]
        hours = hours * steps.effort_of(self.firm, self.replication[world], kind, who, number, step, left)
        change, plan = self.firm.change, self.plan_of[world]
        if self.focused.any():
            hours *= np.where(self.focused[plan] & (pool != self.firm.people), change.focus_factor, 1.0)
        if self.phone.any():
            hours *= np.where(self.phone[plan] & (step == steps.CONTACT) & (segment == C), change.phone_h_share, 1.0)
        if self.unit_rounds.any():
            special = self.unit_rounds[plan] & (pool == self.firm.people)
            hours *= np.where(special, change.specialist_factor, 1.0)
        return np.asarray(hours)

    def _handover(self, world: Whole, place: Whole, number: Whole) -> Floats:
        """Hours on both sides when a case changes hands, with the chance that something has to be asked again."""
        change = self.firm.change
        asks = (
            uniform(self.firm.seed, "asks again", self.replication[world], place, number) < change.clarification_chance
        )
        return np.asarray(2 * change.handover_h + asks * change.clarification_h)

    # --- how cases go on ----------------------------------------------------------------------------------------------

    def advance(self, work: OpenWork, rows: Whole, day: int) -> Whole:
        """Take rows whose step is done to the next one; returns those whose last step it was."""
        step, left = work["step"][rows], work["left"][rows]
        work["waited"][rows] += np.maximum(day - work["ready"][rows], 0)
        again = (step == steps.ROUND) | (step == steps.FOLLOW)
        left = left - again
        onward = _next_step(step, left, work["order_class"][rows])
        wait = self._wait(work, rows, step, left)
        ends = onward < 0
        going = rows[~ends]
        old_pool = work["pool"][going].copy()
        work["left"][rows] = left
        work["step"][going] = onward[~ends]
        work["ready"][going] = day + np.maximum(np.rint(wait[~ends]), 1).astype(np.int64)
        self._take(work, going)
        self._hand_over(work, going, old_pool)
        return rows[ends]

    def _hand_over(self, work: OpenWork, rows: Whole, old_pool: Whole) -> None:
        """Add the hours of a change of hands where the unit of specialists begins or ends its part."""
        if not self.unit_rounds.any():
            return
        people = self.firm.people
        change = (work["pool"][rows] == people) != (old_pool == people)
        change &= work["step"][rows] != steps.MAKE
        chosen = rows[change]
        extra = self._handover(work["world"][chosen], np.maximum(work["place"][chosen], 0), work["number"][chosen])
        work["hours"][chosen] += extra

    def _wait(self, work: OpenWork, rows: Whole, step: Whole, left: Whole) -> Floats:
        """Days until the next step can begin: inside answers, the customer's pauses, production and late suppliers."""
        firm, seed, order_class = self.firm, self.firm.seed, work["order_class"][rows]
        world = work["world"][rows]
        names = ("place", "number", "kind")
        keys = (self.replication[world], *(work[name][rows] + 2 for name in names), step, left)
        answer = np.array(firm.work.answer_days)[order_class] * lognormal(0.8, seed, "answer", *keys)
        quick = np.where(self.modular[self.plan_of[world]], firm.change.partner_factor, 1.0)
        wait = np.zeros(len(rows))
        asked = (step == steps.ROUND) | (step == steps.FEASIBILITY) | (step == steps.ASK)
        wait[asked] = (answer * quick)[asked]
        pause = (step == steps.PREPARE) | (step == steps.PRESENT) | (step == steps.FOLLOW)
        wait[pause] = (firm.work.pause_days * exponential(seed, "pause", *keys))[pause]
        made = step == steps.CONFIRM
        making = np.array(firm.work.make_days)[order_class] * lognormal(0.35, seed, "make", *keys)
        trouble = uniform(seed, "trouble", *keys) < firm.work.trouble_chance
        making += trouble * firm.work.trouble_days * exponential(seed, "trouble lasts", *keys)
        wait[made] = making[made]
        return wait

    # --- how they end -------------------------------------------------------------------------------------------------

    def outcome(self, work: OpenWork, rows: Whole, accounts: Accounts) -> tuple[Flags, Flags]:
        """Return which deals are won, and which end without a decision."""
        firm, world, place = self.firm, work["world"][rows], work["place"][rows]
        odds = np.log(firm.win_share / (1 - firm.win_share)) + self.talent[self.plan_of[world], work["pool"][rows]]
        odds = odds - firm.reaction.delay_logit * work["waited"][rows]
        upset = np.where(place < 0, 0.0, accounts.grudge[world, np.maximum(place, 0)])
        odds = odds - firm.reaction.grudge_loss * upset
        keys = (self.replication[world], np.where(place < 0, steps.PROSPECT, place), work["number"][rows])
        won = uniform(firm.seed, "won", *keys) < 1 / (1 + np.exp(-odds))
        return won, ~won & (uniform(firm.seed, "undecided", *keys) < firm.undecided_share)

    def contact_loss(self, world: Whole, place: Whole) -> Floats:
        """Return which part of a wanted interval a contact by phone leaves open."""
        by_phone = self.phone[self.plan_of[world]] & (self.places.segment[place] == C)
        return np.asarray(by_phone * (1 - self.firm.change.phone_worth))


def _next_step(step: Whole, left: Whole, order_class: Whole) -> Whole:
    """Return the step after this one; -1 after the last."""
    table = np.full(steps.STEPS, -1)
    table[[steps.CONFIRM, steps.FEASIBILITY, steps.ASK]] = steps.MAKE, steps.PRESENT, steps.ANSWER
    onward = table[step]
    inside = (step == steps.ENTER) | (step == steps.ROUND)
    onward = np.where(inside, np.where(left > 0, steps.ROUND, steps.CONFIRM), onward)
    offered = (step == steps.PRESENT) | (step == steps.FOLLOW)
    onward = np.where(offered, np.where(left > 0, steps.FOLLOW, steps.NEGOTIATE), onward)
    first = step == steps.PREPARE
    return np.where(first, np.where(order_class == BESPOKE, steps.FEASIBILITY, steps.PRESENT), onward)


def _front(plan: Plan) -> Whole:
    """Return for every post who meets prospects in its place: itself, or somebody who is in no unit."""
    posts = np.arange(len(plan.in_unit))
    free = posts[~plan.in_unit]
    return np.where(plan.in_unit, free[posts % len(free)], posts)


def _talent(plan: Plan, places: Places) -> Floats:
    """Return the log odds that whoever works a queue adds to a deal; the unit's is the mean of its members."""
    unit = places.talent[plan.in_unit].mean() if plan.in_unit.any() else 0.0
    return np.append(places.talent, unit)
