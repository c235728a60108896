"""The parameter set: one parameter per number, with unit, allowed range, plausible range and provenance.

Designs, scenarios, levers and measurements are overrides that patch named parameters; a misspelt parameter is an error that names
the nearest ones, and the report's assumption list is read off the parameter set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from simkit.foundation.catalogue import Labels
from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Estimate
from simkit.foundation.text import Text, did_you_mean, point_hint
from simkit.foundation.units import UNIT_WORDS

Kind = Literal[
    "measured", "partly", "workshop", "simulated", "published", "assumption", "design", "scenario", "lever", "option"
]  # fmt: skip

KIND_LABELS = Labels(Path(__file__).with_name("kind_labels.yaml"))
GONE: Mapping[str, Text] = {
    "leads.new_customer_share": Text(
        de="„leads.new_customer_share“ wird nicht mehr von Hand gesetzt: Neukunden folgen aus den verlorenen Kunden.",
        en="'leads.new_customer_share' is no longer set by hand: new customers follow from lost ones.",
    )
}
"""Parameter of an earlier version that no other has taken the place of → why it is gone."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a value comes from."""

    kind: Kind = "assumption"
    """One of the keys of `KIND_LABELS`."""
    source: str = ""
    """Publication, table of the client, or name of the design, scenario or lever; in English where it is a sentence."""
    source_de: str = ""
    """The same in German, where that differs."""
    evidence_grade: str = ""
    """Evidence grade of a publication: P peer-reviewed, O official, V vendor or second-hand, S one source only."""
    interval: Estimate | None = None
    """Interval of a measured value, in the parameter's unit."""

    @property
    def origin(self) -> Text:
        """The source in both languages."""
        return Text(de=self.source_de or self.source, en=self.source)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One number of the model."""

    path: str
    """Dotted name, such as ``orders.bespoke.entry_h``."""
    value: float
    """Value, in `unit`."""
    unit: str
    """``h``, ``d`` (working days), ``share`` (0..1), ``money`` (client's currency), ``1/a``, …"""
    minimum: float
    maximum: float
    """Allowed range; a value outside is refused."""
    low: float
    high: float
    """Plausible range, used for sensitivities."""
    label: Text
    provenance: Provenance = field(default_factory=Provenance)
    today: bool = False
    """It tells how today's organisation stands, from which every run starts: known of the client, not chosen by a design."""

    def within(self, value: float) -> float:
        """Return a value drawn to the allowed range."""
        return min(max(value, self.minimum), self.maximum)


class ParameterSet(Mapping[str, Parameter]):
    """An immutable set of parameters.

    Parameters
    ----------
    parameters : mapping of str to Parameter
        Parameters by path.
    """

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = dict(parameters)

    def __getitem__(self, path: str) -> Parameter:
        try:
            return self._parameters[path]
        except KeyError:
            raise _unknown_parameter(path, self._parameters) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __contains__(self, path: object) -> bool:
        return path in self._parameters

    def value(self, path: str) -> float:
        """Return the value of one parameter, in its unit."""
        return self[path].value

    def patch(self, values: Mapping[str, float], provenance: Provenance) -> ParameterSet:
        """Return a new parameter set in which some parameters have other values.

        Parameters
        ----------
        values : mapping of str to float
            New value by path.

        Raises
        ------
        ConfigError
            For an unknown parameter, a value that is no number, or one outside the allowed range.
        """
        parameters = dict(self._parameters)
        for path, value in values.items():
            parameter = self[path]
            parameters[path] = replace(
                parameter, value=_checked(parameter, value, provenance.source), provenance=provenance
            )
        return ParameterSet(parameters)


def load_parameter_set(file: Path, labels: Labels) -> ParameterSet:
    """Read a parameter set from a YAML file (path -> value, unit, range, plausible, today, kind, source, source_de,
    evidence_grade).

    Raises
    ------
    ConfigError
        If a value is no number, out of its range or without a label.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries: dict[str, dict[str, Any]] = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
    if lacking := [path for path in entries if path not in labels]:
        raise _no_label(lacking[0], labels.file)
    return ParameterSet({path: _parameter(path, entry, labels[path]) for path, entry in entries.items()})


def _parameter(path: str, entry: Mapping[str, Any], label: Text) -> Parameter:
    minimum, maximum = entry["range"]
    low, high = entry["plausible"]
    provenance = Provenance(
        kind=entry.get("kind", "assumption"),
        source=entry.get("source", ""),
        source_de=entry.get("source_de", ""),
        evidence_grade=entry.get("evidence_grade", ""),
    )
    parameter = Parameter(
        path=path,
        value=float(entry["value"]),
        unit=entry["unit"],
        minimum=float(minimum),
        maximum=float(maximum),
        low=float(low),
        high=float(high),
        label=label,
        provenance=provenance,
        today=entry.get("today", False),
    )
    _checked(parameter, parameter.value, "")
    return parameter


def _checked(parameter: Parameter, value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        hint, allowed = point_hint(value), _allowed(parameter)
        raise ConfigError(
            Text(
                de=f"„{parameter.path}“ braucht eine Zahl, nicht {value!r}.",
                en=f"'{parameter.path}' needs a number, not {value!r}.",
            ),
            where,
            Text(de=f"{hint.de} {allowed.de}".strip(), en=f"{hint.en} {allowed.en}".strip()),
        )
    if not parameter.minimum <= value <= parameter.maximum:
        raise ConfigError(
            Text(
                de=f"„{parameter.path}“ = {value:.12g} liegt außerhalb.",
                en=f"'{parameter.path}' = {value:.12g} is out of range.",
            ),
            where,
            _allowed(parameter),
        )
    return float(value)


def _allowed(parameter: Parameter) -> Text:
    """Return what a parameter may be, as it is typed: with a point before the decimals, in both languages."""
    unit, ends = UNIT_WORDS[parameter.unit], f"{parameter.minimum:.12g} … {parameter.maximum:.12g}"
    return Text(
        de=f"Erlaubt: {ends} ({unit.de})" if unit.de else f"Erlaubt: {ends}",
        en=f"Allowed: {ends} ({unit.en})" if unit.en else f"Allowed: {ends}",
    )


def _unknown_parameter(path: str, known: Mapping[str, Parameter]) -> ConfigError:
    if path in GONE:
        return ConfigError(GONE[path], path, Text(de="Löschen Sie die Zeile.", en="Delete the line."))
    return ConfigError(
        Text(de=f"Es gibt keinen Parameter „{path}“.", en=f"There is no parameter '{path}'."),
        path,
        did_you_mean(path, known),
    )


def _no_label(path: str, file: Path) -> ConfigError:
    return ConfigError(
        Text(de=f"Der Parameter „{path}“ hat keine Beschriftung.", en=f"The parameter '{path}' has no label."),
        str(file),
        Text(
            de=f'Dort eintragen: {path}: {{de: "…", en: "…"}}',
            en=f'Enter it there: {path}: {{de: "…", en: "…"}}',
        ),
    )
