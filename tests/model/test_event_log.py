"""The event log: small integers where the engine writes, words where people read."""

from __future__ import annotations

import numpy as np
import pytest

from simkit.foundation.parameter_set import Provenance
from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import OUTCOMES, Record, running_sums
from simkit.model.inputs.arrivals import KINDS, NUMBER_SHIFT
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import CLASSES, load_defaults

SHORT = {"time.horizon_years": 0.25, "time.warm_up_years": 0.1, "discretionary.take_up": 0.5}


@pytest.fixture(scope="module")
def record() -> Record:
    parameters = load_defaults().patch(SHORT, Provenance(kind="option"))
    inputs = draw_inputs(example_inputs(customers=40, posts=4, orders_per_year=400), parameters, seed=1, replication=0)
    return simulate(inputs, load_design("stretched_t"))


def test_cases_have_words_for_what_is_logged_as_numbers(record: Record) -> None:
    cases, columns = record.cases, record.case_columns

    assert set(cases["kind"]) == set(KINDS)
    assert [KINDS.index(kind) for kind in cases["kind"]] == (columns.case >> NUMBER_SHIFT).tolist()
    assert [OUTCOMES.index(outcome) for outcome in cases["outcome"]] == columns.outcome.tolist()
    assert [CLASSES.index(name) for name in cases["drawn_class"]] == columns.drawn_class.tolist()
    assert (cases["ended_h"].isna() == (cases["outcome"] == "open")).all()


def test_tasks_name_the_case_whose_row_is_logged(record: Record) -> None:
    row, number = record.task_columns.case, record.tasks["case"].to_numpy()
    of_case = row >= 0

    assert of_case.any() and (row <= -2).any()
    assert (number[of_case] == record.case_columns.case[row[of_case]]).all()
    assert (number[~of_case] == row[~of_case]).all()


def test_running_sums_tell_what_falls_into_a_window(record: Record) -> None:
    assert running_sums(np.array([[1.0, 2.0, 3.0]])).tolist() == [[0.0, 1.0, 3.0, 6.0]]

    edges = [0.0, 5 * record.day_h, record.end_h]
    first = round(-record.start_h / record.day_h)
    by_hand = [
        [person.contract_h[first : first + 5].sum(), person.contract_h[first + 5 :].sum()] for person in record.people
    ]
    np.testing.assert_allclose(record.between(record.contract_sums, edges), by_hand)
