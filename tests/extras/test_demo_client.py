"""The demo client's files: always the same, German in form, and true to the figures the generator was given."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from python_calamine import CalamineWorkbook

from simkit.effort.meetings import Meetings, meeting_effectiveness
from simkit.effort.pipeline_audit import pipeline_audit
from simkit.extras.demo_client import truth
from simkit.extras.demo_client.demo_customers import lorenz_shares
from simkit.extras.demo_client.demo_summary import write_demo
from simkit.extras.demo_client.demo_tables import german_number, write_csv
from simkit.foundation.activities import ACTIVITIES
from simkit.intake.client import load_client

WORKBOOKS = ("Kundenstamm.xlsx", "Workshop_Bewertung.xlsx")
SPOILT = ("negative_hours", "unknown_customer", "doubled_activity", "forgotten_end")


@pytest.fixture(scope="session")
def demo(project: Path) -> Path:
    """Return the committed folder."""
    return project / "client_data" / "demo"


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the generator has just written."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


@pytest.fixture(scope="session")
def real(demo: Path) -> Any:
    """Return what truth.yaml says that really happened."""
    return yaml.safe_load((demo / "truth.yaml").read_text(encoding="utf-8"))["realised"]


@pytest.fixture(scope="session")
def config(demo: Path) -> Any:
    """Return client.yaml as plain structure."""
    return yaml.safe_load((demo / "client.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def orders(demo: Path) -> pd.DataFrame:
    """Return both business years, typed by hand."""
    frame = pd.concat([_csv(demo / f"Auftraege_GJ{year}.csv", "cp1252") for year in ("2024-25", "2025-26")])
    for name in ("Auftragswert (EUR)", "Herstellkosten (EUR)"):
        frame[name] = _numbers(frame[name])
    for name in ("Bestelldatum", "Zugesagter Termin", "Geliefert am"):
        frame[name] = pd.to_datetime(frame[name], format="%d.%m.%Y")
    return frame.reset_index(drop=True)


@pytest.fixture(scope="session")
def log(demo: Path) -> pd.DataFrame:
    """Return the time log, typed by hand."""
    frame = _csv(demo / "Zeiterfassung.csv", "utf-8-sig")
    frame["hours"] = _numbers(frame["Stunden"])
    frame["started"] = pd.to_datetime(frame["Beginn"], format="%d.%m.%Y %H:%M")
    frame["activity"] = frame["Tätigkeit"].map(truth.ACTIVITY_OF_LABEL)
    return frame


@pytest.fixture(scope="session")
def staff(demo: Path) -> pd.DataFrame:
    """Return the staff list."""
    return _csv(demo / "Personal.csv", "cp1252")


@pytest.fixture(scope="session")
def customers(demo: Path) -> pd.DataFrame:
    """Return the customer master."""
    header, *rows = _sheet(demo / "Kundenstamm.xlsx", "Kunden")
    return pd.DataFrame(rows, columns=header)


def _csv(path: Path, encoding: str) -> pd.DataFrame:
    return pd.read_csv(path, sep=";", dtype=str, encoding=encoding, keep_default_na=False)


def _numbers(texts: pd.Series) -> pd.Series:
    return pd.to_numeric(texts.str.replace(".", "").str.replace(",", ".").replace("", None))


def _sheet(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


# --- the same files every time ---------------------------------------------------------------------------------------


def test_generator_writes_the_committed_csv_bytes_and_truth(demo: Path, written: Path) -> None:
    for path in [*sorted(written.rglob("*.csv")), written / "truth.yaml"]:
        if path.name != "files.csv":  # holds the hashes of workbooks, which depend on the zlib of the machine
            there = demo / path.relative_to(written)
            assert _hash(path) == _hash(there), f"{path.name} differs: run python -m simkit.extras.demo_client"


@pytest.mark.parametrize("name", WORKBOOKS)
def test_generator_writes_the_committed_workbooks(demo: Path, written: Path, name: str) -> None:
    """Compare cells, because the compressed bytes depend on the zlib of the machine."""
    sheet = CalamineWorkbook.from_path(demo / name).sheet_names[0]
    assert _sheet(demo / name, sheet) == _sheet(written / name, sheet)


def test_generator_writes_the_committed_questionnaires(demo: Path, written: Path) -> None:
    committed = sorted((demo / "workshop").glob("*.xlsx"))
    assert [path.name for path in committed] == [path.name for path in sorted((written / "workshop").glob("*.xlsx"))]
    for path in committed:
        for sheet in CalamineWorkbook.from_path(path).sheet_names:
            assert _sheet(path, sheet) == _sheet(written / "workshop" / path.name, sheet)


def test_module_run_by_hand_writes_the_same_bytes_in_another_process(written: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "simkit.extras.demo_client", str(tmp_path)], check=True, timeout=60)
    assert _hashes(tmp_path) == _hashes(written)


def test_folder_is_small_and_complete(demo: Path, written: Path) -> None:
    assert sum(path.stat().st_size for path in demo.rglob("*")) < 5_000_000
    assert set(_hashes(written)) <= set(_hashes(demo))


def test_generator_does_not_know_the_simulation(project: Path) -> None:
    """Whatever the generator's modules import, and what that imports: nothing of the model, of a study, or of SimPy."""
    waiting = {
        "simkit.extras.demo_client" if path.stem == "__init__" else f"simkit.extras.demo_client.{path.stem}"
        for path in (project / "simkit" / "extras" / "demo_client").glob("*.py")
    }
    assert "simkit.extras.demo_client.generate" in waiting
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= _imported(project, name) - reached
    assert "simkit.intake.workshop.questionnaire" in reached  # imports of imports are followed
    assert not {name for name in reached if name.split(".")[:2] in (["simkit", "model"], ["simkit", "study"])}
    assert "simpy" not in {name.split(".")[0] for name in reached}


