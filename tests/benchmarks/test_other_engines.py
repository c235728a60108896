"""The one queue of all engines: theory keeps the law of conservation, and the kit's engines wait as SimPy does, to the bit."""

import numpy as np
import other_engines
import pytest


def test_priorities_move_waits_between_classes_and_leave_their_mean_that_of_one_line():
    first, later = other_engines.waits_of_theory()
    in_one_line = 0.2754  # hours, Erlang's C for 18 customers an hour, 20 servers and an hour of work
    assert other_engines.FIRST_SHARE * first + (1 - other_engines.FIRST_SHARE) * later == pytest.approx(
        in_one_line, abs=1e-4
    )
    assert later == pytest.approx(10 * first)


def test_the_engines_of_the_kit_let_everybody_wait_as_simpy_does():
    customers = other_engines.drawn(1_500, 3)
    expected = other_engines.with_simpy(customers)
    assert expected.max() > 0.5
    assert np.array_equal(other_engines.with_clock(customers), other_engines.compiled_queue()(customers))
    assert other_engines.with_clock(customers) == pytest.approx(expected, abs=1e-9)
