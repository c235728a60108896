"""The second half of the chapter on service: how customers answer effort, and where the same hours bring most."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.text import Text
from simkit.report.chapters.service import figures as draw
from simkit.report.chapters.service.service_words import HOURS_YEAR, RESPONSE_ORIGINS, SEGMENT
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn
from simkit.value.service.allocation import PUBLISHED_GAINS, WARN_ABOVE
from simkit.value.service.response import ELASTICITY, PUBLISHED_ELASTICITY
from simkit.value.service.service_study import ServiceStudy

WITHOUT_HOURS = Text(
    de="Kunden mit Deckungsbeitrag ohne erfasste Stunden bleiben ohne: {n}. ",
    en="Customers with contribution but no logged hours stay without: {n}. ",
)
SHOWN_CUSTOMERS = 10


def split_blocks(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Iterator[Block]:
    """Yield curves, elasticities, the best split, a warning where the gain is too good, and the largest shifts.

    Parameters
    ----------
    builder : ChapterBuilder
        Of the chapter.
    study : ServiceStudy
        What was worked out.
    source : str
        Source line.
    """
    yield _curves(builder, study, source)
    yield _elasticities(builder, study, source)
    yield _split(builder, study, source)
    yield from _warning(builder, study)
    yield from _customers(builder, study, source)


def _curves(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Block:
    origins = {response.origin for response in study.responses.values()}
    words = {
        "answers": Text(
            de="Nach den Angaben im Workshop antwortet Segment {name} am stärksten: 10 % mehr Aufwand bringen {ten} mehr",
            en="By the workshop's answers segment {name} answers most: 10% more effort brings {ten} more",
        ),
        "history": Text(
            de="Die eigene Vergangenheit sagt: 10 % mehr Kontakte gehen mit {ten} mehr Umsatz einher",
            en="The client's own past says: 10% more contacts go with {ten} more revenue",
        ),
        "assumption": Text(
            de="Ohne Angaben und belastbare Vergangenheit gilt eine Annahme: 10 % mehr Aufwand bringen {ten} mehr",
            en="Without answers or a reliable past an assumption holds: 10% more effort brings {ten} more",
        ),
    }
    main = next(name for name in ("answers", "history", "assumption") if name in origins)
    of_it = {name: each.curve.elasticity for name, each in study.responses.items() if each.origin == main}
    strongest = max(of_it, key=lambda name: of_it[name])
    title = builder.translate(words[main], name=strongest, ten=builder.style.formats.share(of_it[strongest] * 0.1))
    caption = Caption(
        unit=Text(
            de="Absatz als Antwort auf Aufwand, beide in Prozent von heute",
            en="Sales as an answer to effort, both in per cent of today",
        ),
        source=source,
        note=_history_note(builder, study),
    )  # fmt: skip
    curves = {name: response.curve for name, response in study.responses.items()}
    return builder.figure("response_curves", title, draw.response_curves(builder.style, curves), title, caption)


def _history_note(builder: ChapterBuilder, study: ServiceStudy) -> str:
    formats = builder.style.formats
    if study.history is None:
        return builder.translate(
            Text(
                de="Die Erfassung reicht nicht, um aus der Vergangenheit zu lernen.",
                en="The log does not reach far enough to learn from the past.",
            )
        )
    found = study.history.elasticity
    start = Text(
        de="Vergangenheit: Elastizität {value} (95-%-Intervall {interval}) aus {n} Kunden, Halbzeit gegen Halbzeit (GLM). ",
        en="Past: elasticity {value} (95% interval {interval}) from {n} customers, half against half (GLM). ",
    )
    end = {
        True: Text(
            de="Das beschreibt, es beweist nicht: Wer mehr kauft, wird auch mehr angerufen.",
            en="It describes, it does not prove: who buys more is also called more.",
        ),
        False: Text(
            de="Das Intervall enthält 0 oder reicht über abnehmenden Ertrag hinaus: Daraus folgt keine Kurve.",
            en="The interval holds 0 or goes beyond diminishing returns: no curve follows from it.",
        ),
    }[study.history.usable]
    values = {
        "value": formats.number(found.value, 2),
        "interval": formats.interval(found.low, found.high, "number", 2),
        "n": formats.number(study.history.customers),
    }
    return builder.translate(start, **values) + builder.translate(end)


def _elasticities(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Block:
    translate = builder.style.translate
    frame = pd.DataFrame(
        {
            "segment": list(study.responses),
            "origin": [translate(RESPONSE_ORIGINS[each.origin]) for each in study.responses.values()],
            "people": [each.people or None for each in study.responses.values()],
            "elasticity": [each.curve.elasticity for each in study.responses.values()],
            "published": PUBLISHED_ELASTICITY,
            "bottom": [each.curve.bottom for each in study.responses.values()],
            "top": [each.curve.top for each in study.responses.values()],
            "shape": [each.curve.shape for each in study.responses.values()],
            "error": [each.error if each.origin == "answers" else None for each in study.responses.values()],
        }
    )
    columns = (
        SEGMENT,
        TableColumn(name="origin", label=Text(de="Herkunft", en="From")),
        TableColumn(name="people", label=Text(de="Personen", en="People"), write="number"),
        TableColumn(
            name="elasticity", label=Text(de="Elastizität heute", en="Elasticity today"), write="number", digits=2
        ),
        TableColumn(name="published", label=Text(de="Veröffentlicht", en="Published"), write="number", digits=2),
        TableColumn(
            name="bottom", label=Text(de="Absatz ohne Aufwand", en="Sales without effort"), write="share", digits=0
        ),
        TableColumn(name="top", label=Text(de="Absatz höchstens", en="Sales at most"), write="share", digits=0),
        TableColumn(name="shape", label=Text(de="Form c", en="Shape c"), write="number", digits=2),
        TableColumn(
            name="error", label=Text(de="Abstand zu den Angaben", en="Distance from answers"), write="share", digits=1
        ),
    )
    note = builder.translate(
        Text(
            de="Veröffentlicht: 0,34 als Mittel des persönlichen Verkaufs [P, aus zweiter Hand]. Annahme ohne Angaben: "
            "{value}, zwischen {low} und {high}. c bis 1: abnehmender Ertrag; darüber S-Form. {unanswered}",
            en="Published: 0.34 as the mean of personal selling [P, second-hand]. Assumption without answers: {value}, "
            "between {low} and {high}. c up to 1: diminishing returns; above, S-shaped. {unanswered}",
        ),
        value=builder.style.formats.number(ELASTICITY.value, 2),
        low=builder.style.formats.number(ELASTICITY.low, 2),
        high=builder.style.formats.number(ELASTICITY.high, 2),
        unanswered=_unanswered(builder, study),
    )
    title = Text(de="Wie stark Kunden auf Aufwand antworten", en="How strongly customers answer effort")
    return builder.table("elasticities", title, frame, columns, Caption(source=source, note=note))


def _unanswered(builder: ChapterBuilder, study: ServiceStudy) -> str:
    if not study.unanswered:
        return ""
    return builder.translate(
        Text(
            de="Die Angaben zu {names} ergeben keine steigende Kurve und zählen nicht.",
            en="The answers on {names} give no rising curve and do not count.",
        ),
        names=", ".join(study.unanswered),
    )


def _split(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Block:
    formats = builder.style.formats
    title = builder.translate(
        Text(
            de="Dieselben Stunden besser verteilt brächten {gain} mehr Deckungsbeitrag (95-%-Intervall {interval})",
            en="The same hours, better split, would bring {gain} more contribution (95% interval {interval})",
        ),
        gain=formats.share(study.gain.value),
        interval=formats.interval(study.gain.low, study.gain.high, "signed_share", 1),
    )
    low, high = PUBLISHED_GAINS["realignment"]
    note = builder.translate(
        Text(
            de="{amount} im Jahr. Veröffentlicht: CALLPLAN +{callplan}, Neuzuschnitt von Gebieten +{low} bis +{high} [P, aus "
            "zweiter Hand]. Bei bester Verteilung bringt die nächste Stunde überall {price}. Das Intervall sagt, was dieselbe "
            "Verteilung brächte, wenn Kunden anders antworten. Der Balken zeigt, wie weit ein Segment daneben liegen darf, "
            "wenn die übrigen den Rest teilen: Das Optimum ist flach.",
            en="{amount} a year. Published: CALLPLAN +{callplan}, realignment of territories +{low} to +{high} [P, "
            "second-hand]. At the best split the next hour brings {price} everywhere. The interval tells what the same split "
            "would bring if customers answer differently. The bar shows how far a segment may be off when the others share "
            "the rest: the optimum is flat.",
        ),
        amount=formats.money(study.gain_amount),
        callplan=formats.share(PUBLISHED_GAINS["CALLPLAN"][0]),
        low=formats.share(low, 0),
        high=formats.share(high, 0),
        price=formats.money(study.price_amount),
    )
    caption = Caption(unit=Text(de="Stunden je Jahr", en="Hours a year"), source=source, note=note)
    return builder.figure("best_split", title, draw.split(builder.style, study.split), title, caption)


def _warning(builder: ChapterBuilder, study: ServiceStudy) -> Iterator[Block]:
    if study.gain.value <= WARN_ABOVE:
        return
    yield builder.text(
        "gain_warning",
        builder.translate(
            Text(
                de="Vorsicht: {gain} sind mehr, als veröffentlichte Fälle durch Umverteilung allein erreichten (bis etwa "
                "{usual}). Prüfen Sie Angaben und Kurven, bevor danach gehandelt wird.",
                en="Caution: {gain} is more than published cases reached by reallocation alone (up to about {usual}). Check "
                "answers and curves before anybody acts on it.",
            ),
            gain=builder.style.formats.share(study.gain.value),
            usual=builder.style.formats.share(WARN_ABOVE, 0),
        ),
    )


def _customers(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Iterator[Block]:
    shown = study.customers[~study.customers["withheld"]]
    if shown.empty:
        return
    order = (shown["best_h"] - shown["hours_h"]).abs().sort_values(ascending=False, kind="stable").index
    columns = (
        TableColumn(name="customer_id", label=Text(de="Kunde", en="Customer")),
        SEGMENT,
        TableColumn(name="hours_h", label=Text(de="Stunden heute", en="Hours today"), write="number", unit=HOURS_YEAR),
        TableColumn(
            name="best_h", label=Text(de="Stunden am besten", en="Hours at best"), write="number", unit=HOURS_YEAR
        ),
        TableColumn(name="contacts", label=Text(de="Kontakte heute", en="Contacts today"), write="number", digits=1),
        TableColumn(name="best_contacts", label=Text(de="Kontakte am besten", en="Contacts at best"), write="number"),
    )
    more = int((study.customers["best_h"] > study.customers["hours_h"]).sum())
    title = builder.translate(
        Text(
            de="{more} Kunden bekämen mehr Stunden, {less} weniger: die größten Verschiebungen",
            en="{more} customers would get more hours, {less} fewer: the largest shifts",
        ),
        more=more,
        less=len(study.customers) - more,
    )
    note = builder.translate(
        Text(
            de="Eine Richtung, kein Plan: Stunden und Deckungsbeitrag eines einzelnen Kunden schwanken; verschoben wird "
            "höchstens auf die Hälfte oder das Doppelte. {without}Nur Kunden mit genügend Personen hinter den Stunden.",
            en="A direction, not a plan: hours and contribution of a single customer vary; nothing moves beyond half or double. "
            "{without}Only customers with enough people behind the hours.",
        ),
        without=WITHOUT_HOURS.fill(n=study.without_hours) if study.without_hours else "",
    )
    yield builder.table(
        "customer_split", title, shown.loc[order].head(SHOWN_CUSTOMERS), columns, Caption(source=source, note=note)
    )
