"""How one parameter is distributed: around its measurement, or over its plausible range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import Parameter
from simkit.study.measured.measured_parameters import MEASURED_KINDS

Scale = Literal["linear", "log", "logit"]
Shape = Literal["normal", "triangular"]
WIDE = 3.0
"""From this ratio of the ends on, a plausible range is one of orders of size and is drawn on the log scale."""

_THERE: dict[Scale, Callable[[Floats], Floats]] = {
    "linear": lambda x: x,
    "log": np.log,
    "logit": lambda x: np.log(x / (1 - x)),
}
_BACK: dict[Scale, Callable[[Floats], Floats]] = {
    "linear": lambda y: y,
    "log": np.exp,
    "logit": lambda y: 1 / (1 + np.exp(-y)),
}


@dataclass(frozen=True, kw_only=True)
class Marginal:
    """The distribution of one parameter, whatever the others are."""

    shape: Shape
    """"normal" around a measurement, "triangular" over a plausible range."""
    scale: Scale
    """On which scale it has that shape."""
    value: float
    """Median of the normal one, most likely value of the triangular one; in the parameter's unit."""
    low: float
    high: float
    """Interval of the measurement, or ends of the range; same unit, `low` below `high`."""
    level: float = 0.95
    """Coverage of the interval of a measurement."""
    minimum: float = -np.inf
    maximum: float = np.inf
    """Allowed range; a draw beyond it becomes its end."""

    def scaled(self, places: Floats) -> Floats:
        """Return the draws at places of the distribution, 0 … 1, on the scale that they are drawn on."""
        value, low, high = (
            float(_THERE[self.scale](np.array(x, dtype=float))) for x in (self.value, self.low, self.high)
        )
        if self.shape == "triangular":
            return _triangular(places, value, low, high)
        return _normal(places, value, (low, high), self.level)

    def at(self, places: Floats) -> Floats:
        """Return the draws at places of the distribution, 0 … 1, in the parameter's unit."""
        drawn: Floats = np.clip(_BACK[self.scale](self.scaled(places)), self.minimum, self.maximum)
        return drawn


def _normal(places: Floats, median: float, ends: tuple[float, float], level: float) -> Floats:
    """Return quantiles of the normal distribution whose central interval at `level` has these ends.

    Where they are not equally far from the median, each side has a spread of its own; where the median lies outside of them,
    as after a fit, both sides have half the width.
    """
    from scipy.stats import norm

    sides = (median - ends[0], ends[1] - median)
    below, above = sides if min(sides) >= 0 else ((ends[1] - ends[0]) / 2,) * 2
    distance = norm.ppf(places) / float(norm.ppf(0.5 + level / 2))
    drawn: Floats = median + distance * np.where(distance < 0, below, above)
    return drawn


def _triangular(places: Floats, mode: float, low: float, high: float) -> Floats:
    """Return quantiles of the triangular distribution; one value where its ends are the same."""
    from scipy.stats import triang

    if not low < high:
        return np.full(np.shape(places), mode)
    drawn: Floats = triang.ppf(places, (mode - low) / (high - low), loc=low, scale=high - low)
    return drawn


def measured_marginal(parameter: Parameter) -> Marginal:
    """Return the normal distribution that a measured interval stands for.

    Notes
    -----
    On the logit scale where it is a share within (0, 1), on the log scale where it is above 0, else as it is; the median is
    the value itself, the spread of each side is its distance to that end of the interval over z.

    Raises
    ------
    ValueError
        If the parameter has no interval.
    """
    interval = parameter.provenance.interval
    if interval is None:
        raise ValueError(parameter.path)
    ends = (interval.low, interval.high, parameter.value)
    scale: Scale = "linear"
    if min(ends) > 0:
        scale = "logit" if parameter.unit == "share" and max(ends) < 1 else "log"
    return Marginal(
        shape="normal", scale=scale, value=parameter.value, low=interval.low, high=interval.high, level=interval.level,
        minimum=parameter.minimum, maximum=parameter.maximum,
    )  # fmt: skip


def plausible_marginal(parameter: Parameter, value: float) -> Marginal:
    """Return the triangular distribution on plausible low, value, plausible high.

    Parameters
    ----------
    value : float
        Most likely value; where it lies outside of the plausible range, the range is widened to it.

    Notes
    -----
    On the log scale where high is more than three times low, so that half as much and twice as much are as likely.
    """
    return _over(parameter, value, parameter.low, parameter.high)


def _over(parameter: Parameter, value: float, low: float, high: float) -> Marginal:
    low, high = max(min(low, value), parameter.minimum), min(max(high, value), parameter.maximum)
    scale: Scale = "log" if low > 0 and high / low > WIDE else "linear"
    return Marginal(
        shape="triangular", scale=scale, value=value, low=low, high=high,
        minimum=parameter.minimum, maximum=parameter.maximum,
    )  # fmt: skip


def marginal_of(parameter: Parameter) -> Marginal:
    """Return the distribution of a parameter of the client.

    Normal over the interval of a measurement; else triangular, over the range of its own that an assumption was given (one
    that was scaled has its range scaled with it), or over the plausible range.
    """
    interval = parameter.provenance.interval
    if interval is None:
        return plausible_marginal(parameter, parameter.value)
    if parameter.provenance.kind in MEASURED_KINDS:
        return measured_marginal(parameter)
    return _over(parameter, parameter.value, interval.low, interval.high)
