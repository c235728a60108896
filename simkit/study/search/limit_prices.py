"""What the limits cost: the best plan that one condition alone forbids, confirmed beside the best plan that keeps them all.

A condition binds where a plan that breaks it, and nothing else, gains more than every plan that breaks nothing. Its price is that
difference. A plan that carries a price is confirmed on the same fresh replications as the short list, but is no part of it: no
interval is wider for it, no draw plays it, and no verdict sees it, so that it is never advised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.intake.settings.goals_settings import Goals
from simkit.study.paired_comparison import mean_and_half_width
from simkit.study.plans.experiment_plan import ExperimentPlan
from simkit.study.plans.plan import Plan
from simkit.study.search.conditions import Condition, known_conditions, run_conditions
from simkit.study.search.plan_outcomes import PlanOutcomes, outcomes_of, yardstick
from simkit.study.search.played_plans import PlayedPlans

TEXTS = Catalogue.beside(__file__)
MOST_TRIED, MOST_PRICED = 16, 2
"""Neighbours of the best plan that are played for the price of a limit known without a run, and plans that are confirmed."""
PRICE_COLUMNS = ("condition", "label_de", "label_en", "plan", "beyond", "price", "low", "high")
Beyond = Mapping[str, float]
"""By condition: how far a plan is beyond it."""


def condition_of(name: str) -> str:
    """Return what a condition is called in client.yaml: the late shares of all classes of orders are one floor."""
    return ".".join(name.split(".")[:2])


def broken_by(conditions: Sequence[Condition], *, surely: bool = False) -> dict[str, float]:
    """Return the conditions that do not hold, each as client.yaml names it, with how far the plan is beyond."""
    found: dict[str, float] = {}
    for one in conditions:
        if one.surely_broken if surely else not one.holds:
            name = condition_of(one.name)
            found[name] = max(found.get(name, 0.0), one.value - one.limit)
    return found


@dataclass(frozen=True, kw_only=True)
class PricedPlan:
    """A plan that would be better than the best one, were it not for one condition."""

    plan: Plan
    known: Beyond
    """The limits that it breaks and that are known without a run."""


def priced_plans(played: PlayedPlans, best: Plan, replications: int) -> tuple[PricedPlan, ...]:
    """Return the plans that show what a condition costs, those first that gain most; nothing where none binds.

    Parameters
    ----------
    best : Plan
        The best plan of the search that breaks nothing, today's organisation where there is none.
    replications : int
        How many each neighbour of the best plan plays that a limit kept from being played; 0 looks at what was played alone.
    """
    tried = _forbidden_neighbours(played, best) if replications else []
    played.until(tried, replications)
    more = {plan: _more(played, plan, best) for plan in played.outcomes}
    best_by_condition: dict[str, Plan] = {}
    for plan in sorted(played.outcomes, key=lambda one: (-more[one], played.digest(one))):
        broken = _broken(played, plan)
        if len(broken) == 1 and more[plan] > 0:
            best_by_condition.setdefault(next(iter(broken)), plan)
    return tuple(
        PricedPlan(plan=plan, known=_known(played, plan)) for plan in list(best_by_condition.values())[:MOST_PRICED]
    )


def _more(played: PlayedPlans, plan: Plan, best: Plan) -> float:
    """Return what a plan gains beyond another one, in the replications that both have met."""
    number = min(len(played.outcomes[one]) for one in (plan, best))
    one, other = (played.yardstick.gains(played.outcomes[name], played.today, number).mean() for name in (plan, best))
    return float(one - other)


def _forbidden_neighbours(played: PlayedPlans, best: Plan) -> list[Plan]:
    """Return the plans one change away from the best that one limit alone forbids, those first that are expected to gain most."""
    space, effects = played.space, played.effects()
    found: dict[str, tuple[float, str, Plan]] = {}
    for plan in space.neighbours(best):
        if not space.possible(plan) or len(_known(played, plan)) != 1:
            continue
        digest = played.digest(plan)
        found.setdefault(digest, (-played.expected_change(effects, best, plan), digest, plan))
    return [plan for _, _, plan in sorted(found.values(), key=lambda one: one[:2])[:MOST_TRIED]]


def _known(played: PlayedPlans, plan: Plan) -> dict[str, float]:
    return broken_by(known_conditions(played.space, plan, played.goals))


def _broken(played: PlayedPlans, plan: Plan) -> dict[str, float]:
    seen = run_conditions(played.outcomes[plan], played.today, played.goals)
    return _known(played, plan) | broken_by(seen, surely=True)


# --- confirmed ----------------------------------------------------------------------------------------------------------


def prices_frame(frame: pd.DataFrame, plan: ExperimentPlan, goals: Goals) -> pd.DataFrame:
    """Return what each condition costs that binds the best plan, the dearest first.

    Parameters
    ----------
    frame : DataFrame
        Yearly runs.

    Returns
    -------
    DataFrame
        One row per condition: condition (as client.yaml names it), label_de, label_en, plan (label of the best plan that breaks
        it alone), beyond (by how far, in the condition's unit), price (its gain beyond that of the best plan that breaks nothing,
        else beyond today's, in the unit of the goal) with a paired 95 % t-interval (low, high). No row where nothing binds.
    """
    rows = sorted(_prices(frame, plan, goals), key=lambda row: -float(str(row[5])))
    return pd.DataFrame(rows, columns=list(PRICE_COLUMNS))


def _prices(frame: pd.DataFrame, plan: ExperimentPlan, goals: Goals) -> Iterator[tuple[object, ...]]:
    names = list(dict.fromkeys((*plan.main, *plan.priced)))
    outcomes = outcomes_of(frame[frame["design"].isin(names)], plan.main_scenario, goals)
    today = outcomes[plan.baseline]
    measured = yardstick(goals, today)
    gains = {name: measured.gains(outcomes[name], today) for name in names}
    gain = {name: float(one.mean()) for name, one in gains.items()}
    broken = {name: _confirmed_broken(plan, name, outcomes, goals) for name in names}
    kept = [name for name in plan.main if name == plan.baseline or not broken[name]]
    best = max(kept, key=gain.__getitem__)
    told: set[str] = set()
    for name in sorted(names, key=lambda one: (-gain[one], one)):
        if len(broken[name]) != 1 or gain[name] <= gain[best] or name == plan.baseline:
            continue
        ((condition, beyond),) = broken[name].items()
        if condition in told:
            continue
        told.add(condition)
        more = gains[name] - gains[best]
        mean, width = mean_and_half_width(more)
        label: Text = TEXTS.group("conditions")[condition]
        yield condition, label.de, label.en, name, beyond, mean, mean - width, mean + width


def _confirmed_broken(
    plan: ExperimentPlan, name: str, outcomes: Mapping[str, PlanOutcomes], goals: Goals
) -> dict[str, float]:
    seen = run_conditions(outcomes[name], outcomes[plan.baseline], goals)
    return dict(plan.priced.get(name, {})) | broken_by(seen)
