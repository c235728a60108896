"""client.yaml: every mistake has a place and a remedy."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text
from simkit.intake.settings.client_settings import SHARED_DATA, load_config, locate, place_of

GOOD = """\
client: probe
name: Probe GmbH
tables:
  orders:
    file: orders.csv
    columns: {order_id: Nr, customer_id: Kunde, ordered_on: Datum, value_amount: Wert}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "probe").mkdir()
    return tmp_path / "probe"


def refused(folder: Path, text: str) -> ConfigError:
    (folder / "client.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(folder)
    assert caught.value.exit_code == 2
    return caught.value


def test_a_good_file_is_read_with_its_defaults(folder: Path) -> None:
    (folder / "client.yaml").write_text(GOOD, "utf-8")
    config = load_config(folder)
    assert (config.country, config.currency, config.language) == ("DE", "EUR", "de")
    assert config.privacy.minimum_group == 5
    assert config.tables["orders"].files == ("orders.csv",)
    assert pickle.loads(pickle.dumps(config)) == config


@pytest.mark.parametrize(
    ("line", "place", "hint"),
    [
        ("contry: DE\n", "client.yaml:7 (contry)", "'country'"),
        ("study: {design: [x]}\n", "client.yaml:7 (study.design)", "'designs'"),
        (
            "study:\n  variants:\n  - {design: x, lever: [y], levers: [z]}\n",
            "client.yaml:9 (study.variants.0.lever)",
            "'levers'",
        ),
        ("brand: {logos: x}\n", "client.yaml:7 (brand.logos)", "'logo'"),
        ("privacy: {minimum_groups: 6}\n", "(privacy.minimum_groups)", "'minimum_group'"),
        ("    encodng: cp1252\n", "client.yaml:7 (tables.orders.encodng)", "'encoding'"),
        ("tables.order.accepted: [overlap]\n", "client.yaml:7 (tables.order)", "'orders'"),
        ("  order: {file: x.csv}\n", "client.yaml:7 (tables.order)", "'orders'"),
        ("    values: {order_clas: {a: b}}\n", "(tables.orders.values.order_clas)", "'order_class'"),
        ("    formats: {value_amnt: '1,0'}\n", "(tables.orders.formats.value_amnt)", "'value_amount'"),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_nearest_one(
    folder: Path, line: str, place: str, hint: str
) -> None:
    error = refused(folder, GOOD + line)
    assert "Unknown key" in str(error)
    assert place in error.where
    assert hint in error.remedy.en
    assert "Meinten Sie" in error.remedy.de


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("brand: {logo: x\n", "eine Klammer { ist nicht geschlossen"),
        ("brand: 'x\n", "ein Anführungszeichen ist nicht geschlossen"),
        ("\tbrand: x\n", "ein Tabulator statt Leerzeichen"),
        ("period: {first: 2024-02-30, last: 2024-03-01}\n", "diesen Tag gibt es nicht"),
    ],
)
def test_what_is_no_yaml_is_said_in_german(folder: Path, line: str, said: str) -> None:
    assert said in refused(folder, GOOD + line).render("de")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("name: Probe GmbH\n", ""), "'name' is missing"),
        (GOOD + "brand: {confidentiality: {de: Geheim}}\n", "'brand.confidentiality.en' is missing"),
        (GOOD.replace("client: probe", "client: other"), "does not fit the folder 'probe'"),
        (GOOD + "privacy: {minimum_group: 3}\n", "must not be under five"),
        (GOOD + "currency: Euro\n", "value of 'currency' is not possible"),
        (GOOD + "period: {first: 2025-01-01, last: 2024-01-01}\n", "value of 'period' is not possible"),
        (GOOD + "name: Zwei\n", "'name' is there twice, first on line 2"),
        (GOOD + "brand: [\n", "Not valid YAML"),
        (GOOD + "period: {first: 2024-02-30, last: 2024-03-01}\n", "Not valid YAML"),
        ("- a\n- b\n", "no lines of the form"),
        (GOOD.replace("customer_id: Kunde, ", ""), "'customer_id' (Customer number) of the table orders is not mapped"),
        (GOOD + "    encoding: utf-9\n", "encoding 'utf-9' is unknown"),
        (GOOD + "    formats: {value_amount: deutsch}\n", "'deutsch' is not a known format"),
        (GOOD + "    formats: {ordered_on: '1.234,50'}\n", "is not a known format"),
        (GOOD + "    formats: {order_id: '1.234,50'}\n", "neither a number nor a date"),
    ],
)
def test_mistakes_are_named_in_both_languages(folder: Path, text: str, message: str) -> None:
    error = refused(folder, text)
    assert message in str(error)
    assert "client.yaml" in error.where
    assert error.render("de") != error.render("en")


