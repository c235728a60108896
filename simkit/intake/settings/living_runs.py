"""Which runs of a client are under way: what deletes or tidies up must not take the ground from under them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RECORD = "run.json"
MARKER = "under_way"
"""Folder in a client's cache that holds a small record of each run under way, also of one whose report goes elsewhere."""
CLOCK_S = 5.0
"""So much later than its record a process may have begun and still be the one that wrote it, in seconds."""


def is_over(file: Path) -> bool:
    """Tell whether the run behind a record has ended; of a run on another machine only its own record knows.

    Notes
    -----
    A process that began after the record was written is another one, which has got the same number from the system.
    """
    try:
        record, written = json.loads(file.read_text(encoding="utf-8")), file.stat().st_mtime
    except (OSError, ValueError):
        return True
    if record.get("outcome") != "running":
        return True
    if record.get("machine") != platform.node():
        return False
    import psutil

    try:
        return bool(psutil.Process(int(record.get("process", -1))).create_time() > written + CLOCK_S)
    except (psutil.Error, ValueError):
        return True


def living_runs(reports: Path, cache: Path) -> tuple[Path, ...]:
    """Return the records of the runs of a client that are under way.

    Parameters
    ----------
    reports, cache : Path
        Where the client's reports and what is kept of it between runs lie.
    """
    records = [*reports.glob(f"*.partial/{RECORD}"), *(cache / MARKER).glob("*.json")]
    return tuple(sorted(file for file in records if not is_over(file)))


@contextmanager
def under_way(cache: Path) -> Iterator[None]:
    """Let others see that a run of the client is under way; where nothing can be written, its own folder alone tells."""
    file = cache / MARKER / f"{os.getpid()}.json"
    record = {"outcome": "running", "process": os.getpid(), "machine": platform.node()}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(record), encoding="utf-8")
    except OSError:
        pass
    try:
        yield
    finally:
        _remove(file)


def _remove(file: Path) -> None:
    """Take a marker away, and the folders that it alone was in."""
    try:
        file.unlink(missing_ok=True)
        for folder in (file.parent, file.parent.parent):
            folder.rmdir()
    except OSError:  # another run's marker, or something that is kept, lies there too
        return
