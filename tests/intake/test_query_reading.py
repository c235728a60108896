"""Queries read from files, SQLite and PostgreSQL, never write, and never need a password in a file."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simkit.foundation.errors import ConfigError
from simkit.intake.client import load_client
from simkit.intake.containers.database_address import holds_password
from simkit.intake.containers.query_reading import server_records
from simkit.intake.findings import FindingsError
from simkit.intake.settings.client_settings import load_config

COLUMNS = {"order_id": "nr", "customer_id": "kunde", "ordered_on": "am", "value_amount": "wert"}
ROWS = [(f"A{n:02d}", f"00{n % 7}", f"2024-03-{n:02d}", 100.0 + n) for n in range(1, 29)]
TOTAL = sum(row[3] for row in ROWS)
Maker = Callable[..., Path]
with_duckdb = pytest.mark.skipif(
    importlib.util.find_spec("duckdb") is None or importlib.util.find_spec("duckdb_extension_postgres_scanner") is None,
    reason="the extra simkit[sql] is not installed",
)


def sqlite_file(folder: Path) -> bytes:
    path = folder / "made.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE auftraege (nr TEXT, kunde TEXT, am TEXT, wert REAL, art TEXT)")
        connection.executemany("INSERT INTO auftraege VALUES (?, ?, ?, ?, 'Auftrag')", ROWS)
        connection.execute("INSERT INTO auftraege VALUES ('B01', '001', '2024-03-09', 999, 'Angebot')")
    connection.close()
    return path.read_bytes()


def client_with(make_client: Maker, query: str, file: str, content: bytes | None = None) -> Path:
    files = {} if content is None else {file: content}
    return make_client({"orders": {"file": file, "query": query, "columns": COLUMNS}}, files)


def refused(folder: Path) -> str:
    with pytest.raises(FindingsError) as caught:
        load_client(folder)
    return str(caught.value)


@with_duckdb
def test_a_query_reads_an_sqlite_file(make_client: Maker, tmp_path: Path) -> None:
    query = "SELECT nr, kunde, am, wert FROM auftraege WHERE art = 'Auftrag'"
    client = load_client(client_with(make_client, query, "crm.sqlite", sqlite_file(tmp_path)))

    assert client.table("orders")["value_amount"].sum() == TOTAL
    assert client.table("orders")["customer_id"].iloc[0] == "001"
    assert list(client.input_hashes) == ["crm.sqlite"]


@with_duckdb
def test_a_query_reads_csv_and_parquet_under_the_name_of_the_file(make_client: Maker, tmp_path: Path) -> None:
    import duckdb

    rows = "\n".join(f"{nr};{kunde};{am};{wert:.2f}" for nr, kunde, am, wert in ROWS)
    (tmp_path / "x.csv").write_text(f"nr;kunde;am;wert\n{rows}\n", encoding="utf-8")
    duckdb.execute(
        f"COPY (SELECT * FROM read_csv('{tmp_path}/x.csv', types = {{'kunde': 'VARCHAR', 'wert': 'DECIMAL(10,2)'}})) "
        f"TO '{tmp_path}/x.parquet'"
    )
    for name in ("auftraege.csv", "auftraege.parquet"):
        content = (tmp_path / f"x.{name.rpartition('.')[2]}").read_bytes()
        client = load_client(client_with(make_client, "SELECT * FROM auftraege WHERE kunde <> '003'", name, content))
        assert client.table("orders")["value_amount"].sum() == sum(row[3] for row in ROWS if row[1] != "003"), name
    table = {"orders": {"file": "auftraege.parquet", "columns": COLUMNS}}
    whole = load_client(make_client(table, {"auftraege.parquet": (tmp_path / "x.parquet").read_bytes()}))
    assert whole.table("orders")["value_amount"].sum() == TOTAL
    broken = make_client(table, {"auftraege.parquet": b"PAR1" + b"\7" * 300 + b"PAR1"})
    assert "cannot be opened; it is damaged" in refused(broken)


@with_duckdb
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("DELETE FROM auftraege", "not exactly one SELECT"),
        ("SELECT 1; DROP TABLE auftraege", "not exactly one SELECT"),
        ("COPY auftraege TO 'weg.csv'", "not exactly one SELECT"),
        ("SELECT * FROM read_csv('/etc/passwd')", "reaches past the named source with 'read_csv(…)'"),
        ("SELECT * FROM '/etc/passwd'", "The query fails"),
        ("SELECT * FROM auftraegen", "The query fails: Catalog Error: Table with name auftraegen does not exist!"),
        ("SELEC 1", "The query fails: Parser Error"),
        ("SELECT * FROM auftraege WHERE wert > 10000", "holds no rows"),
    ],
)
def test_a_query_only_selects_from_the_named_source(make_client: Maker, tmp_path: Path, query: str, said: str) -> None:
    content = sqlite_file(tmp_path)

    assert said in refused(client_with(make_client, query, "crm.sqlite", content))
    assert (tmp_path / "probe" / "crm.sqlite").read_bytes() == content


@with_duckdb
def test_a_query_that_does_not_end_is_stopped(
    make_client: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simkit.intake.containers.query_reading._SECONDS", 1)
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"

    assert "not done after 1 seconds" in refused(client_with(make_client, endless, "crm.sqlite", sqlite_file(tmp_path)))


def test_a_database_needs_a_query(make_client: Maker, tmp_path: Path) -> None:
    table = {"orders": {"file": "crm.sqlite", "columns": COLUMNS}}

    assert "only a query tells which rows are meant" in refused(
        make_client(table, {"crm.sqlite": sqlite_file(tmp_path)})
    )
    table["orders"]["file"] = "postgresql://server/crm"
    with pytest.raises(ConfigError, match="A database needs a query"):
        load_config(make_client(table))


def test_without_the_extra_the_line_to_type_is_told(
    make_client: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    folder = client_with(make_client, "SELECT 1", "crm.sqlite", sqlite_file(tmp_path))

    assert 'pip install "simkit[sql]"' in refused(folder)
    table = {"orders": {"file": "o.parquet", "columns": COLUMNS}}
    assert 'pip install "simkit[sql]"' in refused(make_client(table, {"o.parquet": b"PAR1"}))


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://anna:geheim@server/crm",
        "postgres://:geheim@server:5432/crm",
        "postgresql://server/crm?user=anna&password=geheim",
        "postgresql://server/crm?sslmode=require&PASSWORD=geheim",
        "host=server password=geheim",
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(make_client: Maker, written: str) -> None:
    with pytest.raises(ConfigError, match=r"A password stands in client\.yaml") as caught:
        load_config(make_client({"orders": {"file": written, "query": "SELECT 1", "columns": COLUMNS}}))

    assert "geheim" not in caught.value.render("de")
    assert "PGPASSWORD" in caught.value.render("de")


def test_addresses_and_queries_without_a_password_are_none() -> None:
    for written in (
        "postgresql://anna@server/crm",
        "postgresql://server:5432/crm?sslmode=require",
        "a@b.csv",
        "x:y@z.csv",
    ):
        assert not holds_password(written), written
    assert holds_password("SELECT * FROM postgres_scan('host=h password=x', 'a', 'b')")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Start a PostgreSQL with a table of orders and a user who needs a password; yield its port."""
    places = [
        Path(one) / "pg_ctl" for one in (*sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin"))), "/usr/bin")
    ]
    found = next((place for place in reversed(places) if place.exists()), None) or shutil.which("pg_ctl")
    if found is None:
        pytest.skip("no PostgreSQL server is installed here")
    programs = Path(found).resolve().parent
    user = _unprivileged()
    folder = Path(str(tmp_path_factory.mktemp("postgres")))
    data = Path(f"/tmp/simkit-pg-{os.getpid()}") if user else folder / "data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data.mkdir()
    if user:
        shutil.chown(data, user)

    def run(*words: str) -> None:
        subprocess.run(words, check=True, capture_output=True, user=user, cwd="/", timeout=60)

    try:
        run(str(programs / "initdb"), "-D", str(data), "-U", "boss", "-A", "trust", "--no-sync")
        (data / "pg_hba.conf").write_text("host all boss 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c fsync=off"
        run(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(data / "log"), "-w", "start")
        yield port
    finally:
        subprocess.run(
            [str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], user=user, cwd="/", check=False,
            capture_output=True,
        )  # fmt: skip
        shutil.rmtree(data, ignore_errors=True)


def _unprivileged() -> str | None:
    """Return a user for the server, which refuses to run as root; None where nobody has to change."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    names = {one.pw_name for one in pwd.getpwall()}
    name = next((one for one in ("postgres", "nobody") if one in names), None)
    if name is None:
        pytest.skip("a PostgreSQL server does not run as root, and there is no other user")
    return name


@pytest.fixture
def filled(postgres: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Fill the database; return its address, with the reader's name and password in the environment."""
    statements = ["CREATE SCHEMA IF NOT EXISTS public", "DROP TABLE IF EXISTS auftraege"]
    statements.append("CREATE TABLE auftraege (nr text, kunde text, am date, wert numeric(10, 2))")
    statements += [f"INSERT INTO auftraege VALUES ('{nr}', '{kunde}', '{am}', {wert})" for nr, kunde, am, wert in ROWS]
    statements.append(
        "DO $$ BEGIN CREATE ROLE leser LOGIN PASSWORD 'sehr geheim'; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    statements.append("GRANT ALL ON auftraege TO leser")
    program = shutil.which("psql")
    if program is None:
        pytest.skip("psql is not installed here")
    words = [program, "-h", "127.0.0.1", "-p", str(postgres), "-U", "boss", "-d", "postgres", "-v", "ON_ERROR_STOP=1"]
    subprocess.run([*words, "-c", ";".join(statements)], check=True, capture_output=True, timeout=60)
    monkeypatch.setenv("PGUSER", "leser")
    monkeypatch.setenv("PGPASSWORD", "sehr geheim")
    return f"postgresql://127.0.0.1:{postgres}/postgres"


@with_duckdb
def test_a_query_reads_a_postgresql_with_the_password_of_the_environment(make_client: Maker, filled: str) -> None:
    folder = client_with(make_client, "SELECT nr, kunde, am, wert FROM auftraege", filled)
    client = load_client(folder)

    assert client.table("orders")["value_amount"].sum() == TOTAL
    assert client.table("orders")["ordered_on"].min().isoformat() == "2024-03-01T00:00:00"
    assert list(client.input_hashes) == [filled]
    assert client.input_hashes == load_client(folder).input_hashes


@with_duckdb
@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM auftraege",
        "SELECT * FROM postgres_query('source', 'DELETE FROM auftraege RETURNING nr')",
        "CALL postgres_execute('source', 'DELETE FROM auftraege')",
        "WITH weg AS (DELETE FROM auftraege RETURNING nr) SELECT * FROM weg",
    ],
)
def test_nothing_is_written_to_a_postgresql(make_client: Maker, filled: str, query: str) -> None:
    refused(client_with(make_client, query, filled))

    assert len(server_records(filled, "SELECT nr FROM auftraege").frame) == len(ROWS)


@with_duckdb
def test_a_wrong_password_is_told_and_never_shown(
    make_client: Maker, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "falsches Wort")
    answer = refused(client_with(make_client, "SELECT 1", filled))

    assert "The database does not answer or refuses" in answer
    assert "PGPASSWORD" in answer
    assert "falsches" not in answer
