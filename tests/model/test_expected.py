"""Expected numbers of rounds and chases against draws."""

from __future__ import annotations

import numpy as np
import pytest

from simkit.model.inputs.demand import lognormal_draws
from simkit.model.rules.expected import Chasing, expected_chases

CHASING = Chasing(first_after_h=12.0, every_h=8.0, effort_h=0.1)


@pytest.mark.parametrize(("delay_h", "cv"), [(12.0, 0.8), (40.0, 1.5), (8.0, 0.3)])
def test_expected_chases_are_those_of_lognormal_answer_times(delay_h: float, cv: float) -> None:
    waits = delay_h * lognormal_draws(np.random.default_rng(1), cv, (400_000,))
    assert waits.mean() == pytest.approx(delay_h, rel=0.01)
    assert waits.std() == pytest.approx(cv * delay_h, rel=0.03)
    chases = np.where(waits > 12, np.floor((waits - 12) / 8) + 1, 0)
    assert expected_chases(CHASING, delay_h, cv) == pytest.approx(chases.mean(), rel=0.01, abs=0.001)


def test_who_answers_at_once_is_never_chased() -> None:
    assert expected_chases(CHASING, 0.0, 0.8) == 0
