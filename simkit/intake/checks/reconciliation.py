"""How the values of orders reconcile: sums that the client can compare with its own books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.intake.client import ClientData
from simkit.intake.privacy.disclosure import effective_people, may_show

TEXTS = Catalogue.beside(__file__)


@dataclass(frozen=True, kw_only=True)
class ReconciledSum:
    """One sum to compare with the client's books."""

    label: Text
    rows: int
    amount: float | None = None
    """Sum in the client's currency; None where only rows are counted."""
    share: float | None = None
    """Of the total that the line above it names, in 0..1; None where there is none."""


@dataclass(frozen=True, kw_only=True)
class WorkSum:
    """One number on time or people to compare with the client's books."""

    label: Text
    value: float
    unit: Literal["h", "people", "fte"]


def work_sums(client: ClientData) -> tuple[WorkSum, ...]:
    """Return the hours and people of the log, and the people and posts of the list of staff.

    Parameters
    ----------
    client : ClientData
        Any client; one without a log and a list of staff has nothing of that to compare.

    Notes
    -----
    Hours and posts are left out where fewer than the smallest group stand behind them; one person with over 80 % of the
    hours counts as that person alone.
    """
    return (*_of_log(client), *_of_staff(client))


def _of_log(client: ClientData) -> Iterator[WorkSum]:
    if not client.has("activities"):
        return
    log, minimum = client.table("activities"), client.config.privacy.minimum_group
    if "employee_id" not in log.columns:
        return
    hours = log.groupby("employee_id")["hours"].sum()
    if may_show(effective_people(hours), minimum):
        yield WorkSum(label=TEXTS["hours_logged"], value=float(log["hours"].sum()), unit="h")
    yield WorkSum(label=TEXTS["people_logged"], value=len(hours), unit="people")


def _of_staff(client: ClientData) -> Iterator[WorkSum]:
    if not client.has("employees"):
        return
    people, last = client.table("employees"), pd.Timestamp(client.last)
    here = pd.Series(data=True, index=people.index)
    if "left_on" in people.columns:
        here &= people["left_on"].isna() | (people["left_on"] > last)
    if "entry_on" in people.columns:
        here &= people["entry_on"].isna() | (people["entry_on"] <= last)
    yield WorkSum(label=TEXTS["people_listed"], value=len(people), unit="people")
    yield WorkSum(label=TEXTS["people_at_the_end"], value=int(here.sum()), unit="people")
    if "fte" in people.columns and may_show(int(here.sum()), client.config.privacy.minimum_group):
        yield WorkSum(
            label=TEXTS["posts_at_the_end"], value=float(people.loc[here, "fte"].fillna(1.0).sum()), unit="fte"
        )


def reconciliation(client: ClientData) -> tuple[ReconciledSum, ...]:
    """Return the sums of orders and opportunities, by year and against each other.

    Parameters
    ----------
    client : ClientData
        Any client; one without orders and opportunities has nothing to reconcile.
    """
    return (*_orders(client), *_orders_of_customers(client), *_won(client), *_orders_against_won(client))


def _orders(client: ClientData) -> Iterator[ReconciledSum]:
    if not client.has("orders"):
        return
    orders = client.table("orders")
    total = _sum(orders["value_amount"])
    yield ReconciledSum(label=_TOTAL, rows=len(orders), amount=total)
    credits = orders[orders["value_amount"] < 0]
    if len(credits):
        credited = float(credits["value_amount"].sum())
        yield ReconciledSum(label=TEXTS["credited"], rows=len(credits), amount=credited, share=_share(credited, total))
    unknown = int(orders["value_amount"].isna().sum())
    if unknown:
        yield ReconciledSum(label=TEXTS["without_value"], rows=unknown)
    nobodys = orders[orders["customer_id"].isna()]
    if len(nobodys):
        amount = _sum(nobodys["value_amount"])
        yield ReconciledSum(
            label=TEXTS["without_customer"], rows=len(nobodys), amount=amount, share=_share(amount, total)
        )
    if client.config.tables["orders"].lines:
        lines = int(select(client.protocol, table="orders")["rows_kept"].sum())
        yield ReconciledSum(label=_LINES, rows=lines, amount=total, share=_share(total, total))
    for year, group in orders.groupby(orders["ordered_on"].dt.year):
        amount = _sum(group["value_amount"])
        yield ReconciledSum(label=_YEAR.fill(year=year), rows=len(group), amount=amount, share=_share(amount, total))
    if "cost_amount" in orders.columns:
        costed = orders[orders["value_amount"].notna() & orders["cost_amount"].notna()]
        amount = _sum(costed["value_amount"])
        yield ReconciledSum(label=_COSTED, rows=len(costed), amount=amount, share=_share(amount, total))
        yield ReconciledSum(label=_COST, rows=len(costed), amount=float(costed["cost_amount"].sum()))


