"""The sheets of a questionnaire as data: their columns, which of them people fill in, and the words around them.

The workbook is written from these forms, and filled ones are recognised by the headings of the same forms, in whichever
language, order and place they come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import Literal

from simkit.foundation.text import Text, same
from simkit.intake.workshop import choices
from simkit.intake.workshop.value_criteria import CriteriaLibrary, ValueCriterion

Kind = Literal["label", "text", "date", "comparison", "points", "percent", "number", "choice", "rating"]
SEGMENTS = ("A", "B", "C")
TABOO_ROWS = 10
NO_UNIT = same("")


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One column of a form."""

    code: str
    label: Text
    """Heading, which must be found again when the file comes back."""
    kind: Kind = "label"
    """What is entered; ``label`` is printed and locked."""
    width: int = 16
    options: choices.Choices = field(default_factory=dict)
    """What can be chosen."""
    low: float = 0.0
    """Lowest number that may be entered."""
    high: float = 1000.0
    """Highest number that may be entered."""
    unit: Text = NO_UNIT
    """Unit of a number, which stands under the heading."""

    @property
    def asked(self) -> bool:
        """Whether people fill the column in."""
        return self.kind != "label"


@dataclass(frozen=True, kw_only=True)
class Form:
    """One sheet with one table."""

    name: str
    title: Text
    guide: tuple[Text, ...]
    """What to do, line by line."""
    fields: tuple[FormField, ...]
    rows: tuple[Mapping[str, Text], ...]
    """The printed rows: code of a column to what stands there; a column that is asked may be empty."""
    sum_to: float | None = None
    """What the asked column should add up to."""

    @property
    def asked(self) -> tuple[FormField, ...]:
        """The columns that people fill in."""
        return tuple(one for one in self.fields if one.asked)

    @property
    def keys(self) -> tuple[FormField, ...]:
        """The printed columns."""
        return tuple(one for one in self.fields if not one.asked)


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A customer who is to be rated."""

    customer_id: str
    """Number in the client's system."""
    name: str
    """Name as the client writes it."""


ABOUT_ROWS = MappingProxyType(
    {
        "client": Text(de="Kunde (nicht ändern)", en="Client (do not change)"),
        "name": Text(de="Ihr Name", en="Your name"),
        "department": Text(de="Abteilung", en="Department"),
        "date": Text(de="Datum", en="Date"),
        "missing": Text(de="Welches Kriterium fehlt?", en="Which criterion is missing?"),
    }
)
SUM = Text(de="Summe", en="Sum")
CUSTOMER_ID = FormField(code="customer_id", label=Text(de="Kundennummer", en="Customer number"), width=15)
SEGMENT = FormField(code="segment", label=Text(de="Segment", en="Segment"), width=10)


def forms(
    catalogue: CriteriaLibrary, *, customers: Sequence[Customer] = (), segments: Sequence[str] = SEGMENTS
) -> tuple[Form, ...]:
    """Return the forms of a questionnaire in the order of its sheets.

    Parameters
    ----------
    customers : sequence of Customer
        Customers to be rated; for reading none are needed.
    segments : sequence of str
        Segments to be asked about.
    """
    criteria = catalogue.criteria
    return (
        _about(),
        _pairs(criteria),
        _points(criteria),
        _swings(criteria),
        _ratings(catalogue, customers),
        _services(segments),
        _offers(segments),
        _responses(segments),
        _taboos(),
    )


def pair_order(number: int) -> list[tuple[int, int]]:
    """Return all pairs of places, neighbours first, so that the first rows alone link all criteria."""
    return sorted(
        combinations(range(number), 2), key=lambda pair: (min(pair[1] - pair[0], number - pair[1] + pair[0]), pair)
    )


def _about() -> Form:
    return Form(
        name="about",
        title=Text(de="Zur Person", en="About you"),
        guide=(
            Text(
                de="Ihr Name dient nur dazu, doppelte Fragebögen zu erkennen; beim Einlesen wird er durch ein Kürzel ersetzt.",
                en="Your name only serves to recognise a second questionnaire; it becomes a code when the file is read.",
            ),
            Text(
                de="Gezeigt wird nur, was die Gruppe sagt, eine Abteilung erst ab fünf Personen; nie, was ein Einzelner sagt.",
                en="Shown is what the group says, and a department from five people on; never what a single person says.",
            ),
        ),
        fields=(
            FormField(code="item", label=Text(de="Angabe", en="Item"), width=30),
            FormField(code="entry", label=Text(de="Ihre Angabe", en="Your entry"), kind="text", width=40),
        ),
        rows=tuple({"item": label} for label in ABOUT_ROWS.values()),
    )


