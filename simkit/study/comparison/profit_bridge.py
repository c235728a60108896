"""Profit that adds up: from contribution to profit, line by line and per year, with where each line comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import KIND_LABELS, Kind, ParameterSet
from simkit.foundation.text import Text
from simkit.model.specification.model_parameters import CLASSES
from simkit.study.measures.measures import MEASURE_LABELS
from simkit.study.paired_comparison import CONTRIBUTION, PROFIT, SALES_PROFIT, mean_and_half_width, paired

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

LINES: dict[str, int] = {
    "contribution_amount": 1,
    "staff_cost_amount": -1,
    "tool_cost_amount": -1,
    "hiring_cost_amount": -1,
    "partner_margin_amount": -1,
    "assistance_cost_amount": -1,
    "lever_cost_amount": -1,
    "late_penalty_amount": -1,
    "change_cost_amount": -1,
    "work_in_progress_amount": 1,
}
"""Measures that the result of sales is made of, with the sign that each counts with."""
FIXED, TOTAL = "fixed_cost_outside_sales", PROFIT
FIXED_LABEL = Text(de="Fixkosten außerhalb des Vertriebs", en="Fixed cost outside sales")
SALES_COST = "sales_cost_amount"
RESTS_ON: dict[str, tuple[str, ...]] = {
    "contribution_amount": tuple(
        f"orders.{name}.{what}" for name in CLASSES for what in ("value_amount", "contribution_share")
    ),
    "tool_cost_amount": ("money.tools_amount_per_head",),
    "hiring_cost_amount": ("money.hire_amount",),
    "partner_margin_amount": ("partner.margin_share",),
    "assistance_cost_amount": ("assistance.hour_amount",),
    "lever_cost_amount": ("levers.once_amount", "levers.per_year_amount", "levers.per_head_amount"),
    "late_penalty_amount": ("lateness.penalty_share_per_week",),
    "change_cost_amount": (
        "transition.once_amount", "transition.amount_per_person_moved", "transition.amount_per_account_moved",
    ),
    "work_in_progress_amount": tuple(f"orders.{name}.value_amount" for name in CLASSES),
    FIXED: ("money.fixed_cost_share",),
}  # fmt: skip
"""The parameters that set the amount of a line; the cost of staff stands in the list of posts."""
COLUMNS = (
    "scenario", "design", "item", "label_de", "label_en", "amount", "low", "high", "kind", "source_de", "source_en",
)  # fmt: skip
STAFF_SOURCE = {
    True: Text(
        de="Personalkosten je Stelle aus dem Personalverzeichnis", en="cost of each post, from the list of staff"
    ),
    False: Text(de="Personalkosten je Stelle angenommen", en="cost of a post assumed"),
}


def profit_bridge(
    frame: pd.DataFrame,
    scenarios: Sequence[str],
    designs: Sequence[str],
    parameters: ParameterSet,
    *,
    posts_priced: bool = True,
) -> pd.DataFrame:
    """Return contribution − cost of sales ± change of work in progress − fixed cost outside sales = profit, by design.

    Parameters
    ----------
    frame : DataFrame
        Yearly runs (:func:`simkit.study.yearly_amounts.yearly`).
    scenarios, designs : sequence of str
        Where to look.
    parameters : ParameterSet
        What the lines rest on.
    posts_priced : bool
        Whether the list of staff names what a post costs.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`: one row per line that any design has, costs negative, the profit last; the lines of a
        scenario and design add up to it. ``amount``: mean of a year, low and high: 95 % t-interval over the replications.
        Fixed cost outside sales is the result of sales less the profit.
    """
    recorded = set(frame.loc[frame["year"] == 0, "measure"].astype(str))
    rows: list[tuple[object, ...]] = []
    for scenario in scenarios:
        tables = {name: sign * paired(frame, scenario, name) for name, sign in LINES.items() if name in recorded}
        tables = {name: table for name, table in tables.items() if (table.to_numpy(dtype=float) != 0).any()}
        profit = paired(frame, scenario, PROFIT)
        tables |= {FIXED: profit - paired(frame, scenario, SALES_PROFIT), TOTAL: profit}
        for design in designs:
            for item, table in tables.items():
                values: Floats = table[design].to_numpy(dtype=float)
                mean, width = mean_and_half_width(values)
                label = FIXED_LABEL if item == FIXED else MEASURE_LABELS[item]
                source = _source(item, parameters, posts_priced)
                rows.append((scenario, design, item, label.de, label.en, mean, mean - width, mean + width, *source))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _source(item: str, parameters: ParameterSet, posts_priced: bool) -> tuple[str, str, str]:
    """Return where a line comes from: the kind that the weakest of its parameters has, and in words which they are."""
    if item == TOTAL:
        return "", "", ""
    if item == "staff_cost_amount":
        words = STAFF_SOURCE[posts_priced]
        return ("measured" if posts_priced else "assumption"), words.de, words.en
    found = [parameters[path] for path in RESTS_ON[item]]
    kinds: list[Kind] = [parameter.provenance.kind for parameter in found]
    weakest = max(kinds, key=lambda kind: kind not in ("measured", "partly", "workshop"))
    first = next(parameter for parameter in found if parameter.provenance.kind == weakest)
    word = KIND_LABELS[weakest]
    return weakest, f"{word.de}: „{first.label.de}“", f"{word.en}: '{first.label.en}'"


def staff_cost_known(client: ClientData) -> bool:
    """Return whether the list of staff names what most posts cost."""
    people = client.table("employees") if client.has("employees") else pd.DataFrame()
    return "cost_amount" in people and bool(people["cost_amount"].notna().mean() > 0.5)


def elasticity_at_optimum(frame: pd.DataFrame, scenario: str, baseline: str) -> float:
    """Return the elasticity of contribution to posts at which today's number of posts would be the best one.

    Notes
    -----
    With contribution ∝ posts^ε and cost ∝ posts, the profit is highest where ε = cost of sales ÷ contribution (Dorfman &
    Steiner 1954, *Am. Econ. Rev.* 44). An assumed elasticity far above it says that the client should hire without any
    reorganisation, one far below that he has too many posts.
    """
    cost, earned = (float(paired(frame, scenario, name)[baseline].mean()) for name in (SALES_COST, CONTRIBUTION))
    return cost / earned if earned > 0 else float("nan")
