"""Compiles the kernel, or finds it compiled; as a program it does so for the processes that come after it."""

from __future__ import annotations

import shutil
import sys

import numpy as np

from simkit.model.compiled import layout as at
from simkit.model.compiled.code_cache import code_folder, set_made
from simkit.model.inputs.demand import draw_normals_with

LINEAR_ALGEBRA = "scipy.linalg"


def load() -> None:
    """Have the kernel ready in this process.

    What lies in the cache may be damaged, by a full disk or a copy broken off; then it goes, and is made once more.

    Raises
    ------
    ImportError
        Without numba.
    Exception
        Whatever the compiler refuses with.
    """
    try:
        _call()
    except Exception:  # noqa: BLE001 - unpickling what is damaged raises anything
        shutil.rmtree(code_folder(), ignore_errors=True)
        _call()
    set_made()


def load_for_runs_alone() -> None:
    """Load it into a process that plays runs and nothing else, 16 MB smaller: without the linear algebra that numba takes along.

    No kernel has any, and numba does without where it is not installed. What imports it later finds it.

    Raises
    ------
    ImportError, Exception
        As `load` does.
    """
    if LINEAR_ALGEBRA in sys.modules:
        return load()
    sys.modules[LINEAR_ALGEBRA] = None  # type: ignore[assignment]  # Python's way to say that there is none
    try:
        load()
    finally:
        del sys.modules[LINEAR_ALGEBRA]


def _call() -> None:
    """Call what is compiled, which compiles it or takes it from the cache."""
    from simkit.model.compiled.loop_kernel import command
    from simkit.model.inputs.compiled_normals import fill, gives_the_same_bits

    empty = np.zeros(1, dtype=np.int64)
    command(empty, empty.view(np.float64), np.zeros(1), at.FINGERPRINT, 0, 0, 0.0)
    if gives_the_same_bits():
        draw_normals_with(fill)


if __name__ == "__main__":
    try:
        load()
    except Exception as error:  # noqa: BLE001 - its one reader takes the reason and plays with the reference
        sys.exit(f"{type(error).__name__}: {error}")
