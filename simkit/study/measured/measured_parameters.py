"""From a client's tables to the model: the model inputs and the parameters that the data can tell, each with its provenance.

Every measured parameter carries its interval and the table it comes from; what the tables cannot tell stays an assumption
and is listed as such.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.parameter_set import KIND_LABELS, Parameter, ParameterSet
from simkit.foundation.text import Text
from simkit.model.specification.model_parameters import CLASSES
from simkit.study.measured.agreed_response import agreed_response_override, history_response_override
from simkit.study.measured.client_inputs import client_inputs, what_is_missing
from simkit.study.measured.load import PATH as LOAD
from simkit.study.measured.load import measured_load, scaled_to_load
from simkit.study.measured.measured_demand import Override, demand_override, measured, patched, season_override
from simkit.study.measured.measured_people import people_override
from simkit.study.measured.measured_rounds import cycle_override
from simkit.study.measured.measured_sellers import sellers_override
from simkit.study.measured.measured_work import work_override
from simkit.study.measured.needs import needs_override

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue

__all__ = ["measured_parameters", "parameter_table", "what_is_missing"]

PROMISES_LONG = 2.0
BUSY, QUEUES_YEARS = 0.85, 1.0
"""Load from which queues fill up slowly, and how long that takes: at 96 % the open work grew for a year."""
PROMISES = Text(de="zweimal die längste Zusage", en="twice the longest promise")
QUEUES = Text(
    de="so lange füllen sich die Warteschlangen bei hoher Auslastung",
    en="as long as queues fill up where the load is high",
)
MEASURED_KINDS = ("measured", "partly", "workshop")
PARAMETER_COLUMNS = (
    "path", "label_de", "label_en", "value", "unit", "low", "high", "kind", "kind_de", "kind_en", "source_de", "source_en",
    "evidence_grade",
)  # fmt: skip


def measured_parameters(
    client: ClientData, time_use: TimeUse | None, value: CustomerValue, defaults: ParameterSet
) -> ParameterSet:
    """Return the parameter set with everything in it that the client's tables can tell, and how customers respond by a workshop.

    Parameters
    ----------
    client : ClientData
        With orders and employees.
    time_use : TimeUse or None
        Where the hours go; None when nothing is known of it.
    defaults : ParameterSet
        The parameter set that ships with the kit, or one with the client's own assumptions in it.

    Returns
    -------
    ParameterSet
        Each changed parameter with its provenance.
    """
    defaults = patched(defaults, sellers_override(client, defaults))
    parameter_set = patched(defaults, demand_override(client, defaults))
    parameter_set = patched(
        parameter_set,
        {**season_override(client), **people_override(client, defaults)},
    )
    model_inputs = client_inputs(client, value)
    load = measured_load(client, time_use, model_inputs, parameter_set)
    parameter_set = patched(parameter_set, load.override)
    parameter_set = patched(parameter_set, warm_up_override(parameter_set))
    if time_use is not None:
        work = work_override(client, time_use, value, model_inputs, parameter_set, load.logged)
        parameter_set = patched(parameter_set, work)
    parameter_set = patched(parameter_set, needs_override(client, value, model_inputs, parameter_set))
    parameter_set = patched(parameter_set, history_response_override(client))
    parameter_set = patched(parameter_set, agreed_response_override(client, value, model_inputs, parameter_set))
    return scaled_to_load(patched(parameter_set, cycle_override(client, parameter_set)), model_inputs)


def warm_up_override(parameters: ParameterSet) -> Override:
    """Return the warm-up after which today is what it stays: orders can be late, and the queues are as long as they get.

    Notes
    -----
    Twice the longest measured promise, since before hardly an order can be late, and a year from a load of 85 % on; never less
    than the parameter's own value.
    """
    warm_up, year = parameters["time.warm_up_years"], parameters.value("time.days_per_year")
    promises = [parameters[f"orders.{name}.promised_days"] for name in CLASSES]
    longest = max((one.value for one in promises if one.provenance.kind in MEASURED_KINDS), default=0.0)
    busy = parameters.value(LOAD) >= BUSY
    wanted, why = max(
        (PROMISES_LONG * longest / year, PROMISES), (QUEUES_YEARS if busy else 0.0, QUEUES), key=itemgetter(0)
    )
    wanted = min(wanted, warm_up.maximum)
    return {warm_up.path: measured(wanted, why, kind="assumption")} if wanted > warm_up.value else {}


def parameter_table(parameters: ParameterSet, *, measured: bool) -> pd.DataFrame:
    """Return the parameters that were measured on the client, or all others: the assumption list.

    Returns
    -------
    DataFrame
        Columns path, label_de, label_en, value, unit, low, high, kind, kind_de, kind_en, source_de, source_en,
        mark. The interval of a measured parameter is its 95 % interval (missing for what was counted), that of any other its
        plausible range (missing where the value was not drawn from it and lies outside).
    """
    rows = []
    for parameter in parameters.values():
        kind = parameter.provenance.kind
        if (kind in MEASURED_KINDS) != measured:
            continue
        words, source = KIND_LABELS[kind], parameter.provenance.origin
        origin = (kind, words.de, words.en, source.de, source.en, parameter.provenance.evidence_grade)
        rows.append(
            (
                parameter.path,
                parameter.label.de,
                parameter.label.en,
                parameter.value,
                parameter.unit,
                *_shown_range(parameter),
                *origin,
            )
        )
    return pd.DataFrame(rows, columns=list(PARAMETER_COLUMNS))


def _shown_range(parameter: Parameter) -> tuple[float, float]:
    """Return the range to show beside a value: its own interval, else the plausible one if it speaks of this value."""
    interval, kind = parameter.provenance.interval, parameter.provenance.kind
    if interval is not None:
        return interval.low, interval.high
    if kind in MEASURED_KINDS or kind == "simulated" or not parameter.low <= parameter.value <= parameter.high:
        return float("nan"), float("nan")
    return parameter.low, parameter.high
