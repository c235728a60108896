"""The benchmark of the elasticity from the past in the small: right where nothing hides it, and wrong as it says elsewhere."""

from __future__ import annotations

import numpy as np
from response_bias import FIRMS, lines, panel

from simkit.value.service.response_history import panel_elasticity


def mean_estimate(elasticity: float, chasing: bool, firms: int = 10) -> float:
    found = [panel_elasticity(panel(elasticity, chasing=chasing, seed=2, firm=firm)) for firm in range(firms)]
    return float(np.mean([one.value for one in found if one is not None]))


def test_no_effect_is_seen_as_none_unless_sellers_chase_demand():
    assert abs(mean_estimate(0.0, chasing=False)) < 0.03  # five standard errors of ten firms
    assert mean_estimate(0.0, chasing=True) > 0.06


def test_an_effect_that_is_carried_over_is_seen_in_part():
    assert 0.10 < mean_estimate(0.25, chasing=False) < 0.21


def test_each_kind_of_firm_has_its_line():
    told = lines(2)
    assert len(told) == 1 + len(FIRMS)
    assert "holds the truth in" in told[1]
