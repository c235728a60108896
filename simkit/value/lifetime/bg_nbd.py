"""When repeat buyers will order again: the (M)BG/CNBD-k family, of which BG/NBD and MBG/NBD are the members with k = 1.

Purchases come after Erlang-k intervals at a rate that differs between customers by a gamma distribution; after each
purchase a customer leaves for good with a chance that differs by a beta distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaln, digamma, gammaln, hyp2f1

from simkit.foundation.frames import Floats
from simkit.value.lifetime.maximum_likelihood import Likelihood, Maximum, maximise, sample_step

LOW, HIGH = np.log([1e-3, 1e-4, 1e-5, 1e-2]), np.log([1e3, 1e5, 1e5, 1e3])
"""The box: r, alpha / r (mean weeks of a stage), a / b (odds to leave) and a + b (how alike customers are in that), as
logarithms. With a + b or r at their upper edge all customers are alike; with a / b at its lower edge nobody leaves."""
STARTS = ((0.5, 5.0, 0.8, 2.5), (1.0, 10.0, 0.3, 5.0), (3.0, 30.0, 1.0, 20.0))
NEAR_ONE = 1e-6
BLOCK_ROWS = 2000
LARGEST_STAGES = 200_000
TAIL = 1e-12


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Purchase histories, the same ones taken together."""

    repeats: Floats
    """Purchases after the first."""
    last_weeks: Floats
    """Weeks from the first to the last purchase; 0 without repeats."""
    age_weeks: Floats
    """Weeks from the first purchase to the end of the history."""
    counts: Floats
    """Customers with this history."""
    row_of: npt.NDArray[np.intp]
    """Row of each customer."""
    log_intervals: float
    """Sum of the logarithms of all intervals (weeks); it matters only when different k are compared."""


@dataclass(frozen=True, kw_only=True)
class PurchaseFit:
    """A fitted model of purchases."""

    regularity: int
    """k of the Erlang intervals; 1 is random (exponential) timing."""
    modified: bool
    """Whether a customer can leave right after the first purchase (MBG), or only after a repeat (BG)."""
    r: float
    alpha: float
    a: float
    b: float
    """Gamma shape and rate (weeks) of the stage rate; beta parameters of the chance to leave."""
    log_likelihood: float
    """At the maximum, with the intervals' terms that depend on k."""
    maximum: Maximum

    @property
    def edges(self) -> tuple[str, ...]:
        """What the data do not fix: ``same_pace``, ``nobody_leaves``, ``same_chance`` (to leave)."""
        held, high = ~self.maximum.free, self.maximum.place > (LOW + HIGH) / 2
        words = (("same_pace", held[0] and high[0]), ("nobody_parameters", held[2] and not high[2]))
        return tuple(name for name, applies in (*words, ("same_chance", held[3] and high[3])) if applies)

    @property
    def name(self) -> str:
        """Name in the literature, such as "MBG/CNBD-2"."""
        head = "MBG" if self.modified else "BG"
        return f"{head}/NBD" if self.regularity == 1 else f"{head}/CNBD-{self.regularity}"


def grouped(history: pd.DataFrame) -> Rows:
    """Return a table of histories with the same rows taken together.

    Parameters
    ----------
    history : pandas.DataFrame
        One row per customer: ``repeats, last_weeks, age_weeks, log_intervals``.
    """
    values = history[["repeats", "last_weeks", "age_weeks"]].to_numpy(dtype=float)
    rows, row_of, counts = np.unique(values, axis=0, return_inverse=True, return_counts=True)
    return Rows(
        repeats=rows[:, 0],
        last_weeks=rows[:, 1],
        age_weeks=rows[:, 2],
        counts=counts.astype(float),
        row_of=np.asarray(row_of).reshape(-1),
        log_intervals=float(history["log_intervals"].sum()),
    )


def place_of(r: float, alpha: float, a: float, b: float) -> Floats:
    """Return the coordinates that are searched: logarithms of r, alpha / r, a / b, a + b."""
    return np.log([r, alpha / r, a / b, a + b])


def parameters_at(place: Floats) -> Floats:
    """Return r, alpha, a, b at a place, or at several along the last axis."""
    r, scale, odds, size = np.moveaxis(np.exp(place), -1, 0)
    return np.stack([r, r * scale, size * odds / (1 + odds), size / (1 + odds)], axis=-1)


