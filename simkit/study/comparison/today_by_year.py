"""Today's organisation by year, beside the client's last measured years: does the reference case stay where the client is?

A sum over the horizon hides a baseline that drifts away; every gain is measured against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.calibration.yearly_totals import yearly_totals
from simkit.study.measured.client_inputs import period_orders
from simkit.study.measured.demand_level import customer_flow, shown_trend
from simkit.study.measured.rates import measured_rates
from simkit.study.measures.measures import MEASURE_LABELS, MEASURES

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue

MEASURED, SIMULATED = "measured", "simulated"
CONTACTS = "care_contacts"
CONTACTS_LABEL = Text(de="Erhaltene Betreuungskontakte je Kunde", en="Care contacts received per customer")
ITEMS = ("revenue_amount", "contribution_amount", "active_customers", CONTACTS, "open_work_h", "fte")
TOTALS = {"revenue": "revenue_amount", "contribution": "contribution_amount", "active_customers": "active_customers"}
MONTHS, DAY = 12, pd.Timedelta(days=1)
SLACK = pd.Timedelta(days=3)  # a period that begins on the first working day of a year is a whole one
STARTS = {"orders": "ordered_on", "activities": "started_at", "opportunities": "opened_on"}
PAST_COLUMNS = ("year", "start", "end", "scaled", "item", "group", "value", "low", "high")
GROWTH = "growth"
FLOW_COLUMNS = ("item", "per_year", "low", "high")
COLUMNS = (
    "origin", "scenario", "year", "start", "end", "scaled", "item", "group", "unit", "label_de", "label_en", "value",
    "low", "high",
)  # fmt: skip


def measured_years(client: ClientData, value: CustomerValue) -> pd.DataFrame:
    """Return what the client's own tables say of each of its last years.

    Returns
    -------
    DataFrame
        Columns :data:`PAST_COLUMNS`; ``year`` counts back from the period's end: 0 is the last twelve months, −1 the twelve
        before. A period under twelve months is one row per item, a rate a year (``scaled`` true). Intervals of 95 % as in
        the calibration; none of posts, which are counted. What the tables do not tell is missing, open work always.
    """
    rows = [row for year, part, scaled in years_of(client) for row in _rows(year, part, scaled, value)]
    return pd.DataFrame(rows, columns=list(PAST_COLUMNS))


def measured_flow(client: ClientData) -> pd.DataFrame:
    """Return how many customers a year were new and lost, and by what share a year orders change.

    Returns
    -------
    DataFrame
        Columns :data:`FLOW_COLUMNS` with 95 % intervals; item "new", "lost", "net" (customers a year) and "growth" (share a
        year). What two years of orders do not tell, and a trend that may be chance, is missing.
    """
    orders = period_orders(client)
    rows = [
        (row["flow"], row["per_year"], row["low"], row["high"]) for _, row in customer_flow(orders, client).iterrows()
    ]
    if (found := shown_trend(orders["ordered_on"], client)) is not None:
        rows.append((GROWTH, found.value, found.low, found.high))
    return pd.DataFrame(rows, columns=list(FLOW_COLUMNS))


def years_of(client: ClientData) -> Iterator[tuple[int, ClientData, bool]]:
    """Yield the client cut to each of its last whole years, the last one first, with its number and whether it is scaled."""
    end, first, year = pd.Timestamp(client.last) + DAY, pd.Timestamp(client.first), 0
    while (start := end - pd.DateOffset(months=MONTHS)) >= first - SLACK:
        yield year, _cut(client, max(start, first), end), False
        end, year = start, year - 1
    if year == 0:
        yield 0, client, True


def _cut(client: ClientData, start: pd.Timestamp, end: pd.Timestamp) -> ClientData:
    tables = {
        name: frame[frame[column].between(start, end, inclusive="left")].reset_index(drop=True)
        if (column := STARTS.get(name)) is not None and column in frame
        else frame
        for name, frame in client.tables.items()
    }
    return replace(client, tables=tables, first=start.date(), last=(end - DAY).date())


def _rows(year: int, part: ClientData, scaled: bool, value: CustomerValue) -> Iterator[tuple[object, ...]]:
    when = (year, part.first.isoformat(), part.last.isoformat(), scaled)
    for name, found, _ in yearly_totals(part):
        yield (*when, TOTALS[name], "", found.value, found.low, found.high)
    for rate in measured_rates(part, value):
        if rate.name == "contacts":
            yield (*when, CONTACTS, rate.group, rate.estimate.value, rate.estimate.low, rate.estimate.high)
    if (posts := filled_posts(part)) is not None:
        yield (*when, "fte", "", posts, np.nan, np.nan)


def filled_posts(client: ClientData) -> float | None:
    """Return the full-time posts that were filled on average over the client's period; None without a list of staff."""
    if not client.has("employees") or client.table("employees").empty:
        return None
    people = client.table("employees")
    start, end = pd.Timestamp(client.first), pd.Timestamp(client.last) + DAY
    nothing = pd.Series(pd.NaT, index=people.index)
    joined, left = people.get("entry_on", nothing), people.get("left_on", nothing)
    since = joined.where(joined > start, start)  # who has no date has been there, or is there still
    until = left.where(left < end, end)
    days = (until - since).dt.days.clip(lower=0)
    fte = people["fte"].fillna(1.0) if "fte" in people else pd.Series(1.0, index=people.index)
    return float((fte * days).sum() / (end - start).days)


