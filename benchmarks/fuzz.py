"""What broken input does to the command line: thousands of damaged files, and not one traceback, hang or unexpected error.

``python benchmarks/fuzz.py`` damages client.yaml, designs, levers and scenarios, workbooks and other files of a small client, and
runs ``check`` on each in a process of its own, and counts how it ended. ``--share 0.02`` does a part of it.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import xlsxwriter
from machine import PROJECT, say, say_machine

CONFIGS, OVERRIDES, WORKBOOKS = 520, 260, 110
LONGEST, WAITED, HANGS = 10.0, 6.5, 90
"""Seconds an answer may take; of them those in which a reader is watched without computing; when to give up."""
COMMAND = ("check",)
FINE = {0, 2, 3}
CLIENT = """client: {name}
name: Fuzz GmbH
country: DE
language: en
period: {{first: 2024-01-01, last: 2024-12-31}}
privacy: {{minimum_group: 5}}
study: {{designs: [baseline, {design}], scenarios: [today]}}
controlling: {{contacts_per_year: {{A: 12, B: 6, C: 2}}}}
assumptions: {{handover.clarification_chance: 0.2}}
tables:
  orders:
    file: {file}
    columns: {{order_id: Nr, customer_id: Kunde, ordered_on: am, value_amount: Wert}}
    values: {{}}
    skip_rows: 0
"""
ROWS = "Nr;Kunde;am;Wert\n" + "".join(
    f"A{n};K{n % 9};{n % 28 + 1:02d}.{n % 12 + 1:02d}.2024;{n},50\n" for n in range(1, 121)
)
ODD_VALUES = (
    "",
    "null",
    "[]",
    "{}",
    "-1",
    ".inf",
    "-.inf",
    ".nan",
    "1e400",
    "9" * 5000,
    "true",
    "2024-02-30",
    "'\\0'",
    '"\\0"',
    "&a [*a]",
    "*x",
    "!!python/object/apply:os.system [echo]",
    "!!binary AAAA",
    "zip",
    "rot13",
    "undefined",
    '"\\n"',
    "1000000000000",
    "[[[[[[]]]]]]",
    "../x",
    "/etc/passwd",
    "postgresql://a:b@c/d",
    "\u202e",
    "{a: {b: {c: d}}}",
    "? x",
    "- x",
    "'",
    '"',
    "Z",
    "+",
    "today+",
    "nope",
)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One damaged input: how it is written into a client's folder."""

    kind: str
    write: Callable[[Path], None]
    """Gets the folder of a sound client and damages it."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a command ended."""

    kind: str
    code: int
    seconds: float
    computed: float
    """Time that passed, and time that processors worked; the first suffers from whatever else the machine does."""
    output: str

    @property
    def fault(self) -> str:
        """What must never happen; empty where it did not."""
        if "Traceback (most recent" in self.output or "panicked" in self.output:
            return "traceback"
        if "Unexpected error" in self.output or "Unerwarteter Fehler" in self.output:
            return "unexpected error"
        if self.code not in FINE:
            return f"exit code {self.code}"
        return ""


def attempts(share: float, seed: int = 1) -> Iterator[Attempt]:
    """Yield all damaged inputs, or an even part of them."""
    draw = random.Random(seed)
    groups = (
        [config_attempt(draw.random()) for _ in range(CONFIGS)],
        [override_attempt(draw.random()) for _ in range(OVERRIDES)],
        [workbook_attempt(draw.random()) for _ in range(WORKBOOKS)],
        [Attempt(kind="file", write=write) for write in file_attacks()],
    )
    for group in groups:
        wanted = max(round(len(group) * share), 2) if share < 1 else len(group)
        yield from draw.sample(group, wanted)


def config_attempt(seed: float) -> Attempt:
    """Return a damage to client.yaml: a line dropped, doubled, indented or given an odd value, or bytes exchanged."""

    def write(folder: Path) -> None:
        file = folder / "client.yaml"
        file.write_bytes(damaged_text(file.read_bytes(), random.Random(seed)))

    return Attempt(kind="client.yaml", write=write)


