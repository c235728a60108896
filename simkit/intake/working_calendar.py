"""The client's working days: Monday to Friday without the public holidays of its country and state.

Half days (24 and 31 December) count as the country's law has them, and plant holidays as working days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text, did_you_mean

REFERENCE_YEARS = range(2010, 2038)  # 28 years: every date falls on every weekday equally often


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """Working days of one country and state.

    Raises
    ------
    ConfigError
        The country or the state is unknown.
    """

    country: str = "DE"
    """ISO code, such as "DE"."""
    state: str | None = None
    """Its subdivision, such as "BW"; None counts nationwide holidays only."""

    def __post_init__(self) -> None:
        _check_place(self.country, self.state)

    def dates(self, first: dt.date, last: dt.date) -> pd.DatetimeIndex:
        """Return the working days from first to last, both included."""
        days = pd.date_range(first, last, freq="D", unit="ns")
        weekdays = days[days.day_of_week < 5]
        return weekdays[~weekdays.isin(self._holidays(first.year, last.year))]

    def working_days(self, first: dt.date, last: dt.date) -> int:
        """Count the working days from first to last, both included; none when last is before first."""
        if last < first:
            return 0
        holidays = self._holidays(first.year, last.year).to_numpy().astype("datetime64[D]")
        end = np.datetime64(last) + np.timedelta64(1, "D")
        return int(np.busday_count(np.datetime64(first), end, holidays=holidays))

    @property
    def working_days_per_year(self) -> float:
        """Mean number of working days per year, over 28 years."""
        first, last = dt.date(REFERENCE_YEARS[0], 1, 1), dt.date(REFERENCE_YEARS[-1], 12, 31)
        return self.working_days(first, last) / len(REFERENCE_YEARS)

    def _holidays(self, first_year: int, last_year: int) -> pd.DatetimeIndex:
        days = [day for year in range(first_year, last_year + 1) for day in _holidays(self.country, self.state, year)]
        return pd.DatetimeIndex(sorted(days))


@lru_cache(maxsize=512)
def _holidays(country: str, state: str | None, year: int) -> tuple[dt.date, ...]:
    import holidays

    return tuple(sorted(holidays.country_holidays(country, subdiv=state, years=year)))


@lru_cache(maxsize=64)
def _check_place(country: str, state: str | None) -> None:
    import holidays

    states = holidays.list_supported_countries()
    if country not in states:
        raise ConfigError(_NO_COUNTRY.fill(country=country), "client.yaml (country)", did_you_mean(country, states))
    if state is not None and state not in states[country]:
        raise ConfigError(
            _NO_STATE.fill(country=country, state=state), "client.yaml (state)", did_you_mean(state, states[country])
        )


_NO_COUNTRY = Text(
    de="Für das Land '{country}' gibt es keinen Feiertagskalender.",
    en="There is no calendar of public holidays for the country '{country}'.",
)
_NO_STATE = Text(de="'{state}' ist kein Landesteil von {country}.", en="'{state}' is no state of {country}.")
