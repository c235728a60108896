"""Controlling of inputs: whether contacts and hours go where they were meant to go, month by month.

The plan is what a workshop agreed on or client.yaml states for each class; without one it is each group's share of value, and
is called that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats
from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.foundation.units import MONTHS_PER_YEAR
from simkit.value.controlling.contact_plan import planned_contacts
from simkit.value.controlling.control_limits import (
    LEVEL,
    count_limits,
    hour_limits,
    month_to_month,
    own_share,
    size_of_entry,
    steady_deviation,
)
from simkit.value.credit_notes import netted
from simkit.value.customer_revenue import sales_of
from simkit.value.customers.concentration import drawn_counts
from simkit.value.customers.contact_log import input_log, shown_months
from simkit.value.customers.effort_value import worth
from simkit.value.customers.lead_lag import LeadLag, lead_lag
from simkit.value.score.segments import SEGMENTS
from simkit.value.suppression import pooled_groups

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue

TEXTS = Catalogue.beside(__file__)

FEWEST_MONTHS = 6
Measure = Literal["contacts", "hours_h"]
ContactsScale = Literal["all", "logged", "unknown"]
Limits = tuple[pd.DataFrame, pd.DataFrame]

NO_LOG = TEXTS["no_log"]
FEW_MONTHS = TEXTS["few_months"]
NO_VALUE = TEXTS["no_value"]


@dataclass(frozen=True, kw_only=True)
class Controlling:
    """Plan and actual."""

    months: pd.DataFrame
    """``segment, month`` (period), ``measure`` ("contacts", "hours_h"), ``actual, planned, low, high, alarm``
    ("above", "below" or ""); the limits hold together for all months and segments of a measure at 95 %, and rest on
    the variation from month to month alone. Only months that enough people stand behind in every segment."""
    withheld: int
    """Whole months of the log that too few people stand behind to be shown; they count in all that is told of all months."""
    contacts_plan: Literal["stated", "value_share"]
    """Whether contacts are planned; without a plan for every class they are by the share of value, as hours always are."""
    plan: pd.DataFrame
    """``segment, contacts_per_year`` (per customer)``, source``: what is planned, see
    `simkit.value.controlling.contact_plan`; empty where nothing is."""
    contacts_scale: ContactsScale
    """What contacts stand for: all of them, scaled up by `logged_share`; those logged, against the share of value, where
    that share cancels; or those logged against a stated plan of all, where nothing is known to be too little."""
    logged_share: Estimate | None
    """Share of all work that the log holds; None where it is not known."""
    own_variation: pd.Series
    """How much contacts vary from month to month beyond chance (Poisson), as a share of the segment's level, by segment."""
    steady: pd.DataFrame
    """``segment, measure, ratio, low, high``: actual over plan of all whole months of the log, shown or not, intervals for
    all segments of a measure together at 95 %; without an upper end where the logged share is not known."""
    compliance: pd.DataFrame
    """``segment, measure, cells, above, below, within, share``: whole months of the log, shown or not, and how many of
    them lie above, below and within the limits."""
    by_segment: pd.DataFrame
    by_group: pd.DataFrame
    """``group, customers, hours_h, hours_share, value_share, contacts, gap_share`` (hours minus value share);
    customer groups of too few people are pooled under a missing name, and the table is empty without such groups."""
    misallocation: Estimate
    misallocation_by_group: Estimate | None
    """Half the sum of absolute differences between shares of hours and of value, in 0..1."""
    without_group: int
    """Customers whose group is not known; they stand in no row of ``by_group``, whose shares are those of the others."""
    lead_lag: LeadLag | Missing
    """Monthly orders against contacts."""


