"""Shares of working time with their uncertainty: one value and an interval for each set of activities.

A sample comes either from the log (the people who keep it stand for others who might be on the team) or from estimates
by role (drawn from their stated spread); every table and interval of the time diagnostic is read from samples.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class Sample(ABC):
    """Shares of time over the taxonomy for one group of people."""

    people: int
    hours_h: float
    shares: Floats
    """Share of time of each activity, in the order of ``ACTIVITIES``, in 0..1."""

    @abstractmethod
    def estimate(self, activities: Sequence[str]) -> Estimate:
        """Return the share of a set of activities with its 95 % interval."""


@dataclass(frozen=True, kw_only=True)
class LoggedSample(Sample):
    """Shares of a log."""

    matrix: Floats
    """Hours by person and activity, shape (people, activities)."""
    unattributed: Floats
    """Hours without a person, shape (activities,)."""

    def estimate(self, activities: Sequence[str]) -> Estimate:
        """Return the share of a set of activities with its interval over people (:func:`share_over_people`)."""
        columns = [ACTIVITIES.index(name) for name in activities]
        part, loose = self.matrix[:, columns].sum(axis=1), float(self.unattributed[columns].sum())
        return share_over_people(part, self.matrix.sum(axis=1), (loose, float(self.unattributed.sum())))


@dataclass(frozen=True, kw_only=True)
class StatedSample(Sample):
    """Shares that were stated."""

    draws: Floats
    """The same shares in each draw, shape (draws, activities)."""

    def estimate(self, activities: Sequence[str]) -> Estimate:
        """Return the share of a set of activities with the 2.5 and 97.5 % points of its draws."""
        columns = [ACTIVITIES.index(name) for name in activities]
        low, high = np.quantile(self.draws[:, columns].sum(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        value = float(self.shares[columns].sum())
        return Estimate(value=value, low=min(float(low), value), high=max(float(high), value), level=LEVEL)


def share_over_people(part: Floats, whole: Floats, unattributed: tuple[float, float] = (0.0, 0.0)) -> Estimate:
    """Return a share pooled over people, such as Σ customer hours ÷ Σ hours, with its 95 % interval.

    Parameters
    ----------
    part, whole : array of float, shape (people,)
        What each person has of the part, and of all; same unit, ``0 <= part <= whole``.
    unattributed : tuple of float
        Part and whole that belong to no person; they count in the share and are taken as they are.

    Returns
    -------
    Estimate
        Share in 0..1. The interval is 0 to 1 where one person has everything, and has no width where nobody or
        everybody has the part alone.

    Notes
    -----
    t-interval with n − 1 degrees of freedom on the logit scale. Leaving person i out changes the ratio R = Σm/Σh by
    (m_i − R h_i)/(Σh − h_i); the variance of R is the sum of the squared deviations of these changes from their mean
    (delete-one jackknife × n/(n − 1), the form HC3 of MacKinnon & White 1985, *J. Econometrics* 29; for ratios Cochran,
    *Sampling Techniques*, section 6.17), divided by (R (1 − R))² for the logit. It covers that other people might have
    been on the team; it does not cover a log that is wrong in the same way for everybody. With 5 to 12
    people a percentile bootstrap covers 80 to 90 %; ``benchmarks/promises.py`` shows what this interval covers.
    """
    from scipy.special import expit, logit, stdtrit

    number, total = len(part), float(whole.sum()) + unattributed[1]
    if total <= 0:
        return Estimate(value=0.0, low=0.0, high=0.0, level=LEVEL)
    ratio = min((float(part.sum()) + unattributed[0]) / total, 1.0)
    others = total - whole
    if number < 2 or (others <= 1e-9 * total).any():
        return Estimate(value=ratio, low=0.0, high=1.0, level=LEVEL)
    if not 1e-12 < ratio < 1 - 1e-12:
        return Estimate(value=ratio, low=ratio, high=ratio, level=LEVEL)
    change = (part - ratio * whole) / others
    error = float(np.sqrt(((change - change.mean()) ** 2).sum())) / (ratio * (1 - ratio))
    half = float(stdtrit(number - 1, 0.5 + LEVEL / 2)) * error
    low, high = expit(logit(ratio) - half), expit(logit(ratio) + half)
    return Estimate(value=ratio, low=min(float(low), ratio), high=max(float(high), ratio), level=LEVEL)


def total_over_people(hours_h: Floats) -> Estimate:
    """Return the hours of a group as a sum over its people, with their 95 % interval.

    Parameters
    ----------
    hours_h : array of float, shape (people,)
        Hours of each person, at least 0.

    Notes
    -----
    As many other people in their place: sum × exp(± t(0.975; n − 1) · √n · s / sum). The interval is 0 to infinity for
    one person, whose like nobody has seen.
    """
    from scipy.special import stdtrit

    number, total = len(hours_h), float(hours_h.sum())
    if total <= 0:
        return Estimate(value=0.0, low=0.0, high=0.0, level=LEVEL)
    if number < 2:
        return Estimate(value=total, low=0.0, high=float("inf"), level=LEVEL)
    error = float(np.std(hours_h, ddof=1)) * np.sqrt(number) / total
    factor = float(np.exp(stdtrit(number - 1, 0.5 + LEVEL / 2) * error))
    return Estimate(value=total, low=total / factor, high=total * factor, level=LEVEL)


def from_people(matrix: Floats, unattributed: Floats) -> LoggedSample:
    """Return the shares of a log.

    Parameters
    ----------
    matrix : array of float, shape (people, activities)
        Hours by person and activity.
    unattributed : array of float, shape (activities,)
        Hours without a person; they enter the shares and do not vary.
    """
    hours = matrix.sum(axis=0) + unattributed
    return LoggedSample(
        people=matrix.shape[0],
        hours_h=float(hours.sum()),
        shares=_normalised(hours[None, :])[0],
        matrix=matrix,
        unattributed=unattributed,
    )


def from_spread(shares: Floats, spread: Floats, people: float, hours_h: float, normal: Floats) -> StatedSample:
    """Return stated shares of one role, with draws from their stated spread.

    Parameters
    ----------
    shares, spread : array of float, shape (activities,)
        Stated share of time and its standard deviation, both in 0..1.
    people : float
        People in the role.
    hours_h : float
        Hours behind the figures.
    normal : array of float, shape (draws, activities)
        Standard normal draws.

    Notes
    -----
    Each draw is ``share + spread × z``, cut off at zero and rescaled so that the shares sum to one. The spread is taken
    as the uncertainty of the stated share itself: it is not divided by the root of the number of respondents, because
    self-reports err in the same direction.
    """
    drawn = np.clip(shares + spread * normal, 0.0, None)
    drawn[drawn.sum(axis=1) == 0] = shares
    return StatedSample(
        people=round(people),
        hours_h=hours_h,
        shares=_normalised(shares[None, :])[0],
        draws=_normalised(drawn),
    )


def mix(samples: Sequence[StatedSample]) -> StatedSample:
    """Return the mean of several groups' stated shares, weighted by their hours."""
    weights = np.array([sample.hours_h for sample in samples])
    weights = weights / weights.sum()
    return StatedSample(
        people=sum(sample.people for sample in samples),
        hours_h=float(sum(sample.hours_h for sample in samples)),
        shares=np.asarray(sum(w * s.shares for w, s in zip(weights, samples, strict=True))),
        draws=np.asarray(sum(w * s.draws for w, s in zip(weights, samples, strict=True))),
    )


def _normalised(hours: Floats) -> Floats:
    total = hours.sum(axis=1, keepdims=True)
    result: Floats = hours / np.where(total > 0, total, 1.0)
    return result
