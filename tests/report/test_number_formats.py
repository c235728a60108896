"""Number formats of charts: what PowerPoint writes reads as the report does."""

from __future__ import annotations

import pytest

from simkit.foundation.formats import Formats
from simkit.report.outputs.deck.native.number_formats import number_format, padded_format


@pytest.mark.parametrize(
    ("language", "write", "digits", "code"),
    [
        ("de", "number", 0, '#,##0;"−"#,##0'), ("de", "share", 1, '#,##0.0"\u00a0"%;"−"#,##0.0"\u00a0"%'),
        ("en", "share", 0, '#,##0%;"−"#,##0%'), ("de", "signed", 1, '+#,##0.0;"−"#,##0.0;#,##0.0'),
        ("de", "money", 0, '#,##0"\u00a0€";"−"#,##0"\u00a0€"'), ("en", "money", 0, '"€"#,##0;"−€"#,##0'),
        ("de", "millions", 1, '#,##0.0,,"\u00a0Mio.\u00a0€";"−"#,##0.0,,"\u00a0Mio.\u00a0€"'),
        ("de", "month", 0, "[$-407]mmm yyyy"),
    ],
)  # fmt: skip
def test_a_format_says_unit_sign_and_decimals(language, write, digits, code) -> None:
    assert number_format(Formats(language=language), write, digits) == code


def test_spaces_stand_between_a_bar_and_its_number_on_the_side_of_the_interval() -> None:
    assert padded_format('0;"−"0', 2) == '"\u00a0\u00a0"0;"−"0'
    assert padded_format('0;"−"0', 2, negative=True) == '0;"−"0"\u00a0\u00a0"'
