"""Linear terms: found where they are, and not where there is only noise."""

import numpy as np
import pytest

from simkit.foundation.random_streams import stream
from simkit.study.joint_draws.smoothing import smoothed

NUMBER, DIMENSIONS = 50, 130


def made(name: str):
    draw = stream(3, -1, name)
    return draw.standard_normal((NUMBER, DIMENSIONS)), draw.standard_normal(NUMBER)


def test_two_terms_among_many_are_found_and_their_noise_is_taken_out():
    x, noise = made("two terms")
    truth = 5 * x[:, 7] - 3 * x[:, 90] + 100
    found = smoothed(truth + noise, x)
    assert set(found.terms[:2]) == {7, 90} and found.terms[0] == 7
    assert dict(zip(found.terms, found.slopes, strict=True))[7] == pytest.approx(5, abs=0.5)
    assert found.q2 > 0.9
    assert np.abs(found.fitted - truth).mean() < np.abs(noise).mean()


def test_noise_over_many_dimensions_is_not_predicted():
    for name in ("noise 1", "noise 2", "noise 3"):
        x, noise = made(name)
        assert not smoothed(noise, x).q2 >= 0.5


def test_the_share_predicted_is_that_of_leaving_one_out_by_hand():
    x = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    y = np.array([0.0, 1.0, 2.0, 3.0, 9.0])
    missed = [y[i] - np.polyval(np.polyfit(np.delete(x[:, 0], i), np.delete(y, i), 1), x[i, 0]) for i in range(5)]
    by_hand = 1 - float(np.square(missed).sum()) / float(((y - y.mean()) ** 2).sum())
    assert by_hand > 0
    found = smoothed(y, x)
    assert found.q2 == pytest.approx(by_hand) and found.terms == (0,)


def test_gains_that_do_not_differ_stay_as_they_are():
    found = smoothed(np.zeros(20), made("none")[0][:20])
    assert found.terms == () and np.isnan(found.q2) and (found.fitted == 0).all()


def test_too_few_draws_have_no_terms():
    x, noise = made("few")
    found = smoothed(noise[:4], x[:4])
    assert found.terms == () and found.q2 == 0.0 and found.fitted == pytest.approx([noise[:4].mean()] * 4)
