"""The trial of control variates in the small: an explained part narrows an interval, an unexplained one widens it."""

from __future__ import annotations

import control_variates
import numpy as np
import pytest
from control_variates import control_values, explained, studies

from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.model_parameters import load_defaults


@pytest.mark.parametrize(("slope", "narrow"), [(2.0, True), (0.0, False)])
def test_controls_narrow_what_they_explain_and_widen_what_they_do_not(slope, narrow, monkeypatch):
    monkeypatch.setattr(control_variates, "STUDIES", 400)
    random = np.random.default_rng(3)
    table = random.standard_normal((500, 2))
    table -= table.mean(axis=0)
    values = 10 + slope * table[:, 0] + random.standard_normal(500)
    found = studies(values, table, 12)
    assert (found.narrower < 0.7) == narrow and (explained(values, table) > 0.7) == narrow
    assert found.plain == pytest.approx(0.95, abs=0.04) and found.adjusted == pytest.approx(0.95, abs=0.04)


def test_controls_are_read_off_the_draws_alone():
    client = example_inputs(customers=60, posts=6, orders_per_year=1200, seed=3)
    one, again, other = (draw_inputs(client, load_defaults(), seed=1, replication=number) for number in (0, 0, 1))
    assert control_values(one) == control_values(again) != control_values(other)
    assert all(value > 0 for value in control_values(one).values())
