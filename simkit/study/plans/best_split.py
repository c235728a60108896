"""The best split of today's hours of care between segments, as a lever of the simulation."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.model.specification.levers import Lever
from simkit.model.specification.model_parameters import SEGMENTS

TEXTS = Catalogue.beside(__file__)
SPLIT = TEXTS.group("best_split")


def best_split_lever(split: pd.DataFrame, parameters: ParameterSet) -> Lever | None:
    """Return the plan of contacts that spends today's hours of care where they bring most.

    Parameters
    ----------
    split : DataFrame
        ``segment, hours_h, best_h`` of each segment (:class:`simkit.value.service.service_study.ServiceStudy`).
    parameters : ParameterSet
        Of today's organisation.

    Returns
    -------
    Lever or None
        None where nothing would change, or the model does not know the segments.

    Notes
    -----
    Contacts planned today times best over present hours; a contact takes the hours that it takes today.
    """
    values = {}
    for row in split.to_dict("records"):
        path = f"care.{row['segment']}.contacts_per_year"
        if row["segment"] in SEGMENTS and row["hours_h"] > 0:
            parameter = parameters[path]
            values[path] = parameter.within(parameter.value * float(row["best_h"]) / float(row["hours_h"]))
    if not values or all(value == parameters.value(path) for path, value in values.items()):
        return None
    origin = Provenance(kind="lever", source=SPLIT["source"].en, source_de=SPLIT["source"].de)
    return Lever(
        name="best_split", title=SPLIT["title"], purpose=SPLIT["purpose"], override=values,
        origins=dict.fromkeys(values, origin),
    )  # fmt: skip
