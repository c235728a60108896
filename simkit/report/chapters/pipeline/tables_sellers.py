"""Sellers in the pipeline's chapter, as a group only: what lies with them, and whether looking efficient goes with results."""

from __future__ import annotations

from simkit.effort.efficiency import FEWEST_DEALS, Efficiency
from simkit.effort.variance_components import VarianceSplit
from simkit.foundation.text import Text
from simkit.report.chapters.pipeline.pipeline_words import ends
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn

LEVELS = {
    "seller": Text(de="Verkäufer", en="Seller"),
    "team": Text(de="Team", en="Team"),
    "territory": Text(de="Gebiet", en="Territory"),
    "rest": Text(de="Vorgang, Kunde und Zufall", en="Deal, customer and chance"),
}


def variance_block(builder: ChapterBuilder, found: VarianceSplit) -> Block:
    """Return the table of the variance's shares."""
    formats = builder.style.formats
    shares = found.shares.assign(ends=ends(builder, found.shares, 1))
    shares["cell"] = [f"{formats.share(v, 1)} ({e})" for v, e in zip(shares["share"], shares["ends"], strict=True)]
    wide = shares.pivot(index="level", columns="outcome", values="cell")
    frame = wide.reindex([level for level in LEVELS if level in wide.index]).reset_index()
    frame = frame.assign(label=[builder.translate(LEVELS[level]) for level in frame["level"]])
    won = shares[shares["outcome"] == shares["outcome"].iloc[0]].set_index("level")["share"]
    heads = {
        "won": Text(de="Gewonnen oder verloren", en="Won or lost"),
        "value": Text(de="Wert der gewonnenen", en="Value of those won"),
    }
    title = builder.translate(
        Text(
            de="Ob ein Vorgang gewonnen wird, liegt zu {seller} am Verkäufer und zu {rest} an Vorgang, Kunde und Zufall",
            en="Whether a deal is won lies to {seller} with the seller and to {rest} with deal, customer and chance",
        ),
        seller=formats.share(won["seller"], 0),
        rest=formats.share(won["rest"], 0),
    )
    columns = [
        TableColumn(name="label", label=Text(de="Ebene", en="Level")),
        *(TableColumn(name=str(name), label=heads[str(name)], write="figure") for name in heads if name in wide),
    ]
    note = Text(
        de="Anteile an der Varianz mit 95-%-Intervall (gemischtes Modell, Profil der Likelihood; gewonnen oder nicht als "
        "lineares Wahrscheinlichkeitsmodell, Wert logarithmiert). Keine Person und kein Team wird gezeigt.",
        en="Shares of the variance with 95% interval (mixed model, profile likelihood; won or not as a linear probability model, "
        "value in logarithms). No person and no team is shown.",
    )
    source = builder.translate(
        Text(
            de="Verkaufschancen, {deals} Vorgänge, {sellers} Verkäufer, {teams} Teams",
            en="opportunities, {deals} deals, {sellers} sellers, {teams} teams",
        ),
        deals=formats.number(found.deals),
        sellers=formats.number(found.sellers),
        teams=formats.number(found.teams),
    )
    return builder.table("variance_split", title, frame, columns, Caption(source=source, note=note))


FIGURES = {
    "meetings_per_100_h": Text(de="Kundenkontakte je 100 Stunden", en="Customer contacts per 100 hours"),
    "facing_share": Text(de="Anteil der Stunden beim Kunden", en="Share of hours with customers"),
    "deals_per_100_h": Text(de="Abgeschlossene Vorgänge je 100 Stunden", en="Closed deals per 100 hours"),
}
RESULTS = {
    "win_rate": Text(de="Gewinnquote", en="Win rate"),
    "won_amount": Text(de="Gewonnener Wert je Vollzeitstelle", en="Value won per full-time post"),
}


def efficiency_block(builder: ChapterBuilder, found: Efficiency) -> Block:
    """Return the table of the correlations between figures of efficiency and results."""
    formats = builder.style.formats
    pairs = found.correlations
    apart = int(((pairs["low"] > 0) | (pairs["high"] < 0)).sum())
    none = Text(
        de="Keine Kennzahl der Effizienz geht erkennbar mit dem Ergebnis einher: alle {all} Intervalle enthalten 0",
        en="No figure of efficiency visibly goes with results: all {all} intervals hold 0",
    )
    some = Text(
        de="{n} von {all} Zusammenhängen zwischen Effizienz und Ergebnis sind von 0 zu unterscheiden",
        en="{n} of {all} links between efficiency and results can be told from 0",
    )
    cells = pairs.assign(
        cell=[
            f"{formats.number(value, 2)} ({formats.interval(low, high, 'number', 2)})"
            for value, low, high in pairs[["correlation", "low", "high"]].to_numpy(dtype=float)
        ]
    )
    wide = cells.pivot(index="efficiency", columns="result", values="cell")
    frame = wide.reindex([name for name in FIGURES if name in wide.index]).reset_index()
    frame = frame.assign(label=[builder.translate(FIGURES[name]) for name in frame["efficiency"]])
    columns = [
        TableColumn(name="label", label=Text(de="Kennzahl der Effizienz", en="Figure of efficiency")),
        *(TableColumn(name=name, label=label, write="figure") for name, label in RESULTS.items() if name in wide),
    ]
    note = Text(
        de="Rangkorrelation nach Spearman über die Verkäufer, −1 bis 1, mit 95-%-Intervall (Bonett und Wright). Ein "
        "Zusammenhang wäre noch keine Ursache; von mehreren Intervallen kann eines aus Zufall ohne die 0 sein. Keine Person "
        "wird gezeigt.",
        en="Spearman's rank correlation over the sellers, −1 to 1, with 95% interval (Bonett and Wright). A link would not yet "
        "be a cause; of several intervals one may leave out 0 by chance. No person is shown.",
    )
    source = builder.translate(
        Text(
            de="Verkaufschancen und Tätigkeiten, {n} Verkäufer mit mindestens {deals} abgeschlossenen Vorgängen",
            en="opportunities and activity log, {n} sellers with at least {deals} closed deals",
        ),
        n=formats.number(found.sellers),
        deals=formats.number(FEWEST_DEALS),
    )
    title = builder.translate(some if apart else none, n=formats.number(apart), all=formats.number(len(pairs)))
    return builder.table("efficiency", title, frame, columns, Caption(source=source, note=note))
