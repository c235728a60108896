"""The workshop of the demo client: what twelve invented people from two departments put into their questionnaires.

Opinions are drawn around one view per department; the files are then read like those of any client.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.streams import stream
from simkit.intake.demo.exports import CREATED
from simkit.intake.demo.truth import SEED
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
from simkit.intake.workshop.criteria import industry_catalogue
from simkit.intake.workshop.forms import ABOUT_ROWS, SEGMENTS, Customer, pair_order
from simkit.intake.workshop.questionnaire import Questionnaire, write_questionnaire
from simkit.intake.workshop.reading import Context, read_workshop
from simkit.intake.workshop.results import workshop_folder, write_results

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
    folder : Path
        The client's folder.
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
        client="demo", language="de", catalogue=catalogue, customers=names, employees=frozenset(map(str, employees))
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
