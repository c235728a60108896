"""From the seed to the files of the demo client, in the order in which a firm's year makes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simkit.extras.demo_client.demo_customers import customers
from simkit.extras.demo_client.demo_deliveries import with_deliveries
from simkit.extras.demo_client.demo_notes import with_meetings, with_notes
from simkit.extras.demo_client.demo_orders import opportunities, orders
from simkit.extras.demo_client.demo_staff import people, presence_h, working_days
from simkit.extras.demo_client.demo_tables import (
    write_activities,
    write_customers,
    write_employees,
    write_opportunities,
    write_orders,
)
from simkit.extras.demo_client.demo_work import work_entries
from simkit.extras.demo_client.interviews import write_ratings, write_time_estimates, write_workshop
from simkit.extras.demo_client.timesheet import placed, weekly_entries, with_persons, with_times
from simkit.extras.demo_client.truth import ACTIVITY_OF_LABEL, DEMO, Truth
from simkit.foundation.frames import select
from simkit.foundation.random_streams import stream


@dataclass(frozen=True, kw_only=True)
class Firm:
    """The demo client as it really is, before anything is forgotten, rounded or exported."""

    staff: pd.DataFrame
    customers: pd.DataFrame
    orders: pd.DataFrame
    opportunities: pd.DataFrame
    """One row each per person, customer, order, opportunity."""
    days: pd.DatetimeIndex
    """Working days of the period."""
    present_h: np.ndarray
    """Hours at work, shape (people, working days)."""
    work: pd.DataFrame
    """Every time entry that was really worked, with person, day, label and hours."""
    log: pd.DataFrame
    """The part of `work` that was written down."""


def build_firm(true: Truth = DEMO) -> Firm:
    """Return a whole firm, by default the demo client; the same truth gives the same firm."""
    staff, days = people(true), working_days()
    present_h = presence_h(staff, days, true)
    accounts = customers(staff, true)
    placed_orders = orders(accounts, days, true)
    offers = with_notes(opportunities(placed_orders, accounts, true), true)
    wanted = work_entries(accounts, placed_orders, offers, days, true)
    work = _work(staff, present_h, wanted, accounts, weekly_entries(staff, days, present_h, true), true)
    return Firm(
        staff=staff,
        customers=accounts,
        orders=_with_people(
            with_deliveries(placed_orders, accounts, wanted, work, days, true), offers, work, accounts, staff
        ),
        opportunities=offers,
        days=days,
        present_h=present_h,
        work=work,
        log=with_meetings(_log(work, len(staff), days, true), true),
    )


def write_exports(firm: Firm, folder: Path, true: Truth = DEMO) -> None:
    """Write the client's files into a folder; `true` is what the firm was built with."""
    write_customers(folder, firm.customers, firm.staff, true)
    write_orders(folder, firm.orders, firm.customers, true)
    write_opportunities(folder, firm.opportunities, firm.customers, firm.staff)
    write_employees(folder, firm.staff)
    write_activities(folder, firm.log, firm.customers, firm.staff, true)
    write_time_estimates(folder, hours_by_role(firm), firm.staff, true)
    write_ratings(folder, firm.customers, true)
    write_workshop(folder, firm.customers, firm.staff["employee_id"])


def hours_by_role(firm: Firm) -> pd.DataFrame:
    """Return true hours, roles as index and activities as columns."""
    role = firm.staff["role"].to_numpy()[firm.work["person"]]
    entries = firm.work.assign(role=role)
    return entries.pivot_table(index="role", columns="activity", values="hours_h", aggfunc="sum", fill_value=0.0)


def _work(
    staff: pd.DataFrame,
    present_h: np.ndarray,
    wanted: pd.DataFrame,
    accounts: pd.DataFrame,
    weekly: pd.DataFrame,
    true: Truth,
) -> pd.DataFrame:
    taken = np.zeros_like(present_h)
    np.add.at(taken, (weekly["person"].to_numpy(), weekly["day"].to_numpy()), weekly["hours_h"].to_numpy())
    assigned = with_persons(wanted, accounts, staff, np.clip(present_h - taken, 0.0, None))
    work = with_times(placed(pd.concat([assigned, weekly], ignore_index=True), present_h), true)
    return work.assign(activity=work["label"].map(ACTIVITY_OF_LABEL))


def _with_people(
    placed_orders: pd.DataFrame,
    offers: pd.DataFrame,
    work: pd.DataFrame,
    accounts: pd.DataFrame,
    staff: pd.DataFrame,
) -> pd.DataFrame:
    """Add who carried each order (most hours on it, else the desk) and the opportunity it came from."""
    on_orders = select(work, kind="order")
    hours = on_orders.groupby(["case_id", "person"])["hours_h"].sum().reset_index()
    hours = hours.sort_values(["case_id", "hours_h", "person"]).drop_duplicates("case_id", keep="last")
    carrier = placed_orders["order_id"].map(hours.set_index("case_id")["person"])
    carrier = carrier.fillna(placed_orders["customer"].map(accounts["desk"])).astype(int)
    origin = offers[offers["order_id"] != ""].set_index("order_id")["opportunity_id"]
    return placed_orders.assign(
        employee_id=staff["employee_id"].to_numpy()[carrier],
        opportunity_id=placed_orders["order_id"].map(origin).fillna(""),
    )


def _log(work: pd.DataFrame, people_there: int, days: pd.DatetimeIndex, true: Truth) -> pd.DataFrame:
    """Return what was written down; each person forgets entries of all kinds alike, some people more than others."""
    rng = stream(true.seed, -1, "demo.logging")
    discipline = rng.uniform(*true.logging_share, people_there)
    kept = work[rng.random(len(work)) < discipline[work["person"]]]
    minutes = pd.to_timedelta(kept["start_minute"].to_numpy(), unit="m")
    kept = kept.assign(started_at=days[kept["day"]] + minutes)
    kept = kept.sort_values(["started_at", "person", "step"], kind="stable", ignore_index=True)
    kept.insert(0, "activity_id", [f"Z{number:06d}" for number in range(1, len(kept) + 1)])
    return kept
