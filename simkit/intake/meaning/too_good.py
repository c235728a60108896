"""What is too good, or too much of one, to be the whole truth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from simkit.foundation.formats import Formats
from simkit.foundation.text import Text
from simkit.intake.meaning.doubts import TEXTS, Doubt, Material, flags, hours_of
from simkit.intake.privacy.disclosure import DOMINANT_SHARE
from simkit.intake.reading.staging import Staged

LEAST_DECIDED_DEALS = 10
BELIEVABLE = (-0.5, 0.95)
"""Margins of a whole business that are believed without a word, as shares of revenue."""


def all_won(material: Material) -> Iterator[Doubt]:
    """A pipeline in which nothing was ever lost was exported without what was lost."""
    deals = material.table("opportunities", "stage")
    if deals is None:
        return
    won = flags(deals.frame["stage"] == "won")
    lost = deals.frame["stage"].isin(["lost", "no_decision"]).any()
    if won.sum() >= LEAST_DECIDED_DEALS and not lost:
        yield Doubt(
            table="opportunities",
            rows=won,
            what=TEXTS["all_won"],
            remedy=TEXTS["all_won_remedy"],
            header=deals.headers.get("stage", ""),
            blocks=False,
        )


def margins(material: Material) -> Iterator[Doubt]:
    """A margin over all orders that no business has: cost is in another unit, or is not the cost."""
    orders = material.table("orders", "value_amount", "cost_amount")
    if orders is None:
        return
    value, cost = orders.frame["value_amount"], orders.frame["cost_amount"]
    rows = flags(value.notna() & cost.notna() & (value > 0))
    sold = float(value[rows].sum())
    margin = 1 - float(cost[rows].sum()) / sold if sold > 0 else 0.0
    if BELIEVABLE[0] <= margin <= BELIEVABLE[1]:
        return
    words = Text(de=Formats(language="de").share(margin), en=Formats(language="en").share(margin))
    yield Doubt(
        table="orders",
        rows=rows,
        what=TEXTS["margins"],
        values={"margin": words},
        remedy=TEXTS["margins_remedy"],
        header=orders.headers.get("cost_amount", ""),
    )


def one_person(material: Material) -> Iterator[Doubt]:
    """Groups in which one person has logged nearly everything: what is told of the group is told of that person."""
    log = material.table("activities", "employee_id")
    hours = hours_of(log) if log is not None else None
    if log is None or hours is None:
        return
    for column, groups in _groups(material, log):
        rows, names = _dominated(log.frame["employee_id"], hours, groups)
        if names:
            yield Doubt(
                table="activities",
                rows=rows,
                what=TEXTS["one_person"],
                values={"column": column, "names": ", ".join(f"'{name}'" for name in names)},
                remedy=TEXTS["one_person_remedy"],
                header=log.headers.get("employee_id", ""),
                blocks=False,
            )


def _groups(material: Material, log: Staged) -> Iterator[tuple[Text, pd.Series[str]]]:
    """Yield the groups of people that the staff list makes, each with its name, by row of the log."""
    staff = material.table("employees", "employee_id")
    for column in ("role", "team") if staff is not None else ():
        if staff is not None and staff.has(column):
            people = staff.frame.drop_duplicates("employee_id").set_index("employee_id")[column]
            yield staff.table.column(column).label, log.frame["employee_id"].map(people)


def _dominated(people: pd.Series[str], hours: pd.Series[float], groups: pd.Series[str]) -> tuple[np.ndarray, list[str]]:
    """Return the rows and the names of the groups of several people in which one has nearly all hours."""
    worked = hours.groupby([groups, people]).sum()
    whole = worked.groupby(level=0).sum()
    several = worked[worked > 0].groupby(level=0).size().reindex(whole.index, fill_value=0) > 1
    names = [str(name) for name in whole.index[several & (worked.groupby(level=0).max() > DOMINANT_SHARE * whole)]]
    return flags(groups.isin(names)), names
