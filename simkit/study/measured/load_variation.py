"""Today's load from variation over time: busy people answer a busy week with queues, idle ones with more hours.

Levels tell nothing, since partners' delays and promises explain any lead time. How strongly hours and lead times follow the
work that is there does; today's organisation is simulated at several loads, and the one that varies alike is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.hours import logged_hours
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats, select
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.model.event_log.event_log import EXTRA_CODE
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.specification.model_parameters import CLASSES
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import Progress, run_experiment
from simkit.study.measured.client_inputs import period_orders
from simkit.study.measured.fitted_work import BLOCKED
from simkit.study.measured.load import PATH, LoadEstimate, scaled_to_load
from simkit.study.measured.measured_rounds import office_days

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.model.event_log.event_log import Record
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.scenarios import Scenario

GRID = tuple(float(load) for load in np.arange(0.50, 1.051, 0.05).round(2))
REPLICATIONS = 3
ENOUGH_WEEKS, ENOUGH_ORDERS = 52, 60
BLOCK_WEEKS = 4
DRAWS = 300
FREE_WORK = tuple(EXTRA_CODE[name] for name in ("extra_contact", "prospecting", "module_building"))
SETTLED = {"time.horizon_years": 1.5, "time.warm_up_years": 0.5, "reaction.on": 0.0, "staff.quit_per_year": 0.0}
DELTA = 3.84
WIDEST = 0.25
HOURS = "hours_elasticity"
SOURCE = Text(
    de="Schwankung von Wochenstunden und Durchlaufzeiten gegen Simulationsläufe bei verschiedener Auslastung "
    "({n} Kenngrößen)",
    en="variation of weekly hours and lead times against simulated loads ({n} statistics)",
)


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What variation is read from, of a client or of a run."""

    weeks: pd.DataFrame
    """One row per week: ``week, hours_h`` (task hours), ``content_h`` (content of the orders that arrived); hours are
    missing where none are known. Only weeks that count."""
    orders: pd.DataFrame
    """One row per delivered order: ``week`` (of arrival), ``order_class, lead_d`` (working days), ``open`` (orders open at
    arrival)."""


def load_from_variation(
    client: ClientData,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    *,
    floor: float = 0.0,
    seed: int = 1,
    execution: Execution = Execution(),
    progress: Progress | None = None,
) -> LoadEstimate | None:
    """Return the load at which today's organisation varies as the client does; None where that tells too little.

    Parameters
    ----------
    client, model_inputs
        The client, with a log or with delivered orders.
    parameters : ParameterSet
        The measured parameter set, in which the load is only assumed.
    floor : float
        What the load cannot be below.
    execution, progress
        As in :func:`simkit.study.experiment.run_experiment.run_experiment`; 36 runs of two years.

    Notes
    -----
    Statistics (:func:`statistics_of`): elasticity of weekly task hours to weekly arriving content, and by class the slope
    of log lead time on log open orders at arrival. Minimum distance: D(u) = d′ S⁻¹ d with the difference d between client
    and simulated mean (a parabola in u through the grid .50 to 1.05) and S the statistics' covariance by a block bootstrap
    over four weeks, plus that of the simulated mean. Interval: D(u) ≤ minimum + 3.84; wider than .25, the load is not
    identified, and the same where the smallest distance is larger than chance allows (chi-square, 1 %).
    """
    seen = client_variation(client, parameters)
    found = statistics_of(seen)
    if not found:
        return None
    names = tuple(found)
    simulated = _simulated(names, model_inputs, parameters, seed, execution, progress)
    told = np.flatnonzero(~np.isnan(simulated).all(axis=1).any(axis=0))  # others have too few orders in a run
    if not len(told):
        return None
    covariance = _covariance(seen, names)[np.ix_(told, told)]
    interval = _fitting(np.array([found[names[one]] for one in told]), covariance, simulated[:, :, told])
    if interval is None:
        return None
    number = BilingualNumbers(currency=model_inputs.currency).number(len(told))
    value, low, high = (max(end, floor) for end in interval)
    estimate = Estimate(value=value, low=low, high=high)
    return LoadEstimate(estimate=estimate, method="variation", source=SOURCE.fill(n=number), floor=floor)


def statistics_of(seen: Observed) -> dict[str, float]:
    """Return the slopes that tell load, by name; those with too few weeks or orders are left out."""
    found = {}
    weeks = seen.weeks[(seen.weeks["hours_h"] > 0) & (seen.weeks["content_h"] > 0)]
    if len(weeks) >= ENOUGH_WEEKS:
        found[HOURS] = _slope(np.log(weeks["content_h"].to_numpy()), np.log(weeks["hours_h"].to_numpy()))
    for name in CLASSES:
        mine = select(seen.orders, order_class=name)
        if len(mine) >= ENOUGH_ORDERS and mine["open"].nunique() > 1:
            open_orders, lead = mine["open"].to_numpy(dtype=float), mine["lead_d"].to_numpy(dtype=float)
            found[f"lead_slope.{name}"] = _slope(np.log(open_orders + 1), np.log(lead + 0.5))
    return found


