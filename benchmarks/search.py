"""Does the search find the best plan, does its interval hold, and is luck ever advised? On small firms of the kit's own engine.

Firms: every plan that the search could reach is played until its gain is known or it is surely not the best, so the truth is.
Twins: fifty plans that are today's organisation, each with luck of its own, enter the search; whatever is advised then is luck.

``python benchmarks/search.py`` runs all of it; ``--firms 4 --repetitions 20`` a part.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from machine import say, say_machine
from scipy.stats import beta

from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.random_streams import stream
from simkit.foundation.text import same
from simkit.intake.settings.goals_settings import DEFAULT_GOALS
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.specification.levers import Lever
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.scenarios import load_scenario
from simkit.study.advice.verdict import verdict
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.experiment.process_pool import processes_kept
from simkit.study.measured.load import PATH as LOAD
from simkit.study.measured.load import scaled_to_load
from simkit.study.plans.plan import Plan
from simkit.study.plans.plan_space import PlanSpace, plan_space
from simkit.study.search.conditions import Condition, run_conditions
from simkit.study.search.confirmation import compared
from simkit.study.search.plan_outcomes import PlanOutcomes
from simkit.study.search.plan_runs import PlanRuns
from simkit.study.search.plan_search import Schedule, search_plans
from simkit.study.search.played_plans import PlayedPlans

FIRMS = 60
SURE = 3.5
"""Standard errors of a paired difference from which on a plan is surely not the best."""
DESIGNS, PRIORITIES, LEVERS = ("hunter_farmer",), ("internal_first", "value_first"), ("lean", "training")
SCHEDULE = Schedule(crossed=True, screened=4, survivors=(16, 8, 4, 4), replications=(4, 8, 16, 32), listed=6)
FIRST_CONFIRMED, FIRST_OF_TRUTH = 100_000, 200_000
WITHIN, WANTED = 0.01, 54
TWINS, REPETITIONS, MOST_TWINS = 50, 200, 10
BY_HAND = Provenance(kind="option", source="benchmark")


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is played."""

    levers: tuple[str, ...] = LEVERS
    """What the plans of a firm may have; one more doubles them."""
    looks: tuple[int, ...] = (12, 25, 50, 100, 200)
    """Replications of the truth after which plans are left out that are surely not the best; of the others the last counts."""
    schedule: Schedule = SCHEDULE
    confirmed: int = 30
    pool: int = 2_000
    """Runs of today that twins draw from."""
    execution: Execution = Execution(jobs=1)


@dataclass(frozen=True, kw_only=True)
class Searched:
    """What the search gave on one firm."""

    firm: int
    plans: int
    regret: float
    """Of the plan found, as a share of contribution."""
    covered: bool
    """Whether the interval of its gain on fresh replications holds its true gain."""
    best_gain: float


def firm(number: int) -> tuple[ModelInputs, ParameterSet]:
    """Return a small firm with numbers of its own, over one year."""
    rng = stream(number, -1, "benchmark.search")
    inputs = example_inputs(
        customers=int(rng.integers(20, 50)), posts=int(rng.integers(5, 8)), orders_per_year=float(rng.integers(300, 700)),
        seed=number,
    )  # fmt: skip
    changes = {
        "time.horizon_years": 1.0, "time.warm_up_years": 0.25, LOAD: float(rng.uniform(0.6, 1.0)),
        "reaction.elasticity": float(rng.uniform(0.1, 0.5)),
        "leads.per_year": float(rng.uniform(50, 200)), "amo.training_gain": 0.0,
    }  # fmt: skip
    return inputs, scaled_to_load(load_defaults().patch(changes, BY_HAND), inputs)


def space_of(number: int, levers: Sequence[str] = LEVERS) -> PlanSpace:
    """Return the plans of a firm: few enough to play them all."""
    inputs, parameters = firm(number)
    whole = plan_space(inputs, parameters, designs=DESIGNS)
    return replace(
        whole,
        priorities={name: whole.priorities[name] for name in PRIORITIES},
        levers={name: whole.levers[name] for name in levers},
    )


