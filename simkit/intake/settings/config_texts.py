"""What is said about client.yaml when something in it is wrong, in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from simkit.foundation.text import Text, same

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SHARED_DATA = "SIMKIT_SHARED_DATA"
"""Environment variable that file names in client.yaml may begin with."""

COLOUR, CLIENT = r"^#[0-9A-Fa-f]{6}$", r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
COUNTRY, CURRENCY = r"^[A-Z]{2}$", r"^[A-Z]{3}$"
PATTERNS = {
    COLOUR: Text(
        de='eine Farbe in Anführungszeichen wie "#12395b": # und sechs Zeichen aus 0–9 und a–f',
        en='a colour in quotation marks such as "#12395b": # and six characters out of 0–9 and a–f',
    ),
    CLIENT: Text(
        de="ein Name aus Buchstaben ohne Umlaute, Ziffern, - und _, der mit Buchstabe oder Ziffer beginnt",
        en="a name of plain letters, digits, - and _ that begins with a letter or digit",
    ),
    COUNTRY: Text(de="zwei Großbuchstaben wie DE", en="two capital letters such as DE"),
    CURRENCY: Text(de="drei Großbuchstaben wie EUR", en="three capital letters such as EUR"),
}
EXPECTED = {
    "string_pattern": Text(de="{pattern}", en="{pattern}"),
    "too_short": Text(de="eine Liste mit mindestens einem Eintrag", en="a list with at least one entry"),
    "string_too": Text(de="ein einzelnes Zeichen", en="a single character"),
    "string": Text(de="ein Text", en="a text"),
    "literal": Text(de="{expected}", en="{expected}"),
    "bool": Text(de="true oder false", en="true or false"),
    "greater_than_equal": Text(de="eine Zahl ab {ge}", en="a number from {ge}"),
    "greater_than": Text(de="eine Zahl über {gt}", en="a number above {gt}"),
    "less_than_equal": Text(de="eine Zahl bis {le}", en="a number up to {le}"),
    "cutoffs_order": Text(
        de="zwei oder drei steigende Anteile wie [0.1, 0.4]", en="two or three rising shares such as [0.1, 0.4]"
    ),
    "function_kind": Text(
        de="eine Wertfunktion mit kind: linear, threshold, s oder rank zu ihren Zahlen",
        en="a value function with its numbers and kind: linear, threshold, s or rank",
    ),
    "function_linear": Text(
        de="{{kind: linear, low: …, high: …}} mit genau diesen zwei Zahlen",
        en="{{kind: linear, low: …, high: …}} with exactly these two numbers",
    ),
    "function_s": Text(
        de="{{kind: s, low: …, high: …}}: Wert 0,05 bei low und 0,95 bei high",
        en="{{kind: s, low: …, high: …}}: value 0.05 at low and 0.95 at high",
    ),
    "function_threshold": Text(
        de="{{kind: threshold, at: …}} mit genau dieser einen Zahl",
        en="{{kind: threshold, at: …}} with exactly this one number",
    ),
    "function_rank": Text(de="{{kind: rank}} ohne Zahlen", en="{{kind: rank}} without numbers"),
    "function_order": Text(
        de="ein low unter dem high; weniger ist besser heißt direction: falling",
        en="a low below the high; less is better is written direction: falling",
    ),
    "function_empty": Text(
        de="mindestens eines von kind, direction und missing", en="at least one of kind, direction and missing"
    ),
    "finite": Text(de="eine endliche Zahl", en="a finite number"),
    "less_than": Text(de="eine Zahl unter {lt}", en="a number below {lt}"),
    "too_long": Text(de="eine kürzere Liste (höchstens {max_length})", en="a shorter list (at most {max_length})"),
    "int": Text(de="eine ganze Zahl", en="a whole number"),
    "float": Text(de="eine Zahl mit Punkt vor den Dezimalen", en="a number with a point before its decimals"),
    "date": Text(de="ein Datum wie 2024-12-31", en="a date such as 2024-12-31"),
    "list": Text(de="eine Liste wie [a, b]", en="a list such as [a, b]"),
    "tuple": Text(de="eine Liste wie [a, b]", en="a list such as [a, b]"),
    "dict": Text(de="Zeilen der Form 'schlüssel: wert'", en="lines of the form 'key: value'"),
    "model": Text(de="Zeilen der Form 'schlüssel: wert'", en="lines of the form 'key: value'"),
    "value_error": Text(de="ein Ende, das nicht vor dem Anfang liegt", en="an end that is not before the beginning"),
    "dataclass": Text(
        de="ein Text, oder {{de: …, en: …}} mit beiden Sprachen", en="a text, or {{de: …, en: …}} with both languages"
    ),
}
EXPECTED_REMEDY = Text(de="Dort steht {shown}; möglich ist {expected}.", en="It says {shown}; possible is {expected}.")
PROBLEMS = Text(de="Probleme in client.yaml", en="Problems in client.yaml")
UNKNOWN = Text(de="Unbekannter Schlüssel '{key}'.", en="Unknown key '{key}'.")
LACKING = Text(de="Der Schlüssel '{key}' fehlt.", en="The key '{key}' is missing.")
LACKING_REMEDY = Text(de="Ergänzen Sie eine Zeile '{key}: …'.", en="Add a line '{key}: …'.")
IMPOSSIBLE = Text(de="Der Wert von '{key}' ist nicht möglich.", en="The value of '{key}' is not possible.")
GROUP_TOO_SMALL = Text(
    de="Die kleinste Gruppe darf nicht unter fünf Personen liegen.",
    en="The smallest group must not be under five people.",
)
GROUP_REMEDY = Text(
    de="Schreiben Sie 5 oder mehr; weniger würde einzelne Personen zeigen.",
    en="Write 5 or more; fewer would show single persons.",
)
WRONG_FOLDER = Text(
    de="'client: {client}' passt nicht zum Ordner '{folder}'.",
    en="'client: {client}' does not fit the folder '{folder}'.",
)
WRONG_FOLDER_REMEDY = Text(
    de="Beide müssen gleich heißen, damit Berichte zum richtigen Kunden kommen.",
    en="Both must have the same name, so that reports reach the right client.",
)
NO_VARIABLE = Text(
    de=f"Die Umgebungsvariable {SHARED_DATA} ist nicht gesetzt.",
    en=f"The environment variable {SHARED_DATA} is not set.",
)
NO_VARIABLE_REMEDY = Text(
    de="Setzen Sie sie auf den Ordner mit den Dateien.", en="Set it to the folder that holds the files."
)
OUTSIDE = Text(
    de="Die Datei '{file}' liegt außerhalb des Kundenordners.", en="The file '{file}' is outside the client's folder."
)
OUTSIDE_REMEDY = Text(
    de="Legen Sie die Datei in den Kundenordner, oder schreiben Sie den vollen Pfad, wenn das gewollt ist.",
    en="Put the file into the client's folder, or write its full path if that is what you want.",
)
TOO_LITTLE = Text(de="Keine der Tabellen {names} ist angegeben.", en="None of the tables {names} is given.")
TOO_LITTLE_REMEDY = Text(
    de="Mindestens eine davon wird gebraucht; time_estimates genügt für die Zeitdiagnose.",
    en="At least one of them is needed; time_estimates is enough for the time diagnostic.",
)
NO_FILE = Text(de="Für die Tabelle {table} ist keine Datei genannt.", en="No file is named for the table {table}.")
NO_FILE_REMEDY = Text(
    de="Schreiben Sie zum Beispiel 'file: auftraege.csv', oder löschen Sie die Tabelle aus client.yaml.",
    en="Write for example 'file: orders.csv', or delete the table from client.yaml.",
)
LINES_ONLY_ORDERS = Text(de="'lines' gibt es nur bei orders.", en="'lines' exists for orders only.")
LINES_REMEDY = Text(de="Löschen Sie die Zeile.", en="Delete the line.")
NOT_MAPPED = Text(
    de="Die Spalte '{column}' ({label}) der Tabelle {table} ist nicht zugeordnet.",
    en="The column '{column}' ({label}) of the table {table} is not mapped.",
)
NOT_MAPPED_REMEDY = Text(
    de="Ergänzen Sie unter columns '{column}: <Spalte der Datei>' oder unter constants einen festen Wert.",
    en="Add '{column}: <column of the file>' under columns, or a fixed value under constants.",
)
NO_DURATION = Text(
    de="Bei activities fehlt die Dauer: weder 'hours' noch 'ended_at' ist zugeordnet.",
    en="activities has no duration: neither 'hours' nor 'ended_at' is mapped.",
)
NO_DURATION_REMEDY = Text(
    de="Ordnen Sie 'hours' oder 'started_at' und 'ended_at' zu.", en="Map 'hours', or 'started_at' and 'ended_at'."
)
BAD_ANSWER = Text(de="'{answer}' ist kein bekanntes Format.", en="'{answer}' is not a known format.")
NUMBER_ANSWERS = Text(
    de='Möglich sind "1.234,50" (deutsch) und "1,234.50" (englisch).',
    en='Possible are "1.234,50" (German) and "1,234.50" (English).',
)
DATE_ANSWERS = Text(
    de='Möglich sind "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "yyyy-mm-dd" und "yyyymmdd".',
    en='Possible are "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "yyyy-mm-dd" and "yyyymmdd".',
)
NO_FORMAT = Text(
    de="Für '{column}' gibt es kein Format: die Spalte ist weder Zahl noch Datum.",
    en="'{column}' has no format: the column is neither a number nor a date.",
)
NO_FORMAT_REMEDY = LINES_REMEDY
BAD_CHOICE = Text(de="'{value}' ist kein Wert von '{column}'.", en="'{value}' is no value of '{column}'.")
BAD_ENCODING = Text(de="Die Kodierung '{name}' ist unbekannt.", en="The encoding '{name}' is unknown.")


def expected_instead(detail: ErrorDetails) -> Text:
    """Say what stands there and what could; pydantic itself speaks English only."""
    shown = _written(detail["input"])
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    expected = next(
        (text for prefix, text in EXPECTED.items() if detail["type"].startswith(prefix)), same(detail["msg"])
    )
    limits: dict[str, object] = {key: str(value) for key, value in detail.get("ctx", {}).items()}
    if "pattern" in limits:
        limits["pattern"] = PATTERNS[str(limits["pattern"])]
    if "expected" in limits:
        listed = str(limits["expected"])
        limits["expected"] = Text(de=listed.replace(" or ", " oder "), en=listed)
    return EXPECTED_REMEDY.fill(shown=shown, expected=expected.fill(**limits))


def _written(value: object) -> str:
    """Show a value as client.yaml has it: a day as 2024-12-31, lines of keys in braces."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(below)}" for key, below in value.items()) + "}"
    return value.isoformat() if isinstance(value, dt.date) else repr(value)
