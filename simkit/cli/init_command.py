"""`simkit init`: makes the folder of a new client, and proposes its client.yaml from a folder of exports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simkit.cli.options import SettingsCommand, client_argument, debug_option
from simkit.cli.terminal import console, print_table, spoken_language
from simkit.foundation.errors import DataError
from simkit.foundation.text import Language, Text

if TYPE_CHECKING:
    from simkit.intake.mapping.new_client import NewClient
    from simkit.intake.mapping.proposals import TableProposal


@click.command("init", cls=SettingsCommand, settings=("lang",))
@client_argument
@click.option(
    "--from",
    "exports",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Propose client.yaml from the exports in FOLDER, copy them, and check.",
)
@click.option("--yes", is_flag=True, help="With --from: ask nothing; what is open stays open.")
@debug_option
def command(client: str, exports: Path | None, yes: bool, lang: Language | None, debug: bool) -> int:
    """Make the folder of a new CLIENT from the template, or from the exports of the client."""
    language = lang or spoken_language()
    if exports is None:
        make_client(client, language)
        return 0
    return make_client_from(client, exports, language, asks=not yes and sys.stdin.isatty())


def make_client(name: str, language: Language) -> None:
    """Make a client's folder, and a workspace for it where there is none yet, and tell what comes next."""
    from simkit.foundation.paths import workspace
    from simkit.intake.settings.client_folders import init_client

    before = workspace()
    folder = init_client(name, language=language)
    if before is None:
        made = Text(de="Neuer Arbeitsordner: {folder}", en="New workspace: {folder}")
        click.echo(made.fill(folder=Path.cwd()).to(language))
    click.echo(str(folder))
    _tell_workspace(before, language)
    following = Text(
        de="Als Nächstes: die Dateien des Kunden dorthin legen, client.yaml ausfüllen, dann simkit check {name}.",
        en="Next: put the client's files there, fill in client.yaml, then simkit check {name}.",
    )
    click.echo(following.fill(name=name).to(language))


def _tell_workspace(root: Path | None, language: Language) -> None:
    """Say in which workspace the client is, where that is not the present folder."""
    if root is not None and root != Path.cwd().resolve():
        above = Text(
            de="Dieser Ordner liegt im Arbeitsordner {folder}. Soll hier ein eigener beginnen, legen Sie erst den Ordner "
            "client_data an.",
            en="This folder lies in the workspace {folder}. To begin one of its own here, make the folder client_data first.",
        )
        click.echo(above.fill(folder=root).to(language))


def make_client_from(name: str, exports: Path, language: Language, *, asks: bool) -> int:
    """Make a client from a folder of exports, show what was proposed, and check it; return the code of the check.

    Parameters
    ----------
    asks : bool
        Whether what only a person can decide is asked; else it stays open in client.yaml.
    """
    from simkit.cli.check_command import check_data
    from simkit.foundation.paths import workspace
    from simkit.intake.mapping.new_client import make_from_exports

    before = workspace()
    made = make_from_exports(name, exports, language, _ask(language) if asks else None)
    click.echo(str(made.folder / "client.yaml"))
    _tell_workspace(before, language)
    _print_proposal(made, language)
    if not made.can_be_checked:
        nothing = Text(
            de="Noch hält keine der Tabellen, die eine Diagnose braucht. Ergänzen Sie in client.yaml, was „offen“ ist, dann "
            "simkit check {name}.",
            en="None of the tables that a diagnosis needs holds yet. Fill in what is 'open' in client.yaml, then "
            "simkit check {name}.",
        )
        click.echo(nothing.fill(name=name).to(language))
        return DataError.exit_code
    return check_data(name, language)


def _ask(language: Language):  # type: ignore[no-untyped-def]
    def ask(question: Text) -> bool:
        return click.confirm(question.to(language), default=False)

    return ask


def _print_proposal(made: NewClient, language: Language) -> None:
    from simkit.intake.mapping.new_client import ignored_files

    headings = (
        Text(de="Datei", en="File"),
        Text(de="Tabelle", en="Table"),
        Text(de="Vorlage", en="Preset"),
        Text(de="Sicher", en="Sure"),
        Text(de="Bitte prüfen", en="Please check"),
        Text(de="Offen", en="Open"),
    )
    rows = [_row(one, language) for one in made.proposal.tables]
    nothing = Text(de="nicht verstanden", en="not understood").to(language)
    rows += [(one.label, nothing, "", "", "", "") for one in made.proposal.unknown]
    print_table(headings, rows, language)
    for unread in made.proposal.unread:
        for finding in unread.error.findings:
            row = _ROW.fill(row=finding.row).to(language) if finding.row is not None else ""
            said = f"{unread.name}{row}: {finding.what.to(language)} {finding.remedy.to(language)}"
            console().print(said.rstrip(), markup=False, soft_wrap=True)
    if made.proposal.ignored:
        console().print(ignored_files(made.proposal).to(language), markup=False, soft_wrap=True)


_ROW = Text(de=", Zeile {row}", en=", row {row}")
_WORD = Text(de="{count} Wort", en="{count} word")
_WORDS = Text(de="{count} Wörter", en="{count} words")


def _row(one: TableProposal, language: Language) -> tuple[str, ...]:
    from simkit.intake.mapping.proposals import SURE
    from simkit.intake.settings.schemas import TABLES

    sure = sum(column.holds and (column.certainty >= SURE or column.agreed) for column in one.columns)
    likely = sum(column.holds for column in one.columns) - sure
    columns = [column.ours for column in one.columns if not column.holds]
    still = [*columns, *(name for name in one.open_columns if name not in columns)]
    values = sum(len(value.unknown) + value.hidden for value in one.values if value.ours not in still)
    words = (_WORD if values == 1 else _WORDS).fill(count=values).to(language)
    shown = [*still, *([words] if values else []), *([one.doubt.to(language)] if one.doubt.en else [])]
    label = TABLES[one.table].label.to(language)
    return one.source.label, label, one.preset, str(sure), str(likely), ", ".join(shown)
