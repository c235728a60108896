from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from made_organisation import MODEL_INPUTS, PARAMETER_SET, tiny_experiment
from made_runs import PLAYED, play_and_note

import simkit.study.experiment.run_cache as run_cache
from simkit.foundation.errors import Interrupted, RunError
from simkit.model.specification.designs import load_design
from simkit.model.specification.scenarios import load_scenario
from simkit.study.experiment.experiment_spec import Execution, Experiment, RunResult, Variant
from simkit.study.experiment.run_cache import ASIDE, FILE, RunCache, note_on
from simkit.study.experiment.run_experiment import run_experiment

BASELINE = load_design("baseline")


def variant(label: str, hours: float = 0.5, **changed) -> Variant:
    return Variant(**{"label": label, "design": BASELINE, "changes": {"leads.qualify_h": hours}, **changed})


def experiment(*variants: Variant, replications: int = 2, scenarios=("today",), seed: int = 3) -> Experiment:
    named = {name: load_scenario(name) for name in scenarios}
    return Experiment(
        variants=variants or (variant("a", 0.5), variant("b", 0.7)),
        scenarios=named,
        replications=replications,
        seed=seed,
    )


def run(spec: Experiment, folder: Path | None, **options):
    PLAYED.clear()
    how = Execution(jobs=1, cache=folder)
    return run_experiment(
        spec, MODEL_INPUTS, PARAMETER_SET, execution=how, engine=options.pop("engine", play_and_note), **options
    )


def csv(spec: Experiment, folder: Path | None = None) -> str:
    return run(spec, folder).frame.to_csv(index=False)


def test_an_experiment_that_was_run_is_not_run_again_and_is_the_same_to_the_byte(tmp_path):
    fresh = csv(experiment())
    first = run(experiment(), tmp_path)
    again = run(experiment(), tmp_path)
    assert PLAYED == [] and (first.reused, again.reused) == (0, 4)
    assert fresh == first.frame.to_csv(index=False) == again.frame.to_csv(index=False)
    assert first.frame.dtypes.equals(again.frame.dtypes)


def test_one_more_design_runs_that_design_alone(tmp_path):
    run(experiment(), tmp_path)
    wider = run(experiment(variant("z", 0.9), variant("a", 0.5), variant("b", 0.7)), tmp_path)
    assert PLAYED == [("today", 0, ("z",)), ("today", 1, ("z",))] and wider.reused == 4


def test_a_replication_is_drawn_only_if_one_of_its_runs_is_missing(tmp_path):
    run(experiment(replications=2), tmp_path)
    run(experiment(replications=4, scenarios=("today", "vacancies_139_days")), tmp_path)
    assert {(scenario, number) for scenario, number, _ in PLAYED} == {
        ("today", 2), ("today", 3), *(("vacancies_139_days", number) for number in range(4)),
    }  # fmt: skip


def test_a_run_is_found_under_another_name_and_two_of_the_same_are_run_once(tmp_path):
    first = run(experiment(variant("a"), variant("twin")), tmp_path).frame
    assert PLAYED == [("today", 0, ("a",)), ("today", 1, ("a",))]
    other = run(experiment(variant("renamed")), tmp_path)
    assert PLAYED == [] and other.reused == 2
    values = first.groupby("design")["value"].apply(list)
    assert values["a"] == values["twin"] == other.frame["value"].tolist()


def test_progress_begins_with_what_is_kept(tmp_path):
    run(experiment(replications=1), tmp_path)
    seen: list[tuple[int, int]] = []
    run(experiment(replications=3), tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 6), (4, 6), (6, 6)]


def test_an_experiment_that_is_stopped_goes_on_where_it_stopped(tmp_path):
    def stop(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="finished is kept"):
        run(experiment(replications=3), tmp_path, progress=stop)
    rest = run(experiment(replications=3), tmp_path)
    assert rest.reused == 4 and rest.frame.to_csv(index=False) == csv(experiment(replications=3))


def test_a_process_that_is_stopped_loses_at_most_a_few_runs_of_a_replication_with_many_variants(tmp_path):
    many = experiment(*(variant(f"variant{number}", 0.5 + number / 100) for number in range(40)), replications=1)
    run(many, tmp_path)
    assert sorted(len(labels) for _, _, labels in PLAYED) == [13, 13, 14]


