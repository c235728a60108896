"""What the measures are called; in a file of its own, so that no run depends on a word."""

from __future__ import annotations

from pathlib import Path

from simkit.foundation.labels import Labels

MEASURE_LABELS = Labels(Path(__file__).with_name("measure_labels.yaml"))
