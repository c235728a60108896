"""Finds tables that name a customer where the list of customers has numbers, and joins the number to the name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.intake.mapping.column_contents import Contents
from simkit.intake.mapping.proposals import ColumnProposal, TableProposal

TEXTS = Catalogue.beside(__file__)
_MOST, _FEW = 0.7, 0.3
"""Shares of values that stand among the names, and at most among the numbers."""
_UNIQUE = 0.98
_READ_SO = ("sheet", "encoding", "delimiter")


def with_numbers(
    proposals: Sequence[TableProposal], contents: Mapping[str, Mapping[str, Contents]]
) -> list[TableProposal]:
    """Return the proposals; where customers are named, their number is joined from the list of customers.

    Parameters
    ----------
    contents : mapping
        File → heading → what it holds.
    """
    lists = [one for one in proposals if one.table == "customers" and one.holds and one.source.header]
    if len(lists) != 1:
        return list(proposals)
    return [one if one.table == "customers" else _joined(one, lists[0], contents) for one in proposals]


def _joined(
    proposal: TableProposal, customers: TableProposal, contents: Mapping[str, Mapping[str, Contents]]
) -> TableProposal:
    column, number, name = proposal.of("customer_id"), customers.of("customer_id"), customers.of("name")
    if column is None or number is None or name is None or number.heading == name.heading or column.key:
        return proposal
    held = contents[customers.source.label]
    named = contents[proposal.source.label][column.heading].words
    if held[name.heading].unique < _UNIQUE or not proposal.source.header:
        return proposal
    if _share(named, held[name.heading]) < _MOST or _share(named, held[number.heading]) > _FEW:
        return proposal
    join = _join(column, number, name, customers)
    doubt = TEXTS["number_by_name"]
    changed = replace(column, join=join, certainty=max(column.certainty, 0.88), doubt=doubt)
    return replace(proposal, columns=tuple(changed if one is column else one for one in proposal.columns))


def _share(words: Sequence[str], of: Contents) -> float:
    known = frozenset(of.words)
    return sum(word in known for word in words) / max(len(words), 1)


def _join(
    column: ColumnProposal, number: ColumnProposal, name: ColumnProposal, customers: TableProposal
) -> dict[str, Any]:
    source = customers.source
    reading = {key: getattr(source, key) for key in _READ_SO if getattr(source, key) is not None}
    reading |= {"skip_rows": source.skip_rows} if source.skip_rows else {}
    on = {column.heading: name.heading}
    return {"file": source.name, **reading, "on": on, "columns": {"customer_id": number.heading}}
