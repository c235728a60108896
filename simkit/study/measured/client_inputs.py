"""The client as the model sees it: customers with segment and order rate, posts with age and cost, the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.kept import kept_with_first
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.model_parameters import SEGMENTS, load_defaults
from simkit.study.currency_costs import lacking_in_currency
from simkit.study.measured.demand_level import TodaysCustomers, customers_today, level
from simkit.study.thresholds import threshold
from simkit.value.credit_notes import netted
from simkit.value.customer_figures import period_years
from simkit.value.rewritten_invoices import without_rewritten

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue


CHURN = "reaction.churn_per_year"
SLOWEST, GRID, STEPS = 0.05, 120, 300
"""Slowest true rate that a customer with an order may have, a year, and how finely the distribution of rates is found."""


def what_is_missing(client: ClientData) -> Missing | None:
    """Return why the organisation cannot be simulated; None when orders and people are known."""
    no_orders = not client.has("orders") or client.table("orders").empty
    no_staff = staff(client).empty
    if not (no_orders or no_staff):
        return _too_few(client) or lacking_in_currency(client)
    what = _BOTH if no_orders and no_staff else _ORDERS if no_orders else _STAFF
    remedy = [*([_ORDERS_REMEDY] if no_orders else []), *([_STAFF_REMEDY] if no_staff else [])]
    return Missing(reason=_NOT_SIMULATED.fill(what=what), remedy=tuple(remedy))


_NOT_SIMULATED = Text(
    de="Die Organisation wird nicht simuliert: Ohne {what} beruhte sie allein auf Annahmen.",
    en="The organisation is not simulated: without {what} it would rest on assumptions alone.",
)
_BOTH = Text(de="Aufträge und Personal", en="orders and staff")
_ORDERS = Text(de="Aufträge", en="orders")
_STAFF = Text(de="eine Personalliste", en="a list of staff")
_ORDERS_REMEDY = Text(de="Aufträge mit Kunde, Datum und Wert (orders)", en="orders with customer, date and value")
_STAFF_REMEDY = Text(de="Personal mit Stellenanteil (employees)", en="staff with their share of a post (employees)")


def _too_few(client: ClientData) -> Missing | None:
    """Return that a staff under the minimum group is not simulated: hours and cost of so few would be shown."""
    people, minimum = len(staff(client)), client.config.privacy.minimum_group
    if people >= minimum:
        return None
    return Missing(
        reason=Text(
            de="Die Organisation wird nicht gezeigt: Sie hat {people} Personen, gezeigt wird erst ab {minimum}.",
            en="The organisation is not shown: it has {people} people, nothing is shown for fewer than {minimum}.",
        ).fill(people=people, minimum=minimum),
    )


def staff(client: ClientData) -> pd.DataFrame:
    """Return the people on board at the end of the period, one row each; empty when no list of staff was delivered."""
    if not client.has("employees"):
        return pd.DataFrame()
    people = client.table("employees")
    last = pd.Timestamp(client.last)
    here = pd.Series(True, index=people.index)
    if "left_on" in people:
        here &= people["left_on"].isna() | (people["left_on"] > last)
    if "entry_on" in people:
        here &= people["entry_on"].isna() | (people["entry_on"] <= last)
    return people[here]


def client_inputs(client: ClientData, value: CustomerValue) -> ModelInputs:
    """Return the client as the model sees it.

    Parameters
    ----------
    client : ClientData
        With orders and employees (:func:`what_is_missing` is None).

    Returns
    -------
    ModelInputs
        Today's customers (:func:`~simkit.study.measured.demand_level.customers_today`), with their orders per year from
        other than won opportunities, which together are today's level of all orders; the posts on board at its end.
        Customers without an order play no part.
    """
    orders = period_orders(client)
    now = level(orders["ordered_on"], client).factor
    today = customers_today(orders, client, stated_churn(client))
    customers = _customers(orders, value, period_years(client), now, today)
    return ModelInputs(
        customers=customers,
        slots=posts(client),
        currency=client.config.currency,
        calendar_ratio=float(client.calendar.working_days_per_year) / DAYS_PER_YEAR,
    )


def stated_churn(client: ClientData) -> float:
    """Return the share of customers lost a year that client.yaml states, else the default."""
    return float(client.config.assumptions.get(CHURN, load_defaults().value(CHURN)))


def period_orders(client: ClientData) -> pd.DataFrame:
    """Return the orders of the period with a customer and a value, with `order_class` always there (NA if unknown).

    An invoice that was cancelled and written anew is one order (`simkit.value.rewritten_invoices`), any other credit note is
    none, but less of the order before it (`simkit.value.credit_notes`). Both are looked for once for each client: two dozen
    places ask for its orders.
    """
    return _period_orders(client, client.table("orders")).copy(deep=False)  # a later change changes no other copy


@kept_with_first
def _period_orders(client: ClientData, orders: pd.DataFrame) -> pd.DataFrame:
    inside = orders["ordered_on"].between(pd.Timestamp(client.first), pd.Timestamp(client.last))
    complete = orders["customer_id"].notna() & orders["value_amount"].notna()
    written = orders[inside & complete].rename(columns={"ordered_on": "sold_on"})
    chosen = netted(without_rewritten(written)[0]).rename(columns={"sold_on": "ordered_on"})
    if "order_class" not in chosen:
        chosen = chosen.assign(order_class=pd.Series(pd.NA, index=chosen.index, dtype="object"))
    return chosen.reset_index(drop=True)


def _customers(
    orders: pd.DataFrame, value: CustomerValue, years: float, now: float, today: TodaysCustomers
) -> pd.DataFrame:
    """One row per customer of today: segment, orders per year, value factor.

    Their orders and the value of the mean order are those of all customers: who has left has been replaced. `now` is today's
    level of orders.
    """
    typical = typical_value(orders)
    grouped = pd.DataFrame({"customer_id": orders["customer_id"], "value": orders["value_amount"], "typical": typical})
    table = grouped.groupby("customer_id", sort=True).agg(value=("value", "sum"), typical=("typical", "sum"))
    count = grouped.groupby("customer_id", sort=True).size()
    segment = simulated_segment(value.customers.set_index("customer_id")["segment"])
    factor = _shrunk_factor(table["value"] / table["typical"], count, within_variance(grouped))
    here, relative = count[today.names].to_numpy(dtype=float), factor[today.names].to_numpy(dtype=float)
    rate = np.asarray(here * float(count.sum() / here.sum()) / years, dtype=np.float64)
    if today.active is not None:
        rate = active_rates(rate, years, today.active)
    typical_here = table["typical"][today.names].to_numpy(dtype=float)
    balance = float(typical_here.sum() / (relative * typical_here).sum()) * float(
        table["value"].sum() / table["typical"].sum()
    )
    return pd.DataFrame(
        {
            "segment": segment.reindex(today.names).fillna("C").to_numpy(),
            "order_rate_per_year": rate * _repeat_share(orders) * now,
            "value_factor": relative * balance,
        }
    )


def active_rates(rate: Floats, years: float, active: float) -> Floats:
    """Draw order rates together until as many customers order in a year as were counted; their sum stays.

    Parameters
    ----------
    rate : array
        Orders a year of each customer, counted over so many years.
    active : float
        Customers with an order in a year.

    Notes
    -----
    Who ordered once in two years may have a rate of one: counted rates spread more than true ones, so that too many of them are
    small and Σ (1 − e^(−rate)) comes out below the count. They are mixed, as far as the count asks, with what is expected
    given the counted number, under the distribution of true rates that EM finds (Laird 1978, J. Am. Stat. Assoc. 73).
    *Example:* 327 customers, of whom 304 order in a year; the counted rates alone say 289.
    """
    from scipy.optimize import brentq
    from scipy.stats import poisson

    grid = np.geomspace(SLOWEST, float(rate.max()) + 1.0, GRID)
    number, of, times = np.unique(np.round(rate * years), return_inverse=True, return_counts=True)
    chance = np.asarray(poisson.pmf(number[:, None], grid * years), dtype=float)
    weight, share = np.full(GRID, 1 / GRID), times / times.sum()
    for _ in range(STEPS):
        given = chance * weight
        weight = share @ (given / given.sum(axis=1, keepdims=True))
    given = chance * weight
    expected = (given @ grid / given.sum(axis=1))[of]
    expected *= rate.sum() / expected.sum()

    def mixed(share: float) -> Floats:
        drawn: Floats = (1 - share) * rate + share * expected
        return drawn

    def missing(share: float) -> float:
        return active - float(-np.expm1(-mixed(share)).sum())

    if missing(0.0) <= 0:
        return rate
    return expected if missing(1.0) >= 0 else mixed(float(brentq(missing, 0.0, 1.0)))


def simulated_segment(segment: pd.Series) -> pd.Series:
    """Return the segment as the model has it, which knows three: a fourth class is served like the third."""
    return segment.astype(str).where(segment.isin(SEGMENTS), SEGMENTS[-1])


def typical_value(orders: pd.DataFrame) -> pd.Series:
    """Mean value of an order of its class; of all orders where the class is unknown."""
    by_class = orders.groupby("order_class")["value_amount"].mean()
    return orders["order_class"].map(by_class).astype(float).fillna(float(orders["value_amount"].mean()))


def within_variance(grouped: pd.DataFrame) -> float:
    """Variance of an order's value/typical value around its customer's mean, pooled over customers."""
    ratio = grouped["value"] / grouped["typical"]
    spread = ratio - ratio.groupby(grouped["customer_id"]).transform("mean")
    freedom = len(ratio) - grouped["customer_id"].nunique()
    return float((spread**2).sum() / freedom) if freedom > 0 else 0.0


def _shrunk_factor(factor: pd.Series, count: pd.Series, within: float) -> pd.Series:
    """Draw the factors of customers with few orders towards 1: credibility n/(n + within/between) (Bühlmann 1967)."""
    between = max(float(factor.var(ddof=1)) - within * float((1 / count).mean()), 0.0) if len(factor) > 1 else 0.0
    if within == 0:
        return factor
    trust = count * between / (count * between + within)
    return (1 + trust * (factor - 1)).clip(lower=0.01)


def _repeat_share(orders: pd.DataFrame) -> float:
    """Share of orders that no opportunity brought; the model's won opportunities bring the others."""
    return float(orders["opportunity_id"].isna().mean()) if "opportunity_id" in orders else 1.0


