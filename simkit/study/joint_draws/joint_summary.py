"""What joint draws say: the range of each design's gain, how reliably it is the right one, and what is most worth knowing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags, Floats
from simkit.foundation.text import Text, same
from simkit.intake.settings.goals_settings import DEFAULT_GOALS, Aim, Goals
from simkit.intake.settings.run_settings import FEWEST_DRAWS
from simkit.study.joint_draws.drawn_parameters import PARAMETER_COLUMNS
from simkit.study.joint_draws.drawn_sets import VALUE_COLUMNS
from simkit.study.joint_draws.joint_runs import CONTRIBUTION, HOURS_A, ORDERS
from simkit.study.joint_draws.smoothing import Smoothing, smoothed
from simkit.study.yearly_amounts import zone_of

GAIN_COLUMNS = ("design", "draw", "gain_amount", "simulated_amount", "contribution_amount")
TODAY_COLUMNS = ("draw", ORDERS, CONTRIBUTION, "kept")
SUMMARY_COLUMNS = (
    "design", "median", "low", "high", "share_positive", "reliability", "reliability_low", "reliability_high", "draws",
    "dropped_share", "q2",
)  # fmt: skip
DRIVER_COLUMNS = (
    "design", "rank", "parameter", "label_de", "label_en", "share", "effect", "worth", "q2",
)  # fmt: skip
RANGE = (0.05, 0.95)
TOLERANCE = 0.05
"""Of the fit gate for orders and contribution; a draw whose today misses by twice as much is not this client."""
SMOOTH_FROM = 0.5
"""From this Q² on the linear terms stand for the gains."""
MOST_DRIVERS = 3


AIM_COLUMNS: Mapping[Aim, tuple[str, str]] = {
    "contribution_less_cost": ("profit_amount", CONTRIBUTION),
    "contribution": (CONTRIBUTION, CONTRIBUTION),
    "customer_hours_A": (HOURS_A, HOURS_A),
}
"""Of each aim: the column of the draws, and the one of which a gain is a share."""


@dataclass(frozen=True, kw_only=True)
class RightChoice:
    """What makes a design the right one in a draw."""

    never: frozenset[str] = frozenset()
    """Designs that may not be advised, and hence take the place of none that may."""
    goals: Goals = DEFAULT_GOALS


@dataclass(frozen=True, kw_only=True)
class YearToday:
    """A year of today's organisation as the client has it, against which draws are held."""

    orders: float
    contribution_amount: float
    held: tuple[str, ...] = (ORDERS, CONTRIBUTION)
    """Which of them were measured, so that a draw may not miss them."""

    @property
    def zone_amount(self) -> float:
        """Yearly gain that counts as none."""
        return zone_of(self.contribution_amount)


def today_frame(by_year: pd.DataFrame, baseline: str, today: YearToday) -> pd.DataFrame:
    """Return today's organisation in each draw, and whether the draw is kept (:data:`TODAY_COLUMNS`).

    Parameters
    ----------
    by_year : DataFrame
        Result of :func:`simkit.study.joint_draws.joint_runs.run_draws`.
    """
    rows = by_year[by_year["design"] == baseline].reset_index(drop=True)
    kept = np.ones(len(rows), dtype=bool)
    for name in today.held:
        expected = float(getattr(today, name))
        kept &= (rows[name] - expected).abs().to_numpy(dtype=float) <= 2 * TOLERANCE * abs(expected)
    return rows[["draw", ORDERS, CONTRIBUTION]].assign(kept=kept)


def gains_by_draw(by_year: pd.DataFrame, baseline: str, measure: str = "profit_amount") -> pd.DataFrame:
    """Return each design's yearly gain over today in each draw, one row per draw, one column per design."""
    table = by_year.pivot(index="draw", columns="design", values=measure)
    others = [name for name in dict.fromkeys(by_year["design"]) if name != baseline]
    return table[others].sub(table[baseline], axis=0)


def reliabilities(gains: Floats, zone: float, advisable: Flags | None = None) -> Floats:
    """Return in which share of the draws each design would have been right.

    Parameters
    ----------
    gains : ndarray, shape (draws, designs)
        Yearly gain over today.
    zone : float
        Gain that counts as none.
    advisable : ndarray of bool, shape (designs,), optional
        Which designs may be advised; no other one takes the place of one that may. All by default.

    Returns
    -------
    ndarray, shape (designs + 1,)
        First that of today's organisation: the share of draws in which no design gains more than the zone. A design is right
        in a draw when it gains and no other one gains more than the zone beyond it.
    """
    rivals = gains if advisable is None else np.where(advisable, gains, -np.inf)
    best = rivals.max(axis=1)
    right = (gains > 0) & (gains >= best[:, None] - zone)
    return np.concatenate([[(best <= zone).mean()], right.mean(axis=0)])


