"""Maximum likelihood for models of few positive parameters: several starts, told convergence, quick bootstrap refits.

All parameters are searched as logarithms; a model is a function from them to the log-likelihood and score of each row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Model = Callable[[Floats], tuple[Floats, Floats]]
"""Logarithms of the parameters to log-likelihood (rows,) and score (rows, parameters) of each row."""

LOW, HIGH = float(np.log(1e-5)), float(np.log(1e6))
"""Range of the logarithms; a maximum on its edge means that the data do not fix the parameter."""
EDGE = 0.05
SMALL_GRADIENT = 1e-5
"""Largest slope of the mean log-likelihood per customer at which a maximum counts as found."""
REFIT_STEPS = 25
REFIT_TOLERANCE = 1e-4
"""Last step of a refit, in logarithms: far below what resampling moves."""
COARSE, FINE = 1e-7, 1e-12
LONGEST_STEP = 1.0


@dataclass(frozen=True, kw_only=True)
class Maximum:
    """A maximum of a likelihood.

    Parameters
    ----------
    log_parameters : array of float, shape (parameters,)
        Where it is.
    log_likelihood : float
        Sum over all rows.
    converged : bool
        Whether the slope vanishes there; on the edge of the range, whether it points outwards.
    on_edge : bool
        Whether a parameter stands at the edge of its range: the data do not fix it.
    curvature : array of float, shape (parameters, parameters)
        Second derivatives of the mean log-likelihood.
    """

    log_parameters: Floats
    log_likelihood: float
    converged: bool
    on_edge: bool
    curvature: Floats


def maximise(model: Model, counts: Floats, starts: Sequence[Sequence[float]]) -> Maximum:
    """Return the best maximum found from several starts.

    Parameters
    ----------
    model : callable
        Log-likelihood and score of each row.
    counts : array of float, shape (rows,)
        How many customers each row stands for.
    starts : sequence of sequence of float
        Parameters (not their logarithms) to start from.

    Notes
    -----
    L-BFGS-B with the exact gradient from each start, roughly; the best is climbed on, by Newton's steps as long as the
    likelihood is curved downwards, else by L-BFGS-B.
    """
    found = [_climbed(model, counts, np.log(np.asarray(start, dtype=float)), COARSE) for start in starts]
    best = max(found, key=lambda place: _mean(model, counts, place)[0])
    best = _polished(model, counts, best)
    if np.abs(_free(_mean(model, counts, best)[1], best)).max() > SMALL_GRADIENT:
        best = _polished(model, counts, _climbed(model, counts, best, FINE))
    value, gradient = _mean(model, counts, best)
    return Maximum(
        log_parameters=best,
        log_likelihood=value * float(counts.sum()),
        converged=bool(np.abs(_free(gradient, best)).max() < SMALL_GRADIENT),
        on_edge=bool(((best < LOW + EDGE) | (best > HIGH - EDGE)).any()),
        curvature=_curvature(model, counts, best),
    )


def refits(model: Model, counts: Floats, found: Maximum, random: np.random.Generator, draws: int) -> Floats:
    """Return the parameters of refits to resampled customers, as logarithms, shape (draws, parameters).

    Parameters
    ----------
    model, counts
        As in `maximise`.
    found : Maximum
        The fit to all customers; every refit starts there.
    random : numpy.random.Generator
        Stream of the draws.
    draws : int
        Number of refits.

    Notes
    -----
    Non-parametric bootstrap of customers: a draw is a multinomial of the row counts. A refit is a quasi-Newton climb
    (BFGS) that sets out with the curvature of the full sample, which takes a handful of evaluations because the weights
    differ little; where that does not settle, L-BFGS-B takes over.
    """
    if not draws:
        return np.empty((0, found.log_parameters.size))
    total = int(counts.sum())
    weights = random.multinomial(total, counts / counts.sum(), size=draws).astype(float)
    if found.on_edge or not (np.linalg.eigvalsh(found.curvature) < -1e-9).all():
        return np.array([_climbed(model, weight, found.log_parameters, FINE) for weight in weights])
    inverse = np.linalg.inv(-found.curvature)
    return np.array([_refit(model, weight, found.log_parameters, inverse) for weight in weights])


def _refit(model: Model, counts: Floats, start: Floats, inverse: Floats) -> Floats:
    place, (value, gradient) = start, _mean(model, counts, start)
    for _ in range(REFIT_STEPS):
        step = _short(inverse @ gradient)
        new = place + step
        new_value, new_gradient = _mean(model, counts, new)
        while new_value < value and np.abs(step).max() > REFIT_TOLERANCE / 10:
            step = step / 4
            new = place + step
            new_value, new_gradient = _mean(model, counts, new)
        inverse = _updated(inverse, step, gradient - new_gradient)
        place, value, gradient = new, new_value, new_gradient
        if np.abs(inverse @ gradient).max() < REFIT_TOLERANCE:
            return np.clip(place, LOW, HIGH)
    return _climbed(model, counts, place, FINE)


def _updated(inverse: Floats, step: Floats, change: Floats) -> Floats:
    """Return the inverse curvature after what one step has shown (the BFGS formula); as it was when it has shown none."""
    along = float(step @ change)
    if along <= 1e-14:
        return inverse
    turn = np.eye(step.size) - np.outer(step, change) / along
    return np.asarray(turn @ inverse @ turn.T + np.outer(step, step) / along)


def _short(step: Floats) -> Floats:
    """Return steps that are no longer than the longest allowed one."""
    size = np.abs(step).max(axis=-1, keepdims=True)
    return step * np.minimum(1.0, LONGEST_STEP / np.maximum(size, 1e-300))


def _climbed(model: Model, counts: Floats, start: Floats, tolerance: float) -> Floats:
    from scipy.optimize import minimize

    def downhill(place: Floats) -> tuple[float, Floats]:
        value, gradient = _mean(model, counts, place)
        return -value, -gradient

    bounds = [(LOW, HIGH)] * start.size
    settings = {"maxiter": 500, "ftol": tolerance, "gtol": 1e-9}
    found = minimize(downhill, np.clip(start, LOW, HIGH), jac=True, method="L-BFGS-B", bounds=bounds, options=settings)
    return np.asarray(found.x, dtype=float)


def _mean(model: Model, counts: Floats, place: Floats) -> tuple[float, Floats]:
    values, scores = model(place)
    total = counts.sum()
    return float(counts @ values / total), np.asarray(counts @ scores / total)


def _free(gradient: Floats, place: Floats) -> Floats:
    """Return the gradient without what points out of the range."""
    outwards = ((place < LOW + EDGE) & (gradient < 0)) | ((place > HIGH - EDGE) & (gradient > 0))
    return np.where(outwards, 0.0, gradient)


def _curvature(model: Model, counts: Floats, place: Floats, step: float = 1e-4) -> Floats:
    """Return the second derivatives of the mean log-likelihood, by central differences of the exact gradient."""
    rows = []
    for number in range(place.size):
        move = np.zeros(place.size)
        move[number] = step
        _, up = _mean(model, counts, place + move)
        _, down = _mean(model, counts, place - move)
        rows.append((up - down) / (2 * step))
    matrix = np.array(rows)
    return (matrix + matrix.T) / 2


def _polished(model: Model, counts: Floats, place: Floats) -> Floats:
    """Return the place after Newton steps that raise the likelihood or flatten the slope without lowering it."""
    value, gradient = _mean(model, counts, place)
    for _ in range(8):
        curvature = _curvature(model, counts, place)
        if np.abs(gradient).max() < 1e-10 or not (np.linalg.eigvalsh(curvature) < -1e-9).all():
            break
        new = np.clip(place - _short(np.linalg.solve(curvature, gradient)), LOW, HIGH)
        new_value, new_gradient = _mean(model, counts, new)
        if new_value < value - 1e-12 or np.abs(new_gradient).max() >= np.abs(gradient).max():
            break
        place, value, gradient = new, new_value, new_gradient
    return place
