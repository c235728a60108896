"""The efficiency ratio of sales: what a unit of money paid to the sales staff brings in revenue and in contribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simkit.value.facts import period_years

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.value.customer_value import CustomerValue


@dataclass(frozen=True, kw_only=True)
class SalesEfficiency:
    """Revenue and contribution per unit of staff cost.

    Parameters
    ----------
    gross : float
        Revenue a year ÷ staff cost a year.
    net : float or None
        Contribution before service a year ÷ staff cost a year; None without costs of orders.
    people : int
        People behind the staff cost.
    """

    gross: float
    net: float | None
    people: int


def sales_efficiency(client: ClientData, value: CustomerValue) -> SalesEfficiency | None:
    """Return the efficiency ratio of the staff on board at the end of the period.

    Returns
    -------
    SalesEfficiency or None
        None when the cost of fewer people than the minimum group is known, or of fewer than half of them.

    Notes
    -----
    Where some costs are missing, the mean of the others stands in. Cost is that of the employees listed, without marketing,
    tools and travel, so the ratio is larger than one that counts these.
    """
    if not client.has("employees") or "cost_amount" not in client.table("employees"):
        return None
    staff = client.table("employees")
    if "left_on" in staff:
        staff = staff[staff["left_on"].isna() | (staff["left_on"] > pd.Timestamp(client.last))]
    cost = staff["cost_amount"]
    if cost.notna().sum() < client.config.privacy.minimum_group or cost.notna().mean() < 0.5:
        return None
    paid = float(cost.mean()) * len(staff) * period_years(client)
    if not paid > 0:
        return None
    customers = value.customers
    net = float(customers["contribution_amount"].sum()) / paid if "contribution_amount" in customers else None
    return SalesEfficiency(gross=float(customers["revenue_amount"].sum()) / paid, net=net, people=len(staff))
