"""What may be shown of people."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import PrivacyError
from simkit.intake.settings.client_settings import MINIMUM_GROUP
from simkit.intake.settings.schemas import PERSON_COLUMNS, TABLES, SchemaColumn

TEXTS = Catalogue.beside(__file__)

DOMINANT_SHARE = 0.8
"""A group in which one person has more than this share of the hours is as good as that person."""
People = int | Collection[str] | Mapping[str, float]
"""People behind a figure: their number, themselves, or the hours of each."""
OTHER = "other"
PEOPLE = "people"
CUSTOMER_COLUMNS = frozenset({"customer_id", "customer_name", "name"})
"""Columns that name customers."""
_PSEUDONYM = r"[PT]\d{2,}"
_IMPERSONAL = frozenset(name for table in TABLES.values() for name in table.names) - PERSON_COLUMNS
"""Columns that hold no people by their meaning; a customer's own number may well be P1001."""


def merge_small_groups(
    people_by_group: Mapping[str, People], *, minimum: int = MINIMUM_GROUP, other: str = OTHER
) -> dict[str, str]:
    """Say under which name each group may be shown, so that no shown group is under the minimum.

    Small groups are merged into `other`; while that is still too small, the next smallest group joins it. As the groups
    that are shown have at least `minimum` people each, so has every difference between the total and some of them.

    Parameters
    ----------
    people_by_group : mapping of str to int, collection of str or mapping of str to float
        Distinct people of each group: their number where nobody is in two groups, else the people themselves; with the
        hours of each, so that a group of which one person has nearly all counts as that person.
    minimum : int
        Smallest group that may be shown; never under five.
    other : str
        Name of what is merged.

    Returns
    -------
    dict of str to str
        Name under which each group is shown.

    Raises
    ------
    PrivacyError
        All groups together are under the minimum: then nothing may be shown.
    """
    _check_minimum(minimum)
    groups = sorted(people_by_group, key=lambda name: (_size([people_by_group[name]]), name))
    if people_by_group and _size(list(people_by_group.values())) < minimum:
        raise PrivacyError(_TOO_FEW.fill(minimum=minimum), "", _TOO_FEW_REMEDY)
    merged = [name for name in groups if _size([people_by_group[name]]) < minimum or name == other]
    rest = [name for name in groups if name not in merged]
    while merged and rest and _size([people_by_group[name] for name in merged]) < minimum:
        merged.append(rest.pop(0))
    return {name: other if name in merged else name for name in people_by_group}


def check_export(
    frame: pd.DataFrame, *, people_column: str | None = None, minimum: int = MINIMUM_GROUP, where: str = ""
) -> None:
    """Refuse a table that shows persons or groups under the minimum; every table, chart and export passes here.

    Parameters
    ----------
    frame : DataFrame
        What would leave the kit.
    people_column : str, optional
        Count of distinct people behind each row; None where the table is not about people.
    minimum : int
        Smallest group that may be shown; never under five.
    where : str
        Name of the table, for the message.

    Raises
    ------
    PrivacyError
        A column of persons, a pseudonym in a cell or in the index, or a group under the minimum.
    """
    _check_minimum(minimum)
    names = {str(name) for name in [*frame.columns, *frame.index.names]}
    if found := sorted(names & PERSON_COLUMNS):
        raise PrivacyError(_PERSON_COLUMN.fill(column=found[0]), where, _PERSON_REMEDY)
    texts = [frame.index.to_series(), *(frame.iloc[:, number] for number in range(frame.shape[1]))]
    for column in texts:
        if str(column.name) not in _IMPERSONAL and _holds_pseudonyms(column):
            raise PrivacyError(_PSEUDONYM_SHOWN.fill(column=str(column.name)), where, _PERSON_REMEDY)
    if people_column is not None:
        people = frame[people_column]
        small = int(((people > 0) & (people < minimum)).sum())
        if small or people.isna().any():
            raise PrivacyError(_SMALL_ROWS.fill(count=small, minimum=minimum), where, _SMALL_REMEDY)


def check_no_customers(frame: pd.DataFrame, where: str = "") -> None:
    """Refuse a chart's data that name customers: these stand in tables, one by one, where a list of customers is asked for.

    Parameters
    ----------
    frame : DataFrame
        What would leave the kit.
    where : str
        Name of the chart, for the message.

    Raises
    ------
    PrivacyError
        A column of customers' numbers or names.
    """
    if found := sorted({str(name) for name in [*frame.columns, *frame.index.names]} & CUSTOMER_COLUMNS):
        raise PrivacyError(_CUSTOMER_COLUMN.fill(column=found[0]), where, _CUSTOMER_REMEDY)


