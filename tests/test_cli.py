"""The command line: exit codes, messages on one screen in the user's language, and nothing heavy before it is needed."""

import csv
import io
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simkit.cli.main import main
from simkit.cli.terminal import spoken_language
from simkit.foundation.errors import DataError, PrivacyError, RunError, SimkitError

PROJECT = Path(__file__).resolve().parent.parent
DEMO = PROJECT / "client_data" / "demo"


def leave(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it wrote for errors."""
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0), capsys.readouterr().err


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.fixture
def project_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder of its own with one small client that has time estimates only."""
    folder = tmp_path / "client_data" / "small"
    folder.mkdir(parents=True)
    (tmp_path / "templates").symlink_to(PROJECT / "templates")
    (folder / "client.yaml").write_text(CLIENT, encoding="utf-8")
    (folder / "zeit.csv").write_text(ESTIMATES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


CLIENT = """client: small
name: Klein & Söhne GmbH
country: DE
currency: EUR
language: de
period: {first: 2025-01-01, last: 2025-12-31}
tables:
  time_estimates:
    file: zeit.csv
    columns: {role: Rolle, activity: Was, share: Anteil, spread: Streuung, respondents: Befragte}
"""
ESTIMATES = """Rolle;Was;Anteil;Streuung;Befragte
Außendienst;selling;0,30;0,05;8
Außendienst;coordination;0,70;0,05;8
Innendienst;service;0,20;0,04;6
Innendienst;administration;0,80;0,04;6
"""


def test_help_comes_at_once_and_imports_nothing_heavy():
    heavy = "pandas,numpy,matplotlib,papermill,pydantic,rich,babel"
    program = (
        "import sys, simkit.cli.main as entry\n"
        "try: entry.main(['--help'])\n"
        f"finally: print([name for name in '{heavy}'.split(',') if name in sys.modules], file=sys.stderr)"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]" and "Make the report on CLIENT" in done.stdout
    assert time.perf_counter() - start < 2  # 0.1 s on an idle machine


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (["rnu", "demo"], "'run'"),
        (["run", "demo", "--sed", "1"], "'--seed'"),
        (["run", "demo", "--lang", "en", "--designs", "stretchd_t"], "'stretched_t'"),
        (["run", "demo", "--lang", "en", "--chapters", "tme"], "'time'"),
        (["run", "dmeo"], "'demo'"),
        (["run", "demo", "--lang", "en", "--set", "time.dayh=8"], "'time.day_h'"),
    ],
)
def test_a_misspelt_word_is_answered_with_the_nearest(capsys, words, nearest):
    code, said = leave(capsys, *words)
    assert code == 2
    assert f"Did you mean {nearest}" in said


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["run", "demo", "--reps", "many"],
        ["run", "demo", "--reps", "1000000000"],
        ["run", "demo", "--jobs", "100000"],
        ["run", "demo", "--depth", "deep"],
        ["run", "demo", "--lang", "fr"],
        ["run", "demo", "--set", "time.day_h"],
        ["run", "demo", "--set", "time.day_h=eight"],
        ["run", "demo", "--set", "time.day_h=400"],
    ],
)
def test_a_wrong_value_is_a_mistake_of_usage(capsys, words):
    code, said = leave(capsys, *words)
    assert code == 2
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 4


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["run", "demo", "--output", str(DEMO / "client.yaml")], "Der Ordner für --output fehlt oder ist keiner."),
        (["workshop", "read", "demo", "--folder", "/nowhere/at/all"], "Wo: /nowhere/at/all"),
        (["check", "demo", "more", "words"], "Wo: more words"),
        (["check", "demo", "--foo"], "Möglich sind: --debug, --lang."),
        (["run", "demo", "--set", "time.day_h=8", "--set", "time.day_h=9"], "'time.day_h' ist auf zwei Werte gesetzt."),
    ],
)
def test_what_the_command_line_finds_wrong_is_said_in_german_too(capsys, monkeypatch, words, what):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    code, said = leave(capsys, *words)
    assert code == 2
    assert what in said


@pytest.mark.parametrize("words", [[], ["workshop"]])
def test_a_command_alone_is_answered_with_its_help(capsys, words):
    code, said = leave(capsys, *words)
    assert code == 2
    assert "Usage: simkit" in said and "What to do" not in said


def test_messages_come_in_the_language_asked_for(capsys):
    assert "gibt es nicht" in leave(capsys, "run", "demo", "--lang", "de", "--designs", "x")[1]
    assert "There is no" in leave(capsys, "run", "demo", "--lang=en", "--designs", "x")[1]


