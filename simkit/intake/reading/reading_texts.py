"""What is said about files, columns and tables that cannot be read, or may be read in two ways, in both languages."""

from __future__ import annotations

from simkit.foundation.text import Text

MISSING_FILE = Text(de="Die Datei fehlt.", en="The file is missing.")
NO_FOLDER = Text(de="Den Ordner '{folder}' gibt es nicht.", en="There is no folder '{folder}'.")
NO_TABLES = Text(
    de="Im Ordner '{folder}' liegt keine Tabelle (CSV oder Excel); legen Sie die Datei dorthin.",
    en="The folder '{folder}' holds no table (CSV or Excel); put the file there.",
)
EMPTY_TABLE = Text(de="Die Tabelle enthält keine Zeilen.", en="The table holds no rows.")
EMPTY_REMEDY = Text(
    de="Exportieren Sie sie neu, oder löschen Sie die Tabelle aus client.yaml.",
    en="Export it again, or delete the table from client.yaml.",
)
BROKEN_ARCHIVE = Text(de="Die gepackte Datei ist beschädigt.", en="The compressed file is damaged.")
BROKEN_WORKBOOK = Text(
    de="Die Datei lässt sich nicht als Excel-Mappe öffnen (beschädigt, mit Kennwort oder in Wahrheit Text).",
    en="The file cannot be opened as an Excel workbook (damaged, with a password, or text in truth).",
)
BROKEN_REMEDY = Text(
    de="Speichern Sie sie ohne Kennwort neu, oder exportieren Sie sie als CSV.",
    en="Save it again without a password, or export it as CSV.",
)
NO_SHEET = Text(de="Das Blatt '{sheet}' gibt es nicht.", en="There is no sheet '{sheet}'.")
WHICH_SHEET = Text(de="Mehrere Blätter enthalten Zeilen: {sheets}.", en="Several sheets hold rows: {sheets}.")
WHICH_SHEET_REMEDY = Text(
    de="Schreiben Sie in client.yaml bei dieser Tabelle das gemeinte Blatt, zum Beispiel 'sheet: {sheet}'.",
    en="Write the sheet you mean at this table in client.yaml, for example 'sheet: {sheet}'.",
)
NOT_A_TABLE = Text(de="Die Datei ist kein Text und keine Excel-Mappe.", en="The file is neither text nor a workbook.")
NOT_A_TABLE_REMEDY = Text(
    de="Exportieren Sie die Tabelle als CSV (UTF-8) oder als .xlsx.", en="Export the table as CSV (UTF-8) or as .xlsx."
)
UNKNOWN_ENCODING = Text(
    de="Die Kodierung ist unbekannt: weder UTF-8 noch Windows (cp1252).",
    en="The encoding is unknown: neither UTF-8 nor Windows (cp1252).",
)
WRONG_ENCODING = Text(
    de="Die Datei ist nicht in der angegebenen Kodierung '{name}' geschrieben.",
    en="The file is not written in the stated encoding '{name}'.",
)
ENCODING_REMEDY = Text(
    de="Exportieren Sie als 'CSV UTF-8', oder schreiben Sie bei der Tabelle zum Beispiel 'encoding: iso-8859-15'.",
    en="Export as 'CSV UTF-8', or write for example 'encoding: iso-8859-15' at the table.",
)
DOS_REMEDY = Text(
    de="Es sieht nach einem DOS-Export aus: schreiben Sie 'encoding: cp850', oder exportieren Sie als UTF-8.",
    en="It looks like a DOS export: write 'encoding: cp850', or export as UTF-8.",
)
WINDOWS_REMEDY = Text(
    de="Es sieht nach Windows aus: löschen Sie die Angabe 'encoding', oder schreiben Sie 'encoding: cp1252'.",
    en="It looks like Windows: delete the line 'encoding', or write 'encoding: cp1252'.",
)
MISREAD = Text(
    de="Als '{name}' gelesen stehen Zeichen mitten in Wörtern, die dort nie stehen; Umlaute gingen verloren.",
    en="Read as '{name}' there are characters inside words that never stand there; umlauts would be lost.",
)
TWO_DELIMITERS = Text(
    de="Mehrere Trennzeichen passen: {marks}.", en="Several delimiters would split the lines evenly: {marks}."
)
NO_DELIMITER = Text(
    de="Kein Trennzeichen teilt die ersten Zeilen in gleich viele Felder.",
    en="No delimiter splits the first lines into equally many fields.",
)
DELIMITER_REMEDY = Text(
    de="Schreiben Sie bei der Tabelle zum Beispiel 'delimiter: \";\"'; stehen über der Kopfzeile andere Zeilen, "
    "schreiben Sie 'skip_rows: 1'.",
    en="Write for example 'delimiter: \";\"' at the table; if lines stand above the header, write 'skip_rows: 1'.",
)
BROKEN_QUOTES = Text(
    de="Ein Anführungszeichen wird geöffnet und nie geschlossen.", en="A quotation mark is opened and never closed."
)
BROKEN_QUOTES_REMEDY = Text(
    de="Exportieren Sie neu; Anführungszeichen im Text müssen verdoppelt sein.",
    en="Export again; quotation marks inside a text must be doubled.",
)
TOO_MANY_FIELDS = Text(
    de="Die Zeile hat {found} Felder, die Kopfzeile nur {expected}.",
    en="The row has {found} fields, the header only {expected}.",
)
TOO_MANY_REMEDY = Text(
    de="Meist steht ein Trennzeichen im Text ohne Anführungszeichen, oder über der Kopfzeile stehen andere Zeilen "
    "('skip_rows: 1').",
    en="Mostly a delimiter stands in a text without quotation marks, or other lines stand above the header "
    "('skip_rows: 1').",
)
DATEV_METADATA = Text(
    de="Die erste Zeile ist keine Kopfzeile, sondern die Verwaltungszeile von DATEV.",
    en="The first line is no header but the metadata line of DATEV.",
)
DATEV_REMEDY = Text(
    de="Es ist eine DATEV-Datei: schreiben Sie bei der Tabelle 'skip_rows: 1', damit die Kopfzeile gefunden wird.",
    en="It is a DATEV file: write 'skip_rows: 1' at the table, so that the header is found.",
)


NOT_SHOWN = Text(de="(Inhalt nicht gezeigt)", en="(content not shown)")
SHORTENED_ID = Text(
    de="Excel hat Kennungen zu einer Zahl wie 1,23E+15 verkürzt; die letzten Stellen sind verloren.",
    en="Excel has shortened identifiers to a number such as 1.23E+15; their last digits are lost.",
)
SHORTENED_REMEDY = Text(
    de="Exportieren Sie neu aus dem Quellsystem, ohne die Datei in Excel zu öffnen und zu speichern.",
    en="Export again from the source system, without opening and saving the file in Excel.",
)
UNKNOWN_LABELS_REMEDY = Text(
    de="Schreiben Sie in client.yaml: {line} – möglich sind {choices}; null lässt die Zeilen bewusst weg.",
    en="Write in client.yaml: {line} – possible are {choices}; null leaves the rows out on purpose.",
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


CORRECT_ROWS = Text(
    de="Berichtigen Sie die Zeilen im Quellsystem und exportieren Sie neu.",
    en="Correct the rows in the source system and export again.",
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
