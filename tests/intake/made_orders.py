"""Small tables of orders and of a time log for the tests of what rows mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simkit.intake.client import ClientData, load_client
from simkit.intake.findings import Finding, FindingsError

TODAY = dt.date(2025, 6, 30)
COLUMNS = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert"}
Client = tuple[dict[str, Any], dict[str, str | bytes]]


def day(number: int) -> dt.date:
    """Return the n-th Wednesday or so of a row of orders: nine days apart, from 3 January 2023."""
    return dt.date(2023, 1, 3) + dt.timedelta(days=9 * number)


def order_rows(count: int = 60, start: int = 0) -> list[str]:
    """Return rows of orders of seven customers, of odd amounts."""
    return [
        f"A{n:03};K{n % 7};{day(n):%d.%m.%Y};{101 + 37 * n % 900},{10 + n % 80}" for n in range(start, start + count)
    ]


def orders(rows: Sequence[str], header: str = "Nr;Kunde;Datum;Wert", **answers: Any) -> Client:
    """Return one table of orders."""
    columns = {**COLUMNS, **answers.pop("columns", {})}
    return {"orders": {"file": "o.csv", "columns": columns, **answers}}, {"o.csv": "\n".join([header, *rows]) + "\n"}


def with_customers(client: Client, rows: Sequence[str], header: str = "Nr;Firma", **columns: str) -> Client:
    """Add a list of customers."""
    tables, files = client
    mapped = {"customer_id": "Nr", "name": "Firma", **columns}
    customers = {"customers": {"file": "k.csv", "columns": mapped}}
    return {**customers, **tables}, {**files, "k.csv": "\n".join([header, *rows]) + "\n"}


def work_log(rows: Sequence[str], header: str = "Wer;Von;Bis;Was", **columns: str) -> Client:
    """Return one log of work."""
    mapped = {"employee_id": "Wer", "started_at": "Von", "ended_at": "Bis", "activity": "Was", **columns}
    mapped = {ours: theirs for ours, theirs in mapped.items() if theirs}
    return {"activities": {"file": "l.csv", "columns": mapped}}, {"l.csv": "\n".join([header, *rows]) + "\n"}


def findings_of(folder: Path) -> tuple[Finding, ...]:
    """Return everything found while loading, whether it stops the run or not."""
    try:
        return load_client(folder, today=TODAY).findings
    except FindingsError as error:
        return error.findings


def asked(folder: Path) -> dict[str, Finding]:
    """Return the findings about meaning by their codes."""
    return {finding.code: finding for finding in findings_of(folder) if finding.code}


def answered(folder: Path, finding: Finding) -> ClientData:
    """Paste the lines of a finding at the end of client.yaml and load the client again."""
    path = folder / "client.yaml"
    path.write_text(path.read_text("utf-8") + finding.lines + "\n", "utf-8")
    return load_client(folder, today=TODAY)
