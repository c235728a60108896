"""What is said about a column that cannot be read, or may be read in two ways, in both languages."""

from __future__ import annotations

from simkit.foundation.text import Text
from simkit.intake.counted import Counted

NOT_SHOWN = Text(de="(Inhalt nicht gezeigt)", en="(content not shown)")
SHORTENED_ID = Text(
    de="Excel hat Kennungen zu einer Zahl wie 1,23E+15 verkürzt; die letzten Stellen sind verloren.",
    en="Excel has shortened identifiers to a number such as 1.23E+15; their last digits are lost.",
)
SHORTENED_REMEDY = Text(
    de="Exportieren Sie neu aus dem Quellsystem, ohne die Datei in Excel zu öffnen und zu speichern.",
    en="Export again from the source system, without opening and saving the file in Excel.",
)
UNKNOWN_LABELS = Counted(
    de="{count} [Bezeichnung ist|Bezeichnungen sind] nicht zugeordnet (Zeilen): {labels}",
    en="{count} [label is|labels are] not mapped (rows): {labels}",
)
UNKNOWN_LABELS_REMEDY = Text(
    de="Schreiben Sie in client.yaml: {line} – möglich sind {choices}; null lässt die Zeilen bewusst weg.",
    en="Write in client.yaml: {line} – possible are {choices}; null leaves the rows out on purpose.",
)
UNREADABLE_ROWS = Counted(
    de="{count} [Zelle ist|Zellen sind] nicht als {kind} lesbar; ihre [Zeile bleibt|Zeilen bleiben] unberücksichtigt: {shown}",
    en="{count} [cell|cells] cannot be read as {kind}; [its row is|their rows are] left out: {shown}",
)
UNREADABLE_CELLS = Counted(
    de="{count} [Zelle ist|Zellen sind] nicht als {kind} lesbar und [bleibt|bleiben] leer: {shown}",
    en="{count} [cell|cells] cannot be read as {kind} and [stays|stay] empty: {shown}",
)
MISSING_REMEDY = Text(
    de="Bedeutet der Text 'keine Angabe', schreiben Sie in client.yaml: {line}",
    en="If the text means 'not known', write in client.yaml: {line}",
)
MEND_REMEDY = Text(
    de="Prüfen Sie, ob die richtige Spalte zugeordnet ist, und berichtigen Sie die Zellen.",
    en="Check that the right column is mapped, and correct the cells.",
)
MIXED_SHARES = Text(
    de="Ein Teil der Werte trägt ein Prozentzeichen, andere über 1 nicht.",
    en="Some values carry a per cent sign, others above 1 do not.",
)
MIXED_SHARES_REMEDY = Text(
    de="Schreiben Sie alle Werte gleich: 45 % oder 0,45.", en="Write all values alike: 45% or 0.45."
)
SHARES_IN_PERCENT = Text(
    de="Anteile über 1 ohne Zeichen: die Spalte wurde als Prozent gelesen.",
    en="Shares above 1 without a sign: the column was read as per cent.",
)
SHARES_REMEDY = Text(
    de="Stimmt das nicht, berichtigen Sie die Werte über 1.", en="If that is wrong, correct the values above 1."
)
TWO_MARKS = Text(
    de="Die Spalte mischt deutsche ({german}) und englische Zahlen ({english}).",
    en="The column mixes German ({german}) and English numbers ({english}).",
)
TWO_MARKS_REMEDY = Text(
    de="Exportieren Sie die Spalte in einem Format; bringen Sie Dateien aus zwei Systemen erst auf eines.",
    en="Export the column in one format; bring files from two systems into one format first.",
)
UNDECIDED_NUMBER = Text(
    de="Die Zahlen lassen sich auf zwei Arten lesen, keine beweist eine davon: {shown}",
    en="The numbers can be read in two ways, and none of them proves one: {shown}",
)
NUMBER_QUESTION = Text(
    de="Schreiben Sie in client.yaml entweder {german} (deutsch) oder {english} (englisch).",
    en="Write in client.yaml either {german} (German) or {english} (English).",
)
TWO_ORDERS = Text(
    de="Die Spalte mischt Tag zuerst ({day}) und Monat zuerst ({month}).",
    en="The column mixes day first ({day}) and month first ({month}).",
)
TWO_ORDERS_REMEDY = Text(
    de="Exportieren Sie die Daten neu, am besten als JJJJ-MM-TT; beim Speichern in Excel werden sie oft vertauscht.",
    en="Export the dates again, best as YYYY-MM-DD; saving in Excel often swaps them.",
)
UNDECIDED_DATE = Text(
    de="Tag und Monat sind nicht zu unterscheiden, kein Wert beweist die Reihenfolge: {shown}",
    en="Day and month cannot be told apart, no value proves their order: {shown}",
)
DATE_QUESTION = Text(
    de="Schreiben Sie in client.yaml entweder {day} (Tag zuerst) oder {month} (Monat zuerst).",
    en="Write in client.yaml either {day} (day first) or {month} (month first).",
)
NO_ZONE = Text(
    de="Die Zeiten tragen eine Zeitzone, aber die des Kunden ist unbekannt; die Uhrzeit gilt, wie sie dasteht.",
    en="The times carry a time zone, but the client's is unknown; the clock time is taken as it stands.",
)
ZONE_REMEDY = Text(
    de="Schreiben Sie in client.yaml zum Beispiel 'time_zone: America/Chicago'.",
    en="Write in client.yaml for example 'time_zone: America/Chicago'.",
)
SERIALS = Text(
    de="Einige Daten stehen als Tageszahlen von Excel da und wurden als solche gelesen (45292 ist der 1.1.2024).",
    en="Some dates stand as Excel's day numbers and were read as such (45292 is 1 January 2024).",
)
SERIALS_REMEDY = Text(
    de="Geben Sie der Spalte in Excel ein Datumsformat und exportieren Sie neu, wenn das nicht stimmt.",
    en="Give the column a date format in Excel and export again if that is wrong.",
)
