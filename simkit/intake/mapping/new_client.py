"""Makes the folder of a client from a folder of exports: copies what is understood, and writes its client.yaml."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import UsageError, reason_of
from simkit.foundation.text import Language, Text
from simkit.intake.findings import Finding, FindingsError
from simkit.intake.mapping.client_lines import Writing, table_lines
from simkit.intake.mapping.proposals import SURE, ColumnProposal, TableProposal
from simkit.intake.mapping.propose import FolderProposal, propose
from simkit.intake.mapping.source_tables import files_of, other_files
from simkit.intake.reading.numbers import currencies_in_heading
from simkit.intake.settings.client_folders import init_client
from simkit.intake.settings.schemas import ENOUGH_ALONE, TABLES
from simkit.intake.vocabulary.person_names import KnownNames

TEXTS = Catalogue.beside(__file__)
Ask = Callable[[Text], bool]
"""Asks a question that is answered by yes or no."""
PERIOD_CERTAINTY = 0.85
MOST_LISTED = 10
"""So many files that are not looked at are named."""
_EXAMPLES_FROM, _EXAMPLES_TO = "tables: {}", "# score:"
"""Between these lines of the template stand the examples that the proposal replaces."""


@dataclass(frozen=True, kw_only=True)
class NewClient:
    """What was made of a folder of exports."""

    folder: Path
    """The client's folder."""
    proposal: FolderProposal

    @property
    def can_be_checked(self) -> bool:
        """Whether enough tables hold for a diagnosis."""
        return any(one.holds and one.table in ENOUGH_ALONE for one in self.proposal.tables)


def make_from_exports(name: str, exports: Path, language: Language, ask: Ask | None) -> NewClient:
    """Make a client's folder from a folder of exports.

    Parameters
    ----------
    exports : Path
        Where the client's files lie; they are copied, and stay as they are.
    ask : callable or None
        Asks what only a person can decide; None asks nothing and leaves it open.

    Raises
    ------
    UsageError
        The folder is missing or holds no file of a table, or the client exists already.
    FindingsError
        No file can be understood; then no folder is made.
    """
    if exports.is_file():
        remedy = TEXTS["one_file_remedy"].fill(folder=exports.parent)
        raise UsageError(TEXTS["one_file"].fill(file=exports.name), str(exports), remedy)
    if not exports.is_dir():
        raise UsageError(TEXTS["no_exports"], str(exports), TEXTS["no_exports_remedy"])
    try:
        found = files_of(exports)
    except OSError as error:
        raise UsageError(TEXTS["no_access"].fill(reason=reason_of(error)), str(exports)) from error
    if not found:
        others = other_files(exports)
        remedy = TEXTS["others_remedy"].fill(files=_listed(others)) if others else TEXTS["no_exports_remedy"]
        raise UsageError(TEXTS["no_tables"], str(exports), remedy)
    proposal = propose(exports)
    if not proposal.tables:
        raise FindingsError([*_unusable(proposal, name)])
    if ask is not None:
        proposal = replace(proposal, tables=tuple(_asked(one, ask) for one in proposal.tables))
    folder = init_client(name, language=language)
    for one in {table.source.name: table.source for table in proposal.tables}.values():
        place = folder / one.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one.path, place)
    _write(folder / "client.yaml", proposal, language)
    return NewClient(folder=folder, proposal=proposal)


def _unusable(proposal: FolderProposal, client: str) -> Iterator[Finding]:
    """Yield why nothing can be made of each file."""
    for unread in proposal.unread:
        yield from (replace(one, file=unread.name) for one in unread.error.findings)
    for source in proposal.unknown:
        yield Finding(
            severity="blocking",
            what=TEXTS["like_none"],
            file=source.label,
            remedy=TEXTS["like_none_remedy"].fill(client=client),
        )
    if proposal.ignored:
        yield Finding(severity="blocking", what=ignored_files(proposal))


