"""Completes a proposal by what stands between its columns: day and time of day, forecasts of open deals, names for numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.intake.mapping.column_contents import Contents
from simkit.intake.mapping.column_matching import LOOKED_UP
from simkit.intake.mapping.proposals import ColumnProposal, TableProposal
from simkit.intake.mapping.value_meanings import value_meanings
from simkit.intake.settings.schemas import TABLES
from simkit.intake.vocabulary.person_names import KnownNames
from simkit.intake.vocabulary.word_lists import TakenApart, WordLists

TEXTS = Catalogue.beside(__file__)
ByHeading = Mapping[str, Contents]
_STAGES = 3
"""A column of so many open stages or more tells the client's own stages, too."""
_PERSONS = frozenset({"owner", "employee"})
_PARTS_OF_NAMES = frozenset({"first", "family", "contact", "participant"})


def completed(proposal: TableProposal, contents: Mapping[str, ByHeading], words: WordLists) -> TableProposal:
    """Return a proposal with the columns that follow from others.

    Parameters
    ----------
    contents : mapping
        File → heading → what it holds.
    words : WordLists
        The words that are known.
    """
    held = contents[proposal.source.label]
    if proposal.table == "opportunities":
        proposal = _with_forecasts(_with_own_stages(proposal, held, words), held, words)
    if proposal.table == "activities":
        proposal = _with_times(proposal, held, words)
    if proposal.table == "customers":
        proposal = _with_names_as_keys(proposal)
    if not proposal.preset:
        proposal = _with_persons(proposal, held, words)
    order = TABLES[proposal.table].names
    return replace(proposal, columns=tuple(sorted(proposal.columns, key=lambda one: order.index(one.ours))))


def _with(proposal: TableProposal, *more: ColumnProposal) -> TableProposal:
    new = {one.ours for one in more}
    kept = [one for one in proposal.columns if one.ours not in new]
    used = {one.heading for one in more} | {head for one in more for head in _headings(one)}
    left = tuple(head for head in proposal.not_taken if head not in used)
    return replace(proposal, columns=(*kept, *more), not_taken=left)


def _headings(one: ColumnProposal) -> list[str]:
    joined = (one.rule or {}).get("date_and_time", [])
    return [part for part in joined if isinstance(part, str)]


def _with_forecasts(proposal: TableProposal, held: ByHeading, words: WordLists) -> TableProposal:
    """Tell the day of a decision from its forecast: open deals have only the latter, in a column of their own or shared."""
    stage, closed, expected = (proposal.of(ours) for ours in ("stage", "closed_on", "expected_on"))
    if stage is None or (closed is None and expected is None):
        return proposal
    is_open = _is_open(proposal, stage)
    if not is_open.any() or is_open.all():
        return proposal
    dates = [head for head in proposal.not_taken if head in held and held[head].dates > 0.9]
    decided = [
        head
        for head in dates
        if _filled(proposal, head)[is_open].mean() < 0.1 < _filled(proposal, head)[~is_open].mean()
    ]
    if closed is not None and closed.rule is None and _filled(proposal, closed.heading)[is_open].mean() >= 0.5:
        proposal = _with_decision(proposal, closed, expected, is_open, decided)
    elif closed is None and expected is not None and not words.taken_apart(expected.heading).has("expected"):
        proposal = _with(proposal, replace(expected, ours="closed_on", heading=(decided or [expected.heading])[0]))
    return proposal


def _with_decision(
    proposal: TableProposal,
    closed: ColumnProposal,
    expected: ColumnProposal | None,
    is_open: pd.Series[bool],
    decided: Sequence[str],
) -> TableProposal:
    """Open deals have what was taken for the day of a decision: it is the forecast."""
    forecast = replace(closed, ours="expected_on", doubt=TEXTS["forecasts"])
    if expected is not None and _filled(proposal, expected.heading)[is_open].mean() < 0.1:
        return _with(proposal, replace(forecast, doubt=expected.doubt), replace(expected, ours="closed_on"))
    if expected is not None:
        return proposal
    if len(decided) == 1:
        return _with(proposal, forecast, replace(closed, heading=decided[0], certainty=min(closed.certainty, 0.85)))
    return _with(proposal, forecast)


def _is_open(proposal: TableProposal, stage: ColumnProposal) -> pd.Series[bool]:
    meanings = next((one.known for one in proposal.values if one.ours == "stage"), {})
    open_words = {word for word, (ours, _) in meanings.items() if ours == "open"} | {"open"}
    return proposal.source.cells(stage.heading).astype(str).str.strip().isin(open_words)