FEWEST_WRITERS = 2
"""Free words are quoted when so many people wrote the same; what one person alone wrote may name somebody, or tell who it was."""


def shared_words(
    words: pd.Series[Any], writers: pd.Series[Any], context: pd.Series[Any] | None = None
) -> pd.Series[Any]:
    """Return free words with those missing that one person alone wrote; they are counted, not quoted.

    Parameters
    ----------
    words : Series of str
        What was written; case and blanks at the ends do not count.
    writers : Series
        Who wrote it.
    context : Series, optional
        What the words are about; the same words about something else are others.
    """
    place = pd.Series("", index=words.index) if context is None else context
    same = words.str.strip().str.casefold()
    many = writers.groupby([place.astype(object).fillna(""), same], dropna=False).transform("nunique")
    shown: pd.Series[Any] = words.where((many >= FEWEST_WRITERS).astype(bool))
    return shown


PEOPLE_TABLES = frozenset({"employees", "activities", "time_estimates", "ratings"})
"""Tables whose rows are single people's, or what a single person did or said."""


def may_quote(table: str, column: SchemaColumn, rows: int = 1) -> bool:
    """Whether a message may quote what stands in a cell: it goes into the report, and an odd cell may hold pay or a name.

    Parameters
    ----------
    rows : int
        How many rows hold the same; a word that stands in as many as the smallest group is the firm's, not one person's.
    """
    return not column.person and (table not in PEOPLE_TABLES or rows >= MINIMUM_GROUP)


def may_show(people: People, minimum: int = MINIMUM_GROUP) -> bool:
    """Whether a figure on these people may be shown."""
    _check_minimum(minimum)
    return _size([people]) >= minimum


def effective_people(hours_h: Iterable[float]) -> int:
    """Return how many people stand behind hours: those who have any, but one where one has over 80 % of them.

    Parameters
    ----------
    hours_h : iterable of float
        Hours of each person.
    """
    hours = [hours for hours in hours_h if hours > 0]
    return 1 if hours and max(hours) > DOMINANT_SHARE * sum(hours) else len(hours)


def people_in(
    rows: pd.DataFrame, by: Sequence[str], person: str = "employee_id", hours: str = "hours_h"
) -> pd.Series[Any]:
    """Return how many people stand behind each group of rows, with the one who dominates it counted alone.

    Parameters
    ----------
    rows : DataFrame
        One row per entry; those without a person are nobody's.
    by : sequence of str
        Columns that make the groups.
    """
    each = rows[rows[hours] > 0].groupby([*by, person], observed=True)[hours].sum()
    grouped = each.groupby(level=list(range(len(by))))
    number = grouped.size()
    found: pd.Series[Any] = number.where(grouped.max() <= DOMINANT_SHARE * grouped.sum(), 1)
    return found


def _size(groups: Sequence[People]) -> int:
    """Count distinct people of several groups; plain numbers are of people who are in one group only."""
    with_hours = [group for group in groups if isinstance(group, Mapping)]
    if with_hours and len(with_hours) == len(groups):
        together: dict[str, float] = {}
        for group in with_hours:
            together |= {person: together.get(person, 0.0) + hours for person, hours in group.items()}
        return effective_people(together.values())
    counted = sum(group for group in groups if isinstance(group, int | np.integer))
    named = {person for group in groups if not isinstance(group, int | np.integer) for person in group}
    return int(counted) + len(named)


def _check_minimum(minimum: int) -> None:
    if minimum < MINIMUM_GROUP:
        raise PrivacyError(_MINIMUM.fill(minimum=minimum), "", _MINIMUM_REMEDY)


def _holds_pseudonyms(column: pd.Series[Any]) -> bool:
    return any(isinstance(cell, str) and re.fullmatch(_PSEUDONYM, cell) for cell in column.unique())


_TOO_FEW = TEXTS["too_few"]
_TOO_FEW_REMEDY = TEXTS["too_few_remedy"]
_PERSON_COLUMN = TEXTS["person_column"]
_PSEUDONYM_SHOWN = TEXTS["pseudonym_shown"]
_PERSON_REMEDY = TEXTS["person_remedy"]
_SMALL_ROWS = TEXTS["small_rows"]
_SMALL_REMEDY = TEXTS["small_remedy"]
_CUSTOMER_COLUMN = TEXTS["customer_column"]
_CUSTOMER_REMEDY = TEXTS["customer_remedy"]
_MINIMUM = TEXTS["minimum"]
_MINIMUM_REMEDY = TEXTS["minimum_remedy"]
