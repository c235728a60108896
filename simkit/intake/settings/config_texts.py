"""What is said about client.yaml when something in it is wrong, in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text, same

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

TEXTS = Catalogue.beside(__file__)

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
EXPECTED = TEXTS.group("expected")
EXPECTED_REMEDY = TEXTS["expected_remedy"]
PROBLEMS = TEXTS["problems"]
UNKNOWN = TEXTS["unknown"]
LACKING = TEXTS["lacking"]
LACKING_REMEDY = TEXTS["lacking_remedy"]
IMPOSSIBLE = TEXTS["impossible"]
GROUP_TOO_SMALL = TEXTS["group_too_small"]
GROUP_REMEDY = TEXTS["group_remedy"]
WRONG_FOLDER = TEXTS["wrong_folder"]
WRONG_FOLDER_REMEDY = TEXTS["wrong_folder_remedy"]
NO_VARIABLE = Text(
    de=f"Die Umgebungsvariable {SHARED_DATA} ist nicht gesetzt.",
    en=f"The environment variable {SHARED_DATA} is not set.",
)
NO_VARIABLE_REMEDY = TEXTS["no_variable_remedy"]
OUTSIDE = TEXTS["outside"]
OUTSIDE_REMEDY = TEXTS["outside_remedy"]
TOO_LITTLE = TEXTS["too_little"]
TOO_LITTLE_REMEDY = TEXTS["too_little_remedy"]
NO_FILE = TEXTS["no_file"]
NO_FILE_REMEDY = TEXTS["no_file_remedy"]
LINES_ONLY_ORDERS = TEXTS["lines_only_orders"]
LINES_REMEDY = TEXTS["lines_remedy"]
NOT_MAPPED = TEXTS["not_mapped"]
NOT_MAPPED_REMEDY = TEXTS["not_mapped_remedy"]
NO_DURATION = TEXTS["no_duration"]
NO_DURATION_REMEDY = TEXTS["no_duration_remedy"]
BAD_ANSWER = TEXTS["bad_answer"]
NUMBER_ANSWERS = TEXTS["number_answers"]
DATE_ANSWERS = TEXTS["date_answers"]
NO_FORMAT = TEXTS["no_format"]
NO_FORMAT_REMEDY = LINES_REMEDY
BAD_CHOICE = TEXTS["bad_choice"]
NO_KEY = TEXTS["no_key"]
KEY_NO_ID = TEXTS["key_no_id"]
KEY_PARTS = TEXTS["key_parts"]
KEY_REMEDY = TEXTS["key_remedy"]
NO_MONEY = TEXTS["no_money"]
NO_CURRENCY = TEXTS["no_currency"]
CURRENCY_CODE_REMEDY = TEXTS["currency_code_remedy"]
CURRENCY_TWICE = TEXTS["currency_twice"]
CURRENCY_REMEDY = TEXTS["currency_remedy"]
NO_RATES = TEXTS["no_rates"]
NO_RATE_OF = TEXTS["no_rate_of"]
NO_CUSTOMER_ONLY_ORDERS = TEXTS["no_customer_only_orders"]
RATE_OF_EURO = TEXTS["rate_of_euro"]
FILLED_TWICE = TEXTS["filled_twice"]
FILLED_TWICE_REMEDY = TEXTS["filled_twice_remedy"]
BAD_ENCODING = TEXTS["bad_encoding"]
BAD_DELIMITER = TEXTS["bad_delimiter"]
DELIMITER_REMEDY = TEXTS["delimiter_remedy"]
PASSWORD = TEXTS["password"]
PASSWORD_REMEDY = TEXTS["password_remedy"]
NO_QUERY = TEXTS["no_query"]
NO_QUERY_REMEDY = TEXTS["no_query_remedy"]
CONTROL_CHARACTER = TEXTS["control_character"]
CONTROL_CHARACTER_REMEDY = TEXTS["control_character_remedy"]


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
