"""What `simkit check` tells about a client's data: findings, how much of the working time the log covers, and how
order values reconcile.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import pandas as pd
import yaml

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import Formats
from simkit.foundation.text import Text
from simkit.foundation.units import DAYS_PER_MONTH, DAYS_PER_YEAR
from simkit.intake.checks.log_coverage import LogCoverage, coverage
from simkit.intake.checks.reconciliation import reconciliation
from simkit.intake.client import ClientData
from simkit.intake.findings import Finding, Severity, worst_first

TEXTS = Catalogue.beside(__file__)

__all__ = ["check_client", "coverage", "reconciliation"]

LONG_INTERVAL_H = 8.0
NEAR = 0.75
"""How like a stage of client.yaml that no deal has (0 to 1, difflib) one of the export must be to be the same, misspelt."""
SHORT_LOG = 0.9
"""A log that spans less than this share of the period is reported; what it says is taken to hold for all of it."""
LOW_COVERAGE, HIGH_COVERAGE = 0.5, 1.1
"""A log that covers less does not speak for the staff's time; one that covers more holds doubled or mistyped hours."""


def check_client(client: ClientData) -> tuple[Finding, ...]:
    """Return everything found in a client's data, worst first.

    Parameters
    ----------
    client : ClientData
        A client that could be loaded; what stops the run is reported by :func:`simkit.intake.client.load_client` itself.

    Returns
    -------
    tuple of Finding
        The findings made while loading, and what only the finished tables show.
    """
    found = [*client.findings, *_on_activities(client), *_on_coverage(client)]
    found += [*_on_orders(client), *_on_opportunities(client), *_on_sales_stages(client), *_on_customers(client)]
    found += _on_purchasing_volume(client)
    return worst_first(found)


def _on_activities(client: ClientData) -> Iterator[Finding]:
    if not client.has("activities"):
        return
    log = client.table("activities")
    if "employee_id" in log.columns:
        nobody = log["employee_id"].isna()
        yield from _if_any(client, "activities", "employee_id", "minor", nobody, TEXTS["no_person"], _NO_PERSON_REMEDY)
    timed = "ended_at" if "ended_at" in client.config.tables["activities"].columns else "hours"
    long = log["hours"] > LONG_INTERVAL_H
    yield from _if_any(client, "activities", timed, "minor", long, TEXTS["long"], _LONG_REMEDY)
    endless = log["hours"].isna()
    yield from _if_any(client, "activities", timed, "serious", endless, TEXTS["endless"], _COMPLETE_REMEDY)


def _on_coverage(client: ClientData) -> Iterator[Finding]:
    covered = coverage(client)
    if covered is None:
        return
    yield from _on_span(client, covered)
    if covered.share is None:
        return
    share = Text(de=Formats(language="de").share(covered.share, 0), en=Formats(language="en").share(covered.share, 0))
    if covered.share < LOW_COVERAGE:
        yield _finding(client, "activities", "hours", "serious", _LOW.fill(share=share), 1, _LOW_REMEDY)
    if covered.share > HIGH_COVERAGE:
        yield _finding(client, "activities", "hours", "serious", _HIGH.fill(share=share), 1, _HIGH_REMEDY)


def _on_span(client: ClientData, covered: LogCoverage) -> Iterator[Finding]:
    """A log that is much shorter than the period: its hours stand alongside revenue of a longer time."""
    logged_days, period_days = (covered.last - covered.first).days + 1, (client.last - client.first).days + 1
    if logged_days >= SHORT_LOG * period_days:
        return
    what = _SHORT.fill(
        logged=max(1, round(logged_days / DAYS_PER_MONTH)),
        period=max(1, round(period_days / DAYS_PER_MONTH)),
        first=covered.first.isoformat(),
        last=covered.last.isoformat(),
    )
    yield _finding(client, "activities", "started_at", "serious", what, 1, _SHORT_REMEDY)


