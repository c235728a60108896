"""A client's data, ready for analysis: typed tables without employees' names; what was found, left out and assumed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from simkit.foundation.errors import DataError
from simkit.foundation.text import Text, same
from simkit.intake.findings import Assumption, Drop, Finding, FindingsError, FindingsLog, worst_first
from simkit.intake.meaning.questions import questioned
from simkit.intake.period import client_zone, period_of, period_reason, within_period
from simkit.intake.privacy.pseudonyms import client_secret, employee_key, pseudonymised
from simkit.intake.reading.row_checks import checked_references, checked_rows
from simkit.intake.reading.staging import Staged, stage_table
from simkit.intake.settings.client_settings import ClientConfig, load_config
from simkit.intake.settings.schemas import TABLES
from simkit.intake.stated_assumptions import stated_assumptions
from simkit.intake.working_calendar import WorkingCalendar
from simkit.intake.workshop.workshop_results import (
    Workshop,
    load_workshop,
    stored_findings,
    with_people,
    with_workshop,
)

__all__ = ["Assumption", "ClientData", "Finding", "load_client"]

_NOTHING = same("")


@dataclass(frozen=True, kw_only=True)
class ClientData:
    """All that is known about one client."""

    config: ClientConfig
    folder: Path
    tables: Mapping[str, pd.DataFrame]
    """The tables that are there, under our names; optional columns that the client does not have are absent. Text and
    identifiers are of type ``str`` with missing values, numbers float64, dates and times naive local
    ``datetime64[ns]``, flags bool. People are pseudonyms. Activities always have ``hours``."""
    findings: tuple[Finding, ...]
    """What was found, worst first; none of it blocking."""
    assumptions: tuple[Assumption, ...]
    protocol: pd.DataFrame
    """One row per file: file, sheet, table, rows_read, rows_kept, rows_dropped, reasons (Text)."""
    input_hashes: Mapping[str, str]
    """SHA-256 of every file."""
    first: dt.date
    last: dt.date
    """The period of the analysis, both days included."""
    calendar: WorkingCalendar
    period_reason: Text = _NOTHING
    """The period in words, and what sets it."""
    workshop: Workshop | None = None
    """What the participants of a workshop said; None when no questionnaire was read. Their ratings of customers are
    in the table ``ratings`` too."""

    def has(self, *names: str) -> bool:
        """Whether the client has all these tables."""
        return all(name in self.tables for name in names)

    def table(self, name: str) -> pd.DataFrame:
        """Return one table.

        Raises
        ------
        DataError
            The client does not have it.
        """
        if name not in self.tables:
            label = TABLES[name].label
            raise DataError(
                _NO_TABLE.fill(label=label, name=name), "client.yaml (tables)", _NO_TABLE_REMEDY.fill(name=name)
            )
        return self.tables[name]


def load_client(folder: Path, *, today: dt.date | None = None, answers: bool = True) -> ClientData:
    """Read, type, check and pseudonymise all files of one client.

    Parameters
    ----------
    folder : Path
        The client's folder with its client.yaml.
    today : date, optional
        Nothing may have happened after this day, unless the stated period ends later; by default the real day.
    answers : bool
        Whether the stored answers of a workshop belong to it.

    Raises
    ------
    ConfigError
        client.yaml is wrong.
    FindingsError
        A DataError that carries everything found; its text lists what stops the run, worst first.
    """
    folder = Path(folder)
    config = load_config(folder)
    calendar = WorkingCalendar(country=config.country, state=config.state)
    findings_log = FindingsLog()
    staged, hashes = _staged_tables(folder, config, _horizon(config, today), findings_log)
    staged = checked_references(staged, findings_log)
    if findings_log.blocked:
        raise FindingsError(findings_log.findings, period_reason(config, staged))
    first, last = period_of(config, staged)
    reason = period_reason(config, staged)
    staged = within_period(staged, first, last, findings_log)
    if findings_log.blocked:
        raise FindingsError(findings_log.findings, reason)
    frames = {name: table.frame.reset_index(drop=True) for name, table in staged.items() if len(table.frame)}
    secret = client_secret(folder)
    workshop, workshop_hash = load_workshop(folder, config.industry) if answers else (None, {})
    if workshop is not None:
        workshop = with_people(workshop, employee_key(frames, secret), secret)
        findings_log.findings.extend(stored_findings(workshop, folder, config.client))
    return ClientData(
        config=config,
        folder=folder,
        tables=with_workshop(pseudonymised(frames, secret), workshop),
        findings=worst_first(findings_log.findings),
        protocol=_protocol(staged, findings_log),
        input_hashes=hashes | workshop_hash,
        assumptions=stated_assumptions(config, frames),
        first=first,
        last=last,
        calendar=calendar,
        period_reason=reason,
        workshop=workshop,
    )


def personnel_numbers(folder: Path) -> frozenset[str]:
    """Return the employees as the client's list names them, to recognise one who is named elsewhere; never to be kept."""
    config = load_config(folder)
    if "employees" not in config.tables:
        return frozenset()
    spec = config.tables["employees"]
    try:
        staged, _ = stage_table(
            folder, TABLES["employees"], spec, client_zone(config), _horizon(config, None), FindingsLog()
        )
    except DataError:
        return frozenset()
    return frozenset(map(str, staged.frame["employee_id"].dropna())) if staged is not None else frozenset()


