"""What is true about the demo client: every number its generator works with.

Tests compare what the kit finds in the exports with these numbers; the kit itself never reads them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

SEED = 20260630
FIRST = dt.date(2024, 7, 1)
LAST = dt.date(2026, 6, 30)
YEARS = 2
DAY_H = 8.0
EFFORT_CV = 0.7
#: Longer efforts are spread over several days.
LONGEST_ENTRY_H = 6.5
#: Orders of these working days before the period still cause work in it.
EARLIER_DAYS = 60

#: Role, FTE, year of birth, entry, yearly cost, agreed retirement.
PEOPLE: tuple[tuple[str, float, int, str, int, str], ...] = (
    ("Außendienst", 1.0, 1960, "1994-04-01", 98_400, "2027-03-31"),
    ("Außendienst", 1.0, 1961, "1999-10-01", 96_200, "2027-12-31"),
    ("Außendienst", 1.0, 1964, "2003-01-01", 94_800, ""),
    ("Außendienst", 1.0, 1967, "2008-07-01", 92_500, ""),
    ("Außendienst", 1.0, 1970, "2011-02-01", 91_000, ""),
    ("Außendienst", 1.0, 1973, "2010-09-01", 90_300, ""),
    ("Außendienst", 0.8, 1976, "2014-04-01", 71_600, ""),
    ("Außendienst", 1.0, 1979, "2016-01-01", 87_900, ""),
    ("Außendienst", 1.0, 1981, "2015-05-01", 86_400, ""),
    ("Außendienst", 1.0, 1984, "2018-10-01", 84_200, ""),
    ("Außendienst", 1.0, 1987, "2019-03-01", 82_700, ""),
    ("Außendienst", 1.0, 1990, "2021-01-01", 79_500, ""),
    ("Außendienst", 1.0, 1993, "2024-10-01", 74_800, ""),
    ("Innendienst", 1.0, 1961, "1989-09-01", 71_300, "2028-02-29"),
    ("Innendienst", 1.0, 1963, "1996-05-01", 70_100, ""),
    ("Innendienst", 0.75, 1969, "2005-08-01", 60_400, ""),
    ("Innendienst", 1.0, 1974, "2009-11-01", 67_200, ""),
    ("Innendienst", 0.6, 1980, "2013-02-01", 60_200, ""),
    ("Innendienst", 1.0, 1986, "2017-06-01", 64_300, ""),
    ("Innendienst", 1.0, 1991, "2020-09-01", 62_800, ""),
    ("Innendienst", 1.0, 1996, "2022-04-01", 60_900, ""),
    ("Key-Account", 1.0, 1962, "2001-01-01", 109_800, "2028-12-31"),
    ("Key-Account", 1.0, 1971, "2007-03-01", 107_500, ""),
    ("Key-Account", 1.0, 1978, "2012-10-01", 104_900, ""),
)

CLASSES = ("standard", "configured", "bespoke")
SEGMENTS = ("A", "B", "C")
SEGMENT_ENDS = {"A": 0.10, "B": 0.40, "C": 1.00}

CUSTOMERS = 420
BUYING_CUSTOMERS = 410
SALES_AMOUNT = 60_000_000.0
#: Share of the customers whose purchasing volume the sales staff have asked for.
KNOWN_VOLUME_SHARE = 0.8
#: Cumulated share of customers, from the largest, and the share of sales they hold (VDMA sales benchmark, rounded).
LORENZ = ((0.10, 0.55), (0.20, 0.70), (0.50, 0.85), (1.00, 1.00))

KEY_ACCOUNTS = 26

ORDERS = 5_400
CLASS_SHARES = {"standard": 0.40, "configured": 0.35, "bespoke": 0.25}
CLASS_VALUE_FACTORS = {"standard": 1.0, "configured": 2.0, "bespoke": 5.0}
CLASS_MARGINS = {"standard": 0.27, "configured": 0.24, "bespoke": 0.18}
CUSTOMER_MARGIN_SPREAD = 0.145
PRESSED_CUSTOMERS = 10
PRESSED_MARGIN_LOSS = 0.30
#: Working days that the way of an order through the house is planned to take, at least and at most; the chance that it
#: stalls, and by how many days more than one.
PLANNED_DAYS = {"standard": (3, 6), "configured": (8, 16), "bespoke": (25, 45)}
STALLED_CHANCE = {"standard": 0.12, "configured": 0.18, "bespoke": 0.30}
STALLED_DAYS = {"standard": 3.0, "configured": 6.0, "bespoke": 12.0}
#: Mean working days that goods still need when the work of sales is done; the chance that a part is missing then, and for
#: how many days on average.
PRODUCTION_DAYS = {"standard": 1.0, "configured": 2.0, "bespoke": 5.0}
MISSING_PART_CHANCE = 0.25
MISSING_PART_DAYS = {"standard": 4.0, "configured": 25.0, "bespoke": 40.0}
#: Promises are what all but this share of a class's orders keep to, each by up to a fifth shorter or longer.
LATE_CHANCE = {"standard": 0.12, "configured": 0.18, "bespoke": 0.30}
PROMISE_SPREAD = 0.2

OPPORTUNITIES = {"won": 350, "lost": 340, "no_decision": 165, "open": 105}
CYCLE_DAYS = {"won": 62.0, "lost": 85.0, "no_decision": 150.0, "open": 75.0}

#: Stages of the sale in the client's words, and the chance that a deal was in each when it was last seen, by its end.
SALES_STAGES = ("Qualifizierung", "Angebot", "Verhandlung")
LAST_SEEN_IN = {
    "won": (0.02, 0.34, 0.64),
    "lost": (0.20, 0.50, 0.30),
    "no_decision": (0.38, 0.44, 0.18),
    "open": (0.36, 0.42, 0.22),
}
#: What sellers claim of an open deal on average, by stage, in steps of a tenth.
CLAIMED_SHARES = {"Qualifizierung": 0.35, "Angebot": 0.60, "Verhandlung": 0.85}
#: Chance that a deadline is qualified and that the decision maker is reached, by how the deal ends.
CLEARED_CHANCES = {
    "deadline_qualified": {"won": 0.70, "lost": 0.50, "no_decision": 0.30, "open": 0.50},
    "authority_access": {"won": 0.72, "lost": 0.52, "no_decision": 0.35, "open": 0.55},
}
#: Chance that a deal misses its expected day although both are cleared, and that a lack of either makes it miss it.
SLIP_CHANCE = 0.30
SLIP_CHANCE_WITHOUT = {"deadline_qualified": 0.35, "authority_access": 0.30}
#: Reasons of slips with their weights: always, more without a qualified deadline, more without access.
SLIP_REASONS = {
    "Technische Klärung offen": (1.2, 0.0, 0.0),
    "Budget nicht freigegeben": (1.0, 0.2, 0.6),
    "Andere Prioritäten beim Kunden": (0.8, 0.4, 0.2),
    "Termin war nur ein Wunsch": (0.3, 1.8, 0.0),
    "Entscheider nicht erreicht": (0.3, 0.0, 2.0),
    "Wettbewerb wird noch geprüft": (0.6, 0.0, 0.0),
    "Eigene Kapazität fehlte": (0.5, 0.0, 0.0),
}
#: Share of the questions about a deal that are answered, and of the slips whose reason is noted.
ANSWERED_SHARE = 0.88
REASON_NOTED_SHARE = 0.80
#: Next step of an open deal: still ahead, already past, none noted.
NEXT_STEP_CHANCES = (0.55, 0.20, 0.25)
#: Whom the seller talks to, with the chances where the decision maker is reached and where not.
CONTACT_ROLES = {
    "Geschäftsführung": (0.35, 0.05),
    "Technische Leitung": (0.20, 0.15),
    "Einkauf": (0.25, 0.40),
    "Konstruktion": (0.10, 0.25),
    "Produktion": (0.10, 0.15),
}
CONTACT_TENURE_YEARS = 5.5

#: Kinds of meeting behind a label of the time log: name, share of the label's entries, chance of an agreed next step.
MEETINGS: Mapping[str, tuple[tuple[str, float, float], ...]] = {
    "Neukundenakquise": (("Erstgespräch", 1.0, 0.35),),
    "Angebotspräsentation": (("Angebotspräsentation", 1.0, 0.62),),
    "Angebot nachfassen": (("Nachfassgespräch", 1.0, 0.38),),
    "Preisverhandlung": (("Verhandlung", 1.0, 0.66),),
    "Kundenbesuch": (("Jahresgespräch", 0.25, 0.58), ("Bedarfsgespräch", 0.35, 0.52), ("Kontaktbesuch", 0.40, 0.18)),
    "Betreuungstelefonat": (("Betreuungstelefonat", 1.0, 0.27),),
}

LEADS_PER_YEAR = 520
SERVICE_REQUESTS_PER_YEAR = 1_250
COMPLAINTS_PER_YEAR = 130
CARE_CONTACTS_PER_YEAR = {"A": 9.0, "B": 4.0, "C": 1.5}
VISIT_SHARE = {"A": 0.70, "B": 0.45, "C": 0.15}

#: Chance that the account owner, not the inside sales, carries an order through the house.
OWNER_CARRIES = {"standard": 0.15, "configured": 0.58, "bespoke": 0.82}
LOGGING_SHARE = (0.68, 0.92)
HOLIDAY_DAYS = 30
SICK_SPELLS_PER_YEAR = 4.0
SICK_SPELL_DAYS = 3.0

ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One kind of time entry that a case needs."""

    label: str
    """The client's own word for the activity."""
    entry_h: Mapping[str, float]
    """Mean hours of one entry by order class, customer segment, or "all"."""
    entries: Mapping[str, float]
    """Expected number of entries per case, same keys."""
    window: tuple[float, float] = (0.0, 1.0)
    """Earliest and latest moment as shares of the case's duration, each in 0..1."""
    doer: str = "owner"
    """Account owner, inside sales, or whoever carries the order."""


