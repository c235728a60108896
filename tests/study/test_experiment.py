from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made_runs import play, play_and_die, play_and_fail, play_slowly

from simkit.foundation.errors import Interrupted, RunError, UsageError
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.scenarios import load_scenario
from simkit.study.experiment import process_pool
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.process_pool import processes_kept
from simkit.study.experiment.run_experiment import COLUMNS, run_experiment


def experiment(replications: int = 3, **changed) -> Experiment:
    design = load_design("baseline")
    variants = (Variant(label="baseline", design=design), Variant(label="other", design=design, scenarios=("today",)))
    scenarios = {name: load_scenario(name) for name in ("today", "vacancies_139_days")}
    return Experiment(
        **{"variants": variants, "scenarios": scenarios, "replications": replications, "seed": 5, **changed}
    )


def run(spec: Experiment, engine=play, jobs: int | None = None, **options):
    options.setdefault("execution", Execution(jobs=jobs))
    return run_experiment(spec, example_inputs(customers=20, posts=3), load_defaults(), engine=engine, **options)


def test_a_variant_runs_in_its_scenarios_only_and_every_replication_meets_all_its_variants():
    frame = run(experiment(), jobs=1).frame
    assert list(frame.columns) == list(COLUMNS)
    frame = frame[frame["measure"] == "company_profit_amount"]
    counts = frame[frame["year"] == 0].groupby(["scenario", "design"]).size().to_dict()
    assert counts == {("today", "baseline"): 3, ("today", "other"): 3, ("vacancies_139_days", "baseline"): 3}
    table = frame[(frame["year"] == 0) & (frame["scenario"] == "today")].pivot(
        index="replication", columns="design", values="value"
    )
    assert (table["other"] - table["baseline"]).tolist() == pytest.approx([-3 / 7] * 3)


def test_results_are_the_same_bytes_on_one_and_on_two_processes():
    spec = experiment()
    alone, together = (run(spec, jobs=jobs).frame.to_csv(index=False) for jobs in (1, 2))
    assert alone == together


def test_progress_counts_runs_from_zero_to_all():
    seen: list[tuple[int, int]] = []
    run(experiment(2), jobs=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 6), (2, 6), (4, 6), (5, 6), (6, 6)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_process_that_dies_is_named_with_the_remedy():
    with pytest.raises(RunError) as caught:
        run(experiment(1), engine=play_and_die, jobs=2)
    assert "--jobs 1" in caught.value.render("en") and "lack of memory" in caught.value.render("en")
    assert caught.value.exit_code == 1


def test_processes_of_a_program_that_was_changed_meanwhile_refuse_to_play(monkeypatch):
    monkeypatch.setattr("simkit.study.experiment.process_pool.environment", lambda engine: {"code": "as it was"})
    with pytest.raises(RunError, match="changed while it ran"):
        run(experiment(1), jobs=2)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_mistake_in_the_engine_stops_the_experiment_with_its_own_error(jobs):
    with pytest.raises(ZeroDivisionError, match="a mistake in the model"):
        run(experiment(1), engine=play_and_fail, jobs=jobs)


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_the_experiment_as_interrupted(jobs):
    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        run(experiment(4), engine=play_slowly, jobs=jobs, progress=stop)
    assert caught.value.exit_code == 130


def test_the_garbage_collector_is_on_again_after_a_run():
    run(experiment(1), jobs=1)
    assert gc.isenabled() and gc.get_freeze_count() == 0


def test_a_scenario_that_the_experiment_does_not_have_is_named_with_the_nearest():
    variant = Variant(label="a", design=load_design("baseline"), scenarios=("todai",))
    with pytest.raises(UsageError, match="Did you mean 'today'"):
        experiment(variants=(variant,))


def test_two_variants_of_one_name_are_refused():
    variant = Variant(label="a", design=load_design("baseline"))
    with pytest.raises(UsageError, match="share one name"):
        experiment(variants=(variant, variant))


@pytest.mark.parametrize("changed", [{"replications": 0}, {"seed": -1}])
def test_no_replication_and_a_negative_seed_are_refused(changed):
    with pytest.raises(UsageError, match="At least one replication"):
        experiment(**changed)


RUN_UNTIL_KILLED = """
from made_runs import play_and_tell
from test_experiment import experiment, run
if __name__ == "__main__":
    run(experiment(2), engine=play_and_tell, jobs=2)
"""
RUN_IN_THE_KERNEL = """
import os, pathlib
from simkit.model.compiled.compile import load
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.experiment.run_experiment import run_experiment
from test_experiment import experiment
if __name__ == "__main__":
    load()
    def tell(done, total):
        if done:
            (pathlib.Path(os.environ["MADE_RUNS_FOLDER"]) / str(os.getpid())).touch()
    client = example_inputs(customers=600, posts=20, orders_per_year=6000)
    run_experiment(experiment(500), client, load_defaults(), execution=Execution(jobs=1, confirmed=True), progress=tell)
"""


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{number}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def waited_for(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def started(script: str, folder: Path, *, processes: int) -> tuple[subprocess.Popen[bytes], list[int]]:
    """Start a script whose processes say that they play, wait until all have, and return it with their numbers."""
    told = folder / "told"
    told.mkdir()
    (folder / "script.py").write_text(script, "utf-8")
    paths = os.pathsep.join(path for path in sys.path if path)
    parent = subprocess.Popen(
        [sys.executable, str(folder / "script.py")],
        env={**os.environ, "PYTHONPATH": paths, "MADE_RUNS_FOLDER": str(told)},
        stderr=subprocess.DEVNULL,
    )
    if not waited_for(lambda: len(list(told.iterdir())) == processes, 60):
        parent.kill()
        parent.wait()
        pytest.fail("The processes have not begun to play.")
    return parent, [int(file.name) for file in told.iterdir()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize(("script", "processes"), [(RUN_UNTIL_KILLED, 2), (RUN_IN_THE_KERNEL, 1)])
def test_ctrl_c_in_the_middle_of_a_run_ends_within_three_seconds(script, processes, tmp_path):
    parent, workers = started(script, tmp_path, processes=processes)
    try:
        parent.send_signal(signal.SIGINT)
        parent.wait(timeout=3.0)
    finally:
        parent.kill()
        parent.wait()
    assert waited_for(lambda: not any(alive(number) for number in workers), 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path):
    parent, workers = started(RUN_UNTIL_KILLED, tmp_path, processes=2)
    try:
        assert all(alive(number) for number in workers)
    finally:
        parent.kill()
        parent.wait()
    assert waited_for(lambda: not any(alive(number) for number in workers), 10)


def test_studies_inside_use_the_same_processes_and_give_the_same_bytes():
    spec = experiment()
    apart = [run(spec, jobs=2).frame.to_csv(index=False) for _ in range(2)]
    with processes_kept():
        first = run(spec, jobs=2).frame.to_csv(index=False)
        kept = process_pool._running[0]
        with processes_kept():
            other = run(experiment(seed=9), jobs=2).frame.to_csv(index=False)
        assert process_pool._running == [kept]
        again = run(spec, jobs=2).frame.to_csv(index=False)
    assert not process_pool._running
    assert apart == [first, again] and other != first


def test_processes_kept_are_replaced_once_one_has_died():
    with processes_kept():
        with pytest.raises(RunError):
            run(experiment(1), engine=play_and_die, jobs=2)
        assert not process_pool._running
        assert len(run(experiment(1), jobs=2).frame)
