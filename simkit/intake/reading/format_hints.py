"""The answers a person can write in client.yaml for a column that may be read in two ways."""

from __future__ import annotations

import re
from typing import Literal

DecimalMark = Literal[",", "."]
DateOrder = Literal["dmy", "mdy", "ymd"]

_NUMBER = re.compile(r"^-?1?[.,'’ \u00a0\u202f]?234(?P<mark>[.,])5\d*$")
_DATE = re.compile(r"^(?P<first>d{1,2}|m{1,2}|y{2,4})\W?(?P<second>d{1,2}|m{1,2})\W?(?P<third>d{1,2}|m{1,2}|y{2,4})$")


def decimal_mark(answer: str) -> DecimalMark | None:
    """Return the decimal mark that an example such as "1.234,50" shows, or None when it shows none."""
    match = _NUMBER.match(answer.strip())
    if match is None:
        return None
    return "," if match["mark"] == "," else "."


def date_order(answer: str) -> DateOrder | None:
    """Return the order that a pattern such as "dd.mm.yyyy" shows, or None when it shows none; a time is ignored."""
    words = answer.strip().lower().split()
    match = _DATE.match(words[0]) if words else None
    if match is None:
        return None
    orders: dict[str, DateOrder] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}
    return orders.get(match["first"][0] + match["second"][0] + match["third"][0])
