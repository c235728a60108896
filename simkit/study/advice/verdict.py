"""The verdict: one of five answers, from everything that is known of the plans on the short list. Nothing else advises."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from simkit.study.thresholds import threshold

Kind = Literal["do_it", "first_step", "keep", "measure_first", "not_usable"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RELEVANT_ZONES = 2.0
"""A gain of so many zones is relevant: smaller ones are not worth further search."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of one plan on the short list; gains are yearly, over today's organisation."""

    name: str
    mean: float
    low: float
    high: float
    """Gain in the deciding scenario on fresh replications, with the interval that holds for all plans at once."""
    worst_high: float = math.inf
    """Smallest upper end of its intervals in the other scenarios; infinite without any."""
    broken: tuple[str, ...] = ()
    """Names of the conditions that do not hold at their mean."""
    reliability: float = math.nan
    """Share of the joint draws in which it is the right choice; missing without draws."""
    effort: tuple[float, ...] = (0.0,)
    """What tells the simpler change: people, accounts, hand-overs per case; the first that differs counts."""
    components: frozenset[str] = frozenset()
    """Its changes of today's organisation."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The one answer."""

    kind: Kind
    plan: str = ""
    """The plan that is advised; empty where none is."""
    beyond: str = ""
    """Of a first step: the plan that it is part of and that has not been proven better."""
    candidate: str = ""
    """The plan that the answer is about where none is advised: where measuring decides, of the plans that it may prove right
    the one that is right in most draws; else the best that holds all conditions, else the best."""
    because: Literal["", "gate", "no_gain", "no_feasible", "undecided", "unreliable", "not_drawn"] = ""
    """Why nothing is advised."""

    @property
    def advises(self) -> bool:
        """Whether a change is advised."""
        return self.kind in ("do_it", "first_step")

    @property
    def shown(self) -> str:
        """The plan whose figures stand beside the answer; empty where there is none besides today's organisation."""
        return self.plan or self.candidate


def passes(one: Standing, zone: float) -> bool:
    """Tell whether a plan may be advised as far as replications tell.

    It surely gains more than the zone, breaks nothing, and does not surely lose more than the zone in another scenario.
    """
    return one.low > zone and not one.broken and not one.worst_high < -zone


def verdict(
    standings: Sequence[Standing], beaten_by: Mapping[tuple[str, str], float], zone: float, *, fits: bool
) -> Verdict:
    """Return the answer, which there is whatever is given.

    Parameters
    ----------
    standings : sequence of Standing
        All plans of the short list but today's organisation, in any order.
    beaten_by : mapping of (str, str) to float
        By names (better, worse): lower end of the interval of the difference of their gains.
    zone : float
        Gain that counts as none, at least 0.
    fits : bool
        Whether the model fits the client.

    Notes
    -----
    1. It does not fit: not usable. 2. No plan passes: keep today's organisation where no plan that breaks nothing can still gain
    more than twice the zone, or every plan breaks something; else measure first. 3. Of the plans that pass none is right in
    enough of the joint draws (``rule.reliability``): measure first. The candidate of either is the plan that is right in most
    draws, since it is nearest to being advised: the mean with the likeliest values leads only while what is assumed is so.
    4. Of those that are, b has the highest mean; S is the simplest that b does not surely beat by more than the zone. S is b, or
    no part of it: do it. Else S is the first step.
    """
    ordered = sorted(standings, key=lambda one: (-_number(one.mean), one.name))
    feasible = [one for one in ordered if not one.broken]
    candidate = (feasible or ordered)[0].name if ordered else ""
    if not fits:
        return Verdict(kind="not_usable", candidate=candidate, because="gate")
    passing = [one for one in feasible if passes(one, zone)]
    if not passing:
        if not feasible:
            return Verdict(kind="keep", candidate=candidate, because="no_feasible")
        if max(_number(one.high) for one in feasible) <= RELEVANT_ZONES * zone:
            return Verdict(kind="keep", candidate=candidate, because="no_gain")
        open_still = [one for one in feasible if _number(one.high) > RELEVANT_ZONES * zone]
        return Verdict(kind="measure_first", candidate=_oftenest_right(open_still), because="undecided")
    reliable = [one for one in passing if one.reliability >= threshold("rule.reliability")]
    if not reliable:
        drawn = any(one.reliability == one.reliability for one in passing)
        why: Literal["unreliable", "not_drawn"] = "unreliable" if drawn else "not_drawn"
        return Verdict(kind="measure_first", candidate=_oftenest_right(passing), because=why)
    best = reliable[0]
    near = [one for one in reliable if one is best or not beaten_by.get((best.name, one.name), -math.inf) > zone]
    simplest = min(near, key=lambda one: (one.effort, -_number(one.mean), one.name))
    if simplest is not best and simplest.components < best.components:
        return Verdict(kind="first_step", plan=simplest.name, beyond=best.name)
    return Verdict(kind="do_it", plan=simplest.name)


def _oftenest_right(plans: Sequence[Standing]) -> str:
    """Return the name of the plan that is right in most draws, of equals the one with the higher mean."""
    return min(plans, key=lambda one: (-_number(one.reliability), -_number(one.mean), one.name)).name


def settled(standings: Sequence[Standing], zone: float) -> bool:
    """Tell whether more replications could change nothing but digits: some plan passes, or none can gain anything relevant."""
    feasible = [one for one in standings if not one.broken]
    return any(passes(one, zone) for one in feasible) or all(one.high <= RELEVANT_ZONES * zone for one in feasible)


def _number(value: float) -> float:
    """Return a number that can be ordered; what is not known is the least of all."""
    return value if value == value else -math.inf