def _on_orders(client: ClientData) -> Iterator[Finding]:
    if not client.has("orders"):
        return
    orders = client.table("orders")
    value = orders["value_amount"]
    amount = _money(client, float(value[value < 0].sum()))
    yield from _if_any(
        client, "orders", "value_amount", "minor", value < 0, TEXTS["credits"].fill(amount=amount), _CREDITS_REMEDY
    )
    unknown = value.isna()
    yield from _if_any(client, "orders", "value_amount", "serious", unknown, TEXTS["order_no_value"], _COMPLETE_REMEDY)
    yield from _if_any(client, "orders", "value_amount", "minor", value == 0, TEXTS["zero"], _COMPLETE_REMEDY)
    if "cost_amount" in orders.columns:
        cost = orders["cost_amount"]
        yield from _if_any(client, "orders", "cost_amount", "minor", cost.isna(), TEXTS["no_cost"], _COMPLETE_REMEDY)
        below = (cost > value) & (value > 0)
        severity: Severity = "serious" if below.mean() > 0.25 else "minor"
        yield from _if_any(client, "orders", "cost_amount", severity, below, TEXTS["below_cost"], _BELOW_COST_REMEDY)


def _on_opportunities(client: ClientData) -> Iterator[Finding]:
    if not client.has("opportunities"):
        return
    deals = client.table("opportunities")
    if "customer_id" in deals.columns:
        nobody = deals["customer_id"].isna()
        yield from _if_any(
            client, "opportunities", "customer_id", "minor", nobody, TEXTS["no_customer"], _COMPLETE_REMEDY
        )
    closed = deals["stage"] != "open"
    if "closed_on" in deals.columns:
        undated = closed & deals["closed_on"].isna()
        yield from _if_any(
            client, "opportunities", "closed_on", "serious", undated, TEXTS["no_close"], _COMPLETE_REMEDY
        )
    if "opened_on" in deals.columns:
        unopened = deals["opened_on"].isna()
        yield from _if_any(client, "opportunities", "opened_on", "minor", unopened, TEXTS["no_open"], _NO_OPEN_REMEDY)
    if "value_amount" in deals.columns:
        worthless = (deals["stage"] == "won") & ~(deals["value_amount"] > 0)
        yield from _if_any(
            client, "opportunities", "value_amount", "serious", worthless, TEXTS["no_value"], _COMPLETE_REMEDY
        )


def _on_sales_stages(client: ClientData) -> Iterator[Finding]:
    """Stages of deals that client.yaml does not name: what an open deal is worth depends on its place among them."""
    stated = client.config.pipeline.stages
    if not stated or not client.has("opportunities") or "sales_stage" not in client.table("opportunities"):
        return
    deals = client.table("opportunities")
    deals = deals[deals["sales_stage"].notna()]
    unknown = deals[~deals["sales_stage"].isin(stated)]
    ends = unknown.groupby("sales_stage", sort=True)["stage"].agg(["size", set])
    stages = {str(name): kinds for name, kinds in ends["set"].items() if "open" in kinds or {"won"} < kinds}
    line = _stages_line(stated, sorted(set(stated) - set(deals["sales_stage"])), list(stages))
    for name, count, kinds in zip(ends.index.astype(str), ends["size"], ends["set"], strict=True):
        if name in stages:
            what, remedy = TEXTS["unknown_stage"], TEXTS["unknown_stage_remedy"].fill(line=line)
        elif kinds != {"won"}:  # a name for having won changes nothing: who has won has passed all stages
            what, remedy = TEXTS["unknown_end"], TEXTS["unknown_end_remedy"]
        else:
            continue
        severity: Severity = "serious" if name in stages else "minor"
        filled = what.fill(count=count, name=name)
        yield _finding(client, "opportunities", "sales_stage", severity, filled, count, remedy)


def _stages_line(stated: list[str], unused: list[str], unknown: list[str]) -> str:
    """Return the line for client.yaml with the unknown stages: in the place of a misspelt one, else at the end."""
    stages, added = list(stated), []
    for name in unknown:
        near = difflib.get_close_matches(name.lower(), [one.lower() for one in unused], n=1, cutoff=NEAR)
        meant = next((one for one in unused if [one.lower()] == near), None)
        if meant is None:
            added.append(name)
        else:
            stages[stages.index(meant)] = name
            unused = [one for one in unused if one != meant]
    line = yaml.safe_dump(
        {"pipeline": {"stages": stages + added}}, allow_unicode=True, default_flow_style=True, width=10**6
    )
    return line.strip().removeprefix("{").removesuffix("}")