def _horizon(config: ClientConfig, today: dt.date | None) -> dt.date:
    """Return the day after which nothing can have happened; a stated period is believed even if the clock is behind."""
    day = today or dt.date.today()
    return max(day, config.period.last) if config.period is not None else day


def _staged_tables(
    folder: Path, config: ClientConfig, horizon: dt.date, findings_log: FindingsLog
) -> tuple[dict[str, Staged], dict[str, str]]:
    zone = client_zone(config)
    tables: dict[str, Staged] = {}
    hashes: dict[str, str] = {}
    for name, spec in config.tables.items():
        staged, found = stage_table(
            folder, TABLES[name], spec.in_currency(config.currency), zone, horizon, findings_log
        )
        hashes |= found
        if staged is not None:
            tables[name] = staged
    tables = questioned(config, tables, horizon, zone, findings_log)
    return {name: checked_rows(staged, horizon, findings_log) for name, staged in tables.items()}, hashes


def _protocol(tables: Mapping[str, Staged], findings_log: FindingsLog) -> pd.DataFrame:
    rows = [
        _protocol_row(name, source, rows_read, staged.empty_rows[source], findings_log)
        for name, staged in tables.items()
        for source, rows_read in staged.rows_read.items()
    ]
    return pd.DataFrame(rows, columns=["file", "sheet", "table", "rows_read", "rows_kept", "rows_dropped", "reasons"])


def _protocol_row(table: str, source: str, read: int, empty: int, findings_log: FindingsLog) -> dict[str, object]:
    drops = [drop for drop in findings_log.drops if (drop.table, drop.source) == (table, source)]
    notes = [drop for drop in findings_log.notes if (drop.table, drop.source) == (table, source)]
    dropped = sum(drop.rows for drop in drops)
    blank = [Drop(table=table, source=source, rows=empty, reason=_EMPTY_ROWS)] if empty else []
    file, _, sheet = source.partition("!")
    return {
        "file": file,
        "sheet": sheet,
        "table": table,
        "rows_read": read,
        "rows_kept": read - dropped,
        "rows_dropped": dropped,
        "reasons": _reasons([*drops, *notes, *blank]),
    }


def _reasons(drops: Sequence[Drop]) -> Text:
    return Text(
        de="; ".join(f"{drop.rows}: {drop.reason.de}" for drop in drops),
        en="; ".join(f"{drop.rows}: {drop.reason.en}" for drop in drops),
    )


_NO_TABLE = Text(de="Die Tabelle '{label}' ({name}) ist nicht da.", en="The table '{label}' ({name}) is not there.")
_NO_TABLE_REMEDY = Text(
    de="Ergänzen Sie sie in client.yaml unter tables.{name}.", en="Add it to client.yaml under tables.{name}."
)
_EMPTY_ROWS = Text(de="leere Zeilen, nicht mitgezählt", en="empty rows, not counted as read")
