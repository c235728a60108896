"""The models of purchases against publications, another package, brute force and invented buyers."""

from __future__ import annotations

import warnings
from dataclasses import replace
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln, gammaln, roots_jacobi

from simkit.foundation.random_streams import stream
from simkit.value.lifetime.bg_nbd import (
    PurchaseFit,
    Rows,
    _expected_regular,
    alive_share,
    expected_purchases,
    fit_purchases,
    grouped,
    parameters_at,
    place_of,
    purchase_likelihood,
)
from simkit.value.lifetime.histories import histories
from simkit.value.lifetime.maximum_likelihood import refits

CALIBRATED = pd.Timestamp("1997-09-30")
SOME = pd.DataFrame(
    {
        "repeats": [0.0, 1, 2, 5, 3],
        "last_weeks": [0.0, 4, 12, 38, 9],
        "age_weeks": [39.0, 30, 39, 39, 35],
        "log_intervals": [0.0, 1.4, 3.5, 10.0, 3.2],
    }
)


@pytest.fixture(scope="module")
def rows(cdnow_days: pd.DataFrame) -> Rows:
    return grouped(histories(cdnow_days, CALIBRATED))


@pytest.fixture(scope="module")
def plain(rows: Rows) -> PurchaseFit:
    return fit_purchases(rows)


@pytest.fixture(scope="module")
def lifetimes() -> ModuleType:
    with warnings.catch_warnings():  # the package is no longer kept and warns with today's pandas
        warnings.simplefilter("ignore")
        import lifetimes

    return lifetimes


def parameters(fit: PurchaseFit) -> list[float]:
    return [fit.r, fit.alpha, fit.a, fit.b]


def test_bg_nbd_gives_the_published_parameters_of_cdnow(rows: Rows, plain: PurchaseFit) -> None:
    assert rows.counts.sum() == 2357
    assert parameters(plain) == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=5e-4)  # Fader, Hardie and Lee 2005
    assert round(plain.log_likelihood, 1) == -9582.4
    assert plain.maximum.converged
    assert plain.edges == ()


def test_mbg_nbd_gives_the_published_parameters_of_cdnow(rows: Rows) -> None:
    fit = fit_purchases(rows, modified=True)
    assert parameters(fit) == pytest.approx([0.525, 6.183, 0.891, 1.614], abs=5e-4)  # Batislam et al. 2007
    assert fit.name == "MBG/NBD"


def test_cdnow_is_not_regular_so_k_1_is_likeliest(rows: Rows, plain: PurchaseFit) -> None:
    # Reutterer, Platzer and Schröder 2021 and the demo of their package find k = 1 there, and MBG ahead of BG.
    assert fit_purchases(rows, 2).log_likelihood < plain.log_likelihood - 100
    assert fit_purchases(rows, modified=True).log_likelihood > plain.log_likelihood


@pytest.mark.parametrize("modified", [False, True])
def test_parameters_and_forecasts_are_those_of_lifetimes(rows: Rows, lifetimes: ModuleType, modified: bool) -> None:
    other = lifetimes.ModifiedBetaGeoFitter() if modified else lifetimes.BetaGeoFitter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other.fit(rows.repeats, rows.last_weeks, rows.age_weeks, weights=rows.counts)
        expected = other.conditional_expected_number_of_purchases_up_to_time(
            39, rows.repeats, rows.last_weeks, rows.age_weeks
        )
        alive = other.conditional_probability_alive(rows.repeats, rows.last_weeks, rows.age_weeks)
    fit = fit_purchases(rows, modified=modified)
    assert parameters(fit) == pytest.approx(list(other.params_), rel=1e-3)
    place = place_of(*other.params_)
    assert alive_share(fit, rows, place) == pytest.approx(np.ravel(alive), rel=1e-9)
    assert expected_purchases(fit, rows, 39.0, place) == pytest.approx(np.ravel(expected), rel=1e-7)


