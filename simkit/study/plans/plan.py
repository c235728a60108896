"""The plan: what may be advised. A design, who is served first, service levels, levers and the size of units, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from simkit.study.plans.study_settings import BASELINE

AS_TODAY = "today"
AGREED = "agreed"
BEST_SPLIT = "best_split"
SERVICE_LEVELS = (AS_TODAY, AGREED, BEST_SPLIT)
"""Service levels that a plan can have: as today, as agreed in the workshop or in client.yaml, or today's hours split best."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One organisation that may be advised; what is not named is as today."""

    design: str = BASELINE
    parts: tuple[str, ...] = ()
    """Parts of the design that are on, in its order; none of a design that has none. Who is served first is no part."""
    priority: str
    """Name of the priority table."""
    service_levels: str = AS_TODAY
    """One of :data:`SERVICE_LEVELS`."""
    levers: tuple[str, ...] = ()
    """Names, sorted."""
    moved_posts: tuple[tuple[str, int], ...] = ()
    """Units with posts more or fewer than the hours balance gives them, sorted."""

    @property
    def name(self) -> str:
        """Name in results: ``stretched_t[frontline]+value_first+tools``."""
        parts = f"[{'+'.join(self.parts)}]" if self.parts else ""
        levels = () if self.service_levels == AS_TODAY else (self.service_levels,)
        posts = tuple(f"{unit}{change:+d}" for unit, change in self.moved_posts)
        return "+".join((f"{self.design}{parts}", self.priority, *levels, *self.levers, *posts))

    def components(self, today: Plan) -> frozenset[str]:
        """Return the changes of today's organisation that the plan is made of, by name.

        Parameters
        ----------
        today : Plan
            Today's organisation, which has no components.
        """
        found = {f"part:{self.design}.{part}" for part in self.parts}
        if self.design != today.design and not self.parts:
            found.add(f"design:{self.design}")
        if self.priority != today.priority:
            found.add(f"priority:{self.priority}")
        if self.service_levels != today.service_levels:
            found.add(f"service_levels:{self.service_levels}")
        found |= {f"lever:{lever}" for lever in self.levers}
        found |= {f"posts:{unit}.{change:+d}" for unit, change in self.moved_posts}
        return frozenset(found)


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON holds it."""
    return asdict(plan)


def recorded_plan(record: Mapping[str, Any]) -> Plan:
    """Return the plan that a record tells."""
    return Plan(
        **{
            **record,
            "parts": tuple(record["parts"]),
            "levers": tuple(record["levers"]),
            "moved_posts": tuple((str(unit), int(change)) for unit, change in record["moved_posts"]),
        }
    )