def _pairs(criteria: Sequence[ValueCriterion]) -> Form:
    left = FormField(code="left", label=Text(de="Kriterium links", en="Criterion on the left"), width=28)
    right = FormField(code="right", label=Text(de="Kriterium rechts", en="Criterion on the right"), width=28)
    answer = FormField(
        code="comparison",
        label=Text(de="Was ist wichtiger?", en="Which is more important?"),
        kind="comparison",
        width=42,
        options=choices.COMPARISONS,
    )
    return Form(
        name="pairs",
        title=Text(de="Paarvergleich", en="Pairs"),
        guide=(
            Text(
                de="Wählen Sie je Zeile, welches Kriterium einen Kunden wertvoller macht und wie viel mehr.",
                en="Choose in each row which criterion makes a customer more valuable, and by how much.",
            ),
            Text(
                de="Was Sie nicht vergleichen können, lassen Sie leer. Wenn die Zeit knapp ist: die ersten Zeilen genügen, "
                f"mindestens bis Zeile {len(criteria)} der Liste.",
                en="Leave empty what you cannot compare. If time is short the first rows are enough, "
                f"at least down to row {len(criteria)} of the list.",
            ),
        ),
        fields=(left, answer, right),
        rows=tuple({"left": criteria[i].label, "right": criteria[j].label} for i, j in pair_order(len(criteria))),
    )


def _points(criteria: Sequence[ValueCriterion]) -> Form:
    return Form(
        name="points",
        title=Text(de="Punkte", en="Points"),
        guide=(
            Text(
                de="Verteilen Sie 100 Punkte: je wichtiger ein Kriterium, desto mehr Punkte.",
                en="Share out 100 points: the more important a criterion, the more points.",
            ),
        ),
        fields=(
            FormField(code="criterion", label=Text(de="Kriterium", en="Criterion"), width=26),
            FormField(code="meaning", label=Text(de="Gemeint ist", en="What is meant"), width=56),
            FormField(
                code="points",
                label=Text(de="Punkte (Summe 100)", en="Points (sum 100)"),
                kind="points",
                width=14,
                high=100.0,
            ),
        ),
        rows=tuple({"criterion": one.label, "meaning": one.meaning} for one in criteria),
        sum_to=100.0,
    )


def _swings(criteria: Sequence[ValueCriterion]) -> Form:
    return Form(
        name="swing",
        title=Text(de="Sprünge", en="Swings"),
        guide=(
            Text(
                de="Denken Sie an einen Kunden, der überall am schlechten Ende steht. Welchen Sprung vom schlechten zum guten "
                "Ende hätten Sie zuerst gern? Er bekommt 100.",
                en="Think of a customer who stands at the bad end everywhere. Which step from the bad to the good end would "
                "you like first? It gets 100.",
            ),
            Text(
                de="Die anderen Sprünge im Verhältnis dazu: 50 heißt halb so viel wert, 0 heißt nichts wert.",
                en="The other steps in relation to it: 50 means worth half as much, 0 means worth nothing.",
            ),
        ),
        fields=(
            FormField(code="criterion", label=Text(de="Kriterium", en="Criterion"), width=26),
            FormField(code="worst", label=Text(de="Schlechtes Ende", en="Bad end"), width=32),
            FormField(code="best", label=Text(de="Gutes Ende", en="Good end"), width=32),
            FormField(
                code="swing",
                label=Text(de="Wert des Sprungs (0–100)", en="Worth of the step (0–100)"),
                kind="points",
                width=14,
                high=100.0,
            ),
        ),
        rows=tuple({"criterion": one.label, "worst": one.worst, "best": one.best} for one in criteria),
    )


def _ratings(catalogue: CriteriaLibrary, customers: Sequence[Customer]) -> Form:
    return Form(
        name="ratings",
        title=Text(de="Kunden", en="Customers"),
        guide=(
            Text(
                de="Noten von 1 (gar nicht) bis 5 (in hohem Maß); „weiß nicht“ ist eine gute Antwort.",
                en="Marks from 1 (not at all) to 5 (very much); “don't know” is a good answer.",
            ),
        ),
        fields=(
            CUSTOMER_ID,
            FormField(code="customer", label=Text(de="Kunde", en="Customer"), width=34),
            *(
                FormField(
                    code=one.rated_as, label=one.label, kind="rating", width=15, options=choices.RATINGS, low=1, high=5
                )
                for one in catalogue.ratings
            ),
        ),
        rows=tuple({"customer_id": same(one.customer_id), "customer": same(one.name)} for one in customers),
    )


