"""`simkit export`: writes the score of the customers, ready for the client's CRM."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simkit.cli.options import SettingsCommand, client_argument, debug_option
from simkit.foundation.errors import DataError
from simkit.foundation.text import Language, Text

if TYPE_CHECKING:
    from simkit.value.customers.crm_export import CrmExport

FOLDER = "crm"
NO_SALES_REMEDY = Text(
    de="orders oder opportunities mit customer_id liefern.", en="Give orders or opportunities with customer_id."
)


@click.command("export", cls=SettingsCommand, settings=("seed", "output", "lang"))
@client_argument
@debug_option
def command(client: str, output: Path | None, seed: int, lang: Language | None, debug: bool) -> None:
    """Write class, score, service level and action of each customer of CLIENT for its CRM, as CSV and Excel."""
    export_score(client, output=output, seed=seed, lang=lang)


def export_score(name: str, *, output: Path | None, seed: int, lang: Language | None) -> None:
    """Write class, score, value, service level and action of each customer as CSV and Excel, and tell where they are.

    Raises
    ------
    DataError
        Nothing is known about sales by customer.
    """
    from tempfile import TemporaryDirectory

    from simkit.analysis.client_analysis import ClientAnalysis
    from simkit.foundation.missing import Missing, present
    from simkit.intake.client import load_client
    from simkit.intake.settings.client_folders import REPORTS, folder_of, project_root
    from simkit.intake.settings.client_settings import load_config
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.report.context import style_of
    from simkit.report.run.settings_check import check_settings
    from simkit.value.customers.crm_export import crm_export, write_crm_csv, write_crm_workbook
    from simkit.value.customers.customer_value import with_lifetime

    folder = folder_of(name)
    check_settings(load_config(folder), folder)
    client = load_client(folder)
    analysis, style = ClientAnalysis(client=client, settings=RunSettings(seed=seed)), style_of(client.config, lang)
    if isinstance(analysis.value, Missing):
        raise DataError(
            analysis.value.reason, "client.yaml: tables", next(iter(analysis.value.remedy), NO_SALES_REMEDY)
        )
    value = with_lifetime(analysis.value, present(analysis.lifetime))
    service = present(analysis.service)
    levels = service.levels if service is not None else None
    export = crm_export(client, value, style.formats.language, levels)
    place = output or project_root(folder) / REPORTS / client.config.client / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    stem = f"{client.config.client}_{client.last.isoformat()}"
    with TemporaryDirectory(dir=place) as half:  # both files are new, or both are the old ones
        book = write_crm_workbook(export, Path(half) / f"{stem}.xlsx", client, value)
        table = write_crm_csv(export, Path(half) / f"{stem}.csv", client.config.country)
        for file in (book, table):
            click.echo(str(file.replace(place / file.name)))
    for line in told(export):
        click.echo(line.to(style.formats.language))


def told(export: CrmExport) -> list[Text]:
    """Return what the user has to know about the files."""
    unsafe = export.unsafe
    lines = [
        Text(
            de="{n} Kunden mit ihren eigenen Kundennummern. Zum Ansehen die Excel-Datei öffnen; die CSV ist für den Import: "
            "Ein Doppelklick darauf ändert in Excel Nummern wie 00123.",
            en="{n} customers under their own numbers. Open the Excel file to look at them; the CSV is for the import: a "
            "double click on it lets Excel change numbers such as 00123.",
        ).fill(n=len(export.table))
    ]
    if unsafe.any():
        lines.append(
            Text(
                de="Nicht in der CSV, weil eine Tabellenkalkulation ihre Nummer als Formel ausführen würde: {n} ({names}). "
                "In der Excel-Datei stehen sie.",
                en="Not in the CSV, because a spreadsheet would run their number as a formula: {n} ({names}). "
                "They are in the Excel file.",
            ).fill(n=int(unsafe.sum()), names=", ".join(export.table.loc[unsafe, "customer_id"].head(5)))
        )
    if "margin_per_year_amount" in export.table and export.withheld:
        lines.append(
            Text(
                de="Bei {n} Kunden bleibt der Deckungsbeitrag nach Betreuung leer: Zu wenige Personen haben Stunden auf sie "
                "gebucht.",
                en="For {n} customers the contribution after service stays empty: too few people logged time on them.",
            ).fill(n=export.withheld)
        )
    return lines
