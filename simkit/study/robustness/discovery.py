"""Scenario discovery: in which region of assumptions each design earns most, found from points spread over all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, select
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.study.paired_comparison import PROFIT
from simkit.study.robustness.sample_points import RobustnessBench, levels_at
from simkit.study.robustness.scenario_boxes import Box, find_box
from simkit.study.robustness.screening import replication_seed
from simkit.study.robustness.tested_parameters import TestedParameter

REGION_COLUMNS = (
    "design", "outcome", "coverage", "density", "base_share", "points", "cases", "points_in_all", "p_value",
)  # fmt: skip
SIDE_COLUMNS = ("design", "parameter", "label_de", "label_en", "unit", "above", "bound", "low", "high", "p_value")
MAP_COLUMNS = ("parameter", "label_de", "label_en", "unit", "low", "high", "weight")
POINT_COLUMNS = ("point", "replication", "winner", "lead")
"""Between replication and winner stand the parameters and the designs' profit."""
SURE_SHARE = 0.95
"""From this share of the points on a design wins everywhere, and below its complement nowhere."""


def spread_points(parameters: Sequence[TestedParameter], count: int, seed: int) -> Floats:
    """Return a Latin hypercube: places between the ends of each parameter, 0 … 1, shape (count, parameters).

    Notes
    -----
    McKay, Beckman and Conover 1979, *Technometrics* 21: each parameter's range is cut into as many equal parts as there are
    points, and each part holds one point.
    """
    from scipy.stats import qmc

    sampler = qmc.LatinHypercube(len(parameters), rng=stream(seed, -1, "robustness.hypercube"))
    places: Floats = sampler.random(count)
    return places


def discover(
    bench: RobustnessBench, parameters: Sequence[TestedParameter], *, points: int, replications: int
) -> pd.DataFrame:
    """Run points spread over all given parameters and return who earns most in each.

    Parameters
    ----------
    parameters : sequence of TestedParameter
        Moved together; all others stay at the study's value.
    points : int
        Number of points.
    replications : int
        Replications that the points are dealt out to, each point to one; so no single replication decides.

    Returns
    -------
    DataFrame
        One row per point: `point`, `replication`, each parameter's value under its name, each design's profit under its label,
        `winner`, and `lead` (profit of the winner over that of the next).
    """
    places = spread_points(parameters, points, bench.seed)
    names = [f"spread {number}" for number in range(points)]
    levels = {name: levels_at(parameters, list(row)) for name, row in zip(names, places, strict=True)}
    parts = []
    for replication in range(min(replications, points)):
        dealt = {name: levels[name] for name in names[replication::replications]}
        parts.append(bench.run(dealt, seed=replication_seed(bench.seed, replication)).assign(replication=replication))
    return winners(pd.concat(parts, ignore_index=True), levels)


