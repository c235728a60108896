"""The lender of the BPI Challenge 2012 as the kit's model sees it: measured on work intervals, played, and put on a calendar.

An application is a lead (its first call), an opportunity (what is called until the customer decides) and an order (from the
first validation on). The challenge is doi 10.4121/uuid:3926db30-f712-4394-aebc-75976070e91f.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from log_distances import PlacedLog
from scipy.stats import norm, wasserstein_distance

from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import Provenance
from simkit.model.engine_choice import play
from simkit.model.event_log.event_log import KIND_CODE, Record
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import PARTNER_CAP, load_defaults

FILE = Path("bpic2012") / "bpic2012_work_intervals.csv.gz"
FORGOTTEN_H = 8.0
"""An interval that is longer has a forgotten end."""
ZONE = "Europe/Amsterdam"
ZERO = pd.Timestamp("2011-10-06")
"""A Thursday; all clocks count hours from here, as the lender's clocks on the wall show them."""
WEEK_H, DAY_H, DAYS_A_WEEK = 168, 8.0, 6
OFFICE_WEEK_H = DAY_H * DAYS_A_WEEK
"""Office hours of a week: Monday to Saturday, eight a day on average."""
YEAR_DAYS = 250
"""Working days that the model calls a year; rates are per year of so many, so that any number would do."""
QUARTER_H = 0.25
STAGES = {
    "W_Afhandelen leads": "lead",
    "W_Completeren aanvraag": "opportunity",
    "W_Nabellen offertes": "opportunity",
    "W_Valideren aanvraag": "order",
    "W_Nabellen incomplete dossiers": "order",
}
"""What each activity belongs to; `W_Beoordelen fraude` (0.4 % of the intervals) is in the log and not in the model."""
WAIT_H = DAY_H
"""Office hours from which on the next work on a case is another sitting, after a wait: who is not reached is called again soon."""
SETTLED_H = 35 * 24
"""Only of cases that began so many hours before the measured log ends is it measured how they go on."""
STEPS = ("leads.qualify_h", "gate.effort_h", "opportunities.preparation_h", "opportunities.follow_up_h")

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


def lender_log(shared_data: Path) -> pd.DataFrame:
    """Read the work intervals without forgotten ends: ``case``, ``activity``, ``person``, ``start_h``, ``end_h``.

    Hours are those of the lender's clocks since `ZERO`, sorted by case and start.
    """
    read = pd.read_csv(shared_data / FILE)
    hours = {name: _wall_clock_h(read[column]) for name, column in (("start_h", "start"), ("end_h", "complete"))}
    log = pd.DataFrame({"case": read["case"], "activity": read["activity"], "person": read["resource_start"], **hours})
    log = log[log["end_h"] - log["start_h"] <= FORGOTTEN_H]
    return log.sort_values(["case", "start_h", "end_h"], ignore_index=True)


def _wall_clock_h(written: pd.Series) -> pd.Series:
    wall = pd.to_datetime(written, utc=True, format="ISO8601").dt.tz_convert(ZONE).dt.tz_localize(None)
    found: pd.Series = (wall - ZERO) / pd.Timedelta(hours=1)
    return found


@dataclass(frozen=True, kw_only=True)
class WeekClock:
    """Office hours as the staff's work goes on through the week: a quantile map between the calendar and the model's clock.

    A week has 48 office hours, which pass as the events of a log are spread over its quarters of an hour. So no time passes at
    night, and on a Saturday with half a weekday's work half as much.
    """

    passed_h: Floats
    """(673,) office hours at each quarter of an hour of the week, 0 to 48."""

    @classmethod
    def of(cls, log: pd.DataFrame) -> WeekClock:
        """Measure it on the starts and ends of a log."""
        events = np.concatenate([log["start_h"].to_numpy(), log["end_h"].to_numpy()]) % WEEK_H
        counts = np.bincount((events / QUARTER_H).astype(np.int64), minlength=round(WEEK_H / QUARTER_H))
        return cls(passed_h=np.concatenate([[0.0], np.cumsum(counts) / counts.sum() * OFFICE_WEEK_H]))

    def office_h(self, calendar_h: Floats) -> Floats:
        """Return office hours since `ZERO` at calendar hours since then."""
        week, within = np.divmod(calendar_h, WEEK_H)
        edges = np.arange(len(self.passed_h)) * QUARTER_H
        found: Floats = week * OFFICE_WEEK_H + np.interp(within, edges, self.passed_h)
        return found

    def calendar_h(self, office_h: Floats) -> Floats:
        """Return calendar hours since `ZERO` at office hours since then; never an hour at which nobody works."""
        week, within = np.divmod(office_h, OFFICE_WEEK_H)
        place = np.clip(np.searchsorted(self.passed_h, within, side="right") - 1, 0, len(self.passed_h) - 2)
        here, there = self.passed_h[place], self.passed_h[place + 1]
        part = (within - here) / np.maximum(there - here, 1e-12)
        found: Floats = week * WEEK_H + (place + np.clip(part, 0.0, 1.0)) * QUARTER_H
        return found


