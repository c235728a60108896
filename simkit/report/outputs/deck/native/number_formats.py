"""Number formats of PowerPoint for what the report writes: the program then writes numbers that somebody has changed."""

from __future__ import annotations

from simkit.foundation.formats import MINUS, Formats

NO_BREAK = "\u00a0"
MONTHS = {"de": "[$-407]mmm yyyy", "en": "[$-809]mmm yyyy"}
"""Month and year in the language of the report, whatever that of the program is."""


def number_format(formats: Formats, write: str, digits: int = 0) -> str:
    """Return the format code for a way of writing numbers.

    Codes are those of English programs; each program shows them with its own separators.

    Parameters
    ----------
    write : str
        A method of Formats, such as ``share`` or ``signed``.
    digits : int
        Decimals.
    """
    if write == "month":
        return MONTHS[formats.language]
    bare = write.removeprefix("signed_") if write != "signed" else "number"
    number = "#,##0" + ("." + "0" * digits if digits else "")
    positive, negative = _with_unit(formats, bare, number)
    sign = "+" if write.startswith("signed") else ""
    zero = positive if sign else ""
    return f"{sign}{positive};{negative}" + (f";{zero}" if zero else "")


def padded_format(code: str, spaces: int, *, negative: bool = False) -> str:
    """Return a format that writes so many spaces between the end of a bar and its number, where the interval is drawn."""
    sections, room = code.split(";"), f'"{NO_BREAK * spaces}"'
    place = 1 if negative and len(sections) > 1 else 0
    sections[place] = f"{sections[place]}{room}" if negative else f"{room}{sections[place]}"
    return ";".join(sections)


def _with_unit(formats: Formats, write: str, number: str) -> tuple[str, str]:
    """Return the formats of positive and of negative numbers with their unit."""
    symbol, german = formats.currency_symbol, formats.language == "de"
    gap = NO_BREAK if german or symbol[-1:].isalpha() else ""
    if write == "share":
        whole = f'{number}"{NO_BREAK}"%' if german else f"{number}%"
        return whole, _negative(whole)
    if write == "millions":
        scaled = f"{number},,"
        whole = f'{scaled}"{NO_BREAK}Mio.{NO_BREAK}{symbol}"' if german else f'"{symbol}{gap}"{scaled}"m"'
        return whole, _negative(whole)
    if write in ("money", "amount"):
        whole = f'{number}"{NO_BREAK}{symbol}"' if german else f'"{symbol}{gap}"{number}'
        return whole, _negative(whole)
    return number, _negative(number)


def _negative(code: str) -> str:
    """Return the format of negative numbers: two texts in quotes behind each other would be read as one with a quote in it."""
    return f'"{MINUS}{code[1:]}' if code.startswith('"') else f'"{MINUS}"{code}'
