"""Blind recovery and backtest on invented firms: does the kit find what is true of a firm whose truth is known?

40 firms from the demo's generator, which shares no code with the simulation, with random true numbers, and further ones
until 20 have a clearly best design; ``--firms`` and ``--clear`` take fewer. ``--foreign`` judges the advice on firms of another
world instead (``foreign_judgement.py``, whose options follow it).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import foreign_judgement
import numpy as np
import pandas as pd
from interval_coverage import coverage_test, power_words
from random_firms import SEED, RandomFirm, random_firm, write_firm

from simkit.effort.time_use import time_use
from simkit.extras.demo_client import truth
from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.random_streams import stream
from simkit.intake.client import load_client
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import CLASSES, load_defaults
from simkit.model.specification.scenarios import load_scenario
from simkit.study.bilingual_texts import CLIENT_FILE
from simkit.study.calibration.backtest import LEVEL, backtest, interval_score
from simkit.study.calibration.client_fit import calibrated
from simkit.study.calibration.fit_gate import gate
from simkit.study.calibration.moments import HOURS
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.measured.client_inputs import client_inputs, simulated_segment
from simkit.study.measured.fitted_work import fitted_effort, present_hours
from simkit.study.measured.load import PATH as LOAD
from simkit.study.measured.measured_demand import base_logit, bilingual_numbers_of
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.study.measured.measured_work import round_effort
from simkit.study.measured.rates import measured_rates
from simkit.study.paired_comparison import PROFIT
from simkit.value.customers.customer_value import customer_value

DESIGNS = ("baseline", "baseline_value_first", "hunter_farmer", "stretched_t")
SPECIALISTS = ((0.2, 0.3), (0.6, 1.0))
"""Effort of specialists relative to generalists: no data tell it, so it is drawn for each firm, the same in truth and
model. Of one half of firms they are very quick, so that now one design is truly the best and now another."""
AT_ONCE = {"transition.dip_share": 0.0, "transition.adoption_half_months": 0.0, "transition.once_amount": 0.0}
TOLERANCE = 0.02  # of working time
CLEAR_LEAD = 0.05  # of profit
FOUND = 0.90
ENOUGH_CLEAR, ENOUGH_BACKTESTS = 20, 20
MOST_FIRMS = 3  # times those asked for, until enough have a clear lead
WIDTHS = (0.67, 1.0, 1.5)
"""How much wider the backtest's intervals are tried; the right width has the least mean score."""
RATES_TRUE, BACKTEST_TRUE = (0.88, 0.9, 0.92, 0.98, 1.0), (0.65, 0.7, 0.75, 0.85, 0.9)
"""True coverages against which the power of the tests is told."""
ACCEPTED = (0.74, 0.88)
"""Coverage of the backtest's 80 % intervals that is good enough; a test has to show that it lies outside."""
OTHER_ELASTICITY = 0.45  # the truth of the misspecified case; the model keeps its assumption
HERE = Execution(jobs=1)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is run for each firm.

    Parameters
    ----------
    calibrate : bool
        Whether today's organisation is fitted, and its time shares are read.
    design_replications : int
        Replications in which the designs are compared; 0 compares none.
    years : float
        Horizon of that comparison.
    backtest_replications : int
        Replications of the prediction; 0 makes none.
    misspecified : bool
        Whether the truth is also run with another elasticity than the model's.
    """

    calibrate: bool = True
    design_replications: int = 3
    years: float = 0.75
    backtest_replications: int = 8
    misspecified: bool = True


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one firm.

    Parameters
    ----------
    number : int
        The firm.
    true, rates : mapping of str to float, mapping of str to Estimate
        True rates, and those that the kit has found, by name.
    off : mapping of str to float
        By activity: simulated less true share of working time; empty when not run.
    fits : bool
        Whether today's organisation fits the firm, as the gate decides; where it does not, the kit tells no verdict.
    best, found, found_wrong : str
        The truly best design, that which the calibrated model finds, and the truly best one when the truth has another
        elasticity; empty when not run.
    lead, lead_wrong : float
        Lead of the truly best design over the next, as a share of its profit.
    backtest : mapping of str to bool
        By figure: whether the 80 % interval of the prediction holds what came.
    scores : mapping of float to float
        Mean interval score of the figures, as a share of the prediction, by how much wider the intervals are made.
    """

    number: int
    true: Mapping[str, float]
    rates: Mapping[str, Estimate]
    off: Mapping[str, float]
    fits: bool = True
    best: str = ""
    found: str = ""
    lead: float = 0.0
    found_wrong: str = ""
    lead_wrong: float = 0.0
    backtest: Mapping[str, bool] = field(default_factory=dict)
    scores: Mapping[float, float] = field(default_factory=dict)

    @property
    def covered(self) -> dict[str, bool]:
        """By rate: whether its 95 % interval holds the true one."""
        return {
            name: found.low <= self.true[name] <= found.high for name, found in self.rates.items() if name in self.true
        }


