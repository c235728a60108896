"""Chapter: how firm the classes of customers are, and how many of them pay."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.classes import figures as draw
from simkit.report.chapters.value.value_words import source_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn
from simkit.value.customer_figures import period_years
from simkit.value.customers.class_robustness import FLAT_SHARE, ClassStudy, class_study, enough_segments
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.score.acceptability import FIRM
from simkit.value.score.class_stability import KEPT_SHARE
from simkit.value.score.factors import FACTORS

NAME = "classes"
REVENUE_OF_THEM = Text(de="deren Umsatzanteil", en="their share of revenue")
TITLE = Text(de="Wie fest die Klassen sind", en="How firm the classes are")


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.value
    return found if isinstance(found, Missing) else _blocks(analysis, found, builder)


def _blocks(analysis: ClientAnalysis, found: CustomerValue, builder: ChapterBuilder) -> Iterator[Block]:
    study = class_study(found, period_years(analysis.client), seed=analysis.settings.seed)
    yield _class_stability(builder, found, study)
    if len(study.stability) > 1:
        yield _stability(builder, found, study)
        yield _left_out(builder, found, study)
    yield _against_revenue(builder, found, study)
    yield from _class_count(builder, found, study)


def _class_stability(builder: ChapterBuilder, found: CustomerValue, study: ClassStudy) -> Block:
    write, share = builder.style.formats.number, builder.style.formats.share
    counts = study.firm_counts()
    top = counts.iloc[0]
    title = builder.translate(
        Text(
            de="{firm} von {all} A-Kunden bleiben A, auch wenn die Gewichte anders ausfallen; bei {open} Kunden hängt die "
            "Klasse an ihnen",
            en="{firm} of {all} A customers stay A even if the weights turn out differently; for {open} customers the class "
            "depends on them",
        ),
        firm=write(top["firm"]),
        all=write(top["customers"]),
        open=write(int((counts["customers"] - counts["firm"]).sum())),
    )
    caption = Caption(
        unit=Text(de="Kunden mit Umsatz je Klasse", en="Customers with revenue by class"),
        source=source_of(builder, found),
        note=builder.translate(
            Text(
                de="Fest: in mindestens {firm} von {draws} gezogenen Gewichtungen dieselbe Klasse (SMAA). Gezogen wird um die "
                "gewählten Gewichte; ein Gewicht von 20 % schwankt dabei um etwa ±5 Punkte (Annahme).",
                en="Firm: the same class in at least {firm} of {draws} drawn sets of weights (SMAA). They are drawn around the "
                "chosen weights; a weight of 20% then varies by about ±5 points (assumption).",
            ),
            firm=share(FIRM, 0),
            draws=write(study.draws),
        ),
    )
    return builder.figure("class_stability", title, draw.class_stability(builder.style, counts), title, caption)


def _stability(builder: ChapterBuilder, found: CustomerValue, study: ClassStudy) -> Block:
    frame = study.stability.assign(
        label=[builder.style.translate(FACTORS[name].label) for name in study.stability["factor"]]
    )
    reach = frame.assign(reach=frame["high"] - frame["low"])
    tightest = reach.sort_values("reach", kind="stable").iloc[0]
    share = builder.style.formats.share
    free = Text(
        de="Kein einzelnes Gewicht ändert die Spitze: Jedes kann zwischen 0 und 100 % liegen",
        en="No single weight changes the top: each can lie anywhere between 0 and 100%",
    )
    bound = Text(
        de="Am genauesten muss das Gewicht von „{factor}“ stimmen: zwischen {low} und {high}",
        en="The weight of '{factor}' has to be right most of all: between {low} and {high}",
    )
    values = {"factor": tightest["label"], "low": share(tightest["low"], 0), "high": share(tightest["high"], 0)}
    title = builder.translate(free if tightest["reach"] >= 1 else bound, **values)
    caption = Caption(
        unit=Text(
            de="Punkt: gewähltes Gewicht. Balken: Bereich, in dem die A-Kunden im Wesentlichen dieselben bleiben",
            en="Dot: chosen weight. Bar: range in which the A customers stay about the same",
        ),
        source=source_of(builder, found),
        note=builder.translate(
            Text(
                de="Ein Gewicht bewegt sich, die anderen behalten ihr Verhältnis; mindestens {kept} der A-Kunden bleiben A.",
                en="One weight moves, the others keep their proportions; at least {kept} of the A customers stay A.",
            ),
            kept=share(KEPT_SHARE, 0),
        ),
    )
    return builder.figure("weight_stability", title, draw.stability(builder.style, frame), title, caption)


def _left_out(builder: ChapterBuilder, found: CustomerValue, study: ClassStudy) -> Block:
    frame = study.left_out.assign(
        label=[builder.style.translate(FACTORS[name].label) for name in study.left_out["factor"]]
    )
    columns = (
        TableColumn(name="label", label=Text(de="Ohne den Faktor", en="Without the factor")),
        TableColumn(name="weight", label=Text(de="Gewicht", en="Weight"), write="share", digits=0),
        TableColumn(name="changed", label=Text(de="Kunden mit anderer Klasse", en="Customers that change class"), write="number"),
        TableColumn(name="changed_revenue_share", label=REVENUE_OF_THEM, write="share", digits=0),
        TableColumn(name="tau", label=Text(de="Kendalls Tau", en="Kendall's tau"), write="number", digits=2),
    )  # fmt: skip
    title = Text(de="Was jedes Kriterium bewegt", en="What each criterion moves")
    note = Text(
        de="Kendalls Tau vergleicht die Ranglisten mit und ohne den Faktor; 1 heißt: kein Unterschied.",
        en="Kendall's tau compares the rankings with and without the factor; 1 means no difference.",
    )
    return builder.table(
        "left_out_criteria", title, frame, columns, Caption(source=source_of(builder, found), note=note)
    )


def _against_revenue(builder: ChapterBuilder, found: CustomerValue, study: ClassStudy) -> Block:
    changes = study.against_revenue
    moved = int(changes.loc[changes["before"] != changes["after"], "customers"].sum())
    wide = changes.pivot(index="before", columns="after", values="customers").fillna(0).astype(int)
    frame, names = wide.reset_index(), [str(name) for name in wide.columns]
    columns = (
        TableColumn(name="before", label=Text(de="Klasse nach Umsatz", en="Class by revenue")),
        *(
            TableColumn(name=name, label=Text(de=f"{name} nach Wert", en=f"{name} by value"), write="number")
            for name in names
        ),
    )
    title = builder.translate(
        Text(
            de="{n} Kunden hätten nach Umsatz allein eine andere Klasse",
            en="{n} customers would have another class by revenue alone",
        ),
        n=builder.style.formats.number(moved),
    )
    note = Text(de="Anzahl Kunden.", en="Number of customers.")
    return builder.table(
        "class_by_revenue", title, frame, columns, Caption(source=source_of(builder, found), note=note)
    )


def _class_count(builder: ChapterBuilder, found: CustomerValue, study: ClassStudy) -> Iterator[Block]:
    frame, complexity = study.class_count, study.complexity
    if frame is None or complexity is None or len(frame) < 2:
        return
    enough = enough_segments(frame)
    formats = builder.style.formats
    alone = Text(
        de="Segmente tragen ihre Kosten hier nicht: Eine Behandlung für alle ist am günstigsten",
        en="Segments do not pay for themselves here: one treatment for all costs least",
    )
    some = Text(
        de="{n} Segmente genügen: Sie schöpfen {reached} dessen aus, was eine Behandlung je Kunde brächte",
        en="{n} segments are enough: they reach {reached} of what treating each customer individually would bring",
    )
    words = alone if enough["segments"] == 1 else some
    title = builder.translate(
        words, n=formats.number(enough["segments"]), reached=formats.share(enough["reached_share"], 0)
    )
    note = builder.translate(
        Text(
            de="Obergrenze: Stunden werden bestmöglich auf Segmente verteilt (Elastizität {elasticity}, Annahme zwischen 0,34 "
            "[P, aus zweiter Hand] und 0,10); ein Segment kostet {hours} Stunden im Jahr (Annahme). Veröffentlichte Gewinne aus "
            "reiner Umverteilung liegen bei 2 bis 8 % [P, aus zweiter Hand]. "
            "Genug: Weitere Segmente bringen nach Kosten weniger als {flat} mehr.",
            en="Upper limit: hours are split best between segments (elasticity {elasticity}, an assumption between 0.34 [P, "
            "second-hand] and 0.10); a segment costs {hours} hours a year (assumption). Published gains from reallocation alone "
            "are 2 to 8% [P, second-hand]. Enough: more segments add less than {flat} after their cost.",
        ),
        elasticity=formats.number(complexity.elasticity, 2),
        hours=formats.number(complexity.hours_per_segment_h),
        flat=formats.share(FLAT_SHARE, 0),
    )
    caption = Caption(
        unit=Text(
            de="Zusätzlicher Deckungsbeitrag je Jahr gegenüber einem Segment",
            en="Extra contribution a year against one segment",
        ),
        source=source_of(builder, found),
        note=note,
    )  # fmt: skip
    yield builder.figure(
        "class_count", title, draw.class_count(builder.style, frame, int(enough["segments"])), title, caption
    )
