"""The search: many plans in few replications first, then the best and what lies next to them in more and more.

Nothing that the search sees is told to a reader: the best of many is also the luckiest. It only makes the short list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simkit.study.plans.plan import Plan
from simkit.study.search.conditions import known_conditions
from simkit.study.search.limit_prices import PricedPlan, broken_by, priced_plans
from simkit.study.search.played_plans import PlayedPlans

PROPOSALS = 2
"""New neighbours that each survivor brings into a round."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How far the search goes."""

    crossed: bool
    """Whether designs, priority tables and service levels are screened in every combination."""
    screened: int
    """Replications of the first look."""
    survivors: tuple[int, ...]
    """How many plans enter each round."""
    replications: tuple[int, ...]
    """Replications that each plan of a round has met at its end."""
    listed: int
    """Plans on the short list, today's organisation among them."""
    priced: int = 4
    """Replications of what a limit kept from being played, for the price of the limit; 0 for none."""


QUICK = Schedule(crossed=False, screened=4, survivors=(8, 4, 4), replications=(4, 8, 16), listed=4)
NORMAL = Schedule(crossed=True, screened=4, survivors=(16, 8, 4, 4), replications=(4, 8, 16, 32), listed=6)
FULL = Schedule(crossed=True, screened=4, survivors=(16, 8, 4, 4), replications=(4, 8, 16, 32), listed=12)


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What the search found."""

    short_list: tuple[Plan, ...]
    """Today's organisation first, then the best plan, the runner-up, and parts of the best."""
    ranked: tuple[Plan, ...]
    """All plans that were played, the best first."""
    refused: tuple[tuple[Plan, tuple[str, ...]], ...]
    """Plans that were not played, each with the limits that it breaks without a run."""
    runs: int
    priced: tuple[PricedPlan, ...] = ()
    """Plans that would be better than the best, were it not for one condition."""


def search_plans(
    played: PlayedPlans,
    schedule: Schedule,
    candidates: Sequence[Plan] | None = None,
) -> SearchResult:
    """Search for the best plans.

    Parameters
    ----------
    played : PlayedPlans
        What is known already, most often nothing; all plans meet the replications 0, 1, 2, … in it.
    candidates : sequence of Plan, optional
        The plans of the first look; by default those of the schedule. Their order makes no difference.

    Notes
    -----
    Successive halving (Karnin, Koren & Somekh 2013, *ICML*; Jamieson & Talwalkar 2016, *AISTATS*) with common random
    numbers; in each round every survivor proposes the neighbours whose gain the main effects seen so far expect to be highest.
    """
    space = played.space
    first = space.distinct(space.screened(crossed=schedule.crossed) if candidates is None else candidates)
    allowed, refused = _allowed(played, first)
    played.until(allowed, schedule.screened)
    in_race = played.ranked([plan for plan in allowed if plan != space.today])
    for survivors, replications in zip(schedule.survivors, schedule.replications, strict=True):
        in_race = in_race[:survivors]
        new, more = _allowed(played, _proposed(played, in_race))
        refused += more
        played.until([*in_race, *new], replications)
        in_race = played.ranked([*in_race, *new])
    short_list, ranked = _short_list(played, in_race, schedule.listed), tuple(played.ranked())
    if len(short_list) < 2 and refused:
        nearest = _least_forbidden(played, refused)
        return SearchResult(
            short_list=(space.today, nearest.plan),
            ranked=ranked,
            refused=tuple(refused),
            runs=played.runs,
            priced=(nearest,),
        )
    best = next((plan for plan in short_list[1:2] if not played.breaks(plan)), space.today)
    priced = priced_plans(played, best, schedule.priced)
    return SearchResult(short_list=short_list, ranked=ranked, refused=tuple(refused), runs=played.runs, priced=priced)


def _allowed(played: PlayedPlans, plans: Sequence[Plan]) -> tuple[list[Plan], list[tuple[Plan, tuple[str, ...]]]]:
    """Return the plans that break no limit known without a run, and the others with what they break."""
    kept: list[Plan] = []
    refused = []
    for plan in plans:
        broken = tuple(one.name for one in known_conditions(played.space, plan, played.goals) if not one.holds)
        if broken:
            refused.append((plan, broken))
        else:
            kept.append(plan)
    return kept, refused


def _least_forbidden(played: PlayedPlans, refused: Sequence[tuple[Plan, tuple[str, ...]]]) -> PricedPlan:
    """Return the plan that breaks the fewest limits, where nothing keeps them all: what it breaks is the answer."""
    plan, _ = min(refused, key=lambda one: (len(one[1]), played.digest(one[0])))
    known = broken_by(known_conditions(played.space, plan, played.goals))
    return PricedPlan(plan=plan, known=known)


def _proposed(played: PlayedPlans, survivors: Sequence[Plan]) -> list[Plan]:
    """Return the neighbours of the survivors that are expected to gain most, none of which has been played."""
    effects = played.effects()
    known = {played.digest(plan) for plan in played.outcomes}
    chosen: dict[str, Plan] = {}
    for plan in survivors:
        own = played.gain(plan)
        expected: list[tuple[float, str, Plan]] = []
        for neighbour in played.space.neighbours(plan):
            if not played.space.possible(neighbour) or (digest := played.digest(neighbour)) in known:
                continue
            gain = own + played.expected_change(effects, plan, neighbour)
            expected.append((-gain, digest, neighbour))
        fresh = [one for one in sorted(expected, key=lambda one: one[:2]) if one[1] not in chosen]
        for _, digest, neighbour in fresh[:PROPOSALS]:
            chosen[digest] = neighbour
    return list(chosen.values())


def _short_list(played: PlayedPlans, in_race: Sequence[Plan], number: int) -> tuple[Plan, ...]:
    """Return today's organisation, the best plan, the runner-up, and as many parts of the best as there is room for.

    Parts: each change of the best by itself, and the best without each of its changes, the better ones first as far as the
    main effects tell. What breaks something that must hold is on it only where everything does.
    """
    space, today = played.space, played.space.today
    if not in_race:
        return (today,)
    kept = [plan for plan in in_race if not played.breaks(plan)]
    in_race = kept or in_race
    best = in_race[0]
    effects = played.effects()

    def expected(plan: Plan) -> float:
        if plan in played.outcomes:
            return played.gain(plan)
        return played.expected_change(effects, today, plan)

    parts = sorted([*space.alone(best), *space.less_one(best)], key=lambda plan: (-expected(plan), plan.name))
    allowed, _ = _allowed(played, [plan for plan in parts if space.possible(plan)])
    if kept:
        allowed = [plan for plan in allowed if plan not in played.outcomes or not played.breaks(plan)]
    wanted = (today, best, *in_race[1:2], *allowed, *in_race[2:])
    order: dict[str, int] = {}
    for place, plan in enumerate(wanted):  # a single change less that change is today's, which stays in front
        order.setdefault(played.digest(plan), place)
    return tuple(sorted(space.distinct(wanted), key=lambda plan: order[played.digest(plan)])[:number])