def recovered(number: int, size: Size) -> Outcome:
    """Invent a firm, hand its exports to the kit, and compare what it finds with what is true.

    Parameters
    ----------
    number : int
        The firm.
    size : Size
        How much is run.
    """
    firm = random_firm(number)
    with tempfile.TemporaryDirectory() as folder:
        client = load_client(write_firm(firm, Path(folder)))
        effort, value = time_use(client), customer_value(client)
        model_inputs, parameter_set = (
            client_inputs(client, value),
            measured_parameters(client, effort, value, load_defaults()),
        )
        rates = measured_rates(client, value, present_hours(model_inputs, parameter_set))
        off, fits = {}, True
        if size.calibrate:
            table = calibrated(client, effort, value, seed=number + 1, execution=HERE).table
            hours = table[table["moment"].str.startswith("hours.")].set_index("moment")
            off, fits = _off(firm, hours["simulated"]), gate(table).passes
        chosen = (
            _designs(firm, model_inputs, parameter_set, bilingual_numbers_of(client), size)
            if size.design_replications
            else {}
        )
        predicted = (
            backtest(client, replications=size.backtest_replications, execution=HERE)
            if size.backtest_replications
            else None
        )
    came = {} if predicted is None else dict(zip(predicted["figure"], predicted["covered"].tolist(), strict=True))
    return Outcome(
        number=number,
        true=_true_rates(firm, value.customers),
        rates={f"{rate.name}.{rate.group}" if rate.group else rate.name: rate.estimate for rate in rates},
        off=off,
        fits=fits,
        backtest=came,
        scores={} if predicted is None else {width: score(predicted, width) for width in WIDTHS},
        **chosen,
    )


def score(predicted: pd.DataFrame, width: float) -> float:
    """Return the mean interval score of a backtest's figures when its intervals are made wider, as a share of each prediction."""
    middle = predicted["predicted"]
    low, high = middle + width * (predicted["low"] - middle), middle + width * (predicted["high"] - middle)
    ends = zip(low, high, predicted["observed"], middle, strict=True)
    return float(np.mean([interval_score(*one[:3]) / one[3] for one in ends]))


def _true_rates(firm: RandomFirm, customers: pd.DataFrame) -> dict[str, float]:
    """Return every rate whose truth is known; contacts as the mean true rate of the kit's own segments."""
    true = dict(firm.rates)
    ids = firm.firm.customers
    each = ids["segment"].map(firm.true.care_contacts_per_year) * ids["care_factor"] * ~ids["dormant"]
    of_id = pd.Series(each.to_numpy(), index=ids["customer_id"])
    buyers = customers[customers["orders"] > 0]
    for segment, rows in buyers.groupby(simulated_segment(buyers["segment"])):
        true[f"contacts.{segment}"] = float(of_id.reindex(rows["customer_id"]).mean())
    return true


def _true_shares(firm: RandomFirm) -> pd.Series:
    hours = firm.firm.work.groupby("activity")["hours_h"].sum()
    return hours / hours.sum()


