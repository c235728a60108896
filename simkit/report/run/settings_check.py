"""Settings by hand, on the command line or in client.yaml: checked before anybody waits, and noted in the report."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError, UsageError, one_of_all
from simkit.foundation.text import Text, did_you_mean, point_hint

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.intake.settings.client_settings import ClientConfig
    from simkit.study.plans.study_settings import StudySettings

TEXTS = Catalogue.beside(__file__)


def parsed_changes(changes: Iterable[str]) -> dict[str, float]:
    """Return parameters set by hand as ``path=value``.

    Raises
    ------
    UsageError
        When one is not of that form, no number, or set to two values.
    """
    values: dict[str, float] = {}
    for path, value in map(_parsed_change, changes):
        if values.setdefault(path, value) != value:
            raise UsageError(
                Text(de="'{path}' ist auf zwei Werte gesetzt.", en="'{path}' is set to two values.").fill(path=path),
                "--set",
                Text(de="Streichen Sie einen davon.", en="Delete one of them."),
            )
    return values


def check_changes(changes: Mapping[str, float]) -> None:
    """Check parameters set by hand.

    Raises
    ------
    ConfigError
        When a name is that of no parameter, or a value lies outside of the allowed range.
    """
    if changes:
        from simkit.foundation.parameter_set import Provenance
        from simkit.model.specification.model_parameters import load_defaults

        load_defaults().patch(changes, Provenance(kind="option", source="--set"))


def _parsed_change(change: str) -> tuple[str, float]:
    path, sign, value = change.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    example = Text(
        de="Beispiel: --set handover.clarification_chance=0.2", en="Example: --set handover.clarification_chance=0.2"
    )
    if not sign or number != number or not path.strip():
        raise UsageError(
            Text(
                de=f"'{change}' ist keine Angabe der Form Pfad=Zahl.", en=f"'{change}' is not of the form path=number."
            ),
            "--set",
            hint if (hint := point_hint(value)).en else example,
        )
    return path.strip(), number


def check_settings(config: ClientConfig, folder: Path, *, posts: int | None = None) -> None:
    """Check what client.yaml says against the catalogues of simulation and value, and that logo and master are there.

    Parameters
    ----------
    posts : int, optional
        Posts of the client, where they are known already: the units of a design must have as many.

    Raises
    ------
    ConfigError
        For an unknown parameter, a value that is no number or out of range, an unknown factor of the score, weights
        that are all zero, an unknown design, scenario or lever, one that is not in order, a logo that cannot be
        shown, or a master of slides that cannot be used; all of it in one list that names the lines.
    """
    from simkit.intake.settings.config_texts import PROBLEMS as IN_CLIENT_YAML
    from simkit.model.specification.override_check import PROBLEMS as IN_OVERRIDES

    wrong = _wrong_assumptions(config, folder)
    sound = {path: value for path, value in config.assumptions.items() if path not in wrong}
    found = [*wrong.values(), *_score_problems(config, folder), *_study_problems(config, folder, sound, posts)]
    found += [
        *_controlling_problems(config, folder),
        *_lead_filter_problems(config, folder),
        *_priority_problems(folder),
    ]
    found = list({(one.what.en, one.where): one for one in found}.values())
    if config.brand.pptx and (lacking := _master_problem(config.brand.pptx, folder)) is not None:
        found.append(lacking)
    if config.brand.logo and (problem := _logo_problem(config.brand.logo, folder)) is not None:
        found.append(problem)
    if found:
        elsewhere = any(not one.where.startswith("client.yaml") for one in found)
        raise one_of_all(found, IN_OVERRIDES if elsewhere else IN_CLIENT_YAML)


def _wrong_assumptions(config: ClientConfig, folder: Path) -> dict[str, ConfigError]:
    """Return the parameters that client.yaml sets and that do not exist or cannot have that value."""
    from simkit.foundation.parameter_set import Provenance
    from simkit.intake.settings.client_settings import place_of
    from simkit.model.specification.model_parameters import load_defaults

    found = {}
    for path, value in config.assumptions.items():
        try:
            load_defaults(config.euro_rate).patch({path: value}, Provenance(kind="workshop"))
        except ConfigError as error:
            found[path] = ConfigError(error.what, place_of(folder, "assumptions", path), error.remedy)
    return found


def _score_problems(config: ClientConfig, folder: Path) -> list[ConfigError]:
    """Return what is wrong with the weights and value functions of client.yaml, with their lines."""
    from simkit.intake.settings.client_settings import place_of
    from simkit.value.score.customer_score import function_problems, weight_problems

    problems = [*weight_problems(config.score.weights), *function_problems(config.score.functions)]
    return [
        ConfigError(one.what, place_of(folder, *one.where.removeprefix("client.yaml: ").split(".")), one.remedy)
        for one in problems
    ]


def _controlling_problems(config: ClientConfig, folder: Path) -> list[ConfigError]:
    """Return classes and groups of the planned effort that no customer can have."""
    from simkit.intake.settings.client_settings import place_of
    from simkit.intake.settings.schemas import TABLES

    classes = tuple("ABCD") if len(config.score.cutoffs) == 3 else tuple("ABC")
    found = [
        ConfigError(
            TEXTS["no_such_class"].fill(name=name),
            place_of(folder, "controlling", "contacts_per_year", name),
            did_you_mean(name, classes),
        )
        for name in config.controlling.contacts_per_year
        if name not in classes
    ]
    columns = TABLES["customers"].names
    if config.controlling.group_by not in columns:
        what = TEXTS["no_such_group"].fill(name=config.controlling.group_by)
        where = place_of(folder, "controlling", "group_by")
        found.append(ConfigError(what, where, did_you_mean(config.controlling.group_by, columns)))
    return found


def _lead_filter_problems(config: ClientConfig, folder: Path) -> Iterator[ConfigError]:
    """Yield the conditions of the lead filter whose column neither opportunities nor customers have."""
    from simkit.intake.settings.client_settings import place_of
    from simkit.intake.settings.schemas import TABLES

    columns: list[str] = []
    for name in ("opportunities", "customers"):
        spec = config.tables.get(name)
        stated = spec is not None and all(one.columns for one in spec.parts)
        given = [{*one.columns, *one.constants, *one.filled(TABLES[name])} for one in spec.parts] if spec else []
        columns += set().union(*given) if stated else TABLES[name].names  # without a mapping, equal names are taken
    for number, one in enumerate(config.lead_filter):
        if one.column not in columns:
            what = TEXTS["no_such_lead_column"].fill(name=one.column)
            yield ConfigError(
                what, place_of(folder, "lead_filter", number, "column"), did_you_mean(one.column, columns)
            )


def _priority_problems(folder: Path) -> list[ConfigError]:
    """Return what is wrong with the client's own priority tables, which a search may try without being told to."""
    from simkit.model.specification.priority_tables import load_priority_table

    found = []
    for file in sorted((folder / "priorities").glob("*.yaml")):
        try:
            load_priority_table(file.stem, folder)
        except ConfigError as error:
            found.append(error)
    return found