def test_what_goes_wrong_with_a_client_is_reported_in_its_language_unless_another_is_asked_for(capsys, project_of_one):
    assert "gibt es nicht" in leave(capsys, "run", "small", "--designs", "x")[1]
    assert "There is no" in leave(capsys, "run", "small", "--designs", "x", "--lang", "en")[1]
    assert "No client" in leave(capsys, "run", "nobody")[1]
    file = project_of_one / "client_data" / "small" / "client.yaml"
    file.write_text(CLIENT + "nonsense: 1\n", encoding="utf-8")
    assert "nicht bekannt" in leave(capsys, "check", "small")[1] or "Unbekannt" in leave(capsys, "check", "small")[1]
    file.write_text(CLIENT.replace("language: de", "language: en") + "nonsense: 1\n", encoding="utf-8")
    assert "What to do" in leave(capsys, "check", "small")[1]


def test_hours_of_simulation_are_reported_before_the_data_are_read(capsys, monkeypatch, project_of_one):
    """In a project of its own, where no run has been measured: how long runs took decides whether one is asked."""

    def read(*_arguments: object) -> None:
        raise AssertionError("the data are read")

    monkeypatch.setattr("simkit.intake.client.load_client", read)
    code, said = leave(capsys, "run", "small", "--reps", "9999", "--lang", "en")
    assert code == 2
    assert "have not been run yet" in said and "--yes" in said
    assert "the data are read" in leave(capsys, "run", "small", "--reps", "9999", "--yes")[1]


def test_an_own_design_that_is_not_in_order_is_reported_before_the_data_are_read(capsys, project_of_one):
    folder = project_of_one / "client_data" / "small" / "designs"
    folder.mkdir()
    (folder / "own.yaml").write_text("base: baseline\ntitle: {de: a\n", encoding="utf-8")
    code, said = leave(capsys, "run", "small", "--designs", "own")
    assert code == 2
    assert "eine Klammer { ist nicht geschlossen" in said and "own.yaml:3" in said


def test_units_with_more_posts_than_the_client_has_are_reported_by_check(capsys, tmp_path, monkeypatch):
    (tmp_path / "client_data").mkdir()
    (tmp_path / "templates").symlink_to(PROJECT / "templates")
    folder = tmp_path / "client_data" / "demo"
    shutil.copytree(DEMO, folder)
    text = (DEMO / "client.yaml").read_text(encoding="utf-8") + "study: {designs: [big]}\n"
    (folder / "client.yaml").write_text(text, encoding="utf-8")
    (folder / "designs").mkdir()
    (folder / "designs" / "big.yaml").write_text(BIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code, said = leave(capsys, "check", "demo", "--lang", "en")
    assert code == 2
    assert "40 posts" in said and "big.yaml:5" in said


BIG = """base: baseline
title: {de: Groß, en: Big}
purpose: {de: x, en: x}
units:
  sales: {title: {de: A, en: A}, assignment: owner, size: 40}
"""


@pytest.mark.parametrize(
    ("value", "expected"), [("de_AT.UTF-8", "de"), ("en_GB.UTF-8", "en"), ("C", "en"), ("fr_FR", "en")]
)
def test_the_language_of_the_system_is_spoken(monkeypatch, value, expected):
    monkeypatch.setenv("LC_ALL", value)
    assert spoken_language() == expected


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RunError("r"), 1),
        (SimkitError("s"), 1),
        (DataError("d"), 3),
        (PrivacyError("p"), 4),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("z"), 1),
        (OSError(28, "No space left on device"), 1),
    ],
)
def test_every_error_has_its_exit_code_and_no_traceback(capsys, monkeypatch, error, code):
    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr("simkit.cli.init_command.make_client", fail)
    left, said = leave(capsys, "init", "x")
    assert left == code
    assert said
    assert "Traceback" not in said


def test_an_unexpected_error_shows_its_traceback_with_debug_only(capsys, monkeypatch):
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError("z")

    monkeypatch.setattr("simkit.cli.init_command.make_client", fail)
    assert "--debug" in leave(capsys, "init", "x")[1]
    assert "Traceback" in leave(capsys, "init", "x", "--debug")[1]


def test_params_lists_what_matches(capsys):
    with pytest.raises(SystemExit):
        main(["params", "warm_up"])
    shown = capsys.readouterr().out
    assert "time.warm_up_years" in shown
    assert "time.day_h" not in shown


