"""The pipeline congestion ("plunger"): what too many open deals do to win chance, cycle time and wins, and which rule helps.

A seller with a limit of n open deals is a closed queue: each deal waits for the customer (Z years) and for the seller's
attention. Open deals cost switching time, so the attention left for progress is H − s·n hours per year and one deal needs
D = effort/(H − s·n) years of it. Deals without a next step ("Maybe-land") stay open and cost switching time until they are
closed, so they count as more waiting.

Formulas
--------
- time in the seller's queue: R² + R·(Z − n·D) − D·Z = 0, the positive root. It is Schweitzer's approximation of mean value
  analysis, R = D·(1 + (n − 1)/n · Q) with the queue Q = n·R/(Z + R), solved exactly: R = D for n = 1, n·D − Z for large n;
- Little's law: deals taken on per year = n/(Z + R); attention is never overdrawn: deals × D < 1;
- win chance of a deal of quality q: logistic(base + b·q − congestion·max(0, n − free deals));
- chance that a deal goes stale: logistic(logit(stale share) − b'·q); it revives at a rate r until it is closed after τ:
  it lies open (1 − e^(−rτ))/r on average and 1 − e^(−rτ) of such deals are decided after all;
- gate: the assessed quality is r·q + √(1 − r²)·noise; deals under the minimum are turned away.

Caveat: steady state, deals alike in effort, one seller; the strength of the congestion, the switching time and the revival rate
are assumptions. In the simulated organisation a seller has a few open deals only, so the congestion would hardly bind there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit
from scipy.stats import norm

from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text

DAYS_PER_YEAR = 365
FAR = 8.0  # standard deviations beyond which a normal variable is not integrated
LONGEST_LIST = 100  # open deals up to which a limit is searched

RULES: Mapping[str, Text] = {
    "today": Text(de="Heute: alles annehmen", en="Today: take everything on"),
    "limit": Text(de="Obergrenze offener Chancen", en="Limit of open deals"),
    "gate": Text(de="Qualifizierung vorab", en="Qualification gate"),
    "clean_up": Text(de="Bereinigung", en="Clean-up"),
    "all": Text(de="Alle drei", en="All three"),
}


@dataclass(frozen=True, kw_only=True)
class SellerPipeline:
    """One seller and the deals offered to her."""

    attention_h: float
    """Hours per year for open deals."""
    effort_h: float
    """Own hours per deal up to the decision."""
    switching_h: float
    """Hours a year that each open deal costs without moving it."""
    waiting_days: float
    """Calendar days a deal waits for the customer."""
    win_share: float
    """Win chance of a decided deal of mean quality while attention suffices."""
    quality_logit: float
    """Rise of its logit per standard deviation of quality."""
    free_deals: float
    """Open deals without loss."""
    clog_logit: float
    """Loss of logit for each one beyond."""
    stale_share: float
    stale_quality_logit: float
    """Share of mean deals that lose their next step, and the fall of its logit per standard deviation of quality."""
    revival_per_year: float
    """Rate at which deals without a next step revive."""
    offered_per_year: float
    """Deals offered per year."""

    @classmethod
    def of(cls, parameters: ParameterSet) -> SellerPipeline:
        """Read the pipeline from the parameter set."""
        elsewhere = {"quality_logit": "winning.quality_logit", "clog_logit": "small.clog.clog_logit"}
        paths = {name: elsewhere.get(name, f"small.clog.{name}") for name in cls.__dataclass_fields__}
        return cls(**{name: parameters.value(path) for name, path in paths.items()})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How the pipeline is kept in order."""

    close_after_days: float
    """Calendar days after the last step at which a deal without a next step is closed."""
    gate_minimum: float = -math.inf
    """Lowest assessed quality taken on, in standard deviations; minus infinity for no gate."""
    gate_accuracy: float = 0.0
    """Correlation of assessed and true quality, 0 to 1."""
    gate_effort_h: float = 0.0
    """Hours per assessed deal."""
    open_limit: float = math.inf
    """Most open deals; infinity for none."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What the rule makes of the offered deals, before any queueing."""

    pass_share: float
    """Share of the offered deals that pass the gate."""
    effort_h: float
    """Hours per deal taken on, with the assessment of those turned away."""
    waiting_years: float
    """Years a deal is open without the seller's work: waiting for the customer, and lying stale."""
    stale_years: float
    """The part of it that is stale."""
    decided_share: float
    """Share of the deals taken on that are decided, not closed as "no decision"."""
    quality: np.ndarray
    decided_weight: np.ndarray
    """Nodes of true quality, and how many decided deals per deal taken on stand at each."""


