"""What a change of the organisation moves, and how often a case changes hands: what tells a simple change from a large one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, Whole
from simkit.model.event_log.event_log import EXTRA_CODE, Record
from simkit.model.inputs.arrivals import KINDS, NUMBER_SHIFT

NOBODY = -1


def handed_over_h(record: Record) -> Floats:
    """Return when cases changed hands: the ends, office hours, of the work of whoever took one over from somebody else.

    Notes
    -----
    A case changes hands where consecutive tasks of it are done by different people; an opportunity goes on from its lead,
    and an order from its opportunity. Asking for an answer that is overdue hands nothing over.
    """
    tasks = record.tasks[(record.tasks["case"] >= 0) & (record.tasks["extra"] != EXTRA_CODE["chase"])]
    if tasks.empty:
        return np.zeros(0)
    tasks = tasks.sort_values(["case", "start_h", "end_h"], kind="stable")
    case, person = tasks["case"].to_numpy(np.int64), tasks["person"].to_numpy(np.int64)
    first = np.concatenate([[True], case[1:] != case[:-1]])
    last = np.concatenate([first[1:], [True]])
    last_of = pd.Series(person[last], index=case[last])
    came_from = last_of.reindex(_parents(record, case)).fillna(NOBODY).to_numpy(np.int64)
    before = np.where(first, came_from, np.concatenate([[NOBODY], person[:-1]]))
    ended_h: Floats = tasks["end_h"].to_numpy(float)
    handed: Floats = ended_h[(before != NOBODY) & (before != person)]
    return handed


def _parents(record: Record, case: Whole) -> Whole:
    """Return the number of the case that each case came from; −1 for none."""
    inputs, row = record.inputs, case & ((1 << NUMBER_SHIFT) - 1)
    lead, opportunity, order = (KINDS.index(kind) for kind in ("lead", "opportunity", "order"))
    sold = np.full(len(inputs.orders.at) + 1, NOBODY, dtype=np.int64)  # one row more, so that there is a row 0
    sold[inputs.opportunities.order] = np.arange(len(inputs.opportunities.at))
    of_lead = (case >> NUMBER_SHIFT == opportunity) & (row < len(inputs.leads.at))
    is_order = case >> NUMBER_SHIFT == order
    of_deal = is_order & (sold[np.where(is_order, row, 0)] != NOBODY)
    parents = np.full(len(case), NOBODY, dtype=np.int64)
    parents[of_lead] = (lead << NUMBER_SHIFT) + row[of_lead]
    parents[of_deal] = (opportunity << NUMBER_SHIFT) + sold[row[of_deal]]
    return parents
