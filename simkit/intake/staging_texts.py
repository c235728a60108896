"""What is said about tables whose columns or rows do not fit, in both languages."""

from __future__ import annotations

from simkit.foundation.text import Text
from simkit.intake.counted import Counted

CORRECT_ROWS = Text(
    de="Berichtigen Sie die Zeilen im Quellsystem und exportieren Sie neu.",
    en="Correct the rows in the source system and export again.",
)
DOUBLED_HEADER = Counted(
    de="Die Spaltenüberschrift steht {count}-mal da.", en="The column header is there {count} times."
)
DOUBLED_REMEDY = Text(
    de="Benennen Sie eine der Spalten um; welche gemeint ist, wird nicht geraten.",
    en="Rename one of the columns; which one is meant is not guessed.",
)
MISSING_COLUMN = Text(
    de="Die Spalte '{header}' ({path}) gibt es in der Datei nicht.",
    en="The column '{header}' ({path}) is not in the file.",
)
DAMAGE_REMEDY = Text(
    de="Die Datei ist nicht zu retten: exportieren Sie sie neu aus dem Quellsystem, ohne sie in Excel zu öffnen und zu "
    "speichern; muss es Excel sein, dann über Daten › Aus Text/CSV mit dem richtigen Gebietsschema, und als .xlsx.",
    en="The file cannot be repaired: export it again from the source system, without opening and saving it in Excel; "
    "if it must be Excel, use Data › From Text/CSV with the right locale, and save as .xlsx.",
)
SHORT_ROWS = Counted(
    de="{count} [Zeile hat|Zeilen haben] weniger Felder als die Kopfzeile; die letzten Spalten gelten dort als leer.",
    en="{count} [row has|rows have] fewer fields than the header; [its|their] last columns count as empty.",
)
SHORT_REMEDY = Text(
    de="Meist bricht ein Zeilenumbruch im Text die Zeile ab: exportieren Sie Texte in Anführungszeichen.",
    en="Mostly a line break inside a text cuts the row: export texts in quotation marks.",
)
TITLE_REMEDY = Text(
    de="Über der Kopfzeile scheint ein Titel zu stehen: schreiben Sie bei der Tabelle zum Beispiel 'skip_rows: 1'.",
    en="A title seems to stand above the header: write for example 'skip_rows: 1' at the table.",
)
SHARED_COLUMN = Text(
    de="Dieselbe Spalte ist mehrfach zugeordnet: {names}.", en="The same column is mapped more than once: {names}."
)
SHARED_REMEDY = Text(
    de="Ist das nicht gewollt, berichtigen Sie tables.{table}.columns in client.yaml.",
    en="If that is not what you want, correct tables.{table}.columns in client.yaml.",
)
