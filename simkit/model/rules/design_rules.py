"""What a design leads to under a parameter set, worked out once for all replications that meet it."""

from __future__ import annotations

from simkit.foundation.kept import kept_for_last
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import Rules, compile_rules
from simkit.model.rules.staffing import hours_balance
from simkit.model.specification.designs import Design

DESIGNS = 64
"""How many designs under a parameter set are kept; more than a study compares at a time in one process."""


@kept_for_last(DESIGNS)
def put_on(design: Design, parameters: ParameterSet) -> ParameterSet:
    """Return the parameter set in which a design holds."""
    return design.on(parameters)


@kept_for_last(DESIGNS)
def rules_of(design: Design, parameters: ParameterSet, calendar_ratio: float) -> Rules:
    """Return the plain numbers of a design; see :func:`simkit.model.rules.plain_parameters.compile_rules`."""
    return compile_rules(put_on(design, parameters), calendar_ratio)


@kept_for_last(DESIGNS)
def hours_by_unit(
    design: Design, today: Design, parameters: ParameterSet, model_inputs: ModelInputs
) -> dict[str, float]:
    """Return the hours a year of every unit at go-live, with the contacts that customers receive today."""
    rules = rules_of(design, parameters, model_inputs.calendar_ratio)
    return hours_balance(design, model_inputs, put_on(design, parameters), rules, today=put_on(today, parameters))
