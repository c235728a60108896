"""How sales answer effort: ADBUDG curves per segment, from the answers of people, from history, or from an assumption.

Effort and sales are relative to today, so that every curve runs through (1, 1); what a curve rests on goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream
from simkit.value.service.response_history import History

Origin = Literal["answers", "history", "assumption"]
ELASTICITY = Estimate(value=0.25, low=0.10, high=0.34)
"""Assumption where nobody answered: between 0.10 (implied by the published case) and 0.34 (PUBLISHED_ELASTICITY)."""
PUBLISHED_ELASTICITY = 0.34
"""Mean elasticity of personal selling (Albers, Mantrala & Sridhar 2010, second-hand)."""
LOWEST_BOTTOM = 0.1
HALF_EFFORT, MORE_EFFORT = 0.5, 1.5
SHAPES = (0.05, 20.0)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Sales relative to today as a function of effort relative to today: ``Y = b + (a − b) · X^c / (d + X^c)``.

    Notes
    -----
    Little, J. D. C. (1970): Models and managers: the concept of a decision calculus, Management Science 16(8).
    """

    top: float
    """a: sales at any amount of effort."""
    bottom: float
    """b: sales without effort."""
    shape: float
    """c: concave up to 1, S-shaped above."""
    half: float
    """d: the curve is half way up where ``X^c = d``."""

    def sales(self, effort: Floats | float) -> Floats:
        """Return sales relative to today."""
        powered = np.power(np.asarray(effort, dtype=float), self.shape)
        found: Floats = self.bottom + (self.top - self.bottom) * powered / (self.half + powered)
        return found

    def marginal(self, effort: Floats | float) -> Floats:
        """Return the slope of the curve; effort above 0."""
        x = np.asarray(effort, dtype=float)
        powered = np.power(x, self.shape)
        found: Floats = (self.top - self.bottom) * self.shape * self.half * powered / x / (self.half + powered) ** 2
        return found

    @property
    def elasticity(self) -> float:
        """Relative change of sales per relative change of effort, at today's effort."""
        return self.shape * (1 - self.bottom) * self.half / (self.half + 1)

    @property
    def threshold(self) -> float:
        """Effort under which spending nothing is better: where a ray from (0, b) touches an S-shaped curve, else 0."""
        return float(((self.shape - 1) * self.half) ** (1 / self.shape)) if self.shape > 1 else 0.0


@dataclass(frozen=True, kw_only=True)
class ResponseCurve:
    """The curve of one segment and what it rests on."""

    curve: Curve
    origin: Origin
    people: int = 0
    """Who answered; 0 otherwise."""
    error: float = 0.0
    """Root mean square distance of the curve from the answers, relative to today's sales."""


def curve_of_elasticity(elasticity: float) -> Curve:
    """Return the concave curve through today that has this elasticity there, half way up today.

    Notes
    -----
    With c = d = 1, ``b = 1 − 2ε`` and ``a = 1 + 2ε``. Sales without effort are kept at 0.1 or more; a higher elasticity
    then needs a steeper curve, ``c = 2ε/(1 − b)``.
    """
    bottom = max(1 - 2 * elasticity, LOWEST_BOTTOM)
    return Curve(top=2 - bottom, bottom=bottom, shape=2 * elasticity / (1 - bottom), half=1.0)


def fitted_curve(none: float, half: float, more: float, most: float) -> Curve | None:
    """Return the curve through today that comes nearest to four answers.

    Parameters
    ----------
    none, half, more, most : float
        Sales relative to today without effort, at half of it, at one and a half times, and at any amount; `half` or
        `more` may be missing.

    Returns
    -------
    Curve or None
        None when the answers are no rising curve, or too few: ``none < 1 < most`` is needed, and rising values.

    Notes
    -----
    a and b are the answers, d = (a − 1)/(1 − b) leads the curve through today; c is the least-squares solution for the
    other two answers (exact where one curve meets both). Each answer alone gives c in closed form, and the least-squares
    solution lies between the two.
    """
    from scipy.optimize import minimize_scalar

    known = [(x, y) for x, y in ((HALF_EFFORT, half), (MORE_EFFORT, more)) if not np.isnan(y)]
    values = [none, *(y for x, y in known if x < 1), 1.0, *(y for x, y in known if x > 1), most]
    if not known or np.isnan([none, most]).any() or np.any(np.diff(values) < 0) or not none < 1 < most:
        return None
    scale = (most - 1) / (1 - none)

    def at(log_shape: float) -> Curve:
        return Curve(top=most, bottom=none, shape=float(np.exp(log_shape)), half=scale)

    def distance(log_shape: float) -> float:
        return float(sum((at(log_shape).sales(x) - y) ** 2 for x, y in known))

    ends = [_log_shape(x, (y - none) / (most - none), scale) for x, y in known]
    low, high = min(ends), max(ends)
    if high - low < 1e-9:
        return at(low)
    return at(float(minimize_scalar(distance, bounds=(low, high), method="bounded", options={"xatol": 1e-10}).x))


