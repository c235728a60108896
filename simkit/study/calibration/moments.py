"""Moments: the figures of a client's present state that the model has to reproduce, measured and simulated alike.

Hours by activity, lead times and lateness by class, deals' duration and outcome, contacts received, requests answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from simkit.effort.taxonomy import label_of
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.model.event_log.event_log import EXTRA_CODE
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.measured.client_inputs import period_orders
from simkit.study.measured.fitted_work import present_hours
from simkit.study.measured.measured_demand import mean_and_half
from simkit.study.measured.measured_rounds import cycle_days
from simkit.study.measured.rates import CLOSED, ENOUGH_CASES, NO_DECISION, WON, Z95, enough_people, measured_rates
from simkit.study.measures.measures import measures
from simkit.study.measures.record_view import RecordView

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.intake.client import ClientData
    from simkit.model.event_log.event_log import Record
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.scenarios import Scenario
    from simkit.study.experiment.experiment_spec import Variant
    from simkit.value.customers.customer_value import CustomerValue

Scale = Literal["log", "logit"]
DISCRETIONARY = tuple(EXTRA_CODE[name] for name in ("extra_contact", "prospecting", "module_building"))
#: Activities of a moment of hours, under the name that the moment has; time use may pool the last ones.
HOURS = {
    **{name: (name,) for name in ("selling", "care", "service", "preparation", "travel", "coordination")},
    "administration": ("administration",),
    "prioritisation": ("prioritisation",),
    "building": ("development", "service_design", "building"),
}
LABELS = {
    "hours": Text(de="Stunden: {group}", en="Hours: {group}"),
    "lead_time": Text(de="Durchlaufzeit: {group}", en="Lead time: {group}"),
    "late_share": Text(de="Verspätet geliefert: {group}", en="Delivered late: {group}"),
    "cycle": Text(de="Dauer einer Verkaufschance", en="Duration of an opportunity"),
    "deals": Text(de="Abgeschlossene Verkaufschancen", en="Opportunities closed"),
    "win_rate": Text(de="Gewinnquote", en="Win rate"),
    "no_decision_share": Text(de="Kein Entscheid unter den nicht gewonnenen", en="No decision among those not won"),
    "contacts": Text(de="Erhaltene Kontakte je Kunde: {group}", en="Contacts received per customer: {group}"),
    "requests": Text(de="Beantwortete Serviceanfragen", en="Service requests answered"),
}
UNITS = {
    "hours": "h/a", "lead_time": "d", "late_share": "share", "cycle": "d", "deals": "1/a", "win_rate": "share",
    "no_decision_share": "share", "contacts": "1/a", "requests": "1/a",
}  # fmt: skip
CLASS_NAMES = {
    "standard": Text(de="Serie", en="standard"),
    "configured": Text(de="konfiguriert", en="configured"),
    "bespoke": Text(de="Sonderauftrag", en="bespoke"),
}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One figure of the present state."""

    name: str
    group: str
    """Kind of figure, and activity, class or segment; empty for all."""
    measured: Estimate
    """With its 95 % interval, in `unit`."""
    cases: int = 0
    """Cases behind it; 0 where it is hours."""

    @property
    def key(self) -> str:
        """Name and group in one word, such as ``hours.care``."""
        return f"{self.name}.{self.group}" if self.group else self.name

    @property
    def unit(self) -> str:
        """``h/a``, ``d`` (working days), ``share`` or ``1/a``."""
        return UNITS[self.name]

    @property
    def label(self) -> Text:
        """What people call it."""
        group: Text | str = self.group
        if self.name == "hours":
            group = label_of(self.group)
        elif self.group in CLASS_NAMES:
            group = CLASS_NAMES[self.group]
        return LABELS[self.name].fill(group=group)

    @property
    def scale(self) -> Scale:
        """On which scale its error is about normal: logarithm, or log odds of a share."""
        return "logit" if self.unit == "share" else "log"

    @property
    def error(self) -> float:
        """Standard error of the measured figure on that scale."""
        low, high = (on_scale(end, self.scale) for end in (self.measured.low, self.measured.high))
        return max((high - low) / (2 * Z95), 1e-3)


def on_scale(value: float, scale: Scale) -> float:
    """Return a figure on the scale on which its error is about normal; zero and one are drawn inside."""
    if scale == "log":
        return float(np.log(max(value, 1e-9)))
    inside = min(max(value, 1e-4), 1 - 1e-4)
    return float(np.log(inside / (1 - inside)))


def measured_moments(
    client: ClientData,
    time_use: TimeUse | None,
    value: CustomerValue,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
) -> tuple[Moment, ...]:
    """Return every moment that the client's tables tell.

    Parameters
    ----------
    client, time_use, value, model_inputs
        The client; `time_use` is None when nothing is known of its hours.
    parameters : ParameterSet
        For the present hours of a year.

    Notes
    -----
    Hours: share of the time diagnostic × present hours, interval from its bootstrap over people. Lead times: medians
    with the interval of order statistics (Conover 1999, section 3.2). Others: rates with their intervals. A figure on
    fewer than 20 cases is no moment.
    """
    present = present_hours(model_inputs, parameters)
    found = [*_hours(time_use, present), *_lead_times(client), *_cycles(client)]
    known = {"late_share", "deals", "win_rate", "no_decision_share", "contacts", "requests"}
    for rate in measured_rates(client, value, present):
        if rate.name in known:
            found.append(Moment(name=rate.name, group=rate.group, measured=rate.estimate, cases=rate.cases))
    return tuple(found)


