"""Published figures on how salespeople use their time, and the client's share by the same definition beside each.

Studies define "selling time" differently, by a factor of two; so every benchmark names the activities of our taxonomy
that it counts. Only figures whose source was seen are listed; the evidence grade says how far to trust it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from simkit.effort.taxonomy import FACING
from simkit.foundation.estimates import Estimate
from simkit.foundation.text import Text

EvidenceGrade = Literal["P", "O", "V", "S"]
EVIDENCE_GRADES: dict[EvidenceGrade, Text] = {
    "P": Text(de="begutachtete Studie", en="peer-reviewed study"),
    "O": Text(de="amtliche Statistik oder Dokumentation", en="official statistic or documentation"),
    "V": Text(de="Anbieter, Blog oder Zitat aus zweiter Hand", en="vendor, blog or second-hand quote"),
    "S": Text(de="nur im Ausgangstext behauptet", en="claimed in a source document only"),
}
Kind = Literal["customer", "travel", "administration", "internal"]


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One published share of working time."""

    name: str
    label: Text
    """Study and year."""
    kind: Kind
    """What the share is about; only benchmarks of one kind belong on one axis."""
    definition: Text
    """What the study counts."""
    activities: tuple[str, ...]
    """Activities of our taxonomy that the definition covers."""
    low: float
    high: float
    """Published share of working time, in 0..1; equal when one number was published."""
    source: str
    """Where the figure was seen."""
    evidence_grade: EvidenceGrade
    """Evidence grade, see `MARKS`."""
    target: bool = False
    """A recommended target, not a measured average."""


def _published(
    name: str,
    label: str,
    share: tuple[float, float],
    activities: tuple[str, ...],
    definition: Text,
    source: str,
    kind: Kind = "customer",
) -> Benchmark:
    """Return a vendor's or second-hand figure: the usual case of this catalogue."""
    return Benchmark(
        name=name,
        label=Text(de=label, en=label),
        kind=kind,
        definition=definition,
        activities=activities,
        low=share[0],
        high=share[1],
        source=source,
        evidence_grade="V",
    )


SELLING = ("selling",)
CONTACT = ("selling", "care")

