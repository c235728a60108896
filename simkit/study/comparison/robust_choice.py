"""The frames that tell how sure a comparison is: selection, regret, dominance, Pareto view, value of information.

Each is read from the runs of the comparison alone; what other assumptions would do is the robustness study's.
"""

from __future__ import annotations

import pandas as pd

from simkit.study.comparison.dominance import CRITERIA, Contest, dominance, dominance_cells, pareto
from simkit.study.comparison.regret import regrets, replications_of, value_of_runs, worst_regrets
from simkit.study.comparison.selection import selection, zone_of
from simkit.study.paired_comparison import PROFIT, paired
from simkit.study.plans.experiment_plan import Plan


def robust_frames(frame: pd.DataFrame, plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the frames by name.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs of the designs that may be recommended.
    plan : Plan
        What was run.
    """
    scenarios, seed = tuple(plan.experiment.scenarios), plan.experiment.seed
    frame = frame[(frame["year"] == 0) & frame["measure"].isin([one.measure for one in CRITERIA])]  # all that is read
    compared = Contest(scenarios=scenarios, designs=plan.main, baseline=plan.baseline)
    replications = replications_of(frame, scenarios, plan.main, seed=seed)
    cells = dominance_cells(frame, compared)
    values, front = pareto(frame, scenarios, plan.main, seed=seed)
    return {
        "selection": _selection(frame, plan),
        "regret": regrets(replications),
        "worst_regret": worst_regrets(replications),
        "dominance": dominance(cells),
        "dominance_cells": cells,
        "pareto": values,
        "pareto_set": front,
        "information": value_of_runs(replications),
    }


def _selection(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    parts = []
    for scenario in plan.experiment.scenarios:
        table = paired(frame, scenario, PROFIT)[list(plan.main)]
        part = selection(table, zone_of(float(table[plan.baseline].mean())))
        part.insert(0, "scenario", scenario)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
