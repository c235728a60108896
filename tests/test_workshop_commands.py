"""`simkit workshop` from the command line: questionnaires out, answers in, and nothing that may hold answers overwritten."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from simkit.cli.main import main

sys.path.insert(0, str(Path(__file__).resolve().parent / "intake"))

DEMO = Path(__file__).resolve().parent.parent / "client_data" / "demo"
SMALL = """\
client: small
name: Small GmbH
language: en
industry: services
tables:
  orders:
    file: orders.csv
    columns: {order_id: id, customer_id: customer, ordered_on: day, value_amount: value}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A client with four orders."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "client.yaml").write_text(SMALL, encoding="utf-8")
    rows = ["id,customer,day,value", *(f"O{n},K{n % 2},2024-0{n}-01,{n}00" for n in range(1, 5))]
    (folder / "orders.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def said(capsys, *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    out = capsys.readouterr()
    return int(left.value.code or 0), out.out + out.err


def test_a_new_questionnaire_lists_the_largest_customers_and_is_never_overwritten(capsys, small):
    from python_calamine import CalamineWorkbook

    code, out = said(capsys, "workshop", "new", str(small), "--customers", "5")
    assert code == 0
    assert "8 criteria, 2 customers" in out
    book = CalamineWorkbook.from_path(small / "workshop" / "Questionnaire.xlsx")
    rows = book.get_sheet_by_name("Customers").to_python()
    assert [row[0] for row in rows if str(row[0]).startswith("K")] == ["K0", "K1"]
    assert "criteria: [margin" in (small / "workshop" / "criteria.yaml").read_text(encoding="utf-8")
    code, out = said(capsys, "workshop", "new", str(small), "--lang", "en")
    assert code == 2
    assert "exists already" in out
    (small / "workshop" / "Questionnaire.xlsx").unlink()
    code, out = said(capsys, "workshop", "new", str(small), "--industry", "wholesale", "--lang", "en")
    assert code == 2
    assert "chosen already" in out


def test_a_questionnaire_for_each_participant_in_the_language_asked_for(capsys, small):
    words = ("--for", "Anna Muster; Vertrieb", "--for", "Bo", "--lang", "de", "--industry", "wholesale")
    code, out = said(capsys, "workshop", "new", str(small), *words)
    assert code == 0
    assert "7 Kriterien" in out
    names = sorted(path.name for path in (small / "workshop").glob("*.xlsx"))
    assert names == ["Fragebogen_Anna_Muster.xlsx", "Fragebogen_Bo.xlsx"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("new", "--industry", "wholsale"), "Did you mean 'wholesale'"),
        (("new", "--for", " ;Sales"), "no name"),
        (("new", "--for", "A", "--for", "A"), "Two participants"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_reported(capsys, small, words, told):
    code, out = said(capsys, "workshop", words[0], str(small), *words[1:], "--lang", "en")
    assert code == 2
    assert told in out
    assert not list(small.glob("workshop/*.xlsx"))


def test_misspelt_words_of_the_group_are_answered_with_the_nearest(capsys):
    assert "'read'" in said(capsys, "workshop", "raed", "demo")[1]
    assert "'workshop'" in said(capsys, "worshop", "new", "demo")[1]


def test_reading_an_empty_folder_is_an_error_of_the_data_and_stores_nothing(capsys, small):
    code, out = said(capsys, "workshop", "read", str(small), "--lang", "en")
    assert code == 3
    assert "no questionnaire with answers" in out
    assert not (small / "workshop" / "results").exists()


def test_reading_stores_what_was_valid_and_tells_place_and_contradiction(capsys, tmp_path):
    folder = tmp_path / "demo"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("Zeit*", "results", "truth*", "Fragebogen_0[1-4]*"))
    text = (folder / "client.yaml").read_text(encoding="utf-8")
    head, _, rest = text.partition("  activities:\n")
    (folder / "client.yaml").write_text(head + "  employees:\n" + rest.partition("  employees:\n")[2], encoding="utf-8")
    code, out = said(capsys, "workshop", "read", str(folder), "--lang", "de")
    assert code == 0
    flat = " ".join(out.replace("│", " ").split())
    assert "14 von 28" in flat and "widersprechen" in flat and "Fragebogen_09.xlsx" in flat
    assert "8 Teilnehmer" in out and "Einigkeit" in out
    stored = (folder / "workshop" / "results" / "participants.csv").read_text(encoding="utf-8")
    assert stored.startswith("participant,department,answered_on\nT01,")
    assert "Teilnehmer" not in stored
