"""Amounts in other currencies: written in the cells, named by a column of their own, or by the heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from babel.core import get_global

from simkit.foundation.frames import Flags
from simkit.foundation.text import Text
from simkit.intake.meaning.doubts import TEXTS, Doubt, Material, cells, each_text, flags, unmapped
from simkit.intake.reading.numbers import currencies_in_heading
from simkit.intake.reading.staging import Staged
from simkit.intake.settings.table_settings import TableSpec
from simkit.intake.settings.yaml_lines import quoted

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
    own = material.config.currency
    for staged in material.tables.values():
        open_rows = _without_rule(staged) if len(staged.frame) else np.zeros(0, dtype=bool)
        if not open_rows.any():
            continue
        money = [column.name for column in staged.table.columns if column.kind == "money" and staged.has(column.name)]
        for name in money:
            if name in staged.headers:
                yield from _foreign(staged, staged.headers[name], own, open_rows, [name])
            yield from _headed(staged, name, own, open_rows)
        for header in unmapped(staged) if money else ():
            if _NAMED.fullmatch(header):
                yield from _foreign(staged, header, own, open_rows, money, in_cells=False)


def _without_rule(staged: Staged) -> Flags:
    """Return the rows of the files for which client.yaml states no currency."""
    files = zip(staged.raws, staged.spec.parts, strict=True)
    stated = [np.full(len(raw.rows), part.currency is not None) for raw, part in files]
    rows: Flags = ~np.concatenate(stated)[staged.frame.index.to_numpy()]
    return rows


def _foreign(
    staged: Staged, header: str, own: str, open_rows: Flags, money: Sequence[str], *, in_cells: bool = True
) -> Iterator[Doubt]:
    column = cells(staged, header)
    rows = each_text(column, lambda text: _currency(text) not in {None, own}) & open_rows
    if rows.any():
        found = sorted({str(_currency(str(cell))) for cell in column[rows].unique()})
        where = {} if in_cells else {"column": header}
        line = _line(staged, [*(f"{key}: {quoted(value)}" for key, value in where.items()), _rates(found)])
        yield _doubt(staged, rows, TEXTS["currency_other"], (header, found, own), line, money)


def _headed(staged: Staged, name: str, own: str, open_rows: Flags) -> Iterator[Doubt]:
    """Yield amounts whose heading names another currency, save those whose cells name one themselves."""
    rows, found, header = np.zeros(len(staged.frame), dtype=bool), set[str](), ""
    sources = staged.origin["source"].reindex(staged.frame.index)
    for raw, part in zip(staged.raws, staged.spec.parts, strict=True):
        headings = _headings_of(staged, raw.source, part, name)
        named = {code for heading in headings for code in currencies_in_heading(heading)}
        if named and own not in named:
            silent = [
                ~each_text(cells(staged, heading), lambda text: _currency(text) is not None) for heading in headings
            ]
            rows |= flags(sources == raw.source) & np.all(silent, axis=0)
            found, header = found | named, header or headings[0]
    rows &= open_rows & flags(staged.frame[name].notna())
    if rows.any():
        codes = sorted(found)
        line = _line(staged, [f"code: {codes[0]}", _rates(codes)])
        yield _doubt(staged, rows, TEXTS["currency_heading"], (header, codes, own), line, [name])


def _headings_of(staged: Staged, source: str, part: TableSpec, name: str) -> list[str]:
    """Return the client's columns that an amount is read from or computed with."""
    if name in part.computed:
        return sorted(part.computed[name].headings)
    header = staged.own_headers.get(source, {}).get(name)
    return [header] if header else []


def _doubt(
    staged: Staged, rows: Flags, what: Text, told: tuple[str, list[str], str], line: str, money: Sequence[str]
) -> Doubt:
    """Return the doubt; where all amounts are in one other currency, that one may be the client's own."""
    header, found, own = told
    filled = flags(staged.frame[list(money)].notna().any(axis=1))
    rule = f"currency: {found[0]}" if len(found) == 1 and not (filled & ~rows).any() else ""
    remedy = TEXTS["currency_own_remedy"].fill(rule=rule, own=own, line=line) if rule else None
    return Doubt(
        table=staged.table.name,
        rows=rows,
        what=what,
        values={"words": ", ".join(found), "own": own},
        remedy=remedy or TEXTS["currency_remedy"].fill(line=line),
        header=header,
        rule=rule,
    )


def _line(staged: Staged, answers: Sequence[str]) -> str:
    return f"tables.{staged.table.name}.currency: {{{', '.join(answers)}}}"


def _rates(found: Sequence[str]) -> str:
    return f"rates: {{{', '.join(f'{code}: …' for code in found)}}}"


def _currency(text: str) -> str | None:
    """Return the currency that a cell names, None where it names none that is known."""
    for mark in _MARK.findall(text.upper()) if _MARK.search(text) else ():
        code = _SIGNS.get(mark, mark)
        if code in get_global("currency_fractions") or code in _KNOWN:
            return str(code)
    return None


_KNOWN = frozenset(re.findall(r"\w{3}", "EUR USD CHF GBP SEK NOK DKK PLN CZK HUF RON TRY CNY CAD AUD JPY"))
