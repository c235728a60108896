"""The row of headings is found among titles and units, and the rows below the table are told from it."""

from __future__ import annotations

import pytest

from simkit.intake.mapping.header_rows import table_bounds

HEADS = ["Nr", "Kunde", "Datum", "Betrag"]
BODY = [[str(n), f"Firma {n}", f"{n:02d}.03.2025", f"{n * 100},50"] for n in range(1, 25)]


def unknown(word: str) -> bool:
    return False


@pytest.mark.parametrize(
    "above",
    [
        [],
        [["Auswertung Vertrieb"]],
        [["Auswertung Vertrieb"], [], ["Stand: 01.03.2025", "", "", ""]],
        [["Filter:", "alle"], ["Benutzer:", "4711"], [""]],
    ],
)
def test_titles_above_the_headings_are_skipped(above) -> None:
    assert table_bounds([*above, HEADS, *BODY], unknown).heading == len(above)


def test_units_below_the_headings_are_told_and_are_no_row() -> None:
    bounds = table_bounds([["Liste"], HEADS, ["", "", "TT.MM.JJJJ", "EUR"], *BODY], unknown)
    assert (bounds.heading, bounds.below, bounds.units) == (1, True, ("", "", "TT.MM.JJJJ", "EUR"))


def test_units_above_the_headings_are_told() -> None:
    bounds = table_bounds([["", "", "", "TEUR"], HEADS, *BODY], unknown)
    assert (bounds.heading, bounds.below, bounds.units[3]) == (1, False, "TEUR")


@pytest.mark.parametrize(
    "below",
    [
        [["Summe", "", "", "30.000,00"]],
        [["Gesamtergebnis", "", "", "30.000,00"], ["Copyright (c) Muster GmbH"]],
        [[], ["Vertraulich - nicht weitergeben"], ["Erstellt am 01.03.2025"]],
    ],
)
def test_totals_and_notes_below_are_no_rows(below) -> None:
    assert table_bounds([HEADS, *BODY, *below], unknown).last == 1 + len(BODY)


def test_a_last_row_that_is_like_the_others_stays() -> None:
    assert table_bounds([HEADS, *BODY], unknown).last == 1 + len(BODY)


@pytest.mark.parametrize("number", ["K{}", "K-{}-AT", "{}"])
def test_a_last_row_of_which_only_the_number_is_known_stays(number: str) -> None:
    body = [[number.format(100 + n), *row[1:]] for n, row in enumerate(BODY)]
    rows = [HEADS, *body, [number.format(199), "", "", ""]]
    assert table_bounds(rows, unknown).last == len(rows)
    assert table_bounds([*rows, ["Stand 1. März", "", "", ""]], unknown).last == len(rows)
