"""All that is wrong with the designs, scenarios and levers of a study, found before its first run and reported in one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.errors import ConfigError, one_of_all
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.specification.design_files import (
    Composition,
    compose,
    composition_problems,
    file_problems,
    files_of,
    parts_of,
)
from simkit.model.specification.levers import Lever, lever_contradictions, lever_problems, load_lever
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.model.specification.overrides import (
    Claim,
    OverrideFile,
    contradictions,
    parameter_problems,
    read_override,
    split_mix,
)
from simkit.model.specification.priority_tables import priority_table_problems
from simkit.model.specification.scenarios import Scenario, load_scenario, scenario_contradictions, scenario_problems

PROBLEMS = Text(
    de="Probleme in Organisationsmodellen, Szenarien oder Maßnahmen", en="Problems in designs, scenarios or levers"
)


def raise_list(found: Sequence[ConfigError]) -> None:
    """Raise one error for all problems; nothing where there is none.

    Raises
    ------
    ConfigError
        Each problem on its line with file, line and remedy.
    """
    if found:
        raise one_of_all(found, PROBLEMS)


def override_problems(
    parameters: ParameterSet,
    *,
    designs: Iterable[str],
    scenarios: Iterable[str] = (),
    levers: Iterable[str] = (),
    posts: int | None = None,
    folder: Path | None = None,
) -> list[ConfigError]:
    """Return all that is wrong with the overrides of a study, and with every mix of them that it may run.

    Each problem is reported once, however many mixes it spoils.

    Parameters
    ----------
    designs : iterable of str
        Names of designs.
    scenarios, levers : iterable of str
        Names, or mixes such as "hiring_freeze+demand_growth".
    posts : int, optional
        Posts of the client, against which given sizes of units are checked.
    """
    search = _OverrideSearch(parameters=parameters, posts=posts, folder=folder, found={})
    compositions = [search.design(name) for name in dict.fromkeys(designs)]
    weathers = [search.scenarios(names) for names in dict.fromkeys(scenarios)]
    tools = [search.levers(names) for names in dict.fromkeys(levers)]
    for composition in compositions:
        if composition is not None:
            for weather in weathers or [()]:
                for mix in [(), *tools]:
                    search.mix(composition, weather, mix)
    return list(search.found.values())


def single_file_problems(
    parameters: ParameterSet, *, levers: Iterable[str] = (), priorities: Iterable[str] = (), folder: Path | None = None
) -> list[ConfigError]:
    """Return all that is wrong with the files of levers and priority tables, each by itself."""
    search = _OverrideSearch(parameters=parameters, posts=None, folder=folder, found={})
    for name in levers:
        search.levers(name)
    for name in priorities:
        search.priority_table(name)
    return list(search.found.values())


@dataclass(frozen=True, kw_only=True)
class _OverrideSearch:
    """The search through one study; `found` grows."""

    parameters: ParameterSet
    posts: int | None
    folder: Path | None
    found: dict[tuple[str, str], ConfigError]

    def note(self, problems: Iterable[ConfigError]) -> bool:
        """Keep problems; tells whether there were any."""
        before = list(problems)
        for problem in before:
            self.found.setdefault((problem.what.en, problem.where), problem)
        return bool(before)

    # --- single files ------------------------------------------------------------------------------------------------

    def design(self, name: str) -> Composition | None:
        try:
            files = files_of(name, self.folder)
        except ConfigError as error:
            self.note([error])
            own = self._read("designs", name)
            files = () if own is None else (own,)
            whole = None
        else:
            whole = compose(files, None)
        for file in files:
            self.note(file_problems(file))
            for path in ((), *(("switches", part) for part in parts_of(file))):
                self._parameters(file, path)
        if whole is not None:
            self.note(composition_problems(whole, self.folder))
            if "priority_table" in whole.whole:
                self.priority_table(str(whole.whole["priority_table"].value))
        return whole

    def scenarios(self, names: str) -> tuple[Scenario, ...]:
        parts = []
        for name in split_mix(names):
            source = self._read("scenarios", name)
            if source is not None and not self.note(scenario_problems(source)):
                parts.append(load_scenario(name, self.folder))
            if source is not None:
                self._parameters(source, ())
        self.note(scenario_contradictions(parts))
        return tuple(parts)

    def levers(self, names: str) -> tuple[Lever, ...]:
        mix = []
        for name in split_mix(names):
            source = self._read("levers", name)
            if source is None:
                continue
            table = source.content.get("priority_table")
            sound = not self.note(lever_problems(source, self.folder))
            self._parameters(source, ())
            if sound and (table is None or self.priority_table(str(table))):
                mix.append(load_lever(name, self.folder))
        self.note(lever_contradictions(mix, names))
        return tuple(mix)

    def _read(self, kind: str, name: str) -> OverrideFile | None:
        try:
            return read_override(kind, name, self.folder)
        except ConfigError as error:
            self.note([error])
            return None

    def _parameters(self, source: OverrideFile, path: tuple[str, ...]) -> None:
        content = source.content
        for key in path:
            content = content[key]
        if isinstance(content, dict):
            self.note(parameter_problems(source, (*path, "set"), content.get("set"), self.parameters))
            self.note(parameter_problems(source, (*path, "scale"), content.get("scale"), self.parameters, factors=True))

    def priority_table(self, name: str) -> bool:
        """Check a priority table; says whether it is in order. That there is none of that name is reported elsewhere."""
        try:
            source = read_override("priorities", name, self.folder)
        except ConfigError:
            return False
        return not self.note(priority_table_problems(source))

    # --- mixes -------------------------------------------------------------------------------------------------------

    def mix(self, design: Composition, scenario: tuple[Scenario, ...], levers: tuple[Lever, ...]) -> None:
        """Check what only shows when a design, a scenario and levers meet."""
        claims = [
            *(claim for part in scenario for claim in part.claims()),
            *design_claims(design),
            *sorted((claim for lever in levers for claim in lever.claims()), key=lambda claim: claim.factor),
        ]
        known = [claim for claim in claims if claim.parameter in self.parameters]
        self.note(contradictions(known))
        self.note(_range_problems(known, self.parameters))
        self.note(service_level_problems(known, self.parameters))
        if self.posts is not None:
            added = value_after("staff.additional_posts", known, self.parameters)
            self.note(size_problems(design, self.posts + round(added)))


def design_claims(whole: Composition) -> Iterator[Claim]:
    """Yield what a design does with each parameter."""
    for entries, factor in ((whole.parameters, False), (whole.factors, True)):
        for parameter, entry in entries.items():
            if isinstance(entry.value, int | float):
                yield Claim(parameter=parameter, value=entry.value, factor=factor, place=entry.place())


def size_problems(whole: Composition, posts: int) -> Iterator[ConfigError]:
    """Yield a problem if the given sizes of units do not add up to the client's posts, those that a mix adds included."""
    sizes = {name: unit.value.get("size") for name, unit in whole.units.items() if isinstance(unit.value, dict)}
    given = {name: size for name, size in sizes.items() if isinstance(size, int)}
    total = sum(given.values())
    if given and (total > posts or (total < posts and len(given) == len(sizes))):
        yield ConfigError(
            Text(
                de=f"Die Einheiten haben {total} Stellen, der Kunde {posts}.",
                en=f"The units hold {total} posts, the client {posts}.",
            ),
            whole.units[next(iter(given))].place("size"),
            Text(de="Ändern oder streichen Sie „size“.", en="Change or remove 'size'."),
        )


