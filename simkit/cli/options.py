"""The options and arguments that more than one command has, each defined once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

MOST_JOBS = 512


def note_client(context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Remember whom the command is about, so that it speaks that client's language."""
    if isinstance(context.obj, dict):
        context.obj["client"] = value
    return value


client_argument = click.argument("client", callback=note_client)
language_option = click.option("--lang", type=click.Choice(["de", "en"]), help="Language of report and messages.")
debug_option = click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of all draws."
)
jobs_option = click.option("--jobs", type=click.IntRange(1, MOST_JOBS), help="Processes; default: all cores.")


def output_option(help: str) -> Any:
    """Return the option that names the folder for what a command writes."""
    return click.option("--output", type=click.Path(file_okay=False, path_type=Path), help=help)
