"""What each command does once the command line has read it; tables and progress bars are drawn here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from simkit.foundation.errors import DataError, RunError, UsageError
from simkit.foundation.text import Language, Text, did_you_mean

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from simkit.analysis.settings import Settings
    from simkit.intake.client import ClientData
    from simkit.intake.findings import Finding
    from simkit.intake.folder import Deleted
    from simkit.report.parameter_list import Overlays
    from simkit.report.run import RunResult

LINE_EVERY = 10  # without a terminal, one line for every tenth of the simulation
PLAIN_WIDTH, BROAD_WIDTH = 110, 160
SHOWN_FINDINGS = 40


def console(width: int = PLAIN_WIDTH) -> Console:
    """Return the console: as wide as the terminal, or of a fixed width where the output goes into a file."""
    from rich.console import Console

    screen = Console(highlight=False)
    return screen if screen.is_terminal else Console(highlight=False, width=width)


# ---------------------------------------------------------------------------------------------------------------- run


def run_client(
    *,
    client: str,
    quick: bool,
    depth: str,
    seed: int,
    reps: int | None,
    precision: float | None,
    budget: int | None,
    jobs: int | None,
    cluster: str,
    yes: bool,
    designs: str | None,
    changes: Sequence[str],
    chapters: str | None,
    output: Path | None,
    lang: Language | None,
    debug: bool,
) -> None:
    """Make the report on one client and tell where it is."""
    from simkit.analysis.settings import Settings, depth_named
    from simkit.intake.config import load_config
    from simkit.intake.folder import folder_of, project_root
    from simkit.report.notebook_session import listed
    from simkit.report.run import RunOrder, run_report
    from simkit.report.settings_by_hand import parsed_changes

    root, folder = project_root(), folder_of(client)
    settings = Settings(
        seed=seed,
        replications=reps or 0,
        depth=depth_named("quick" if quick else depth),
        jobs=jobs,
        cluster=cluster,
        confirmed=yes,
        precision=precision,
        budget=budget,
        designs=known_designs(designs, folder),
        changes=parsed_changes(changes),
        chapters=listed(chapters or ""),
    )
    language = lang or load_config(folder).language
    order = RunOrder(folder=folder, root=root, settings=settings, language=lang, output=output)
    with TerminalReporter(language) as reporter:
        result = run_report(order, reporter)
    _tell_result(result, settings)


class TerminalReporter:
    """Shows the progress of a run: a bar with the time left on a terminal, plain lines elsewhere.

    Parameters
    ----------
    language : {"de", "en"}
        Language of the messages.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._console = console()
        self._bar: Progress | None = None
        self._task: Any = None
        self._tenth = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_bar()

    def step(self, text: Text) -> None:
        """Tell that a step has begun."""
        self._stop_bar()
        self._tenth = 0
        self._console.print(f"{text.to(self._language)} …")

    def simulated(self, done: int, total: int) -> None:
        """Tell how many simulation runs are done."""
        if self._console.is_terminal:
            self._show_bar(done, total)
        elif total and done * LINE_EVERY // total > self._tenth:
            self._tenth = done * LINE_EVERY // total
            self._console.print(f"  {done}/{total}")

    def _show_bar(self, done: int, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        if self._bar is None:
            left = Text(de="noch", en="left").to(self._language)
            columns = (BarColumn(), MofNCompleteColumn(), TextColumn(left), TimeRemainingColumn())
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task("", total=total)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)

    def _stop_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _tell_result(result: RunResult, settings: Settings) -> None:
    language, screen = result.language, console()
    if result.headline:
        screen.print(f"\n{result.headline}", soft_wrap=True)
    for block in result.left_out:
        left_out = Text(de="Ausgelassen", en="Left out").to(language)
        end = "" if block.title.endswith(("?", "!", ".")) else "."
        screen.print(f"{left_out}: {block.title}{end} {block.content['reason']}", soft_wrap=True)
    seconds = sum(result.seconds.values())
    done = Text(de="Bericht nach {s} Sekunden:", en="Report after {s} seconds:").fill(s=f"{seconds:.0f}")
    screen.print(f"\n{done.to(language)}")
    click.echo(str(result.report))  # not through rich, which would break a long path into two lines


