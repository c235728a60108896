"""Levers: what can be done besides a reorganisation, as overrides with a cost; any mix goes on any design."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.catalogue import Labels
from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text, did_you_mean, same
from simkit.model.specification.euro_amounts import LEVER_COSTS
from simkit.model.specification.overrides import (
    Claim,
    OverrideFile,
    contradictions,
    evidence_grade_problems,
    inputs_problems,
    key_problems,
    names_of,
    number_problems,
    raise_first,
    read_override,
    scaled,
    shape_problem,
    text_at,
    text_problems,
)
from simkit.model.specification.priority_tables import PriorityTable, load_priority_table, missing_priority_table

EFFECT_LABELS = Labels(Path(__file__).with_name("effect_labels.yaml"))
"""All but the hours of an activity (``selling_h``), which are called what the activity is."""


def known_effects() -> tuple[str, ...]:
    """Return the names of effects that have a label without a lever bringing one."""
    return (*(f"{name}_h" for name in ACTIVITIES), *EFFECT_LABELS)


COSTS = LEVER_COSTS
EFFECTS = ("moves", "moves_when_short")
FLAGS = ("searched", "assumed_effect")
LEVER_KEYS = (
    "title",
    "purpose",
    "set",
    "scale",
    "cost",
    "priority_table",
    "source",
    "source_de",
    "evidence_grade",
    *EFFECTS,
    "unchanged",
    "labels",
    *FLAGS,
)


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One thing that can be done on any design."""

    name: str
    title: Text
    purpose: Text
    """What people call it; what it is for and what it costs."""
    override: Mapping[str, float] = field(default_factory=dict)
    scale: Mapping[str, float] = field(default_factory=dict)
    """Parameters that it sets, and parameters that it multiplies by a factor."""
    cost: Mapping[str, float] = field(default_factory=dict)
    """``once_amount``, ``per_year_amount`` and ``per_head_amount`` (per year), in the client's currency."""
    priority_table: PriorityTable | None = None
    """Who is served first with it."""
    source: str = ""
    source_de: str = ""
    evidence_grade: str = ""
    """Where its numbers come from, and how far to trust them; empty: they are assumptions."""
    moves: Mapping[str, int] = field(default_factory=dict)
    moves_when_short: Mapping[str, int] = field(default_factory=dict)
    """What it raises (1) or lowers (−1) with ample capacity, and what only when people are short."""
    unchanged: tuple[str, ...] = ()
    """What it leaves as it is with ample capacity."""
    labels: Mapping[str, Text] = field(default_factory=dict)
    """What the things are called that it moves, where simkit has no label for them or another one."""
    searched: bool = True
    """Whether it may be advised; not what is a stress test, or decided outside the sales organisation."""
    assumed_effect: bool = False
    """Whether its values are a promise that nobody has measured at the client, rather than a decision."""
    effect: float = 1.0
    """Share of what its file promises that its values bring."""
    places: Mapping[str, str] = field(default_factory=dict, repr=False)  # a study's key is made of what is shown
    """File and line of every parameter that it sets or multiplies."""
    origins: Mapping[str, Provenance] = field(default_factory=dict)
    """Where a parameter's value comes from, where that is not the lever itself."""

    @property
    def origin(self) -> Text:
        """Where its numbers come from, in both languages; empty where they are assumptions."""
        return Text(de=self.source_de or self.source, en=self.source)

    @property
    def provenance(self) -> Provenance:
        """Where the values come from that it brings."""
        source = f"{self.name}: {self.source}" if self.source else self.name
        source_de = f"{self.name}: {self.source_de}" if self.source_de else ""
        return Provenance(kind="lever", source=source, source_de=source_de, evidence_grade=self.evidence_grade)

    def claims(self) -> Iterator[Claim]:
        """Yield what it does with each parameter."""
        for values, factor in ((self.override, False), (self.scale, True)):
            for parameter, value in values.items():
                place = self.places.get(parameter, self.name)
                yield Claim(parameter=parameter, value=value, factor=factor, lever=True, place=place)


