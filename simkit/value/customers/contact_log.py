"""Contacts and hours by customer and month, which months may be shown, and whether contacts come before orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.hours import CAP_H, logged_hours

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
    whole = pd.Series(True, index=rows.index)
    if len(rows):  # a month that the log enters or parameters halfway is no month
        late_start, early_end = day.min().day > 3, day.max().day < day.max().days_in_month - 3
        whole &= ~((month == day.min().to_period("M")) & late_start)
        whole &= ~((month == day.max().to_period("M")) & early_end)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].astype(str),
            "employee_id": rows["employee_id"],
            "month": month,
            "hours_h": rows["hours_h"].astype(float),
            "contacts": rows["activity"].isin(CONTACTS).astype(int),
            "whole": whole,
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
    The months left out are themselves enough people in every group, or further months are left out until they are, so
    that no small cell comes out by subtracting the months shown from a total. A log that names nobody hides nothing.
    """
    months = sorted(log.loc[log["whole"], "month"].unique())
    if log["employee_id"].isna().all():
        return months
    people = log.groupby([groups.rename("group"), "month"])["employee_id"].nunique()
    fewest = people.groupby("month").min().sort_values(kind="stable")
    hidden = [month for month in fewest.index if fewest[month] < minimum or month not in months]
    for month in fewest.index:
        away = log["month"].isin(hidden)
        pool = log.loc[away, "employee_id"].groupby(groups[away]).nunique()
        if not hidden or (pool >= minimum).all():
            break
        if month not in hidden:
            hidden.append(month)
    return [month for month in months if month not in hidden]


LONGEST_LAG_MONTHS = 6
FEWEST_MONTHS = 18
"""Months that must be left after the longest lag; a slope from fewer is noise."""


@dataclass(frozen=True, kw_only=True)
class LeadLag:
    """Contacts and orders over time."""

    months: int
    """Months in which both are known."""
    by_lag: pd.DataFrame
    """``lag_months, slope, low, high, p_value, p_holm``: change of orders, in standard deviations, that goes with one
    standard deviation more contacts so many months earlier; empty with too few months."""

    @property
    def enough(self) -> bool:
        """Whether there are enough months to look."""
        return not self.by_lag.empty

    @property
    def found(self) -> pd.DataFrame:
        """The lags at which something is told apart from chance after correction for looking at seven."""
        return self.by_lag[self.by_lag["p_holm"] < 0.05]


def lead_lag(contacts: pd.Series, orders: pd.Series) -> LeadLag:
    """Regress monthly orders on the contacts of each of the months before.

    Parameters
    ----------
    contacts, orders : pandas.Series
        Numbers by month, same index of periods without gaps.

    Notes
    -----
    For each lag an ordinary regression (statsmodels) of orders on contacts so many months earlier and a linear trend,
    with errors after Newey and West (1987, Econometrica 55), lags ``floor(4 (n/100)^(2/9))``, or the
    ordinary errors where these are wider, because the former are too small in short series; p-values by Holm over the
    seven lags. It shows what goes together in time, not what causes what: a season moves both, and at lag 0 an order
    brings contacts with it.
    """
    from scipy.stats import t as student
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.multitest import multipletests

    months = len(contacts)
    columns = ["lag_months", "slope", "low", "high", "p_value", "p_holm"]
    if months - LONGEST_LAG_MONTHS < FEWEST_MONTHS or contacts.std() == 0 or orders.std() == 0:
        return LeadLag(months=months, by_lag=pd.DataFrame(columns=columns))
    driver = ((contacts - contacts.mean()) / contacts.std()).to_numpy(dtype=float)
    answer = ((orders - orders.mean()) / orders.std()).to_numpy(dtype=float)
    rows = []
    for lag in range(LONGEST_LAG_MONTHS + 1):
        # the same months for every lag, so that the slopes can be compared
        y = answer[LONGEST_LAG_MONTHS:]
        x = driver[LONGEST_LAG_MONTHS - lag : months - lag]
        design = np.column_stack([np.ones(len(y)), np.linspace(-1, 1, len(y)), x])
        bandwidth = int(4 * (len(y) / 100) ** (2 / 9))
        fit = OLS(y, design).fit(cov_type="HAC", cov_kwds={"maxlags": bandwidth, "use_correction": True}, use_t=True)
        error = max(float(fit.bse[2]), float(OLS(y, design).fit().bse[2]))
        slope, freedom = float(fit.params[2]), len(y) - 3
        reach = float(student.ppf(0.975, freedom)) * error
        rows.append((lag, slope, slope - reach, slope + reach, 2 * float(student.sf(abs(slope) / error, freedom))))
    table = pd.DataFrame(rows, columns=columns[:-1])
    return LeadLag(months=months, by_lag=table.assign(p_holm=multipletests(table["p_value"], method="holm")[1]))
