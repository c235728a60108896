"""Composing a design of its base, itself and its parts, and finding what is wrong in the files.

Every entry of a composition remembers file and line, so a problem that only shows in the whole still has a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text, did_you_mean
from simkit.intake.settings.yaml_lines import KeyPath
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.model.specification.overrides import (
    OverrideFile,
    inputs_problems,
    is_number,
    key_problems,
    names_of,
    number_problems,
    read_override,
    shape_problem,
    text_problems,
)
from simkit.model.specification.priority_tables import missing_priority_table

WORK_KINDS: tuple[str, ...] = (
    "lead", "opportunity", "feasibility", "entry", "coordination", "confirmation", "service", "care",
)  # fmt: skip
DISCRETIONARY: tuple[str, ...] = ("extra_contact", "prospecting", "module_building", "nothing")
WHOLE = ("priority_table", "help_after_h", "discretionary")
PATCH_KEYS = ("title", "units", "routes", *WHOLE, "set", "scale")
SWITCH_KEYS = ("short_title", *PATCH_KEYS)
RESERVED: tuple[str, ...] = ("transition", "interaction", "higher", "total")
"""Names that a study gives to what is left of a gain besides the switches, so that no switch may have them."""
UNIT_KEYS = (
    "title",
    "assignment",
    "specialist",
    "builds",
    "ranks_as",
    "prefer",
    "size",
    "fallback",
    "fallback_after_h",
)
UNIT_CHOICES = {
    "assignment": ("owner", "shared"),
    "ranks_as": ("order",),
    "prefer": ("highest_ability",),
    "specialist": (True, False),
    "builds": (True, False),
}
ROUTE_CHOICES = {"work": WORK_KINDS, "class": CLASSES, "segment": SEGMENTS}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A value, and where it stands."""

    value: Any
    source: OverrideFile
    path: KeyPath

    def place(self, *path: str | int) -> str:
        """Return file and line of the entry, or of a key in it."""
        return self.source.place(*self.path, *path)


@dataclass(frozen=True, kw_only=True)
class Composition:
    """A design as its files say it, layer on layer.

    Parameters
    ----------
    units, parameters, factors, whole : mapping of str to Entry
        Specifications of units, parameters that are set and scaled, and what counts for the whole design.
    """

    source: OverrideFile
    """The design's own file."""
    units: Mapping[str, Entry]
    routes: tuple[Entry, ...]
    """What comes later is more specific and is asked first."""
    parameters: Mapping[str, Entry]
    factors: Mapping[str, Entry]
    whole: Mapping[str, Entry]
    chosen: tuple[str, ...]
    """Parts of the design that are on."""
    known_units: frozenset[str]
    """Names of the units of all layers, those of parts that are off and those that a later layer takes away among them."""


def files_of(name: str, folder: Path | None) -> tuple[OverrideFile, ...]:
    """Return the file of a design and those it is based on, the most basic one first.

    Raises
    ------
    ConfigError
        If one is missing or unreadable, or they are based on each other in a circle.
    """
    files = [read_override("designs", name, folder)]
    while "base" in files[0].content:
        base = str(files[0].content["base"])
        if base not in names_of("designs", folder):
            raise ConfigError(
                Text(de=f"Organisationsmodell „{base}“ gibt es nicht.", en=f"There is no design '{base}'."),
                files[0].place("base"),
                did_you_mean(base, names_of("designs", folder)),
            )
        circle = [file.name for file in files]
        if base in circle:
            way = " → ".join([*reversed(circle), base]) if base == circle[-1] else " → ".join([base, *circle])
            raise ConfigError(
                Text(de=f"Die Grundlagen drehen sich im Kreis: {way}.", en=f"A cycle of bases: {way}."),
                files[0].place("base"),
                Text(de="Streichen Sie eine der Angaben „base“.", en="Remove one of the 'base' entries."),
            )
        files.insert(0, read_override("designs", base, folder))
    return tuple(files)


