"""The lender of the BPI Challenge 2012 as the kit's model sees it: measured on work intervals, played, and put on a calendar.

An application is a lead (its first call), an opportunity (what is called until the customer decides) and an order (from the
first validation on).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from lender_log import DAY_H, STAGES, Pieces, WeekClock, in_sittings, sitting_numbers, sittings_of
from log_distances import PlacedLog
from scipy.stats import norm, wasserstein_distance

from simkit.foundation.parameter_set import Provenance
from simkit.foundation.random_streams import stream
from simkit.model.engine_choice import play
from simkit.model.event_log.event_log import KIND_CODE, Record
from simkit.model.inputs.arrivals import KINDS
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import PARTNER_CAP, load_defaults

YEAR_DAYS = 250
"""Working days that the model calls a year; rates are per year of so many, so that any number would do."""
SETTLED_H = 35 * 24
"""Only of cases that began so many hours before the measured log ends is it measured how they go on."""

STILL = {
    "reaction.on": 0, "reaction.churn_per_year": 0, "staff.quit_per_year": 0, "chasing.effort_h": 0,
    "presence.holiday_days": 0, "presence.sick_days": 0,
    "blocked.meetings_h": 0, "blocked.administration_h": 0, "blocked.development_h": 0,
    "handover.giver_h": 0, "handover.taker_h": 0, "handover.clarification_chance": 0,
    "service.requests_per_year": 0, "extra.leads_ceiling_per_year": 0,
    "care.A.contacts_per_year": 0, "care.B.contacts_per_year": 0, "care.C.contacts_per_year": 0,
    "leads.lapse_h": 4000, "opportunities.lapse_h": 8000,
    "orders.standard.patience_days": 1000, "orders.configured.patience_days": 1000,
    "opportunities.feasibility_share": 0, "opportunities.presentation_h": 0, "opportunities.travel_h": 0,
    "opportunities.negotiation_h": 0, "winning.quality_logit": 0, "winning.ability_logit": 0,
    "winning.delay_logit_per_h": 0, "drift.no_decision_share": 0, "gate.accuracy": 1,
    "orders.bespoke.share": 0, "orders.standard.partners": 0, "orders.standard.confirmation_h": 0,
    "orders.standard.rework_chance": 0, "orders.configured.rework_chance": 0,
    "time.day_h": DAY_H, "time.days_per_year": YEAR_DAYS, "time.warm_up_years": 0.5, "demand.ceiling": 1,
}  # fmt: skip
"""What the log does not know and is therefore switched off, and units."""


@dataclass(frozen=True, kw_only=True)
class Lender:
    """What is measured of the lender: enough to play it."""

    parameters: dict[str, float]
    """Values of the model's parameters by path, besides `STILL`."""
    posts: int
    """People at work on a mean working day."""
    clock: WeekClock
    pieces: Pieces
    """How the staff writes its work down."""


def measured_lender(log: pd.DataFrame, begins_h: float, ends_h: float) -> Lender:
    """Measure all that the model needs on the intervals that begin in a part of the log.

    Parameters
    ----------
    log : pandas.DataFrame
        As of `lender_log`; what ends later is not looked at.
    begins_h, ends_h : float
        The part, calendar hours since `ZERO`.
    """
    part = log[(log["start_h"] >= begins_h) & (log["start_h"] < ends_h)]
    clock = WeekClock.of(part)
    first = part.groupby("case")["start_h"].transform("min")
    pieces = in_sittings(part[first < ends_h - SETTLED_H], clock)
    sittings = sittings_of(pieces)
    years = float(np.diff(clock.office_h(np.array([begins_h, ends_h])))[0]) / (DAY_H * YEAR_DAYS)
    kinds = part.assign(stage=part["activity"].map(STAGES)).dropna(subset="stage")
    led = kinds.groupby("case")["stage"].first() == "lead"
    values = {"leads.per_year": led.sum() / years, "opportunities.per_year": (~led).sum() / years}
    values |= _effort_spread(kinds) | _opportunities(sittings) | _orders(sittings)
    return Lender(
        parameters={name: float(value) for name, value in values.items()},
        posts=_posts(part),
        clock=clock,
        pieces=Pieces.of(pieces),
    )


