"""The questionnaire goes out, is filled in and mistreated, and comes back: nothing valid is lost, nothing is guessed."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from made_questionnaires import (
    CATALOGUE,
    about,
    cell_of,
    fill,
    form,
    kinds,
    pairs,
    points,
    questionnaire,
    read,
    sheet_of,
)

from simkit.foundation.errors import ConfigError, DataError
from simkit.intake.privacy.pseudonyms import fingerprint
from simkit.intake.settings.schemas import RATED_FACTORS
from simkit.intake.workshop import choices
from simkit.intake.workshop.forms import forms, pair_order
from simkit.intake.workshop.grids import read_cell
from simkit.intake.workshop.problems import KINDS
from simkit.intake.workshop.questionnaire import AGENDAS, Participant, agenda_rows, write_questionnaire
from simkit.intake.workshop.value_criteria import (
    CHOICE_NAME,
    MOST,
    choice_file,
    client_catalogue,
    industries,
    industry_catalogue,
    library,
)
from simkit.intake.workshop.workshop_results import (
    COLUMNS,
    Workshop,
    load_workshop,
    made_frame,
    stored_findings,
    with_people,
    write_results,
)
from simkit.value.service.agreed_levels import agreed_offers, lone_offers

LEFT_5, EQUAL, RIGHT_3 = (choices.COMPARISONS[code] for code in ("5", "1", "1/3"))
SAVED = Path(__file__).parent / "workshop"


# --- what goes out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "en"])
def test_only_answers_can_be_typed_in_and_lists_offer_what_is_possible(tmp_path, language):
    path = write_questionnaire(tmp_path / "q.xlsx", questionnaire(language))
    book = openpyxl.load_workbook(path)
    for asked in forms(CATALOGUE, customers=questionnaire().customers):
        sheet = book[asked.title.to(language)]
        assert sheet.protection.sheet
        assert sheet.freeze_panes
        assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
        for row in range(len(asked.rows)):
            for one in asked.fields:
                client = asked.name == "about" and row == 0
                assert cell_of(book, asked.name, row, one.code).protection.locked != (one.asked and not client)
        listed = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        assert len(listed) == sum(bool(one.options) for one in asked.fields) + (asked.name == "about")
    lists = next(sheet for sheet in book.worksheets if sheet.sheet_state == "hidden")
    offered = {cell.value for column in lists.columns for cell in column if cell.value}
    assert {label.to(language) for label in choices.COMPARISONS.values()} <= offered


@pytest.mark.parametrize(
    ("language", "foreign"), [("de", r"\b(the|and|of|with|your)\b"), ("en", r"\b(und|der|die|das|nicht)\b")]
)
def test_every_sheet_speaks_one_language(tmp_path, language, foreign):
    book = openpyxl.load_workbook(write_questionnaire(tmp_path / "q.xlsx", questionnaire(language)))
    texts = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    assert len(texts) > 250
    assert not [text for text in texts if re.search(foreign, text)]


def test_a_named_questionnaire_knows_whose_it_is_and_the_same_content_gives_the_same_bytes(tmp_path):
    person = Participant(name="Anna Muster", department="Vertrieb")
    first = write_questionnaire(tmp_path / "a.xlsx", questionnaire(), person=person)
    second = write_questionnaire(tmp_path / "b.xlsx", questionnaire(), person=person)
    assert first.read_bytes() == second.read_bytes()
    book = openpyxl.load_workbook(first)
    assert cell_of(book, "about", 1, "entry").value == "Anna Muster"
    assert cell_of(book, "about", 0, "entry").value == "made"


@pytest.mark.parametrize("number", range(2, MOST + 1))
def test_the_first_rows_of_the_pairs_link_all_criteria(number):
    order = pair_order(number)
    assert sorted(order) == sorted({tuple(sorted(pair)) for pair in order})
    assert len(order) == number * (number - 1) // 2
    reached = {0}
    for left, right in order[:number] * number:
        reached |= {left, right} if reached & {left, right} else set()
    assert reached == set(range(number))


@pytest.mark.parametrize("language", ["de", "en"])
def test_both_agendas_are_printed_line_by_line(language):
    lines = agenda_rows(language)
    assert sum(kind == "title" for kind, _ in lines) == len(AGENDAS)
    rows = [cells for kind, cells in lines if kind == "row"]
    assert len(rows) > 25
    assert all(len(cells) == 3 and re.match(r"\d\d:\d\d–\d\d:\d\d", cells[0]) for cells in rows)


# --- the criteria ----------------------------------------------------------------------------------------------------


def test_every_industry_chooses_known_criteria_and_ratings_have_a_factor():
    assert {"machine_builder", "software_services", "wholesale", "process_chemicals", "services"} <= set(industries())
    for name in industries():
        chosen = industry_catalogue(name)
        assert 5 <= len(chosen.criteria) <= 9
        assert {one.rated_as for one in chosen.ratings} <= set(RATED_FACTORS)
    labels = [one.label.to(language) for one in library().values() for language in ("de", "en")]
    assert len({label.casefold() for label in labels}) >= len(library())


def test_a_choice_can_be_edited_and_extended(tmp_path):
    text = choice_file(industry_catalogue("services"))
    own = """