def compose(files: tuple[OverrideFile, ...], switches: tuple[str, ...] | None) -> Composition:
    """Lay a design on its bases; these come with all their parts, the design with those that are chosen.

    Raises
    ------
    ConfigError
        For a part that the design does not have.
    """
    parts = parts_of(files[-1])
    for switch in switches or ():
        if switch not in parts:
            name = files[-1].name
            raise ConfigError(
                Text(de=f"„{name}“ hat keinen Teil „{switch}“.", en=f"'{name}' has no switch '{switch}'."),
                files[-1].place("switches"),
                did_you_mean(switch, parts),
            )
    chosen = parts if switches is None else switches
    every = [layer for file in files for layer in _layers(file, parts_of(file))]
    on = [layer for layer in every if layer.source is not files[-1] or not layer.path or layer.path[1] in chosen]
    return _stacked(on, chosen, frozenset(name for layer in every for name, _ in _inside(layer, "units")))


def parts_of(source: OverrideFile) -> tuple[str, ...]:
    """Return the names of the parts of a design that can be switched off."""
    return tuple(_mapping(source.content.get("switches")))


def _layers(source: OverrideFile, parts: Iterable[str]) -> list[Entry]:
    inside = _mapping(source.content.get("switches"))
    return [
        Entry(value=source.content, source=source, path=()),
        *(Entry(value=_mapping(inside[part]), source=source, path=("switches", part)) for part in parts),
    ]


def _stacked(layers: list[Entry], chosen: tuple[str, ...], known_units: frozenset[str]) -> Composition:
    units: dict[str, Entry] = {}
    gone: dict[str, int] = {}
    routes: list[tuple[int, Entry]] = []
    parameters: dict[str, Entry] = {}
    factors: dict[str, Entry] = {}
    whole: dict[str, Entry] = {}
    for depth, layer in enumerate(layers):
        for name, entry in _inside(layer, "units"):
            units[name] = entry
            gone |= {name: depth} if entry.value is None else {}
        own = layer.value.get("routes")
        numbered = enumerate(own if isinstance(own, list) else [])
        found = [(depth, _entry(layer, route, "routes", number)) for number, route in numbered]
        routes = [*found, *routes]
        parameters |= dict(_inside(layer, "set"))
        factors |= dict(_inside(layer, "scale"))
        whole |= {key: _entry(layer, layer.value[key], key) for key in WHOLE if key in layer.value}
    removed = {name: depth for name, depth in gone.items() if units[name].value is None}
    return Composition(
        source=layers[-1].source,
        units={name: entry for name, entry in units.items() if entry.value is not None},
        # A route to a unit that a later layer takes away goes with it; one that comes after it is a mistake.
        routes=tuple(entry for depth, entry in routes if depth >= removed.get(_unit_of(entry), 0)),
        parameters=parameters,
        factors=factors,
        whole=whole,
        chosen=chosen,
        known_units=known_units,
    )


def _entry(layer: Entry, value: object, *path: str | int) -> Entry:
    return Entry(value=value, source=layer.source, path=(*layer.path, *path))


def _inside(layer: Entry, key: str) -> Iterator[tuple[str, Entry]]:
    for name, value in _mapping(layer.value.get(key)).items():
        yield name, _entry(layer, value, key, name)