def test_params_shows_what_was_set_by_which_override(capsys):
    words = ["params", "--design", "stretched_t", "--lever", "lean", "--lever", "coaching", "--csv"]
    with pytest.raises(SystemExit):
        main([*words, "--scenario", "vacancies_139_days"])
    rows = {row["path"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert len(rows) > 200
    assert (rows["care.C.by_phone"]["kind"], rows["care.C.by_phone"]["source"]) == ("design", "stretched_t")
    assert rows["staff.fill_days"]["kind"] == "scenario" and rows["staff.fill_days"]["value"] == "139"
    assert rows["blocked.meetings_h"]["kind"] == "lever" and rows["blocked.meetings_h"]["source"].startswith("lean")
    changed = rows["blocked.meetings_h"]
    assert float(changed["value"]) < float(changed["default"]) <= float(changed["maximum"])
    assert all(row["unit"] and row["label"] for row in rows.values())


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (["--lever", "leen"], "'lean'"),
        (["--design", "stretchd_t"], "'stretched_t'"),
        (["--scenario", "todai"], "'today'"),
    ],
)
def test_params_names_the_nearest_override(capsys, words, nearest):
    code, said = leave(capsys, "params", *words)
    assert code == 2
    assert nearest in said


def test_params_of_a_former_name_lists_the_parameter_under_its_new_one(capsys):
    with pytest.raises(SystemExit) as left:
        main(["params", "service_level.configured_instead_share", "--lang", "en"])
    shown = capsys.readouterr()
    assert not left.value.code and "conversion.accepted_share" in shown.out
    assert "service_level.configured_instead_share is called conversion.accepted_share now" in shown.err


def test_params_has_words_for_every_unit_and_source(capsys):
    with pytest.raises(SystemExit):
        main(["params", "--lang", "de"])
    shown = capsys.readouterr().out
    assert "Arbeitstage" in shown
    assert "veröffentlicht" in shown
    assert "choice" not in shown


def test_check_prints_findings_and_reach(capsys):
    with pytest.raises(SystemExit) as left:
        main(["check", "demo", "--lang", "de"])
    shown = capsys.readouterr().out
    assert not left.value.code
    assert "Zeiterfassung.csv" in shown
    assert "Vertragsstunden" in shown


def test_check_tells_what_a_run_would_lack(capsys, project_of_one):
    with pytest.raises(SystemExit) as left:
        main(["check", "small", "--lang", "de"])
    assert not left.value.code
    assert "Die Organisation wird nicht simuliert" in capsys.readouterr().out


def test_check_of_unusable_data_leaves_with_3(capsys, project_of_one):
    (project_of_one / "client_data" / "small" / "zeit.csv").write_text("Rolle;Was\nA;B\n", encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["check", "small"])
    assert left.value.code == 3
    captured = capsys.readouterr()
    assert "zeit.csv" in captured.out + captured.err


def test_a_client_of_estimates_alone_gets_a_report_that_tells_what_is_left_out(capsys, project_of_one):
    with pytest.raises(SystemExit) as left:
        main(["run", "small", "--quick", "--lang", "en"])
    shown = capsys.readouterr().out
    assert not left.value.code, shown
    runs = list((project_of_one / "reports" / "small").iterdir())
    assert [sorted(path.name for path in run.iterdir() if path.suffix) for run in runs] == [
        ["appendix.html", "report.html", "report.pptx", "report.xlsx", "run.json", "works_council.html"]
    ]
    page = (runs[0] / "report.html").read_text(encoding="utf-8")
    assert "of contract hours" in page or "What we found" in page
    assert "Klein &amp; Söhne GmbH" in page
    assert "Left out: Which customers are valuable" in shown
    assert "Left out: What another organisation would change" in shown


@pytest.mark.parametrize("place", ["reports/small", "reports/.cache"])
def test_a_workspace_that_cannot_be_written_is_told_before_anything_is_read(capsys, project_of_one, monkeypatch, place):
    monkeypatch.setattr("simkit.report.run.report_run._load", lambda _: pytest.fail("the data were read"))
    (project_of_one / "reports").mkdir()
    (project_of_one / place).write_text("", encoding="utf-8")
    code, said = leave(capsys, "run", "small", "--quick", "--lang", "de")
    assert code == 1 and "statt des Ordners liegt dort eine Datei" in said and f"{project_of_one / place}" in said