def damaged_text(content: bytes, draw: random.Random) -> bytes:
    """Return a text with one to three damages."""
    lines = content.decode().split("\n")
    for _ in range(draw.randint(1, 3)):
        place = draw.randrange(len(lines))
        line = lines[place]
        match draw.randrange(6):
            case 0:
                del lines[place]
                lines = lines or [""]
            case 1:
                lines.insert(place, line)
            case 2:
                lines[place] = "  " + line
            case 3 | 4:
                lines[place] = line.partition(":")[0] + ": " + draw.choice(ODD_VALUES)
            case _:
                cut = draw.randrange(len(line) + 1)
                lines[place] = line[:cut] + draw.choice("{}[]:,&*#!|>'\"%@`\t\x00\x07ä") + line[cut:]
    written = bytearray("\n".join(lines).encode("utf-8", "surrogatepass"))
    if written and draw.random() < 0.1:
        written[draw.randrange(len(written))] = draw.randrange(256)
    return bytes(written)


def override_attempt(seed: float) -> Attempt:
    """Return a damage to a design, lever, scenario or priority table that the client has of its own."""

    def write(folder: Path) -> None:
        draw = random.Random(seed)
        kind = draw.choice(("designs", "scenarios", "levers", "priorities"))
        sources = sorted((PROJECT / "templates" / kind).glob("*.yaml"))
        source = draw.choice(sources)
        (folder / kind).mkdir()
        (folder / kind / source.name).write_bytes(damaged_text(source.read_bytes(), draw))
        if kind in {"designs", "scenarios"}:
            config = (folder / "client.yaml").read_text(encoding="utf-8")
            line = f"study.{kind}: [{source.stem}]\n"
            (folder / "client.yaml").write_text(config + line, encoding="utf-8")

    return Attempt(kind="designs, levers, scenarios", write=write)


def sound_workbook() -> bytes:
    """Return the orders as a workbook."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("Daten")
    for number, line in enumerate(ROWS.splitlines()):
        sheet.write_row(number, 0, line.split(";"))
    book.close()
    return content.getvalue()


def workbook_attempt(seed: float) -> Attempt:
    """Return a damage to a workbook: bytes of the archive, or of the XML inside of a sound archive."""

    def write(folder: Path) -> None:
        draw = random.Random(seed)
        content = sound_workbook()
        put(folder, "o.xlsx", with_noise(content, draw) if draw.random() < 0.4 else with_damaged_parts(content, draw))

    return Attempt(kind="workbooks", write=write)


def with_noise(content: bytes, draw: random.Random) -> bytes:
    """Exchange some bytes, or cut the end off."""
    written = bytearray(content)
    for _ in range(draw.randint(1, 30)):
        written[draw.randrange(len(written))] = draw.randrange(256)
    return bytes(written[: draw.randrange(1, len(written))]) if draw.random() < 0.2 else bytes(written)


def with_damaged_parts(content: bytes, draw: random.Random) -> bytes:
    """Exchange bytes or cells' references in the XML of a workbook, and pack it again."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as archive:
        victim = draw.choice([name for name in source.namelist() if name.endswith((".xml", ".rels"))])
        for name in source.namelist():
            part = source.read(name)
            if name == victim:
                part = with_noise(part, draw)
            if name.endswith("sheet1.xml") and draw.random() < 0.5:
                odd = draw.choice((b"A0", b"", b"XFD1048576", b"ZZZZZZ99999999999", b"A-1", b"XFD9", b"A1048576"))
                part = part.replace(b'r="C7"', b'r="' + odd + b'"')
            archive.writestr(name, part)
    return target.getvalue()


def put(folder: Path, name: str, content: bytes) -> None:
    """Lay a file into the folder of a client, and let client.yaml name it."""
    (folder / name).write_bytes(content)
    config = (folder / "client.yaml").read_text(encoding="utf-8")
    (folder / "client.yaml").write_text(config.replace("file: o.csv", f"file: {name}"), encoding="utf-8")


