"""How many replications the confirmation takes: those of the verdict, and more where a precision is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_plans import made_space

from simkit.intake.settings.goals_settings import DEFAULT_GOALS
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.short_list import ShortList
from simkit.study.plans.study_settings import StudySettings
from simkit.study.search.confirmation import run_confirmation

PLENTY = 10**6


def play_noisily(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """Every change earns 5 % of a contribution of 10,000 more, with some luck of its own."""
    for variant in variants:
        luck = float(np.random.default_rng([replication, len(variant.label)]).normal(0, 20))
        profit = 1_000.0 + 500.0 * (variant.label != "baseline") + luck
        values = {"company_profit_amount": profit, "contribution_amount": 10_000.0}
        yield pd.DataFrame({"year": 0, "measure": list(values), "group": "", "value": list(values.values())})


def taken(spare_runs: int = PLENTY, **asked: float) -> int:
    """Replications that the confirmation of two plans took, four at the first look."""
    space = made_space(("hunter_farmer",))
    short_list = ShortList(space=space, listed=(space.today, replace(space.today, levers=("lean",))))
    settings = StudySettings(search="quick", replications=4, scenarios=("today",), **asked)
    plan = make_plan(settings, space.model_inputs, space.parameters, short_list=short_list)
    runs = run_confirmation(
        plan, space.model_inputs, space.parameters, DEFAULT_GOALS, spare_runs=spare_runs, execution=Execution(jobs=1),
        engine=play_noisily,
    )  # fmt: skip
    return int(runs.frame["replication"].nunique())


@pytest.mark.parametrize(
    ("asked", "replications"),
    [
        ({}, 4),  # the verdict is settled at the first look
        ({"precision": 0.5}, 4),
        ({"precision": 0.0001}, 16),  # never reached: doubled twice
        ({"precision": 0.0001, "budget": 15}, 8),
        ({"precision": 0.0001, "budget": 7}, 4),
    ],
)
def test_replications_double_twice_at_most_while_a_gain_is_known_worse_than_asked_and_the_budget_allows(
    asked: dict[str, float], replications: int
) -> None:
    assert taken(**asked) == replications


def test_without_runs_to_spare_nothing_is_added() -> None:
    assert taken(spare_runs=0, precision=0.0001) == 4