def ignored_files(proposal: FolderProposal) -> Text:
    """Return which files were not looked at."""
    return TEXTS["ignored_files"].fill(files=_listed(proposal.ignored))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_LISTED]) + (" …" if len(names) > MOST_LISTED else "")


def _asked(table: TableProposal, ask: Ask) -> TableProposal:
    """Return a table with what a person says of what cannot be decided without one."""
    columns = tuple(_asked_column(table, one, ask) for one in table.columns)
    table = replace(table, columns=columns)
    if table.doubt.en and ask(TEXTS["ask_table"].fill(file=table.source.label, doubt=table.doubt)):
        return replace(table, doubt=Text(de="", en=""))
    return table


def _asked_column(table: TableProposal, one: ColumnProposal, ask: Ask) -> ColumnProposal:
    column = TABLES[table.table].column(one.ours)
    if one.holds or not (one.names or column.required or one.ours in table.open_columns):
        return one
    key = TEXTS["ask_names"] if one.names else TEXTS["ask_column"]
    question = key.fill(file=table.source.label, heading=one.heading, label=column.label, doubt=one.doubt)
    return replace(one, agreed=ask(question))


def _write(path: Path, proposal: FolderProposal, language: Language) -> None:
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(f"{_EXAMPLES_FROM}\n")
    after = rest[rest.find(_EXAMPLES_TO) :] if _EXAMPLES_TO in rest else ""
    writing = Writing(language=language, names=proposal.names)
    lines = table_lines(proposal.tables, writing)
    head = "tables:" if proposal.tables else _EXAMPLES_FROM
    told = _told(proposal, language)
    if proposal.period is not None:
        before = re.sub(r"(?m)^# period:.*$", lambda _: _period_line(proposal, writing), before, count=1)
    if code := _currency(proposal):
        before = re.sub(r"(?m)^currency: .*$", lambda _: _currency_line(code, writing), before, count=1)
    path.write_text("\n".join([f"{before}{head}", *lines, *told, "", after]), encoding="utf-8", newline="\n")


def _period_line(proposal: FolderProposal, writing: Writing) -> str:
    first, last = proposal.period or ("", "")
    mark = writing.mark(PERIOD_CERTAINTY, "", TEXTS["period_of_orders"])
    return f"period: {{first: {first}, last: {last}}}  # {mark}"


def _currency(proposal: FolderProposal) -> str:
    """Return the one currency that the headings of all amounts name; nothing where one names none or another."""
    named = [
        currencies_in_heading(f"{column.heading} {_unit_of(table, column)}")
        for table in proposal.tables
        for column in table.columns
        if TABLES[table.table].column(column.ours).kind == "money" and table.holds and column.holds
    ]
    codes = frozenset[str]().union(*named)
    return next(iter(codes)) if len(codes) == 1 and all(named) else ""


def _unit_of(table: TableProposal, column: ColumnProposal) -> str:
    return table.source.unit(column.heading) if column.heading in table.source.headings else ""


def _currency_line(code: str, writing: Writing) -> str:
    return f"currency: {code}  # {writing.mark(SURE, '', TEXTS['currency_of_headings'])}"


def _told(proposal: FolderProposal, language: Language) -> list[str]:
    """Return what was left out, as comments."""
    names: Sequence[str] = [_safe(one.label, proposal.names) for one in proposal.unknown]
    lines = [TEXTS["unknown_file"].fill(file=name) for name in names]
    lines += [TEXTS["unread_file"].fill(file=_safe(one.name, proposal.names)) for one in proposal.unread]
    if ignored := [_safe(one, proposal.names) for one in proposal.ignored]:
        lines.append(TEXTS["ignored_files"].fill(files=_listed(ignored)))
    return ["", *(f"# {line.to(language)}" for line in lines)] if lines else []


def _safe(name: str, names: KnownNames) -> str:
    """Return the name of a file as it may be shown in client.yaml; files are the client's own and stay with it."""
    return name if not names.are_in(name) else "…" + Path(name).suffix
