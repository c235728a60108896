"""Playing the batches of an experiment on this machine: in the calling process, or on processes of the standard
library's pool."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from queue import Empty, SimpleQueue
from typing import Any

from simkit.foundation.errors import RunError
from simkit.foundation.text import Text
from simkit.study.experiment.experiment_spec import Batch, ExperimentTask, RunResult
from simkit.study.experiment.replicate import play_batch
from simkit.study.experiment.run_keys import environment

POLL_S = 0.5  # Windows hears Ctrl-C only between two waits

Played = Iterator[tuple[Batch, list[RunResult]]]


def play_here(task: ExperimentTask, batches: Sequence[Batch]) -> Played:
    """Yield each batch with its run results, one after the other, in this process."""
    for batch in batches:
        yield batch, play_batch(task, batch)


def play_on_processes(task: ExperimentTask, batches: Sequence[Batch], workers: int) -> Played:
    """Yield each batch with its run results as soon as a process has played it.

    Processes are spawned, never forked: a fork of a process with threads, such as a notebook's kernel, may hang.

    Raises
    ------
    RunError
        If a process dies, most often for lack of memory, or if the program was changed since it was started.
    """
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_start_process, initargs=(task, stop, environment(task.engine))
    )
    try:
        yield from as_they_finish({pool.submit(_play_on_process, batch): batch for batch in batches})
    except BrokenProcessPool as broken:
        raise process_died() from broken
    finally:
        stop.set()  # only of interest when something went wrong; otherwise all work is done
        pool.shutdown(wait=True, cancel_futures=True)


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


def _start_process(task: ExperimentTask, stop: Any, expected: dict[str, str]) -> None:
    """Remember the task and the versions of who asks; leave Ctrl-C to the parent, which then sets `stop`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _process.update(task=task, stop=stop, expected=expected)


def _end_with(parent: Any) -> None:
    """End this process as soon as its parent is gone, however it went; nobody would take the results."""
    parent.join()
    os._exit(1)  # not sys.exit, which would end this thread alone


def _play_on_process(batch: Batch) -> list[RunResult]:
    if environment(_process["task"].engine) != _process["expected"]:
        raise RunError(
            Text(
                de="Das Programm wurde geändert, während es lief; die Ergebnisse passten nicht zusammen.",
                en="The program was changed while it ran; its results would not belong together.",
            ),
            "",
            Text(de="Neu starten, ein Notebook mit neuem Kernel.", en="Start it again, a notebook with a new kernel."),
        )
    return play_batch(_process["task"], batch, _process["stop"].is_set)
