"""The draws of a replication as one block of floats, which all its runs share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simkit.foundation.kept import kept_with_first
from simkit.model.compiled import layout as at
from simkit.model.compiled.jit import NumberBlock
from simkit.model.inputs.demand import Orders
from simkit.model.inputs.replication_inputs import ReplicationInputs

Column = Sequence[float] | NumberBlock


@dataclass(frozen=True, kw_only=True)
class DrawnBlock:
    """The block, and where its tables begin, by the field of the header that says so."""

    block: NumberBlock
    begins: dict[int, int]


@kept_with_first
def draws_of(inputs: ReplicationInputs) -> DrawnBlock:
    """Return the draws of a replication."""
    customers, orders = inputs.customers, inputs.orders
    tables: list[tuple[int, list[Column]]] = [
        (at.H_LEADS, _leads(inputs)),
        (at.H_REQUESTS, _requests(inputs)),
        (at.H_OPPORTUNITIES, _opportunities(inputs)),
        (at.H_CARE_EFFORT, [customers.care_effort]),
        (at.H_CARE_ADOPTION, [customers.care_adoption]),
        (at.H_EXTRA_EFFORT, [customers.extra_effort]),
    ]
    by_class = [[table[one] for table in _tables_by_class(orders)] for one in range(at.CLASS_COUNT)]
    tables += [(-1, [values]) for tables_of_class in by_class for values in tables_of_class]
    places = np.cumsum([1, *(_size(columns) for _, columns in tables)]).tolist()
    where = _where(inputs, by_class, places[len(tables) - 3 * at.CLASS_COUNT :])
    tables.append((at.H_ORDERS, _orders(inputs, where)))
    block = np.empty(places[-1] + _size(tables[-1][1]))
    block[0] = 0.0
    for begin, (_, columns) in zip(places, tables, strict=True):
        _put(columns, block[begin : begin + _size(columns)])
    return DrawnBlock(
        block=block, begins={field: begin for begin, (field, _) in zip(places, tables, strict=True) if field >= 0}
    )


def _tables_by_class(orders: Orders) -> tuple[Sequence[NumberBlock], ...]:
    return orders.repeats, orders.round_effort, orders.round_delay


def _where(inputs: ReplicationInputs, by_class: list[list[NumberBlock]], begins: list[int]) -> NumberBlock:
    """Return where each order's row begins in the tables of its class, (orders, 3)."""
    row = np.array(inputs.orders.row_in_class, dtype=np.int64)
    drawn = np.array(inputs.orders.order_class, dtype=np.int64)
    where = np.zeros((len(drawn), 3))
    for order_class, tables in enumerate(by_class):
        mine = drawn == order_class
        for position, values in enumerate(tables):
            size = int(np.prod(values.shape[1:]))
            where[mine, position] = begins[3 * order_class + position] + row[mine] * size
    return where


def _leads(inputs: ReplicationInputs) -> list[Column]:
    t = inputs.leads
    return [t.customer, t.thin, t.adoption, t.clarification, t.effort, t.qualified, t.referrer]  # DL_CUSTOMER …


def _requests(inputs: ReplicationInputs) -> list[Column]:
    t = inputs.requests
    numbers: list[Column] = [t.customer, t.thin, t.adoption, t.clarification]
    return [*numbers, t.effort, t.coordinated, t.coordination_effort, t.delay]  # DR_CUSTOMER …


def _opportunities(inputs: ReplicationInputs) -> list[Column]:
    t = inputs.opportunities
    return [
        t.customer, t.order_class, t.thin, t.adoption, t.clarification, t.quality, t.assessed, t.instead, t.access,
        t.deadline, t.won, t.left, t.undecided, t.feasibility, t.repeats, t.order,
        t.step_effort, t.round_effort, t.round_delay, t.follow_up_delay,
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
    rows, begin = len(columns[0]), 0
    table = place.reshape(rows, sum(map(_width, columns)))
    for column in columns:
        width = _width(column)
        table[:, begin : begin + width] = np.reshape(column, (rows, width))
        begin += width
