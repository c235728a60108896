"""`simkit demo`: copies the demo client to a folder where simkit can be tried."""

from __future__ import annotations

from pathlib import Path

import click

from simkit.cli.options import SettingsCommand, debug_option
from simkit.cli.terminal import spoken_language
from simkit.foundation.errors import UsageError
from simkit.foundation.paths import CLIENTS, DEMO_FILES, shipped, workspace
from simkit.foundation.text import Language, Text


@click.command("demo", cls=SettingsCommand, settings=("lang",))
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@debug_option
def command(folder: Path | None, lang: Language | None, debug: bool) -> None:
    """Copy the demo client to client_data/demo in FOLDER (default: the workspace you are in, else here), to try simkit on it."""
    copy_demo(folder, lang or spoken_language())


def copy_demo(folder: Path | None, language: Language) -> None:
    """Copy the demo client to ``client_data/demo`` in a folder, and tell the next command.

    Parameters
    ----------
    folder : Path or None
        Made if it does not exist; None takes the present workspace, or the present folder where there is none.

    Raises
    ------
    UsageError
        If the folder holds a demo client already.
    """
    import shutil

    from simkit.intake.settings.client_folders import DEMO, make_workspace

    root = folder or workspace() or Path.cwd()
    target = root / CLIENTS / DEMO
    if target.exists():
        raise UsageError(_THERE, str(target), _ELSEWHERE)
    source = shipped(CLIENTS, DEMO)
    make_workspace(root)
    for file in (file for pattern in DEMO_FILES for file in sorted(source.glob(pattern))):
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    click.echo(str(target))
    if folder is None and root.resolve() != Path.cwd().resolve():
        click.echo(_ABOVE.fill(folder=root).to(language))
    if workspace() != root.resolve():
        click.echo(_CHANGE.fill(folder=f'"{root}"' if " " in str(root) else root).to(language))
    click.echo(_NEXT.to(language))


_THERE = Text(de="Der Demo-Kunde liegt schon dort.", en="The demo client is there already.")
_ELSEWHERE = Text(
    de="Nichts wurde überschrieben. simkit run demo rechnet ihn; simkit demo ORDNER legt ihn in einem anderen Ordner an.",
    en="Nothing was overwritten. simkit run demo makes its report; simkit demo FOLDER copies it to another folder.",
)
_ABOVE = Text(
    de="Dieser Ordner liegt im Arbeitsordner {folder}; in einen eigenen kopiert simkit demo ORDNER, hier simkit demo .",
    en="This folder lies in the workspace {folder}; simkit demo FOLDER copies into one of its own, here simkit demo .",
)
_CHANGE = Text(de="Wechseln Sie in den Ordner: cd {folder}", en="Change to the folder: cd {folder}")
_NEXT = Text(de="Als Nächstes: simkit run demo", en="Next: simkit run demo")
