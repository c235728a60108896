"""What today's organisation does year by year: an engine for `run_experiment`, and whether it stays where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student_t

from simkit.foundation.frames import select
from simkit.model.event_log.event_log import KIND_CODE
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.experiment.replicate import met
from simkit.study.measures.measures import measures
from simkit.study.measures.record_view import RecordView

if TYPE_CHECKING:
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.event_log.event_log import Record
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.scenarios import Scenario
    from simkit.study.experiment.experiment_spec import Variant

LEVEL = 0.90
READ = ("revenue_amount", "contribution_amount", "care_level")
#: Name of a yearly figure, and the drawn one that goes along with it by chance alone; a year of many orders leaves less for care.
CONTROLS = {
    "orders": "drawn_orders", "contribution": "drawn_contribution", "revenue": "drawn_contribution",
    **{f"care.{segment}": "drawn_orders" for segment in SEGMENTS},
}  # fmt: skip

INSIDE, OUTSIDE, OPEN = "inside", "OUTSIDE", "open"


def play_years(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Draw one replication and yield the yearly figures of every variant in it, named as the gate's quantities are."""
    from simkit.model.engine_choice import play
    from simkit.model.inputs.replication_inputs import draw_inputs

    inputs = draw_inputs(model_inputs, scenario.on(parameters), seed=seed, replication=replication, today=parameters)
    for variant in variants:
        yield yearly_figures(play(inputs, met(variant)), len(model_inputs.customers))


def yearly_figures(record: Record, listed: int) -> pd.DataFrame:
    """Return orders, revenue, contribution, customers with an order and contacts received by year.

    Parameters
    ----------
    listed : int
        How many of the first customers are the client's own at the start.

    Notes
    -----
    ``drawn_orders`` and ``drawn_contribution`` are those that the client's own customers would place if nothing moved
    their rates. Their expectation is the same in every year, whatever the organisation does, so they tell how much of a
    difference between years is the luck of the draw.
    """
    view = RecordView(record)
    found = measures(record, READ)
    names = {"revenue_amount": "revenue", "contribution_amount": "contribution", "care_level": "care"}
    frame = found[found["year"] > 0].assign(measure=lambda rows: rows["measure"].map(names))
    orders = view.cases.kind == KIND_CODE["order"]
    placed, customer = view.year_of(view.cases.arrived_h[orders]), view.cases.customer[orders]
    rows = []
    for year in range(view.years):
        mine = customer[placed == year]
        rows += [(year + 1, "orders", "", len(mine)), (year + 1, "active_customers", "", len(np.unique(mine)))]
    rows += _drawn(record, view, listed)
    rows += [
        (year, "contacts", group, value * record.inputs.parameters.value(f"care.{group}.needed_contacts_per_year"))
        for year, group, value in select(frame, measure="care")[["year", "group", "value"]].itertuples(index=False)
    ]
    return pd.concat([frame, pd.DataFrame(rows, columns=["year", "measure", "group", "value"])], ignore_index=True)


