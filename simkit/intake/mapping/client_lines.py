"""Writes what is proposed as the tables of client.yaml, with a mark behind each line that says how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Language, Text
from simkit.intake.mapping.proposals import SURE, ColumnProposal, TableProposal, ValueProposal, with_all_values
from simkit.intake.settings.schemas import TABLES
from simkit.intake.vocabulary.person_names import KnownNames

TEXTS = Catalogue.beside(__file__)
MOSTLY = 0.5
"""So many rows of a file have to name a row of another one for both to be lines and their heads."""
MARK_AT = 58
"""The marks stand below each other from this place on, where the lines are not longer."""


@dataclass(frozen=True, kw_only=True)
class Writing:
    """How the lines are written."""

    language: Language
    names: KnownNames
    """Names of persons that stand in the files; a heading that holds one is not shown."""

    def mark(self, certainty: float, preset: str, doubt: Text) -> str:
        """Return the mark behind a line that holds."""
        if certainty >= SURE:
            text = TEXTS["sure_by"].fill(preset=preset) if preset else TEXTS["sure"]
        else:
            text = TEXTS["likely"].fill(certainty=self.share(certainty))
        return self.with_doubt(text, doubt)

    def with_doubt(self, text: Text, doubt: Text) -> str:
        """Return a mark with what a person should look at."""
        more = doubt.to(self.language)
        return f"{text.to(self.language)}: {more}" if more else text.to(self.language)

    def share(self, certainty: float) -> str:
        """Return how sure something is, between 0 and 1, as the language writes it."""
        return f"{certainty:.2f}".replace(".", "," if self.language == "de" else ".")


def scalar(value: object) -> str:
    """Return a value as YAML writes it in one line."""
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10**9, sort_keys=False).strip()[
        1:-1
    ]


def table_lines(proposals: Sequence[TableProposal], writing: Writing) -> list[str]:
    """Return the lines of all tables; those that do not hold as they are, as comments.

    Parameters
    ----------
    proposals : sequence
        In the order in which they are written.
    """
    lines: list[str] = []
    for table in TABLES:
        of_table = [one for one in proposals if one.table == table]
        holding = [one for one in of_table if one.holds]
        if holding:
            lines += ["", *_indented(_holding(table, holding, writing), 1)]
        for together in _open_together(of_table):
            lines += ["", *(f"  # {line}".rstrip() for line in _open(table, together, of_table, writing))]
    return lines


def _open_together(of_table: Sequence[TableProposal]) -> list[list[TableProposal]]:
    """Return what does not hold: files that lack columns as one table, for its name may stand once; each other one alone.

    Heads and their lines are no two files of one table: each stands alone.
    """
    lacking = [one for one in of_table if not one.holds and not one.doubt.en]
    lines = [one for one in lacking if _heads_of(one, of_table) is not None]
    apart = {id(one) for lines_of in lines for one in (lines_of, _heads_of(lines_of, of_table))}
    alone = [[one] for one in of_table if not one.holds and (one.doubt.en or id(one) in apart)]
    together = [one for one in lacking if id(one) not in apart]
    return [together, *alone] if together else alone


def _heads_of(lines: TableProposal, of_table: Sequence[TableProposal]) -> TableProposal | None:
    """Return the file that holds the heads of the lines in another one."""
    return next((one for one in of_table if _are_heads_of(one, lines)), None)


def _open(
    table: str, proposals: Sequence[TableProposal], of_table: Sequence[TableProposal], writing: Writing
) -> Iterator[str]:
    """Yield a table as comments, and first why it does not hold."""
    if proposals[0].doubt.en:
        yield TEXTS["open_table_doubt"].fill(doubt=proposals[0].doubt).to(writing.language)
    else:
        columns = ", ".join(dict.fromkeys(ours for one in proposals for ours in one.open_columns))
        yield TEXTS["open_table"].fill(table=table, columns=columns).to(writing.language)
    heads = _heads_of(proposals[0], of_table)
    if heads is not None:
        yield TEXTS["heads_and_lines"].fill(file=heads.source.label).to(writing.language)
        yield f"  join: {scalar(_join_of(heads, proposals[0]))}"
    yield from _holding(table, proposals, writing)


def _are_heads_of(heads: TableProposal, lines: TableProposal) -> bool:
    """Whether each key of one file stands once in it, and several times in the other, which it completes."""
    key = TABLES[lines.table].key
    mine, theirs = (lines.of(key), heads.of(key)) if key else (None, None)
    if heads is lines or mine is None or theirs is None or mine.key or theirs.key or not heads.source.header:
        return False
    repeated, single = (
        one.source.cells(column.heading).astype(str).str.strip() for one, column in ((lines, mine), (heads, theirs))
    )
    known = repeated.isin(set(single) - {""}).mean()
    return bool(single.is_unique and not repeated.is_unique and known > MOSTLY and _join_of(heads, lines)["columns"])


def _join_of(heads: TableProposal, lines: TableProposal) -> dict[str, Any]:
    """Return the rule that puts what lines lack beside them; columns that hold names of persons are left to a person."""
    key = TABLES[lines.table].key
    mine, theirs = lines.of(key), heads.of(key)
    if mine is None or theirs is None:
        return {}
    brought = {
        one.ours: one.heading
        for one in heads.columns
        if one.rule is None and not one.key and not one.names and lines.of(one.ours) is None
    }
    return {"file": heads.source.name, "on": {mine.heading: theirs.heading}, "columns": brought}


def _holding(table: str, proposals: Sequence[TableProposal], writing: Writing) -> Iterator[str]:
    bodies = [list(_body(one, writing)) for one in proposals]
    same = all(_rules(body) == _rules(bodies[0]) for body in bodies)
    yield f"{table}:{_comment(f'{table}:', TABLES[table].label.to(writing.language))}"
    if len(proposals) == 1 or same:
        files = [one.source.name for one in proposals]
        yield f"  file: {scalar(files[0] if len(files) == 1 else files)}"
        yield from _indented(list(_body(with_all_values(proposals), writing)), 1)
    else:
        yield "  file:"
        for one, body in zip(proposals, bodies, strict=True):
            yield f"    - file: {scalar(one.source.name)}"
            yield from _indented(body, 3)
    if any(one.lines for one in proposals):
        yield _line("  lines: true", TEXTS["lines"].to(writing.language))


def _rules(body: Sequence[str]) -> list[str]:
    """Return what the lines say, without marks and without values, which files of one form may differ in."""
    said = [line.partition("  #")[0].rstrip() for line in body if not line.lstrip().startswith("#")]
    return said[: said.index("values:")] if "values:" in said else said


def _indented(lines: Iterator[str] | Sequence[str], depth: int) -> list[str]:
    return [f"{'  ' * depth}{line}" for line in lines]


def _line(said: str, mark: str) -> str:
    return f"{said}{_comment(said, mark)}"


def _comment(said: str, mark: str) -> str:
    return f"{' ' * max(MARK_AT - len(said), 2)}# {mark}"


def _body(proposal: TableProposal, writing: Writing) -> Iterator[str]:
    yield from _reading(proposal, writing)
    yield from _columns(proposal, writing)
    yield from _operations(proposal, writing)
    yield from _joins(proposal, writing)
    if proposal.sign is not None:
        column, minus = proposal.sign
        said = f"sign: {scalar({'column': column, 'minus': list(minus)})}"
        yield _line(said, writing.mark(SURE, proposal.preset, TEXTS["negative"]))
    if proposal.constants:
        yield _line(
            f"constants: {scalar(dict(proposal.constants))}", writing.mark(SURE, proposal.preset, TEXTS["all_rows"])
        )
    yield from _values(proposal, writing)
    yield from _left(proposal, writing)


def _reading(proposal: TableProposal, writing: Writing) -> Iterator[str]:
    source = proposal.source
    sure = TEXTS["sure"].to(writing.language)
    for key in ("sheet", "encoding", "delimiter"):
        if (value := getattr(source, key)) is not None:
            yield _line(f"{key}: {scalar(value)}", sure)
    if source.skip_rows:
        text = TEXTS["rows_above"].fill(row=source.skip_rows + (1 if source.header else 0))
        yield _line(f"skip_rows: {source.skip_rows}", writing.with_doubt(TEXTS["sure"], text))
    if not source.header:
        yield _line("header: false", writing.with_doubt(TEXTS["sure"], TEXTS["units_below"]))
    conditions: dict[str, list[str | None]] = {head: list(values) for head, values in proposal.where_not.items()}
    if source.footers and source.footer:
        needed = [one.heading for one in proposal.columns if one.holds and one.heading in source.footer]
        head = (needed or list(source.footer))[0]
        conditions.setdefault(head, []).append("")
    if conditions:
        said = scalar({source.written(head): values for head, values in conditions.items()})
        doubt = TEXTS["rows_below"].fill(count=source.footers) if source.footers else TEXTS["rows_not_counted"]
        yield _line(f"where_not: {said}", writing.mark(SURE, proposal.preset, doubt))


def _columns(proposal: TableProposal, writing: Writing) -> Iterator[str]:
    plain = [one for one in proposal.columns if one.rule is None and one.join is None and not one.key]
    if not plain:
        return
    yield "columns:" if any(_stands(one, proposal) for one in plain) else "# columns:"
    for one in plain:
        said = f"  {one.ours}: {scalar(proposal.source.written(one.heading))}"
        heading = _shown(one.heading, writing) if not proposal.source.header else ""
        yield _marked(said, one, proposal, writing, heading)
    for ours in proposal.open_columns:
        if proposal.of(ours) is None:
            yield _line(f"  # {ours}: …", TEXTS["open_column"].to(writing.language))


def _shown(heading: str, writing: Writing) -> str:
    return heading if not writing.names.are_in(heading) else ""


def _stands(one: ColumnProposal, proposal: TableProposal) -> bool:
    """Whether a line is no comment: it holds, or its table is a comment for want of it and holds with it.

    Names of persons stay a comment until a person has said yes.
    """
    return one.holds or (one.ours in proposal.open_columns and not one.names)


def _marked(said: str, one: ColumnProposal, proposal: TableProposal, writing: Writing, heading: str = "") -> str:
    """Return a line with its mark; one that does not hold as a comment."""
    behind = f" ({heading})" if heading else ""
    if one.holds:
        certainty = max(one.certainty, SURE) if one.agreed else one.certainty
        preset = proposal.preset if one.join is None else ""
        return _line(said, writing.mark(certainty, preset, one.doubt) + behind)
    written = said if _stands(one, proposal) else _commented(said)
    if one.names:
        return _line(written, TEXTS["open_names"].to(writing.language) + behind)
    text = TEXTS["open_likely"].fill(certainty=writing.share(one.certainty))
    return _line(written, writing.with_doubt(text, one.doubt) + behind)


def _commented(said: str) -> str:
    """Return a line as a comment, so that it stands right when its "# " is removed."""
    bare = said.lstrip()
    return f"{' ' * (len(said) - len(bare))}# {bare}"


def _joins(proposal: TableProposal, writing: Writing) -> Iterator[str]:
    for one in proposal.columns:
        if one.join is not None:
            yield _marked(f"join: {scalar(dict(one.join))}", one, proposal, writing)


def _operations(proposal: TableProposal, writing: Writing) -> Iterator[str]:
    for part, chosen in (
        ("compute", [one for one in proposal.columns if one.rule is not None]),
        ("key", [one for one in proposal.columns if one.key]),
    ):
        if not chosen:
            continue
        yield f"{part}:" if any(_stands(one, proposal) for one in chosen) else f"# {part}:"
        for one in chosen:
            written: object = list(one.key) if one.key else _numbered(one.rule, proposal)
            yield _marked(f"  {one.ours}: {scalar(written)}", one, proposal, writing)
    yield from _key_hint(proposal, writing)


def _key_hint(proposal: TableProposal, writing: Writing) -> Iterator[str]:
    """Yield the compound key that orders without a number may have, as a comment: customer, day and amounts."""
    if proposal.table != "orders" or "order_id" not in proposal.open_columns or proposal.of("order_id") is not None:
        return
    wanted = ("customer_id", "ordered_on", "value_amount", "cost_amount")
    found = [one for ours in wanted if (one := proposal.of(ours)) is not None and not one.names]
    if len(found) > 1:
        parts = scalar([proposal.source.written(one.heading) for one in found])
        yield _line(f"# key: {{order_id: {parts}}}", TEXTS["open_key"].to(writing.language))


def _numbered(rule: Any, proposal: TableProposal) -> object:
    """Return an operation with columns as client.yaml names them: by number where the file has no headings to name."""
    if proposal.source.header:
        return rule
    if isinstance(rule, Mapping):
        return {
            key: value if key in {"unit", "part_of_date"} else _numbered(value, proposal) for key, value in rule.items()
        }
    if isinstance(rule, list):
        return [_numbered(one, proposal) for one in rule]
    return str(proposal.source.written(rule)) if rule in proposal.source.headings else rule


def _values(proposal: TableProposal, writing: Writing) -> Iterator[str]:
    holding = {one.ours for one in proposal.columns if one.holds}
    spoken = [one for one in proposal.values if one.ours in holding]
    if not spoken:
        return
    yield "values:" if any(one.known for one in spoken) else "# values:"
    for one in spoken:
        yield f"  {one.ours}:" if one.known else f"  # {one.ours}:"
        yield from _value_lines(one, proposal.preset, writing)


def _value_lines(one: ValueProposal, preset: str, writing: Writing) -> Iterator[str]:
    nothing = Text(de="", en="")
    for word, (ours, certainty) in one.known.items():
        yield _line(
            f"    {scalar(word)}: {scalar(ours)}", writing.mark(certainty, preset if certainty > SURE else "", nothing)
        )
    for word, count in one.unknown.items():
        yield _line(f"    # {scalar(word)}: …", TEXTS["open_value"].fill(count=count).to(writing.language))
    if one.hidden:
        text = TEXTS["open_sentences"] if one.sentences else TEXTS["open_hidden"]
        yield f"    # {text.fill(count=one.hidden).to(writing.language)}"


def _left(proposal: TableProposal, writing: Writing) -> Iterator[str]:
    shown = [head for head in proposal.not_taken if not writing.names.are_in(head)]
    if shown:
        yield f"# {TEXTS['left'].fill(columns=', '.join(shown)).to(writing.language)}"
