"""What each lever brings per unit of money: its cost, gain, return and payback month against the same organisation without it.

All of it is paired within the replications, and all intervals of one organisation hold together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.study.comparison.payback import break_even_months, gains_by_month
from simkit.study.mean_intervals import LEVEL, fieller
from simkit.study.paired_comparison import PROFIT, paired, probability_best, simultaneous
from simkit.study.plans.lever_variants import LeverVariant

if TYPE_CHECKING:
    from simkit.study.plans.experiment_plan import ExperimentPlan

FACING = "facing_h"
COSTS = (
    "staff_cost_amount",
    "tool_cost_amount",
    "hiring_cost_amount",
    "assistance_cost_amount",
    "lever_cost_amount",
    "change_cost_amount",
)
"""What a lever may cost; the partners' margin is left out, since it is a part of the revenue and no outlay for a lever."""
LEVER_COLUMNS = (
    "base", "lever", "design", "label_de", "label_en", "extent", "size", "budget_amount",
    "cost", "cost_low", "cost_high", "gain", "gain_low", "gain_high", "net", "net_low", "net_high", "p_value", "p_holm",
    "family", "per_euro", "per_euro_low", "per_euro_high", "probability_best",
    "months", "month", "earliest", "latest", "facing_h", "facing_low", "facing_high",
    "evidence_grade", "source_de", "source_en", "moves", "replications",
)  # fmt: skip
INTERACTION_COLUMNS = ("lever", "base", "other", "on_base", "on_other", "difference", "low", "high", "p_holm", "family")
EFFECT_COLUMNS = ("lever", "effect", "label_de", "label_en")
MONTH_COLUMNS = ("base", "lever", "month", "cumulated", "cumulated_low", "cumulated_high")


def lever_frames(frame: pd.DataFrame, plan: ExperimentPlan) -> dict[str, pd.DataFrame]:
    """Return the levers with what they bring, how they act on two organisations, and their gains month by month.

    Parameters
    ----------
    plan : ExperimentPlan
        With the levers' variants.

    Returns
    -------
    dict of str to DataFrame
        ``levers`` (:func:`levers_on` for each organisation), ``lever_interactions`` (:func:`interactions`),
        ``lever_months``: base, lever, month, cumulated gain with its 95 % interval, in the main scenario, and
        ``lever_effects``: what the levers' own files call the things that they move.
    """
    scenario = plan.main_scenario
    bases = list(dict.fromkeys(one.base for one in plan.levers))
    tables, months = [], []
    for base in bases:
        variants = [one for one in plan.levers if one.base == base]
        tables.append(levers_on(frame, scenario, base, variants, seed=plan.experiment.seed))
        months.append(_months(frame, scenario, base, variants))
    empty = {"levers": LEVER_COLUMNS, "lever_months": MONTH_COLUMNS}
    found = {"levers": tables, "lever_months": months}
    frames = {
        name: pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(empty[name]))
        for name, parts in found.items()
    }
    return {
        **frames,
        "lever_interactions": interactions(frame, scenario, plan.levers),
        "lever_effects": _effects(plan.levers),
    }


def _effects(variants: Sequence[LeverVariant]) -> pd.DataFrame:
    labels = {one.lever: one.labels for one in variants}  # a lever is the same on every organisation
    rows = [(lever, name, label.de, label.en) for lever, own in labels.items() for name, label in own.items()]
    return pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))


def levers_on(
    frame: pd.DataFrame, scenario: str, base: str, variants: Sequence[LeverVariant], *, seed: int
) -> pd.DataFrame:
    """Return what each lever costs and brings on one organisation, over the horizon.

    Parameters
    ----------
    base : str
        The organisation without levers.
    variants : sequence of LeverArm
        The levers on it, at least one.

    Returns
    -------
    DataFrame
        One row per lever. ``budget_amount``: common budget per year, missing for the client's own variants; ``cost``: what
        the lever adds to pay, tools, hiring, assistance, levers and one-off cost; ``net``: what it adds to company profit;
        ``gain``: net and cost together, so profit before the lever's cost; ``per_euro``: gain per unit of cost, missing
        where the cost is not surely above 0; ``facing_h``: hours with customers. Low and high: simultaneous 95 %
        intervals. ``month``, ``earliest``, ``latest``: when the cumulated net gain stays above 0
        (:func:`simkit.study.comparison.payback.break_even_months`). ``probability_best``: chance of the highest net
        gain among the levers on the common budget. ``moves``: the names of what the lever raises (+) and lowers (-).

    Notes
    -----
    Family: the k levers of this organisation; each interval at 1 − 0.05/k (Bonferroni), `p_holm` after Holm
    (:func:`simkit.study.paired_comparison.simultaneous`). The return is a ratio of paired means with Fieller's interval
    (:func:`simkit.study.mean_intervals.fieller`) at the same level. Caveat: the gain is a mean over replications under the
    stated sizes of effects, so the intervals tell nothing of how well those are known; the evidence grade does.
    """
    names = [one.variant for one in variants]
    profit = paired(frame, scenario, PROFIT)[[base, *names]]
    cost = _summed(frame, scenario, COSTS, profit)
    money = {"net": profit, "cost": cost, "gain": profit + cost, "facing": _summed(frame, scenario, (FACING,), profit)}
    found = {name: simultaneous(table, base) for name, table in money.items()}
    level = 1 - (1 - LEVEL) / len(names)
    ratios = [fieller(_less(money["gain"], one, base), _less(money["cost"], one, base), level) for one in names]
    per_euro = np.array(ratios).reshape(len(names), 3)
    turning = break_even_months(gains_by_month(frame, [scenario], [base, *names])).set_index("design").loc[names]
    intervals = {
        f"{name}{end}": table[column].to_numpy()
        for name, table in found.items()
        for end, column in (("", "difference"), ("_low", "low"), ("_high", "high"))
    }
    result = pd.DataFrame([_described(one) for one in variants]).assign(
        **{"facing_h" if name == "facing" else name: values for name, values in intervals.items()},
        **{f"per_euro{end}": per_euro[:, place] for place, end in enumerate(("", "_low", "_high"))},
        **{name: found["net"][name].to_numpy() for name in ("p_value", "p_holm", "family")},
        **{name: turning[name].to_numpy() for name in ("months", "month", "earliest", "latest")},
        probability_best=_best(profit, variants, seed),
        replications=len(profit),
    )
    return result[list(LEVER_COLUMNS)]


