"""The foreign world, day by day: all replications of all organisations of one firm side by side in numpy arrays.

In the morning customers act; then everybody works through what is theirs by rank, a step at a time, and what takes longer than
the day comes off the next; who has time to spare helps colleagues whose work has waited.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import steps
from .accounts import Accounts, Customers, contact_interval, first_accounts
from .casework import Casework
from .draws import Floats, Whole
from .firm import YEAR_DAYS, Firm, Places
from .open_work import OpenWork
from .plans import Plan, stacked
from .records import Diary, new_tally
from .staffing import Staff, staff

STRANGE = 1.15
"""Hours of a step that a helper does, relative to the owner."""
UNIT_PATIENCE_DAYS = 8
"""After so long an owner's team takes back what waits in the unit of specialists."""
SWEEP_EVERY = 5
NOBODY = -1


class World:
    """All worlds of one firm; at first as today is, after :meth:`fork` one set of replications per organisation."""

    def __init__(
        self, firm: Firm, places: Places, today: Plan, replications: Whole, *, past_days: int, days: int,
        diary: Diary | None = None, keeps_lead_days: bool = False,
    ) -> None:  # fmt: skip
        self.keeps_lead_days = keeps_lead_days
        self.firm, self.places, self.replications = firm, places, replications
        self.day, self.past_days = -past_days, past_days
        self.staff: Staff = staff(firm, places, replications, past_days + days)
        self.plans: tuple[Plan, ...] = (today,)
        self.accounts: Accounts = first_accounts(firm, replications, self.day, np.array(firm.planned)[places.segment])
        self.work, self.diary = OpenWork(), diary
        self.years = max(-(-days // YEAR_DAYS), 1)
        self._settle_in()
        self.lead_days: list[tuple[Whole, Whole]] = []

    @property
    def worlds(self) -> int:
        """Number of worlds side by side."""
        return len(self.plans) * len(self.replications)

    def _settle_in(self) -> None:
        """Derive what follows from the plans."""
        count, people = len(self.replications), self.firm.people
        self.plan_of = np.repeat(np.arange(len(self.plans)), count)
        self.replication = np.tile(self.replications, len(self.plans))
        self.plan_interval = contact_interval(self.plans, self.places, count)
        self.plan_owner = stacked(self.plans, "owner").astype(np.int64)
        self.team = stacked(self.plans, "team").astype(np.int64)
        self.in_unit = stacked(self.plans, "in_unit").astype(bool)
        self.debt = np.zeros((self.worlds, people + 1))
        self.customers = Customers(self.firm, self.places, self.replication)
        self.casework = Casework(self.firm, self.places, self.plans, self.plan_of, self.replication)
        self.tally = new_tally(self.worlds, self.years)

    def fork(self, plans: tuple[Plan, ...]) -> None:
        """Let the organisations go live: each inherits customers and open work of today."""
        count = len(plans)
        self.accounts = self.accounts.repeated(count)
        self.work = self.work.repeated(count, len(self.replications))
        self.plans = plans
        self._settle_in()
        for number, plan in enumerate(plans):
            mine, change = np.flatnonzero(self.plan_of == number), self.firm.change
            moved = np.ix_(mine, np.flatnonzero(plan.moved))
            self.accounts.heard[moved] -= change.account_silence_days
            self.accounts.grudge[moved] += change.account_grudge
            # more contacts begin at once, spread over the new interval
            today = YEAR_DAYS / np.array(self.firm.planned)[self.places.segment]
            ratio = self.plan_interval[mine] / today
            ahead = np.maximum(self.accounts.planned[mine] - self.day, 0)
            self.accounts.planned[mine] = self.day + ahead * np.minimum(ratio, 1.0)
        self.casework.route(self.work, np.arange(self.work.size))

    def run(self, days: int) -> None:
        """Let so many days pass."""
        for _ in range(days):
            self._one_day()
            self.day += 1
            if self.day % SWEEP_EVERY == 0:
                self.work.sweep()

    def _one_day(self) -> None:
        day, work, casework = self.day, self.work, self.casework
        self._leavers(day)
        struck = self.customers.day(self.accounts, day, self.plan_interval)
        self._lost(*struck.left)
        casework.open(work, self.accounts, struck, day)
        casework.leads(work, day, self.customers.season(day))
        self._expire(day)
        self._deliver(day)
        done, who, hours = self._done_today(day)
        if self.diary is not None:
            self._note(done, who, hours, day)
        ended = casework.advance(work, done, day)
        self._ended(ended, day)

    def _leavers(self, day: int) -> None:
        """Who leaves takes part of what customers know of the firm along."""
        leaves = self.staff.leaves[:, day + self.past_days][np.tile(np.arange(len(self.replications)), len(self.plans))]
        if leaves.any():
            orphaned = np.take_along_axis(leaves, self.plan_owner[self.plan_of], axis=1)
            self.accounts.heard[orphaned] -= self.casework.silence[np.nonzero(orphaned)[1]]

    def _lost(self, world: Whole, place: Whole) -> None:
        if len(world) and self.day >= 0:
            self.tally.lost += np.bincount(world, minlength=self.worlds)
        if len(world):
            gone = np.zeros((self.worlds, self.firm.slots), bool)
            gone[world, place] = True
            work = self.work
            theirs = (work["place"] >= 0) & (work["kind"] != steps.ORDER)
            work["gone"][work.select(theirs & gone[work["world"], work["place"]])] = True
            self.accounts.contact_open[world, place] = False

    def _expire(self, day: int) -> None:
        work = self.work
        rows = work.select((work["expires"] > 0) & (work["expires"] <= day + self.casework.OFFSET))
        if not len(rows):
            return
        work["gone"][rows] = True
        world, place, kind = work["world"][rows], work["place"][rows], work["kind"][rows]
        if day >= 0:
            np.add.at(self.tally.expired, (world, kind), 1)
        contact, request = kind == steps.CARE, kind == steps.REQUEST
        self.accounts.contact_open[world[contact], place[contact]] = False
        np.add.at(self.accounts.grudge, (world[request], place[request]), 1.0)
        if self.diary is not None:
            self._note_deals(rows[kind == steps.DEAL], day, "lost")

    def _deliver(self, day: int) -> None:
        work, tally = self.work, self.tally
        rows = work.select((work["step"] == steps.MAKE) & (work["kind"] == steps.ORDER) & (work["ready"] <= day))
        if not len(rows):
            return
        work["gone"][rows] = True
        world, place, order_class = work["world"][rows], work["place"][rows], work["order_class"][rows]
        late = day - work["promise"][rows]
        same = work["generation"][rows] == self.accounts.generation[world, place]
        upset = np.where(late > 5, 1.0, 0.5) * (late > 0) * same
        np.add.at(self.accounts.grudge, (world, place), upset)
        if self.diary is not None:
            names = ("place", "generation", "number", "born", "promise")
            more = (work[name][rows] for name in ("order_class", "value", "margin", "owner"))
            columns = (*(work[name][rows] for name in names), np.full(len(rows), day), *more)
            self.diary.orders += list(zip(*columns, strict=True))
        if self.keeps_lead_days:
            self.lead_days.append((order_class.copy(), day - work["born"][rows]))
        if day >= 0:
            year = min(day // YEAR_DAYS, self.years - 1)
            np.add.at(tally.contribution[:, year], world, work["value"][rows] * work["margin"][rows])
            np.add.at(tally.by_segment, (world, work["segment"][rows]), work["value"][rows] * work["margin"][rows])
            np.add.at(tally.orders, (world, order_class), 1)
            np.add.at(tally.late, (world, order_class), late > 0)

    # --- the day's work -----------------------------------------------------------------------------------------------

    def _capacity(self, day: int) -> Floats:
        """Hours for tasks of every queue; the last one is that of the unit."""
        people, change = self.firm.people, self.firm.change
        task = self.staff.task_h[:, day + self.past_days]
        own = np.tile(task, (len(self.plans), 1))
        if day >= 0:
            dip = change.dip_share * max(1 - day / change.dip_days, 0.0)
            own = own * (1 - dip * stacked(self.plans, "changed")[self.plan_of])
            self.tally.available_h += own.sum(axis=1)
        unit = self.in_unit[self.plan_of]
        building = np.array([change.building_share if one.unit_rounds else 0.0 for one in self.plans])[self.plan_of]
        capacity = np.zeros((self.worlds, people + 1))
        capacity[:, :people] = np.where(unit, 0.0, own)
        capacity[:, people] = (own * unit).sum(axis=1) * (1 - building)
        return capacity

    def _done_today(self, day: int) -> tuple[Whole, Whole, Floats]:
        """Return the rows whose step is done today, by which post, and the hours it took."""
        work, queues = self.work, self.firm.people + 1
        rows = work.select((work["ready"] <= day) & (work["step"] != steps.MAKE))
        rank = self.casework.rank(work, rows)
        queue = work["world"][rows] * queues + work["pool"][rows]
        since = work["ready"][rows] + self.casework.OFFSET
        rows = rows[np.argsort((queue * 32 + rank) * 65536 + since, kind="stable")]
        capacity = self._capacity(day)
        free = np.maximum(capacity - self.debt, 0.0)
        # debt is worked off by whoever is there
        self.debt = np.maximum(self.debt - capacity, 0.0)
        queue, hours = work["world"][rows] * queues + work["pool"][rows], work["hours"][rows]
        before = _before(queue, hours)
        done = before < free.ravel()[queue]
        spent = np.bincount(queue[done], weights=hours[done], minlength=free.size).reshape(free.shape)
        self.debt += np.maximum(spent - free, 0.0)
        spare = np.maximum(free - spent, 0.0)
        helped, helper = self._helped(rows[~done], spare, day)
        finished = np.concatenate([rows[done], helped])
        who = np.concatenate([work["pool"][rows[done]], helper])
        took = np.concatenate([hours[done], work["hours"][helped] * STRANGE])
        self._count(finished, took)
        return finished, who, took

    def _helped(self, rows: Whole, spare: Floats, day: int) -> tuple[Whole, Whole]:
        """Let people with time to spare do what colleagues of their team have not come to; returns rows and helpers."""
        work, people = self.work, self.firm.people
        wait = day - work["ready"][rows]
        in_unit = work["pool"][rows] == people
        rows = rows[wait >= np.where(in_unit, UNIT_PATIENCE_DAYS, self.firm.help_days)]
        plan = self.plan_of[work["world"][rows]]
        theirs = np.where(work["pool"][rows] == people, work["owner"][rows], work["pool"][rows])
        team = self.team[plan, theirs]
        teams = int(self.team.max()) + 1
        group = work["world"][rows] * teams + team
        order = np.argsort(
            (group * 32 + self.casework.rank(work, rows)) * 65536 + work["ready"][rows] + 32768, kind="stable"
        )
        rows, group = rows[order], group[order]
        room = np.zeros((self.worlds, teams))
        for number in range(teams):
            room[:, number] = (spare[:, :people] * (self.team[self.plan_of] == number)).sum(axis=1)
        hours = work["hours"][rows] * STRANGE
        done = _before(group, hours) + hours <= room.ravel()[group]
        rows = rows[done]
        if self.diary is None:
            return rows, np.full(len(rows), NOBODY)
        return rows, _helpers(spare[0, :people].copy(), work["hours"][rows] * STRANGE)

    def _count(self, rows: Whole, hours: Floats) -> None:
        if self.day >= 0:
            work = self.work
            place = (work["world"][rows], work["step"][rows], work["order_class"][rows], work["segment"][rows])
            np.add.at(self.tally.hours, place, hours)

    # --- what comes of it ---------------------------------------------------------------------------------------------

    def _ended(self, rows: Whole, day: int) -> None:
        """Close cases whose last step is done."""
        work, accounts = self.work, self.accounts
        work["gone"][rows] = True
        kind = work["kind"][rows]
        care, asked = rows[kind == steps.CARE], rows[kind == steps.REQUEST]
        world, place = work["world"][care], work["place"][care]
        short = self.casework.contact_loss(world, place) * self.customers.interval[place]
        accounts.heard[world, place] = np.maximum(accounts.heard[world, place], day - short)
        accounts.contact_open[world, place] = False
        if day >= 0:
            np.add.at(self.tally.contacts, (world, work["segment"][care]), 1.0)
        slow = asked[work["waited"][asked] > 3]
        np.add.at(accounts.grudge, (work["world"][slow], work["place"][slow]), 0.3)
        self.casework.qualify(work, rows[kind == steps.LEAD], day)
        self._decide(rows[kind == steps.DEAL], day)

    def _decide(self, rows: Whole, day: int) -> None:
        """Tell which deals are won; those of prospects bring a customer, all of them an order."""
        work = self.work
        won, undecided = self.casework.outcome(work, rows, self.accounts)
        if self.diary is not None:
            self._note_deals(rows[~won & ~undecided], day, "lost")
            self._note_deals(rows[undecided], day, "no_decision")
        rows = rows[won]
        for row in rows[work["place"][rows] < 0]:
            world = int(work["world"][row])
            place = self.customers.arrive(self.accounts, world, day, self.plan_interval)
            work["place"][row] = place
            if place >= 0:
                self.tally.won[world] += day >= 0
                generation = int(self.accounts.generation[world, place])
                work["generation"][row] = generation
                if self.diary is not None:
                    self.diary.arrivals.append((place, generation, day, int(work["number"][row])))
        if self.diary is not None:
            self._note_deals(rows, day, "won")
        self.casework.order_won(work, rows[work["place"][rows] >= 0], day)

    # --- the diary ----------------------------------------------------------------------------------------------------

    def _note(self, rows: Whole, who: Whole, hours: Floats, day: int) -> None:
        assert self.diary is not None
        names = ("step", "kind", "place", "generation", "number", "order_class")
        columns = (np.full(len(rows), day), who, *(self.work[name][rows] for name in names), hours)
        self.diary.work += list(zip(*columns, strict=True))

    def _note_deals(self, rows: Whole, day: int, stage: str) -> None:
        assert self.diary is not None
        names = ("place", "generation", "number", "born")
        more = (self.work[name][rows] for name in ("order_class", "value", "owner"))
        columns = (*(self.work[name][rows] for name in names), np.full(len(rows), day), [stage] * len(rows), *more)
        self.diary.deals += list(zip(*columns, strict=True))


def _before(group: NDArray[np.int64], hours: Floats) -> Floats:
    """Return the hours that come before each row in its group; rows are sorted by group."""
    total = np.cumsum(hours) - hours
    first = np.ones(len(group), bool)
    first[1:] = group[1:] != group[:-1]
    start = np.maximum.accumulate(np.where(first, np.arange(len(group)), 0)) if len(group) else np.zeros(0, int)
    return np.asarray(total - total[start])


def _helpers(spare: Floats, hours: Floats) -> Whole:
    """Give each helped step to whoever has most time left."""
    helper = np.zeros(len(hours), np.int64)
    for number, took in enumerate(hours):
        helper[number] = int(np.argmax(spare))
        spare[helper[number]] -= took
    return helper