def _on_customers(client: ClientData) -> Iterator[Finding]:
    if not client.has("customers", "orders"):
        return
    silent = ~client.table("customers")["customer_id"].isin(client.table("orders")["customer_id"])
    yield from _if_any(client, "customers", "customer_id", "minor", silent, TEXTS["silent"], _SILENT_REMEDY)


def _on_purchasing_volume(client: ClientData) -> Iterator[Finding]:
    """Customers who buy more from the client than they are said to buy from everybody: one of the two figures is wrong."""
    if not client.has("customers") or "purchasing_volume_amount" not in client.table("customers"):
        return
    customers = client.table("customers").drop_duplicates("customer_id").set_index("customer_id")
    volume = customers["purchasing_volume_amount"]
    share = _sold_per_year(client).reindex(volume.index) / volume.where(volume > 0)
    stated = customers["wallet_share"].notna() if "wallet_share" in customers else pd.Series(False, index=volume.index)
    above = (share > 1) & ~stated  # a share of wallet that is stated counts before the one that is reckoned
    if not above.any():
        return
    most = float(share[above].max())
    words = Text(de=Formats(language="de").share(most, 0), en=Formats(language="en").share(most, 0))
    what = TEXTS["above_volume"].fill(count=int(above.sum()), total=len(above), most=words)
    remedy = TEXTS["above_volume_remedy"].fill(currency=client.config.currency)
    yield _finding(client, "customers", "purchasing_volume_amount", "serious", what, int(above.sum()), remedy)


def _sold_per_year(client: ClientData) -> pd.Series:
    """Return the revenue of a year by customer, from orders or, lacking them, from won deals."""
    if client.has("orders"):
        sales = client.table("orders")
    else:
        deals = client.table("opportunities") if client.has("opportunities") else pd.DataFrame()
        if not {"customer_id", "value_amount"} <= set(deals):
            return pd.Series(dtype=float)
        sales = deals[deals["stage"] == "won"]
    years = ((client.last - client.first).days + 1) / DAYS_PER_YEAR
    return sales.groupby("customer_id")["value_amount"].sum(min_count=1) / years


def _if_any(
    client: ClientData, table: str, column: str, severity: Severity, mask: pd.Series[bool], what: Text, remedy: Text
) -> Iterator[Finding]:
    count = int(mask.sum())
    if count:
        filled = what.fill(count=count, total=len(mask))
        yield _finding(client, table, column, severity, filled, count, remedy)


def _finding(
    client: ClientData, table: str, column: str, severity: Severity, what: Text, count: int, remedy: Text
) -> Finding:
    spec = client.config.tables[table]
    file = ", ".join(written.rpartition("/")[2] for written in spec.files)
    header = str(spec.columns.get(column, ""))
    return Finding(severity=severity, what=what, file=file, column=header, remedy=remedy, count=count)


def _money(client: ClientData, amount: float) -> Text:
    country, currency = client.config.country, client.config.currency
    return Text(
        de=Formats(language="de", country=country, currency=currency).money(amount),
        en=Formats(language="en", country=country, currency=currency).money(amount),
    )


_NO_PERSON_REMEDY = TEXTS["no_person_remedy"]
_LONG_REMEDY = TEXTS["long_remedy"]
_COMPLETE_REMEDY = TEXTS["complete_remedy"]
_SHORT = TEXTS["short"]
_SHORT_REMEDY = TEXTS["short_remedy"]
_LOW = TEXTS["low"]
_LOW_REMEDY = TEXTS["low_remedy"]
_HIGH = TEXTS["high"]
_HIGH_REMEDY = TEXTS["high_remedy"]
_CREDITS_REMEDY = TEXTS["credits_remedy"]
_BELOW_COST_REMEDY = TEXTS["below_cost_remedy"]
_NO_OPEN_REMEDY = TEXTS["no_open_remedy"]
_SILENT_REMEDY = TEXTS["silent_remedy"]