def _off(firm: RandomFirm, shown: pd.Series) -> dict[str, float]:
    """Return simulated less true share of working time by activity."""
    true = _true_shares(firm)
    groups = {f"hours.{name}": sum(float(true.get(one, 0.0)) for one in names) for name, names in HOURS.items()}
    simulated = shown / shown.sum()
    return {str(name): float(share) - groups[str(name)] for name, share in simulated.items()}


# --- the designs -----------------------------------------------------------------------------------------------------


def _designs(
    firm: RandomFirm, model_inputs: ModelInputs, parameter_set: ParameterSet, bilingual: object, size: Size
) -> dict[str, object]:
    """Compare the designs with the true parameters and with those that the kit has found."""
    true_inputs, true_parameter_set = true_model(firm, model_inputs, parameter_set, bilingual)
    true = _profits(true_inputs, true_parameter_set, firm.number, size)
    found = _profits(model_inputs, parameter_set, firm.number, size)
    result = {"best": true.index[0], "lead": _lead(true), "found": found.index[0]}
    if size.misspecified:
        other = true_parameter_set.patch({"reaction.elasticity": OTHER_ELASTICITY}, Provenance(kind="option"))
        wrong = _profits(true_inputs, other, firm.number, size)
        result |= {"found_wrong": wrong.index[0], "lead_wrong": _lead(wrong)}
    return result


def true_model(
    firm: RandomFirm, model_inputs: ModelInputs, parameter_set: ParameterSet, bilingual: object
) -> tuple[ModelInputs, ParameterSet]:
    """Return model inputs and parameters as they truly are; what no data can tell is the same as in the kit's own parameter set.

    The load is the true one, and idle time stays idle. Effort per order follows from the generator's steps; the other
    parameters of effort are scaled to the true hours of their activity.
    """
    rates, shares = firm.rates, firm.true.class_shares
    values = {
        LOAD: firm.utilisation,
        **{f"orders.{name}.share": shares[name] for name in CLASSES},
        "opportunities.per_year": parameter_set.value("opportunities.per_year")
        * rates["opportunities"]
        / _deals_per_year(parameter_set),
        "service.requests_per_year": rates["requests"],
        "winning.base_logit": base_logit(rates["win_rate"], parameter_set),
        "winning.no_decision_share": rates["no_decision_share"],
    }
    steps, factor = truth.STEPS["order"], firm.true.effort_factors.get("order", 1.0)
    for name in CLASSES:
        hours = {
            activity: factor
            * sum(s.entry_h[name] * s.entries[name] for s in steps if truth.ACTIVITY_OF_LABEL[s.label] == activity)
            for activity in ("administration", "service", "coordination")
        }
        values |= {f"orders.{name}.entry_h": hours["administration"], f"orders.{name}.confirmation_h": hours["service"]}
        rounds = round_effort(name, hours["coordination"], 0.0, CLIENT_FILE, parameter_set)
        values |= {path: value for path, (value, _) in rounds.items()}
    true_parameter_set = parameter_set.patch(values, Provenance(kind="option"))
    repeat = firm.rates["orders"] / (len(firm.firm.orders) / truth.YEARS)
    customers = model_inputs.customers.assign(
        order_rate_per_year=model_inputs.customers["order_rate_per_year"] * repeat
    )
    true_inputs = ModelInputs(
        customers=customers, slots=model_inputs.slots, currency=model_inputs.currency, calendar_ratio=model_inputs.calendar_ratio,
    )  # fmt: skip
    share = _true_shares(firm)
    table = pd.DataFrame({"activity": share.index, "share": share, "low": share, "high": share})
    override = fitted_effort(
        SimpleNamespace(source="log", by_activity=table), true_inputs, true_parameter_set, bilingual
    )
    return true_inputs, true_parameter_set.patch(
        {path: value for path, (value, _) in override.items()}, Provenance(kind="option")
    )


def _deals_per_year(parameter_set: ParameterSet) -> float:
    """All opportunities per year of a parameter set: those without a lead, and those from qualified leads."""
    qualified = parameter_set.value("leads.per_year") * parameter_set.value("leads.qualified_share")
    return parameter_set.value("opportunities.per_year") + qualified


