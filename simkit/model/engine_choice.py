"""Which engine plays a run: the compiled one, or the readable reference, which is slower and gives the same bytes.

The choice stands in an environment variable, so that the processes of a study and the notebooks of a report share it. The
compiled engine has to be compiled once on each machine, which takes some 20 s; a process of its own does so while the
client's data are read. Where it cannot be had the reference plays.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Literal

from simkit.model.compiled.code_cache import is_made

if TYPE_CHECKING:
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.engine.customer_response import Note
    from simkit.model.event_log.event_log import Record
    from simkit.model.inputs.replication_inputs import ReplicationInputs
    from simkit.model.specification.designs import Design

EngineName = Literal["compiled", "reference"]
VARIABLE = "SIMKIT_ENGINE"
COMPILING = "simkit.model.compiled.compile"
"""The module that compiles when it is run."""

_compiling: list[subprocess.Popen[str]] = []
_why: list[str] = []
_only_runs: list[bool] = []


def play(
    inputs: ReplicationInputs,
    design: Design,
    *,
    parameters: ParameterSet | None = None,
    today: Design | None = None,
    note: Note | None = None,
) -> Record:
    """Run one design through one replication with the engine of this process.

    Parameters and event log are those of `simkit.model.engine.engine.simulate`. A run that outgrows the memory of the
    compiled engine is played by the reference.
    """
    from simkit.model.engine.engine import simulate

    if engine_in_use() == "compiled" and _loaded():
        from simkit.model.compiled.compiled_engine import simulate_compiled
        from simkit.model.compiled.memory import RegionFullError

        try:
            return simulate_compiled(inputs, design, parameters=parameters, today=today, note=note)
        except RegionFullError:
            pass
    record = simulate(inputs, design, parameters=parameters, today=today, note=note)
    gc.collect()  # cases, tasks and people know each other; cheap where older objects are frozen
    return record


def choose_engine(name: EngineName) -> None:
    """Let an engine play in this process and in those that it starts from now on."""
    os.environ[VARIABLE] = name
    _why.clear()


def play_only_runs() -> None:
    """Let this process load the engine without what only other work would need; for processes that a study starts."""
    _only_runs[:] = [True]


def engine_in_use() -> EngineName:
    """Return the engine that plays: the one chosen, and the reference once the compiled one could not be had."""
    return "reference" if os.environ.get(VARIABLE) == "reference" else "compiled"


def start_compiling() -> bool:
    """Begin to compile in a process of its own if it has not been done on this machine; tell whether it has begun."""
    if engine_in_use() == "reference" or is_made() or _compiling:
        return False
    _compiling.append(
        subprocess.Popen(
            [sys.executable, "-m", COMPILING], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
    )
    return True


def wait_for_engine() -> None:
    """Return when the engine in use is ready for all processes that this one starts: at once but for the first time."""
    start_compiling()
    if not _compiling:
        return
    process = _compiling.pop()
    with process:
        try:
            _, errors = process.communicate()
        except BaseException:
            process.kill()  # the user has stopped the command
            raise
    if process.returncode:
        _fall_back((errors.strip().splitlines() or [f"exit {process.returncode}"])[-1])


def why_reference() -> str:
    """Return why the compiled engine could not be had, in the words of who refused; empty where it can, or none was asked."""
    return _why[0] if _why else ""


def _fall_back(reason: str) -> None:
    choose_engine("reference")
    _why.append(reason)


@cache
def _loaded() -> bool:
    """Load the compiled engine into this process; False where that fails, and the reference plays from then on."""
    try:
        from simkit.model.compiled.compile import load, load_for_runs_alone

        (load_for_runs_alone if _only_runs else load)()
    except Exception as error:  # noqa: BLE001 - whatever a compiler may raise, the reference plays
        _fall_back(f"{type(error).__name__}: {error}".splitlines()[0])
        return False
    return True
