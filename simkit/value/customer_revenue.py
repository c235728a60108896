"""Revenue, cost, growth and regularity of each customer, from orders or, lacking them, from won opportunities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from simkit.foundation.errors import DataError
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.findings import Assumption
from simkit.value.rewritten_invoices import (
    CANCELLED_WITHIN_DAYS,
    REWRITTEN_BEFORE_DAYS,
    REWRITTEN_WITHIN_DAYS,
    without_rewritten,
)

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

MissingCost = Literal["mean_rate", "zero"]
GROWTH_ORDERS = 4.0
"""Number of orders at which a customer's own growth and the growth of all customers weigh the same."""
GROWTH_DAYS = 360
"""Shortest span of sales, in days, from which growth is read; a shorter one would show the season."""


@dataclass(frozen=True, kw_only=True)
class Turnover:
    """Sales by customer."""

    customers: pd.DataFrame
    """Index ``customer_id``; ``revenue_amount`` (less credit notes; missing where none of the customer's sales states a
    value), ``orders`` (all sales; credit notes are none), and where known ``contribution_amount, growth_index`` (missing
    where a sale states no value), ``regularity_share``."""
    source: Literal["orders", "opportunities"]
    assumptions: tuple[Assumption, ...]


def turnover_of(client: ClientData, missing_cost: MissingCost) -> Turnover:
    """Return the sales of each customer in the client's period.

    Raises
    ------
    DataError
        When there are neither orders nor opportunities that name customers.
    """
    sales, source, corrected = _sales(client)
    unvalued = _unvalued(client)
    sales, assumptions = _with_cost(sales, missing_cost)
    assumptions = (*assumptions, *corrected)
    by_customer, rows = sales.groupby("customer_id"), pd.concat([sales, unvalued])
    table = pd.DataFrame(
        {
            "revenue_amount": by_customer["value_amount"].sum(),
            "orders": (~(rows["value_amount"] < 0)).groupby(rows["customer_id"]).sum().astype(float),
        }
    )
    if "cost_amount" in sales:
        table["contribution_amount"] = table["revenue_amount"] - by_customer["cost_amount"].sum()
    throughout = sales[~sales["customer_id"].isin(unvalued["customer_id"])]
    judged = rows[rows["customer_id"].isin(sales["customer_id"])]  # nobody is compared with whom nothing is known of
    table = table.join(_growth(throughout)).join(_regularity(judged))
    table = _with_cancelled(client, table)
    table.index = table.index.astype(str).rename("customer_id")
    if len(unvalued):
        assumptions = (*assumptions, _without_value(unvalued, int(table["revenue_amount"].isna().sum())))
    return Turnover(customers=table, source=source, assumptions=assumptions)


