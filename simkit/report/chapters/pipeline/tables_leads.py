"""The leads in the pipeline's chapter: how well score and filter tell past wins apart."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.controlling import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.value.leads.lead_filter import LeadFilter
from simkit.value.leads.lead_score import LeadScores

TEXTS = Catalogue.beside(__file__)


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
            TEXTS["lead_blocks_score_deal_won"].fill(
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
        unit=TEXTS["lead_blocks_unit"],
        source=builder.translate(TEXTS["opportunities_closed"], n=formats.number(max(numbers))),
        note=" ".join(builder.translate(part) for part in parts),
    )
    yield builder.figure("lead_yield", title, picture, title, caption)


def _filter_words(builder: ChapterBuilder, rules: LeadFilter) -> Text:
    formats = builder.style.formats
    if rules.precision is None or rules.recall is None:
        return TEXTS["filter_words_filter_lets_no"]
    return TEXTS["filter_words_filter_those_let"].fill(
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
        words = TEXTS["lead_title_words"]
        return builder.translate(words, worked=share(worked, 0), kept=share(kept, 0))
    assert isinstance(scores, LeadScores)
    half = scores.curve.iloc[(scores.curve["volume_share"] - 0.5).abs().argmin()]
    telling = scores.area.low > 0.5
    words = TEXTS["lead_title_words_better_scored_half"] if telling else TEXTS["lead_title_words_score_does_not"]
    return builder.translate(words, kept=share(half["yield_share"], 0))
