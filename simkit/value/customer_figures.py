"""What the client's tables say about each customer before any scoring: revenue, cost, hours, payments, tenure, ratings.

One row per customer; a column that the tables cannot give is missing as a whole, and what was assumed stands alongside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from simkit.effort.hours import CAP_H
from simkit.foundation.errors import DataError
from simkit.foundation.text import Text
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.intake.findings import Assumption
from simkit.value.cost_to_serve import Service, service_of
from simkit.value.customer_revenue import NOTHING_SOLD, NOTHING_SOLD_REMEDY, MissingCost, all_customers, turnover_of

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

DESCRIBING = (
    "name", "industry", "country", "region", "dormant", "potential_amount", "purchasing_volume_amount", "wallet_share",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CustomerFigures:
    """CustomerFigures by customer."""

    customers: pd.DataFrame
    """Index ``customer_id``; ``revenue_amount`` (0 for nothing sold, missing where no sale states a value)``, orders``;
    where known ``contribution_amount`` (revenue minus cost),
    ``hours_h``, ``service_cost_amount``, ``margin_amount`` (contribution minus the cost of the hours; neither where hours
    or their cost are not known),
    ``growth_index``, ``payment_delay_days``, ``tenure_years``, ``regularity_share``, ``wallet_share``,
    ``rating_<factor>``, ``lifetime_value_amount`` where it was handed in, and the describing columns of the customers
    table."""
    people: pd.DataFrame | None
    """``customer_id, employee_id`` of who logged time on whom, to count the people behind a figure and for nothing
    else; None without hours or when the log names no people."""
    source: Literal["orders", "opportunities"]
    hourly_cost_amount: float | None
    """Cost of one logged hour that ``service_cost_amount`` rests on; None when unknown."""
    assumptions: tuple[Assumption, ...]

    def has(self, column: str) -> bool:
        """Say whether anything is known in a column."""
        return column in self.customers and bool(self.customers[column].notna().any())


def customer_figures(
    client: ClientData,
    *,
    missing_cost: MissingCost = "mean_rate",
    hourly_cost_amount: float | None = None,
    cap_h: float = CAP_H,
    lifetime: pd.Series | None = None,
) -> CustomerFigures:
    """Collect what is known about each customer.

    Parameters
    ----------
    client : ClientData
        With orders or opportunities.
    missing_cost : {"mean_rate", "zero"}
        What an order without a cost is taken to cost: the client's mean share of cost in revenue, or nothing.
    hourly_cost_amount : float, optional
        Cost of one hour of sales staff; by default from the employees' yearly cost.
    cap_h : float
        Longest believed interval of the activity log, in hours.
    lifetime : pandas.Series, optional
        Lifetime value by ``customer_id``, in the client's currency, where it counts in the score.

    Raises
    ------
    DataError
        When the client has neither orders nor opportunities with customers.
    """
    turnover = turnover_of(client, missing_cost)
    service = service_of(client, hourly_cost_amount=hourly_cost_amount, cap_h=cap_h)
    table = turnover.customers.reindex(all_customers(client, turnover.customers.index))
    nothing_sold = ~table.index.isin(turnover.customers.index)
    for column in ("revenue_amount", "orders", "contribution_amount"):
        if column in table:
            table[column] = table[column].mask(nothing_sold, 0.0)
    table = _with_service(table, service)
    for collect in COLLECTORS:
        table = table.join(collect(client, table.index))
    if lifetime is not None:
        table["lifetime_value_amount"] = lifetime.reindex(table.index)
    table, more_bought = _with_wallet(table, client)
    if not (table["revenue_amount"] > 0).any():
        raise DataError(NOTHING_SOLD, "orders, opportunities", NOTHING_SOLD_REMEDY)
    return CustomerFigures(
        customers=table,
        people=service.people,
        source=turnover.source,
        hourly_cost_amount=service.hourly_cost_amount if "service_cost_amount" in table else None,
        assumptions=(*turnover.assumptions, *service.assumptions, *more_bought),
    )


def _with_service(table: pd.DataFrame, service: Service) -> pd.DataFrame:
    """Return the table with hours and, where their cost is known, with the margin after cost to serve."""
    result = table.copy()
    if service.hours is not None:
        result["hours_h"] = service.hours.reindex(result.index).fillna(0.0)
    if "contribution_amount" in result and service.hours is not None and service.hourly_cost_amount is not None:
        result["service_cost_amount"] = result["hours_h"] * service.scale * service.hourly_cost_amount
        result["margin_amount"] = result["contribution_amount"] - result["service_cost_amount"]
    return result


def period_years(client: ClientData) -> float:
    """Return the length of the client's period in years."""
    return ((client.last - client.first).days + 1) / DAYS_PER_YEAR


