"""Shares of working time with their uncertainty: one value and many draws for each set of activities.

A sample comes either from the log (people drawn with replacement) or from estimates by role (drawn from their stated
spread); every table and interval of the time diagnostic is read from samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Shares of time over the taxonomy for one group of people."""

    people: int
    hours_h: float
    shares: Floats
    """Share of time of each activity, in the order of ``ACTIVITIES``, in 0..1."""
    draws: Floats
    """The same shares in each draw."""

    def estimate(self, activities: Sequence[str]) -> Estimate:
        """Return the share of a set of activities with its interval.

        Notes
        -----
        Percentile interval: the 2.5 and 97.5 % points of the draws (Efron 1979). With few people it is too narrow.
        """
        columns = [ACTIVITIES.index(name) for name in activities]
        low, high = np.quantile(self.draws[:, columns].sum(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        value = float(self.shares[columns].sum())
        return Estimate(value=value, low=min(float(low), value), high=max(float(high), value), level=LEVEL)


def from_people(matrix: Floats, unattributed: Floats, draws: int, random: np.random.Generator) -> Sample:
    """Return the shares of a log, with people drawn with replacement.

    Parameters
    ----------
    matrix : array of float, shape (people, activities)
        Hours by person and activity.
    unattributed : array of float, shape (activities,)
        Hours without a person; they enter the value and every draw unchanged.

    Notes
    -----
    Cluster bootstrap: in each draw n people are drawn with replacement with all their hours, and the pooled share
    ``sum(hours in activity) / sum(hours)`` is taken again. It covers that other people might have been on the team; it
    does not cover a log that is wrong in the same way for everybody.
    """
    people = matrix.shape[0]
    weights = random.multinomial(people, np.full(people, 1 / people), size=draws).astype(float)
    hours = matrix.sum(axis=0) + unattributed
    return Sample(
        people=people,
        hours_h=float(hours.sum()),
        shares=_normalised(hours[None, :])[0],
        draws=_normalised(weights @ matrix + unattributed),
    )


def from_spread(shares: Floats, spread: Floats, people: float, hours_h: float, normal: Floats) -> Sample:
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
    return Sample(
        people=round(people),
        hours_h=hours_h,
        shares=_normalised(shares[None, :])[0],
        draws=_normalised(drawn),
    )


def mix(samples: Sequence[Sample]) -> Sample:
    """Return the mean of several groups' shares, weighted by their hours."""
    weights = np.array([sample.hours_h for sample in samples])
    weights = weights / weights.sum()
    return Sample(
        people=sum(sample.people for sample in samples),
        hours_h=float(sum(sample.hours_h for sample in samples)),
        shares=np.asarray(sum(w * s.shares for w, s in zip(weights, samples, strict=True))),
        draws=np.asarray(sum(w * s.draws for w, s in zip(weights, samples, strict=True))),
    )


def _normalised(hours: Floats) -> Floats:
    total = hours.sum(axis=1, keepdims=True)
    result: Floats = hours / np.where(total > 0, total, 1.0)
    return result
