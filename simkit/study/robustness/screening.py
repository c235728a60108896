"""Which assumptions move the advantage of a design: Morris screening at the price of few runs, then a paired tornado.

Whole groups of parameters are moved first; the parameters of the groups that matter are then moved one by one. In the tornado one
assumption after the other is at its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, select
from simkit.foundation.random_streams import stream
from simkit.study.mean_intervals import LEVEL
from simkit.study.paired_comparison import PROFIT, mean_and_half_width
from simkit.study.robustness.sample_points import RobustnessBench, differences_to, levels_at
from simkit.study.robustness.tested_parameters import TestedParameter

LEVELS = 4
RESAMPLES = 1000
EFFECT_COLUMNS = (
    "factor", "design", "measure", "mu_star", "low", "high", "mu", "sigma", "trajectories", "parameters",
)  # fmt: skip
RUN_COLUMNS = ("trajectory", "step", "design", "measure", "difference")
PLACE_COLUMNS = ("trajectory", "step", "parameter", "value")


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What a screening moves."""

    factors: Mapping[str, tuple[TestedParameter, ...]]
    """Name of the factor: the parameters that move together; one parameter each for a screening of parameters."""
    trajectories: int
    """Trajectories, at least 2; each meets a replication of its own."""
    years: float
    """Horizon of the runs."""

    @property
    def points(self) -> int:
        """Number of points: in each trajectory one more than factors."""
        return (len(self.factors) + 1) * self.trajectories if self.factors else 0


@dataclass(frozen=True, kw_only=True)
class Screened:
    """What a screening gave."""

    effects: pd.DataFrame
    """One row per factor, design and measure (:data:`EFFECT_COLUMNS`)."""
    runs: pd.DataFrame
    """What they were computed from: trajectory, step, design, measure, difference."""
    places: pd.DataFrame
    """The value of every parameter in every point: trajectory, step, parameter, value."""


def screen(bench: RobustnessBench, wanted: Screen, name: str) -> Screened:
    """Return the elementary effects of factors on each design's paired difference to today's organisation.

    Parameters
    ----------
    name : str
        Name of the random stream, such as "groups".

    Returns
    -------
    Screened
        Effects in the measure's unit, amounts a year, with all that is needed to compute them again.

    Notes
    -----
    Method of Morris (1991, *Technometrics* 33) with groups and μ* (Campolongo, Cariboni and Saltelli 2007,
    *Environmental Modelling & Software* 22), by SALib: an elementary effect is the change of the result over the step
    of a factor, put on its whole range; μ* is the mean of its amount, μ its mean, σ its standard deviation over the
    trajectories (μ and σ have no meaning for a group of several parameters and are missing there). All designs of a point
    meet the same replication and all points of a trajectory meet the same one, but each trajectory has its own; so the
    interval, a 95 % bootstrap over trajectories, holds the chance of both. Caveats: μ* ranks, it does not test; with few
    trajectories its interval is rough, and the shorter horizon leaves slow effects out.
    """
    if not wanted.factors:
        return Screened(
            effects=pd.DataFrame(columns=list(EFFECT_COLUMNS)),
            runs=pd.DataFrame(columns=list(RUN_COLUMNS)),
            places=pd.DataFrame(columns=list(PLACE_COLUMNS)),
        )
    problem = _problem(wanted.factors)
    places = _sample(problem, wanted.trajectories, bench.seed, name)
    runs = _run(bench, wanted, places, name)
    effects = _effects(problem, wanted, places, runs, bench)
    return Screened(effects=effects, runs=runs, places=_tidy_places(wanted, places))


def _problem(factors: Mapping[str, tuple[TestedParameter, ...]]) -> dict[str, object]:
    names = [parameter.path for parameters in factors.values() for parameter in parameters]
    problem: dict[str, object] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if any(len(parameters) > 1 for parameters in factors.values()):
        problem["groups"] = [factor for factor, parameters in factors.items() for _ in parameters]
    return problem


def _sample(problem: Mapping[str, object], trajectories: int, seed: int, name: str) -> Floats:
    """Draw the trajectories; SALib takes a number as its seed, which our own stream gives."""
    from SALib.sample.morris import sample

    number = int(stream(seed, -1, f"robustness.morris.{name}").integers(0, 2**31 - 1))
    places: Floats = np.asarray(sample(dict(problem), trajectories, num_levels=LEVELS, seed=number), dtype=float)
    return places


