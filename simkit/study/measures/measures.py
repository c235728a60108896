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
from simkit.foundation.frames import Floats, Whole
from simkit.model.event_log.event_log import KIND_CODE, OUTCOME_CODE, Record
from simkit.model.event_log.time_accounts import IDLE
from simkit.model.run_state import PERSON_STEP
from simkit.model.specification.model_parameters import BESPOKE, CLASSES, SEGMENTS
from simkit.study.measures.care_contacts import extra_contacts, needed_contacts
from simkit.study.measures.moved import handed_over_h
from simkit.study.measures.record_view import RecordView

Rows = Iterator[tuple[str, Floats, float]]  # group, value per year, value of all years
NO_YEARS: Floats = np.zeros(0)
FACING = ("selling", "care", "service")
FACES_CUSTOMERS = np.isin(ACTIVITIES, FACING)
COORDINATION = ACTIVITIES.index("coordination")
NOBODY = -1


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
    entries, years = view.entries, view.years
    served = _segments_served(view) * years
    served[served < 0] = len(SEGMENTS) * years  # behind all segments
    facing = np.flatnonzero(FACES_CUSTOMERS[entries.activity])
    place = served[entries.task[facing]] + entries.window[facing]
    hours = np.bincount(place, entries.clock_h[facing], (len(SEGMENTS) + 1) * years).reshape(-1, years)
    for code, name in enumerate(SEGMENTS):
        yield name, hours[code], hours[code].sum()


def _segments_served(view: RecordView) -> Whole:
    """Return the segment of the customer whom each task serves; −1 for work for nobody in particular."""
    tasks, own = view.record.task_columns, np.array(view.record.inputs.customers.segment, dtype=np.int64)
    segment: Whole = tasks.of_case(view.cases.segment, NOBODY)
    for_customer = tasks.case <= -2  # an extra contact carries its customer instead of a case
    segment[for_customer] = own[-2 - tasks.case[for_customer]]
    return segment


def _facing_content(view: RecordView) -> Rows:
    entries = view.entries
    hours = entries.sums(entries.content_h, view.years, FACES_CUSTOMERS[entries.activity])
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
    contract = view.account.contract.sum(axis=0)
    fte = contract / (view.record.year_h * view.money.years)
    yield "", fte, contract.sum() / (view.record.year_h * view.money.years.sum())


def _posts(view: RecordView) -> Rows:
    """Posts, vacant ones included, and those that the design adds."""
    record = view.record
    added = record.inputs.succession.additional(round(record.parameters.value("staff.additional_posts")))
    posts = float(sum(chain[0].fte for chain in (*record.inputs.tenures, *added) if chain))
    yield "", np.full(view.years, posts), posts


def _absent(view: RecordView) -> Rows:
    hours = view.account.absent.sum(axis=0)
    yield "", hours, hours.sum()


def _open_work_change(view: RecordView) -> Rows:
    change = np.diff(view.open_h)
    yield "", change, change.sum()


def _open_work(view: RecordView) -> Rows:
    """Expected remaining content of open cases at the end of each year; over the horizon at its end."""
    yield "", view.open_h[1:], float(view.open_h[-1])


def _idle_by_unit(view: RecordView) -> Rows:
    """Idle share of the people who sit in a unit at the start of a year."""
    frame, account = view.record.assignments, view.account
    sittings = list(zip(*(frame[name].tolist() for name in ("slot", "number", "unit", "from_h")), strict=True))
    seats = [
        {slot * PERSON_STEP + number: unit for slot, number, unit, from_h in sittings if from_h <= edge}
        for edge in view.edges[:-1]
    ]
    for unit in dict.fromkeys(unit for _, _, unit, from_h in sittings if from_h <= view.edges[-2]):
        idle, present = np.zeros(view.years), np.zeros(view.years)
        for year, sits in enumerate(seats):
            mine = account.activities[[sits.get(code) == unit for code in account.people.tolist()], year]
            idle[year], present[year] = mine[:, IDLE].sum(), mine.sum()
        if present.sum() > 0:
            yield unit, _ratio(idle, present), float(_ratio(idle.sum(), present.sum()))


# --- what got done and what did not ----------------------------------------------------------------------------------


def _ended_as(kind: str, outcome: str, column: str = "") -> Callable[[RecordView], Rows]:
    def compute(view: RecordView) -> Rows:
        found = view.ended[KIND_CODE[kind], OUTCOME_CODE[outcome]]
        groups = {"": found.sum(axis=(0, 1))}
        if column == "segment":
            groups = dict(zip(SEGMENTS, found.sum(axis=0), strict=True))
        elif column == "order_class":
            groups = dict(zip(CLASSES, found.sum(axis=1), strict=True))
        for name, counts in groups.items():
            yield name, counts.astype(float), float(counts.sum())

    return compute


def _refused_deals(view: RecordView) -> Rows:
    """Leads and opportunities that found the limit of open deals reached."""
    kinds = [KIND_CODE["lead"], KIND_CODE["opportunity"]]
    counts = view.ended[kinds, OUTCOME_CODE["refused"]].sum(axis=(0, 1, 2)).astype(float)
    yield "", counts, counts.sum()


def _late(view: RecordView) -> Rows:
    counts = view.per_year(view.year_ended[view.is_ended("order", "delivered") & view.cases.late])
    yield "", counts, counts.sum()


