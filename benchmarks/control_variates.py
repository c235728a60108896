"""What control variates would bring: levels of a study adjusted by what its drawn inputs alone tell.

The demo client meets many replications; what their draws say about business and presence, with expectations known from all of
them, explains a part of what the runs bring. The studies of 12, 20 and 30 replications are drawn from these. Run with
``python benchmarks/control_variates.py [--replications N]`` in the project's environment.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from calibrated_firms import demo_folder, measured_client
from machine import say, say_machine
from scipy.stats import t

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.random_streams import stream
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.inputs.new_customers import relative_hazard
from simkit.model.inputs.replication_inputs import ReplicationInputs, draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import CLASSES
from simkit.model.specification.scenarios import load_scenario
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import run_experiment

SEED = 1
DESIGNS = ("baseline", "stretched_t")
MEASURES = ("company_profit_amount", "contribution_amount", "facing_h", "delivered_orders", "late_orders")
CONTROLS: Mapping[str, tuple[str, ...]] = {
    "business": ("business",),
    "business, deals, presence": ("business", "deals", "presence"),
    "orders, won, presence": ("orders", "won", "presence"),
}
SIZES, STUDIES = (12, 20, 30), 4000
LAG_YEARS, DEAL_YEARS, WIN_CHANCE = 0.1, 0.25, 0.35
"""From an order to its delivery, from a lead or opportunity to its end, and the chance of a deal of middling quality."""


class Estimate(NamedTuple):
    """How studies of one size fare without and with controls."""

    plain: float
    adjusted: float
    """Coverage of the 95 % interval."""
    narrower: float
    """Mean width of the adjusted interval over the plain one's."""