def _log_shape(effort: float, risen: float, half: float) -> float:
    """Return the logarithm of the c that meets one answer; `risen` is its share of the whole rise."""
    low, high = np.log(SHAPES)
    if risen <= 0 or risen >= 1:
        return float(high)
    shape = np.log(half * risen / (1 - risen)) / np.log(effort)
    return float(np.clip(np.log(shape), low, high)) if shape > 0 else float(low)


def answered_response(answers: pd.Series) -> ResponseCurve | None:
    """Return the curve of one row of answers in per cent of today; None when they give none.

    Parameters
    ----------
    answers : pandas.Series
        ``people, sales_at_none, sales_at_half, sales_at_more, sales_at_most``.
    """
    none, half, more, most = (
        float(answers[f"sales_at_{name}"]) / 100 for name in ("none", "half", "more", "most")
    )  # fmt: skip
    curve = fitted_curve(none, half, more, most)
    if curve is None:
        return None
    gaps = [curve.sales(x) - y for x, y in ((HALF_EFFORT, half), (MORE_EFFORT, more)) if not np.isnan(y)]
    return ResponseCurve(
        curve=curve,
        origin="answers",
        people=int(answers["people"]),
        error=float(np.sqrt(np.mean(np.square(gaps)))),
    )


def elasticity_range() -> Estimate:
    """Return the 95 % range of an elasticity that people state, relative to its value.

    Notes
    -----
    People are taken to be as unsure as the literature: the 2.5 and 97.5 % quantiles of the triangular distribution over
    the assumption's range, with the mode at its value, relative to that value.
    """
    low, mode, high = ELASTICITY.low, ELASTICITY.value, ELASTICITY.high
    whole, left, right = high - low, mode - low, high - mode
    lower = low + (0.025 * whole * left) ** 0.5
    upper = high - (0.025 * whole * right) ** 0.5
    return Estimate(value=1.0, low=lower / mode, high=upper / mode)


def responses_of(
    segments: list[str],
    answers: pd.DataFrame | None,
    history: History | None,
    assumed: float = ELASTICITY.value,
) -> dict[str, ResponseCurve]:
    """Return the curve of each segment: from answers, else from a history that was adopted, else from the assumption.

    Parameters
    ----------
    segments : list of str
        Segments.
    answers : pandas.DataFrame or None
        One row per segment, see `answered_response`.
    history : History or None
        See `simkit.value.service.response_history.adopted`; None where the assumption holds.
    assumed : float
        Elasticity without either.
    """
    rows = {} if answers is None else {str(row["segment"]): row for _, row in answers.iterrows()}
    fallback = ResponseCurve(
        curve=curve_of_elasticity(assumed if history is None else history.elasticity.value),
        origin="assumption" if history is None else "history",
    )
    return {name: (answered_response(rows[name]) if name in rows else None) or fallback for name in segments}


def drawn_curves(
    responses: Mapping[str, ResponseCurve], history: History | None, *, seed: int, draws: int
) -> list[dict[str, Curve]]:
    """Return curves that could be the true ones, one set per draw, independent between segments.

    Notes
    -----
    Assumption: elasticity from a triangular distribution over its range with the mode at its value; one that the client
    states is taken to be as unsure, relative to its value. History: normal
    with the standard error of the estimate, kept in 0.01..1. Answers: the elasticity of the fitted curve times that of
    an assumed curve relative to its value (people are taken to be as unsure as the literature), by moving the shape c.
    """
    random = stream(seed, -1, "value.response")
    drawn = []
    for _ in range(draws):
        curves = {}
        for name, response in responses.items():
            assumed = random.triangular(ELASTICITY.low, ELASTICITY.value, ELASTICITY.high)
            normal = random.standard_normal()
            if response.origin == "answers":
                curve = response.curve
                shape = curve.shape * assumed / ELASTICITY.value
                curves[name] = Curve(top=curve.top, bottom=curve.bottom, shape=shape, half=curve.half)
            elif response.origin == "history" and history is not None:
                spread = (history.elasticity.high - history.elasticity.low) / (2 * 1.959964)
                curves[name] = curve_of_elasticity(
                    float(np.clip(history.elasticity.value + spread * normal, 0.01, 1.0))
                )
            else:
                stated = response.curve.elasticity / ELASTICITY.value
                curves[name] = curve_of_elasticity(float(assumed) * stated)
        drawn.append(curves)
    return drawn
