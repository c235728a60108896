"""From what customers of today go through follow curves and churn under which they go on as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.engine.customer_response import segment_curve
from simkit.model.specification.model_parameters import SEGMENTS, load_defaults
from simkit.study.calibration.today_profile import BIN, BINS, COLUMNS, TodayProfile, response_override
from simkit.study.measured.measured_demand import patched

SOURCE = Text(de="Probe", en="probe")
CARE = (np.arange(BINS) + 0.5) * BIN


def made_profile(*, late: float = 0.4, loss: float = 0.02) -> TodayProfile:
    """Customers of every segment around a care level of .8, with the same late orders and losses."""
    count = np.tile(np.exp(-0.5 * ((CARE - 0.8) / 0.2) ** 2), (len(SEGMENTS), 1))
    defaults = load_defaults()
    kept = (1 - defaults.value("reaction.late_rate_share")) ** late * (1 - loss)
    columns = (3 * count, 3 * count * kept, count, count * late)
    return TodayProfile(
        table=dict(zip(COLUMNS, columns, strict=True)),
        rise=np.zeros(len(SEGMENTS)),
        late_rise=np.zeros(len(SEGMENTS)),
        needed=np.array([defaults.value(f"care.{name}.needed_contacts_per_year") for name in SEGMENTS]),
        customer_years=100.0,
        lost=6.0,
        won=6.0,
    )


def with_response(parameters: ParameterSet, profile: TodayProfile) -> ParameterSet:
    return patched(parameters, response_override(parameters, profile, SOURCE))


def by_hand(**values: float) -> ParameterSet:
    return load_defaults().patch(values, Provenance(kind="option", source="test"))


@pytest.mark.parametrize("segment", range(len(SEGMENTS)), ids=SEGMENTS)
def test_customers_order_as_today_lateness_and_losses_included(segment: int) -> None:
    profile = made_profile()
    fitted = with_response(load_defaults(), profile)
    curve, weight = segment_curve(fitted, SEGMENTS[segment]), profile.table["weight"][segment]

    factor = np.array([curve(care) for care in CARE]) * (1 - fitted.value("reaction.late_rate_share")) ** 0.4 * 0.98

    assert (weight * factor).sum() / weight.sum() == pytest.approx(1.0, abs=1e-3)
    more = np.array([curve(1.1 * care) for care in CARE]) / np.array([curve(care) for care in CARE])
    gained = (weight * factor * more).sum() / (weight * factor).sum()
    assert np.log(gained) / np.log(1.1) == pytest.approx(0.25, abs=0.02)


def test_churn_level_is_the_mean_churn_factor() -> None:
    profile = made_profile()
    fitted = with_response(load_defaults(), profile)
    count, v = profile.table["count"][0], fitted.value

    factor = np.exp(-v("reaction.churn_care") * (CARE - v("reaction.care_before_A"))) * (
        1 + v("reaction.late_churn_share") * 0.4
    )

    assert v("reaction.churn_level") == pytest.approx((count * factor).sum() / count.sum())


def test_late_orders_are_remembered_from_the_start() -> None:
    assert with_response(load_defaults(), made_profile()).value("reaction.late_before_A") == pytest.approx(0.4)
    rising = replace(made_profile(), late_rise=np.full(len(SEGMENTS), 0.1))
    assert with_response(load_defaults(), rising).value("reaction.late_before_A") == pytest.approx(0.5)


def test_what_is_received_counts_where_care_is_still_rising() -> None:
    rising = replace(made_profile(), rise=np.full(len(SEGMENTS), 0.1))

    assert with_response(load_defaults(), rising).value("reaction.care_before_B") == pytest.approx(0.9, abs=1e-3)


def test_what_is_set_by_hand_stays_and_the_rest_is_fitted_to_it() -> None:
    own = {
        "reaction.care_before_A": 0.6,
        "reaction.curve_exponent_B": 2.5,
        "reaction.curve_level_C": 1.2,
        "reaction.late_before_A": 0.1,
        "reaction.churn_level": 1.4,
    }
    parameters, profile = by_hand(**own), made_profile()

    assert not set(own) & set(response_override(parameters, profile, SOURCE))
    fitted = with_response(parameters, profile)
    assert {path: fitted.value(path) for path in own} == own
    for segment, name in enumerate("AB"):  # the level makes up for it
        curve, weight = segment_curve(fitted, name), profile.table["weight"][segment]
        factor = np.array([curve(care) for care in CARE]) * (1 - fitted.value("reaction.late_rate_share")) ** 0.4 * 0.98
        assert (weight * factor).sum() / weight.sum() == pytest.approx(1.0, abs=1e-3)
