"""A whole study on runs with known answers: every design has a profit, hours and lapses of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from made_runs import COLUMNS

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.paths import shipped
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.plans.experiment_plan import PROBE, ExperimentPlan, make_plan
from simkit.study.plans.study_settings import StudySettings
from simkit.study.result_tables import Results

YEARS = (0, 1, 2, 3)
MONTHS = 36
# What each lever adds to profit over three years, and what it costs.
LEVERS = {
    "tools": (-90_000.0, 230_000.0),
    "training": (120_000.0, 54_000.0),
    "coaching": (260_000.0, 96_000.0),
    "incentives": (15_000.0, 300_000.0),
    "gamification": (4_000.0, 16_000.0),
    "lean": (180_000.0, 70_000.0),
    "one_more_head": (-140_000.0, 280_000.0),
    "service_design": (300_000.0, 0.0),
    "service_design_hire": (110_000.0, 280_000.0),
}
HOURS = dict.fromkeys(ACTIVITIES, 1000.0) | {"coordination": 12000.0, "service_design": 0.0}


def played(design: str, replication: int, profit: float, open_work_h: float) -> Iterable[tuple[int, str, str, float]]:
    """All measures of one run."""
    noise = float(np.random.default_rng([replication, 7]).normal(0, 50_000))
    revenue = 30e6 * (1.1**0.2 if design == PROBE else 1.0) + noise
    for year in YEARS:
        part = 1.0 if year == 0 else 1 / 3
        yield year, "company_profit_amount", "", (profit + noise) * part
        yield year, "revenue_amount", "", revenue * part
        yield year, "open_work_change_h", "", open_work_h * part
        yield year, "fte", "", 11.5
        yield year, "posts", "", 12.0
        yield year, "facing_h", "", (3000.0 + profit / 1e4) * part
        yield year, "facing_share", "", 0.13
        yield year, "facing_content_h", "", (2900.0 + profit / 1e4) * part
        yield year, "facing_steady_h", "", (3000.0 + profit / 1e4 - open_work_h) * part
        change = 80_000.0 if design.startswith("stretched_t") and year < 2 else 0.0
        lever = made_lever(design)[1] * part
        yield year, "sales_cost_amount", "", 4.5e6 * part
        yield year, "staff_cost_amount", "", 4.5e6 * part - change
        yield year, "contribution_amount", "", (profit + noise + 9e6) * part
        yield year, "sales_profit_amount", "", (profit + noise + 4.5e6) * part
        yield year, "lever_cost_amount", "", lever
        yield year, "change_cost_amount", "", change
        yield year, "once_cost_amount", "", change
        for activity, hours in HOURS.items():
            yield year, "hours_h", activity, hours * part
        for place, segment in enumerate("ABC"):
            gain = (profit - 1e6) * (0.7, 0.4, -0.1)[place]
            yield year, "segment_contribution_amount", segment, (6e6 + gain + noise * (place + 1) / 10) * part
            yield year, "care_level", segment, 0.8
            yield year, "facing_by_segment_h", segment, (1000.0 + profit / 3e4) * part
            yield year, "lapsed_care", segment, (100.0 + profit / 1e5) * part
        yield year, "lapsed_leads", "", 5.0 * part
        yield year, "late_orders", "", 4.0 * part
        yield year, "lead_time_days", "bespoke", 9.0
    for month in range(1, MONTHS + 1):
        lost = -20_000.0 if design == "stretched_t" and month <= 6 else 0.0  # a transition that costs at first
        regained = 120_000.0 / (MONTHS - 6) if design == "stretched_t" and month > 6 else 0.0
        amount = (profit + noise) / MONTHS + lost + regained
        yield 0, "company_profit_by_month_amount", f"{month:02d}", amount
        yield 0, "sales_profit_by_month_amount", f"{month:02d}", amount + 1000.0


def made_lever(design: str) -> tuple[float, float]:
    """Profit and cost that the lever of a variant adds; nothing for a variant without one."""
    return LEVERS.get(design.partition("~")[2], (0.0, 0.0))


def made_profit(design: str, replication: int, profit: Mapping[str, float], scenario: str) -> float:
    """What a design earns: as given, or what its organisation does with its lever, which is not the same in every replication."""
    base, _, lever = design.partition("~")
    if lever not in LEVERS:
        return profit.get(f"{design}@{scenario}", profit.get(design, 1e6))
    luck = float(np.random.default_rng([replication, len(lever), 11]).normal(0, 30_000))
    return profit.get(base, 1e6) + made_lever(design)[0] + luck


def made_frame(
    plan: ExperimentPlan, profit: Mapping[str, float], open_work_h: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Runs in which each design earns what is given for it, or for "design@scenario" (others 1e6)."""
    rows = [
        (label, scenario, replication, *row)
        for label, scenario, replication in plan.experiment.cells()
        for row in played(
            label,
            replication,
            made_profit(label, replication, profit, scenario),
            (open_work_h or {}).get(label, 10.0),
        )
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@cache
def made_plan(settings: StudySettings) -> tuple[ModelInputs, ParameterSet, ExperimentPlan]:
    """The example's model inputs, parameter set and plan; nothing changes them, so tests share them."""
    model_inputs, parameters = example_inputs(), load_defaults()
    return model_inputs, parameters, make_plan(settings, model_inputs, parameters)


def made_results(profit: Mapping[str, float], open_work_h: Mapping[str, float] | None = None, **settings) -> Results:
    model_inputs, parameters, plan = made_plan(StudySettings(**settings))
    return Results(
        frame=made_frame(plan, profit, open_work_h), plan=plan, model_inputs=model_inputs, parameters=parameters
    )


def saved_as(name: str, folder: Path, known: Results, **settings) -> Results:
    """A made study with the Stretched T's file saved under another name in a client's folder, on the same runs."""
    (folder / "designs").mkdir(exist_ok=True)
    shutil.copy(shipped("templates", "designs", "stretched_t.yaml"), folder / "designs" / f"{name}.yaml")
    designs = tuple(renamed(label, name) for label in known.plan.main)
    plan = make_plan(StudySettings(designs=designs, **settings), known.model_inputs, known.parameters, folder)
    frame = known.frame.assign(design=[renamed(label, name) for label in known.frame["design"]])
    return Results(frame=frame, plan=plan, model_inputs=known.model_inputs, parameters=known.parameters)


def renamed(text: str, name: str) -> str:
    """Whatever names the Stretched T, with another name in its place."""
    return text.replace("stretched_t", name)
