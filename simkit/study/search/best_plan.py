"""From a client to its short list: what may be advised, how far it is searched, and what of it is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.levers import Lever
from simkit.model.specification.scenarios import load_scenario
from simkit.study.experiment.experiment_spec import Engine, Execution
from simkit.study.plans.agreed_plan import NAME as AGREED_LEVER
from simkit.study.plans.agreed_plan import NOTHING_AGREED, AgreedPlan
from simkit.study.plans.best_split import best_split_lever
from simkit.study.plans.plan import AGREED, BEST_SPLIT, Plan
from simkit.study.plans.plan_space import PlanSpace, plan_space
from simkit.study.plans.short_list import ShortList
from simkit.study.plans.study_settings import StudySettings
from simkit.study.search.choice_engine import play_for_choice
from simkit.study.search.plan_runs import PlanRuns
from simkit.study.search.plan_search import FULL, NORMAL, QUICK, Schedule, SearchResult, search_plans
from simkit.study.search.played_plans import PlayedPlans

TEXTS = Catalogue.beside(__file__)
DRAFT = Schedule(crossed=False, screened=2, survivors=(4,), replications=(4,), listed=3, priced=0)
SCHEDULES: Mapping[str, Schedule] = {"draft": DRAFT, "quick": QUICK, "normal": NORMAL, "full": FULL}
OWN_VARIANTS = "client.yaml: study.variants"
SEARCH_COLUMNS = ("plan", "label_de", "label_en", "place", "gain", "replications", "holds", "listed")


@dataclass(frozen=True, kw_only=True)
class SearchedPlans:
    """What a search gave."""

    short_list: ShortList
    frame: pd.DataFrame
    """Every plan that was played (:data:`SEARCH_COLUMNS`): gain seen in the search, which no reader is told."""
    runs: int


def client_space(
    settings: StudySettings,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    *,
    folder: Path | None,
    agreed: AgreedPlan,
    split: pd.DataFrame | None,
) -> PlanSpace:
    """Return what may be advised to a client.

    Parameters
    ----------
    agreed : AgreedPlan
        Service levels that the client agreed on.
    split : DataFrame, optional
        Best split of today's hours between segments (:class:`simkit.value.service.service_study.ServiceStudy`).
    """
    best = None if split is None else best_split_lever(split, parameters)
    levels: dict[str, Lever | None] = {
        name: lever for name, lever in ((AGREED, agreed.lever), (BEST_SPLIT, best)) if lever
    }
    own = settings.variants
    designs = (*settings.candidates, *(one.design for one in own)) if settings.candidates else ()
    return plan_space(
        model_inputs, parameters, folder=folder, designs=designs, service_levels=levels, taboos=settings.goals.never,
        asked_levers=[name for one in own for name in one.levers],
    )  # fmt: skip


def find_short_list(
    space: PlanSpace,
    settings: StudySettings,
    *,
    folder: Path | None = None,
    execution: Execution = Execution(),
    progress: Callable[[int], None] | None = None,
    engine: Engine = play_for_choice,
) -> SearchedPlans:
    """Search for the best plans of a client, as far as the settings say.

    Parameters
    ----------
    progress : callable, optional
        Told the number of runs done.

    Raises
    ------
    ConfigError
        If nothing may be advised besides today's organisation.
    """
    schedule = SCHEDULES[settings.search]
    tell = progress or (lambda done: None)
    runs = PlanRuns(
        space=space, scenario=load_scenario(settings.scenarios[0], folder), goals=settings.goals, seed=settings.seed,
        execution=execution, engine=engine, progress=lambda done: tell(played.runs + done),
    )  # fmt: skip
    played = PlayedPlans(space=space, goals=settings.goals, play=runs)
    first = [*space.screened(crossed=schedule.crossed), *own_plans(space, settings)]
    if len(space.distinct(first)) < 2:
        raise ConfigError(
            TEXTS["nothing_left"], "client.yaml: goals.never, study.designs", TEXTS["nothing_left_remedy"]
        )
    found = search_plans(played, schedule, first)
    short_list = ShortList(space=space, listed=found.short_list, priced={one.plan: one.known for one in found.priced})
    return SearchedPlans(short_list=short_list, frame=_frame(played, found, short_list), runs=found.runs)


def own_plans(space: PlanSpace, settings: StudySettings) -> list[Plan]:
    """Return the variants that client.yaml names, as plans: whoever asks for one finds it among what is played.

    Raises
    ------
    ConfigError
        For a variant that takes what is not to be advised, or service levels where none were agreed.
    """
    found = []
    for variant in settings.variants:
        for name in (variant.design, *variant.levers):
            if name not in {*space.designs, *space.by_ranks, *space.levers, AGREED_LEVER}:
                raise forbidden_variant(name, OWN_VARIANTS)
        if (table := space.priority_of(variant.design)) not in space.priorities:
            raise forbidden_variant(table, OWN_VARIANTS)
        levers = tuple(sorted(set(variant.levers) - {AGREED_LEVER}))
        plan = replace(space.whole(variant.design), levers=levers)
        if AGREED_LEVER in variant.levers:
            if AGREED not in space.service_levels:
                raise NOTHING_AGREED
            plan = replace(plan, service_levels=AGREED)
        found.append(plan)
    return found


def forbidden_variant(name: str, where: str) -> ConfigError:
    """Return the error that a variant of the client takes what is not to be advised."""
    return ConfigError(
        TEXTS["variant_forbidden"].fill(name=name), where, TEXTS["variant_forbidden_remedy"].fill(name=name)
    )


def _frame(played: PlayedPlans, found: SearchResult, short_list: ShortList) -> pd.DataFrame:
    listed: Sequence[Plan] = short_list.listed
    rows = [
        (
            short_list.label(plan), (title := played.space.title(plan)).de, title.en, place, played.gain(plan),
            len(played.outcomes[plan]), not played.breaks(plan), plan in listed,
        )
        for place, plan in enumerate(found.ranked, start=1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(SEARCH_COLUMNS))
