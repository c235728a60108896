"""What a purchase will bring: the Gamma-Gamma model of spend per purchase.

A customer's mean so far is drawn towards that of all customers, the more so the fewer purchases it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from simkit.foundation.frames import Floats
from simkit.value.lifetime.maximum_likelihood import Likelihood, Maximum, maximise, sample_step

LOW, HIGH = np.log([1e-3, 1e-2, 1e-9]), np.log([1e3, 1e3, 1e9])
"""The box: p, q and p gamma / q (about the mean spend), as logarithms. With q at its upper edge all customers are alike."""
STARTS = ((2.0, 3.0, 10.0), (6.0, 4.0, 15.0), (0.8, 1.5, 2.0))


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


def spend_likelihood(purchases: Floats, means: Floats) -> Likelihood:
    """Return the likelihood of the customers' mean spends.

    Notes
    -----
    ``Γ(px + q)/(Γ(px) Γ(q)) · gamma^q m^(px − 1) x^(px) / (gamma + m x)^(px + q)`` (Fader and Hardie 2013, note 025).
    """
    log_x, log_m, total = np.log(purchases), np.log(means), purchases * means

    def of_rows(place: Floats) -> tuple[Floats, Floats]:
        p, q, gamma = parameters_at(place)
        px = p * purchases
        both = np.log(gamma + total)
        values = gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(gamma)
        values = values + (px - 1) * log_m + px * log_x - (px + q) * both
        sum_slope = digamma(px + q)
        by_p = purchases * (sum_slope - digamma(px) + log_m + log_x - both)
        by_q = sum_slope - digamma(q) + np.log(gamma) - both
        by_gamma = (q / gamma - (px + q) / (gamma + total)) * gamma
        return values, np.column_stack([by_p * p - by_gamma, by_q * q + by_gamma, by_gamma])

    return Likelihood(of_rows=of_rows, low=LOW, high=HIGH)


def fit_spend(purchases: Floats, means: Floats, *, scaled: bool = True) -> SpendFit:
    """Fit the Gamma-Gamma model by maximum likelihood.

    Parameters
    ----------
    purchases : array of float, shape (customers,)
        Purchases of each customer, at least 1.
    means : array of float, shape (customers,)
        Mean spend per purchase, all positive; the caller leaves out and counts those that are not.
    scaled : bool
        Measure money in units of a twentieth of the median spend, so that the search meets the same numbers whatever
        the currency.
    """
    unit = float(np.median(means)) / 20 if scaled else 1.0
    places = [place_of(*start) for start in STARTS]
    sample = None
    if (step := sample_step(means.size)) is not None:
        sample = (spend_likelihood(purchases[::step], means[::step] / unit), np.ones(means[::step].size))
    found = maximise(spend_likelihood(purchases, means / unit), np.ones(means.size), places, sample)
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
