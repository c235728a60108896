"""The model of spend against integration, another package, and invented customers."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import betaprime, gamma

from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream
from simkit.value.lifetime.gamma_gamma import Spends, expected_spend, fit_spend, place_of, spend_likelihood


def spends_of(*customers: list[float] | Floats) -> Spends:
    """Return the purchases of customers as the likelihood wants them."""
    amounts = [np.asarray(one, dtype=float) for one in customers]
    return Spends(
        purchases=np.array([one.size for one in amounts], dtype=float),
        total=np.array([one.sum() for one in amounts]),
        logs=np.array([np.log(one).sum() for one in amounts]),
    )


def scaled(spends: Spends, factor: float) -> Spends:
    return spends.in_units(1 / factor)


@pytest.fixture(scope="module")
def repeat_spends(cdnow_days: pd.DataFrame) -> Spends:
    """The repeat purchases of CDNOW's 946 repeat buyers."""
    known = cdnow_days[cdnow_days["day"] <= pd.Timestamp("1997-09-30")]
    repeats = known[(known.groupby("customer_id").cumcount() > 0) & (known["amount"] > 0)]
    return spends_of(*(one.to_numpy() for _, one in repeats.groupby("customer_id")["amount"]))


def test_the_likelihood_is_that_of_all_purchases_integrated_over_the_customers_rate() -> None:
    p, q, scale = 2.5, 1.7, 30.0
    customers = [[12.0, 40.0, 9.0], [80.0], [3.0, 3.5]]
    values, _ = spend_likelihood(spends_of(*customers)).of_rows(place_of(p, q, scale))
    for bought, value in zip(customers, values, strict=True):

        def density(rate: float, bought: list[float] = bought) -> float:
            of_one = gamma.pdf(bought, p, scale=1 / rate).prod()
            return float(of_one * gamma.pdf(rate, q, scale=1 / scale))

        assert value == pytest.approx(np.log(quad(density, 0, np.inf, limit=200)[0]), abs=1e-6)


def test_of_one_purchase_each_the_amounts_are_beta_prime(repeat_spends: Spends) -> None:
    amounts = np.array([4.0, 25.0, 300.0])
    values, _ = spend_likelihood(spends_of(*amounts[:, None])).of_rows(place_of(6.25, 3.74, 15.44))
    assert values == pytest.approx(betaprime.logpdf(amounts, 6.25, 3.74, scale=15.44))


def test_parameters_are_those_of_lifetimes_where_means_say_all_and_forecasts_everywhere(
    cdnow_days: pd.DataFrame, repeat_spends: Spends
) -> None:
    first = cdnow_days[cdnow_days["amount"] > 0].groupby("customer_id")["amount"].first().to_numpy()
    once = spends_of(*first[:, None])  # of a single purchase the mean is the purchase
    with warnings.catch_warnings():  # the package is no longer kept and warns with today's pandas
        warnings.simplefilter("ignore")
        from lifetimes import GammaGammaFitter

        other = GammaGammaFitter().fit(once.purchases, once.means)
        expected = np.asarray(other.conditional_expected_average_profit(repeat_spends.purchases, repeat_spends.means))
    fit = fit_spend(once, scaled=False)
    assert [fit.p, fit.q, fit.gamma] == pytest.approx(list(other.params_), rel=5e-3)
    place = place_of(*other.params_)
    assert expected_spend(fit, repeat_spends.purchases, repeat_spends.means, place) == pytest.approx(expected, rel=1e-9)


def test_customers_of_different_size_who_repeat_their_orders_keep_their_size() -> None:
    random = stream(1, 0, "tests.spend.sizes")
    usual = np.geomspace(1_000, 40_000, 40)
    spends = spends_of(*(size * random.uniform(0.8, 1.2, 12) for size in usual))
    fit = fit_spend(spends)
    assert fit.maximum.converged
    assert fit.p == pytest.approx(77, rel=0.1)  # 1 / p is the squared coefficient of variation of ± 20 %
    assert fit.q == pytest.approx(1.04, abs=0.05)
    assert expected_spend(fit, spends.purchases, spends.means) == pytest.approx(spends.means, rel=0.03)
    assert fit.edges == ()


def test_orders_that_vary_within_a_customer_are_not_taken_for_alike() -> None:
    random = stream(2, 0, "tests.spend.varied")
    shape = 1 / 0.83**2
    usual = 5_000 * np.exp(random.normal(0, 0.8, 300))
    fit = fit_spend(spends_of(*(size / shape * random.gamma(shape, 1.0, 12) for size in usual)))
    assert fit.p == pytest.approx(shape, rel=0.1)
    assert fit.edges == ()


def test_the_currency_does_not_matter(repeat_spends: Spends) -> None:
    cents = scaled(repeat_spends, 100)
    in_dollars = expected_spend(fit_spend(repeat_spends), repeat_spends.purchases, repeat_spends.means)
    assert expected_spend(fit_spend(cents), cents.purchases, cents.means) == pytest.approx(in_dollars * 100, rel=1e-6)


def test_few_purchases_are_drawn_to_the_mean_of_all_and_many_are_not(repeat_spends: Spends) -> None:
    fit = fit_spend(repeat_spends)
    few, many = expected_spend(fit, np.array([1.0, 500.0]), np.array([200.0, 200.0]))
    assert 35 < few < many < 200
    assert many == pytest.approx(200, rel=0.01)


def test_the_score_is_the_slope_of_the_likelihood() -> None:
    likelihood = spend_likelihood(spends_of([12.0], [40.0, 10.0, 3.0, 7.0], [3.0] * 9))
    place = place_of(4.0, 3.0, 12.0)
    _, scores = likelihood.of_rows(place)
    for number in range(3):
        move = np.zeros(3)
        move[number] = 1e-5
        slope = (likelihood.of_rows(place + move)[0] - likelihood.of_rows(place - move)[0]) / 2e-5
        assert scores[:, number] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_known_parameters_are_found_again() -> None:
    random = stream(4, -1, "tests.spend")
    purchases = random.integers(1, 12, 3000)
    rate = random.gamma(3.7, 1 / 15.4, 3000)
    fit = fit_spend(
        spends_of(*(random.gamma(6.2, 1 / one, number) for one, number in zip(rate, purchases, strict=True))),
        scaled=False,
    )
    assert [fit.p, fit.q, fit.gamma] == pytest.approx([6.2, 3.7, 15.4], rel=0.1)
    assert abs(fit.correlation) < 0.05


def test_the_same_amount_every_time_is_no_spread_and_any_other_is() -> None:
    assert not spends_of([100.0] * 3, [100.0]).differ
    assert spends_of([100.0] * 3, [101.0]).differ
    assert spends_of([99.0, 101.0], [100.0]).differ
