"""Rows are chosen by the values of their columns, and keep their index; keys are put in order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.foundation.frames import order_of, select, stable_order

FRAME = pd.DataFrame(
    {"measure": ["profit", "profit", "cost", "profit"], "year": [0, 1, 0, 0], "value": [1.0, 2.0, 3.0, float("nan")]},
    index=[7, 5, 3, 1],
)


def test_all_values_must_be_equal_and_the_rows_keep_order_and_index() -> None:
    found = select(FRAME, measure="profit", year=0)
    pd.testing.assert_frame_equal(found, FRAME.loc[[7, 1]])


def test_without_values_all_rows_are_chosen_and_a_missing_value_equals_nothing() -> None:
    assert select(FRAME) is FRAME
    assert select(FRAME, value=float("nan")).empty


def test_a_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="scenario"):
        select(FRAME, scenario="today")


@given(st.lists(st.integers(0, 2**32 - 1), max_size=60), st.integers(1, 5))
def test_a_stable_order_is_that_of_numpy(keys: list[int], times: int) -> None:
    repeated = np.array(keys * times, dtype=np.int64)

    assert stable_order(repeated).tolist() == np.argsort(repeated, kind="stable").tolist()


@given(st.lists(st.floats(-1e3, 1e3), max_size=60), st.integers(1, 3))
def test_numbers_that_are_equal_keep_their_order(numbers: list[float], times: int) -> None:
    repeated = np.array(numbers * times, dtype=float)

    assert order_of(repeated).tolist() == np.argsort(repeated, kind="stable").tolist()
