"""`simkit doctor`: checks the installation."""

from __future__ import annotations

import click

from simkit.cli.options import SettingsCommand, debug_option
from simkit.cli.terminal import spoken_language
from simkit.foundation.errors import RunError
from simkit.foundation.text import Language


@click.command("doctor", cls=SettingsCommand, settings=("lang",))
@debug_option
def command(lang: Language | None, debug: bool) -> int:
    """Check this installation: versions, folders, fonts, and whether a notebook kernel starts."""
    return examine(lang or spoken_language())


def examine(language: Language) -> int:
    """Check the installation and print what was found; return 1 when something is missing."""
    from simkit.report.run.doctor import examinations

    failed = False
    for one in examinations():
        mark = "ok " if one.passed else "!! "
        failed = failed or not one.passed
        click.echo(f"{mark}{one.what.to(language)}: {one.found.to(language)}")
    return RunError.exit_code if failed else 0
