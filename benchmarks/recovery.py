"""Blind recovery and backtest on invented firms: does the kit find what is true of a firm whose truth is known?

40 firms from the demo's generator, which shares no code with the simulation, with random true numbers; ``--firms`` takes fewer.
``--foreign`` judges the advice on firms of another world instead (``foreign_judgement.py``, whose options follow it).
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
from pathlib import Path
from types import SimpleNamespace

import foreign_judgement
import numpy as np
import pandas as pd
from calibrated_firms import CalibratedClient, calibrated_client, measured_client
from interval_coverage import coverage_test, power_words
from random_firms import SEED, RandomFirm, random_firm, write_firm

from simkit.extras.demo_client import truth
from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.random_streams import stream
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import CLASSES
from simkit.model.specification.scenarios import load_scenario
from simkit.study.bilingual_texts import CLIENT_FILE
from simkit.study.calibration.backtest import LEVEL, backtest, interval_score
from simkit.study.calibration.moments import HOURS
from simkit.study.calibration.stationary_today import stationary_today
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.measured.client_inputs import simulated_segment
from simkit.study.measured.fitted_work import fitted_effort, present_hours
from simkit.study.measured.load import PATH as LOAD
from simkit.study.measured.measured_demand import base_logit, bilingual_numbers_of, patched
from simkit.study.measured.measured_work import round_effort
from simkit.study.measured.rates import measured_rates
from simkit.study.paired_comparison import PROFIT, half_width

DESIGNS = ("baseline", "baseline_value_first", "hunter_farmer", "stretched_t")
SPECIALISTS = ((0.2, 0.3), (0.6, 1.0))
"""Effort of specialists relative to generalists: no data tell it, so it is drawn for each firm, the same in truth and
model. Of one half of firms they are very quick, so that now one design is truly the best and now another."""
AT_ONCE = {"transition.dip_share": 0.0, "transition.adoption_half_months": 0.0, "transition.once_amount": 0.0}
TOLERANCE = 0.02  # of working time
NO_DIFFERENCE = 0.01  # of profit: a smaller lead is none, and as much may be lost
FOLLOWED = 0.90  # of firms in which no more is lost
ENOUGH_BACKTESTS = 20
WIDTHS = (0.67, 1.0, 1.5)
"""How much wider the backtest's intervals are tried; the right width has the least mean score."""
RATES_TRUE, BACKTEST_TRUE = (0.88, 0.9, 0.92, 0.98, 1.0), (0.65, 0.7, 0.75, 0.85, 0.9)
"""True coverages against which the power of the tests is told."""
ACCEPTED = (0.74, 0.88)
"""Coverage of the backtest's 80 % intervals that is good enough; a test has to show that it lies outside."""
HERE = Execution(jobs=1)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is run for each firm.

    Parameters
    ----------
    calibrate : bool
        Whether today's organisation is fitted, and its time shares are read.
    design_replications : int
        Replications in which the designs of a calibrated firm are compared, as a run does; 0 compares none.
    true_replications : int
        Others, in which the true parameters tell what each design is worth.
    years : float
        Horizon of that comparison.
    backtest_replications : int
        Replications of the prediction; 0 makes none.
    """

    calibrate: bool = True
    design_replications: int = 12
    true_replications: int = 32
    years: float = 1.0
    backtest_replications: int = 8


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What following the found design comes to in a firm whose truth is known; amounts as shares of the best true profit."""

    best: str
    """The truly best design, and the one found."""
    found: str
    lead: float
    """Lead of the truly best design over the next."""
    error: float
    """95 % half-width of that lead: how well the truth itself is known."""
    regret: float
    """True profit lost by following what was found. The best of several means is partly luck, so it is told too high."""
    gain: float
    """True gain of what was found over today's organisation."""

    @property
    def clear(self) -> bool:
        """Whether the truly best design leads beyond what counts as no difference, and beyond the luck of the truth."""
        return self.lead > max(NO_DIFFERENCE, self.error)


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
    designs : Followed or None
        What came of the design found; None when not run.
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
    designs: Followed | None = None
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
        one = measured_client(write_firm(firm, Path(folder)))
        rates = measured_rates(one.client, one.value, present_hours(one.model_inputs, one.parameters))
        off, fits, designs = {}, True, None
        if size.calibrate:
            fit = calibrated_client(one, seed=number + 1, execution=HERE)
            hours = fit.table[fit.table["moment"].str.startswith("hours.")].set_index("moment")
            off, fits = _off(firm, hours["simulated"]), fit.gate.passes
            if size.design_replications:
                designs = _designs(firm, fit, bilingual_numbers_of(one.client), size)
        predicted = (
            backtest(one.client, replications=size.backtest_replications, execution=HERE)
            if size.backtest_replications
            else None
        )
    came = {} if predicted is None else dict(zip(predicted["figure"], predicted["covered"].tolist(), strict=True))
    return Outcome(
        number=number,
        true=_true_rates(firm, one.value.customers),
        rates={f"{rate.name}.{rate.group}" if rate.group else rate.name: rate.estimate for rate in rates},
        off=off,
        fits=fits,
        backtest=came,
        scores={} if predicted is None else {width: score(predicted, width) for width in WIDTHS},
        designs=designs,
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


def _designs(firm: RandomFirm, fit: CalibratedClient, bilingual: object, size: Size) -> Followed:
    """Compare the designs as a run does, with the calibrated parameters, and hold its choice against the true ones.

    Truth and found meet different replications, so that luck does not tell the truth to the kit.
    """
    found = _profits(fit.model_inputs, fit.parameters, firm.number, size, range(size.design_replications))
    true_inputs, true_parameter_set = true_model(firm, fit.model_inputs, fit.parameters, bilingual)
    at_rest = stationary_today(true_inputs, true_parameter_set, seed=firm.number, execution=HERE).override
    others = range(size.design_replications, size.design_replications + size.true_replications)
    true = _profits(true_inputs, patched(true_parameter_set, at_rest), firm.number, size, others)
    return followed(true, str(found.mean().idxmax()))


def followed(true: pd.DataFrame, found: str) -> Followed:
    """Return what the found design comes to.

    Parameters
    ----------
    true : DataFrame
        True profits: a row per replication, a column per design.
    """
    best, second = true.mean().sort_values(ascending=False, kind="stable").index[:2]
    lead, whole = true[best] - true[second], max(abs(true[best].mean()), 1.0)
    return Followed(
        best=str(best),
        found=found,
        lead=float(lead.mean() / whole),
        error=float(half_width(lead.to_numpy()[None, :])[0] / whole),
        regret=float((true[best] - true[found]).mean() / whole),
        gain=float((true[found] - true[DESIGNS[0]]).mean() / whole),
    )


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


def _profits(
    model_inputs: ModelInputs, parameter_set: ParameterSet, seed: int, size: Size, replications: range
) -> pd.DataFrame:
    """Return profits by replication and design; within a year a transition would outweigh everything, so it is left out."""
    drawn = stream(SEED, seed, "recovery.specialists")
    specialists = float(drawn.uniform(*SPECIALISTS[drawn.integers(2)]))
    changes = {**AT_ONCE, "handover.specialist_effort_factor": specialists}
    short = {"time.horizon_years": size.years}
    experiment = Experiment(
        variants=tuple(Variant(label=name, design=load_design(name), changes=changes) for name in DESIGNS),
        scenarios={"today": load_scenario("today")}, replications=len(replications), seed=seed,
        first_replication=replications.start,
    )  # fmt: skip
    frame = run_experiment(
        experiment, model_inputs, parameter_set.patch(short, Provenance(kind="option")), execution=HERE
    ).frame
    whole = frame[(frame["measure"] == PROFIT) & (frame["year"] == 0)]
    return whole.pivot(index="replication", columns="design", values="value")[list(DESIGNS)]


# --- what it comes to ------------------------------------------------------------------------------------------------


def summary(outcomes: Sequence[Outcome], *, backtests: int = 0) -> tuple[list[str], bool]:
    """Return the table of what was found, line by line, and whether all of it is as promised.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of the firms.
    backtests : int
        Fewest firms that were backtested, without which nothing is shown.
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
    if designs := [one.designs for one in fitting if one.designs]:
        passed = passed and np.mean([one.regret <= NO_DIFFERENCE for one in designs]) >= FOLLOWED
        lines += _followed_lines(designs)
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


def _followed_lines(designs: Sequence[Followed]) -> list[str]:
    """Return what following the found designs comes to."""
    regrets, count = np.array([one.regret for one in designs]) * 100, len(designs)
    clear = [one for one in designs if one.clear]
    best = pd.Series([one.best for one in designs]).value_counts()
    error, lead = (100 * np.median([getattr(one, name) for one in designs]) for name in ("error", "lead"))
    kept = int((regrets <= 100 * NO_DIFFERENCE).sum())
    return [
        f"designs: of {count} firms that fit, following what was found loses at most {NO_DIFFERENCE:.0%} of true profit in "
        f"{kept} ({kept / count:.0%}, wanted {FOLLOWED:.0%}); mean {regrets.mean():.2f} %, median {np.median(regrets):.2f} %, "
        f"most {regrets.max():.2f} %",
        f"  it gains {100 * np.mean([one.gain for one in designs]):+.2f} % on today's organisation on average; lead of the truly "
        f"best: median {lead:.2f} %, known to ± {error:.2f} points",
        f"  a true lead above {NO_DIFFERENCE:.0%} and above that error in {len(clear)} firms, the best found in "
        f"{sum(one.found == one.best for one in clear)} of them",
        "  truly best: " + ", ".join(f"{one} {times}" for one, times in best.items()),
    ]


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
    options.add_argument("--only-backtest", action="store_true", help="backtest all firms and do nothing else")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    chosen = options.parse_args()
    started, cpu = time.perf_counter(), os.times()
    with ProcessPoolExecutor(chosen.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        sizes = [Size() if n < chosen.backtests else Size(backtest_replications=0) for n in range(chosen.firms)]
        if chosen.only_backtest:
            sizes = [Size(calibrate=False)] * chosen.firms
        outcomes = [_told(one) for one in pool.map(recovered, range(chosen.firms), sizes)]
    lines, passed = summary(outcomes, backtests=min(ENOUGH_BACKTESTS, chosen.backtests))
    sys.stdout.write("\n".join(lines) + "\n")
    after = os.times()
    seconds = after.user + after.children_user - cpu.user - cpu.children_user
    sys.stdout.write(f"{time.perf_counter() - started:.0f} s wall, {seconds:.0f} s CPU\n")
    sys.exit(0 if passed else 1)


def _told(one: Outcome) -> Outcome:
    """Say what came of a firm, and hand it on."""
    off = f"off {100 * _worst([one]):.2f}{'' if one.fits else ' (does not fit)'}, " if one.off else ""
    rates = f"rates {np.mean(list(one.covered.values())):.2f}"
    designs = ""
    if (of := one.designs) is not None:
        designs = f", best {of.best} ({of.lead:.1%} ± {of.error:.1%}), found {of.found}, regret {of.regret:.1%}"
    came = f", backtest {np.mean(list(one.backtest.values())):.2f}" if one.backtest else ""
    sys.stderr.write(f"firm {one.number}: {off}{rates}{designs}{came}\n")
    return one


if __name__ == "__main__":
    main()
