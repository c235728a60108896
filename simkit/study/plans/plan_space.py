"""All plans that may be advised to one client: how each is built, what it is called, what it costs, and what lies next to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text, same
from simkit.model.specification.designs import Design, load_design
from simkit.model.specification.levers import Lever, expected, lever_names, load_lever
from simkit.model.specification.overrides import names_of
from simkit.model.specification.priority_tables import PriorityTable, load_priority_table
from simkit.study.plans.compared_designs import balanced_sizes, distinct_designs, only_ranks_differ, organisation
from simkit.study.plans.plan import AS_TODAY, Plan
from simkit.study.plans.study_settings import BASELINE

if TYPE_CHECKING:
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.inputs.model_inputs import ModelInputs

TEXTS = Catalogue.beside(__file__)
MOST_MOVED_POSTS = 2
POSTS = "staff.additional_posts"


@dataclass(frozen=True, kw_only=True)
class PlanSpace:
    """What plans are made of, and everything that follows from a plan without a run."""

    designs: Mapping[str, Design]
    """Whole designs by name, today's organisation first."""
    priorities: Mapping[str, PriorityTable]
    service_levels: Mapping[str, Lever | None]
    """By name; None for those of today."""
    levers: Mapping[str, Lever]
    on_request: frozenset[str] = frozenset()
    """Levers that no plan takes by itself: only those of the client's own variants, which name them."""
    by_ranks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Designs that are another one with another priority table: names of that design and of the table."""
    model_inputs: ModelInputs
    parameters: ParameterSet
    _built: dict[Plan, Design | None] = field(default_factory=dict, repr=False)

    @cached_property
    def today(self) -> Plan:
        """Today's organisation as a plan."""
        return self.whole(BASELINE)

    @cached_property
    def _parts(self) -> dict[str, tuple[str, ...]]:
        """By design: its parts without those that only say who is served first, which the priority table says."""
        return {
            name: tuple(
                part
                for part in design.switches
                if not only_ranks_differ(design.with_switches(set(design.switches) - {part}), design)
            )
            for name, design in self.designs.items()
        }

    def whole(self, name: str) -> Plan:
        """Return a design as it stands in its file; where its priority table is not to be looked at, with that of today."""
        if name in self.by_ranks:
            design, table = self.by_ranks[name]
            return replace(self.whole(design), priority=table)
        own, today = (self.designs[one].priority_table.name for one in (name, BASELINE))
        return Plan(design=name, parts=self._parts[name], priority=own if own in self.priorities else today)

    def priority_of(self, name: str) -> str:
        """Return the priority table that a design has in its file."""
        return self.by_ranks[name][1] if name in self.by_ranks else self.designs[name].priority_table.name

    # --- from a plan to what is simulated --------------------------------------------------------------------------

    def design(self, plan: Plan) -> Design:
        """Return the organisation that a plan describes.

        Raises
        ------
        ConfigError
            If its levers contradict each other.
        """
        if plan not in self._built:
            self._built[plan] = self._design(plan)
        found = self._built[plan]
        assert found is not None
        return found

    def _design(self, plan: Plan) -> Design:
        whole = self.designs[plan.design]
        bare = whole if plan.parts == self._parts[plan.design] else whole.with_switches(plan.parts)
        levels = self.service_levels[plan.service_levels]
        levers = [
            *([] if levels is None else [levels]),
            *(expected(self.levers[name], self.parameters) for name in plan.levers),
        ]
        design = replace(bare, priority_table=self.priorities[plan.priority]).with_levers(levers)
        if plan.moved_posts:
            design = design.resized(dict(plan.moved_posts))
        return replace(design, title=self.title(plan))

    def possible(self, plan: Plan) -> bool:
        """Tell whether a plan can be built: its levers do not contradict each other, and no unit loses more than it has."""
        try:
            self.design(plan)
        except ConfigError:
            return False
        sizes = self._sizes(plan.design) if plan.moved_posts else {}
        return all(sizes.get(unit, 0) + change >= 1 for unit, change in plan.moved_posts)

    def digest(self, plan: Plan) -> str:
        """Return a hash of what a plan does; two plans that are one organisation share it, whatever they are called."""
        return hashlib.sha256(repr(organisation(self.design(plan))).encode("utf-8")).hexdigest()

    def fingerprint(self) -> str:
        """Return what all its plans follow from, as text that is the same wherever the files lie."""
        designs = {name: organisation(design) for name, design in self.designs.items()}
        return repr([designs, self.priorities, self.service_levels, self.levers])

    # --- words -------------------------------------------------------------------------------------------------------

    def title(self, plan: Plan) -> Text:
        """Return what people call a plan: its changes of today's organisation."""
        names = self.changes(plan)
        if not names:
            return self.designs[BASELINE].title
        return Text(de=" + ".join(one.de for one in names), en=" + ".join(one.en for one in names))

    def changes(self, plan: Plan) -> list[Text]:
        """Return what people call each change of a plan; a whole design is one."""
        return [self.component_title(one) for one in self._told(plan)]

    def _told(self, plan: Plan) -> list[str]:
        """Return the components of a plan in the order in which they are named; a whole design is one."""
        components = plan.components(self.today)
        whole = self.whole(plan.design)
        first: list[str] = []
        if plan.design != BASELINE and plan.parts == whole.parts:
            first = [f"design:{plan.design}"]
            components -= {f"part:{plan.design}.{part}" for part in plan.parts}
            if plan.priority == self.designs[plan.design].priority_table.name:
                components -= {f"priority:{plan.priority}"}
            elif plan.priority == self.today.priority:
                first.append(f"priority:{plan.priority}")
        order = ("design", "part", "priority", "service_levels", "lever", "posts")
        rest = sorted(components - set(first), key=lambda one: (order.index(one.partition(":")[0]), self._place(one)))
        return [*first, *rest]

    def _place(self, component: str) -> tuple[int, str]:
        kind, _, name = component.partition(":")
        if kind == "part":
            design, _, part = name.partition(".")
            return self.designs[design].switches.index(part), name
        return 0, name

    def component_title(self, component: str) -> Text:
        """Return what people call one change of today's organisation."""
        kind, _, name = component.partition(":")
        if kind == "design":
            return self.designs[name].title
        if kind == "part":
            design, _, part = name.partition(".")
            return self.designs[design].switch_titles[part]
        if kind == "priority":
            return TEXTS["order_as_today"] if name == self.today.priority else self.priorities[name].title
        if kind == "service_levels":
            levels = self.service_levels[name]
            assert levels is not None
            return levels.title
        if kind == "lever":
            return self.levers[name].title
        unit, _, change = name.rpartition(".")
        titles = {one.name: one.title for design in self.designs.values() for one in design.units}
        return TEXTS["moved_posts"].fill(unit=titles[unit], change=change.replace("-", "\u2212"))

    def change_title(self, before: Plan, after: Plan) -> Text:
        """Return what people call that which one plan has more than another."""
        more = after.components(self.today) - before.components(self.today)
        names = [self.component_title(one) for one in sorted(more, key=self._place)]
        return Text(de=" + ".join(one.de for one in names), en=" + ".join(one.en for one in names))

    def change_purpose(self, before: Plan, after: Plan) -> Text:
        """Return what is done in that which one plan has more than another, as its files say; empty where none does."""
        more = after.components(self.today) - before.components(self.today)
        found = [self._component_purpose(one) for one in sorted(more, key=self._place)]
        return Text(de=" ".join(one.de for one in found if one.de), en=" ".join(one.en for one in found if one.en))

    def _component_purpose(self, component: str) -> Text:
        """Return what one change does; a part of a design and moved posts say it by their title."""
        kind, _, name = component.partition(":")
        if kind == "design":
            return self.designs[name].purpose
        if kind == "priority":
            return TEXTS["other_order"]
        chosen = {"service_levels": self.service_levels, "lever": self.levers}.get(kind, {}).get(name)
        return same("") if chosen is None else chosen.purpose

    # --- which plans there are ---------------------------------------------------------------------------------------

    def screened(self, *, crossed: bool) -> list[Plan]:
        """Return the plans that are played first, today's organisation before all.

        Parameters
        ----------
        crossed : bool
            Every design with every priority table and service level; else each of these by itself. Levers go on today alone.
        """
        whole = [self.whole(name) for name in self.designs]
        other = [replace(plan, priority=table) for plan in whole for table in self.priorities]
        found = [*whole, *other]
        if crossed:
            found += [replace(plan, service_levels=level) for plan in found for level in self.service_levels]
        else:
            found = [*whole, *(replace(self.today, priority=table) for table in self.priorities)]
            found += [replace(plan, service_levels=level) for plan in whole for level in self.service_levels]
        found += [replace(self.today, levers=(name,)) for name in self.levers if name not in self.on_request]
        return self.distinct([self.today, *found])

    def distinct(self, plans: Sequence[Plan]) -> list[Plan]:
        """Return the plans that can be built, each organisation once, as it is named most simply."""
        known: dict[str, Plan] = {}
        for plan in plans:
            if not self.possible(plan):
                continue
            digest = self.digest(plan)
            before = known.get(digest)
            if before is None or len(plan.components(self.today)) < len(before.components(self.today)):
                known[digest] = plan
        return list(known.values())

    def neighbours(self, plan: Plan) -> Iterator[Plan]:
        """Yield the plans that are one change away: something added, swapped or dropped, or up to two posts moved."""
        for table in self.priorities:
            yield replace(plan, priority=table)
        for level in self.service_levels:
            yield replace(plan, service_levels=level)
        for name in self.levers:
            if name in self.on_request and name not in plan.levers:
                continue
            chosen = set(plan.levers) ^ {name}
            yield replace(plan, levers=tuple(sorted(chosen)))
        for name in self.designs:
            whole = self.whole(name)
            yield replace(plan, design=name, parts=whole.parts, moved_posts=())
        for part in plan.parts:
            left = tuple(one for one in plan.parts if one != part)
            yield replace(plan, design=plan.design if left else BASELINE, parts=left, moved_posts=())
        yield from self._resized(plan)

    def _resized(self, plan: Plan) -> Iterator[Plan]:
        """Yield the plan with posts moved between its last unit and the largest other one."""
        sizes = self._sizes(plan.design)
        if len(sizes) < 2 or plan.parts != self._parts[plan.design]:
            return
        unit = list(sizes)[-1]
        partner = max((other for other in sizes if other != unit), key=lambda other: sizes[other])
        now = dict(plan.moved_posts).get(unit, 0)
        for change in range(-MOST_MOVED_POSTS, MOST_MOVED_POSTS + 1):
            if change != now:
                moved = tuple(sorted({unit: change, partner: -change}.items())) if change else ()
                yield replace(plan, moved_posts=moved)

    def _sizes(self, design: str) -> dict[str, int]:
        return balanced_sizes(self.designs[design], self.model_inputs, self.parameters, self.designs[BASELINE])

    def alone(self, plan: Plan) -> list[Plan]:
        """Return each change of a plan by itself, simplest to name first."""
        return [one for one in (self._only(plan, component) for component in self._told(plan)) if one is not None]

    def _only(self, plan: Plan, component: str) -> Plan | None:
        kind, _, name = component.partition(":")
        if kind == "design":
            return self.whole(name)
        if kind == "part":
            return replace(self.today, design=plan.design, parts=(name.partition(".")[2],))
        if kind == "priority":
            return None if name == self.today.priority else replace(self.today, priority=name)
        if kind == "service_levels":
            return replace(self.today, service_levels=name)
        return replace(self.today, levers=(name,)) if kind == "lever" else None

    def less_one(self, plan: Plan) -> list[Plan]:
        """Return a plan without each of its changes; what is dropped is then as today."""
        found = [replace(plan, levers=tuple(one for one in plan.levers if one != name)) for name in plan.levers]
        if plan.service_levels != AS_TODAY:
            found.append(replace(plan, service_levels=AS_TODAY))
        if plan.priority != self.today.priority:
            found.append(replace(plan, priority=self.today.priority))
        if plan.moved_posts:
            found.append(replace(plan, moved_posts=()))
        for part in plan.parts:
            left = tuple(one for one in plan.parts if one != part)
            found.append(replace(plan, design=plan.design if left else BASELINE, parts=left, moved_posts=()))
        if plan.design != BASELINE and not plan.parts:
            found.append(replace(plan, design=BASELINE, moved_posts=()))
        return found

    def chain(self, plan: Plan) -> list[Plan]:
        """Return the steps from today's organisation to a plan, each added to the ones before; what needs no rebuilding first."""
        step, found = self.today, [self.today]
        for change in (
            {"priority": plan.priority},
            {"service_levels": plan.service_levels},
            *({"levers": plan.levers[: number + 1]} for number in range(len(plan.levers))),
            *(
                {"design": plan.design, "parts": plan.parts[: number + 1]}
                for number in range(len(plan.parts) or (plan.design != BASELINE))
            ),
            {"moved_posts": plan.moved_posts},
        ):
            step = replace(step, **change)  # type: ignore[arg-type]
            if step != found[-1]:
                found.append(step)
        return found

    # --- what is known without a run -------------------------------------------------------------------------------

    def once_amount(self, plan: Plan) -> float:
        """Return what a plan costs once, without people and accounts that move, which a run tells."""
        on = self.design(plan).on(self.parameters)
        return on.value("transition.once_amount") + on.value("levers.once_amount")

    def per_year_amount(self, plan: Plan) -> float:
        """Return what the levers of a plan cost a year by themselves; pay of posts and bonuses come on top."""
        on = self.design(plan).on(self.parameters)
        heads = len(self.model_inputs.slots)
        tools = (on.value("money.tools_amount_per_head") - self.parameters.value("money.tools_amount_per_head")) * heads
        return on.value("levers.per_year_amount") + on.value("levers.per_head_amount") * heads + tools

    def posts(self, plan: Plan) -> float:
        """Return by how many posts a plan changes today's number."""
        return self.design(plan).on(self.parameters).value(POSTS) - self.parameters.value(POSTS)


