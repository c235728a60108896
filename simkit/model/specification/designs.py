"""Organisation designs: units, routes, ranks and parameters as data, composed of a base and switches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.paths import template
from simkit.foundation.text import Text
from simkit.intake.settings.yaml_lines import read_yaml
from simkit.model.specification.design_files import (
    DISCRETIONARY,
    WORK_KINDS,
    compose,
    composition_problems,
    fallback_of,
    file_problems,
    files_of,
    parts_of,
)
from simkit.model.specification.levers import Lever, lever_contradictions, put_on
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.model.specification.overrides import OverrideFile, names_of, raise_first, scaled, text_at
from simkit.model.specification.priority_tables import PriorityTable, load_priority_table

__all__ = [
    "DISCRETIONARY", "WORK_KINDS", "Design", "Route", "UnitSpec", "default_designs", "design_names", "load_design",
    "shipped_designs_that_set",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class UnitSpec:
    """One unit of a design."""

    name: str
    title: Text
    owners: bool = True
    """Work of a customer goes to the customer's owner in the unit; else one queue, and who begins a case keeps it."""
    specialist: bool = False
    """Coordination takes the specialists' effort."""
    builds: bool = False
    """Blocks time for building modules."""
    ranks_as_order: bool = False
    """All its work ranks with orders."""
    prefer_ability: bool = False
    """Takes the ablest posts instead of the next ones."""
    size: int | None = None
    """Posts; None sizes it by the hours balance."""
    resize: int = 0
    """Posts more or fewer than that, for the scan around the balance."""
    fallback: str | None = None
    """Unit that takes over the work while this one has no posts, or when work has waited too long in it."""
    fallback_after_h: float = math.inf
    """Office hours of waiting after which it does; infinity: only while there are no posts."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """Which unit does a kind of work; None stands for all."""

    unit: str
    work: str | None = None
    order_class: int | None = None
    segment: int | None = None

    def fits(self, work: str, order_class: int, segment: int) -> bool:
        """Tell whether the route is for this work."""
        return self.work in (None, work) and self.order_class in (None, order_class) and self.segment in (None, segment)


@dataclass(frozen=True, kw_only=True)
class Design:
    """An organisation: who does what, in which order, with which parameters."""

    name: str
    """Name of its file, with the switches behind it when not all are on."""
    title: Text
    purpose: Text
    """What people call it; what it is for and what it costs."""
    units: tuple[UnitSpec, ...]
    """In the order in which the posts fill them."""
    routes: tuple[Route, ...]
    """The first that fits counts."""
    priority_table: PriorityTable
    help_after_h: float
    """Office hours after which colleagues of a unit take over work from a full queue."""
    discretionary: tuple[str, ...]
    """What a freed hour does, in this order."""
    override: Mapping[str, float] = field(default_factory=dict)
    scale: Mapping[str, float] = field(default_factory=dict)
    """Parameters that the design sets, and parameters that it multiplies by a factor."""
    switches: tuple[str, ...] = ()
    """Names of the parts that are on, in the stated order."""
    switch_titles: Mapping[str, Text] = field(default_factory=dict)
    switch_labels: Mapping[str, Text] = field(default_factory=dict)
    """What people call each part the file has, on or off, and the short form that charts and sentences take."""
    folder: Path | None = None
    levers: tuple[Lever, ...] = ()
    """What is done besides, in the stated order."""

    def on(self, parameters: ParameterSet) -> ParameterSet:
        """Return the parameter set in which this design holds: its parameters first, then those of its levers."""
        provenance = Provenance(kind="design", source=self.name.split("[+")[0])
        parameter_set = parameters.patch(self.override, provenance)
        return put_on(self.levers, scaled(parameter_set, self.scale, provenance))

    def unit_for(self, work: str, order_class: int, segment: int) -> str:
        """Return the unit that does a kind of work."""
        return next(route.unit for route in self.routes if route.fits(work, order_class, segment))

    def with_switches(self, switches: Iterable[str]) -> Design:
        """Return the same design with only some of its parts on, in the stated order; its levers stay.

        Raises
        ------
        ConfigError
            For a switch that the design does not have.
        """
        bare = load_design(self.name.split("[")[0], self.folder, switches=tuple(switches))
        return bare.with_levers(self.levers)

    def with_levers(self, levers: Iterable[Lever]) -> Design:
        """Return the same design with more levers on it, named "stretched_t[+lean+coaching]".

        Raises
        ------
        ConfigError
            If a lever is there twice or contradicts another.
        """
        mix = (*self.levers, *levers)
        raise_first(lever_contradictions(mix, self.name))
        if not mix:
            return self
        bare = self.name.replace(_label(self.levers), "") if self.levers else self.name
        tables = [lever.priority_table for lever in mix if lever.priority_table is not None]
        return replace(
            self, name=bare + _label(mix), levers=mix, priority_table=tables[0] if tables else self.priority_table
        )

    def resized(self, changes: Mapping[str, int]) -> Design:
        """Return the design with posts moved: more in some units, fewer in others, relative to the hours balance."""
        units = tuple(replace(unit, resize=changes.get(unit.name, 0)) for unit in self.units)
        label = ",".join(f"{name}{change:+d}" for name, change in sorted(changes.items()))
        return replace(self, name=f"{self.name}[{label}]", units=units)


def _label(levers: Iterable[Lever]) -> str:
    return f"[{''.join(f'+{lever.name}' for lever in levers)}]"


def design_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all designs, shipped and the client's own."""
    return names_of("designs", folder)


