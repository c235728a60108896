"""From a folder of exports to client.yaml: what is found, what is asked, what is never shown, and what stays open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from made_exports import MadeExport, made_exports
from openpyxl import Workbook

from simkit.foundation.errors import ConfigError, UsageError
from simkit.intake.client import load_client
from simkit.intake.mapping.new_client import NewClient, make_from_exports
from simkit.intake.mapping.proposals import SURE
from simkit.intake.mapping.propose import propose
from simkit.intake.settings.client_settings import load_config
from simkit.intake.vocabulary.word_lists import word_lists

EXPORTS = list(made_exports())
CUSTOMERS = ["Kundennummer;Firma", *(f"{10_000 + n};Firma {n} GmbH" for n in range(20))]
ORDERS = ["Auftragsnummer;Kundennummer;Auftragsdatum;Auftragswert"]
ORDERS += [f"A{n};{10_000 + n % 20};{n % 28 + 1:02d}.{n % 12 + 1:02d}.2025;{1000 + n * 37},50" for n in range(60)]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., NewClient]:
    """Return a maker of a client from files given as lines, in a workspace of its own."""
    (tmp_path / "client_data").mkdir()
    monkeypatch.chdir(tmp_path)

    def made(
        files: dict[str, list[str]] | MadeExport, *, language: str = "de", answers: bool | None = None
    ) -> NewClient:
        exports = tmp_path / "exports"
        exports.mkdir()
        if isinstance(files, MadeExport):
            files.write(exports)
        else:
            for name, lines in files.items():
                (exports / name).write_text("\n".join(lines), encoding="utf-8")
        ask = None if answers is None else lambda question: answers
        return make_from_exports("neu", exports, language, ask)  # type: ignore[arg-type]

    return made


def text_of(made: NewClient) -> str:
    return (made.folder / "client.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("export", EXPORTS, ids=lambda one: f"{one.system}-{one.file}")
def test_every_known_export_gives_a_client_yaml_that_is_accepted(make, export: MadeExport) -> None:
    made = make(export)
    (found,) = made.proposal.tables
    assert found.table == export.table and found.holds == export.holds
    assert (made.folder / export.file).is_file()
    if made.can_be_checked:
        assert export.table in load_config(made.folder).tables
    else:
        assert export.table in {"customers", "employees"} or not export.holds
        with pytest.raises(ConfigError, match="None of the tables"):
            load_config(made.folder)


@pytest.mark.parametrize("export", [one for one in EXPORTS if one.asked], ids=lambda one: one.file)
def test_names_of_persons_are_never_mapped_without_a_yes(make, export: MadeExport) -> None:
    made = make(export)
    active = yaml.safe_load(text_of(made))["tables"] or {}
    columns = active.get(export.table, {}).get("columns", {})
    for ours, heading in export.asked.items():
        assert ours not in columns
        assert f"# {ours}: {heading}" in text_of(made)


def test_a_yes_takes_the_names_and_the_line_says_so(make) -> None:
    export = next(one for one in EXPORTS if one.file == "deals.csv")
    made = make(export, answers=True)
    assert load_config(made.folder).tables["opportunities"].columns["employee_id"] == "Deal - Owner"


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_line_that_is_a_comment_holds_once_its_sign_is_removed(make, language: str) -> None:
    export = next(one for one in EXPORTS if one.file == "deals.csv")
    made = make(export, language=language)
    path = made.folder / "client.yaml"
    path.write_text(text_of(made).replace("# employee_id:", "employee_id:"), encoding="utf-8")
    assert load_config(made.folder).tables["opportunities"].columns["employee_id"] == "Deal - Owner"


def test_a_table_that_is_a_comment_holds_once_its_signs_are_removed(make) -> None:
    made = make(next(one for one in EXPORTS if one.file == "PersonQuery.csv"))
    path = made.folder / "client.yaml"
    before, _, rest = text_of(made).partition("  # activities:")
    table, _, after = rest.partition("\n\n")
    lines = [
        "  activities:" + table.splitlines()[0],
        *(line.replace("  # ", "  ", 1) for line in table.splitlines()[1:]),
    ]
    path.write_text(before + "\n".join(lines) + "\n\n" + after, encoding="utf-8")
    assert load_config(made.folder).tables["activities"].constants == {"activity": "coordination"}


def test_every_line_has_a_mark_in_the_language_of_the_client(make) -> None:
    made = make({"Kunden.csv": CUSTOMERS, "Auftraege.csv": ORDERS}, language="en")
    marked = [line for line in text_of(made).splitlines() if line.startswith("      ") and ": " in line]
    assert marked and all("# sure" in line or "# likely" in line or "# open" in line for line in marked if "#" in line)
    assert "sicher" not in text_of(made)
    assert "bitte prüfen" in text_of(made) or "please check" in text_of(made) or "# sure" in text_of(made)


def test_a_file_that_is_like_nothing_is_told_and_not_copied(make) -> None:
    made = make({"Auftraege.csv": ORDERS, "Sonstiges.csv": ["x;y", "1;2", "3;4"]})
    assert "Sonstiges.csv gleicht keiner" in text_of(made)
    assert not (made.folder / "Sonstiges.csv").exists()


def test_unknown_values_are_listed_with_their_counts_and_names_among_them_are_not_shown(make) -> None:
    lines = ["Personalnummer;Beginn;Stunden;Tätigkeit"]
    kinds = ["Kundenbesuch", "Verwaltung", "Xyzzy", "Termin Anna Beispiel"]
    lines += [f"{100 + n % 7};{n % 28 + 1:02d}.01.2025 09:00;{1 + n % 3},5;{kinds[n % 4]}" for n in range(40)]
    text = text_of(make({"Zeiterfassung.csv": lines}))
    assert "# Xyzzy: …" in text and "10 Zeilen" in text
    assert "Beispiel" not in text and "könnte ein Name sein" in text


def test_a_known_word_beside_a_name_is_not_shown_and_sentences_are_not_listed(make) -> None:
    lines = ["Personalnummer;Beginn;Stunden;Tätigkeit"]
    kinds = ["Kundenbesuch", "Verwaltung", "Kundenbesuch Anna Beispiel", "Reise"]
    lines += [f"{100 + n % 7};{n % 28 + 1:02d}.01.2025 09:00;{1 + n % 3},5;{kinds[n % 4]}" for n in range(40)]
    text = text_of(make({"Zeiterfassung.csv": lines}))
    assert "Kundenbesuch: care" in text and "Beispiel" not in text


def test_free_words_are_counted_and_not_listed(make) -> None:
    lines = ["Personalnummer;Beginn;Stunden;Tätigkeit"]
    lines += [f"{100 + n % 7};{n % 28 + 1:02d}.01.2025 09:00;1,5;Besuch wegen Sache {n}" for n in range(90)]
    text = text_of(make({"Zeiterfassung.csv": lines}))
    assert "Sache" not in text and "90 verschiedene Werte, nicht gezeigt" in text


@pytest.mark.parametrize(
    ("heading", "values", "rule"),
    [
        ("Stellenanteil", ["100", "80", "50", "100"], {"unit": "per_cent", "of": "Stellenanteil"}),
        ("Wochenstunden", ["40", "35", "20", "38,5"], {"ratio": ["Wochenstunden", 40]}),
        ("Stellenanteil", ["1,0", "0,8", "0,5", "1,0"], None),
    ],
)
def test_posts_above_one_are_brought_to_shares_and_marked_for_a_look(make, heading, values, rule) -> None:
    lines = [f"Personalnummer;Rolle;Eintritt;{heading}"]
    lines += [f"{4000 + n};Innendienst;01.0{n % 9 + 1}.2019;{values[n % 4]}" for n in range(20)]
    found = make({"Personal.csv": lines}).proposal.of("employees")[0].of("fte")
    assert found is not None and found.rule == rule
    assert (found.certainty < SURE) == (rule is not None)


@pytest.mark.parametrize(
    ("heading", "values", "rule"),
    [
        ("Minutes", ["30", "45", "90"], {"unit": "minutes", "of": "Minutes"}),
        ("Minuten", ["5", "10", "15"], {"unit": "minutes", "of": "Minuten"}),
        ("Dauer (Minuten)", ["30", "45", "90"], {"unit": "minutes", "of": "Dauer (Minuten)"}),
        ("Dauer", ["30", "45", "180"], {"unit": "minutes", "of": "Dauer"}),
        ("Dauer", ["1h 30m", "45m", "2h"], {"unit": "1h 30m", "of": "Dauer"}),
        ("Dauer", ["0,5", "1,25", "3,0"], None),
    ],
)
def test_durations_in_minutes_are_never_taken_for_hours(make, heading, values, rule) -> None:
    lines = [f"Personalnummer;Beginn;{heading};Tätigkeit"]
    lines += [f"{100 + n % 7};{n % 28 + 1:02d}.01.2025 09:00;{values[n % 3]};Kundenbesuch" for n in range(42)]
    found = make({"Zeiterfassung.csv": lines}).proposal.of("activities")[0].of("hours")
    assert found is not None and found.rule == rule
    if rule is not None and "Minut" not in heading and values[0] == "30":
        assert not found.holds  # asked: the heading says nothing


def test_pay_of_a_month_is_marked_and_not_sure(make) -> None:
    lines = ["Personalnummer;Rolle;Eintritt;Personalkosten"]
    lines += [f"{4000 + n};Innendienst;01.0{n % 9 + 1}.2019;{3000 + n * 10}" for n in range(20)]
    found = make({"Personal.csv": lines}).proposal.of("employees")[0].of("cost_amount")
    assert found is not None and found.rule == {"product": ["Personalkosten", 12]} and found.certainty < SURE


@pytest.mark.parametrize(
    ("heading", "ours", "kind"),
    [
        ("Auftragswert brutto", "value_amount", "money"),
        ("Gewichteter Wert", "value_amount", "money"),
        ("Marge", "cost_amount", "money"),
        ("Rohertrag", "cost_amount", "money"),
    ],
)
def test_what_looks_like_our_column_and_is_none_is_not_taken(make, heading, ours, kind) -> None:
    lines = [f"Auftragsnummer;Kundennummer;Auftragsdatum;Auftragswert;{heading}"]
    lines += [
        f"A{n};{10_000 + n % 20};{n % 28 + 1:02d}.{n % 12 + 1:02d}.2025;{1000 + n},50;{900 + n},10" for n in range(60)
    ]
    found = make({"Auftraege.csv": lines}).proposal.of("orders")[0]
    taken = found.of(ours)
    assert taken is None or taken.heading != heading
    assert heading in found.not_taken


def test_active_is_not_dormant(make) -> None:
    lines = [
        "Kundennummer;Firma;Aktiv",
        *(f"{10_000 + n};Firma {n} GmbH;{'ja' if n % 3 else 'nein'}" for n in range(20)),
    ]
    assert make({"Kunden.csv": lines}).proposal.of("customers")[0].of("dormant") is None


def test_orders_and_their_invoices_are_not_counted_twice(make, tmp_path: Path) -> None:
    exports = tmp_path / "sap"
    for one in EXPORTS:
        if one.file in {"VA05.xlsx", "VF05.csv"}:
            one.write(exports)
    found = propose(exports).of("orders")
    assert sorted(one.holds for one in found) == [False, True]


def test_files_of_one_table_in_different_forms_stand_beside_each_other(make) -> None:
    later = ["Order number;Customer number;Order date;Order value"]
    later += [f"B{n};{10_000 + n % 20};2026-{n % 3 + 1:02d}-{n % 28 + 1:02d};{1000 + n * 31}.25" for n in range(60)]
    made = make({"Alt.csv": ORDERS, "Neu.csv": later, "Kunden.csv": CUSTOMERS})
    spec = load_config(made.folder).tables["orders"]
    assert spec.files == ("Alt.csv", "Neu.csv")
    assert [part.columns["order_id"] for part in spec.parts] == ["Auftragsnummer", "Order number"]


def test_customers_that_are_named_get_their_number_from_the_list(make) -> None:
    named = ["Auftragsnummer;Kunde;Auftragsdatum;Auftragswert"]
    named += [f"A{n};Firma {n % 20} GmbH;{n % 28 + 1:02d}.{n % 12 + 1:02d}.2025;{1000 + n * 37},50" for n in range(60)]
    made = make({"Kunden.csv": CUSTOMERS, "Auftraege.csv": named})
    (join,) = load_config(made.folder).tables["orders"].join
    assert dict(join.on) == {"Kunde": "Firma"} and dict(join.columns) == {"customer_id": "Kundennummer"}


def test_a_missing_folder_and_a_folder_without_tables_are_told(make, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing"):
        make_from_exports("neu", tmp_path / "nirgends", "de", None)
    (tmp_path / "leer").mkdir()
    with pytest.raises(UsageError, match="no table"):
        make_from_exports("neu", tmp_path / "leer", "de", None)
    assert not (tmp_path / "client_data" / "neu").exists()


def test_a_file_of_which_hardly_anything_is_understood_is_not_taken_without_a_yes(make) -> None:
    heads = "Personalnummer;Alpha;Beta;Gamma;Delta;Epsilon;Zeta;Rolle"
    lines = [heads, *(f"{4000 + n};{n}x;{n}y;{n}z;{n}u;{n}v;{n}w;Innendienst" for n in range(30))]
    found = make({"Personal.csv": lines, "Auftraege.csv": ORDERS}).proposal.of("employees")[0]
    assert not found.holds and "only 2 of 8 columns" in found.doubt.en


def test_calendars_are_told_by_their_format_and_the_person_by_the_file(make) -> None:
    def calendar(kind: str) -> list[str]:
        events = [
            f"BEGIN:VEVENT\r\nUID:{n}@example\r\nDTSTART:202503{n:02d}T090000\r\nDTEND:202503{n:02d}T103000\r\n"
            f"SUMMARY:{kind}\r\nCATEGORIES:{kind}\r\nEND:VEVENT\r"
            for n in range(1, 25)
        ]
        return ["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r", *events, "END:VCALENDAR\r\n"]

    made = make({"k1.ics": calendar("Kundenbesuch"), "k2.ics": calendar("Besprechung")})
    spec = load_config(made.folder).tables["activities"]
    assert spec.files == ("k1.ics", "k2.ics") and "employee_id" in spec.key
    log = load_client(made.folder).tables["activities"]
    assert (log["ended_at"] - log["started_at"]).dt.total_seconds().sum() / 3600 == pytest.approx(2 * 24 * 1.5)
    assert log["employee_id"].nunique() == 2 and set(log["activity"]) == {"care", "prioritisation"}


def test_each_sheet_of_a_workbook_is_looked_at(make, tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Deckblatt"
    book.active.append(["Auswertung"])
    sheet = book.create_sheet("Auftraege")
    for line in ORDERS:
        sheet.append(line.split(";"))
    (tmp_path / "buch").mkdir()
    book.save(tmp_path / "buch" / "Alles.xlsx")
    found = propose(tmp_path / "buch").of("orders")
    assert [(one.source.sheet, one.holds) for one in found] == [("Auftraege", True)]


@pytest.mark.parametrize(
    ("other", "currency"), [("Selbstkosten CHF", "CHF"), ("Selbstkosten EUR", "EUR"), ("Selbstkosten", "EUR")]
)
def test_the_currency_is_proposed_that_the_headings_of_all_amounts_name(make, other: str, currency: str) -> None:
    heads = f"Auftragsnummer;Kundennummer;Auftragsdatum;Auftragswert CHF;{other}"
    made = make({"auftraege.csv": [heads, *(f"{row};{n + 500},00" for n, row in enumerate(ORDERS[1:]))]})
    assert load_config(made.folder).currency == currency


def uncommented(made: NewClient, table: str) -> str:
    """Return client.yaml after the sign "# " was removed once from each line of a table that is a comment."""
    before, begin, rest = text_of(made).partition(f"  # {table}:")
    block, end, after = rest.partition("\n\n")
    lines = "\n".join(line.replace("  # ", "  ", 1) for line in f"{begin}{block}".splitlines())
    return f"{before}{lines}{end}{after}"


def test_files_without_an_order_number_are_one_table_with_the_key_that_they_may_have(make) -> None:
    rows = [row.partition(";")[2] for row in ORDERS]
    made = make({"a2024.csv": rows[:30], "a2025.csv": [rows[0], *rows[30:]]})
    assert text_of(made).count("  # orders:") == 1
    path = made.folder / "client.yaml"
    path.write_text(uncommented(made, "orders").replace("# key: {", "key: {"), encoding="utf-8")
    orders = load_config(made.folder).tables["orders"]
    assert orders.files == ("a2024.csv", "a2025.csv")
    assert orders.key == {"order_id": ["Kundennummer", "Auftragsdatum", "Auftragswert"]}
    assert len(load_client(made.folder).table("orders")) == 60


@pytest.mark.parametrize("heading", ["Auftragswert TEUR", "Erlös xy TEUR", "Wert in k€"])
def test_thousands_are_read_once_the_signs_of_their_table_are_removed(make, heading: str) -> None:
    made = make({"auftraege.csv": [ORDERS[0].replace("Auftragswert", heading), *ORDERS[1:]]})
    path = made.folder / "client.yaml"
    path.write_text(uncommented(made, "orders"), encoding="utf-8")
    assert load_config(made.folder).tables["orders"].compute == {"value_amount": {"unit": "thousands", "of": heading}}


TOGGL = "User;Email;Client;Project;Task;Description;Start date;Start time;Duration;Tags"


@pytest.mark.parametrize(
    ("tags", "described", "taken"), [("Support", 40, "Tags"), ("", 4, "Description"), ("", 400, "Project")]
)
def test_a_preset_takes_the_next_column_where_its_own_is_empty(make, tags: str, described: int, taken: str) -> None:
    rows = [
        f"U{n % 3};u{n % 3}@example.com;Kunde {n % 7} GmbH;ERP;;Thema {n % described};"
        f"2025-0{n % 9 + 1}-11;08:00:00;01:30:00;{tags}"
        for n in range(120)
    ]
    (table,) = make({"toggl.csv": [TOGGL, *rows]}).proposal.tables
    activity = table.of("activity")
    assert table.preset == "Toggl" and activity is not None
    assert (activity.heading, activity.holds) == (taken, True)
    assert "'Task'" in activity.doubt.en


def test_lists_without_a_word_do_not_remember_what_it_meant() -> None:
    lists = word_lists()
    (kind, known) = next((kind, known) for kind, known in lists.values.items() if known)
    word = max(known, key=len)
    assert lists.value(kind, word) == lists.value(kind, word) == (known[word], 0.97)
    assert lists.without([word]).value(kind, word) != (known[word], 0.97)


def test_heads_and_lines_in_two_files_get_the_line_that_joins_them(make) -> None:
    heads = ["Auftragsnummer;Kundennummer;Auftragsdatum;Bemerkung"]
    heads += [f"{n};{9000 + n % 9};2025-0{n % 9 + 1}-11;TA" for n in range(100, 160)]
    lines = ["Auftragsnummer;Position;Artikel;Nettowert;Rechnungsdatum"]
    lines += [f"{n};{10 * p};M{p};{n * 3 + p},50;2025-0{n % 9 + 1}-20" for n in range(100, 160) for p in (1, 2)]
    made = make({"koepfe.csv": heads, "Auftragspositionen.csv": lines})
    text = text_of(made)
    assert "join in docs/client_file.md" in text, text
    joins = [line for line in text.splitlines() if line.startswith("  #   join: ")]
    assert len(joins) == 1
    rule = yaml.safe_load(joins[0].removeprefix("  #   "))["join"]
    assert (rule["file"], rule["on"]) == ("koepfe.csv", {"Auftragsnummer": "Auftragsnummer"})
    assert rule["columns"] == {"customer_id": "Kundennummer"}
    block = text[text.index("# wohl die Positionen") :].partition("\n\n")[0].splitlines()[2:]
    freed = yaml.safe_load("\n".join(line.removeprefix("  # ") for line in block if line.startswith("  # ")))
    freed["orders"]["join"] = rule
    settings = {"client": "neu", "name": "Neu", "tables": freed}
    (made.folder / "client.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    assert load_config(made.folder).tables["orders"].join
