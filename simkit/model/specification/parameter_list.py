"""The parameters of the simulation as a list: what each is, what it may be, where it comes from, and what has set it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.errors import UsageError
from simkit.foundation.parameter_set import KIND_LABELS, Parameter, ParameterSet, Provenance
from simkit.foundation.table_writing import csv_text
from simkit.foundation.text import Language, Text, did_you_mean
from simkit.foundation.units import UNIT_WORDS

CSV_COLUMNS = (
    "path", "value", "default", "unit", "minimum", "maximum", "low", "high", "kind", "source", "evidence_grade", "label",
)  # fmt: skip
HEADINGS = (
    Text(de="Parameter", en="Parameter"),
    Text(de="Bedeutung", en="Meaning"),
    Text(de="Wert", en="Value"),
    Text(de="Vorgabe", en="Default"),
    Text(de="Erlaubt", en="Allowed"),
    Text(de="Plausibel", en="Plausible"),
    Text(de="Herkunft", en="Source"),
)


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What is put on the parameter set before it is listed."""

    design: str = ""
    scenarios: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    """Names."""
    folder: Path | None = None
    """The client's folder, whose own files go before the shipped ones and whose assumptions count."""

    def on(self, parameters: ParameterSet) -> ParameterSet:
        """Return the parameter set with the client's assumptions, the scenarios, the design and the levers in it.

        Raises
        ------
        ConfigError
            For an override that does not exist or does not fit the parameter set, or overrides that contradict each other.
        """
        from simkit.model.specification.designs import load_design
        from simkit.model.specification.levers import lever_contradictions, load_lever, put_on
        from simkit.model.specification.overrides import raise_first
        from simkit.model.specification.scenarios import load_scenario

        parameter_set = self._with_assumptions(parameters)
        if self.scenarios:
            parameter_set = load_scenario("+".join(self.scenarios), self.folder).on(parameter_set)
        levers = [load_lever(name, self.folder) for name in self.levers]
        raise_first(lever_contradictions(levers, "--lever"))
        if self.design:
            return load_design(self.design, self.folder).with_levers(levers).on(parameter_set)
        return put_on(levers, parameter_set)

    def _with_assumptions(self, parameters: ParameterSet) -> ParameterSet:
        from simkit.intake.settings.client_settings import load_config

        own = load_config(self.folder).assumptions if self.folder is not None else {}
        return parameters.patch(own, Provenance(kind="option", source="client.yaml")) if own else parameters


def chosen_parameters(parameter_set: ParameterSet, words: Sequence[str], language: Language) -> list[Parameter]:
    """Return the parameters whose path, label or source holds all words.

    Raises
    ------
    UsageError
        When there is none; it names the nearest.
    """

    def found(parameter: Parameter) -> str:
        origin = parameter.provenance.origin.to(language)
        return f"{parameter.path} {parameter.label.to(language)} {parameter.provenance.kind} {origin}".lower()

    chosen = [
        parameter for parameter in parameter_set.values() if all(word.lower() in found(parameter) for word in words)
    ]
    if not chosen:
        raise UsageError(
            Text(de="Kein Parameter passt dazu.", en="No parameter matches."),
            " ".join(words),
            did_you_mean(words[0] if words else "", parameter_set),
        )
    return chosen


def written_rows(
    parameters: Iterable[Parameter], defaults: ParameterSet, language: Language
) -> Iterator[tuple[str, ...]]:
    """Yield one row of words for each parameter, as :data:`HEADINGS`; the default only where the value is another."""
    for parameter in parameters:
        default = defaults.value(parameter.path)
        unit = UNIT_WORDS[parameter.unit].to(language)
        yield (
            parameter.path,
            parameter.label.to(language),
            f"{_plain(parameter.value)} {unit}".strip(),
            "" if default == parameter.value else _plain(default),
            f"{_plain(parameter.minimum)} … {_plain(parameter.maximum)}",
            f"{_plain(parameter.low)} … {_plain(parameter.high)}",
            _origin(parameter, language),
        )


def _origin(parameter: Parameter, language: Language) -> str:
    provenance = parameter.provenance
    source, kind = provenance.origin.to(language), KIND_LABELS[provenance.kind].to(language)
    evidence_grade = f" [{provenance.evidence_grade}]" if provenance.evidence_grade else ""
    return f"{kind}: {source}{evidence_grade}" if source else kind


def as_csv(parameters: Iterable[Parameter], defaults: ParameterSet, language: Language) -> str:
    """Return the parameters as CSV with a header, numbers as they are, text in one language."""
    return csv_text([CSV_COLUMNS, *(_csv_row(parameter, defaults, language) for parameter in parameters)])


def _csv_row(parameter: Parameter, defaults: ParameterSet, language: Language) -> tuple[str, ...]:
    origin = parameter.provenance
    values = [_plain(value) for value in (parameter.value, defaults.value(parameter.path))]
    ranges = [_plain(value) for value in (parameter.minimum, parameter.maximum, parameter.low, parameter.high)]
    words = (origin.kind, origin.origin.to(language), origin.evidence_grade, parameter.label.to(language))
    return (parameter.path, *values, parameter.unit, *ranges, *words)


def _plain(value: float) -> str:
    """Write a number as it is typed into client.yaml: no powers of ten, no rests of binary fractions."""
    return f"{value:.12g}"
