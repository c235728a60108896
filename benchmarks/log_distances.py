"""How far two event logs are apart: when work happens over the span, at which hour of the weekday, and how long cases take.

The three measures are those of Chapela-Campa, Benchekroun, Baron, Dumas, Krass & Senderovich, "Can I trust my simulation
model? Measuring the quality of business process simulation models" (BPM 2023, LNCS 14159, doi 10.1007/978-3-031-41620-0_2),
as in the authors' package log-distance-measures. Each is a 1-Wasserstein distance W1 between two histograms of mass 1 with
bins of one hour, W1(F, G) = Σ |F(k) − G(k)| over all hours k with the cumulated shares F and G. So numbers of events and cases
play no part, and every distance is in hours: how far an event (or the length of a case) has to be moved on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import wasserstein_distance

from simkit.foundation.frames import Floats, Whole

DAY_H, WEEK_DAYS = 24, 7
FARTHEST_H = 23.0
"""Circadian distance of a weekday on which only one of two logs has events: from the first hour of a day to its last."""
MEASURES = ("absolute", "circadian", "cycle_time")


@dataclass(frozen=True, kw_only=True)
class PlacedLog:
    """Work intervals on a clock that begins with the span; logs that are compared begin on the same weekday at midnight."""

    case: Whole
    start_h: Floats
    end_h: Floats
    """(n,) case, first and last hour of each interval; calendar hours since the span began."""

    @classmethod
    def within(cls, log: pd.DataFrame, *, intake_h: float, span_h: float, origin_h: float = 0.0) -> PlacedLog:
        """Return the cases whose first work begins within the intake, as they are seen until the span ends.

        Parameters
        ----------
        log : pandas.DataFrame
            ``case``, ``start_h``, ``end_h``; hours on any clock.
        intake_h, span_h : float
            How long cases are taken in, and how long their work is watched, hours since `origin_h`.
        origin_h : float
            Where the span begins on the clock of the log.
        """
        first = log.groupby("case")["start_h"].transform("min") - origin_h
        seen = log[(first >= 0) & (first < intake_h) & (log["start_h"] < origin_h + span_h)]
        case, start, end = (seen[name].to_numpy() for name in ("case", "start_h", "end_h"))
        return cls(case=case, start_h=start - origin_h, end_h=np.minimum(end - origin_h, span_h))

    @property
    def cases(self) -> int:
        """Number of cases."""
        return len(np.unique(self.case))

    def events_h(self) -> Floats:
        """Return the hours of all events: the start and the end of each interval, shape (2n,)."""
        return np.concatenate([self.start_h, self.end_h])

    def cycle_times_h(self) -> Floats:
        """Return for each case the hours from its first start to its last end."""
        _, place = np.unique(self.case, return_inverse=True)
        first, last = np.full(place.max() + 1, np.inf), np.full(place.max() + 1, -np.inf)
        np.minimum.at(first, place, self.start_h)
        np.maximum.at(last, place, self.end_h)
        found: Floats = last - first
        return found


def absolute_distance(one: PlacedLog, other: PlacedLog) -> float:
    """Return how far an event has to be moved along the span on average, hours (AED).

    W1 between the events of both logs by whole hours since the start of the span.
    """
    return _moved(np.floor(one.events_h()), np.floor(other.events_h()))


def circadian_distance(one: PlacedLog, other: PlacedLog, days: Sequence[int] = range(WEEK_DAYS)) -> float:
    """Return how far an event has to be moved within its weekday on average, hours (CED).

    Mean over the weekdays of W1 between the events of both logs by hour of the day, 0 to 23. A weekday on which neither log
    has events counts 0, one on which only one has some 23.

    Parameters
    ----------
    days : sequence of int
        The weekdays that count; 0 is the one on which the span begins.
    """
    events = [np.floor(log.events_h()).astype(np.int64) for log in (one, other)]
    found = []
    for day in days:
        here, there = (hours[hours // DAY_H % WEEK_DAYS == day] % DAY_H for hours in events)
        if len(here) and len(there):
            found.append(_moved(here, there))
        else:
            found.append(FARTHEST_H if len(here) or len(there) else 0.0)
    return float(np.mean(found))


def cycle_time_distance(one: PlacedLog, other: PlacedLog) -> float:
    """Return by how much the length of a case has to be changed on average, hours (CTD).

    W1 between the lengths of the cases of both logs in bins of one hour that begin with the shortest case of the two.
    """
    lengths = [log.cycle_times_h() for log in (one, other)]
    shortest = min(float(hours.min()) for hours in lengths)
    return _moved(*(np.floor(hours - shortest) for hours in lengths))


def distances(one: PlacedLog, other: PlacedLog, days: Sequence[int] = range(WEEK_DAYS)) -> dict[str, float]:
    """Return all three distances by the names of `MEASURES`, hours; `days` as in `circadian_distance`."""
    found = (absolute_distance(one, other), circadian_distance(one, other, days), cycle_time_distance(one, other))
    return dict(zip(MEASURES, found, strict=True))


def _moved(one: Floats | Whole, other: Floats | Whole) -> float:
    return float(wasserstein_distance(one, other))
