"""Rows are chosen by the values of their columns, and keep their index."""

from __future__ import annotations

import pandas as pd
import pytest

from simkit.foundation.frames import select

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
