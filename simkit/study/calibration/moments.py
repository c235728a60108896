"""Moments: the figures of a client's present state that the model has to reproduce, measured and simulated alike.

Orders, revenue, contribution and active customers of a year, shares of worked time, lead times and lateness by class,
deals' duration and outcome, contacts received, requests answered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from simkit.effort.pipeline_figures import CLOSED
from simkit.effort.taxonomy import label_of
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.model.event_log.event_log import KIND_CODE, OUTCOME_CODE
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.calibration.yearly_totals import yearly_totals
from simkit.study.experiment.replicate import met
from simkit.study.measured.client_inputs import period_orders
from simkit.study.measured.demand_level import ENOUGH_CASES, Z95
from simkit.study.measured.fitted_work import share_in_log, worked_for_log
from simkit.study.measured.measured_demand import mean_and_half, working_days_between
from simkit.study.measured.measured_rounds import cycle_days
from simkit.study.measured.rates import NO_DECISION, WON, enough_people, measured_rates
from simkit.study.measures.care_contacts import extra_contacts
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
TOTALS = ("orders", "revenue", "contribution", "active_customers")
#: Activities of a moment of hours, under the name that the moment has; time use may pool the last ones.
HOURS = {
    **{name: (name,) for name in ("selling", "care", "service", "preparation", "travel", "coordination")},
    "administration": ("administration",),
    "prioritisation": ("prioritisation",),
    "building": ("development", "service_design", "building"),
}
LABELS = {
    "orders": Text(de="Aufträge im Jahr", en="Orders a year"),
    "revenue": Text(de="Umsatz im Jahr", en="Revenue a year"),
    "contribution": Text(de="Deckungsbeitrag im Jahr", en="Contribution a year"),
    "active_customers": Text(de="Kunden mit Auftrag im Jahr", en="Customers with an order in a year"),
    "hours": Text(de="Anteil an der Arbeitszeit: {group}", en="Share of worked time: {group}"),
    "lead_time": Text(de="Durchlaufzeit: {group}", en="Lead time: {group}"),
    "late_share": Text(de="Verspätet geliefert: {group}", en="Delivered late: {group}"),
    "cycle": Text(de="Dauer einer Verkaufschance", en="Duration of an opportunity"),
    "deals": Text(de="Abgeschlossene Verkaufschancen", en="Opportunities closed"),
    "win_rate": Text(
        de="Abschlussquote: gewonnen von allen beendeten Chancen", en="Closing rate: won of all opportunities ended"
    ),
    "no_decision_share": Text(de="Kein Entscheid unter den nicht gewonnenen", en="No decision among those not won"),
    "contacts": Text(
        de="Erhaltene Betreuungskontakte je Kunde: {group}", en="Care contacts received per customer: {group}"
    ),
    "requests": Text(de="Beantwortete Serviceanfragen", en="Service requests answered"),
}
MEASURED = ("hours_h", "lead_time_days", "care_level", "revenue_amount", "contribution_amount")
"""Measures of a run that moments are read off."""
UNITS = {
    "orders": "1/a", "revenue": "money/a", "contribution": "money/a", "active_customers": "1", "hours": "share",
    "lead_time": "d", "late_share": "share", "cycle": "d", "deals": "1/a", "win_rate": "share",
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
    """Cases behind it; 0 where it is a share of hours."""
    freedom: float = math.inf
    """Degrees of freedom of the t that its interval was made with: people − 1, or cases − 1; infinite for a normal one."""

    @property
    def key(self) -> str:
        """Name and group in one word, such as ``hours.care``."""
        return f"{self.name}.{self.group}" if self.group else self.name

    @property
    def unit(self) -> str:
        """``money/a``, ``d`` (working days), ``share`` or ``1/a``."""
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
        return "logit" if self.unit == "share" and self.name != "hours" else "log"

    @property
    def half_width(self) -> float:
        """Half-width of the 95 % interval of the measured figure on that scale."""
        low, high = (on_scale(end, self.scale) for end in (self.measured.low, self.measured.high))
        return max((high - low) / 2, Z95 * 1e-3)


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
        For the worked hours of a year, and the assumed hours of what the log lacks.

    Notes
    -----
    Hours: shares of worked time as the time diagnostic has them, with the t-interval over people; what nobody wrote down has
    its assumed hours beside them (:func:`simkit.study.measured.fitted_work.share_in_log`). Lead times: medians with
    the interval of order statistics (Conover 1999, section 3.2). Totals: :func:`yearly_totals`. Others: rates with their
    intervals. A figure on fewer than 20 cases is no moment.
    """
    in_log = share_in_log(time_use, model_inputs, parameters) if time_use is not None else 1.0
    found = [*_hours(time_use, in_log), *_lead_times(client), *_cycles(client)]
    known = {"orders", "late_share", "deals", "win_rate", "no_decision_share", "contacts", "requests"}
    for rate in measured_rates(client, value, worked_for_log(model_inputs, parameters)):
        if rate.name in known:
            found.append(Moment(name=rate.name, group=rate.group, measured=rate.estimate, cases=rate.cases))
    found += [Moment(name=name, group="", measured=one, cases=cases) for name, one, cases in yearly_totals(client)]
    return tuple(sorted(found, key=lambda moment: list(LABELS).index(moment.name)))


