"""The draws of a replication as one block of floats, which all its runs share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simkit.foundation.kept import kept_with_first
from simkit.model.compiled import layout as at
from simkit.model.compiled.jit import NumberBlock
from simkit.model.inputs.replication_inputs import ReplicationInputs


@dataclass(frozen=True, kw_only=True)
class DrawnBlock:
    """The block, and where its tables begin, by the field of the header that says so."""

    block: NumberBlock
    begins: dict[int, int]


@kept_with_first
def draws_of(inputs: ReplicationInputs) -> DrawnBlock:
    """Return the draws of a replication."""
    customers = inputs.customers
    parts: list[NumberBlock] = [np.zeros(1)]
    begins: dict[int, int] = {}

    def add(field: int, table: NumberBlock) -> int:
        begins[field] = sum(map(len, parts))
        parts.append(table.ravel().astype(np.float64, copy=False))
        return begins[field]

    add(at.H_LEADS, _leads(inputs))
    add(at.H_REQUESTS, _requests(inputs))
    add(at.H_OPPORTUNITIES, _opportunities(inputs))
    add(at.H_CARE_EFFORT, customers.care_effort)
    add(at.H_CARE_ADOPTION, customers.care_adoption)
    add(at.H_EXTRA_EFFORT, customers.extra_effort)
    orders, row = inputs.orders, np.array(inputs.orders.row_in_class, dtype=np.int64)
    drawn = np.array(orders.order_class, dtype=np.int64)
    where = np.zeros((3, len(drawn)))
    for order_class in range(at.CLASS_COUNT):
        mine = drawn == order_class
        for position, table in enumerate((orders.repeats, orders.round_effort, orders.round_delay)):
            values = table[order_class]
            size = int(np.prod(values.shape[1:]))
            where[position, mine] = add(-1, values) + row[mine] * size
    del begins[-1]
    add(at.H_ORDERS, _orders(inputs, where))
    return DrawnBlock(block=np.concatenate(parts), begins=begins)


def _leads(inputs: ReplicationInputs) -> NumberBlock:
    t = inputs.leads
    columns = (t.customer, t.thin, t.adoption, t.clarification, t.effort, t.qualified, t.referrer)
    return _table(*columns)  # DL_CUSTOMER …


def _requests(inputs: ReplicationInputs) -> NumberBlock:
    t = inputs.requests
    numbers = (t.customer, t.thin, t.adoption, t.clarification)
    return _table(*numbers, t.effort, t.coordinated, t.coordination_effort, t.delay)  # DR_CUSTOMER …


def _opportunities(inputs: ReplicationInputs) -> NumberBlock:
    t = inputs.opportunities
    numbers = _table(
        t.customer, t.order_class, t.thin, t.adoption, t.clarification, t.quality, t.assessed, t.instead, t.access,
        t.deadline, t.won, t.left, t.undecided, t.feasibility, t.repeats, t.order,
    )  # fmt: skip
    return np.hstack([numbers, t.step_effort, t.round_effort, t.round_delay, t.follow_up_delay])


def _orders(inputs: ReplicationInputs, where: NumberBlock) -> NumberBlock:
    t = inputs.orders
    numbers = _table(
        t.customer, t.order_class, t.thin, t.adoption, t.clarification, t.value_amount, t.convert, t.instead, t.patience,
        t.rework,
    )  # fmt: skip
    return np.hstack([numbers, where.T, t.step_effort])


def _table(*columns: Sequence[float]) -> NumberBlock:
    """Return columns side by side, (rows, columns)."""
    return np.array([np.asarray(column, dtype=np.float64) for column in columns]).T