def _with_cancelled(client: ClientData, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the customers all of whose invoices were cancelled: they have bought nothing."""
    named = pd.Index(_recorded(client)["customer_id"].unique())
    money = {name: 0.0 for name in ("revenue_amount", "orders", "contribution_amount") if name in table}
    nothing = pd.DataFrame(money, index=named.difference(table.index))
    return pd.concat([table, nothing]).sort_index() if len(nothing) else table


def _unvalued(client: ClientData) -> pd.DataFrame:
    """Return the sales of the period that state no value."""
    inside = _recorded(client)
    return inside[inside["value_amount"].isna()]


def _recorded(client: ClientData) -> pd.DataFrame:
    """Return the sales of the period as they are recorded, cancelled ones and those of unknown value among them."""
    return _in_period(client, _sales_table(client)[2])


def purchases_of(client: ClientData) -> pd.DataFrame:
    """Return the sales with those of unknown value, which tell of the customer's pace all the same.

    Returns
    -------
    pandas.DataFrame
        As in `sales_of`; ``value_amount`` is missing where it is not known.
    """
    sales, _ = sales_of(client)
    return pd.concat([sales, _unvalued(client)], ignore_index=True)


def _without_value(without: pd.DataFrame, unknown: int) -> Assumption:
    return Assumption(
        topic=Text(de="Verkäufe ohne Wert", en="Sales without a value"),
        value=Text(
            de="{n} Verkäufe von {k} Kunden gehen in keine Summe ein; bei {unknown} davon hat kein Verkauf einen Wert: Umsatz, "
            "Deckungsbeitrag und Klasse sind nicht bekannt",
            en="{n} sales of {k} customers enter no sum; for {unknown} of these no sale has a value: revenue, contribution and "
            "class are not known",
        ).fill(n=len(without), k=without["customer_id"].nunique(), unknown=unknown),
        reason=Text(
            de="sie nennen keinen Wert (value_amount), zählen aber als Käufe; bei den übrigen ist der Umsatz eher zu niedrig und "
            "sein Wachstum nicht bekannt",
            en="they state no value (value_amount) but count as purchases; for the others revenue is rather too low, and its "
            "growth is not known",
        ),
    )


def sales_of(client: ClientData) -> tuple[pd.DataFrame, Literal["orders", "opportunities"]]:
    """Return one row per sale (``customer_id, sold_on, value_amount``, known ``cost_amount``) and the source table.

    An invoice that was cancelled is none, and one that was written anew is one (`simkit.value.rewritten_invoices`).
    """
    sales, source, _ = _sales(client)
    return sales, source


def _sales(client: ClientData) -> tuple[pd.DataFrame, Literal["orders", "opportunities"], tuple[Assumption, ...]]:
    """Return the sales with a known value, their source, and what was taken for corrected invoices."""
    source, may_be_rewritten, rows = _sales_table(client)
    inside = _in_period(client, rows)
    valued = inside[inside["value_amount"].notna()]
    if "cost_amount" in valued and valued["cost_amount"].isna().all():
        valued = valued.drop(columns="cost_amount")
    sales, rewritten, cancelled = without_rewritten(valued) if may_be_rewritten else (valued, 0, 0)
    corrected = ((rewritten, _rewritten), (cancelled, _cancelled))
    return sales, source, tuple(told(number) for number, told in corrected if number)


def _sales_table(client: ClientData) -> tuple[Literal["orders", "opportunities"], bool, pd.DataFrame]:
    """Return the table that holds the sales, its name, and whether its invoices may have been written anew."""
    if client.has("orders"):
        return "orders", True, client.table("orders").rename(columns={"ordered_on": "sold_on"})
    if client.has("opportunities") and {"customer_id", "value_amount"} <= set(client.table("opportunities").columns):
        deals = client.table("opportunities")
        won = select(deals, stage="won").rename(columns={"closed_on": "sold_on"})
        won = won if "sold_on" in won else won.assign(sold_on=pd.Series(pd.NaT, index=won.index))
        return "opportunities", False, won
    raise DataError(
        Text(de="weder Aufträge noch Verkaufschancen mit Kunden", en="neither orders nor opportunities with customers"),
        "client.yaml: tables",
        Text(
            de="orders oder opportunities mit customer_id liefern", en="Give orders or opportunities with customer_id"
        ),
    )


def what_sales_lack(client: ClientData) -> Missing | None:
    """Return why no customer's value can be told; None where some customer has bought something at a known value."""
    if not client.has("orders"):
        deals = client.table("opportunities") if client.has("opportunities") else pd.DataFrame()
        if "customer_id" not in deals:
            return Missing(reason=NO_SALES)
        won = select(deals, stage="won")
        if won.empty:
            return Missing(reason=NOTHING_WON)
        if "value_amount" not in won or not (won["value_amount"] > 0).any():
            return Missing(reason=NO_VALUE, remedy=(NO_VALUE_REMEDY,))
    sales, _ = sales_of(client)
    sums = sales.groupby("customer_id")["value_amount"].sum()
    return None if (sums > 0).any() else Missing(reason=NOTHING_SOLD, remedy=(NOTHING_SOLD_REMEDY,))


NO_SALES = Text(
    de="Es liegen keine Aufträge oder Angebote mit Kundenbezug vor; dieses Kapitel bestünde nur aus Annahmen.",
    en="There are no orders or opportunities that name customers; this chapter would consist of assumptions alone.",
)
NOTHING_WON = Text(
    de="Es liegen keine Aufträge vor, und noch ist keine Verkaufschance gewonnen; was Kunden bringen, ist nicht bekannt.",
    en="There are no orders, and no deal is won yet; what customers bring is not known.",
)
NO_VALUE = Text(
    de="Es liegen keine Aufträge vor, und die gewonnenen Verkaufschancen nennen keinen Wert (value_amount).",
    en="There are no orders, and the deals won state no value (value_amount).",
)
NO_VALUE_REMEDY = Text(
    de="den Wert der Verkaufschancen (value_amount) oder Aufträge (orders)",
    en="the value of the opportunities (value_amount), or orders",
)
NOTHING_SOLD = Text(de="Kein Umsatz mit einem genannten Kunden", en="No revenue with a named customer")
NOTHING_SOLD_REMEDY = Text(
    de="Die Kundennummer in orders oder opportunities zuordnen", en="Map the customer number in orders or opportunities"
)


def _rewritten(number: int) -> Assumption:
    return Assumption(
        topic=Text(de="Stornierte und neu geschriebene Rechnungen", en="Invoices cancelled and written anew"),
        value=Text(
            de="{n} zählen als je ein Verkauf am Tag der ersten Rechnung",
            en="{n} count as one sale each, on the day of the first invoice",
        ).fill(n=number),
        reason=Text(
            de="Gutschrift über denselben Betrag binnen {cancelled} Tagen, neue Rechnung binnen {rewritten} Tagen danach oder in "
            "den {before} Tagen davor",
            en="a credit note of the same amount within {cancelled} days, a new invoice within {rewritten} days after it or in "
            "the {before} days before",
        ).fill(cancelled=CANCELLED_WITHIN_DAYS, rewritten=REWRITTEN_WITHIN_DAYS, before=REWRITTEN_BEFORE_DAYS),
    )


def _cancelled(number: int) -> Assumption:
    return Assumption(
        topic=Text(de="Stornierte Rechnungen", en="Cancelled invoices"),
        value=Text(de="{n} zählen nicht als Verkauf", en="{n} do not count as sales").fill(n=number),
        reason=Text(
            de="Gutschrift über denselben Betrag binnen {days} Tagen, und keine neue Rechnung",
            en="a credit note of the same amount within {days} days, and no new invoice",
        ).fill(days=CANCELLED_WITHIN_DAYS),
    )


def lacks_cost(client: ClientData) -> bool:
    """Say whether some sales have a cost and others lack it."""
    sales, _ = sales_of(client)
    return "cost_amount" in sales and bool(sales["cost_amount"].isna().any())


def all_customers(client: ClientData, sold: pd.Index) -> pd.Index:
    """Return all customers of the list of customers and of the sales, in the order of their ids."""
    known = list(client.table("customers")["customer_id"].dropna()) if client.has("customers") else []
    return pd.Index(sorted({*map(str, known), *map(str, sold)}), name="customer_id")


def _in_period(client: ClientData, sales: pd.DataFrame) -> pd.DataFrame:
    """Return the sales of the period that name a customer; a sale without a date counts, because it was sold."""
    day = sales["sold_on"]
    inside = day.isna() | ((day >= pd.Timestamp(client.first)) & (day <= pd.Timestamp(client.last)))
    columns = [name for name in ("customer_id", "sold_on", "value_amount", "cost_amount") if name in sales]
    kept: pd.DataFrame = sales.loc[inside & sales["customer_id"].notna(), columns]
    return kept


def _with_cost(sales: pd.DataFrame, missing_cost: MissingCost) -> tuple[pd.DataFrame, tuple[Assumption, ...]]:
    """Return the sales with every cost filled, and what was assumed for it."""
    if "cost_amount" not in sales or not sales["cost_amount"].isna().any():
        return sales, ()
    missing = sales["cost_amount"].isna()
    known = sales[~missing]
    rate = float(known["cost_amount"].sum() / known["value_amount"].sum()) if missing_cost == "mean_rate" else 0.0
    filled = sales.assign(cost_amount=sales["cost_amount"].fillna(sales["value_amount"] * rate))
    assumption = Assumption(
        topic=Text(de="Kosten der Aufträge", en="Cost of orders"),
        value=Text(
            de="{percent} % des Auftragswerts bei {count} Aufträgen",
            en="{percent}% of the order value for {count} orders",
        ).fill(percent=round(rate * 100), count=int(missing.sum())),
        reason=Text(de="diese Aufträge nennen keine Kosten", en="these orders state no cost"),
    )
    return filled, (assumption,)


def _growth(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the growth index of each customer.

    Notes
    -----
    ``own = (second − first) / (second + first)`` with the revenue of the two halves of the span, in −1..1; shrunk
    towards that of all customers: ``all + n / (n + 4) × (own − all)`` with n orders, because two orders say little.
    """
    day = sales["sold_on"].dropna()
    if day.empty or (day.max() - day.min()).days < GROWTH_DAYS:
        return pd.DataFrame(index=pd.Index([], name="customer_id"))
    dated = sales[sales["sold_on"].notna() & (sales["value_amount"] > 0)]
    later = dated["sold_on"] > day.min() + (day.max() - day.min()) / 2
    total = dated.groupby("customer_id")["value_amount"].agg(["sum", "size"])
    second = dated["value_amount"].where(later, 0.0).groupby(dated["customer_id"]).sum()
    own = (2 * second - total["sum"]) / total["sum"]
    everybody = float((2 * second.sum() - total["sum"].sum()) / total["sum"].sum())
    weight = total["size"] / (total["size"] + GROWTH_ORDERS)
    return pd.DataFrame({"growth_index": everybody + weight * (own - everybody)})


def _regularity(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the share of the quarters of the span in which the customer bought something; a credit note is no purchase."""
    day = sales["sold_on"].dropna()
    if day.empty or (day.max() - day.min()).days < GROWTH_DAYS:
        return pd.DataFrame(index=pd.Index([], name="customer_id"))
    dated = sales[sales["sold_on"].notna()]
    quarter = np.floor((dated["sold_on"] - day.min()).dt.days / 91.3125)
    bought = quarter.mask(dated["value_amount"] < 0).groupby(dated["customer_id"]).nunique()
    return pd.DataFrame({"regularity_share": (bought / (quarter.max() + 1)).clip(upper=1.0)})
