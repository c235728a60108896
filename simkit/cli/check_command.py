"""`simkit check`: shows what was found in a client's data, and how far they reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from simkit.cli.options import SettingsCommand, client_argument, debug_option
from simkit.cli.terminal import console, print_findings, print_table
from simkit.foundation.errors import DataError
from simkit.foundation.text import Language, Text

if TYPE_CHECKING:
    from simkit.analysis.client_analysis import ClientAnalysis
    from simkit.intake.client import ClientData
    from simkit.intake.findings import Finding


@click.command("check", cls=SettingsCommand, settings=("lang",))
@client_argument
@debug_option
def command(client: str, lang: Language | None, debug: bool) -> int:
    """Show what was found in the data of CLIENT, worst first, how far it reaches, and what a run would lack."""
    return check_data(client, lang)


def check_data(name: str, lang: Language | None) -> int:
    """Print what was found in a client's data; return 3 when it cannot be used as it is."""
    from simkit.analysis.client_analysis import ClientAnalysis
    from simkit.intake.checks.data_checks import check_client
    from simkit.intake.client import load_client
    from simkit.intake.findings import FindingsError
    from simkit.intake.settings.client_folders import folder_of
    from simkit.intake.settings.client_settings import load_config
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.report.run.settings_check import check_settings
    from simkit.study.measured.client_inputs import staff, what_is_missing

    folder = folder_of(name)
    config = load_config(folder)
    language = lang or config.language
    check_settings(config, folder)
    try:
        client = load_client(folder)
    except FindingsError as error:
        _print_line(error.period, language)
        print_findings(error.findings, language)
        _print_answers(error.findings, language)
        return DataError.exit_code
    if what_is_missing(client) is None:
        check_settings(config, folder, posts=len(staff(client)))
    _print_line(client.period_reason, language)
    print_findings(check_client(client), language)
    _print_master(client, language)
    _print_protocol(client, language)
    _print_reach(client, language)
    analysis = ClientAnalysis(client=client, settings=RunSettings())
    _print_outlook(analysis, language)
    _print_chapters(analysis, language)
    return 0


def _print_line(text: Text, language: Language) -> None:
    if text.to(language):
        console().print(text.to(language), markup=False, soft_wrap=True)


def _print_answers(findings: Sequence[Finding], language: Language) -> None:
    """Print the lines that answer the findings, unbroken, so that they can be copied."""
    from simkit.intake.findings import TO_PASTE, lines_to_paste

    if pasted := lines_to_paste(findings):
        _print_line(TO_PASTE, language)
        click.echo(pasted)


def _print_master(client: ClientData, language: Language) -> None:
    """Print what the client's own master of slides lacks, and what stands in its place."""
    from simkit.intake.settings.client_settings import locate
    from simkit.report.outputs.deck.layouts import master_lacks

    if written := client.config.brand.pptx:
        for lack in master_lacks(locate(client.folder, written)):
            _print_line(Text(de=f"Folienvorlage {written}: {lack.de}.", en=f"Master {written}: {lack.en}."), language)


def _print_protocol(client: ClientData, language: Language) -> None:
    from simkit.intake.settings.schemas import TABLES

    headings = (
        Text(de="Datei", en="File"),
        Text(de="Tabelle", en="Table"),
        Text(de="Gelesen", en="Read"),
        Text(de="Verwendet", en="Used"),
        Text(de="Weggelassen", en="Left out"),
    )
    table = client.protocol[["file", "table", "rows_read", "rows_kept", "rows_dropped"]]
    rows = [
        (str(file), TABLES[str(name)].label.to(language), *map(str, counts))
        for file, name, *counts in table.itertuples(index=False)
    ]
    print_table(headings, rows, language)


def _print_reach(client: ClientData, language: Language) -> None:
    """Print how much of the contract hours the log covers and how order values reconcile between the tables."""
    from simkit.intake.checks.log_coverage import coverage
    from simkit.intake.checks.reconciliation import reconciliation, work_sums
    from simkit.report.context import style_of

    formats = style_of(client.config, language).formats
    covered = coverage(client)
    if covered is not None and covered.share is not None:
        text = Text(
            de="Die Zeiterfassung deckt {share} der Vertragsstunden von {people} Personen.",
            en="The activity log covers {share} of the contract hours of {people} people.",
        )
        filled = text.fill(share=formats.share(covered.share), people=formats.number(covered.people))
        console().print(filled.to(language))
    headings = (
        Text(de="Zum Abgleich", en="To compare with the books"),
        Text(de="Zeilen", en="Rows"),
        Text(de="Betrag", en="Amount"),
        Text(de="Anteil", en="Share"),
    )
    rows = [
        (one.label.to(language), formats.number(one.rows), formats.money(one.amount), formats.share(one.share))
        for one in reconciliation(client)
    ]
    if rows:
        print_table(headings, rows, language)
    work = [
        (one.label.to(language), formats.number(one.value, 1 if one.unit == "fte" else 0)) for one in work_sums(client)
    ]
    if work:
        print_table((Text(de="Zeit und Personal", en="Time and staff"), Text(de="Anzahl", en="Number")), work, language)


def _print_outlook(analysis: ClientAnalysis, language: Language) -> None:
    """Print what the next run would meet: what is not measured, a calibration that cannot be used, plans beyond need."""
    from simkit.analysis.run_outlook import run_outlook

    for note in run_outlook(analysis):
        console().print(note.to(language), markup=False, soft_wrap=True)


def _print_chapters(analysis: ClientAnalysis, language: Language) -> None:
    """Print the chapters that the run will have, and what each other one waits for."""
    from simkit.report.run.chapters_ahead import chapters_ahead

    ahead = list(chapters_ahead(analysis))
    written = "; ".join(title.to(language) for title, awaits in ahead if awaits is None)
    _print_line(
        Text(de="Kapitel des Laufs: {titles}.", en="Chapters of the run: {titles}.").fill(titles=written), language
    )
    for title, awaits in ahead:
        if awaits is not None:
            line = Text(de="Ohne „{title}“: {awaits}.", en="Without '{title}': {awaits}.")
            _print_line(line.fill(title=title, awaits=awaits), language)