def test_the_forecast_for_cdnows_next_39_weeks_is_an_eighth_too_low(
    rows: Rows, plain: PurchaseFit, cdnow_days: pd.DataFrame
) -> None:
    expected = float(rows.counts @ expected_purchases(plain, rows, 39.0))
    came = int((cdnow_days["day"] > CALIBRATED).sum())
    assert (round(expected), came) == (1653, 1882)


@pytest.mark.parametrize("modified", [False, True])
@pytest.mark.parametrize("k", [1, 3])
def test_the_likelihood_is_the_integral_over_rates_and_chances(k: int, modified: bool) -> None:
    rows = grouped(SOME)
    r, alpha, a, b = 1.2, 6.0, 0.9, 2.4
    values, _ = purchase_likelihood(rows, k, modified=modified).of_rows(place_of(r, alpha, a, b))
    nodes, weight = roots_jacobi(24, b - 1, a - 1)  # exact for the polynomials in the chance to leave
    chance, weight = (nodes + 1) / 2, weight / 2 ** (a + b - 1) * np.exp(-betaln(a, b))
    log_rate = np.linspace(-30, 5, 4001)
    rate = np.exp(log_rate)
    prior = np.exp(r * np.log(alpha) + (r - 1) * log_rate - rate * alpha - gammaln(r))
    for number in range(rows.repeats.size):
        x, last, gap = rows.repeats[number], rows.last_weeks[number], rows.age_weeks[number] - rows.last_weeks[number]
        n = x + modified
        none_yet = np.exp(-rate * gap) * sum((rate * gap) ** j / np.exp(gammaln(j + 1)) for j in range(k))
        timing = rate ** (k * x) * np.exp(-rate * last) * prior * rate
        gone = chance * (1 - chance) ** (n - 1) if n > 0 else np.zeros_like(chance)
        of_chance = np.outer((1 - chance) ** n, none_yet) + gone[:, None]
        whole = np.trapezoid(weight @ of_chance * timing, log_rate)
        assert values[number] == pytest.approx(np.log(whole), abs=1e-9)


@pytest.mark.parametrize("k", [1, 4])
def test_the_score_is_the_slope_of_the_likelihood(k: int) -> None:
    likelihood = purchase_likelihood(grouped(SOME), k, modified=True)
    place = place_of(0.7, 5.0, 0.9, 1.6)
    _, scores = likelihood.of_rows(place)
    for number in range(4):
        move = np.zeros(4)
        move[number] = 1e-5
        slope = (likelihood.of_rows(place + move)[0] - likelihood.of_rows(place - move)[0]) / 2e-5
        assert scores[:, number] == pytest.approx(slope, rel=1e-5, abs=1e-8)


def test_the_sum_over_stages_equals_the_closed_form_for_random_timing(rows: Rows, plain: PurchaseFit) -> None:
    block = np.arange(0, rows.repeats.size, 37)
    summed = alive_share(plain, rows)[block] * _expected_regular(plain, rows, block, 52.0, plain.maximum.place)
    assert summed == pytest.approx(expected_purchases(plain, rows, 52.0)[block], rel=1e-8)