@pytest.mark.parametrize(
    ("line", "english", "german"),
    [
        ("contract_hours_per_week: 90\n", "90; possible is a number up to 80", "eine Zahl bis 80"),
        ("contract_hours_per_week: 38,5\n", "'38,5'; possible is a number with a point", "eine Zahl mit Punkt"),
        ("language: fr\n", "'fr'; possible is 'de' or 'en'", "möglich ist 'de' oder 'en'"),
        ("brand: {colours: {primary: red}}\n", "'red'; possible is a colour in quotation marks", "eine Farbe"),
        ("period: {first: gestern, last: 2024-12-31}\n", "'gestern'; possible is a date", "ein Datum wie 2024-12-31"),
        ("period: 2024\n", "2024; possible is lines of the form", "Zeilen der Form"),
        ("    lines: vielleicht\n", "'vielleicht'; possible is true or false", "true oder false"),
        ("    file: [1, 2]\n", "", ""),
    ],
)
def test_impossible_values_say_what_is_possible(folder: Path, line: str, english: str, german: str) -> None:
    error = refused(folder, GOOD.replace("    file: orders.csv\n", "") + line if "file" in line else GOOD + line)
    assert "is not possible" in str(error)
    assert english in error.remedy.en
    assert german in error.remedy.de
    assert ".str" not in str(error)


def test_a_word_for_nothing_needs_no_quotation_marks(folder: Path) -> None:
    (folder / "client.yaml").write_text(GOOD + "    missing: [NULL, n/a, No]\n", "utf-8")
    assert load_config(folder).tables["orders"].missing == ["NULL", "n/a", "No"]


@pytest.mark.parametrize("part", ["goals", "study", "privacy", "score", "service_levels"])
def test_a_part_whose_lines_are_all_comments_keeps_its_defaults(folder: Path, part: str) -> None:
    (folder / "client.yaml").write_text(GOOD, "utf-8")
    without = load_config(folder)
    (folder / "client.yaml").write_text(f"{GOOD}{part}:\n  # counts: contribution\n", "utf-8")
    assert load_config(folder) == without


def test_tables_that_allow_no_diagnosis_are_refused(folder: Path) -> None:
    text = "client: probe\nname: P\ntables:\n  customers: {file: a.csv}\n"
    assert "None of the tables orders, opportunities, activities, time_estimates" in str(refused(folder, text))


def test_activities_need_a_duration(folder: Path) -> None:
    text = (
        "client: probe\nname: P\ntables:\n  activities:\n    file: a.csv\n    columns: {activity: A, started_at: S}\n"
    )
    assert "no duration" in str(refused(folder, text))


def test_lines_belong_to_orders(folder: Path) -> None:
    text = "client: probe\nname: P\ntables:\n  opportunities: {file: a.csv, lines: true}\n"
    assert "orders only" in str(refused(folder, text))


def test_a_missing_file_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"client.yaml is missing(.|\n)*simkit init"):
        load_config(tmp_path)


def test_a_remedy_can_be_pasted_as_one_line(folder: Path) -> None:
    line = 'tables.orders.formats.value_amount: "1.234,50"\n'
    (folder / "client.yaml").write_text(GOOD + line, "utf-8")
    assert load_config(folder).tables["orders"].decimal_mark("value_amount") == ","
    assert "(tables.orders.formats.valu)" in refused(folder, GOOD + 'tables.orders.formats.valu: "1.234,50"\n').where


def test_a_pasted_line_adds_to_what_is_there(folder: Path) -> None:
    lines = (
        "    values: {order_class: {Serie: standard}}\n    missing: [NULL]\n"
        "tables.orders.values.order_class: {Sonder: bespoke}\ntables.orders.missing: ['-']\n"
    )
    (folder / "client.yaml").write_text(GOOD + lines.replace("NULL", "'NULL'"), "utf-8")
    orders = load_config(folder).tables["orders"]
    assert orders.values["order_class"] == {"Serie": "standard", "Sonder": "bespoke"}
    assert orders.missing == ["NULL", "-"]


