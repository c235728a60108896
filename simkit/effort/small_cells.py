"""Which splits of the hours may be shown without a cell that stands for fewer people than the minimum group.

Cells that are too small are pooled in the same way in every row of a table, and the pools follow the parameter set
activity → group → everything, so that no small cell comes out by subtracting one table from another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.effort.taxonomy import CATALOGUE, CUSTOMER, EVERYTHING, GROUPS, OTHER
from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.frames import Flags, Floats, Whole
from simkit.intake.privacy.disclosure import DOMINANT_SHARE

Units = Whole


def small_units(hours: Floats, units: Units, minimum: int, unattributed: float = 0.0) -> Flags:
    """Say which units (roles, weeks) would show a figure on fewer people than the minimum, or on one who has nearly all.

    Parameters
    ----------
    hours : array of float, shape (rows,)
        Hours in the cell; one row per person and unit.
    units : array of int, shape (rows,)
        Unit of each row, from 0.
    minimum : int
        Smallest number of people a figure may stand for.
    unattributed : float
        Hours in every unit that no known person logged; with nobody known behind them they are as private as one
        person's.

    Returns
    -------
    array of bool, shape (units,)
    """
    count = int(units.max()) + 1 if units.size else 1
    people = np.bincount(units[hours > 0], minlength=count)
    total = np.bincount(units, weights=hours, minlength=count) + unattributed
    largest = np.zeros(count)
    np.maximum.at(largest, units, hours)
    result: Flags = (total > 0) & ((people < minimum) | (largest > DOMINANT_SHARE * total))
    return result


@dataclass(frozen=True, kw_only=True)
class HoursTable:
    """The hours behind one table: activities across, units (everybody, roles, weeks) down."""

    matrix: Floats
    """Hours in the order of ``ACTIVITIES``; one row per person and unit."""
    units: Units
    """Unit of each row, from 0."""
    minimum: int
    """Smallest number of people behind any cell."""
    unattributed: Floats
    """Hours without a person, in every unit."""
    tolerance: float = 0.0
    """Share of units, in 0..1, in which a cell may be too small without being pooled; such units must then be pooled
    themselves."""

    def small(self, names: Sequence[str]) -> bool:
        """Say whether the sum over these activities is too small to be shown."""
        columns = [ACTIVITIES.index(name) for name in names]
        extra = float(self.unattributed[columns].sum())
        found = small_units(self.matrix[:, columns].sum(axis=1), self.units, self.minimum, extra)
        return bool(found.mean() > self.tolerance)

    def size(self, names: Sequence[str]) -> float:
        """Return the hours of these activities over all units."""
        return float(self.matrix[:, [ACTIVITIES.index(name) for name in names]].sum())


def shown_activities(cells: HoursTable, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the code under which each activity may be shown.

    Parameters
    ----------
    cells : HoursTable
        The hours behind the table.
    base : mapping, optional
        Codes of a table that is shown as well. The result only joins these codes further, so that the difference of
        the two tables shows no smaller cell.

    Returns
    -------
    dict
        Activity to code: its own name, ``other_<group>``, the group's name, ``other`` (several groups) or ``all``.
    """
    codes = dict(base or {name: name for name in ACTIVITIES})
    if EVERYTHING in codes.values():
        return codes
    rest = [_members(codes, [OTHER])] if OTHER in codes.values() else []
    for group in GROUPS:
        members = [name for name in ACTIVITIES if CATALOGUE[name].group == group and codes[name] != OTHER]
        if not members:
            continue
        pool = _pool([_members(codes, [code]) for code in sorted({codes[name] for name in members})], cells)
        code = group if set(pool) == set(members) else f"{OTHER}_{group}"
        codes.update(dict.fromkeys(pool, code))
        if group != CUSTOMER:
            rest.append(members)
        elif cells.small(pool):  # customer time is mixed with others only as everything
            return dict.fromkeys(codes, EVERYTHING)
    return _pool_groups(codes, rest, cells)


def _members(codes: Mapping[str, str], wanted: Sequence[str]) -> list[str]:
    return [name for name in ACTIVITIES if codes[name] in wanted]


def _pool_groups(codes: dict[str, str], groups: list[list[str]], cells: HoursTable) -> dict[str, str]:
    """Join groups where even the whole group is too small."""
    pool = _pool(groups, cells)
    if cells.small(pool):
        return dict.fromkeys(codes, EVERYTHING)
    return {name: OTHER if name in pool else code for name, code in codes.items()}


def _pool(parts: list[list[str]], cells: HoursTable) -> list[str]:
    """Return the union of all parts that are too small and of as many of the next smallest as it takes."""
    ordered = sorted(parts, key=lambda part: (cells.size(part), part))
    pool = [name for part in ordered if cells.small(part) for name in part]
    others = [part for part in ordered if not cells.small(part)]
    while others and cells.small(pool):
        pool.extend(others.pop(0))
    return pool


def closed(activities: Sequence[str], codes: Mapping[str, str], present: Sequence[str]) -> bool:
    """Say whether the sum over some activities can be read off the shown codes, so that it reveals nothing new.

    Parameters
    ----------
    activities : sequence of str
        The activities to be summed.
    codes : mapping
        Activity to shown code.
    present : sequence of str
        Activities with hours; the others cannot be revealed.
    """
    inside = {codes[name] for name in activities if name in present}
    outside = {codes[name] for name in present if name not in activities}
    return not inside & outside
