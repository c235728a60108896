"""Whether a drift is seen: synthetic years, the yearly figures of a run, and what the gate says of each year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from todays_years import INSIDE, OPEN, OUTSIDE, drifts, gate_by_year, yearly_figures, years_table

from simkit.foundation.parameter_set import Provenance
from simkit.model.engine.engine import simulate
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.scenarios import load_scenario


def runs(change: float, spread: float, replications: int = 60, luck: float = 0.0) -> pd.DataFrame:
    """Yearly figures around 100 that change from year 1 to year 3; `luck` goes along with what was drawn."""
    draw = np.random.default_rng(1)
    rows = []
    for replication in range(replications):
        for year in (1, 2, 3):
            drawn = 100 + luck * draw.standard_normal()
            level = 100 * (1 + change * (year - 1) / 2) + drawn - 100 + spread * draw.standard_normal()
            rows += [
                (year, "orders", "", level, replication),
                (year, "drawn_orders", "", drawn, replication),
                (year, "care", "A", level / 100, replication),
                (year, "active_customers", "", level, replication),
            ]
    return pd.DataFrame(rows, columns=["year", "measure", "group", "value", "replication"])


@pytest.mark.parametrize(
    ("change", "spread", "verdict"),
    [(0.0, 2.0, INSIDE), (0.03, 2.0, OUTSIDE), (-0.03, 2.0, OUTSIDE), (0.0, 15.0, OPEN)],
)
def test_a_drift_is_told_from_chance(change: float, spread: float, verdict: str) -> None:
    found = {one.figure: one for one in drifts(runs(change, spread), {"orders": 0.015, "care.A": 0.03})}
    assert found["orders"].verdict == verdict
    assert found["orders"].low < 1 + change < found["orders"].high
    assert found["care.A"].allowed == 0.03


def test_the_luck_of_the_draw_is_taken_out() -> None:
    frame = runs(0.0, 1.0, luck=10.0)
    orders, care, as_it_is = drifts(frame, {"orders": 0.015, "care.A": 0.03, "active_customers": 0.015})
    for one in (orders, care):
        assert one.high - one.low < 0.3 * (as_it_is.high - as_it_is.low)
        assert one.verdict == INSIDE


def test_every_year_is_held_against_the_gate() -> None:
    table = pd.DataFrame(
        {
            "moment": ["orders", "care.A", "lead_time.standard"], "measured": [100.0, 1.0, 3.0], "counted": True,
            "mandatory": [True, False, True], "accepted_low": [97.0, 0.9, 2.0], "accepted_high": [103.0, 1.1, 4.0],
        }
    )  # fmt: skip
    years = gate_by_year(runs(0.04, 1.0), table)
    assert years["moment"].unique().tolist() == ["orders"]
    assert years["fits"].tolist() == [True, True, False]


def test_yearly_figures_add_up_to_those_of_the_run() -> None:
    inputs = example_inputs(customers=40, posts=6, orders_per_year=500)
    small = {"leads.per_year": 60.0, "opportunities.per_year": 60.0, "service.requests_per_year": 200.0}
    parameters = load_defaults().patch({**small, "time.horizon_years": 3.0}, Provenance(kind="option"))
    drawn = draw_inputs(inputs, load_scenario("today").on(parameters), seed=1, replication=0, today=parameters)
    record = simulate(drawn, load_design("baseline"))
    frame = yearly_figures(record, len(inputs.customers)).assign(replication=0)
    years = years_table(frame)
    placed = record.cases[(record.cases["kind"] == "order") & record.cases["arrived_h"].between(0, record.end_h)]
    assert years["orders"].sum() == len(placed)
    assert (years["active_customers"] <= placed["customer"].nunique()).all()
    assert years["drawn_orders"].mean() == pytest.approx(500, rel=0.1)
    need = parameters.value("care.B.needed_contacts_per_year")
    assert years["contacts.B"] == pytest.approx(years["care.B"] * need)
