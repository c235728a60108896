"""What each activity of the fixed taxonomy means, what it is called, and which group it belongs to.

Every present hour belongs to exactly one activity; tables, axes, the glossary and the mapping to published benchmarks
are all derived from this one catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.text import Text

GROUPS: Mapping[str, Text] = MappingProxyType(
    {
        "customer": Text(de="Kundenzeit", en="Customer-facing"),
        "tied": Text(de="An Kundenzeit gebunden", en="Tied to customer time"),
        "internal": Text(de="Intern", en="Internal"),
        "building": Text(de="Aufbau", en="Building"),
        "idle": Text(de="Leerlauf", en="Idle"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One activity of the taxonomy.

    Parameters
    ----------
    name : str
        Code used in tables and in client.yaml.
    label : Text
        What a reader sees.
    group : str
        One of `GROUPS`.
    definition : Text
        What counts as this activity.
    """

    name: str
    label: Text
    group: str
    definition: Text


def _activity(name: str, group: str, label: Text, definition: Text) -> Activity:
    return Activity(name=name, group=group, label=label, definition=definition)


CATALOGUE: Mapping[str, Activity] = MappingProxyType(
    {
        activity.name: activity
        for activity in (
            _activity(
                "selling",
                "customer",
                Text(de="Verkaufen", en="Selling"),
                Text(
                    de="Gespräche mit Interessenten und Kunden, die auf einen Auftrag zielen: qualifizieren, "
                    "vorstellen, nachfassen, verhandeln",
                    en="Talks with prospects and customers that aim at an order: qualify, present, "
                    "follow up, negotiate",
                ),
            ),
            _activity(
                "care",
                "customer",
                Text(de="Betreuung", en="Care"),
                Text(
                    de="Geplanter Kontakt mit Bestandskunden ohne laufendes Angebot",
                    en="Planned contact with existing customers without a running offer",
                ),
            ),
            _activity(
                "service",
                "customer",
                Text(de="Kundenanfragen", en="Customer service"),
                Text(
                    de="Anfragen von Kunden beantworten, Aufträge bestätigen",
                    en="Answering customers' requests, confirming orders",
                ),
            ),
            _activity(
                "preparation",
                "tied",
                Text(de="Vorbereitung", en="Preparation"),
                Text(
                    de="Vor- und Nachbereitung von Kundengesprächen, Angebote schreiben",
                    en="Preparing and following up customer talks, writing offers",
                ),
            ),
            _activity(
                "travel",
                "tied",
                Text(de="Reisezeit", en="Travel"),
                Text(de="Fahrten zu und von Kunden", en="Journeys to and from customers"),
            ),
            _activity(
                "coordination",
                "internal",
                Text(de="Interne Abstimmung", en="Coordination"),
                Text(
                    de="Abstimmung zu einem Auftrag mit Produktion, Lieferung, Finanzen oder Recht",
                    en="Coordination of an order with production, delivery, finance or legal",
                ),
            ),
            _activity(
                "prioritisation",
                "internal",
                Text(de="Priorisierung", en="Prioritisation"),
                Text(
                    de="Besprechungen, Eskalationen, Umplanung",
                    en="Meetings, escalations, re-planning",
                ),
            ),
            _activity(
                "administration",
                "internal",
                Text(de="Verwaltung", en="Administration"),
                Text(
                    de="Auftragserfassung, Berichte, Pflege von CRM und ERP, Abrechnung",
                    en="Order entry, reports, keeping CRM and ERP up to date, expenses",
                ),
            ),
            _activity(
                "service_design",
                "building",
                Text(de="Leistungsgestaltung", en="Service design"),
                Text(
                    de="Neue Standardmodule und Angebote entwickeln",
                    en="Building new standard modules and offers",
                ),
            ),
            _activity(
                "development",
                "building",
                Text(de="Weiterbildung", en="Development"),
                Text(de="Schulung und Coaching", en="Training and coaching"),
            ),
            _activity(
                "idle",
                "idle",
                Text(de="Leerlauf", en="Idle"),
                Text(de="Anwesend ohne Aufgabe", en="Present without a task"),
            ),
        )
    }
)

FACING: tuple[str, ...] = tuple(name for name in ACTIVITIES if CATALOGUE[name].group == "customer")

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
