"""Backtest: calibrate on the first part of a client's period, predict the rest with an interval, and look what came.

What came later is hidden from the calibration, also what was known of open deals only afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.hours import CAP_H
from simkit.effort.taxonomy import label_of
from simkit.foundation.errors import PrivacyError
from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moment_answers import ANSWERS
from simkit.study.calibration.moment_fit import bench_of, fitted_moments
from simkit.study.calibration.moments import HOURS, measured_moments, play_moments
from simkit.study.experiment.experiment_spec import Engine, Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.measured.client_inputs import client_inputs, period_orders, what_is_missing
from simkit.study.measured.demand_level import dispersion
from simkit.study.measured.fitted_work import present_hours
from simkit.study.measured.measured_demand import Override, patched
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.study.measured.rates import WON, enough_people
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData
    from simkit.model.specification.scenarios import Scenario

LEVEL = 0.80
PREDICTED_MONTHS = 6
LEAST_MONTHS = 15  # of the whole period; less leaves too little to calibrate on
REPLICATIONS = 10
ROUNDS = (2,)
LEVEL_PATH = "demand.level"
#: Effort that goes with the hours of an activity; all parameters of one activity are drawn together.
EFFORT: Mapping[str, tuple[str, ...]] = {
    name: answer.paths for name, answer in ANSWERS.items() if name.startswith("hours.")
}
BLOCKS = ("hours.administration", "hours.prioritisation", "hours.building")
#: Demand that the level of orders does not move.
OTHER_DEMAND = ("opportunities.per_year", "leads.per_year", "service.requests_per_year")
LABELS = {
    "orders": Text(de="Aufträge", en="Orders"),
    "wins": Text(de="Gewonnene Verkaufschancen", en="Opportunities won"),
}


@dataclass(frozen=True, kw_only=True)
class Halves:
    """A client cut in two."""

    before: ClientData
    """What was known at the cut."""
    client: ClientData
    """The whole."""
    cut: dt.date
    """First day that is predicted."""

    @property
    def years(self) -> float:
        """Length of what is predicted, in years."""
        return ((self.client.last - self.cut).days + 1) / DAYS_PER_YEAR


def halves(client: ClientData, months: int = PREDICTED_MONTHS) -> Halves | None:
    """Cut the last months off a client; None when the period is shorter than 15 months.

    Deals that were open at the cut are open again.
    """
    cut = (pd.Timestamp(client.last) + pd.Timedelta(days=1) - pd.DateOffset(months=months)).date()
    if pd.Timestamp(client.first) + pd.DateOffset(months=LEAST_MONTHS) > pd.Timestamp(client.last) + pd.Timedelta(
        days=1
    ):
        return None
    tables = {name: _known_at(name, frame, pd.Timestamp(cut)) for name, frame in client.tables.items()}
    kept = {name: frame for name, frame in tables.items() if len(frame)}
    before = replace(client, tables=kept, last=cut - dt.timedelta(days=1))
    return Halves(before=before, client=client, cut=cut)


_STARTS = {"orders": "ordered_on", "opportunities": "opened_on", "activities": "started_at", "employees": "entry_on"}


def _known_at(name: str, frame: pd.DataFrame, cut: pd.Timestamp) -> pd.DataFrame:
    column = _STARTS.get(name)
    if column is None or column not in frame:
        return frame
    known = frame[frame[column].isna() | (frame[column] < cut)].reset_index(drop=True)
    later = {date: known[date] >= cut for date in ("delivered_on", "closed_on", "left_on", "paid_on") if date in known}
    known = known.assign(**{date: known[date].mask(after) for date, after in later.items()})
    if name == "opportunities" and "closed_on" in later:
        known = known.assign(stage=known["stage"].mask(later["closed_on"], "open"))
    return known


def backtest(
    client: ClientData,
    *,
    replications: int = REPLICATIONS,
    rounds: Sequence[int] = ROUNDS,
    seed: int = 1,
    execution: Execution = Execution(),
) -> pd.DataFrame | None:
    """Predict the last six months from what was known before, and compare.

    Parameters
    ----------
    client : ClientData
        With at least 15 months of orders.
    replications : int
        Replications, each with parameters of its own drawn from what is uncertain about them.
    rounds : sequence of int
        Rounds of the moments fit on what was known, with the replications of their steps.

    Returns
    -------
    DataFrame or None
        One row per figure: figure (``hours.<activity>``, ``orders``, ``wins``), label_de, label_en, unit, observed,
        predicted, low, high, covered. Sums over the predicted months. None when the period is too short, or nothing
        can be simulated.

    Notes
    -----
    Prediction interval of 80 %: mean ± t(0.9; R − 1) · s · √(1 + 1/R) over R replications, s from replications that
    differ in their luck and in the parameters. Drawn are: the level of orders, rates from
    their intervals, and effort by activity from the spread of its monthly share / √months. Caveat: hours are shares of
    the log × present hours, so a change of presence is not predicted.
    """
    parts = halves(client)
    if parts is None or what_is_missing(parts.before) is not None:
        return None
    from simkit.value.customers.customer_value import customer_value

    before = parts.before
    effort = known_time(before, seed)
    value = customer_value(before, seed=seed)
    model_inputs = client_inputs(before, value)
    parameter_set = measured_parameters(before, effort, value, load_defaults())
    moments = measured_moments(before, effort, value, model_inputs, parameter_set)
    bench = bench_of(model_inputs, seed=seed, execution=execution)
    fit = fitted_moments(moments, parameter_set, bench, rounds=rounds)
    fitted = patched(parameter_set, fit.override)
    how = BacktestRuns(number=replications, seed=seed, execution=execution)
    as_known = _runs(
        parts.years, model_inputs, fitted.patch({"reaction.on": 0.0}, Provenance(kind="option")), how, play_moments
    )
    runs = _runs(
        parts.years, model_inputs, with_uncertainty(fitted, parameter_set, before, effort), how, play_prediction
    )
    present_h = present_hours(model_inputs, parameter_set) * parts.years
    known = observed(before, effort, before.first, before.last)
    per_years = parts.years / period_years(before)
    known = {name: value * (present_h if name.startswith("hours.") else per_years) for name, value in known.items()}
    came = observed(client, effort, parts.cut, client.last)
    came = {name: value * (present_h if name.startswith("hours.") else 1.0) for name, value in came.items()}
    return compared(runs, as_known, known, came)


def known_time(client: ClientData, seed: int) -> TimeUse | None:
    """Return where the hours go, or None when nothing is known or too few people stand behind it."""
    from simkit.effort.time_use import time_use

    if not (client.has("activities") or client.has("time_estimates")):
        return None
    try:
        return time_use(client, seed=seed)
    except PrivacyError:
        return None


# --- what is uncertain -----------------------------------------------------------------------------------------------


def with_uncertainty(
    parameter_set: ParameterSet, measured: ParameterSet, client: ClientData, effort: TimeUse | None
) -> ParameterSet:
    """Return a parameter set whose intervals say how uncertain each parameter is for a prediction about the same people.

    Parameters
    ----------
    parameter_set : ParameterSet
        Calibrated.
    measured : ParameterSet
        As measured, for the intervals.
    client, effort
        What was known.
    """
    changed: Override = {}
    for path, parameter in parameter_set.items():
        own = measured[path].provenance.interval
        if own is not None and parameter.provenance.kind in {"measured", "partly"} and not _is_effort(path):
            half = (own.high - own.low) / 2
            changed[path] = parameter.value, _around(parameter.value, half)
    spread = monthly_spread(client, effort)
    for name, relative in spread.items():
        for path in EFFORT[name]:
            changed[path] = (
                parameter_set.value(path),
                _around(parameter_set.value(path), 1.96 * relative * parameter_set.value(path)),
            )
    error = order_level_error(client, PREDICTED_MONTHS / 12)
    changed[LEVEL_PATH] = 1.0, _around(1.0, 1.96 * error)
    for path in ("reaction.on", "demand.ceiling"):
        changed[path] = (
            (0.0 if path == "reaction.on" else max(parameter_set.value(path), 2.0)),
            Provenance(kind="option"),
        )
    return patched(parameter_set, changed)


def _is_effort(path: str) -> bool:
    return any(path in paths for paths in EFFORT.values())


def _around(value: float, half: float) -> Provenance:
    return Provenance(kind="option", interval=Estimate(value=value, low=value - half, high=value + half))


def monthly_spread(client: ClientData, effort: TimeUse | None) -> dict[str, float]:
    """Return the relative standard error with which each activity's share in the log is predicted.

    Notes
    -----
    s / √n from its shares in n months. Blocks of fixed time have no luck of their own in the model, so theirs in the
    six months to come is added: s · √(1/n + 1/6).
    """
    hours = monthly_hours(client, effort)
    if len(hours) < PREDICTED_MONTHS:
        return {}
    shares = hours.div(hours.sum(axis=1), axis=0)
    coming = pd.Series({name: float(f"hours.{name}" in BLOCKS) / PREDICTED_MONTHS for name in shares})
    error = shares.std(ddof=1) * np.sqrt(1 / len(shares) + coming) / shares.mean()
    return {
        f"hours.{name}": float(value) for name, value in error.items() if f"hours.{name}" in EFFORT and value == value
    }


def monthly_hours(client: ClientData, effort: TimeUse | None) -> pd.DataFrame:
    """Return the logged hours by activity, one row per month; activities that are not shown are left out."""
    if effort is None or effort.source != "log" or "started_at" not in client.table("activities"):
        return pd.DataFrame()
    log = client.table("activities")
    chosen = log[(log["hours"] > 0) & (log["hours"] <= CAP_H) & log["started_at"].notna()]
    groups = {activity: name for name, activities in HOURS.items() for activity in activities}
    by = [chosen["started_at"].dt.to_period("M"), chosen["activity"].map(groups)]
    table = chosen.groupby(by)["hours"].sum().unstack().fillna(0.0)
    shown = {groups[name] for name in effort.by_activity["activity"] if name in groups}
    return table[[name for name in table if name in shown]]


def order_level_error(client: ClientData, years: float) -> float:
    """Return the relative standard error of the orders that are to come, apart from their own Poisson luck.

    Notes
    -----
    Orders are taken to come as often as before; √(φ / n + (φ − 1) / m) with n orders before, m expected, and φ the
    dispersion of the monthly counts, in which a trend and a season are contained. No trend is drawn out into the future:
    a year and a half of it says too little about the next half.
    """
    orders = period_orders(client)
    uneven = dispersion(orders["ordered_on"], client)
    number = max(len(orders), 1)
    expected = number * years / period_years(client)
    return float(np.sqrt(uneven / number + (uneven - 1) / max(expected, 1.0)))


# --- the prediction --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BacktestRuns:
    """How many replications are run, from which seed, and where."""

    number: int
    seed: int
    execution: Execution


def play_prediction(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Draw the uncertain parameters of one replication within their intervals, then yield the moments of the run."""
    return play_moments(model_inputs, drawn(parameters, seed, replication), scenario, variants, seed, replication)


