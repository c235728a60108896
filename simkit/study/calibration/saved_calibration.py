"""The calibration that was saved in a client's folder: an override with provenance, used by later runs while it is valid.

It belongs to the data, the client.yaml and the version of the kit that it was made with; with others it is reported and not
used. Whoever sets a value by hand goes before it, and it goes before what the tables alone tell.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError, DataError
from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.paths import VERSION
from simkit.foundation.text import Text
from simkit.intake.settings.former_names import FORMER_REASONS, present_keys
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moment_fit import MomentFit, bench_of, fitted_moments
from simkit.study.calibration.moments import measured_moments
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.measured.client_inputs import client_inputs, what_is_missing
from simkit.study.measured.measured_demand import Override, patched
from simkit.study.measured.measured_parameters import measured_parameters

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData
    from simkit.study.experiment.run_experiment import Progress
    from simkit.value.customers.customer_value import CustomerValue

TEXTS = Catalogue.beside(__file__)

FILE = "calibration.yaml"
FORMAT = 1
HEADING = """\
# Von `simkit calibrate` geschrieben; spätere Läufe benutzen diese Werte. Eigene Werte gehören in client.yaml (assumptions).
# Written by `simkit calibrate`; later runs use these values. Values of your own belong in client.yaml (assumptions).
"""
State = Literal["none", "valid", "other_data", "other_version"]


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A saved calibration."""

    state: State
    """Whether there is one, and whether it belongs to the client's present data and to this version."""
    override: Override
    """The parameters; used only when valid."""
    fit: pd.DataFrame
    """See :class:`simkit.study.calibration.moment_fit.MomentFit`."""

    @property
    def words(self) -> Text:
        """What there is to tell of it, in one sentence."""
        return STATES[self.state]


STATES = TEXTS.group("states")


def calibrated(
    client: ClientData, time_use: TimeUse | None, value: CustomerValue | None, *, seed: int = 1,
    execution: Execution = Execution(), progress: Progress | None = None,
) -> MomentFit:  # fmt: skip
    """Run the moments step on a client.

    Parameters
    ----------
    client, time_use, value
        The client; `value` is None when nothing is known about sales by customer.
    execution, progress
        As in :func:`simkit.study.experiment.run_experiment.run_experiment`.

    Raises
    ------
    DataError
        When the organisation cannot be simulated, or the tables tell no moment.
    """
    lacking = what_is_missing(client)
    if lacking is not None or value is None:
        missing = lacking.remedy if lacking is not None else ()
        raise DataError(
            lacking.reason if lacking is not None else NO_CUSTOMERS,
            "client.yaml: tables",
            Text(de="; ".join(one.de for one in missing), en="; ".join(one.en for one in missing)),
        )
    model_inputs = client_inputs(client, value)
    parameter_set = with_own_assumptions(measured_parameters(client, time_use, value, load_defaults()), client)
    moments = measured_moments(client, time_use, value, model_inputs, parameter_set)
    if not moments:
        raise DataError(NO_MOMENT, "client.yaml: tables", NO_MOMENT_REMEDY)
    return fitted_moments(
        moments, parameter_set, bench_of(model_inputs, seed=seed, execution=execution, progress=progress)
    )


NO_CUSTOMERS = TEXTS["no_customers"]
NO_MOMENT = TEXTS["no_moment"]
NO_MOMENT_REMEDY = TEXTS["no_moment_remedy"]


def client_parameter_set(client: ClientData, time_use: TimeUse | None, value: CustomerValue) -> ParameterSet:
    """Return the parameter set that every run of a client takes: set by hand > calibrated > measured > default."""
    measured = measured_parameters(client, time_use, value, load_defaults())
    return with_own_assumptions(with_calibration(measured, open_calibration(client)), client)


def with_own_assumptions(parameters: ParameterSet, client: ClientData) -> ParameterSet:
    """Return the parameter set with what client.yaml and the command line set by hand; it goes before everything else."""
    from simkit.study.bilingual_texts import BY_HAND

    own = {str(path): float(value) for path, value in dict(client.config.assumptions).items()}
    provenance = Provenance(kind="option", source=BY_HAND.en, source_de=BY_HAND.de)
    return parameters.patch(own, provenance) if own else parameters