def _posts(log: pd.DataFrame) -> int:
    """Return how many people wrote something on a mean working day, Saturdays weighted with their work."""
    day = (log["start_h"] // 24).rename("day")
    there, work = log.groupby(day)["person"].nunique(), log.groupby(day).size()
    return round(float(np.average(there, weights=work)))


def _effort_spread(kinds: pd.DataFrame) -> dict[str, float]:
    """Return the coefficient of variation of what a case takes at a stage, no more than the model allows."""
    hours = (kinds["end_h"] - kinds["start_h"]).groupby([kinds["case"], kinds["stage"]]).sum()
    relative = hours / hours.groupby("stage").transform("mean")
    return {"effort.cv": min(float(relative.std()), 3.0)}


def _opportunities(sittings: pd.DataFrame) -> dict[str, float]:
    """Return leads and opportunities: which go on, how often and at what intervals they are called, how many are won.

    An opportunity that is not won and has one sitting is turned away at the gate. The others wait before each further sitting
    and before the order; those waits are the follow-ups.
    """
    leads = sittings[sittings["stage"] == "lead"]
    deals = sittings[sittings["stage"] == "opportunity"]
    won = sittings.loc[sittings["stage"] == "order", "case"].unique()
    to_order = sittings[sittings["stage"] == "order"].drop_duplicates("case")
    later = deals[deals.duplicated("case")]
    waits = pd.concat([later, to_order[to_order["case"].isin(deals["case"])]])
    waits = waits[waits["wait_h"] > 0]
    table = pd.DataFrame(index=pd.Index(deals["case"].unique(), name="case"))
    table["won"] = table.index.isin(won)
    table["waits"] = waits.groupby("case").size().reindex(table.index, fill_value=0)
    table["wait_h"] = waits.groupby("case")["wait_h"].mean()
    table["first_h"] = deals.drop_duplicates("case").set_index("case")["work_h"]
    turned_away = (table["waits"] == 0) & ~table["won"]
    gate_h = float(table.loc[turned_away, "first_h"].mean())
    going_on = table[~turned_away]
    return {
        "leads.qualify_h": leads["work_h"].sum() / leads["case"].nunique(),
        "leads.qualified_share": np.isin(leads["case"].unique(), table.index).mean(),
        "gate.quality_minimum": norm.ppf(turned_away.mean()),
        "gate.effort_h": gate_h,
        "opportunities.preparation_h": max(going_on["first_h"].mean() - gate_h, 0.0),
        "opportunities.follow_up_h": later["work_h"].mean(),
    } | _follow_ups(going_on)


def _follow_ups(deals: pd.DataFrame) -> dict[str, float]:
    """Return how follow-ups, their intervals and the chance to win depend on the flags that are missing.

    Deals in order of how long they are followed up fall into those with no, one and two flags missing. The share of flags that
    are there is the one with which the model's lengths are nearest to those of the deals in the 1-Wasserstein distance.
    """
    deals = deals.assign(total_h=deals["wait_h"].fillna(0.0) * deals["waits"]).sort_values("total_h", kind="stable")
    rules = [drift_rule(deals, float(share)) for share in np.arange(0.05, 0.96, 0.05)]
    rule = min(rules, key=lambda one: one.distance_h)
    least, most = _logit(rule.won[0]), _logit(rule.won[2])
    return {
        "opportunities.follow_ups": rule.follow_ups,
        "drift.follow_ups": rule.drift,
        "winning.flag_share": rule.share,
        "opportunities.follow_up_every_h": rule.every_h,
        "drift.delay_factor": rule.factor,
        "winning.base_logit": most,
        "winning.access_logit": max(least - most, 0.0) / 2,
        "winning.deadline_logit": max(least - most, 0.0) / 2,
    }


@dataclass(frozen=True, kw_only=True)
class DriftRule:
    """How deals drift: follow-ups and intervals with no, one and two flags missing."""

    share: float
    """Share of flags that are there, s: chances s², 2 s (1 − s) and (1 − s)² that 0, 1 and 2 are missing."""
    follow_ups: int
    drift: int
    """Follow-ups with no flag missing, and those that each missing one adds."""
    every_h: float
    factor: float
    """Office hours between two of them, and by how much each missing flag lengthens them."""
    won: tuple[float, float, float]
    """Share of won deals by flags missing."""
    distance_h: float
    """1-Wasserstein distance between the model's and the deals' office hours of following up."""


def drift_rule(deals: pd.DataFrame, share: float) -> DriftRule:
    """Return the rule that a share of flags means for deals.

    Parameters
    ----------
    deals : pandas.DataFrame
        ``waits``, ``total_h``, ``won``, in order of ``total_h``.
    """
    chances = np.array([share**2, 2 * share * (1 - share), (1 - share) ** 2])
    edges = np.round(np.concatenate([[0.0], np.cumsum(chances)]) * len(deals)).astype(int)
    groups = [deals.iloc[low:high] for low, high in pairwise(edges)]
    waits = [float(group["waits"].mean()) for group in groups]
    hours = [float(group["total_h"].mean()) for group in groups]
    base = max(round(waits[0]), 1)
    drift = min(max(round((waits[2] - base) / 2), 0), 3)
    every_h = max(hours[0] / base, 0.1)
    factor = min(max(math.sqrt(hours[2] / (base + 2 * drift) / every_h), 1.0), 4.0)
    means = [(base + missing * drift) * every_h * factor**missing for missing in range(3)]
    won = tuple(float(np.clip(group["won"].mean(), 0.001, 0.999)) for group in groups)
    return DriftRule(
        share=share, follow_ups=base, drift=drift, every_h=every_h, factor=factor, won=(won[0], won[1], won[2]),
        distance_h=float(wasserstein_distance(deals["total_h"], means, v_weights=chances)),
    )  # fmt: skip


def _orders(sittings: pd.DataFrame) -> dict[str, float]:
    """Return orders that are validated in one sitting (standard), and those that wait for papers (configured).

    Rounds are the waits of an order. With k customers' offices of whom each asks again at chance p, their variance is
    mean × (mean ÷ k − 1), so that k = mean² ÷ (variance + mean) and p = 1 − k ÷ mean.
    """
    orders = sittings[sittings["stage"] == "order"]
    waits = orders[orders.duplicated("case")]
    rounds = waits.groupby("case").size()
    mean, variance = float(rounds.mean()), float(rounds.var())
    partners = min(max(round(mean**2 / (variance + mean)), 1), PARTNER_CAP)
    first_h, last_h = (float(orders.drop_duplicates("case", keep=end)["work_h"].mean()) for end in ("first", "last"))
    between = orders[orders.duplicated("case") & orders.duplicated("case", keep="last")]
    coordination_h = float(between["work_h"].mean())
    waiting = len(rounds) / orders["case"].nunique()
    return {
        "orders.standard.share": 1 - waiting,
        "orders.configured.share": waiting,
        "orders.configured.partners": partners,
        "orders.configured.repeat_chance": min(max(1 - partners / mean, 0.0), 0.9),
        "orders.configured.partner_delay_h": waits["wait_h"].mean(),
        "orders.configured.partner_delay_cv": min(waits["wait_h"].std() / waits["wait_h"].mean(), 3.0),
        "orders.standard.entry_h": first_h,
        "orders.configured.entry_h": max(first_h - coordination_h, 0.0),
        "orders.configured.coordination_h": coordination_h,
        "orders.configured.confirmation_h": last_h,
    }


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def played_lender(lender: Lender, *, begins_h: float, span_h: float, seed: int, replication: int) -> pd.DataFrame:
    """Play the lender with the kit's engine and today's organisation: its sittings.

    Parameters
    ----------
    begins_h, span_h : float
        Begin of the span, calendar hours since `lender_log.ZERO`, and its length; the begin is the model's go-live, after half
        a year of warm-up.

    Returns
    -------
    pandas.DataFrame
        ``case``, ``stage``, ``begun_h`` (office hours since `lender_log.ZERO`), ``work_h``, in order of case and start.
    """
    go_live_h, last_h = lender.clock.office_h(np.array([begins_h, begins_h + span_h])).tolist()
    horizon = max((last_h - go_live_h) / (DAY_H * YEAR_DAYS) + 0.02, 0.25)
    parameters = load_defaults().patch(
        STILL | {"time.horizon_years": horizon} | lender.parameters, Provenance(kind="measured", source="bpic2012")
    )
    inputs = draw_inputs(_model_inputs(lender.posts), parameters, seed=seed, replication=replication)
    return played_sittings(play(inputs, load_design("baseline")), go_live_h)


def _model_inputs(posts: int) -> ModelInputs:
    """Return as many alike customers as spread the work evenly over the posts; none orders by himself."""
    inputs = example_inputs(customers=100 * posts, posts=posts, orders_per_year=1e-6).settled()
    alike = inputs.customers.assign(order_rate_per_year=1e-6 / (100 * posts), value_factor=1.0, segment="C")
    return replace(inputs, customers=alike)


def played_sittings(record: Record, go_live_h: float) -> pd.DataFrame:
    """Return what a run's people did in sittings, as `played_lender` does.

    A case is a lead with the opportunity and the order that came of it; work that follows at once is one sitting, as in the log.
    """
    tasks, cases = record.task_columns, record.case_columns
    family = np.where(cases.kind == KIND_CODE["order"], cases.row - _first_child(record), cases.row)
    worked = (tasks.case >= 0) & (tasks.clock_h > 0)
    of_case = tasks.case[worked]
    work = pd.DataFrame({"case": family[of_case], "stage": np.array(KINDS)[cases.kind[of_case]]})
    work = work.assign(begun_h=tasks.start_h[worked] + go_live_h, work_h=tasks.clock_h[worked])
    work = work.assign(ended_h=tasks.end_h[worked] + go_live_h).sort_values(["case", "begun_h"], ignore_index=True)
    gap = work["begun_h"] - work.groupby("case")["ended_h"].shift().fillna(-np.inf)
    number = sitting_numbers(work["case"], work["stage"], gap)
    by = work.groupby(number.rename("sitting"))
    return by.agg(
        case=("case", "first"), stage=("stage", "first"), begun_h=("begun_h", "first"), work_h=("work_h", "sum")
    )


def on_calendar(work: pd.DataFrame, clock: WeekClock) -> pd.DataFrame:
    """Return work as intervals on the calendar: ``case``, ``start_h``, ``end_h``.

    A start is put there by the clock of the week, and an interval lasts the hours that were booked.
    """
    start_h = clock.calendar_h(work["begun_h"].to_numpy())
    return pd.DataFrame(
        {"case": work["case"].to_numpy(), "start_h": start_h, "end_h": start_h + work["work_h"].to_numpy()}
    )


def placed_lender(
    lender: Lender, *, begins_h: float, intake_h: float, span_h: float, seed: int, replication: int
) -> tuple[PlacedLog, PlacedLog]:
    """Return a span as it is played: as the model books it, one interval a sitting, and as the staff would write it down.

    Parameters
    ----------
    begins_h : float
        As in `played_lender`.
    intake_h, span_h : float
        As in `PlacedLog.within`.
    """
    booked = played_lender(lender, begins_h=begins_h, span_h=span_h, seed=seed, replication=replication)
    written = lender.pieces.written(booked, stream(seed, replication, "benchmarks.lender.pieces"))
    logs = [on_calendar(work, lender.clock) for work in (booked, written)]
    one, other = (PlacedLog.within(log, intake_h=intake_h, span_h=span_h, origin_h=begins_h) for log in logs)
    return one, other


def _first_child(record: Record) -> int:
    """Return the row of the order that the first opportunity becomes."""
    return record.inputs.opportunities.order[0]
