"""What people of the demo client say: time estimates by role, ratings, and the questionnaires of the workshop."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.extras.demo_client.demo_tables import CREATED, german_number, write_csv, write_workbook
from simkit.extras.demo_client.truth import DEMO, SEED, Truth
from simkit.foundation.random_streams import stream
from simkit.intake.workshop.choices import (
    CHANNELS,
    COMPARISONS,
    PRICE_POLICIES,
    PROTECTIONS,
    RATINGS,
    TABOO_KINDS,
    YES_NO,
    comparison_value,
)
from simkit.intake.workshop.forms import ABOUT_ROWS, SEGMENTS, Customer, pair_order
from simkit.intake.workshop.questionnaire import Questionnaire, write_questionnaire
from simkit.intake.workshop.questionnaire_answers import Context
from simkit.intake.workshop.questionnaire_reading import read_workshop
from simkit.intake.workshop.value_criteria import industry_catalogue
from simkit.intake.workshop.workshop_results import workshop_folder, write_results

ESTIMATE_LABELS = {
    "selling": "Verkaufen und Angebote beim Kunden",
    "care": "Kundenpflege",
    "service": "Kundenanfragen und Reklamationen",
    "preparation": "Vorbereitung",
    "travel": "Reisen",
    "coordination": "Interne Auftragsabstimmung",
    "prioritisation": "Besprechungen und Eskalationen",
    "administration": "Verwaltung und Auftragserfassung",
    "service_design": "Baukasten und Standards",
    "development": "Weiterbildung",
}
#: People overrate what they like to do: percentage points that the interviews shift towards the customer.
_BIAS = {"selling": 0.02, "care": 0.02, "coordination": -0.03, "administration": -0.01}
FACTOR_LABELS = {
    "innovation": "Innovationsimpulse",
    "growth": "Wachstum",
    "referral": "Weiterempfehlung",
    "loyalty": "Treue",
    "co_development": "Gemeinsame Entwicklung",
}
RATED_CUSTOMERS = 80
_PARTICIPANTS = (
    ("T1", "Vertrieb"),
    ("T2", "Vertrieb"),
    ("T3", "Konstruktion"),
    ("T4", "Service"),
    ("T5", "Service"),
    ("T6", "Geschäftsführung"),
)


def write_time_estimates(folder: Path, hours_by_role: pd.DataFrame, staff: pd.DataFrame, true: Truth = DEMO) -> None:
    """Write estimated shares of working time by role, in whole and half percent, with the spread between answers.

    Parameters
    ----------
    hours_by_role : pandas.DataFrame
        True hours, roles as index, taxonomy activities as columns.
    staff : pandas.DataFrame
        People, for the number of respondents.
    true : Truth
        What the firm is made with.
    """
    rng = stream(true.seed, -1, "demo.estimates")
    respondents = staff["role"].value_counts()
    rows: list[tuple[str, ...]] = []
    for role, hours in hours_by_role.iterrows():
        shares = _estimated(hours / hours.sum(), rng)
        for activity, share in shares.items():
            spread = max(round(200 * float(share) * rng.uniform(0.15, 0.35)) / 2, 0.5)
            label = ESTIMATE_LABELS[str(activity)]
            asked = str(respondents[str(role)])
            rows.append((str(role), label, _percent(100 * float(share)), _percent(spread), asked))
    names = ("Rolle", "Tätigkeit", "Anteil", "Streuung", "Befragte")
    columns = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    write_csv(folder / "Zeitschaetzung.csv", columns, "utf-8-sig")


def _percent(value: float) -> str:
    return f"{german_number(value, 1)} %"


def _estimated(true: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Return shares in half percents that add up to one; the largest takes what rounding leaves."""
    shifted = true.add(pd.Series(_BIAS), fill_value=0.0).clip(lower=0.0) * rng.lognormal(0.0, 0.08, len(true))
    rounded = (shifted / shifted.sum() * 200).round() / 200
    rounded = rounded.reindex(true.index)
    rounded.iloc[int(rounded.to_numpy().argmax())] += 1 - rounded.sum()
    return rounded


