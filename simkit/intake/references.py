"""Checks between tables: whether the customers, employees and opportunities that rows name are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from simkit.foundation.arrays import Flags
from simkit.foundation.text import Text, same
from simkit.intake import check_texts as texts
from simkit.intake.findings import Ledger, Severity, severity_of
from simkit.intake.schemas import TABLES, Column
from simkit.intake.staging import Staged

Tables = Mapping[str, Staged]


def checked_references(tables: Tables, ledger: Ledger) -> dict[str, Staged]:
    """Return the tables with references that hold.

    A customer that only an order names is added to the customers with its number alone, so that no revenue is lost;
    the run stops when that concerns more than a fifth of the orders. Ratings of unknown customers are left out.
    Prospects in opportunities and activities need not be customers, and people may have left: such rows count.
    """
    checked = dict(tables)
    for name in tables:
        for column in TABLES[name].columns:
            if column.reference in checked and column.reference != name and checked[name].has(column.name):
                checked = _checked(checked, name, column, ledger)
    if "time_estimates" in checked:
        _check_shares(checked["time_estimates"], ledger)
    return checked


def _checked(tables: dict[str, Staged], name: str, column: Column, ledger: Ledger) -> dict[str, Staged]:
    staged, target = tables[name], tables[column.reference]
    known = target.frame[target.table.key]
    values = staged.frame[column.name]
    mask = (values.notna() & ~values.isin(known)).to_numpy(dtype=bool)
    if not mask.any():
        return tables
    severity, effect = _judgement(name, column, mask)
    unknown = values[mask]
    shown = "" if column.person else f" ({', '.join(repr(str(key)) for key in unknown.unique()[:3])})"
    what = texts.UNKNOWN_KEYS.fill(
        count=int(mask.sum()),
        keys=unknown.nunique(),
        column=column.label,
        table=target.table.label,
        shown=shown,
        effect=effect,
    )
    remedy = texts.ZEROS_REMEDY if _only_zeros_differ(unknown, known) else texts.COMPLETE_REMEDY
    ledger.add(staged.finding(severity, what, mask, column.name, remedy))
    if effect is texts.EFFECT_COMPLETED:
        return {**tables, column.reference: _completed(target, staged, mask, column.name)}
    if effect is texts.EFFECT_DROPPED:
        return {**tables, name: staged.without(mask, texts.REASON_UNKNOWN.fill(column=column.label), ledger)}
    return tables


def _judgement(name: str, column: Column, mask: Flags) -> tuple[Severity, Text]:
    severity = severity_of(int(mask.sum()), len(mask))
    if column.reference == "customers" and name == "orders":
        return severity, texts.EFFECT_COMPLETED
    if column.reference == "customers" and name == "ratings":
        return severity, texts.EFFECT_DROPPED
    return ("serious" if severity == "blocking" else "minor"), texts.EFFECT_KEPT


def _completed(target: Staged, staged: Staged, mask: Flags, column: str) -> Staged:
    """Add the unknown customers at the end; their origin is the row that names them first."""
    named = staged.frame.loc[mask, column].drop_duplicates()
    start = len(target.origin)
    labels = pd.RangeIndex(start, start + len(named))
    added = pd.DataFrame({target.table.key: named.to_numpy()}, index=labels)
    origin = pd.concat([target.origin, staged.origin.loc[named.index].set_axis(labels)])
    flags = {str(name): False for name, kind in target.frame.dtypes.items() if kind == np.dtype(bool)}
    frame = pd.concat([target.frame, added.assign(**flags)]).astype(target.frame.dtypes.to_dict())
    return replace(target, frame=frame, origin=origin)


def _only_zeros_differ(unknown: pd.Series[str], known: pd.Series[str]) -> bool:
    bare = set(known.dropna().str.lstrip("0"))
    return bool(unknown.str.lstrip("0").isin(bare).mean() > 0.5)


def _check_shares(staged: Staged, ledger: Ledger) -> None:
    """The shares of one role must add up to 1, give or take rounding."""
    sums = staged.frame.groupby("role")["share"].sum()
    for role, total in sums.items():
        if abs(total - 1) > 0.02:
            mask = (staged.frame["role"] == role).to_numpy(dtype=bool)
            severity: Severity = "blocking" if abs(total - 1) > 0.2 else "serious"
            what = texts.SHARES_SUM.fill(role=same(str(role)), percent=f"{total * 100:.0f}")
            ledger.add(staged.finding(severity, what, mask, "share", texts.SHARES_SUM_REMEDY))