def rules_to_compare(parameters: ParameterSet) -> dict[str, Rule]:
    """Return today's handling, each rule alone with the best limit where it has one, and all three together."""
    v = parameters.value
    pipeline = SellerPipeline.of(parameters)
    today = Rule(close_after_days=v("small.clog.stale_days"))
    gated = replace(
        today,
        gate_minimum=v("small.clog.gate_minimum"),
        gate_accuracy=v("gate.accuracy"),
        gate_effort_h=v("gate.effort_h"),
    )
    cleaned = {"close_after_days": v("small.clog.close_after_days")}
    return {
        "today": today,
        "limit": _limited(pipeline, today),
        "gate": gated,
        "clean_up": replace(today, **cleaned),
        "all": _limited(pipeline, replace(gated, **cleaned)),
    }


def congestion_curve(pipeline: SellerPipeline, rule: Rule, open_deals: Iterable[float]) -> pd.DataFrame:
    """Return what a seller achieves when she always has this many open deals.

    Parameters
    ----------
    pipeline, rule
        The seller and how she keeps order; the rule's own limit plays no part.
    open_deals : iterable of float
        Open deals, stale ones among them.

    Returns
    -------
    pandas.DataFrame
        Columns open_deals, stale_deals, attention_h (left after switching), cycle_days (of a deal that does not go
        stale; infinite without attention), taken_on_per_year, decided_per_year, win_share (of decided deals),
        wins_per_year.
    """
    flow = _flow(pipeline, rule)
    n = np.fromiter(open_deals, dtype=float)
    attention_h = np.maximum(pipeline.attention_h - pipeline.switching_h * n, 0.0)
    queue_years = _queue_years(flow, attention_h, n)
    taken_on = n / (flow.waiting_years + queue_years)
    congestion = pipeline.clog_logit * np.maximum(n - pipeline.free_deals, 0.0)
    chance = expit(logit(pipeline.win_share) + pipeline.quality_logit * flow.quality[:, None] - congestion)
    win_share = flow.decided_weight @ chance / flow.decided_share
    return pd.DataFrame(
        {
            "open_deals": n,
            "stale_deals": taken_on * flow.stale_years,
            "attention_h": attention_h,
            "cycle_days": pipeline.waiting_days + queue_years * DAYS_PER_YEAR,
            "taken_on_per_year": taken_on,
            "decided_per_year": taken_on * flow.decided_share,
            "win_share": win_share,
            "wins_per_year": taken_on * flow.decided_share * win_share,
        }
    )


def best_limit(pipeline: SellerPipeline, rule: Rule, longest: int = LONGEST_LIST) -> int:
    """Return the number of open deals with most wins when deals are never short.

    Parameters
    ----------
    pipeline, rule
        The seller and how she keeps order.
    longest : int
        Highest number tried; it is the answer where neither attention nor the congestion sets a limit.
    """
    wins = congestion_curve(pipeline, rule, range(1, longest + 1))["wins_per_year"].to_numpy(float)
    return int(wins.argmax()) + 1


def steady_open_deals(pipeline: SellerPipeline, rule: Rule, longest: int = LONGEST_LIST) -> float:
    """Return the open deals that the offered deals lead to: the fixed point of Little's law.

    Parameters
    ----------
    pipeline, rule
        The seller and how she keeps order.
    longest : int
        Longest list looked at.

    Returns
    -------
    float
        The lowest number of open deals at which as many are taken on as pass the gate, at most the rule's limit; infinite
        without a limit when the seller cannot keep up: then the list grows for ever.
    """
    passing = pipeline.offered_per_year * _flow(pipeline, rule).pass_share

    def surplus(open_deals: float) -> float:
        return float(congestion_curve(pipeline, rule, [open_deals])["taken_on_per_year"].iloc[0]) - passing

    taken_on = congestion_curve(pipeline, rule, range(longest + 1))["taken_on_per_year"].to_numpy(float)
    enough = np.flatnonzero(taken_on >= passing)
    if not len(enough):
        return rule.open_limit
    first = int(enough[0])
    return min(float(brentq(surplus, first - 1, first)) if first else 0.0, rule.open_limit)


