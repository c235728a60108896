"""Gives amounts their sign and brings them to the client's currency, once they are numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Flags
from simkit.foundation.text import same
from simkit.intake.findings import Finding, FindingsLog
from simkit.intake.reading.columns import Situation
from simkit.intake.reading.numbers import currency_in
from simkit.intake.rules.computing import Cells
from simkit.intake.rules.ruled_files import counted, is_one_of, words
from simkit.intake.settings.rule_settings import CurrencyRule

TEXTS = Catalogue.beside(__file__)


def with_sign(frame: pd.DataFrame, cells: Cells, situation: Situation, findings_log: FindingsLog) -> pd.DataFrame:
    """Return the table with the amounts of some rows made negative.

    A row that is negative already stays so: what the rule says is that it lowers the total, not that its sign is turned.

    Parameters
    ----------
    frame : DataFrame
        Typed columns of ours.
    cells : callable
        Returns the cells of one column of the client.
    situation, findings_log : Situation, FindingsLog
        Where the rows come from; rows that were negative already are told.
    """
    rule = situation.spec.sign
    if rule is None:
        return frame
    minus = is_one_of(words(cells(rule.column)), rule.minus)
    money = _money(frame, situation)
    before = frame[money].lt(0).any(axis=1).to_numpy(dtype=bool) & minus
    if before.any():
        _note(TEXTS["negative_already"], before, rule.column, TEXTS["negative_remedy"], situation, findings_log)
    turned = {name: (-frame[name].abs()).where(pd.Series(minus, index=frame.index), frame[name]) for name in money}
    return frame.assign(**turned)


def in_own_currency(
    frame: pd.DataFrame,
    cells: Cells,
    sources: Mapping[str, tuple[str, ...]],
    situation: Situation,
    findings_log: FindingsLog,
) -> pd.DataFrame:
    """Return the table with its amounts in the client's own currency, at the stated rates.

    Parameters
    ----------
    frame : DataFrame
        Typed columns of ours.
    cells : callable
        Returns the cells of one column of the client.
    sources : mapping
        Our column → columns of the client that it is read from or computed with, whose cells may name a currency.
    situation, findings_log : Situation, FindingsLog
        Where the rows come from; currencies without a rate stop the run, cells without a currency are told.
    """
    rule = situation.spec.currency
    if rule is None:
        return frame
    converted = {}
    for name in _money(frame, situation):
        codes = _codes(rule, cells, sources.get(name, ()), len(frame))
        filled = frame[name].notna().to_numpy(dtype=bool)
        place = rule.column or ", ".join(sources.get(name, ()))
        _note_unknown(codes, filled, place, situation, findings_log)
        rates = codes.map({"": 1.0, **rule.rates}).astype(float)
        converted[name] = frame[name] * rates.to_numpy()
    return frame.assign(**converted)


def _money(frame: pd.DataFrame, situation: Situation) -> list[str]:
    return [column.name for column in situation.table.columns if column.kind == "money" and column.name in frame]


def _codes(rule: CurrencyRule, cells: Cells, headings: Sequence[str], rows: int) -> pd.Series[str]:
    """Return the currency of each row: the stated one, that of its column, or that beside its amount."""
    if rule.code is not None:
        return pd.Series([rule.code] * rows, dtype=object)
    if rule.column is not None:
        return words(cells(rule.column)).map(_code_of)
    found = pd.Series([""] * rows, dtype=object)
    for heading in headings:
        beside = words(cells(heading)).map(currency_in)
        found = found.where(found != "", beside)
    return found


def _code_of(written: str) -> str:
    """Return the code that a cell of a currency column means: "usd" and "$" are USD."""
    return currency_in(written) or written.upper()


def _note_unknown(
    codes: pd.Series[str], filled: Flags, heading: str, situation: Situation, findings_log: FindingsLog
) -> None:
    rule = situation.spec.currency
    assert rule is not None
    unknown = (~codes.isin(["", *rule.rates])).to_numpy(dtype=bool) & filled
    without = (codes == "").to_numpy(dtype=bool) & filled
    if unknown.any():
        rates = {**{code: rate for code, rate in rule.rates.items() if rate != 1.0}}
        lines = ", ".join([*(f"{code}: {rate:g}" for code, rate in rates.items()), *_open(codes[unknown])])
        what = TEXTS["unknown_currency"].fill(count=int(unknown.sum()), shown=counted(codes[unknown]))
        path = f"tables.{situation.table.name}.currency.rates"
        remedy = TEXTS["unknown_currency_remedy"].fill(line=f"{path}: {{{lines}}}")
        _note((what, "blocking"), unknown, heading, remedy, situation, findings_log)
    if without.any():
        _note(TEXTS["no_currency"], without, heading, TEXTS["no_currency_remedy"], situation, findings_log)


def _open(codes: pd.Series[str]) -> list[str]:
    return [f"{code}: …" for code in sorted(set(codes))[:10]]


def _note(what: Any, rows: Flags, heading: str, remedy: Any, situation: Situation, findings_log: FindingsLog) -> None:
    text, severity = what if isinstance(what, tuple) else (what.fill(count=int(rows.sum())), "serious")
    first = situation.origin.iloc[int(np.argmax(rows))]
    findings_log.add(
        Finding(
            severity=severity,
            what=text,
            file=str(first["source"]),
            column=heading,
            row=int(first["row"]),
            remedy=remedy or same(""),
            count=int(rows.sum()),
        )
    )