def controlling(
    client: ClientData, value: CustomerValue, *, logged: Estimate | None = None, seed: int = 1, draws: int = 1000
) -> Controlling | Missing:
    """Hold the inputs of each month against the plan, or say why that cannot be done.

    Parameters
    ----------
    client : ClientData
        With activities that name customer and day.
    logged : Estimate, optional
        Share of all work that the log holds, in (0..1], by which contacts are scaled up where a plan of contacts is stated.
    seed, draws : int
        Bootstrap over customers.

    Raises
    ------
    ConfigError
        When the plan of client.yaml names a class that does not exist.

    Notes
    -----
    Months in which too few people served a class are not shown. Which months those are follows from what was done in them, so
    limits, counts and ratios rest on all whole months; that the months withheld have enough people together is what
    :func:`simkit.value.customers.contact_log.shown_months` sees to.
    """
    customers = value.classed
    present = sorted(customers["segment"].unique())
    plan = planned_contacts(client, list(SEGMENTS)[: len(value.rules.cutoffs) + 1], present)
    each = dict(zip(plan["segment"], plan["contacts_per_year"], strict=True))
    stated = each if set(each) >= set(present) else {}
    if not client.has("activities") or "customer_id" not in client.table("activities"):
        return Missing(reason=NO_LOG)
    log = input_log(client, cap_h=value.rules.cap_h)
    segment_of = customers.set_index("customer_id")["segment"]
    log = log[log["customer_id"].isin(segment_of.index)].reset_index(drop=True)
    minimum = client.config.privacy.minimum_group
    segments = log["customer_id"].map(segment_of)
    shown = shown_months(log, segments, minimum)
    if len(shown) < FEWEST_MONTHS:
        return Missing(reason=FEW_MONTHS.fill(n=len(shown), need=FEWEST_MONTHS))
    worths, _ = worth(customers)
    if worths.sum() <= 0 or log["hours_h"].sum() <= 0:
        return Missing(reason=NO_VALUE)
    whole = sorted(log.loc[log["whole"], "month"].unique())
    actual, planned = _actual_and_planned(
        log, segments, whole, worths.groupby(customers["segment"]).sum(), stated, customers
    )
    scale: ContactsScale = "logged" if not stated else "unknown" if logged is None else "all"
    course = _course(actual, planned, size_of_entry(log["hours_h"], segments), scale, logged)
    inputs = _inputs(log, customers, worths)
    groups = _customer_groups(inputs, customers, log, client.config.controlling.group_by, minimum)
    grouped = inputs.loc[groups.index] if groups is not None else inputs.iloc[:0]
    by_group = _by_group(grouped, groups if groups is not None else pd.Series(dtype=object))
    segment = inputs["segment"]
    return Controlling(
        months=course.months[course.months["month"].isin(shown)].reset_index(drop=True),
        withheld=len(whole) - len(shown),
        contacts_scale=scale,
        logged_share=logged,
        contacts_plan="stated" if stated else "value_share",
        plan=plan,
        own_variation=course.own_variation,
        steady=course.steady,
        compliance=compliance_of(course.months),
        by_segment=_by_group(inputs, segment),
        by_group=by_group,
        misallocation=misallocation(inputs, segment, seed=seed, draws=draws),
        misallocation_by_group=None if groups is None else misallocation(grouped, groups, seed=seed, draws=draws),
        without_group=0 if groups is None else len(inputs) - len(grouped),
        lead_lag=_lead_lag(client, log),
    )


