"""Arrays by what they hold, and rows of a tidy frame by what stands in their columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


def select(frame: pd.DataFrame, /, **equal: object) -> pd.DataFrame:
    """Return the rows whose columns equal the values, with their index: ``select(levels, measure="profit", year=0)``.

    Parameters
    ----------
    frame : DataFrame
        Rows to choose from.
    **equal : object
        Wanted value by name of the column; a missing value equals nothing. Without any, all rows are returned.

    Raises
    ------
    KeyError
        If the frame has no such column.
    """
    if not equal:
        return frame
    first, *others = (frame[column] == value for column, value in equal.items())
    for other in others:
        first = first & other
    return frame[first]


def stable_order(keys: Whole) -> Whole:
    """Return the order of keys from 0 to 2³² − 1, equal ones as they stand; sorted by halves, which takes no comparisons."""
    low = np.argsort((keys & 0xFFFF).astype(np.uint16), kind="stable")
    order: Whole = low[np.argsort((keys >> 16).astype(np.uint16)[low], kind="stable")]
    return order


def order_of(numbers: Floats) -> Whole:
    """Return the order of numbers, equal ones as they stand: the usual sort is several times as fast, but mixes these up."""
    order: Whole = np.argsort(numbers)
    ordered = numbers[order]
    return np.argsort(numbers, kind="stable") if bool((ordered[1:] == ordered[:-1]).any()) else order


def listed(numbers: Floats) -> list[float]:
    """Return an array as a list, which is read faster one by one."""
    values: list[float] = numbers.tolist()
    return values