def _by_class(standard: float, configured: float, bespoke: float) -> dict[str, float]:
    return {"standard": standard, "configured": configured, "bespoke": bespoke}


def _by_segment(a: float, b: float, c: float) -> dict[str, float]:
    return {"A": a, "B": b, "C": c}


def _every(value: float) -> dict[str, float]:
    return {ALL: value}


STEPS: Mapping[str, tuple[Step, ...]] = {
    "order": (
        Step(
            label="Auftragserfassung",
            entry_h=_by_class(0.5, 0.9, 1.5),
            entries=_by_class(1, 1, 1),
            window=(0.0, 0.05),
            doer="desk",
        ),
        Step(
            label="Auftragsabstimmung Produktion",
            entry_h=_by_class(2.0, 2.4, 3.1),
            entries=_by_class(0.5, 1.0, 2.3),
            doer="order",
        ),
        Step(
            label="Klärung Konstruktion",
            entry_h=_by_class(1.2, 2.2, 3.3),
            entries=_by_class(0.0, 0.6, 1.8),
            window=(0.0, 0.6),
            doer="order",
        ),
        Step(
            label="Terminabstimmung Versand",
            entry_h=_by_class(1.7, 1.9, 2.3),
            entries=_by_class(0.2, 0.4, 0.8),
            window=(0.5, 1.0),
            doer="order",
        ),
        Step(
            label="Auftragsbestätigung Kunde",
            entry_h=_by_class(0.4, 0.5, 0.7),
            entries=_by_class(0.5, 0.7, 0.9),
            window=(0.05, 0.15),
            doer="order",
        ),
    ),
    "opportunity": (
        Step(
            label="Angebotsausarbeitung",
            entry_h=_by_class(1.8, 2.8, 3.9),
            entries=_by_class(1, 1, 1),
            window=(0.0, 0.3),
        ),
        Step(
            label="Machbarkeit prüfen",
            entry_h=_by_class(1, 1.5, 2.6),
            entries=_by_class(0, 0.3, 1),
            window=(0.0, 0.4),
        ),
        Step(
            label="Reisezeit",
            entry_h=_by_class(2.5, 2.5, 2.5),
            entries=_by_class(0.3, 0.5, 0.8),
            window=(0.4, 0.4),
        ),
        Step(
            label="Angebotspräsentation",
            entry_h=_by_class(1.3, 1.5, 1.8),
            entries=_by_class(0.5, 0.7, 0.9),
            window=(0.4, 0.4),
        ),
        Step(
            label="Angebot nachfassen",
            entry_h=_by_class(0.4, 0.5, 0.55),
            entries=_by_class(1.4, 2.0, 2.6),
            window=(0.5, 0.9),
        ),
        Step(
            label="Preisverhandlung",
            entry_h=_by_class(0.7, 0.9, 1.2),
            entries=_by_class(0.5, 0.6, 0.7),
            window=(0.8, 1.0),
        ),
    ),
    "lead": (Step(label="Neukundenakquise", entry_h=_every(0.9), entries=_every(1.2)),),
    "visit": (
        Step(
            label="Besuchsvorbereitung",
            entry_h=_by_segment(0.9, 0.7, 0.5),
            entries=_by_segment(1, 1, 1),
            window=(0, 0),
        ),
        Step(label="Reisezeit", entry_h=_by_segment(2.6, 2.5, 2.4), entries=_by_segment(1, 1, 1), window=(0, 0)),
        Step(label="Kundenbesuch", entry_h=_by_segment(1.6, 1.3, 1.0), entries=_by_segment(1, 1, 1), window=(0, 0)),
    ),
    "call": (
        Step(
            label="Besuchsvorbereitung",
            entry_h=_by_segment(0.5, 0.5, 0.3),
            entries=_by_segment(0.6, 0.5, 0.3),
            window=(0, 0),
        ),
        Step(
            label="Betreuungstelefonat",
            entry_h=_by_segment(0.7, 0.6, 0.5),
            entries=_by_segment(1, 1, 1),
            window=(0, 0),
        ),
    ),
    "request": (
        Step(label="Kundenanfrage", entry_h=_every(0.8), entries=_every(1), window=(0, 0), doer="desk"),
        Step(label="Rückfrage intern", entry_h=_every(1.0), entries=_every(0.25), doer="desk"),
    ),
    "complaint": (
        Step(label="Reklamation", entry_h=_every(0.9), entries=_every(1.3), doer="desk"),
        Step(label="Reklamationsklärung intern", entry_h=_every(1.7), entries=_every(1.5), doer="desk"),
    ),
}

