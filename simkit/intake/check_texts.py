"""What the checks of rows and references say, in both languages."""

from __future__ import annotations

from simkit.foundation.text import Text

LEFT_OUT = Text(
    de="bewusst weggelassen (in client.yaml auf nichts abgebildet: {column})",
    en="left out on purpose (mapped to nothing in client.yaml: {column})",
)
LACKING = Text(
    de="{count} Zeilen ohne Wert für '{column}' bleiben unberücksichtigt.",
    en="{count} rows without a value for '{column}' are left out.",
)
REASON_LACKING = Text(de="kein lesbarer Wert für '{column}'", en="no readable value for '{column}'")
OUT_OF_RANGE_ROWS = Text(
    de="{count} Zeilen mit '{column}' außerhalb von {low} bis {high} bleiben unberücksichtigt.",
    en="{count} rows with '{column}' outside {low} to {high} are left out.",
)
OUT_OF_RANGE_CELLS = Text(
    de="{count} Werte von '{column}' außerhalb von {low} bis {high} bleiben leer.",
    en="{count} values of '{column}' outside {low} to {high} stay empty.",
)
REASON_RANGE = Text(de="'{column}' außerhalb des Möglichen", en="'{column}' outside what is possible")
FUTURE_ROWS = Text(
    de="{count} Zeilen mit '{column}' in der Zukunft bleiben unberücksichtigt.",
    en="{count} rows with '{column}' in the future are left out.",
)
FUTURE_CELLS = Text(
    de="{count} Werte von '{column}' in der Zukunft bleiben leer.",
    en="{count} values of '{column}' in the future stay empty.",
)
REASON_FUTURE = Text(de="'{column}' in der Zukunft", en="'{column}' in the future")
END_ROWS = Text(
    de="In {count} Zeilen liegt '{end}' vor '{start}'; sie bleiben unberücksichtigt.",
    en="In {count} rows '{end}' is before '{start}'; they are left out.",
)
END_CELLS = Text(
    de="In {count} Zeilen liegt '{end}' vor '{start}'; '{end}' bleibt leer, die Zeile zählt.",
    en="In {count} rows '{end}' is before '{start}'; '{end}' stays empty, the row counts.",
)
REASON_END = Text(de="'{end}' vor '{start}'", en="'{end}' before '{start}'")
IDENTICAL = Text(de="{count} Zeilen sind doppelt und zählen einmal.", en="{count} rows are duplicates and count once.")
REASON_IDENTICAL = Text(de="gleiche Zeile noch einmal", en="the same row again")
IDENTICAL_KEPT = Text(
    de="{count} Zeilen gleichen einer anderen ganz; ohne Schlüsselspalte zählen sie alle.",
    en="{count} rows equal another one altogether; without a key column all of them count.",
)
IDENTICAL_REMEDY = Text(
    de="Sind es Doppel, ordnen Sie die Schlüsselspalte zu.", en="If they are duplicates, map the key column."
)
REPEATED_KEY = Text(
    de="{count} Zeilen wiederholen eine '{column}' mit anderem Inhalt{shown}; nur die erste zählt.",
    en="{count} rows repeat a '{column}' with other content{shown}; only the first counts.",
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
LINES_DIFFER = Text(
    de="{count} Positionen nennen ein anderes '{column}' als die erste ihres Auftrags; die erste zählt.",
    en="{count} order lines name another '{column}' than the first one of their order; the first counts.",
)
LINES_WITHOUT_COST = Text(
    de="{count} Positionen haben keine Kosten; ihre {orders} Aufträge zählen als Aufträge ohne bekannte Kosten.",
    en="{count} order lines have no cost; their {orders} orders count as orders without known cost.",
)
UNKNOWN_KEYS = Text(
    de="{count} Zeilen nennen {keys} Werte von '{column}', die in '{table}' fehlen{shown}{effect}.",
    en="{count} rows name {keys} values of '{column}' that '{table}' does not have{shown}{effect}.",
)
EFFECT_COMPLETED = Text(
    de="; diese Kunden wurden mit ihrer Nummer allein ergänzt, kein Umsatz geht verloren",
    en="; these customers were added with their number alone, no revenue is lost",
)
EFFECT_KEPT = Text(de="; die Zeilen zählen trotzdem", en="; the rows count all the same")
EFFECT_DROPPED = Text(de="; die Zeilen bleiben unberücksichtigt", en="; the rows are left out")
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
