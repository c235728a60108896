"""What the units of the parameter tree are called."""

from __future__ import annotations

from pathlib import Path

from simkit.foundation.labels import Labels

UNIT_WORDS = Labels(Path(__file__).with_name("unit_labels.yaml"))