def outcomes(pipeline: SellerPipeline, rules: Mapping[str, Rule]) -> pd.DataFrame:
    """Return what each rule makes of the deals that are offered.

    Parameters
    ----------
    rules : mapping of str to Rule
        Rules by name.

    Returns
    -------
    pandas.DataFrame
        One row per rule: rule, open_limit, gate_minimum, close_after_days, the columns of `clog_curve` at the steady
        number of open deals, offered_per_year, turned_away_per_year (at the gate or at the limit). A list that grows for
        ever has infinite open deals and cycle time and no wins: in the long run switching takes all attention.
    """
    return pd.DataFrame([_outcome(pipeline, name, rule) for name, rule in rules.items()])


def _limited(pipeline: SellerPipeline, rule: Rule) -> Rule:
    return replace(rule, open_limit=best_limit(pipeline, rule))


def _outcome(pipeline: SellerPipeline, name: str, rule: Rule) -> dict[str, object]:
    open_deals = steady_open_deals(pipeline, rule)
    steady = _drowned() if math.isinf(open_deals) else congestion_curve(pipeline, rule, [open_deals]).iloc[0].to_dict()
    passing = pipeline.offered_per_year * _flow(pipeline, rule).pass_share
    found = {str(column): float(value) for column, value in steady.items()}
    entering = passing if math.isinf(open_deals) else found["taken_on_per_year"]
    return {
        "rule": name,
        "open_limit": rule.open_limit,
        "gate_minimum": rule.gate_minimum,
        "close_after_days": rule.close_after_days,
        **found,
        "offered_per_year": pipeline.offered_per_year,
        "turned_away_per_year": pipeline.offered_per_year - entering,
    }


def _drowned() -> dict[str, float]:
    """Return the row of a list that grows for ever."""
    flows = ("attention_h", "taken_on_per_year", "decided_per_year", "win_share", "wins_per_year")
    return {"open_deals": math.inf, "stale_deals": 0.0, "cycle_days": math.inf, **dict.fromkeys(flows, 0.0)}


def _queue_years(flow: Flow, attention_h: np.ndarray, open_deals: np.ndarray) -> np.ndarray:
    """Return the years a deal spends with the seller: the positive root; infinite where no attention is left."""
    with np.errstate(divide="ignore", invalid="ignore"):
        need = np.where(attention_h > 0, flow.effort_h / attention_h, np.inf)
        ahead = open_deals * need - flow.waiting_years
        root = (ahead + np.sqrt(ahead**2 + 4 * need * flow.waiting_years)) / 2
    return np.where(np.isfinite(need), root, np.inf)


def _flow(pipeline: SellerPipeline, rule: Rule) -> Flow:
    pass_share, quality, weight = _accepted(rule)
    stale = expit(logit(pipeline.stale_share) - pipeline.stale_quality_logit * quality)
    patience = rule.close_after_days / DAYS_PER_YEAR
    revived = -math.expm1(-pipeline.revival_per_year * patience)
    lying_years = revived / pipeline.revival_per_year if pipeline.revival_per_year else patience
    stale_years = float(weight @ stale) * lying_years
    decided = weight * (1 - stale * (1 - revived))
    return Flow(
        pass_share=pass_share,
        effort_h=pipeline.effort_h + rule.gate_effort_h / pass_share,
        waiting_years=pipeline.waiting_days / DAYS_PER_YEAR + stale_years,
        stale_years=stale_years,
        decided_share=float(decided.sum()),
        quality=quality,
        decided_weight=decided,
    )


def _accepted(rule: Rule) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the share that passes the gate, and nodes and weights (sum 1) of the true quality of what passes."""
    low = max(rule.gate_minimum, -FAR)
    position, width = np.polynomial.legendre.leggauss(48)
    assessed = low + (position + 1) / 2 * (FAR - low)
    density = width * norm.pdf(assessed)
    noise, noise_weight = np.polynomial.hermite_e.hermegauss(16)
    quality = rule.gate_accuracy * assessed[:, None] + math.sqrt(1 - rule.gate_accuracy**2) * noise[None, :]
    weight = density[:, None] * noise_weight[None, :]
    return float(norm.sf(rule.gate_minimum)), quality.ravel(), (weight / weight.sum()).ravel()