def _hours(time_use: TimeUse | None, present_h: float) -> Iterator[Moment]:
    if time_use is None:
        return
    table = time_use.by_activity.set_index("activity")
    for name, activities in HOURS.items():
        known = [activity for activity in activities if activity in table.index]
        value, low, high = (float(table.loc[known, end].sum()) * present_h for end in ("share", "low", "high"))
        if value > 0:
            yield Moment(name="hours", group=name, measured=Estimate(value=value, low=max(low, 1e-6), high=high))


def _lead_times(client: ClientData) -> Iterator[Moment]:
    if not client.has("orders"):
        return
    orders = period_orders(client)
    if "delivered_on" not in orders:
        return
    for name in CLASSES:
        mine = orders[(orders["order_class"] == name) & (orders["delivered_on"] >= orders["ordered_on"])]
        if len(mine) >= ENOUGH_CASES:
            days = working_days_between(mine["ordered_on"], mine["delivered_on"], client)
            yield Moment(name="lead_time", group=name, measured=_median(days), cases=len(days))


def working_days_between(first: pd.Series, last: pd.Series, client: ClientData) -> np.ndarray:
    """Return the working days from one day to another, row by row."""
    worked = client.calendar.dates(first.min().date(), last.max().date()).to_numpy()
    start, end = (np.searchsorted(worked, column.dt.normalize().to_numpy()) for column in (first, last))
    days: np.ndarray = (end - start).astype(float)
    return days


def _median(values: np.ndarray) -> Estimate:
    """Median with the 95 % interval of order statistics; at least half a day wide, since dates are whole days."""
    ordered, number = np.sort(values), len(values)
    reach = Z95 * np.sqrt(number) / 2
    low, high = ordered[max(int(number / 2 - reach), 0)], ordered[min(int(np.ceil(number / 2 + reach)), number - 1)]
    middle = float(np.median(ordered))
    return Estimate(value=max(middle, 0.25), low=max(min(low, middle - 0.5), 0.2), high=max(high, middle + 0.5))


def _cycles(client: ClientData) -> Iterator[Moment]:
    days = cycle_days(client)
    shown = client.has("opportunities") and enough_people(client.table("opportunities"), client)
    if shown and len(days) >= ENOUGH_CASES and days.mean() > 0:
        mean, half = mean_and_half(days)
        measured = Estimate(value=mean, low=max(mean - half, 0.1), high=mean + half)
        yield Moment(name="cycle", group="", measured=measured, cases=len(days))


# --- the same figures of a run ---------------------------------------------------------------------------------------


def play_moments(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Draw one replication and yield the moments of every variant in it, as
    :func:`simkit.study.experiment.replicate.play_replication` does measures."""
    from simkit.model.engine.engine import simulate
    from simkit.model.inputs.replication_inputs import draw_inputs

    inputs = draw_inputs(model_inputs, scenario.on(parameters), seed=seed, replication=replication, today=parameters)
    for variant in variants:
        design = replace(variant.design, override={**variant.design.override, **variant.changes})
        yield record_moments(simulate(inputs, design))


def record_moments(record: Record) -> pd.DataFrame:
    """Return the moments of one run from go-live to its end.

    Returns
    -------
    DataFrame
        Columns year (0), measure, group, value; a figure on no case is missing (NaN).
    """
    view = RecordView(record)
    years = record.end_h / record.year_h
    whole = measures(record)
    whole = select(whole, year=0)
    of = dict(zip(zip(whole["measure"], whole["group"], strict=True), whole["value"].tolist(), strict=True))
    rows: list[tuple[str, str, float]] = []
    for name, activities in HOURS.items():
        rows.append(("hours", name, sum(of.get(("hours_h", one), 0.0) for one in activities) / years))
    for name in CLASSES:
        rows.append(("lead_time", name, of.get(("lead_time_days", name), np.nan)))
        mine = select(view.delivered, order_class=name)
        rows.append(("late_share", name, float(mine["late"].astype(bool).mean()) if len(mine) else np.nan))
    for name in SEGMENTS:
        needed = record.inputs.parameters.value(f"care.{name}.contacts_per_year")
        rows.append(("contacts", name, of.get(("care_level", name), np.nan) * needed))
    rows += [(name, "", value) for name, value in _deal_moments(view).items()]
    solved = select(view.ended, kind="service", outcome="solved")
    rows.append(("requests", "", len(solved) / years))
    arrived = select(record.cases, kind="order")["arrived_h"]
    rows.append(("orders", "", float(((arrived >= 0) & (arrived < record.end_h)).sum()) / years))
    rows.append(("slack", "", _slack_share(view, of)))
    frame = pd.DataFrame(rows, columns=["measure", "group", "value"])
    return frame.assign(year=0)[["year", "measure", "group", "value"]]


def _slack_share(view: RecordView, of: Mapping[tuple[str, str], float]) -> float:
    """Share of present hours that nobody asked for: discretionary work and idle time."""
    tasks = view.record.tasks
    free = tasks["extra"].isin(DISCRETIONARY) & (tasks["end_h"] >= 0)
    idle, present = of.get(("hours_h", "idle"), 0.0), of.get(("present_h", ""), 0.0)
    return (float(tasks.loc[free, "clock_h"].sum()) + idle) / present if present > 0 else float("nan")


def _deal_moments(view: RecordView) -> dict[str, float]:
    deals = view.ended[(view.ended["kind"] == "opportunity") & view.ended["outcome"].isin(CLOSED)]
    won = deals["outcome"] == WON
    unwon = deals[~won]
    days = (deals["ended_h"] - deals["arrived_h"]) / view.record.day_h
    years = view.record.end_h / view.record.year_h
    return {
        "deals": len(deals) / years,
        "cycle": float(days.mean()) if len(deals) else float("nan"),
        "win_rate": float(won.mean()) if len(deals) else float("nan"),
        "no_decision_share": float((unwon["outcome"] == NO_DECISION).mean()) if len(unwon) else float("nan"),
        "wins": float(won.sum()) / years,
    }
