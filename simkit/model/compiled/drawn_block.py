"""The draws of a replication as the kernel reads them, which all its runs share.

Small tables are laid out in one block, row after row. A table of one array, and these are the large ones, stays where it was
drawn: its place is how far it lies from the block, in floats, so that nothing large stands there twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simkit.foundation.kept import kept_with_first
from simkit.model.compiled import layout as at
from simkit.model.compiled.jit import NumberBlock
from simkit.model.inputs.replication_inputs import ReplicationInputs

Column = Sequence[float] | NumberBlock
ROWS_AT_ONCE = 4096
"""Rows written before the next ones: so many stay in the processor's own memory until all their columns are there."""


@dataclass(frozen=True, kw_only=True)
class DrawnBlock:
    """The block, and where its tables begin, by the field of the header that says so; good while the inputs live."""

    block: NumberBlock
    begins: dict[int, int]


@kept_with_first
def draws_of(inputs: ReplicationInputs) -> DrawnBlock:
    """Return the draws of a replication."""
    customers, orders = inputs.customers, inputs.orders
    tables: dict[int, list[Column]] = {
        at.H_LEADS: _leads(inputs),
        at.H_REQUESTS: _requests(inputs),
    }
    places = np.cumsum([1, *(_size(columns) for columns in tables.values())]).tolist()
    places.append(places[-1] + len(inputs.opportunities.at) * at.OPPORTUNITY_DRAWS)
    block = np.empty(places[-1] + len(orders.at) * at.ORDER_DRAWS)
    block[0] = 0.0
    tables[at.H_OPPORTUNITIES] = _opportunities(inputs, block)
    tables[at.H_ORDERS] = _orders(inputs, _where(inputs, block))
    for begin, columns in zip(places, tables.values(), strict=True):
        _put(columns, block[begin : begin + _size(columns)])
    elsewhere = {
        at.H_CARE_EFFORT: customers.care_effort,
        at.H_CARE_ADOPTION: customers.care_adoption,
        at.H_EXTRA_EFFORT: customers.extra_effort,
    }
    begins = dict(zip(tables, places, strict=True))
    begins |= {field: _place(table, block) for field, table in elsewhere.items()}
    return DrawnBlock(block=block, begins=begins)


def _place(table: NumberBlock, block: NumberBlock) -> int:
    """Return where a table lies, counted in floats from the block."""
    assert table.flags.c_contiguous and table.dtype == block.dtype
    return (table.ctypes.data - block.ctypes.data) // block.itemsize


def _where(inputs: ReplicationInputs, block: NumberBlock) -> NumberBlock:
    """Return where each order's row begins in the tables of its class, (orders, 3)."""
    orders = inputs.orders
    row, drawn = np.asarray(orders.row_in_class), np.asarray(orders.order_class)
    tables = zip(orders.repeats, orders.round_effort, orders.round_delay, strict=True)  # by class
    begins = np.array([[(_place(table, block), np.prod(table.shape[1:])) for table in three] for three in tables])
    first, width = np.moveaxis(begins.astype(np.int64), 2, 0)
    where: NumberBlock = (first[drawn] + row[:, None] * width[drawn]).astype(np.float64)
    return where


def _leads(inputs: ReplicationInputs) -> list[Column]:
    t = inputs.leads
    return [t.customer, t.thin, t.adoption, t.clarification, t.effort, t.qualified, t.referrer]  # DL_CUSTOMER …


def _requests(inputs: ReplicationInputs) -> list[Column]:
    t = inputs.requests
    numbers: list[Column] = [t.customer, t.thin, t.adoption, t.clarification]
    return [*numbers, t.effort, t.coordinated, t.coordination_effort, t.delay]  # DR_CUSTOMER …


def _opportunities(inputs: ReplicationInputs, block: NumberBlock) -> list[Column]:
    t = inputs.opportunities
    rows = np.arange(len(t.at), dtype=np.float64)
    tables = (t.step_effort, t.round_effort, t.round_delay, t.follow_up_delay)
    where: list[Column] = [_place(table, block) + rows * table.shape[1] for table in tables]
    return [
        t.customer, t.order_class, t.thin, t.adoption, t.clarification, t.quality, t.assessed, t.instead, t.access,
        t.deadline, t.won, t.left, t.undecided, t.feasibility, t.repeats, t.order,
        *where,
    ]  # fmt: skip


def _orders(inputs: ReplicationInputs, where: NumberBlock) -> list[Column]:
    t = inputs.orders
    return [
        t.customer, t.order_class, t.thin, t.adoption, t.clarification, t.value_amount, t.convert, t.instead, t.patience,
        t.rework, t.production, where, t.step_effort,
    ]  # fmt: skip


def _size(columns: list[Column]) -> int:
    return sum(len(column) * _width(column) for column in columns)


def _width(column: Column) -> int:
    return int(np.prod(column.shape[1:])) if isinstance(column, np.ndarray) else 1


def _put(columns: list[Column], place: NumberBlock) -> None:
    """Write columns side by side, row after row; a table made for it would enlarge the process for good."""
    rows = len(columns[0])
    table = place.reshape(rows, sum(map(_width, columns)))
    parts = [np.reshape(column, (rows, _width(column))) for column in columns]
    for first in range(0, rows, ROWS_AT_ONCE):
        some, begin = slice(first, first + ROWS_AT_ONCE), 0
        for part in parts:
            table[some, begin : begin + part.shape[1]] = part[some]
            begin += part.shape[1]
