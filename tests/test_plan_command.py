"""`simkit plan`: the cost first, then short list, verdict and what it rests on; an error where nothing can be simulated."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "study"))

from made_searched import MISFIT, made_searched_study

from simkit.analysis import search_budget
from simkit.analysis.client_analysis import ClientAnalysis
from simkit.cli.main import main
from simkit.intake.settings.goals_settings import Goals
from simkit.study.calibration.saved_calibration import DRAFT

ORDERS = "order_id,customer_id,ordered_on,value_amount\n1,a,2025-01-07,100\n2,b,2025-02-07,200\n3,a,2025-03-07,300\n"
COLUMNS = "{order_id: order_id, customer_id: customer_id, ordered_on: ordered_on, value_amount: value_amount}"
SHARES = "role,activity,share\nsales,selling,0.4\nsales,care,0.6\n"


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    return written(tmp_path, f"orders: {{file: orders.csv, columns: {COLUMNS}}}", "orders.csv", ORDERS)


def written(place: Path, table: str, file: str, content: str, more: str = "") -> Path:
    folder = place / "probe"
    folder.mkdir()
    (folder / file).write_text(content, "utf-8")
    (folder / "client.yaml").write_text(
        f"client: probe\nname: Probe GmbH\nlanguage: de\ntables:\n  {table}\n{more}", "utf-8"
    )
    return folder


def said(capsys, monkeypatch, folder: Path, *options: str, study=None) -> tuple[str, int]:
    """What the command prints, and what it leaves with; the study is made, not simulated."""
    if study is not None:
        monkeypatch.setattr(ClientAnalysis, "simulated_value", object())
        monkeypatch.setattr(ClientAnalysis, "calibrate", lambda self, progress=None: DRAFT)
        monkeypatch.setattr(ClientAnalysis, "compare_organisations", lambda self, progress=None: study)
    with pytest.raises(SystemExit) as left:
        main(["plan", str(folder), *options])
    shown = capsys.readouterr()
    return shown.out + shown.err, int(left.value.code or 0)


@pytest.fixture(scope="module")
def study():
    return made_searched_study()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Suche nach dem besten Plan: etwa 3.000 Läufe", "Setzen Sie", "Worauf das beruht:", "Schritte:", "Richtig in",
                "Was Grenzen kosten", "Betreuung der A-Kunden: 200.000")),
        ("en", ("Searching for the best plan: about 3,000 runs", "Implement", "What it rests on:", "Steps:", "Right in",
                "What limits cost", "Care of A customers: €200,000")),
    ],
)  # fmt: skip
def test_cost_short_list_verdict_and_what_it_rests_on_are_printed(capsys, monkeypatch, probe, study, language, words):
    shown, code = said(capsys, monkeypatch, probe, "--lang", language, study=study)
    assert not code
    for word in words:
        assert word in shown
    assert shown.index(words[0]) < shown.index(words[4]) < shown.index(words[1]) < shown.index(words[2]), "cost first"
    assert study.recommendation.headline.to(language) in shown.replace("\n", "")


def test_a_plan_that_the_table_calls_by_a_letter_is_spelled_out(capsys, monkeypatch, probe, study):
    shown, _ = said(capsys, monkeypatch, probe, study=study)
    changes = study.select("designs", role="main")["changes_de"]
    for one in changes.iloc[1:]:
        assert one in shown.replace("\n", "")


def test_which_limit_a_plan_breaks_is_named(capsys, monkeypatch, probe):
    shown, _ = said(capsys, monkeypatch, probe, "--lang", "en", study=made_searched_study(broken=True))
    assert "broken: care of A" in " ".join(shown.split()) and "Keep today's organisation" in shown


def test_a_plan_that_is_right_in_too_few_draws_is_said_to_be_that(capsys, monkeypatch, probe):
    shown, _ = said(capsys, monkeypatch, probe, "--lang", "en", study=made_searched_study(right=0.6))
    assert "is the right choice in only 60% of the draws" in shown and "with the measured values" not in shown


def test_without_draws_and_without_a_fit_nothing_is_advised(capsys, monkeypatch, probe):
    shown, _ = said(capsys, monkeypatch, probe, "--draws", "0", study=made_searched_study(right=None))
    assert "nicht gemeinsam gezogen" in shown and "–" in shown
    shown, _ = said(capsys, monkeypatch, probe, study=made_searched_study(gate=MISFIT))
    assert "bildet Ihr Unternehmen noch nicht ab" in shown and "Worauf das beruht" not in shown


def test_the_search_that_client_yaml_asks_for_is_the_one_that_is_made(capsys, monkeypatch, tmp_path, study):
    table = f"orders: {{file: orders.csv, columns: {COLUMNS}}}"
    folder = written(tmp_path, table, "orders.csv", ORDERS, "study: {search: quick}\n")
    assert "1.400 Läufe" in said(capsys, monkeypatch, folder, study=study)[0]
    assert "9.000 Läufe" in said(capsys, monkeypatch, folder, "--search", "full", study=study)[0]


def test_minutes_are_told_as_the_runs_that_give_the_same_results_again(capsys, monkeypatch, probe, study):
    monkeypatch.setattr(
        search_budget, "with_runs", lambda client, asked, *what: asked.model_copy(update={"search": "2400"})
    )
    shown, code = said(capsys, monkeypatch, probe, "--search", "10m", study=study)
    assert not code and "2.400 Läufe" in shown and "Dieselben Ergebnisse gibt --search 2400" in shown
    shown, code = said(capsys, monkeypatch, probe, "--search", "10", "--lang", "en", study=study)
    assert code and "for minutes write '10m'" in shown


@pytest.mark.parametrize(
    ("goals", "gain"),
    [
        (Goals(counts="customer_hours_A"), " Stunden"),
        (Goals(counts={"contribution_less_cost": 3, "customer_hours_A": 1}), "(gewichtet)"),
    ],
)  # fmt: skip
def test_a_gain_that_is_no_money_is_not_written_as_money(capsys, monkeypatch, probe, goals, gain):
    shown, code = said(capsys, monkeypatch, probe, study=made_searched_study(goals=goals))
    assert not code
    table, _, rest = shown.partition("Worauf das beruht")
    short_list = table.partition("Was Grenzen")[0]
    assert gain in short_list and gain in rest.partition("Richtige Wahl")[0], "the short list and the reasons"
    assert "€" in short_list, "the range over the draws stays money"


def test_a_client_that_cannot_be_simulated_is_told_what_is_missing(capsys, monkeypatch, tmp_path):
    table = "time_estimates: {file: shares.csv, columns: {role: role, activity: activity, share: share}}"
    folder = written(tmp_path, table, "shares.csv", SHARES, "period: {first: 2024-01-01, last: 2024-12-31}\n")
    shown, code = said(capsys, monkeypatch, folder, "--lang", "en")
    assert code == 3 and "Searching" not in shown and "client.yaml: tables" in shown


def test_a_goal_that_does_not_exist_is_an_error_before_anything_is_read(capsys, monkeypatch, tmp_path, study):
    table = f"orders: {{file: orders.csv, columns: {COLUMNS}}}"
    folder = written(tmp_path, table, "orders.csv", ORDERS, "goals: {never: [partner_chanel]}\n")
    shown, code = said(capsys, monkeypatch, folder, "--lang", "en", study=study)
    assert code == 2 and "Did you mean 'partner_channel'" in shown and "Searching" not in shown
