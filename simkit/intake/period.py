"""The period of the analysis and the time zone of its days: which one it is, what lies in it, and whether that is enough."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import Any

import pandas as pd
from babel.core import get_global

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.formats import Formats
from simkit.foundation.text import Text, did_you_mean, same
from simkit.foundation.units import DAYS_PER_MONTH
from simkit.intake.findings import Finding, FindingsLog
from simkit.intake.reading import reading_texts
from simkit.intake.reading.staging import Staged
from simkit.intake.settings.client_settings import ClientConfig

TEXTS = Catalogue.beside(__file__)

DATES = {
    "orders": ("ordered_on",),
    "activities": ("started_at",),
    "opportunities": ("opened_on", "closed_on"),
}
"""The dates that place a row of a table in time: its first and its last day."""

MOST_EMPTY, MOST_EMPTY_DAYS = 0.1, 31
"""A stated period may reach beyond all data by so much of its days at both ends, or by so many days at either."""


def period_of(config: ClientConfig, tables: Mapping[str, Staged]) -> tuple[dt.date, dt.date]:
    """Return the stated period, or the one that orders, activities and opportunities span.

    Raises
    ------
    ConfigError
        No period is stated and no table has a date.
    """
    if config.period is not None:
        return config.period.first, config.period.last
    days = [staged.frame[column].dropna() for name, staged in tables.items() for column in _date_columns(name, staged)]
    filled = [dates for dates in days if len(dates)]
    if not filled:
        raise ConfigError(_NO_PERIOD, "client.yaml", _NO_PERIOD_REMEDY)
    return min(dates.min() for dates in filled).date(), max(dates.max() for dates in filled).date()


def period_reason(config: ClientConfig, tables: Mapping[str, Staged]) -> Text:
    """Return the period in words with what sets its first and its last day; empty where no table has a date."""
    if config.period is not None:
        return TEXTS["period_stated"].fill(first=_day(config.period.first), last=_day(config.period.last))
    ends = [_ends(staged, column) for name, staged in tables.items() for column in _date_columns(name, staged)]
    known = [end for pair in ends for end in pair]
    if not known:
        return same("")
    (first, began), (last, ended) = min(known, key=lambda end: end[0]), max(known, key=lambda end: end[0])
    return TEXTS["period_found"].fill(first=_day(first), last=_day(last), began=began, ended=ended)


def _ends(staged: Staged, column: str) -> list[tuple[dt.date, Text]]:
    """Return the first and the last day of a column, each with its place."""
    days = staged.frame[column].dropna()
    ends = (int(days.argmin()), int(days.argmax())) if len(days) else ()
    return [(days.iloc[end].date(), _place(staged, column, days.index[end])) for end in ends]


def _place(staged: Staged, column: str, row: Any) -> Text:
    """Return the client's name of a date, its file and its row; ours where it is made of several columns."""
    origin = staged.origin.loc[row]
    source = str(origin["source"])
    heading = staged.own_headers.get(source, staged.headers).get(column)
    named = same(heading) if heading else staged.table.column(column).label
    return TEXTS["period_place"].fill(column=named, file=source, row=str(origin["row"]))


def _day(day: dt.date) -> Text:
    return Text(de=Formats(language="de").date(day), en=Formats(language="en").date(day))


def within_period(
    tables: Mapping[str, Staged], first: dt.date, last: dt.date, findings_log: FindingsLog
) -> dict[str, Staged]:
    """Leave out what lies outside the period; when nothing is left of any dated table, the run stops."""
    kept = {name: _within(staged, first, last, findings_log) for name, staged in tables.items()}
    dated = [name for name, staged in tables.items() if _date_columns(name, staged) and len(staged.frame)]
    emptied = [name for name in dated if kept[name].frame.empty]
    for name in emptied:
        findings_log.add(_nothing_inside(tables[name], first, last, blocking=len(emptied) == len(dated)))
    if dated and not emptied:
        _check_reach({name: tables[name] for name in dated}, kept, (first, last), findings_log)
    _check_turnover(kept, findings_log)
    return kept


def _date_columns(name: str, staged: Staged) -> list[str]:
    return [column for column in DATES.get(name, ()) if staged.has(column)]


def _within(staged: Staged, first: dt.date, last: dt.date, findings_log: FindingsLog) -> Staged:
    """Leave out what lies outside the period; an opportunity counts when any day of its life lies inside."""
    columns = _date_columns(staged.table.name, staged)
    if not columns:
        return staged
    start, end = staged.frame[columns[0]], staged.frame[columns[-1]]
    outside = (start >= pd.Timestamp(last) + pd.Timedelta(days=1)) | (end < pd.Timestamp(first))
    reason = reading_texts.OUTSIDE_PERIOD.fill(first=first.isoformat(), last=last.isoformat())
    return staged.without(outside.to_numpy(dtype=bool), reason, findings_log)


