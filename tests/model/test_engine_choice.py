"""Which engine plays, and that every way of not having the compiled one gives the same bytes and a reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simkit.model import engine_choice
from simkit.model.compiled import code_cache, compile, compiled_engine
from simkit.model.compiled.memory import RegionFullError
from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import Record
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import ReplicationInputs, draw_inputs
from simkit.model.specification.designs import load_design
from tests.model.conftest import SMALL, patched
from tests.model.test_compiled_engine import differences

NO_COMPILER = {"__init__.py": "raise ImportError('no numba here')\n"}
COMPILER_THAT_FAILS = {
    "__init__.py": "import types\nconfig = types.SimpleNamespace(CACHE_DIR='')\n"
    "def njit(**options):\n    raise RuntimeError('the compiler gives up')\n",
    "extending.py": "def intrinsic(function):\n    return function\n"
    "def register_jitable(**options):\n    return lambda function: function\n",
}


@pytest.fixture(autouse=True)
def as_at_the_start(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(engine_choice.VARIABLE, raising=False)
    engine_choice._loaded.cache_clear()
    yield
    engine_choice._why.clear()
    engine_choice._compiling.clear()
    engine_choice._loaded.cache_clear()
    os.environ.pop(engine_choice.VARIABLE, None)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let this process, and those that it starts, find no compiled code."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(code_cache, "user_cache_path", lambda *_, **__: tmp_path / "simkit")
    code_cache.all_versions.cache_clear()
    yield tmp_path / "simkit" / code_cache.FOLDER
    code_cache.all_versions.cache_clear()


def drawn() -> ReplicationInputs:
    inputs = example_inputs(customers=40, posts=4, orders_per_year=500, seed=3)
    return draw_inputs(inputs, patched(SMALL), seed=1, replication=0)


def same(one: Record, inputs: ReplicationInputs) -> bool:
    return differences(one, simulate(inputs, load_design("baseline"))) == []


def test_the_compiled_engine_plays_unless_the_reference_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, design, played = drawn(), load_design("baseline"), []
    usual = compiled_engine.simulate_compiled
    monkeypatch.setattr(
        compiled_engine, "simulate_compiled", lambda *one, **other: played.append(1) or usual(*one, **other)
    )
    assert engine_choice.engine_in_use() == "compiled"
    assert same(engine_choice.play(inputs, design), inputs) and played == [1]
    engine_choice.choose_engine("reference")
    assert engine_choice.engine_in_use() == "reference"
    assert same(engine_choice.play(inputs, design), inputs) and played == [1]


def test_a_process_without_a_compiler_plays_with_the_reference_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise ImportError("no numba here")

    monkeypatch.setattr(compile, "load", refused)
    inputs = drawn()
    assert same(engine_choice.play(inputs, load_design("baseline")), inputs)
    assert engine_choice.engine_in_use() == "reference"
    assert engine_choice.why_reference() == "ImportError: no numba here"


def test_a_run_that_outgrows_the_memory_is_played_by_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_: object, **__: object) -> None:
        raise RegionFullError(1)

    monkeypatch.setattr(compiled_engine, "simulate_compiled", too_large)
    inputs = drawn()
    assert same(engine_choice.play(inputs, load_design("baseline")), inputs)
    assert engine_choice.engine_in_use() == "compiled"


@pytest.mark.parametrize(
    ("package", "reason"), [(NO_COMPILER, "no numba here"), (COMPILER_THAT_FAILS, "the compiler gives up")]
)
def test_a_command_without_a_working_compiler_falls_back_and_keeps_the_reason(
    package: dict[str, str], reason: str, empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numba = tmp_path / "packages" / "numba"
    numba.mkdir(parents=True)
    for name, source in package.items():
        (numba / name).write_text(source, encoding="utf-8")
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(numba.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    )
    assert engine_choice.start_compiling()
    engine_choice.wait_for_engine()
    assert engine_choice.engine_in_use() == "reference"
    assert reason in engine_choice.why_reference()


ONLY_RUNS = """
import sys
from simkit.model import engine_choice
assert "scipy.linalg" not in sys.modules
engine_choice.play_only_runs()
assert engine_choice._loaded(), engine_choice.why_reference()
assert "scipy.linalg" not in sys.modules, "loaded all the same"
import scipy.linalg
assert scipy.linalg.norm([3.0, 4.0]) == 5.0
"""


def test_a_process_for_runs_loads_the_engine_without_linear_algebra_and_can_have_it_later() -> None:
    subprocess.run([sys.executable, "-c", ONLY_RUNS], check=True)


def test_what_was_compiled_once_is_not_compiled_again(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code_cache.set_made()
    assert code_cache.is_made()
    assert not engine_choice.start_compiling()
    monkeypatch.setattr(code_cache, "_version", lambda package: "another version")
    code_cache._key.cache_clear()
    assert not code_cache.is_made()
    code_cache._key.cache_clear()


def left_behind(cache: Path, name: str, *, days: float) -> Path:
    """Make the folder of another version that was last used so many days ago."""
    entry = cache / name
    (entry / "compiled_1").mkdir(parents=True)
    (entry / code_cache.MARK).touch()
    (entry / "compiled_1" / "loop_kernel.nbc").write_bytes(b"code")
    used = time.time() - days * 24 * 3600
    for one in (*entry.rglob("*"), entry):
        os.utime(one, (used, used))
    return entry


def test_a_new_version_clears_away_what_was_not_used_for_a_month(empty_cache: Path) -> None:
    code_cache.set_made()
    old, young = (left_behind(empty_cache, name, days=days) for name, days in (("old", 31), ("young", 29)))
    used = left_behind(empty_cache, "used", days=31)
    (used / code_cache.MARK).touch()
    former_mark = empty_cache / "made-2c5f49ed3f8e437a"
    former_mark.touch()
    os.utime(former_mark, (0, 0))
    code_cache.set_made()
    assert old.is_dir()  # this version is known: nobody looks around
    (code_cache.code_folder() / code_cache.MARK).unlink()
    code_cache.set_made()
    assert sorted(empty_cache.iterdir()) == sorted([code_cache.code_folder(), young, used])


def test_the_own_version_stays_however_old(empty_cache: Path) -> None:
    left_behind(empty_cache, code_cache.code_folder().name, days=400)
    code_cache.clear_unused()
    assert code_cache.is_made()


def test_using_a_version_keeps_it(empty_cache: Path) -> None:
    entry = left_behind(empty_cache, code_cache.code_folder().name, days=400)
    code_cache.set_made()
    assert time.time() - code_cache._last_used(entry) < 3600


def test_what_cannot_be_deleted_or_is_gone_already_stays_without_an_error(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_cache.set_made()
    held, free = (left_behind(empty_cache, name, days=31) for name in ("held", "free"))
    usual = os.unlink

    def unlink(path: Any, *arguments: Any, **named: Any) -> None:
        if "loop_kernel" in str(path) and (held / "compiled_1" / "loop_kernel.nbc").exists():
            raise PermissionError(13, "in use", str(path))
        usual(path, *arguments, **named)

    shutil.rmtree(free / "compiled_1")
    os.utime(free, (0, 0))
    monkeypatch.setattr(os, "unlink", unlink)
    code_cache.clear_unused()
    assert (held / "compiled_1" / "loop_kernel.nbc").is_file() and not free.exists()
    assert code_cache._last_used(free) > time.time() - 3600  # deleted by another process meanwhile


def test_without_a_folder_to_write_to_the_code_goes_to_the_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setattr(code_cache, "user_cache_path", lambda *_, **__: blocked / "simkit")
    code_cache.all_versions.cache_clear()
    assert blocked not in code_cache.code_folder().parents
    assert code_cache.all_versions().name == code_cache.FOLDER
    code_cache.all_versions.cache_clear()


def test_a_command_that_is_stopped_ends_the_compiler(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine_choice.start_compiling()
    process = engine_choice._compiling[0]

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "communicate", stopped)
    with pytest.raises(KeyboardInterrupt):
        engine_choice.wait_for_engine()
    assert process.wait(timeout=30) != 0
    assert not code_cache.is_made()


SMALL_KERNEL = """
import runpy, sys, types
from simkit.model.compiled import jit

@jit.entry
def command(words, numbers, draws, fingerprint, first, second, until):
    return fingerprint

loop = types.ModuleType("simkit.model.compiled.loop_kernel")
loop.command = command
sys.modules[loop.__name__] = loop
runpy.run_module(sys.argv[1], run_name="__main__")
"""
"""Compiles as the kit does, but a function of one line: the kernel takes two processes a minute."""


def test_damaged_code_goes_and_is_made_anew_by_two_at_once(empty_cache: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(empty_cache.parents[1])}
    script = tmp_path / "small_kernel.py"
    script.write_text(SMALL_KERNEL, encoding="utf-8")
    command = [sys.executable, str(script), engine_choice.COMPILING]
    subprocess.run(command, env=environment, check=True)
    made = [file for file in empty_cache.rglob("*.nb?") if file.is_file()]
    assert {file.suffix for file in made} == {".nbi", ".nbc"}
    for file in made:
        file.write_bytes(file.read_bytes()[:50])
    (code_cache.code_folder() / code_cache.MARK).unlink()
    both = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [one.wait(timeout=900) for one in both] == [0, 0]
    assert code_cache.is_made()
    assert all(file.stat().st_size > 50 for file in empty_cache.rglob("*.nbc"))
