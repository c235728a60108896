"""A small client with known answers, as the intake hands it over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pandas as pd

from simkit.intake.working_calendar import WorkingCalendar

ORDERS = 300
CLASSES = ("standard", "configured", "bespoke")


@dataclass(frozen=True, kw_only=True)
class MadeClient:
    tables: dict[str, pd.DataFrame]
    config: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            currency="EUR",
            euro_rate=1.0,
            country="DE",
            contract_hours_per_week=35.0,
            assumptions={},
            privacy=SimpleNamespace(minimum_group=5),
            response=SimpleNamespace(from_history=False),
        )
    )
    first: dt.date = dt.date(2023, 1, 1)
    last: dt.date = dt.date(2024, 12, 31)
    folder: None = None
    calendar: WorkingCalendar = field(default_factory=lambda: WorkingCalendar(country="DE", state="BW"))

    def has(self, name: str) -> bool:
        return name in self.tables

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def orders() -> pd.DataFrame:
    """300 orders of 30 customers: classes in turn, worth 1000/2000/4000, cost 60/70/80 %, promised in 10 days."""
    number = np.arange(ORDERS)
    kind = number % 3
    value = np.array([1000.0, 2000.0, 4000.0])[kind]
    ordered = pd.Timestamp("2023-01-01") + pd.to_timedelta(number * 731 // ORDERS, unit="D")
    return pd.DataFrame(
        {
            "order_id": [f"A{n}" for n in number],
            "customer_id": [f"K{n % 30}" for n in number],
            "ordered_on": ordered,
            "promised_on": ordered + pd.Timedelta(days=10),
            "value_amount": value,
            "cost_amount": value * np.array([0.6, 0.7, 0.8])[kind],
            "order_class": np.array(CLASSES)[kind],
        }
    )


def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": [f"P{n}" for n in range(6)],
            "fte": [1.0, 1.0, 0.5, np.nan, 1.0, 1.0],
            "birth_year": [1964.0, 1980.0, 1990.0, np.nan, 1970.0, 1975.0],
            "left_on": pd.to_datetime([None, None, None, None, None, "2024-06-30"]),
        }
    )


def made_client(**tables: pd.DataFrame) -> MadeClient:
    return MadeClient(tables={"orders": orders(), "employees": people(), **tables})


def value_of(client: MadeClient) -> SimpleNamespace:
    """K0 to K2 are A, K3 to K8 B, the rest C."""
    customers = [f"K{n}" for n in range(30)]
    segments = ["A"] * 3 + ["B"] * 6 + ["C"] * 21
    return SimpleNamespace(customers=pd.DataFrame({"customer_id": customers, "segment": segments}))


def time_use(shares: dict[str, float], hours_h: float, source: str = "log") -> SimpleNamespace:
    table = pd.DataFrame({"activity": list(shares), "share": list(shares.values())})
    table = table.assign(low=table["share"] * 0.9, high=table["share"] * 1.2)
    return SimpleNamespace(source=source, hours_h=hours_h, by_activity=table)
