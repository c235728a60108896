"""The same experiment on a real Dask scheduler with two workers on this machine; one of them is killed in mid-experiment."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from made_organisation import MODEL_INPUTS, PARAMETER_SET, tiny_experiment
from made_runs import play, play_and_fail, play_with_pauses

import simkit.study.experiment.dask_cluster as cluster
from simkit.foundation.errors import RunError, UsageError
from simkit.model.engine_choice import VARIABLE as ENGINE
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.experiment.run_experiment import run_experiment

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")

LOOPBACK = "127.0.0.1"
NO_OTHERS = ("--nthreads", "1", "--no-nanny", "--no-dashboard")


def waited_for(condition, seconds: float = 60.0) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return bool(condition())


def free_port() -> int:
    with socket.socket() as place:
        place.bind((LOOPBACK, 0))
        return int(place.getsockname()[1])


@dataclass
class Local:
    """A scheduler and its workers, each a process of its own."""

    folder: Path
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


def dask(folder: Path, *words: str, engine: str = "compiled") -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "MADE_RUNS_FOLDER": str(folder), ENGINE: engine}
    with (folder / f"{words[0]}.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "dask", *words], env=environment, stdout=log, stderr=log)


def started_scheduler(folder: Path) -> tuple[str, subprocess.Popen[bytes]]:
    port = free_port()
    process = dask(folder, "scheduler", "--host", LOOPBACK, "--port", str(port), "--no-dashboard", "--no-show")
    return f"tcp://{LOOPBACK}:{port}", process


@pytest.fixture(scope="module")
def local(tmp_path_factory) -> Iterator[Local]:
    folder = tmp_path_factory.mktemp("cluster")
    address, scheduler = started_scheduler(folder)
    place = ("--local-directory", str(folder), *NO_OTHERS)
    workers = [dask(folder, "worker", address, "--host", LOOPBACK, *place) for _ in range(2)]
    try:
        assert waited_for(lambda: _answers(address, 2)), (folder / "worker.log").read_text("utf-8")
        yield Local(folder=folder, address=address, scheduler=scheduler, workers=workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _answers(address: str, workers: int) -> bool:
    try:
        return cluster.threads_of(address) == workers
    except UsageError:
        return False


def test_a_cluster_of_both_engines_gives_the_bytes_of_this_machine(tmp_path):
    address, scheduler = started_scheduler(tmp_path)
    place = ("--host", LOOPBACK, "--local-directory", str(tmp_path), *NO_OTHERS)
    workers = [dask(tmp_path, "worker", address, *place, engine=engine) for engine in ("compiled", "reference")]
    try:
        assert waited_for(lambda: _answers(address, 2)), (tmp_path / "worker.log").read_text("utf-8")
        there, here = (
            run_experiment(tiny_experiment(), MODEL_INPUTS, PARAMETER_SET, execution=execution).frame
            for execution in (Execution(cluster=address), Execution(jobs=1))
        )
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
    assert len(here) and there.to_csv(index=False) == here.to_csv(index=False)


def test_the_cluster_says_how_many_runs_it_plays_at_once(local):
    assert cluster.threads_of(local.address) == 2


def test_a_mistake_in_the_engine_stops_the_experiment_with_its_own_error(local):
    with pytest.raises(ZeroDivisionError, match="a mistake in the model"):
        run_experiment(
            tiny_experiment(),
            MODEL_INPUTS,
            PARAMETER_SET,
            execution=Execution(cluster=local.address),
            engine=play_and_fail,
        )


def test_a_worker_of_another_version_is_named_with_what_differs(local, monkeypatch):
    own = cluster.environment(play)
    monkeypatch.setattr(cluster, "environment", lambda engine: {**own, "numpy": "0.9"})
    with pytest.raises(RunError) as caught:
        run_experiment(
            tiny_experiment(), MODEL_INPUTS, PARAMETER_SET, execution=Execution(cluster=local.address), engine=play
        )
    assert "numpy" in caught.value.where and "≠ 0.9" in caught.value.where and "python" not in caught.value.where


def test_a_worker_that_reads_another_organisation_for_the_warm_up_is_refused(local, monkeypatch):
    ours = replace(cluster.load_design("baseline"), help_after_h=1.5)
    monkeypatch.setattr(cluster, "load_design", lambda name: ours)
    with pytest.raises(RunError) as caught:
        run_experiment(
            tiny_experiment(), MODEL_INPUTS, PARAMETER_SET, execution=Execution(cluster=local.address), engine=play
        )
    assert "baseline" in caught.value.where and "numpy" not in caught.value.where


def test_an_experiment_that_is_kept_needs_no_cluster(tmp_path):
    spec = tiny_experiment(replications=1)
    run_experiment(spec, MODEL_INPUTS, PARAMETER_SET, execution=Execution(jobs=1, cache=tmp_path), engine=play)
    nowhere = Execution(cluster=f"tcp://{LOOPBACK}:{free_port()}", cache=tmp_path)
    assert run_experiment(spec, MODEL_INPUTS, PARAMETER_SET, execution=nowhere, engine=play).reused == spec.runs


def test_an_address_that_does_not_answer_is_reported():
    with pytest.raises(UsageError) as caught:
        run_experiment(
            tiny_experiment(),
            MODEL_INPUTS,
            PARAMETER_SET,
            execution=Execution(cluster=f"tcp://{LOOPBACK}:{free_port()}"),
            engine=play,
        )
    assert "No cluster answers" in caught.value.render("en") and "tcp://host:8786" in caught.value.render("en")


def test_a_program_that_is_no_scheduler_is_reported_in_seconds():
    with socket.socket() as silent:
        silent.bind((LOOPBACK, 0))
        silent.listen()
        with pytest.raises(UsageError, match="No cluster answers"):
            cluster.threads_of(f"tcp://{LOOPBACK}:{silent.getsockname()[1]}")


@pytest.mark.parametrize("address", ["nonsense", "telnet://host:1", "tcp://"])
def test_an_address_that_is_none_is_reported(address):
    with pytest.raises(UsageError, match="No cluster answers"):
        cluster.threads_of(address)


def test_without_the_extra_the_remedy_is_its_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError) as caught:
        cluster.threads_of("tcp://host:8786")
    assert '".[cluster]"' in caught.value.render("de") and caught.value.exit_code == 2


def test_a_worker_killed_in_mid_experiment_loses_nothing(local, tmp_path):
    # One worker is gone afterwards, and the scheduler after the next test, so these two stand last.
    experiment = tiny_experiment(replications=4)
    expected = run_experiment(experiment, MODEL_INPUTS, PARAMETER_SET, execution=Execution(jobs=1)).frame.to_csv(
        index=False
    )
    (local.folder / "wait").touch()  # whoever plays now is held in mid-batch
    numbers = {str(worker.pid): worker for worker in local.workers}
    seen: list[tuple[int, int]] = []
    killed: list[str] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))

    def kill_one() -> None:
        assert waited_for(lambda: sum((local.folder / name).exists() for name in numbers) == 2)
        (local.folder / "wait").unlink()
        victim = next(iter(numbers))
        os.kill(int(victim), signal.SIGKILL)
        killed.append(victim)

    killer = threading.Thread(target=kill_one)
    killer.start()
    how = Execution(cluster=local.address, cache=tmp_path)
    found = run_experiment(
        experiment, MODEL_INPUTS, PARAMETER_SET, execution=how, progress=progress, engine=play_with_pauses
    )
    killer.join()
    assert killed and numbers[killed[0]].wait() == -signal.SIGKILL
    assert found.frame.to_csv(index=False) == expected
    assert seen[0] == (0, 16) and seen[-1] == (16, 16)
    assert run_experiment(experiment, MODEL_INPUTS, PARAMETER_SET, execution=how, engine=play_with_pauses).reused == 16


def test_a_scheduler_that_is_gone_in_mid_experiment_is_reported_and_what_was_finished_is_kept(
    local, tmp_path, monkeypatch
):
    monkeypatch.setenv("MADE_RUNS_FOLDER", str(local.folder))

    def kill_the_scheduler(done: int, total: int) -> None:
        if done:
            local.scheduler.kill()
            local.scheduler.wait()

    how = Execution(cluster=local.address, cache=tmp_path)
    with pytest.raises(RunError, match="connection to the cluster is lost") as caught:
        run_experiment(
            tiny_experiment(),
            MODEL_INPUTS,
            PARAMETER_SET,
            execution=how,
            engine=play_with_pauses,
            progress=kill_the_scheduler,
        )
    assert "finished runs are kept" in caught.value.render("en")
    rest = run_experiment(
        tiny_experiment(),
        MODEL_INPUTS,
        PARAMETER_SET,
        execution=Execution(jobs=1, cache=tmp_path),
        engine=play_with_pauses,
    )
    assert 0 < rest.reused < tiny_experiment().runs


def test_a_scheduler_without_workers_is_reported_with_the_command_that_starts_them(tmp_path):
    address, scheduler = started_scheduler(tmp_path)
    try:
        assert waited_for(lambda: "no workers" in said(address))
        assert f"dask worker {address} --nthreads 1" in said(address)
    finally:
        scheduler.kill()
        scheduler.wait()


def said(address: str) -> str:
    with pytest.raises(UsageError) as caught:
        cluster.threads_of(address)
    return caught.value.render("en")