def value_after(parameter: str, claims: Iterable[Claim], parameters: ParameterSet) -> float:
    """Return what a parameter is when the overrides of a mix are on the parameter set, in their order."""
    value = parameters.value(parameter)
    for claim in claims:
        if claim.parameter == parameter:
            value = value * claim.value if claim.factor else claim.value
    return value


def _range_problems(claims: list[Claim], parameters: ParameterSet) -> Iterator[ConfigError]:
    """Yield a problem where factors of a mix together drive a parameter out of its range."""
    for parameter, place in {claim.parameter: claim.place for claim in claims if claim.factor}.items():
        try:
            parameters.patch({parameter: value_after(parameter, claims, parameters)}, Provenance())
        except ConfigError as error:
            yield ConfigError(error.what, place, error.remedy)


def service_level_problems(claims: list[Claim], parameters: ParameterSet) -> Iterator[ConfigError]:
    """Yield a problem for a segment whom a mix leaves without any service level, or gives away more than once.

    An override that plans no contact with a segment has to say who else looks after all of it: a partner, or nobody.
    """
    for segment in SEGMENTS:
        contacts, away = f"care.{segment}.contacts_per_year", [f"channel.{segment}.{w}_share" for w in _CHANNELS]
        places = {claim.parameter: claim.place for claim in claims}
        given_away = sum(value_after(parameter, claims, parameters) for parameter in away)
        moved = [places[parameter] for parameter in away if parameter in places]
        if contacts in places and value_after(contacts, claims, parameters) == 0 and given_away < 1:
            yield ConfigError(
                Text(
                    de=f"Segment {segment} hat kein Leistungsniveau: keine Kontakte, und niemand sonst betreut es.",
                    en=f"A segment without service level: no contacts with {segment}, and nobody else looks after it.",
                ),
                places[contacts],
                Text(
                    de=f"Planen Sie Kontakte, oder setzen Sie {away[0]} und {away[1]} so, dass sie 1 ergeben.",
                    en=f"Plan contacts, or set {away[0]} and {away[1]} so that they add up to 1.",
                ),
            )
        if moved and given_away > 1 + 1e-9:
            yield ConfigError(
                Text(
                    de=f"Von Segment {segment} wird mehr als alles abgegeben ({given_away:g}).",
                    en=f"More than all of segment {segment} is given away ({given_away:g}).",
                ),
                "; ".join(moved),
                Text(
                    de=f"{away[0]} und {away[1]} dürfen zusammen höchstens 1 sein.",
                    en=f"{away[0]} and {away[1]} may be 1 together at most.",
                ),
            )


_CHANNELS = ("partner", "dropped")
