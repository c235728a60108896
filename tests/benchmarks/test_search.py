"""The benchmark of the search in the small: two firms with few plans, five repetitions of fifty twins of today.

Two firms cannot show how often the best plan is found; they show that the truth is played as it says, and that nothing found is
far from it. The full size is ``python benchmarks/search.py``; its last output stands in benchmarks/README.md.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import search as bench

from simkit.intake.settings.goals_settings import DEFAULT_GOALS
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.plans.plan import Plan
from simkit.study.search.plan_outcomes import PlanOutcomes
from simkit.study.search.plan_search import Schedule, search_plans
from simkit.study.search.played_plans import PlayedPlans

SMALL = bench.Size(
    levers=("lean",), looks=(4, 10), schedule=Schedule(crossed=True, screened=2, survivors=(4,), replications=(4,), listed=3),
    confirmed=6, pool=60, execution=Execution(jobs=1),
)  # fmt: skip


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_found_on_a_small_firm_is_near_the_best_of_all_its_plans(number: int) -> None:
    found = bench.searched(number, SMALL)
    assert found.plans >= 15 and found.regret < 0.03 and found.best_gain >= 0


def test_twins_of_today_are_hardly_ever_advised() -> None:
    assert sum(bench.twins_advised(5, SMALL)) <= 1


def test_the_plans_that_a_search_could_reach_are_many_and_enough() -> None:
    assert 40 <= len(bench.reachable(bench.space_of(1))) <= 500


def test_the_order_in_which_plans_are_listed_changes_nothing_on_real_runs_of_twins() -> None:
    space = bench.twin_space()
    pool = bench.runs_of(space, 0, SMALL.execution)([space.today], range(20))[space.today].table
    plans = space.screened(crossed=True)
    one, other = (
        search_plans(
            PlayedPlans(space=space, goals=DEFAULT_GOALS, play=bench.TwinPlay(pool=pool, repetition=3)), SMALL.schedule, order
        )
        for order in (plans, plans[::-1])
    )  # fmt: skip
    assert one.short_list == other.short_list and one.ranked == other.ranked


def test_nothing_but_what_is_surely_behind_or_broken_is_left_out_of_the_truth() -> None:
    space = bench.space_of(1)
    plans = [space.today, *(replace(space.today, levers=(name,)) for name in bench.LEVERS)]
    run = bench.runs_of(space, 1, SMALL.execution)([space.today], range(6))[space.today].table
    near, behind = (run.assign(**{"aim.contribution_less_cost": run["aim.contribution_less_cost"] + add}) for add in (
        pd.Series([1e3, -1e3, 1e3, -1e3, 1e3, -1e3]), -1e6 - pd.Series(range(6))))  # fmt: skip
    tables = dict(zip(plans, (run, near, behind), strict=True))
    truth = PlayedPlans(space=space, goals=DEFAULT_GOALS, play=no_play)
    truth.outcomes = {plan: PlanOutcomes(table=table) for plan, table in tables.items()}
    assert bench.maybe_best(truth, plans[1:]) == [plans[1]]


def no_play(plans: list[Plan], replications: range) -> dict[Plan, PlanOutcomes]:
    raise AssertionError("all has been played")
