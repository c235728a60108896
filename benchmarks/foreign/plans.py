"""Organisations in the foreign world's own terms: who is in which team, whose customer is whose, what comes first.

Today is one team in which everybody does all of the work of their own customers. The others change who does what (segment
teams, hunters, a unit that carries bespoke orders through the house), what comes first, or how often customers are contacted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .draws import Flags, Floats, Whole
from .firm import A, B, C, Firm, Places, balanced
from .steps import CARE, DEAL, LEAD, ORDER, REQUEST

TODAY, VALUE_FIRST, SEGMENT_TEAMS = "baseline", "baseline_value_first", "segment_teams"
HUNTERS, STRETCHED, LEVELS = "hunter_farmer", "stretched_t", "baseline[+agreed_service_levels]"
NAMES = (TODAY, VALUE_FIRST, HUNTERS, STRETCHED, SEGMENT_TEAMS, LEVELS)
"""As a consultant would name the same organisations in the kit, today first."""


def _ranks(order: Sequence[Sequence[tuple[int, tuple[int, ...]]]]) -> Whole:
    table = np.zeros((5, 3), dtype=np.int64)
    for rank, kinds in enumerate(order):
        for kind, segments in kinds:
            table[kind, list(segments)] = rank
    return table


ALL = (A, B, C)
INTERNAL_FIRST = _ranks((((ORDER, ALL),), ((REQUEST, ALL),), ((DEAL, ALL), (LEAD, ALL)), ((CARE, ALL),)))
BY_VALUE = _ranks((
    ((REQUEST, (A,)),), ((ORDER, (A, B)),), ((CARE, (A,)), (REQUEST, (B,)), (DEAL, (A,))), ((DEAL, (B,)), (ORDER, (C,))),
    ((LEAD, ALL), (CARE, (B,))), ((REQUEST, (C,)),), ((DEAL, (C,)),), ((CARE, (C,)),),
))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Hours a year of today's work, for the size of units: found by a trial of today."""

    by_segment: tuple[float, float, float]
    bespoke_rounds: float
    """Of rounds of bespoke orders and of feasibility, which are part of `by_segment`."""
    bespoke_by_segment: tuple[float, float, float]
    contacts_c: float
    """Of contacts with C customers, which are part of `by_segment` too."""
    new_business: float
    """Of deals and leads."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One organisation of one firm."""

    name: str
    ranks: Whole
    """What comes first, by kind of case and segment, 0 first; shape (5, 3)."""
    owner: Whole
    """Post that looks after each place."""
    team: Whole
    """By post: team within which people help each other."""
    in_unit: Flags
    """By post: whether it belongs to the unit of specialists, which shares one queue."""
    unit_rounds: bool = False
    unit_deals: bool = False
    """What the unit does: rounds of bespoke orders and feasibility, or deals and leads."""
    contacts: tuple[float, float, float]
    """Planned contacts a year by segment."""
    focused: bool = False
    """Whether everybody serves one segment alone."""
    phone_c: bool = False
    modular: bool = False
    changed: Flags = field(default_factory=lambda: np.zeros(0, bool))
    moved: Flags = field(default_factory=lambda: np.zeros(0, bool))
    """Posts whose task changes, and places that get another contact."""


def heads(hours: Sequence[float], posts: int) -> list[int]:
    """Share posts out by hours, at least one each, by the largest remainder."""
    share = np.maximum(np.array(hours) / sum(hours) * posts, 1.0)
    share *= posts / share.sum()
    count = np.maximum(np.floor(share), 1).astype(int)
    while count.sum() > posts:
        count[np.argmax(count)] -= 1
    while count.sum() < posts:
        count[np.argmax(share - count)] += 1
    return [int(one) for one in count]


def plans(firm: Firm, places: Places, hours: Hours, names: Sequence[str] = NAMES) -> tuple[Plan, ...]:
    """Return the organisations of a firm, in the order of `names`."""
    makers = {
        TODAY: _today, VALUE_FIRST: _value_first, SEGMENT_TEAMS: _segment_teams, HUNTERS: _hunters,
        STRETCHED: _stretched, LEVELS: _levels,
    }  # fmt: skip
    return tuple(makers[name](firm, places, hours) for name in names)


def _plain(firm: Firm, places: Places, **more: object) -> Plan:
    people = firm.people
    values: dict[str, object] = {
        "ranks": INTERNAL_FIRST, "owner": places.owner, "team": np.zeros(people, np.int64),
        "in_unit": np.zeros(people, bool), "contacts": firm.planned, "changed": np.zeros(people, bool),
    } | more  # fmt: skip
    moved = np.asarray(values["owner"]) != places.owner
    return Plan(moved=moved, **values)  # type: ignore[arg-type]


def _today(firm: Firm, places: Places, _: Hours) -> Plan:
    return _plain(firm, places, name=TODAY)


def _value_first(firm: Firm, places: Places, _: Hours) -> Plan:
    return _plain(firm, places, name=VALUE_FIRST, ranks=BY_VALUE)


def _levels(firm: Firm, places: Places, _: Hours) -> Plan:
    return _plain(firm, places, name=LEVELS, contacts=agreed(firm))


