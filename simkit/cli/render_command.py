"""`simkit render`: writes the outputs of a finished run again, in the formats that are asked for."""

from __future__ import annotations

from pathlib import Path

import click

from simkit.cli.options import NamesList, client_argument, debug_option
from simkit.cli.terminal import spoken_language
from simkit.foundation.text import Text


@click.command("render")
@client_argument
@click.option("--run", "run", metavar="RUN", default="", help="Name or folder of a run; default: the newest.")
@click.option("--formats", type=NamesList(), help="Formats, comma-separated; default: all.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="Where the files go; default: the run's folder."
)
@debug_option
def command(client: str, run: str, formats: tuple[str, ...] | None, output: Path | None, debug: bool) -> None:
    """Write the report on CLIENT again from a finished run, in other formats, without computing and without the data."""
    from simkit.intake.settings.client_folders import folder_of, project_root
    from simkit.report.outputs.output_list import FORMATS
    from simkit.report.run.render import RenderOrder, render

    folder, language = folder_of(client), spoken_language(client=client)
    order = RenderOrder(folder=folder, root=project_root(), run=run, formats=formats, output=output)
    rendered = render(order)
    if not rendered.council:
        click.echo(_WITHOUT_COUNCIL.to(language))
    for name in rendered.formats:
        click.echo(str(rendered.folder / FORMATS[name].file))


_WITHOUT_COUNCIL = Text(
    de="Das Blatt für den Betriebsrat ist nicht dabei: Der Lauf stammt von einer älteren Version und hält dafür zu wenig fest.",
    en="The works council's sheet is not among it: the run is of an older version, which keeps too little for it.",
)
