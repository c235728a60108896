"""Amounts in several currencies: written in the cells, or named by a column of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.core import get_global

from simkit.foundation.text import Text
from simkit.intake.meaning.doubts import TEXTS, Doubt, Material, cells, each_text, unmapped
from simkit.intake.reading.staging import Staged

_SIGNS = {
    "€": "EUR",
    "EURO": "EUR",
    "US$": "USD",
    "$": "USD",
    "£": "GBP",
    "SFR": "CHF",
    "FR": "CHF",
    "¥": "JPY",
    "ZŁ": "PLN",
}
_MARK = re.compile(r"US\$|[€$£¥]|[^\W\d_]{2,4}", re.IGNORECASE)
_NAMED = re.compile(r"(?i).*(?:währung|waehrung|currency|\bcurr\b|\bwkz\b|waers|iso.?code).*")


def currencies(material: Material) -> Iterator[Doubt]:
    """Amounts of another currency than the client's are summed as if they were in it."""
    for staged in material.tables.values():
        if getattr(staged.spec, "currency", None) or not len(staged.frame):
            continue
        money = [c.name for c in staged.table.columns if c.kind == "money" and c.name in staged.headers]
        for name in money:
            yield from _foreign(staged, staged.headers[name], material.config.currency, in_cells=True)
        for header in unmapped(staged) if money else ():
            if _NAMED.fullmatch(header):
                yield from _foreign(staged, header, material.config.currency, in_cells=False)


def _foreign(staged: Staged, header: str, own: str, *, in_cells: bool) -> Iterator[Doubt]:
    column = cells(staged, header)
    rows = each_text(column, lambda text: _currency(text) not in {None, own})
    if rows.any():
        found = sorted({str(_currency(str(cell))) for cell in column[rows].unique()})
        words = ", ".join(found)
        yield Doubt(
            table=staged.table.name,
            rows=rows,
            what=TEXTS["currency_other"],
            values={"words": words, "own": own},
            remedy=_remedy(staged.table.name, header, found, in_cells=in_cells),
            header=header,
        )


def _remedy(table: str, header: str, found: list[str], *, in_cells: bool) -> Text:
    rates = f"rates: {{{', '.join(f'{code}: …' for code in found)}}}"
    where = "" if in_cells else f'column: "{header}", '
    return TEXTS["currency_remedy"].fill(line=f"tables.{table}.currency: {{{where}{rates}}}")


def _currency(text: str) -> str | None:
    """Return the currency that a cell names, None where it names none that is known."""
    for mark in _MARK.findall(text.upper()) if _MARK.search(text) else ():
        code = _SIGNS.get(mark, mark)
        if code in get_global("currency_fractions") or code in _KNOWN:
            return str(code)
    return None


_KNOWN = frozenset(re.findall(r"\w{3}", "EUR USD CHF GBP SEK NOK DKK PLN CZK HUF RON TRY CNY CAD AUD JPY"))