def winners(frame: pd.DataFrame, levels: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Return who earns most in each point of finished runs; see :func:`discover`."""
    profit = select(frame, measure=PROFIT).pivot(index="point", columns="design", values="value")
    profit = profit.loc[list(levels), list(dict.fromkeys(frame["design"]))]
    ordered = np.sort(profit.to_numpy(dtype=float), axis=1)
    replication = frame.drop_duplicates("point").set_index("point")["replication"].reindex(profit.index)
    table = pd.DataFrame({"point": list(levels), "replication": replication.to_numpy()})
    settings = pd.DataFrame([dict(one) for one in levels.values()])
    lead = ordered[:, -1] - ordered[:, -2]
    won = profit.columns.to_numpy()[profit.to_numpy(dtype=float).argmax(axis=1)]
    return pd.concat([table, settings, profit.reset_index(drop=True)], axis=1).assign(winner=won, lead=lead)


def regions(
    found: pd.DataFrame, parameters: Sequence[TestedParameter], designs: Sequence[str], *, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the region of assumptions in which each design earns most.

    Parameters
    ----------
    found : DataFrame
        As :func:`discover` returns it.
    designs : sequence of str
        Labels of the designs.

    Returns
    -------
    regions, sides : DataFrame
        One row per design (:data:`REGION_COLUMNS`) with the outcome "everywhere", "nowhere", "region" or "no region"
        (it wins here and there, but no rule can be told from chance); one row per side of each region
        (:data:`SIDE_COLUMNS`), in the parameter's unit. See :func:`simkit.study.robustness.scenario_boxes.find_box`.
    """
    places = np.column_stack([(found[one.path] - one.low) / (one.high - one.low) for one in parameters])
    rows, sides = [], []
    for design in designs:
        wins = (found["winner"] == design).to_numpy(dtype=bool)
        share = float(wins.mean())
        box = find_box(places, wins, seed=seed, name=design) if 1 - SURE_SHARE < share < SURE_SHARE else None
        rows.append(_region(design, share, len(wins), box))
        sides += (
            []
            if box is None
            else [_side(design, parameters[one.column], one.above, one.bound, one.p_value) for one in box.sides]
        )
    return pd.DataFrame(rows, columns=list(REGION_COLUMNS)), pd.DataFrame(sides, columns=list(SIDE_COLUMNS))


def _region(design: str, share: float, count: int, box: Box | None) -> tuple[object, ...]:
    if box is not None:
        return (
            design, "region", box.coverage, box.density, share, box.points, box.cases, count, box.p_value
        )  # fmt: skip
    outcome = "everywhere" if share >= SURE_SHARE else "nowhere" if share <= 1 - SURE_SHARE else "no region"
    nan = math.nan
    return design, outcome, nan, nan, share, count, round(share * count), count, nan


def _side(design: str, parameter: TestedParameter, above: bool, bound: float, p_value: float) -> tuple[object, ...]:
    label = parameter.parameter.label
    return (
        design,
        parameter.path,
        label.de,
        label.en,
        parameter.parameter.unit,
        above,
        parameter.at(bound),
        parameter.low,
        parameter.high,
        p_value,
    )


def most_telling(found: pd.DataFrame, parameters: Sequence[TestedParameter], best: str, other: str) -> pd.DataFrame:
    """Return the parameters by how much of the best design's lead over another they explain, the strongest first.

    Notes
    -----
    `weight`: square of Spearman's rank correlation of the parameter with the difference of profit over all points. Caveat: it
    sees no effect that turns within the range.
    """
    gain = (found[best] - found[other]).rank()
    rows = []
    for parameter in parameters:
        place = found[parameter.path].rank()
        spread = float(place.std() * gain.std())
        weight = float(place.cov(gain) / spread) ** 2 if spread > 0 else 0.0
        rows.append(
            (
                parameter.path,
                parameter.parameter.label.de,
                parameter.parameter.label.en,
                parameter.parameter.unit,
                parameter.low,
                parameter.high,
                weight,
            )
        )
    table = pd.DataFrame(rows, columns=list(MAP_COLUMNS))
    return table.sort_values("weight", ascending=False, kind="stable", ignore_index=True)


OUTCOMES: Mapping[str, Text] = {
    "everywhere": Text(
        de="„{design}“ ist in fast allen geprüften Punkten die beste Organisation ({share}).",
        en="'{design}' is the best organisation in nearly all points tested ({share}).",
    ),
    "nowhere": Text(
        de="„{design}“ ist in fast keinem geprüften Punkt die beste Organisation ({share}).",
        en="'{design}' is the best organisation in hardly any point tested ({share}).",
    ),
    "no region": Text(
        de="„{design}“ ist in {share} der Punkte die beste Organisation, aber keine Regel lässt sich vom Zufall "
        "unterscheiden: Wann, ist nicht zu sagen.",
        en="'{design}' is the best organisation in {share} of the points, but no rule can be told from chance: when, "
        "cannot be said.",
    ),
    "region": Text(de="„{design}“ lohnt sich, wenn {rule} liegt.", en="'{design}' pays if {rule}."),
    "today's region": Text(de="„{design}“ bleibt am besten, wenn {rule} liegt.", en="'{design}' stays best if {rule}."),
}