def summary_frame(
    gains: pd.DataFrame,
    smoothings: Mapping[str, Smoothing],
    baseline: str,
    drawn: int,
    right: Floats,
) -> pd.DataFrame:
    """Return range and reliability of each design, today's first (:data:`SUMMARY_COLUMNS`).

    Parameters
    ----------
    gains : DataFrame
        Gains in the kept draws, smoothed where that predicts; draw × design.
    drawn : int
        Number of draws before some were dropped.
    right : ndarray, shape (designs + 1,)
        In which share of the draws today's organisation and each design are the right choice (:func:`reliabilities`).

    Notes
    -----
    Median, `low` and `high` (5 % and 95 % points) are those of the gain in money over the kept draws, whatever the goals count;
    the interval of the reliability is Wilson's at
    95 %. With fewer than ten draws nothing is told but their number.
    """
    from statsmodels.stats.proportion import proportion_confint

    number = len(gains)
    dropped = 1 - number / drawn if drawn else math.nan
    values = np.column_stack([np.zeros(number), gains.to_numpy(dtype=float)])
    names = [baseline, *gains.columns]
    if number < FEWEST_DRAWS:
        rows = [(name, *[math.nan] * 7, number, dropped, math.nan) for name in names]
        return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))
    q2 = [math.nan, *(smoothings[name].q2 for name in gains.columns)]
    low, median, high = np.quantile(values, [RANGE[0], 0.5, RANGE[1]], axis=0)
    ends = [proportion_confint(round(share * number), number, method="wilson") for share in right]
    return pd.DataFrame(
        {
            "design": names, "median": median, "low": low, "high": high, "share_positive": (values > 0).mean(axis=0),
            "reliability": right, "reliability_low": [float(one[0]) for one in ends],
            "reliability_high": [float(one[1]) for one in ends], "draws": number, "dropped_share": dropped, "q2": q2,
        }
    )[list(SUMMARY_COLUMNS)]  # fmt: skip


def smoothed_gains(gains: pd.DataFrame, scores: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Smoothing]]:
    """Return the gains as linear terms have them where these predict, else as simulated; and what the terms say."""
    found = {
        str(name): smoothed(gains[name].to_numpy(dtype=float), scores.to_numpy(dtype=float)) for name in gains.columns
    }
    return gains.assign(**{name: one.fitted for name, one in found.items() if one.q2 >= SMOOTH_FROM}), found


def driver_frame(
    smoothings: Mapping[str, Smoothing], gains: pd.DataFrame, scores: pd.DataFrame, labels: Mapping[str, Text]
) -> pd.DataFrame:
    """Return for each design the one to three assumptions that its gain hangs on most (:data:`DRIVER_COLUMNS`).

    Parameters
    ----------
    smoothings, gains, scores
        What the terms say, the simulated gains in the unit of the goals, and the dimensions, all in the kept draws.
    labels : mapping of str to Text
        What people call a dimension.

    Notes
    -----
    `share`: squared slope times variance of the dimension over the variance of the gain, the first-order index of a linear
    model (Saltelli et al., *Global Sensitivity Analysis*, 1.2.1). `effect`: change of the yearly gain from the dimension's
    10 % to its 90 % point. `worth`: expected yearly gain of choosing after the answer, mean over the draws of the best
    design's gain given the dimension, less the best design's mean; today's organisation, gain 0, is one of the choices. Both in
    the unit of the goals, since the choice goes by what counts.
    """
    rows: list[tuple[object, ...]] = []
    values = scores.to_numpy(dtype=float)
    for design, one in smoothings.items():
        spread = float(gains[design].to_numpy(dtype=float).var())
        found = [
            (term, float(slope) ** 2 * float(values[:, term].var()) / spread, float(slope))
            for term, slope in zip(one.terms, one.slopes, strict=True)
        ]
        found = sorted(found, key=lambda row: -row[1])[:MOST_DRIVERS]
        for rank, (term, share, slope) in enumerate(found, start=1):
            name = str(scores.columns[term])
            label = labels.get(name, same(name))
            effect = slope * float(np.subtract(*np.quantile(values[:, term], [0.9, 0.1])))
            worth = worth_of_knowing(term, smoothings, gains, values)
            rows.append((design, rank, name, label.de, label.en, share, effect, worth, one.q2))
    return pd.DataFrame(rows, columns=list(DRIVER_COLUMNS))