def drawn(parameters: ParameterSet, seed: int, replication: int) -> ParameterSet:
    """Return the parameter set with every parameter that has an interval drawn from a normal distribution of that width."""
    group = {path: name for name, paths in EFFORT.items() for path in paths}
    values: dict[str, float] = {}
    for path, parameter in parameters.items():
        interval = parameter.provenance.interval
        if interval is None or parameter.provenance.kind != "option":
            continue
        mark = float(stream(seed, replication, f"backtest.{group.get(path, path)}").standard_normal())
        value = parameter.value + mark * (interval.high - interval.low) / (2 * 1.96)
        values[path] = min(max(value, parameter.minimum), parameter.maximum)
    level = values.get(LEVEL_PATH, parameters.value(LEVEL_PATH))
    for path in OTHER_DEMAND:
        values[path] = values.get(path, parameters.value(path)) / level
    return parameters.patch(values, Provenance(kind="option"))


def _runs(
    years: float, model_inputs: ModelInputs, parameters: ParameterSet, replications: BacktestRuns, engine: Engine
) -> pd.DataFrame:
    from simkit.model.specification.designs import load_design
    from simkit.model.specification.scenarios import load_scenario

    parameter_set = parameters.patch({"time.horizon_years": max(years, 0.25)}, Provenance(kind="option"))
    experiment = Experiment(
        variants=(Variant(label="today", design=load_design("baseline")),), scenarios={"prediction": load_scenario("today")},
        replications=replications.number, seed=replications.seed,
    )  # fmt: skip
    frame = run_experiment(
        experiment, model_inputs, parameter_set, execution=replications.execution, engine=engine
    ).frame
    group = frame["group"].where(frame["group"] == "", "." + frame["group"])
    return frame.assign(figure=frame["measure"] + group).pivot(index="figure", columns="replication", values="value")