#: Work that comes with the week, whoever the customers are: label, hours per full-time week, chance per week.
WEEKLY = (
    ("Vertriebsmeeting", 1.9, 1.0),
    ("Eskalation und Umplanung", 2.7, 0.85),
    ("CRM-Pflege", 2.3, 0.95),
    ("Berichte und Reisekosten", 1.9, 0.55),
)
TRAINING_DAYS_PER_YEAR = 3.5
TRAINING_H = 7.0
MODULE_BUILDERS = 3
MODULE_H_PER_WEEK = 2.2

#: The client's labels in the taxonomy's words; client.yaml holds the same table.
ACTIVITY_OF_LABEL = {
    "Neukundenakquise": "selling",
    "Angebotspräsentation": "selling",
    "Angebot nachfassen": "selling",
    "Preisverhandlung": "selling",
    "Kundenbesuch": "care",
    "Betreuungstelefonat": "care",
    "Kundenanfrage": "service",
    "Auftragsbestätigung Kunde": "service",
    "Reklamation": "service",
    "Besuchsvorbereitung": "preparation",
    "Angebotsausarbeitung": "preparation",
    "Reisezeit": "travel",
    "Auftragsabstimmung Produktion": "coordination",
    "Klärung Konstruktion": "coordination",
    "Terminabstimmung Versand": "coordination",
    "Machbarkeit prüfen": "coordination",
    "Rückfrage intern": "coordination",
    "Reklamationsklärung intern": "coordination",
    "Vertriebsmeeting": "prioritisation",
    "Eskalation und Umplanung": "prioritisation",
    "Auftragserfassung": "administration",
    "CRM-Pflege": "administration",
    "Berichte und Reisekosten": "administration",
    "Baukastenentwicklung": "service_design",
    "Schulung": "development",
}
FACING = ("selling", "care", "service")

