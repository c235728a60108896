"""`simkit lab`: opens the notebooks in JupyterLab."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import click

from simkit.cli.options import debug_option


@click.command("lab", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@debug_option
def command(arguments: tuple[str, ...], debug: bool) -> int:
    """Open the notebooks in JupyterLab, with its news and update checks switched off."""
    return open_lab(arguments)


def open_lab(arguments: Sequence[str]) -> int:
    """Start JupyterLab on the notebooks without its requests for news and for newer versions."""
    from simkit.report.run import notebook_folder

    quiet = ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command = [sys.executable, "-m", "jupyterlab", *quiet, f"--ServerApp.root_dir={notebook_folder().parent}"]
    target = [] if arguments else [f"--LabApp.default_url=/lab/tree/{notebook_folder().name}"]
    return subprocess.call([*command, *target, *arguments])