def test_an_interrupted_run_leaves_with_130_and_no_report(capsys, project_of_one, monkeypatch):
    def stop(*_arguments: object, **_options: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("simkit.report.run.report_run._run_notebooks", stop)
    code, said = leave(capsys, "run", "small", "--lang", "en")
    assert code == 130
    assert "Stopped. There is no report." in said
    assert [path.suffix for path in (project_of_one / "reports" / "small").iterdir()] == [".partial"]


def test_a_full_disk_leaves_with_1_and_no_report(capsys, project_of_one, monkeypatch):
    def full(*_arguments: object, **_options: object) -> str:
        raise OSError(28, "No space left on device", "report.html")

    monkeypatch.setattr("simkit.report.run.report_run._run_notebooks", full)
    code, said = leave(capsys, "run", "small", "--lang", "de")
    assert code == 1
    assert "Datenträger ist voll" in said
    assert not list((project_of_one / "reports" / "small").glob("*/report.html"))


def test_init_check_and_purge_of_a_new_client(capsys, project_of_one):
    with pytest.raises(SystemExit):
        main(["init", "newco", "--lang", "en"])
    assert (project_of_one / "client_data" / "newco" / "client.yaml").is_file()
    with pytest.raises(SystemExit) as left:
        main(["purge", "newco", "--yes", "--lang", "en"])
    assert not left.value.code
    assert "Deleted:" in capsys.readouterr().out
    assert not (project_of_one / "client_data" / "newco").exists()


def test_purge_of_what_is_kept_asks_nothing_and_leaves_the_data(capsys, project_of_one):
    kept = project_of_one / "reports" / ".cache" / "small" / "runs" / "runs.sqlite"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"x" * 1000)
    with pytest.raises(SystemExit):
        main(["purge", "small", "--runs", "--lang", "en"])
    assert "1 files, 1 kB" in capsys.readouterr().out and not kept.exists()
    assert (project_of_one / "client_data" / "small" / "client.yaml").is_file()
    with pytest.raises(SystemExit):
        main(["purge", "small", "--runs", "--lang", "de"])
    assert "Es ist nichts gespeichert" in capsys.readouterr().out


def test_a_precision_out_of_range_is_answered_with_what_is_allowed(capsys):
    code, said = leave(capsys, "run", "demo", "--precision", "2", "--lang", "en")
    assert code == 2 and "Allowed is a number between 0 and 1" in said


def test_purge_asks_first(project_of_one):
    command = [sys.executable, "-m", "simkit", "purge", "small"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, input="n\n", capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 130
    assert (project_of_one / "client_data" / "small").is_dir()


def test_the_lab_starts_without_news_and_update_checks(monkeypatch):
    seen: list[list[str]] = []
    monkeypatch.setattr("subprocess.call", lambda command: seen.append(command) or 0)
    with pytest.raises(SystemExit):
        main(["lab", "--no-browser"])
    assert "--LabApp.news_url=None" in seen[0]
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in seen[0]
    assert seen[0][-1] == "--no-browser"


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "de",
            "rank_table heißt jetzt priority_table (designs/first.yaml:3); die nächste Version liest den alten Namen",
        ),
        ("en", "rank_table is called priority_table now (designs/first.yaml:3); the next version no longer reads"),
    ],
)
def test_a_former_name_is_told_in_one_line_however_many_files_use_it(capsys, project_of_one, language, line):
    client = project_of_one / "client_data" / "small"
    (client / "designs").mkdir()
    for name in ("first", "second"):
        text = "title: {de: x, en: x}\npurpose: {de: x, en: x}\nrank_table: fifo\nbase: baseline\n"
        (client / "designs" / f"{name}.yaml").write_text(text, encoding="utf-8")
    with (client / "client.yaml").open("a", encoding="utf-8") as more:
        more.write("study: {designs: [first, second]}\n")
    code, said = leave(capsys, "check", "small", "--lang", language)
    assert code == 0
    assert said.count("priority_table") == 1 and said.startswith(line)


def test_a_command_lets_algebra_use_one_thread_unless_the_user_says_otherwise(capsys, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    with pytest.raises(SystemExit):
        main(["--version"])
    assert (os.environ["OMP_NUM_THREADS"], os.environ["OPENBLAS_NUM_THREADS"]) == ("1", "3")
    code = "import sys, simkit.cli.main; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("names", ["", " , "])
def test_chapters_without_a_name_are_a_mistake_and_not_all_of_them(capsys, names):
    code, said = leave(capsys, "run", "demo", "--lang", "en", "--chapters", names)
    assert code == 2
    assert "No chapter is named" in said and "lifetime" in said


def test_run_takes_a_client_by_its_path_from_anywhere(project_of_one, tmp_path_factory, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    taken = []
    monkeypatch.setattr("simkit.report.run.report_run.run_report", lambda order, _: taken.append(order) or None)
    monkeypatch.setattr("simkit.cli.run_command._tell_result", lambda _: None)
    folder = project_of_one / "client_data" / "small"
    for given in (folder, folder / "client.yaml"):
        assert leave(capsys, "run", str(given))[0] == 0
    assert [(one.root, one.folder) for one in taken] == [(project_of_one, folder)] * 2