def test_only_the_measures_that_are_asked_for_are_returned_and_all_are_kept(tmp_path):
    spec = tiny_experiment(replications=1, designs=("baseline",))
    few = run_experiment(
        replace(spec, measures=("revenue_amount",)),
        MODEL_INPUTS,
        PARAMETER_SET,
        execution=Execution(jobs=1, cache=tmp_path),
    )
    assert set(few.frame["measure"]) == {"revenue_amount"}
    whole = run_experiment(spec, MODEL_INPUTS, PARAMETER_SET, execution=Execution(jobs=1, cache=tmp_path))
    assert whole.reused == 2
    expected = whole.frame[whole.frame["measure"] == "revenue_amount"].reset_index(drop=True)
    assert few.frame.equals(expected)


# --- damage -----------------------------------------------------------------------------------------------------------


def ask(folder: Path, question: str, given: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / FILE)
    with connection:
        answer = connection.execute(question, given).fetchall()
    connection.close()
    return answer


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE runs SET numbers = zeroblob(length(numbers)) WHERE rowid = 1",
        "UPDATE runs SET numbers = substr(numbers, 1, 8) WHERE rowid = 1",
        "UPDATE runs SET layout = zeroblob(16) WHERE rowid = 1",
    ],
)
def test_a_damaged_run_is_run_again_and_the_others_are_not(tmp_path, damage):
    expected = csv(experiment(), tmp_path)
    ask(tmp_path, damage)
    repaired = run(experiment(), tmp_path)
    assert repaired.reused == 3 and len(PLAYED) == 1 and repaired.frame.to_csv(index=False) == expected
    assert run(experiment(), tmp_path).reused == 4


def test_a_damaged_layout_damages_its_runs_and_nothing_else(tmp_path):
    expected = csv(experiment(), tmp_path)
    ask(tmp_path, "UPDATE layouts SET content = zeroblob(4)")
    assert csv(experiment(), tmp_path) == expected and len(PLAYED) == 2
    assert run(experiment(), tmp_path).reused == 4


@pytest.mark.parametrize("kept_bytes", [0, 50, 5000, 14_000])
def test_a_truncated_file_is_replaced(tmp_path, kept_bytes):
    expected = csv(experiment(replications=30), tmp_path)
    with (tmp_path / FILE).open("r+b") as file:
        file.truncate(kept_bytes)
    assert csv(experiment(replications=30), tmp_path) == expected
    assert run(experiment(replications=30), tmp_path).reused == 60


def test_a_file_of_something_else_is_replaced(tmp_path):
    (tmp_path / FILE).write_text("no database at all\n" * 100, encoding="utf-8")
    expected = csv(experiment())
    assert csv(experiment(), tmp_path) == expected
    assert run(experiment(), tmp_path).reused == 4


@pytest.mark.parametrize("place", [0, 4096])
def test_a_damaged_file_is_kept_aside_and_told_until_it_is_deleted(tmp_path, place):
    run(experiment(replications=20), tmp_path)
    content = bytearray((tmp_path / FILE).read_bytes())
    content[place : place + 5000] = bytes(255 - byte for byte in content[place : place + 5000])
    (tmp_path / FILE).write_bytes(content)
    note = note_on(tmp_path, "acme", play_and_note)

    assert (tmp_path / ASIDE).read_bytes() == bytes(content)
    assert note is not None and ASIDE in note.de and "simkit purge acme --runs" in note.en
    assert run(experiment(), tmp_path).reused == 0
    assert run(experiment(), tmp_path).reused == 4
    assert note_on(tmp_path, "acme", play_and_note) == note


def test_a_store_that_is_deleted_under_way_stops_nothing(tmp_path):
    def delete(done: int, total: int) -> None:
        (tmp_path / FILE).unlink(missing_ok=True)

    whole = run(experiment(), tmp_path, progress=delete).frame
    assert whole.to_csv(index=False) == csv(experiment())


def test_a_file_of_another_format_is_laid_out_anew(tmp_path):
    run(experiment(), tmp_path)
    ask(tmp_path, "PRAGMA user_version = 99")
    assert run(experiment(), tmp_path).reused == 0
    assert run(experiment(), tmp_path).reused == 4