def _with_wallet(table: pd.DataFrame, client: ClientData) -> tuple[pd.DataFrame, tuple[Assumption, ...]]:
    """Return the table with the share of wallet: as stated, else our revenue per year over all that the customer buys.

    Notes
    -----
    A purchasing volume of nothing says nothing. Where our revenue is above the stated volume, the share is 1, and it is
    reported for how many customers that is so.
    """
    if "purchasing_volume_amount" not in table:
        return table, ()
    years = period_years(client)
    volume = table["purchasing_volume_amount"]
    share = table["revenue_amount"].clip(lower=0.0) / years / volume.where(volume > 0)
    stated = table["wallet_share"] if "wallet_share" in table else pd.Series(float("nan"), index=table.index)
    above = int(((share > 1) & stated.isna()).sum())
    found = table.assign(wallet_share=stated.fillna(share.clip(upper=1.0)))
    if not above:
        return found, ()
    value = Text(de="bei {n} Kunden 100 %", en="100% for {n} customers").fill(n=above)
    return found, (Assumption(topic=_WALLET, value=value, reason=_MORE_THAN_VOLUME),)


_WALLET = Text(de="Lieferanteil", en="Share of wallet")
_MORE_THAN_VOLUME = Text(
    de="ihr Umsatz mit uns liegt über dem genannten Einkaufsvolumen",
    en="their revenue with us is above the purchasing volume stated",
)


def _description(client: ClientData, customers: pd.Index) -> pd.DataFrame:
    if not client.has("customers"):
        return pd.DataFrame(index=customers)
    table = client.table("customers").drop_duplicates("customer_id").set_index("customer_id")
    described: pd.DataFrame = table[[column for column in DESCRIBING if column in table]].reindex(customers)
    return described


def _tenure(client: ClientData, customers: pd.Index) -> pd.DataFrame:
    """Return the years since the customer's first business, at the last day of the period."""
    if not client.has("customers") or "customer_since" not in client.table("customers"):
        return pd.DataFrame(index=customers)
    since = client.table("customers").drop_duplicates("customer_id").set_index("customer_id")["customer_since"]
    years = (pd.Timestamp(client.last) - since).dt.days / DAYS_PER_YEAR
    return pd.DataFrame({"tenure_years": years.clip(lower=0.0)}).reindex(customers)


def _payments(client: ClientData, customers: pd.Index) -> pd.DataFrame:
    """Return the days paid after the due date: mean over orders by value, else what the customers table says."""
    orders = client.table("orders") if client.has("orders") else pd.DataFrame()
    if {"paid_on", "due_on", "value_amount"} <= set(orders.columns):
        paid = orders[orders["paid_on"].notna() & orders["due_on"].notna() & (orders["value_amount"] > 0)]
        late = (paid["paid_on"] - paid["due_on"]).dt.days * paid["value_amount"]
        by_customer = late.groupby(paid["customer_id"]).sum() / paid.groupby("customer_id")["value_amount"].sum()
        if len(by_customer):
            return pd.DataFrame({"payment_delay_days": by_customer}).reindex(customers)
    if client.has("customers") and "payment_delay_days" in client.table("customers"):
        table = client.table("customers").drop_duplicates("customer_id").set_index("customer_id")
        listed: pd.DataFrame = table[["payment_delay_days"]].reindex(customers)
        return listed
    return pd.DataFrame(index=customers)


def _ratings(client: ClientData, customers: pd.Index) -> pd.DataFrame:
    """Return the mean rating of each factor; departments count alike, however many of their people took part."""
    if not client.has("ratings"):
        return pd.DataFrame(index=customers)
    ratings = client.table("ratings")
    keys = ["customer_id", "factor"]
    if "department" in ratings:
        keys = [*keys, "department"]
    means = ratings.groupby(keys, dropna=False)["rating"].mean().groupby(level=["customer_id", "factor"]).mean()
    rated: pd.DataFrame = means.unstack("factor").add_prefix("rating_").reindex(customers)
    return rated


Collector = Callable[["ClientData", pd.Index], pd.DataFrame]
COLLECTORS: tuple[Collector, ...] = (_description, _tenure, _payments, _ratings)
