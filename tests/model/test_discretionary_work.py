"""Idle hours become discretionary work on the drawn share of people's days, and on more of them when the share rises."""

from __future__ import annotations

import numpy as np
import pytest

from simkit.model.engine.discretionary_work import DiscretionaryWork
from simkit.model.engine.engine import Run
from simkit.model.event_log.event_log import EXTRAS
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.run_state import Person
from simkit.model.specification.designs import load_design
from tests.model.conftest import QUIET, SMALL, patched

SHARES = (0.0, 0.3, 0.6, 1.0)
MODEL_INPUTS = example_inputs(customers=40, posts=6, orders_per_year=500)
FEW = {**SMALL, **QUIET, "opportunities.per_year": 60, "service.requests_per_year": 250}


class Asked(DiscretionaryWork):
    """Notes for which person and day idle hours were taken up, and for which not."""

    def _takes_up(self, person: Person) -> bool:
        taken = super()._takes_up(person)
        self.days.setdefault((person.code, person.day(self.clock.now)), set()).add(taken)
        return taken


def days(share: float) -> dict[tuple[int, int], set[bool]]:
    """What became of the idle hours of each person and day that had some."""
    parameters = patched(FEW, {"discretionary.take_up": share})
    inputs = draw_inputs(MODEL_INPUTS, parameters, seed=1, replication=0)
    run = Run(inputs, load_design("baseline"), parameters, load_design("baseline"))
    own = run.discretionary_work
    own.__class__, own.days = Asked, {}  # type: ignore[attr-defined]
    run.dispatcher.free_work = own.task
    run.record()
    found: dict[tuple[int, int], set[bool]] = own.days  # type: ignore[attr-defined]
    return found


@pytest.fixture(scope="module")
def taken() -> dict[float, set[tuple[int, int]]]:
    found = {share: days(share) for share in SHARES}
    assert all(len(answers) == 1 for by_day in found.values() for answers in by_day.values()), "one answer a day"
    assert all(len(by_day) > 500 for by_day in found.values())
    asked = set.intersection(*(set(by_day) for by_day in found.values()))
    assert len(asked) > 500
    return {share: {day for day in asked if True in by_day[day]} for share, by_day in found.items()} | {-1.0: asked}


def test_nothing_is_taken_up_at_0_and_everything_at_1(taken: dict[float, set[tuple[int, int]]]) -> None:
    assert not taken[0.0]
    assert taken[1.0] == taken[-1.0]


def test_a_share_is_taken_up_on_that_share_of_days(taken: dict[float, set[tuple[int, int]]]) -> None:
    for share in (0.3, 0.6):
        error = 4 * (share * (1 - share) / len(taken[-1.0])) ** 0.5
        assert len(taken[share]) / len(taken[-1.0]) == pytest.approx(share, abs=error)


def test_a_greater_share_takes_up_the_same_days_and_more(taken: dict[float, set[tuple[int, int]]]) -> None:
    assert taken[0.3] < taken[0.6] < taken[1.0]


BUSY = example_inputs(customers=60, posts=6, orders_per_year=2200)


def contacts(dropped_share: float) -> tuple[int, list[int]]:
    """Return the planned contacts with C customers and the extra contacts with A and with B customers, after go-live."""
    parameters = patched(FEW, {"channel.C.dropped_share": dropped_share, "discretionary.take_up": 1})
    inputs, design = draw_inputs(BUSY, parameters, seed=1, replication=0), load_design("baseline")
    record = Run(inputs, design, parameters, design).record()
    tasks = record.tasks[(record.tasks["extra"] == EXTRAS.index("extra_contact")) & (record.tasks["end_h"] >= 0)]
    segment = np.array(record.inputs.customers.segment)[(-2 - tasks["case"]).to_numpy(int)]
    cases = record.cases[(record.cases["kind"] == "care") & (record.cases["ended_h"] >= 0)]
    return int((cases["segment"] == "C").sum()), np.bincount(segment, minlength=3)[:2].tolist()


def test_what_stops_for_c_customers_leaves_time_that_goes_to_a_and_b_customers() -> None:
    (planned_before, extra_before), (planned_after, extra_after) = contacts(0.0), contacts(1.0)

    assert planned_after < planned_before / 2
    assert extra_before[0] < extra_after[0] and extra_before[1] < extra_after[1]
