"""The calibration that was saved in a client's folder: an override with provenance, used by later runs while it is valid.

It belongs to the data, the client.yaml, the parameters set by hand and the version of the kit that it was made with; with
others it is not used but made anew.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.foundation.paths import VERSION
from simkit.foundation.text import Text
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.fit_gate import NOT_CALIBRATED, Gate, gate
from simkit.study.calibration.moment_fit import fitted_moments
from simkit.study.experiment.code_digest import code_digest
from simkit.study.measured.measured_demand import Override, patched

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

TEXTS = Catalogue.beside(__file__)

FILE = "calibration.yaml"
FORMAT = 3
KEY_LENGTH = 16
KINDS = frozenset({"measured", "partly", "workshop", "simulated", "assumption"})
"""Where a calibrated value may come from; what was set by hand is never in a calibration."""
HEADING = """\
# Von simkit geschrieben; spätere Läufe benutzen diese Werte. Eigene Werte gehören in client.yaml (assumptions).
# Written by simkit; later runs use these values. Values of your own belong in client.yaml (assumptions).
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
    """See :func:`simkit.study.calibration.moment_answers.fit_table`; of one that is not used the measured figures alone."""

    @property
    def words(self) -> Text:
        """What there is to tell of it, in one sentence."""
        return STATES[self.state]

    @property
    def gate(self) -> Gate:
        """What the fit allows."""
        return NOT_CALIBRATED if self.fit.empty else gate(self.fit, calibrated=self.state == "valid")


STATES = TEXTS.group("states")
DRAFT = Saved(state="none", override={}, fit=pd.DataFrame())
"""No calibration at all."""


def save_calibration(client: ClientData, override: Override, fit: pd.DataFrame, *, seed: int, kept: Path) -> Path:
    """Write a calibration, whole or not at all, without a date: the same input, the same bytes.

    Parameters
    ----------
    override, fit
        The parameters, and how they fit.
    kept : Path
        Folder for calibrations that do not go into the client's folder: of a run with parameters set on the command line,
        and where that folder cannot be written.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OSError
        If neither folder can be written.
    """
    import yaml

    content = {
        "format": FORMAT, "version": version(), "seed": seed, "inputs": input_keys(client),
        "parameters": {path: _parameter_entry(*entry) for path, entry in sorted(override.items())},
        "fit": [_plain(row) for row in fit.to_dict("records")],
    }  # fmt: skip
    content = {"checksum": _checksum(content), **content}
    text = HEADING + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    own, other = places(client, kept)
    if set_on_command_line(client):
        return _written(other, text)
    try:
        return _written(own, text)
    except OSError:  # a folder that may be read only
        return _written(other, text)


def _written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(file)
    return file


def places(client: ClientData, kept: Path) -> tuple[Path, Path]:
    """Return where the calibration of a client may lie: in its folder, and under its key among those that are kept."""
    key = hashlib.sha256(json.dumps(input_keys(client), sort_keys=True).encode("utf-8")).hexdigest()
    return client.folder / FILE, kept / f"{key[:KEY_LENGTH]}.yaml"


def set_on_command_line(client: ClientData) -> bool:
    """Tell whether parameters of a run are set by hand that client.yaml does not set."""
    from simkit.intake.settings.client_settings import load_config

    return bool(client.config.assumptions) and client.config.assumptions != load_config(client.folder).assumptions


def version() -> str:
    """Return the version of the kit with the code that a calibration rests on."""
    return f"{VERSION} {code_digest(fitted_moments.__module__)[:KEY_LENGTH]}"


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
    """Return what a calibration depends on: hashes of every file of the client and of its client.yaml, and what is set by
    hand."""
    config = (client.folder / "client.yaml").read_bytes()
    files = {Path(name).name: value for name, value in client.input_hashes.items()}
    by_hand = json.dumps(dict(client.config.assumptions), sort_keys=True)
    return {
        **dict(sorted(files.items())),
        "client.yaml": hashlib.sha256(config).hexdigest(),
        "by hand": hashlib.sha256(by_hand.encode("utf-8")).hexdigest(),
    }


def open_calibration(client: ClientData, kept: Path) -> Saved:
    """Return the calibration of a client, with whether it may be used.

    Parameters
    ----------
    kept : Path
        As in :func:`save_calibration`; one that is valid there goes before another in the client's folder that is not.

    Raises
    ------
    ConfigError
        If the file is damaged, or names a parameter or a value that the model does not have.
    """
    own, other = (_opened(file, client) for file in places(client, kept))
    return other if own.state != "valid" and other.state == "valid" else own


def _opened(file: Path, client: ClientData) -> Saved:
    if not file.is_file():
        return Saved(state="none", override={}, fit=pd.DataFrame())
    content = _content(file)
    if content.get("format") != FORMAT or content.get("version") != version():
        return Saved(state="other_version", override={}, fit=pd.DataFrame())
    if content.get("inputs") != input_keys(client):
        return Saved(state="other_data", override={}, fit=pd.DataFrame())
    if content.get("checksum") != _checksum({key: value for key, value in content.items() if key != "checksum"}):
        raise _damaged(file, "checksum")
    try:
        override = {str(path): _entry_of(str(path), entry) for path, entry in dict(content["parameters"]).items()}
        fit = pd.DataFrame(content["fit"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(file, str(error)) from error
    try:
        patched(load_defaults(), override)  # an unknown parameter is an error here, before anything is run
    except ConfigError as error:
        raise ConfigError(error.what, str(file), _DELETE_FILE) from error
    return Saved(state="valid", override=override, fit=fit)


def _checksum(content: Mapping[str, Any]) -> str:
    """Return a hash of what a calibration says: part of it, or another value, would pass for the fit of this client."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode("utf-8")).hexdigest()


def _content(file: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _damaged(file, type(error).__name__) from error
    if not isinstance(content, dict):
        raise _damaged(file, type(content).__name__)
    return content


def _entry_of(path: str, entry: Mapping[str, Any]) -> tuple[float, Provenance]:
    if not isinstance(entry["value"], int | float):
        raise ValueError(f"{path}: {entry['value']}")
    value, low, high = entry["value"], entry.get("low"), entry.get("high")
    interval = None if low is None or high is None else Estimate(value=float(value), low=float(low), high=float(high))
    source = entry["source"]
    if entry["kind"] not in KINDS:
        raise ValueError(f"{path}: kind: {entry['kind']}")
    provenance = Provenance(kind=entry["kind"], source=source["en"], source_de=source["de"], interval=interval)
    return float(value), provenance


def _damaged(file: Path, what: str) -> ConfigError:
    return ConfigError(
        Text(
            de="Die gespeicherte Kalibrierung ist beschädigt oder von Hand geändert.",
            en="The saved calibration is damaged or was changed by hand.",
        ),
        f"{file}: {what}",
        _DELETE_FILE,
    )


_DELETE_FILE = Text(
    de="Löschen Sie die Datei; der nächste Lauf kalibriert neu.",
    en="Delete the file; the next run makes it again.",
)