def test_the_confidentiality_mark_may_be_one_text_or_two(folder: Path) -> None:
    (folder / "client.yaml").write_text(GOOD + "brand: {confidentiality: {de: Geheim, en: Secret}}\n", "utf-8")
    assert load_config(folder).brand.confidentiality == Text(de="Geheim", en="Secret")
    (folder / "client.yaml").write_text(GOOD + "brand: {confidentiality: Vertraulich}\n", "utf-8")
    assert load_config(folder).brand.confidentiality == Text(de="Vertraulich", en="Vertraulich")


def test_files_are_looked_for_in_the_client_folder_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert locate(folder, "a.csv") == folder / "a.csv"
    assert locate(folder, "/srv/a.csv") == Path("/srv/a.csv")
    with pytest.raises(ConfigError, match="outside the client's folder"):
        locate(folder, "../other/a.csv")
    monkeypatch.setenv(SHARED_DATA, "/srv/shared")
    assert locate(folder, f"${{{SHARED_DATA}}}/x/a.csv") == Path("/srv/shared/x/a.csv")
    monkeypatch.delenv(SHARED_DATA)
    with pytest.raises(ConfigError, match=f"{SHARED_DATA} is not set"):
        locate(folder, f"${{{SHARED_DATA}}}/x/a.csv")


@pytest.mark.parametrize("written", ["[]", "''", "[a.csv, '']"])
def test_a_table_without_a_file_is_refused_with_its_line(folder: Path, written: str) -> None:
    error = refused(folder, GOOD.replace("file: orders.csv", f"file: {written}"))
    assert "No file is named for the table orders" in str(error)
    assert error.where == "client.yaml:5 (tables.orders.file)"


def test_a_misspelt_colour_is_an_unknown_key(folder: Path) -> None:
    error = refused(folder, GOOD + "brand:\n  colours: {prmary: '#112233'}\n")
    assert error.where == "client.yaml:8 (brand.colours.prmary)"
    assert "'primary'" in error.remedy.en


def test_what_is_possible_is_said_in_words(folder: Path) -> None:
    for line in ("brand: {colours: {primary: red}}\n", "currency: Euro\n", "country: Deutschland\n"):
        error = refused(folder, GOOD + line)
        assert "^" not in error.remedy.en + error.remedy.de
    reversed_period = refused(folder, GOOD + "period: {first: 2025-01-01, last: 2024-01-01}\n")
    assert "It says {first: 2025-01-01, last: 2024-01-01}; possible is an end" in reversed_period.remedy.en


def test_assumptions_may_be_nested_or_dotted(folder: Path) -> None:
    text = GOOD + "assumptions:\n  time.day_h: 7\n  demand: {level: 2, ceiling: 3}\nassumptions.care.A.talk_h: 1\n"
    (folder / "client.yaml").write_text(text, "utf-8")
    expected = {"time.day_h": 7, "demand.level": 2, "demand.ceiling": 3, "care.A.talk_h": 1}
    assert load_config(folder).assumptions == expected
    assert place_of(folder, "assumptions", "demand.level") == "client.yaml:9 (assumptions.demand.level)"
    assert place_of(folder, "assumptions", "time.day_h").startswith("client.yaml:8 ")


def test_service_levels_are_strict_with_place_and_nearest_name(folder: Path) -> None:
    head = GOOD + "service_levels:\n  segments:\n    A:\n"
    misspelt = refused(folder, head + "      contact_per_year: 12\n")
    assert misspelt.where == "client.yaml:10 (service_levels.segments.A.contact_per_year)"
    assert "'contacts_per_year'" in misspelt.remedy.en
    channel = refused(folder, head + "      channel: fax\n")
    assert channel.where.startswith("client.yaml:10 (service_levels.segments.A.channel")
    assert "visit" in channel.remedy.de
    negative = refused(folder, head + "      contacts_per_year: -1\n")
    assert "'-1'" in negative.remedy.en or "-1" in negative.remedy.en
    stop = refused(folder, head + "      stops: [{service: x, activty: travel}]\n")
    assert "'activity'" in stop.remedy.en
    taboo = refused(folder, GOOD + "service_levels:\n  taboos: [{custmer: K1}]\n")
    assert "'customer'" in taboo.remedy.en