def _run(bench: RobustnessBench, wanted: Screen, places: Floats, name: str) -> pd.DataFrame:
    """Run all points, each trajectory in a replication of its own, and take off today's organisation."""
    parameters, steps = _parameters(wanted), len(wanted.factors) + 1
    parts = []
    for trajectory in range(wanted.trajectories):
        rows = places[trajectory * steps : (trajectory + 1) * steps]
        points = {f"{name} {trajectory} {step}": levels_at(parameters, list(row)) for step, row in enumerate(rows)}
        frame = bench.run(points, seed=replication_seed(bench.seed, trajectory), years=wanted.years)
        gains = differences_to(frame, bench.baseline)
        step_of = {point: step for step, point in enumerate(points)}
        parts.append(gains.assign(trajectory=trajectory, step=gains["point"].map(step_of)))
    return pd.concat(parts, ignore_index=True)[list(RUN_COLUMNS)]


def _parameters(wanted: Screen) -> list[TestedParameter]:
    return [parameter for group in wanted.factors.values() for parameter in group]


def _tidy_places(wanted: Screen, places: Floats) -> pd.DataFrame:
    steps = len(wanted.factors) + 1
    rows = [
        (row // steps, row % steps, parameter.path, parameter.at(float(place)))
        for row, point in enumerate(places)
        for parameter, place in zip(_parameters(wanted), point, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(PLACE_COLUMNS))


def replication_seed(seed: int, number: int) -> int:
    """Return the seed of the replication that one batch of points meets, other than that of the study itself."""
    return int(stream(seed, -1, f"robustness.world.{number}").integers(0, 2**31 - 1))


def _effects(
    problem: Mapping[str, object], wanted: Screen, places: Floats, runs: pd.DataFrame, bench: RobustnessBench
) -> pd.DataFrame:
    from SALib.analyze.morris import analyze

    sizes = [len(parameters) for parameters in wanted.factors.values()]
    number = int(stream(bench.seed, -1, "robustness.bootstrap").integers(0, 2**31 - 1))
    names = list(wanted.factors) if "groups" in problem else [one[0].path for one in wanted.factors.values()]
    parts = []
    for (design, measure), rows in runs.groupby(["design", "measure"], sort=False):
        found = analyze(
            dict(problem), places, rows["difference"].to_numpy(dtype=float), num_resamples=RESAMPLES, conf_level=LEVEL,
            num_levels=LEVELS, seed=number,
        )  # fmt: skip
        order = [list(found["names"]).index(factor) for factor in names]  # SALib need not keep our order
        star, half, mu, sigma = (
            np.asarray(found[key], dtype=float)[order] for key in ("mu_star", "mu_star_conf", "mu", "sigma")
        )
        single = np.array(sizes) == 1
        parts.append(
            pd.DataFrame(
                {
                    "factor": list(wanted.factors), "design": design, "measure": measure, "mu_star": star,
                    "low": np.maximum(star - half, 0.0), "high": star + half,
                    "mu": np.where(single, mu, np.nan), "sigma": np.where(single, sigma, np.nan),
                    "trajectories": wanted.trajectories, "parameters": sizes,
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)[list(EFFECT_COLUMNS)]


def ranked(effects: pd.DataFrame, measure: str) -> list[str]:
    """Return the factors by their largest effect on any design's difference in one measure, largest first."""
    largest = select(effects, measure=measure).groupby("factor", sort=False)["mu_star"].max()
    return [str(name) for name in largest.sort_values(ascending=False, kind="stable").index]


def parameters_within(groups: Mapping[str, tuple[TestedParameter, ...]], order: Sequence[str], limit: int) -> list[str]:
    """Return the groups to look into: the first ones of an order whose parameters are together no more than a limit.

    The first group is always among them; one that no longer fits is passed over for smaller ones behind it.
    """
    chosen: list[str] = []
    for name in order:
        if not chosen or sum(len(groups[one]) for one in (*chosen, name)) <= limit:
            chosen.append(name)
    return chosen


BASE = "base"
TORNADO_COLUMNS = (
    "rank", "parameter", "label_de", "label_en", "unit", "best", "against", "measure",
    "low_value", "base_value", "high_value",
    "low_difference", "low_low", "low_high", "base_difference", "base_low", "base_high",
    "high_difference", "high_low", "high_high", "swing", "turns", "turns_surely", "replications",
)  # fmt: skip


def tornado_runs(bench: RobustnessBench, parameters: Sequence[TestedParameter], *, replications: int) -> pd.DataFrame:
    """Run the base and both ends of each parameter, all others at the study's value, in the same replications.

    Returns
    -------
    DataFrame
        Columns point ("base", "<parameter>=low", "<parameter>=high"), replication, design, measure, value.
    """
    points: dict[str, Mapping[str, float]] = {BASE: {}}
    for parameter in parameters:
        points |= {
            f"{parameter.path}=low": {parameter.path: parameter.low},
            f"{parameter.path}=high": {parameter.path: parameter.high},
        }
    return bench.run(points, replications=replications)


def tornado(frame: pd.DataFrame, parameters: Sequence[TestedParameter], best: str) -> pd.DataFrame:
    """Return the best design's difference to every other one with each parameter at its low and its high end.

    Parameters
    ----------
    frame : DataFrame
        As :func:`tornado_runs` returns it.
    best : str
        Label of the design whose advantage is looked at.

    Returns
    -------
    DataFrame
        One row per parameter and design that the best is compared with (:data:`TORNADO_COLUMNS`), the widest swing first.

    Notes
    -----
    Each end: mean over replications of y(best) − y(other) in the same replication, with a paired 95 % t-interval. `turns`: at one
    end the difference has another sign than at the base; `turns_surely`: and the interval of that end does not hold 0.
    Caveats: one parameter at a time shows no interplay (see the regions of victory), and with few replications the intervals are
    wide; they hold one at a time.
    """
    parts = [
        _against(frame, parameters, best, str(other), measure=PROFIT)
        for other in dict.fromkeys(frame["design"])
        if parameters and other != best
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(TORNADO_COLUMNS))


def _against(
    frame: pd.DataFrame, parameters: Sequence[TestedParameter], best: str, other: str, *, measure: str
) -> pd.DataFrame:
    gain = _gains(frame, best, other, measure)
    ends = {str(point): _interval(row) for point, row in zip(gain.index, gain.to_numpy(dtype=float), strict=True)}
    rows = [_row(parameter, ends) for parameter in parameters]
    table = pd.DataFrame(rows).assign(best=best, against=other, measure=measure, replications=gain.shape[1])
    table = table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    return table.assign(rank=range(1, len(table) + 1))[list(TORNADO_COLUMNS)]


def _gains(frame: pd.DataFrame, best: str, other: str, measure: str) -> pd.DataFrame:
    """Return the paired difference of two designs, point × replication."""
    wide = select(frame, measure=measure).pivot(index=["point", "replication"], columns="design", values="value")
    return (wide[best] - wide[other]).unstack("replication")


def gains_at_ends(
    frame: pd.DataFrame, parameters: Sequence[TestedParameter], best: str, other: str
) -> dict[str, Floats]:
    """Return the best design's lead in profit over another with each parameter at its low, present and high value.

    Parameters
    ----------
    frame : DataFrame
        As :func:`tornado_runs` returns it.

    Returns
    -------
    dict of str to ndarray, shape (3, replications)
        By parameter; money.
    """
    gain = _gains(frame, best, other, PROFIT)
    points = {one.path: [f"{one.path}=low", BASE, f"{one.path}=high"] for one in parameters}
    return {path: gain.loc[names].to_numpy(dtype=float) for path, names in points.items()}


def _interval(values: Floats) -> tuple[float, float, float]:
    mean, width = mean_and_half_width(values)
    return mean, mean - width, mean + width


def _row(parameter: TestedParameter, ends: Mapping[str, tuple[float, float, float]]) -> dict[str, object]:
    base, low, high = ends[BASE], ends[f"{parameter.path}=low"], ends[f"{parameter.path}=high"]
    turned = [end for end in (low, high) if np.sign(end[0]) != np.sign(base[0])]
    return {
        "parameter": parameter.path,
        "label_de": parameter.parameter.label.de,
        "label_en": parameter.parameter.label.en,
        "unit": parameter.parameter.unit,
        "low_value": parameter.low,
        "base_value": parameter.value,
        "high_value": parameter.high,
        "low_difference": low[0],
        "low_low": low[1],
        "low_high": low[2],
        "base_difference": base[0],
        "base_low": base[1],
        "base_high": base[2],
        "high_difference": high[0],
        "high_low": high[1],
        "high_high": high[2],
        "swing": max(low[0], high[0], base[0]) - min(low[0], high[0], base[0]),
        "turns": bool(turned),
        "turns_surely": any(end[1] > 0 or end[2] < 0 for end in turned),
    }
