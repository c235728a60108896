"""Trials of today: how much effort makes the firm as busy as it is, what it promises, and what keeps its customers in balance.

A firm promises what it has kept before, and has found a balance of customers coming and going long ago; the trials find both.
They know nothing of other organisations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .days import World
from .draws import Floats
from .firm import BESPOKE, SEGMENT_SHARES, YEAR_DAYS, A, B, C, Firm, Places, firm, places, with_found
from .plans import TODAY, Hours, Plan, plans
from .records import Diary
from .steps import CONTACT, FEASIBILITY, FOLLOW, NEGOTIATE, PREPARE, PRESENT, QUALIFY, ROUND

TRIAL_FIRST, TRIALS = 5_000_000, 24
"""Number of the first replication of the trials, and how many there are."""
PAST_DAYS = YEAR_DAYS
"""Before go-live, so that queues and customers' memories are what they stay."""
HISTORY = 9_000_000
"""Number of the replication that the exports show; no truth and no other trial knows it."""
LONG_PROMISE = 10_000.0
NO_HOURS = Hours(
    by_segment=(1.0, 1.0, 1.0),
    bespoke_rounds=1.0,
    bespoke_by_segment=(0.3, 0.3, 0.3),
    contacts_c=0.3,
    new_business=1.0,
)
NEW_BUSINESS = (PREPARE, PRESENT, FOLLOW, NEGOTIATE, QUALIFY)
ROUNDS = 2
HELD = 0.93
"""Load up to which hours are corrected again; above it work that nobody gets round to is missing from them."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A firm at rest."""

    firm: Firm
    places: Places
    hours: Hours


def today(firm: Firm, places: Places) -> Plan:
    """Return today's organisation."""
    return plans(firm, places, NO_HOURS, (TODAY,))[0]


def settled(seed: int) -> Settled:
    """Draw a firm and bring it to rest."""
    drawn = firm(seed)
    first = drawn.reaction.churn_per_year * drawn.customers * 1.0 / (drawn.qualified_share * drawn.win_share)
    drawn = with_found(drawn, leads_per_year=first, promises=(LONG_PROMISE,) * 3)
    for number in range(ROUNDS):
        world = _trial(drawn)
        tally = world.tally
        hours = tally.hours.mean(axis=0)
        load = float(hours.sum() / tally.available_h.mean())
        found: dict[str, object] = {
            "leads_per_year": drawn.leads_per_year * _growth(world),
            "promises": _promises(world),
        }
        if number == 0:
            found["segments"] = _segments(drawn)
        if number == 0 or load < HELD:
            found["effort"] = drawn.effort * drawn.load / load
        drawn = with_found(drawn, **found)
    return Settled(firm=drawn, places=places(drawn), hours=_profile(hours))


def _trial(drawn: Firm) -> World:
    fixed = places(drawn)
    replications = TRIAL_FIRST + np.arange(TRIALS)
    world = World(
        drawn, fixed, today(drawn, fixed), replications, past_days=PAST_DAYS, days=2 * YEAR_DAYS, keeps_lead_days=True
    )  # fmt: skip
    world.run(PAST_DAYS + 2 * YEAR_DAYS)
    return world


def _segments(drawn: Firm) -> tuple[int, ...]:
    """Return the segment of each place by what its customer bought in the two years that the exports show.

    The firm sorts all buyers by revenue; a place that is empty at the end has the segment of what its customers are worth.
    """
    fixed, diary = places(drawn), Diary()
    world = World(
        drawn, fixed, today(drawn, fixed), np.array([HISTORY]), past_days=PAST_DAYS, days=2 * YEAR_DAYS, diary=diary
    )  # fmt: skip
    world.run(PAST_DAYS + 2 * YEAR_DAYS)
    revenue: dict[tuple[int, int], float] = {}
    for place, generation, _, born, _, _, _, value, _, _ in diary.orders:
        if born >= 0:
            revenue[int(place), int(generation)] = revenue.get((int(place), int(generation)), 0.0) + float(value)
    ranked = sorted(revenue, key=lambda one: -revenue[one])
    segment = fixed.segment.copy()
    for rank, (place, generation) in enumerate(ranked):
        if world.accounts.active[0, place] and generation == world.accounts.generation[0, place]:
            share = (rank + 0.5) / len(ranked)
            segment[place] = A if share < SEGMENT_SHARES[0] else B if share < SEGMENT_SHARES[1] else C
    return tuple(int(one) for one in segment)


def _growth(world: World) -> float:
    """Return the leads that are needed relative to those that came."""
    lost, won = float(world.tally.lost.sum()), float(world.tally.won.sum())
    return min(max((lost + 1) / (won + 1), 0.4), 2.5)


def _promises(world: World) -> tuple[float, float, float]:
    order_class = np.concatenate([one for one, _ in world.lead_days])
    days = np.concatenate([one for _, one in world.lead_days])
    first, second, third = (
        float(np.quantile(days[order_class == number], 1 - late)) for number, late in enumerate(world.firm.late_shares)
    )
    return first, second, third


def _profile(hours: Floats) -> Hours:
    """Return the hours that units are sized by; `hours` is by step, class and segment."""
    bespoke = hours[ROUND, BESPOKE] + hours[FEASIBILITY].sum(axis=0)
    first, second, third = (float(one) for one in hours.sum(axis=(0, 1)))
    a, b, c = (float(one) for one in bespoke)
    return Hours(
        by_segment=(first, second, third), bespoke_rounds=float(bespoke.sum()), bespoke_by_segment=(a, b, c),
        contacts_c=float(hours[CONTACT, :, C].sum()), new_business=float(hours[list(NEW_BUSINESS)].sum()),
    )  # fmt: skip
