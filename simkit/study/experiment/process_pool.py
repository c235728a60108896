"""Playing the batches of an experiment on this machine: in the calling process, or on processes of the standard
library's pool."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from queue import Empty, SimpleQueue
from typing import Any

from simkit.foundation.errors import RunError
from simkit.foundation.text import Text
from simkit.model.engine_choice import play_only_runs
from simkit.study.experiment.experiment_spec import Batch, ExperimentTask, RunResult
from simkit.study.experiment.replicate import play_batch
from simkit.study.experiment.run_keys import environment

POLL_S = 0.5  # Windows hears Ctrl-C only between two waits
GRACE_S = 1.0
"""What a process may still do once its study is over: the run at hand, if it is short."""
M_MMAP_THRESHOLD, LARGE_BYTES = -3, 2**22  # as malloc.h of the C library numbers it

Played = Iterator[tuple[Batch, list[RunResult]]]


def play_here(task: ExperimentTask, batches: Sequence[Batch]) -> Played:
    """Yield each batch with its run results, one after the other, in this process."""
    for batch in batches:
        yield batch, play_batch(task, batch)


def play_on_processes(task: ExperimentTask, batches: Sequence[Batch], workers: int) -> Played:
    """Yield each batch with its run results as soon as a process has played it.

    Parameters
    ----------
    workers : int
        Processes; as many as a study inside :func:`processes_kept` has started before are used again.

    Raises
    ------
    RunError
        If a process dies, most often for lack of memory, or if the program was changed since it was started.
    """
    processes = _kept_or_new(workers)
    packed = PackedTask.of(task)
    finished = False
    try:
        submit = processes.pool.submit
        yield from as_they_finish({submit(_play_on_process, packed, batch): batch for batch in batches})
        finished = True
    except BrokenProcessPool as broken:
        raise process_died() from broken
    finally:
        if not finished or not _keeping:
            _end_processes()


@contextmanager
def processes_kept() -> Iterator[None]:
    """Let the studies inside play on the same processes; to start one takes two seconds and more, to play a run a tenth."""
    _keeping.append(True)
    try:
        yield
    finally:
        _keeping.pop()
        if not _keeping:
            _end_processes()


@dataclass(frozen=True, kw_only=True)
class PackedTask:
    """A task as it travels to a process with each of its batches; a process unpacks it once."""

    content: bytes
    digest: bytes
    expected: dict[str, str]
    """The versions of who asks."""

    @classmethod
    def of(cls, task: ExperimentTask) -> PackedTask:
        """Pack a task."""
        content = pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL)
        return cls(content=content, digest=sha256(content).digest(), expected=environment(task.engine))


@dataclass(frozen=True, kw_only=True)
class _Processes:
    pool: ProcessPoolExecutor
    stop: Any
    workers: int

    @classmethod
    def started(cls, workers: int) -> _Processes:
        """Start processes; they are spawned, never forked: a fork of one with threads, such as a notebook's, may hang."""
        context = multiprocessing.get_context("spawn")
        stop = context.Event()
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_process, initargs=(stop,))
        return cls(pool=pool, stop=stop, workers=workers)


_keeping: list[bool] = []
_running: list[_Processes] = []


def _kept_or_new(workers: int) -> _Processes:
    """Return processes that are there, if there are as many as wanted; a study with fewer batches leaves some idle."""
    if not _running or _running[0].workers < workers:
        _end_processes()
        _running.append(_Processes.started(workers))
    return _running[0]


def _end_processes() -> None:
    while _running:
        processes = _running.pop()
        processes.stop.set()  # only of interest when something went wrong; otherwise all work is done
        processes.pool.shutdown(wait=True, cancel_futures=True)


def as_they_finish(futures: Mapping[Future[list[RunResult]], Batch], look: Callable[[], None] = lambda: None) -> Played:
    """Yield each batch with its run results when it is done.

    Parameters
    ----------
    futures : mapping of Future to Batch
        What was submitted.
    look : callable
        Called again and again while nothing comes, to see whether anything can still come.
    """
    waiting = dict(futures)
    done: SimpleQueue[Future[list[RunResult]]] = SimpleQueue()
    for future in futures:
        future.add_done_callback(done.put)
    while waiting:
        try:
            future = done.get(timeout=POLL_S)
        except Empty:
            look()
            continue
        yield waiting.pop(future), future.result()


def process_died() -> RunError:
    """Return the error that tells of a process ended from outside."""
    return RunError(
        Text(
            de="Ein Rechenprozess wurde von außen beendet, meist aus Mangel an Arbeitsspeicher.",
            en="A worker process was ended from outside, most often for lack of memory.",
        ),
        "",
        Text(
            de="Mit weniger Prozessen wiederholen, etwa --jobs 1; in einem eigenen Skript den Aufruf unter "
            "„if __name__ == '__main__':“ stellen.",
            en="Repeat with fewer processes, such as --jobs 1; in a script of your own put the call under "
            "\"if __name__ == '__main__':\".",
        ),
    )


_process: dict[str, Any] = {}


def _start_process(stop: Any) -> None:
    """Leave Ctrl-C to the parent, which then sets `stop`, and hold no more memory than is used."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _give_memory_back()
    play_only_runs()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        threading.Thread(target=_end_after, args=(stop,), daemon=True).start()
    _process.update(stop=stop, digest=b"")


def _give_memory_back() -> None:
    """Let large arrays go back to the system when they are freed: the C library of Linux would keep the holes between them."""
    with suppress(AttributeError, OSError, TypeError):  # another system, which has no such setting
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def _end_with(parent: Any) -> None:
    """End this process as soon as its parent is gone, however it went; nobody would take the results."""
    parent.join()
    os._exit(1)  # not sys.exit, which would end this thread alone


def _end_after(stop: Any) -> None:
    """End this process soon after its study is over, also in the middle of a run; the run of a large client takes minutes."""
    while not stop.is_set():
        time.sleep(POLL_S)
    time.sleep(GRACE_S)
    os._exit(1)


def _play_on_process(packed: PackedTask, batch: Batch) -> list[RunResult]:
    if _process["digest"] != packed.digest:
        _process.update(task=pickle.loads(packed.content), digest=packed.digest)
    if environment(_process["task"].engine) != packed.expected:
        raise RunError(
            Text(
                de="Das Programm wurde geändert, während es lief; die Ergebnisse passten nicht zusammen.",
                en="The program was changed while it ran; its results would not belong together.",
            ),
            "",
            Text(de="Neu starten, ein Notebook mit neuem Kernel.", en="Start it again, a notebook with a new kernel."),
        )
    return play_batch(_process["task"], batch, _process["stop"].is_set)
