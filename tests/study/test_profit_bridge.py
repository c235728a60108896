from __future__ import annotations

import pandas as pd
import pytest
from made_organisation import MODEL_INPUTS, PARAMETER_SET
from made_study import made_results

from simkit.foundation.parameter_set import Provenance
from simkit.model.engine.engine import simulate
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.study.comparison.profit_bridge import FIXED, LINES, TOTAL, elasticity_at_optimum, profit_bridge
from simkit.study.measures.measures import measures
from simkit.study.yearly_amounts import yearly

DEAR = {
    "money.tools_amount_per_head": 2000.0, "money.hire_amount": 9000.0, "levers.per_head_amount": 500.0,
    "lateness.penalty_share_per_week": 0.005, "transition.once_amount": 40_000.0, "time.horizon_years": 1.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def played() -> pd.DataFrame:
    """Two designs on the real engine with every cost switched on."""
    parameters = PARAMETER_SET.patch(DEAR, Provenance(kind="option", source="test"))
    parts = [
        measures(simulate(draw_inputs(MODEL_INPUTS, parameters, seed=1, replication=number), load_design(name))).assign(
            design=name, scenario="today", replication=number
        )
        for name in ("baseline", "stretched_t")
        for number in range(2)
    ]
    return pd.concat(parts, ignore_index=True)


def test_the_lines_add_up_to_the_profit_of_every_design(played):
    table = profit_bridge(yearly(played), ["today"], ["baseline", "stretched_t"], PARAMETER_SET)
    for _, rows in table.groupby("design"):
        amounts = rows.set_index("item")["amount"]
        assert amounts.drop(TOTAL).sum() == pytest.approx(amounts[TOTAL], abs=1e-6)
        assert amounts["staff_cost_amount"] < 0 < amounts["contribution_amount"] and amounts[FIXED] < 0
    assert {"tool_cost_amount", "change_cost_amount", "lever_cost_amount"} <= set(table["item"])
    assert table["item"].iloc[-1] == TOTAL


def test_no_cost_of_the_profit_and_loss_is_left_out(played):
    wide = played[played["year"] == 0].pivot_table(
        index=["design", "replication"], columns="measure", values="value", aggfunc="sum"
    )
    costs = [name for name, sign in LINES.items() if sign < 0]
    assert wide[costs].sum(axis=1).to_numpy() == pytest.approx(wide["sales_cost_amount"].to_numpy())


def test_each_line_says_what_it_rests_on():
    measured = {"orders.standard.contribution_share": 0.3}
    results = made_results({"stretched_t": 1.6e6})
    frame = yearly(results.frame)
    known = results.parameters.patch(measured, Provenance(kind="measured", source="orders"))
    table = profit_bridge(frame, ["today"], ["baseline"], known, posts_priced=False).set_index("item")
    assert table.loc["staff_cost_amount", "kind"] == "assumption" and table.loc[FIXED, "kind"] == "assumption"
    assert "Fixkosten außerhalb des Vertriebs" in table.loc[FIXED, "source_de"]
    assert table.loc["contribution_amount", "kind"] == "assumption"  # one of six measured is not measured
    every = {path: known.value(path) for path in known if path.startswith("orders.") and path.count(".") == 2}
    whole = known.patch(every, Provenance(kind="measured", source="orders"))
    table = profit_bridge(frame, ["today"], ["baseline"], whole).set_index("item")
    assert (
        table.loc["contribution_amount", "kind"] == "measured" and table.loc["staff_cost_amount", "kind"] == "measured"
    )


def test_the_elasticity_of_the_optimum_is_cost_over_contribution():
    frame = yearly(made_results({"baseline": 1e6}).frame)
    assert elasticity_at_optimum(frame, "today", "baseline") == pytest.approx(4.5 / 10.0, rel=0.02)
