"""Sellers in the pipeline's chapter, as a group only: what lies with them, and whether looking efficient goes with results."""

from __future__ import annotations

from simkit.effort.efficiency import FEWEST_DEALS, Efficiency
from simkit.effort.variance_components import VarianceSplit
from simkit.foundation.catalogue import Catalogue
from simkit.report.chapters.pipeline.pipeline_words import ends
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

LEVELS = TEXTS.group("levels")


def variance_block(builder: ChapterBuilder, found: VarianceSplit) -> Block:
    """Return the table of the variance's shares."""
    formats = builder.style.formats
    shares = found.shares.assign(ends=ends(builder, found.shares, 1))
    shares["cell"] = [f"{formats.share(v, 1)} ({e})" for v, e in zip(shares["share"], shares["ends"], strict=True)]
    wide = shares.pivot(index="level", columns="outcome", values="cell")
    frame = wide.reindex([level for level in LEVELS if level in wide.index]).reset_index()
    frame = frame.assign(label=[builder.translate(LEVELS[level]) for level in frame["level"]])
    won = shares[shares["outcome"] == shares["outcome"].iloc[0]].set_index("level")["share"]
    heads = TEXTS.group("variance_block_heads")
    title = builder.translate(
        TEXTS["variance_block_title"], seller=formats.share(won["seller"], 0), rest=formats.share(won["rest"], 0)
    )
    columns = [
        TableColumn(name="label", label=TEXTS["level"]),
        *(TableColumn(name=str(name), label=heads[str(name)], write="figure") for name in heads if name in wide),
    ]
    note = TEXTS["variance_block_note"]
    source = builder.translate(
        TEXTS["variance_block_source"],
        deals=formats.number(found.deals),
        sellers=formats.number(found.sellers),
        teams=formats.number(found.teams),
    )
    return builder.table("variance_split", title, frame, columns, Caption(source=source, note=note))


FIGURES = TEXTS.group("figures")


def efficiency_block(builder: ChapterBuilder, found: Efficiency) -> Block:
    """Return the table of the correlations between figures of efficiency and results."""
    formats = builder.style.formats
    pairs = found.correlations
    apart = int(((pairs["low"] > 0) | (pairs["high"] < 0)).sum())
    none = TEXTS["efficiency_block_none"]
    some = TEXTS["efficiency_block_some"]
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
        TableColumn(name="label", label=TEXTS["figure_of_efficiency"]),
        *(
            TableColumn(name=name, label=label, write="figure")
            for name, label in TEXTS.group("results").items()
            if name in wide
        ),
    ]
    note = TEXTS["efficiency_block_note"]
    source = builder.translate(
        TEXTS["efficiency_block_source"], n=formats.number(found.sellers), deals=formats.number(FEWEST_DEALS)
    )
    title = builder.translate(some if apart else none, n=formats.number(apart), all=formats.number(len(pairs)))
    return builder.table("efficiency", title, frame, columns, Caption(source=source, note=note))