def _actual_and_planned(
    log: pd.DataFrame,
    segments: pd.Series,
    months: list[pd.Period],
    value: pd.Series,
    stated: Mapping[str, float],
    customers: pd.DataFrame,
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Return what was done and what was planned of each measure, month × segment."""
    names = sorted(value.index)
    share = (value / value.sum()).reindex(names)
    actual = {
        measure: log.groupby(["month", segments.rename("segment")])[measure].sum().unstack("segment")
        .reindex(index=months, columns=names).fillna(0.0)
        for measure in ("contacts", "hours_h")
    }  # fmt: skip
    planned = {m: pd.DataFrame(np.outer(t.sum(axis=1), share), t.index, t.columns) for m, t in actual.items()}
    if stated:
        sizes = customers.groupby("segment").size()
        monthly = pd.Series({name: stated[name] * sizes[name] / MONTHS_PER_YEAR for name in names})
        planned["contacts"] = pd.DataFrame([monthly] * len(months), index=actual["contacts"].index)
    return actual, planned


@dataclass(frozen=True, kw_only=True)
class _Course:
    """All whole months, shown or not; the fields are those of `Controlling`."""

    months: pd.DataFrame
    steady: pd.DataFrame
    own_variation: pd.Series


def _course(
    actual: dict[str, pd.DataFrame],
    planned: dict[str, pd.DataFrame],
    entry: pd.Series,
    scale: ContactsScale,
    logged: Estimate | None,
) -> _Course:
    """Return plan and actual with their limits and ratios, contacts on one scale.

    Chance is that of what was logged, so contacts are held against the logged share of a plan of all, and both are then
    scaled up by it. Where it is not known, logged contacts have no lower limit and the ratio no upper end.
    """
    share = logged.value if logged is not None and scale == "all" else 1.0
    planned = planned | {"contacts": planned["contacts"] * share}
    limits, own = _limits(actual, planned, entry)
    steady = {name: steady_deviation(table, planned[name]).assign(measure=name) for name, table in actual.items()}
    if logged is not None and scale == "all":
        limits["contacts"], steady["contacts"] = _scaled(limits["contacts"], steady["contacts"], logged)
    elif scale == "unknown":
        limits["contacts"] = limits["contacts"][0] * 0.0, limits["contacts"][1]
        steady["contacts"] = steady["contacts"].assign(high=np.inf)
    actual, planned = ({**one, "contacts": one["contacts"] / share} for one in (actual, planned))
    return _Course(
        months=_months(actual, planned, limits),
        steady=pd.concat(steady.values(), ignore_index=True),
        own_variation=own,
    )


def _limits(
    actual: Mapping[str, pd.DataFrame], planned: Mapping[str, pd.DataFrame], entry: pd.Series
) -> tuple[dict[str, Limits], pd.Series]:
    """Return the limits of each measure, and how much contacts vary beyond chance, by segment."""
    noise = {measure: month_to_month(table, planned[measure]) for measure, table in actual.items()}
    own = own_share(actual["contacts"], noise["contacts"])
    own_hours = own_share(actual["hours_h"], noise["hours_h"], entry)
    limits = {
        "contacts": count_limits(planned["contacts"], own, noise["contacts"].freedom),
        "hours_h": hour_limits(planned["hours_h"], own_hours, noise["hours_h"].freedom, entry),
    }
    return limits, own


def _months(
    actual: Mapping[str, pd.DataFrame],
    planned: Mapping[str, pd.DataFrame],
    limits: Mapping[str, Limits],
) -> pd.DataFrame:
    """Return plan, actual, limits and alarm of every month and segment."""
    parts = []
    for measure, (low, high) in limits.items():
        table = pd.DataFrame(
            {
                "actual": actual[measure].stack(),
                "planned": planned[measure].stack(),
                "low": low.stack(),
                "high": high.stack(),
            }
        )
        parts.append(table.rename_axis(["month", "segment"]).reset_index().assign(measure=measure))
    result = pd.concat(parts, ignore_index=True)
    above, below = result["actual"] > result["high"], result["actual"] < result["low"]
    result["alarm"] = np.where(above, "above", np.where(below, "below", ""))
    return result[["segment", "month", "measure", "actual", "planned", "low", "high", "alarm"]]


def _scaled(limits: Limits, steady: pd.DataFrame, logged: Estimate) -> tuple[Limits, pd.DataFrame]:
    """Return limits of logged contacts, and what was logged of the logged share of the plan, as those of all contacts.

    Notes
    -----
    The months' limits reach as far as the ends of the share's interval, all months together; the ratio's interval joins that
    of the share, relative distances to the ends added in squares.
    """
    low, high = limits[0] / logged.high, limits[1] / logged.low
    less, more = 1 - logged.value / logged.high, logged.value / logged.low - 1
    ratio = steady["ratio"]
    whole = ratio.where(ratio > 0)
    down = np.hypot((whole - steady["low"]) / whole, less)
    up = np.hypot((steady["high"] - whole) / whole, more)
    lowest, highest = (ratio * (1 - down)).clip(lower=0.0), ratio * (1 + up)
    return (low, high), steady.assign(low=lowest.fillna(steady["low"]), high=highest.fillna(steady["high"]))


def compliance_of(months: pd.DataFrame) -> pd.DataFrame:
    """Return how many months lie above, below and within their limits, by segment and measure."""
    sides = months.assign(
        **{side: months["alarm"] == side for side in ("above", "below")}, within=months["alarm"] == ""
    )
    by = sides.assign(cells=1).groupby(["segment", "measure"])[["cells", "above", "below", "within"]].sum()
    return by.reset_index().assign(share=lambda table: table["within"] / table["cells"])


def _inputs(log: pd.DataFrame, customers: pd.DataFrame, worths: pd.Series) -> pd.DataFrame:
    """Return hours, contacts and value of every customer, all months of the log together."""
    sums = log.groupby("customer_id")[["hours_h", "contacts"]].sum()
    table = customers.set_index("customer_id")[["segment"]].join(sums).fillna({"hours_h": 0.0, "contacts": 0})
    return table.assign(value_amount=worths.to_numpy())


def _customer_groups(
    inputs: pd.DataFrame, customers: pd.DataFrame, log: pd.DataFrame, column: str, minimum: int
) -> pd.Series | None:
    """Return the group of each customer of whom it is known; groups with hours of too few people are pooled (missing)."""
    if column not in customers or customers[column].nunique() < 2:
        return None
    groups = customers.set_index("customer_id")[column].dropna().astype(object)
    if log["employee_id"].isna().all():
        return groups
    people = log.groupby(["customer_id", "employee_id"])["hours_h"].sum().reset_index()
    groups = pooled_groups(groups, people, minimum)
    return None if groups.nunique(dropna=False) < 2 else groups.reindex(inputs.index.intersection(groups.index))


def _by_group(inputs: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    table = inputs.groupby(groups.rename("group"), dropna=False).agg(
        customers=("hours_h", "size"),
        hours_h=("hours_h", "sum"),
        contacts=("contacts", "sum"),
        value_amount=("value_amount", "sum"),
    )
    hours, value = table["hours_h"] / table["hours_h"].sum(), table["value_amount"] / table["value_amount"].sum()
    table = table.assign(hours_share=hours, value_share=value, gap_share=hours - value).reset_index()
    return table[["group", "customers", "hours_h", "hours_share", "value_share", "contacts", "gap_share"]]


def misallocation(inputs: pd.DataFrame, groups: pd.Series, *, seed: int = 1, draws: int = 1000) -> Estimate:
    """Return the share of the hours that would have to move for every group to get its share of value.

    Parameters
    ----------
    inputs : pandas.DataFrame
        ``hours_h, value_amount`` by customer.
    groups : pandas.Series
        Group of each customer.
    seed, draws : int
        Bootstrap over customers within each group.

    Notes
    -----
    ``½ Σ |hours share − value share|`` (index of dissimilarity, Duncan and Duncan 1955, American Sociological Review
    20), in 0..1. It cannot be negative, so that with few customers chance alone lifts it above 0; the interval shows
    how much. Value is not the same as response: the index says how effort is spread, not what moving it would bring.
    """
    pairs = inputs[["hours_h", "value_amount"]].to_numpy(dtype=float)
    random = stream(seed, -1, "value.misallocation")
    keys = groups.astype(object).where(groups.notna(), "")
    sums, drawn = [], []
    for name in sorted(keys.unique()):
        chosen = pairs[(keys == name).to_numpy()]
        sums.append(chosen.sum(axis=0))
        drawn.append(np.concatenate([counts @ chosen for counts in drawn_counts(random, len(chosen), draws)]))
    both = np.concatenate([np.stack(sums)[:, None], np.stack(drawn)], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):  # a draw may hold no hours or no value at all
        shares = both / both.sum(axis=0, keepdims=True)
    index: Floats = 0.5 * np.abs(shares[:, :, 0] - shares[:, :, 1]).sum(axis=0)
    low, high = np.nanquantile(index[1:], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value=float(index[0]), low=min(float(low), float(index[0])), high=max(float(high), float(index[0])))


def _lead_lag(client: ClientData, log: pd.DataFrame) -> LeadLag | Missing:
    """Return the course of contacts and orders of the firm, over the whole months of the log.

    Notes
    -----
    A month without any entry on a customer is taken as not logged, and the months before the first and after the last
    sale as not exported, neither as a month of nothing.
    """
    log = log[log["whole"]]
    months = pd.period_range(log["month"].min(), log["month"].max(), freq="M")
    sold = netted(sales_of(client)[0])["sold_on"].dropna()
    orders = sold.dt.to_period("M").value_counts().reindex(months).fillna(0.0).astype(float)
    orders[(months < sold.min().to_period("M")) | (months > sold.max().to_period("M"))] = np.nan
    contacts = log.groupby("month")["contacts"].sum().reindex(months)
    return lead_lag(contacts.astype(float), orders)