def test_the_forecast_for_regular_buyers_is_what_comes_on_average(rows: Rows, plain: PurchaseFit) -> None:
    k, weeks, draws = 3, 40.0, 60_000
    fit = replace(plain, regularity=k)
    history = pd.DataFrame({"repeats": [4.0], "last_weeks": [30.0], "age_weeks": [36.0], "log_intervals": [8.0]})
    place = place_of(2.0, 5.0, 0.8, 3.0)
    r, alpha, a, b = parameters_at(place)
    random = stream(3, -1, "tests.forecast")
    stage = random.choice(k, size=draws, p=_weights(r + k * 4, 6.0 / (alpha + 36.0), k))
    rate = random.gamma(r + k * 4 + stage, 1 / (alpha + 36.0))
    parameters = random.beta(a, b + 4, draws)
    passed = random.poisson(rate * weeks) + stage
    # A customer still there makes as many purchases as chances come, unless leaving after one of them ends it.
    bought = np.minimum(passed // k, random.geometric(parameters))
    alive = alive_share(fit, grouped(history), place)[0]
    assert expected_purchases(fit, grouped(history), weeks, place)[0] == pytest.approx(alive * bought.mean(), rel=0.02)


def _weights(s: float, q: float, k: int) -> np.ndarray:
    terms = np.array([np.exp(gammaln(s + j) - gammaln(s) - gammaln(j + 1)) * q**j for j in range(k)])
    return terms / terms.sum()


def test_known_parameters_of_regular_buyers_are_found_again(buyers) -> None:
    days = buyers(3, seed=5, number=3000, shape=(0.85, 4.35, 0.79, 2.42), at_once=True)
    rows = grouped(histories(days, days["day"].max()))
    fit = fit_purchases(rows, 3, modified=True)
    # stages run three times as fast as purchases, so alpha counts a third of the weeks of a purchase
    places = refits(
        purchase_likelihood(rows, 3, modified=True), rows.counts, fit.maximum, stream(1, -1, "tests.refits"), 60
    )
    spread = parameters_at(places).std(axis=0)
    away = (np.array(parameters(fit)) - [0.85, 1.45, 0.79, 2.42]) / spread
    assert np.abs(away).max() < 3


def test_the_bootstrap_gives_the_interval_of_cdnow(rows: Rows, plain: PurchaseFit) -> None:
    places = refits(purchase_likelihood(rows), rows.counts, plain.maximum, stream(1, -1, "tests.refits"), 200)
    low, high = np.quantile(parameters_at(places), [0.025, 0.975], axis=0)
    # an independent bootstrap of 200 draws gave r .214–.269, alpha 3.48–5.46, a .51–1.34, b 1.46–4.63
    assert low == pytest.approx([0.214, 3.48, 0.51, 1.46], rel=0.12)
    assert high == pytest.approx([0.269, 5.46, 1.34, 4.63], rel=0.12)


def test_a_quick_refit_is_the_maximum_of_its_sample(rows: Rows, plain: PurchaseFit) -> None:
    likelihood = purchase_likelihood(rows)
    quick = refits(likelihood, rows.counts, plain.maximum, stream(9, -1, "tests.refits"), 3)
    total = int(rows.counts.sum())
    weights = stream(9, -1, "tests.refits").multinomial(total, rows.counts / total, size=3).astype(float)
    for place, weight in zip(quick, weights, strict=True):
        _, gradient = likelihood.mean(weight, place)
        assert np.abs(gradient).max() < 1e-5


def test_buyers_who_never_leave_are_carried_on_and_told(buyers) -> None:
    days = buyers(1, seed=2, number=300, shape=(3.0, 20.0, 1.0, 1e9))
    end = days["day"].max()
    rows = grouped(histories(days, end))
    fit = fit_purchases(rows)
    assert fit.maximum.converged
    assert set(fit.edges) & {"nobody_parameters", "same_chance"}
    per_week = float((rows.counts @ rows.repeats) / (rows.counts @ rows.age_weeks))
    assert float(rows.counts @ expected_purchases(fit, rows, 10.0)) == pytest.approx(300 * 10 * per_week, rel=0.05)


def test_extreme_histories_give_finite_forecasts(plain: PurchaseFit) -> None:
    history = pd.DataFrame(
        {
            "repeats": [0.0, 900, 900, 1, 3],
            "last_weeks": [0.0, 155, 1, 1 / 7, 40],
            "age_weeks": [0.0, 156, 156, 1 / 7, 500],
            "log_intervals": 0.0,
        }
    )
    rows = grouped(history)
    for fit in (plain, replace(plain, modified=True), replace(plain, regularity=6)):
        for figure in (alive_share(fit, rows), expected_purchases(fit, rows, 156.0)):
            assert np.isfinite(figure).all()
            assert (figure >= 0).all()
        assert (alive_share(fit, rows) <= 1).all()
