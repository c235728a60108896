"""Reading the YAML files of designs, scenarios, levers and priority tables; each problem in them names file and line.

A check yields problems and raises nothing: who loads one file raises the first, who checks a study collects them all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.paths import TEMPLATE_FOLDER, shown, template_folders, workspace
from simkit.foundation.text import LANGUAGES, Text, did_you_mean, point_hint
from simkit.intake.settings.former_names import FORMER_FOLDERS, tell_former_name, with_present_names
from simkit.intake.settings.yaml_lines import KeyPath, YamlFile, dotted, read_yaml
from simkit.model.specification.euro_amounts import converted
from simkit.model.specification.model_parameters import load_defaults

KIND_WORDS: Mapping[str, Text] = {
    "designs": Text(de="Organisationsmodell", en="design"),
    "scenarios": Text(de="Szenario", en="scenario"),
    "levers": Text(de="Maßnahme", en="lever"),
    "priorities": Text(de="Priorisierungstabelle", en="priority table"),
}
EVIDENCE_GRADES: tuple[str, ...] = ("P", "O", "V", "S")
# What is drawn before a run: a design or lever that set it would meet another replication than its rivals.
INPUT_PARAMETERS: tuple[str, ...] = (
    "customers.new_per_lost",
    "demand.bespoke_rise_per_year",
    "demand.ceiling",
    "demand.growth_per_year",
    "demand.level",
    "demand.season_1",
    "demand.season_2",
    "demand.season_3",
    "demand.season_4",
    "effort.cv",
    "extra.leads_ceiling_per_year",
    "leads.per_year",
    "opportunities.per_year",
    "opportunities.value_factor",
    "orders.bespoke.partner_delay_cv",
    "orders.bespoke.partners",
    "orders.bespoke.share",
    "orders.bespoke.value_amount",
    "orders.configured.partner_delay_cv",
    "orders.configured.partners",
    "orders.configured.share",
    "orders.configured.value_amount",
    "orders.standard.partner_delay_cv",
    "orders.standard.partners",
    "orders.standard.share",
    "orders.standard.value_amount",
    "orders.value_cv",
    "presence.holiday_days",
    "presence.sick_days",
    "presence.sick_spell_days",
    "presence.wave_days",
    "presence.wave_share",
    "presence.wave_start_months",
    "reaction.rate_ceiling",
    "reaction.referral_share",
    "service.requests_per_year",
    "staff.fill_chance",
    "staff.fill_cv",
    "staff.fill_days",
    "staff.quit_per_year",
    "staff.retirement_age_years",
    "staff.retirement_fill_chance",
    "time.day_h",
    "time.days_per_year",
    "time.horizon_years",
    "time.warm_up_years",
)


@dataclass(frozen=True, kw_only=True)
class OverrideFile:
    """One file of designs, scenarios, levers or priority tables."""

    kind: str
    name: str
    """Name of the file without its ending."""
    file: YamlFile
    """What it says, and on which line."""

    @property
    def content(self) -> Mapping[str, Any]:
        """What the file says."""
        return self.file.content

    def place(self, *path: str | int) -> str:
        """Return "designs/own.yaml:3 (units.sales)" for the nearest key on that path that stands in the file."""
        return f"{self.file.path.parent.name}/{self.file.place(path)}"


def names_of(kind: str, folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all files of one kind: shipped, the workspace's own, and in the client's folder."""
    return tuple(sorted({file.stem for place in _places(kind, folder) for file in place.glob("*.yaml")}))


def read_override(kind: str, name: str, folder: Path | None = None) -> OverrideFile:
    """Read one file; of the same name the client's goes before the workspace's, and that before the shipped one.

    Parameters
    ----------
    kind : {"designs", "scenarios", "levers", "priorities"}
        What it is.
    name : str
        Name of the file without its ending.

    Raises
    ------
    ConfigError
        If there is no such file, it is not valid YAML, or it is not a mapping.
    """
    for place in _places(kind, folder):
        file = place / f"{name}.yaml"
        if name in names_of(kind, folder) and file.is_file():
            return OverrideFile(kind=kind, name=name, file=converted(_read(kind, file), kind, folder))
    word = KIND_WORDS[kind]
    raise ConfigError(
        Text(de=f"{word.de} „{name}“ gibt es nicht.", en=f"There is no {word.en} '{name}'."),
        f"{shown(template_folders(kind)[-1])}/",
        did_you_mean(name, names_of(kind, folder)),
    )


def _read(kind: str, file: Path) -> YamlFile:
    place = f"{file.parent.name}/"
    try:
        content = read_yaml(file)
    except ConfigError as error:
        raise ConfigError(error.what, f"{place}{error.where}", error.remedy) from error
    if file.parent.name == FORMER_FOLDERS.get(kind):
        tell_former_name(place, f"{kind}/", shown(file))
    return with_present_names(content, kind, place)