@cache
def default_designs() -> tuple[str, ...]:
    """Return the names of the designs that are compared where none are chosen, today's organisation first."""
    return tuple(str(name) for name in read_yaml(template(".", "study.yaml")).content["designs"])


def shipped_designs_that_set(parameters: str) -> tuple[str, ...]:
    """Return the names of the shipped designs that set a parameter whose path begins so, such as "channel."."""
    return tuple(
        name
        for name in design_names()
        if any(parameter.startswith(parameters) for parameter in load_design(name).override)
    )


@cache
def todays_design() -> Design:
    """Return the shipped design that stands for today's organisation, read once."""
    return load_design("baseline")


def load_design(name: str, folder: Path | None = None, *, switches: tuple[str, ...] | None = None) -> Design:
    """Read one design and compose it of its base and its switches.

    Parameters
    ----------
    name : str
        Name of the file.
    folder : Path, optional
        The client's folder, whose own designs go before the shipped ones.
    switches : tuple of str, optional
        Parts that are on; default all.

    Raises
    ------
    ConfigError
        For an unknown design, switch, key, unit, kind of work, class or segment, work that nobody does, or a circle.
    """
    files = files_of(name, folder)
    whole = compose(files, switches)
    raise_first(problem for file in files for problem in file_problems(file))
    raise_first(composition_problems(whole, folder))
    parts = parts_of(files[-1])
    complete = set(whole.chosen) == set(parts)
    return Design(
        name=name if complete else f"{name}[{'+'.join(whole.chosen)}]",
        title=text_at(whole.source, "title"),
        purpose=text_at(whole.source, "purpose"),
        units=tuple(_unit(unit, entry.value, whole.units) for unit, entry in whole.units.items()),
        routes=tuple(_route(entry.value) for entry in whole.routes),
        priority_table=load_priority_table(str(whole.whole["priority_table"].value), folder),
        help_after_h=float(whole.whole["help_after_h"].value),
        discretionary=tuple(whole.whole["discretionary"].value),
        override={parameter: entry.value for parameter, entry in whole.parameters.items()},
        scale={parameter: entry.value for parameter, entry in whole.factors.items()},
        switches=whole.chosen,
        switch_titles={part: text_at(whole.source, "switches", part, "title") for part in parts},
        switch_labels={part: _short_title(whole.source, part) for part in parts},
        folder=folder,
    )


def _short_title(source: OverrideFile, part: str) -> Text:
    own = source.content["switches"][part]
    return text_at(source, "switches", part, "short_title" if "short_title" in own else "title")


def _unit(name: str, spec: Mapping[str, Any], units: Iterable[str]) -> UnitSpec:
    return UnitSpec(
        name=name,
        title=Text(de=str(spec["title"]["de"]).strip(), en=str(spec["title"]["en"]).strip()),
        owners=spec.get("assignment", "owner") == "owner",
        specialist=bool(spec.get("specialist", False)),
        builds=bool(spec.get("builds", False)),
        ranks_as_order=spec.get("ranks_as") == "order",
        prefer_ability=spec.get("prefer") == "highest_ability",
        size=spec.get("size"),
        fallback=fallback_of(spec, units),
        fallback_after_h=float(spec.get("fallback_after_h", math.inf)),
    )


def _route(spec: Mapping[str, Any]) -> Route:
    return Route(
        unit=spec["unit"],
        work=spec.get("work"),
        order_class=CLASSES.index(spec["class"]) if "class" in spec else None,
        segment=SEGMENTS.index(spec["segment"]) if "segment" in spec else None,
    )