def _slope(x: Floats, y: Floats) -> float:
    away = x - x.mean()
    spread = float((away**2).sum())
    return float((away * (y - y.mean())).sum()) / spread if spread > 0 else 0.0


# --- the client ------------------------------------------------------------------------------------------------------


def client_variation(client: ClientData, parameters: ParameterSet) -> Observed:
    """Return the client's weeks of at least four working days, hours and content per working day, and delivered orders."""
    orders = period_orders(client)
    monday = orders["ordered_on"].dt.normalize() - pd.to_timedelta(orders["ordered_on"].dt.day_of_week, unit="D")
    content = orders["order_class"].map(order_content(parameters)).fillna(0.0).groupby(monday).sum()
    days = pd.Series(
        {
            week: client.calendar.working_days(week.date(), (week + pd.Timedelta(days=6)).date())
            for week in content.index
        },
        dtype=float,
    )
    hours = _weekly_hours(client).reindex(content.index)
    weeks = pd.DataFrame({"week": content.index, "hours_h": hours / days, "content_h": content / days})
    inside = (weeks["week"] >= pd.Timestamp(client.first)) & (
        weeks["week"] + pd.Timedelta(days=6) <= pd.Timestamp(client.last)
    )
    return Observed(
        weeks=weeks[inside & (days >= 4)].reset_index(drop=True), orders=_client_orders(client, orders, monday)
    )


def order_content(parameters: ParameterSet) -> dict[str, float]:
    """Return the expected task hours of an order by class."""
    rules = compile_rules(parameters, 1.0)
    return {
        name: order.entry_h + order.confirmation_h + order.partners * content.partner_h
        for name, order, content in zip(CLASSES, rules.orders, rules.order_hours, strict=True)
    }


def _weekly_hours(client: ClientData) -> pd.Series:
    """Return the logged task hours of each week, by its Monday; empty without a log that names days."""
    if not client.has("activities"):
        return pd.Series(dtype=float)
    rows = logged_hours(client).rows
    named = rows["case_id"].notna() | ~rows["activity"].isin(BLOCKED)
    rows = rows[named & rows["started_at"].notna()]
    start = rows["started_at"].astype("datetime64[ns]").dt.normalize()
    return rows["hours_h"].groupby(start - pd.to_timedelta(start.dt.day_of_week, unit="D")).sum()


def _client_orders(client: ClientData, orders: pd.DataFrame, monday: pd.Series) -> pd.DataFrame:
    empty = pd.DataFrame({"week": [], "order_class": [], "lead_d": [], "open": []})
    if "delivered_on" not in orders:
        return empty
    told = orders["delivered_on"] >= orders["ordered_on"]
    done = orders[told]
    if done.empty:
        return empty
    both = office_days(pd.concat([done["ordered_on"], done["delivered_on"]], ignore_index=True), client).to_numpy()
    return _with_open(both[: len(done)], both[len(done) :], done["order_class"].to_numpy(), monday[told].to_numpy())


def _with_open(start: Floats, end: Floats, order_class: np.ndarray, week: np.ndarray) -> pd.DataFrame:
    """Return delivered orders with the number of others open at their arrival, by days."""
    before, gone = (np.searchsorted(np.sort(times), start, side="left") for times in (start, end))
    return pd.DataFrame({"week": week, "order_class": order_class, "lead_d": end - start, "open": before - gone})


# --- today's organisation at a load ----------------------------------------------------------------------------------


