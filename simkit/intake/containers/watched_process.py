"""Lets a process of its own read a file, and ends it when it takes more than the size of the file explains."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SECONDS, _SECONDS_PER_MB = 6.0, 4.0
_MEMORY, _MEMORY_PER_BYTE = 650_000_000, 60
"""What reading may take: as much as a full file of that size needs, several times over."""
_LOOK_EVERY = 0.01


def watched_answer(script: Path, words: Sequence[str], *, size: int) -> tuple[str, Any]:
    """Run a script that writes a pickled pair of a kind and a content, and return that pair.

    Parameters
    ----------
    script : Path
        A script of simkit that imports nothing of simkit, so that it starts at once.
    words : sequence of str
        Its arguments.
    size : int
        Bytes of the file it reads; time and memory follow from it.

    Returns
    -------
    tuple
        Kind and content; "large" when it took too long or too much, "broken" when it ended without an answer.
    """
    command = [sys.executable, "-P", str(script), *words]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        watch = _ProcessWatch(process, seconds=_SECONDS + _SECONDS_PER_MB * size / 1e6, memory=_memory(size))
        watch.start()
        assert process.stdout is not None
        written = process.stdout.read()
        process.wait()
        watch.join()
    if watch.stopped:
        return "large", []
    if process.returncode != 0 or not written:
        return "large" if process.returncode < 0 else "broken", []
    answer: tuple[str, Any] = pickle.loads(written)  # written by our own process, which read the file
    return answer


def _memory(size: int) -> int:
    return max(_MEMORY, _MEMORY_PER_BYTE * size)


class _ProcessWatch(threading.Thread):
    """Ends a process that takes too long or too much memory."""

    def __init__(self, process: subprocess.Popen[bytes], *, seconds: float, memory: int) -> None:
        super().__init__(daemon=True)
        self._process, self._seconds, self._memory = process, seconds, memory
        self.stopped = False

    def run(self) -> None:
        """Look at the process until it has ended."""
        import psutil

        deadline = time.monotonic() + self._seconds
        try:
            watched = psutil.Process(self._process.pid)
            while self._process.poll() is None:
                if time.monotonic() > deadline or watched.memory_info().rss > self._memory:
                    self.stopped = True
                    self._process.kill()
                    return
                time.sleep(_LOOK_EVERY)
        except psutil.Error:
            return  # it has ended between two looks
