"""Purchase histories by customer, read off the sales up to a day: how many purchases, when the first and the last, how much.

Several sales on one day are one purchase; credit notes are netted against it and are no purchase themselves.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.foundation.time_units import DAYS_PER_WEEK

COLUMNS = ("repeats", "last_weeks", "age_weeks", "log_intervals", "purchases", "mean_amount", "net_amount")


def purchase_days(sales: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer and day with a purchase.

    Parameters
    ----------
    sales : pandas.DataFrame
        ``customer_id, sold_on, value_amount``; rows without a date are left out.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, day, amount, credit_amount``, by customer and day. A day whose sum is not positive is no purchase;
        its amount, zero or negative, is carried to the customer's purchase before it (the first one if there is none
        before) as ``credit_amount``. What customers without any purchase were credited is dropped.
    """
    dated = sales[sales["sold_on"].notna()]
    days = dated.groupby(["customer_id", "sold_on"], sort=True)["value_amount"].sum().reset_index()
    days = days.set_axis(["customer_id", "day", "amount"], axis=1)
    bought = days["amount"] > 0
    if bought.all():
        return days.assign(credit_amount=0.0)
    number = bought.groupby(days["customer_id"]).cumsum().clip(lower=1)
    credit = days["amount"].where(~bought, 0.0).groupby([days["customer_id"], number]).transform("sum")
    return days.assign(credit_amount=credit)[bought].reset_index(drop=True)


def histories(days: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Return the purchase history of each customer up to and including a day.

    Parameters
    ----------
    days : pandas.DataFrame
        Result of `purchase_days`.
    end : pandas.Timestamp
        Last day of the history.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``; ``repeats`` (purchases after the first), ``last_weeks`` (from the first to the last),
        ``age_weeks`` (from the first to `end`), ``log_intervals`` (sum of the logarithms of the intervals in weeks),
        ``purchases``, ``mean_amount`` (net of credit notes) and ``net_amount``. Weeks are days / 7.
    """
    known = days[days["day"] <= end]
    gap = known["day"].diff().dt.days.where(known["customer_id"].eq(known["customer_id"].shift()))
    logs = np.log(gap / DAYS_PER_WEEK)
    table = pd.DataFrame(
        {
            "customer_id": known["customer_id"],
            "day": known["day"],
            "net": known["amount"] + known["credit_amount"],
            "logs": logs.fillna(0.0),
        }
    ).groupby("customer_id", sort=True)
    first, last, number = table["day"].min(), table["day"].max(), table.size().astype(float)
    net = table["net"].sum()
    return pd.DataFrame(
        {
            "repeats": number - 1,
            "last_weeks": (last - first).dt.days / DAYS_PER_WEEK,
            "age_weeks": (end - first).dt.days / DAYS_PER_WEEK,
            "log_intervals": table["logs"].sum(),
            "purchases": number,
            "mean_amount": net / number,
            "net_amount": net,
        }
    )


def purchases_between(days: pd.DataFrame, after: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Return purchases and net amount of each customer after a day, up to and including another.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``; ``purchases, amount``; only customers who bought.
    """
    inside = days[(days["day"] > after) & (days["day"] <= end)]
    net = (inside["amount"] + inside["credit_amount"]).groupby(inside["customer_id"])
    return pd.DataFrame({"purchases": net.size().astype(float), "amount": net.sum()})
