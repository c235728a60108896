"""How the functions of the compiled engine are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numba
import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Compile a function that only compiled functions call."""
    compiled: Function = numba.njit(nogil=True, error_model="numpy")(function)
    return compiled


def entry(function: Function) -> Function:
    """Compile a function that Python calls, and keep the result on disk."""
    compiled: Function = numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    return compiled