def observed(client: ClientData, effort: TimeUse | None, first: dt.date, last: dt.date) -> dict[str, float]:
    """Return what a span of time shows: shares of the log by activity, orders placed and deals won."""
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    found = {"orders": float(period_orders(client)["ordered_on"].between(start, end).sum())}
    if client.has("opportunities") and {"closed_on", "stage"} <= set(client.table("opportunities")):
        deals = client.table("opportunities")
    else:
        deals = pd.DataFrame()
    if len(deals) and enough_people(deals, client):
        found["wins"] = float((deals["closed_on"].between(start, end) & (deals["stage"] == WON)).sum())
    if client.has("activities") and "started_at" in client.table("activities"):
        log = client.table("activities")
        inside = log[log["started_at"].between(start, end + pd.Timedelta(days=1), inclusive="left")]
        hours = monthly_hours(replace(client, tables={"activities": inside}), effort)
        found |= {f"hours.{name}": float(hours[name].sum() / hours.to_numpy().sum()) for name in hours}
    return found


def compared(
    runs: pd.DataFrame, as_known: pd.DataFrame, known: Mapping[str, float], came: Mapping[str, float]
) -> pd.DataFrame:
    """Return prediction, interval and observation beside each other.

    Parameters
    ----------
    runs, as_known : DataFrame
        Simulated figures with the uncertain parameters drawn, and with all as they were fitted; a column per replication.
    known, came : mapping of str to float
        What the time before the cut showed (per length of the predicted months), and what came.

    Notes
    -----
    What the fit misses is carried over: prediction = known × drawn / mean of the runs as fitted.
    """
    from scipy.stats import t

    rows = []
    for name, seen in came.items():
        level = float(as_known.loc[name].to_numpy(dtype=float).mean()) if name in as_known.index else 0.0
        if not (name in known and name in runs.index and level > 0):
            continue
        values = runs.loc[name].to_numpy(dtype=float) * known[name] / level
        number = len(values)
        half = (
            float(t.ppf(0.5 + LEVEL / 2, number - 1)) * float(np.std(values, ddof=1)) * float(np.sqrt(1 + 1 / number))
        )
        mean, is_hours = float(values.mean()), name.startswith("hours.")
        label = label_of(name.removeprefix("hours.")) if is_hours else LABELS[name]
        inside = mean - half <= seen <= mean + half
        rows.append((name, label.de, label.en, "h" if is_hours else "1", seen, mean, mean - half, mean + half, inside))
    columns = ["figure", "label_de", "label_en", "unit", "observed", "predicted", "low", "high", "covered"]
    return pd.DataFrame(rows, columns=columns)
