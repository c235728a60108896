"""Where hours bring most: the best split between segments or customers when the total is what there is.

Hours are moved until the next hour brings the same everywhere; a flat maximum says how exact that has to be.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats, Whole
from simkit.value.service.response import Curve

FLAT_SHARE = 0.01
"""A split within this share of the best contribution counts as equally good."""
WARN_ABOVE = 0.10
"""A gain from reallocation alone above this is more than published cases reached."""
PUBLISHED_GAINS = {"CALLPLAN": (0.081, 0.081), "realignment": (0.02, 0.07)}
"""CALLPLAN field experiment +8.1 % (Fudge & Lodish 1977), territory realignment +2 to +7 % (Zoltners & Lorimer 2000); both
[P, second-hand]."""
LEAST_EFFORT, MOST_EFFORT = 1e-9, 1e6
POINTS = 400
PRICES = 60.0
"""How far, in logarithms, the price of an hour is looked for below and above today's mean yield of the best unit."""
APART = 1e-10
"""What parts the two sides of a jump, in logarithms of the price; so much a ceiling may be passed by, as a share."""


def marginal_inverse(curve: Curve, slope: Floats) -> Floats:
    """Return the effort at which a curve rises by `slope`, on its concave part; 0 where nothing is better.

    Notes
    -----
    Interpolated between the points of a grid and sharpened by Newton steps in logarithms. An S-shaped curve is replaced
    by its concave envelope: under the threshold no effort pays more per hour than the ray to the threshold does.
    """
    lowest = curve.threshold if curve.shape > 1 else LEAST_EFFORT
    grid = np.geomspace(lowest, MOST_EFFORT, POINTS)
    height = np.log(curve.marginal(grid))
    wanted = np.log(slope)
    place = np.interp(-wanted, -height, np.log(grid))
    for _ in range(2):
        x = np.exp(place)
        risen = x**curve.shape / (curve.half + x**curve.shape)
        step = (np.log(curve.marginal(x)) - wanted) / (curve.shape - 1 - 2 * curve.shape * risen)
        place = np.clip(place - step, np.log(lowest), np.log(MOST_EFFORT))
    return np.where(wanted >= height[0], 0.0, np.exp(place))


@dataclass(frozen=True, kw_only=True)
class Units:
    """What gets hours: segments, or customers."""

    names: Sequence[str]
    worth: Floats
    """Contribution per year at today's hours, not negative."""
    hours: Floats
    """Hours today, above 0."""
    curves: Whole
    """Number of the curve of each unit."""
    responses: Sequence[Curve]

    def effort_at(self, price: float) -> Floats:
        """Return the hours of each unit at which the next hour brings `price`."""
        effort = np.zeros(len(self.worth))
        for number, curve in enumerate(self.responses):
            mine = (self.curves == number) & (self.worth > 0)
            effort[mine] = marginal_inverse(curve, price * self.hours[mine] / self.worth[mine])
        return effort * self.hours

    def contribution(self, hours: Floats) -> Floats:
        """Return what each unit brings with these hours."""
        result = np.zeros(len(self.worth))
        for number, curve in enumerate(self.responses):
            mine = self.curves == number
            result[mine] = self.worth[mine] * curve.sales(hours[mine] / self.hours[mine])
        return result

    def next_hour(self, hours: Floats) -> Floats:
        """Return what the next hour brings at each unit; hours above 0."""
        result = np.zeros(len(self.worth))
        for number, curve in enumerate(self.responses):
            mine = (self.curves == number) & (hours > 0)
            ratio = hours[mine] / self.hours[mine]
            result[mine] = self.worth[mine] / self.hours[mine] * curve.marginal(ratio)
        return result


@dataclass(frozen=True, kw_only=True)
class Split:
    """The best split of the hours."""

    hours: Floats
    """Hours of each unit; their sum is the total."""
    price_amount: float
    """What one more hour would bring (the shadow price of an hour)."""


def best_split(units: Units, total_h: float, *, floor: Floats | None = None, ceiling: Floats | None = None) -> Split:
    """Return the split of the hours that brings most.

    Parameters
    ----------
    units : Units
        What gets hours.
    total_h : float
        Hours there are, above 0.
    floor, ceiling : array of float, optional
        Least and most hours of each unit; together the least are not above the total, the most not under it.

    Notes
    -----
    Lagrange: the price of an hour is found by bisection (Brent) such that all units together, each taking hours until the
    next one brings no more than that price, use the total. Exact for concave curves (c ≤ 1). S-shaped curves are replaced
    by their concave envelope: at some price a unit jumps from nothing to its threshold, so that the total may lie between
    too few hours and too many. Of the two splits stretched and squeezed to the total the better one is taken. Where the
    most hours of all that are worth something leave hours over, these go where there is room, and an hour more brings 0.
    """
    from scipy.optimize import brentq

    least = np.zeros(len(units.worth)) if floor is None else floor
    most = np.full(len(units.worth), np.inf) if ceiling is None else ceiling
    if not (units.worth > 0).any() or least.sum() >= total_h:
        share = least if least.sum() > 0 else units.hours
        return Split(hours=share * total_h / share.sum(), price_amount=0.0)

    def taken(log_price: float) -> Floats:
        return np.clip(units.effort_at(float(np.exp(log_price))), least, most)

    middle = float(np.log((units.worth / units.hours).max()))
    wanted = taken(middle - PRICES)
    if wanted.sum() < total_h:
        room = most - wanted
        return Split(hours=wanted + room * (total_h - wanted.sum()) / room.sum(), price_amount=0.0)
    price = float(brentq(lambda place: taken(place).sum() - total_h, middle - PRICES, middle + PRICES))
    sides = [free for free in (taken(price - APART) - least, taken(price + APART) - least) if free.sum() > 0]
    splits = [least + free * (total_h - least.sum()) / free.sum() for free in sides]
    allowed = [hours for hours in splits if (hours <= most * (1 + APART)).all()]
    best = max(allowed, key=lambda hours: float(units.contribution(hours).sum()))
    return Split(hours=best, price_amount=float(np.exp(price)))