@dataclass(frozen=True, kw_only=True)
class Lender:
    """What is measured of the lender: enough to play it."""

    parameters: dict[str, float]
    """Values of the model's parameters by path, besides `STILL`."""
    posts: int
    """People at work on a mean working day."""
    clock: WeekClock


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
    sittings = sittings_of(part[first < ends_h - SETTLED_H], clock)
    years = float(np.diff(clock.office_h(np.array([begins_h, ends_h])))[0]) / (DAY_H * YEAR_DAYS)
    kinds = part.assign(stage=part["activity"].map(STAGES)).dropna(subset="stage")
    led = kinds.groupby("case")["stage"].first() == "lead"
    values = {"leads.per_year": led.sum() / years, "opportunities.per_year": (~led).sum() / years}
    values |= _effort_spread(kinds) | _opportunities(sittings) | _orders(sittings)
    return Lender(parameters={name: float(value) for name, value in values.items()}, posts=_posts(part), clock=clock)


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


def sittings_of(log: pd.DataFrame, clock: WeekClock) -> pd.DataFrame:
    """Return the work of each case in sittings: ``case``, ``stage``, ``wait_h`` before it and ``work_h`` in it.

    From its first validation on a case is at the stage of an order. A sitting ends where more than `WAIT_H` office hours pass
    or another stage begins; the wait before it is 0 in the latter case, unless as many hours pass.
    """
    known = log.assign(stage=log["activity"].map(STAGES)).dropna(subset="stage")
    ordered = (known["stage"] == "order").groupby(known["case"]).cummax()
    known = known.assign(stage=np.where(ordered, "order", known["stage"]))
    begun = pd.Series(clock.office_h(known["start_h"].to_numpy()), known.index)
    ended = pd.Series(clock.office_h(known["end_h"].to_numpy()), known.index)
    gap = (begun - ended.groupby(known["case"]).shift()).fillna(0.0)
    waited = gap > WAIT_H
    new = waited | (known["case"] != known["case"].shift()) | (known["stage"] != known["stage"].shift())
    known = known.assign(sitting=new.cumsum(), wait_h=gap.where(waited, 0.0), work_h=known["end_h"] - known["start_h"])
    return known.groupby("sitting").agg(
        case=("case", "first"), stage=("stage", "first"), wait_h=("wait_h", "first"), work_h=("work_h", "sum")
    )


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
    groups = [deals.iloc[low:high] for low, high in zip(edges[:-1], edges[1:], strict=True)]
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


def played_lender(
    lender: Lender, *, begins_h: float, intake_h: float, span_h: float, seed: int, replication: int
) -> PlacedLog:
    """Play the lender with the kit's engine and today's organisation, and put its work on the calendar.

    Parameters
    ----------
    begins_h : float
        Where the span begins, calendar hours since `ZERO`; it is the model's go-live, after half a year of warm-up.
    intake_h, span_h : float
        As in `PlacedLog.within`.
    """
    go_live_h = float(lender.clock.office_h(np.array([begins_h]))[0])
    last_h = float(lender.clock.office_h(np.array([begins_h + span_h]))[0])
    horizon = max((last_h - go_live_h) / (DAY_H * YEAR_DAYS) + 0.02, 0.25)
    parameters = load_defaults().patch(
        STILL | {"time.horizon_years": horizon} | lender.parameters, Provenance(kind="measured", source="bpic2012")
    )
    inputs = draw_inputs(_model_inputs(lender.posts), parameters, seed=seed, replication=replication)
    log = work_intervals(play(inputs, load_design("baseline")), lender.clock, go_live_h)
    return PlacedLog.within(log, intake_h=intake_h, span_h=span_h, origin_h=begins_h)


def _model_inputs(posts: int) -> ModelInputs:
    """Return as many alike customers as spread the work evenly over the posts; none orders by himself."""
    inputs = example_inputs(customers=100 * posts, posts=posts, orders_per_year=1e-6).settled()
    alike = inputs.customers.assign(order_rate_per_year=1e-6 / (100 * posts), value_factor=1.0, segment="C")
    return replace(inputs, customers=alike)


def work_intervals(record: Record, clock: WeekClock, go_live_h: float) -> pd.DataFrame:
    """Return what a run's people did as work intervals on the calendar: ``case``, ``start_h``, ``end_h``.

    A case is a lead with the opportunity and the order that came of it. Each entry of a block of work is an interval of its
    own; a start is put on the calendar by the clock of the week, and an interval lasts the hours that were booked.
    """
    tasks, entries, cases = record.task_columns, record.entry_columns, record.case_columns
    family = np.where(cases.kind == KIND_CODE["order"], cases.row - _first_child(record), cases.row)
    clock_h = tasks.clock_h[entries.task] * entries.share
    before = np.cumsum(clock_h) - clock_h
    first = np.searchsorted(entries.task, np.arange(len(tasks)))
    start = tasks.start_h[entries.task] + before - before[first][entries.task]
    of_case = tasks.case[entries.task]
    worked = (of_case >= 0) & (clock_h > 0)
    start_h = clock.calendar_h(start[worked] + go_live_h)
    frame = {"case": family[of_case[worked]], "start_h": start_h, "end_h": start_h + clock_h[worked]}
    return pd.DataFrame(frame)


def _first_child(record: Record) -> int:
    """Return the row of the order that the first opportunity becomes."""
    return record.inputs.opportunities.order[0]
