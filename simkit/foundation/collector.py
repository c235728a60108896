"""Keeping Python's garbage collector from sweeping what long runs pile up."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Switch the collector off: a run makes many objects and hardly a cycle, and sweeping them costs more than the log.

    What is there already is frozen, so that a collection asked for inside looks at the new objects alone. Inside another
    pause it does nothing: only the outermost one switches on again.
    """
    if not gc.isenabled():
        yield
        return
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()
