"""A study whose plans were searched for, on runs with known answers: the best, a simpler one, and one that a floor forbids."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from made_plans import made_space
from made_study import made_frame

from simkit.foundation.text import Text
from simkit.intake.settings.goals_settings import DEFAULT_GOALS, Goals
from simkit.study.calibration.fit_gate import Gate
from simkit.study.joint_draws.joint_summary import SUMMARY_COLUMNS, nothing_drawn
from simkit.study.organisation_study import OrganisationStudy, concluded
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.short_list import ShortList
from simkit.study.plans.study_settings import StudySettings
from simkit.study.result_tables import Results

FITS = Gate(level="fits", checked=9, passed=9, words=Text(de="passt", en="fits"))
MISFIT = Gate(level="misfit", checked=9, passed=3, words=Text(de="Es passt nicht.", en="It does not fit."))


def made_searched_study(
    *, right: float | None = 0.97, gate: Gate = FITS, broken: bool = False, goals: Goals = DEFAULT_GOALS
) -> OrganisationStudy:
    """Return the study.

    Parameters
    ----------
    right : float, optional
        Share of the draws in which the best plan is the right choice; without it nothing was drawn.
    broken : bool
        Whether the listed plans break the floor under the care of A customers too.
    """
    space = made_space(("stretched_t",))
    best = replace(space.whole("stretched_t"), levers=("lean",))
    simple = replace(space.today, priority="value_first")
    forbidden = replace(best, levers=("lean", "overtime"))
    listed = (space.today, best, simple)
    settings = StudySettings(search="quick", replications=6, scenarios=("today",), goals=goals)
    short_list = ShortList(space=space, listed=listed, priced={forbidden: {}})
    plan = make_plan(settings, space.model_inputs, space.parameters, short_list=short_list)
    chain = dict(zip(plan.chains[best.name], (9e6, 9.6e6, 9.9e6, 10.2e6, 10.5e6, 10.8e6), strict=True))
    profit = {"baseline": 9e6, best.name: 10.8e6, simple.name: 9.3e6, forbidden.name: 11.4e6}
    frame = made_frame(plan, {**chain, **profit})
    poor = [forbidden.name, *((best.name, simple.name) if broken else ())]
    cared = (frame["measure"] == "care_level") & (frame["group"] == "A") & frame["design"].isin(poor)
    results = Results(
        frame=frame.assign(value=frame["value"].where(~cared, 0.6)), plan=plan, model_inputs=space.model_inputs,
        parameters=space.parameters, gate=gate, goals=goals, joint=drawn(best.name, simple.name, right),
    )  # fmt: skip
    return concluded(results, settings, "made")


def drawn(best: str, simple: str, right: float | None) -> dict[str, pd.DataFrame]:
    if right is None:
        return nothing_drawn()
    rows = [
        ("baseline", 0.0, 0.0, 0.0, 0.0, 0.1, 0.0, 0.2, 50, 0.02, 0.9),
        (best, 5e5, 1e5, 9e5, 0.97, right, 0.7, 0.9, 50, 0.02, 0.9),
        (simple, 1e5, 5e4, 2e5, 0.99, 0.1, 0.0, 0.2, 50, 0.02, 0.9),
    ]
    return {**nothing_drawn(), "joint_summary": pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))}
