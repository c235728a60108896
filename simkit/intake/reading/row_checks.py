"""Checks of rows: what a row must and may hold, which one counts when two have the same key, and whether what it names is known.

A few faulty rows are left out and counted as "serious"; when they are more than a fifth of the table, the run stops.
Money is not thrown away for a faulty detail: a delivery before its order empties the delivery date and keeps the order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Flags
from simkit.foundation.text import Text, same
from simkit.intake.findings import Drop, FindingsLog, Severity, severity_of
from simkit.intake.privacy.disclosure import may_quote
from simkit.intake.reading import reading_texts as texts
from simkit.intake.reading.columns import LEFT_OUT
from simkit.intake.reading.staging import Staged
from simkit.intake.settings.schemas import DATED, NUMERIC, TABLES, SchemaColumn

TEXTS = Catalogue.beside(__file__)

EVENT_DATES = {"orders": "ordered_on", "activities": "started_at"}
"""The date that places a row in time; a row without it, or in the future, cannot be used."""
NOT_RATED = ("ratings", "rating")
"""The one required column (table, column) in which an empty cell says something: that nobody gave a rating there."""
SALES = ("orders", "customer_id")
"""Sales at a counter have no customer; client.yaml may keep them in the totals."""
NEARLY_ALL, MOST_OFFERED = 0.8, 5
"""So many rows without a value show that the wrong column is mapped; so many others are offered."""
EARLIEST, LARGEST_AMOUNT = pd.Timestamp(1950, 1, 1), 1e12
"""No order, customer or employment of a living business is older; no order, cost or potential is larger."""


def checked_rows(staged: Staged, today: dt.date, findings_log: FindingsLog) -> Staged:
    """Return the table without the rows that cannot be used; each reason is counted.

    Parameters
    ----------
    today : date
        Nothing may have happened after this day.
    findings_log : FindingsLog
        Takes up findings and dropped rows.
    """
    staged = _without_left_out(staged, findings_log)
    staged = _without_lacking(staged, findings_log)
    for column in staged.table.columns:
        if staged.has(column.name):
            staged = _in_range(staged, column, findings_log)
            staged = _not_in_future(staged, column, today, findings_log)
            _note_implausible(staged, column, findings_log)
    staged = _with_duration(staged)
    staged = _end_after_start(staged, findings_log)
    return _unique_rows(staged, findings_log)


def _without_left_out(staged: Staged, findings_log: FindingsLog) -> Staged:
    for column in staged.table.columns:
        if column.kind == "choice" and staged.has(column.name):
            mask = (staged.frame[column.name] == LEFT_OUT).fillna(value=False).to_numpy(dtype=bool)
            staged = staged.without(mask, texts.LEFT_OUT.fill(column=staged.headers.get(column.name, "")), findings_log)
    return staged


def _without_lacking(staged: Staged, findings_log: FindingsLog) -> Staged:
    """Leave out rows without a required value; what was unreadable has been reported already."""
    for column in staged.table.columns:
        place = (staged.table.name, column.name)
        if not column.required or not staged.has(column.name) or place in findings_log.undecided:
            continue
        mask = staged.frame[column.name].isna().to_numpy(dtype=bool)
        if column.rows_without:
            mask = mask & _lines_beside_others(staged, column)
        if column.name == "customer_id" and staged.spec.no_customer:
            _note_kept(staged, mask, findings_log)
            continue
        reported = staged.frame.index.isin(list(findings_log.emptied.get(place, ())))
        empty = mask & ~reported
        if place == NOT_RATED:
            staged, mask = _without_not_rated(staged, empty, findings_log), mask[~empty]
        elif empty.any():
            what = TEXTS["lacking"].fill(count=int(empty.sum()), column=column.label)
            remedy = texts.NO_CUSTOMER_REMEDY if place == SALES else _another_column(staged, column, empty)
            findings_log.add(staged.finding(severity_of(int(empty.sum()), len(mask)), what, empty, column.name, remedy))
        staged = staged.without(mask, texts.REASON_LACKING.fill(column=column.label), findings_log)
    return staged


def _another_column(staged: Staged, column: SchemaColumn, empty: Flags) -> Text | None:
    """Return the remedy for a column that is nearly empty: not the rows are wrong but the column; None for any other."""
    header = staged.headers.get(column.name)
    if header is None or empty.mean() < NEARLY_ALL or column.kind in DATED | NUMERIC:
        return None
    persons = {staged.headers.get(one.name) for one in staged.table.columns if one.person}
    filled = {
        str(name): None
        for raw in staged.raws
        for name in raw.frame.columns
        if name and name != header and name not in persons and _holds_words(raw.frame, str(name))
    }
    values = {"heading": header, "path": f"tables.{staged.table.name}.columns.{column.name}"}
    if not filled:
        return TEXTS["nearly_empty_remedy"].fill(**values)
    return TEXTS["another_column_remedy"].fill(
        **values, others=", ".join(f"'{one}'" for one in list(filled)[:MOST_OFFERED])
    )


def _holds_words(frame: pd.DataFrame, name: str) -> bool:
    """Whether most cells of a column are words; a heading that stands twice cannot be named."""
    if list(frame.columns).count(name) != 1:
        return False
    cells = frame[name].astype(str).str.strip()
    return bool(cells.str.contains(r"^[^\W\d_]{2}").mean() > 0.5)


def _note_kept(staged: Staged, mask: Flags, findings_log: FindingsLog) -> None:
    """Count the sales without a customer, which stay in the totals."""
    for source, rows in staged.origin.loc[staged.frame.index[mask], "source"].value_counts().items():
        note = Drop(table=staged.table.name, source=str(source), rows=int(rows), reason=texts.KEPT_WITHOUT_CUSTOMER)
        findings_log.notes.append(note)


def _lines_beside_others(staged: Staged, column: SchemaColumn) -> Flags:
    """Return which rows are lines of an order that states a value in another line: what is known of the order counts."""
    if not staged.spec.lines:
        return np.zeros(len(staged.frame), dtype=bool)
    known = staged.frame.groupby(staged.table.key)[column.name].transform("count")
    return (known > 0).to_numpy(dtype=bool)


def _without_not_rated(staged: Staged, empty: Flags, findings_log: FindingsLog) -> Staged:
    """Leave out customers whom somebody did not rate in a factor: an answer that is missing, however many, is no fault."""
    if not empty.any():
        return staged
    what = TEXTS["not_rated"].fill(count=int(empty.sum()), total=len(empty))
    findings_log.add(staged.finding("minor", what, empty, NOT_RATED[1], texts.NOT_RATED_REMEDY))
    return staged.without(empty, texts.REASON_NOT_RATED, findings_log)


def _in_range(staged: Staged, column: SchemaColumn, findings_log: FindingsLog) -> Staged:
    """Empty values outside the possible range; rows with a required value or hours outside it are left out."""
    if column.low is None and column.high is None:
        return staged
    values = staged.frame[column.name]
    low, high = column.low if column.low is not None else -np.inf, column.high if column.high is not None else np.inf
    mask = (values.notna() & ~values.between(low, high)).to_numpy(dtype=bool)
    if not mask.any():
        return staged
    severity = severity_of(int(mask.sum()), len(mask))
    essential = column.required or column.name == "hours"
    what = (TEXTS["out_of_range_rows"] if essential else TEXTS["out_of_range_cells"]).fill(
        count=int(mask.sum()), column=column.label, range=_range(column)
    )
    findings_log.add(staged.finding(severity, what, mask, column.name))
    if essential:
        return staged.without(mask, texts.REASON_RANGE.fill(column=column.label), findings_log)
    return staged.with_column(column.name, values.mask(mask))


def _range(column: SchemaColumn) -> Text:
    if column.high is None:
        return texts.BELOW.fill(low=f"{column.low:g}")
    return texts.BETWEEN.fill(low=f"{column.low or 0:g}", high=f"{column.high:g}")


def _not_in_future(staged: Staged, column: SchemaColumn, today: dt.date, findings_log: FindingsLog) -> Staged:
    """Leave out orders and activities dated after today; other dates that cannot lie ahead are emptied."""
    if not column.past:
        return staged
    dates = staged.frame[column.name]
    mask = (dates >= pd.Timestamp(today) + pd.Timedelta(days=1)).to_numpy(dtype=bool)
    if not mask.any():
        return staged
    essential = EVENT_DATES.get(staged.table.name) == column.name
    what = (TEXTS["future_rows"] if essential else TEXTS["future_cells"]).fill(
        count=int(mask.sum()), column=column.label
    )
    findings_log.add(staged.finding(severity_of(int(mask.sum()), len(mask)), what, mask, column.name))
    if essential:
        return staged.without(mask, texts.REASON_FUTURE.fill(column=column.label), findings_log)
    return staged.with_column(column.name, dates.mask(mask))


def _note_implausible(staged: Staged, column: SchemaColumn, findings_log: FindingsLog) -> None:
    """Tell dates and amounts that no business has; they are kept, for nobody knows what was meant."""
    values = staged.frame[column.name]
    if column.kind in DATED and column.name != "birth_date":
        mask, shown = values < EARLIEST, f"{values.min():%Y-%m-%d}" if values.notna().any() else ""
        what, remedy = TEXTS["early_dates"], texts.EARLY_DATES_REMEDY
    elif column.kind == "money":
        mask, shown = values.abs() > LARGEST_AMOUNT, f"{values.abs().max():.0f}"
        what, remedy = TEXTS["huge_amounts"], texts.HUGE_AMOUNTS_REMEDY
    else:
        return
    rows = mask.to_numpy(dtype=bool)
    if rows.any():
        told = shown if may_quote(staged.table.name, column) else texts.NOT_SHOWN
        filled = what.fill(column=column.label, shown=told, count=int(rows.sum()))
        findings_log.add(staged.finding("serious", filled, rows, column.name, remedy))


def _with_duration(staged: Staged) -> Staged:
    """Give activities their hours where only start and end are known."""
    if staged.table.name != "activities" or not staged.has("started_at", "ended_at"):
        return staged
    span_h = (staged.frame["ended_at"] - staged.frame["started_at"]).dt.total_seconds() / 3600
    hours = staged.frame["hours"].fillna(span_h) if staged.has("hours") else span_h
    return staged.with_column("hours", hours)


def _end_after_start(staged: Staged, findings_log: FindingsLog) -> Staged:
    """Leave out activities that end before they start; elsewhere only the later date is emptied."""
    starts, ends = staged.table.starts, staged.table.ends
    if not starts or not staged.has(starts, ends):
        return staged
    mask = (staged.frame[ends] < staged.frame[starts]).to_numpy(dtype=bool)
    if not mask.any():
        return staged
    one, two = staged.table.column(starts).label, staged.table.column(ends).label
    rows_go = staged.table.name == "activities"
    what = (TEXTS["end_rows"] if rows_go else TEXTS["end_cells"]).fill(count=int(mask.sum()), start=one, end=two)
    findings_log.add(staged.finding(severity_of(int(mask.sum()), len(mask)), what, mask, ends))
    if rows_go:
        return staged.without(mask, texts.REASON_END.fill(start=one, end=two), findings_log)
    return staged.with_column(ends, staged.frame[ends].mask(mask))


def _unique_rows(staged: Staged, findings_log: FindingsLog) -> Staged:
    """Keep the first row of each key; order lines are summed instead."""
    key = staged.table.key
    if not key or not staged.has(key):
        return _note_identical(staged, findings_log)
    if staged.spec.lines:
        return _summed_lines(staged, findings_log)
    present = staged.frame[key].notna()
    identical = (staged.frame.duplicated() & present).to_numpy(dtype=bool)
    if identical.any():
        what = TEXTS["identical"].fill(count=int(identical.sum()))
        findings_log.add(staged.finding(severity_of(int(identical.sum()), len(identical)), what, identical, key))
        staged = staged.without(identical, texts.REASON_IDENTICAL, findings_log)
    repeated = (staged.frame[key].duplicated() & staged.frame[key].notna()).to_numpy(dtype=bool)
    if repeated.any() and (staged.table.name, key) not in findings_log.undecided:
        quoted = may_quote(staged.table.name, staged.table.column(key))
        shown = f" ('{staged.frame[key][repeated].iloc[0]}')" if quoted else ""
        what = TEXTS["repeated_key"].fill(count=int(repeated.sum()), column=staged.table.column(key).label, shown=shown)
        remedy = texts.LINES_REMEDY if staged.table.name == "orders" else texts.REPEATED_REMEDY
        findings_log.add(staged.finding(severity_of(int(repeated.sum()), len(repeated)), what, repeated, key, remedy))
        staged = staged.without(
            repeated, texts.REASON_REPEATED.fill(column=staged.table.column(key).label), findings_log
        )
    return staged


def _note_identical(staged: Staged, findings_log: FindingsLog) -> Staged:
    """Rows without a key may be equal by chance; they are kept and mentioned."""
    identical = staged.frame.duplicated().to_numpy(dtype=bool)
    if identical.any():
        what = TEXTS["identical_kept"].fill(count=int(identical.sum()))
        findings_log.add(staged.finding("minor", what, identical, "", texts.IDENTICAL_REMEDY))
    return staged


def _summed_lines(staged: Staged, findings_log: FindingsLog) -> Staged:
    """Sum order lines; an order is without cost as soon as one of its lines is, for a part would flatter its margin."""
    frame, key = staged.frame, staged.table.key
    groups = frame.groupby(key, sort=False)
    money = [name for name in ("value_amount", "cost_amount") if staged.has(name)]
    first = frame.index[~frame[key].duplicated()]
    orders = frame.loc[first].set_index(key)
    for name in money:
        incomplete = frame[name].isna().groupby(frame[key], sort=False).any()
        orders[name] = groups[name].sum().mask(incomplete)
    orders = orders.reset_index()
    orders.index = first
    _note_contradictions(staged, findings_log)
    _note_lines(staged, len(orders), findings_log)
    _note_incomplete_cost(staged, findings_log)
    return replace(staged, frame=orders[list(frame.columns)])


def _note_contradictions(staged: Staged, findings_log: FindingsLog) -> None:
    """Lines of one order that name different customers or dates: the first line counts."""
    key = staged.table.key
    for name in ("customer_id", "ordered_on", "employee_id"):
        if staged.has(name):
            first = staged.frame.groupby(key, sort=False)[name].transform("first")
            mask = (staged.frame[name].notna() & (staged.frame[name] != first)).to_numpy(dtype=bool)
            if mask.any():
                what = TEXTS["lines_differ"].fill(count=int(mask.sum()), column=staged.table.column(name).label)
                findings_log.add(staged.finding(severity_of(int(mask.sum()), len(mask)), what, mask, name))


def _note_lines(staged: Staged, orders: int, findings_log: FindingsLog) -> None:
    for source, rows in staged.origin.loc[staged.frame.index, "source"].value_counts().items():
        reason = texts.SUMMED.fill(orders=orders)
        findings_log.notes.append(Drop(table=staged.table.name, source=str(source), rows=int(rows), reason=reason))


def _note_incomplete_cost(staged: Staged, findings_log: FindingsLog) -> None:
    if not staged.has("cost_amount"):
        return
    mask = staged.frame["cost_amount"].isna().to_numpy(dtype=bool)
    if mask.any():
        orders = staged.frame.loc[mask, staged.table.key].nunique()
        what = TEXTS["lines_without_cost"].fill(count=int(mask.sum()), orders=orders)
        findings_log.add(staged.finding(_cost_severity(mask), what, mask, "cost_amount"))


def _cost_severity(mask: Flags) -> Any:
    return "serious" if mask.mean() > 0.05 else "minor"


Tables = Mapping[str, Staged]


def checked_references(tables: Tables, findings_log: FindingsLog) -> dict[str, Staged]:
    """Return the tables with references that hold.

    A customer that only an order names is added to the customers with its number alone, so that no revenue is lost;
    the run stops when that concerns more than a fifth of the orders. Ratings of unknown customers are left out.
    Prospects in opportunities and activities need not be customers, and people may have left: such rows count.
    """
    checked = dict(tables)
    for name in tables:
        for column in TABLES[name].columns:
            if column.reference in checked and column.reference != name and checked[name].has(column.name):
                checked = _checked(checked, name, column, findings_log)
    if "time_estimates" in checked:
        _check_shares(checked["time_estimates"], findings_log)
    return checked


def _checked(
    tables: dict[str, Staged], name: str, column: SchemaColumn, findings_log: FindingsLog
) -> dict[str, Staged]:
    staged, target = tables[name], tables[column.reference]
    known = target.frame[target.table.key]
    values = staged.frame[column.name]
    mask = (values.notna() & ~values.isin(known)).to_numpy(dtype=bool)
    if not mask.any():
        return tables
    severity, effect = _judgement(name, column, mask)
    unknown = values[mask]
    shown = "" if not may_quote(name, column) else f" ({', '.join(repr(str(key)) for key in unknown.unique()[:3])})"
    what = TEXTS["unknown_keys"].fill(
        count=int(mask.sum()),
        keys=unknown.nunique(),
        column=column.label,
        table=target.table.label,
        shown=shown,
        effect=effect,
    )
    findings_log.add(staged.finding(severity, what, mask, column.name, texts.COMPLETE_REMEDY))
    if effect is texts.EFFECT_COMPLETED:
        return {**tables, column.reference: _completed(target, staged, mask, column.name)}
    if effect is texts.EFFECT_DROPPED:
        return {**tables, name: staged.without(mask, texts.REASON_UNKNOWN.fill(column=column.label), findings_log)}
    return tables


def _judgement(name: str, column: SchemaColumn, mask: Flags) -> tuple[Severity, Text]:
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


def _check_shares(staged: Staged, findings_log: FindingsLog) -> None:
    """The shares of one role must add up to 1, give or take rounding."""
    sums = staged.frame.groupby("role")["share"].sum()
    for role, total in sums.items():
        if abs(total - 1) > 0.02:
            mask = (staged.frame["role"] == role).to_numpy(dtype=bool)
            severity: Severity = "blocking" if abs(total - 1) > 0.2 else "serious"
            what = texts.SHARES_SUM.fill(role=same(str(role)), percent=f"{total * 100:.0f}")
            findings_log.add(staged.finding(severity, what, mask, "share", texts.SHARES_SUM_REMEDY))