def file_attacks() -> list[Callable[[Path], None]]:
    """Return attacks by whole files: wrong kinds, bombs, endless lines, odd codecs, names and folders."""
    rows, book = ROWS.encode(), sound_workbook()
    calendar = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20240303T090000\n%s\nEND:VEVENT\nEND:VCALENDAR\n"
    zeros = gzip.compress(bytes(100_000_000), 9) * 6
    contents: dict[str, list[bytes]] = {
        "o.csv": [
            b"",
            b"\n" * 100,
            b"\0" * 5000,
            book,
            gzip.compress(rows),
            b"PAR1" + bytes(50),
            b"<html><table>",
            b"%PDF-1.4",
            b"{",
            b"[" * 100_000,
            b";" * 5_000_000,
            b'"' * 1_000_001,
            b"a;b\n" + b"x" * 20_000_000,
            b"\xff\xfe" + b"a\0" * 999,
            b"\xff\xfea",
            rows + b'"',
            rows * 300,
            rows.replace(b";", b","),
            b"\xef\xbb\xbf" + rows,
            rows[:-3] + b"\x81\x8d\x8f",
            b"Nr;Nr;Nr;Nr\n1;2;3;4\n",
            rows.replace(b",50", b",50" + b"9" * 400),
            rows.replace(b".2024", b".9999"),
            rows.replace(b"A1;", b"=cmd|' /C calc'!A0;"),
        ],
        "o.xlsx": [
            b"",
            rows,
            b"PK\x03\x04",
            b"PK\x05\x06" + bytes(18),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
            with_sheet(book, b"<sheetData>", b"<sheetData>" + b"<row>" * 200_000),
            with_sheet(book, b"<v>", b"<v>" + b"9" * 400),
            with_sheet(book, b'r="A2"', b'r="XFD1048576"'),
            with_sheet(book, b'r="D2"', b'r="XFD1048576"'),
            with_sheet(book, b"</sheetData>", b" " * 90_000_000 + b"</sheetData>"),
            with_sheet(book, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "' + b"b" * 1000 + b'">]><worksheet'),
        ],
        "o.xls": [
            b"",
            rows,
            book,
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9000),
            b"<html><table>",
            b"\t\x08\x10\0" + bytes(400),
        ],
        "o.xlsb": [b"", book, b"PK\x03\x04" + bytes(99)],
        "o.ods": [b"", book, b"PK\x03\x04" + bytes(99)],
        "o.csv.gz": [b"", rows, b"\x1f\x8b", gzip.compress(rows)[:-9], zeros],
        "o.zip": [
            b"",
            rows,
            zipped({}),
            zipped({"a.csv": rows, "b.csv": rows}),
            zipped({"../a.csv": rows}),
            zipped({"a.csv": b"0" * 90_000_000}),
        ],
        "o.json": [
            b"",
            b"{}",
            b"[]",
            b"[1]",
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b'[{"Nr":' + b"9" * 9000 + b"}]",
            b"\xff\xfe{",
        ],
        "o.ics": [
            b"",
            b"BEGIN:VCALENDAR",
            calendar % b"RRULE:FREQ=SECONDLY",
            calendar % b"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            calendar % b"RRULE:FREQ=X",
            calendar % b"DTEND:00000000T000000",
            calendar % (b"A:" + b"x" * 5_000_000),
        ],
        "o.parquet": [b"", rows, b"PAR1" + b"\7" * 5000 + b"PAR1"],
        "o.sqlite": [b"", rows, b"SQLite format 3\0" + bytes(5000)],
    }
    by_content = [_laid(name, content) for name, each in contents.items() for content in each]
    return [*by_content, a_folder, a_link_out, no_right_to_read, a_long_name]


