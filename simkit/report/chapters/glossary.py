"""Chapter: the glossary, derived from the catalogues of activities, factors and organisations."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.effort.taxonomy import CATALOGUE, GROUPS
from simkit.foundation.text import Text
from simkit.report.blocks import Block
from simkit.report.dossier import Dossier
from simkit.report.sheet import Note, Sheet

NAME = "glossary"
TITLE = Text(de="Begriffe", en="Glossary")


def reason_to_leave_out(dossier: Dossier) -> Text | None:
    """Return None: every report explains its words."""
    return None


def blocks(dossier: Dossier) -> Iterator[Block]:
    """Yield the chapter."""
    sheet = Sheet(chapter=NAME, look=dossier.look)
    activities = [Note(label=one.label, text=one.definition, mark=GROUPS[one.group]) for one in CATALOGUE.values()]
    yield sheet.notes("activities", activities, Text(de="Tätigkeiten", en="Activities"))
    if dossier.study is not None:
        yield sheet.notes("terms", _TERMS, Text(de="Vergleich der Organisationen", en="Comparison of organisations"))


_TERMS = (
    Note(
        label=Text(de="Vollzeitäquivalent (VZÄ)", en="Full-time equivalent (FTE)"),
        text=Text(
            de="Arbeitszeit einer Person mit voller Vertragszeit",
            en="Working time of one person with full contract hours",
        ),
    ),
    Note(
        label=Text(de="Welt", en="World"),
        text=Text(
            de="Ein ausgeloster Verlauf von Nachfrage, Abwesenheiten und Kündigungen; alle Organisationen treffen auf "
            "dieselben Welten",
            en="One drawn course of demand, absences and departures; all organisations meet the same worlds",
        ),
    ),
    Note(
        label=Text(de="95-%-Intervall", en="95% interval"),
        text=Text(
            de="Bereich, der die gesuchte Größe in 95 von 100 gleichartigen Untersuchungen enthält",
            en="Range that contains the quantity sought in 95 of 100 studies of this kind",
        ),
    ),
    Note(
        label=Text(de="Gepaarter Unterschied", en="Paired difference"),
        text=Text(
            de="Unterschied zweier Organisationen in derselben Welt; der Zufall der Nachfrage fällt dabei heraus",
            en="Difference of two organisations in the same world; the chance of demand cancels out",
        ),
    ),
    Note(
        label=Text(de="Wahrscheinlichkeit, am besten zu sein", en="Probability of being best"),
        text=Text(
            de="Wie oft eine Organisation den höchsten mittleren Gewinn hat, wenn die Welten immer neu gezogen werden",
            en="How often an organisation has the highest mean profit when the worlds are drawn again and again",
        ),
    ),
    Note(
        label=Text(de="Stretched T", en="Stretched T"),
        text=Text(
            de="Organisation mit Kundenteams je Segment vorn (Frontline), einer Einheit, die Sonderaufträge "
            "abstimmt und "
            "Standards baut (Service Design), und modularer Lieferung",
            en="Organisation with customer teams by segment in front (frontline), a unit that coordinates bespoke "
            "orders "
            "and builds standards (service design), and modular delivery",
        ),
    ),
)