def reachable(space: PlanSpace) -> list[Plan]:
    """Return every plan that the search could come to."""
    known, edge = dict.fromkeys(space.screened(crossed=True)), space.screened(crossed=True)
    while edge:
        found = [plan for one in edge for plan in space.neighbours(one) if plan not in known and space.possible(plan)]
        edge = list(dict.fromkeys(found))
        known |= dict.fromkeys(edge)
    return space.distinct(list(known))


def runs_of(space: PlanSpace, seed: int, execution: Execution) -> PlanRuns:
    """Return what plays the plans of a firm."""
    return PlanRuns(space=space, scenario=load_scenario("today"), goals=DEFAULT_GOALS, seed=seed, execution=execution)


def searched(number: int, size: Size = Size()) -> Searched:
    """Search on one firm, and hold what is found against the truth."""
    space = space_of(number, size.levers)
    play, plans = runs_of(space, number, size.execution), reachable(space)
    played = PlayedPlans(space=space, goals=DEFAULT_GOALS, play=play)
    found = search_plans(played, size.schedule)
    best = found.short_list[1]
    truth = PlayedPlans(space=space, goals=DEFAULT_GOALS, play=shifted(play, FIRST_OF_TRUTH))
    near = plans
    for replications in size.looks:
        truth.until([*near, best], replications)
        near = maybe_best(truth, near)
    scale = truth.yardstick.scale
    allowed = [plan for plan in near if not truth.breaks(plan)]
    top = max([0.0, *(truth.gain(plan) for plan in allowed)])
    fresh = shifted(play, FIRST_CONFIRMED)(found.short_list, range(size.confirmed))
    standing = compared({"today": named(fresh)}, space.today.name, DEFAULT_GOALS).standings
    (one,) = [standing for standing in standing if standing.name == best.name]
    return Searched(
        firm=number, plans=len(plans), regret=(top - truth.gain(best)) / scale, best_gain=top / scale,
        covered=one.low <= truth.gain(best) <= one.high,
    )  # fmt: skip


def maybe_best(truth: PlayedPlans, plans: Sequence[Plan]) -> list[Plan]:
    """Return the plans that may be the best of those that break nothing: nothing but what is sure leaves one out."""
    conditions = {plan: run_conditions(truth.outcomes[plan], truth.today, truth.goals) for plan in plans}
    holding = [plan for plan, all_of in conditions.items() if all(beyond(one, +SURE) <= 0 for one in all_of)]
    top = max([truth.space.today, *holding], key=truth.gain)
    best = truth.yardstick.gains(truth.outcomes[top], truth.today)
    return [
        plan
        for plan, all_of in conditions.items()
        if all(beyond(one, -SURE) <= 0 for one in all_of)
        and not surely_positive(best - truth.yardstick.gains(truth.outcomes[plan], truth.today))
    ]


def beyond(one: Condition, errors: float) -> float:
    """Return how far a plan is beyond a condition, so many standard errors added."""
    return one.value + errors * one.error - one.limit if np.isfinite(one.value) else -np.inf


def surely_positive(values: Floats) -> bool:
    """Tell whether a mean is above 0 by more than chance explains."""
    return bool(values.mean() > SURE * values.std(ddof=1) / np.sqrt(len(values)) + 1e-9)


Play = Callable[[Sequence[Plan], range], Mapping[Plan, PlanOutcomes]]


def shifted(play: Play, first: int) -> Play:
    """Return what plays the same plans in other replications, numbered from 0."""

    def other(plans: Sequence[Plan], replications: range) -> Mapping[Plan, PlanOutcomes]:
        return play(plans, range(first + replications.start, first + replications.stop))

    return other


def named(outcomes: Mapping[Plan, PlanOutcomes]) -> dict[str, PlanOutcomes]:
    """Return outcomes by the names of the plans."""
    return {plan.name: one for plan, one in outcomes.items()}


