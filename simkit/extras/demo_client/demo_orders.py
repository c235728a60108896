"""Orders and opportunities of the demo client over the period; when an order is delivered, its work decides later."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.extras.demo_client.truth import (
    CLASS_MARGINS,
    CLASS_VALUE_FACTORS,
    CLASSES,
    DEMO,
    FIRST,
    LAST,
    PLANNED_DAYS,
    STALLED_CHANCE,
    STALLED_DAYS,
    Truth,
)
from simkit.foundation.random_streams import stream

_SOURCES = ("Bestandskunde", "Messe", "Website", "Empfehlung", "Kaltakquise")
_SOURCE_WEIGHTS = (0.52, 0.16, 0.14, 0.12, 0.06)
_PRODUCTS = {
    "standard": ("Ersatzteilpaket", "Verschleißteile"),
    "configured": ("Baureihe MX", "Baureihe LX"),
    "bespoke": ("Sonderanlage", "Retrofit"),
}


def orders(customers: pd.DataFrame, days: pd.DatetimeIndex, true: Truth = DEMO) -> pd.DataFrame:
    """Return all orders by date, not yet delivered.

    `day` and `span` are the working-day number of the order and the days that its way through the house is planned to take;
    `payment_days` is by how much its payment comes later than that customer's usual delay.
    """
    rng = stream(true.seed, -1, "demo.orders")
    frame = pd.DataFrame({"customer": _buyers(customers, true.orders, rng)})
    frame["order_class"] = rng.choice(CLASSES, size=len(frame), p=[true.class_shares[name] for name in CLASSES])
    frame["day"] = _order_days(frame["customer"].to_numpy(), customers, days, rng)
    frame["span"] = _spans(frame["order_class"], rng)
    frame["value_amount"] = _values(frame, customers, rng)
    frame["cost_amount"] = _costs(frame, customers, rng)
    frame = frame.sort_values(["day", "customer"], kind="stable", ignore_index=True)
    frame.insert(0, "order_id", [f"A{400_000 + 3 * number:07d}" for number in range(len(frame))])
    return frame.assign(ordered_on=days[frame["day"]], payment_days=rng.normal(0, 3, len(frame)))


def _buyers(customers: pd.DataFrame, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return the customer of each order; numbers go with the square root of sales, every buyer has at least one."""
    sales = customers["sales_amount"].to_numpy()
    weight = np.sqrt(sales) * rng.lognormal(0.0, 0.35, len(sales))
    buying = np.flatnonzero(sales > 0)
    extra = rng.choice(len(sales), size=count - len(buying), p=weight / weight.sum())
    return np.concatenate([buying, extra])


def _order_days(
    customer: np.ndarray, customers: pd.DataFrame, days: pd.DatetimeIndex, rng: np.random.Generator
) -> np.ndarray:
    """Return the working day of each order: rather regular per customer, denser at the end where the customer grows."""
    first = np.searchsorted(days, customers["customer_since"].to_numpy())
    last = np.where(rng.random(len(customers)) < 0.10, rng.uniform(0.35, 0.95, len(customers)), 1.0) * (len(days) - 1)
    last = np.maximum(last, first + 60)
    result = np.empty(len(customer), dtype=int)
    for number in np.unique(customer):
        places = np.flatnonzero(customer == number)
        moment = (rng.permutation(len(places)) + rng.random(len(places))) / len(places)
        growth = 1 / (1 + max(float(customers["growth"].iloc[number]), -0.4))
        result[places] = first[number] + (last[number] - first[number]) * moment**growth
    return np.minimum(result, len(days) - 1)


