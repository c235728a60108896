"""Chance as a function: every draw is a hash of the firm, the replication, what it is for, and numbers of the case.

Nothing is drawn in order, so that two organisations of one firm meet the same customers, cases and absences, whatever else
they do: common random numbers without a table of draws.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Finish of SplitMix64 (Steele, Lea & Flood 2014, OOPSLA)."""
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return np.asarray(state ^ (state >> np.uint64(31)), dtype=np.uint64)


def uniform(seed: int, name: str, *numbers: Any) -> Floats:
    """Return one number in (0, 1) for each combination of the whole numbers, which are broadcast; at least 1-dimensional."""
    key = (seed & 0xFFFFFFFF) << 32 | zlib.crc32(name.encode())
    state = np.array([key], dtype=np.uint64) * _GOLDEN
    for number in numbers:
        state = (state ^ np.asarray(number).astype(np.uint64)) * _FIRST
        state ^= state >> np.uint64(29)
    return np.asarray(((_mixed(state) >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53)


def between(low: float, high: float, seed: int, name: str, *numbers: Any) -> Floats:
    """Return uniform draws of a range."""
    return low + (high - low) * uniform(seed, name, *numbers)


def normal(seed: int, name: str, *numbers: Any) -> Floats:
    """Return standard normal draws."""
    return np.asarray(ndtri(uniform(seed, name, *numbers)))


def exponential(seed: int, name: str, *numbers: Any) -> Floats:
    """Return exponential draws of mean 1."""
    return np.asarray(-np.log(uniform(seed, name, *numbers)))


def lognormal(cv: float, seed: int, name: str, *numbers: Any) -> Floats:
    """Return lognormal draws of mean 1 and of the given coefficient of variation."""
    spread = np.sqrt(np.log1p(cv * cv))
    return np.asarray(np.exp(spread * normal(seed, name, *numbers) - spread * spread / 2))


def one(low: float, high: float, seed: int, name: str, *numbers: Any) -> float:
    """Return one uniform draw of a range as a number."""
    return float(between(low, high, seed, name, *numbers)[0])