def interactions(frame: pd.DataFrame, scenario: str, levers: Sequence[LeverVariant]) -> pd.DataFrame:
    """Return whether a lever brings more on another organisation than on the first.

    Parameters
    ----------
    levers : sequence of LeverArm
        All variants; the organisation of the first one is compared with each other.

    Returns
    -------
    DataFrame
        Columns lever, base, other, on_base, on_other (net gains), difference (other − base) with low, high, p_holm and
        family: the levers that stand on both.

    Notes
    -----
    The interaction in a replication is (lever on other − other) − (lever on base − base); family and intervals as in
    :func:`levers_on`.
    """
    on = {(one.base, one.lever): one.variant for one in levers if one.budgeted}
    bases = list(dict.fromkeys(base for base, _ in on))
    parts = []
    for other in bases[1:]:
        both = [name for base, name in on if base == bases[0] and (other, name) in on]
        if not both:
            continue
        profit = paired(frame, scenario, PROFIT)
        gains = {
            base: pd.DataFrame({name: profit[on[base, name]] - profit[base] for name in both})
            for base in (bases[0], other)
        }
        table = (gains[other] - gains[bases[0]]).assign(**{"": 0.0})
        found = simultaneous(table, "").rename(columns={"design": "lever"})
        parts.append(
            found.assign(
                base=bases[0], other=other,
                on_base=gains[bases[0]].mean().to_numpy(), on_other=gains[other].mean().to_numpy(),
            )[list(INTERACTION_COLUMNS)]
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(INTERACTION_COLUMNS))


def _summed(frame: pd.DataFrame, scenario: str, measures: Sequence[str], like: pd.DataFrame) -> pd.DataFrame:
    """Return the sum of some measures over the horizon, replication × design; what no run lists counts 0."""
    chosen = frame[(frame["scenario"] == scenario) & frame["measure"].isin(measures) & (frame["year"] == 0)]
    table = chosen.pivot_table(index="replication", columns="design", values="value", aggfunc="sum")
    return table.reindex(index=like.index, columns=like.columns).fillna(0.0)


def _less(table: pd.DataFrame, variant: str, base: str) -> Floats:
    difference: Floats = (table[variant] - table[base]).to_numpy(dtype=float)
    return difference


def _best(profit: pd.DataFrame, variants: Sequence[LeverVariant], seed: int) -> Floats:
    """Chance of the highest net gain among the levers on the common budget; missing for the others."""
    compared = [one.variant for one in variants if one.budgeted]
    if not compared:
        return np.full(len(variants), np.nan)
    found = probability_best(profit[compared], seed=seed, name="levers").set_index("design")
    chances: Floats = found["probability_best"].reindex([one.variant for one in variants]).to_numpy(dtype=float)
    return chances


def _described(one: LeverVariant) -> Mapping[str, object]:
    moves = " ".join(f"{name}{'+' if way > 0 else '-'}" for name, way in one.moves.items())
    return {
        "base": one.base, "lever": one.lever, "design": one.variant, "label_de": one.title.de, "label_en": one.title.en,
        "extent": one.extent, "size": float(one.size), "budget_amount": one.budget_amount, "evidence_grade": one.evidence_grade,
        "source_de": one.source.de, "source_en": one.source.en, "moves": moves,
    }  # fmt: skip


def _months(frame: pd.DataFrame, scenario: str, base: str, variants: Sequence[LeverVariant]) -> pd.DataFrame:
    gains = gains_by_month(frame, [scenario], [base, *(one.variant for one in variants)])
    names = {one.variant: one.lever for one in variants}
    return gains.assign(base=base, lever=gains["design"].map(names))[list(MONTH_COLUMNS)]
