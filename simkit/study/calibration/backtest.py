"""Backtest: calibrate on the first part of a client's period, predict the rest with an interval, and look what came.

What came later is hidden from the calibration, also what was known of open deals only afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.hours import CAP_H
from simkit.effort.taxonomy import label_of
from simkit.foundation.errors import PrivacyError
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moment_fit import bench_of, fitted_moments
from simkit.study.calibration.moments import HOURS, measured_moments, play_moments
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.measured.client_inputs import client_inputs, period_orders, posts, staff, what_is_missing
from simkit.study.measured.demand_level import dispersion, monthly_counts
from simkit.study.measured.fitted_work import present_hours
from simkit.study.measured.measured_demand import patched
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.study.measured.rates import WON, enough_people
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.intake.client import ClientData

LEVEL = 0.80
PREDICTED_MONTHS = 6
LEAST_MONTHS = 15  # of the whole period; less leaves too little to calibrate on
REPLICATIONS = 10
ROUNDS, LAST = (2,), (4, 6)
HELD = {"staff.quit_per_year": 0.0, "reaction.on": 0.0}
"""In the predicted months the staff is taken as it was, and customers as they are."""
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
        Replications of the predicted months, each with luck of its own.
    rounds : sequence of int
        Rounds of the moments fit on what was known, with the replications of their steps.

    Returns
    -------
    DataFrame or None
        One row per figure: figure (``hours.<activity>``, ``orders``, ``wins``), label_de, label_en, unit, observed,
        predicted, low, high, covered, score (:func:`interval_score`, as a share of the prediction). Sums over the
        predicted months. None when the period is too short, or nothing can be simulated.

    Notes
    -----
    Prediction: what the months before showed, times how far the model moves it with the staff of the months to come
    (who was on board in their middle; nobody leaves by chance). Its 80 % interval holds two errors, each once: the luck
    of the months to come, from the replications, and that of the months before (:func:`known_errors`), which is
    in what they showed. No parameter is drawn: whatever is uncertain about those that were measured or fitted in the same
    months (their cases' luck, how completely the log was kept, who kept it) is in that figure already. Caveat:
    hours are shares of the log × present hours at the holiday and sickness of the parameters, so a change of presence
    is neither predicted nor held against the prediction; nor is a trend drawn out.
    """
    parts = halves(client)
    if parts is None or what_is_missing(parts.before) is not None:
        return None
    from simkit.value.customers.customer_value import customer_value

    before = parts.before
    effort = known_time(before, seed)
    value = customer_value(before, seed=seed)
    model_inputs = client_inputs(before, value)
    parameter_set = measured_parameters(before, effort, value, load_defaults(client.config.euro_rate))
    moments = measured_moments(before, effort, value, model_inputs, parameter_set)
    bench = bench_of(model_inputs, seed=seed, execution=execution)
    fit = fitted_moments(moments, parameter_set, bench, rounds=rounds, last=LAST)
    fitted = patched(parameter_set, fit.override).patch(HELD, Provenance(kind="option"))
    how = BacktestRuns(number=replications, seed=seed, execution=execution)
    held = _held(model_inputs)
    then = with_staff_then(held, parts)
    runs = _runs(parts.years, then, fitted, how)
    as_known = runs if then is held else _runs(parts.years, held, fitted, how)
    present_h = present_hours(then, parameter_set) * parts.years
    known = observed(before, effort, before.first, before.last)
    per_years = parts.years / period_years(before)
    known = {name: value * (present_h if name.startswith("hours.") else per_years) for name, value in known.items()}
    came = observed(client, effort, parts.cut, client.last)
    came = {name: value * (present_h if name.startswith("hours.") else 1.0) for name, value in came.items()}
    return compared(PredictedRuns(then=runs, before=as_known), known, known_errors(before, effort, parts.years), came)


