"""What the things are called that levers move."""

from __future__ import annotations

from pathlib import Path

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.labels import Labels

EFFECT_LABELS = Labels(Path(__file__).with_name("effect_labels.yaml"))
"""All but the hours of an activity (``selling_h``), which are called what the activity is."""


def known_effects() -> tuple[str, ...]:
    """Return the names of effects that have a label without a lever bringing one."""
    return (*(f"{name}_h" for name in ACTIVITIES), *EFFECT_LABELS)
