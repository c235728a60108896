"""Numbers that were written as text become numbers again, with the format they were written in."""

from __future__ import annotations

import pytest

from simkit.foundation.formats import Formats
from simkit.report.outputs.excel.number_patterns import alone, pattern_of, told

GERMAN, ENGLISH = Formats(language="de"), Formats(language="en")


@pytest.mark.parametrize(
    ("text", "numbers", "values", "pattern"),
    [
        ("12 % (3 % bis 20 %)", (0.124, 0.03, 0.2), (0.124, 0.03, 0.2), "#,##0\\ %"),
        ("−2,8 Punkte", (-0.0276, None, None), (-2.76, None, None), '#,##0.0"\u00a0Punkte"'),
        ("1,09 Mio. €", (1.09e6, None, None), (1.09e6, None, None), '#,##0.00,,"\u00a0Mio.\u00a0€"'),
        ("−5.420 € bis 593.000 €", (None, -5419.6, 592965.5), (None, -5419.6, 592965.5), '#,##0"\u00a0€"'),
        ("offen", (3.5, None, None), (3.5, None, None), "General"),
    ],
)
def test_an_interval_keeps_its_numbers_and_gets_the_format_of_its_text(text, numbers, values, pattern) -> None:
    cells = told(text, numbers, GERMAN)
    assert [None if cell is None else pytest.approx(cell.value) for cell in cells] == list(values)
    assert {cell.pattern for cell in cells if cell is not None} == {pattern}


@pytest.mark.parametrize(
    ("text", "value"),
    [("5.165", 5165.0), ("13,8\u00a0%", 0.138), ("+265 %", 2.65), ("9,15 je Jahr", 9.15), ("−45.600 €", -45600.0)],
)
def test_a_text_that_is_a_number_is_read(text: str, value: float) -> None:
    found = alone(text, GERMAN)
    assert found is not None and found.value == pytest.approx(value)


@pytest.mark.parametrize("text", ["20 % bis 40 %", "27 von 27", "12 / 72", "3–4 Wochen", "Besuch", "–", "388 (17)", ""])
def test_a_text_that_says_more_than_a_number_stays_text(text: str) -> None:
    assert alone(text, GERMAN) is None


def test_money_stands_as_each_language_writes_it() -> None:
    assert pattern_of("money", 0, GERMAN) == '#,##0"\u00a0€"'
    assert pattern_of("signed_millions", 1, ENGLISH).split(";")[0] == '+"€"#,##0.0,,"m"'
    assert alone("€1,234", ENGLISH) is not None