def write_ratings(folder: Path, customers: pd.DataFrame, true: Truth = DEMO) -> None:
    """Write the workshop's marks from 1 to 5; not everybody knows every customer."""
    rng = stream(true.seed, -1, "demo.ratings")
    rated = customers.iloc[:RATED_CUSTOMERS]
    latent = rng.normal(3.0, 0.8, (len(rated), len(FACTOR_LABELS)))
    latent[:, 1] += 3 * rated["growth"].to_numpy()
    rows = [
        (number, label, _mark(latent[place, factor], severity, rng), participant, department)
        for participant, department in _PARTICIPANTS
        for severity in [rng.normal(0.0, 0.3)]
        for place, number in enumerate(rated["customer_id"])
        if rng.random() < 0.85
        for factor, label in enumerate(FACTOR_LABELS.values())
    ]
    names = ("Kundennummer", "Kriterium", "Bewertung (1-5)", "Teilnehmer", "Abteilung")
    columns = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    write_workbook(folder / "Workshop_Bewertung.xlsx", "Bewertung", columns, (14, 24, 16, 12, 18))


def _mark(latent: float, severity: float, rng: np.random.Generator) -> int:
    return int(np.clip(round(latent + severity + rng.normal(0.0, 0.5)), 1, 5))


RATED = 15
HALF_FILLED, CONTRADICTING = 4, 8  # places of the participants who left rows empty, or judged at random
_SCALE = np.array([1 / k for k in range(9, 1, -1)] + list(range(1, 10)), dtype=float)
#: What each department holds the criteria for, in the order of the industry's list.
_VIEWS = {
    "Vertrieb": (0.20, 0.22, 0.20, 0.14, 0.05, 0.05, 0.10, 0.04),
    "Technik": (0.24, 0.08, 0.10, 0.12, 0.18, 0.18, 0.04, 0.06),
}
_PEOPLE = ("Vertrieb",) * 7 + ("Technik",) * 5
_CONTACTS = {"A": 24, "B": 8, "C": 2}
_RESPONSE_H = {"A": 4, "B": 16, "C": 40}
_CHANNEL = {"A": "visit", "B": "phone", "C": "inside"}
_POLICY = {"A": "frame", "B": "volume", "C": "surcharge"}
_OFFERS = {
    "A": ("Fester Ansprechpartner, Jahresgespräch", ""),
    "B": ("Videoberatung, Standardmodule", "Kostenlose Machbarkeitsstudien"),
    "C": ("Katalog, Ersatzteilpakete", "Besuche ohne Anlass, Sonderanfertigungen"),
}
_SALES = {"A": (45, 78, 112, 125, 200), "B": (60, 85, 108, 115, 180), "C": (80, 94, 102, 104, 150)}

Cells = dict[tuple[str, int, str], Any]


def write_workshop(folder: Path, customers: pd.DataFrame, employees: pd.Series) -> None:
    """Write the filled questionnaires and what reading them gives.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``customer_id, name``, the largest first.
    employees : pandas.Series
        Personnel numbers.
    """
    place = workshop_folder(folder)
    place.mkdir(parents=True, exist_ok=True)
    catalogue = industry_catalogue("machine_builder")
    rated = customers.iloc[:RATED]
    asked = Questionnaire(
        client="demo",
        client_name="Muster Maschinenbau GmbH",
        language="de",
        catalogue=catalogue,
        customers=tuple(
            Customer(customer_id=number, name=name)
            for number, name in zip(rated["customer_id"], rated["name"], strict=True)
        ),
        created=CREATED,
    )
    rng = stream(SEED, -1, "demo.workshop")
    for number, department in enumerate(_PEOPLE):
        answers = _answers(number, department, asked, str(employees.iloc[0]), rng)
        write_questionnaire(place / f"Fragebogen_{number + 1:02d}.xlsx", asked, answers=answers)
    names = dict(zip(customers["customer_id"], customers["name"], strict=True))
    context = Context(
        client="demo",
        secret="demo",  # its people are made up, and the same files come out everywhere
        language="de",
        catalogue=catalogue,
        customers=names,
        employees=frozenset(map(str, employees)),
    )
    write_results(read_workshop(place, context).workshop, place)


