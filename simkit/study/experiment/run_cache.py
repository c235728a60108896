"""Finished runs, kept under the hash of everything that moves them, so that no study runs twice what it has run before.

Kept in one SQLite file: thousands of runs are thousands of small files otherwise, which Windows opens slowly and scans one
by one; a write appears whole or not at all, however the process ends; two processes wait for each other; nothing has to be
installed. The journal is the plain one (not WAL, which may break on a network drive); a write takes milliseconds and comes
once for several runs of seconds each. Values are stored as they are in memory, so a run that is read is the run that ran.

The file holds measures of simulated organisations under hashes, as the tables of a report do, and nothing of the client's
data; it lies in the client's cache folder, which ``simkit purge`` deletes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from simkit.foundation.errors import RunError
from simkit.foundation.text import Text
from simkit.study.experiment.experiment_spec import Engine, RunResult
from simkit.study.experiment.replicate import play_replication
from simkit.study.experiment.run_keys import engine_name, environment
from simkit.study.thresholds import threshold

FILE = "runs.sqlite"
ASIDE = "runs.damaged.sqlite"
FORMAT = 2
"""1: keys held the words of the code; none of them is asked for any more."""
WAIT_S = 60.0  # for another process that writes
AT_ONCE = 500  # keys in one question
MEASURED_RUNS = 200
MEGABYTE = 1_000_000
SLACK = (
    0.75  # a file that became too large is brought down to this share of the limit, so that it is not done every time
)
BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT", "SQLITE_IOERR_SHORT_READ")
DELETED = "SQLITE_READONLY_DBMOVED"
SCHEMA = """
CREATE TABLE layouts (digest BLOB PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    key BLOB NOT NULL UNIQUE, layout BLOB NOT NULL, seal BLOB NOT NULL, seconds REAL NOT NULL, engine TEXT NOT NULL,
    environment BLOB NOT NULL, used_on TEXT NOT NULL, numbers BLOB NOT NULL
);
CREATE INDEX used ON runs (used_on);
"""

Result = TypeVar("Result")


class RunCache:
    """The finished runs in one folder, opened for one engine.

    Raises
    ------
    RunError
        If the file can be neither read nor set aside, or the disk is full.
    """

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.file = folder / FILE
        self._engine, self._environment = engine_name(engine), environment_digest(engine)
        self._wrote = False
        self.dropped = 0
        """Number of runs of an older format that were deleted when the file was opened."""
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = self._opened()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._wrote:
                self._safely(self._sweep)
        finally:
            self._connection.close()

    def find(self, keys: Iterable[bytes]) -> dict[bytes, RunResult]:
        """Return the runs that are there; one that was damaged is deleted and counts as not there."""
        wanted = list(dict.fromkeys(keys))
        found: dict[bytes, RunResult] = {}
        for first in range(0, len(wanted), AT_ONCE):
            found |= self._safely(partial(self._find, wanted[first : first + AT_ONCE])) or {}
        return found

    def keep(self, run_results: Mapping[bytes, RunResult]) -> None:
        """Write finished runs; when it returns they are there, and not before."""
        self._wrote = True
        self._safely(partial(self._keep, run_results))

    @property
    def size(self) -> int:
        """Number of runs in it, of whatever version."""
        return int(self._safely(partial(self._one, "SELECT COUNT(*) FROM runs")) or 0)

    def check(self) -> None:
        """Read the whole file, so that damage anywhere in it is found now; a damaged one is set aside."""
        if self._safely(lambda: self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]) not in {"ok", None}:
            self._connection.close()
            self._set_aside()
            self._connection = self._connected()

    @property
    def seconds_per_run(self) -> float | None:
        """Mean of the last runs of this engine and version; None without any."""
        question = (
            "SELECT AVG(seconds) FROM (SELECT seconds FROM runs WHERE engine = ? AND environment = ? "
            "ORDER BY rowid DESC LIMIT ?)"
        )
        given = (self._engine, self._environment, MEASURED_RUNS)
        mean = self._safely(partial(self._one, question, given))
        return None if mean is None else float(mean)

    @property
    def of_other_versions(self) -> int:
        """Number of this engine's runs that another version of the kit, or of a package that computes, has made."""
        question = "SELECT COUNT(*) FROM runs WHERE engine = ? AND environment <> ?"
        return int(self._safely(partial(self._one, question, (self._engine, self._environment))) or 0)

    # --- inside ---------------------------------------------------------------------------------------------------------

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            if not _is_broken(error):
                raise _unusable(self.file, error) from error
            self._set_aside()
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=WAIT_S, isolation_level="IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                self.dropped += _lay_out(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        """Put a file that cannot be read out of the way, under a name that `note_on` tells of; its runs are run again."""
        try:
            self.file.replace(self.file.with_name(ASIDE))
            self.file.with_name(f"{FILE}-journal").unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(self.file, error) from error

    def _safely(self, ask: Callable[[], Result]) -> Result | None:
        """Return an answer; a file that turns out damaged is set aside for an empty one, and there is none.

        A file that was deleted under way, as ``simkit purge --runs`` does, is begun anew.
        """
        try:
            return ask()
        except sqlite3.DatabaseError as error:
            self._connection.rollback()
            if getattr(error, "sqlite_errorname", "") == DELETED:
                self._connection.close()
                self.file.parent.mkdir(parents=True, exist_ok=True)
                self._connection = self._connected()
                return ask()
            if not _is_broken(error):
                raise _unusable(self.file, error) from error
            self._connection.close()
            self._set_aside()
            self._connection = self._connected()
            return None

    def _one(self, question: str, given: tuple[object, ...] = ()) -> float | None:
        answer: float | None = self._connection.execute(question, given).fetchone()[0]
        return answer

    def _find(self, keys: list[bytes]) -> dict[bytes, RunResult]:
        places = ",".join("?" * len(keys))
        question = (
            "SELECT key, layout, content, numbers, seal, seconds, used_on FROM runs "
            f"LEFT JOIN layouts ON digest = layout WHERE key IN ({places})"
        )
        found, damaged, old, today = {}, [], [], _today()
        for key, layout, content, numbers, seal, seconds, used_on in self._connection.execute(question, keys):
            if content is None or _digest(content) != layout or _digest(key, layout, numbers) != seal:
                damaged.append((key,))
                continue
            found[key] = RunResult(layout=content, numbers=numbers, seconds=seconds)
            old += [(today, key)] if used_on != today else []
        if damaged or old:
            with self._connection:
                self._connection.executemany("DELETE FROM runs WHERE key = ?", damaged)
                self._connection.executemany("UPDATE runs SET used_on = ? WHERE key = ?", old)
        return found

    def _keep(self, run_results: Mapping[bytes, RunResult]) -> None:
        layouts = {_digest(one.layout): one.layout for one in run_results.values()}
        rows = [
            (key, layout := _digest(one.layout), _digest(key, layout, one.numbers), one.seconds, self._engine,
             self._environment, _today(), one.numbers)
            for key, one in run_results.items()
        ]  # fmt: skip
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO layouts VALUES (?, ?)", layouts.items())
            self._connection.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _sweep(self) -> None:
        """Delete what was not used for long, and what was used longest ago while the file is too large."""
        if not self.file.is_file():  # deleted under way, as simkit purge --runs does
            return
        limit = threshold("rule.cache_megabytes") * MEGABYTE
        last = dt.date.fromisoformat(_today()) - dt.timedelta(days=threshold("rule.cache_days"))
        with self._connection:
            self._connection.execute("DELETE FROM runs WHERE used_on < ?", (last.isoformat(),))
        if self.file.stat().st_size > limit:
            share = 1 - SLACK * limit / self.file.stat().st_size
            number = round(share * (self._one("SELECT COUNT(*) FROM runs") or 0))
            oldest = "SELECT rowid FROM runs ORDER BY used_on, environment = ?, rowid LIMIT ?"
            with self._connection:
                self._connection.execute(f"DELETE FROM runs WHERE rowid IN ({oldest})", (self._environment, number))
                self._connection.execute("DELETE FROM layouts WHERE digest NOT IN (SELECT layout FROM runs)")
            self._connection.execute("VACUUM")


def environment_digest(engine: Engine) -> bytes:
    """Return the hash of all versions and code that an engine's runs depend on."""
    return hashlib.sha256(repr(sorted(environment(engine).items())).encode("utf-8")).digest()


