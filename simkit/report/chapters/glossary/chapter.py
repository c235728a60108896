"""Chapter: the glossary, derived from the catalogues of activities, factors and organisations."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.taxonomy import CATALOGUE, GROUPS
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder, Note

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    yield builder.notes("effect", _EFFECT, TEXTS["efficiency_and_effectiveness"])
    yield builder.notes("alike", _ALIKE, TEXTS["alike"])
    activities = [Note(label=one.label, text=one.definition, mark=GROUPS[one.group]) for one in CATALOGUE.values()]
    yield builder.notes("activities", activities, TEXTS["activities"])
    if not isinstance(analysis.study, Missing):
        yield builder.notes("terms", _TERMS, TEXTS["comparison_of_organisations"])


_EFFECT = (
    Note(label=TEXTS["effect_efficiency"], text=TEXTS["effect_achieve_something_as_text"]),
    Note(label=TEXTS["effect_effectiveness"], text=TEXTS["effect_achieve_what_serves_text"]),
    Note(label=TEXTS["effect_achieve"], text=TEXTS["effect_shared_word_both_text"]),
    Note(label=TEXTS["effect_efficiency_ratio_sales"], text=TEXTS["effect_revenue_gross_contribution_text"]),
)

_ALIKE = tuple(
    Note(label=TEXTS.group("alike_terms")[name], text=text) for name, text in TEXTS.group("alike_texts").items()
)

_TERMS = (
    Note(label=TEXTS["terms_full_time_equivalent"], text=TEXTS["terms_working_time_one_text"]),
    Note(label=TEXTS["terms_replicationinputs"], text=TEXTS["terms_one_drawn_course_text"]),
    Note(label=TEXTS["terms_95_percent_interval"], text=TEXTS["terms_range_contains_quantity_text"]),
    Note(label=TEXTS["terms_paired_difference"], text=TEXTS["terms_difference_two_organisations_text"]),
    Note(label=TEXTS["terms_probability_being_best"], text=TEXTS["terms_how_often_organisation_text"]),
    Note(label=TEXTS["terms_stretched_t"], text=TEXTS["terms_organisation_customer_teams_text"]),
)
