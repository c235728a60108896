"""What a purchase will bring: the Gamma-Gamma model of spend per purchase, fitted to the single purchases.

A customer's mean so far is drawn towards that of all customers, the more so the fewer purchases it rests on and the more
the purchases of one customer differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from simkit.foundation.frames import Floats
from simkit.value.lifetime.maximum_likelihood import Likelihood, Maximum, maximise, sample_step

LOW, HIGH = np.log([1e-3, 1e-2, 1e-9]), np.log([1e3, 1e3, 1e9])
"""The box: p, q and p gamma / q (about the mean spend), as logarithms. With q at its upper edge all customers are alike."""
STARTS = ((2.0, 3.0, 10.0), (6.0, 4.0, 15.0), (0.8, 1.5, 2.0), (60.0, 1.2, 0.4))
NO_SPREAD = 1e-9
"""Logarithm of the mean less mean logarithm up to which purchases count as all alike: about a variance of 2e-9 mean²."""


@dataclass(frozen=True, kw_only=True)
class SpendFit:
    """A fitted Gamma-Gamma model."""

    p: float
    q: float
    gamma: float
    """Shape of the spend of one purchase; shape and scale (money, in units of `scale_amount`) of its rate."""
    scale_amount: float
    """Amount that counts as 1 in the fit; 1 leaves money as it is."""
    customers: int
    correlation: float
    """Pearson correlation of purchases and mean spend, which the model takes as 0; missing when undefined."""
    maximum: Maximum

    @property
    def edges(self) -> tuple[str, ...]:
        """What the data do not fix: ``same_spend`` (p at its upper edge), ``same_level`` (q at its upper edge)."""
        held = ~self.maximum.free & (self.maximum.place > 0)
        return tuple(name for name, applies in zip(("same_spend", "same_level"), held, strict=False) if applies)


def place_of(p: float, q: float, gamma: float) -> Floats:
    """Return the coordinates that are searched: logarithms of p, q, p gamma / q."""
    return np.log([p, q, p * gamma / q])


def parameters_at(place: Floats) -> Floats:
    """Return p, q, gamma at a place, or at several along the last axis."""
    p, q, level = np.moveaxis(np.exp(place), -1, 0)
    return np.stack([p, q, level * q / p], axis=-1)


@dataclass(frozen=True, kw_only=True)
class Spends:
    """What the likelihood needs of the customers' single purchases, each an array of shape (customers,)."""

    purchases: Floats
    """Purchases, at least 1."""
    total: Floats
    """Sum of their amounts, positive."""
    logs: Floats
    """Sum of the logarithms of their amounts."""

    @property
    def means(self) -> Floats:
        """Return the mean amount of a purchase."""
        return np.asarray(self.total / self.purchases)

    @property
    def differ(self) -> bool:
        """Whether any two purchases differ in amount, of one customer or of two."""
        mean = self.total.sum() / self.purchases.sum()
        return bool(np.log(mean) - self.logs.sum() / self.purchases.sum() > NO_SPREAD)

    def every(self, step: int) -> Spends:
        """Return every n-th customer."""
        return Spends(purchases=self.purchases[::step], total=self.total[::step], logs=self.logs[::step])

    def in_units(self, unit: float) -> Spends:
        """Return the same purchases with money measured in another unit."""
        logs = self.logs - self.purchases * np.log(unit)
        return Spends(purchases=self.purchases, total=self.total / unit, logs=logs)


def spend_likelihood(spends: Spends) -> Likelihood:
    """Return the likelihood of all single purchases.

    Notes
    -----
    Of a customer with purchases z₁ … z_x, their sum S and the sum of their logarithms L, where ``z ~ Gamma(p, ν)`` and
    ``ν ~ Gamma(q, gamma)``:
    ``e^((p − 1) L) / Γ(p)^x · gamma^q / Γ(q) · Γ(px + q) / (gamma + S)^(px + q)``. Fader and Hardie (2013, note 025) give the
    likelihood of the means alone, from which p can only be read by how fast the spread of means shrinks with x: where
    most customers bought about as often, that says next to nothing, and the maximum lies at one end or the other.
    """
    x, total, logs = spends.purchases, spends.total, spends.logs

    def of_rows(place: Floats) -> tuple[Floats, Floats]:
        p, q, gamma = parameters_at(place)
        shape = p * x + q
        both = np.log(gamma + total)
        values = (p - 1) * logs - x * gammaln(p) + q * np.log(gamma) - gammaln(q) + gammaln(shape) - shape * both
        sum_slope = digamma(shape) - both
        by_p = logs + x * (sum_slope - digamma(p))
        by_q = sum_slope - digamma(q) + np.log(gamma)
        by_gamma = q - shape * gamma / (gamma + total)
        return values, np.column_stack([by_p * p - by_gamma, by_q * q + by_gamma, by_gamma])

    return Likelihood(of_rows=of_rows, low=LOW, high=HIGH)


def fit_spend(spends: Spends, *, scaled: bool = True) -> SpendFit:
    """Fit the Gamma-Gamma model by maximum likelihood.

    Parameters
    ----------
    spends : Spends
        The customers' purchases; the caller leaves out and counts amounts that are not positive.
    scaled : bool
        Measure money in units of a twentieth of the median spend, so that the search meets the same numbers whatever
        the currency.
    """
    means, purchases = spends.means, spends.purchases
    unit = float(np.median(means)) / 20 if scaled else 1.0
    measured = spends.in_units(unit)
    places = [place_of(*start) for start in STARTS]
    sample = None
    if (step := sample_step(means.size)) is not None:
        part = measured.every(step)
        sample = (spend_likelihood(part), np.ones(part.purchases.size))
    found = maximise(spend_likelihood(measured), np.ones(means.size), places, sample)
    p, q, gamma = (float(value) for value in parameters_at(found.place))
    varied = means.size > 2 and purchases.std() > 0 and means.std() > 0
    return SpendFit(
        p=p,
        q=q,
        gamma=gamma,
        scale_amount=unit,
        customers=means.size,
        correlation=float(np.corrcoef(purchases, means)[0, 1]) if varied else float("nan"),
        maximum=found,
    )


def expected_spend(fit: SpendFit, purchases: Floats, means: Floats, place: Floats | None = None) -> Floats:
    """Return the spend to be expected of a further purchase, in money, shape (customers,).

    Notes
    -----
    ``p (gamma + x m) / (p x + q − 1)``: the weighted mean of the customer's and everybody's spend. Where a refit leaves
    ``q ≤ 1``, everybody's mean is infinite; q is then held at 1, which leaves the customer's own mean plus
    ``gamma / x``.
    """
    p, q, gamma = parameters_at(fit.maximum.place if place is None else place)
    numerator = p * (gamma + purchases * means / fit.scale_amount)
    return np.asarray(fit.scale_amount * numerator / (p * purchases + max(q, 1.0) - 1))