def record_variation(record: Record) -> Observed:
    """Return the weeks and orders of a run, from go-live on, read as a client's are: whole days, delivered orders."""
    day_h, content = record.day_h, order_content(record.inputs.parameters)
    orders = select(record.cases, kind="order")
    orders = orders[orders["arrived_h"] >= 0]
    arrived = np.floor(orders["arrived_h"].to_numpy() / day_h)
    last = int(record.end_h / day_h) // 5
    arriving = np.bincount((arrived // 5).astype(int), orders["order_class"].map(content), minlength=last)[:last]
    tasks = record.tasks[(record.tasks["start_h"] >= 0) & ~record.tasks["extra"].isin(FREE_WORK)]
    hours = np.bincount((tasks["start_h"] / (5 * day_h)).astype(int), tasks["clock_h"], minlength=last)[:last]
    weeks = pd.DataFrame({"week": np.arange(last), "hours_h": hours / 5, "content_h": arriving / 5})
    done = (orders["outcome"] == "delivered").to_numpy()
    ended = np.floor(orders["ended_h"].to_numpy()[done] / day_h)
    table = _with_open(arrived[done], ended, orders["order_class"].to_numpy()[done], arrived[done] // 5)
    return Observed(weeks=weeks, orders=table)


def play_variation(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Draw one replication and yield its statistics, as :func:`simkit.study.experiment.replicate.play_replication` does
    measures."""
    from simkit.model.engine_choice import play
    from simkit.model.inputs.replication_inputs import draw_inputs

    inputs = draw_inputs(model_inputs, scenario.on(parameters), seed=seed, replication=replication)
    for variant in variants:
        found = statistics_of(record_variation(play(inputs, variant.design)))
        names = [HOURS, *(f"lead_slope.{name}" for name in CLASSES)]
        values = [found.get(name, float("nan")) for name in names]
        yield pd.DataFrame({"year": 0, "measure": names, "group": "", "value": values})


def _simulated(
    names: tuple[str, ...],
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    seed: int,
    execution: Execution,
    progress: Progress | None,
) -> Floats:
    """Return the statistics of runs: loads × replications × names."""
    from simkit.model.specification.designs import load_design
    from simkit.model.specification.scenarios import load_scenario

    today = load_scenario("today")
    settled = parameters.patch(SETTLED, Provenance(kind="option"))
    staff = model_inputs.slots.assign(age_years=40.0, retires_in_years=np.nan)
    experiment = Experiment(
        variants=(Variant(label="today", design=load_design("baseline")),),
        scenarios={f"{load:.2f}": replace(today, override=_at_load(load, model_inputs, settled)) for load in GRID},
        replications=REPLICATIONS, seed=seed,
    )  # fmt: skip
    runs = run_experiment(
        experiment,
        replace(model_inputs, slots=staff),
        settled,
        execution=execution,
        progress=progress,
        engine=play_variation,
    )
    table = runs.frame.pivot(index=["scenario", "replication"], columns="measure", values="value").sort_index()
    values: Floats = table[list(names)].to_numpy(dtype=float).reshape(len(GRID), REPLICATIONS, len(names))
    return values


def _at_load(load: float, model_inputs: ModelInputs, parameters: ParameterSet) -> Mapping[str, float]:
    """Return what changes when the load is another."""
    other = scaled_to_load(parameters.patch({PATH: load}, Provenance(kind="option")), model_inputs)
    return {path: other.value(path) for path in other if other.value(path) != parameters.value(path)}


# --- minimum distance ------------------------------------------------------------------------------------------------


def _covariance(seen: Observed, names: tuple[str, ...]) -> Floats:
    """Return the covariance of the statistics by a bootstrap of blocks of four weeks."""
    starts = np.sort(pd.unique(pd.concat([seen.weeks["week"], seen.orders["week"]])))
    block = pd.Series(np.arange(len(starts)) // BLOCK_WEEKS, index=starts)
    parts = [dict(list(table.groupby(table["week"].map(block).to_numpy()))) for table in (seen.weeks, seen.orders)]
    draw, last, again = stream(1, -1, "measured.load_variation"), int(block.iloc[-1]) + 1, []
    for _ in range(DRAWS):
        chosen = draw.integers(last, size=last)
        weeks, orders = (
            pd.concat([part[one] for one in chosen if one in part] or [table.iloc[:0]])
            for part, table in zip(parts, (seen.weeks, seen.orders), strict=True)
        )
        found = statistics_of(Observed(weeks=weeks, orders=orders))
        again.append([found.get(name, float("nan")) for name in names])
    table = np.array(again)
    covariance: Floats = np.atleast_2d(np.cov(table[~np.isnan(table).any(axis=1)], rowvar=False))
    return covariance


def _fitting(found: Floats, covariance: Floats, simulated: Floats) -> tuple[float, float, float] | None:
    """Return the load of the least distance with its interval; None where it is too wide or nothing comes near."""
    from scipy.stats import chi2

    loads = np.array(GRID)
    curves = np.polyfit(loads, np.nanmean(simulated, axis=1), 2)
    rest = simulated - np.nanmean(simulated, axis=1, keepdims=True)
    rest = rest.reshape(-1, len(found)) * np.sqrt(simulated.shape[1] / (simulated.shape[1] - 1))
    each = np.atleast_2d(np.cov(rest[~np.isnan(rest).any(axis=1)], rowvar=False))
    noise = each * len(curves) / len(rest)  # mean variance of a parabola through as many runs
    inverse = np.linalg.pinv(covariance + noise)
    fine = np.arange(loads[0], loads[-1] + 1e-9, 0.005).round(3)
    apart = np.array([fine**2, fine, np.ones_like(fine)]).T @ curves - found
    distance = np.einsum("ij,jk,ik->i", apart, inverse, apart)
    near = fine[distance <= distance.min() + DELTA]
    if near[-1] - near[0] > WIDEST or distance.min() > chi2.ppf(0.99, max(len(found) - 1, 1)):
        return None
    return float(fine[distance.argmin()]), float(near[0]), float(near[-1])
