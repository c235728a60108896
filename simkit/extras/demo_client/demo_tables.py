"""The tables of the demo client as a German client would send them: decimal commas, dd.mm.yyyy, cp1252 or a byte order mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.extras.demo_client.truth import DEMO, FIRST, FORGOTTEN_END_H, PLANTED, Truth
from simkit.foundation.random_streams import stream
from simkit.foundation.table_writing import open_workbook, write_cell
from simkit.foundation.table_writing import write_csv as write_lines

#: Written into workbooks instead of the present time, so that the same content gives the same bytes.
CREATED = dt.datetime(2026, 7, 6, 8, 0, 0)


def german_number(value: float, digits: int = 2) -> str:
    """Write ``1.234,50``; a missing value is empty."""
    if np.isnan(value):
        return ""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def german_date(value: pd.Timestamp | None) -> str:
    """Write ``31.12.2025``; a missing date is empty."""
    return "" if value is None or pd.isna(value) else value.strftime("%d.%m.%Y")


def write_csv(path: Path, columns: Mapping[str, Sequence[str]], encoding: str) -> None:
    """Write columns of text with semicolons and Windows line ends, as a German Excel would.

    Raises
    ------
    UnicodeEncodeError
        If a character does not exist in the encoding.
    """
    write_lines(path, [list(columns), *zip(*columns.values(), strict=True)], ";", encoding)


def write_workbook(path: Path, sheet: str, columns: Mapping[str, Sequence[Any]], widths: Sequence[int]) -> None:
    """Write one sheet with a bold header; text stays text, dates are real Excel dates, None is an empty cell."""
    author = "Muster Maschinenbau GmbH"
    with open_workbook(path, created=CREATED, date_format="dd.mm.yyyy", author=author) as book:
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, list(columns), book.add_format({"bold": True, "bottom": 1}))
        page.freeze_panes(1, 0)
        for place, (values, width) in enumerate(zip(columns.values(), widths, strict=True)):
            page.set_column(place, place, width)
            for row, value in enumerate(values, start=1):
                write_cell(page, row, place, None if value == "" else value)


CLASS_LABELS = {"standard": "Serie", "configured": "Konfiguriert", "bespoke": "Sonder"}
STAGE_LABELS = {"won": "Gewonnen", "lost": "Verloren", "no_decision": "Kein Entscheid", "open": "Offen"}
ANSWER_LABELS = {"yes": "ja", "no": "nein", "": ""}
CHANNELS = {
    "Kundenbesuch": "vor Ort",
    "Angebotspräsentation": "vor Ort",
    "Betreuungstelefonat": "Telefon",
    "Angebot nachfassen": "Telefon",
    "Kundenanfrage": "E-Mail",
    "Auftragsbestätigung Kunde": "E-Mail",
}
UNKNOWN_CUSTOMER = "0009999"


def write_customers(folder: Path, customers: pd.DataFrame, staff: pd.DataFrame, true: Truth = DEMO) -> None:
    """Write the master records, ordered by customer number."""
    rng = stream(true.seed, -1, "demo.faults.customers")
    frame = customers.assign(owner_id=staff["employee_id"].to_numpy()[customers["owner"]])
    for column, fault in (("industry", "missing_industry"), ("postcode", "missing_postcode")):
        frame.loc[rng.choice(len(frame), size=PLANTED[fault], replace=False), column] = ""
    frame = frame.sort_values("customer_id")
    volumes = zip(frame["purchasing_volume_amount"], frame["purchasing_volume_amount"].isna(), strict=True)
    columns = {
        "Kundennummer": frame["customer_id"].tolist(),
        "Firma": frame["name"].tolist(),
        "Branche": frame["industry"].tolist(),
        "Land": frame["country"].tolist(),
        "PLZ": frame["postcode"].tolist(),
        "Bundesland/Kanton": frame["region"].tolist(),
        "Kunde seit": [day.date() for day in frame["customer_since"]],
        "Zahlungsziel (Tage)": frame["payment_terms_days"].tolist(),
        "Ø Zahlungsverzug (Tage)": frame["payment_delay_days"].tolist(),
        "Potenzial p. a. (EUR)": frame["potential_amount"].tolist(),
        "Einkaufsvolumen p. a. (EUR)": [None if gone else volume for volume, gone in volumes],
        "Betreuer (Personalnr.)": frame["owner_id"].tolist(),
        "Ruhend": np.where(frame["dormant"], "ja", "nein").tolist(),
    }
    widths = (14, 44, 20, 6, 8, 20, 12, 18, 22, 20, 24, 20, 8)
    write_workbook(folder / "Kundenstamm.xlsx", "Kunden", columns, widths)


def write_orders(folder: Path, orders: pd.DataFrame, customers: pd.DataFrame, true: Truth = DEMO) -> None:
    """Write one file per business year, in the code page of an older system."""
    rng = stream(true.seed, -1, "demo.faults.orders")
    frame = orders.copy()
    chosen = rng.choice(len(frame), size=PLANTED["missing_cost"] + PLANTED["delivered_before_ordered"], replace=False)
    frame.loc[chosen[: PLANTED["missing_cost"]], "cost_amount"] = np.nan
    early = chosen[PLANTED["missing_cost"] :]
    frame.loc[early, "delivered_on"] = frame.loc[early, "ordered_on"] - pd.Timedelta(days=30)
    second = frame["ordered_on"] >= pd.Timestamp(FIRST.year + 1, FIRST.month, FIRST.day)
    for name, rows in (("2024-25", frame[~second]), ("2025-26", frame[second])):
        write_csv(folder / f"Auftraege_GJ{name}.csv", _order_columns(rows, customers), "cp1252")


def _order_columns(rows: pd.DataFrame, customers: pd.DataFrame) -> dict[str, list[str]]:
    return {
        "Auftragsnummer": rows["order_id"].tolist(),
        "Kundennummer": customers["customer_id"].to_numpy()[rows["customer"]].tolist(),
        "Bestelldatum": rows["ordered_on"].map(german_date).tolist(),
        "Zugesagter Termin": rows["promised_on"].map(german_date).tolist(),
        "Geliefert am": rows["delivered_on"].map(german_date).tolist(),
        "Auftragswert (EUR)": rows["value_amount"].map(german_number).tolist(),
        "Herstellkosten (EUR)": rows["cost_amount"].map(german_number).tolist(),
        "Auftragsart": rows["order_class"].map(CLASS_LABELS).tolist(),
        "Sachbearbeiter (Personalnr.)": rows["employee_id"].tolist(),
        "Angebotsnummer": rows["opportunity_id"].tolist(),
        "Fällig am": rows["due_on"].map(german_date).tolist(),
        "Bezahlt am": rows["paid_on"].map(german_date).tolist(),
    }


def write_opportunities(
    folder: Path, opportunities: pd.DataFrame, customers: pd.DataFrame, staff: pd.DataFrame
) -> None:
    """Write all opportunities with German stage names."""
    rows = opportunities
    columns = {
        "Angebotsnummer": rows["opportunity_id"].tolist(),
        "Kundennummer": customers["customer_id"].to_numpy()[rows["customer"]].tolist(),
        "Verkäufer (Personalnr.)": staff["employee_id"].to_numpy()[rows["owner"]].tolist(),
        "Angelegt am": rows["opened_on"].map(german_date).tolist(),
        "Abgeschlossen am": rows["closed_on"].map(german_date).tolist(),
        "Phase": rows["stage"].map(STAGE_LABELS).tolist(),
        "Angebotswert (EUR)": rows["value_amount"].map(german_number).tolist(),
        "Auftragsart": rows["order_class"].map(CLASS_LABELS).tolist(),
        "Herkunft": rows["source"].tolist(),
        "Produktgruppe": rows["product"].tolist(),
        "Vertriebsphase": rows["sales_stage"].tolist(),
        "Wahrscheinlichkeit": ["" if np.isnan(share) else f"{100 * share:.0f} %" for share in rows["claimed_share"]],
        "Erwarteter Abschluss": rows["expected_on"].map(german_date).tolist(),
        "Nächster Schritt am": rows["next_step_on"].map(german_date).tolist(),
        "Grund der Verschiebung": rows["slip_reason"].tolist(),
        "Termin qualifiziert": rows["deadline_qualified"].map(ANSWER_LABELS).tolist(),
        "Entscheider erreicht": rows["authority_access"].map(ANSWER_LABELS).tolist(),
        "Funktion Ansprechpartner": rows["contact_role"].tolist(),
        "Ansprechpartner im Amt (Jahre)": [german_number(years, 1) for years in rows["contact_tenure_years"]],
    }
    write_csv(folder / "Angebote.csv", columns, "cp1252")


def write_employees(folder: Path, staff: pd.DataFrame) -> None:
    """Write the staff list by personnel number, without names."""
    rows = staff.sort_values("employee_id")
    columns = {
        "Personalnr.": rows["employee_id"].tolist(),
        "Rolle": rows["role"].tolist(),
        "Team": rows["team"].tolist(),
        "Stellenanteil": [german_number(fte) for fte in rows["fte"]],
        "Geburtsjahr": [str(year) for year in rows["birth_year"]],
        "Eintritt": [german_date(pd.Timestamp(day)) for day in rows["entry_on"]],
        "Ruhestand vereinbart zum": [german_date(pd.Timestamp(day)) if day else "" for day in rows["retires_on"]],
        "Personalkosten p. a. (EUR)": [german_number(cost) for cost in rows["cost_amount"]],
    }
    write_csv(folder / "Personal.csv", columns, "cp1252")


def write_activities(
    folder: Path, log: pd.DataFrame, customers: pd.DataFrame, staff: pd.DataFrame, true: Truth = DEMO
) -> None:
    """Write the time log with a byte order mark, as the time recording's web export does."""
    rows = with_faults(log.assign(customer_id=_customer_numbers(log, customers)), true)
    columns = {
        "Buchungsnr.": rows["activity_id"].tolist(),
        "Personalnr.": staff["employee_id"].to_numpy()[rows["person"]].tolist(),
        "Beginn": rows["started_at"].dt.strftime("%d.%m.%Y %H:%M").tolist(),
        "Stunden": [german_number(hours, 1) for hours in rows["hours_h"]],
        "Tätigkeit": rows["label"].tolist(),
        "Kundennummer": rows["customer_id"].tolist(),
        "Vorgang": rows["case_id"].tolist(),
        "Kontaktart": rows["label"].map(CHANNELS).fillna("").tolist(),
        "Terminart": rows["meeting_type"].tolist(),
        "Nächster Schritt vereinbart": rows["next_step"].map(ANSWER_LABELS).tolist(),
    }
    write_csv(folder / "Zeiterfassung.csv", columns, "utf-8-sig")


