"""DATEV files, a public register and amounts with a euro sign, as German systems export them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from simkit.intake.findings import FindingsError, FindingsLog
from simkit.intake.reading.file_reading import RawTable, read_table
from simkit.intake.reading.numbers import read_numbers
from simkit.intake.reading.staging import stage_table
from simkit.intake.settings.schemas import CUSTOMERS
from simkit.intake.settings.table_settings import TableSpec


def read(folder: Path, name: str, **options: object) -> RawTable:
    return read_table(folder / "german_formats" / name, TableSpec(file=name, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "rows", "column", "text"),
    [
        ("datevlint_encoding_windows1252.csv", 2, "Buchungstext", 'Müller GmbH"'),  # its opening mark is missing
        ("datevlint_encoding_utf8_bom.csv", 2, "Konto", "4400"),
        ("datevlint_valid_minimal_700.csv", 10, "Belegdatum", "0103"),
        ("EXTF_Kontenbeschriftungen.csv", 3, "Kontenbeschriftung", "Girokonto"),
        ("EXTF_Buchungsstapel.csv", 2, "Buchungstext", "Honorar FiBu-Seminar"),
    ],
)
def test_datev_files_are_read_below_their_metadata_line(
    shared_data: Path, name: str, rows: int, column: str, text: str
) -> None:
    table = read(shared_data, name, skip_rows=1)
    assert len(table.frame) == rows
    assert table.frame[column].iloc[-1] == text


def test_the_header_of_a_windows_file_has_its_umlauts(shared_data: Path) -> None:
    assert "BU-Schlüssel" in read(shared_data, "datevlint_encoding_windows1252.csv", skip_rows=1).frame.columns


def test_the_metadata_line_is_no_header(shared_data: Path) -> None:
    with pytest.raises(FindingsError, match=r"metadata line of DATEV(.|\n)*skip_rows: 1"):
        read(shared_data, "EXTF_Buchungsstapel.csv")


def test_a_row_cut_by_a_line_break_is_noticed(shared_data: Path) -> None:
    table = read(shared_data, "datevlint_embedded_newlines.csv", skip_rows=1)
    assert table.short_rows == (4,)  # "Zeile 2" stands alone


def test_a_broken_quotation_mark_is_noticed(shared_data: Path) -> None:
    with pytest.raises(FindingsError, match=r"quotation mark|fields"):
        read(shared_data, "datevlint_broken_quotes.csv", skip_rows=1)


def test_accounts_keep_their_leading_zeros_and_amounts_their_commas(shared_data: Path) -> None:
    frame = read(shared_data, "datevlint_leading_zero_konto.csv", skip_rows=1).frame
    assert frame["Konto"].tolist() == ["0001200", "0000123"]
    assert read_numbers(frame["Umsatz"].tolist()).values.tolist() == [100.0, 250.5]


def test_amounts_with_a_euro_sign(shared_data: Path) -> None:
    frame = read(shared_data, "hirschst_umsatz_decimal_comma_eur.csv").frame
    net, fee, total = (read_numbers(frame[name].tolist()).values for name in ("BETRAG", "UMLAGE", "SUMME"))
    assert len(frame) == 36
    assert abs(net + fee - total).max() < 0.011


def test_the_public_register(shared_data: Path) -> None:
    columns = {
        "customer_id": "Straße",
        "name": "Betreiber",
        "region": "Ort",
        "postcode": "Postleitzahl",
        "customer_since": "Inbetriebnahmedatum",
        "potential_amount": "Anschlussleistung",
    }
    file = str(shared_data / "german_formats" / "Ladesaeulenregister.csv")
    findings_log = FindingsLog()
    spec = TableSpec(file=file, columns=columns)
    staged, hashes = stage_table(shared_data, CUSTOMERS, spec, None, dt.date(2025, 1, 1), findings_log)
    assert staged is not None
    assert not findings_log.findings
    frame = staged.frame
    assert len(frame) == 292
    assert frame["postcode"].str.fullmatch(r"\d{5}").all()
    assert frame["customer_since"].between(pd.Timestamp(2008, 1, 1), pd.Timestamp(2024, 1, 1)).all()
    assert (frame["region"] == "Köln").any()
    assert frame["potential_amount"].between(1, 1000).all()
    assert list(hashes) == ["Ladesaeulenregister.csv"]
