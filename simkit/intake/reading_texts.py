"""What the readers say about a file that cannot be read, in both languages."""

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
