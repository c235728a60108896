"""One run from the client's exports to the finished report; the top function reads like its table of contents."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import as_completed
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.analysis.simulation import check_before
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.paths import shipped
from simkit.foundation.text import Language, Text
from simkit.intake.settings.client_folders import CACHE
from simkit.intake.settings.client_settings import load_config
from simkit.intake.settings.living_runs import under_way
from simkit.intake.settings.run_settings import RunSettings
from simkit.model.engine_choice import choose_engine, engine_in_use, start_compiling, wait_for_engine, why_reference
from simkit.report.chapters.registry import CHAPTERS, SIMULATED, WITHOUT_COMPARISON, chapter_named
from simkit.report.context import ReportContext, style_of
from simkit.report.document.blocks import Block, blocks_of
from simkit.report.outputs import customer_workbook
from simkit.report.outputs.output_list import known_formats, opened_first, write_outputs
from simkit.report.outputs.report_content import ReportContent
from simkit.report.run.fixed_inputs import FixedInputs
from simkit.report.run.run_folder import NOTEBOOKS, Stopwatch, check_writable, run_folder, run_name, versions
from simkit.report.run.run_record import VERSION, recorded_answer, recorded_exhibits
from simkit.report.run.settings_check import check_settings, with_changes
from simkit.study.experiment.process_pool import processes_kept

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.report.run.kernels import Kernel, Kernels

TEXTS = Catalogue.beside(__file__)

WARM_UP = "from simkit.report.run.notebook_session import warm_up; warm_up()"
BEGIN = "from simkit.report.run.notebook_session import begin_notebook; begin_notebook({file!r})"
RESULTS = "results"
TELL_ROBUSTNESS = {"robustness", "decision"}  # the chapters that say what the test of robustness found


class Reporter(Protocol):
    """Tells the user how far a run has come."""

    def step(self, text: Text) -> None:
        """Tell that a step has begun."""

    def simulated(self, done: int, total: int) -> None:
        """Tell how many simulation runs are done."""


@dataclass(frozen=True, kw_only=True)
class RunOrder:
    """What is to be made."""

    folder: Path
    root: Path
    settings: RunSettings
    """What was asked of the run; without an output it goes to ``reports/<client>``."""


@dataclass(frozen=True, kw_only=True)
class FinishedReport:
    """What a run has made."""

    folder: Path
    language: Language
    left_out: tuple[Block, ...]
    """Chapters left out, with the reason."""
    headline: str
    """The recommendation in one sentence."""
    seconds: Mapping[str, float]
    """Time by step."""
    formats: tuple[str, ...] | None = None
    """Formats that were asked for; None for the usual ones."""

    @property
    def report(self) -> Path:
        """The report itself, or what of it a reader opens first."""
        return opened_first(self.folder, self.formats)


def run_report(order: RunOrder, reporter: Reporter) -> FinishedReport:
    """Make one report.

    Raises
    ------
    SimkitError
        Whatever stops the run; nothing that looks complete is left behind.
    """
    watch = Stopwatch()
    choose_engine(order.settings.engine)
    known_formats(order.settings.formats)
    for name in order.settings.chapters:
        chapter_named(name)
    config = load_config(order.folder)
    check_settings(config, order.folder)
    if _compares(order.settings):
        check_before(order.folder, config, order.settings)
    place = order.settings.output or order.root / "reports" / config.client
    check_writable(place)
    if any(_wanted(order.settings, notebook) for notebook in SIMULATED):
        check_writable(order.root / CACHE / config.client)
        if start_compiling():
            reporter.step(TEXTS["compiling"])
    inputs = FixedInputs.of(order.folder, config)
    with under_way(order.root / CACHE / config.client), _kernels(order.settings) as running:
        return _run(order, place, reporter, watch, running, inputs)


def _run(
    order: RunOrder, place: Path, reporter: Reporter, watch: Stopwatch, running: Kernels, inputs: FixedInputs
) -> FinishedReport:
    """Read the data, simulate, execute the notebooks and write the report."""
    with watch.measure("load"):
        reporter.step(TEXTS["reading_the_data"])
        report = _load(order)
        inputs = inputs.with_read(report.analysis.client.input_hashes)
    started = dt.datetime.now()
    with run_folder(place, run_name(started), _document(order, report, started)) as (folder, record):
        report = _with_results_in(folder / RESULTS / "organisation", report)
        with processes_kept():
            _simulate(report, reporter, watch)
        inputs.check()
        record |= {"engine": engine_in_use(), "settings": _counted(report).record()}
        blocks = _run_notebooks(report, folder, reporter, watch, running)
        inputs.check()
        with watch.measure("report"):
            reporter.step(TEXTS["writing_the_report"])
            run, imprint = folder.name.removesuffix(".partial"), report.imprint(blocks)
            content = ReportContent(blocks=tuple(blocks), imprint=imprint, run=run, date=started.date())
            write_outputs(content, folder, order.settings.formats)
            customer_workbook.write(report, folder)
        record["seconds"] = watch.seconds
        record["left_out"] = [{"chapter": one.chapter, **one.content} for one in blocks if one.kind == "left_out"]
        record["exhibits"] = recorded_exhibits(content.documents)
        record["staff_groups"] = imprint.staff_groups
        if _compares(order.settings):
            record |= recorded_answer(report.analysis.study, report.language)
    return _result(folder, report, blocks, watch)


def _load(order: RunOrder) -> ReportContext:
    from simkit.intake.client import load_client

    client = with_changes(load_client(order.folder), order.settings.changes)
    analysis = ClientAnalysis(client=client, settings=order.settings)
    return ReportContext(analysis=analysis, style=style_of(client.config, order.settings.lang))


def _with_results_in(folder: Path, report: ReportContext) -> ReportContext:
    settings = report.analysis.settings.model_copy(update={"results_folder": folder.resolve()})
    return replace(report, analysis=replace(report.analysis, settings=settings))


def _document(order: RunOrder, report: ReportContext, started: dt.datetime) -> dict[str, Any]:
    """Return what the record of the run tells from the start."""
    return {
        "version": VERSION,
        "client": report.analysis.client.config.client,
        "started": started.isoformat(timespec="seconds"),
        "language": report.language,
        "settings": order.settings.record(),
        "period": [report.analysis.client.first.isoformat(), report.analysis.client.last.isoformat()],
        "versions": versions(),
        "input_hashes": dict(report.analysis.client.input_hashes),
    }


def _simulate(report: ReportContext, reporter: Reporter, watch: Stopwatch) -> None:
    """Fit and compare before the notebooks start, as far as the chapters need it, so that all of them find the results."""
    from simkit.analysis.simulation import note_on_runs

    analysis, settings = report.analysis, report.analysis.settings
    if not any(_wanted(settings, notebook) for notebook in SIMULATED):
        return
    with watch.measure("diagnosis"):
        reporter.step(TEXTS["simulate_measuring_time_customer"])
        _ = analysis.time_use, analysis.value
    _prepare_engine(reporter, watch)
    _fit_model(report, reporter, watch)
    if not _compares(settings):
        return
    with watch.measure("simulation"):
        if (note := note_on_runs(analysis.client)) is not None:
            reporter.step(note)
        reporter.step(TEXTS["simulating_the_organisations"])
        _tell_budget(analysis, reporter)
        analysis.compare_organisations(reporter.simulated)
    chosen = set(settings.chapters)
    if settings.depth == "full" and (not chosen or chosen & TELL_ROBUSTNESS):
        with watch.measure("robustness"):
            analysis.test_robustness(reporter.simulated, lambda cost: reporter.step(cost.told()))


def _tell_budget(analysis: ClientAnalysis, reporter: Reporter) -> None:
    """Tell how many runs a search has got that was given minutes, since these runs are what gives the same results again."""
    if (runs := analysis.counted_settings.search) != analysis.settings.search:
        reporter.step(TEXTS["search_budget"].fill(runs=runs))


def _counted(report: ReportContext) -> RunSettings:
    """Return the settings of the run, with the runs that a search has got where it was given minutes."""
    analysis = report.analysis
    return analysis.counted_settings if _compares(analysis.settings) else analysis.settings


def _prepare_engine(reporter: Reporter, watch: Stopwatch) -> None:
    """Wait until the engine is ready, and tell where the slower one has to do."""
    with watch.measure("engine"):
        wait_for_engine()
    if why := why_reference():
        reporter.step(TEXTS["reference_engine"].fill(why=why))


def _fit_model(report: ReportContext, reporter: Reporter, watch: Stopwatch) -> None:
    """Fit today's organisation where no fit is kept that belongs to these data and this version, and tell why."""
    from simkit.analysis.simulation import kept_calibration

    analysis = report.analysis
    if isinstance(analysis.simulated_value, Missing):
        return
    if not analysis.settings.calibrate:
        reporter.step(TEXTS["not_calibrated"])
        return
    saved = kept_calibration(analysis.client)
    if saved.state == "valid":
        return
    if saved.state != "none":
        reporter.step(saved.words)
    with watch.measure("calibration"):
        reporter.step(TEXTS["fitting_the_model"])
        analysis.calibrate(reporter.simulated)


