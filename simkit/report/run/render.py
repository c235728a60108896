"""A finished run in other forms: from the blocks of its executed notebooks, without computing and without the client's data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import UsageError
from simkit.foundation.text import did_you_mean
from simkit.intake.settings.client_settings import ClientConfig, load_config
from simkit.intake.settings.living_runs import RECORD
from simkit.report.context import style_of
from simkit.report.document.blocks import Block, blocks_of
from simkit.report.document.story import COUNCIL
from simkit.report.imprint import Imprint
from simkit.report.outputs.output_list import known_formats, write_outputs
from simkit.report.outputs.report_content import ReportContent
from simkit.report.run.run_folder import NOTEBOOKS, PARTIAL, check_writable
from simkit.report.run.run_record import VERSION, RunRecord, read_record

TEXTS = Catalogue.beside(__file__)


@dataclass(frozen=True, kw_only=True)
class RenderOrder:
    """Which run is to be written again, as what, and where."""

    folder: Path
    """The client's folder, whose client.yaml gives name, colours and marks."""
    root: Path
    run: str = ""
    """Name of the run or path of its folder; empty for the newest finished one."""
    formats: tuple[str, ...] | None = None
    """None for all."""
    output: Path | None = None
    """Where the files go; None for the folder of the run."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What was written."""

    folder: Path
    formats: tuple[str, ...]
    council: bool
    """Whether the works council's sheet is among it; a record of an older version does not tell its levels."""


def render(order: RenderOrder) -> Rendered:
    """Write the outputs of a finished run again.

    Raises
    ------
    UsageError
        For a format or a run that does not exist, or a run that cannot be written again.
    """
    formats, config = known_formats(order.formats), load_config(order.folder)
    run = run_of(order.root / "reports" / config.client, config.client, order.run)
    content, council = content_of_run(run, config, order.folder)
    place = order.output or run
    check_writable(place)
    place.mkdir(parents=True, exist_ok=True)
    write_outputs(content, place, formats)
    return Rendered(folder=place, formats=formats, council=council)


def content_of_run(run: Path, config: ClientConfig, folder: Path) -> tuple[ReportContent, bool]:
    """Return what the outputs of a finished run are written from, and whether the works council's sheet is complete in it.

    Parameters
    ----------
    run : Path
        Folder of the run.
    config : ClientConfig
        What client.yaml says today.
    folder : Path
        The client's folder.
    """
    record = read_record(run / RECORD)
    blocks = [block for file in sorted((run / NOTEBOOKS).glob("*.ipynb")) for block in _blocks(file)]
    if not blocks:
        raise UsageError(TEXTS["no_blocks"], str(run / NOTEBOOKS), TEXTS["run_again"].fill(client=record.client))
    complete = record.staff_groups is not None
    kept = [block for block in blocks if complete or block.chapter != COUNCIL]
    first, last = (dt.date.fromisoformat(day) for day in record.period)
    imprint = Imprint.of(
        config,
        folder,
        replace(style_of(config, record.language), formats=kept[0].formats),
        period=(first, last),
        draft=record.settings.get("depth") == "quick",
        staff_groups=record.staff_groups or {},
    )
    date = dt.datetime.fromisoformat(record.started).date()
    return ReportContent(blocks=tuple(kept), imprint=imprint, run=run.name, date=date), complete or kept == blocks


def run_of(reports: Path, client: str, asked: str = "") -> Path:
    """Return the folder of a finished run.

    Parameters
    ----------
    reports : Path
        Where the client's runs lie.
    client : str
        Short name of the client.
    asked : str
        Name of the run or path of its folder; empty for the newest finished one.

    Raises
    ------
    UsageError
        When there is no such run, it is not finished, another client's, or of a version that cannot be read.
    """
    again = TEXTS["run_again"].fill(client=client)
    if not asked:
        finished = finished_runs(reports)
        if not finished:
            raise UsageError(TEXTS["no_finished_run"].fill(client=client), str(reports), again)
        return finished[-1]
    found = next((place for place in _places(reports, asked) if (place / RECORD).is_file()), None)
    if found is None:
        names = [run.name for run in finished_runs(reports)]
        hint = did_you_mean(asked, names) if names else again
        raise UsageError(TEXTS["no_such_run"].fill(run=asked), str(reports), hint)
    record = _record(found)
    if record is None or record.outcome != "finished" or found.name.endswith(PARTIAL):
        raise UsageError(TEXTS["unfinished_run"].fill(run=found.name), str(found), again)
    if record.client != client:
        what = TEXTS["run_of_another"].fill(run=found.name, other=record.client, client=client)
        raise UsageError(what, str(found), TEXTS["run_of_another_remedy"].fill(other=record.client, run=asked))
    if record.version < VERSION:
        raise UsageError(TEXTS["older_run"].fill(run=found.name), str(found), again)
    return found


def finished_runs(reports: Path) -> list[Path]:
    """Return the folders of the finished runs of a client, the oldest first."""
    found = []
    for file in reports.glob(f"*/{RECORD}"):
        record = _record(file.parent)
        whole = not file.parent.name.endswith(PARTIAL)
        if whole and record is not None and record.outcome == "finished" and record.version == VERSION:
            found.append((record.started, file.parent.name, file.parent))
    return [folder for *_, folder in sorted(found)]


def _places(reports: Path, asked: str) -> Iterable[Path]:
    """Yield where a run of a name may lie; one that did not get its name last, so that it is told what it lacks."""
    path = Path(asked)
    return (reports / asked, path, reports / (asked + PARTIAL))


def _record(run: Path) -> RunRecord | None:
    """Return the record of a run; None where it cannot be read."""
    try:
        return read_record(run / RECORD)
    except (OSError, ValueError):
        return None


def _blocks(file: Path) -> list[Block]:
    return blocks_of(json.loads(file.read_text(encoding="utf-8")))
