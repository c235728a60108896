"""Organisation designs: units, routes, ranks and leaves as data, composed of a base and switches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from simkit.foundation.errors import ConfigError
from simkit.foundation.parameters import Parameters, Provenance
from simkit.foundation.text import Text, did_you_mean
from simkit.model.overlays import check_keys, names_of, read_overlay, text_of
from simkit.model.parameters import CLASSES, SEGMENTS
from simkit.model.ranks import RankTable, load_rank_table

WORK_KINDS: tuple[str, ...] = (
    "lead",
    "opportunity",
    "feasibility",
    "entry",
    "coordination",
    "confirmation",
    "service",
    "care",
)
DISCRETIONARY: tuple[str, ...] = ("extra_contact", "prospecting", "module_building", "nothing")
PATCH_KEYS = ("title", "units", "routes", "rank_table", "help_after_h", "discretionary", "set")
UNIT_KEYS = ("title", "assignment", "specialist", "builds", "ranks_as", "prefer", "size")


@dataclass(frozen=True, kw_only=True)
class UnitSpec:
    """One unit of a design.

    Parameters
    ----------
    name : str
        Its key in the file.
    title : Text
        What people call it.
    owners : bool
        Work of a customer goes to the customer's owner in the unit; else one queue, and who begins a case keeps it.
    specialist : bool
        Coordination takes the specialists' effort.
    builds : bool
        Blocks time for building modules.
    ranks_as_order : bool
        All its work ranks with orders.
    prefer_ability : bool
        Takes the ablest posts instead of the next ones.
    size : int, optional
        Posts; None sizes it by the hours balance.
    resize : int
        Posts more or fewer than that, for the scan around the balance.
    """

    name: str
    title: Text
    owners: bool = True
    specialist: bool = False
    builds: bool = False
    ranks_as_order: bool = False
    prefer_ability: bool = False
    size: int | None = None
    resize: int = 0


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
    """An organisation: who does what, in which order, with which leaves.

    Parameters
    ----------
    name : str
        Name of its file, with the switches behind it when not all are on.
    title, purpose : Text
        What people call it; what it is for and what it costs.
    units : tuple of UnitSpec
        In the order in which the posts fill them.
    routes : tuple of Route
        The first that fits counts.
    rank_table : RankTable
        Who is served first.
    help_after_h : float
        Office hours after which colleagues of a unit take over work from a full queue.
    discretionary : tuple of str
        What a freed hour does, in this order.
    overlay : mapping of str to float
        Leaves that the design sets.
    switches : tuple of str
        Names of the parts that are on, in the stated order.
    """

    name: str
    title: Text
    purpose: Text
    units: tuple[UnitSpec, ...]
    routes: tuple[Route, ...]
    rank_table: RankTable
    help_after_h: float
    discretionary: tuple[str, ...]
    overlay: Mapping[str, float] = field(default_factory=dict)
    switches: tuple[str, ...] = ()
    switch_titles: Mapping[str, Text] = field(default_factory=dict)
    folder: Path | None = None

    def on(self, parameters: Parameters) -> Parameters:
        """Return the tree in which this design holds."""
        return parameters.patch(self.overlay, Provenance(kind="design", source=self.name))

    def unit_for(self, work: str, order_class: int, segment: int) -> str:
        """Return the unit that does a kind of work."""
        return next(route.unit for route in self.routes if route.fits(work, order_class, segment))

    def with_switches(self, switches: Iterable[str]) -> Design:
        """Return the same design with only some of its parts on, in the stated order.

        Raises
        ------
        ConfigError
            For a switch that the design does not have.
        """
        return load_design(self.name.split("[")[0], self.folder, switches=tuple(switches))

    def resized(self, changes: Mapping[str, int]) -> Design:
        """Return the design with posts moved: more in some units, fewer in others, relative to the hours balance."""
        units = tuple(replace(unit, resize=changes.get(unit.name, 0)) for unit in self.units)
        label = ",".join(f"{name}{change:+d}" for name, change in sorted(changes.items()))
        return replace(self, name=f"{self.name}[{label}]", units=units)


def design_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all designs, shipped and the client's own."""
    return names_of("designs", folder)


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
        For an unknown design, switch, key, unit, kind of work, class or segment, or work that nobody does.
    """
    content, file = read_overlay("designs", name, folder)
    check_keys(content, ("base", "purpose", "switches", *PATCH_KEYS), str(file))
    parts: Mapping[str, Any] = content.get("switches") or {}
    for switch in switches or ():
        if switch not in parts:
            raise ConfigError(
                Text(de=f"„{name}“ hat keinen Teil „{switch}“.", en=f"'{name}' has no switch '{switch}'."),
                str(file),
                did_you_mean(switch, parts),
            )
    chosen = tuple(parts) if switches is None else switches
    layers = [content, *(parts[part] for part in parts if part in chosen)]
    if "base" in content:
        base, base_file = read_overlay("designs", content["base"], folder)
        check_keys(base, ("purpose", *PATCH_KEYS), str(base_file))
        layers.insert(0, base)
    merged = _merged(layers, str(file))
    complete = set(chosen) == set(parts)
    return _design(merged, content, name if complete else f"{name}[{'+'.join(chosen)}]", chosen, parts, file, folder)


def _merged(layers: list[Mapping[str, Any]], where: str) -> dict[str, Any]:
    units: dict[str, Any] = {}
    routes: list[Any] = []
    leaves: dict[str, float] = {}
    rest: dict[str, Any] = {}
    for layer in layers:
        check_keys(layer, ("base", "purpose", "switches", *PATCH_KEYS), where)
        units |= layer.get("units") or {}
        routes = [*(layer.get("routes") or []), *routes]  # what comes later is more specific and is asked first
        leaves |= layer.get("set") or {}
        rest |= {key: layer[key] for key in ("rank_table", "help_after_h", "discretionary") if key in layer}
    gone = {unit for unit, spec in units.items() if spec is None}
    return {
        "units": {unit: spec for unit, spec in units.items() if spec is not None},
        "routes": [route for route in routes if route.get("unit") not in gone],
        "set": leaves,
        **rest,
    }


def _design(
    merged: Mapping[str, Any],
    content: Mapping[str, Any],
    name: str,
    chosen: tuple[str, ...],
    parts: Mapping[str, Any],
    file: Path,
    folder: Path | None,
) -> Design:
    units = tuple(_unit(unit, spec, f"{file}: units.{unit}") for unit, spec in merged["units"].items())
    routes = tuple(_route(route, {unit.name for unit in units}, str(file)) for route in merged["routes"])
    _check_complete(routes, str(file))
    discretionary = tuple(merged["discretionary"])
    for entry in discretionary:
        if entry not in DISCRETIONARY:
            raise ConfigError(
                Text(de=f"Unbekannte freie Arbeit „{entry}“.", en=f"Unknown discretionary work '{entry}'."),
                str(file),
                did_you_mean(entry, DISCRETIONARY),
            )
    return Design(
        name=name,
        title=text_of(content.get("title"), f"{file}: title"),
        purpose=text_of(content.get("purpose"), f"{file}: purpose"),
        units=units,
        routes=routes,
        rank_table=load_rank_table(merged["rank_table"], folder),
        help_after_h=float(merged["help_after_h"]),
        discretionary=discretionary,
        overlay=merged["set"],
        switches=chosen,
        switch_titles={part: text_of(parts[part].get("title"), f"{file}: {part}") for part in parts},
        folder=folder,
    )


def _unit(name: str, spec: Mapping[str, Any], where: str) -> UnitSpec:
    check_keys(spec, UNIT_KEYS, where)
    return UnitSpec(
        name=name,
        title=text_of(spec.get("title"), f"{where}.title"),
        owners=spec.get("assignment", "owner") == "owner",
        specialist=bool(spec.get("specialist", False)),
        builds=bool(spec.get("builds", False)),
        ranks_as_order=spec.get("ranks_as") == "order",
        prefer_ability=spec.get("prefer") == "highest_ability",
        size=spec.get("size"),
    )


def _route(spec: Mapping[str, Any], units: set[str], where: str) -> Route:
    check_keys(spec, ("unit", "work", "class", "segment"), f"{where}: routes")
    for key, choices in (("unit", units), ("work", WORK_KINDS), ("class", CLASSES), ("segment", SEGMENTS)):
        value = spec.get(key)
        if value is not None and value not in choices:
            raise ConfigError(
                Text(de=f"Unbekannt: {key} „{value}“.", en=f"Unknown {key} '{value}'."),
                f"{where}: routes",
                did_you_mean(str(value), choices),
            )
    return Route(
        unit=spec["unit"],
        work=spec.get("work"),
        order_class=CLASSES.index(spec["class"]) if "class" in spec else None,
        segment=SEGMENTS.index(spec["segment"]) if "segment" in spec else None,
    )


def _check_complete(routes: tuple[Route, ...], where: str) -> None:
    for work in WORK_KINDS:
        for order_class, class_name in enumerate(CLASSES):
            for segment, segment_name in enumerate(SEGMENTS):
                if not any(route.fits(work, order_class, segment) for route in routes):
                    raise ConfigError(
                        Text(
                            de=f"Niemand macht „{work}“ für {class_name}, {segment_name}.",
                            en=f"Nobody does '{work}' for {class_name}, {segment_name}.",
                        ),
                        f"{where}: routes",
                        Text(de="Ergänzen Sie eine Route.", en="Add a route."),
                    )