def _spans(order_class: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Return the working days that the way of each order through the house is planned to take; some of them stall."""
    size = len(order_class)
    low, high = (order_class.map({name: ends[end] for name, ends in PLANNED_DAYS.items()}).to_numpy() for end in (0, 1))
    planned = rng.integers(low, high + 1)
    stalled = rng.random(size) < order_class.map(STALLED_CHANCE).to_numpy()
    delay = 1 + rng.exponential(order_class.map(STALLED_DAYS).to_numpy())
    early = rng.binomial(2, 0.3, size)
    span: np.ndarray = np.maximum(np.where(stalled, planned + delay, planned - early), 1).astype(int)
    return span


def _values(frame: pd.DataFrame, customers: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return values that add up to each customer's sales, bespoke orders heavier, in euros and cents."""
    weight = frame["order_class"].map(CLASS_VALUE_FACTORS).to_numpy() * rng.lognormal(0.0, 0.55, len(frame))
    total = np.bincount(frame["customer"], weights=weight, minlength=len(customers))
    sales = customers["sales_amount"].to_numpy()
    scale = np.divide(sales, total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(np.maximum(np.round(weight * scale[frame["customer"]], 2), 45.0))


def _costs(frame: pd.DataFrame, customers: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    effect = customers["margin_effect"].to_numpy()[frame["customer"]]
    margin = frame["order_class"].map(CLASS_MARGINS).to_numpy() + effect + rng.normal(0.0, 0.05, len(frame))
    return np.asarray(np.round(frame["value_amount"].to_numpy() * (1 - margin), 2))


def opportunities(orders: pd.DataFrame, customers: pd.DataFrame, true: Truth = DEMO) -> pd.DataFrame:
    """Return all opportunities; each won one stands behind an order of the same customer, class and value."""
    rng = stream(true.seed, -1, "demo.opportunities")
    frame = pd.concat([_won(orders, true, rng), _others(orders, customers, true, rng)], ignore_index=True)
    frame["opened_on"] = frame["closed_on"] - pd.to_timedelta(frame["cycle"], unit="D")
    frame.loc[frame["stage"] == "open", "closed_on"] = pd.NaT
    frame["source"] = rng.choice(_SOURCES, size=len(frame), p=_SOURCE_WEIGHTS)
    chosen = rng.integers(0, 2, len(frame))
    frame["product"] = [_PRODUCTS[name][place] for name, place in zip(frame["order_class"], chosen, strict=True)]
    frame["owner"] = customers["owner"].to_numpy()[frame["customer"]]
    frame = frame.sort_values(["opened_on", "customer"], kind="stable", ignore_index=True)
    frame.insert(0, "opportunity_id", [f"AN-{number:05d}" for number in range(1, len(frame) + 1)])
    return frame


def _won(orders: pd.DataFrame, true: Truth, rng: np.random.Generator) -> pd.DataFrame:
    weight = orders["order_class"].map({"standard": 0.1, "configured": 1.0, "bespoke": 2.0}).to_numpy()
    chosen = rng.choice(len(orders), size=true.opportunities["won"], replace=False, p=weight / weight.sum())
    rows = orders.iloc[np.sort(chosen)]
    before = pd.to_timedelta(rng.integers(0, 6, len(rows)), unit="D")
    offered = np.round(rows["value_amount"].to_numpy() * np.exp(rng.normal(0.02, 0.04, len(rows))), 2)
    return pd.DataFrame(
        {
            "order_id": rows["order_id"].to_numpy(),
            "customer": rows["customer"].to_numpy(),
            "order_class": rows["order_class"].to_numpy(),
            "stage": "won",
            "value_amount": offered,
            "closed_on": np.maximum(rows["ordered_on"].to_numpy() - before.to_numpy(), np.datetime64(FIRST)),
            "cycle": _cycles(true.cycle_days["won"], len(rows), rng),
        }
    )


def _others(orders: pd.DataFrame, customers: pd.DataFrame, true: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Return the lost, undecided and open ones; their sizes are those of orders of the same kind, somewhat larger."""
    stages = np.repeat(
        ["lost", "no_decision", "open"], [true.opportunities[s] for s in ("lost", "no_decision", "open")]
    )
    like = orders.iloc[rng.choice(np.flatnonzero(orders["order_class"] != "standard"), size=len(stages))]
    cycle = np.concatenate(
        [_cycles(true.cycle_days[s], int((stages == s).sum()), rng) for s in ("lost", "no_decision", "open")]
    )
    period = (pd.Timestamp(LAST) - pd.Timestamp(FIRST)).days
    ends = np.where(stages == "open", period, rng.integers(0, period, len(stages)))
    cold = np.flatnonzero(customers["dormant"])
    customer = like["customer"].to_numpy().copy()
    swapped = rng.random(len(stages)) < 0.08
    customer[swapped] = rng.choice(cold, size=int(swapped.sum()))
    return pd.DataFrame(
        {
            "order_id": "",
            "customer": customer,
            "order_class": like["order_class"].to_numpy(),
            "stage": stages,
            "value_amount": np.round(like["value_amount"].to_numpy() * rng.lognormal(0.1, 0.35, len(stages)), 2),
            "closed_on": pd.Timestamp(FIRST) + pd.to_timedelta(ends, unit="D"),
            "cycle": cycle,
        }
    )


def _cycles(mean_days: float, size: int, rng: np.random.Generator) -> np.ndarray:
    return np.maximum(np.round(mean_days * rng.lognormal(-0.18, 0.6, size)), 4).astype(int)