def test_what_ends_can_be_any_activity() -> None:
    from typing import get_args

    from simkit.foundation.activities import ACTIVITIES
    from simkit.intake.settings.customer_settings import Activity

    assert get_args(Activity) == ACTIVITIES


def test_all_that_does_not_fit_is_reported_in_one_list(folder: Path) -> None:
    wrong = (
        "study: {frobnicate: 1, precision: 2, budget: 1, robustness: {points: many}}\nscore: {cutoffs: [0.5, 0.1]}\n"
    )
    error = refused(folder, GOOD + wrong)

    assert error.what.en.startswith("Problems in client.yaml: 5.")
    assert error.what.de.startswith("Probleme in client.yaml: 5.")
    for place in ("study.frobnicate", "study.precision", "study.budget", "study.robustness.points", "score.cutoffs"):
        assert place in error.what.en
    assert "possible is a number below 1" in error.what.en
    assert "möglich ist eine Zahl unter 1.0" in error.what.de
    assert "Input should" not in error.what.en


def test_an_endless_weight_is_refused(folder: Path) -> None:
    error = refused(folder, GOOD + "score: {weights: {margin: .inf}}\n")
    assert "score.weights.margin" in error.where
    assert "a finite number" in error.render("en") and "eine endliche Zahl" in error.render("de")


def test_cut_offs_have_to_rise(folder: Path) -> None:
    error = refused(folder, GOOD + "score: {cutoffs: [0.4, 0.4]}\n")
    assert "client.yaml:7" in error.where
    assert "rising shares" in error.remedy.en


@pytest.mark.parametrize(
    ("line", "english", "german"),
    [
        ("{kind: linear, low: 0}", "exactly these two numbers", "genau diesen zwei Zahlen"),
        ("{kind: s, low: 3, high: 1}", "a low below the high", "ein low unter dem high"),
        ("{kind: threshold, low: 1}", "exactly this one number", "genau dieser einen Zahl"),
        ("{kind: rank, at: 1}", "without numbers", "ohne Zahlen"),
        (
            "{low: 3}",
            "kind: linear, diminishing, threshold, s or rank",
            "kind: linear, diminishing, threshold, s oder rank",
        ),
        ("{kind: rnk}", "'linear', 'diminishing', 'threshold', 's' or 'rank'", "'linear'"),
        ("{kind: diminishing}", "{kind: diminishing, at: …}", "Wert 0,5 bei at"),
        ("{kind: diminishing, at: 0}", "an at above 0", "ein at über 0"),
        ("{kind: linear, low: .nan, high: 5}", "a finite number", "eine endliche Zahl"),
        ("{kind: threshold, at: '400.000'}", "a number", "eine Zahl"),
        ("{}", "at least one of kind", "mindestens eines von kind"),
        ("{misssing: zero}", "'missing'", "'missing'"),
    ],
)
def test_a_value_function_that_does_not_fit_says_what_would(folder: Path, line: str, english: str, german: str) -> None:
    error = refused(folder, GOOD + f"score: {{functions: {{margin: {line}}}}}\n")
    assert english in error.remedy.en
    assert german in error.remedy.de
    assert "client.yaml:7 (score.functions.margin" in error.where


def test_all_value_functions_that_do_not_fit_are_reported_in_one_list(folder: Path) -> None:
    error = refused(
        folder,
        GOOD + "score:\n  functions:\n    margin: {kind: linear}\n    growth: {kind: threshold}\n    revenue: 3\n",
    )
    assert "Problems in client.yaml: 3." in str(error)
    assert all(f"client.yaml:{line}" in str(error) for line in (9, 10, 11))


def test_a_currency_that_does_not_exist_is_refused(folder: Path) -> None:
    error = refused(folder, GOOD + "currency: XXQ\n")
    assert "no currency 'XXQ'" in str(error) and "client.yaml:7" in str(error)
    (folder / "client.yaml").write_text(GOOD + "currency: ISK\n", "utf-8")
    assert load_config(folder).currency == "ISK"