def _study_problems(
    config: ClientConfig, folder: Path, assumptions: Mapping[str, Any], posts: int | None
) -> list[ConfigError]:
    """Return what is wrong with the names that client.yaml gives, then with the files of all that is to be simulated."""
    from simkit.foundation.parameter_set import Provenance
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.study.plans.compared_designs import choice_problems
    from simkit.study.plans.study_settings import study_settings

    wrong = _wrong_names(config, folder)
    found = [
        *wrong.values(),
        *_wrong_taboos(config, folder),
        *_forbidden_variants(config, folder),
        *_wrong_parameters(config, folder),
    ]
    parameter_set = load_defaults(config.euro_rate).patch(assumptions, Provenance(kind="option", source="client.yaml"))
    rest = _without(study_settings(RunSettings(), config.study, config.goals), {name for _, name in wrong})
    if rest.variants or len(rest.designs) > 1 or not wrong:  # what is left of a study may be too little to compare
        found += choice_problems(rest, parameter_set, posts=posts, folder=folder)
    return found


def _wrong_names(config: ClientConfig, folder: Path) -> dict[tuple[str, str], ConfigError]:
    """Return the overrides that client.yaml names and that do not exist, by kind and name."""
    from simkit.intake.settings.client_settings import place_of
    from simkit.model.specification.overrides import KIND_WORDS, names_of, split_mix

    found: dict[tuple[str, str], ConfigError] = {}
    for kind, name, path in _named(config):
        existing, word = names_of(kind, folder), KIND_WORDS[kind]
        if not all(part.strip() for part in name.split("+")):
            found[kind, name] = ConfigError(
                TEXTS["empty_name"].fill(name=name), place_of(folder, *path), TEXTS["empty_name_remedy"]
            )
            continue
        for one in split_mix(name):
            if one not in existing and (kind, name) not in found:
                found[kind, name] = ConfigError(
                    Text(de=f"{word.de} „{one}“ gibt es nicht.", en=f"There is no {word.en} '{one}'."),
                    place_of(folder, *path),
                    did_you_mean(one, existing),
                )
    return found


