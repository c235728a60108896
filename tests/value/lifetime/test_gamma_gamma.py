"""The model of spend against its publication, another package, and invented customers."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream
from simkit.value.lifetime.gamma_gamma import expected_spend, fit_spend, place_of, spend_likelihood

Spends = tuple[Floats, Floats]


@pytest.fixture(scope="module")
def repeat_spends(cdnow_days: pd.DataFrame) -> Spends:
    """Number and mean value of the repeat purchases of CDNOW's 946 repeat buyers, as the publication counts them."""
    known = cdnow_days[cdnow_days["day"] <= pd.Timestamp("1997-09-30")]
    repeats = known[known.groupby("customer_id").cumcount() > 0].groupby("customer_id")["amount"].agg(["size", "mean"])
    repeats = repeats[repeats["mean"] > 0]
    return repeats["size"].to_numpy(dtype=float), repeats["mean"].to_numpy(dtype=float)


def test_cdnow_gives_the_published_parameters(repeat_spends: Spends) -> None:
    purchases, means = repeat_spends
    fit = fit_spend(purchases, means, scaled=False)
    assert means.size == 946
    assert round(float(means.mean()), 2) == 35.08
    assert [round(value, 2) for value in (fit.p, fit.q, fit.gamma)] == [6.25, 3.74, 15.44]  # Fader and Hardie 2013
    assert fit.maximum.converged


def test_parameters_and_forecasts_are_those_of_lifetimes(repeat_spends: Spends) -> None:
    purchases, means = repeat_spends
    with warnings.catch_warnings():  # the package is no longer kept and warns with today's pandas
        warnings.simplefilter("ignore")
        from lifetimes import GammaGammaFitter

        other = GammaGammaFitter().fit(purchases, means)
        expected = np.asarray(other.conditional_expected_average_profit(purchases, means))
    fit = fit_spend(purchases, means, scaled=False)
    assert [fit.p, fit.q, fit.gamma] == pytest.approx(list(other.params_), rel=2e-3)
    assert expected_spend(fit, purchases, means, place_of(*other.params_)) == pytest.approx(expected, rel=1e-9)


def test_the_currency_does_not_matter(repeat_spends: Spends) -> None:
    purchases, means = repeat_spends
    dollars, cents = fit_spend(purchases, means), fit_spend(purchases, means * 100)
    assert expected_spend(cents, purchases, means * 100) == pytest.approx(
        expected_spend(dollars, purchases, means) * 100, rel=1e-6
    )


def test_few_purchases_are_drawn_to_the_mean_of_all_and_many_are_not(repeat_spends: Spends) -> None:
    fit = fit_spend(*repeat_spends)
    few, many = expected_spend(fit, np.array([1.0, 500.0]), np.array([200.0, 200.0]))
    assert 35 < few < many < 200
    assert many == pytest.approx(200, rel=0.01)


def test_the_score_is_the_slope_of_the_likelihood() -> None:
    likelihood = spend_likelihood(np.array([1.0, 4.0, 9.0]), np.array([12.0, 40.0, 3.0]))
    place = place_of(4.0, 3.0, 12.0)
    _, scores = likelihood.of_rows(place)
    for number in range(3):
        move = np.zeros(3)
        move[number] = 1e-5
        slope = (likelihood.of_rows(place + move)[0] - likelihood.of_rows(place - move)[0]) / 2e-5
        assert scores[:, number] == pytest.approx(slope, rel=1e-5, abs=1e-8)


def test_known_parameters_are_found_again() -> None:
    random = stream(4, -1, "tests.spend")
    purchases = random.integers(1, 12, 6000).astype(float)
    rate = random.gamma(3.7, 1 / 15.4, 6000)
    means = random.gamma(6.2 * purchases, 1 / (rate * purchases))
    fit = fit_spend(purchases, means, scaled=False)
    assert [fit.p, fit.q, fit.gamma] == pytest.approx([6.2, 3.7, 15.4], rel=0.1)
    assert abs(fit.correlation) < 0.05
