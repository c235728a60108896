"""`simkit init`: makes the folder of a new client."""

from __future__ import annotations

from pathlib import Path

import click

from simkit.cli.options import SettingsCommand, client_argument, debug_option
from simkit.cli.terminal import spoken_language
from simkit.foundation.text import Language, Text


@click.command("init", cls=SettingsCommand, settings=("lang",))
@client_argument
@debug_option
def command(client: str, lang: Language | None, debug: bool) -> None:
    """Make the folder of a new CLIENT from the template."""
    make_client(client, lang or spoken_language())


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
    following = Text(
        de="Als Nächstes: die Dateien des Kunden dorthin legen, client.yaml ausfüllen, dann simkit check {name}.",
        en="Next: put the client's files there, fill in client.yaml, then simkit check {name}.",
    )
    click.echo(following.fill(name=name).to(language))