DAMAGED = Text(
    de="Der Speicher fertiger Läufe war beschädigt. Er liegt jetzt in {file}; was fehlt, wird neu gerechnet (löschen: "
    "simkit purge {client} --runs)",
    en="The store of finished runs was damaged. It now lies in {file}; what is missing is run again (to delete it: "
    "simkit purge {client} --runs)",
)


DROPPED = Text(
    de="{n} gespeicherte Läufe stammten aus einer älteren Version, die sie anders ablegte; sie sind aus {file} gelöscht und "
    "werden neu gerechnet, wo sie gebraucht werden",
    en="{n} stored runs came from an older version that kept them in another way; they are deleted from {file} and are run "
    "again where they are needed",
)


def note_on(folder: Path, client: str, engine: Engine = play_replication) -> Text | None:
    """Return what is to be reported of the kept runs before a study begins; None when there is nothing to tell.

    Parameters
    ----------
    client : str
        Name of the client, for the command that deletes them.
    """
    number = dropped = 0
    if (folder / FILE).is_file():
        with RunCache(folder, engine) as cache:
            cache.check()
            number, dropped = cache.of_other_versions, cache.dropped
    if (folder / ASIDE).is_file():
        return DAMAGED.fill(file=folder / ASIDE, client=client)
    if dropped:
        return DROPPED.fill(n=dropped, file=folder / FILE)
    if not number:
        return None
    text = Text(
        de="{n} gespeicherte Läufe stammen von einer anderen Version; sie werden nicht verwendet und nach {days} Tagen ohne "
        "Gebrauch gelöscht (sofort: simkit purge {client} --runs)",
        en="{n} stored runs are of another version; they are not used, and deleted after {days} days without use (at once: "
        "simkit purge {client} --runs)",
    )
    return text.fill(n=number, client=client, days=f"{threshold('rule.cache_days'):g}")