def put_on(levers: Iterable[Lever], parameters: ParameterSet) -> ParameterSet:
    """Return the parameter set with levers in it: first all that is set, then all that is multiplied, then their cost.

    Parameters
    ----------
    levers : iterable of Lever
        Their order makes no difference; factors on the same parameter multiply.
    """
    mix = tuple(levers)
    parameter_set = parameters
    for lever in mix:
        parameter_set = parameter_set.patch(lever.override, lever.provenance)
        for parameter, origin in lever.origins.items():
            parameter_set = parameter_set.patch({parameter: lever.override[parameter]}, origin)
    for lever in mix:
        parameter_set = scaled(parameter_set, lever.scale, lever.provenance)
    for cost in COSTS:
        paying = [lever for lever in mix if lever.cost.get(cost)]
        if paying:
            amount = parameter_set.value(f"levers.{cost}") + sum(lever.cost[cost] for lever in paying)
            names = " + ".join(lever.name for lever in paying)
            parameter_set = parameter_set.patch({f"levers.{cost}": amount}, Provenance(kind="lever", source=names))
    return parameter_set


def partly(lever: Lever, reach: float, parameters: ParameterSet) -> Lever:
    """Return a lever for a part of the staff: parameters move part of the way, and what it costs by the head falls alike.

    Parameters
    ----------
    lever : Lever
        As it stands in its file, for everybody.
    reach : float
        Share of the staff that it reaches, 0..1.

    Notes
    -----
    A parameter of the parameter set is a mean over the organisation, so it becomes v + reach × (v' − v), v' being
    its value with the whole lever. What the lever costs once and by the year is paid in full. Caveat: exact where an
    effect is proportional to the number of people, as hours are; an approximation for win chances, and blind to who is chosen.
    """
    if reach == 1:
        return lever
    today = {parameter: parameters.value(parameter) for parameter in lever.override}
    return replace(
        lever,
        override={
            parameter: today[parameter] + reach * (value - today[parameter])
            for parameter, value in lever.override.items()
        },
        scale={parameter: 1 + reach * (factor - 1) for parameter, factor in lever.scale.items()},
        cost={name: amount * (reach if name == "per_head_amount" else 1) for name, amount in lever.cost.items()},
    )


EXPECTED_EFFECT = 0.5
"""Share of a promise that nobody has measured which a plan counts on: anything between nothing and all of it is as likely."""


PAID = ("money.", "levers.")
"""Parameters that are money paid: a lever costs what it costs, however little of its promise it keeps."""


def expected(lever: Lever, parameters: ParameterSet) -> Lever:
    """Return a lever with the effect that a plan counts on: whole where it is a decision, in part where it is a promise."""
    return with_effect(lever, EXPECTED_EFFECT, parameters) if lever.assumed_effect else lever


def with_effect(lever: Lever, share: float, parameters: ParameterSet) -> Lever:
    """Return a lever that keeps a share of its promise; what is paid for it is the same.

    Parameters
    ----------
    share : float
        Share of what its file states, 0..1; parameters move so far from their values without it.
    parameters : ParameterSet
        Without the lever.
    """
    part = share / lever.effect

    def kept(name: str, promised: float, without: float) -> float:
        return promised if name.startswith(PAID) else without + part * (promised - without)

    return replace(
        lever,
        effect=share,
        override={name: kept(name, value, parameters.value(name)) for name, value in lever.override.items()},
        scale={name: kept(name, factor, 1.0) for name, factor in lever.scale.items()},
    )


def lever_contradictions(levers: Iterable[Lever], where: str) -> Iterator[ConfigError]:
    """Yield what levers cannot have together: one twice, one parameter twice, or two priority tables.

    Parameters
    ----------
    where : str
        What it is put on, for problems without a line in a file.
    """
    mix = tuple(levers)
    names = [lever.name for lever in mix]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield ConfigError(
            Text(de=f"Maßnahme „{name}“ steht zweimal da.", en=f"The lever '{name}' is there twice."), where
        )
    yield from contradictions(claim for lever in mix for claim in lever.claims())
    tables = {lever.priority_table.name: lever for lever in mix if lever.priority_table is not None}
    if len(tables) > 1:
        both = " / ".join(tables)
        yield ConfigError(
            Text(
                de=f"Zwei Priorisierungstabellen in einer Mischung: {both}.",
                en=f"Two priority tables in one mix: {both}.",
            ),
            "; ".join(lever.places.get("priority_table", lever.name) for lever in tables.values()),
            Text(de="Nehmen Sie nur eine davon.", en="Take only one of them."),
        )


