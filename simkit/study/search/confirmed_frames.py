"""What the confirmation says, as frames of a study: how every plan stands in every scenario, and what each step adds."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.intake.settings.goals_settings import Goals
from simkit.study.paired_comparison import PROFIT, mean_and_half_width, paired
from simkit.study.plans.experiment_plan import ExperimentPlan
from simkit.study.search.conditions import broken_names, run_conditions
from simkit.study.search.confirmation import gain_interval
from simkit.study.search.plan_outcomes import CARE, PlanOutcomes, outcomes_of, yardstick

CONFIRMED_COLUMNS = ("scenario", "design", "gain", "low", "high", "zone", "broken")
CONDITION_COLUMNS = ("design", "condition", "value", "limit", "holds")
CHAIN_COLUMNS = (
    "plan", "design", "label_de", "label_en", "purpose_de", "purpose_en", "measure", "difference", "low", "high", "cumulative",
)  # fmt: skip
CARE_FLOOR = "floors.care_of_a_share"
CHAIN_MEASURES = (PROFIT, "facing_h", "once_cost_amount")


def confirmed_frame(frame: pd.DataFrame, plan: ExperimentPlan, goals: Goals) -> pd.DataFrame:
    """Return the gain of every plan in every scenario, with the interval that holds for all plans and looks.

    Parameters
    ----------
    frame : DataFrame
        Yearly runs.

    Returns
    -------
    DataFrame
        Columns scenario, design, gain, low, high, zone (all in the unit of the goal), broken (names with spaces between).
    """
    return pd.DataFrame(list(_rows(frame, plan, goals)), columns=list(CONFIRMED_COLUMNS))


def _rows(frame: pd.DataFrame, plan: ExperimentPlan, goals: Goals) -> Iterator[tuple[object, ...]]:
    others = [name for name in plan.main if name != plan.baseline]
    deciding = yardstick(goals, outcomes_of(frame, plan.main_scenario, goals)[plan.baseline])
    for scenario in plan.experiment.scenarios:
        outcomes = outcomes_of(frame, scenario, goals)
        today = outcomes[plan.baseline]
        for name in others:
            mean, width = gain_interval(deciding.gains(outcomes[name], today), len(others))
            broken = broken_names(outcomes[name], today, goals, plan.priced.get(name, ()))
            yield scenario, name, mean, mean - width, mean + width, deciding.zone, " ".join(broken)


def conditions_frame(frame: pd.DataFrame, plan: ExperimentPlan, goals: Goals) -> pd.DataFrame:
    """Return how every plan stands to what must hold, in the scenario that decides.

    Returns
    -------
    DataFrame
        Columns design, condition (as client.yaml names it), value, limit and holds; shares and points in 0..1, people and
        customers as numbers. The value is at most the limit; care of A customers, as a share of today's, at least.
    """
    outcomes = outcomes_of(frame, plan.main_scenario, goals)
    today, rows = outcomes[plan.baseline], []
    for name in (one for one in plan.main if one != plan.baseline):
        for one in run_conditions(outcomes[name], today, goals):
            value, limit = one.value, one.limit
            if one.name == CARE_FLOOR:  # a share of today's is easier to read than hours that are missing
                value, limit = _care_share(outcomes[name], today), goals.floors.care_of_a_share
            rows.append((name, one.name, value, limit, one.holds))
    return pd.DataFrame(rows, columns=list(CONDITION_COLUMNS))


def _care_share(plan: PlanOutcomes, today: PlanOutcomes) -> float:
    """Return the hours that A customers get as a share of today's; NaN where they get none today."""
    hours, before = (float(one.column(CARE, len(one)).mean()) for one in (plan, today))
    return hours / before if before else float("nan")


def chain_frame(frame: pd.DataFrame, plan: ExperimentPlan) -> pd.DataFrame:
    """Return what each step to each plan of the short list adds a year, on replications that the search has not seen.

    Returns
    -------
    DataFrame
        One row per plan, measure and step: plan, design (labels of the plan, and of it up to and with the step), label_de,
        label_en (of the step), purpose_de, purpose_en (what is done in it), measure, difference to the step before with a
        paired 95 % t-interval (low, high), cumulative.
    """
    rows = [row for name in plan.chains for measure in CHAIN_MEASURES for row in _steps(frame, plan, measure, name)]
    return pd.DataFrame(rows, columns=list(CHAIN_COLUMNS))


def _steps(frame: pd.DataFrame, plan: ExperimentPlan, measure: str, name: str) -> Iterator[tuple[object, ...]]:
    chain = plan.chains[name]
    table = paired(frame[frame["design"].isin(chain)], plan.main_scenario, measure)
    before, cumulative = chain[0], 0.0
    for label, title, purpose in zip(chain[1:], plan.step_titles[name], plan.step_purposes[name], strict=True):
        gain = (table[label] - table[before]).to_numpy(dtype=float)
        mean, width = mean_and_half_width(gain)
        cumulative += mean
        told = (title.de, title.en, purpose.de, purpose.en)
        yield name, label, *told, measure, mean, mean - width, mean + width, cumulative
        before = label