own:
  service_share:
    label: {de: Serviceanteil, en: Service share}
    meaning: {de: Anteil, en: share}
    worst: {de: nur Teile, en: parts only}
    best: {de: alles, en: everything}
"""
    (tmp_path / CHOICE_NAME).write_text(
        text.replace("criteria: [", "criteria: [service_share, ") + own, encoding="utf-8"
    )
    assert client_catalogue(tmp_path, None).names[:2] == ("service_share", "margin")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("criteria: [margn, growth]", "Did you mean 'margin'"),
        ("criteria: [margin, margin]", "twice"),
        ("criteria: [margin]", "1 criteria are chosen"),
        ("criteria: margin", "not a list"),
        ("criterias: [margin, growth]", "unknown key"),
        ("criteria: [margin, growth]\nratings: [margin]", "cannot be rated"),
        ("criteria: [a, margin]\nown: {a: {label: {de: A, en: A}}}", "not complete"),
    ],
)
def test_a_wrong_choice_is_reported_with_its_line(tmp_path, text, words):
    (tmp_path / CHOICE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=words) as error:
        client_catalogue(tmp_path, None)
    assert "criteria.yaml" in error.value.where


# --- what comes back -------------------------------------------------------------------------------------------------


def whole(language="de"):
    """Every sheet filled in."""
    say = {"de": lambda text: text.de, "en": lambda text: text.en}[language]
    return {
        **about("Anna Muster"),
        ("about", 4, "entry"): "Serviceanteil",
        **pairs(say(LEFT_5), say(EQUAL), say(RIGHT_3), say(LEFT_5), say(EQUAL), say(EQUAL)),
        **points(40, 30, 20, 10),
        ("swing", 0, "swing"): 100,
        ("swing", 1, "swing"): 50,
        ("ratings", 0, "innovation"): 4,
        ("ratings", 0, "co_development"): say(choices.RATINGS["unknown"]),
        ("ratings", 1, "innovation"): "5",
        ("services", 0, "contacts_per_year"): 24,
        ("services", 0, "channel"): say(choices.CHANNELS["visit"]),
        ("services", 0, "bespoke"): say(choices.YES_NO["yes"]),
        ("services", 2, "price_policy"): say(choices.PRICE_POLICIES["list"]),
        ("offers", 2, "stops"): "Besuche; Sonderteile, Muster",
        ("responses", 1, "sales_at_none"): 60,
        ("responses", 1, "sales_at_half"): "85 %",
        ("responses", 1, "sales_at_most"): 120,
        ("taboos", 0, "kind"): say(choices.TABOO_KINDS["customer"]),
        ("taboos", 0, "subject"): "Beta GmbH",
        ("taboos", 0, "protection"): say(choices.PROTECTIONS["price"]),
        ("taboos", 1, "kind"): say(choices.TABOO_KINDS["person"]),
        ("taboos", 1, "subject"): "17",
    }


def check_whole(found):
    frames = found.workshop.frames
    assert frames["participants"].to_dict("list") == {
        "participant": ["T01"], "department": ["Vertrieb"], "answered_on": ["2026-03-01"],
    }  # fmt: skip
    judged = frames["judgements"]
    first, second = (CATALOGUE.criteria[place].name for place in pair_order(4)[0])
    assert judged.iloc[0].to_list() == ["T01", first, second, 5.0]
    assert sorted(judged["ratio"]) == pytest.approx([1 / 3, 1, 1, 1, 5, 5])
    shared = frames["points"]
    assert shared[shared["method"] == "points"]["points"].to_list() == [40, 30, 20, 10]
    assert shared[shared["method"] == "swing"]["points"].to_list() == [100, 50]
    assert frames["ratings"][["customer_id", "factor", "rating"]].to_numpy().tolist() == [
        ["0001", "innovation", 4.0], ["0002", "innovation", 5.0],
    ]  # fmt: skip
    services = frames["services"].set_index("segment")
    assert services.loc["A", ["contacts_per_year", "channel", "bespoke"]].to_list() == [24.0, "visit", "yes"]
    assert services.loc["C", "price_policy"] == "list"
    assert len(frames["offers"]) == 3 and frames["offers"]["offer"].isna().all()  # one person's words are counted
    assert frames["responses"].iloc[0][["segment", "sales_at_none", "sales_at_half", "sales_at_most"]].to_list() == [
        "B", 60.0, 85.0, 120.0,
    ]  # fmt: skip
    taboos = frames["taboos"].set_index("kind")
    assert taboos.loc["customer", ["subject", "protection"]].to_list() == ["0002", "price"]
    assert taboos.loc["person", "subject"] == fingerprint("00017", "P", "made")
    assert len(frames["suggestions"]) == 1 and frames["suggestions"]["text"].isna().all()
    assert kinds(found) == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_filled_questionnaire_comes_back_as_tables_without_names(tmp_path, language):
    fill(tmp_path, whole(language), language=language)
    found = read(tmp_path)
    check_whole(found)
    assert "muster" not in "".join(frame.to_csv() for frame in found.workshop.frames.values()).lower()


def test_inserted_rows_and_columns_moved_renamed_and_hidden_sheets_do_no_harm(tmp_path):
    def change(book):
        for name in ("pairs", "points", "ratings", "services", "about"):
            sheet = sheet_of(book, name)
            sheet.insert_rows(1, 3)
            sheet.insert_cols(2)
            sheet.insert_rows(len(form(name).guide) + 3 + 3 + 2)
            sheet.title = f"Kopie von {name}"
        book.move_sheet("Kopie von pairs", offset=5)
        book["Kopie von points"].sheet_state = "hidden"
        book["Kopie von ratings"].row_dimensions[12].hidden = True

    fill(tmp_path, whole(), file="umbenannt (2) - Kopie.xlsx", change=change)
    check_whole(read(tmp_path))


@pytest.mark.parametrize("name", ["saved_by_libreoffice.xlsx", "saved_by_libreoffice.ods"])
def test_files_saved_by_libreoffice_read_the_same(tmp_path, name):
    shutil.copy(SAVED / name, tmp_path)
    check_whole(read(tmp_path))


def test_german_and_english_may_be_mixed(tmp_path):
    def change(book):
        cell_of(book, "pairs", 0, "comparison").value = LEFT_5.en
        for row, one in enumerate(CATALOGUE.criteria):
            cell_of(book, "points", row, "criterion").value = one.label.en.upper()

    fill(tmp_path, whole(), change=change)
    check_whole(read(tmp_path))


def test_stray_blanks_text_numbers_and_merged_cells_do_no_harm(tmp_path):
    def change(book):
        cell_of(book, "points", 0, "points").value = " 40 "
        cell_of(book, "points", 1, "points").value = "30,0"
        cell_of(book, "points", 2, "points").value = "20.0\u00a0"
        cell_of(book, "pairs", 1, "comparison").value = "  Gleich  wichtig (1) "
        cell_of(book, "about", 1, "entry").value = "  Anna\u00a0Muster "
        sheet = sheet_of(book, "taboos")
        sheet.merge_cells("A2:C2")

    fill(tmp_path, whole(), change=change)
    check_whole(read(tmp_path))


FIELD = form("pairs").asked[0]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1/3", 1 / 3), (" 1 / 3 ", 1 / 3), ("0,33", 1 / 3), ("0.333", 1 / 3), (0.3333, 1 / 3), (0.11, 1 / 9), ("5", 5.0),
        (7, 7.0), (2.5, 2.5), ("rechts extrem wichtiger (1/9)", 1 / 9), ("links irgendwie wichtiger (4)", 4.0),
        ("", None), ("weiß nicht", None), ("?", None), (None, None),
    ],
)  # fmt: skip
def test_comparisons_are_read_in_words_figures_and_fractions(cell, value):
    reading = read_cell(cell, FIELD)
    assert (reading.value, reading.problem) == (pytest.approx(value) if value is not None else None, "")


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("12", "out_of_range"), ("1/20", "out_of_range"), (-3, "out_of_range"), (0, "out_of_range"), ("1/0", "out_of_range"),
        ("links", "unreadable"), ("wichtiger", "unreadable"), (dt.date(2026, 3, 1), "turned_into_date"),
        (dt.datetime(2026, 3, 1), "turned_into_date"), (True, "unreadable"), ("1.234", "ambiguous"),
    ],
)  # fmt: skip
def test_comparisons_that_cannot_be_meant_are_reported_and_not_guessed(cell, problem):
    assert read_cell(cell, FIELD).problem == problem


# --- what is wrong ---------------------------------------------------------------------------------------------------


def told(found, kind):
    (one,) = [one for one in found.problems if one.kind == kind]
    return one.finding()


def test_a_half_filled_questionnaire_keeps_what_is_there(tmp_path):
    fill(tmp_path, {**about("A"), **pairs(LEFT_5.de, None, RIGHT_3.de)})
    found = read(tmp_path)
    assert len(found.workshop.frame("judgements")) == 2
    finding = told(found, "half_filled")
    assert "2 of 6 comparisons" in finding.what.en and "2 von 6" in finding.what.de
    assert finding.file == "Fragebogen.xlsx!Paarvergleich"


def test_of_two_votes_by_one_person_the_newer_counts(tmp_path):
    fill(tmp_path, {**about("Anna Muster", date=dt.date(2026, 3, 2)), **points(100, 0, 0, 0)}, file="neu.xlsx")
    fill(tmp_path, {**about("MUSTER,  anna", date="01.03.2026"), **points(0, 100, 0, 0)}, file="alt.xlsx")
    found = read(tmp_path)
    assert found.workshop.people == 1
    assert found.workshop.frame("points").set_index("criterion")["points"].idxmax() == "margin"
    finding = told(found, "older_vote")
    assert finding.file == "alt.xlsx" and "neu.xlsx" in finding.what.en


def test_without_a_date_the_file_saved_last_counts_and_a_copy_counts_once(tmp_path):
    early = fill(tmp_path, {**about("A", date=None), **points(100, 0, 0, 0)}, file="frueh.xlsx")
    late = fill(tmp_path, {**about("A", date=None), **points(0, 0, 100, 0)}, file="spaet.xlsx")
    os.utime(early, (1_700_000_000, 1_700_000_000))
    os.utime(late, (1_700_090_000, 1_700_090_000))
    shutil.copy2(late, tmp_path / "spaet - Kopie.xlsx")
    found = read(tmp_path)
    assert found.workshop.frame("points").set_index("criterion")["points"].idxmax() == "loyalty"
    assert kinds(found) == ["older_vote", "same_vote"]


def test_points_that_do_not_add_up_are_kept_and_told(tmp_path):
    fill(tmp_path, {**about("A"), **points(30, 30, 20, 0)})
    found = read(tmp_path)
    assert found.workshop.frame("points")["points"].to_list() == [30, 30, 20, 0]
    assert "80 instead of 100" in told(found, "sum_differs").what.en


def test_a_sum_with_decimals_is_reported_in_the_readers_writing(tmp_path):
    fill(tmp_path, {**about("A"), **points(30, 30, 37.5, 0)})
    what = told(read(tmp_path), "sum_differs").what
    assert "97,5 statt 100" in what.de and "97.5 instead of 100" in what.en


def test_points_that_are_all_zero_weigh_nothing(tmp_path):
    fill(tmp_path, {**about("A"), **points(0, 0, 0, 0), **pairs(EQUAL.de)})
    found = read(tmp_path)
    assert found.workshop.frame("points").empty
    assert "all_zero" in kinds(found)


def test_each_unusable_cell_is_reported_with_its_place_and_the_others_count(tmp_path):
    cells = {
        **about("A"),
        **points(50, 140, "viel", "1.234"),
        ("ratings", 0, "innovation"): 7,
        ("ratings", 1, "innovation"): 3,
        ("ratings", 1, "co_development"): 3.5,
        ("services", 0, "channel"): "Brieftaube",
        ("services", 0, "contacts_per_year"): 12,
    }
    fill(tmp_path, cells)
    found = read(tmp_path)
    places = {(one.kind, one.sheet, one.cell, one.row) for one in found.problems if one.cell}
    assert places == {
        ("out_of_range", "Punkte", "C", 6), ("unreadable", "Punkte", "C", 7), ("ambiguous", "Punkte", "C", 8),
        ("out_of_range", "Kunden", "C", 5), ("not_whole", "Kunden", "D", 6), ("unreadable", "Betreuung", "C", 5),
    }  # fmt: skip
    assert found.workshop.frame("points")["points"].to_list() == [50]
    assert found.workshop.frame("ratings")["rating"].to_list() == [3.0]
    assert found.workshop.frame("services")["contacts_per_year"].to_list() == [12.0]


def test_unknown_criteria_customers_and_segments_are_reported_with_the_nearest(tmp_path):
    def change(book):
        cell_of(book, "points", 0, "criterion").value = "Deckungsbeitag"
        cell_of(book, "ratings", 0, "customer_id").value = "0009"
        cell_of(book, "ratings", 1, "customer_id").value = 2  # Excel has dropped the zeros
        cell_of(book, "services", 1, "segment").value = "E"

    cells = {
        **about("A"),
        **points(50, 50, 0, 0),
        ("ratings", 0, "innovation"): 2,
        ("ratings", 1, "innovation"): 4,
        ("services", 0, "contacts_per_year"): 3,
        ("services", 1, "contacts_per_year"): 4,
    }
    fill(tmp_path, cells, change=change)
    found = read(tmp_path)
    assert "Deckungsbeitrag" in told(found, "unknown_criterion").remedy.de
    assert "'0009'" in told(found, "unknown_customer").what.en
    assert "'E'" in told(found, "unknown_segment").what.en
    assert found.workshop.frame("ratings")[["customer_id", "rating"]].to_numpy().tolist() == [["0002", 4.0]]
    assert found.workshop.frame("services")["segment"].to_list() == ["A"]


def test_a_response_that_falls_and_a_half_taboo_are_left_out(tmp_path):
    cells = {
        **about("A"),
        ("responses", 0, "sales_at_none"): 50,
        ("responses", 0, "sales_at_more"): 90,
        ("responses", 1, "sales_at_none"): 50,
        ("taboos", 0, "kind"): "Kunde",
        ("taboos", 1, "kind"): "Mitarbeiter",
        ("taboos", 1, "subject"): "Herr Unbekannt",
        ("taboos", 2, "subject"): "Preise",
    }
    fill(tmp_path, cells)
    found = read(tmp_path)
    assert found.workshop.frame("responses")["segment"].to_list() == ["B"]
    assert "50 → 100 → 90" in told(found, "falling_response").what.en
    assert {"half_taboo", "unknown_person"} <= set(kinds(found))
    taboos = found.workshop.frame("taboos")
    assert sorted(taboos["kind"]) == ["person", "topic"]
    assert not taboos["subject"].str.contains("Unbekannt").any()


def test_a_doubled_row_counts_once(tmp_path):
    def change(book):
        cell_of(book, "points", 1, "criterion").value = "Deckungsbeitrag"

    fill(tmp_path, {**about("A"), **points(60, 40, 0, 0)}, change=change)
    found = read(tmp_path)
    assert "answered_twice" in kinds(found)
    assert found.workshop.frame("points").set_index("criterion").loc["margin", "points"] == 60


def test_missing_names_departments_sheets_and_headings_are_reported(tmp_path):
    def change(book):
        del book["Tabus"]
        sheet = sheet_of(book, "services")
        sheet["C4"].value = "Weg"

    fill(tmp_path, {**points(50, 50, 0, 0), ("services", 0, "contacts_per_year"): 4}, change=change)
    found = read(tmp_path)
    assert kinds(found) == ["lost_column", "no_department", "no_name", "no_sheet"]
    assert "'Main channel'" in told(found, "lost_column").what.en
    assert found.workshop.people == 1


def test_other_files_in_the_folder_stop_nothing(tmp_path):
    fill(tmp_path, {**about("A"), **points(50, 50, 0, 0)})
    write_questionnaire(tmp_path / "leer.xlsx", questionnaire())
    (tmp_path / "kaputt.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (tmp_path / "~$Fragebogen.xlsx").write_bytes(b"lock")
    (tmp_path / "notiz.txt").write_text("x", encoding="utf-8")
    other = openpyxl.Workbook()
    other.active["A1"] = "Umsatz"
    other.save(tmp_path / "umsatz.xlsx")

    def foreign(book):
        cell_of(book, "about", 0, "entry").value = "someone_else"

    fill(tmp_path, {**about("B"), **points(0, 0, 0, 100)}, file="fremd.xlsx", change=foreign)
    found = read(tmp_path)
    assert kinds(found) == ["blank", "broken_file", "no_questionnaire", "other_client"]
    assert told(found, "broken_file").what.de == (
        "Die Datei lässt sich nicht öffnen: sie ist beschädigt oder keine Excel-Datei."
    )
    assert found.workshop.people == 1


def test_an_empty_folder_gives_empty_tables_with_all_columns(tmp_path):
    workshop = read(tmp_path / "nowhere").workshop
    assert workshop.people == 0
    for name, columns in COLUMNS.items():
        assert list(workshop.frame(name).columns) == list(columns)


def test_every_problem_has_words_and_a_summary_in_both_languages():
    for kind in KINDS.values():
        for text in (kind.what, kind.remedy, kind.summary):
            assert text.de and text.en
        assert "{" not in kind.summary.de
        places = [set(re.findall(r"\{(\w+)\}", text)) for text in (kind.what.de, kind.what.en)]
        assert places[0] == places[1]


# --- what is stored --------------------------------------------------------------------------------------------------


def stored(tmp_path):
    folder = tmp_path / "client"
    (folder / "workshop").mkdir(parents=True)
    (folder / "workshop" / CHOICE_NAME).write_text(choice_file(CATALOGUE), encoding="utf-8")
    fill(folder / "workshop", whole())
    write_results(read(folder / "workshop").workshop, folder / "workshop")
    return folder


def test_stored_results_come_back_as_they_were(tmp_path):
    folder = stored(tmp_path)
    workshop, hashes = load_workshop(folder, None)
    again = read(folder / "workshop").workshop
    for name in COLUMNS:
        pd.testing.assert_frame_equal(workshop.frame(name), again.frame(name), check_dtype=False)
    assert workshop.catalogue == CATALOGUE
    assert list(hashes) == ["workshop/results"]
    assert stored_findings(workshop, folder, "made") == []


def test_a_changed_file_is_noticed_and_problems_are_counted_without_their_place(tmp_path):
    folder = stored(tmp_path)
    fill(folder / "workshop", {**about("B"), **points(10, 20, 0, 0)}, file="zwei.xlsx")
    workshop, _ = load_workshop(folder, None)
    (fresh,) = stored_findings(workshop, folder, "made")
    assert fresh.what.en.endswith("changed since: 1") and fresh.remedy.en == "simkit workshop read made"
    write_results(read(folder / "workshop").workshop, folder / "workshop")
    workshop, _ = load_workshop(folder, None)
    findings = stored_findings(workshop, folder, "made")
    assert [one.what for one in findings] == [KINDS["sum_differs"].summary]
    assert all("zwei" not in one.place.de for one in findings)


def test_a_damaged_table_is_reported_with_the_way_out(tmp_path):
    folder = stored(tmp_path)
    (folder / "workshop" / "results" / "judgements.csv").write_text("participant\nT01\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"judgements\.csv is damaged"):
        load_workshop(folder, None)


def test_answers_on_criteria_that_were_changed_since_are_refused_with_the_way_out(tmp_path):
    folder = stored(tmp_path)
    (folder / "workshop" / CHOICE_NAME).write_text("criteria: [margin, growth, payment]", encoding="utf-8")
    with pytest.raises(DataError, match="loyalty, referral") as error:
        load_workshop(folder, None)
    assert "simkit workshop read" in error.value.remedy.en


def test_a_protected_employee_gets_the_pseudonym_of_the_tables(tmp_path):
    workshop, _ = load_workshop(stored(tmp_path), None)
    known = with_people(workshop, {"00017": "P02", "00018": "P01"}, "made").frame("taboos")
    assert known.loc[known["kind"] == "person", "subject"].to_list() == ["P02"]
    assert known.loc[known["kind"] == "customer", "subject"].to_list() == ["0002"]
    unknown = with_people(workshop, {"00099": "P01"}, "made").frame("taboos")
    assert unknown.loc[unknown["kind"] == "person", "subject"].isna().all()


def test_words_of_one_participant_are_counted_and_those_of_several_are_kept(tmp_path):
    alone = {("offers", 0, "offers"): "Betreuung durch Frau Mustermann, Katalog", **about("Anna")}
    missing = {("about", 4, "entry"): "Sympathie von Erika Mustermann"}
    fill(tmp_path, {**alone, **missing, **points(40, 30, 20, 10)}, file="a.xlsx")
    fill(tmp_path, {("offers", 0, "offers"): "KATALOG", **about("Ben"), **points(40, 30, 20, 10)}, file="b.xlsx")
    found = read(tmp_path).workshop
    offers = agreed_offers(found)
    assert offers["offer"].str.casefold().to_list() == ["katalog"] and offers["people"].to_list() == [2]
    assert lone_offers(found).to_dict() == {("A", "offers"): 1}
    place = write_results(found, tmp_path)
    assert "Mustermann" not in "".join(path.read_text(encoding="utf-8") for path in place.iterdir())
    assert len(found.frame("suggestions")) == 1


def test_lone_words_in_results_of_an_older_version_are_not_quoted_either():
    rows = [{"participant": who, "segment": "A", "kind": "offers", "offer": word}
            for who, word in (("T01", "Frau Mustermann"), ("T01", "Katalog"), ("T02", "Katalog"))]  # fmt: skip
    frames = {name: made_frame(name, []) for name in COLUMNS} | {"offers": made_frame("offers", rows)}
    workshop = Workshop(catalogue=CATALOGUE, frames=frames)
    assert agreed_offers(workshop)["offer"].to_list() == ["Katalog"]


def test_a_participants_formula_is_harmless_in_the_stored_results_and_reads_back_as_written(tmp_path):
    folder = tmp_path / "workshop"
    folder.mkdir()
    for name in ("Anna", "Ben"):
        fill(folder, {("offers", 0, "offers"): "@SUM(1)", **about(name), **points(40, 30, 20, 10)}, file=f"{name}.xlsx")
    place = write_results(read(folder).workshop, folder)
    assert ",'@SUM(1)" in (place / "offers.csv").read_text(encoding="utf-8")
    (folder / CHOICE_NAME).write_text(choice_file(CATALOGUE), encoding="utf-8")
    again, _ = load_workshop(tmp_path, None)
    assert set(again.frame("offers")["offer"]) == {"@SUM(1)"}