def lever_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all levers, shipped and the client's own."""
    return names_of("levers", folder)


def load_lever(name: str, folder: Path | None = None) -> Lever:
    """Read one lever.

    Raises
    ------
    ConfigError
        If it does not exist, has a key that means nothing, or touches what all designs share.
    """
    source = read_override("levers", name, folder)
    raise_first(lever_problems(source, folder))
    content = source.content
    table = content.get("priority_table")
    return Lever(
        name=name,
        title=text_at(source, "title"),
        purpose=text_at(source, "purpose"),
        override=content.get("set", {}),
        scale=content.get("scale", {}),
        cost=content.get("cost", {}),
        priority_table=None if table is None else load_priority_table(table, folder),
        source=content.get("source", ""),
        source_de=content.get("source_de", ""),
        evidence_grade=content.get("evidence_grade", ""),
        moves=content.get("moves", {}),
        moves_when_short=content.get("moves_when_short", {}),
        unchanged=tuple(content.get("unchanged", ())),
        labels={name: text_at(source, "labels", name) for name in content.get("labels", {})},
        searched=content.get("searched", True),
        assumed_effect=content.get("assumed_effect", False),
        places={
            "priority_table": source.place("priority_table"),
            **{
                parameter: source.place(key, parameter)
                for key in ("set", "scale")
                for parameter in content.get(key, {})
            },
        },
    )


def lever_problems(source: OverrideFile, folder: Path | None) -> Iterator[ConfigError]:
    """Yield what is wrong in a lever's file, but for parameters that the parameter set does not have."""
    content = source.content
    yield from key_problems(source, (), content, LEVER_KEYS)
    yield from text_problems(source, "title")
    yield from text_problems(source, "purpose")
    for key in ("set", "scale", "cost", *EFFECTS):
        yield from number_problems(source, (key,), content.get(key, {}))
    for key in ("set", "scale"):
        yield from inputs_problems(source, (key,), _entries(source, key))
    yield from key_problems(source, ("cost",), content.get("cost", {}), COSTS)
    yield from _label_problems(source)
    yield from _both_problems(source)
    if "priority_table" in content:
        yield from missing_priority_table(str(content["priority_table"]), source.place("priority_table"), folder)
    if not isinstance(content.get("unchanged", []), list):
        yield shape_problem(source, ("unchanged",), Text(de="eine Liste", en="a list"))
    for key in FLAGS:
        if not isinstance(content.get(key, False), bool):
            yield shape_problem(source, (key,), same("true / false"))
    yield from evidence_grade_problems(source)


def _label_problems(source: OverrideFile) -> Iterator[ConfigError]:
    """Yield what moves without a label, and every label that is incomplete or belongs to nothing that moves."""
    moved = [(key, name) for key in EFFECTS for name in _entries(source, key)]
    labels, known = _entries(source, "labels"), known_effects()
    yield from key_problems(source, ("labels",), source.content.get("labels", {}), [name for _, name in moved])
    for name in labels:
        yield from text_problems(source, "labels", name)
    for key, name in moved:
        if name not in labels and name not in known:
            yield ConfigError(
                Text(
                    de=f"Was die Maßnahme bewegt, hat keine Beschriftung: „{name}“.",
                    en=f"What the lever moves has no label: '{name}'.",
                ),
                source.place(key, name),
                _label_remedy(name, did_you_mean(name, known)),
            )


def _label_remedy(name: str, near: Text) -> Text:
    return Text(
        de="Beschriftung in dieselbe Datei schreiben: labels: {{{name}: {{de: …, en: …}}}}. {near}",
        en="Write its label into the same file: labels: {{{name}: {{de: …, en: …}}}}. {near}",
    ).fill(name=name, near=near)


def _entries(source: OverrideFile, key: str) -> Mapping[str, object]:
    value = source.content.get(key, {})
    return value if isinstance(value, Mapping) else {}


def _both_problems(source: OverrideFile) -> Iterator[ConfigError]:
    values = [source.content.get(key, {}) for key in ("set", "scale")]
    if all(isinstance(value, Mapping) for value in values):
        yield from contradictions(
            Claim(
                parameter=parameter,
                value=0.0,
                factor=bool(number),
                lever=True,
                place=source.place(("set", "scale")[number], parameter),
            )
            for number, value in enumerate(values)
            for parameter in value
        )