def with_calibration(parameters: ParameterSet, saved: Saved) -> ParameterSet:
    """Return the measured parameter set with a valid calibration in it; any other changes nothing."""
    return patched(parameters, saved.override) if saved.state == "valid" else parameters


# --- the file --------------------------------------------------------------------------------------------------------


def save_calibration(client: ClientData, fit: MomentFit, seed: int) -> Path:
    """Write a calibration into the client's folder, whole or not at all, without a date: the same input, the same bytes.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    import yaml

    content = {
        "format": FORMAT, "version": VERSION, "seed": seed, "inputs": input_keys(client),
        "parameters": {path: _parameter_entry(*entry) for path, entry in sorted(fit.override.items())},
        "fit": [_plain(row) for row in fit.table.to_dict("records")],
    }  # fmt: skip
    file = client.folder / FILE
    part = file.with_name(f".{FILE}.part")
    text = HEADING + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(file)
    return file


def _parameter_entry(value: float, provenance: Provenance) -> dict[str, Any]:
    interval = provenance.interval
    return {
        "value": _rounded(value),
        "low": _rounded(interval.low) if interval else None,
        "high": _rounded(interval.high) if interval else None,
        "kind": provenance.kind,
        "source": {"de": provenance.source_de, "en": provenance.source},
        "method": "simulated moments",
    }


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _rounded(value) if isinstance(value, float) else value for key, value in row.items()}


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else float(f"{value:.6g}")


def input_keys(client: ClientData) -> dict[str, str]:
    """Return the hashes of what a calibration depends on: every file of the client, and its client.yaml."""
    config = (client.folder / "client.yaml").read_bytes()
    files = {Path(name).name: value for name, value in client.input_hashes.items()}
    return {**dict(sorted(files.items())), "client.yaml": hashlib.sha256(config).hexdigest()}


def open_calibration(client: ClientData) -> Saved:
    """Return the calibration in a client's folder, with whether it may be used.

    Raises
    ------
    ConfigError
        If the file is damaged, or names a parameter or a value that the model does not have.
    """
    file = (client.folder / FILE) if client.folder is not None else None
    if file is None or not file.is_file():
        return Saved(state="none", override={}, fit=pd.DataFrame())
    content = present_keys(_content(file), "calibration")
    if content.get("format") != FORMAT or content.get("version") != VERSION:
        return Saved(state="other_version", override={}, fit=pd.DataFrame())
    if content.get("inputs") != input_keys(client):
        return Saved(state="other_data", override={}, fit=pd.DataFrame())
    try:
        override = {str(path): _entry_of(entry) for path, entry in dict(content["parameters"]).items()}
        fit = pd.DataFrame(content["fit"]).replace({"why": dict(FORMER_REASONS)})
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(file, str(error)) from error
    patched(load_defaults(), override)  # an unknown parameter is an error here, before anything is run
    return Saved(state="valid", override=override, fit=fit)


def _content(file: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _damaged(file, type(error).__name__) from error
    if not isinstance(content, dict):
        raise _damaged(file, type(content).__name__)
    return content


def _entry_of(entry: Mapping[str, Any]) -> tuple[float, Provenance]:
    value, low, high = entry["value"], entry.get("low"), entry.get("high")
    interval = None if low is None or high is None else Estimate(value=float(value), low=float(low), high=float(high))
    source = entry["source"]
    if entry["kind"] not in {"measured", "partly", "workshop"}:
        raise ValueError(f"kind: {entry['kind']}")
    provenance = Provenance(kind=entry["kind"], source=source["en"], source_de=source["de"], interval=interval)
    return float(value), provenance


def _damaged(file: Path, what: str) -> ConfigError:
    return ConfigError(
        Text(de="Die gespeicherte Kalibrierung ist beschädigt.", en="The saved calibration is damaged."),
        f"{file}: {what}",
        Text(
            de="Die Datei löschen oder neu rechnen: simkit calibrate.",
            en="Delete the file, or make it again: simkit calibrate.",
        ),
    )