def _laid(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: put(folder, name, content)


def a_folder(folder: Path) -> None:
    """Lay a folder where the file should be."""
    (folder / "o.csv").unlink()
    (folder / "o.csv").mkdir()


def a_link_out(folder: Path) -> None:
    """Lay a link that leads out of the client's folder."""
    (folder / "o.csv").unlink()
    (folder / "o.csv").symlink_to("/etc/passwd")


def no_right_to_read(folder: Path) -> None:
    """Take the right to read a file away."""
    (folder / "o.csv").chmod(0)


def a_long_name(folder: Path) -> None:
    """Name a file whose name no disk takes."""
    config = (folder / "client.yaml").read_text(encoding="utf-8")
    (folder / "client.yaml").write_text(config.replace("o.csv", "ä" * 500 + ".csv"), encoding="utf-8")


def with_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    """Exchange something in the sheet of a workbook."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        for name in source.namelist():
            part = source.read(name)
            parts[name] = part.replace(old, new) if name.endswith("sheet1.xml") else part
    return zipped(parts)


def zipped(parts: dict[str, bytes]) -> bytes:
    """Pack files into a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def made_client(attempt: Attempt, number: int, place: Path) -> str:
    """Make a sound client and damage it; return its name."""
    name = f"f{number}"
    folder = place / "client_data" / name
    folder.mkdir(parents=True)
    (folder / "o.csv").write_text(ROWS, encoding="utf-8")
    (folder / "client.yaml").write_text(CLIENT.format(name=name, design="stretched_t", file="o.csv"), encoding="utf-8")
    attempt.write(folder)
    return name


def started(name: str, place: Path, output: Path) -> int:
    """Let a copy of this process run ``check``, which has everything imported already; return its id."""
    process = os.fork()
    if process:
        return process
    code = 99
    try:
        with output.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.chdir(place)
        check([*COMMAND, name])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 98
    except BaseException:  # noqa: BLE001 - what the command line lets through is what is looked for
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def endings(share: float, jobs: int = 1) -> Iterator[tuple[int, Ending]]:
    """Yield how each damaged input ended, with its number."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        waiting = list(enumerate(attempts(share)))
        running: dict[int, tuple[int, Attempt, float, Path]] = {}
        while waiting or running:
            while waiting and len(running) < jobs:
                number, attempt = waiting.pop(0)
                output = place / f"{number}.txt"
                name = made_client(attempt, number, place)
                running[started(name, place, output)] = (number, attempt, time.monotonic(), output)
            process, status, used = os.wait3(0)
            number, attempt, since, output = running.pop(process)
            yield (
                number,
                Ending(
                    kind=attempt.kind,
                    code=os.waitstatus_to_exitcode(status),
                    seconds=time.monotonic() - since,
                    computed=used.ru_utime + used.ru_stime,
                    output=output.read_text(encoding="utf-8", errors="replace"),
                ),
            )
            shutil.rmtree(place / "client_data" / f"f{number}", ignore_errors=True)


def import_everything() -> None:
    """Import what every command imports, once for all attempts."""
    for module in (
        "pandas",
        "simkit.intake.client",
        "simkit.report.run.settings_check",
        "simkit.intake.checks.data_checks",
    ):
        import_module(module)
    for module in ("simkit.cli.check_command", "simkit.analysis.run_outlook", "simkit.study.measured.client_inputs"):
        import_module(module)


def check(words: list[str]) -> None:
    """Run one command of the command line."""
    from simkit.cli.main import main as command_line

    signal.alarm(HANGS)
    command_line(words)


def main() -> int:
    """Run the attempts and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="part of the attempts")
    parser.add_argument("--jobs", type=int, default=2, help="commands at once")
    asked = parser.parse_args()
    say_machine()
    import_everything()
    counts: dict[str, Counter[str]] = {}
    longest: dict[str, tuple[float, float]] = {}
    bad = 0
    for number, ending in endings(asked.share, asked.jobs):
        count = counts.setdefault(ending.kind, Counter())
        count["tried"] += 1
        count[f"exit {ending.code}"] += 1
        longest[ending.kind] = max(longest.get(ending.kind, (0.0, 0.0)), (ending.seconds, ending.computed))
        fault = ending.fault or ("over 10 s" if min(ending.seconds, ending.computed + WAITED) > LONGEST else "")
        if fault:
            bad += 1
            count[fault] += 1
            say(f"{number} ({ending.kind}): {fault}, {ending.seconds:.1f} s: {ending.output[-300:]}")
    for kind, count in counts.items():
        passed, computed = longest[kind]
        ended = ", ".join(f"{name} {times}" for name, times in sorted(count.items()))
        say(f"{kind}: {ended}; longest {passed:.1f} s ({computed:.1f} s computed)")
    say(f"faults: {bad}")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