@pytest.mark.parametrize("place", ["runs", f"runs/{FILE}"])
def test_a_place_that_cannot_hold_the_file_is_named_with_the_remedy(tmp_path, place):
    folder = tmp_path / "runs"
    if place == "runs":
        folder.write_text("in the way", encoding="utf-8")
    else:
        (folder / FILE).mkdir(parents=True)
    with pytest.raises(RunError) as caught:
        run(experiment(), folder)
    assert FILE in caught.value.where and "may be deleted" in caught.value.render("en")


def test_a_full_disk_is_reported_and_what_was_kept_stays(tmp_path):
    run(experiment(), tmp_path)
    with RunCache(tmp_path, play_and_note) as cache:
        cache._connection.execute(f"PRAGMA max_page_count = {ask(tmp_path, 'PRAGMA page_count')[0][0]}")
        big = RunResult(layout=b"0" * 100_000, numbers=bytes(8), seconds=1.0)
        with pytest.raises(RunError, match="full"):
            cache.keep({b"k" * 32: big})
    assert run(experiment(), tmp_path).reused == 4


# --- other versions, and growing old ----------------------------------------------------------------------------------


def test_runs_of_another_version_are_not_used_and_one_note_says_so(tmp_path, monkeypatch):
    assert note_on(tmp_path, "acme", play_and_note) is None and not (tmp_path / FILE).exists()
    run(experiment(), tmp_path)
    assert note_on(tmp_path, "acme", play_and_note) is None
    other = {"python": "3.99", "code": "other"}
    monkeypatch.setattr(run_cache, "environment", lambda engine: other)
    monkeypatch.setattr("simkit.study.experiment.run_keys.environment", lambda engine: other)
    note = note_on(tmp_path, "acme", play_and_note)
    assert note is not None and note.en.startswith("4 stored runs are of another version")
    assert "simkit purge acme --runs" in note.de and "60 Tagen" in note.de
    assert run(experiment(), tmp_path).reused == 0


def test_runs_kept_under_older_keys_are_deleted_and_one_line_says_so(tmp_path):
    run(experiment(), tmp_path)
    ask(tmp_path, "PRAGMA user_version = 1")
    note = note_on(tmp_path, "acme", play_and_note)
    assert note is not None and note.en.startswith("4 stored runs came from an older version") and FILE in note.de
    assert ask(tmp_path, "SELECT COUNT(*) FROM runs") == [(0,)]
    assert note_on(tmp_path, "acme", play_and_note) is None


def test_an_engine_without_a_file_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(run_cache, "environment", lambda engine: {"code": ""})
    run(experiment(), tmp_path)
    assert not (tmp_path / FILE).exists()


def test_what_is_not_used_for_long_is_deleted_and_what_is_used_stays_young(tmp_path):
    run(experiment(), tmp_path)
    ask(tmp_path, "UPDATE runs SET used_on = '2020-01-01'")
    run(experiment(replications=1), tmp_path)  # uses two of the four
    run(experiment(variant("new", 0.9)), tmp_path)  # a write sweeps
    assert ask(tmp_path, "SELECT COUNT(*) FROM runs") == [(4,)]
    assert run(experiment(), tmp_path).reused == 2


def test_a_file_that_grows_too_large_loses_what_was_used_longest_ago(tmp_path, monkeypatch):
    run(experiment(replications=100), tmp_path)
    ask(tmp_path, "UPDATE runs SET used_on = date('now', '-1 day') WHERE rowid <= 100")
    before = (tmp_path / FILE).stat().st_size
    limits = {"rule.cache_days": 60.0, "rule.cache_megabytes": 0.9 * before / 1e6}
    monkeypatch.setattr(run_cache, "threshold", limits.__getitem__)
    run(experiment(variant("new", 0.9), replications=3), tmp_path)
    assert (tmp_path / FILE).stat().st_size < 0.9 * before
    assert ask(tmp_path, "SELECT COUNT(*) FROM runs WHERE used_on = date('now')") == [(103,)]
    assert ask(tmp_path, "SELECT COUNT(*) FROM runs")[0][0] < 203