def purchase_likelihood(rows: Rows, regularity: int = 1, *, modified: bool = False) -> Likelihood:
    """Return the likelihood of the histories.

    Notes
    -----
    With ``s = r + k x``, ``n = x`` (BG) or ``x + 1`` (MBG), and ``q = (T − t_x) / (alpha + T)``, a customer's likelihood
    is ``Γ(s)/Γ(r) · alpha^r / (alpha + T)^s · B(a, b + n)/B(a, b) · [Σ_{j<k} (s)_j q^j / j! + a/(b + n − 1) ·
    ((alpha + T)/(alpha + t_x))^s]``, the last term only for n > 0: still there, or gone after the last purchase.
    Sources: BG/NBD Fader, Hardie and Lee 2005 (Marketing Science 24(2)); MBG/NBD Batislam, Denizel and Filiztekin 2007
    (IJRM 24(3)); k > 1 Reutterer, Platzer and Schröder 2021 (IJRM 38(1)).
    """
    number, number_of = np.unique(rows.repeats, return_inverse=True)
    left = rows.repeats + modified > 0

    def of_rows(place: Floats) -> tuple[Floats, Floats]:
        r, alpha, a, b = parameters_at(place)
        shapes, chances = r + regularity * number, b + number + modified
        s, n = shapes[number_of], chances[number_of]
        by_number = (
            gammaln(shapes) - gammaln(r) + r * np.log(alpha) + betaln(a, chances) - betaln(a, b)
        )  # what depends on x alone is computed once for each x
        whole, until_last = alpha + rows.age_weeks, alpha + rows.last_weeks
        log_ratio = np.log(whole / until_last)
        stages, stages_by_s, stages_by_alpha = _stages(s, rows.age_weeks - rows.last_weeks, whole, regularity)
        log_gone = np.where(left, np.log(a) - np.log(np.where(left, n - 1, 1.0)) + s * log_ratio, -np.inf)
        log_here = np.log(stages)
        log_both = np.logaddexp(log_here, log_gone)
        here, gone = np.exp(log_here - log_both), np.exp(log_gone - log_both)
        values = by_number[number_of] - s * np.log(whole) + log_both

        by_r = (digamma(shapes) - digamma(r) + np.log(alpha))[number_of] - np.log(whole)
        by_r = by_r + here * stages_by_s / stages + gone * log_ratio
        by_alpha = r / alpha - s / whole + here * stages_by_alpha / stages + gone * s * (1 / whole - 1 / until_last)
        all_of = digamma(a + chances)
        common = digamma(a + b)
        by_a = (common - all_of)[number_of] + gone / a
        by_b = (digamma(chances) - all_of - digamma(b) + common)[number_of]
        by_b = by_b - np.where(left, gone / np.where(left, n - 1, 1.0), 0.0)
        by_scale, by_size = by_alpha * alpha, by_a * a + by_b * b
        by_odds = (by_a - by_b) * (a * b / (a + b))
        return values, np.column_stack([by_r * r + by_scale, by_scale, by_odds, by_size])

    return Likelihood(of_rows=of_rows, low=LOW, high=HIGH)


def _stages(s: Floats, gap: Floats, whole: Floats, regularity: int) -> tuple[Floats, Floats, Floats]:
    """Return ``Σ_{j<k} (s)_j q^j / j!`` with its derivatives by s and by alpha."""
    q = gap / whole
    term, slope = np.ones_like(s), np.zeros_like(s)
    total, by_s, by_alpha = term.copy(), np.zeros_like(s), np.zeros_like(s)
    for j in range(1, regularity):
        slope = slope + 1 / (s + j - 1)
        term = term * (s + j - 1) * q / j
        total, by_s, by_alpha = total + term, by_s + term * slope, by_alpha - term * j / whole
    return total, by_s, by_alpha


def fit_purchases(
    rows: Rows, regularity: int = 1, *, modified: bool = False, starts: Sequence[Sequence[float]] = STARTS
) -> PurchaseFit:
    """Fit one member of the family by maximum likelihood.

    Parameters
    ----------
    regularity : int
        k, at least 1.
    modified : bool
        MBG in place of BG.
    starts : sequence of sequence of float
        r, alpha, a, b to start from, for k = 1; alpha is scaled down by k, since stages are k times as fast.
    """
    places = [place_of(r, alpha / regularity, a, b) for r, alpha, a, b in starts]
    sample = None
    if (step := sample_step(rows.counts.size)) is not None:
        part = replace(
            rows,
            repeats=rows.repeats[::step],
            last_weeks=rows.last_weeks[::step],
            age_weeks=rows.age_weeks[::step],
            counts=rows.counts[::step],
        )
        sample = (purchase_likelihood(part, regularity, modified=modified), part.counts)
    found = maximise(purchase_likelihood(rows, regularity, modified=modified), rows.counts, places, sample)
    r, alpha, a, b = (float(value) for value in parameters_at(found.place))
    repeats = float(rows.counts @ rows.repeats)
    intervals = (regularity - 1) * rows.log_intervals - repeats * float(gammaln(regularity))
    return PurchaseFit(
        regularity=regularity,
        modified=modified,
        r=r,
        alpha=alpha,
        a=a,
        b=b,
        log_likelihood=found.log_likelihood + intervals,
        maximum=found,
    )


