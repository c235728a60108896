"""A client's exports taken through the kit as `simkit run` does: measured, calibrated, held against the gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from random_firms import RandomFirm, write_firm

from simkit.effort.time_use import TimeUse, time_use
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.paths import shipped
from simkit.intake.client import ClientData, load_client
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.client_fit import calibrated
from simkit.study.calibration.client_parameters import with_own_assumptions
from simkit.study.calibration.fit_gate import Gate, gate
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.measured_demand import patched
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.value.customers.customer_value import CustomerValue, customer_value


@dataclass(frozen=True, kw_only=True)
class MeasuredClient:
    """A client with what its tables tell."""

    client: ClientData
    effort: TimeUse
    value: CustomerValue
    model_inputs: ModelInputs
    parameters: ParameterSet
    """Measured, not yet calibrated."""


@dataclass(frozen=True, kw_only=True)
class CalibratedClient:
    """A client with today's organisation fitted to it."""

    model_inputs: ModelInputs
    parameters: ParameterSet
    table: pd.DataFrame
    """Measured and simulated figures (:func:`simkit.study.calibration.moment_answers.fit_table`)."""
    gate: Gate
    runs: int
    """Simulation runs that the fit took."""


def measured_client(folder: Path, *, by_hand: Mapping[str, float] | None = None) -> MeasuredClient:
    """Read a client's folder and measure what its tables tell, some parameters set by hand as in its client.yaml."""
    client = load_client(folder)
    client.config.assumptions.update(by_hand or {})
    effort, value = time_use(client), customer_value(client)
    return MeasuredClient(
        client=client,
        effort=effort,
        value=value,
        model_inputs=client_inputs(client, value),
        parameters=measured_parameters(client, effort, value, load_defaults()),
    )


def calibrated_client(measured: MeasuredClient, *, seed: int, execution: Execution) -> CalibratedClient:
    """Fit today's organisation to a measured client."""
    fit = calibrated(measured.client, measured.effort, measured.value, seed=seed, execution=execution)
    return CalibratedClient(
        model_inputs=measured.model_inputs,
        parameters=with_own_assumptions(patched(measured.parameters, fit.override), measured.client),
        table=fit.table,
        gate=gate(fit.table),
        runs=fit.runs,
    )


@contextmanager
def written(firm: RandomFirm) -> Iterator[Path]:
    """Write a firm's exports for as long as they are needed; gives the client's folder."""
    with TemporaryDirectory() as folder:
        yield write_firm(firm, Path(folder))


def demo_folder() -> Path:
    """Return the folder of the demo client."""
    return Path(shipped("client_data", "demo"))