def with_staff_then(model_inputs: ModelInputs, parts: Halves) -> ModelInputs:
    """Return the inputs with the posts of the predicted months; the same object where the same people hold them."""
    before, middle = staff(parts.before), parts.cut + (parts.client.last - parts.cut) / 2
    then = replace(parts.client, last=middle)
    people = staff(then)
    columns = [name for name in ("employee_id", "fte") if name in before and name in people]
    if people.empty or people[columns].reset_index(drop=True).equals(before[columns].reset_index(drop=True)):
        return model_inputs
    return _held(replace(model_inputs, slots=posts(then)))


def _held(model_inputs: ModelInputs) -> ModelInputs:
    """Return the inputs with posts that nobody leaves for age within the months."""
    return replace(model_inputs, slots=model_inputs.slots.assign(age_years=np.nan, retires_in_years=np.nan))


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


@dataclass(frozen=True, kw_only=True)
class KnownError:
    """How far what some months showed may be from what they would show on average."""

    relative: float
    """Standard error as a share of the figure."""
    degrees: float
    """Degrees of freedom of that error."""
    coming: float = 0.0
    """Standard deviation that the months to come have at least, as a share of the figure, with the same degrees."""


def known_errors(client: ClientData, effort: TimeUse | None, years: float) -> dict[str, KnownError]:
    """Return the error of each figure of the months before, when it stands for as many years to come.

    Notes
    -----
    Hours: s / √n of an activity's share of the log in n months; the six to come have s / √6 at least, since the model
    knows no luck of some (blocks of fixed time). Counts: :func:`count_error`.
    """
    found = {"orders": count_error(period_orders(client)["ordered_on"], client, years)}
    if client.has("opportunities") and {"closed_on", "stage"} <= set(client.table("opportunities")):
        deals = client.table("opportunities")
        found["wins"] = count_error(deals.loc[deals["stage"] == WON, "closed_on"], client, years)
    hours = monthly_hours(client, effort)
    if len(hours) < PREDICTED_MONTHS:
        return found
    shares = hours.div(hours.sum(axis=1), axis=0)
    spread = (shares.std(ddof=1) / shares.mean()).dropna()
    return found | {
        f"hours.{name}": KnownError(
            relative=float(one / np.sqrt(len(shares))),
            degrees=len(shares) - 1,
            coming=float(one / np.sqrt(PREDICTED_MONTHS)),
        )
        for name, one in spread.items()
    }


def count_error(days: pd.Series, client: ClientData, years: float) -> KnownError:
    """Return the error of a number of cases as a prediction, apart from the Poisson luck of those to come.

    Parameters
    ----------
    days : Series of datetime
        One per case of the months before.
    years : float
        Length of what is to come.

    Notes
    -----
    Cases are taken to come as often as before; √(φ / n + (φ − 1) / m) with n cases before, m expected, and φ the
    dispersion of the monthly counts, in which a trend and a season are contained. No trend is drawn out into the future:
    a year and a half of it says too little about the next half.
    """
    inside = days[days.between(pd.Timestamp(client.first), pd.Timestamp(client.last))]
    uneven, number = dispersion(inside, client), max(len(inside), 1)
    expected = number * years / period_years(client)
    relative = float(np.sqrt(uneven / number + (uneven - 1) / max(expected, 1.0)))
    return KnownError(relative=relative, degrees=max(len(monthly_counts(inside, client)) - 1, 1))


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


# --- the prediction --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BacktestRuns:
    """How many replications are run, from which seed, and where."""

    number: int
    seed: int
    execution: Execution


@dataclass(frozen=True, kw_only=True)
class PredictedRuns:
    """Simulated figures, one row per figure and one column per replication."""

    then: pd.DataFrame
    """With the staff of the predicted months."""
    before: pd.DataFrame
    """With that of the months before; the same runs where it is the same."""