def main() -> None:
    """Play the replications, then print what controls explain, and coverage and width by number of replications."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=500)
    count = options.parse_args().replications
    say_machine()
    client = measured_client(demo_folder())
    scenario = load_scenario("today")
    experiment = Experiment(
        variants=tuple(Variant(label=name, design=load_design(name)) for name in DESIGNS),
        scenarios={"today": scenario}, replications=count, seed=SEED, measures=MEASURES,
    )  # fmt: skip
    frame = run_experiment(
        experiment, client.model_inputs, client.parameters, execution=Execution(confirmed=True)
    ).frame
    totals = select(frame, year=0).groupby(["measure", "design", "replication"])["value"].sum()
    started = time.process_time()
    found = controls(client.model_inputs, scenario.on(client.parameters), client.parameters, count)
    say(
        f"{count} replications of the demo; to draw one: {(time.process_time() - started) / count * 1000:.0f} ms of CPU"
    )
    for measure in MEASURES:
        sides = [totals[measure, name].to_numpy() for name in DESIGNS]
        tell(measure, {"level of today": sides[0], "difference to today": sides[1] - sides[0]}, found)


def tell(measure: str, values: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray]) -> None:
    """Print what each set of controls does for a measure."""
    say(
        f"\n{measure}: share explained; then for {', '.join(map(str, SIZES))} replications coverage plain → adjusted, width"
    )
    for name, value in values.items():
        for chosen, names in CONTROLS.items():
            table = np.column_stack([found[one] for one in names])
            parts = [studies(value, table, size) for size in SIZES]
            words = "   ".join(f"{one.plain:.1%} → {one.adjusted:.1%}, ×{one.narrower:.2f}" for one in parts)
            say(f"  {name:<20} {chosen:<26} {explained(value, table):4.0%}   {words}")


# --- controls ---------------------------------------------------------------------------------------------------------


def controls(
    model_inputs: ModelInputs, parameters: ParameterSet, today: ParameterSet, count: int
) -> dict[str, np.ndarray]:
    """Return each control of each replication, about its mean over all."""
    rows = [
        control_values(draw_inputs(model_inputs, parameters, seed=SEED, replication=number, today=today))
        for number in range(count)
    ]
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return {name: values - values.mean() for name, values in table.items()}


def control_values(inputs: ReplicationInputs) -> dict[str, float]:
    """Return what one replication's draws tell of its business and its people, before anything is played.

    Orders and deals count where they are real at today's demand, end after go-live, and their customer would still be one if
    he were lost at the rate that is expected of him.
    """
    v, orders, deals, leads = inputs.parameters.value, inputs.orders, inputs.opportunities, inputs.leads
    year_h = v("time.day_h") * v("time.days_per_year")
    level = v("demand.level") / (inputs.ceiling_level * inputs.reaction_ceiling)
    hazard = relative_hazard(inputs.model_inputs, inputs.parameters)
    until = inputs.start_h + np.array(inputs.customers.churn_threshold) / v("reaction.churn_per_year") * year_h
    until[: len(hazard)] /= hazard / hazard.mean()
    shares = np.array([v(f"orders.{name}.contribution_share") for name in CLASSES])
    amounts = np.array(orders.value_amount) * shares[np.array(orders.order_class)]

    def real(at: np.ndarray, thin: np.ndarray, customer: np.ndarray, lag: float) -> np.ndarray:
        ends = at + lag * year_h
        return (thin < level) & (ends >= 0) & (ends < inputs.end_h) & (at < until[customer])

    ordered = real(orders.at, np.array(orders.thin), np.array(orders.customer), LAG_YEARS)
    ordered &= np.array(orders.customer) < len(hazard)
    at = deals.at.copy()
    at[: len(leads.at)] = leads.at
    qualified = np.ones(len(at), dtype=bool)
    qualified[: len(leads.at)] = np.array(leads.qualified) < v("leads.qualified_share")
    won = real(at, np.array(deals.thin), np.array(deals.customer), DEAL_YEARS) & qualified
    won &= np.array(deals.won) < np.clip(WIN_CHANCE * np.exp(0.4 * np.array(deals.quality)), 0, 1)
    return {
        "business": float(amounts[ordered].sum()), "orders": float(ordered.sum()),
        "deals": float(amounts[np.array(deals.order)[won]].sum()), "won": float(won.sum()),
        "presence": presence(inputs),
    }  # fmt: skip


def presence(inputs: ReplicationInputs) -> float:
    """Return the full-time days on which somebody is there after go-live, if nobody is driven away."""
    opening = inputs.start_h + np.arange(inputs.days) * inputs.parameters.value("time.day_h")
    total = 0.0
    for tenure in (one for chain in inputs.tenures for one in chain):
        here = (opening >= max(tenure.joins_h, 0.0)) & (opening < tenure.leaves_h) & ~tenure.absent
        total += tenure.fte * float(here.sum())
    return total


# --- studies ----------------------------------------------------------------------------------------------------------


def explained(values: np.ndarray, table: np.ndarray) -> float:
    """Return the share of a variance that controls explain over all replications."""
    centred = values - values.mean()
    slope, *_ = np.linalg.lstsq(table, centred, rcond=None)
    return 1 - float(((centred - table @ slope) ** 2).sum() / (centred**2).sum())


def studies(values: np.ndarray, table: np.ndarray, size: int) -> Estimate:
    """Return how studies of so many replications, drawn from all with replacement, cover the mean of all.

    Notes
    -----
    The adjusted mean is the intercept of the regression on controls about their expectation, its interval that of a
    regression with n − q − 1 degrees of freedom (Lavenberg & Welch 1981, *Management Science* 27(3)).
    """
    draws = stream(SEED, size, "control_variates").integers(0, len(values), (STUDIES, size))
    ones = np.ones((size, 1))
    hits, widths = np.zeros(2), np.zeros(2)
    for chosen in draws:
        for place, design in enumerate((ones, np.hstack([ones, table[chosen] / table.std(axis=0)]))):
            inverse = np.linalg.pinv(design.T @ design)
            slope = inverse @ design.T @ values[chosen]
            degrees = size - design.shape[1]
            variance = float(((values[chosen] - design @ slope) ** 2).sum()) / degrees * inverse[0, 0]
            half = float(t.ppf(0.975, degrees)) * variance**0.5
            hits[place] += abs(slope[0] - values.mean()) <= half
            widths[place] += half
    return Estimate(*(hits / STUDIES), widths[1] / widths[0])


if __name__ == "__main__":
    main()
