"""The measures: every figure of a run, each a pure function of its record, with its name, unit and direction in one place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.catalogue import Labels
from simkit.foundation.frames import Floats, select
from simkit.model.event_log.event_log import EXTRAS, Record
from simkit.model.event_log.time_accounts import ABSENT
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.measures.moved import handed_over_h
from simkit.study.measures.record_view import RecordView

Rows = Iterator[tuple[str, Floats, float]]  # group, value per year, value of all years
NO_YEARS: Floats = np.zeros(0)
FACING = ("selling", "care", "service")
FACING_CODES = [ACTIVITIES.index(name) for name in FACING]
COORDINATION = ACTIVITIES.index("coordination")
EXTRA_CONTACT = EXTRAS.index("extra_contact")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure; what it is called stands in measure_labels.yaml under the same name."""

    unit: str
    """``h``, ``share``, ``money``, ``fte``, ``1`` (a number of cases), ``d`` (working days)."""
    direction: int
    """+1 more is better, −1 less is better, 0 neither."""
    compute: Callable[[RecordView], Rows]
    """From the view of a record to its rows."""
    digits: int = 0
    """Decimals shown."""


def measures(record: Record, names: Collection[str] = ()) -> pd.DataFrame:
    """Return the measures of one run.

    Parameters
    ----------
    names : collection of str
        Measures wanted, in the order of the catalogue; empty for all.

    Returns
    -------
    pandas.DataFrame
        ``year`` (1 … n; 0 stands for the whole horizon: sums, or the share, mean or median over it), ``measure``,
        ``group`` (activity, order class, segment, unit, or empty), ``value``.
    """
    view = RecordView(record)
    rows = [
        (year, name, group, float(value))
        for name, measure in MEASURES.items()
        if not names or name in names
        for group, per_year, whole in measure.compute(view)
        for year, value in enumerate([whole, *per_year.tolist()])
    ]
    return pd.DataFrame(rows, columns=["year", "measure", "group", "value"])


# --- hours -----------------------------------------------------------------------------------------------------------


def _hours_by_activity(view: RecordView) -> Rows:
    for name in ACTIVITIES:
        hours = view.hours(name)
        yield name, hours, hours.sum()


def _facing(view: RecordView) -> Rows:
    hours = sum((view.hours(name) for name in FACING), np.zeros(view.years))
    yield "", hours, hours.sum()


def _facing_by_segment(view: RecordView) -> Rows:
    """Customer hours by the segment of the customer served; work for nobody in particular belongs to none."""
    entries, cases = view.entries, view.record.cases
    chosen = entries[entries["activity"].isin(FACING_CODES)]
    case = chosen["case"].to_numpy(np.int64)
    served = pd.Series(cases["segment"].to_numpy(), index=cases["case"].to_numpy(np.int64)).reindex(case)
    for_customer = case <= -2  # an extra contact carries its customer instead of a case
    own = np.array(SEGMENTS)[np.array(view.record.inputs.customers.segment, dtype=int)]
    segment = np.where(for_customer, own[np.where(for_customer, -2 - case, 0)], served.to_numpy(object))
    for name in SEGMENTS:
        hours = _weighted(chosen[segment == name], "clock_h", view.years)
        yield name, hours, hours.sum()


def _facing_content(view: RecordView) -> Rows:
    entries = view.entries
    chosen = entries[entries["activity"].isin(FACING_CODES)]
    hours = _weighted(chosen, "content_h", view.years)
    yield "", hours, hours.sum()


def _facing_steady(view: RecordView) -> Rows:
    """Customer hours less the growth of open work: what remains when nothing is left lying."""
    hours = sum((view.hours(name) for name in FACING), np.zeros(view.years)) - np.diff(view.open_h)
    yield "", hours, hours.sum()


def _present(view: RecordView) -> Floats:
    return np.asarray(sum((view.hours(name) for name in ACTIVITIES), np.zeros(view.years)))


def _present_rows(view: RecordView) -> Rows:
    hours = _present(view)
    yield "", hours, hours.sum()


