"""`simkit calibrate`: fits today's organisation anew, prints the fit, and keeps it for later runs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

import click

from simkit.cli.options import SettingsCommand, client_argument, debug_option
from simkit.cli.terminal import TerminalReporter, console
from simkit.foundation.errors import DataError
from simkit.foundation.text import Language, Text
from simkit.model.engine_choice import EngineName, choose_engine

if TYPE_CHECKING:
    import pandas as pd

    from simkit.analysis.simulation import NewCalibration
    from simkit.foundation.missing import Missing
    from simkit.report.document.chapter_builder import ChapterBuilder

STEP = Text(
    de="Heutige Organisation simulieren und Größen anpassen", en="Simulating today's organisation, fitting parameters"
)
HEADINGS = (
    Text(de="Größe", en="Figure"),
    Text(de="Gemessen (95 %)", en="Measured (95%)"),
    Text(de="Simuliert (95 %)", en="Simulated (95%)"),
    Text(de="Passt?", en="Fits?"),
)
YES, NO = Text(de="ja", en="yes"), Text(de="nein", en="no")
WHY = {
    "limit": Text(de="nein: Grenze von {parameter}", en="no: limit of {parameter}"),
    "no_parameter": Text(de="nein: folgt aus den anderen", en="no: follows from the others"),
    "by_hand": Text(de="nein: {parameter} von Hand gesetzt", en="no: {parameter} set by hand"),
    "not_reached": Text(de="nein: nicht erreicht", en="no: not reached"),
}
DONE = Text(
    de="{fits} von {n} Größen passen; {parameters} Größen des Modells angepasst in {runs} Läufen.",
    en="{fits} of {n} figures fit; {parameters} parameters of the model adjusted in {runs} runs.",
)


@click.command("calibrate", cls=SettingsCommand, settings=("seed", "jobs", "engine", "lang"))
@client_argument
@debug_option
def command(client: str, seed: int, jobs: int | None, engine: EngineName, lang: Language | None, debug: bool) -> None:
    """Fit the model to what CLIENT's data show today, anew, and tell how well it fits; `simkit run` does so by itself."""
    choose_engine(engine)
    calibrate_client(client, seed=seed, jobs=jobs, lang=lang)


def calibrate_client(name: str, *, seed: int, jobs: int | None, lang: Language | None) -> None:
    """Calibrate a client, print how measured and simulated figures compare, and keep the calibration."""
    from simkit.analysis.client_analysis import ClientAnalysis
    from simkit.analysis.simulation import new_calibration
    from simkit.foundation.missing import Missing, present
    from simkit.intake.client import load_client
    from simkit.intake.settings.client_folders import folder_of
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.report.context import style_of
    from simkit.report.document.chapter_builder import ChapterBuilder
    from simkit.report.run.settings_check import check_settings

    folder = folder_of(name)
    client = load_client(folder)
    check_settings(client.config, folder)
    style = style_of(client.config, lang)
    settings = RunSettings(seed=seed, jobs=jobs)
    analysis = ClientAnalysis(client=client, settings=settings)
    value = analysis.simulated_value
    if isinstance(value, Missing):
        raise _nothing_to_fit(value)
    with TerminalReporter(style.formats.language) as reporter:
        reporter.step(STEP)
        made = new_calibration(client, settings, present(analysis.time_use), value, reporter.simulated)
    if isinstance(made, Missing):
        raise _nothing_to_fit(made)
    console().print(_table(ChapterBuilder(chapter="calibration", style=style), made.saved.fit))
    click.echo(_done(made).to(style.formats.language))
    click.echo(made.saved.gate.words.to(style.formats.language))
    click.echo(str(made.file))


def _nothing_to_fit(missing: Missing) -> DataError:
    from simkit.study.bilingual_texts import joined

    return DataError(missing.reason, "client.yaml: tables", joined(*missing.remedy))


def _done(made: NewCalibration) -> Text:
    table, parameters = made.saved.fit, len(made.saved.override)
    return DONE.fill(fits=int(table["fits"].sum()), n=len(table), parameters=parameters, runs=made.runs)


def _table(builder: ChapterBuilder, frame: pd.DataFrame) -> object:
    from rich.table import Table

    table = Table(*(builder.style.translate(text) for text in HEADINGS), box=None, pad_edge=False)
    for row in frame.to_dict("records"):
        verdict = YES if row["fits"] else WHY[row["why"]].fill(parameter=row["parameter"])
        label = row[f"label_{builder.style.formats.language}"]
        table.add_row(
            label,
            _figure(builder, row, "measured"),
            _figure(builder, row, "simulated"),
            builder.style.translate(verdict),
        )
    return table


def _figure(builder: ChapterBuilder, row: Mapping[Hashable, object], name: str) -> str:
    formats = builder.style.formats
    value, low, high = (float(str(row[end])) for end in (name, f"{name}_low", f"{name}_high"))
    if row["unit"] == "share":
        return f"{formats.share(value)} ({formats.share(low)} … {formats.share(high)})"
    digits = 0 if abs(value) >= 100 else 1
    return f"{formats.number(value, digits)} ({formats.number(low, digits)} … {formats.number(high, digits)})"
