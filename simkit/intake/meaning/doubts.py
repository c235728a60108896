"""A doubt about what rows mean, what hangs on it in money or hours, and the finding that it becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import yaml

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import Formats
from simkit.foundation.frames import Flags
from simkit.foundation.text import LANGUAGES, Text, same
from simkit.intake.findings import Finding, FindingsLog, Severity
from simkit.intake.privacy.disclosure import DOMINANT_SHARE, may_show
from simkit.intake.reading.staging import Staged
from simkit.intake.settings.client_settings import ClientConfig
from simkit.intake.settings.table_settings import TableSpec

TEXTS = Catalogue.beside(__file__)

MATERIAL_SHARE = 0.01
"""What would change a total by more than this share stops the run until client.yaml answers it."""
Change = Callable[[Staged, FindingsLog], Staged]


@dataclass(frozen=True, kw_only=True)
class Material:
    """What the questions look at: the tables as typed, with all that stands in their files."""

    config: ClientConfig
    tables: Mapping[str, Staged]
    """Before their rows are checked."""
    today: dt.date
    zone: str | None
    """Nothing can have happened after this day; the time zone of the client, where it has one."""

    def table(self, name: str, *columns: str) -> Staged | None:
        """Return a table that has rows and all these columns, else None."""
        staged = self.tables.get(name)
        return staged if staged is not None and staged.has(*columns) and len(staged.frame) else None

    def amounts(self, name: str) -> tuple[pd.Series[float] | None, bool]:
        """Return what each row of a table moves, and whether it is hours (else money); None where the table states neither."""
        staged = self.tables[name]
        if name == "activities":
            return hours_of(staged), True
        if name == "employees":
            week_h = self.config.contract_hours_per_week
            return (staged.frame["fte"] * week_h if staged.has("fte") else None), True
        if name == "customers":
            return self._amounts_of_customers(staged), False
        return (staged.frame["value_amount"].abs() if staged.has("value_amount") else None), False

    def _amounts_of_customers(self, staged: Staged) -> pd.Series[float] | None:
        for column in ("purchasing_volume_amount", "potential_amount"):
            if staged.has(column):
                return staged.frame[column]
        orders = self.table("orders", "value_amount", "customer_id")
        if orders is None:
            return None
        sold = orders.frame["value_amount"].abs().groupby(orders.frame["customer_id"]).sum()
        return staged.frame["customer_id"].map(sold).astype(float)


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Rows whose meaning is in doubt, and what becomes of them until client.yaml tells."""

    table: str
    rows: Flags
    """Which rows of the table's frame."""
    what: Text
    """What was found, with the places ``{count}`` and ``{total}``, both of rows, and those of `values`."""
    remedy: Text
    values: Mapping[str, object] = field(default_factory=dict)
    header: str = ""
    """The client's column."""
    amounts: pd.Series[float] | None = None
    """What each row of the table moves, where the table as it is read does not tell."""
    rule: str = ""
    """Line for client.yaml that settles it by a rule; without one only ``accepted`` does."""
    blocks: bool | None = None
    """Whether it stops the run; None leaves that to what is at stake."""
    answered: bool = False
    """Whether client.yaml tells it already, other than by ``accepted``."""
    meanwhile: Change | None = None
    """What is done with the rows while nobody has accepted them as they stand."""
    accepted: Change | None = None
    """What is done with the rows once they are accepted."""
    explains: Callable[[Finding], bool] | None = None
    """Findings made before that are nothing else than this."""


def hours_of(staged: Staged) -> pd.Series[float] | None:
    """Return the hours of activities: as written, else from start to end; None where neither is known."""
    written = staged.frame["hours"] if staged.has("hours") else None
    if not staged.has("started_at", "ended_at"):
        return written
    spans = (staged.frame["ended_at"] - staged.frame["started_at"]).dt.total_seconds() / 3600
    return spans if written is None else written.fillna(spans)


def cells(staged: Staged, header: str) -> pd.Series[Any]:
    """Return a column of the files as read, one cell per row of the table's frame; empty where a file lacks it.

    What client.yaml calls missing is empty, too.
    """
    parts = [
        raw.frame[header] if list(raw.frame.columns).count(header) == 1 else pd.Series([""] * len(raw.frame))
        for raw in staged.raws
    ]
    whole = pd.concat(parts, ignore_index=True)
    if staged.spec.missing:
        whole = whole.mask(whole.astype(str).str.strip().isin([str(word).strip() for word in staged.spec.missing]), "")
    return whole.reindex(staged.frame.index)


def unmapped(staged: Staged) -> list[str]:
    """Return the columns of the files that no column of ours is taken from."""
    taken = set(staged.headers.values())
    names = [str(name) for raw in staged.raws for name in raw.frame.columns]
    return [name for name in dict.fromkeys(names) if name and name not in taken]


def ruled_columns(spec: TableSpec) -> set[str]:
    """Return the client's columns of which client.yaml says already which rows count, or which are negative."""
    return {*spec.where, *spec.where_not} | ({spec.sign.column} if spec.sign is not None else set())


