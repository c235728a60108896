"""What people of the demo client say: time estimates by role, and the ratings of a workshop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from simkit.foundation.streams import stream
from simkit.intake.demo.exports import german_number, write_csv, write_workbook
from simkit.intake.demo.truth import DEMO, Truth

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
    folder : Path
        Where to write.
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
