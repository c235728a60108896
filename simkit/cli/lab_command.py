"""`simkit lab`: opens the notebooks in JupyterLab."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from simkit.cli.options import debug_option


@click.command("lab", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@debug_option
def command(arguments: tuple[str, ...], debug: bool) -> int:
    """Open the notebooks in JupyterLab, with its news and update checks switched off."""
    return open_lab(arguments)


def open_lab(arguments: Sequence[str]) -> int:
    """Start JupyterLab on the workspace's notebooks without its requests for news and for newer versions."""
    import subprocess

    from simkit.intake.settings.client_folders import project_root

    folder = notebooks_in(project_root())
    quiet = ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command = [sys.executable, "-m", "jupyterlab", *quiet, f"--ServerApp.root_dir={folder.parent}"]
    target = [] if arguments else [f"--LabApp.default_url=/lab/tree/{folder.name}"]
    return subprocess.call([*command, *target, *arguments])


def notebooks_in(root: Path) -> Path:
    """Return the folder of notebooks to work in; those it lacks are copied, and none that is there is touched.

    A checkout has them all; in the workspace of an installed simkit they must not be written into the installation.
    """
    import shutil

    from simkit.foundation.paths import shipped

    folder = root / "notebooks"
    folder.mkdir(exist_ok=True)
    for notebook in sorted(shipped("notebooks").glob("*.ipynb")):
        if not (folder / notebook.name).exists():
            shutil.copyfile(notebook, folder / notebook.name)
    return folder
