"""`simkit purge`: deletes what is held of a client, and says what was deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from simkit.cli.options import SettingsCommand, client_argument, debug_option
from simkit.cli.terminal import spoken_language
from simkit.foundation.text import Language, Text

if TYPE_CHECKING:
    from simkit.intake.privacy.purge import Deleted
    from simkit.intake.privacy.saved_notebooks import SavedNotebook


@click.command("purge", cls=SettingsCommand, settings=("lang",))
@client_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--runs", is_flag=True, help="Delete only what is kept between runs, such as finished simulations.")
@click.option("--force", is_flag=True, help="Needed for the demo client, which belongs to the project.")
@debug_option
def command(client: str, yes: bool, runs: bool, force: bool, lang: Language | None, debug: bool) -> None:
    """Delete everything that is held of CLIENT, or with --runs only what can be made again, and say what was deleted."""
    if runs:
        delete_kept(client, lang or spoken_language(client=client))
    else:
        delete_client(client, lang or spoken_language(client=client), yes=yes, force=force)


def delete_client(name: str, language: Language, *, yes: bool, force: bool) -> None:
    """Delete everything that is held of a client, after asking, and tell what was deleted."""
    from simkit.intake.privacy.purge import purge_client, purgeable
    from simkit.intake.privacy.saved_notebooks import saved_notebooks
    from simkit.intake.settings.client_folders import project_root

    purgeable(name, force=force)  # what cannot be deleted is reported before anybody is asked
    notebooks = saved_notebooks(name, project_root().resolve())
    if not yes:
        _tell_notebooks(notebooks, _HELD, language)
        question = Text(
            de="Alle Daten und Berichte von '{name}' endgültig löschen?",
            en="Delete all data and reports of '{name}' for good?",
        )
        click.confirm(question.fill(name=name).to(language), abort=True)
    _clear(notebooks, language)
    _tell_deleted(purge_client(name, force=force), language)


def _clear(notebooks: tuple[SavedNotebook, ...], language: Language) -> None:
    """Take the outputs out of notebooks before the client goes, since afterwards nothing tells whose they are."""
    from simkit.foundation.errors import RunError, reason_of
    from simkit.intake.privacy.saved_notebooks import clear_outputs

    for one in notebooks:
        try:
            clear_outputs(one)
        except OSError as error:
            raise RunError(_NOT_CLEARED.fill(reason=reason_of(error)), str(one.path), _NOT_CLEARED_REMEDY) from error
    _tell_notebooks(notebooks, _CLEARED, language)


def _tell_notebooks(notebooks: tuple[SavedNotebook, ...], words: Text, language: Language) -> None:
    for one in notebooks:
        click.echo(words.fill(path=one.path, outputs=one.outputs).to(language))


_HELD = Text(
    de="Ein von Hand gespeichertes Notebook enthält Ergebnisse des Kunden ({outputs} Ausgaben, werden geleert): {path}",
    en="A notebook saved by hand holds results of the client ({outputs} outputs, will be cleared): {path}",
)
_CLEARED = Text(de="Geleert: {path} ({outputs} Ausgaben)", en="Cleared: {path} ({outputs} outputs)")
_NOT_CLEARED = Text(
    de="Die Ausgaben eines Notebooks ließen sich nicht löschen: {reason}.",
    en="The outputs of a notebook could not be cleared: {reason}.",
)
_NOT_CLEARED_REMEDY = Text(
    de="Vom Kunden ist noch nichts gelöscht. Geben Sie sich das Schreibrecht, schließen Sie JupyterLab, und wiederholen Sie "
    "den Befehl.",
    en="Nothing of the client is deleted yet. Give yourself the right to write, close JupyterLab, and repeat the command.",
)


def delete_kept(name: str, language: Language) -> None:
    """Delete what is kept of a client between runs, without asking, since it can be made again."""
    from simkit.intake.privacy.purge import purge_kept

    if not (deleted := purge_kept(name)):
        click.echo(Text(de="Es ist nichts gespeichert.", en="Nothing is kept.").to(language))
    _tell_deleted(deleted, language)


def _tell_deleted(deleted: Iterable[Deleted], language: Language) -> None:
    gone = Text(de="Gelöscht: {path} ({files} Dateien, {size} kB)", en="Deleted: {path} ({files} files, {size} kB)")
    for one in deleted:
        text = gone.fill(path=one.path, files=one.files, size=f"{one.size_bytes / 1000:.0f}")
        click.echo(text.to(language))
