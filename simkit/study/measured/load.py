"""How busy the sales force is: task hours that today's demand needs, over the hours that are there for them.

A log shows worked hours only as far as they were written down, and an hour that nobody wrote down may have been idle. How
much is written down is counted on orders, whose number another table knows; what follows is the load, and all work content
of the model is brought to it by one factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from simkit.effort.hours import LoggedHours, logged_hours
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.foundation.parameter_set import Kind, ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.intake.checks.log_coverage import while_logged
from simkit.study import bilingual_texts as texts
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.measured.client_inputs import period_orders
from simkit.study.measured.demand_level import ENOUGH_CASES, Z95, level
from simkit.study.measured.fitted_work import (
    BLOCKED,
    ENTRY,
    all_fitted,
    available_hours,
    expected_hours,
    present_hours,
    times,
)
from simkit.study.measured.measured_demand import Override, bilingual_numbers_of, patched
from simkit.study.measured.rates import LEAST_CAPTURED, LoggedShare, effective, surely_entered
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData
    from simkit.model.inputs.model_inputs import ModelInputs

PATH = "load.utilisation"
ASSUMED_SPREAD = 0.15  # of what people of one role log, where it cannot be seen
Method = Literal["counted", "variation", "assumed"]
KINDS: dict[Method, Kind] = {"counted": "measured", "variation": "partly", "assumed": "assumption"}
COUNTED = Text(
    de="Zeiterfassung, hochgerechnet: Von {n} Aufträgen steht bei {share} die Erfassung darin; übrige Arbeit gilt als "
    "ebenso vollständig notiert",
    en="activities, scaled up: the entry of {share} of {n} orders stands in them; other work is taken to be written down "
    "as completely",
)
ASSUMED = Text(de="nicht messbar, angenommen", en="cannot be measured, assumed")
FLOOR = Text(de="mindestens, was erfasst ist", en="at least what was logged")


@dataclass(frozen=True, kw_only=True)
class LoadEstimate:
    """Today's load, and how it was found."""

    estimate: Estimate
    """Task hours that today's demand needs ÷ hours available for tasks; 95 % interval, or the range of an assumption."""
    method: Method
    """Counted on known orders, told by variation over time, or assumed."""
    source: Text
    """Where it comes from, in one line, with what it rests on."""
    floor: float
    """Logged task hours ÷ available hours: what it can never be below; 0 without a log."""
    logged: LoggedShare | None = None
    """Share of the work that was written down, where it was counted."""

    @property
    def override(self) -> Override:
        """The parameter with its provenance."""
        provenance = Provenance(
            kind=KINDS[self.method], source=self.source.en, source_de=self.source.de, interval=self.estimate
        )
        return {PATH: (self.estimate.value, provenance)}


def measured_load(
    client: ClientData,
    time_use: TimeUse | None,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
) -> LoadEstimate:
    """Return today's load: counted where the log names orders, else the assumption; never below what was logged.

    Parameters
    ----------
    client, time_use, model_inputs
        The client; `time_use` is None when nothing is known of its hours.
    parameters : ParameterSet
        For present hours and the assumption.

    Notes
    -----
    κ = share of the delivered orders whose entry stands in the log with hours that count
    (:mod:`simkit.effort.hours`), at least 20 orders and κ ≥ 0.3. With logged task hours T and blocked hours B and
    today's present hours P over the months of the log, of which κ speaks, too:
    u = f (T / κ) / (P − B / κ), with f = today's orders ÷ the mean of those months. Tasks are all but meetings, development and
    administration that names no order.
    Interval on the log scale: se² = spread² (1/m + 1/n) + (1 − κ) / (κ · orders), where spread is the coefficient of
    variation between people of one role of what they log (:func:`_spread_within_roles`), m and n the effective number
    of people behind the orders' entries and behind all hours (Kish 1965); times the change of ln u with ln κ,
    P / (P − B / κ); t with m − 1 degrees of freedom. Caveats: work on orders and other work are taken to be written
    down equally; an order that is entered in several goes counts as soon as one of them stands in the log, which draws u
    down; extra contacts of idle hours count as tasks. Estimates by role give shares of worked time and so tell no load.
    """
    hours = _logged(client, time_use, model_inputs, parameters)
    floor = hours.utilisation(1.0) if hours is not None else 0.0
    if hours is not None and (logged := _entered_orders(client, hours.log)) is not None:
        return _counted(client, hours, logged, floor)
    return assumed_load(parameters, floor)


def assumed_load(parameters: ParameterSet, floor: float = 0.0) -> LoadEstimate:
    """Return the load as the parameter set assumes it, with its plausible range, drawn up to what was logged."""
    parameter = parameters[PATH]
    value, low, high = (max(end, floor) for end in (parameter.value, parameter.low, parameter.high))
    source = ASSUMED if value == parameter.value else texts.joined(ASSUMED, FLOOR)
    return LoadEstimate(
        estimate=Estimate(value=value, low=low, high=high), method="assumed", source=source, floor=floor
    )


@dataclass(frozen=True, kw_only=True)
class _Hours:
    """Hours of the period."""

    log: LoggedHours
    task_h: float
    blocked_h: float
    """Logged, as they stand."""
    present_h: float

    def utilisation(self, share: float) -> float:
        """Return task hours over available hours if `share` of all work was written down."""
        free = self.present_h - self.blocked_h / share
        return self.task_h / share / free if free > 0 else float("inf")


