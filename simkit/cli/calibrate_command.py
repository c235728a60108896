"""`simkit calibrate`: runs the moments step, prints the fit, and saves it in the client's folder."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

import click

from simkit.cli.options import SettingsCommand, client_argument, debug_option
from simkit.cli.terminal import TerminalReporter, console
from simkit.foundation.text import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from simkit.report.document.chapter_builder import ChapterBuilder
    from simkit.study.calibration.moment_fit import MomentFit

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
    de="{fits} von {n} Größen passen; {parameters} Größen des Modells angepasst in {runs} Läufen. Gespeichert:",
    en="{fits} of {n} figures fit; {parameters} parameters of the model adjusted in {runs} runs. Saved:",
)


@click.command("calibrate", cls=SettingsCommand, settings=("seed", "jobs", "lang"))
@client_argument
@debug_option
def command(client: str, seed: int, jobs: int | None, lang: Language | None, debug: bool) -> None:
    """Fit the model to what CLIENT's data show today, tell how well it fits, and keep it for later runs."""
    calibrate_client(client, seed=seed, jobs=jobs, lang=lang)


def calibrate_client(name: str, *, seed: int, jobs: int | None, lang: Language | None) -> None:
    """Calibrate a client, print how measured and simulated figures compare, and write calibration.yaml."""
    from simkit.analysis.client_analysis import ClientAnalysis
    from simkit.foundation.missing import present
    from simkit.intake.client import load_client
    from simkit.intake.settings.client_folders import folder_of
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.report.context import style_of
    from simkit.report.document.chapter_builder import ChapterBuilder
    from simkit.report.run.settings_check import check_settings
    from simkit.study.calibration.saved_calibration import calibrated, save_calibration
    from simkit.study.experiment.experiment_spec import Execution

    folder = folder_of(name)
    client = load_client(folder)
    check_settings(client.config, folder)
    style = style_of(client.config, lang)
    analysis = ClientAnalysis(client=client, settings=RunSettings(seed=seed, jobs=jobs))
    with TerminalReporter(style.formats.language) as reporter:
        reporter.step(STEP)
        time_use, value = present(analysis.time_use), present(analysis.value)
        fit = calibrated(client, time_use, value, seed=seed, execution=Execution(jobs=jobs))
    file = save_calibration(client, fit, seed)
    console().print(_table(ChapterBuilder(chapter="calibration", style=style), fit.table))
    click.echo(_done(fit).to(style.formats.language))
    click.echo(str(file))


def _done(fit: MomentFit) -> Text:
    table = fit.table
    return DONE.fill(fits=int(table["fits"].sum()), n=len(table), parameters=len(fit.override), runs=fit.runs)


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
