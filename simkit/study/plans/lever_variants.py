"""Which levers a study compares, each on as much of the staff as one common yearly budget reaches.

Each brings as much of its promise as a plan counts on (:func:`simkit.model.specification.levers.expected`), so that it brings
the same here and in a plan. The budget is what one more head costs per year unless the client sets another. A lever is never
stretched beyond what its file states, because nothing is known about more of it; so some spend less, and their return per euro
compares them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.workload import expected_contribution_amount
from simkit.model.specification.designs import Design
from simkit.model.specification.levers import Lever, expected, lever_contradictions, load_lever, partly
from simkit.study.bilingual_texts import joined

ONE_MORE_HEAD = "one_more_head"
LEVERS = ("tools", "training", "coaching", "incentives", "gamification", "lean", ONE_MORE_HEAD)
WITH_HIRE = "_hire"
POSTS = "staff.additional_posts"
TOOLS = "money.tools_amount_per_head"

Extent = Literal["staff", "posts", "whole"]


@dataclass(frozen=True, kw_only=True)
class LeverVariant:
    """One lever on one organisation, as a variant of the experiment."""

    variant: str
    base: str
    """Labels of the variant with the lever and of the same organisation without it."""
    lever: str
    """Name, the same on every organisation."""
    title: Text
    extent: Extent = "whole"
    """What was fitted to the budget: a share of the staff, a number of posts, or nothing."""
    size: float = 1.0
    """Share of the staff 0..1, number of posts, or 1."""
    budget_amount: float = math.nan
    """The common budget a year that it is compared on; missing for the client's own variants, which run as they are."""
    levers: tuple[Lever, ...] = ()
    """With the effect that a plan counts on; empty for a part of a design."""

    @property
    def budgeted(self) -> bool:
        """Whether it is compared on the common budget."""
        return not math.isnan(self.budget_amount)

    @property
    def evidence_grade(self) -> str:
        """How far the sources of its effects are to be trusted; empty where they are assumptions."""
        return ", ".join(dict.fromkeys(lever.evidence_grade for lever in self.levers if lever.evidence_grade))

    @property
    def source(self) -> Text:
        """Where the sizes of its effects come from; empty where they are assumptions."""
        told = [lever.origin for lever in self.levers if lever.source]
        return joined(*told)

    @property
    def moves(self) -> dict[str, int]:
        """What it raises (1) or lowers (−1) with ample capacity, and what only when people are short."""
        return {name: way for lever in self.levers for name, way in {**lever.moves_when_short, **lever.moves}.items()}

    @property
    def labels(self) -> dict[str, Text]:
        """What the levers' files call the things that they move; empty where the catalogue's words do."""
        return {name: label for lever in self.levers for name, label in lever.labels.items()}


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A lever fitted to the budget."""

    lever: Lever
    extent: Extent
    size: float


def head_amount_per_year(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return what one more head costs per year: mean pay of a full-time post, tools, and the hire spread over the horizon.

    Returns
    -------
    float
        Amount per year, in the client's currency.
    """
    v = parameters.value
    pay = float(model_inputs.slots["cost_amount"].sum() / model_inputs.slots["fte"].sum())
    return pay + v(TOOLS) + v("money.hire_amount") / v("time.horizon_years")


def fitted(lever: Lever, budget_amount: float, model_inputs: ModelInputs, parameters: ParameterSet) -> Fitted:
    """Return a lever on as much of the staff as a yearly budget reaches.

    Parameters
    ----------
    lever : Lever
        With the effect that a plan counts on.
    budget_amount : float
        Amount per year.
    model_inputs, parameters
        The client, and the parameter set that the lever goes on.

    Notes
    -----
    Posts: as many whole ones as the budget pays, at least one. Cost by the head, tools and bonuses: a share of the staff,
    so that once + years × (yearly + share × cost for everybody) is the budget of the horizon; at most everybody. A
    lever without such cost is a project and cannot be halved; nor can what the budget does not pay at all be had in
    part. Both run whole.
    """
    if POSTS in lever.override:
        posts = max(1, math.floor(budget_amount / head_amount_per_year(model_inputs, parameters) + 1e-9))
        return Fitted(
            lever=replace(lever, override={**lever.override, POSTS: float(posts)}), extent="posts", size=posts
        )
    years = parameters.value("time.horizon_years")
    for_all = amount_for_everybody(lever, model_inputs, parameters)
    left = budget_amount - lever.cost.get("once_amount", 0.0) / years - lever.cost.get("per_year_amount", 0.0)
    if for_all <= 0 or left <= 0:
        return Fitted(lever=lever, extent="whole", size=1.0)
    reach = min(1.0, left / for_all)
    return Fitted(lever=partly(lever, reach, parameters), extent="staff", size=reach)