def _places(kind: str, folder: Path | None) -> tuple[Path, ...]:
    """Return the folders of a kind, the client's first; one with its former name comes after that with the present one."""
    *own, last = template_folders(kind)
    client = () if folder is None else (folder,)
    names = (kind, *((FORMER_FOLDERS[kind],) if kind in FORMER_FOLDERS else ()))
    root = workspace()
    former = () if root is None else tuple(root / TEMPLATE_FOLDER / name for name in names[1:])
    return (*(place / name for place in client for name in names), *own, *former, last)


def split_mix(names: str) -> tuple[str, ...]:
    """Return the names in "a+b"."""
    return tuple(name.strip() for name in names.split("+") if name.strip())


def raise_first(problems: Iterable[ConfigError]) -> None:
    """Raise the first problem, if there is one.

    Raises
    ------
    ConfigError
        The first of the problems.
    """
    for problem in problems:
        raise problem


def key_problems(source: OverrideFile, path: KeyPath, content: object, allowed: Iterable[str]) -> Iterator[ConfigError]:
    """Yield a problem for every key that means nothing, naming the nearest that does."""
    known = tuple(allowed)
    if not isinstance(content, Mapping):
        yield shape_problem(source, path, Text(de="Einträge „schlüssel: wert“", en="entries 'key: value'"))
        return
    for key in content:
        if key not in known:
            yield ConfigError(
                Text(de=f"Unbekannter Eintrag „{key}“.", en=f"Unknown key '{key}'."),
                source.place(*path, key),
                did_you_mean(str(key), known),
            )


def text_problems(source: OverrideFile, *path: str) -> Iterator[ConfigError]:
    """Yield a problem if a text is missing in one of the languages, or holds more than the two."""
    value = _at(source, path)
    if isinstance(value, Mapping):  # a comma without quotation marks ends a text
        yield from key_problems(source, path, value, LANGUAGES)
    if _text_at(source, path) is None:
        yield ConfigError(
            Text(
                de=f"„{dotted(path)}“ fehlt in einer Sprache.",
                en=f"The text '{dotted(path)}' is missing in one language.",
            ),
            source.place(*path),
            Text(de="Schreiben Sie {de: …, en: …}.", en="Write {de: …, en: …}."),
        )


def text_at(source: OverrideFile, *path: str) -> Text:
    """Read a text that is given in both languages.

    Raises
    ------
    ConfigError
        If one of the languages is missing.
    """
    raise_first(text_problems(source, *path))
    return _text_at(source, path) or Text(de="", en="")


def _text_at(source: OverrideFile, path: Iterable[str]) -> Text | None:
    value = _at(source, path)
    if not isinstance(value, Mapping):
        return None
    german, english = (str(value.get(language) or "").strip() for language in LANGUAGES)
    return Text(de=german, en=english) if german and english else None


def _at(source: OverrideFile, path: Iterable[str]) -> object:
    value: Any = source.content
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def number_problems(source: OverrideFile, path: KeyPath, values: object) -> Iterator[ConfigError]:
    """Yield a problem for every value under a key that is no number."""
    if not isinstance(values, Mapping):
        yield shape_problem(source, path, Text(de="Einträge „schlüssel: zahl“", en="entries 'key: number'"))
        return
    for key, value in values.items():
        if not is_number(value):
            yield ConfigError(
                Text(de=f"„{key}“ braucht eine Zahl, nicht {value!r}.", en=f"'{key}' needs a number, not {value!r}."),
                source.place(*path, key),
                point_hint(value),
            )


