"""The arrival table at the edges of what parameters allow."""

from __future__ import annotations

import numpy as np

from simkit.model.engine.engine import simulate
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from tests.model.conftest import SMALL, patched


def test_without_leads_and_with_growth_the_cases_that_parents_bring_have_no_time_of_their_own() -> None:
    parameters = patched(SMALL, {"leads.inflow_factor": 0.0, "demand.growth_per_year": 0.6})
    inputs = draw_inputs(example_inputs(customers=40, posts=4, orders_per_year=500), parameters, seed=1, replication=0)
    record = simulate(inputs, load_design("baseline"))
    leads = record.cases[record.cases["kind"] == "lead"]

    assert np.isinf(inputs.opportunities.at).any()
    assert len(leads) and (leads["arrived_h"] < 0).all()