def _late_share(view: RecordView) -> Rows:
    """Share of the delivered orders that came after their promised date, by class."""
    delivered = view.is_ended("order", "delivered")
    for code, name in enumerate(CLASSES):
        mine = delivered & (view.cases.order_class == code)
        late, every = (view.per_year(view.year_ended[chosen]) for chosen in (mine & view.cases.late, mine))
        yield name, _ratio(late, every), float(_ratio(late.sum(), every.sum()))


def _lapsed_share(view: RecordView) -> Rows:
    """Share of the service requests that lapsed before anybody answered."""
    lapsed, done = (
        view.ended[KIND_CODE["service"], OUTCOME_CODE[name]].sum(axis=(0, 1)) for name in ("lapsed", "done")
    )
    yield "", _ratio(lapsed, lapsed + done), float(_ratio(lapsed.sum(), lapsed.sum() + done.sum()))


def _lead_time(view: RecordView) -> Rows:
    """Median working days from order to delivery, by class."""
    cases, delivered = view.cases, np.flatnonzero(view.is_ended("order", "delivered"))
    days = (cases.ended_h[delivered] - cases.arrived_h[delivered]) / view.record.day_h
    order_class, year = cases.order_class[delivered], view.year_ended[delivered]
    for code, name in enumerate(CLASSES):
        mine = order_class == code
        by_year = np.array([_median(days[mine & (year == number)]) for number in range(view.years)])
        yield name, by_year, _median(days[mine])


def _median(values: Floats) -> float:
    return float(np.median(values)) if values.size else float("nan")


def _care_level(view: RecordView) -> Rows:
    """Contacts received, phone calls by their weight, over contacts needed by the customers there were."""
    needed = needed_contacts(view)
    weights = {
        name: view.value("care.phone_weight") if view.value(f"care.{name}.by_phone") >= 0.5 else 1.0
        for name in SEGMENTS
    }
    done = view.ended[KIND_CODE["care"], OUTCOME_CODE["done"]].sum(axis=0)
    end_h, segment = extra_contacts(view.record)
    extra_year = np.searchsorted(view.edges, end_h, side="left") - 1
    for code, name in enumerate(SEGMENTS):
        received = done[code] + np.bincount(extra_year[segment == code].clip(0), minlength=view.years)[: view.years]
        yield (
            name,
            _ratio(received * weights[name], needed[code]),
            float(_ratio(received.sum() * weights[name], needed[code].sum())),
        )


def _customers(view: RecordView) -> Rows:
    year = view.year_of(view.record.churned["at_h"].to_numpy(float))
    counts = view.per_year(year)
    yield "", counts, counts.sum()


def _active_customers(view: RecordView) -> Rows:
    """Customers who placed an order in a year; over the horizon the mean of its years."""
    orders = view.cases.kind == KIND_CODE["order"]
    year, customer = view.year_of(view.cases.arrived_h[orders]), view.cases.customer[orders]
    placed = np.zeros((view.years + 1, len(view.record.inputs.customers.segment)), dtype=bool)
    placed[year, customer] = True  # the last row is that of no year
    counts = placed[:-1].sum(axis=1).astype(float)
    yield "", counts, float(counts.mean())


def _at_go_live(item: str) -> Callable[[RecordView], Rows]:
    """Return the measure of what the design moves at go-live, which is in the first year."""

    def compute(view: RecordView) -> Rows:
        moved = np.zeros(view.years)
        moved[0] = getattr(view.record, item)
        yield "", moved, moved[0]

    return compute


def _handovers_per_case(view: RecordView) -> Rows:
    """Changes of the person who works on a case, per case that ended."""
    year = view.year_of(handed_over_h(view.record))
    handed, ended = view.per_year(year), view.ended.sum(axis=(0, 1, 2, 3))
    yield "", _ratio(handed, ended), float(_ratio(handed.sum(), ended.sum()))


def _coordination_per_bespoke(view: RecordView) -> Rows:
    """Hours of coordination per delivered bespoke order."""
    entries, cases = view.entries, view.cases
    bespoke = (cases.kind == KIND_CODE["order"]) & (cases.order_class == BESPOKE)
    mine = view.record.task_columns.of_case(bespoke, False)[entries.task] & (entries.activity == COORDINATION)
    hours = entries.sums(entries.clock_h, view.years, mine)
    orders = view.ended[KIND_CODE["order"], OUTCOME_CODE["delivered"], BESPOKE].sum(axis=0)
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
    "once_cost_amount": _measure("money", -1, _money("once")),
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
    "posts": _measure("fte", 0, _posts, 1),
    "idle_share": _measure("share", 0, _idle_by_unit, 3),
    "open_work_change_h": _measure("h", -1, _open_work_change),
    "open_work_h": _measure("h", -1, _open_work),
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
    "late_share": _measure("share", -1, _late_share, 3),
    "lapsed_request_share": _measure("share", -1, _lapsed_share, 3),
    "lead_time_days": _measure("d", -1, _lead_time, 1),
    "active_customers": _measure("1", 1, _active_customers),
    "lost_customers": _measure("1", -1, _customers),
    "care_level": _measure("share", 1, _care_level, 2),
    "coordination_per_bespoke_order_h": _measure("h", -1, _coordination_per_bespoke, 1),
    "people_moved": _measure("1", 0, _at_go_live("people_moved")),
    "accounts_moved": _measure("1", 0, _at_go_live("accounts_moved")),
    "handovers_per_case": _measure("1", 0, _handovers_per_case, 2),
}


MEASURE_LABELS = Labels(Path(__file__).with_name("measure_labels.yaml"))
