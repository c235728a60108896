"""How a command speaks with the user: language, console, tables, findings and the progress of a run."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from simkit.foundation.errors import FormerNameWarning
from simkit.foundation.text import Language, Text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from simkit.intake.findings import Finding

LINE_EVERY = 10  # without a terminal, one line for every tenth of the simulation
PLAIN_WIDTH, BROAD_WIDTH = 110, 160
SHOWN_FINDINGS = 40


def speak_utf8() -> None:
    """Let every console show what the reports are written in; a letter it does not have becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def spoken_language(words: Sequence[str] = (), client: str = "") -> Language:
    """Return the language to speak with the user: the option, else that of the client, else that of the system."""
    for place, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        value = value or (words[place + 1] if word == "--lang" and place + 1 < len(words) else "")
        if value in {"de", "en"}:
            return "de" if value == "de" else "en"
    if client:
        from simkit.intake.settings.client_folders import client_language

        if (known := client_language(client)) is not None:
            return known
    system = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "de" if (system or _windows_language()).lower().startswith("de") else "en"


@contextmanager
def former_names_told(language: Callable[[], Language]) -> Iterator[None]:
    """Print one line for each former name that is used, once however many files use it.

    Parameters
    ----------
    language : callable
        Returns the language to speak; asked when there is something to tell, because the command finds out whose it is.
    """
    told: set[str] = set()
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Warning | str, *place: Any, **more: Any) -> None:
            if not isinstance(message, FormerNameWarning):
                usual(message, *place, **more)
            elif message.former not in told:
                told.add(message.former)
                click.echo(message.text.to(language()), err=True)

        warnings.showwarning = show
        warnings.simplefilter("always", FormerNameWarning)
        yield


def _windows_language() -> str:
    if sys.platform != "win32":
        return ""
    import ctypes

    german = 0x07  # primary language of the identifiers 0x0407 (Germany), 0x0C07 (Austria), 0x0807 (Switzerland)
    return "de" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == german else "en"


def console(width: int = PLAIN_WIDTH) -> Console:
    """Return the console: as wide as the terminal, or of a fixed width where the output goes into a file."""
    from rich.console import Console

    screen = Console(highlight=False)
    return screen if screen.is_terminal else Console(highlight=False, width=width)


def print_table(
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
    print_table(headings, rows, language)
    if len(findings) > SHOWN_FINDINGS:
        more = Text(de="… und {n} weitere", en="… and {n} more").fill(n=len(findings) - SHOWN_FINDINGS)
        console().print(more.to(language))


def _place(finding: Finding, language: Language) -> str:
    row = Text(de="Zeile {n}", en="row {n}").fill(n=finding.row).to(language) if finding.row is not None else ""
    return "\n".join(part for part in (finding.file, finding.column, row) if part)


class TerminalReporter:
    """Shows the progress of a run: a bar with the time left on a terminal, plain lines elsewhere."""

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