def agreed(firm: Firm) -> tuple[float, float, float]:
    """Return the contacts a year that a workshop agrees on: what customers want, with its error, in half contacts."""
    a, b, c = (
        max(round(2 * want * error) / 2, 0.5)
        for want, error in zip(firm.wanted, firm.change.agreement_error, strict=True)
    )
    return a, b, c


def _segment_teams(firm: Firm, places: Places, hours: Hours) -> Plan:
    posts = np.arange(firm.people)
    team = _teams(firm, _with_phone(firm, hours, hours.by_segment), posts)
    owner = _given_to_teams(places, team, posts)
    return _plain(
        firm,
        places,
        name=SEGMENT_TEAMS,
        owner=owner,
        team=team,
        changed=np.ones(firm.people, bool),
        phone_c=True,
        focused=True,
    )


def _hunters(firm: Firm, places: Places, hours: Hours) -> Plan:
    """Who sells best wins new business, the others look after customers and their orders."""
    total = sum(hours.by_segment)
    number = heads((hours.new_business, total - hours.new_business), firm.people)[0]
    best = np.argsort(-places.talent, kind="stable")[:number]
    in_unit = np.isin(np.arange(firm.people), best)
    owner = _kept_or_given(places, ~in_unit)
    changed = np.ones(firm.people, bool)
    return _plain(
        firm, places, name=HUNTERS, owner=owner, team=in_unit.astype(np.int64), in_unit=in_unit, unit_deals=True,
        changed=changed,
    )  # fmt: skip


def _stretched(firm: Firm, places: Places, hours: Hours) -> Plan:
    """Segment teams, a unit that carries bespoke orders and builds modules, modular delivery, value first."""
    change = firm.change
    unit_h = hours.bespoke_rounds * change.specialist_factor / (1 - change.building_share)
    left = [all_h - bespoke for all_h, bespoke in zip(hours.by_segment, hours.bespoke_by_segment, strict=True)]
    number = min(heads((unit_h, sum(left)), firm.people)[0], firm.people - 3)
    in_unit = np.arange(firm.people) >= firm.people - number
    posts = np.flatnonzero(~in_unit)
    team = np.full(firm.people, 3)
    team[posts] = _teams(firm, _with_phone(firm, hours, left), posts)[posts]
    return _plain(
        firm, places, name=STRETCHED, ranks=BY_VALUE, owner=_given_to_teams(places, team, posts), team=team, in_unit=in_unit,
        unit_rounds=True, changed=np.ones(firm.people, bool), phone_c=True, focused=True,
        modular=True,
    )  # fmt: skip


def _with_phone(firm: Firm, hours: Hours, by_segment: Sequence[float]) -> list[float]:
    """Return hours by segment when C customers are called instead of visited."""
    a, b, c = by_segment
    return [a, b, c - (1 - firm.change.phone_h_share) * hours.contacts_c]


def _teams(firm: Firm, hours: Sequence[float], posts: Whole) -> Whole:
    team = np.zeros(firm.people, np.int64)
    team[posts] = np.repeat([A, B, C], heads(hours, len(posts)))
    return team


def _given_to_teams(places: Places, team: Whole, posts: Whole) -> Whole:
    """Give every place to its segment's team: to its owner where that is a member, else to whoever has least."""
    owner = places.owner.copy()
    for segment in (A, B, C):
        members = posts[team[posts] == segment]
        mine = places.segment == segment
        owner[mine] = _dealt(places, mine, members)
    return owner


def _kept_or_given(places: Places, allowed: Flags) -> Whole:
    """Leave places where they are, and give those of the others to whoever of the allowed has least."""
    owner, members = places.owner.copy(), np.flatnonzero(allowed)
    lost = ~np.isin(owner, members)
    held = np.bincount(owner[~lost], weights=np.sqrt(places.order_rate)[~lost], minlength=len(allowed))
    for place in np.flatnonzero(lost):
        post = members[np.argmin(held[members] / places.fte[members])]
        owner[place] = post
        held[post] += np.sqrt(places.order_rate[place])
    return owner


def _dealt(places: Places, mine: Flags, members: Whole) -> Whole:
    """Keep owners who are members as long as they have no more than their share; deal out the rest."""
    weight, fte = np.sqrt(places.order_rate), places.fte[members]
    index = np.flatnonzero(mine)
    room = weight[index].sum() * fte / fte.sum()
    owner, held = np.full(len(index), -1), np.zeros(len(members))
    for number, place in enumerate(index):
        at = np.flatnonzero(members == places.owner[place])
        if len(at) and held[at[0]] + weight[place] <= 1.1 * room[at[0]]:
            owner[number], held[at[0]] = members[at[0]], held[at[0]] + weight[place]
    rest = np.flatnonzero(owner < 0)
    open_room = np.maximum(room - held, 1e-6)
    given = balanced(weight[index[rest]], open_room, np.arange(len(rest)))
    owner[rest] = members[given]
    return owner


def stacked(chosen: Sequence[Plan], name: str) -> Floats:
    """Return one property of several plans as an array, plan first."""
    return np.stack([np.asarray(getattr(one, name)) for one in chosen])