def _facing_share(view: RecordView) -> Rows:
    hours, present = sum((view.hours(name) for name in FACING), np.zeros(view.years)), _present(view)
    yield "", _ratio(hours, present), float(_ratio(hours.sum(), present.sum()))


def _fte(view: RecordView) -> Rows:
    contract = view.hours("contract")
    fte = contract / (view.record.year_h * view.money.years)
    yield "", fte, contract.sum() / (view.record.year_h * view.money.years.sum())


def _absent(view: RecordView) -> Rows:
    hours = view.hours(ABSENT)
    yield "", hours, hours.sum()


def _open_work_change(view: RecordView) -> Rows:
    change = np.diff(view.open_h)
    yield "", change, change.sum()


def _idle_by_unit(view: RecordView) -> Rows:
    """Idle share of the people who sit in a unit at the start of a year."""
    sittings, account = view.record.assignments, view.account
    latest = np.array([sittings["from_h"].to_numpy(float) <= edge for edge in view.edges[:-1]])
    for unit in dict.fromkeys(sittings.loc[latest[-1], "unit"].astype(str)):
        idle, present = np.zeros(view.years), np.zeros(view.years)
        for year in range(view.years):
            seats = sittings[latest[year]].groupby(["slot", "number"], sort=False)["unit"].last()
            codes = [slot * 1000 + number for (slot, number), name in seats.items() if name == unit]
            mine = account[(account["window"] == year) & account["person"].isin(codes)]
            idle[year], present[year] = mine["idle"].sum(), mine[list(ACTIVITIES)].to_numpy().sum()
        if present.sum() > 0:
            yield unit, _ratio(idle, present), float(_ratio(idle.sum(), present.sum()))


# --- what got done and what did not ----------------------------------------------------------------------------------


def _ended_as(kind: str, outcome: str, column: str = "") -> Callable[[RecordView], Rows]:
    def compute(view: RecordView) -> Rows:
        chosen = select(view.ended, kind=kind, outcome=outcome)
        if not column:
            counts = view.per_year(chosen)
            yield "", counts, counts.sum()
            return
        for name in SEGMENTS if column == "segment" else CLASSES:
            counts = view.per_year(chosen[chosen[column] == name])
            yield name, counts, counts.sum()

    return compute


def _refused_deals(view: RecordView) -> Rows:
    """Leads and opportunities that found the limit of open deals reached."""
    ended = view.ended
    counts = view.per_year(ended[ended["kind"].isin(("lead", "opportunity")) & (ended["outcome"] == "refused")])
    yield "", counts, counts.sum()


def _late(view: RecordView) -> Rows:
    counts = view.per_year(view.delivered[view.delivered["late"].astype(bool)])
    yield "", counts, counts.sum()


def _lead_time(view: RecordView) -> Rows:
    """Median working days from order to delivery, by class."""
    delivered = view.delivered
    days = (delivered["ended_h"] - delivered["arrived_h"]) / view.record.day_h
    for name in CLASSES:
        mine = (delivered["order_class"] == name).to_numpy()
        by_year = days[mine].groupby(delivered["year"][mine]).median().reindex(range(view.years)).to_numpy(float)
        yield name, by_year, float(days[mine].median()) if mine.any() else float("nan")


def _care_level(view: RecordView) -> Rows:
    """Contacts received, phone calls by their weight, over contacts needed by the customers there were."""
    record = view.record
    needed = _needed_contacts(view)
    weights = {
        name: view.value("care.phone_weight") if view.value(f"care.{name}.by_phone") >= 0.5 else 1.0
        for name in SEGMENTS
    }
    done = select(view.ended, kind="care", outcome="done")
    tasks = record.tasks
    extra = tasks[(tasks["extra"] == EXTRA_CONTACT) & (tasks["end_h"] >= 0) & tasks["left_h"].notna()]
    segment_of = np.array(record.inputs.customers.segment, dtype=int)
    extra_segment = segment_of[(-2 - extra["case"]).to_numpy(int)] if len(extra) else np.zeros(0, dtype=int)
    extra_year = np.searchsorted(view.edges, extra["end_h"].to_numpy(float), side="left") - 1
    for code, name in enumerate(SEGMENTS):
        received = view.per_year(select(done, segment=name))
        received += np.bincount(extra_year[extra_segment == code].clip(0), minlength=view.years)[: view.years]
        yield (
            name,
            _ratio(received * weights[name], needed[code]),
            float(_ratio(received.sum() * weights[name], needed[code].sum())),
        )


