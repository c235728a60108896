"""Writes the exports that made_exports.yaml describes: true headings of known systems, values that are made up."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook

ROWS = 60
_FILE = Path(__file__).with_suffix(".yaml")
FIRST = ("Anna", "Bernd", "Clara", "Dieter", "Eva", "Frank", "Helga")
LAST = ("Beispiel", "Dummert", "Ersatzmann", "Fiktiver", "Musterfrau", "Probst", "Vorlage")
COMPANIES = (
    "Alpha",
    "Berger",
    "Ceres",
    "Delta",
    "Eiche",
    "Fels",
    "Granit",
    "Hafen",
    "Insel",
    "Jura",
    "Kiesel",
    "Linde",
)
TOPICS = ("Neue Anlage für Halle", "Wartung der Linie", "Umbau nach Plan", "Angebot über Ersatzteile, Los")


@dataclass(frozen=True, kw_only=True)
class MadeExport:
    """One export, and what its columns are."""

    system: str
    file: str
    table: str
    content: Mapping[str, Any]

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """Our column → heading and kind of the operation that reads it, empty for none."""
        found: dict[str, tuple[str, str]] = {}
        for heading, one in self.content["columns"].items():
            written = one.get("is", [])
            for word in written if isinstance(written, list) else [written]:
                ours, _, kind = word.partition("=")
                found[ours] = (heading, kind)
        return found

    @property
    def asked(self) -> dict[str, str]:
        """Our column of persons → heading that holds names."""
        return {one["asks"]: heading for heading, one in self.content["columns"].items() if "asks" in one}

    @property
    def keyed(self) -> dict[str, str]:
        """Our column → part of a compound key that fills it."""
        return dict(self.content.get("key", {}))

    @property
    def holds(self) -> bool:
        """Whether the table may be taken as it is."""
        return bool(self.content.get("holds", True))

    @property
    def also(self) -> set[tuple[str, str]]:
        """(our column, heading) of further columns that are right, too."""
        return {(one["also"], heading) for heading, one in self.content["columns"].items() if "also" in one}

    def _row(self, row: int) -> dict[str, object]:
        cells = {heading: _cell(one, row) for heading, one in self.content["columns"].items()}
        for heading, one in self.content["columns"].items():
            if any(cells[other] not in values for other, values in one.get("when", {}).items()):
                cells[heading] = ""
        return cells

    def write(self, folder: Path) -> Path:
        """Write the export into a folder and return its file."""
        heads = list(self.content["columns"])
        made = [list(self._row(row).values()) for row in range(ROWS)]
        rows = [*self.content.get("before", []), heads, *made, *self.content.get("after", [])]
        path = folder / self.file
        folder.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".xlsx":
            book = Workbook()
            for row in rows:
                book.active.append(row)
            book.save(path)
        else:
            encoding = self.content.get("encoding", "utf-8")
            with path.open("w", encoding=encoding, newline="") as file:
                csv.writer(file, delimiter=self.content.get("delimiter", ",")).writerows(map(_written, rows))
        return path


def _written(row: list[object]) -> list[str]:
    return [cell.isoformat() if isinstance(cell, dt.date) else str(cell) for cell in row]


def made_exports() -> Iterator[MadeExport]:
    """Yield all exports."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    for system, files in content.items():
        for one in files:
            yield MadeExport(system=system, file=one["file"], table=one["table"], content=one)


def _cell(one: Mapping[str, Any], row: int) -> object:
    if "pick" in one:
        return str(one["pick"][(row * 7 + row // 5) % len(one["pick"])])
    maker, _, detail = one["make"].partition(":")
    return _MAKERS[maker](row, detail)


def _day(row: int, year: str) -> dt.date:
    return dt.date(int(year), 1, 1) + dt.timedelta(days=(row * 37) % 350)


def _name(row: int) -> str:
    return f"{FIRST[row % 7]} {LAST[(row + row // 7) % 7]}"


def _money(row: int) -> float:
    return 1_250.5 + (row * 7919) % 90_000


def _german(number: float) -> str:
    return f"{number:,.2f}".translate(str.maketrans({",": ".", ".": ","}))


def _moment(row: int, year: str, hour: int) -> str:
    return f"{_day(row, year).isoformat()} {hour + row % 6:02d}:{(row * 15) % 60:02d}:00"


_MAKERS: Mapping[str, Callable[[int, str], object]] = {
    "id": lambda row, head: f"{head}{1000 + row * 3}",
    "number": lambda row, first: int(first) + row * 3,
    "whole": lambda row, most: (row * 31) % int(most) + 1,
    "customer": lambda row, _: f"{10_000 + row % 12 * 17}",
    "customer_name": lambda row, _: f"{COMPANIES[row % 12]} Werke {'GmbH' if row % 2 else 'AG'}",
    "company": lambda row, _: f"{COMPANIES[row % 12]} {'Werk' if row % 2 else 'Betrieb'} {row // 2 + 1} GmbH",
    "person": lambda row, _: _name(row),
    "first_name": lambda row, _: FIRST[row % 7],
    "last_name": lambda row, _: LAST[(row + row // 7) % 7],
    "mail": lambda row, _: _name(row).lower().replace(" ", ".") + "@example.com",
    "login": lambda row, _: f"u{100 + row % 9}",
    "person_number": lambda row, _: f"{4_000 + row:05d}",
    "guid": lambda row, _: f"{row * 7919 + 4096:08x}-0000-4000-8000-{row:012x}",
    "guid_few": lambda row, _: f"{row % 9 * 7919 + 4096:08x}-0000-4000-8000-{row % 9:012x}",
    "sentence": lambda row, _: f"{TOPICS[row % 4]} {row + 1}",
    "postcode": lambda row, _: f"{70_000 + row * 113}",
    "date_de": lambda row, year: f"{_day(row, year):%d.%m.%Y}",
    "date_us": lambda row, year: f"{_day(row, year).month}/{_day(row, year).day}/{year}",
    "date_iso": lambda row, year: _day(row, year).isoformat(),
    "date_typed": _day,
    "datetime_iso": lambda row, year: _moment(row, year, 8),
    "later_iso": lambda row, year: _moment(row, year, 9),
    "clock": lambda row, _: f"{8 + row % 9:02d}:{(row * 15) % 60:02d}",
    "clock_from": lambda row, hour: f"{int(hour) + row % 6:02d}:{(row * 15) % 60:02d}:00",
    "clock_us": lambda row, hour: f"{int(hour) + row % 3}:{(row * 15) % 60:02d}:00 AM",
    "length": lambda row, _: f"{row % 3:02d}:{(row * 15 + 15) % 60:02d}:00",
    "hours_en": lambda row, _: f"{0.25 + (row % 9) * 0.25:.2f}",
    "money_de": lambda row, _: _german(_money(row)),
    "money_en": lambda row, _: f"{_money(row):,.2f}",
    "money_plain": lambda row, _: f"{_money(row):.2f}",
    "money_number": lambda row, _: _money(row),
    "money_month": lambda row, _: 3_100 + row * 20,
    "per_cent": lambda row, _: str(10 * (row % 10) + 10),
}
