"""What the checks of rows and references say, in both languages."""

from __future__ import annotations

from simkit.foundation.text import Text
from simkit.intake.plural_text import Counted

LEFT_OUT = Text(
    de="bewusst weggelassen (in client.yaml auf nichts abgebildet: {column})",
    en="left out on purpose (mapped to nothing in client.yaml: {column})",
)
LACKING = Counted(
    de="{count} [Zeile|Zeilen] ohne Wert für '{column}' [bleibt|bleiben] unberücksichtigt.",
    en="{count} [row|rows] without a value for '{column}' [is|are] left out.",
)
REASON_LACKING = Text(de="kein lesbarer Wert für '{column}'", en="no readable value for '{column}'")
BETWEEN = Text(de="außerhalb von {low} bis {high}", en="outside {low} to {high}")
BELOW = Text(de="unter {low}", en="below {low}")
OUT_OF_RANGE_ROWS = Counted(
    de="{count} [Zeile|Zeilen] mit '{column}' {range} [bleibt|bleiben] unberücksichtigt.",
    en="{count} [row|rows] with '{column}' {range} [is|are] left out.",
)
OUT_OF_RANGE_CELLS = Counted(
    de="{count} [Wert|Werte] von '{column}' {range} [bleibt|bleiben] leer.",
    en="{count} [value|values] of '{column}' {range} [stays|stay] empty.",
)
REASON_RANGE = Text(de="'{column}' außerhalb des Möglichen", en="'{column}' outside what is possible")
FUTURE_ROWS = Counted(
    de="{count} [Zeile|Zeilen] mit '{column}' in der Zukunft [bleibt|bleiben] unberücksichtigt.",
    en="{count} [row|rows] with '{column}' in the future [is|are] left out.",
)
FUTURE_CELLS = Counted(
    de="{count} [Wert|Werte] von '{column}' in der Zukunft [bleibt|bleiben] leer.",
    en="{count} [value|values] of '{column}' in the future [stays|stay] empty.",
)
REASON_FUTURE = Text(de="'{column}' in der Zukunft", en="'{column}' in the future")
END_ROWS = Counted(
    de="In {count} [Zeile|Zeilen] liegt '{end}' vor '{start}'; sie [bleibt|bleiben] unberücksichtigt.",
    en="In {count} [row|rows] '{end}' is before '{start}'; [it is|they are] left out.",
)
END_CELLS = Counted(
    de="In {count} [Zeile|Zeilen] liegt '{end}' vor '{start}'; '{end}' bleibt leer, die Zeile zählt.",
    en="In {count} [row|rows] '{end}' is before '{start}'; '{end}' stays empty, the row counts.",
)
REASON_END = Text(de="'{end}' vor '{start}'", en="'{end}' before '{start}'")
IDENTICAL = Counted(
    de="{count} [Zeile ist doppelt und zählt|Zeilen sind doppelt und zählen] einmal.",
    en="{count} [row is a duplicate and counts|rows are duplicates and count] once.",
)
REASON_IDENTICAL = Text(de="gleiche Zeile noch einmal", en="the same row again")
IDENTICAL_KEPT = Counted(
    de="{count} [Zeile gleicht|Zeilen gleichen] einer anderen ganz; ohne Schlüsselspalte [zählt auch sie|zählen sie alle].",
    en="{count} [row equals|rows equal] another one altogether; without a key column [it counts too|all of them count].",
)
IDENTICAL_REMEDY = Text(
    de="Sind es Doppel, ordnen Sie die Schlüsselspalte zu.", en="If they are duplicates, map the key column."
)
REPEATED_KEY = Counted(
    de="{count} [Zeile wiederholt|Zeilen wiederholen] eine '{column}' mit anderem Inhalt{shown}; nur die erste zählt.",
    en="{count} [row repeats|rows repeat] a '{column}' with other content{shown}; only the first counts.",
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
LINES_DIFFER = Counted(
    de="{count} [Position nennt|Positionen nennen] ein anderes '{column}' als die erste ihres Auftrags; die erste zählt.",
    en="{count} [order line names|order lines name] another '{column}' than the first one of their order; the first counts.",
)
LINES_WITHOUT_COST = Counted(
    de="{count} [Position hat|Positionen haben] keine Kosten; Aufträge, deren Kosten damit unbekannt sind: {orders}.",
    en="{count} [order line has|order lines have] no cost; orders whose cost is therefore unknown: {orders}.",
)
UNKNOWN_KEYS = Counted(
    de="{count} [Zeile nennt einen Wert|Zeilen nennen Werte] von '{column}', [der|die] in '{table}' "
    "[fehlt|fehlen]{shown}{effect}; verschiedene Werte: {keys}.",
    en="{count} [row names a value|rows name values] of '{column}' that '{table}' does not have{shown}{effect}; "
    "different values: {keys}.",
)
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
NOTHING_SOLD = Counted(
    de="Die Auftragswerte ergeben zusammen {total}, also keinen Umsatz ({count} Zeilen, davon {credits} mit negativem "
    "Wert).",
    en="The order values add up to {total}, which is no revenue ({count} rows, {credits} of them with a negative "
    "value).",
)
NOTHING_SOLD_REMEDY = Text(
    de="Prüfen Sie, ob das Vorzeichen verdreht ist oder nur Gutschriften exportiert wurden; gibt es keine Aufträge, "
    "löschen Sie die Tabelle orders aus client.yaml.",
    en="Check whether the sign is turned round or only credit notes were exported; if there are no orders, delete the "
    "table orders from client.yaml.",
)
EARLY_DATES = Counted(
    de="Werte von '{column}' vor 1950, so früh wie {shown}: {count}. Sie zählen, wie sie dastehen.",
    en="Values of '{column}' before 1950, as early as {shown}: {count}. They count as they stand.",
)
EARLY_DATES_REMEDY = Text(
    de="Meist ein Platzhalter oder ein Lesefehler: leeren Sie ihn im Quellsystem, oder nennen Sie ihn unter 'missing'.",
    en="Mostly a placeholder or a mistyped year: empty it in the source system, or name it under 'missing'.",
)
HUGE_AMOUNTS = Counted(
    de="Werte von '{column}' über 1.000 Milliarden, so groß wie {shown}: {count}. Sie zählen, wie sie dastehen.",
    en="Values of '{column}' above 1,000 billion, as large as {shown}: {count}. They count as they stand.",
)
HUGE_AMOUNTS_REMEDY = Text(
    de="Prüfen Sie Dezimalkomma und Einheit, und ob eine Nummer in die Spalte geraten ist.",
    en="Check decimal mark and unit, and whether an identifier got into the column.",
)
