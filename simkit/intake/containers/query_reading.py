"""Reads what a query returns, through DuckDB: from files, from SQLite and from PostgreSQL, and never writes.

DuckDB is an extra (``simkit[sql]``); its readers of databases come as packages too, so that nothing is fetched while it runs.
User and password of a PostgreSQL are those of the environment (PGUSER, PGPASSWORD, PGPASSFILE): a client's file holds none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from simkit.intake.containers import container_texts as texts
from simkit.intake.containers.database_address import PASSWORD
from simkit.intake.containers.file_kinds import ContainerKind, problem
from simkit.intake.containers.records import MOST_CELLS, Records

_SECONDS, _SECONDS_TO_CONNECT, _MEMORY = 60, 8, "600MB"
_READERS = {"text": "read_csv", "parquet": "read_parquet", "json": "read_json_auto"}
_TYPES = {"postgres": "postgres_scanner", "sqlite": "sqlite_scanner"}
_BEYOND_A_TABLE = re.compile(
    r"(?i)\b(?:postgres_\w+|sqlite_\w+|dblink\w*|read_\w+|glob|pg_read\w*|pg_ls\w*|lo_\w+)\s*\("
)
"""Functions that reach past the tables of the one source that is named."""


def server_records(address: str, query: str) -> Records:
    """Return what a query returns from a PostgreSQL, in a transaction that can only read.

    Parameters
    ----------
    address : str
        ``postgresql://server/database``, without a password.

    Raises
    ------
    FindingsError
        The extra is missing, the server does not answer, or the query is refused or takes too long.
    """
    mark = "&" if "?" in address else "?"
    place = f"{address}{mark}connect_timeout={_SECONDS_TO_CONNECT}"
    with _connection(address) as connection:
        _attach(connection, "postgres", place, address)
        return _queried(connection, query, address)


def file_records(path: Path, kind: ContainerKind, query: str, source: str) -> Records:
    """Return what a query returns from a file: of a database its tables, of any other one table with the file's name.

    Raises
    ------
    FindingsError
        As :func:`server_records`, or such a file cannot be queried.
    """
    with _connection(source) as connection:
        if kind == "sqlite":
            _attach(connection, "sqlite", str(path), source)
        elif kind == "duckdb":
            _attach(connection, "duckdb", str(path), source)
        elif kind in _READERS:
            _view(connection, path, kind, source)
        else:
            raise problem(source, texts.NOT_QUERIED.fill(kind=texts.KINDS[kind]), texts.NOT_QUERIED_REMEDY)
        return _queried(connection, query, source)


def parquet_records(path: Path, source: str) -> Records:
    """Return all rows of a Parquet file.

    Raises
    ------
    FindingsError
        The extra is missing, or the file is damaged.
    """
    with _connection(source) as connection:
        _view(connection, path, "parquet", source)
        return _queried(connection, "SELECT * FROM data", source, trusted=True)


@contextmanager
def _connection(source: str) -> Iterator[Any]:
    try:
        import duckdb
    except ImportError as error:
        raise problem(source, texts.NO_SQL, texts.NO_SQL_REMEDY) from error
    settings: dict[str, Any] = {
        "memory_limit": _MEMORY,
        "threads": 2,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": "",
    }
    connection = duckdb.connect(":memory:", config=settings)
    try:
        yield connection
    finally:
        connection.close()


def _attach(connection: Any, kind: str, place: str, source: str) -> None:
    import duckdb

    try:
        if kind in _TYPES:
            connection.execute(f"LOAD {_quoted(str(_extension(connection, _TYPES[kind])))}")
        connection.execute(f"ATTACH {_quoted(place)} AS source (TYPE {kind}, READ_ONLY)")
        connection.execute("USE source")
    except ImportError as error:
        raise problem(source, texts.NO_SQL, texts.NO_SQL_REMEDY) from error
    except duckdb.Error as error:
        if kind == "postgres":
            raise problem(source, texts.NO_SERVER.fill(detail=_said(error)), texts.NO_SERVER_REMEDY) from None
        raise problem(source, texts.BROKEN_DATABASE, texts.BROKEN_DATABASE_REMEDY) from error


def _extension(connection: Any, name: str) -> Path:
    """Return where the package of one of DuckDB's readers keeps it; DuckDB itself checks its signature."""
    package: ModuleType = import_module(f"duckdb_extension_{name}")
    version = str(connection.execute("SELECT version()").fetchone()[0])
    return Path(str(package.__path__[0])) / "extensions" / version / f"{name}.duckdb_extension"


def _view(connection: Any, path: Path, kind: str, source: str) -> None:
    """Give a file the name "data", and that of its own up to the first point."""
    import duckdb

    texts_only = ", all_varchar = true" if kind == "text" else ""
    try:
        connection.execute(f"CREATE VIEW data AS SELECT * FROM {_READERS[kind]}({_quoted(str(path))}{texts_only})")
        name = source.partition(".")[0].replace('"', '""')
        if name.lower() != "data":
            connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM data')
        connection.execute(f"SET allowed_paths = [{_quoted(str(path))}]")
    except duckdb.Error as error:
        raise problem(source, texts.BROKEN_DATABASE, texts.BROKEN_DATABASE_REMEDY) from error


def _queried(connection: Any, query: str, source: str, *, trusted: bool = False) -> Records:
    import duckdb

    limit = threading.Timer(_SECONDS, connection.interrupt)
    limit.daemon = True
    try:
        statements = connection.extract_statements(query)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise problem(source, texts.NOT_ONE_SELECT, texts.NOT_ONE_SELECT_REMEDY)
        if not trusted and (reached := _BEYOND_A_TABLE.search(query)):
            raise problem(source, texts.BEYOND_A_TABLE.fill(name=reached[0]), texts.BEYOND_A_TABLE_REMEDY)
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        limit.start()
        found = connection.execute(query)
        names = [column[0] for column in found.description]
        rows = _fetched(found, len(names), source)
    except duckdb.InterruptException as error:
        raise problem(source, texts.SLOW_QUERY.fill(seconds=_SECONDS), texts.SLOW_QUERY_REMEDY) from error
    except (duckdb.Error, UnicodeError) as error:
        raise problem(source, texts.WRONG_QUERY.fill(detail=_said(error)), texts.WRONG_QUERY_REMEDY) from None
    finally:
        limit.cancel()
    cells = [[_cell(value) for value in row] for row in rows]
    digest = hashlib.sha256(repr((query, names, cells)).encode("utf-8", "backslashreplace")).hexdigest()
    frame = pd.DataFrame(cells, columns=pd.Index(names, dtype=object), dtype=object)
    return Records(frame=frame, rows=np.arange(1, len(cells) + 1, dtype=np.int64), sha256=digest)


def _fetched(found: Any, width: int, source: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    while part := found.fetchmany(50_000):
        rows += part
        if len(rows) * width > MOST_CELLS:
            raise problem(source, texts.TOO_MANY_CELLS, texts.SLOW_QUERY_REMEDY)
    return rows


def _cell(value: Any) -> Any:
    """Return a value as the columns know it: numbers, dates, truth values and text."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str | bool | int | float | dt.date | dt.time | dt.timedelta):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _said(error: Exception) -> str:
    """Return the first line of what DuckDB says, without anything that may be a password."""
    lines = str(error).strip().split("\n")
    return re.sub(r"//[^/@\s]*@", "//…@", PASSWORD.sub("…", lines[0]))[:300]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
