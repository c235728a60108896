"""Keeping Python's garbage collector from sweeping what long runs pile up."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """Switch the collector off: a run makes many objects and hardly a cycle, and sweeping them costs more than the log.

    What is there already is frozen, so that a collection asked for inside looks at the new objects alone. At the end what
    is left behind is swept in that way: once unfrozen it would count as old, which Python hardly ever looks at, and a
    process with many runs would grow. Inside another pause it does nothing: only the outermost one sweeps and switches on.
    """
    if not gc.isenabled():
        yield
        return
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        gc.enable()