#: Faults put into the exports on purpose, so that a check of the files has something to tell.
PLANTED = {
    "negative_hours": 6,
    "unknown_customer": 9,
    "doubled_activity": 5,
    "forgotten_end": 40,
    "missing_cost": 4,
    "delivered_before_ordered": 2,
    "missing_industry": 5,
    "missing_postcode": 3,
}
FORGOTTEN_END_H = (10.5, 16.0)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The numbers that one invented firm is made with; those of the demo client unless said otherwise."""

    seed: int = SEED
    staff: tuple[tuple[str, float, int, str, int, str], ...] = PEOPLE
    """Role, FTE, year of birth, entry, yearly cost and agreed retirement of each person."""
    customers: int = CUSTOMERS
    buying_customers: int = BUYING_CUSTOMERS
    key_accounts: int = KEY_ACCOUNTS
    pressed_customers: int = PRESSED_CUSTOMERS
    """All customers (at least 40), those who order, those of the key-account managers, those with a pressed margin."""
    sales_amount: float = SALES_AMOUNT
    """Sales of the whole period, in currency."""
    orders: int = ORDERS
    opportunities: Mapping[str, int] = field(default_factory=lambda: dict(OPPORTUNITIES))
    """Orders of the whole period, and opportunities by stage."""
    class_shares: Mapping[str, float] = field(default_factory=lambda: dict(CLASS_SHARES))
    cycle_days: Mapping[str, float] = field(default_factory=lambda: dict(CYCLE_DAYS))
    """Shares of the order classes; mean calendar days of an opportunity by stage."""
    leads_per_year: float = LEADS_PER_YEAR
    requests_per_year: float = SERVICE_REQUESTS_PER_YEAR
    complaints_per_year: float = COMPLAINTS_PER_YEAR
    """Arrivals per year."""
    care_contacts_per_year: Mapping[str, float] = field(default_factory=lambda: dict(CARE_CONTACTS_PER_YEAR))
    """Contacts per customer and year by segment of sales."""
    well_served: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """By segment of sales: the share of its customers who are served best, and the share of their contacts that the others
    get; a segment that is not named differs by habit."""
    effort_factors: Mapping[str, float] = field(default_factory=dict)
    """Effort of a kind of case relative to the demo client's; 1 where none is named."""
    logging_share: tuple[float, float] = LOGGING_SHARE
    """Lowest and highest share of entries that a person writes down, in 0..1."""


DEMO = Truth()