def alive_share(fit: PurchaseFit, rows: Rows, place: Floats | None = None) -> Floats:
    """Return the probability that a customer with each history is still one, in 0..1, shape (rows,)."""
    r, alpha, a, b = parameters_at(fit.maximum.place if place is None else place)
    s = r + fit.regularity * rows.repeats
    whole = alpha + rows.age_weeks
    left = rows.repeats + fit.modified > 0
    stages, _, _ = _stages(s, rows.age_weeks - rows.last_weeks, whole, fit.regularity)
    chance = np.where(left, b + rows.repeats + fit.modified - 1, 1.0)
    log_gone = np.where(left, np.log(a) - np.log(chance) + s * np.log(whole / (alpha + rows.last_weeks)), -np.inf)
    return np.asarray(1 / (1 + np.exp(np.minimum(log_gone - np.log(stages), 700.0))))


def expected_purchases(fit: PurchaseFit, rows: Rows, weeks: float, place: Floats | None = None) -> Floats:
    """Return the purchases to be expected in the weeks after the history, shape (rows,).

    Parameters
    ----------
    weeks : float
        Horizon.
    place : array of float, optional
        Another place than the fitted one, see `place_of`.

    Notes
    -----
    For k = 1 the closed form with the Gauss hypergeometric function (Fader, Hardie and Lee 2005, eq. 10), in the
    transformed form whose parameters stay small. For k > 1 the exact sum: who is still there has passed j < k stages
    since the last purchase (weights as in the likelihood), further stages are negative binomial, and the i-th further
    purchase takes place with ``B(a, b' + i − 1)/B(a, b')``. Reutterer et al. 2021 use an approximation here.
    """
    place = fit.maximum.place if place is None else place
    alive = alive_share(fit, rows, place)
    if fit.regularity == 1:
        return alive * _expected_random(fit, rows, weeks, place)
    result = np.empty(rows.repeats.size)
    r, alpha, _, _ = parameters_at(place)
    speed = (r + fit.regularity * rows.repeats) / (alpha + rows.age_weeks)
    order = np.argsort(speed, kind="stable")
    for start in range(0, order.size, BLOCK_ROWS):
        block = order[start : start + BLOCK_ROWS]
        result[block] = _expected_regular(fit, rows, block, weeks, place)
    return alive * result


def _expected_random(fit: PurchaseFit, rows: Rows, weeks: float, place: Floats) -> Floats:
    r, alpha, a, b = parameters_at(place)
    a = a if abs(a - 1) > NEAR_ONE else 1 + NEAR_ONE  # the limit at a = 1 is smooth, the formula is not
    c = a + b + rows.repeats + fit.modified - 1
    c = np.where(np.abs(c) > NEAR_ONE, c, NEAR_ONE)
    z = weeks / (alpha + rows.age_weeks + weeks)
    series = hyp2f1(c - r - rows.repeats, a - 1, c, z)
    return np.asarray(np.maximum(c / (a - 1) * (1 - (1 - z) ** (a - 1) * series), 0.0))


def _expected_regular(fit: PurchaseFit, rows: Rows, block: npt.NDArray[np.intp], weeks: float, place: Floats) -> Floats:
    r, alpha, a, b = parameters_at(place)
    k = fit.regularity
    repeats, whole = rows.repeats[block], alpha + rows.age_weeks[block]
    chance = b + repeats + fit.modified  # b' of those still there
    stage = np.arange(k)
    s = (r + k * repeats)[:, None] + stage
    z = (weeks / (whole + weeks))[:, None]
    here = _stage_weights(s[:, :1], ((rows.age_weeks - rows.last_weeks)[block] / whole)[:, None], k)
    # u runs through the negative binomial without its constant; sums of u and of u times the purchases give the mean.
    u, sum_u, sum_purchases = np.ones_like(s), np.ones_like(s), np.zeros_like(s)
    done, taken = np.zeros(block.size), np.ones(block.size)  # expected purchases after q chances; chance of the next
    after = done + taken
    for m in range(1, LARGEST_STAGES):
        u = u * ((s + (m - 1)) * z / m)
        if m % k == 0:
            taken = taken * (chance + m // k - 1) / (a + chance + m // k - 1)
            done, after = after, after + taken
        ripe = k - m % k
        sum_u += u
        sum_purchases[:, :ripe] += u[:, :ripe] * done[:, None]
        sum_purchases[:, ripe:] += u[:, ripe:] * after[:, None]
        if m % 16 == 0:
            if (u < TAIL * sum_u).all() and ((s + m) * z < m + 1).all():
                break
            scale = np.where(sum_u > 1e150, 1e-150, 1.0)
            u, sum_u, sum_purchases = u * scale, sum_u * scale, sum_purchases * scale
    return np.asarray((here * sum_purchases / sum_u).sum(axis=1))


def _stage_weights(s: Floats, q: Floats, k: int) -> Floats:
    """Return the weights of the stages passed since the last purchase, shape (rows, k)."""
    terms = [np.ones_like(s)]
    for j in range(1, k):
        terms.append(terms[-1] * (s + j - 1) * q / j)
    weights = np.concatenate(terms, axis=1)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