def gain_of(units: Units, split: Floats, drawn: Sequence[Mapping[str, Curve]], order: Sequence[str]) -> Estimate:
    """Return how much more than today a split brings, as a share, with an interval over what the curves might be.

    Parameters
    ----------
    units : Units
        With the curves the split was made for.
    split : array of float
        Hours of each unit.
    drawn : sequence of mapping of str to Curve
        Curves that could be true, by name.
    order : sequence of str
        Name of each curve of `units`.

    Notes
    -----
    The split stays what it is, since nobody knows the true curves when hours are moved; so a draw can also lose.
    """
    today = float(units.worth.sum())
    value = float(units.contribution(split).sum()) / today - 1
    gains = []
    for curves in drawn:
        other = Units(
            names=units.names,
            worth=units.worth,
            hours=units.hours,
            curves=units.curves,
            responses=[curves[name] for name in order],
        )
        gains.append(float(other.contribution(split).sum()) / today - 1)
    low, high = np.quantile(gains, [0.025, 0.975])
    return Estimate(value=value, low=min(float(low), value), high=max(float(high), value))


def flat_range(units: Units, best: Split, *, tolerance: float = FLAT_SHARE) -> pd.DataFrame:
    """Return between which hours each unit can lie while the total stays within the tolerance of the best.

    Returns
    -------
    pandas.DataFrame
        ``name, best_h, low_h, high_h``; the other units share what is left in the proportions of the best split.
    """
    total, goal = float(best.hours.sum()), (1 - tolerance) * float(units.contribution(best.hours).sum())

    def brings(place: int, hours: float) -> float:
        others = np.delete(best.hours, place)
        spread = others * (total - hours) / others.sum() if others.sum() > 0 else others
        return float(units.contribution(np.insert(spread, place, hours)).sum())

    def fits(place: int, hours: float) -> bool:
        return brings(place, hours) >= goal

    rows = []
    for place, name in enumerate(units.names):
        found = float(best.hours[place])
        ends = [_edge(partial(fits, place), found, end) for end in (0.0, total)]
        rows.append((name, found, ends[0], ends[1]))
    return pd.DataFrame(rows, columns=["name", "best_h", "low_h", "high_h"])


def _edge(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return the value farthest from `inside` towards `outside` at which something still holds."""
    if holds(outside):
        return outside
    for _ in range(50):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside


def whole_contacts(
    units: Units, contact_h: Floats, total_h: float, *, least: Whole | None = None, most: Whole | None = None
) -> Whole:
    """Return whole contacts by unit: always the contact next that brings most per hour, until the hours are used.

    Parameters
    ----------
    contact_h : array of float
        Hours of one contact at each.
    total_h : float
        Hours there are.
    least, most : array of int, optional
        Contacts that each gets in any case, and at most.

    Notes
    -----
    Greedy marginal analysis (Fox 1966), exact for concave curves and contacts of equal length; with contacts of
    different length it may leave less than one contact unused. At S-shaped curves the contacts up to the point of best
    average return are taken as one bundle, from those on that each gets in any case (the concave envelope of the whole
    numbers).
    """
    found = np.zeros(len(units.worth), dtype=np.int64) if least is None else least.copy()
    end = np.full(len(found), np.iinfo(np.int64).max) if most is None else most

    def next_step(place: int) -> list[tuple[float, int, int]]:
        return _next_step(units, contact_h, place, int(found[place]), int(end[place]))

    queue = [step for place in range(len(found)) for step in next_step(place)]
    heapq.heapify(queue)
    left = total_h * (1 + 1e-12) - float((found * contact_h).sum())
    while queue:
        _, place, number = heapq.heappop(queue)
        need = number * contact_h[place]
        if need <= left:
            left -= need
            found[place] += number
            for step in next_step(place):
                heapq.heappush(queue, step)
    return found


def _next_step(units: Units, contact_h: Floats, place: int, given: int, most: int) -> list[tuple[float, int, int]]:
    """Return (minus gain per hour, place, contacts) of the best next bundle; nothing when it gains nothing."""
    curve, each = units.responses[int(units.curves[place])], float(contact_h[place] / units.hours[place])
    span = (curve.top - curve.bottom) * float(units.worth[place])
    useful = max(int(np.ceil(curve.threshold / each)), given + 1)
    bundles = range(1, min(useful, most) - given + 1)
    now, per_h = _risen(curve, given * each), span / float(contact_h[place])
    steps = [(per_h * (now - _risen(curve, (given + n) * each)) / n, place, n) for n in bundles]
    return [step for step in sorted(steps)[:1] if step[0] < 0]


def _risen(curve: Curve, effort: float) -> float:
    powered = float(effort**curve.shape)
    return powered / (curve.half + powered)
