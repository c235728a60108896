"""Units: how they are written, and how many of one unit of time make up another."""

from __future__ import annotations

from pathlib import Path

from simkit.foundation.catalogue import Labels

UNIT_WORDS = Labels(Path(__file__).with_name("unit_labels.yaml"))


DAYS_PER_WEEK = 7.0
DAYS_PER_YEAR = 365.25
"""Calendar days, with one leap year in four."""
MONTHS_PER_YEAR = 12
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
WEEKS_PER_YEAR = DAYS_PER_YEAR / DAYS_PER_WEEK