def _orders_of_customers(client: ClientData) -> Iterator[ReconciledSum]:
    if not client.has("orders", "customers"):
        return
    orders, customers = client.table("orders"), client.table("customers")
    unknown = orders[orders["customer_id"].isin(_added(client))]
    amount, total = _sum(unknown["value_amount"]), _sum(orders["value_amount"])
    yield ReconciledSum(label=_UNKNOWN, rows=len(unknown), amount=amount, share=_share(amount, total))
    silent = int((~customers["customer_id"].isin(orders["customer_id"])).sum())
    yield ReconciledSum(label=_SILENT, rows=silent, share=silent / len(customers))


def _added(client: ClientData) -> pd.Series[str]:
    """Return the customers that stand in no row of the list: those that only orders name, behind the rows that were kept."""
    listed = int(select(client.protocol, table="customers")["rows_kept"].sum())
    return client.table("customers")["customer_id"].iloc[listed:]


def _won(client: ClientData) -> Iterator[ReconciledSum]:
    if not client.has("opportunities"):
        return
    deals = client.table("opportunities")
    decided = deals[deals["stage"].isin(["won", "lost"])]
    won = select(deals, stage="won")
    valued = won[won["value_amount"].notna() & (won["value_amount"] != 0)] if "value_amount" in won.columns else won[:0]
    amount = _sum(valued["value_amount"]) if len(valued) else None
    lost = len(decided) > len(won)  # an export of won deals alone has no rate
    yield ReconciledSum(
        label=_WON, rows=len(won), amount=amount, share=_share(len(won), len(decided)) if lost else None
    )


def _orders_against_won(client: ClientData) -> Iterator[ReconciledSum]:
    """Compare the orders that name an opportunity with the value those opportunities were won at."""
    if not client.has("orders", "opportunities"):
        return
    orders, deals = client.table("orders"), client.table("opportunities")
    if "opportunity_id" not in orders.columns or "value_amount" not in deals.columns:
        return
    linked = orders[orders["opportunity_id"].notna()]
    amount, total = _sum(linked["value_amount"]), _sum(orders["value_amount"])
    yield ReconciledSum(label=_LINKED, rows=len(linked), amount=amount, share=_share(amount, total))
    offered = deals[deals["opportunity_id"].isin(linked["opportunity_id"])]
    won_at = _sum(offered["value_amount"])
    yield ReconciledSum(label=_OFFERED, rows=len(offered), amount=won_at, share=_share(won_at, amount))


def _sum(values: pd.Series[float]) -> float | None:
    """Return the sum of the known values; None where there are some and none is known, for that is not 0."""
    return float(values.sum()) if values.empty or values.notna().any() else None


def _share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


_TOTAL = TEXTS["total"]
_LINES = TEXTS["lines"]
_YEAR = TEXTS["year"]
_COSTED = TEXTS["costed"]
_COST = TEXTS["cost"]
_UNKNOWN = TEXTS["unknown"]
_SILENT = TEXTS["reconciliation_silent"]
_WON = TEXTS["won"]
_LINKED = TEXTS["linked"]
_OFFERED = TEXTS["offered"]
