"""What a change of the organisation moves, and how often a case changes hands: what tells a simple change from a large one."""

from __future__ import annotations

import numpy as np

from simkit.foundation.frames import Floats, Whole, stable_order
from simkit.model.event_log.event_log import EXTRA_CODE, KIND_CODE, Record

NOBODY = -1


def handed_over_h(record: Record) -> Floats:
    """Return when cases changed hands: the ends, office hours, of the work of whoever took one over from somebody else.

    Notes
    -----
    A case changes hands where consecutive tasks of it are done by different people; an opportunity goes on from its lead,
    and an order from its opportunity. Asking for an answer that is overdue hands nothing over.
    """
    tasks = record.task_columns
    mine = np.flatnonzero((tasks.case >= 0) & (tasks.extra != EXTRA_CODE["chase"]))
    if mine.size == 0:
        return np.zeros(0)
    mine = mine[
        stable_order(tasks.case[mine])
    ]  # a case is in one pair of hands, so its tasks follow each other in the log
    row, person = tasks.case[mine], tasks.person[mine]
    first = np.concatenate([[True], row[1:] != row[:-1]])
    last = np.concatenate([first[1:], [True]])
    last_of = np.full(len(record.case_columns) + 1, NOBODY)  # one more for cases that came from none
    last_of[row[last]] = person[last]
    came_from = last_of[_parents(record)[row]]
    before = np.where(first, came_from, np.concatenate([[NOBODY], person[:-1]]))
    handed: Floats = tasks.end_h[mine][(before != NOBODY) & (before != person)]
    return handed


def _parents(record: Record) -> Whole:
    """Return the row of the case that each case came from; −1 for none."""
    inputs, cases = record.inputs, record.case_columns
    lead, opportunity, order = (KIND_CODE[kind] for kind in ("lead", "opportunity", "order"))
    sold = np.full(len(inputs.orders.at) + 1, NOBODY)  # one row more, so that there is a row 0
    sold[inputs.opportunities.order] = np.arange(len(inputs.opportunities.at))
    of_lead = (cases.kind == opportunity) & (cases.row < len(inputs.leads.at))
    deal = np.where(cases.kind == order, sold[np.where(cases.kind == order, cases.row, 0)], NOBODY)
    parents = np.full(len(cases), NOBODY)
    for kind, mine, wanted in ((lead, of_lead, cases.row), (opportunity, deal != NOBODY, deal)):
        there = np.flatnonzero(cases.kind == kind)
        row_of = np.full(max(len(inputs.leads.at), len(inputs.opportunities.at)) + 1, NOBODY)
        row_of[cases.row[there]] = there
        parents[mine] = row_of[wanted[mine]]
    return parents