def _logged(
    client: ClientData, time_use: TimeUse | None, model_inputs: ModelInputs, parameters: ParameterSet
) -> _Hours | None:
    """Return the logged hours of the period by tasks and blocked hours; None without a log that counts."""
    if time_use is None or time_use.source != "log":
        return None
    log = logged_hours(client)
    rows = log.rows
    entry = (rows["activity"] == "administration") & rows["case_id"].isin(_order_ids(client))
    blocked = rows["activity"].isin(BLOCKED) & ~entry
    present = present_hours(model_inputs, parameters) * period_years(while_logged(client))
    return _Hours(
        log=log,
        task_h=float(rows.loc[~blocked, "hours_h"].sum()),
        blocked_h=float(rows.loc[blocked, "hours_h"].sum()),
        present_h=present,
    )


def _order_ids(client: ClientData) -> pd.Series:
    """Return the numbers of all orders, those outside the period included."""
    return client.table("orders")["order_id"].dropna() if client.has("orders") else pd.Series(dtype=object)


def _entered_orders(client: ClientData, log: LoggedHours) -> LoggedShare | None:
    """Return the share of delivered orders whose entry stands in the log with hours that count; None if too few."""
    orders = surely_entered(period_orders(while_logged(client)))
    entries = select(log.rows, activity="administration")
    captured = orders["order_id"].isin(set(entries["case_id"].dropna()))
    if len(orders) < ENOUGH_CASES or captured.mean() < LEAST_CAPTURED:
        return None
    doers = entries[entries["case_id"].isin(orders["order_id"])]
    spread = _spread_within_roles(client, log.rows)
    return LoggedShare(share=float(captured.mean()), spread=spread, people=effective(doers), counted=True)


def _spread_within_roles(client: ClientData, rows: pd.DataFrame) -> float:
    """Return the coefficient of variation of logged hours per contract hour between people of one role, pooled.

    Colleagues of a role share their work, so what they log differently they write down differently; roles may differ in
    load. Where no role has two people who logged, or nobody is named, 15 % is assumed.
    """
    people = client.table("employees")
    people = people.drop_duplicates("employee_id").set_index("employee_id") if "employee_id" in people else people
    hours = rows.groupby("employee_id")["hours_h"].sum()
    hours = hours[hours.index.isin(people.index)]
    fte = people["fte"].fillna(1.0) if "fte" in people else pd.Series(1.0, index=people.index)
    rate = hours / fte.reindex(hours.index)
    role = people["role"].reindex(rate.index).fillna("") if "role" in people else pd.Series("", index=rate.index)
    freedom = len(rate) - role.nunique()
    if freedom < 2 or not rate.mean() > 0:
        return ASSUMED_SPREAD
    deviation = rate / rate.groupby(role).transform("mean") - 1
    return float(np.sqrt((deviation**2).sum() / freedom))


def _counted(client: ClientData, hours: _Hours, logged: LoggedShare, floor: float) -> LoadEstimate:
    from scipy.stats import t

    orders, share = len(surely_entered(period_orders(while_logged(client)))), logged.share
    value = max(hours.utilisation(share) * _orders_today(client), floor)
    slope = hours.present_h / max(hours.present_h - hours.blocked_h / share, 1.0)
    error = float(np.hypot(logged.relative_error(effective(hours.log.rows)), np.sqrt((1 - share) / (share * orders))))
    quantile = float(t.ppf(0.975, logged.people - 1)) if logged.people > 2 else 2 * Z95
    factor = float(np.exp(quantile * error * slope))
    bilingual = bilingual_numbers_of(client)
    return LoadEstimate(
        estimate=Estimate(value=value, low=max(value / factor, floor), high=value * factor),
        method="counted",
        source=COUNTED.fill(n=bilingual.number(orders), share=bilingual.share(share, 0)),
        floor=floor,
        logged=logged,
    )


def _orders_today(client: ClientData) -> float:
    """Return today's level of orders relative to their mean in the months of the log."""
    part = while_logged(client)
    whole, logged = (len(period_orders(one)) / period_years(one) for one in (client, part))
    return level(period_orders(client)["ordered_on"], client).factor * whole / logged


NEARLY_ONE = 1e-9
LOADED = Text(de="auf die Auslastung gebracht (× {factor})", en="brought to the load (× {factor})")


def scaled_to_load(parameters: ParameterSet, model_inputs: ModelInputs) -> ParameterSet:
    """Return the parameter set with all work content scaled by one factor, so that the load is `load.utilisation`.

    Parameters
    ----------
    parameters : ParameterSet
        With the load; a content that was set by hand is not moved, the others carry what is missing.

    Notes
    -----
    factor = (u × (present − blocked) − c) / (expected hours − c), where c are the hours that no content moves or that were
    set by hand. Ratios between contents, and so the shares of worked time, stay as they are.
    """
    free = [path for path in (*all_fitted(), *ENTRY) if parameters[path].provenance.kind != "option"]
    without = parameters.patch(dict.fromkeys(free, 0.0), Provenance(kind="option"))
    kept = sum(expected_hours(model_inputs, without).values())
    movable = sum(expected_hours(model_inputs, parameters).values()) - kept
    wanted = parameters.value(PATH) * available_hours(model_inputs, parameters) - kept
    if movable <= 0 or wanted <= 0 or abs(wanted / movable - 1) < NEARLY_ONE:
        return parameters
    bilingual = BilingualNumbers(currency=model_inputs.currency)
    factor = wanted / movable
    note = LOADED.fill(factor=bilingual.number(factor, 2))
    return patched(parameters, {path: times(parameters[path], factor, note) for path in free})