def _imported(project: Path, name: str) -> set[str]:
    """Return every module that a module of the kit imports anywhere in it; of others, which are not opened, nothing."""
    file = _file_of(project, name)
    if file is None:
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {node.module, *(one for one in inside if _file_of(project, one) is not None)}
    return found


def _file_of(project: Path, name: str) -> Path | None:
    place = project.joinpath(*name.split("."))
    return next((one for one in (place.with_suffix(".py"), place / "__init__.py") if one.is_file()), None)


def _hashes(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): _hash(path) for path in folder.rglob("*") if path.is_file()}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- form ------------------------------------------------------------------------------------------------------------


def test_files_are_encoded_as_their_names_in_client_yaml_say(demo: Path) -> None:
    assert (demo / "Zeiterfassung.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    text = (demo / "Angebote.csv").read_bytes()
    assert "Verkäufer".encode("cp1252") in text
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")


def test_ids_and_postcodes_keep_their_leading_zeros(customers: pd.DataFrame, staff: pd.DataFrame) -> None:
    assert customers["Kundennummer"].str.startswith("00").all()
    assert customers["PLZ"].str.match(r"0\d{4}$").sum() >= 5
    assert staff["Personalnr."].str.match(r"00\d{3}$").all()


def test_customers_have_german_austrian_and_swiss_names(customers: pd.DataFrame) -> None:
    assert customers["Firma"].is_unique
    assert customers["Firma"].str.contains("ß").sum() > 20
    assert customers["Firma"].str.contains("[äöüÄÖÜ]").sum() > 100
    assert set(customers["Land"]) == {"DE", "AT", "CH"}
    assert (customers["PLZ"].str.len() == 5).equals((customers["Land"] == "DE") & (customers["PLZ"] != ""))
    assert isinstance(customers["Kunde seit"].iloc[0], dt.date)


def test_staff_files_hold_no_names(staff: pd.DataFrame) -> None:
    assert not [name for name in staff.columns if "name" in name.lower()]


def test_numbers_are_written_as_germans_do() -> None:
    assert [german_number(value) for value in (1234567.5, -0.5, np.nan)] == ["1.234.567,50", "-0,50", ""]


def test_character_that_the_code_page_lacks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_csv(tmp_path / "x.csv", {"a": ["Łódź"]}, "cp1252")


# --- client.yaml -----------------------------------------------------------------------------------------------------


def test_client_yaml_names_columns_that_exist(demo: Path, config: Any) -> None:
    for name, table in config["tables"].items():
        files = table["file"] if isinstance(table["file"], list) else [table["file"]]
        for file in files:
            missing = set(table["columns"].values()) - set(_header(demo / file, table))
            assert not missing, f"{name}: {missing}"


def _header(path: Path, table: Any) -> list[str]:
    if path.suffix == ".xlsx":
        return [str(cell) for cell in _sheet(path, table["sheet"])[0]]
    return list(_csv(path, table.get("encoding", "utf-8-sig")).columns)


def test_client_yaml_translates_every_label(demo: Path, config: Any, log: pd.DataFrame) -> None:
    translated = config["tables"]["activities"]["values"]["activity"]
    assert translated == truth.ACTIVITY_OF_LABEL
    assert set(log["Tätigkeit"]) == set(translated)
    assert set(translated.values()) == set(ACTIVITIES) - {"idle"}
    estimates = _csv(demo / "Zeitschaetzung.csv", "utf-8-sig")
    assert set(estimates["Tätigkeit"]) == set(config["tables"]["time_estimates"]["values"]["activity"])


def test_logo_asks_no_other_host(demo: Path, config: Any) -> None:
    text = (demo / config["brand"]["logo"]).read_text(encoding="utf-8")
    assert "href" not in text and "url(" not in text


# --- customers and orders --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("top", "share"), [(0.10, 0.55), (0.20, 0.70), (0.50, 0.85)])
def test_sales_are_concentrated_as_in_the_benchmark(
    orders: pd.DataFrame, customers: pd.DataFrame, top: float, share: float
) -> None:
    sales = orders.groupby("Kundennummer")["Auftragswert (EUR)"].sum().sort_values(ascending=False)
    for count in (len(sales), len(customers)):
        assert sales.iloc[: round(top * count)].sum() / sales.sum() == pytest.approx(share, abs=0.03)


def test_lorenz_curve_has_no_step_and_a_large_first_customer() -> None:
    shares = lorenz_shares(410)
    assert shares.sum() == pytest.approx(1.0)
    assert (np.diff(shares) <= 1e-12).all()
    assert (shares[1:] / shares[:-1]).min() > 0.6
    assert 0.03 < shares[0] < 0.10


def test_customers_and_orders_have_the_promised_size(orders: pd.DataFrame, customers: pd.DataFrame) -> None:
    assert len(customers) == truth.CUSTOMERS == 420
    assert orders["Auftragsnummer"].is_unique
    per_year = orders.groupby(orders["Bestelldatum"] >= pd.Timestamp(2025, 7, 1)).size()
    assert per_year.between(2_500, 3_500).all()
    shares = orders["Auftragsart"].value_counts(normalize=True)
    assert shares[["Serie", "Konfiguriert", "Sonder"]].tolist() == pytest.approx([0.40, 0.35, 0.25], abs=0.02)
    value = orders.groupby("Auftragsart")["Auftragswert (EUR)"].mean()
    assert value["Sonder"] > 2 * value["Konfiguriert"] > 3 * value["Serie"]


def test_orders_belong_to_known_customers_and_people(
    orders: pd.DataFrame, customers: pd.DataFrame, staff: pd.DataFrame
) -> None:
    assert set(orders["Kundennummer"]) <= set(customers["Kundennummer"])
    assert set(orders["Sachbearbeiter (Personalnr.)"]) <= set(staff["Personalnr."])
    assert set(customers["Betreuer (Personalnr.)"]) <= set(staff["Personalnr."])


def test_no_order_is_worked_on_after_its_delivery_or_before_it_was_placed(
    orders: pd.DataFrame, log: pd.DataFrame
) -> None:
    rows = log.merge(orders, left_on="Vorgang", right_on="Auftragsnummer")
    day = rows["started"].dt.normalize()
    usual = rows["Geliefert am"].isna() | (rows["Geliefert am"] >= rows["Bestelldatum"])  # but for the planted faults
    assert len(rows) > 10_000
    assert (day >= rows["Bestelldatum"]).all()
    assert (day <= rows["Geliefert am"])[usual & rows["Geliefert am"].notna()].all()


@pytest.mark.parametrize("name", truth.CLASSES)
def test_promises_are_what_a_class_takes_and_say_nothing_of_the_single_order(
    orders: pd.DataFrame, real: Any, name: str
) -> None:
    label = {"standard": "Serie", "configured": "Konfiguriert", "bespoke": "Sonder"}[name]
    mine = orders[(orders["Auftragsart"] == label) & (orders["Geliefert am"] >= orders["Bestelldatum"])]
    promised = (mine["Zugesagter Termin"] - mine["Bestelldatum"]).dt.days
    taken = (mine["Geliefert am"] - mine["Bestelldatum"]).dt.days
    assert abs(np.corrcoef(promised, taken)[0, 1]) < 0.1
    assert promised.max() < 2 * promised.min()
    late = (mine["Geliefert am"] > mine["Zugesagter Termin"]).mean()
    assert late == pytest.approx(real["orders"]["by_class"][name]["late_share_of_delivered"], abs=0.002)
    assert late == pytest.approx(truth.LATE_CHANCE[name], abs=0.02)


def test_each_won_opportunity_stands_behind_one_order(demo: Path, orders: pd.DataFrame, real: Any) -> None:
    offers = _csv(demo / "Angebote.csv", "cp1252")
    won = offers[offers["Phase"] == "Gewonnen"]
    linked = orders[orders["Angebotsnummer"] != ""]
    assert sorted(linked["Angebotsnummer"]) == sorted(won["Angebotsnummer"])
    rate = len(won) / (offers["Phase"] != "Offen").sum()
    assert rate == pytest.approx(real["opportunities"]["win_rate_of_closed"], abs=1e-4)
    assert 0.35 < rate < 0.45


def test_what_makes_deals_slip_is_found_again_in_the_notes(demo: Path, real: Any) -> None:
    found = pipeline_audit(load_client(demo)).slips
    assert found is not None
    assert (found.deals, found.slipped) == (sum(truth.OPPORTUNITIES.values()), real["opportunities"]["slipped"])
    assert set(found.reasons["reason"]) == set(truth.SLIP_REASONS)
    for row in found.attributable.to_dict("records"):
        assert row["low"] < real["opportunities"]["slip_factors_attributable_share"][row["factor"]] < row["high"]


def test_kinds_of_meetings_lead_on_as_often_as_they_do(demo: Path) -> None:
    found = meeting_effectiveness(load_client(demo))
    assert isinstance(found, Meetings)
    kinds = found.by_kind.set_index("kind")
    chances = {name: chance for kinds in truth.MEETINGS.values() for name, _, chance in kinds}
    assert set(kinds.index) == set(chances)
    assert all(kinds.loc[name, "low"] < chance < kinds.loc[name, "high"] for name, chance in chances.items())


def test_part_of_the_customers_costs_more_than_it_brings(real: Any) -> None:
    value = real["value"]
    assert 0.20 <= value["customers_below_zero_after_service_share"] <= 0.25
    assert value["whale_peak_of_total"] > 1.05
    assert value["margin_after_service_amount"] > 0


# --- people and time -------------------------------------------------------------------------------------------------


def test_staff_has_a_small_role_part_time_and_retirements(staff: pd.DataFrame) -> None:
    assert len(staff) == 24
    assert sorted(staff["Rolle"].value_counts()) == [3, 8, 13]
    assert (staff["Stellenanteil"] != "1,00").sum() == 3
    assert 3 <= (staff["Geburtsjahr"].astype(int) + 67 <= truth.LAST.year + 3).sum() <= 5
    assert 3 <= (staff["Ruhestand vereinbart zum"] != "").sum() <= 5
    assert _numbers(staff["Personalkosten p. a. (EUR)"]).between(60_000, 110_000).all()


def test_nobody_books_on_sundays_saturdays_or_holidays(log: pd.DataFrame) -> None:
    import holidays

    free = holidays.country_holidays("DE", subdiv="BW", years=range(2024, 2027))
    booked = log["started"].dt.date.unique()
    assert not [day for day in booked if day.weekday() >= 5 or day in free]
    assert min(booked) == truth.FIRST and max(booked) == truth.LAST


def test_customer_facing_share_of_the_log_is_the_true_one(log: pd.DataFrame, real: Any) -> None:
    facing = log.loc[log["activity"].isin(truth.FACING), "hours"].sum() / log["hours"].sum()
    assert 0.10 < real["time"]["facing_share_of_worked"] < 0.20
    assert facing == pytest.approx(real["time"]["facing_share_of_worked"], abs=0.01)


def test_hours_are_spread_as_in_a_grown_organisation(real: Any) -> None:
    share = real["time"]["share_of_worked_by_activity"]
    assert 0.60 < share["coordination"] + share["prioritisation"] + share["administration"] < 0.75
    assert 0.10 < share["travel"] + share["preparation"] < 0.15
    assert max(share, key=share.get) == "coordination"


def test_people_are_loaded_and_the_log_covers_part_of_their_contracts(log: pd.DataFrame, real: Any) -> None:
    assert 25_000 < len(log) < 36_000
    assert 0.90 < real["time"]["worked_share_of_present"] < 0.97
    assert 0.60 < log["hours"].sum() / real["time"]["contract_h"] < 0.75


@pytest.mark.parametrize("name", truth.CLASSES)
def test_logged_hours_per_order_scale_up_to_the_true_effort(
    orders: pd.DataFrame, log: pd.DataFrame, real: Any, name: str
) -> None:
    label = {"standard": "Serie", "configured": "Konfiguriert", "bespoke": "Sonder"}[name]
    of_class = orders[orders["Auftragsart"] == label]
    done = of_class[of_class["Bestelldatum"] < pd.Timestamp(2026, 3, 1)]["Auftragsnummer"]
    logged = log[log["Vorgang"].isin(done) & log["hours"].between(0, 10)]["hours"].sum() / len(done)
    kept = real["time"]["logged_h"] / real["time"]["worked_h"]
    expected = sum(step.entry_h[name] * step.entries[name] for step in truth.STEPS["order"])
    assert logged / kept == pytest.approx(expected, rel=0.05)
    assert real["orders"]["by_class"][name]["worked_h_per_order"] == pytest.approx(expected, rel=0.05)


def test_single_efforts_scatter_as_stated(log: pd.DataFrame) -> None:
    hours = log.loc[(log["Tätigkeit"] == "Kundenanfrage") & log["hours"].between(0, 10), "hours"]
    assert 0.6 < hours.std() / hours.mean() < 0.8


def test_planted_faults_are_there(orders: pd.DataFrame, log: pd.DataFrame, customers: pd.DataFrame) -> None:
    found = {
        "negative_hours": (log["hours"] < 0).sum(),
        "unknown_customer": (~log["Kundennummer"].isin({"", *customers["Kundennummer"]})).sum(),
        "doubled_activity": log["Buchungsnr."].duplicated().sum(),
        "missing_cost": orders["Herstellkosten (EUR)"].isna().sum(),
        "delivered_before_ordered": (orders["Geliefert am"] < orders["Bestelldatum"]).sum(),
        "missing_industry": (customers["Branche"] == "").sum(),
        "missing_postcode": (customers["PLZ"] == "").sum(),
    }
    assert found == {name: truth.PLANTED[name] for name in found}
    assert (log["hours"] >= truth.FORGOTTEN_END_H[0]).sum() >= truth.PLANTED["forgotten_end"]


def test_intake_reads_the_demo_and_tells_the_planted_faults(demo: Path, real: Any) -> None:
    client = load_client(demo)
    assert set(client.tables) == {
        "customers", "orders", "opportunities", "activities", "time_estimates", "employees", "ratings",
    }  # fmt: skip
    assert (client.first, client.last) == (truth.FIRST, truth.LAST)
    assert client.table("orders")["value_amount"].sum() == pytest.approx(real["orders"]["value_amount"])
    counts = [finding.count for finding in client.findings]
    assert all(finding.severity != "blocking" for finding in client.findings)
    assert {truth.PLANTED[name] for name in ("negative_hours", "unknown_customer", "doubled_activity")} <= set(counts)


def test_planted_faults_are_few(log: pd.DataFrame) -> None:
    assert sum(truth.PLANTED[name] for name in SPOILT) < 0.003 * len(log)


def test_time_estimates_add_up_in_each_role(demo: Path) -> None:
    estimates = _csv(demo / "Zeitschaetzung.csv", "utf-8-sig")
    share = _numbers(estimates["Anteil"].str.removesuffix(" %"))
    assert share.groupby(estimates["Rolle"]).sum().tolist() == pytest.approx([100.0] * 3)
    assert (_numbers(estimates["Streuung"].str.removesuffix(" %")) > 0).all()


def test_workshop_rates_large_customers_from_one_to_five(demo: Path, customers: pd.DataFrame) -> None:
    header, *rows = _sheet(demo / "Workshop_Bewertung.xlsx", "Bewertung")
    ratings = pd.DataFrame(rows, columns=header)
    assert set(ratings["Bewertung (1-5)"]) == {1, 2, 3, 4, 5}
    assert set(ratings["Kundennummer"]) <= set(customers["Kundennummer"])
    assert ratings["Kundennummer"].nunique() == 80
    assert (ratings["Teilnehmer"].nunique(), ratings["Abteilung"].nunique()) == (6, 4)
    assert not ratings.duplicated(["Kundennummer", "Kriterium", "Teilnehmer"]).any()
