"""Who works where: units sized by the hours balance, posts that fill them, and customers shared out among owners."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace

import numpy as np

from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import Rules
from simkit.model.rules.workload import Load, received_contacts, yearly_loads
from simkit.model.specification.designs import Design
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS

FEW_POSTS = 2  # with so few, one absence is half of the unit or all of it
MINIMUM_POSTS = 0.5  # work below which a unit with a fallback is not formed


def hours_balance(
    design: Design,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    rules: Rules,
    *,
    converted: tuple[float, float] = (0.0, 0.0),
    today: ParameterSet | None = None,
) -> dict[str, float]:
    """Return the expected yearly hours of work in every unit, hand-overs and the time for modules included.

    Parameters
    ----------
    design, model_inputs, parameters, rules
        The design and the numbers it runs with.
    converted : tuple of float
        Shares of bespoke and configured demand that modules have converted.
    today : ParameterSet, optional
        That of today's organisation: customers then receive the contacts that they receive there, as
        :func:`simkit.model.rules.workload.received_contacts` tells; default those that the design plans.

    Returns
    -------
    dict of str to float
        Hours per year by unit, in the order of the units.
    """
    specs = {unit.name: unit for unit in design.units}
    hours = dict.fromkeys(specs, 0.0)
    contacts = None if today is None else received_contacts(today, parameters)
    for load in yearly_loads(model_inputs, parameters, rules, converted=converted, contacts=contacts):
        unit = design.unit_for(load.work, load.order_class, load.segment)
        factor = (
            rules.specialist_factor if specs[unit].specialist and load.work in ("coordination", "feasibility") else 1.0
        )
        hours[unit] += load.per_year * load.hours_h * factor
        if load.work == "coordination" and load.hours_h > 0:
            _add_hand_overs(hours, design, load, rules)
    return {name: value / (1 - rules.building_share) if specs[name].builds else value for name, value in hours.items()}


def _add_hand_overs(hours: dict[str, float], design: Design, load: Load, rules: Rules) -> None:
    """Add both sides of the hand-overs of an order: from entry to coordination, and from there to confirmation."""
    way = [design.unit_for(work, load.order_class, load.segment) for work in ("entry", "coordination", "confirmation")]
    clarified = rules.clarification_chance
    for giver, taker in itertools.pairwise(way):
        if giver != taker:
            hours[giver] += load.per_year * (rules.giver_h + clarified * rules.clarification_giver_h)
            hours[taker] += load.per_year * (rules.taker_h + clarified * rules.clarification_taker_h)
            clarified = 0.0  # once per case


def unit_sizes(design: Design, hours: Mapping[str, float], posts: int) -> dict[str, int]:
    """Return the posts per unit: given sizes, the rest by largest remainder of the hours, then the changes of a scan.

    Every unit that has work gets at least one post while there are enough, but a unit with a fallback is only formed
    from half a post of work on; with less it gets no post, and its hours count for its fallback.

    Parameters
    ----------
    design : Design
        Units in their order.
    hours : mapping of str to float
        Hours per year by unit, as `hours_balance` gives them.
    posts : int
        Posts there are.

    Raises
    ------
    ConfigError
        If the sizes of the design do not fit the number of posts.
    """
    given = {unit.name: unit.size for unit in design.units if unit.size is not None}
    rest = posts - sum(given.values())
    open_units = [unit.name for unit in design.units if unit.size is None]
    if rest < 0 or (rest > 0 and not open_units):
        raise ConfigError(
            Text(
                de=f"Die Einheiten haben {sum(given.values())} Stellen, der Kunde {posts}.",
                en=f"The units hold {sum(given.values())} posts, the client {posts}.",
            ),
            design.name,
            Text(de="Ändern oder streichen Sie „size“.", en="Change or remove 'size'."),
        )
    formed = formed_hours(design, {name: hours[name] for name in open_units}, rest)
    sizes = {**dict.fromkeys(open_units, 0), **given, **largest_remainder(formed, rest)}
    for unit in design.units:
        sizes[unit.name] += unit.resize
    if sum(sizes.values()) != posts or min(sizes.values()) < 0:
        raise ConfigError(
            Text(
                de=f"Die Stellen gehen nicht auf: {sizes}, nötig {posts}.",
                en=f"Posts do not add up: {sizes}, needed {posts}.",
            ),
            design.name,
        )
    return {unit.name: sizes[unit.name] for unit in design.units}


def formed_hours(design: Design, hours: Mapping[str, float], posts: int) -> dict[str, float]:
    """Return the hours of the units worth forming; one with a fallback and under half a post hands its hours on.

    So does the smallest with a fallback while there are more units than posts. Units at the end of a line of fallbacks
    go first, the smallest of them before the others, because their hours may lift the next one over the draw.
    """
    fallback = {unit.name: unit.fallback for unit in design.units if unit.fallback is not None}
    formed = dict(hours)
    while True:
        minimum_h = MINIMUM_POSTS * sum(formed.values())
        able = [name for name in formed if name in fallback]
        small = able if len(formed) > posts else [name for name in able if formed[name] * posts < minimum_h]
        if not small:
            return formed
        behind = {fallback[name] for name in able}
        smallest = min(small, key=lambda name: (name in behind, formed[name], name))
        handed_on = formed.pop(smallest)
        if (taker := _next_of(smallest, fallback, formed)) is not None:
            formed[taker] += handed_on


def _next_of(unit: str, fallback: Mapping[str, str], formed: Mapping[str, float]) -> str | None:
    """Return the first unit down the line of fallbacks that is formed; none if that has a given size."""
    taker: str | None = fallback[unit]
    while taker is not None and taker not in formed:
        taker = fallback.get(taker)
    return taker


@dataclass(frozen=True, kw_only=True)
class SmallUnit:
    """A unit of one or two posts beside others, in which one absence stops half of the work or all of it."""

    title: Text
    posts: int
    fallback: Text | None
    """What people call the unit that takes over; None where nobody does."""

    @property
    def words(self) -> Text:
        """Return the warning."""
        posts = Text(de="eine Stelle", en="one post") if self.posts == 1 else Text(de="zwei Stellen", en="two posts")
        if self.fallback is None:
            return Text(
                de="„{unit}“ hat nur {posts} und keine Vertretung: Fällt jemand aus, bleibt die Arbeit liegen.",
                en="'{unit}' has only {posts} and nobody to stand in: when somebody is away, the work is left lying.",
            ).fill(unit=self.title, posts=posts)
        return Text(
            de="„{unit}“ hat nur {posts}; fällt jemand aus, übernimmt „{fallback}“.",
            en="'{unit}' has only {posts}; when somebody is away, '{fallback}' takes over.",
        ).fill(unit=self.title, posts=posts, fallback=self.fallback)


def small_units(design: Design, sizes: Mapping[str, int]) -> tuple[SmallUnit, ...]:
    """Return the units of one or two posts, in the order of the design; none where all sit in one unit.

    Parameters
    ----------
    sizes : mapping of str to int
        Posts by unit, as `unit_sizes` gives them.
    """
    title = {unit.name: unit.title for unit in design.units}
    formed = [unit for unit in design.units if sizes.get(unit.name)]
    return tuple(
        SmallUnit(
            title=unit.title,
            posts=sizes[unit.name],
            fallback=None if unit.fallback is None or math.isinf(unit.fallback_after_h) else title[unit.fallback],
        )
        for unit in formed
        if len(formed) > 1 and sizes[unit.name] <= FEW_POSTS
    )


def receiving_units(design: Design, sizes: Mapping[str, int]) -> dict[str, str]:
    """Return for every unit who does its work: itself, or the first with posts down the line of its fallbacks.

    Where nobody in the line has posts, the work waits at its end.
    """
    fallback = {unit.name: unit.fallback for unit in design.units if unit.fallback is not None}
    receiving = {}
    for unit in design.units:
        taker = unit.name
        while not sizes.get(taker) and taker in fallback:
            taker = fallback[taker]
        receiving[unit.name] = taker
    return receiving


def largest_remainder(hours: Mapping[str, float], posts: int) -> dict[str, int]:
    """Share out posts in proportion to hours; who has work gets at least one while there are enough."""
    total = sum(hours.values())
    if total <= 0:
        names = list(hours)
        return {name: posts // len(names) + (i < posts % len(names)) for i, name in enumerate(names)}
    quota = {name: posts * value / total for name, value in hours.items()}
    sizes = {name: int(value) for name, value in quota.items()}
    by_remainder = sorted(quota, key=lambda name: (sizes[name] - quota[name], list(quota).index(name)))
    for name in by_remainder[: posts - sum(sizes.values())]:
        sizes[name] += 1
    for name in quota:
        largest = max(sizes, key=lambda other: sizes[other])
        if hours[name] > 0 and sizes[name] == 0 and sizes[largest] > 1:
            sizes[name], sizes[largest] = 1, sizes[largest] - 1
    return sizes


def fill_units(design: Design, sizes: Mapping[str, int], ability: Sequence[float]) -> list[str]:
    """Return the unit of every post: units that prefer ability choose first, the rest fill up in order of the posts."""
    free = list(range(len(ability)))
    unit_of = [""] * len(ability)
    preferring = [unit for unit in design.units if unit.prefer_ability]
    others = [unit for unit in design.units if not unit.prefer_ability]
    for unit in (*preferring, *others):
        ranked = sorted(free, key=lambda slot: (-ability[slot], slot)) if unit.prefer_ability else free
        chosen = ranked[: sizes[unit.name]]
        for slot in chosen:
            unit_of[slot] = unit.name
        free = [slot for slot in free if slot not in chosen]
    return unit_of


@dataclass(frozen=True, kw_only=True)
class AccountLoads:
    """Expected yearly hours that each customer means for its owner, customers in order; and the owning unit by segment."""

    hours: list[float]
    unit: tuple[str, ...]  # by segment


def account_loads(
    design: Design,
    segments: Sequence[int],
    order_rate: Sequence[float],
    rules: Rules,
    shares: Sequence[float],
    receiving: Mapping[str, str] | None = None,
) -> AccountLoads:
    """Return what each customer means for its owner: care, and its orders where the owner handles them.

    Parameters
    ----------
    segments, order_rate : sequence
        Segment number and orders per year of every customer.
    rules : Rules
        Hours of care and orders.
    shares : sequence of float
        Shares of the order classes.
    receiving : mapping of str to str, optional
        Who does a unit's work, as `receiving_units` tells; default each its own.
    """
    doer = receiving or {unit.name: unit.name for unit in design.units}
    units = tuple(doer[design.unit_for("care", 0, segment)] for segment in range(len(SEGMENTS)))
    per_order = [_owner_order_hours(design, doer, segment, rules, shares) for segment in range(len(SEGMENTS))]
    care = [spec.contacts_per_year * (spec.preparation_h + spec.travel_h + spec.talk_h) for spec in rules.care]
    hours = [care[s] + rate * per_order[s] for s, rate in zip(segments, order_rate, strict=True)]
    return AccountLoads(hours=hours, unit=units)


def _owner_order_hours(
    design: Design, doer: Mapping[str, str], segment: int, rules: Rules, shares: Sequence[float]
) -> float:
    owning = doer[design.unit_for("care", 0, segment)]
    total = 0.0
    for order_class in range(len(CLASSES)):
        spec = rules.orders[order_class]
        hours = rules.order_hours[order_class]
        parts = (
            ("entry", hours.entry_h),
            ("coordination", spec.partners * hours.partner_h),
            ("confirmation", hours.end_h),
        )
        total += shares[order_class] * sum(
            h for work, h in parts if doer[design.unit_for(work, order_class, segment)] == owning
        )
    return total


def share_accounts(
    customers: Sequence[int],
    hours: Sequence[float],
    capacity: Mapping[int, float],
    today: Mapping[int, int],
    *,
    slack: float = 1.1,
) -> dict[int, int]:
    """Share customers out among owners so that the load is even and few change hands.

    Customers go in order of falling load. An owner keeps a customer while his load stays within `slack` times the mean;
    the others go to whoever has least for his working time (longest processing time first).

    Parameters
    ----------
    customers : sequence of int
        Customers to share out.
    hours : sequence of float
        Load of every customer per year, indexed by its number.
    capacity : mapping of int to float
        FTE of the posts that can own customers.
    today : mapping of int to int
        Today's owner by customer; empty at the first sharing.
    slack : float
        How far above the mean an owner may stay; infinity keeps all that can be kept.

    Returns
    -------
    dict of int to int
        Post by customer; empty if there are no posts.
    """
    if not capacity:
        return {}
    load = dict.fromkeys(capacity, 0.0)
    limit = slack * sum(hours[customer] for customer in customers) / sum(capacity.values())
    owner: dict[int, int] = {}
    moved = []
    number = np.array(customers, dtype=np.int64)
    falling = number[np.lexsort((number, -np.array(hours)[number]))]
    for customer in falling.tolist():
        slot = today.get(customer)
        if slot in load and (load[slot] == 0.0 or load[slot] + hours[customer] <= limit * capacity[slot]):
            owner[customer] = slot
            load[slot] += hours[customer]
        else:
            moved.append(customer)
    counts = dict.fromkeys(capacity, 0)
    busy = bisect_left(moved, True, key=lambda customer: not hours[customer])  # the others are no customers yet
    by_load = [(load[slot] / capacity[slot], 0.0, slot) for slot in capacity]
    heapify(by_load)
    for customer in moved[:busy]:
        slot = by_load[0][-1]
        owner[customer] = slot
        load[slot] += hours[customer]
        counts[slot] += 1
        heapreplace(by_load, (load[slot] / capacity[slot], counts[slot] / capacity[slot], slot))
    in_turn = [(counts[slot] / capacity[slot], slot) for slot in capacity]
    heapify(in_turn)
    for customer in moved[busy:]:
        slot = in_turn[0][-1]
        owner[customer] = slot
        counts[slot] += 1
        heapreplace(in_turn, (counts[slot] / capacity[slot], slot))
    return owner