def _runs(
    years: float, model_inputs: ModelInputs, parameters: ParameterSet, replications: BacktestRuns
) -> pd.DataFrame:
    from simkit.model.specification.designs import load_design
    from simkit.model.specification.scenarios import load_scenario

    parameter_set = parameters.patch({"time.horizon_years": max(years, 0.25)}, Provenance(kind="option"))
    experiment = Experiment(
        variants=(Variant(label="today", design=load_design("baseline")),), scenarios={"prediction": load_scenario("today")},
        replications=replications.number, seed=replications.seed,
    )  # fmt: skip
    frame = run_experiment(
        experiment, model_inputs, parameter_set, execution=replications.execution, engine=play_moments
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
    runs: PredictedRuns, known: Mapping[str, float], errors: Mapping[str, KnownError], came: Mapping[str, float]
) -> pd.DataFrame:
    """Return prediction, interval and observation beside each other.

    Parameters
    ----------
    runs : PredictedRuns
        Simulated figures of the months to come, at least two replications.
    known, errors, came : mapping
        What the time before the cut showed (per length of the predicted months), its error, and what came.

    Notes
    -----
    Prediction = known × mean of the runs with the staff of then / mean with the staff before, so what the fit misses is
    carried over. Standard error: the root of s² + e² + r², with s the standard deviation over R replications, or
    that of the months before where it is larger; e the error of what was known; r that of the ratio of means (0 with the same
    staff). Half-width: t(0.9; ν) times that, with ν = (s² + e² + r²)² / (Σ of each squared / its degrees) (Welch 1947,
    *Biometrika* 34; Satterthwaite 1946, *Biometrics Bulletin* 2). The lower end is at least 0.
    """
    rows = []
    for name, seen in came.items():
        if not (name in known and name in errors and name in runs.then.index):
            continue
        values, level = (frame.loc[name].to_numpy(dtype=float) for frame in (runs.then, runs.before))
        if not (len(values) > 1 and values.mean() > 0 and level.mean() > 0):
            continue
        ratio, error, number = float(values.mean() / level.mean()), errors[name], len(values)
        mean = float(known[name]) * ratio
        luck = float(np.var(values / values.mean(), ddof=1)), number - 1
        shown = error.coming**2, error.degrees
        moved = float(np.var(values - ratio * level, ddof=1)) / number / float(values.mean()) ** 2, number - 1
        half = mean * _half_width([max(luck, shown), (error.relative**2, error.degrees), moved])
        low, high, is_hours = max(mean - half, 0.0), mean + half, name.startswith("hours.")
        label = label_of(name.removeprefix("hours.")) if is_hours else LABELS[name]
        score = interval_score(low, high, seen) / mean if mean > 0 else np.nan
        ends = (mean, low, high, low <= seen <= high, score)
        rows.append((name, label.de, label.en, "h" if is_hours else "1", seen, *ends))
    columns = ["figure", "label_de", "label_en", "unit", "observed", "predicted", "low", "high", "covered", "score"]
    return pd.DataFrame(rows, columns=columns)


def _half_width(parts: Sequence[tuple[float, float]]) -> float:
    """Return the half-width of an interval whose variance is a sum of parts, each with its degrees of freedom."""
    from scipy.stats import t

    variance = sum(part for part, _ in parts)
    if variance <= 0:
        return 0.0
    degrees = variance**2 / sum(part**2 / own for part, own in parts)
    return float(t.ppf(0.5 + LEVEL / 2, degrees) * np.sqrt(variance))


def interval_score(low: float, high: float, seen: float) -> float:
    """Return the interval score of an 80 % interval, in the figure's unit; less is better.

    Notes
    -----
    (u − l) + 2/α · (l − x) where x lies below, + 2/α · (x − u) where it lies above, α = 0.2: the expected score is least
    for the true 10 and 90 % points, so neither wide nor narrow intervals can gain by it (Gneiting & Raftery 2007, *J.
    Amer. Statist. Assoc.* 102, section 6.2).
    """
    return (high - low) + 2 / (1 - LEVEL) * (max(low - seen, 0.0) + max(seen - high, 0.0))