def _profits(model_inputs: ModelInputs, parameter_set: ParameterSet, seed: int, size: Size) -> pd.Series:
    """Return the designs by profit, the best first; within a year a transition would outweigh everything, so it is left out."""
    drawn = stream(SEED, seed, "recovery.specialists")
    specialists = float(drawn.uniform(*SPECIALISTS[drawn.integers(2)]))
    changes = {**AT_ONCE, "handover.specialist_effort_factor": specialists}
    short = {"time.horizon_years": size.years, "time.warm_up_years": 0.25}
    experiment = Experiment(
        variants=tuple(Variant(label=name, design=load_design(name), changes=changes) for name in DESIGNS),
        scenarios={"today": load_scenario("today")}, replications=size.design_replications, seed=seed,
    )  # fmt: skip
    frame = run_experiment(
        experiment, model_inputs, parameter_set.patch(short, Provenance(kind="option")), execution=HERE
    ).frame
    whole = frame[(frame["measure"] == PROFIT) & (frame["year"] == 0)]
    return whole.groupby("design")["value"].mean().sort_values(ascending=False, kind="stable")


def _lead(profits: pd.Series) -> float:
    return float((profits.iloc[0] - profits.iloc[1]) / max(abs(profits.iloc[0]), 1.0))


# --- what it comes to ------------------------------------------------------------------------------------------------


def is_clear(one: Outcome) -> bool:
    """Tell whether a firm's truly best design leads so far that the kit has to find it."""
    return bool(one.best) and one.lead > CLEAR_LEAD


