"""The one place where the outputs of a report are listed: by format, what a run writes into its folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text, did_you_mean
from simkit.report.outputs.report_content import ReportContent


@dataclass(frozen=True, kw_only=True)
class OutputFormat:
    """One form of a report."""

    writers: tuple[str, ...]
    """Files beside this one, each with a function ``write(content, folder)``."""
    file: str
    """What a reader opens first."""


FORMATS: Mapping[str, OutputFormat] = {
    "html": OutputFormat(writers=("html_report", "chart_files", "chart_data", "table_files"), file="report.html"),
    "xlsx": OutputFormat(writers=("workbook",), file="report.xlsx"),
    "pptx": OutputFormat(writers=("deck_file",), file="report.pptx"),
}
"""By the name that ``--formats`` takes; an output is added by one line here."""
OUTPUTS: tuple[str, ...] = tuple(name for one in FORMATS.values() for name in one.writers)
"""All files that write an output."""


def known_formats(names: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return formats in the order of the list, each once; by default all.

    Raises
    ------
    UsageError
        For no name at all, or a format that does not exist.
    """
    if names is None:
        return tuple(FORMATS)
    wanted = list(names)
    if not wanted:
        raise UsageError(
            Text(de="Es ist kein Format genannt.", en="No format is named."), "--formats", did_you_mean("", FORMATS)
        )
    for name in wanted:
        if name not in FORMATS:
            what = Text(de="Das Format „{name}“ gibt es nicht.", en="There is no format '{name}'.")
            raise UsageError(what.fill(name=name), "--formats", did_you_mean(name, FORMATS))
    return tuple(name for name in FORMATS if name in wanted)


def write_outputs(content: ReportContent, folder: Path, formats: Iterable[str] | None = None) -> None:
    """Write a report in these formats, by default in all, into a folder."""
    for name in known_formats(formats):
        for writer in FORMATS[name].writers:
            import_module(f"simkit.report.outputs.{writer}").write(content, folder)


def opened_first(folder: Path, formats: Iterable[str] | None = None) -> Path:
    """Return the file of these formats that a reader opens first; the folder where there is none."""
    files = (folder / FORMATS[name].file for name in known_formats(formats))
    return next((file for file in files if file.is_file()), folder)
