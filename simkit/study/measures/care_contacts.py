"""Contacts of care: those that customers need, and those that people in idle hours made besides the planned ones."""

from __future__ import annotations

import numpy as np

from simkit.foundation.frames import Floats, Whole
from simkit.model.event_log.event_log import EXTRA_CODE, KIND_CODE, OUTCOME_CODE, Record
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.measures.record_view import RecordView


def extra_contacts(record: Record) -> tuple[Floats, Whole]:
    """Return the end, office hours, and the customer's segment of every extra contact after go-live that was finished."""
    tasks, segment_of = record.task_columns, np.array(record.inputs.customers.segment, dtype=np.int64)
    chosen = (tasks.extra == EXTRA_CODE["extra_contact"]) & (tasks.end_h >= 0) & ~np.isnan(tasks.left_h)
    return tasks.end_h[chosen], segment_of[-2 - tasks.case[chosen]]


def needed_contacts(view: RecordView) -> list[Floats]:
    """Return the contacts that the customers there are need, by segment and year."""
    record = view.record
    customers = record.inputs.customers
    until = np.where(np.array(customers.dormant, dtype=bool), 0.0, record.end_h)
    since = np.zeros(len(until))
    cases = view.cases
    won = (cases.kind == KIND_CODE["opportunity"]) & (cases.outcome == OUTCOME_CODE["won"])
    first = np.full(len(until), np.inf)
    np.minimum.at(first, cases.customer[won], cases.ended_h[won])
    new = np.array(customers.dormant, dtype=bool) & (first < np.inf)
    since[new], until[new] = np.maximum(first[new], 0.0), record.end_h
    gone, at_h = record.churned["customer"].to_numpy(int), record.churned["at_h"].to_numpy(float)
    until[gone] = np.maximum(at_h, 0.0)
    segment = np.array(customers.segment, dtype=int)
    needed = []
    for code, name in enumerate(SEGMENTS):
        mine = segment == code
        years = [
            np.clip(np.minimum(until[mine], high) - np.maximum(since[mine], low), 0.0, None).sum() / record.year_h
            for low, high in zip(view.edges, view.edges[1:], strict=False)
        ]
        needed.append(np.array(years) * record.inputs.parameters.value(f"care.{name}.needed_contacts_per_year"))
    return needed
