"""What work the cases of the demo client need: one row per time entry, before anybody has been found to do it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.extras.demo_client.truth import (
    ALL,
    DEMO,
    EARLIER_DAYS,
    EFFORT_CV,
    LONGEST_ENTRY_H,
    OWNER_CARRIES,
    STEPS,
    VISIT_SHARE,
    YEARS,
    Step,
    Truth,
)
from simkit.foundation.frames import select
from simkit.foundation.random_streams import stream

NO_CUSTOMER = -1


def work_entries(
    customers: pd.DataFrame,
    orders: pd.DataFrame,
    opportunities: pd.DataFrame,
    days: pd.DatetimeIndex,
    true: Truth = DEMO,
) -> pd.DataFrame:
    """Return the wanted time entries of all cases: case, customer, label, hours, wanted working day and doer."""
    cases = pd.concat(
        [
            _order_cases(orders, true),
            _opportunity_cases(opportunities, days),
            _care_cases(customers, len(days), true),
            _service_cases(customers, orders, len(days), true),
            _lead_cases(customers, len(days), true),
        ],
        ignore_index=True,
    )
    parts = [_expand(select(cases, kind=kind), kind, steps, true) for kind, steps in STEPS.items()]
    entries = _split(pd.concat(parts, ignore_index=True))
    return entries[(entries["day"] >= 0) & (entries["day"] < len(days))].reset_index(drop=True)


def lognormal(mean: np.ndarray | float, cv: float, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw lognormal values of a given mean and coefficient of variation."""
    sigma = np.sqrt(np.log1p(cv**2))
    return np.asarray(mean * rng.lognormal(-(sigma**2) / 2, sigma, size))


def _expand(cases: pd.DataFrame, kind: str, steps: tuple[Step, ...], true: Truth) -> pd.DataFrame:
    factor = true.effort_factors.get(kind, 1.0)
    parts = [
        _step_entries(cases, step, factor, stream(true.seed, -1, f"demo.work.{kind}.{position}")).assign(step=position)
        for position, step in enumerate(steps)
    ]
    return pd.concat(parts, ignore_index=True)


def _step_entries(cases: pd.DataFrame, step: Step, factor: float, rng: np.random.Generator) -> pd.DataFrame:
    """Return the entries of one step: how many, how long, and when within the case's duration."""
    expected = cases["group"].map(step.entries).to_numpy(dtype=float)
    count = np.floor(expected + rng.random(len(cases))).astype(int)
    rows = cases.loc[cases.index.repeat(count)]
    hours = lognormal(rows["group"].map(step.entry_h).to_numpy(dtype=float) * factor, EFFORT_CV, len(rows), rng)
    moment = rng.uniform(*step.window, len(rows))
    doer = rows["carrier"].to_numpy() if step.doer == "order" else step.doer
    return pd.DataFrame(
        {
            "case": rows["case"].to_numpy(),
            "case_id": rows["case_id"].to_numpy(),
            "kind": rows["kind"].to_numpy(),
            "group": rows["group"].to_numpy(),
            "customer": rows["customer"].to_numpy(),
            "label": step.label,
            "step": 0,
            "hours_h": np.maximum(np.round(hours, 1), 0.1),
            "day": np.floor(rows["day"].to_numpy() + moment * rows["span"].to_numpy()).astype(int),
            "doer": doer,
        }
    )


def _split(entries: pd.DataFrame) -> pd.DataFrame:
    """Spread long efforts evenly over entries on the following days."""
    pieces = np.ceil(entries["hours_h"].to_numpy() / LONGEST_ENTRY_H).astype(int)
    rows = entries.loc[entries.index.repeat(pieces)]
    number = rows.groupby(level=0).cumcount().to_numpy()
    hours = np.round(rows["hours_h"].to_numpy() / np.repeat(pieces, pieces), 1)
    return rows.assign(hours_h=hours, day=rows["day"].to_numpy() + number).reset_index(drop=True)


