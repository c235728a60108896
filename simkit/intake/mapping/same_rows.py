"""Tells files that would count the same rows twice, such as orders beside their invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.intake.mapping.column_contents import LATEST_YEAR, Contents
from simkit.intake.mapping.proposals import TableProposal
from simkit.intake.reading.dates import read_dates
from simkit.intake.settings.schemas import TABLES

TEXTS = Catalogue.beside(__file__)
_SAME = 0.5
"""Files that share so much of their keys hold the same rows."""


def with_doubts(
    proposals: Sequence[TableProposal], contents: Mapping[str, Mapping[str, Contents]]
) -> tuple[TableProposal, ...]:
    """Return the proposals; one whose rows another one of the same table holds already is not taken without a yes.

    Parameters
    ----------
    contents : mapping
        File → heading → what it holds.
    """
    taken: list[TableProposal] = []
    ranked = sorted(proposals, key=lambda one: (not one.holds, -sum(column.certainty for column in one.columns)))
    for one in ranked:
        earlier = next((other for other in taken if _hold_the_same(other, one, contents)), None)
        doubt = TEXTS["counted_twice"].fill(file=earlier.source.label) if earlier is not None else one.doubt
        taken.append(replace(one, doubt=doubt))
    order = list(TABLES)
    return tuple(sorted(taken, key=lambda one: (order.index(one.table), one.source.label)))


def _hold_the_same(one: TableProposal, other: TableProposal, contents: Mapping[str, Mapping[str, Contents]]) -> bool:
    if one.table != other.table or not one.holds:
        return False
    if one.table == "orders" and _columns(one) != _columns(other) and _at_the_same_time(one, other, contents):
        mine, theirs = _values(one, "customer_id", contents), _values(other, "customer_id", contents)
    else:
        key = TABLES[one.table].key
        mine, theirs = _values(one, key, contents), _values(other, key, contents)
    return bool(mine and theirs) and len(mine & theirs) > _SAME * min(len(mine), len(theirs))


def _columns(proposal: TableProposal) -> frozenset[str]:
    return frozenset(column.heading for column in proposal.columns)


def _at_the_same_time(one: TableProposal, other: TableProposal, contents: Mapping[str, Mapping[str, Contents]]) -> bool:
    """Whether the orders of two files overlap in time; those of a system before and after a change do not."""
    spans = [_span(_values(proposal, "ordered_on", contents)) for proposal in (one, other)]
    if spans[0] is None or spans[1] is None:
        return False
    (first, last), (begin, end) = spans[0], spans[1]
    common = min(last, end) - max(first, begin)
    return common > _SAME * min(last - first, end - begin)


def _span(words: frozenset[str]) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    if not words:
        return None
    days = read_dates(pd.Series(sorted(words), dtype="str"), latest_year=LATEST_YEAR).values.dropna()
    return (days.min(), days.max()) if len(days) else None


def _values(proposal: TableProposal, key: str, contents: Mapping[str, Mapping[str, Contents]]) -> frozenset[str]:
    column = proposal.of(key) if key else None
    if column is None or column.key:
        return frozenset()
    return frozenset(contents[proposal.source.label][column.heading].words)