def known_designs(written: str | None, folder: Path) -> tuple[str, ...]:
    """Return the designs of a list with commas between, shipped or the client's own, today's organisation first.

    Raises
    ------
    UsageError
        For an empty list, or a design that does not exist; it names the nearest ones.
    """
    from simkit.model.overlays import names_of
    from simkit.report.notebook_session import listed

    if written is None:
        return ()
    names, existing = listed(written), names_of("designs", folder)
    if not names:
        raise UsageError(
            Text(de="Es ist keine Organisation genannt.", en="No organisation is named."),
            "--designs",
            did_you_mean("", existing),
        )
    for name in names:
        if name not in existing:
            raise UsageError(
                Text(de=f"Die Organisation '{name}' gibt es nicht.", en=f"There is no organisation '{name}'."),
                "--designs",
                did_you_mean(name, existing),
            )
    return tuple(dict.fromkeys(("baseline", *names)))


# -------------------------------------------------------------------------------------------------------------- check


def check_data(name: str, lang: Language | None) -> int:
    """Print what was found in a client's data; return 3 when it cannot be used as it is."""
    from simkit.intake.checks import check_client
    from simkit.intake.client import load_client
    from simkit.intake.config import load_config
    from simkit.intake.findings import FindingsError
    from simkit.intake.folder import folder_of
    from simkit.report.settings_by_hand import check_settings
    from simkit.study.client_facts import staff, what_is_missing

    folder = folder_of(name)
    config = load_config(folder)
    language = lang or config.language
    check_settings(config, folder)
    try:
        client = load_client(folder)
    except FindingsError as error:
        print_findings(error.findings, language)
        return DataError.exit_code
    if what_is_missing(client) is None:
        check_settings(config, folder, posts=len(staff(client)))
    print_findings(check_client(client), language)
    _print_protocol(client, language)
    _print_reach(client, language)
    return 0


def print_findings(findings: Sequence[Finding], language: Language) -> None:
    """Print findings as a table, worst first."""
    from simkit.intake.findings import SEVERITY_LABELS

    if not findings:
        console().print(Text(de="Keine Befunde.", en="No findings.").to(language))
        return
    headings = (
        Text(de="Gewicht", en="Severity"),
        Text(de="Befund", en="Finding"),
        Text(de="Wo", en="Where"),
        Text(de="Zeilen", en="Rows"),
        Text(de="Abhilfe", en="What to do"),
    )
    rows = [
        (SEVERITY_LABELS[one.severity].to(language), one.what.to(language), _place(one, language), str(one.count),
         one.remedy.to(language))
        for one in findings[:SHOWN_FINDINGS]
    ]  # fmt: skip
    _print_table(headings, rows, language)
    if len(findings) > SHOWN_FINDINGS:
        more = Text(de="… und {n} weitere", en="… and {n} more").fill(n=len(findings) - SHOWN_FINDINGS)
        console().print(more.to(language))


def _place(finding: Finding, language: Language) -> str:
    row = Text(de="Zeile {n}", en="row {n}").fill(n=finding.row).to(language) if finding.row is not None else ""
    return "\n".join(part for part in (finding.file, finding.column, row) if part)


def _print_protocol(client: ClientData, language: Language) -> None:
    headings = (
        Text(de="Datei", en="File"),
        Text(de="Tabelle", en="Table"),
        Text(de="Gelesen", en="Read"),
        Text(de="Verwendet", en="Used"),
        Text(de="Weggelassen", en="Left out"),
    )
    table = client.protocol[["file", "table", "rows_read", "rows_kept", "rows_dropped"]]
    rows = [tuple(str(cell) for cell in row) for row in table.itertuples(index=False)]
    _print_table(headings, rows, language)


def _print_reach(client: ClientData, language: Language) -> None:
    """Print how much of the contract hours the log covers and how order values reconcile between the tables."""
    from simkit.intake.coverage import coverage
    from simkit.intake.reconciliation import reconciliation
    from simkit.report.context import look_of

    formats = look_of(client.config, language).formats
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
        _print_table(headings, rows, language)


def _print_table(
    headings: Sequence[Text], rows: Iterable[Sequence[str]], language: Language, *, broad: bool = False
) -> None:
    """Print a table; a broad one has room for many columns and keeps the first in one line, so that it can be copied."""
    from rich import box
    from rich.table import Table
    from rich.text import Text as Words

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading.to(language), overflow="fold", no_wrap=broad and place == 0)
    for row in rows:
        table.add_row(*(Words(cell) for cell in row))  # as text: brackets in a client's file are no markup
    console(BROAD_WIDTH if broad else PLAIN_WIDTH).print(table)


