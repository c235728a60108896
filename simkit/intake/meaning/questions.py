"""The list of what is asked about the meaning of rows; a new question is one function and one line here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import did_you_mean
from simkit.intake.findings import FindingsLog
from simkit.intake.meaning.computed_values import ledger_columns, prices_of_one
from simkit.intake.meaning.currencies import currencies
from simkit.intake.meaning.dates_of_state import close_dates, planned_deliveries
from simkit.intake.meaning.deciding_values import deciding_values, odd_shares
from simkit.intake.meaning.doubts import TEXTS, Doubt, Material, finding_of
from simkit.intake.meaning.foreign_rows import corrected_copies, footers, overlap, totals
from simkit.intake.meaning.key_forms import key_forms
from simkit.intake.meaning.moved_cells import moved_left
from simkit.intake.meaning.odd_dates import half_converted, monthly_postings, stray_dates
from simkit.intake.meaning.repeated_numbers import restarted_numbers
from simkit.intake.meaning.row_kinds import collective_customers, credit_types, other_kinds, tried_out
from simkit.intake.meaning.too_good import all_won, margins, one_person
from simkit.intake.meaning.two_sides import ledger_sides, names_in_two_columns
from simkit.intake.meaning.working_hours import clock_change, fte_units, minutes_as_hours, no_time_of_day, zero_hours
from simkit.intake.reading.staging import Staged
from simkit.intake.settings.client_settings import ClientConfig

Question = Callable[[Material], Iterator[Doubt]]
QUESTIONS: Mapping[str, Question] = {
    "footers": footers,
    "totals": totals,
    "overlap": overlap,
    "corrected_copies": corrected_copies,
    "close_dates": close_dates,
    "planned_deliveries": planned_deliveries,
    "half_converted": half_converted,
    "stray_dates": stray_dates,
    "deciding_values": deciding_values,
    "odd_shares": odd_shares,
    "fte_units": fte_units,
    "key_forms": key_forms,
    "restarted_numbers": restarted_numbers,
    "names_in_two_columns": names_in_two_columns,
    "currencies": currencies,
    "moved_left": moved_left,
    "other_kinds": other_kinds,
    "credit_types": credit_types,
    "ledger_sides": ledger_sides,
    "ledger_columns": ledger_columns,
    "prices_of_one": prices_of_one,
    "test_rows": tried_out,
    "collective_customers": collective_customers,
    "no_time_of_day": no_time_of_day,
    "zero_hours": zero_hours,
    "minutes_as_hours": minutes_as_hours,
    "clock_change": clock_change,
    "monthly_postings": monthly_postings,
    "all_won": all_won,
    "margins": margins,
    "one_person": one_person,
}
"""Code → question. What leaves rows out stands before what counts rows."""


def questioned(
    config: ClientConfig, tables: Mapping[str, Staged], today: dt.date, zone: str | None, findings_log: FindingsLog
) -> dict[str, Staged]:
    """Ask what the rows of the tables mean, and return the tables as read until client.yaml tells otherwise.

    Parameters
    ----------
    config : ClientConfig
        Its tables' ``accepted`` names the codes of what a person has looked at.
    tables : mapping of str to Staged
        Typed, their rows not yet checked.
    today, zone : date, str or None
        Day after which nothing can have happened; the client's time zone.
    findings_log : FindingsLog
        Takes up a finding for each doubt that is not answered.

    Raises
    ------
    ConfigError
        A table accepts a code that does not exist.
    """
    known = dict(tables)
    for name, spec in config.tables.items():
        _check_codes(name, spec.accepted)
    for code, question in QUESTIONS.items():
        material = Material(config=config, tables=known, today=today, zone=zone)
        for doubt in question(material):
            known[doubt.table] = _settled(doubt, code, material, findings_log)
    return known


def _settled(doubt: Doubt, code: str, material: Material, findings_log: FindingsLog) -> Staged:
    staged = material.tables[doubt.table]
    accepted = code in staged.spec.accepted
    if doubt.explains is not None:
        findings_log.findings[:] = [one for one in findings_log.findings if not doubt.explains(one)]
    if not accepted and not doubt.answered:
        findings_log.add(finding_of(doubt, code, material))
    change = doubt.accepted if accepted else doubt.meanwhile
    return staged if change is None else change(staged, findings_log)


def _check_codes(table: str, codes: list[str]) -> None:
    for code in codes:
        if code not in QUESTIONS:
            raise ConfigError(
                TEXTS["unknown_code"].fill(code=code),
                f"client.yaml (tables.{table}.accepted)",
                did_you_mean(code, QUESTIONS),
            )