def _customer_numbers(log: pd.DataFrame, customers: pd.DataFrame) -> np.ndarray:
    """Return the customer number of work for a customer; weeks and leads have none."""
    known = (log["customer"] >= 0) & (log["kind"] != "lead")
    numbers = customers["customer_id"].to_numpy()[np.maximum(log["customer"], 0)]
    return np.where(known, numbers, "")


def with_faults(log: pd.DataFrame, true: Truth = DEMO) -> pd.DataFrame:
    """Return the log with the planted faults: wrong signs, unknown customers, forgotten ends and doubled rows."""
    rng = stream(true.seed, -1, "demo.faults.activities")
    rows = log.reset_index(drop=True)
    chosen = rng.permutation(np.flatnonzero(rows["customer_id"] != ""))
    counts = [PLANTED[name] for name in ("negative_hours", "unknown_customer", "doubled_activity", "forgotten_end")]
    negative, unknown, doubled, forgotten, _ = np.split(chosen, np.cumsum(counts))
    rows.loc[negative, "hours_h"] *= -1
    rows.loc[unknown, "customer_id"] = UNKNOWN_CUSTOMER
    rows.loc[forgotten, "hours_h"] = np.round(rng.uniform(*FORGOTTEN_END_H, len(forgotten)), 1)
    return pd.concat([rows, rows.loc[doubled]]).sort_index(kind="stable")
