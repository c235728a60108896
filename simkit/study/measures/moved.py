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
    return ended_h[(before != NOBODY) & (before != person)]


def _parents(record: Record, case: Whole) -> Whole:
    """Return the number of the case that each case came from; −1 for none."""
    leads, sold = len(record.inputs.leads.at), record.inputs.opportunities.order
    lead, opportunity, order = (KINDS.index(kind) << NUMBER_SHIFT for kind in ("lead", "opportunity", "order"))
    known = {opportunity + row: lead + row for row in range(leads)}
    known |= {order + row: opportunity + parent for parent, row in enumerate(sold)}
    return np.array([known.get(number, NOBODY) for number in case.tolist()], dtype=np.int64)
