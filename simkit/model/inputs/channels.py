"""Who serves a customer from go-live on: our own staff, a partner who gets a margin, or nobody."""

from __future__ import annotations

import numpy as np

from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.specification.model_parameters import DROPPED_CUSTOMER, OWN_STAFF, PARTNER, SEGMENTS


def channels(inputs: ReplicationInputs, parameters: ParameterSet) -> list[int]:
    """Return who serves each customer, by its draw of the drawn inputs and the shares of its segment.

    Partners take on customers in the order of the draws, as many as their capacity parameter allows; the others stay.

    Parameters
    ----------
    inputs : ReplicationInputs
        Customers and their draws, so that a larger share moves the same customers and more.

    Returns
    -------
    list of int
        OWN_STAFF, PARTNER or DROPPED_CUSTOMER by customer.
    """
    v, draw = parameters.value, inputs.customers.channel
    segment = np.array(inputs.customers.segment, dtype=np.int64)
    dropped = np.array([v(f"channel.{name}.dropped_share") for name in SEGMENTS])[segment]
    moved = np.array([v(f"channel.{name}.partner_share") for name in SEGMENTS])[segment]
    found = np.full(len(segment), OWN_STAFF, dtype=np.int64)
    willing = np.flatnonzero((draw >= dropped) & (draw < dropped + moved))
    taken_on = willing[np.argsort(draw[willing], kind="stable")][: round(v("partner.capacity_customers"))]
    found[taken_on] = PARTNER
    found[draw < dropped] = DROPPED_CUSTOMER
    return found.tolist()


def management_h_per_fte_day(inputs: ReplicationInputs, parameters: ParameterSet, served: list[int]) -> float:
    """Return the hours that managing the partners takes of everybody's present full-time day."""
    v = parameters.value
    posts = float(inputs.model_inputs.slots["fte"].sum())
    return served.count(PARTNER) * v("partner.management_h") / (v("time.days_per_year") * posts)
