"""What each activity of the fixed taxonomy means, what it is called, and which group it belongs to.

Every present hour belongs to exactly one activity; tables, axes, the glossary and the mapping to published benchmarks
are all derived from this one catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.catalogue import Labels
from simkit.foundation.text import Text

LABELS = Labels(Path(__file__).with_name("activity_labels.yaml"))
GROUPS: Mapping[str, Text] = Labels(Path(__file__).with_name("group_labels.yaml"))


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One activity of the taxonomy; what it is called stands in activity_labels.yaml under the same name."""

    name: str
    """Code used in tables and in client.yaml."""
    group: str
    """One of `GROUPS`."""

    @property
    def label(self) -> Text:
        """What a reader sees."""
        return LABELS[self.name]

    @property
    def definition(self) -> Text:
        """What counts as this activity."""
        return LABELS[f"{self.name}.definition"]


_GROUP_OF = {
    "selling": "customer",
    "care": "customer",
    "service": "customer",
    "preparation": "tied",
    "travel": "tied",
    "coordination": "internal",
    "prioritisation": "internal",
    "administration": "internal",
    "service_design": "building",
    "development": "building",
    "idle": "idle",
}
CATALOGUE: Mapping[str, Activity] = MappingProxyType(
    {name: Activity(name=name, group=group) for name, group in _GROUP_OF.items()}
)

CUSTOMER = "customer"
"""Code of the group of the time with customers."""
FACING: tuple[str, ...] = tuple(name for name in ACTIVITIES if CATALOGUE[name].group == CUSTOMER)

OTHER = "other"
"""Code of the pool of groups that are too small to be shown by themselves."""
EVERYTHING = "all"
"""Code of the one pool that is left when no split can be shown."""


def group_of(name: str) -> str:
    """Return the group of an activity, or of a pool of activities made to protect small groups."""
    if name in CATALOGUE:
        return CATALOGUE[name].group
    if name in GROUPS or name in (OTHER, EVERYTHING):
        return name
    return name.removeprefix(f"{OTHER}_")


def label_of(name: str) -> Text:
    """Return what a reader sees for an activity, a group, or a pool of small groups (``other``, ``other_internal``)."""
    if name in CATALOGUE:
        return CATALOGUE[name].label
    if name == OTHER:
        return Text(de="Übriges", en="Other")
    if name == EVERYTHING:
        return Text(de="Alle Tätigkeiten", en="All activities")
    group = GROUPS[name.removeprefix(f"{OTHER}_")]
    if name in GROUPS:
        return group
    return Text(de="Übriges: {group}", en="Other: {group}").fill(group=group)
