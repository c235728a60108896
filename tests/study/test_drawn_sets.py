"""Draws of all dimensions: even, repeatable, and together where they belong together."""

import numpy as np
import pytest

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.joint_draws.drawn_parameters import drawn_set
from simkit.study.joint_draws.drawn_sets import VALUE_COLUMNS, hypercube, sampled
from simkit.study.measured.fitted_work import FITTED

DESIGNS = {name: load_design(name) for name in ("baseline", "stretched_t", "pods")}
INTERVAL = Estimate(value=1.0, low=0.8, high=1.25)
PARAMETERS = load_defaults().patch(dict.fromkeys(FITTED["care"], 1.0), Provenance(kind="measured", interval=INTERVAL))
CHOSEN = drawn_set(PARAMETERS, DESIGNS)
DRAWS = sampled(CHOSEN, 20, 1)


def test_each_dimension_is_spread_evenly_and_repeats_with_its_seed():
    places = hypercube(3, 20, 7)
    assert all(sorted((places[:, one] * 20).astype(int)) == list(range(20)) for one in range(3))
    assert (hypercube(3, 20, 7) == places).all() and (hypercube(3, 20, 8) != places).any()


def test_a_drawn_value_is_that_of_its_place_in_the_hypercube():
    place = dict(zip(CHOSEN.dimensions, hypercube(len(CHOSEN.dimensions), 20, 1).T, strict=True))
    one = next(one for one in CHOSEN.drawn if one.path == "reaction.elasticity")
    expected = one.marginals[""].at(place["reaction.elasticity"])
    assert [draw.client["reaction.elasticity"] for draw in DRAWS.draws] == pytest.approx(expected.tolist())


def test_the_shares_of_the_classes_sum_to_1_in_every_draw():
    names = ("standard", "configured", "bespoke")
    sums = [sum(draw.client[f"orders.{name}.share"] for name in names) for draw in DRAWS.draws]
    assert sums == pytest.approx([1.0] * 20)


def test_what_was_measured_together_has_one_factor_in_every_draw():
    factors = np.array([[draw.client[path] for path in FITTED["care"]] for draw in DRAWS.draws])
    assert np.allclose(factors, factors[:, :1]) and factors[:, 0].std() > 0
    assert "hours of care" in DRAWS.scores.columns and "care.A.talk_h" not in DRAWS.scores.columns


def test_designs_that_set_one_parameter_take_the_same_place():
    path = "handover.specialist_effort_factor"
    of = {name: [draw.designs[name][path] for draw in DRAWS.draws] for name in ("stretched_t", "pods")}
    assert of["stretched_t"] == of["pods"]  # both files say .8
    assert all("baseline" not in draw.designs and path not in draw.client for draw in DRAWS.draws)


def test_scores_are_standardised_and_the_frame_tells_every_value():
    assert DRAWS.scores.mean().to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert DRAWS.scores.std(ddof=0).to_numpy() == pytest.approx(1.0)
    frame = DRAWS.frame()
    assert tuple(frame.columns) == VALUE_COLUMNS and frame["draw"].nunique() == 20
    row = frame.query("draw == 3 and design == 'pods' and parameter == 'transition.dip_share'")
    assert row["value"].tolist() == [DRAWS.draws[2].designs["pods"]["transition.dip_share"]]