def _answers(number: int, department: str, asked: Questionnaire, employee: str, rng: np.random.Generator) -> Cells:
    view = np.array(_VIEWS[department])
    opinion = view * rng.lognormal(0.0, 0.25, len(view))
    opinion /= opinion.sum()
    cells = _about(number, department)
    cells |= _comparisons(opinion, number, rng)
    if number % 2 == 0:
        cells |= {("points", row, "points"): int(value) for row, value in enumerate(_hundred(opinion))}
    if number % 2 == 1:
        swings = np.round(opinion / opinion.max() * 20) * 5
        cells |= {("swing", row, "swing"): int(value) for row, value in enumerate(swings)}
    cells |= _ratings(asked, rng)
    cells |= _segments(rng)
    if number in {1, 3, 8}:
        cells |= _taboo(0, "customer", asked.customers[2].customer_id, "contact")
    if number == 5:
        cells |= _taboo(1, "person", employee, "everything")
    return cells


def _about(number: int, department: str) -> Cells:
    entries = {
        "client": "demo",
        "name": f"Teilnehmer {number + 1}",
        "department": department,
        "date": dt.date(2026, 6, 8 + number % 4),
        "missing": "Serviceanteil" if number == 6 else "",
    }
    return {("about", row, "entry"): entries[item] for row, item in enumerate(ABOUT_ROWS)}


def _comparisons(opinion: np.ndarray, number: int, rng: np.random.Generator) -> Cells:
    """Return the comparisons in words: what the person thinks, with a slip of a step now and then."""
    labels = {round(comparison_value(code), 9): text.de for code, text in COMPARISONS.items()}
    pairs = pair_order(len(opinion))
    cells: Cells = {}
    for row, (left, right) in enumerate(pairs):
        slip = rng.normal(0.0, 1.1 if number == CONTRADICTING else 0.22)
        wanted = np.log(opinion[left] / opinion[right]) + slip
        step = _SCALE[int(np.abs(np.log(_SCALE) - wanted).argmin())]
        if number != HALF_FILLED or row < 14:
            cells["pairs", row, "comparison"] = labels[round(float(step), 9)]
    return cells


def _hundred(opinion: np.ndarray) -> np.ndarray:
    """Return the opinion in steps of five points; people do not always reach 100."""
    return np.asarray(np.round(opinion * 20) * 5)


def _ratings(asked: Questionnaire, rng: np.random.Generator) -> Cells:
    cells: Cells = {}
    factors = [one.rated_as for one in asked.catalogue.ratings]
    latent = stream(SEED, -1, "demo.workshop.customers").normal(3.2, 0.9, (len(asked.customers), len(factors)))
    for row in range(len(asked.customers)):
        for column, factor in enumerate(factors):
            mark = int(np.clip(round(latent[row, column] + rng.normal(0.0, 0.5)), 1, 5))
            cells["ratings", row, factor] = RATINGS["unknown"].de if rng.random() < 0.15 else mark
    return cells


def _segments(rng: np.random.Generator) -> Cells:
    cells: Cells = {}
    for row, name in enumerate(SEGMENTS):
        contacts = max(1, round(_CONTACTS[name] * rng.lognormal(0.0, 0.2)))
        cells["services", row, "contacts_per_year"] = contacts
        cells["services", row, "channel"] = CHANNELS[_CHANNEL[name]].de
        cells["services", row, "response_h"] = _RESPONSE_H[name] * int(rng.choice([1, 1, 2]))
        cells["services", row, "bespoke"] = YES_NO["no" if name == "C" or rng.random() < 0.2 else "yes"].de
        cells["services", row, "price_policy"] = PRICE_POLICIES[_POLICY[name]].de
        for code, text in zip(("offers", "stops"), _OFFERS[name], strict=True):
            cells["offers", row, code] = text
        fields = ("sales_at_none", "sales_at_half", "sales_at_more", "sales_at_most", "saturation_effort")
        shift = rng.normal(0.0, 0.1)
        for code, level in zip(fields, _SALES[name], strict=True):
            value = level if code == "saturation_effort" else 100 + (level - 100) * (1 + shift)
            cells["responses", row, code] = int(np.round(value))
    return cells


def _taboo(row: int, kind: str, subject: str, protection: str) -> Cells:
    return {
        ("taboos", row, "kind"): TABOO_KINDS[kind].de,
        ("taboos", row, "subject"): subject,
        ("taboos", row, "protection"): PROTECTIONS[protection].de,
    }
