"""The leads in the pipeline's chapter: how well score and filter tell past wins apart."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.controlling import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.value.leads.lead_filter import LeadFilter
from simkit.value.leads.lead_score import LeadScores


def lead_blocks(builder: ChapterBuilder, scores: LeadScores | Missing, rules: LeadFilter | Missing) -> Iterator[Block]:
    """Yield the curve of score and filter; nothing where neither is known."""
    formats = builder.style.formats
    known = [found for found in (scores, rules) if not isinstance(found, Missing)]
    if not known:
        return
    parts, numbers = [], []
    if isinstance(scores, LeadScores):
        area = scores.area
        parts.append(
            Text(
                de="Bewertung: Eine gewonnene Chance liegt mit {x} ({low} bis {high}) vor einer anderen; 50 % wäre Zufall. "
                "Geprüft an {n} späteren Chancen, gelernt an den früheren.",
                en="Score: a deal won ranks above another with {x} ({low} to {high}); 50% would be chance. Tested on {n} later "
                "deals, taught by the earlier.",
            ).fill(
                x=formats.share(area.value, 0),
                low=formats.share(area.low, 0),
                high=formats.share(area.high, 0),
                n=formats.number(scores.tested_deals),
            )
        )
        numbers.append(scores.tested_deals)
    if isinstance(rules, LeadFilter):
        numbers.append(rules.deals)
        parts.append(_filter_words(builder, rules))
    title = _lead_title(builder, scores, rules)
    none = pd.DataFrame(columns=["conditions", "volume_share", "yield_share", "low", "high"])
    picture = draw.yield_curve(
        builder.style,
        scores.curve if isinstance(scores, LeadScores) else none,
        rules.curve if isinstance(rules, LeadFilter) else none,
    )
    caption = Caption(
        unit=Text(de="Anteile der Chancen und der Gewinne", en="Shares of deals and of wins"),
        source=builder.translate(
            Text(de="Verkaufschancen, {n} abgeschlossene", en="opportunities, {n} closed"),
            n=formats.number(max(numbers)),
        ),
        note=" ".join(builder.translate(part) for part in parts),
    )
    yield builder.figure("lead_yield", title, picture, title, caption)


def _filter_words(builder: ChapterBuilder, rules: LeadFilter) -> Text:
    formats = builder.style.formats
    if rules.precision is None or rules.recall is None:
        return Text(de="Der Filter lässt keine Chance durch.", en="The filter lets no deal through.")
    return Text(
        de="Filter: {precision} der durchgelassenen wurden gewonnen ({plow} bis {phigh}), ohne Filter {base}; er hält "
        "{recall} der Gewinne ({rlow} bis {rhigh}). Intervalle nach Wilson.",
        en="Filter: {precision} of those let through were won ({plow} to {phigh}), without a filter {base}; it keeps {recall} of "
        "the wins ({rlow} to {rhigh}). Intervals by Wilson.",
    ).fill(
        precision=formats.share(rules.precision.value, 0),
        plow=formats.share(rules.precision.low, 0),
        phigh=formats.share(rules.precision.high, 0),
        base=formats.share(rules.base.value, 0),
        recall=formats.share(rules.recall.value, 0),
        rlow=formats.share(rules.recall.low, 0),
        rhigh=formats.share(rules.recall.high, 0),
    )


def _lead_title(builder: ChapterBuilder, scores: LeadScores | Missing, rules: LeadFilter | Missing) -> str:
    share = builder.style.formats.share
    if isinstance(rules, LeadFilter):
        worked = rules.passed / rules.deals
        kept = rules.wins_passed / rules.wins if rules.wins else float("nan")
        words = Text(
            de="Der Filter lässt {worked} der Chancen durch und hält {kept} der Gewinne",
            en="The filter lets {worked} of the deals through and keeps {kept} of the wins",
        )
        return builder.translate(words, worked=share(worked, 0), kept=share(kept, 0))
    assert isinstance(scores, LeadScores)
    half = scores.curve.iloc[(scores.curve["volume_share"] - 0.5).abs().argmin()]
    telling = scores.area.low > 0.5
    words = Text(
        de="Die besser bewertete Hälfte der Chancen bringt {kept} der Gewinne",
        en="The better-scored half of the deals brings {kept} of the wins",
    ) if telling else Text(
        de="Die Bewertung trennt spätere Gewinne nicht erkennbar: Die bessere Hälfte bringt {kept} davon",
        en="The score does not visibly tell later wins apart: the better half brings {kept} of them",
    )  # fmt: skip
    return builder.translate(words, kept=share(half["yield_share"], 0))
