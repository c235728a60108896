"""Contacts and hours by customer and month, and which months may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simkit.effort.hours import CAP_H, logged_hours
from simkit.intake.checks.log_coverage import halfway
from simkit.intake.privacy.disclosure import people_in

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

CONTACTS = ("selling", "care")
"""Activities that count as contacts; answering requests is not planned by the firm but asked for by the customer."""


def input_log(client: ClientData, *, cap_h: float = CAP_H) -> pd.DataFrame:
    """Return the entries on customers in the client's period.

    Parameters
    ----------
    client : ClientData
        With activities.
    cap_h : float
        Longest believed interval, in hours.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, employee_id, month`` (period), ``hours_h, contacts`` (1 or 0), ``whole``: whether the log covers
        the whole month.
    """
    rows = logged_hours(client, cap_h=cap_h).rows
    start = rows["started_at"]
    inside = (start >= pd.Timestamp(client.first)) & (start < pd.Timestamp(client.last) + pd.Timedelta(days=1))
    rows = rows[inside & rows["customer_id"].notna()]
    day = rows["started_at"]
    month = day.dt.to_period("M")
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].astype(str),
            "employee_id": rows["employee_id"],
            "month": month,
            "hours_h": rows["hours_h"].astype(float),
            "contacts": rows["activity"].isin(CONTACTS).astype(int),
            "whole": ~month.isin(halfway(day)),
        }
    ).reset_index(drop=True)


def shown_months(log: pd.DataFrame, groups: pd.Series, minimum: int) -> list[pd.Period]:
    """Return the whole months in which every group with entries has enough people behind it.

    Parameters
    ----------
    log : pandas.DataFrame
        From `input_log`.
    groups : pandas.Series
        Group of each row.
    minimum : int
        Least number of distinct people behind a figure.

    Notes
    -----
    The months left out are themselves enough people in every group, those of them that are whole and all together, or
    further months are left out until they are, so that no small cell comes out by subtracting the months shown from a total.
    A log that names nobody hides nothing. Which months are left out follows from what was done in them: they are for
    showing, never for an estimate.
    """
    months = sorted(log.loc[log["whole"], "month"].unique())
    if log["employee_id"].isna().all():
        return months
    log = log.assign(group=groups)
    people = people_in(log, ["group", "month"])
    present = log.groupby(["group", "month"]).size().index
    people = people.reindex(present, fill_value=0)  # entries without hours are contacts all the same
    fewest = people.groupby("month").min().sort_values(kind="stable")
    hidden = [month for month in fewest.index if fewest[month] < minimum or month not in months]
    for month in fewest.index:
        away = log["month"].isin(hidden)
        pools = [people_in(log[some], ["group"]) for some in (away, away & log["whole"])]
        if all((pool >= minimum).all() for pool in pools):
            break
        if month not in hidden:
            hidden.append(month)
    return [month for month in months if month not in hidden]
