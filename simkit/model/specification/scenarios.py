"""Scenarios: what happens to the client, as overrides on the parameter set; they can be combined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.specification.overrides import (
    Claim,
    OverrideFile,
    contradictions,
    evidence_grade_problems,
    key_problems,
    number_problems,
    raise_first,
    read_override,
    split_mix,
    text_at,
    text_problems,
    today_problems,
)

SCENARIO_KEYS = ("title", "purpose", "source", "source_de", "evidence_grade", "set")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What may happen to the client: one thing, or several at once."""

    name: str
    """Name of its file; "a+b" for a combination."""
    title: Text
    purpose: Text
    """What people call it, and what it assumes."""
    override: Mapping[str, float]
    source: str = ""
    source_de: str = ""
    evidence_grade: str = ""
    """Where its numbers come from, and how far to trust them; empty: they are assumptions."""
    parts: tuple[Scenario, ...] = ()
    """What a combination is made of."""
    places: Mapping[str, str] = field(default_factory=dict, repr=False)  # a study's key is made of what is shown
    """File and line of every parameter that it sets."""

    def on(self, parameters: ParameterSet) -> ParameterSet:
        """Return the parameter set in which this scenario holds; each part of a combination stands for its own parameters."""
        parameter_set = parameters
        for part in self.parts:
            parameter_set = part.on(parameter_set)
        source = f"{self.name}: {self.source}" if self.source else self.name
        source_de = f"{self.name}: {self.source_de}" if self.source_de else ""
        provenance = Provenance(kind="scenario", source=source, source_de=source_de, evidence_grade=self.evidence_grade)
        return parameter_set if self.parts else parameter_set.patch(self.override, provenance)

    def claims(self) -> Iterator[Claim]:
        """Yield what it does with each parameter."""
        for part in self.parts:
            yield from part.claims()
        for parameter, value in {} if self.parts else self.override.items():
            yield Claim(parameter=parameter, value=value, place=self.places.get(parameter, self.name))


def load_scenario(name: str, folder: Path | None = None) -> Scenario:
    """Read one scenario, or a combination written "vacancies_139_days+demand_growth".

    Raises
    ------
    ConfigError
        If it does not exist or has a key that means nothing, or if parts of a combination contradict each other.
    """
    parts = tuple(_load_one(part, folder) for part in split_mix(name) or (name,))
    raise_first(scenario_contradictions(parts))
    return parts[0] if len(parts) == 1 else _combined(parts)


def scenario_contradictions(parts: Iterable[Scenario]) -> Iterator[ConfigError]:
    """Yield what scenarios cannot have together: one twice, or one parameter at two values."""
    mix = tuple(parts)
    names = [part.name for part in mix]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield ConfigError(
            Text(de=f"Szenario „{name}“ steht zweimal da.", en=f"The scenario '{name}' is there twice."),
            "+".join(names),
            Text(de="Streichen Sie eines davon.", en="Delete one of them."),
        )
    yield from contradictions(claim for part in mix for claim in part.claims())


def scenario_problems(source: OverrideFile) -> Iterator[ConfigError]:
    """Yield what is wrong in a scenario's file, but for parameters that the parameter set does not have."""
    yield from key_problems(source, (), source.content, SCENARIO_KEYS)
    yield from text_problems(source, "title")
    yield from text_problems(source, "purpose")
    own = source.content.get("set", {})
    yield from number_problems(source, ("set",), own)
    yield from today_problems(source, ("set",), own if isinstance(own, Mapping) else {})
    yield from evidence_grade_problems(source)


def _load_one(name: str, folder: Path | None) -> Scenario:
    source = read_override("scenarios", name, folder)
    raise_first(scenario_problems(source))
    override = source.content.get("set", {})
    return Scenario(
        name=name,
        title=text_at(source, "title"),
        purpose=text_at(source, "purpose"),
        override=override,
        source=source.content.get("source", ""),
        source_de=source.content.get("source_de", ""),
        evidence_grade=source.content.get("evidence_grade", ""),
        places={parameter: source.place("set", parameter) for parameter in override},
    )


def _combined(parts: tuple[Scenario, ...]) -> Scenario:
    override: dict[str, float] = {}
    for part in parts:
        override |= part.override
    return Scenario(
        name="+".join(part.name for part in parts),
        title=Text(de=" + ".join(part.title.de for part in parts), en=" + ".join(part.title.en for part in parts)),
        purpose=Text(de=" ".join(part.purpose.de for part in parts), en=" ".join(part.purpose.en for part in parts)),
        override=override,
        parts=parts,
    )
