"""Chapter: the glossary, derived from the catalogues of activities, factors and organisations."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.taxonomy import CATALOGUE, GROUPS
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder, Note

NAME = "glossary"
TITLE = Text(de="Begriffe", en="Glossary")


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    yield builder.notes("effect", _EFFECT, Text(de="Effizienz und Effektivität", en="Efficiency and effectiveness"))
    activities = [Note(label=one.label, text=one.definition, mark=GROUPS[one.group]) for one in CATALOGUE.values()]
    yield builder.notes("activities", activities, Text(de="Tätigkeiten", en="Activities"))
    if not isinstance(analysis.study, Missing):
        yield builder.notes("terms", _TERMS, Text(de="Vergleich der Organisationen", en="Comparison of organisations"))


_EFFECT = (
    Note(
        label=Text(de="Effizienz", en="Efficiency"),
        text=Text(
            de="Etwas mit möglichst wenig Aufwand erreichen: die Dinge richtig tun. Beispiele hier: Stunden je Auftrag, Anteil "
            "der Verwaltung, Umsatz je Euro Personalkosten im Vertrieb",
            en="To achieve something with as little waste as possible: doing things right. Examples here: hours per order, share "
            "of administration, revenue per unit of sales staff cost",
        ),
    ),
    Note(
        label=Text(de="Effektivität", en="Effectiveness"),
        text=Text(
            de="Erreichen, was dem Zweck dient: die richtigen Dinge tun. Beispiele hier: Stunden bei wertvollen Kunden, Anteil "
            "der Termine, die weiterführen, gewonnene Angebote",
            en="To achieve what serves the purpose: doing the right things. Examples here: hours with valuable customers, share "
            "of meetings that lead on, deals won",
        ),
    ),
    Note(
        label=Text(de="Erreichen", en="Achieve"),
        text=Text(
            de="Das gemeinsame Wort: Beide fragen, was erreicht wird; die Effizienz fragt, womit, die Effektivität, wozu. "
            "Schneller das Falsche zu tun, ist effizient und nicht effektiv",
            en="The shared word: both ask what is achieved; efficiency asks with what, effectiveness asks what for. Doing the "
            "wrong thing faster is efficient and not effective",
        ),
    ),
    Note(
        label=Text(de="Effizienzkennzahl des Vertriebs", en="Efficiency ratio of sales"),
        text=Text(
            de="Umsatz (brutto) oder Deckungsbeitrag (netto) geteilt durch die Personalkosten des Vertriebs im selben Zeitraum; "
            "ohne Marketing, Werkzeuge und Reisen",
            en="Revenue (gross) or contribution (net) divided by the cost of the sales staff in the same period; "
            "without marketing, tools and travel",
        ),
    ),
)

_TERMS = (
    Note(
        label=Text(de="Vollzeitäquivalent (VZÄ)", en="Full-time equivalent (FTE)"),
        text=Text(
            de="Arbeitszeit einer Person mit voller Vertragszeit",
            en="Working time of one person with full contract hours",
        ),
    ),
    Note(
        label=Text(de="Welt", en="ReplicationInputs"),
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
