"""The true figures of the demo client in one file that only tests read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from simkit.extras.demo_client import truth
from simkit.extras.demo_client.demo_notes import attributable
from simkit.extras.demo_client.demo_staff import contract_h, retirements_within
from simkit.extras.demo_client.generate import Firm, build_firm, write_exports
from simkit.foundation.frames import select

_HEADER = """\
# True parameters and figures of the demo client. Only tests read this file; the kit must find such figures itself.
# Written by `python -m simkit.extras.demo_client`. Hours are hours of the two years unless the name says otherwise.
"""


def write_truth(firm: Firm, folder: Path) -> None:
    """Write truth.yaml."""
    content = {"parameters": _parameters(), "realised": realised(firm), "planted": dict(truth.PLANTED)}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    (folder / "truth.yaml").write_bytes((_HEADER + text).encode("utf-8"))


def realised(firm: Firm) -> dict[str, Any]:
    """Return what really happened at the client in plain numbers."""
    return {
        "time": _time(firm),
        "concentration": _concentration(firm),
        "orders": _orders(firm),
        "opportunities": _opportunities(firm),
        "value": _value(firm),
        "staff": _staff(firm),
    }


def _parameters() -> dict[str, Any]:
    return {
        "seed": truth.SEED,
        "first": truth.FIRST.isoformat(),
        "last": truth.LAST.isoformat(),
        "entry_cv": truth.EFFORT_CV,
        "leads_per_year": truth.LEADS_PER_YEAR,
        "service_requests_per_year": truth.SERVICE_REQUESTS_PER_YEAR,
        "complaints_per_year": truth.COMPLAINTS_PER_YEAR,
        "care_contacts_per_customer_and_year": truth.CARE_CONTACTS_PER_YEAR,
        "visit_share": truth.VISIT_SHARE,
        "order_class_shares": truth.CLASS_SHARES,
        "margin_share_by_class": truth.CLASS_MARGINS,
        "planned_working_days": {name: list(ends) for name, ends in truth.PLANNED_DAYS.items()},
        "late_chance": truth.LATE_CHANCE,
        "expected_h_per_case": {kind: _expected_h(kind) for kind in truth.STEPS},
        "logging_share": list(truth.LOGGING_SHARE),
    }


def _expected_h(kind: str) -> dict[str, dict[str, float]]:
    """Return expected hours of one case by group and activity."""
    result: dict[str, dict[str, float]] = {}
    for step in truth.STEPS[kind]:
        activity = truth.ACTIVITY_OF_LABEL[step.label]
        for group, hours in step.entry_h.items():
            row = result.setdefault(group, {})
            row[activity] = round(row.get(activity, 0.0) + hours * step.entries[group], 3)
    return result


def _time(firm: Firm) -> dict[str, Any]:
    hours = firm.work.groupby("activity")["hours_h"].sum()
    total, present, contract = hours.sum(), firm.present_h.sum(), contract_h(firm.staff, firm.days)
    facing = hours[list(truth.FACING)].sum()
    return {
        "contract_h": _round(contract, 1),
        "present_h": _round(present, 1),
        "worked_h": _round(total, 1),
        "logged_h": _round(firm.log["hours_h"].sum(), 1),
        "worked_share_of_present": _round(total / present),
        "logged_share_of_contract": _round(firm.log["hours_h"].sum() / contract),
        "facing_share_of_worked": _round(facing / total),
        "facing_share_of_present": _round(facing / present),
        "facing_share_of_logged": _round(_facing(firm.log)),
        "share_of_worked_by_activity": {str(name): _round(value / total) for name, value in hours.items()},
        "hours_by_activity": {str(name): _round(value, 1) for name, value in hours.items()},
    }


def _facing(entries: pd.DataFrame) -> float:
    facing = entries["activity"].isin(truth.FACING)
    return float(entries.loc[facing, "hours_h"].sum() / entries["hours_h"].sum())


def _concentration(firm: Firm) -> dict[str, Any]:
    sales = np.sort(firm.orders.groupby("customer")["value_amount"].sum().to_numpy())[::-1]
    return {
        "customers": truth.CUSTOMERS,
        "buying_customers": len(sales),
        "of_all_customers": _top_shares(sales, truth.CUSTOMERS),
        "of_buying_customers": _top_shares(sales, len(sales)),
        "largest_customer_share": _round(sales[0] / sales.sum()),
    }


def _top_shares(sales: np.ndarray, customers: int) -> dict[str, float]:
    return {
        f"top_{round(100 * top)}": _round(sales[: round(top * customers)].sum() / sales.sum())
        for top, _ in truth.LORENZ[:-1]
    }


def _orders(firm: Firm) -> dict[str, Any]:
    rows = firm.orders
    on_orders = select(firm.work, kind="order").groupby("group")["hours_h"].sum()
    delivered = rows["delivered_on"].notna()
    late = (rows["delivered_on"] > rows["promised_on"])[delivered].groupby(rows["order_class"]).mean()
    per_class = {
        name: {
            "orders": int((rows["order_class"] == name).sum()),
            "value_amount": _round(select(rows, order_class=name)["value_amount"].sum(), 2),
            "cost_amount": _round(select(rows, order_class=name)["cost_amount"].sum(), 2),
            "worked_h_per_order": _round(on_orders[name] / (rows["order_class"] == name).sum(), 3),
            "late_share_of_delivered": _round(late[name]),
        }
        for name in truth.CLASSES
    }
    return {"orders": len(rows), "value_amount": _round(rows["value_amount"].sum(), 2), "by_class": per_class}


def _opportunities(firm: Firm) -> dict[str, Any]:
    count = firm.opportunities["stage"].value_counts()
    closed = len(firm.opportunities) - int(count["open"])
    return {
        "by_stage": {str(stage): int(number) for stage, number in sorted(count.items())},
        "win_rate_of_closed": _round(count["won"] / closed),
        "win_rate_of_decided": _round(count["won"] / (count["won"] + count["lost"])),
        "slipped": int(firm.opportunities["slipped"].sum()),
        "slip_factors_attributable_share": {
            name: _round(share) for name, share in attributable(firm.opportunities).items()
        },
    }


def _value(firm: Firm) -> dict[str, Any]:
    """Return contribution before and after the cost to serve: true hours at the cost of a present hour."""
    numbers = range(truth.CUSTOMERS)
    margin = (firm.orders["value_amount"] - firm.orders["cost_amount"]).groupby(firm.orders["customer"]).sum()
    margin = margin.reindex(numbers, fill_value=0.0)
    real = firm.work[(firm.work["customer"] >= 0) & (firm.work["kind"] != "lead")]
    hours = real.groupby("customer")["hours_h"].sum().reindex(numbers, fill_value=0.0)
    rate = truth.YEARS * firm.staff["cost_amount"].sum() / firm.present_h.sum()
    after = margin - rate * hours
    by_segment = hours.groupby(firm.customers["segment"]).sum() / hours.sum()
    whale = after.sort_values(ascending=False).cumsum()
    return {
        "margin_amount": _round(margin.sum(), 2),
        "cost_per_present_hour_amount": _round(rate, 2),
        "margin_after_service_amount": _round(after.sum(), 2),
        "customers_below_zero_before_service_share": _round((margin < 0).mean()),
        "customers_below_zero_after_service_share": _round((after < 0).mean()),
        "whale_peak_of_total": _round(whale.max() / whale.iloc[-1]),
        "hours_share_by_sales_segment": {str(name): _round(value) for name, value in by_segment.items()},
    }


def _staff(firm: Firm) -> dict[str, Any]:
    roles = firm.staff["role"].value_counts()
    return {
        "people": len(firm.staff),
        "fte": _round(firm.staff["fte"].sum(), 2),
        "by_role": {str(role): int(count) for role, count in sorted(roles.items())},
        "agreed_retirements_within_three_years": retirements_within(firm.staff, 3),
        "yearly_cost_amount": int(firm.staff["cost_amount"].sum()),
    }


def _round(value: float, digits: int = 4) -> float:
    return round(float(value), digits)


def write_demo(folder: Path) -> None:
    """Write the exports and truth.yaml into a folder; the same bytes every time.

    Parameters
    ----------
    folder : Path
        Made if it does not exist; files of the same names are replaced, client.yaml and the logo are left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    firm = build_firm()
    write_exports(firm, folder)
    write_truth(firm, folder)