def is_number(value: object) -> bool:
    """Tell whether a value is a number; true and false are none, nor is "not a number"."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def inputs_problems(source: OverrideFile, path: KeyPath, parameters: Collection[str]) -> Iterator[ConfigError]:
    """Yield a problem for every parameter that all designs share: it describes today, or belongs to the drawn inputs."""
    yield from today_problems(source, path, parameters)
    for parameter in parameters:
        if parameter in INPUT_PARAMETERS:
            word = KIND_WORDS[source.kind]
            yield ConfigError(
                Text(
                    de=f"„{parameter}“ gehört zu den Simulationsläufen, die alle Organisationsvarianten teilen ({word.de}).",
                    en=f"'{parameter}' belongs to the replications that all designs share; a {word.en} cannot set it.",
                ),
                source.place(*path, parameter),
                Text(
                    de="Setzen Sie es in einem Szenario oder beim Kunden.", en="Set it in a scenario or for the client."
                ),
            )


def today_problems(source: OverrideFile, path: KeyPath, parameters: Iterable[str]) -> Iterator[ConfigError]:
    """Yield a problem for every parameter that tells how today's organisation stands.

    It has no effect after go-live, or moves what a design is held against.
    """
    for parameter in parameters:
        if parameter in (known := load_defaults()) and known[parameter].today:
            word = KIND_WORDS[source.kind]
            yield ConfigError(
                Text(
                    de=f"„{parameter}“ beschreibt, wie das Unternehmen heute dasteht, und ist hier nicht zu ändern ({word.de}).",
                    en=f"'{parameter}' describes how the client stands today; a {word.en} cannot change it.",
                ),
                source.place(*path, parameter),
                Text(
                    de="Setzen Sie es in client.yaml unter „assumptions“, und löschen Sie die Zeile hier.",
                    en="Set it in client.yaml under 'assumptions', and delete the line here.",
                ),
            )


def shape_problem(source: OverrideFile, path: KeyPath, wanted: Text) -> ConfigError:
    """Return the problem that a key holds something of another form."""
    return ConfigError(
        Text(
            de=f"„{dotted(path)}“ hat die falsche Form.",
            en=f"'{dotted(path)}' has the wrong form.",
        ),
        source.place(*path),
        Text(de="Nötig: {wanted}.", en="Needed: {wanted}.").fill(wanted=wanted),
    )


def evidence_grade_problems(source: OverrideFile) -> Iterator[ConfigError]:
    """Yield a problem if the evidence grade of a source is none of those there are."""
    evidence_grade = source.content.get("evidence_grade", "")
    if evidence_grade and evidence_grade not in EVIDENCE_GRADES:
        yield ConfigError(
            Text(de=f"Unbekannter Beleggrad „{evidence_grade}“.", en=f"Unknown evidence grade '{evidence_grade}'."),
            source.place("evidence_grade"),
            did_you_mean(str(evidence_grade), EVIDENCE_GRADES),
        )


# --- parameters ------------------------------------------------------------------------------------------------------


def scaled(parameters: ParameterSet, factors: Mapping[str, float], provenance: Provenance) -> ParameterSet:
    """Return the parameter set in which some parameters are multiplied by a factor.

    Raises
    ------
    ConfigError
        For an unknown parameter, or a product outside the allowed range.
    """
    return parameters.patch(
        {parameter: parameters.value(parameter) * factor for parameter, factor in factors.items()}, provenance
    )


def parameter_problems(
    source: OverrideFile, path: KeyPath, values: object, parameters: ParameterSet, *, factors: bool = False
) -> Iterator[ConfigError]:
    """Yield a problem for every parameter under a key that does not exist or would be out of range.

    Parameters
    ----------
    source, path
        The file, and the key under which the parameters stand.
    values : object
        Value by parameter; what is no number is left to `number_problems`.
    factors : bool
        The values are factors on what the parameter set holds.
    """
    found = values if isinstance(values, Mapping) else {}
    for parameter, value in found.items():
        if is_number(value):
            try:
                before = parameters.value(parameter) if factors else 1.0
                parameters.patch({parameter: before * value}, Provenance())
            except ConfigError as error:
                yield ConfigError(error.what, source.place(*path, parameter), error.remedy)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What one override of a mix does with one parameter."""

    parameter: str
    value: float
    """The value, or the factor."""
    place: str
    factor: bool = False
    """It multiplies what is there, instead of replacing it."""
    lever: bool = False
    """It is a lever's; levers come last."""


def contradictions(claims: Iterable[Claim]) -> Iterator[ConfigError]:
    """Yield what the overrides of one mix cannot have together.

    Two of them may set a parameter to the same value; a lever must not replace what another override multiplies.
    """
    settings: dict[str, Claim] = {}
    factors: dict[str, Claim] = {}
    for claim in claims:
        if claim.factor:
            factors.setdefault(claim.parameter, claim)
            continue
        first = settings.setdefault(claim.parameter, claim)
        if first.value != claim.value:
            yield ConfigError(
                Text(
                    de=f"„{claim.parameter}“ wird zweimal gesetzt, auf {first.value:g} und auf {claim.value:g}.",
                    en=f"'{claim.parameter}' is set twice, to {first.value:g} and to {claim.value:g}.",
                ),
                f"{first.place}; {claim.place}",
                _CHOOSE,
            )
        if claim.lever:
            settings[claim.parameter] = claim
    for parameter, factor in factors.items():
        if parameter in settings and settings[parameter].lever:
            yield ConfigError(
                Text(
                    de=f"„{parameter}“ wird zugleich gesetzt und vervielfacht.",
                    en=f"'{parameter}' is set and scaled at the same time.",
                ),
                f"{settings[parameter].place}; {factor.place}",
                _CHOOSE,
            )


_CHOOSE = Text(de="Nehmen Sie nur eines davon.", en="Take only one of them.")
