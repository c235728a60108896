"""The time diagnostic: where the hours of the sales staff go, with intervals, beside published benchmarks.

A log is used when there is one; estimates by role stand in for it, or beside it as the staff's own view of their time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from simkit.effort.estimated_time import estimate_assumptions, estimate_samples
from simkit.effort.hours import CAP_H, LoggedHours, logged_hours
from simkit.effort.log_time import TimeSamples, hours_by_week, log_samples, people_matrix
from simkit.effort.people_sample import Sample
from simkit.effort.published_benchmarks import compare
from simkit.effort.small_cells import closed
from simkit.effort.taxonomy import FACING, group_of
from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.errors import DataError, PrivacyError
from simkit.foundation.estimates import Estimate
from simkit.foundation.text import Text
from simkit.intake.checks.log_coverage import coverage
from simkit.intake.findings import Assumption

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

QUARTILE_PEOPLE = 20
"""Quartiles over people are shown only for groups of at least this size."""
QUARTILE_HOURS_H = 20.0
"""People with fewer logged hours are left out of the quartiles."""


@dataclass(frozen=True, kw_only=True)
class TimeUse:
    """Where the hours go."""

    source: Literal["log", "estimates"]
    """What the figures rest on."""
    people: int
    """People behind them."""
    hours_h: float
    """Hours behind them: logged, or the contract hours of a year for estimates."""
    coverage_share: float | None
    """Logged hours as a share of the contract hours of everybody employed, in 0..1 (without a list of employees: everybody
    in the log, full-time); holidays and sickness are not taken off. None for estimates, or where too few people are behind
    it."""
    by_activity: pd.DataFrame
    """``activity, group, hours_h, share, low, high``; activities logged by too few people are pooled under codes that
    `simkit.effort.taxonomy.label_of` names."""
    by_role: pd.DataFrame
    """``role, people, activity, group, hours_h, share, low, high``; shares within the role."""
    facing_by_role: pd.DataFrame
    """``role, people, hours_h, share, low, high``: customer-facing share of each role; empty when it cannot be shown."""
    by_week: pd.DataFrame
    """``week, group, people, hours_h, share``; empty for estimates."""
    facing: Estimate
    """Customer-facing share of the hours, in 0..1."""
    facing_hours_h: float
    """Customer-facing hours."""
    quartiles: tuple[float, float, float] | None
    """Quartiles over people of the customer-facing share; None under 20 people with more than 20 hours."""
    quartile_people: int
    """People behind the quartiles (0 when they are not shown)."""
    dropped: pd.DataFrame
    """``reason, label, rows, hours_h, left_out``."""
    cap_h: float
    """Longest believed interval, in hours."""
    benchmarks: pd.DataFrame
    """See `simkit.effort.published_benchmarks.compare`."""
    perception: pd.DataFrame | None
    """Where log and estimates exist: ``activity, group, log_share, estimate_share, low, high, gap_share`` (estimate
    minus log), of the activities that both name."""
    assumptions: tuple[Assumption, ...]


def time_use(client: ClientData, *, seed: int = 1, draws: int = 2000, cap_h: float = CAP_H) -> TimeUse:
    """Measure where the hours go.

    Parameters
    ----------
    client : ClientData
        A client with ``activities`` or ``time_estimates``.
    seed, draws : int
        Of the draws from the stated spread of estimates; intervals of a log are computed, not drawn.
    cap_h : float
        Intervals longer than this, in hours, are left out as forgotten ends.

    Returns
    -------
    TimeUse
        Tables and figures; none stands for fewer people than the client's minimum group. Estimates are used where
        there is no log, or where too few people kept one.

    Raises
    ------
    DataError
        When there is neither a log nor an estimate.
    PrivacyError
        When too few people stand behind the figures.
    """
    if client.has("activities"):
        try:
            return _from_log(client, logged_hours(client, cap_h=cap_h), seed=seed, draws=draws)
        except PrivacyError:
            if not client.has("time_estimates"):
                raise
    if client.has("time_estimates"):
        return _from_estimates(client, seed=seed, draws=draws, cap_h=cap_h)
    raise DataError(
        Text(de="keine Angaben zur Arbeitszeit", en="nothing is known about working time"),
        "client.yaml: tables",
        Text(
            de="Tätigkeiten (activities) oder Zeitschätzungen je Rolle (time_estimates) liefern",
            en="Give an activity log (activities) or time estimates by role (time_estimates)",
        ),
    )


def _from_log(client: ClientData, log: LoggedHours, *, seed: int, draws: int) -> TimeUse:
    samples = log_samples(client, log)
    quartiles, people = facing_quartiles(people_matrix(log.rows))
    return _result(
        samples,
        source="log",
        coverage_share=_coverage(client, log),
        by_week=hours_by_week(log, samples.codes, client.config.privacy.minimum_group),
        quartiles=quartiles,
        quartile_people=people,
        dropped=log.dropped,
        cap_h=log.cap_h,
        perception=_perception(client, samples, seed=seed, draws=draws),
        assumptions=(),
    )


def _coverage(client: ClientData, log: LoggedHours) -> float | None:
    """Return the hours that count as a share of all contract hours."""
    found = coverage(client)
    if found is None or not found.contract_h:
        return None
    return float(log.rows["hours_h"].sum()) / found.contract_h


def _from_estimates(client: ClientData, *, seed: int, draws: int, cap_h: float) -> TimeUse:
    return _result(
        estimate_samples(client, seed=seed, draws=draws),
        source="estimates",
        coverage_share=None,
        by_week=pd.DataFrame(columns=["week", "group", "people", "hours_h", "share"]),
        quartiles=None,
        quartile_people=0,
        dropped=pd.DataFrame(columns=["reason", "label", "rows", "hours_h", "left_out"]),
        cap_h=cap_h,
        perception=None,
        assumptions=estimate_assumptions(client),
    )


def _result(
    samples: TimeSamples,
    *,
    source: Literal["log", "estimates"],
    coverage_share: float | None,
    by_week: pd.DataFrame,
    quartiles: tuple[float, float, float] | None,
    quartile_people: int,
    dropped: pd.DataFrame,
    cap_h: float,
    perception: pd.DataFrame | None,
    assumptions: tuple[Assumption, ...],
) -> TimeUse:
    facing = samples.total.estimate(FACING)
    return TimeUse(
        source=source,
        people=samples.total.people,
        hours_h=samples.total.hours_h,
        coverage_share=coverage_share,
        by_activity=_activity_table(samples.total, samples.codes),
        by_role=_role_table(samples),
        facing_by_role=_facing_table(samples),
        by_week=by_week,
        facing=facing,
        facing_hours_h=facing.value * samples.total.hours_h,
        quartiles=quartiles,
        quartile_people=quartile_people,
        dropped=dropped,
        cap_h=cap_h,
        benchmarks=compare(lambda activities: _share_if_shown(samples, activities)),
        perception=perception,
        assumptions=assumptions,
    )


def facing_quartiles(matrix: pd.DataFrame) -> tuple[tuple[float, float, float] | None, int]:
    """Return the quartiles over people of the customer-facing share, and the number of people behind them.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Hours by person and activity.

    Notes
    -----
    People with 20 hours or less are left out, because their share says little; under 20 people nothing is returned
    (None, 0), because a quartile would come close to one person's figure. Linear interpolation between order
    statistics.
    """
    hours = matrix.sum(axis=1)
    busy = hours > QUARTILE_HOURS_H
    if int(busy.sum()) < QUARTILE_PEOPLE:
        return None, 0
    shares = matrix.loc[busy, list(FACING)].sum(axis=1) / hours[busy]
    lower, middle, upper = np.quantile(shares.to_numpy(dtype=float), [0.25, 0.5, 0.75])
    return (float(lower), float(middle), float(upper)), int(busy.sum())


def _activity_table(sample: Sample, codes: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per shown code with hours, in the order of the taxonomy."""
    rows = []
    for code in dict.fromkeys(codes.values()):
        estimate = sample.estimate([name for name in ACTIVITIES if codes[name] == code])
        rows.append(
            {
                "activity": code,
                "group": group_of(code),
                "hours_h": estimate.value * sample.hours_h,
                "share": estimate.value,
                "low": estimate.low,
                "high": estimate.high,
            }
        )
    return pd.DataFrame(rows)