def amount_for_everybody(lever: Lever, model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return what a lever costs a year in proportion to the staff it reaches: by the head, tools, bonuses."""
    heads = len(model_inputs.slots)
    amount = heads * lever.cost.get("per_head_amount", 0.0)
    amount += heads * parameters.value(TOOLS) * (lever.scale.get(TOOLS, 1.0) - 1)
    if bonus := lever.override.get("levers.bonus_share", 0.0):
        amount += bonus * expected_contribution_amount(model_inputs, parameters)
    return amount


def has_room(design: Design) -> bool:
    """Tell whether a design can seat another post: not when its file gives the sizes of all units."""
    return any(unit.size is None for unit in design.units)


def service_switch(design: Design) -> str | None:
    """Return the first switch of a design that brings specialists by itself; None where none does."""
    before = _specialists(design.with_switches(()))
    return next((name for name in design.switches if _specialists(design.with_switches((name,))) - before), None)


def _specialists(design: Design) -> set[str]:
    return {unit.name for unit in design.units if unit.specialist}


@dataclass(frozen=True, kw_only=True)
class LeverPlanner:
    """Lays out the variants of levers."""

    budget_amount: float
    """Common budget per year."""
    model_inputs: ModelInputs
    parameters: ParameterSet
    folder: Path | None = None
    """The client's folder, whose own levers go before the shipped ones."""

    def on(self, base: str, design: Design) -> Iterator[tuple[LeverVariant, Design]]:
        """Yield every lever of the comparison on one organisation, but those that it has or that contradict what it has."""
        for name in LEVERS:
            lever = expected(load_lever(name, self.folder), self.parameters)
            contradicts = any(lever_contradictions((*design.levers, lever), design.name))
            if not contradicts and (POSTS not in lever.override or has_room(design)):
                yield self._variant(base, design, lever)

    def reorganisation(self, base: str, design: Design) -> Iterator[tuple[LeverVariant, Design]]:
        """Yield the service unit of a design with switches alone, the same with one more head, and the whole design.

        All with their transitions, as changes of today's organisation; the hours balance seats the additional head.
        """
        if (switch := service_switch(design)) is not None:
            yield from self._service_unit(base, design.with_switches((switch,)), switch)
        yield self._part(base, design.name, design.title, variant=design.name), design

    def _service_unit(self, base: str, alone: Design, switch: str) -> Iterator[tuple[LeverVariant, Design]]:
        title = alone.switch_titles[switch]
        yield self._part(base, switch, title, variant=f"{base}~{switch}"), alone
        if has_room(alone):
            variant, design = self._variant(base, alone, load_lever(ONE_MORE_HEAD, self.folder))
            both = Text(de="{a} + {b}", en="{a} + {b}").fill(a=title, b=variant.title)
            name = f"{switch}{WITH_HIRE}"
            yield replace(variant, variant=f"{base}~{name}", lever=name, title=both), design

    def _part(self, base: str, name: str, title: Text, *, variant: str) -> LeverVariant:
        return LeverVariant(variant=variant, base=base, lever=name, title=title, budget_amount=self.budget_amount)

    def _variant(self, base: str, design: Design, lever: Lever) -> tuple[LeverVariant, Design]:
        fit = fitted(lever, self.budget_amount, self.model_inputs, design.on(self.parameters))
        variant = LeverVariant(
            variant=f"{base}~{lever.name}", base=base, lever=lever.name, title=lever.title, extent=fit.extent, size=fit.size,
            levers=(lever,), budget_amount=self.budget_amount,
        )  # fmt: skip
        return variant, design.with_levers([fit.lever])


def variant_variant(variant: str, base: str, levers: tuple[Lever, ...]) -> LeverVariant:
    """Return a client's own mix of levers as a variant: not fitted to any budget."""
    return LeverVariant(
        variant=variant, base=base, lever="+".join(lever.name for lever in levers),
        title=Text(de=" + ".join(one.title.de for one in levers), en=" + ".join(one.title.en for one in levers)),
        levers=levers,
    )  # fmt: skip