BENCHMARKS: tuple[Benchmark, ...] = (
    _published(
        "proudfoot",
        "Proudfoot 2005",
        (0.11, 0.21),
        SELLING,
        Text(
            de="aktives Verkaufen, beobachtet (11 %); mit Neukundensuche 21 %",
            en="active selling, observed (11%); with prospecting 21%",
        ),
        "sellingpower.com/2010/01/13/1474",
    ),
    _published(
        "baylor",
        "Baylor",
        (0.11, 0.11),
        SELLING,
        Text(de="aktives Verkaufen, aus zweiter Hand", en="active selling, second-hand"),
        "customerthink.com/increasing_sales…",
    ),
    _published(
        "pace",
        "Pace Productivity",
        (0.22, 0.22),
        SELLING,
        Text(de="Verkaufen", en="selling"),
        "red2blackgroup.com/2018-10-11",
    ),
    _published(
        "mckinsey",
        "McKinsey",
        (1 / 3, 1 / 3),
        CONTACT,
        Text(
            de="Zeit, die nicht in verkaufsferne Arbeit fließt (diese: zwei Drittel), rund 500 B2B-Firmen",
            en="time outside non-selling work (two thirds), about 500 B2B firms",
        ),
        "mckinsey.com, How top performers outpace peers in sales productivity",
    ),
    _published(
        "smm",
        "Sales & Marketing Management 2006",
        (0.38, 0.38),
        CONTACT,
        Text(de="Verkaufen, ohne umsatzferne Arbeit (62 %)", en="selling, without non-revenue work (62%)"),
        "selectmetrix.com/blogs/2006/11",
    ),
    _published(
        "cso",
        "CSO Insights 2006–2011",
        (0.41, 0.46),
        CONTACT,
        Text(
            de="Verkaufen am Telefon oder im persönlichen Gespräch, über 2.000 Firmen",
            en="selling by phone or face to face, more than 2,000 firms",
        ),
        "sellingpower.com/2011/03/08/9392",
    ),
    _published(
        "overview",
        "JBTD 2008–2016",
        (0.22, 0.45),
        CONTACT,
        Text(de="Verkaufszeit, Spanne mehrerer Studien", en="selling time, range of several studies"),
        "jbtd.nl/sales-efficiency-time-to-sell",
    ),
    Benchmark(
        name="case_before",
        label=Text(de="Conmendo, Kundenprojekte", en="Conmendo, client projects"),
        kind="customer",
        definition=Text(
            de="Zeit mit Kunden; 90 % gehen in interne Priorisierung, Abstimmung und Verwaltung",
            en="time with customers; 90% goes to internal prioritisation, coordination and administration",
        ),
        activities=FACING,
        low=0.10,
        high=0.10,
        source="conmendo.de",
        evidence_grade="S",
    ),
    Benchmark(
        name="case_target",
        label=Text(de="Conmendo, Zielwert", en="Conmendo, target"),
        kind="customer",
        definition=Text(
            de="wertschöpfende Zeit mit Kunden, mindestens 60 %; liegt über jedem veröffentlichten Durchschnitt",
            en="value-creating time with customers, at least 60%; above every published average",
        ),
        activities=FACING,
        low=0.60,
        high=0.60,
        source="conmendo.de",
        evidence_grade="S",
        target=True,
    ),
    _published(
        "proudfoot_travel",
        "Proudfoot 2005",
        (0.21, 0.21),
        ("travel",),
        Text(de="Reisezeit, beobachtet", en="travel, observed"),
        "sellingpower.com/2010/01/13/1474",
        "travel",
    ),
    _published(
        "proudfoot_administration",
        "Proudfoot 2005",
        (0.27, 0.27),
        ("administration",),
        Text(de="Verwaltung, beobachtet", en="administration, observed"),
        "sellingpower.com/2010/01/13/1474",
        "administration",
    ),
    _published(
        "baylor_administration",
        "Baylor",
        (0.31, 0.31),
        ("administration",),
        Text(de="Verwaltung, aus zweiter Hand", en="administration, second-hand"),
        "customerthink.com/increasing_sales…",
        "administration",
    ),
    _published(
        "pace_administration",
        "Pace Productivity",
        (0.35, 0.35),
        ("administration",),
        Text(
            de="Verwaltung (23 %) und Auftragsbearbeitung (12 %)", en="administration (23%) and order processing (12%)"
        ),
        "red2blackgroup.com/2018-10-11",
        "administration",
    ),
    _published(
        "smm_internal",
        "Sales & Marketing Management 2006",
        (0.23, 0.23),
        ("coordination", "prioritisation"),
        Text(de="Probleme lösen, suchen, beschleunigen", en="problems, searching, expediting"),
        "selectmetrix.com/blogs/2006/11",
        "internal",
    ),
)

ShareOf = Callable[[Sequence[str]], Estimate | None]


def compare(share_of: ShareOf) -> pd.DataFrame:
    """Put the client's share beside each benchmark, each by the benchmark's own definition.

    Parameters
    ----------
    share_of : callable
        Gives the client's share of working time (0..1, with interval) spent on a set of activities, or None when a
        group under the minimum size would be seen.

    Returns
    -------
    pandas.DataFrame
        One row per benchmark: ``name, label, kind, definition, activities, client_share, low, high, published_low,
        published_high, source, evidence_grade, target``; shares in 0..1, ``label`` and ``definition`` as `Text`.

    Notes
    -----
    Published averages differ in method (observation, self-report, vendor surveys), so a difference is no proof of a
    fault; the grades are part of the result.
    """
    rows = []
    for benchmark in BENCHMARKS:
        client = share_of(benchmark.activities)
        rows.append(
            {
                "name": benchmark.name,
                "label": benchmark.label,
                "kind": benchmark.kind,
                "definition": benchmark.definition,
                "activities": benchmark.activities,
                "client_share": client.value if client else float("nan"),
                "low": client.low if client else float("nan"),
                "high": client.high if client else float("nan"),
                "published_low": benchmark.low,
                "published_high": benchmark.high,
                "source": benchmark.source,
                "evidence_grade": benchmark.evidence_grade,
                "target": benchmark.target,
            }
        )
    return pd.DataFrame(rows)
