"""Engines with a known response to the assumptions, and a test of robustness that was run on them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
from made_study import made_results

from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.organisation_study import OrganisationStudy
from simkit.study.plans.study_settings import StudySettings
from simkit.study.result_tables import all_frames, recommendation_of
from simkit.study.robustness.robustness_study import RobustnessStudy, run_study
from simkit.study.robustness.robustness_subject import Subject
from simkit.study.robustness.run_budget import RobustnessSettings
from simkit.study.robustness.sample_points import RobustnessBench

PROFIT = {"baseline": 9e6, "baseline_value_first": 8.9e6, "stretched_t": 10e6, "hunter_farmer": 8.4e6}
ELASTICITY, GIVER, QUIT, DIP = (
    "reaction.elasticity", "handover.giver_h", "staff.quit_per_year", "transition.dip_share",
)  # fmt: skip
DELAY = "modular.partner_delay_factor"
NOISE = 40_000.0
HERE = Execution(jobs=1)


def measured(profit: float, hours: float) -> pd.DataFrame:
    rows = [(0, "company_profit_amount", "", profit), (0, "facing_h", "", hours), (1, "facing_h", "", hours)]
    return pd.DataFrame(rows, columns=["year", "measure", "group", "value"])


def seen(scenario, parameters, parameter: str) -> float:
    return float(scenario.override.get(parameter, parameters.value(parameter)))


def play_known(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """The Stretched T gains 4 millions per unit of elasticity above 0.2 and loses 3 per hour of hand-over above 0.15."""
    draw = np.random.default_rng([seed, replication])
    inputs = draw.normal(9e6, 1e6)
    elasticity, giver, leaving = (seen(scenario, parameters, parameter) for parameter in (ELASTICITY, GIVER, QUIT))
    for variant in variants:
        gain = {
            "stretched_t": 4e6 * (elasticity - 0.2) - 3e6 * (giver - 0.15) + draw.normal(0, NOISE),
            "hunter_farmer": -5e5 - 1e6 * (leaving - 0.1),
        }.get(variant.design.name, 0.0)
        yield measured(inputs + gain, 3000.0 + 1000.0 * (elasticity - 0.2) * (variant.design.name == "stretched_t"))


def play_box(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """The Stretched T wins in a box: elasticity over 0.3 and hand-over under 0.25."""
    inside = seen(scenario, parameters, ELASTICITY) > 0.3 and seen(scenario, parameters, GIVER) < 0.25
    for variant in variants:
        yield measured(1e6 + (variant.design.name == "stretched_t") * (1e5 if inside else -1e5), 0.0)


def play_noise(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """Nothing but chance, drawn anew for each point."""
    number = int(scenario.name.rsplit(" ", 1)[-1]) if scenario.name[-1].isdigit() else 0
    draw = np.random.default_rng([seed, number, 7])
    for _ in variants:
        yield measured(draw.normal(), 0.0)


def play_designs(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """Each variant tells which dip it has: its own, changed where the point changes it, else that of the parameter set."""
    for variant in variants:
        own = {**variant.design.override, **variant.changes}
        yield measured(float(own.get(DIP, seen(scenario, parameters, DIP))), 0.0)


CALLS: list[str] = []


def play_and_count(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """Each variant tells its factor of the partners' delay; every run is noted."""
    for variant in variants:
        CALLS.append(variant.label)
        own = {**variant.design.override, **variant.changes}
        yield measured(float(own.get(DELAY, seen(scenario, parameters, DELAY))), 0.0)


def made_bench(engine=play_known, **options) -> RobustnessBench:
    subject = made_subject()
    return RobustnessBench(
        model_inputs=subject.model_inputs, parameters=subject.parameter_set(), designs=subject.designs(2), seed=1, execution=HERE,
        engine=engine, **options,
    )  # fmt: skip


@cache
def made_subject(depth: str = "full") -> Subject:
    settings = {"depth": depth, "replications": 4, "scenarios": ("today", "vacancies_139_days")}
    results = made_results(PROFIT, **settings)
    frames = all_frames(results)
    study = OrganisationStudy(
        settings=StudySettings(**settings), baseline="baseline", main_scenario="today",
        recommendation=recommendation_of(results, frames, BilingualNumbers()), frames=frames, key="made",
    )  # fmt: skip
    return Subject(model_inputs=example_inputs(), parameters=load_defaults(), plan=results.plan, study=study)


SMALL = RobustnessSettings(
    trajectories=3, screened_parameters=12, tornado_parameters=6, replications=3, points=60, region_parameters=3,
    elasticities=(0.0, 0.125, 0.25, 0.5), stress_loads=(),
)  # fmt: skip
STRESS = pd.DataFrame(
    {
        "load": [0.85] * 3 + [1.05] * 3, "fill_days": [60.0, 139.0, 200.0] * 2,
        "capacity_share": [0.97, 0.93, 0.9, 0.88, 0.55, 0.31], "runaway_share": [0.0, 0.0, 0.0, 0.0, 1.0, 1.0],
        "runs_away": [False] * 4 + [True] * 2,
    }
)  # fmt: skip


def made_robustness(subject: Subject | None = None, engine=play_known) -> RobustnessStudy:
    """A whole test of robustness on a known response, with a stress test whose answer is written down."""
    from dataclasses import replace

    from simkit.study.robustness.spiral import critical_hiring_lag

    study = run_study(subject or made_subject(), SMALL, execution=HERE, engine=engine)
    return replace(study, frames={**study.frames, "stress": STRESS, "lag": critical_hiring_lag(STRESS)})