def _hours(time_use: TimeUse | None, in_log: float) -> Iterator[Moment]:
    if time_use is None:
        return
    table = time_use.by_activity.set_index("activity")
    over_people = time_use.source == "log" and time_use.people > 1  # what roles state has intervals of normal draws
    freedom = time_use.people - 1.0 if over_people else math.inf
    for name, activities in HOURS.items():
        known = [activity for activity in activities if activity in table.index]
        value, low, high = (float(table.loc[known, end].sum()) * in_log for end in ("share", "low", "high"))
        if value > 0:
            measured = Estimate(value=value, low=low, high=high)
            yield Moment(name="hours", group=name, measured=measured, freedom=freedom)


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
        yield Moment(name="cycle", group="", measured=measured, cases=len(days), freedom=len(days) - 1.0)


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
    from simkit.model.engine_choice import play
    from simkit.model.inputs.replication_inputs import draw_inputs

    inputs = draw_inputs(model_inputs, scenario.on(parameters), seed=seed, replication=replication, today=parameters)
    for variant in variants:
        yield record_moments(play(inputs, met(variant)))


def record_moments(record: Record) -> pd.DataFrame:
    """Return the moments of one run from go-live to its end.

    Returns
    -------
    DataFrame
        Columns year (0), measure, group, value; a figure on no case is missing (NaN).
    """
    view = RecordView(record)
    years = record.end_h / record.year_h
    whole = select(measures(record, MEASURED), year=0)
    of = dict(zip(zip(whole["measure"], whole["group"], strict=True), whole["value"].tolist(), strict=True))
    worked = sum(of.get(("hours_h", one), 0.0) for names in HOURS.values() for one in names)
    rows: list[tuple[str, str, float]] = []
    for name, activities in HOURS.items():
        mine = sum(of.get(("hours_h", one), 0.0) for one in activities)
        rows.append(("hours", name, mine / worked if worked > 0 else np.nan))
    for name in CLASSES:
        rows.append(("lead_time", name, of.get(("lead_time_days", name), np.nan)))
        delivered = view.is_ended("order", "delivered") & (view.cases.order_class == CLASSES.index(name))
        late = float(view.cases.late[delivered].mean()) if delivered.any() else np.nan
        rows.append(("late_share", name, late))
    for name in SEGMENTS:
        needed = record.inputs.parameters.value(f"care.{name}.needed_contacts_per_year")
        rows.append(("contacts", name, of.get(("care_level", name), np.nan) * needed))
    rows += [(name, "", value) for name, value in _deal_moments(view).items()]
    solved = int(view.ended[KIND_CODE["service"], OUTCOME_CODE["solved"]].sum())
    rows.append(("requests", "", solved / years))
    cases = view.cases
    placed = (cases.kind == KIND_CODE["order"]) & (cases.arrived_h >= 0) & (cases.arrived_h < record.end_h)
    rows.append(("orders", "", int(placed.sum()) / years))
    year = placed & (cases.arrived_h < record.year_h)
    rows.append(("active_customers", "", float(len(np.unique(cases.customer[year])))))
    rows.append(("revenue", "", of[("revenue_amount", "")] / years))
    rows.append(("contribution", "", of[("contribution_amount", "")] / years))
    rows.append(("idle", "", of[("hours_h", "idle")] / years))
    rows += _extra_contacts(record, years)
    frame = pd.DataFrame(rows, columns=["measure", "group", "value"])
    return frame.assign(year=0)[["year", "measure", "group", "value"]]


def _extra_contacts(record: Record, years: float) -> Iterator[tuple[str, str, float]]:
    """Yield the customers of each segment, and the contacts a year that each of them got in idle hours."""
    segment_of = np.array(record.inputs.customers.segment, dtype=int)[
        ~np.array(record.inputs.customers.dormant, dtype=bool)
    ]
    _, served = extra_contacts(record)
    for code, name in enumerate(SEGMENTS):
        customers = int((segment_of == code).sum())
        yield "customers", name, float(customers)
        yield "extra_contacts", name, float((served == code).sum()) / years / max(customers, 1)


def _deal_moments(view: RecordView) -> dict[str, float]:
    cases, years = view.cases, view.record.end_h / view.record.year_h
    closed = (view.year_ended >= 0) & (cases.kind == KIND_CODE["opportunity"])
    closed &= np.isin(cases.outcome, [OUTCOME_CODE[name] for name in CLOSED])
    won, undecided = (cases.outcome[closed] == OUTCOME_CODE[name] for name in (WON, NO_DECISION))
    days = (cases.ended_h[closed] - cases.arrived_h[closed]) / view.record.day_h
    return {
        "deals": len(days) / years,
        "cycle": float(days.mean()) if len(days) else float("nan"),
        "win_rate": float(won.mean()) if len(days) else float("nan"),
        "no_decision_share": float(undecided[~won].mean()) if (~won).any() else float("nan"),
        "wins": float(won.sum()) / years,
    }