def summary(outcomes: Sequence[Outcome], *, clear_firms: int = 0, backtests: int = 0) -> tuple[list[str], bool]:
    """Return the table of what was found, line by line, and whether all of it is as promised.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of the firms.
    clear_firms, backtests : int
        Fewest firms with a clear lead, and fewest that were backtested, without which nothing is shown.
    """
    rates = coverage_test([list(one.covered.values()) for one in outcomes], 0.95)
    calibrated_ones = [one for one in outcomes if one.off]
    fitting = [one for one in calibrated_ones if one.fits]
    worst = _worst(fitting)
    passed = rates.word == "as promised" and worst <= TOLERANCE
    lines = [f"firms: {len(outcomes)}"]
    if calibrated_ones:
        lines += [
            f"time shares of the {len(fitting)} of {len(calibrated_ones)} firms that fit: largest difference "
            f"{100 * worst:.2f} points (allowed {100 * TOLERANCE:.0f}; of all {100 * _worst(calibrated_ones):.2f}); by "
            "activity, worst:",
            *_worst_by_activity(fitting),
        ]
    lines += [
        f"95 % intervals of {rates.intervals} rates: {rates.coverage:.1%} cover: {rates.word} "
        f"(exact test p = {rates.p_value:.3f}, sharp {rates.p_sharp:.3f})",
        power_words(rates, RATES_TRUE),
        *_by_name([one.covered for one in outcomes]),
    ]
    passed = passed and sum(map(is_clear, outcomes)) >= clear_firms
    if clear := [one for one in outcomes if is_clear(one)]:
        found = sum(one.found == one.best for one in clear)
        passed = passed and found >= FOUND * len(clear)
        lines.append(f"designs: best found in {found} of {len(clear)} firms with a true lead above {CLEAR_LEAD:.0%}")
        counts = pd.Series([one.best for one in clear]).value_counts()
        lines.append("  truly best: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    wrong = [one for one in outcomes if one.found_wrong and one.lead_wrong > CLEAR_LEAD]
    if wrong:
        found = sum(one.found == one.found_wrong for one in wrong)
        lines.append(
            f"misspecified (true elasticity {OTHER_ELASTICITY}): best found in {found} of {len(wrong)}, reported only"
        )
    tested = [one for one in outcomes if one.backtest]
    passed = passed and len(tested) >= backtests
    if tested:
        covered = [list(one.backtest.values()) for one in tested]
        test = coverage_test(covered, LEVEL)
        passed = (
            passed and coverage_test(covered, min(max(test.coverage, ACCEPTED[0]), ACCEPTED[1])).word == "as promised"
        )
        scores = pd.DataFrame([one.scores for one in tested]).mean()
        lines += [
            f"backtest of {len(tested)} firms: {test.coverage:.1%} of {test.intervals} figures in the 80 % interval "
            f"(accepted {ACCEPTED[0]:.0%} to {ACCEPTED[1]:.0%}); against 80 % {test.word} (exact test p = {test.p_value:.3f}, "
            f"sharp {test.p_sharp:.3f})",
            power_words(test, BACKTEST_TRUE),
            "  mean interval score by width: " + ", ".join(f"× {width:g}: {one:.3f}" for width, one in scores.items()),
        ]
        lines += _by_name([one.backtest for one in tested])
    return [*lines, "as promised" if passed else "NOT as promised"], passed


def _worst(outcomes: Sequence[Outcome]) -> float:
    return max((abs(value) for one in outcomes for value in one.off.values()), default=0.0)


def _worst_by_activity(outcomes: Sequence[Outcome]) -> list[str]:
    frame = pd.DataFrame([one.off for one in outcomes if one.off]) * 100
    return [
        f"  {name.removeprefix('hours.'):<16} mean {mean:+.2f}, worst {worst:.2f}"
        for name, mean, worst in zip(frame.columns, frame.mean(), frame.abs().max(), strict=True)
    ]


def _by_name(covered: Sequence[Mapping[str, bool]]) -> list[str]:
    frame = pd.DataFrame(list(covered))
    return [f"  {name:<28} {frame[name].astype(float).mean():.0%}" for name in frame]


def main() -> None:
    """Print what is found on 40 firms; leave with 1 when it is not what is promised."""
    if "--foreign" in sys.argv[1:]:
        foreign_judgement.main([one for one in sys.argv[1:] if one != "--foreign"])
        return
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--firms", type=int, default=40)
    options.add_argument("--backtests", type=int, default=24, help="firms that are backtested, from the first on")
    options.add_argument("--clear", type=int, default=ENOUGH_CLEAR, help="fewest firms whose best design leads clearly")
    options.add_argument("--only-backtest", action="store_true", help="backtest all firms and do nothing else")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    chosen = options.parse_args()
    started, cpu = time.perf_counter(), os.times()
    with ProcessPoolExecutor(chosen.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        sizes = [Size() if n < chosen.backtests else Size(backtest_replications=0) for n in range(chosen.firms)]
        if chosen.only_backtest:
            sizes, chosen.clear = [Size(calibrate=False, design_replications=0)] * chosen.firms, 0
        outcomes = [_told(one) for one in pool.map(recovered, range(chosen.firms), sizes)]
        while sum(map(is_clear, outcomes)) < chosen.clear and len(outcomes) < MOST_FIRMS * chosen.firms:
            more = range(len(outcomes), len(outcomes) + chosen.jobs)
            size = Size(calibrate=False, backtest_replications=0)
            outcomes += [_told(one) for one in pool.map(partial(recovered, size=size), more)]
    lines, passed = summary(outcomes, clear_firms=chosen.clear, backtests=min(ENOUGH_BACKTESTS, chosen.backtests))
    sys.stdout.write("\n".join(lines) + "\n")
    after = os.times()
    seconds = after.user + after.children_user - cpu.user - cpu.children_user
    sys.stdout.write(f"{time.perf_counter() - started:.0f} s wall, {seconds:.0f} s CPU\n")
    sys.exit(0 if passed else 1)


def _told(one: Outcome) -> Outcome:
    """Say what came of a firm, and hand it on."""
    off = f"off {100 * _worst([one]):.2f}{'' if one.fits else ' (does not fit)'}, " if one.off else ""
    rates = f"rates {np.mean(list(one.covered.values())):.2f}"
    designs = f", best {one.best} ({one.lead:.1%}), found {one.found}" if one.best else ""
    came = f", backtest {np.mean(list(one.backtest.values())):.2f}" if one.backtest else ""
    sys.stderr.write(f"firm {one.number}: {off}{rates}{designs}{came}\n")
    return one


if __name__ == "__main__":
    main()
