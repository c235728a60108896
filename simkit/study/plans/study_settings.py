"""What a study is to run: what was asked for, else what client.yaml chooses, else the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, cast

from simkit.intake.settings.client_settings import Study
from simkit.intake.settings.goals_settings import DEFAULT_GOALS, Goals
from simkit.intake.settings.run_settings import FEWEST_RUNS, RunSettings, search_minutes
from simkit.model.specification.designs import default_designs

Depth = Literal["standard", "full"]
BASELINE = "baseline"
SCENARIOS = ("today", "retirements_not_replaced", "vacancies_139_days")
REPLICATIONS = 12
CONFIRMED_REPLICATIONS: Mapping[str, int] = {"draft": 4, "quick": 16, "normal": 30, "full": 30}
"""Replications on which the plans of a short list are confirmed, at the first look."""
Search = Literal["none", "draft", "quick", "normal", "full"]
"""How far the search for the best plan goes; "none" compares the named designs."""
SEARCH_DEPTHS: tuple[Search, ...] = ("quick", "normal", "full")
"""Those that can be asked for."""
SEARCHES: Mapping[str, Search] = {"quick": "draft", "normal": "quick", "full": "full"}
"""By depth of a report."""
BUDGETS: Mapping[Search, int] = {"none": 0, "draft": 0, "quick": FEWEST_RUNS, "normal": 3_000, "full": 9_000}
"""Runs for everything: search, confirmation and joint draws."""
JOINT_DRAWS: Mapping[str, int] = {"draft": 0, "quick": 50, "normal": 100, "full": 200}
"""Draws of everything that is not known for certain, by how far the search goes."""


@dataclass(frozen=True, kw_only=True)
class ChosenVariant:
    """A design with levers on it, compared like a design of its own."""

    design: str
    levers: tuple[str, ...]
    """Names of the levers, at least one."""


@dataclass(frozen=True, kw_only=True)
class StudySettings:
    """How much is run; nothing is left open."""

    designs: tuple[str, ...] = field(default_factory=default_designs)
    """Names; the first design is the baseline."""
    candidates: tuple[str, ...] = ()
    """Designs that a search looks at; empty for all there are."""
    scenarios: tuple[str, ...] = SCENARIOS
    """Names; the first scenario is the main one. A scenario "a+b" combines two."""
    variants: tuple[ChosenVariant, ...] = ()
    """Designs with levers on them, compared besides."""
    depth: Depth = "standard"
    """Full adds all combinations of the switches of the design taken apart, the scan of two heads more or fewer, and the
    levers on one budget."""
    replications: int = REPLICATIONS
    """Replications per scenario."""
    seed: int = 1
    """The seed that they come from."""
    precision: float | None = None
    """Half-width of the gains, as a share of today's contribution, for which the confirmation doubles its replications; None for
    no more than the verdict needs."""
    budget: int | None = None
    """Most replications per scenario for that; default the standard's."""
    joint_draws: int = 0
    """Draws of everything that is not known for certain, which every compared design meets; none, as in older studies."""
    search: Search = "none"
    """How far the plans are searched that may be advised."""
    search_runs: int | None = None
    """Runs for search, confirmation and joint draws together; by default those that go with `search`."""
    goals: Goals = DEFAULT_GOALS
    """What the advice is to reach and to keep."""
    lever_budget_amount: float | None = None
    """Common budget of the levers per year; by default what one more head costs."""

    @property
    def budget_runs(self) -> int:
        """Runs for search, confirmation and joint draws together."""
        return BUDGETS[self.search] if self.search_runs is None else self.search_runs


def study_settings(asked: RunSettings, chosen: Study, goals: Goals = DEFAULT_GOALS) -> StudySettings:
    """Return what is to be simulated.

    Parameters
    ----------
    asked : RunSettings
        The settings of the run; designs given there leave out the variants of client.yaml. Minutes of a search are to be turned
        into runs before (:mod:`simkit.analysis.search_budget`); else they count as the depth "normal".
    chosen : Study
        The part ``study`` of client.yaml; today's organisation goes before its designs.
    goals : Goals
        Its part ``goals``.
    """
    quick = asked.depth == "quick"
    variants = [ChosenVariant(design=one.design, levers=tuple(one.levers)) for one in chosen.variants]
    own = tuple(dict.fromkeys((BASELINE, *chosen.designs))) if chosen.designs else default_designs()
    search, runs = searched_how_far(asked.search or (None if quick else chosen.search), SEARCHES[asked.depth])
    scenarios = dict.fromkeys((*([goals.scenario] if goals.scenario else []), *(tuple(chosen.scenarios) or SCENARIOS)))
    return StudySettings(
        designs=asked.designs or own,
        scenarios=tuple(scenarios),
        variants=() if asked.designs else tuple(dict.fromkeys(variants)),
        depth="full" if asked.depth == "full" else "standard",
        replications=asked.replications or (None if quick else chosen.replications) or CONFIRMED_REPLICATIONS[search],
        seed=asked.seed,
        precision=asked.precision or (None if quick else chosen.precision),
        budget=asked.budget or chosen.budget,
        joint_draws=_first(asked.draws, chosen.draws if asked.depth != "quick" else None, JOINT_DRAWS[search]),
        search=search,
        search_runs=runs,
        candidates=asked.designs or tuple(chosen.designs),
        goals=goals,
        lever_budget_amount=chosen.lever_budget_amount,
    )


def searched_how_far(asked: str | None, usual: Search) -> tuple[Search, int | None]:
    """Return how far a search goes, and its runs where they were given: as far as the deepest search that has no more."""
    if asked is None:
        return usual, None
    if asked.isdecimal():
        return max(SEARCH_DEPTHS, key=lambda depth: (BUDGETS[depth] <= int(asked), BUDGETS[depth])), int(asked)
    return "normal" if search_minutes(asked) else cast(Search, asked), None


def _first(*wanted: int | None) -> int:
    """Return the first number that is given; 0 is one."""
    return next(number for number in wanted if number is not None)


def settings_record(settings: StudySettings) -> dict[str, Any]:
    """Return the settings of a study as its record holds them."""
    return {**asdict(replace(settings, goals=DEFAULT_GOALS)), "goals": settings.goals.model_dump(mode="json")}


def recorded_settings(record: Mapping[str, Any]) -> StudySettings:
    """Return the settings that a study's record tells; what an older one does not tell has its default."""
    from pydantic import TypeAdapter

    return TypeAdapter(StudySettings).validate_python(dict(record))