def flags(mask: pd.Series[Any]) -> Flags:
    """Return a mask without missing values as an array."""
    filled: Flags = mask.fillna(value=False).to_numpy(dtype=bool)
    return filled


def each_text(column: pd.Series[Any], test: Callable[[str], bool]) -> Flags:
    """Return in which rows a test of the cell's text holds; each distinct text is tested once."""
    codes, distinct = pd.factorize(column, use_na_sentinel=False)
    held = np.array([isinstance(x, str) and bool(x.strip()) and test(x.strip()) for x in distinct], dtype=bool)
    return held[codes] if len(held) else np.zeros(len(column), dtype=bool)


def line(table: str, key: str, value: object) -> str:
    """Return one line for the end of client.yaml."""
    written = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10**6, sort_keys=False)
    return f"tables.{table}.{key}: {written.removesuffix(chr(10)).removesuffix('...').strip()}"


def left_out(rows: Flags, reason: Text) -> Change:
    """Return the change that leaves rows out and counts them with their reason."""

    def leave_out(staged: Staged, findings_log: FindingsLog) -> Staged:
        return staged.without(rows, reason, findings_log)

    return leave_out


def emptied(rows: Flags, *columns: str) -> Change:
    """Return the change that empties cells of some rows."""

    def empty(staged: Staged, findings_log: FindingsLog) -> Staged:
        values = {name: staged.frame[name].mask(rows) for name in columns}
        return replace(staged, frame=staged.frame.assign(**values))

    return empty


def on_rows(staged: Staged, rows: Flags) -> Callable[[Finding], bool]:
    """Return the test whether a finding is about nothing but these rows, so that it is not told twice."""
    places = staged.origin.loc[staged.frame.index[rows]]
    known = set(zip(places["source"], places["row"], strict=True))

    def explained(finding: Finding) -> bool:
        return (finding.file, finding.row) in known and finding.count <= len(known)

    return explained


def finding_of(doubt: Doubt, code: str, material: Material) -> Finding:
    """Return the finding of a doubt, as weighty as what hangs on it."""
    staged = material.tables[doubt.table]
    share, stake = _stake(doubt, material)
    blocks = share > MATERIAL_SHARE if doubt.blocks is None else doubt.blocks
    severity: Severity = "blocking" if blocks else "serious" if share > 0 or doubt.blocks is None else "minor"
    first = staged.origin.loc[staged.frame.index[doubt.rows][0]]
    count = int(doubt.rows.sum())
    accept = line(doubt.table, "accepted", [code])
    return Finding(
        severity=severity,
        what=_together(doubt.what.fill(count=count, total=len(doubt.rows), **doubt.values), stake),
        file=str(first["source"]),
        column=doubt.header,
        row=int(first["row"]),
        remedy=_together(doubt.remedy, TEXTS["accept"].fill(line=accept)),
        count=count,
        code=code,
        lines=doubt.rule or accept,
    )


def _stake(doubt: Doubt, material: Material) -> tuple[float, Text]:
    """Return the share of a table's total that the rows move, and the amount in words, where it is no one person's."""
    known, in_hours = material.amounts(doubt.table)
    amounts = known if doubt.amounts is None else doubt.amounts
    total = float(amounts.abs().sum()) if amounts is not None else 0.0
    if amounts is None or not total:
        share = float(doubt.rows.mean()) if doubt.table in {"activities", "opportunities"} else 0.0
        return share, TEXTS["stake_unknown"]
    moved = amounts[doubt.rows].abs()
    share = float(moved.sum()) / total
    if _of_few(moved, doubt, material):
        return share, TEXTS["stake_hidden"]
    words = {language: _amount(float(moved.sum()), material.config, in_hours, language) for language in LANGUAGES}
    shares = {language: Formats(language=language).share(share) for language in LANGUAGES}
    return share, TEXTS["stake"].fill(amount=Text(**words), share=Text(**shares))


def _of_few(moved: pd.Series[float], doubt: Doubt, material: Material) -> bool:
    """Whether hours of entries are those of fewer people than may be shown, or mostly those of one."""
    staged = material.tables[doubt.table]
    if doubt.table != "activities" or not staged.has("employee_id"):
        return False
    by_person = moved.groupby(staged.frame["employee_id"][doubt.rows]).sum()
    return not may_show(len(by_person), material.config.privacy.minimum_group) or bool(
        by_person.max() > DOMINANT_SHARE * by_person.sum()
    )


def _amount(amount: float, config: ClientConfig, in_hours: bool, language: Any) -> str:
    formats = Formats(language=language, country=config.country, currency=config.currency)
    return f"{formats.number(amount)} h" if in_hours else formats.money(amount)


def _together(*sentences: Text) -> Text:
    parts: Iterable[Text] = [one for one in sentences if one != same("")]
    return Text(de=" ".join(one.de for one in parts), en=" ".join(one.en for one in parts))
