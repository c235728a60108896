"""The parameter set of a client: set by hand > calibrated > measured > default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simkit.foundation.kept import kept_with_first
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.bilingual_texts import BY_HAND
from simkit.study.calibration.saved_calibration import Saved
from simkit.study.measured.measured_demand import patched
from simkit.study.measured.measured_parameters import measured_parameters

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue


def client_parameter_set(
    client: ClientData, time_use: TimeUse | None, value: CustomerValue, saved: Saved
) -> ParameterSet:
    """Return the parameter set that every run of a client takes, with its calibration where that is valid."""
    measured = measured_parameters(client, time_use, value, load_defaults(client.config.euro_rate))
    return with_own_assumptions(with_calibration(measured, saved), client)


@kept_with_first
def own_parameters(client: ClientData, time_use: TimeUse | None, value: CustomerValue) -> ParameterSet:
    """Return the parameter set that a calibration starts from."""
    defaults = load_defaults(client.config.euro_rate)
    return with_own_assumptions(measured_parameters(client, time_use, value, defaults), client)


def with_own_assumptions(parameters: ParameterSet, client: ClientData) -> ParameterSet:
    """Return the parameter set with what client.yaml and the command line set by hand; it goes before everything else."""
    own = {str(path): float(value) for path, value in dict(client.config.assumptions).items()}
    provenance = Provenance(kind="option", source=BY_HAND.en, source_de=BY_HAND.de)
    return parameters.patch(own, provenance) if own else parameters


def with_calibration(parameters: ParameterSet, saved: Saved) -> ParameterSet:
    """Return the measured parameter set with a valid calibration in it; any other changes nothing."""
    return patched(parameters, saved.override) if saved.state == "valid" else parameters