def _role_table(samples: TimeSamples) -> pd.DataFrame:
    tables = [
        _activity_table(sample, samples.role_codes).assign(role=role, people=sample.people)
        for role, sample in samples.roles.items()
    ]
    columns = ["role", "people", "activity", "group", "hours_h", "share", "low", "high"]
    return pd.concat(tables, ignore_index=True)[columns]


def _facing_table(samples: TimeSamples) -> pd.DataFrame:
    rows = []
    if closed(FACING, samples.role_codes, ACTIVITIES):
        for role, sample in samples.roles.items():
            estimate = sample.estimate(FACING)
            rows.append(
                {
                    "role": role,
                    "people": sample.people,
                    "hours_h": estimate.value * sample.hours_h,
                    "share": estimate.value,
                    "low": estimate.low,
                    "high": estimate.high,
                }
            )
    return pd.DataFrame(rows, columns=["role", "people", "hours_h", "share", "low", "high"])


def _share_if_shown(samples: TimeSamples, activities: Sequence[str]) -> Estimate | None:
    """Return the client's share of some activities; None where nobody wrote any of them down, or where it would take a
    pool of small groups apart."""
    present = [name for name, share in zip(ACTIVITIES, samples.total.shares, strict=True) if share > 0]
    if not set(activities) & set(present):  # what nobody wrote down is not known to be nothing
        return None
    if not closed(activities, samples.codes, present):
        return None
    return samples.total.estimate(activities)


def _perception(client: ClientData, log: TimeSamples, *, seed: int, draws: int) -> pd.DataFrame | None:
    """Return the staff's estimates beside the log; None when there are none or they stand for too few people."""
    if not client.has("time_estimates"):
        return None
    try:
        stated = estimate_samples(client, seed=seed, draws=draws).total
    except PrivacyError:
        return None  # the log is the result; the comparison is an extra that may be left out
    table = _activity_table(stated, log.codes).rename(columns={"share": "estimate_share"})
    measured = _activity_table(log.total, log.codes)["share"].to_numpy()
    table = table.assign(log_share=measured, gap_share=table["estimate_share"] - measured)
    both = table[(table["log_share"] > 0) & (table["estimate_share"] > 0)].reset_index(drop=True)
    return both[["activity", "group", "log_share", "estimate_share", "low", "high", "gap_share"]]