def _check_reach(
    dated: Mapping[str, Staged], kept: Mapping[str, Staged], period: tuple[dt.date, dt.date], findings_log: FindingsLog
) -> None:
    """Tell a stated period of which much lies before or after all data: what is counted in it is divided by all its days."""
    columns = [
        staged.frame[column].dropna() for name, staged in dated.items() for column in _date_columns(name, staged)
    ]
    days = [one for one in columns if len(one)]
    if not days:
        return
    earliest, latest = min(one.min() for one in days).date(), max(one.max() for one in days).date()
    first, last = period
    before, after = max((earliest - first).days, 0), max((last - latest).days, 0)
    if max(before, after) <= MOST_EMPTY_DAYS or before + after <= MOST_EMPTY * ((last - first).days + 1):
        return
    outside = sum(len(staged.frame) - len(kept[name].frame) for name, staged in dated.items())
    shown = {"first": first, "last": last, "earliest": earliest, "latest": latest}
    findings_log.add(
        Finding(
            severity="serious",
            what=TEXTS["period_beyond"].fill(
                count=outside,
                months=round((before + after) / DAYS_PER_MONTH),
                **{name: _day(one) for name, one in shown.items()},
            ),
            file="client.yaml",
            column="period",
            remedy=TEXTS["period_beyond_remedy"].fill(first=max(first, earliest), last=min(last, latest)),
            count=max(outside, 1),
        )
    )


def _nothing_inside(staged: Staged, first: dt.date, last: dt.date, *, blocking: bool) -> Finding:
    columns = _date_columns(staged.table.name, staged)
    count, days = len(staged.frame), staged.frame[columns]
    earliest, latest = days.min().min().date(), days.max().max().date()
    what = reading_texts.NOTHING_INSIDE.fill(
        table=staged.table.label,
        first=first.isoformat(),
        last=last.isoformat(),
        earliest=earliest.isoformat(),
        latest=latest.isoformat(),
    )
    return Finding(
        severity="blocking" if blocking else "serious",
        what=what,
        file=", ".join(staged.rows_read),
        column=staged.headers.get(columns[0], ""),
        remedy=reading_texts.NOTHING_INSIDE_REMEDY,
        count=count,
    )


def _check_turnover(tables: Mapping[str, Staged], findings_log: FindingsLog) -> None:
    """Orders that add up to nothing or less tell nothing about the value of customers."""
    if "orders" not in tables or tables["orders"].frame.empty:
        return
    staged = tables["orders"]
    value = staged.frame["value_amount"]
    total = float(value.sum())
    if total > 0:
        return
    none_stated = reading_texts.NO_VALUE_STATED.fill(count=len(value)) if value.isna().all() else None
    credits = int((value < 0).sum())
    findings_log.add(
        Finding(
            severity="blocking",
            what=none_stated
            or reading_texts.NOTHING_SOLD.fill(count=len(staged.frame), total=f"{total:.0f}", credits=credits),
            file=", ".join(staged.rows_read),
            column=staged.headers.get("value_amount", ""),
            remedy=reading_texts.NO_VALUE_STATED_REMEDY if none_stated else reading_texts.NOTHING_SOLD_REMEDY,
            count=len(staged.frame),
        )
    )


_NO_PERIOD = TEXTS["no_period"]
_NO_PERIOD_REMEDY = TEXTS["no_period_remedy"]


_CHIEF_ZONES = {"DE": "Europe/Berlin", "ES": "Europe/Madrid", "PT": "Europe/Lisbon"}
"""Countries whose second zone hardly anybody works in."""


def client_zone(config: ClientConfig) -> str | None:
    """Return the stated time zone, or the only one of the country; None where the country has several.

    Raises
    ------
    ConfigError
        The stated zone is unknown.
    """
    if config.time_zone is not None:
        return _known(config.time_zone)
    if config.country in _CHIEF_ZONES:
        return _CHIEF_ZONES[config.country]
    zones = get_global("territory_zones").get(config.country, [])
    return str(zones[0]) if len(zones) == 1 else None


def _known(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            _UNKNOWN.fill(name=name), "client.yaml (time_zone)", did_you_mean(name, zoneinfo.available_timezones())
        ) from error
    return name


_UNKNOWN = TEXTS["unknown"]