def today_by_year(levels: pd.DataFrame, baseline: str, past: pd.DataFrame, parameters: ParameterSet) -> pd.DataFrame:
    """Return today's organisation by year in every scenario, after the client's last measured years.

    Parameters
    ----------
    levels : DataFrame
        Result of :func:`simkit.study.paired_comparison.levels`.
    baseline : str
        Today's organisation.
    past : DataFrame
        Result of :func:`measured_years`; empty where nothing was measured.
    parameters : ParameterSet
        For the contacts that a care level of 1 stands for.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; origin "measured" (no scenario, years up to 0) or "simulated" (years from 1 on), 95 %
        intervals; those of simulated years are of the mean over the replications.
    """
    chosen = levels[(levels["design"] == baseline) & (levels["year"] > 0)].rename(columns={"mean": "value"})
    parts = [_contacts(chosen, parameters), *(select(chosen, measure=name) for name in ITEMS)]
    simulated = pd.concat(parts, ignore_index=True).rename(columns={"measure": "item"})
    simulated = simulated.assign(origin=SIMULATED, start="", end="", scaled=False)
    measured = past.assign(origin=MEASURED, scenario="").sort_values("year", kind="stable")
    frames = [part for part in (measured, simulated) if len(part)]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))
    table = table.sort_values("item", key=lambda names: names.map(ITEMS.index), kind="stable", ignore_index=True)
    labels = [label_of_item(str(name)) for name in table["item"]]
    return table.assign(
        unit=["1" if name == CONTACTS else MEASURES[str(name)].unit for name in table["item"]],
        label_de=[label.de for label in labels],
        label_en=[label.en for label in labels],
    )[list(COLUMNS)]


def label_of_item(name: str) -> Text:
    """Return what people call an item."""
    return CONTACTS_LABEL if name == CONTACTS else MEASURE_LABELS[name]


def _contacts(chosen: pd.DataFrame, parameters: ParameterSet) -> pd.DataFrame:
    """Return the care levels as contacts per customer: those received are that share of those needed."""
    care = chosen[(chosen["measure"] == "care_level") & chosen["group"].isin(SEGMENTS)]
    needed = [parameters.value(f"care.{name}.needed_contacts_per_year") for name in care["group"]]
    return care.assign(measure=CONTACTS, **{name: care[name] * needed for name in ("value", "low", "high")})
