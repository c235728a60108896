"""Compiles the kernel, or finds it compiled; as a program it does so for the processes that come after it."""

from __future__ import annotations

import shutil
import sys

import numpy as np

from simkit.model.compiled import layout as at
from simkit.model.compiled.code_cache import code_folder, set_made


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
    from simkit.model.compiled.loop_kernel import command

    empty = np.zeros(1, dtype=np.int64)
    arguments = (empty, empty.view(np.float64), np.zeros(1), at.FINGERPRINT, 0, 0, 0.0)
    try:
        command(*arguments)
    except Exception:  # noqa: BLE001 - unpickling what is damaged raises anything
        shutil.rmtree(code_folder(), ignore_errors=True)
        command(*arguments)
    set_made()


if __name__ == "__main__":
    try:
        load()
    except Exception as error:  # noqa: BLE001 - its one reader takes the reason and plays with the reference
        sys.exit(f"{type(error).__name__}: {error}")
