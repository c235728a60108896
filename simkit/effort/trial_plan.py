"""How long a trial of a new meeting format would have to run at this client: meetings needed, weeks, what could be seen.

Customers are drawn by lot to the old or the new format, so a trial compares formats and never the people who meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, ceil, isnan, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.meetings import Meetings, known_meetings
from simkit.effort.pipeline_figures import pooled
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

LEVEL, POWER = 0.05, 0.8
"""Chance of seeing a difference that is not there, and of seeing one that is (convention; Cohen 1988)."""
TRIAL_WEEKS = 12
DIFFERENCE = 0.10
"""Points by which the share of meetings that lead on is to differ."""
HOURS_CHANGE = 0.20
"""Part of the mean length of a meeting by which the hours are to differ."""
LEAST_WEEKS = 4.0


@dataclass(frozen=True, kw_only=True)
class TrialPlan:
    """What a trial of two formats needs."""

    weeks: float
    """Weeks of the log that the numbers of meetings come from."""
    correlation: float
    """How much meetings with one customer are alike in whether they lead on (intraclass correlation), in 0..1."""
    per_customer: float
    """Meetings with one customer in a trial of 12 weeks."""
    by_kind: pd.DataFrame
    """``kind`` ("all" first; missing for the pool), ``meetings_per_week, share`` (that lead on today), ``needed``
    meetings of each format for a difference of 10 points, ``needed_weeks``, ``visible_share`` (smallest difference
    seen after 12 weeks), ``mean_h, led_on_per_h`` (meetings that lead on per hour of meetings), ``needed_for_hours``
    (meetings of each format for a fifth less time), ``needed_hours_weeks``."""


NO_WEEKS = Text(
    de="Der Zeitraum mit bekannten Ergebnissen ist zu kurz, um einen Versuch zu planen.",
    en="The period with known results is too short to plan a trial.",
)


def trial_plan(client: ClientData, found: Meetings) -> TrialPlan | Missing:
    """Return what a trial of two meeting formats needs at this client, or why it cannot be planned.

    Parameters
    ----------
    client : ClientData
        With the activities behind `found`.
    found : Meetings
        What comes of meetings today (`simkit.effort.meetings.meeting_effectiveness`).

    Notes
    -----
    Shares: test of two proportions on Cohen's h = 2 asin √p₁ − 2 asin √p₂ (`NormalIndPower` of statsmodels); hours: t test
    of two means (`TTestIndPower`), standard deviation as in the log. Both two-sided at 5 % with a power of 80 %, and as many
    meetings of each format. As whole customers are drawn, numbers are multiplied by the design effect 1 + (m − 1)·ρ (Donner
    and Klar 2000, *Cluster Randomization Trials*), with m meetings per customer in the trial and the correlation ρ of
    meetings with one customer by analysis of variance, not below 0; the hours take the same effect with their own ρ.
    """
    known = known_meetings(client)
    if isinstance(known, Missing):
        return known
    meetings = known[1][known[1]["started_at"].notna()]
    span = meetings["started_at"].max() - meetings["started_at"].min()
    weeks = (span.days + 1) / 7
    if not weeks >= LEAST_WEEKS:
        return Missing(reason=NO_WEEKS)
    units = _units(meetings)
    per_customer = meetings_per_unit(meetings["started_at"], units)
    led_on, hours = meetings["led_on"].astype(float), meetings["hours_h"]
    alike = correlation(led_on, units)
    effects = (design_effect(per_customer, alike), design_effect(per_customer, correlation(hours, units)))
    shown = pooled(meetings["kind"].astype(object), meetings["employee_id"], client.config.privacy.minimum_group)
    rows = [_row("all", meetings, weeks, effects)]
    rows += [_row(kind, group, weeks, effects) for kind, group in meetings.groupby(shown, dropna=False)]
    order = {name: place for place, name in enumerate(["all", *found.by_kind["kind"]])}
    table = pd.DataFrame(rows)
    table = table.iloc[np.argsort([order.get(name, len(order)) for name in table["kind"]], kind="stable")]
    return TrialPlan(weeks=weeks, correlation=alike, per_customer=per_customer, by_kind=table.reset_index(drop=True))


def _units(meetings: pd.DataFrame) -> pd.Series:
    """Return what is drawn by lot: the customer; where it is not known the deal, else the single meeting."""
    found = pd.Series([f"meeting {n}" for n in range(len(meetings))], index=meetings.index, dtype=object)
    for column in ("case_id", "customer_id"):  # the last one that is known counts
        if column in meetings:
            found = found.mask(meetings[column].notna(), meetings[column].astype(object))
    return found


def meetings_per_unit(started_at: pd.Series, units: pd.Series) -> float:
    """Return the mean number of meetings with one customer in stretches of 12 weeks, among those met at all; at least 1."""
    stretch = (started_at - started_at.min()).dt.days // (7 * TRIAL_WEEKS)
    counts = units.groupby([stretch, units]).size()
    return max(1.0, float(counts.mean()))


def correlation(values: pd.Series, units: pd.Series) -> float:
    """Return the intraclass correlation of values within units by one-way analysis of variance, not below 0."""
    present = values.notna()
    values, units = values[present], units[present]
    sizes = values.groupby(units).size().to_numpy(dtype=float)
    groups, total = len(sizes), float(sizes.sum())
    if groups < 2 or total <= groups:
        return 0.0
    means = values.groupby(units).mean()
    between = float((sizes * (means - values.mean()).to_numpy() ** 2).sum()) / (groups - 1)
    within = float(((values - units.map(means)) ** 2).sum()) / (total - groups)
    typical = (total - float((sizes**2).sum()) / total) / (groups - 1)
    whole = between + (typical - 1) * within
    return max(0.0, (between - within) / whole) if whole > 0 else 0.0


def design_effect(per_unit: float, alike: float) -> float:
    """Return by what the numbers of a trial grow when whole units are drawn: 1 + (m − 1)·ρ."""
    return 1 + (per_unit - 1) * alike


def needed_for_share(share: float, difference: float) -> float:
    """Return the independent meetings of each format that a difference of two shares takes; missing where it cannot be.

    Parameters
    ----------
    share : float
        Share today, in 0..1.
    difference : float
        How much more it is to be, in 0..1.
    """
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    if not 0 < share + difference < 1:
        return float("nan")
    effect = abs(float(proportion_effectsize(share + difference, share)))
    return float(NormalIndPower().solve_power(effect, alpha=LEVEL, power=POWER, ratio=1.0))


def visible_difference(share: float, each: float) -> float:
    """Return the smallest rise of a share that so many independent meetings of each format show; missing above 1."""
    from statsmodels.stats.power import NormalIndPower

    if each < 2:
        return float("nan")
    effect = float(NormalIndPower().solve_power(None, nobs1=each, alpha=LEVEL, power=POWER, ratio=1.0))
    angle = asin(sqrt(share)) + effect / 2
    return float("nan") if angle >= np.pi / 2 else sin(angle) ** 2 - share


def needed_for_hours(difference_h: float, spread_h: float) -> float:
    """Return the independent meetings of each format that a difference of mean hours takes."""
    from statsmodels.stats.power import TTestIndPower

    if not difference_h > 0 or not spread_h > 0:
        return float("nan")
    return float(TTestIndPower().solve_power(difference_h / spread_h, alpha=LEVEL, power=POWER, ratio=1.0))


def _row(kind: object, meetings: pd.DataFrame, weeks: float, effects: tuple[float, float]) -> dict[str, object]:
    per_week, share = len(meetings) / weeks, float(meetings["led_on"].mean())
    mean_h, spread_h = float(meetings["hours_h"].mean()), float(meetings["hours_h"].std())
    needed = _whole(needed_for_share(share, DIFFERENCE) * effects[0])
    for_hours = _whole(needed_for_hours(HOURS_CHANGE * mean_h, spread_h) * effects[1])
    return {
        "kind": kind,
        "meetings_per_week": per_week,
        "share": share,
        "needed": needed,
        "needed_weeks": 2 * needed / per_week,
        "visible_share": visible_difference(share, per_week * TRIAL_WEEKS / 2 / effects[0]),
        "mean_h": mean_h,
        "led_on_per_h": share / mean_h if mean_h > 0 else float("nan"),
        "needed_for_hours": for_hours,
        "needed_hours_weeks": 2 * for_hours / per_week,
    }


def _whole(number: float) -> float:
    return number if isnan(number) else float(ceil(number))
