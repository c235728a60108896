"""From a client's tables to the model: the facts and the leaves that the data can tell, each with its provenance.

Every measured leaf carries its interval and the table it comes from; what the tables cannot tell stays an assumption
and is listed as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.parameter_set import KIND_LABELS, Leaf, Parameters
from simkit.study.measured.agreed_response import agreed_response_override
from simkit.study.measured.client_inputs import client_facts, what_is_missing
from simkit.study.measured.measured_demand import demand_override, patched, season_override
from simkit.study.measured.measured_people import people_override
from simkit.study.measured.measured_response import response_override
from simkit.study.measured.measured_rounds import cycle_override
from simkit.study.measured.measured_work import work_override

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue

__all__ = ["client_facts", "leaf_table", "measured_parameters", "what_is_missing"]

MEASURED_KINDS = ("measured", "partly", "workshop")
LEAF_COLUMNS = (
    "path", "label_de", "label_en", "value", "unit", "low", "high", "kind", "kind_de", "kind_en", "source_de", "source_en",
    "mark",
)  # fmt: skip


def measured_parameters(
    client: ClientData, time_use: TimeUse | None, value: CustomerValue, defaults: Parameters
) -> Parameters:
    """Return the tree with everything in it that the client's tables can tell, and how customers respond by a workshop.

    Parameters
    ----------
    client : ClientData
        With orders and employees.
    time_use : TimeUse or None
        Where the hours go; None when nothing is known of it.
    value : CustomerValue
        For the segments.
    defaults : Parameters
        The tree that ships with the kit, or one with the client's own assumptions in it.

    Returns
    -------
    Parameters
        Each changed leaf with its provenance.
    """
    tree = patched(defaults, demand_override(client, defaults))
    tree = patched(
        tree, {**season_override(client), **people_override(client, defaults), **response_override(client, tree)}
    )
    facts = client_facts(client, value)
    if time_use is not None:
        tree = patched(tree, work_override(client, time_use, value, facts, tree))
    tree = patched(tree, agreed_response_override(client, value, facts, tree))
    return patched(tree, cycle_override(client, tree))


def leaf_table(parameters: Parameters, *, measured: bool) -> pd.DataFrame:
    """Return the leaves that were measured on the client, or all others: the assumption list.

    Returns
    -------
    DataFrame
        Columns path, label_de, label_en, value, unit, low, high, kind, kind_de, kind_en, source_de, source_en,
        mark. The interval of a measured leaf is its 95 % interval (missing for what was counted), that of any other its
        plausible range (missing where the value was not drawn from it and lies outside).
    """
    rows = []
    for leaf in parameters.values():
        kind = leaf.provenance.kind
        if (kind in MEASURED_KINDS) != measured:
            continue
        words, source = KIND_LABELS[kind], leaf.provenance.origin
        origin = (kind, words.de, words.en, source.de, source.en, leaf.provenance.mark)
        rows.append((leaf.path, leaf.label.de, leaf.label.en, leaf.value, leaf.unit, *_shown_range(leaf), *origin))
    return pd.DataFrame(rows, columns=list(LEAF_COLUMNS))


def _shown_range(leaf: Leaf) -> tuple[float, float]:
    """Return the range to show beside a value: its own interval, else the plausible one if it speaks of this value."""
    interval, kind = leaf.provenance.interval, leaf.provenance.kind
    if interval is not None:
        return interval.low, interval.high
    if kind in MEASURED_KINDS or kind == "simulated" or not leaf.low <= leaf.value <= leaf.high:
        return float("nan"), float("nan")
    return leaf.low, leaf.high