def _drawn(record: Record, view: RecordView, listed: int) -> Iterator[tuple[int, str, str, float]]:
    inputs = record.inputs
    drawn = inputs.orders
    usual = np.array(drawn.thin) * inputs.reaction_ceiling * inputs.ceiling_level < 1
    at = np.asarray(drawn.at)
    chosen = usual & (at >= 0) & (at < record.end_h) & (np.array(drawn.customer) < listed)
    share = np.array([inputs.parameters.value(f"orders.{name}.contribution_share") for name in CLASSES])
    amount = np.array(drawn.value_amount)[chosen] * share[np.array(drawn.order_class, dtype=int)[chosen]]
    year = np.searchsorted(view.edges, at[chosen], side="right")
    for name, weights in (("drawn_orders", None), ("drawn_contribution", amount)):
        sums = np.bincount(year, weights=weights, minlength=view.years + 1)
        yield from ((number, name, "", float(sums[number])) for number in range(1, view.years + 1))


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How a yearly figure moves from the first to the third year."""

    figure: str
    ratio: float
    low: float
    high: float
    """Mean of year 3 over mean of year 1, with its 90 % interval."""
    allowed: float
    """How far from 1 it may be."""

    @property
    def verdict(self) -> str:
        """Whether the interval lies inside what is allowed, outside, or on both sides."""
        if 1 - self.allowed <= self.low and self.high <= 1 + self.allowed:
            return INSIDE
        return OUTSIDE if self.high < 1 - self.allowed or self.low > 1 + self.allowed else OPEN


def drifts(frame: pd.DataFrame, allowed: Mapping[str, float]) -> list[Drift]:
    """Return the drift of every figure.

    Parameters
    ----------
    frame : DataFrame
        Runs of one variant in one scenario: year, measure, group, value, replication.
    allowed : mapping of str to float
        By figure (``orders``, ``contribution``, ``active_customers``, ``care.<segment>``): how far from 1.

    Notes
    -----
    Ratio of means r with the linearised residuals (y3 − r y1) ÷ ȳ1; where a figure has a control, whose expectation is
    0, the part of the residuals that follows it is taken out, from ratio and interval (control variates: Law 2015,
    section 11.4). t with one degree of freedom less for each.
    """
    tables = years_table(frame)
    return [_drift(name, tables, limit) for name, limit in allowed.items()]


def years_table(frame: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return by figure an array of shape (replications, years)."""
    group = frame["group"].where(frame["group"] == "", "." + frame["group"])
    wide = frame.assign(figure=frame["measure"] + group).pivot(
        index="replication", columns=["figure", "year"], values="value"
    )
    return {str(name): wide[name].to_numpy(dtype=float) for name in wide.columns.get_level_values(0).unique()}


def _drift(figure: str, tables: Mapping[str, NDArray[np.float64]], allowed: float) -> Drift:
    years = tables[figure]
    ratio = float(years[:, -1].sum() / years[:, 0].sum())
    rest = (years[:, -1] - ratio * years[:, 0]) / years[:, 0].mean()
    freedom = len(rest) - 1
    if (control := CONTROLS.get(figure)) is not None:
        drawn = tables[control]
        luck = (drawn[:, -1] - drawn[:, 0]) / drawn.mean()
        slope = float(np.cov(luck, rest, ddof=1)[0, 1] / max(luck.var(ddof=1), 1e-12))
        ratio -= slope * float(luck.mean())
        rest, freedom = rest - slope * (luck - luck.mean()), freedom - 1
    half = float(student_t.ppf((1 + LEVEL) / 2, freedom) * rest.std(ddof=1) / np.sqrt(len(rest)))
    return Drift(figure=figure, ratio=ratio, low=ratio - half, high=ratio + half, allowed=allowed)


def gate_by_year(frame: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the yearly means of the gate's quantities, each with whether it passes the gate.

    Returns
    -------
    DataFrame
        Columns moment, year, mean, measured, accepted_low, accepted_high, fits; only what is measured well enough.
    """
    known = table[table["counted"] & table["mandatory"]].set_index("moment")
    rows = []
    for name, years in years_table(frame).items():
        if name in known.index:
            low, high = (float(known.loc[name, end]) for end in ("accepted_low", "accepted_high"))
            for year, mean in enumerate(years.mean(axis=0).tolist(), start=1):
                rows.append((name, year, mean, float(known.loc[name, "measured"]), low, high, low <= mean <= high))
    columns = ["moment", "year", "mean", "measured", "accepted_low", "accepted_high", "fits"]
    return pd.DataFrame(rows, columns=columns)


ALLOWED = {"orders": 0.015, "contribution": 0.015, "active_customers": 0.015, **{f"care.{s}": 0.03 for s in SEGMENTS}}
#: With usual turnover, starting in its stationary state.
ALLOWED_WITH_TURNOVER = dict.fromkeys(ALLOWED, 0.03)