# --- twins of today -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TwinPlay:
    """Plays plans that are all today's organisation, each with luck of its own, drawn from many runs of it."""

    pool: pd.DataFrame
    repetition: int

    def __call__(self, plans: Sequence[Plan], replications: range) -> dict[Plan, PlanOutcomes]:
        """Return the runs of each plan in the replications of these numbers."""
        return {plan: PlanOutcomes(table=self._drawn(plan, replications)) for plan in plans}

    def _drawn(self, plan: Plan, replications: range) -> pd.DataFrame:
        rows = [
            int(stream(self.repetition, number, f"benchmark.twin.{plan.name}").integers(len(self.pool)))
            for number in replications
        ]
        return self.pool.iloc[rows].set_axis(list(replications))


def twin_space() -> PlanSpace:
    """Return today's organisation and fifty levers that do nothing."""
    space = space_of(0)
    twins = {
        f"twin{number:02d}": Lever(name=f"twin{number:02d}", title=same(f"twin {number}"), purpose=same(""))
        for number in range(TWINS)
    }
    return replace(
        space, levers=twins, priorities={space.today.priority: space.priorities[space.today.priority]},
        designs={"baseline": space.designs["baseline"]},
    )  # fmt: skip


def twins_advised(repetitions: int, size: Size = Size()) -> Iterator[bool]:
    """Yield for each repetition whether a twin of today is advised, as if every draw agreed with it."""
    space = twin_space()
    whole = space_of(0)
    pool = runs_of(whole, 0, size.execution)([whole.today], range(size.pool))[whole.today].table
    for repetition in range(repetitions):
        play = TwinPlay(pool=pool, repetition=repetition)
        found = search_plans(PlayedPlans(space=space, goals=DEFAULT_GOALS, play=play), size.schedule)
        fresh = named(shifted(play, FIRST_CONFIRMED)(found.short_list, range(size.confirmed)))
        stand = compared({"today": fresh}, space.today.name, DEFAULT_GOALS, reliability=dict.fromkeys(fresh, 1.0))
        yield verdict(stand.standings, stand.beaten_by, stand.zone, fits=True).advises


# --- the command ---------------------------------------------------------------------------------------------------------


def exact(hits: int, number: int) -> str:
    """Return a share with its exact 95 % interval."""
    low = 0.0 if hits == 0 else float(beta.ppf(0.025, hits, number - hits + 1))
    high = 1.0 if hits == number else float(beta.ppf(0.975, hits + 1, number - hits))
    return f"{hits} of {number} ({low:.1%} to {high:.1%})"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print how the search does; leaves with 1 when it is not as promised."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--firms", type=int, default=FIRMS)
    options.add_argument("--repetitions", type=int, default=REPETITIONS)
    options.add_argument("--jobs", type=int, default=1)
    chosen = options.parse_args(arguments)
    say_machine()
    with processes_kept():
        fine = _told(chosen.firms, chosen.repetitions, Size(execution=Execution(jobs=chosen.jobs)))
    sys.exit(0 if fine else 1)


def _told(firms: int, repetitions: int, size: Size) -> bool:
    """Print how the search does; tells whether it is as promised."""
    results = []
    for number in range(1, firms + 1):
        started = time.perf_counter()
        one = searched(number, size)
        results.append(one)
        say(f"  firm {one.firm:>2}: {one.plans} plans, best {one.best_gain:+.2%}, regret {one.regret:.2%}, "
            f"interval {'holds' if one.covered else 'misses'}; {time.perf_counter() - started:.0f} s")  # fmt: skip
    near = sum(one.regret < WITHIN for one in results)
    held = sum(one.covered for one in results)
    say(
        f"regret under 1 % of contribution: {exact(near, len(results))}; mean {np.mean([one.regret for one in results]):.2%}"
    )
    say(f"interval of the plan found holds its true gain: {exact(held, len(results))}")
    lucky = sum(twins_advised(repetitions, size))
    say(f"a twin of today is advised: {exact(lucky, repetitions)}")
    share = WANTED / FIRMS
    fine = near >= share * len(results) and held >= share * len(results)
    return fine and lucky <= MOST_TWINS / REPETITIONS * repetitions


if __name__ == "__main__":
    main()