def _filled(proposal: TableProposal, heading: str) -> pd.Series[bool]:
    cells = proposal.source.cells(heading)
    return cells.notna() & (cells.astype(str).str.strip() != "")


def _with_own_stages(proposal: TableProposal, held: ByHeading, words: WordLists) -> TableProposal:
    """A column of states that names several stages tells the client's own stages, too, and the other way round."""
    stage, own = proposal.of("stage"), proposal.of("sales_stage")
    one = stage or own
    if one is None or (stage is not None and own is not None):
        return proposal
    column = TABLES["opportunities"].column("stage")
    values = value_meanings(column, held[one.heading], words, KnownNames(frozenset()))
    meanings = [words.value("stage", word)[0] for word in held[one.heading].words[:LOOKED_UP]]
    if stage is None and {"won", "lost"} & set(meanings):
        kept = tuple(value for value in proposal.values if value.ours != "stage")
        proposal = replace(_with(proposal, replace(one, ours="stage")), values=(*kept, *([values] if values else [])))
    elif stage is not None and meanings.count("open") >= _STAGES:
        proposal = _with(proposal, replace(one, ours="sales_stage"))
    return proposal


def _with_persons(proposal: TableProposal, held: ByHeading, words: WordLists) -> TableProposal:
    """The one column that holds names of persons is offered as the person, whatever it is called; it is never taken so."""
    person = "owner_id" if proposal.table == "customers" else "employee_id"
    if person not in TABLES[proposal.table].names or proposal.of(person) is not None:
        return proposal
    named = [head for head in proposal.not_taken if head in held and held[head].names]
    told = [head for head in named if words.taken_apart(head).means_one_of(_PERSONS)] or named
    if len(told) != 1 or words.taken_apart(told[0]).means_one_of(_PARTS_OF_NAMES):
        return proposal
    return _with(proposal, ColumnProposal(ours=person, heading=told[0], certainty=0.7, names=True))


def _with_times(proposal: TableProposal, held: ByHeading, words: WordLists) -> TableProposal:
    """Join a day with the time of day in a column of its own, for the beginning and for the end."""
    joined = []
    for ours, part, other in (("started_at", "start", "end"), ("ended_at", "end", "start")):
        day = _day(proposal, held, words, ours, part, other)
        if day is None or day.rule is not None:
            continue
        clock = _clock(held, words, part, other)
        if clock is not None and held[day.heading].with_time < 0.1:
            rule = {"date_and_time": [proposal.source.written(day.heading), proposal.source.written(clock)]}
            joined.append(replace(day, ours=ours, rule=rule, certainty=min(day.certainty, 0.9)))
    if not joined:
        return proposal
    clocks = {str(head) for one in joined for head in _headings(one)[1:]}
    kept = tuple(one for one in proposal.columns if one.heading not in clocks)
    return _with(replace(proposal, columns=kept), *joined)


def _day(
    proposal: TableProposal, held: ByHeading, words: WordLists, ours: str, part: str, other: str
) -> ColumnProposal | None:
    found = proposal.of(ours)
    if found is not None:
        return found if held[found.heading].dates > 0.9 else None
    heads = [head for head in proposal.not_taken if head in held and held[head].dates > 0.9]
    fitting = [head for head in heads if _is_of(words.taken_apart(head), part, other)]
    started = proposal.of("started_at")
    if fitting:
        return ColumnProposal(ours=ours, heading=fitting[0], certainty=0.9)
    # One day for both ends, where a time of the end stands alone
    return replace(started, ours=ours) if started is not None and ours == "ended_at" else None


def _clock(held: ByHeading, words: WordLists, part: str, other: str) -> str | None:
    clocks = [head for head, one in held.items() if one.clocks > 0.9]
    fitting = [head for head in clocks if _is_of(words.taken_apart(head), part, other)]
    if fitting or part == "end":
        return fitting[0] if fitting else None
    plain = [
        head for head in clocks if words.taken_apart(head).has("clock") and not _tells_end(words.taken_apart(head))
    ]
    return plain[0] if plain else None


def _tells_end(apart: TakenApart) -> bool:
    return apart.has("end") or apart.has("duration")


def _is_of(apart: TakenApart, part: str, other: str) -> bool:
    return apart.has(part) and not apart.has(other) and not apart.has("duration") and not apart.has("reminder")


def _with_names_as_keys(proposal: TableProposal) -> TableProposal:
    """A list of customers without numbers is told by its names."""
    name = proposal.of("name")
    if proposal.of("customer_id") is not None or name is None or name.names:
        return proposal
    return _with(proposal, name, replace(name, ours="customer_id", certainty=min(name.certainty, 0.85)))
