"""When the orders of the demo client are delivered, what was promised, and when they are paid.

An order is delivered when the last piece of its work is done and the goods have come through production; what the sales
office promises is what orders of the class take as a rule, whatever becomes of this one. So lateness follows from work.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.extras.demo_client.truth import (
    DEMO,
    LAST,
    LATE_CHANCE,
    MISSING_PART_CHANCE,
    MISSING_PART_DAYS,
    PRODUCTION_DAYS,
    PROMISE_SPREAD,
    Truth,
)
from simkit.foundation.frames import select
from simkit.foundation.random_streams import stream


def with_deliveries(
    orders: pd.DataFrame,
    customers: pd.DataFrame,
    wanted: pd.DataFrame,
    work: pd.DataFrame,
    days: pd.DatetimeIndex,
    true: Truth = DEMO,
) -> pd.DataFrame:
    """Return the orders with the days of promise, delivery and payment; empty where they lie after the period.

    Parameters
    ----------
    orders, customers : pandas.DataFrame
        The orders before anything was done for them, and who placed them.
    wanted, work : pandas.DataFrame
        The time entries that the orders need, and those that were really worked.
    days : pandas.DatetimeIndex
        Working days of the period.
    true : Truth
        What the firm is made with.

    Returns
    -------
    pandas.DataFrame
        More columns: ``promised_on, delivered_on, due_on, paid_on``. An order with a piece of work that nobody found
        time for is not delivered.
    """
    rng = stream(true.seed, -1, "demo.deliveries")
    lead = lead_days(orders, work, rng)
    promised = _promises(orders["order_class"], lead, rng)
    later = pd.bdate_range(days[-1] + pd.Timedelta(days=1), periods=800)
    calendar = pd.DatetimeIndex([*days, *later])
    delivered = pd.Series(calendar[orders["day"] + lead]).mask(_undone(orders, wanted, work))
    account = customers.iloc[orders["customer"]]
    due = delivered + pd.to_timedelta(account["payment_terms_days"].to_numpy(), unit="D")
    delay = np.round(account["payment_delay_days"].to_numpy() + orders["payment_days"].to_numpy())
    paid = due + pd.to_timedelta(delay, unit="D")
    end = pd.Timestamp(LAST)
    return orders.assign(
        promised_on=calendar[orders["day"] + promised],
        delivered_on=delivered.where(delivered <= end),
        due_on=due.where(delivered <= end),
        paid_on=paid.where(paid <= end),
    )


def lead_days(orders: pd.DataFrame, work: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return the working days from order to delivery: until the last work on it, or as planned, and through production."""
    done = select(work, kind="order").groupby("case_id")["day"].max().reindex(orders["order_id"]).to_numpy()
    ready = np.fmax(done - orders["day"].to_numpy(), orders["span"].to_numpy())
    made = rng.exponential(orders["order_class"].map(PRODUCTION_DAYS).to_numpy(dtype=float))
    waited = rng.exponential(orders["order_class"].map(MISSING_PART_DAYS).to_numpy(dtype=float))
    missing = rng.random(len(orders)) < MISSING_PART_CHANCE
    lead: np.ndarray = np.floor(ready + made + np.where(missing, waited, 0.0)).astype(int)
    return lead


def _promises(order_class: pd.Series, lead: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the promised working days: what orders of the class keep to but for the share of late ones, give or take."""
    kept = {name: np.quantile(lead[order_class == name], 1 - chance) for name, chance in LATE_CHANCE.items()}
    factor = rng.uniform(1 - PROMISE_SPREAD, 1 + PROMISE_SPREAD, len(order_class))
    promised: np.ndarray = np.maximum(np.round(order_class.map(kept).to_numpy(dtype=float) * factor), 1).astype(int)
    return promised


def _undone(orders: pd.DataFrame, wanted: pd.DataFrame, work: pd.DataFrame) -> np.ndarray:
    """Tell which orders wait for a piece of work at the end of the period."""
    asked, done = (rows.groupby("case_id").size().reindex(orders["order_id"], fill_value=0) for rows in (wanted, work))
    waiting: np.ndarray = (asked > done).to_numpy()
    return waiting