def _frame(kind: str, names: pd.Series | list[str], **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame({"kind": kind, "case_id": names, **columns})
    frame["case"] = [f"{kind}-{number}" for number in range(len(frame))]
    return frame


def _order_cases(orders: pd.DataFrame, true: Truth) -> pd.DataFrame:
    """Return this period's orders, and those of the weeks before whose work reaches into it."""
    rng = stream(true.seed, -1, "demo.carriers")
    earlier = orders[orders["day"] < EARLIER_DAYS]
    numbers = [f"A{400_000 - 3 * number:07d}" for number in range(len(earlier), 0, -1)]
    orders = pd.concat([earlier.assign(day=earlier["day"] - EARLIER_DAYS, order_id=numbers), orders], ignore_index=True)
    owner = rng.random(len(orders)) < orders["order_class"].map(OWNER_CARRIES).to_numpy()
    return _frame(
        "order",
        orders["order_id"],
        customer=orders["customer"],
        group=orders["order_class"],
        day=orders["day"],
        span=orders["span"],
        carrier=np.where(owner, "owner", "desk"),
    )


def _opportunity_cases(opportunities: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Place opportunities on working days; the work of those opened earlier that lies before the period is not seen."""
    length = opportunities["cycle"] * len(days) / ((days[-1] - days[0]).days + 1)
    first = (opportunities["opened_on"] - days[0]).dt.days * len(days) / ((days[-1] - days[0]).days + 1)
    span = np.where(opportunities["stage"] == "open", length * 1.6, length)
    return _frame(
        "opportunity",
        opportunities["opportunity_id"],
        customer=opportunities["customer"],
        group=opportunities["order_class"],
        day=np.floor(first),
        span=span,
    )


def _care_cases(customers: pd.DataFrame, days: int, true: Truth) -> pd.DataFrame:
    """Return planned contacts; how often differs between customers by habit, not by margin."""
    rng = stream(true.seed, -1, "demo.care")
    known = customers[~customers["dormant"]]
    mean = known["segment"].map(true.care_contacts_per_year).to_numpy() * known["care_factor"].to_numpy() * YEARS
    rows = known.loc[known.index.repeat(rng.poisson(mean))]
    visit = rng.random(len(rows)) < rows["segment"].map(VISIT_SHARE).to_numpy()
    frame = _frame(
        "care",
        [""] * len(rows),
        customer=rows.index.to_numpy(),
        group=rows["segment"].to_numpy(),
        day=rng.integers(0, days, len(rows)),
        span=0,
    )
    return frame.assign(kind=np.where(visit, "visit", "call"))


def _service_cases(customers: pd.DataFrame, orders: pd.DataFrame, days: int, true: Truth) -> pd.DataFrame:
    """Return requests and complaints; customers with many orders ask more, and some ask far more than others."""
    rng = stream(true.seed, -1, "demo.service")
    placed = np.bincount(orders["customer"], minlength=len(customers))
    weight = placed**0.7 * rng.lognormal(0.0, 0.6, len(customers))
    weight = weight / weight.sum()
    requests, complaints = rng.poisson(true.requests_per_year * YEARS), rng.poisson(true.complaints_per_year * YEARS)
    asked = _anonymous("request", rng.choice(len(customers), size=requests, p=weight), days, 2, rng)
    complained = _anonymous("complaint", rng.choice(len(customers), size=complaints, p=weight), days, 10, rng)
    return pd.concat([asked, complained], ignore_index=True)


def _lead_cases(customers: pd.DataFrame, days: int, true: Truth) -> pd.DataFrame:
    """Return leads; they concern firms that are no customers yet, so the owner is drawn among all accounts."""
    rng = stream(true.seed, -1, "demo.leads")
    near = rng.integers(0, len(customers), rng.poisson(true.leads_per_year * YEARS))
    return _anonymous("lead", near, days, 15, rng)


def _anonymous(kind: str, customer: np.ndarray, days: int, span: int, rng: np.random.Generator) -> pd.DataFrame:
    day = rng.integers(0, days, len(customer))
    return _frame(kind, [""] * len(customer), customer=customer, group=ALL, day=day, span=span)
