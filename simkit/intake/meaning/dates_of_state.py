"""Dates whose meaning depends on the state of their row: what lies ahead in an open row is a plan, not an event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from simkit.foundation.frames import Flags
from simkit.intake.findings import Finding, FindingsLog
from simkit.intake.meaning.doubts import TEXTS, Change, Doubt, Material, emptied, flags
from simkit.intake.reading.staging import Staged


def close_dates(material: Material) -> Iterator[Doubt]:
    """Closing dates of open deals are forecasts: they neither set the period nor age a deal."""
    deals = material.table("opportunities", "closed_on", "stage")
    if deals is None:
        return
    rows = flags((deals.frame["stage"] == "open") & deals.frame["closed_on"].notna())
    if not rows.any():
        return
    header = deals.headers.get("closed_on", "")
    answered = deals.headers.get("expected_on") == header

    def shared(finding: Finding) -> bool:
        return answered and finding.severity == "minor" and (finding.column, finding.row) == (header, None)

    yield Doubt(
        table="opportunities",
        rows=rows,
        what=TEXTS["close_dates"],
        remedy=TEXTS["close_dates_remedy"],
        header=header,
        rule="" if "expected_on" in deals.headers else f"tables.opportunities.columns: {{expected_on: {header!r}}}",
        answered=answered,
        meanwhile=_as_expected(rows),
        accepted=_as_expected(rows),
        explains=shared,
    )


def _as_expected(rows: Flags) -> Change:
    def expect(deals: Staged, findings_log: FindingsLog) -> Staged:
        forecast = deals.frame["closed_on"].where(rows)
        known = deals.frame["expected_on"] if deals.has("expected_on") else pd.Series(pd.NaT, index=forecast.index)
        values = {"expected_on": known.fillna(forecast), "closed_on": deals.frame["closed_on"].mask(rows)}
        return replace(deals, frame=deals.frame.assign(**values))

    return expect


def planned_deliveries(material: Material) -> Iterator[Doubt]:
    """Deliveries after today are planned: the orders count, their delivery has not happened."""
    orders = material.table("orders", "delivered_on")
    if orders is None:
        return
    rows = flags(orders.frame["delivered_on"] >= pd.Timestamp(material.today) + pd.Timedelta(days=1))
    if rows.any():
        yield Doubt(
            table="orders",
            rows=rows,
            what=TEXTS["planned_deliveries"],
            remedy=TEXTS["planned_deliveries_remedy"],
            header=orders.headers.get("delivered_on", ""),
            blocks=False,
            meanwhile=emptied(rows, "delivered_on"),
            accepted=emptied(rows, "delivered_on"),
        )