def _services(segments: Sequence[str]) -> Form:
    return Form(
        name="services",
        title=Text(de="Betreuung", en="Service"),
        guide=(
            Text(
                de="A sind die wertvollsten Kunden, C die am wenigsten wertvollen. Was soll jedes Segment künftig bekommen?",
                en="A are the most valuable customers, C the least valuable. What should each segment get in future?",
            ),
        ),
        fields=(
            SEGMENT,
            FormField(
                code="contacts_per_year", label=Text(de="Kontakte", en="Contacts"), kind="number", width=13, high=365,
                unit=Text(de="je Jahr", en="per year"),
            ),
            FormField(code="channel", label=Text(de="Hauptkanal", en="Main channel"), kind="choice", width=24,
                  options=choices.CHANNELS),
            FormField(
                code="response_h", label=Text(de="Antwort innerhalb von", en="Answer within"), kind="number", width=15,
                high=2000, unit=Text(de="Arbeitsstunden", en="working hours"),
            ),
            FormField(code="bespoke", label=Text(de="Sonderanfertigung", en="Bespoke orders"), kind="choice", width=18,
                  options=choices.YES_NO),
            FormField(code="price_policy", label=Text(de="Preispolitik", en="Price policy"), kind="choice", width=38,
                  options=choices.PRICE_POLICIES),
        ),
        rows=tuple({"segment": same(name)} for name in segments),
    )  # fmt: skip


def _offers(segments: Sequence[str]) -> Form:
    return Form(
        name="offers",
        title=Text(de="Angebote", en="Offers"),
        guide=(
            Text(
                de="Welche Angebote und Leistungen passen zu jedem Segment, und welche hören wir dort auf? "
                "Mehrere mit Komma trennen.",
                en="Which offers and services fit each segment, and which do we stop there? Separate several by commas.",
            ),
        ),
        fields=(
            SEGMENT,
            FormField(code="offers", label=Text(de="Passende Angebote", en="Fitting offers"), kind="text", width=52),
            FormField(code="stops", label=Text(de="Damit hören wir auf", en="What we stop"), kind="text", width=52),
        ),
        rows=tuple({"segment": same(name)} for name in segments),
    )


def _responses(segments: Sequence[str]) -> Form:
    today = Text(de="% von heute", en="% of today")
    return Form(
        name="responses",
        title=Text(de="Wirkung", en="Response"),
        guide=(
            Text(
                de="Heute sind Umsatz und Betreuung je 100 %. Wie viel Umsatz bliebe nach drei Jahren, wenn die Betreuung "
                "anders wäre?",
                en="Today sales and care are 100% each. How much of the sales would be left after three years if care were "
                "different?",
            ),
            Text(
                de="Die letzte Spalte: ab welcher Betreuung bringt mehr nichts mehr (150 heißt anderthalbmal so viel)?",
                en="The last column: from which level of care does more bring nothing (150 means one and a half times today's)?",
            ),
        ),
        fields=(
            SEGMENT,
            _percent("sales_at_none", "Umsatz ohne Betreuung", "Sales without care", today),
            _percent("sales_at_half", "Umsatz bei halber Betreuung", "Sales at half the care", today),
            _percent(
                "sales_at_more",
                "Umsatz bei anderthalbfacher Betreuung",
                "Sales at one and a half times the care",
                today,
            ),
            _percent("sales_at_most", "Umsatz bei beliebig viel Betreuung", "Sales at as much care as you like", today),
            _percent(
                "saturation_effort",
                "Mehr Betreuung bringt nichts ab",
                "More care brings nothing from",
                today,
                low=100.0,
            ),
        ),
        rows=tuple({"segment": same(name)} for name in segments),
    )


def _percent(code: str, de: str, en: str, unit: Text, low: float = 0.0) -> FormField:
    return FormField(code=code, label=Text(de=de, en=en), kind="percent", width=21, low=low, high=500.0, unit=unit)


def _taboos() -> Form:
    return Form(
        name="taboos",
        title=Text(de="Tabus", en="Taboos"),
        guide=(
            Text(
                de="Was darf nicht angetastet werden? Kunden mit Kundennummer, Mitarbeiter mit Personalnummer "
                "(sie wird zum Kürzel), Themen in Worten.",
                en="What must not be touched? Customers by customer number, employees by personnel number "
                "(it becomes a code), topics in words.",
            ),
        ),
        fields=(
            FormField(code="kind", label=Text(de="Art", en="Kind"), kind="choice", width=16, options=choices.TABOO_KINDS),
            FormField(code="subject", label=Text(de="Wer oder was", en="Who or what"), kind="text", width=46),
            FormField(code="protection", label=Text(de="Was gilt", en="What holds"), kind="choice", width=34,
                  options=choices.PROTECTIONS),
        ),
        rows=tuple({} for _ in range(TABOO_ROWS)),
    )  # fmt: skip
