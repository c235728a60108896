"""Time use read from an activity log: samples for everybody and by role, hours by week, coverage of contract hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.hours import LoggedHours
from simkit.effort.people_sample import Sample, from_people
from simkit.effort.small_cells import HoursTable, shown_activities, small_units
from simkit.effort.taxonomy import EVERYTHING, OTHER, group_of
from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import PrivacyError
from simkit.foundation.frames import Floats
from simkit.foundation.text import Text
from simkit.intake.privacy.disclosure import effective_people, merge_small_groups

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

TEXTS = Catalogue.beside(__file__)

WEEK_TOLERANCE = 0.25
"""A group of activities is shown by week when at most this share of the weeks is too thin; thin weeks are pooled."""


@dataclass(frozen=True, kw_only=True)
class TimeSamples:
    """What is known about the time of everybody and of each role, and how finely it may be shown."""

    total: Sample
    roles: Mapping[str, Sample]
    """Roles that may be shown."""
    codes: Mapping[str, str]
    role_codes: Mapping[str, str]
    """Activity to the code under which it may be shown, for the total and for the split by role."""


def people_matrix(rows: pd.DataFrame) -> pd.DataFrame:
    """Return hours by person (rows) and activity (columns, in the order of ``ACTIVITIES``)."""
    known = rows[rows["employee_id"].notna()]
    table = known.pivot_table(index="employee_id", columns="activity", values="hours_h", aggfunc="sum", fill_value=0.0)
    return table.reindex(columns=list(ACTIVITIES), fill_value=0.0).astype(float)


def log_samples(client: ClientData, log: LoggedHours) -> TimeSamples:
    """Return the samples of the log.

    Parameters
    ----------
    client : ClientData
        Gives the roles and the minimum group.
    log : LoggedHours
        The hours that count.

    Raises
    ------
    PrivacyError
        When fewer people than the minimum group logged time, or customer-facing time.
    """
    minimum = client.config.privacy.minimum_group
    matrix = people_matrix(log.rows)
    people = effective_people(matrix.sum(axis=1))
    _require_group(people, minimum)
    codes = _total_codes(matrix, _unattributed(log.rows), minimum)
    roles = _shown_roles(client, matrix, minimum)
    return TimeSamples(
        total=from_people(matrix.to_numpy(), _unattributed(log.rows)),
        roles=_role_samples(matrix, roles),
        codes=codes,
        role_codes=shown_activities(_cells(matrix, roles, minimum), codes),
    )


def _total_codes(matrix: pd.DataFrame, loose: Floats, minimum: int) -> dict[str, str]:
    everybody = pd.Series(EVERYTHING, index=matrix.index)
    codes = shown_activities(_cells(matrix, everybody, minimum, loose))
    if EVERYTHING in codes.values():
        raise PrivacyError(
            Text(
                de="Kundenzeit oder übrige Zeit wurde von weniger als {n} Personen erfasst",
                en="Customer-facing time or the rest was logged by fewer than {n} people",
            ).fill(n=minimum),
            "activities",
            _REMEDY,
        )
    return codes


def _cells(matrix: pd.DataFrame, units: pd.Series, minimum: int, loose: Floats | None = None) -> HoursTable:
    return HoursTable(
        matrix=matrix.to_numpy(),
        units=pd.factorize(units, sort=True)[0].astype(np.int64),
        minimum=minimum,
        unattributed=np.zeros(len(ACTIVITIES)) if loose is None else loose,
    )


def _role_samples(matrix: pd.DataFrame, roles: pd.Series) -> dict[str, Sample]:
    nothing = np.zeros(len(ACTIVITIES))
    return {
        role: from_people(matrix[(roles == role).to_numpy()].to_numpy(), nothing) for role in sorted(roles.unique())
    }


_REMEDY = Text(
    de="employee_id zuordnen, mehr Personen erfassen lassen, oder Zeitschätzungen je Rolle liefern (time_estimates)",
    en="Map employee_id, have more people log their time, or give time estimates by role (time_estimates)",
)


def _require_group(people: int, minimum: int) -> None:
    if people < minimum:
        what = TEXTS["few_logged"] if people else TEXTS["nobody_logged"]
        raise PrivacyError(what.fill(count=people, minimum=minimum), "activities", _REMEDY)


def _unattributed(rows: pd.DataFrame) -> Floats:
    loose = rows[rows["employee_id"].isna()].groupby("activity")["hours_h"].sum()
    result: Floats = loose.reindex(list(ACTIVITIES), fill_value=0.0).to_numpy(dtype=float)
    return result


def role_of_people(client: ClientData) -> pd.Series:
    """Return the role by employee id; empty when the client gave none."""
    if not client.has("employees") or "role" not in client.table("employees"):
        return pd.Series(dtype=object)
    staff = client.table("employees").drop_duplicates("employee_id").set_index("employee_id")
    roles: pd.Series = staff["role"].astype(object)
    return roles


def _shown_roles(client: ClientData, matrix: pd.DataFrame, minimum: int) -> pd.Series:
    """Return the role shown for each person of the log, small roles and those that are one person's hours joined."""
    people = matrix.index
    roles = role_of_people(client).reindex(people)
    if roles.isna().all():
        return pd.Series(EVERYTHING, index=people)
    roles = roles.fillna(OTHER).astype(str)
    members = {str(role): matrix.sum(axis=1)[roles == role].to_dict() for role in roles.unique()}
    shown: pd.Series = roles.map(merge_small_groups(members, minimum=minimum))
    return shown


