"""The short list: the plans that a search has found, which are then confirmed, drawn jointly and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.model.specification.designs import Design
from simkit.study.plans.plan import Plan
from simkit.study.plans.plan_space import PlanSpace
from simkit.study.plans.study_settings import BASELINE

TEXTS = Catalogue.beside(__file__)
FEW_CHANGES = 2
"""So many changes a plan is called by; of more the name would be longer than a line."""


@dataclass(frozen=True, kw_only=True)
class ShortList:
    """The plans, under the labels that they have in results."""

    space: PlanSpace
    listed: tuple[Plan, ...]
    """Today's organisation first, then the best of the search."""
    priced: Mapping[Plan, Mapping[str, float]] = field(default_factory=dict)
    """Plans that one condition alone forbids and that would be better, for its price; each with the limits that it breaks and
    that are known without a run, and by how much."""

    def label(self, plan: Plan) -> str:
        """Return the name of a plan in results."""
        return BASELINE if plan == self.space.today else plan.name

    @cached_property
    def plans(self) -> Mapping[str, Plan]:
        """The plans by label."""
        return {self.label(plan): plan for plan in self.listed}

    @cached_property
    def designs(self) -> Mapping[str, Design]:
        """What is simulated, by label."""
        named = self.titles
        return {label: replace(self.space.design(plan), title=named[label]) for label, plan in self.plans.items()}

    @property
    def titles(self) -> Mapping[str, Text]:
        """What charts and sentences call each plan: its changes where they are few, else a letter with the first of them."""
        return {
            label: self._title(plan, letter)
            for letter, (label, plan) in zip("·ABCDEFGHIJKLMNOP", self.plans.items(), strict=False)
        }

    def _title(self, plan: Plan, letter: str) -> Text:
        changes = self.space.changes(plan)
        if len(changes) <= FEW_CHANGES:
            return self.space.title(plan)
        return TEXTS["lettered"].fill(letter=letter, first=changes[0], more=len(changes) - 1)

    @property
    def full_titles(self) -> Mapping[str, Text]:
        """All changes of each plan, as the answer names them."""
        return {label: self.space.title(plan) for label, plan in self.plans.items()}

    @property
    def components(self) -> Mapping[str, frozenset[str]]:
        """The changes of today's organisation that each plan is made of, by label."""
        return {label: plan.components(self.space.today) for label, plan in self.plans.items()}

    @property
    def chains(self) -> Mapping[str, tuple[Plan, ...]]:
        """The steps from today's organisation to each plan but today's, by its label."""
        return {label: tuple(self.space.chain(plan)) for label, plan in self.plans.items() if plan != self.space.today}

    def step_titles(self, label: str) -> tuple[Text, ...]:
        """Return what each step to a plan changes, the first one after today's organisation first."""
        return tuple(self.space.change_title(before, after) for before, after in pairwise(self.chains[label]))

    def step_purposes(self, label: str) -> tuple[Text, ...]:
        """Return what is done in each of these steps."""
        return tuple(self.space.change_purpose(before, after) for before, after in pairwise(self.chains[label]))
