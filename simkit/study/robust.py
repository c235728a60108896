"""The frames that tell how sure a comparison is: selection, regret, dominance, Pareto view, value of information.

What other experiments found out about the same client is handed in and weighed with them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from simkit.foundation.parameters import Parameters
from simkit.foundation.text import Text
from simkit.study.comparison import PROFIT, paired
from simkit.study.criteria import CRITERIA
from simkit.study.decision import Decision
from simkit.study.dominance import Field, dominance, dominance_cells
from simkit.study.information import LEAF_COLUMNS, value_of_leaves, value_of_runs
from simkit.study.pareto import pareto
from simkit.study.plan import Plan
from simkit.study.regret import regrets, worlds_of, worst_regrets
from simkit.study.selection import selection, zone_of


def _no_leaves() -> pd.DataFrame:
    return pd.DataFrame(columns=list(LEAF_COLUMNS))


@dataclass(frozen=True, kw_only=True)
class Further:
    """What other experiments found out, besides the comparison itself.

    Parameters
    ----------
    leaf_differences : DataFrame
        Columns leaf, low_difference, high_difference: mean paired difference in profit between the best design of the
        main scenario and its runner-up, at the low and at the high value of each leaf; money. Empty when not known.
    statements : tuple of Text
        Conditions under which a design wins, in words, such as from a search over the assumptions.
    """

    leaf_differences: pd.DataFrame = field(default_factory=_no_leaves)
    statements: tuple[Text, ...] = ()


def robust_frames(
    frame: pd.DataFrame, plan: Plan, parameters: Parameters, main: Decision, further: Further
) -> dict[str, pd.DataFrame]:
    """Return the frames by name.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs of the designs that may be recommended.
    plan : Plan
        What was run.
    parameters : Parameters
        The tree, for the names of leaves.
    main : Decision
        The decision of the main scenario.
    further : Further
        What other experiments found out.
    """
    scenarios, seed = tuple(plan.grid.scenarios), plan.grid.seed
    frame = frame[(frame["year"] == 0) & frame["measure"].isin([one.measure for one in CRITERIA])]  # all that is read
    compared = Field(scenarios=scenarios, designs=plan.main, baseline=plan.baseline)
    worlds = worlds_of(frame, scenarios, plan.main, seed=seed)
    cells = dominance_cells(frame, compared)
    values, front = pareto(frame, scenarios, plan.main, seed=seed)
    leaves = further.leaf_differences
    labels = {path: parameters[path].label for path in leaves["leaf"] if path in parameters}
    known = [value_of_runs(worlds)]
    if len(leaves):
        known.append(value_of_leaves(leaves, main.lead_over_runner_up, labels))
    return {
        "selection": _selection(frame, plan),
        "regret": regrets(worlds),
        "worst_regret": worst_regrets(worlds),
        "dominance": dominance(cells),
        "dominance_cells": cells,
        "pareto": values,
        "pareto_set": front,
        "information": pd.concat(known, ignore_index=True),
    }


def _selection(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    parts = []
    for scenario in plan.grid.scenarios:
        table = paired(frame, scenario, PROFIT)[list(plan.main)]
        part = selection(table, zone_of(float(table[plan.baseline].mean())))
        part.insert(0, "scenario", scenario)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