def _needed_contacts(view: RecordView) -> list[Floats]:
    """Return the contacts that the customers there are need, by segment and year."""
    record = view.record
    customers = record.inputs.customers
    until = np.where(np.array(customers.dormant, dtype=bool), 0.0, record.end_h)
    since = np.zeros(len(until))
    won = select(record.cases, kind="opportunity", outcome="won")
    first = won.groupby("customer")["ended_h"].min()
    for customer, at in zip(first.index.to_numpy(int).tolist(), first.to_numpy(float).tolist(), strict=True):
        if customers.dormant[customer]:
            since[customer], until[customer] = max(at, 0.0), record.end_h
    gone, at_h = record.churned["customer"].to_numpy(int), record.churned["at_h"].to_numpy(float)
    until[gone] = np.maximum(at_h, 0.0)
    segment = np.array(customers.segment, dtype=int)
    needed = []
    for code, name in enumerate(SEGMENTS):
        mine = segment == code
        years = [
            np.clip(np.minimum(until[mine], high) - np.maximum(since[mine], low), 0.0, None).sum() / record.year_h
            for low, high in zip(view.edges, view.edges[1:], strict=False)
        ]
        needed.append(np.array(years) * record.inputs.parameters.value(f"care.{name}.needed_contacts_per_year"))
    return needed


def _customers(view: RecordView) -> Rows:
    counts = view.per_year(view.with_year(view.record.churned, "at_h"))
    yield "", counts, counts.sum()


def _at_go_live(item: str) -> Callable[[RecordView], Rows]:
    """Return the measure of what the design moves at go-live, which is in the first year."""

    def compute(view: RecordView) -> Rows:
        moved = np.zeros(view.years)
        moved[0] = getattr(view.record, item)
        yield "", moved, moved[0]

    return compute


def _handovers_per_case(view: RecordView) -> Rows:
    """Changes of the person who works on a case, per case that ended."""
    handed = view.per_year(view.with_year(pd.DataFrame({"end_h": handed_over_h(view.record)}), "end_h"))
    ended = view.per_year(view.ended)
    yield "", _ratio(handed, ended), float(_ratio(handed.sum(), ended.sum()))


def _coordination_per_bespoke(view: RecordView) -> Rows:
    """Hours of coordination per delivered bespoke order."""
    cases = view.record.cases
    bespoke = select(cases, kind="order", order_class="bespoke")["case"]
    entries = view.entries
    chosen = entries[(entries["activity"] == COORDINATION) & entries["case"].isin(bespoke)]
    hours = _weighted(chosen, "clock_h", view.years)
    orders = view.per_year(select(view.delivered, order_class="bespoke"))
    yield "", _ratio(hours, orders), float(_ratio(hours.sum(), orders.sum()))


# --- money -----------------------------------------------------------------------------------------------------------


def _money(item: str) -> Callable[[RecordView], Rows]:
    """Return the measure of one item of the profit and loss."""

    def compute(view: RecordView) -> Rows:
        amount: Floats = getattr(view.money, item)
        yield "", amount, amount.sum()

    return compute


def _money_by_month(item: str) -> Callable[[RecordView], Rows]:
    """Return the measure of one item of the profit and loss with a group for each month from go-live on, 01, 02, …"""

    def compute(view: RecordView) -> Rows:
        for month, amount in enumerate(getattr(view.money_by_month, item).tolist(), start=1):
            yield f"{month:02d}", NO_YEARS, amount

    return compute


def _contribution_by_segment(view: RecordView) -> Rows:
    for segment, amount in zip(SEGMENTS, view.money.contribution_by_segment, strict=True):
        yield segment, amount, amount.sum()


def _weighted(entries: pd.DataFrame, column: str, years: int) -> Floats:
    window = entries["window"].to_numpy(int)
    return np.bincount(window, weights=entries[column].to_numpy(float), minlength=years).astype(float)