def plan_space(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    *,
    folder: Path | None = None,
    designs: Sequence[str] = (),
    service_levels: Mapping[str, Lever | None] | None = None,
    taboos: Sequence[str] = (),
    asked_levers: Sequence[str] = (),
) -> PlanSpace:
    """Return what may be advised to a client.

    Parameters
    ----------
    folder : Path, optional
        The client's folder, whose own designs, levers and priority tables count too.
    designs : sequence of str
        Names of the designs that may be advised; empty for all there are. Today's is always among them.
    service_levels : mapping of str to Lever, optional
        Service levels besides those of today, by name.
    taboos : sequence of str
        Names of designs, priority tables, service levels and levers that are not to be looked at.
    asked_levers : sequence of str
        Levers that variants of the client name; they may be on a plan also where no search takes them by itself.
    """
    names = dict.fromkeys((BASELINE, *(designs or names_of("designs", folder))))
    loaded = {name: load_design(name, folder) for name in names if name == BASELINE or name not in taboos}
    tables = {name: load_priority_table(name, folder) for name in names_of("priorities", folder)}
    kept = loaded[BASELINE].priority_table.name
    levels = {AS_TODAY: None, **(service_levels or {})}
    distinct = distinct_designs(loaded)
    levers = {name: load_lever(name, folder) for name in lever_names(folder) if name not in taboos}
    usual = {name for name, lever in levers.items() if lever.searched and lever.priority_table is None}
    return PlanSpace(
        designs=distinct,
        by_ranks={
            name: (next(one for one, other in distinct.items() if only_ranks_differ(design, other)), table)
            for name, design in loaded.items()
            if name not in distinct and (table := design.priority_table.name) not in taboos
        },
        priorities={name: table for name, table in tables.items() if name not in taboos or name == kept},
        service_levels={name: lever for name, lever in levels.items() if name == AS_TODAY or name not in taboos},
        levers={name: lever for name, lever in levers.items() if name in usual or name in asked_levers},
        on_request=frozenset(asked_levers) & frozenset(levers) - usual,
        model_inputs=model_inputs,
        parameters=parameters,
    )
