"""The record of a run: a folder that gets its name only when everything in it is complete, and run.json in it."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import Interrupted, RunError, SimkitError, reason_of
from simkit.foundation.paths import VERSION
from simkit.foundation.text import Text
from simkit.intake.settings.living_runs import RECORD, is_over
from simkit.report.run.run_record import RUNNING_ONLY

TEXTS = Catalogue.beside(__file__)

PARTIAL = ".partial"
NOTEBOOKS = "notebooks"
"""Folder of the executed notebooks in that of the run."""
WAITS = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds to wait between tries to rename a finished run, together a quarter of a minute."""
PACKAGES = (
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "simpy",
    "SALib",
    "matplotlib",
    "seaborn",
    "papermill",
    "pydantic",
)


@dataclass(kw_only=True)
class Stopwatch:
    """Measures how long each step of a run takes."""

    seconds: dict[str, float] = field(default_factory=dict)
    """Wall-clock seconds by name of the step, in the order of the steps."""

    @contextmanager
    def measure(self, step: str) -> Iterator[None]:
        """Add the time that the block takes to a step."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = round(self.seconds.get(step, 0.0) + time.perf_counter() - start, 2)


def versions() -> dict[str, str]:
    """Return the versions that a number of the report may depend on."""
    found = {"simkit": VERSION, "python": platform.python_version(), "system": platform.system()}
    return found | {name: metadata.version(name) for name in PACKAGES}


def run_name(moment: dt.datetime) -> str:
    """Return the name of a run that started at a moment."""
    return f"{moment:%Y-%m-%d_%H%M%S}"


def check_writable(place: Path) -> None:
    """Refuse a folder that cannot be written, before anything is computed for it; nothing is left behind.

    Parameters
    ----------
    place : Path
        A folder, which need not be there yet: then the nearest one above it counts.

    Raises
    ------
    RunError
        When nothing can be written there.
    """
    there = next(one for one in (place, *place.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            return
    except OSError as error:
        raise disk_error(OSError(error.errno, error.strerror, str(there))) from error


@contextmanager
def run_folder(place: Path, name: str, document: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield a working folder and the run's record; rename the folder when the block has ended well.

    A run that fails or is stopped leaves ``<name>.partial`` with the result in its record, and the next run of the
    client removes it. A complete folder therefore never holds half a run.

    Parameters
    ----------
    name : str
        Name of the run.
    document : mapping
        What the record tells from the start.

    Raises
    ------
    RunError
        When the disk is full or the folder cannot be written.
    Interrupted
        When the user stopped the run.
    """
    record: dict[str, Any] = {**document, "outcome": "running", "process": os.getpid(), "machine": platform.node()}
    partial = _claimed(place, name)
    try:
        write_record(partial, record)
        yield partial, record
        write_record(partial, ended(record) | {"outcome": "finished"})
        _rename(partial)
    except KeyboardInterrupt as stop:
        _note_outcome(partial, record, "interrupted")
        raise _interrupted(partial) from stop
    except SimkitError as error:
        _note_outcome(partial, record, "interrupted" if isinstance(error, Interrupted) else "failed", str(error))
        raise
    except OSError as error:
        _note_outcome(partial, record, "failed", str(error))
        raise disk_error(error) from error
    except Exception as error:
        _note_outcome(partial, record, "failed", f"{type(error).__name__}: {error}")
        raise


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write run.json in one step, so that it can be read at any moment."""
    partial = folder / (RECORD + PARTIAL)
    partial.write_text(json.dumps(record, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    partial.replace(folder / RECORD)


def ended(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record without what it tells only while its run is under way."""
    return {name: value for name, value in record.items() if name not in RUNNING_ONLY}


def clear_partial(place: Path) -> list[Path]:
    """Delete what failed, stopped or killed runs left behind; a run that is under way is let alone."""
    left = [path.parent for path in place.glob(f"*{PARTIAL}/{RECORD}") if is_over(path) and not _awaits_its_name(path)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return left


def disk_error(error: OSError) -> RunError:
    """Return what a failed access to the disk means for the user."""
    where = str(error.filename or "")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return RunError(
            Text(
                de="Der Datenträger ist voll; der Bericht wurde nicht fertig.",
                en="The disk is full; the report was not finished.",
            ),
            where,
            Text(
                de="Platz schaffen und den Lauf wiederholen; der unfertige Ordner wird dann ersetzt.",
                en="Free some space and run again; the unfinished folder is replaced then.",
            ),
        )
    what = TEXTS["disk_error_what"]
    return RunError(
        what.fill(reason=reason_of(error)),
        where,
        Text(
            de="Ist die Datei in einem anderen Programm geöffnet, oder fehlt das Schreibrecht?",
            en="Is the file open in another program, or is the right to write missing?",
        ),
    )


def _interrupted(partial: Path) -> Interrupted:
    return Interrupted(TEXTS["interrupted_stopped_there_no"], str(partial), TEXTS["interrupted_start_again_same"])


def _note_outcome(partial: Path, record: Mapping[str, Any], outcome: str, message: str = "") -> None:
    """Note how a run ended; on a full disk even that may fail, and the first error is the one to tell."""
    try:
        write_record(partial, {**ended(record), "outcome": outcome, "message": message})
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)


def _awaits_its_name(record: Path) -> bool:
    """Whether a run is finished but for the last step, which another run must not take from it; or has just got its name."""
    try:
        return bool(json.loads(record.read_text(encoding="utf-8")).get("outcome") == "finished")
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False


def _claimed(place: Path, name: str) -> Path:
    """Make a working folder that no other run has; of two runs in the same instant one gets the next name.

    Whoever holds ``<name>.partial`` alone can make ``<name>`` of it, so that the last step never meets a folder of another run.
    """
    try:
        clear_partial(place)
        place.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            candidate = name if number == 1 else f"{name}-{number}"
            partial = place / (candidate + PARTIAL)
            if not (place / candidate).exists() and _made(partial):
                if not (place / candidate).exists():
                    return partial
                partial.rmdir()  # another run was finished between the two looks
    except OSError as error:
        raise disk_error(error) from error
    raise disk_error(FileExistsError(errno.EEXIST, "", str(place / name)))


def _made(folder: Path) -> bool:
    try:
        folder.mkdir()
    except FileExistsError:
        return False
    return True


def _rename(partial: Path) -> None:
    """Give a finished run its name; a virus scanner or a synchronised folder may hold a file for some seconds."""
    final = partial.with_name(partial.name.removesuffix(PARTIAL))
    for wait in WAITS:
        try:
            partial.rename(final)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    partial.rename(final)
