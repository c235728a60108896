"""Files of one table that write dates differently, the day first in one and the month first in another: told by file."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import yaml

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.intake.reading.column_cells import ColumnCells, Positions
from simkit.intake.reading.numbers import DateOrder
from simkit.intake.settings.table_settings import TableSpec

TEXTS = Catalogue.beside(__file__)
Orders = Mapping[str, DateOrder]
_FORMATS: Mapping[DateOrder, str] = {"dmy": "dd/mm/yyyy", "mdy": "mm/dd/yyyy"}


def orders_of_files(
    cells: ColumnCells, proofs: Mapping[DateOrder, Positions], origin: pd.DataFrame, spec: TableSpec
) -> Orders | None:
    """Return the order of day and month that each file proves; None where one file mixes both.

    Parameters
    ----------
    proofs : mapping
        Order → the distinct contents that prove it.
    origin : DataFrame
        ``source`` of every row.
    """
    found: dict[str, DateOrder] = {}
    for order, positions in proofs.items():
        for source in origin["source"].iloc[cells.rows_with(positions)].unique():
            name = str(source).partition("!")[0]
            if found.setdefault(name, order) != order:
                return None
    plain = cells.header in map(str, spec.columns.values())  # what is computed has no format of its own
    return found if plain and set(found.values()) == set(_FORMATS) else None


def what_of_files(orders: Orders, examples: Mapping[DateOrder, Text]) -> Text:
    """Return which files write the day first and which the month, with examples."""
    days, months = (", ".join(name for name, order in orders.items() if order == one) for one in ("dmy", "mdy"))
    return TEXTS["two_orders_of_files"].fill(days=days, months=months, day=examples["dmy"], month=examples["mdy"])


def remedy_of_files(orders: Orders, column: str, spec: TableSpec, files: tuple[str, ...]) -> Text:
    """Return the line for client.yaml that says of each file how it writes dates.

    Parameters
    ----------
    column : str
        Our column.
    files : tuple of str
        The files of the table as client.yaml writes them; one that proves nothing stays as it is, and is asked about.
    """
    parts: list[object] = []
    for written in files:
        order = orders.get(written.replace("\\", "/").rpartition("/")[2])
        parts.append({"file": written, "formats": {**spec.formats, column: _FORMATS[order]}} if order else written)
    line = yaml.safe_dump({"file": parts}, allow_unicode=True, default_flow_style=True, width=10**6).strip()[1:-1]
    return TEXTS["two_orders_of_files_remedy"].fill(line=line)