def _unit_of(route: Entry) -> str:
    return str(_mapping(route.value).get("unit"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


# --- what is wrong in one file -------------------------------------------------------------------------------------


def file_problems(source: OverrideFile) -> Iterator[ConfigError]:
    """Yield what is wrong in one design's file, whatever it is based on."""
    yield from key_problems(source, (), source.content, ("base", "purpose", "switches", *PATCH_KEYS))
    yield from text_problems(source, "title")
    yield from text_problems(source, "purpose")
    yield from _layer_problems(Entry(value=source.content, source=source, path=()))
    switches = source.content.get("switches", {})
    if not isinstance(switches, Mapping):
        yield shape_problem(source, ("switches",), Text(de="Teile mit Namen", en="parts with names"))
        return
    for part, content in switches.items():
        yield from key_problems(source, ("switches", part), content, SWITCH_KEYS)
        yield from text_problems(source, "switches", part, "title")
        if "short_title" in _mapping(content):
            yield from text_problems(source, "switches", part, "short_title")
        if part in RESERVED:
            yield ConfigError(
                Text(de=f"So darf kein Teil heißen: „{part}“.", en=f"No switch may be called '{part}'."),
                source.place("switches", part),
                Text(de="Geben Sie dem Teil einen anderen Namen.", en="Give the switch another name."),
            )
        yield from _layer_problems(Entry(value=_mapping(content), source=source, path=("switches", part)))


def _layer_problems(layer: Entry) -> Iterator[ConfigError]:
    source, path, content = layer.source, layer.path, layer.value
    units, routes = content.get("units", {}), content.get("routes", [])
    if not isinstance(units, Mapping):
        yield shape_problem(source, (*path, "units"), Text(de="Einheiten mit Namen", en="units with names"))
    for _, unit in _inside(layer, "units"):
        if unit.value is not None:
            yield from _unit_problems(unit)
    if not isinstance(routes, list):
        yield shape_problem(source, (*path, "routes"), Text(de="eine Liste", en="a list"))
    else:
        for number, route in enumerate(routes):
            yield from _route_problems(_entry(layer, route, "routes", number))
    for key in ("set", "scale"):
        values = content.get(key, {})
        yield from number_problems(source, (*path, key), values)
        yield from inputs_problems(source, (*path, key), _mapping(values))
    yield from _whole_problems(layer)


def _whole_problems(layer: Entry) -> Iterator[ConfigError]:
    source, path = layer.source, layer.path
    hours, free = layer.value.get("help_after_h", 0), layer.value.get("discretionary", [])
    if not is_number(hours) or hours < 0:
        yield shape_problem(source, (*path, "help_after_h"), Text(de="Stunden ab 0", en="hours from 0"))
    if not isinstance(free, list):
        yield shape_problem(source, (*path, "discretionary"), Text(de="eine Liste", en="a list"))
        return
    for number, work in enumerate(free):
        if work not in DISCRETIONARY:
            yield ConfigError(
                Text(de=f"Unbekannte freie Arbeit „{work}“.", en=f"Unknown discretionary work '{work}'."),
                source.place(*path, "discretionary", number),
                did_you_mean(str(work), DISCRETIONARY),
            )


def _unit_problems(unit: Entry) -> Iterator[ConfigError]:
    yield from key_problems(unit.source, unit.path, unit.value, UNIT_KEYS)
    spec = _mapping(unit.value)
    yield from text_problems(unit.source, *(str(key) for key in unit.path), "title")
    for key, choices in UNIT_CHOICES.items():
        if key in spec and spec[key] not in choices:
            yield _unknown(unit, key, spec[key], choices)
    size, after = spec.get("size", 0), spec.get("fallback_after_h", 0)
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        yield shape_problem(unit.source, (*unit.path, "size"), Text(de="Stellen ab 0", en="posts from 0"))
    if not is_number(after) or after < 0:
        yield shape_problem(unit.source, (*unit.path, "fallback_after_h"), Text(de="Stunden ab 0", en="hours from 0"))
    if "fallback_after_h" in spec and not _fallbacks(spec):
        yield ConfigError(
            Text(
                de="„fallback_after_h“ ohne „fallback“ bewirkt nichts.",
                en="'fallback_after_h' without 'fallback' does nothing.",
            ),
            unit.place("fallback_after_h"),
            Text(de="Nennen Sie die Einheit, die übernimmt.", en="Name the unit that takes over."),
        )


def _route_problems(route: Entry) -> Iterator[ConfigError]:
    yield from key_problems(route.source, route.path, route.value, ("unit", *ROUTE_CHOICES))
    if "unit" not in _mapping(route.value):
        yield shape_problem(route.source, route.path, Text(de="eine Einheit (unit)", en="a unit"))
    for key, choices in ROUTE_CHOICES.items():
        value = _mapping(route.value).get(key)
        if value is not None and value not in choices:
            yield _unknown(route, key, value, choices)


def _unknown(entry: Entry, key: str, value: object, choices: Iterable[object], *below: int) -> ConfigError:
    return ConfigError(
        Text(de=f"Unbekannt: {key} „{value}“.", en=f"Unknown {key} '{value}'."),
        entry.place(key, *below),
        did_you_mean(
            str(value), [str(choice).lower() if isinstance(choice, bool) else str(choice) for choice in choices]
        ),
    )


# --- what is wrong in the whole ------------------------------------------------------------------------------------


def composition_problems(whole: Composition, folder: Path | None) -> Iterator[ConfigError]:
    """Yield what only shows when a design is put together: units that are missing, work nobody does, circles."""
    for route in whole.routes:
        if "unit" in _mapping(route.value) and _unit_of(route) not in whole.units:
            yield _unknown(route, "unit", _unit_of(route), whole.units)
    yield from _undone(whole)
    yield from _fallback_problems(whole)
    if "priority_table" in whole.whole:
        entry = whole.whole["priority_table"]
        yield from missing_priority_table(str(entry.value), entry.place(), folder)
    for key in WHOLE:
        if key not in whole.whole:
            yield ConfigError(
                Text(de=f"„{key}“ fehlt.", en=f"'{key}' is missing."),
                whole.source.place(),
                Text(de="Ergänzen Sie es, oder eine Grundlage („base“).", en="Add it, or a base ('base')."),
            )


def _undone(whole: Composition) -> Iterator[ConfigError]:
    """Yield one problem for every kind of work that is left over for some class and segment."""
    for work in WORK_KINDS:
        for order_class, segment in ((c, s) for c in CLASSES for s in SEGMENTS):
            wanted = {"work": work, "class": order_class, "segment": segment}
            if not any(_fits(_mapping(route.value), wanted) for route in whole.routes):
                yield ConfigError(
                    Text(
                        de=f"Niemand macht „{work}“ für {order_class}, {segment}.",
                        en=f"Nobody does '{work}' for {order_class}, {segment}.",
                    ),
                    whole.source.place("routes"),
                    Text(de="Ergänzen Sie eine Route.", en="Add a route."),
                )
                break


def _fits(route: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return "unit" in route and all(route.get(key) in (None, value) for key, value in wanted.items())


def fallback_of(unit: Mapping[str, Any], units: Iterable[str]) -> str | None:
    """Return the unit that takes over: the one that is named, or of several names the first that the design has."""
    names, known = _fallbacks(unit), set(units)
    return next((name for name in names if name in known), names[0] if names else None)


def _fallbacks(unit: Mapping[str, Any]) -> list[str]:
    """Return all names that stand in a unit's fallback."""
    named = unit.get("fallback")
    return [str(name) for name in named] if isinstance(named, list) else [] if named is None else [str(named)]


def _fallback_problems(whole: Composition) -> Iterator[ConfigError]:
    after = {name: fallback_of(_mapping(unit.value), whole.units) for name, unit in whole.units.items()}
    reported: set[str] = set()
    for name, unit in whole.units.items():
        listed = isinstance(_mapping(unit.value).get("fallback"), list)
        for number, other in enumerate(_fallbacks(_mapping(unit.value))):
            below = (number,) if listed else ()
            if other == name:
                yield _circle((name,), unit.place("fallback", *below))
            # The one that counts has to be there; the others may wait for a part that is off.
            elif other not in (known := set(whole.units if other == after[name] else whole.known_units)):
                yield _unknown(unit, "fallback", other, known - {name}, *below)
        way = [name]
        while (taker := after.get(way[-1])) is not None and taker not in way:
            way.append(taker)
        if len(way) > 1 and after.get(way[-1]) == name and not reported & set(way):
            reported |= set(way)
            yield _circle(way, unit.place("fallback"))


def _circle(way: Sequence[str], place: str) -> ConfigError:
    circle = " → ".join([*way, way[0]])
    return ConfigError(
        Text(de=f"Übergaben im Kreis: {circle}.", en=f"A cycle of hand-overs: {circle}."),
        place,
        Text(de="Streichen Sie eine der Angaben „fallback“.", en="Remove one of the 'fallback' entries."),
    )
