"""A small part of the damaged inputs, as `benchmarks/fuzz.py` tries them all."""

from __future__ import annotations

import os
from collections import Counter

import fuzz
import pytest


def test_there_are_as_many_damaged_inputs_as_are_promised() -> None:
    tried = Counter(attempt.kind for attempt in fuzz.attempts(1.0))

    assert tried["client.yaml"] >= 500
    assert tried["designs, levers, scenarios"] >= 250
    assert tried["workbooks"] >= 100
    assert tried["file"] >= 60


@pytest.mark.skipif(not hasattr(os, "fork"), reason="attempts are copies of one process, which Windows cannot make")
def test_damaged_inputs_end_with_an_answer() -> None:
    found = [ending for _, ending in fuzz.endings(0.01)]

    assert len(found) >= 8
    assert [(ending.kind, ending.fault, ending.output) for ending in found if ending.fault] == []