def posts(client: ClientData) -> pd.DataFrame:
    """Return one row per post on board at the end, as :class:`ModelInputs` holds them.

    Every post costs the mean cost of a full-time post of the whole staff: with each person's own cost, the staff cost
    of two simulated years that differ by one leaver would give that person's salary by subtraction. The total cost
    stays what it is.
    """
    people = staff(client)
    last = pd.Timestamp(client.last)
    missing = pd.Series(np.nan, index=people.index)
    fte = people["fte"].fillna(1.0).clip(0.05, 1.0) if "fte" in people else missing.fillna(1.0)
    age = last.year - people["birth_year"].astype(float) if "birth_year" in people else missing
    if "birth_date" in people:
        age = ((last - people["birth_date"]).dt.days / DAYS_PER_YEAR).fillna(age)
    retires = (people["retires_on"] - last).dt.days / DAYS_PER_YEAR if "retires_on" in people else missing
    assumed = fte * threshold("assumption.cost_per_fte_amount") * client.config.euro_rate
    cost = people["cost_amount"].astype(float).fillna(assumed) if "cost_amount" in people else assumed
    cost = fte * (cost.sum() / fte.sum())
    return pd.DataFrame(
        {"fte": fte, "age_years": age, "retires_in_years": retires.clip(lower=0.0), "cost_amount": cost}, dtype=float
    ).reset_index(drop=True)