def _wanted(settings: RunSettings, notebook: str) -> bool:
    chosen = settings.chapters
    return any(chapter.notebook == notebook and (not chosen or chapter.name in chosen) for chapter in CHAPTERS)


def _compares(settings: RunSettings) -> bool:
    """Tell whether a chapter that is wanted reads the comparison of organisations."""
    comparing = [one.name for one in CHAPTERS if one.notebook in SIMULATED and one.name not in WITHOUT_COMPARISON]
    return not settings.chapters or any(name in settings.chapters for name in comparing)


def _run_notebooks(
    report: ReportContext, folder: Path, reporter: Reporter, watch: Stopwatch, running: Kernels
) -> list[Block]:
    """Execute the notebooks, those with the same parameters in one kernel, and return their blocks."""
    with watch.measure("notebooks"), _handed_over(report.analysis.client, folder) as file:
        reporter.step(TEXTS["running_the_notebooks"])
        names = _notebooks(report.analysis.settings)
        groups = [[name for name in names if (name in SIMULATED) is simulated] for simulated in (True, False)]
        futures = [running.submit(partial(_run_some, group, report, folder, file)) for group in groups if group]
        found = {name: blocks for one in _as_they_finish(futures) for name, blocks in one.items()}
        return [block for name in names for block in found[name]]