# --- killed, and two at once ------------------------------------------------------------------------------------------

RUN_AND_TELL = """
import sys, time
from pathlib import Path
from made_organisation import MODEL_INPUTS, PARAMETER_SET, tiny_experiment
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.experiment.run_experiment import run_experiment

folder, told = Path(sys.argv[1]), Path(sys.argv[2])

def progress(done, total):
    told.write_text(f"{done}/{total}", encoding="utf-8")
    if done >= int(sys.argv[3]):
        time.sleep(60)

if __name__ == "__main__":
    execution = Execution(jobs=int(sys.argv[4]), cache=folder)
    run_experiment(tiny_experiment(), MODEL_INPUTS, PARAMETER_SET, execution=execution, progress=progress)
    told.write_text("finished", encoding="utf-8")
"""

WRITE_AND_KILL = """
import os, signal, sys, time
from pathlib import Path
from made_runs import play
from simkit.study.experiment.experiment_spec import RunResult
from simkit.study.experiment.run_cache import RunCache

folder = Path(sys.argv[1])
RunCache(folder, play)  # so that no child is killed while it still reads the code
for number in range(8):
    child = os.fork()
    if child == 0:
        with RunCache(folder, play) as cache:
            for count in range(10**9):
                key = number.to_bytes(16, "big") + count.to_bytes(16, "big")
                cache.keep({key: RunResult(layout=b"layout", numbers=key * 500, seconds=1.0)})
    time.sleep(0.05 + 0.03 * number)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


def started(script: str, folder: Path, *arguments: object) -> subprocess.Popen[bytes]:
    file = folder / f"script{len(list(folder.iterdir()))}.py"
    file.write_text(script, encoding="utf-8")
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen([sys.executable, str(file), *map(str, arguments)], env={**os.environ, "PYTHONPATH": paths})


def waited_for(condition, seconds: float = 60.0) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(condition())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_after_kill_9_in_mid_experiment_the_next_run_goes_on_and_gives_the_same_bytes(tmp_path):
    cache, told = tmp_path / "cache", tmp_path / "told"
    process = started(RUN_AND_TELL, tmp_path, cache, told, 4, 2)
    try:
        assert waited_for(lambda: told.exists() and told.read_text("utf-8")[:1] in set("456789"))
    finally:
        process.kill()  # SIGKILL
        process.wait()
    how = Execution(jobs=1, cache=cache)
    rest = run_experiment(tiny_experiment(), MODEL_INPUTS, PARAMETER_SET, execution=how)
    assert 4 <= rest.reused < tiny_experiment().runs == 12
    fresh = run_experiment(tiny_experiment(), MODEL_INPUTS, PARAMETER_SET, execution=Execution(jobs=1))
    assert rest.frame.to_csv(index=False) == fresh.frame.to_csv(index=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")
def test_kill_9_while_writing_leaves_whole_runs_alone(tmp_path):
    process = started(WRITE_AND_KILL, tmp_path, tmp_path / "cache")
    assert process.wait(timeout=120) == 0
    keys = [key for (key,) in ask(tmp_path / "cache", "SELECT key FROM runs ORDER BY rowid")]
    assert ask(tmp_path / "cache", "PRAGMA integrity_check") == [("ok",)]
    with RunCache(tmp_path / "cache", play_and_note) as cache:
        found = cache.find(keys)
    assert len(found) == len(keys) > 8
    assert all(run_result.numbers == key * 500 for key, run_result in found.items())


def test_two_processes_at_once_share_the_store(tmp_path):
    cache = tmp_path / "cache"
    told = [tmp_path / "one", tmp_path / "two"]
    both = [started(RUN_AND_TELL, tmp_path, cache, place, 99, 1) for place in told]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert [place.read_text("utf-8") for place in told] == ["finished", "finished"]
    kept = run_experiment(tiny_experiment(), MODEL_INPUTS, PARAMETER_SET, execution=Execution(jobs=1, cache=cache))
    assert kept.reused == 12 and ask(cache, "SELECT COUNT(*) FROM runs") == [(12,)]
    assert ask(cache, "PRAGMA integrity_check") == [("ok",)]
