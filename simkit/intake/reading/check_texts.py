"""What the checks of rows and references say, in both languages."""

from __future__ import annotations

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text

TEXTS = Catalogue.beside(__file__)

LEFT_OUT = Text(
    de="bewusst weggelassen (in client.yaml auf nichts abgebildet: {column})",
    en="left out on purpose (mapped to nothing in client.yaml: {column})",
)
REASON_LACKING = Text(de="kein lesbarer Wert für '{column}'", en="no readable value for '{column}'")
BETWEEN = Text(de="außerhalb von {low} bis {high}", en="outside {low} to {high}")
BELOW = Text(de="unter {low}", en="below {low}")
REASON_RANGE = Text(de="'{column}' außerhalb des Möglichen", en="'{column}' outside what is possible")
REASON_FUTURE = Text(de="'{column}' in der Zukunft", en="'{column}' in the future")
REASON_END = Text(de="'{end}' vor '{start}'", en="'{end}' before '{start}'")
REASON_IDENTICAL = Text(de="gleiche Zeile noch einmal", en="the same row again")
IDENTICAL_REMEDY = Text(
    de="Sind es Doppel, ordnen Sie die Schlüsselspalte zu.", en="If they are duplicates, map the key column."
)
REASON_REPEATED = Text(de="'{column}' kommt schon vor", en="'{column}' was there already")
REPEATED_REMEDY = Text(
    de="Klären Sie, welche Zeile gilt, und exportieren Sie neu.", en="Find out which row holds, and export again."
)
LINES_REMEDY = Text(
    de="Sind es Auftragspositionen, schreiben Sie in client.yaml: tables.orders.lines: true",
    en="If they are order lines, write in client.yaml: tables.orders.lines: true",
)
SUMMED = Text(de="Positionen, zu {orders} Aufträgen summiert", en="lines, summed to {orders} orders")
EFFECT_COMPLETED = Text(
    de="; diese Kunden wurden mit ihrer Nummer allein ergänzt, kein Umsatz geht verloren",
    en="; these customers were added with their number alone, no revenue is lost",
)
EFFECT_KEPT = Text(de="; trotzdem mitgezählt", en="; counted all the same")
EFFECT_DROPPED = Text(de="; nicht mitgezählt", en="; left out")
REASON_UNKNOWN = Text(de="'{column}' unbekannt", en="'{column}' unknown")
ZEROS_REMEDY = Text(
    de="Die Nummern unterscheiden sich nur in führenden Nullen: exportieren Sie beide Dateien mit der Spalte als Text.",
    en="The numbers differ in leading zeros only: export both files with the column as text.",
)
COMPLETE_REMEDY = Text(
    de="Ergänzen Sie die fehlenden Einträge, oder prüfen Sie, ob die richtige Spalte zugeordnet ist.",
    en="Add what is missing, or check that the right column is mapped.",
)
SHARES_SUM = Text(
    de="Die Zeitanteile der Rolle '{role}' ergeben zusammen {percent} %, nicht 100 %.",
    en="The shares of time of the role '{role}' add up to {percent}%, not 100%.",
)
SHARES_SUM_REMEDY = Text(
    de="Prüfen Sie, ob eine Tätigkeit fehlt oder doppelt steht.", en="Check whether an activity is missing or doubled."
)
OUTSIDE_PERIOD = Text(de="außerhalb des Zeitraums {first} bis {last}", en="outside the period {first} to {last}")
NOTHING_INSIDE = Text(
    de="Keine Zeile der Tabelle '{table}' liegt im Zeitraum {first} bis {last}; ihre Daten reichen von {earliest} bis "
    "{latest}.",
    en="No row of the table '{table}' lies in the period {first} to {last}; its dates run from {earliest} to {latest}.",
)
NOTHING_INSIDE_REMEDY = Text(
    de="Berichtigen Sie 'period' in client.yaml, oder löschen Sie die Zeile: dann ergibt sich der Zeitraum aus den "
    "Tabellen.",
    en="Correct 'period' in client.yaml, or delete the line: then the period follows from the tables.",
)
NOTHING_SOLD = TEXTS["nothing_sold"]
NOTHING_SOLD_REMEDY = Text(
    de="Prüfen Sie, ob das Vorzeichen verdreht ist oder nur Gutschriften exportiert wurden; gibt es keine Aufträge, "
    "löschen Sie die Tabelle orders aus client.yaml.",
    en="Check whether the sign is turned round or only credit notes were exported; if there are no orders, delete the "
    "table orders from client.yaml.",
)
EARLY_DATES_REMEDY = Text(
    de="Meist ein Platzhalter oder ein Lesefehler: leeren Sie ihn im Quellsystem, oder nennen Sie ihn unter 'missing'.",
    en="Mostly a placeholder or a mistyped year: empty it in the source system, or name it under 'missing'.",
)
HUGE_AMOUNTS_REMEDY = Text(
    de="Prüfen Sie Dezimalkomma und Einheit, und ob eine Nummer in die Spalte geraten ist.",
    en="Check decimal mark and unit, and whether an identifier got into the column.",
)
