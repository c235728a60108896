"""Tells numbers that start again, in another file or another year, from lines of one order and from repeated rows."""

from __future__ import annotations

import json

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Flags
from simkit.foundation.text import Text
from simkit.intake.reading.staging import Staged

TEXTS = Catalogue.beside(__file__)
RESTARTING = ("orders", "opportunities")
ANOTHER_TIME_DAYS, MOSTLY = 90, 0.5
"""Numbers that most often name something more than a quarter away have started again; lines of one order have not."""


def restarted(staged: Staged, repeated: Flags, shown: str) -> tuple[Text, Text] | None:
    """Return what is told of numbers that start again, and the line that keeps them apart; None for other repeats.

    Numbers start again where most of the repeated ones stand for something else: another customer, at another time.

    Parameters
    ----------
    staged : Staged
        The table.
    repeated : array of bool, one per row
        Which rows carry a key that was there already.
    shown : str
        An example to quote.
    """
    key, dated = staged.table.key, staged.table.starts
    if staged.table.name not in RESTARTING or not staged.has(key, dated) or key not in staged.headers:
        return None
    frame = staged.frame
    firsts = frame.groupby(key, sort=False)
    other_day = (frame[dated] - firsts[dated].transform("first")).abs() > pd.Timedelta(days=ANOTHER_TIME_DAYS)
    other = other_day
    if staged.has("customer_id"):
        other = other_day & (frame["customer_id"] != firsts["customer_id"].transform("first"))
    if other[repeated].mean() < MOSTLY:
        return None
    sources = staged.origin.loc[frame.index, "source"]
    in_other_file = sources != sources.groupby(frame[key], sort=False).transform("first")
    heading = _quoted(staged.headers[key])
    if in_other_file[repeated].all():
        parts = f"[file, {heading}]"
    elif dated in staged.headers:
        parts = f"[{{part_of_date: year, of: {_quoted(staged.headers[dated])}}}, {heading}]"
    else:
        return None
    what = TEXTS["restarted"].fill(count=int(repeated.sum()), column=staged.table.column(key).label, shown=shown)
    return what, TEXTS["restart_remedy"].fill(line=f"tables.{staged.table.name}.key: {parts}")


def _quoted(heading: str) -> str:
    return json.dumps(heading, ensure_ascii=False)
