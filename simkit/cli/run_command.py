"""`simkit run`: makes the report on a client and tells where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simkit.cli.options import SettingsCommand, client_argument, debug_option
from simkit.cli.terminal import TerminalReporter, console
from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text, did_you_mean

if TYPE_CHECKING:
    from simkit.report.run.report_run import FinishedReport


@click.command("run", cls=SettingsCommand)
@client_argument
@click.option("--quick", is_flag=True, help="A draft: 4 replications per scenario.")
@debug_option
def command(client: str, quick: bool, debug: bool, **options: Any) -> None:
    """Make the report on CLIENT, a name or a folder: diagnosis, customer value, comparison of organisations."""
    asked = {name: value for name, value in options.items() if value is not None}
    run_client(client, asked | ({"depth": "quick"} if quick else {}))


def run_client(client: str, asked: Mapping[str, Any]) -> None:
    """Make the report on one client and tell where it is.

    Parameters
    ----------
    client : str
        Name of a client, or the path of its folder.
    asked : mapping of str to value
        The settings that were given, by name; designs without today's, changes as ``path=value``.
    """
    from simkit.intake.settings.client_folders import folder_of, project_root
    from simkit.intake.settings.client_settings import load_config
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.report.chapters.registry import CHAPTERS
    from simkit.report.run.report_run import RunOrder, run_report
    from simkit.report.run.settings_check import check_changes, parsed_changes

    folder = folder_of(client)
    root = project_root(folder)
    written = dict(asked)
    if "designs" in written:
        written["designs"] = known_designs(written["designs"], folder)
    if "chapters" in written and not written["chapters"]:
        raise UsageError(_NO_CHAPTER, "--chapters", did_you_mean("", [one.name for one in CHAPTERS]))
    settings = RunSettings.checked(written | {"changes": parsed_changes(written.get("changes", ()))})
    check_changes(settings.changes)
    language = settings.lang or load_config(folder).language
    with TerminalReporter(language) as reporter:
        result = run_report(RunOrder(folder=folder, root=root, settings=settings), reporter)
    _tell_result(result)


_NO_CHAPTER = Text(de="Es ist kein Kapitel genannt.", en="No chapter is named.")


def _tell_result(result: FinishedReport) -> None:
    language, screen = result.language, console()
    if result.headline:
        screen.print(f"\n{result.headline}", soft_wrap=True)
    for block in result.left_out:
        left_out = Text(de="Ausgelassen", en="Left out").to(language)
        end = "" if block.title.endswith(("?", "!", ".")) else "."
        screen.print(f"{left_out}: {block.title}{end} {block.content['reason']}", soft_wrap=True)
    seconds = sum(result.seconds.values())
    done = Text(de="Bericht nach {s} Sekunden:", en="Report after {s} seconds:").fill(s=f"{seconds:.0f}")
    screen.print(f"\n{done.to(language)}")
    click.echo(str(result.report))  # not through rich, which would break a long path into two lines


def known_designs(names: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Return designs, shipped or the client's own, today's organisation first.

    Raises
    ------
    UsageError
        For no name at all, or a design that does not exist; it names the nearest ones.
    """
    from simkit.model.specification.overrides import names_of

    existing = names_of("designs", folder)
    if not names:
        raise UsageError(
            Text(de="Es ist keine Organisation genannt.", en="No organisation is named."),
            "--designs",
            did_you_mean("", existing),
        )
    for name in names:
        if name not in existing:
            raise UsageError(
                Text(de=f"Die Organisation '{name}' gibt es nicht.", en=f"There is no organisation '{name}'."),
                "--designs",
                did_you_mean(name, existing),
            )
    return tuple(dict.fromkeys(("baseline", *names)))
