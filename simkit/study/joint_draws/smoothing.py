"""Linear smoothing of a few noisy outcomes over many drawn dimensions, held against outcomes that were left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simkit.foundation.frames import Floats

MOST_TERMS = 8
OUTCOMES_PER_TERM = 5
"""So many outcomes at least stand behind each term."""
LEAST_CHANGE = 1e-12
"""Of the outcomes' sum of squares; what is left of rounding is no change."""


@dataclass(frozen=True, kw_only=True)
class Smoothing:
    """What linear terms say of outcomes."""

    terms: tuple[int, ...]
    """Columns that stand in the model, the one that explains most first; empty where none predicts anything."""
    slopes: Floats
    """Change of the outcome per unit of each term."""
    fitted: Floats
    """The outcomes as the terms have them; their mean without a term."""
    q2: float
    """Share of the outcomes' squared distance from their mean that is predicted when each is left out; 0 without a term, NaN
    where the outcomes do not differ."""


def smoothed(outcomes: Floats, dimensions: Floats) -> Smoothing:
    """Return the linear terms that predict outcomes best.

    Parameters
    ----------
    outcomes : ndarray, shape (n,)
        One per draw.
    dimensions : ndarray, shape (n, p)
        What was drawn; p may be larger than n.

    Notes
    -----
    Terms are added one by one, each the column that is most correlated with what the former ones leave (orthogonal matching
    pursuit: Pati, Rezaiifar & Krishnaprasad 1993); their number is the one with the largest Q² = 1 − Σ(y − ŷ without y)² /
    Σ(y − ȳ)², at least one and at most n/5 and 8. The choice of columns is made anew for each outcome that is left out, so
    that columns which fit by chance do not count (Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning*, 7.10.2).
    """
    number = len(outcomes)
    most = min(MOST_TERMS, number // OUTCOMES_PER_TERM, dimensions.shape[1])
    spread = float(((outcomes - outcomes.mean()) ** 2).sum()) if number else 0.0
    nothing = Smoothing(
        terms=(), slopes=np.zeros(0), fitted=np.full(number, outcomes.mean() if number else 0.0), q2=0.0
    )
    if not spread > LEAST_CHANGE * float((outcomes**2).sum()):
        return Smoothing(terms=(), slopes=np.zeros(0), fitted=outcomes.copy(), q2=np.nan)
    if most < 1:
        return nothing
    missed = np.array([_missed(outcomes, dimensions, left_out, most) for left_out in range(number)])
    q2 = 1 - (missed**2).sum(axis=0) / spread
    best = int(q2.argmax())
    if not q2[best] > 0:
        return nothing
    terms = _pursued(outcomes, dimensions, best + 1)
    intercept, slopes = _fit(outcomes, dimensions[:, terms])
    fitted: Floats = intercept + dimensions[:, terms] @ slopes
    return Smoothing(terms=tuple(terms), slopes=slopes, fitted=fitted, q2=float(q2[best]))


def _missed(outcomes: Floats, dimensions: Floats, left_out: int, most: int) -> Floats:
    """Return by how much one outcome is missed that was left out, with 1, 2, … terms."""
    others = np.arange(len(outcomes)) != left_out
    terms = _pursued(outcomes[others], dimensions[others], most)
    errors = np.full(most, np.nan)
    for number in range(1, most + 1):
        chosen = terms[:number]
        intercept, slopes = _fit(outcomes[others], dimensions[others][:, chosen])
        errors[number - 1] = outcomes[left_out] - intercept - float(dimensions[left_out, chosen] @ slopes)
    return errors


def _pursued(outcomes: Floats, dimensions: Floats, number: int) -> list[int]:
    """Return columns in the order in which they are added."""
    centred = dimensions - dimensions.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    terms: list[int] = []
    left = outcomes - outcomes.mean()
    for _ in range(number):
        strength = np.abs(unit.T @ left)
        strength[terms] = -1.0
        terms.append(int(strength.argmax()))
        intercept, slopes = _fit(outcomes, dimensions[:, terms])
        left = outcomes - intercept - dimensions[:, terms] @ slopes
    return terms


def _fit(outcomes: Floats, columns: Floats) -> tuple[float, Floats]:
    """Return intercept and slopes of least squares."""
    design = np.column_stack([np.ones(len(outcomes)), columns])
    solution = np.asarray(np.linalg.lstsq(design, outcomes, rcond=None)[0], dtype=np.float64)
    return float(solution[0]), solution[1:]