# ------------------------------------------------------------------------------------------------------ init and purge


def make_client(name: str, language: Language) -> None:
    """Make a client's folder, and a workspace for it where there is none yet, and tell what comes next."""
    from simkit.foundation.places import workspace
    from simkit.intake.folder import init_client

    before = workspace()
    folder = init_client(name, language=language)
    if before is None:
        made = Text(de="Neuer Arbeitsordner: {folder}", en="New workspace: {folder}")
        click.echo(made.fill(folder=Path.cwd()).to(language))
    click.echo(str(folder))
    following = Text(
        de="Als Nächstes: die Dateien des Kunden dorthin legen, client.yaml ausfüllen, dann simkit check {name}.",
        en="Next: put the client's files there, fill in client.yaml, then simkit check {name}.",
    )
    click.echo(following.fill(name=name).to(language))


def delete_client(name: str, language: Language, *, yes: bool, force: bool) -> None:
    """Delete everything that is held of a client, after asking, and tell what was deleted."""
    from simkit.intake.folder import purge_client, purgeable

    purgeable(name, force=force)  # what cannot be deleted is told before anybody is asked
    if not yes:
        question = Text(
            de="Alle Daten und Berichte von '{name}' endgültig löschen?",
            en="Delete all data and reports of '{name}' for good?",
        )
        click.confirm(question.fill(name=name).to(language), abort=True)
    _tell_deleted(purge_client(name, force=force), language)


def delete_kept(name: str, language: Language) -> None:
    """Delete what is kept of a client between runs, without asking, since it can be made again."""
    from simkit.intake.folder import purge_kept

    if not (deleted := purge_kept(name)):
        click.echo(Text(de="Es ist nichts gespeichert.", en="Nothing is kept.").to(language))
    _tell_deleted(deleted, language)


def _tell_deleted(deleted: Iterable[Deleted], language: Language) -> None:
    gone = Text(de="Gelöscht: {path} ({files} Dateien, {size} kB)", en="Deleted: {path} ({files} files, {size} kB)")
    for one in deleted:
        text = gone.fill(path=one.path, files=one.files, size=f"{one.size_bytes / 1000:.0f}")
        click.echo(text.to(language))


# -------------------------------------------------------------------------------------------------------------- params


def list_parameters(words: Sequence[str], overlays: Overlays, language: Language, *, machine: bool) -> None:
    """Print the parameters of the simulation with unit, value, ranges and source, as a table or as CSV."""
    from simkit.model.parameters import load_defaults
    from simkit.report.parameter_list import HEADINGS, as_csv, chosen_leaves, written_rows

    defaults = load_defaults()
    chosen = chosen_leaves(overlays.on(defaults), words, language)
    if machine:
        click.echo(as_csv(chosen, defaults, language), nl=False)
        return
    _print_table(HEADINGS, written_rows(chosen, defaults, language), language, broad=True)


# ------------------------------------------------------------------------------------------------------ doctor and lab


def examine(language: Language) -> int:
    """Check the installation and print what was found; return 1 when something is missing."""
    from simkit.report.examination import examinations

    failed = False
    for one in examinations():
        mark = "ok " if one.passed else "!! "
        failed = failed or not one.passed
        click.echo(f"{mark}{one.what.to(language)}: {one.found.to(language)}")
    return RunError.exit_code if failed else 0


def open_lab(arguments: Sequence[str]) -> int:
    """Start JupyterLab on the workspace's notebooks without its requests for news and for newer versions."""
    from simkit.intake.folder import project_root

    folder = notebooks_in(project_root())
    quiet = ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command = [sys.executable, "-m", "jupyterlab", *quiet, f"--ServerApp.root_dir={folder.parent}"]
    target = [] if arguments else [f"--LabApp.default_url=/lab/tree/{folder.name}"]
    return subprocess.call([*command, *target, *arguments])


def notebooks_in(root: Path) -> Path:
    """Return the folder of notebooks to work in; those it lacks are copied, and none that is there is touched.

    A checkout has them all; in the workspace of an installed simkit they must not be written into the installation.
    """
    from simkit.foundation.places import shipped

    folder = root / "notebooks"
    folder.mkdir(exist_ok=True)
    for notebook in sorted(shipped("notebooks").glob("*.ipynb")):
        if not (folder / notebook.name).exists():
            shutil.copyfile(notebook, folder / notebook.name)
    return folder