def worth_of_knowing(term: int, smoothings: Mapping[str, Smoothing], gains: pd.DataFrame, values: Floats) -> float:
    """Return the expected yearly gain of choosing a design once one dimension is known, at least 0."""
    centred = values[:, term] - values[:, term].mean()
    means = [0.0, *(float(gains[design].to_numpy(dtype=float).mean()) for design in smoothings)]
    slopes = [0.0, *(dict(zip(one.terms, one.slopes, strict=True)).get(term, 0.0) for one in smoothings.values())]
    known = np.array(means)[None, :] + centred[:, None] * np.array(slopes)[None, :]
    return max(0.0, float(known.max(axis=1).mean()) - max(means))


def summarised(
    by_year: pd.DataFrame,
    scores: pd.DataFrame,
    baseline: str,
    today: YearToday,
    labels: Mapping[str, Text],
    choice: RightChoice = RightChoice(),
) -> dict[str, pd.DataFrame]:
    """Return the frames ``joint_gains``, ``joint_today``, ``joint_summary`` and ``joint_drivers``."""
    held = today_frame(by_year, baseline, today)
    kept = held.loc[held["kept"], "draw"].tolist()
    simulated = gains_by_draw(by_year, baseline).loc[kept]
    known = scores.loc[kept]
    gains, found = smoothed_gains(simulated, known)
    right, drivers = _by_goal(by_year[by_year["draw"].isin(kept)], known, baseline, today, labels, choice)
    contribution = by_year.pivot(index="draw", columns="design", values=CONTRIBUTION).loc[kept]
    return {
        "joint_gains": _long(gains, simulated, contribution),
        "joint_today": held,
        "joint_summary": summary_frame(gains, found, baseline, len(held), right),
        "joint_drivers": drivers,
    }


def _by_goal(
    by_year: pd.DataFrame,
    scores: pd.DataFrame,
    baseline: str,
    today: YearToday,
    labels: Mapping[str, Text],
    choice: RightChoice,
) -> tuple[Floats, pd.DataFrame]:
    """Return, by what the goals count, how often each design is the right choice (today's first), and what that hangs on."""
    if len(scores) < FEWEST_DRAWS:
        return np.full(by_year["design"].nunique(), math.nan), pd.DataFrame(columns=list(DRIVER_COLUMNS))
    simulated = goal_gains(by_year, baseline, choice.goals)
    gains, terms = smoothed_gains(simulated, scores)
    advisable = np.array([name not in choice.never for name in gains.columns])
    zone = goal_zone(by_year, baseline, choice.goals, today)
    right = reliabilities(gains.to_numpy(dtype=float), zone, advisable)
    return right, driver_frame(terms, simulated, scores, labels)


def goal_gains(by_year: pd.DataFrame, baseline: str, goals: Goals) -> pd.DataFrame:
    """Return each design's yearly gain over today in each draw, in the unit of the goals."""
    total = sum(goals.weights.values())
    parts = [
        gains_by_draw(by_year, baseline, AIM_COLUMNS[aim][0]) * (weight / total / _base(by_year, baseline, aim, goals))
        for aim, weight in goals.weights.items()
    ]
    return reduce(pd.DataFrame.add, parts)


def _base(by_year: pd.DataFrame, baseline: str, aim: Aim, goals: Goals) -> float:
    """Return what a gain of one aim is divided by: today's value where several aims count."""
    today = by_year.loc[by_year["design"] == baseline, AIM_COLUMNS[aim][1]]
    return float(today.mean()) if len(goals.weights) > 1 else 1.0


def goal_zone(by_year: pd.DataFrame, baseline: str, goals: Goals, today: YearToday) -> float:
    """Return the yearly gain that counts as none, in the unit of the goals."""
    if goals.gains_in == "money":
        return today.zone_amount
    hours = by_year.loc[by_year["design"] == baseline, HOURS_A]
    return zone_of(1.0 if goals.gains_in == "share" else float(hours.mean()))


def _long(gains: pd.DataFrame, simulated: pd.DataFrame, contribution: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "design": design, "draw": gains.index, "gain_amount": gains[design], "simulated_amount": simulated[design],
                "contribution_amount": contribution[design],
            }
        )
        for design in gains.columns
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[list(GAIN_COLUMNS)]


def nothing_drawn() -> dict[str, pd.DataFrame]:
    """Return the frames of a run without draws: their columns and no row."""
    columns: dict[str, Sequence[str]] = {
        "joint_gains": GAIN_COLUMNS,
        "joint_today": TODAY_COLUMNS,
        "joint_summary": SUMMARY_COLUMNS,
        "joint_drivers": DRIVER_COLUMNS,
        "joint_parameters": PARAMETER_COLUMNS,
        "joint_values": VALUE_COLUMNS,
    }
    return {name: pd.DataFrame(columns=list(names)) for name, names in columns.items()}