def hours_by_week(log: LoggedHours, codes: Mapping[str, str], minimum: int) -> pd.DataFrame:
    """Return hours and shares by week and group of activities.

    Parameters
    ----------
    log : LoggedHours
        The hours that count; those without a person are left out of this table.
    codes : mapping
        Shown code of each activity in the table of the total.
    minimum : int
        Smallest number of people behind a cell.

    Returns
    -------
    pandas.DataFrame
        ``week`` (the Monday; NaT for the pool of all weeks that are too thin to be shown alone), ``group, people,
        hours_h, share``. Empty when no split by week can be shown.
    """
    rows = log.rows[log.rows["employee_id"].notna() & log.rows["started_at"].notna()]
    if rows.empty:
        return _week_table(pd.DataFrame(columns=["week", "employee_id", "group", "hours_h"]))
    day = rows["started_at"].dt.normalize()
    rows = rows.assign(week=day - pd.to_timedelta(day.dt.day_of_week, unit="D"))
    groups = _week_groups(rows, codes, minimum)
    rows = rows.assign(group=rows["activity"].map(groups))
    return _week_table(_pooled_weeks(rows, minimum))


def _week_groups(rows: pd.DataFrame, codes: Mapping[str, str], minimum: int) -> dict[str, str]:
    """Return the group shown by week for each activity."""
    table = rows.pivot_table(
        index=["week", "employee_id"], columns="activity", values="hours_h", aggfunc="sum", fill_value=0.0
    ).reindex(columns=list(ACTIVITIES), fill_value=0.0)
    cells = HoursTable(
        matrix=table.to_numpy(dtype=float),
        units=pd.factorize(table.index.get_level_values("week"), sort=True)[0].astype(np.int64),
        minimum=minimum,
        unattributed=np.zeros(len(ACTIVITIES)),
        tolerance=WEEK_TOLERANCE,
    )
    return shown_activities(cells, {name: group_of(code) for name, code in codes.items()})


def _pooled_weeks(rows: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return the rows with thin weeks set to NaT, and with as many further weeks as make that pool large enough."""
    thin = set(_thin_weeks(rows, minimum))
    others = rows[~rows["week"].isin(thin)].groupby("week")["hours_h"].sum().sort_values(kind="stable")
    for week in [None, *others.index]:
        if week is not None:
            thin.add(week)
        pool = rows[rows["week"].isin(thin)].assign(week=pd.Timestamp(0))
        if not thin or not _thin_weeks(pool, minimum):
            return rows.assign(week=rows["week"].mask(rows["week"].isin(thin)))
    return rows.iloc[:0]


def _thin_weeks(rows: pd.DataFrame, minimum: int) -> list[pd.Timestamp]:
    """Return the weeks with a group of activities that too few people logged."""
    if rows.empty:
        return []
    person = rows.groupby(["week", "group", "employee_id"])["hours_h"].sum().reset_index()
    number, weeks = pd.factorize(person["week"], sort=True)
    thin = np.zeros(len(weeks), dtype=bool)
    for group in person["group"].unique():
        hours = person["hours_h"].where(person["group"] == group, 0.0).to_numpy(dtype=float)
        thin |= small_units(hours, number.astype(np.int64), minimum)
    return [pd.Timestamp(week) for week in weeks[thin]]


def _week_table(rows: pd.DataFrame) -> pd.DataFrame:
    table = (
        rows.groupby(["week", "group"], dropna=False)
        .agg(people=("employee_id", "nunique"), hours_h=("hours_h", "sum"))
        .reset_index()
    )
    total = table.groupby("week", dropna=False)["hours_h"].transform("sum")
    return table.assign(share=table["hours_h"] / total).sort_values(["week", "group"], ignore_index=True)


def coverage_share(client: ClientData, log: LoggedHours) -> float | None:
    """Return logged hours as a share of the contract hours of the people who logged.

    Returns
    -------
    float or None
        ``sum(logged hours of listed staff) / sum(FTE × contract hours a day × working days employed)``; absences are
        not taken off, so even a complete log stays below one. None without an employee list or without start times.

    Notes
    -----
    The span is the log's own first to last day, cut to each person's entry and leaving date.
    """
    if not client.has("employees") or log.rows["started_at"].isna().all():
        return None
    staff = client.table("employees").drop_duplicates("employee_id").set_index("employee_id")
    hours = log.rows.groupby("employee_id")["hours_h"].sum()
    staff = staff[staff.index.isin(hours.index)]
    if staff.empty:
        return None
    first, last = log.rows["started_at"].min(), log.rows["started_at"].max()
    contract = sum(_contract_h(client, person, first, last) for _, person in staff.iterrows())
    return float(hours.reindex(staff.index).sum() / contract) if contract > 0 else None


def _contract_h(client: ClientData, person: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> float:
    """Return one person's contract hours between two days; used in a sum over people only."""
    begin = max(first, _day(person, "entry_on", first))
    end = min(last, _day(person, "left_on", last))
    if end < begin:
        return 0.0
    fte = person.get("fte")
    share = 1.0 if fte is None or pd.isna(fte) else float(fte)
    days = client.calendar.working_days(begin.date(), end.date())
    return float(share * client.config.contract_hours_per_week / 5 * days)


def _day(person: pd.Series, name: str, otherwise: pd.Timestamp) -> pd.Timestamp:
    value = person.get(name)
    return otherwise if value is None or pd.isna(value) else pd.Timestamp(value)