def _wrong_taboos(config: ClientConfig, folder: Path) -> list[ConfigError]:
    """Return what is not to be advised and does not exist, or is what a client has today and keeps in any case."""
    from simkit.intake.settings.client_settings import place_of
    from simkit.model.specification.designs import load_design
    from simkit.model.specification.overrides import names_of
    from simkit.study.plans.plan import AS_TODAY, SERVICE_LEVELS
    from simkit.study.plans.study_settings import BASELINE

    if not config.goals.never:
        return []
    kinds = ("designs", "priorities", "levers")
    possible = tuple(dict.fromkeys([*(name for kind in kinds for name in names_of(kind, folder)), *SERVICE_LEVELS]))
    kept = (BASELINE, load_design(BASELINE, folder).priority_table.name, AS_TODAY)
    found = []
    for number, name in enumerate(config.goals.never):
        where = place_of(folder, "goals", "never", number)
        if name not in possible:
            found.append(ConfigError(TEXTS["no_such_taboo"].fill(name=name), where, did_you_mean(name, possible)))
        elif name in kept:
            found.append(ConfigError(TEXTS["taboo_today"].fill(name=name), where, TEXTS["taboo_today_remedy"]))
    return found


def _forbidden_variants(config: ClientConfig, folder: Path) -> Iterator[ConfigError]:
    """Yield what variants of client.yaml take although the goals forbid it: both cannot be meant."""
    from simkit.intake.settings.client_settings import place_of
    from simkit.study.plans.agreed_plan import NAME as AGREED_LEVER
    from simkit.study.plans.plan import AGREED
    from simkit.study.search.best_plan import forbidden_variant

    for number, one in enumerate(config.study.variants):
        levers = (
            (("levers", place), AGREED if name == AGREED_LEVER else name) for place, name in enumerate(one.levers)
        )
        for key, name in ((("design",), one.design), *levers):
            if name in config.goals.never:
                yield forbidden_variant(name, place_of(folder, "study", "variants", number, *key))


def _wrong_parameters(config: ClientConfig, folder: Path) -> list[ConfigError]:
    """Return what is wrong with the parameters that the test of robustness is to look at."""
    from simkit.intake.settings.client_settings import place_of
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.study.robustness.tested_parameters import check_parameters

    found = []
    for place, parameter in enumerate(config.study.robustness.parameters):
        try:
            check_parameters(
                (parameter,), load_defaults(), place_of(folder, "study", "robustness", "parameters", place)
            )
        except ConfigError as error:
            found.append(error)
    return found


def _without(settings: StudySettings, names: set[str]) -> StudySettings:
    """Return settings without what does not exist, so that the rest can be checked too."""
    return replace(
        settings,
        designs=tuple(name for name in settings.designs if name not in names),
        candidates=tuple(name for name in settings.candidates if name not in names),
        scenarios=tuple(name for name in settings.scenarios if name not in names),
        variants=tuple(one for one in settings.variants if not names & {one.design, *one.levers}),
    )


def _named(config: ClientConfig) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """Yield kind, name and place of every file of an override that client.yaml names."""
    from simkit.study.plans.agreed_plan import NAME as AGREED

    study = config.study
    yield from (("designs", name, ("study", "designs", place)) for place, name in enumerate(study.designs))
    yield from (("scenarios", name, ("study", "scenarios", place)) for place, name in enumerate(study.scenarios))
    if config.goals.scenario is not None:
        yield "scenarios", config.goals.scenario, ("goals", "scenario")
    for place, variant in enumerate(study.variants):
        yield "designs", variant.design, ("study", "variants", place, "design")
        in_files = ((number, lever) for number, lever in enumerate(variant.levers) if lever != AGREED)
        for number, lever in in_files:
            yield "levers", lever, ("study", "variants", place, "levers", number)


def _logo_problem(written: str, folder: Path) -> ConfigError | None:
    """Return why the logo cannot be shown; None when it can."""
    from simkit.intake.settings.client_settings import locate, place_of
    from simkit.report.document.style import LOGO_TYPES

    path = locate(folder, written)
    if not path.is_file():
        what = TEXTS["logo_problem_what"]
        remedy = TEXTS["logo_problem_remedy"]
    elif mimetypes.guess_type(path.name)[0] not in LOGO_TYPES:
        what = TEXTS["logo_problem_what_logo_no_picture"]
        remedy = TEXTS["logo_problem_remedy_possible_svg_png"]
    else:
        return None
    return ConfigError(what.fill(logo=written), place_of(folder, "brand", "logo"), remedy)


def _master_problem(written: str, folder: Path) -> ConfigError | None:
    """Return why the slides cannot be made with a master; None when they can."""
    from simkit.intake.settings.client_settings import locate, place_of
    from simkit.report.outputs.deck.layouts import master_problem

    return master_problem(locate(folder, written), written, place_of(folder, "brand", "pptx"))


def with_changes(client: ClientData, changes: Mapping[str, float]) -> ClientData:
    """Return the client with parameters set by hand; they go before those of client.yaml."""
    if not changes:
        return client
    assumptions = {**client.config.assumptions, **changes}
    return replace(client, config=client.config.model_copy(update={"assumptions": assumptions}))
