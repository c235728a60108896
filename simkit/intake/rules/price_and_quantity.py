"""Finds the columns of which a value is made where an export states none: price, quantity, discount."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from simkit.intake.reading.numbers import read_numbers
from simkit.intake.rules.ruled_files import words
from simkit.intake.vocabulary.word_lists import folded, word_lists

_OF_ONE = re.compile(
    r"(?:\b(?:einzel|stueck)(?:verkaufs)?|\be )preis\b|\bpreis (?:je|pro) (?:stueck|stk|einheit|me)\b|\bep\b|\bunit ?price\b|"
    r"\bprice (?:per|each)\b"
)
"""Headings that say of a price that it is of one piece, folded."""
_PRICE = re.compile(r"(?:\b|verkaufs|netto)(?:preis|price)\b")
_WHOLE = re.compile(r"gesamt|total|summe|sum\b|wert\b")


def is_price_of_one(heading: str) -> bool:
    """Whether a heading says that an amount is the price of one piece."""
    return _OF_ONE.search(folded(heading)) is not None


def quantity_among(headings: Iterable[str]) -> str:
    """Return the one heading that names a quantity; empty where none does, or several do."""
    found = [one for one in headings if _is(one, "quantity")]
    return found[0] if len(found) == 1 else ""


def value_of_parts(frame: pd.DataFrame, price: str = "") -> dict[str, list[object]] | None:
    """Return the operation of client.yaml that makes the value of price, quantity and discount.

    Parameters
    ----------
    frame : DataFrame
        The columns of the client as they were read.
    price : str
        The column of the price, where it is known.

    Returns
    -------
    dict or None
        None where it is not plain which columns these are, or where a discount is no share: then a product would be wrong.
    """
    headings = [str(one) for one in frame.columns if list(frame.columns).count(one) == 1]
    prices = [price] if price else [one for one in headings if _is_price(one)]
    quantity = quantity_among([one for one in headings if one not in prices])
    discounts = [one for one in headings if _is(one, "discount")]
    if len(prices) != 1 or not quantity or len(discounts) > 1:
        return None
    if discounts and not _are_shares(frame[discounts[0]]):
        return None
    return {"product": [quantity, prices[0], *({"difference": [1, one]} for one in discounts)]}


def numbers_of(column: pd.Series) -> pd.Series[float]:
    """Return the numbers of a column as it was read; NaN where a cell holds none, or it is not plain which."""
    written = words(column).set_axis(column.index)
    distinct = [str(one) for one in written.unique() if one]
    read = dict(zip(distinct, read_numbers(distinct).values, strict=True)) if distinct else {}
    return written.map(lambda one: read.get(one, np.nan)).astype(float)


def _is_price(heading: str) -> bool:
    text = folded(heading)
    return is_price_of_one(heading) or (_PRICE.search(text) is not None and _WHOLE.search(text) is None)


def _is(heading: str, part: str) -> bool:
    return word_lists().taken_apart(heading).has(part)


def _are_shares(column: pd.Series) -> bool:
    written = words(column)
    numbers = numbers_of(column).to_numpy()[(written != "").to_numpy()]
    return bool(len(numbers)) and not written.str.contains("%").any() and bool(((numbers >= 0) & (numbers <= 1)).all())
