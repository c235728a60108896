"""Numbers, money and spelling as a reader of the country expects them."""

import pytest

from simkit.foundation.formats import Formats, both_ways


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        (Formats(language="en"), "€1.09m"),
        (Formats(language="de"), "1,09\xa0Mio.\xa0€"),
        (Formats(language="en", country="CH", currency="CHF"), "CHF\xa01.09m"),
        (Formats(language="de", country="CH", currency="CHF"), "1.09\xa0Mio.\xa0CHF"),
    ],
)
def test_millions_stand_where_the_language_puts_the_currency(formats, written):
    assert formats.millions(1.09e6, 2) == written


def test_an_english_sign_stands_before_the_currency():
    english = Formats(language="en")
    assert english.millions(-1.09e6, 2, signed=True) == "−€1.09m"
    assert english.millions(1.09e6, 2, signed=True) == "+€1.09m"
    assert english.millions(0.0, 2, signed=True) == "€0.00m"
    assert english.money(-91_000) == "−€91,000"


def test_the_unit_of_an_amount_follows_its_size_and_is_one_within_an_interval():
    english, german = Formats(language="en"), Formats(language="de")
    assert [english.amount(value) for value in (40_200, 1_090_000, 23_456_789, 0, 32_785)] == [
        "€40,200", "€1.09m", "€23.5m", "€0", "€32,800",
    ]  # fmt: skip
    assert german.amount(32_785) == "32.800\xa0€"
    assert english.amount(-1_200, signed=True) == "−€1,200"
    assert english.amounts(3_000, 7_450) == "€3,000 to €7,450"
    assert english.amounts(300_000, 2_000_000) == "€0.30m to €2.00m"
    assert german.amounts(float("nan"), 7_450) == "– bis 7.450\xa0€"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("country", ["DE", "CH", "AT"])
def test_a_negative_number_has_a_minus_and_no_hyphen(language, country):
    formats = Formats(language=language, country=country)
    texts = [
        formats.number(-1.5, 1), formats.share(-0.1), formats.money(-5), formats.millions(-2e6),
        formats.signed(-3), formats.signed_share(-0.2), formats.points(-0.01),
    ]  # fmt: skip
    assert all("−" in text and "-" not in text and "+" not in text for text in texts)


def test_swiss_german_has_no_sharp_s():
    assert Formats(language="de", country="CH").spelled("Die größten, heißt es") == "Die grössten, heisst es"
    assert Formats(language="de", country="DE").spelled("Die größten") == "Die größten"
    assert Formats(language="en", country="CH").spelled("Weiß AG") == "Weiß AG"


@pytest.mark.parametrize(
    ("one", "other", "written"),
    [
        (0.38, 0.375, ("38.0%", "37.5%")),  # both are 38 % in whole per cent
        (0.625, 0.375, ("62%", "38%")),  # the halves of a pair are rounded to different sides, so that they add up
        (0.5, 0.5, ("50%", "50%")),
        (0.5001, 0.5, ("50%", "50%")),
    ],
)
def test_two_shares_of_one_sentence_are_told_apart_where_they_differ(one, other, written):
    assert Formats(language="en").shares_apart(one, other) == written


def test_a_number_stands_in_both_languages_with_the_decimals_it_has():
    assert [(text.de, text.en) for text in (both_ways(38.5), both_ways(7.0), both_ways(1.66, 1), both_ways(1234.0))] == [
        ("38,5", "38.5"), ("7", "7"), ("1,7", "1.7"), ("1.234", "1,234"),
    ]  # fmt: skip
