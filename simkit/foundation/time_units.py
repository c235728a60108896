"""How many of one unit of time make up another, in the calendar; working time is a matter of the client's calendar."""

from __future__ import annotations

DAYS_PER_WEEK = 7.0
DAYS_PER_YEAR = 365.25
"""Calendar days, with one leap year in four."""
MONTHS_PER_YEAR = 12
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
WEEKS_PER_YEAR = DAYS_PER_YEAR / DAYS_PER_WEEK
