"""`simkit params`: lists the parameters of the simulation, as a table or as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from simkit.cli.options import SettingsCommand, debug_option, note_client
from simkit.cli.terminal import print_table, spoken_language
from simkit.foundation.text import Language

if TYPE_CHECKING:
    from simkit.model.specification.parameter_list import Overrides


@click.command("params", cls=SettingsCommand, settings=("lang",))
@click.argument("words", nargs=-1)
@click.option("--design", default="", help="Show them as this design sets them.")
@click.option("--scenario", "scenarios", multiple=True, help="Put this scenario on them; can be repeated.")
@click.option("--lever", "levers", multiple=True, help="Put this lever on them; can be repeated.")
@click.option(
    "--client",
    default="",
    callback=note_client,
    help="Use the designs, scenarios, levers and assumptions of this client.",
)
@click.option("--csv", "machine", is_flag=True, help="As CSV, for other programs.")
@debug_option
def command(words: tuple[str, ...], client: str, machine: bool, lang: Language | None, **options: Any) -> None:
    """List the parameters of the simulation, or those whose name, label or source holds all WORDS."""
    from simkit.intake.settings.client_folders import folder_of
    from simkit.model.specification.parameter_list import Overrides

    del options["debug"]
    overrides = Overrides(folder=folder_of(client) if client else None, **options)
    list_parameters(words, overrides, lang or spoken_language(client=client), machine=machine)


def list_parameters(words: Sequence[str], overrides: Overrides, language: Language, *, machine: bool) -> None:
    """Print the parameters of the simulation with unit, value, ranges and source, as a table or as CSV."""
    from simkit.intake.settings.euro_rate import stated_rate
    from simkit.intake.settings.former_names import present_parameter
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.model.specification.parameter_list import HEADINGS, as_csv, chosen_parameters, written_rows

    defaults = load_defaults(stated_rate(overrides.folder))
    names = [present_parameter(word, "simkit params") for word in words]
    chosen = chosen_parameters(overrides.on(defaults), names, language)
    if machine:
        click.echo(as_csv(chosen, defaults, language), nl=False)
        return
    print_table(HEADINGS, written_rows(chosen, defaults, language), language, broad=True)
