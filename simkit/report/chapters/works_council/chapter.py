"""Chapter: the sheet for the works council: what was processed, at which level, and why no person can be seen."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.settings.schemas import TABLES
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.table_content import TableColumn

NAME = "works_council"
TITLE = Text(de="Für den Betriebsrat", en="For the works council")
PERSONAL = ("employees", "activities", "time_estimates", "opportunities", "orders", "customers", "ratings")
PEOPLE_COLUMNS = (
    "employee_id",
    "owner_id",
    "participant",
    "role",
    "team",
    "fte",
    "birth_year",
    "birth_date",
    "entry_on",
    "left_on",
    "retires_on",
)
LEVEL = {
    "employees": Text(de="Rolle; Summen über alle", en="role; totals over all"),
    "activities": Text(
        de="Rolle, Tätigkeit, Woche (alle Personen), Kunde mit genug Personen",
        en="role, activity, week (all people), customer with enough people",
    ),
    "time_estimates": Text(de="Rolle", en="role"),
    "opportunities": Text(de="Kunde; Summen über alle", en="customer; totals over all"),
    "orders": Text(de="Kunde; Summen über alle", en="customer; totals over all"),
    "customers": Text(de="Kunde", en="customer"),
    "ratings": Text(de="Kunde, Mittel über alle Teilnehmer", en="customer, mean over all participants"),
}


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    minimum = analysis.client.config.privacy.minimum_group
    yield builder.text("purpose", *_purpose())
    yield _processed(builder, analysis)
    yield builder.text(
        "protection", title=_PROTECTION, points=[*_protection(minimum), *_hours(analysis), *_sellers(analysis)]
    )
    yield builder.text("law", _LAW, title=Text(de="Rechtlicher Rahmen", en="Legal frame"))


def _purpose() -> tuple[Text, ...]:
    return (
        Text(
            de="Die Auswertung fragt, wofür die Zeit der Vertriebsorganisation insgesamt aufgewendet wird und welche "
            "Organisation den Kunden besser dient. Sie bewertet keine Personen und ist dafür auch nicht geeignet.",
            en="The analysis asks what the time of the sales organisation as a whole is used for and which "
            "organisation "
            "serves customers better. It does not assess people and is not suited to do so.",
        ),
    )


def _processed(builder: ChapterBuilder, analysis: ClientAnalysis) -> Block:
    rows = []
    for name in PERSONAL:
        if not analysis.client.has(name):
            continue
        table = analysis.client.table(name)
        relating = (*PEOPLE_COLUMNS, "cost_amount") if name == "employees" else PEOPLE_COLUMNS
        labels = [builder.style.translate(TABLES[name].column(column).label) for column in relating if column in table]
        if not labels:
            continue
        rows.append(
            {
                "table": builder.style.translate(TABLES[name].label),
                "columns": ", ".join(labels),
                "rows": len(table),
                "level": builder.style.translate(LEVEL[name]),
            }
        )
    frame = pd.DataFrame(rows, columns=["table", "columns", "rows", "level"])
    columns = (
        TableColumn(name="table", label=Text(de="Tabelle", en="Table")),
        TableColumn(
            name="columns", label=Text(de="Angaben mit Bezug zu Beschäftigten", en="Details that relate to staff")
        ),
        TableColumn(name="rows", label=Text(de="Zeilen", en="Rows"), write="number"),
        TableColumn(name="level", label=Text(de="Gezeigt wird höchstens je", en="Shown at most by")),
    )
    title = Text(
        de="Was verarbeitet wurde und auf welcher Ebene es erscheint",
        en="What was processed and at which level it appears",
    )
    return builder.table("processed_tables", title, frame, columns)


_PROTECTION = Text(de="Warum keine Person zu sehen ist", en="Why no person can be seen")


def _protection(minimum: int) -> list[Text]:
    return [
        Text(
            de="Personalnummern werden schon beim Einlesen durch Kennungen ersetzt (P01, P02 …); der Schlüssel wird "
            "nicht "
            "gespeichert. Namen von Beschäftigten werden nicht übernommen.",
            en="Staff numbers are replaced by codes (P01, P02 …) while the files are read; the key is not stored. "
            "Names of "
            "staff are not kept.",
        ),
        Text(
            de="Keine Tabelle, kein Diagramm und keine Ausgabedatei zeigt eine Gruppe unter {n} Personen; kleinere "
            "Gruppen "
            "werden zusammengelegt, sodass sie auch nicht durch Abziehen zu errechnen sind.",
            en="No table, chart or export shows a group of fewer than {n} people; smaller groups are merged, so "
            "that they "
            "cannot be worked out by subtraction either.",
        ).fill(n=minimum),
        Text(
            de="Es gibt keine Rangfolge von Personen und keinen Vergleich einzelner Personen.",
            en="There is no ranking of people and no comparison of single persons.",
        ),
        Text(
            de="Ausgewertet werden gelieferte Auszüge eines abgeschlossenen Zeitraums, keine laufende Erfassung; "
            "nichts "
            "wird an andere Rechner übertragen.",
            en="Delivered extracts of a past period are analysed, not a running recording; nothing is sent to other "
            "machines.",
        ),
        Text(
            de="Alles zu diesem Kunden Gespeicherte lässt sich mit einem Befehl löschen (simkit purge).",
            en="Everything held of this client can be deleted by one command (simkit purge).",
        ),
    ]


def _hours(analysis: ClientAnalysis) -> Iterator[Text]:
    """Yield the statement on hours by customer, where the log books time on customers."""
    if not analysis.client.has("activities") or "customer_id" not in analysis.client.table("activities"):
        return
    log = analysis.client.table("activities")
    named = "employee_id" in log and bool(log["employee_id"].notna().any())
    yield _HOURS_BY_CUSTOMER.fill(n=analysis.client.config.privacy.minimum_group) if named else _HOURS_OF_NOBODY


def _sellers(analysis: ClientAnalysis) -> Iterator[Text]:
    """Yield the statement on figures over all sellers, where there are any."""
    over_sellers = (analysis.variance_split, analysis.efficiency)
    if not isinstance(analysis.pipeline, Missing) and not all(isinstance(found, Missing) for found in over_sellers):
        yield _OVER_SELLERS


_OVER_SELLERS = Text(
    de="Wie stark sich Ergebnisse zwischen Verkäufern unterscheiden, und ob Kennzahlen der Effizienz mit ihnen einhergehen, wird "
    "über alle Verkäufer gerechnet; gezeigt werden nur diese Gesamtwerte. Werte einzelner Personen entstehen nur im "
    "Arbeitsspeicher und werden weder gezeigt noch gespeichert.",
    en="How far results differ between sellers, and whether figures of efficiency go with them, is worked out over all sellers; "
    "only these totals are shown. Figures of single people exist in memory alone and are neither shown nor stored.",
)
_HOURS_BY_CUSTOMER = Text(
    de="Stunden, Betreuungskosten und der Ertrag danach erscheinen für einen einzelnen Kunden nur, wenn mindestens {n} "
    "Personen Zeit auf ihn gebucht haben; sonst steht dort ein Strich, und seine Stunden gehen nur in Summen ein, hinter "
    "denen mindestens {n} Personen stehen.",
    en="Hours, cost to serve and the margin after it appear for a single customer only if at least {n} people logged "
    "time on it; otherwise there is a dash, and its hours enter only totals with at least {n} people behind them.",
)
_HOURS_OF_NOBODY = Text(
    de="Die gelieferte Zeiterfassung nennt keine Personen; Stunden je Kunde lassen sich niemandem zuordnen.",
    en="The log as delivered names no people; hours by customer can be traced to nobody.",
)


_LAW = Text(
    de="In Deutschland ist die dauerhafte Erfassung einzelner Arbeitsschritte auch mit Betriebsvereinbarung unzulässig "
    "(BAG, 1 ABR 46/15); technische Einrichtungen, die Verhalten oder Leistung überwachen können, unterliegen der "
    "Mitbestimmung (§ 87 Abs. 1 Nr. 6 BetrVG). In Österreich gilt Ähnliches. Dies ist keine Rechtsberatung.",
    en="In Germany a permanent capture of single work steps is unlawful even with a works agreement (BAG, 1 ABR "
    "46/15); "
    "technical devices that can monitor conduct or performance are subject to co-determination (§ 87(1) no. 6 BetrVG). "
    "The rules in Austria are similar. This is no legal advice.",
)