def _notebooks(settings: RunSettings) -> list[str]:
    """Return the names of the notebooks that show a chapter that is asked for."""
    return sorted({chapter.notebook for chapter in CHAPTERS if _wanted(settings, chapter.notebook)})


def _kernels(settings: RunSettings) -> AbstractContextManager[Kernels]:
    """Start the kernels: while data are read and organisations simulated they load what they need."""
    from simkit.report.run.kernels import MOST, kernels

    jobs = settings.jobs or os.cpu_count() or 1
    return kernels(max(1, min(jobs, MOST, len(_notebooks(settings)))), WARM_UP)


@contextmanager
def _handed_over(client: ClientData, folder: Path) -> Iterator[Path]:
    """Yield the file in which the notebooks find the client as it was read, without what was set by hand."""
    from simkit.report.run.notebook_session import hand_over

    file = folder / "client.pickle"
    try:
        hand_over(replace(client, config=load_config(client.folder)), file)
        yield file
    finally:
        file.unlink(missing_ok=True)


def _as_they_finish(futures: list[Any]) -> Iterator[dict[str, list[Block]]]:
    """Yield the results; when one fails, or the user stops, end the other kernels instead of waiting for them."""
    from simkit.report.run.kernels import stop_all

    try:
        for future in as_completed(futures):
            yield future.result()
    except BaseException:
        stop_all()
        raise


def _run_some(
    names: list[str], report: ReportContext, folder: Path, client_file: Path, kernel: Kernel
) -> dict[str, list[Block]]:
    return {name: _run_one(name, report, folder, client_file, kernel) for name in names}


def _run_one(name: str, report: ReportContext, folder: Path, client_file: Path, kernel: Kernel) -> list[Block]:
    from simkit.report.run.notebooks import declared_parameters, run_notebook, without_paths

    notebook = shipped("notebooks", f"{name}.ipynb")
    known = declared_parameters(notebook)
    values = {key: value for key, value in _parameters(report).items() if key in known}
    kernel.begin = BEGIN.format(file=str(client_file.resolve()))
    target = folder / NOTEBOOKS / f"{name}.ipynb"
    blocks = blocks_of(run_notebook(notebook, target, values, kernel))
    without_paths(target, _shown_paths(report, folder, notebook))
    return blocks


def _shown_paths(report: ReportContext, folder: Path, notebook: Path) -> dict[str, str]:
    """Return what stands in an executed notebook in place of this machine's folders, as its cells can still find them."""
    client = report.analysis.client
    return {
        str(folder.resolve() / RESULTS): f"../{RESULTS}",
        str(folder.resolve()): "..",
        str(client.folder.resolve()): client.config.client,
        str(notebook.resolve().parent): "notebooks",
        str(Path.home()): "~",
    }


def _parameters(report: ReportContext) -> dict[str, Any]:
    analysis = report.analysis
    folder = str(analysis.client.folder.resolve())
    return {**analysis.settings.plain(), "client_folder": folder, "lang": report.language}


def _result(folder: Path, report: ReportContext, blocks: list[Block], watch: Stopwatch) -> FinishedReport:
    decisions = [block.content["recommendation"] for block in blocks if block.kind == "decision"]
    return FinishedReport(
        folder=folder.with_name(folder.name.removesuffix(".partial")),
        language=report.language,
        left_out=tuple(block for block in blocks if block.kind == "left_out"),
        headline=decisions[0] if decisions else "",
        seconds=watch.seconds,
        formats=report.analysis.settings.formats,
    )
