"""Playing the batches of an experiment on a Dask cluster that the user has named; without such an address nothing is asked.

A worker that dies loses nothing: the scheduler gives its batches to the others, and the results are the same bytes, since a
run depends on its inputs alone. Every worker plays one batch at a time and must have the same versions as this machine.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import logging
import pickle
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from simkit.foundation.errors import RunError, UsageError
from simkit.foundation.text import Text
from simkit.model.specification.designs import load_design
from simkit.study.experiment.experiment_spec import Batch, ExperimentTask, RunResult
from simkit.study.experiment.process_pool import Played, as_they_finish
from simkit.study.experiment.replicate import play_batch
from simkit.study.experiment.run_keys import TODAY, environment

CONNECT_S = 5
DESERTED_S = (
    60.0  # without any worker for so long, the study ends; a worker that is started again has the time to come back
)
LOOK_EVERY_S = 5.0
OPTION = "--cluster"


def threads_of(address: str) -> int:
    """Return how many runs a cluster plays at once.

    Raises
    ------
    UsageError
        If nothing answers at the address, no worker is there, or the extra ``cluster`` is not installed.
    """
    with _connected(address) as client:
        return _threads(client)


def play_on_cluster(task: ExperimentTask, batches: Sequence[Batch], address: str) -> Played:
    """Yield each batch with its run results as soon as a worker has played it.

    Parameters
    ----------
    task, batches
        What is played.
    address : str
        Of the scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    UsageError
        If nothing answers at the address, no worker is there, or the extra ``cluster`` is not installed.
    RunError
        If a worker has other versions, all workers stay away, or the scheduler is gone; what was finished is kept.
    """
    expected = _read_here(task)
    with _connected(address) as client:
        executor = client.get_executor(pure=False)
        # As the result of a task, not as scattered data: the scheduler makes it again when the worker that held it dies.
        shared = client.submit(pickle.loads, pickle.dumps(task), pure=False)
        futures = {executor.submit(_play, shared, batch, expected): batch for batch in batches}
        try:
            yield from as_they_finish(futures, _Watch(client, address))
        except (CancelledError, OSError) as error:
            raise _gone(address) from error
        except ModuleNotFoundError as error:
            raise _other_version(f"simkit ({error})") from error
        except _killed_worker() as error:
            raise _died(address) from error
        finally:
            executor.shutdown(wait=False)


def _play(task: ExperimentTask, batch: Batch, expected: dict[str, str]) -> list[RunResult]:
    """Play one batch on a worker, which must be what the one who asks is."""
    own = _read_here(task)
    if differing := [name for name, version in expected.items() if own.get(name) != version]:
        raise _other_version(
            ", ".join(f"{name} {own.get(name, '')[:12]} ≠ {expected[name][:12]}" for name in differing)
        )
    return play_batch(task, batch)


def _read_here(task: ExperimentTask) -> dict[str, str]:
    """Return what a run depends on that is not in its task: versions, code, and the organisation in which it warms up.

    That one is read where the run is played; a workspace may have a file of its own for it that a worker does not see.
    """
    today = hashlib.sha256(repr(load_design(TODAY)).encode("utf-8")).hexdigest()
    return {**environment(task.engine), TODAY: today}


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Connect to a scheduler that has workers."""
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise UsageError(
            Text(de="Für einen Cluster fehlt ein Paket.", en="A package is missing for a cluster."),
            f"{OPTION}: {error.name}",
            Text(
                de='Mit dem Zusatz „cluster“ installieren: pip install -c constraints.txt -e ".[cluster]"',
                en="Install with the extra 'cluster': pip install -c constraints.txt -e \".[cluster]\"",
            ),
        ) from error
    for name in (
        "distributed",
        "distributed.client",
        "distributed.core",
    ):  # what it says is said in the user's language
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _check_there(address)
    try:
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False, name="simkit")
    except (OSError, ValueError, RuntimeError) as error:
        raise _no_answer(address) from error
    try:
        if not _threads(client):
            raise UsageError(
                Text(de="Der Cluster hat keine Arbeiter.", en="The cluster has no workers."),
                f"{OPTION} {address}",
                Text(de="Starten mit: {command}", en="Start them with: {command}").fill(command=_command(address)),
            )
        yield client
    finally:
        client.close(timeout=CONNECT_S)


def _check_there(address: str) -> None:
    """Refuse an address that is none, or at which no scheduler speaks: a client that waits for one cannot be ended cleanly."""
    with ThreadPoolExecutor(1) as own:  # a notebook's thread has an event loop already
        asked = own.submit(asyncio.run, _greeted(address))
    try:
        asked.result()
    except (OSError, ValueError, RuntimeError) as error:
        raise _no_answer(address) from error


async def _greeted(address: str) -> None:
    comm: Any = importlib.import_module("distributed.comm")
    security: Any = importlib.import_module("distributed.security")
    named = security.Security().get_connection_args("client")
    answering = comm.connect(address, timeout=CONNECT_S, **named)
    await (await asyncio.wait_for(answering, CONNECT_S)).close()


def _threads(client: Any) -> int:
    return sum(client.nthreads().values())


class _Watch:
    """Sees, while no result comes, whether the scheduler and any worker are still there."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._looked = self._seen = time.monotonic()

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self._looked < LOOK_EVERY_S:
            return
        self._looked = now
        if self._client.status != "running":
            raise _gone(self._address)
        if _threads(self._client):
            self._seen = now
        elif now - self._seen > DESERTED_S:
            raise _died(self._address)


def _killed_worker() -> type[Exception]:
    killed: type[Exception] = importlib.import_module("distributed").KilledWorker
    return killed


def _command(address: str) -> str:
    return f"dask worker {address} --nthreads 1 --nworkers 4"


def _no_answer(address: str) -> UsageError:
    return UsageError(
        Text(de="Unter dieser Adresse antwortet kein Cluster.", en="No cluster answers at this address."),
        f"{OPTION} {address}",
        Text(
            de="Die Form ist tcp://rechner:8786; läuft dort „dask scheduler“, und ist der Port offen? Ohne --cluster rechnet "
            "dieser Rechner.",
            en="It reads tcp://host:8786; does 'dask scheduler' run there, and is the port open? Without --cluster this machine "
            "does the work.",
        ),
    )


def _other_version(differing: str) -> RunError:
    return RunError(
        Text(
            de="Ein Arbeiter des Clusters hat einen anderen Stand als dieser Rechner.",
            en="A worker of the cluster has other versions than this machine.",
        ),
        differing,
        Text(
            de="Auf allen Rechnern dieselbe Version von simkit und Python mit constraints.txt installieren, dann die Arbeiter "
            "neu starten.",
            en="Install the same version of simkit and Python with constraints.txt on all machines, then restart the workers.",
        ),
    )


def _gone(address: str) -> RunError:
    return RunError(
        Text(de="Die Verbindung zum Cluster ist abgerissen.", en="The connection to the cluster is lost."),
        f"{OPTION} {address}",
        _AGAIN,
    )


def _died(address: str) -> RunError:
    return RunError(
        Text(
            de="Die Arbeiter des Clusters sind beendet worden, meist aus Mangel an Arbeitsspeicher.",
            en="The workers of the cluster have ended, most often for lack of memory.",
        ),
        f"{OPTION} {address}",
        _AGAIN,
    )


_AGAIN = Text(
    de="Scheduler und Arbeiter neu starten, dann denselben Befehl wiederholen; fertige Läufe sind gespeichert.",
    en="Start scheduler and workers again, then repeat the same command; finished runs are kept.",
)
