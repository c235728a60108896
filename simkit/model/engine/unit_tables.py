"""The tables of an organisation: its units, who is served first in them, and who does what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from simkit.model.rules.plain_parameters import Rules
from simkit.model.rules.staffing import receiving_units
from simkit.model.run_state import Queue, RankKey, Unit
from simkit.model.specification.design_files import WORK_KINDS
from simkit.model.specification.designs import Design
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS

RANK_SCALE = 1000  # ranks of a table are spread over this scale


def units_of(design: Design, today: Design, first: int, rules: Rules) -> dict[str, Unit]:
    """Return the units of a design by name, numbered from `first`, with today's ranks for cases that follow old habit."""
    units = {
        spec.name: Unit(
            name=spec.name,
            number=first + number,
            owners=spec.owners,
            specialist=spec.specialist,
            builds=spec.builds or rules.everyone_builds,
            ranks=ranks_in_unit(design.priority_table.ranks, spec.ranks_as_order),
            old_ranks=ranks_in_unit(today.priority_table.ranks, spec.ranks_as_order),
            helped_after_h=spec.fallback_after_h,
            people=[],
            queue=Queue(),
        )
        for number, spec in enumerate(design.units)
    }
    for spec in design.units:
        if spec.fallback is not None:
            units[spec.fallback].helps.append(units[spec.name])
    return units


def ranks_in_unit(table: Mapping[RankKey, int], as_order: bool) -> Mapping[RankKey, int]:
    """Return the ranks in a unit; one that serves orders ranks all its work with them.

    Ranks are spread over one scale, so that cases of old habit and of the new way stand in one queue.
    """
    step = RANK_SCALE // (max(table.values()) + 1)
    return {key: step * (table["order", key[1], key[2]] if as_order else rank) for key, rank in table.items()}


def route_table(design: Design, seats: Sequence[str]) -> dict[tuple[str, int, int], str]:
    """Return who does what; the work of a unit without posts goes to its fallback."""
    receiving = receiving_units(design, Counter(seats))
    return {
        (work, order_class, segment): receiving[design.unit_for(work, order_class, segment)]
        for work in WORK_KINDS
        for order_class in range(len(CLASSES))
        for segment in range(len(SEGMENTS))
    }
