"""Customers by place: whom they heard from last, what they were promised in vain, what they order, and when they leave."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from .draws import Flags, Floats, Whole, exponential, uniform
from .firm import YEAR_DAYS, Firm, Places
from .plans import Plan

ORDERS, DEALS, REQUESTS = "orders", "deals", "requests"
STREAMS = (ORDERS, DEALS, REQUESTS)
PATIENT = 1.5
"""Silence in wanted intervals from which it makes customers leave."""
WORST_HAZARD = 6.0
LATER, MUCH_LATER = 0.5, 1.0
"""How much of a broken promise an order is that comes up to a week late, and one that comes later."""


@dataclass(kw_only=True)
class Accounts:
    """State of all customers of all worlds; arrays of shape (worlds, places), days counted from go-live."""

    active: Flags
    generation: Whole
    """Number of the customer who holds the place, the first is 0."""
    heard: Floats
    """Day of the last contact."""
    grudge: Floats
    """Broken promises that are remembered."""
    used: dict[str, Floats]
    next_at: dict[str, Floats]
    count: dict[str, Whole]
    """By stream of cases: use of the exponential clock, where it strikes next, and how often it has."""
    hazard: Floats
    leaves_at: Floats
    """Cumulated hazard, and the one at which the customer leaves."""
    planned: Floats
    """Day of the next planned contact."""
    contact_open: Flags

    def repeated(self, times: int) -> Accounts:
        """Return the same customers in so many copies of the worlds, copy after copy."""

        def tiled(value: Any) -> Any:
            if isinstance(value, dict):
                return {name: tiled(one) for name, one in value.items()}
            return np.tile(value, (times, 1))

        return Accounts(**{one.name: tiled(getattr(self, one.name)) for one in fields(self)})


def first_accounts(firm: Firm, replications: Whole, day: int, contacts: Floats) -> Accounts:
    """Return the customers with which the worlds of some replications begin."""
    rep, place = replications[:, None], np.arange(firm.slots)[None, :]
    shape = (len(replications), firm.slots)
    # the same places are filled at first in every replication: they are the firm's customers, not chance
    filled = np.argsort(np.argsort(uniform(firm.seed, "filled", np.arange(firm.slots)))) < firm.customers
    interval = YEAR_DAYS / contacts
    phase = uniform(firm.seed, "phase", rep, place)
    return Accounts(
        active=np.broadcast_to(filled, shape).copy(), generation=np.zeros(shape, np.int64),
        heard=day - phase * interval, grudge=np.zeros(shape),
        used={name: np.zeros(shape) for name in STREAMS},
        next_at={name: exponential(firm.seed, name, rep, place, 0) + np.zeros(shape) for name in STREAMS},
        count={name: np.zeros(shape, np.int64) for name in STREAMS},
        hazard=np.zeros(shape), leaves_at=exponential(firm.seed, "leaves", rep, place, 0) + np.zeros(shape),
        planned=day + (1 - phase) * interval, contact_open=np.zeros(shape, bool),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Struck:
    """What happens with customers on one day: worlds and places of each."""

    cases: dict[str, tuple[Whole, Whole]]
    left: tuple[Whole, Whole]
    contacts: tuple[Whole, Whole]
    """Contacts that are due by plan."""


class Customers:
    """The rules by which customers act; one for all worlds."""

    def __init__(self, firm: Firm, places: Places, replication: Whole) -> None:
        self.firm, self.places = firm, places
        self.replication = replication
        """Replication of each world."""
        self.interval = YEAR_DAYS / np.array(firm.wanted)[places.segment]
        self.forgets = 0.5 ** (1.0 / firm.reaction.grudge_half_days)
        self.rates = {ORDERS: places.order_rate, DEALS: places.deal_rate, REQUESTS: places.request_rate}

    def season(self, day: int) -> float:
        """Return demand on a day relative to the year's mean."""
        return float(1 + self.firm.season * np.cos(2 * np.pi * (day / YEAR_DAYS - self.firm.season_peak)))

    def day(self, accounts: Accounts, day: int, plan_interval: Floats) -> Struck:
        """Let a day pass: what is ordered and asked for, who leaves, who is to be contacted."""
        reaction = self.firm.reaction
        silence = (day - accounts.heard) / self.interval
        wish = reaction.floor + (1 - reaction.floor) / (1 + (silence / reaction.half_wait) ** 2)
        accounts.grudge *= self.forgets
        usual = accounts.active * (self.season(day) / YEAR_DAYS)
        buying = usual * wish * np.exp(-reaction.grudge_loss * accounts.grudge)
        cases = {
            name: self._struck(accounts, name, rate * (usual if name == REQUESTS else buying))
            for name, rate in self.rates.items()
        }
        unhappy = 1 + reaction.grudge_churn * accounts.grudge
        unhappy += reaction.silence_churn * np.maximum(silence - PATIENT, 0)
        daily = reaction.churn_per_year / YEAR_DAYS
        accounts.hazard += accounts.active * (daily * np.minimum(unhappy, WORST_HAZARD))
        left = np.nonzero(accounts.active & (accounts.hazard >= accounts.leaves_at))
        accounts.active[left] = False
        due = np.nonzero(accounts.active & (accounts.planned <= day))
        accounts.planned[due] += plan_interval[due]
        free = ~accounts.contact_open[due]
        contacts = (due[0][free], due[1][free])
        accounts.contact_open[contacts] = True
        return Struck(cases=cases, left=(left[0], left[1]), contacts=contacts)

    def _struck(self, accounts: Accounts, name: str, rate: Floats) -> tuple[Whole, Whole]:
        """Advance one clock; where it strikes twice a day the second case comes the day after."""
        used, next_at, count = accounts.used[name], accounts.next_at[name], accounts.count[name]
        used += rate
        world, place = np.nonzero(used >= next_at)
        count[world, place] += 1
        gap = exponential(self.firm.seed, name, self.replication[world], place, count[world, place])
        next_at[world, place] += gap
        return world, place

    def arrive(self, accounts: Accounts, world: int, day: int, plan_interval: Floats) -> int:
        """Let a new customer take a free place of one world; returns the place, or -1 where all are filled."""
        free = np.flatnonzero(~accounts.active[world])
        if not len(free):
            return -1
        rep, seed = int(self.replication[world]), self.firm.seed
        place = int(free[np.argmin(uniform(seed, "takes", rep, free, accounts.generation[world, free]))])
        accounts.active[world, place] = True
        accounts.generation[world, place] += 1
        accounts.heard[world, place], accounts.grudge[world, place] = day, 0.0
        accounts.hazard[world, place] = 0.0
        accounts.leaves_at[world, place] = exponential(seed, "leaves", rep, place, accounts.generation[world, place])[0]
        accounts.planned[world, place] = day + plan_interval[world, place]
        accounts.contact_open[world, place] = False
        return place


def contact_interval(chosen: tuple[Plan, ...], places: Places, replications: int) -> Floats:
    """Return days between planned contacts; shape (plans × replications, places)."""
    each = [YEAR_DAYS / np.array(plan.contacts)[places.segment] for plan in chosen]
    return np.repeat(np.stack(each), replications, axis=0)