@contextmanager
def opened(folder: Path | None, engine: Engine) -> Iterator[RunCache | None]:
    """Open the finished runs of a folder; none where no folder is given, or the engine's code is in no file."""
    if folder is None or not environment(engine)["code"]:
        yield None
        return
    try:
        cache = RunCache(folder, engine)
    except OSError as error:
        raise _unusable(folder / FILE, error) from error
    with cache:
        yield cache


def _lay_out(connection: sqlite3.Connection) -> int:
    """Make the tables in place of those of an older format, and return how many runs went with them.

    Another process may just have done it.
    """
    connection.execute("BEGIN EXCLUSIVE")
    with connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] == FORMAT:
            return 0
        old = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        dropped = int(connection.execute("SELECT COUNT(*) FROM runs").fetchone()[0]) if "runs" in old else 0
        for name in old:
            connection.execute(f'DROP TABLE "{name}"')
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    if dropped:
        connection.execute("VACUUM")
    return dropped


def _is_broken(error: sqlite3.DatabaseError) -> bool:
    return str(getattr(error, "sqlite_errorname", "")).startswith(BROKEN)


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.digest()


def _today() -> str:
    return dt.date.today().isoformat()


def _unusable(file: Path, error: Exception) -> RunError:
    return RunError(
        Text(
            de="Der Speicher fertiger Läufe lässt sich nicht benutzen.",
            en="The store of finished runs cannot be used.",
        ),
        f"{file}: {getattr(error, 'strerror', None) or error}",
        Text(
            de="Platz und Rechte des Laufwerks prüfen und andere Programme beenden, die die Datei offen haben; sie darf "
            "gelöscht werden.",
            en="Check the disk's free space and rights, and end other programs that have the file open; it may be deleted.",
        ),
    )
