"""What the benchmarks have in common: where the project lies, how a line is written, and how fast this machine is now."""

from __future__ import annotations

import heapq
import os
import platform
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOOP_EVENTS = 400_000


def say(line: str) -> None:
    """Write one line of the table."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def say_machine() -> None:
    """Write what runs here."""
    say(f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} processors")


def plain_loop() -> float:
    """Return the CPU seconds of a fixed number of events on a plain heap: the speed of this machine right now."""
    started = time.process_time()
    heap = [(float(number), number) for number in range(1000)]
    for number in range(LOOP_EVENTS):
        at, tie = heapq.heappop(heap)
        heapq.heappush(heap, (at + 1.0 + (number * 7919 % 1000) / 1000, tie))
    return time.process_time() - started


def say_speed(name: str = "plain heapq loop") -> None:
    """Write how many events a second the plain heap does."""
    say(f"{name}: {LOOP_EVENTS / plain_loop() / 1e6:.2f} million events per CPU second")
