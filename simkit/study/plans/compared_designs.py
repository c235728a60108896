"""Which designs a study compares and takes apart, and whether what was chosen can be run at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text, same
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.rules.staffing import SmallUnit, hours_balance, small_units, unit_sizes
from simkit.model.specification.designs import Design, default_designs, load_design
from simkit.model.specification.levers import Lever, expected
from simkit.model.specification.override_check import override_problems, raise_list, single_file_problems
from simkit.model.specification.overrides import names_of
from simkit.study.plans.agreed_plan import NAME as AGREED
from simkit.study.plans.agreed_plan import levers_named
from simkit.study.plans.study_settings import BASELINE, StudySettings

TEXTS = Catalogue.beside(__file__)
MOST_DESIGNS, MOST_PRIORITIES = 12, 4
"""So many a search looks at: every combination of them is played, which more would make the whole of its budget."""


def check_choice(
    settings: StudySettings, parameters: ParameterSet, *, posts: int | None = None, folder: Path | None = None
) -> None:
    """Check everything that a study is to run, before its first run.

    Parameters
    ----------
    posts : int, optional
        Posts of the client, where they are known.

    Raises
    ------
    ConfigError
        One for all problems of designs, scenarios, levers and their mixes, each with file and line.
    """
    raise_list(choice_problems(settings, parameters, posts=posts, folder=folder))


def choice_problems(
    settings: StudySettings, parameters: ParameterSet, *, posts: int | None = None, folder: Path | None = None
) -> list[ConfigError]:
    """Return all that is wrong with what a study is to run, as `check_choice` tells it."""
    common: dict[str, Any] = {"scenarios": settings.scenarios, "posts": posts, "folder": folder}
    found = override_problems(parameters, designs=settings.designs, **common)
    for one in settings.variants:  # each design with its own levers: no other mix is run
        in_files = "+".join(name for name in one.levers if name != AGREED)
        found += override_problems(parameters, designs=[one.design], levers=[in_files], **common)
    if len(settings.designs) + len(settings.variants) < 2:
        found.append(_nothing_to_compare())
    if settings.search != "none":
        found += _search_problems(settings, parameters, posts, folder)
    return list({(problem.what.en, problem.where): problem for problem in found}.values())


def _search_problems(
    settings: StudySettings, parameters: ParameterSet, posts: int | None, folder: Path | None
) -> list[ConfigError]:
    """Return what is wrong with the files that a search looks at besides those that are named, and whether there are too many."""
    never = set(settings.goals.never) - {BASELINE}
    candidates = settings.candidates or names_of("designs", folder)
    designs = [name for name in dict.fromkeys((BASELINE, *candidates)) if name not in never]
    priorities = [name for name in names_of("priorities", folder) if name not in never]
    levers = [name for name in names_of("levers", folder) if name not in never]
    unnamed = [name for name in designs if name not in settings.designs]
    found = override_problems(parameters, designs=unnamed, posts=posts, folder=folder)
    found += single_file_problems(parameters, levers=levers, priorities=priorities, folder=folder)
    if not found:
        sound = {name: load_design(name, folder) for name in designs if name in names_of("designs", folder)}
        found += _too_many("designs", list(distinct_designs(sound)), MOST_DESIGNS)
        found += _too_many("priorities", priorities, MOST_PRIORITIES)
    return found


def _too_many(kind: str, names: list[str], most: int) -> list[ConfigError]:
    if len(names) <= most:
        return []
    what = TEXTS.group("too_many")[kind].fill(found=len(names), most=most, names=", ".join(names))
    return [ConfigError(what, "client.yaml: goals.never", TEXTS.group("too_many_remedy")[kind])]


def distinct_designs(designs: Mapping[str, Design]) -> dict[str, Design]:
    """Leave out designs that are another one with another priority table: a search looks at the tables by themselves."""
    kept: dict[str, Design] = {}
    for name, design in designs.items():
        if not any(only_ranks_differ(design, other) for other in kept.values()):
            kept[name] = design
    return kept


def _nothing_to_compare() -> ConfigError:
    others = ", ".join(default_designs()[1:])
    return ConfigError(
        Text(
            de="Neben der heutigen Organisation ist keine andere gewählt.",
            en="No organisation is chosen besides today's.",
        ),
        "study.designs, --designs",
        Text(de=f"Mindestens eine zweite nennen, etwa {others}.", en=f"Name at least a second one, such as {others}."),
    )


def taken_apart(designs: Iterable[Design], baseline: Design) -> Design | None:
    """Return the design that a study takes apart: the first that is today's organisation once all its switches are off.

    Whatever else a design changes would be in none of its parts, so that they would not add up to its gain over today.
    """
    today = organisation(baseline)
    with_parts = (design for design in designs if design.switches)
    return next((design for design in with_parts if organisation(design.with_switches(())) == today), None)


def compared_designs(
    settings: StudySettings, parameters: ParameterSet, folder: Path | None = None, agreed: Lever | None = None
) -> dict[str, Design]:
    """Return the designs and their variants with levers by label, the baseline first; levers bring what a plan counts on."""
    designs = {name: load_design(name, folder) for name in settings.designs}
    for variant in settings.variants:
        levers = [expected(one, parameters) for one in levers_named(variant.levers, agreed, folder)]
        bare = load_design(variant.design, folder)
        design = bare.with_levers(levers)
        named = [bare.title, *(lever.title for lever in levers)]
        title = Text(de=" + ".join(one.de for one in named), en=" + ".join(one.en for one in named))
        designs[design.name] = replace(design, title=title)
    return designs


def organisation(design: Design) -> Design:
    """Return a design without names and with its levers in one order, so that two that are one organisation are equal."""
    nameless = same("")
    units = tuple(replace(unit, title=nameless) for unit in design.units)
    return replace(
        design, name="", title=nameless, purpose=nameless, units=units, switches=(), switch_titles={}, switch_labels={},
        levers=tuple(sorted(design.levers, key=lambda one: one.name)), folder=None,
    )  # fmt: skip


def only_ranks_differ(design: Design, other: Design) -> bool:
    """Tell whether two designs differ in who is served first, and in nothing else."""
    one, another = organisation(design), organisation(other)
    return one != another and replace(one, priority_table=another.priority_table) == another


def moves_work(design: Design, baseline: Design) -> bool:
    """Tell whether a design gives work or customers to others than today: its routes or its channels are others."""
    channels = [parameter for parameter in design.override if parameter.startswith("channel.")]
    return design.routes != baseline.routes or any(
        design.override[parameter] != baseline.override.get(parameter, 0.0) for parameter in channels
    )


def balanced_sizes(
    design: Design, model_inputs: ModelInputs, parameters: ParameterSet, today: Design
) -> dict[str, int]:
    """Return the posts of each unit as the hours balance sizes them, with the contacts that customers receive today."""
    parameter_set = design.on(parameters)
    hours = hours_balance(
        design, model_inputs, parameter_set, compile_rules(parameter_set, model_inputs.calendar_ratio),
        today=today.on(parameters),
    )  # fmt: skip
    return unit_sizes(design, hours, len(model_inputs.slots) + round(parameter_set.value("staff.additional_posts")))


def small_units_of(
    design: Design, model_inputs: ModelInputs, parameters: ParameterSet, today: Design
) -> tuple[SmallUnit, ...]:
    """Return the units of a design that hold one or two posts of this client, each with its warning in words."""
    return small_units(design, balanced_sizes(design, model_inputs, parameters, today))
