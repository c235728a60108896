"""The engine of the search: plays plans with the few measures that the choice needs.

It stands by itself because every process of a search imports it: client settings and the run cache, which only the search
itself needs, would take 14 MB in each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.frames import select
from simkit.study.experiment.replicate import met
from simkit.study.search.plan_outcomes import MEASURED

if TYPE_CHECKING:
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.scenarios import Scenario
    from simkit.study.experiment.experiment_spec import Variant


def play_for_choice(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Draw one replication, let every variant meet it, and yield what the choice of a plan needs, over the whole horizon.

    Parameters
    ----------
    model_inputs, parameters, scenario, variants, seed, replication
        As in :class:`simkit.study.experiment.experiment_spec.Engine`.
    """
    from simkit.model.engine_choice import play
    from simkit.model.inputs.replication_inputs import draw_inputs
    from simkit.study.measures.measures import measures

    inputs = draw_inputs(model_inputs, scenario.on(parameters), seed=seed, replication=replication, today=parameters)
    for variant in variants:
        yield select(measures(play(inputs, met(variant)), MEASURED), year=0)