def _ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    """Return part / whole, missing where the whole is 0."""
    above, below = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    missing = np.full(np.broadcast(above, below).shape, np.nan)
    result: Floats = np.divide(above, below, out=missing, where=below > 0)
    return result


def _measure(unit: str, direction: int, compute: Callable[[RecordView], Rows], digits: int = 0) -> Measure:
    return Measure(unit=unit, direction=direction, compute=compute, digits=digits)


MEASURES: Mapping[str, Measure] = {
    "company_profit_amount": _measure("money", 1, _money("company_profit")),
    "sales_profit_amount": _measure("money", 1, _money("sales_profit")),
    "revenue_amount": _measure("money", 1, _money("revenue")),
    "contribution_amount": _measure("money", 1, _money("contribution")),
    "segment_contribution_amount": _measure("money", 1, _contribution_by_segment),
    "missed_contribution_amount": _measure("money", -1, _money("missed")),
    "work_in_progress_amount": _measure("money", 0, _money("progress")),
    "sales_cost_amount": _measure("money", -1, _money("cost")),
    "staff_cost_amount": _measure("money", -1, _money("staff")),
    "tool_cost_amount": _measure("money", -1, _money("tools")),
    "hiring_cost_amount": _measure("money", -1, _money("hiring")),
    "partner_margin_amount": _measure("money", -1, _money("partner_margin")),
    "assistance_cost_amount": _measure("money", -1, _money("assistance")),
    "lever_cost_amount": _measure("money", -1, _money("levers")),
    "late_penalty_amount": _measure("money", -1, _money("penalty")),
    "change_cost_amount": _measure("money", -1, _money("change")),
    "company_profit_by_month_amount": _measure("money", 1, _money_by_month("company_profit")),
    "sales_profit_by_month_amount": _measure("money", 1, _money_by_month("sales_profit")),
    "facing_h": _measure("h", 1, _facing),
    "facing_by_segment_h": _measure("h", 1, _facing_by_segment),
    "facing_content_h": _measure("h", 1, _facing_content),
    "facing_steady_h": _measure("h", 1, _facing_steady),
    "facing_share": _measure("share", 0, _facing_share, 3),
    "present_h": _measure("h", 0, _present_rows),
    "absent_h": _measure("h", 0, _absent),
    "hours_h": _measure("h", 0, _hours_by_activity),
    "fte": _measure("fte", 0, _fte, 1),
    "idle_share": _measure("share", 0, _idle_by_unit, 3),
    "open_work_change_h": _measure("h", -1, _open_work_change),
    "lapsed_care": _measure("1", -1, _ended_as("care", "lapsed", "segment")),
    "lapsed_leads": _measure("1", -1, _ended_as("lead", "lapsed")),
    "lapsed_opportunities": _measure("1", -1, _ended_as("opportunity", "lapsed")),
    "won_opportunities": _measure("1", 1, _ended_as("opportunity", "won")),
    "lapsed_requests": _measure("1", -1, _ended_as("service", "lapsed")),
    "delivered_orders": _measure("1", 1, _ended_as("order", "delivered", "order_class")),
    "late_orders": _measure("1", -1, _late),
    "cancelled_orders": _measure("1", -1, _ended_as("order", "cancelled")),
    "refused_orders": _measure("1", -1, _ended_as("order", "refused")),
    "refused_deals": _measure("1", -1, _refused_deals),
    "rejected_opportunities": _measure("1", 0, _ended_as("opportunity", "rejected")),
    "lead_time_days": _measure("d", -1, _lead_time, 1),
    "lost_customers": _measure("1", -1, _customers),
    "care_level": _measure("share", 1, _care_level, 2),
    "coordination_per_bespoke_order_h": _measure("h", -1, _coordination_per_bespoke, 1),
    "people_moved": _measure("1", 0, _at_go_live("people_moved")),
    "accounts_moved": _measure("1", 0, _at_go_live("accounts_moved")),
    "handovers_per_case": _measure("1", 0, _handovers_per_case, 2),
}


MEASURE_LABELS = Labels(Path(__file__).with_name("measure_labels.yaml"))
