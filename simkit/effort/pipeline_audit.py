"""The pipeline audit: which open deals are stale, how old they are for their stage, and what they are really worth.

Totals of the firm and by stage, never by salesperson; what the client's columns cannot answer is reported with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from simkit.effort.date_slippage import Slips, slips
from simkit.effort.pipeline_figures import CLOSED, STALE_DAYS, full_deals, pooled, wilson
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

OLD_QUANTILE = 0.75
"""An open deal older than three quarters of the deals that were won counts as old for a win."""
ENOUGH_CLOSED = 20
"""A stage has a rate of its own from so many closed deals on that reached it."""
FEWEST_CLAIMS = 5
"""Open deals with a stated probability from which the place of their stage is read off these."""
UNKNOWN_SHARE = 0.1
"""Largest share of the deals not won whose last stage may be unknown; above it no stage has a rate of its own."""

NO_OPEN = Text(de="Es gibt keine offenen Vorgänge.", en="There are no open deals.")
NO_DATES = Text(
    de="Die offenen oder die gewonnenen Vorgänge haben kein Eröffnungsdatum (opened_on).",
    en="The open or the won deals have no opening date (opened_on).",
)
NO_VALUE = Text(
    de="Die offenen Vorgänge nennen keinen Wert (value_amount).", en="The open deals state no value (value_amount)."
)
NO_LOST = Text(
    de="Der Export enthält keine abgeschlossenen Vorgänge, die nicht gewonnen wurden; eine Quote lässt sich nicht bilden.",
    en="The export holds no closed deals that were not won; there is no rate to be had.",
)
NO_RATE = Text(
    de="Aus den Phasen, in denen die offenen Vorgänge stehen, ist noch keiner abgeschlossen worden; eine Quote gibt es nicht.",
    en="Nobody has closed a deal yet out of the stages in which the open deals stand; there is no rate.",
)
NO_STEP = Text(
    de="Die Spalte für den nächsten Schritt (next_step_on) fehlt.", en="The column of the next step (next_step_on) is missing."
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What the pipeline holds."""

    open_deals: int
    """Deals that are open on the last day of the data."""
    stale: pd.DataFrame
    """``sign`` ("old": opened more than 60 days ago; "no_step": no next step in the future), ``deals, known, share,
    low, high``: shares of the open deals for which the sign is known."""
    age_by_stage: pd.DataFrame
    """``stage`` (the client's own name; missing for the pool of stages with too few people), ``deals,
    median_age_days, old_deals, old_share, low, high``."""
    won_median_days: float
    won_old_days: float
    """Median and upper quartile of the days from opening to winning."""
    worth: pd.DataFrame
    """``stage, deals, value_amount, claimed_deals, claimed_amount, rated_deals, rated_amount, win_rate, expected_amount,
    low_amount, high_amount`` of the open deals with a value. Claimed: value times stated probability of the deals that
    state one, missing where none does. Rated: deals of whose stage a rate is known, and their value; win rate: expected
    amount over that value; both missing where no deal is rated."""
    stages: StageRates | None
    """The chances behind ``worth``; None where no rate is to be had."""
    unplaced_deals: int
    """Open deals in a stage that the order of the stages does not name; they count with the rate of all."""
    slips: Slips | Missing
    """Deadlines missed and what goes with it."""
    missing: Mapping[str, Text]
    """Parts that cannot be given ("stale", "step", "age", "worth"), and why."""


def pipeline_audit(client: ClientData, *, seed: int = 1, draws: int = 2000) -> Audit:
    """Audit the open deals of a client.

    Parameters
    ----------
    client : ClientData
        With the table ``opportunities``.
    seed, draws : int
        Bootstrap of the attributable shares.

    Raises
    ------
    DataError
        When there are no opportunities.
    PrivacyError
        When fewer people than the minimum group closed them.
    """
    deals = _with_stage(full_deals(client), client.config.privacy.minimum_group)
    last = pd.Timestamp(client.last)
    waiting, won = select(deals, stage="open"), select(deals, stage="won")
    cycle = (won["closed_on"] - won["opened_on"]).dt.days.dropna().astype(float)
    median, old = (float(x) for x in np.quantile(cycle, [0.5, OLD_QUANTILE])) if len(cycle) else (np.nan, np.nan)
    rates = stage_rates(deals, client.config.privacy.minimum_group, client.config.pipeline.stages)
    missing = _missing(waiting, cycle, rates)
    return Audit(
        open_deals=len(waiting),
        stale=_stale(waiting, last),
        age_by_stage=_age_by_stage(waiting, last, old) if "age" not in missing else _NO_AGES,
        won_median_days=median,
        won_old_days=old,
        worth=_worth(waiting, rates) if rates is not None and "worth" not in missing else _NO_WORTH,
        stages=rates,
        unplaced_deals=int(rates.unplaced(_own_stage(waiting)).sum()) if rates is not None else 0,
        slips=slips(client, deals, last, seed=seed, draws=draws),
        missing=missing,
    )


_NO_AGES = pd.DataFrame(columns=["stage", "deals", "median_age_days", "old_deals", "old_share", "low", "high"])
_NO_WORTH = pd.DataFrame(
    columns=[
        "stage", "deals", "value_amount", "claimed_deals", "claimed_amount", "rated_deals", "rated_amount", "win_rate",
        "expected_amount", "low_amount", "high_amount",
    ]
)  # fmt: skip


def _missing(waiting: pd.DataFrame, cycle: pd.Series, rates: StageRates | None) -> dict[str, Text]:
    if waiting.empty:
        return dict.fromkeys(("stale", "age", "worth"), NO_OPEN)
    found = {}
    if waiting["opened_on"].isna().all() or cycle.empty:
        found["age"] = NO_DATES
    if rates is None:
        found["worth"] = NO_LOST
    elif all(rates.of(stage) is None for stage in _own_stage(waiting)):
        found["worth"] = NO_RATE
    if not (waiting["value_amount"] > 0).any():
        found["worth"] = NO_VALUE
    if "next_step_on" not in waiting:
        found["step"] = NO_STEP
    return found


def _with_stage(deals: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return the deals with ``shown_stage``: the client's own stage, or "open"; stages of too few people are pooled.

    A deal that is closed keeps the stage in which it was last, where the client's export still has it.
    """
    own = deals["sales_stage"].astype(object) if "sales_stage" in deals else pd.Series(None, index=deals.index)
    waiting = deals["stage"] == "open"
    own = own.where(own.notna() | ~waiting, "open")
    kept = pooled(own[waiting], deals.loc[waiting, "employee_id"], minimum)
    shown = own.where(own.isin(kept.dropna().unique()))
    return deals.assign(shown_stage=shown)


def _stale(waiting: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Return the share of the open deals with each sign of standing still, with its Wilson interval."""
    dated = waiting["opened_on"].notna()
    signs = {"old": (((last - waiting["opened_on"]).dt.days > STALE_DAYS)[dated])}
    if "next_step_on" in waiting:
        step = waiting["next_step_on"]
        signs["no_step"] = step.isna() | (step < last)
    rows = []
    for sign, holds in signs.items():
        if (rate := wilson(int(holds.sum()), len(holds))) is not None:
            rows.append((sign, int(holds.sum()), len(holds), rate.value, rate.low, rate.high))
    return pd.DataFrame(rows, columns=["sign", "deals", "known", "share", "low", "high"])


def _age_by_stage(waiting: pd.DataFrame, last: pd.Timestamp, old_days: float) -> pd.DataFrame:
    dated = waiting[waiting["opened_on"].notna()]
    age = (last - dated["opened_on"]).dt.days.astype(float)
    rows = []
    for stage, ages in age.groupby(dated["shown_stage"], dropna=False):
        old = int((ages > old_days).sum())
        rate = wilson(old, len(ages))
        assert rate is not None
        rows.append((stage, len(ages), float(ages.median()), old, rate.value, rate.low, rate.high))
    return pd.DataFrame(rows, columns=list(_NO_AGES.columns)).sort_values("deals", ascending=False, ignore_index=True)


def _own_stage(deals: pd.DataFrame) -> pd.Series:
    """Return the client's own stage of each deal, empty where the export has no such column."""
    return deals["sales_stage"] if "sales_stage" in deals else pd.Series("", index=deals.index)


_UNRATED = Estimate(value=np.nan, low=np.nan, high=np.nan)


def _worth(waiting: pd.DataFrame, rates: StageRates) -> pd.DataFrame:
    """Return claimed and expected value of the open deals by stage, in the order of the stages.

    Notes
    -----
    Expected: value × chance of the deal's own stage, of the deals whose stage has one. The interval is that of the chances
    (Wilson), not of the values.
    """
    valued = waiting[waiting["value_amount"] > 0]
    value = valued["value_amount"]
    own = _own_stage(valued)
    chances = [rates.of(stage) or _UNRATED for stage in own]
    claim = value * valued["claimed_share"] if "claimed_share" in valued else value * np.nan
    places = {name: place for place, name in enumerate(rates.order)}
    frame = valued.assign(
        place=[places.get(str(stage), len(places)) for stage in own],
        claimed_amount=claim,
        rated_amount=value.where(np.array([chance is not _UNRATED for chance in chances], dtype=bool)),
        expected_amount=value * [chance.value for chance in chances],
        low_amount=value * [chance.low for chance in chances],
        high_amount=value * [chance.high for chance in chances],
    )
    rows = []
    summed = [name for name in _NO_WORTH.columns if name.endswith("_amount")]
    for stage, group in frame.groupby("shown_stage", dropna=False):
        amounts = group[summed].sum(min_count=1)
        row = {
            "stage": stage,
            "deals": len(group),
            "claimed_deals": int(group["claimed_amount"].notna().sum()),
            "rated_deals": int(group["rated_amount"].notna().sum()),
            **amounts,
        }
        rows.append((float(group["place"].max()), row))
    rows.sort(key=lambda pair: pair[0])
    table = pd.DataFrame([row for _, row in rows])
    return table.assign(win_rate=table["expected_amount"] / table["rated_amount"])[list(_NO_WORTH.columns)]


OrderBasis = Literal["stated", "numbers", "claims", "unknown"]
_NUMBER = re.compile(r"\s*(\d+)")


@dataclass(frozen=True, kw_only=True)
class StageRates:
    """The chance of an open deal by its stage: the share won of those that *reached* the stage.

    Not of those that ended in it: these are the ones that got no further, and a deal in a late stage, through which all won
    ones pass, would look worth less than one in a stage before it.
    """

    overall: Estimate
    """Won of all closed deals, no decision included."""
    order: tuple[str, ...]
    """The stages, first to last; empty where the order is not known."""
    by_stage: Mapping[str, Estimate]
    """By stage, first to last, those that have a rate; empty where the export does not tell."""
    unrated: tuple[str, ...]
    """Stages without a rate: no closed deal is known to have stood in them or in a later one. That all who won must have
    passed them would make 100 % of a stage that nobody has left yet."""
    basis: OrderBasis
    """Where the order of the stages is from: client.yaml, the numbers that their names begin with, or the probabilities
    stated in them."""
    ends_known: bool
    """Whether the export says in which stage the deals ended that were not won."""

    def of(self, stage: object) -> Estimate | None:
        """Return the chance of an open deal in a stage of that name; None where nobody can know it yet.

        A stage that the order does not name, or none, has the rate of all.
        """
        return None if stage in self.unrated else self.by_stage.get(str(stage), self.overall)

    def unplaced(self, stages: pd.Series) -> pd.Series:
        """Return which deals stand in a stage that the order does not name; none where no stage has a rate."""
        named = stages.notna() & (stages != "")
        return named & ~stages.astype(object).isin(self.order) & bool(self.by_stage)


def stage_rates(deals: pd.DataFrame, minimum: int, stated: Sequence[str] = ()) -> StageRates | None:
    """Return the chances of open deals; None where no deal is closed, or won ones only.

    Parameters
    ----------
    deals : pandas.DataFrame
        ``stage, employee_id`` and, where known, ``sales_stage`` (of a closed deal the last one) and ``claimed_share``.
    minimum : int
        Fewest people behind a rate.
    stated : sequence of str
        The stages in client.yaml, first to last.

    Notes
    -----
    A closed deal reached the stage in which it ended and all before it. A won one that ended in no stage of the order (the
    CRM moves it to "closed") reached them all; so, cautiously, did a lost one of unknown stage. A stage that fewer than 20
    closed deals or too few people reached, or of which a smaller share was won than of the stage before, keeps the rate of
    the stage before, which all of its deals have reached, too: a later stage is never worth less. A stage in which, or
    behind which, no closed deal is known to have stood has no rate. Intervals: Wilson.
    """
    ended = deals[deals["stage"].isin(CLOSED)]
    won = ended["stage"] == "won"
    overall = wilson(int(won.sum()), len(ended))
    if overall is None or bool(won.all()):
        return None
    order, basis = _stage_order(deals, stated)
    own = ended["sales_stage"] if "sales_stage" in ended else pd.Series(None, index=ended.index, dtype=object)
    last = own.astype(object).map({name: place for place, name in enumerate(order)}).astype(float)
    ends_known = bool(own[~won].isin(order).mean() >= 1 - UNKNOWN_SHARE)
    left = order[: int(last.max()) + 1] if last.notna().any() else ()
    found = _reached(ended.assign(last=last.fillna(len(order))), left, overall, minimum) if ends_known else ()
    return StageRates(
        overall=overall,
        order=order,
        by_stage=dict(found),
        unrated=order[len(left) :] if ends_known else (),
        basis=basis,
        ends_known=ends_known,
    )


def _reached(
    ended: pd.DataFrame, order: Sequence[str], overall: Estimate, minimum: int
) -> Iterator[tuple[str, Estimate]]:
    best = overall
    for place, name in enumerate(order):
        reached = ended[ended["last"] >= place]
        people = reached["employee_id"]
        enough = len(reached) >= ENOUGH_CLOSED and (people.isna().all() or people.nunique() >= minimum)
        own = wilson(int((reached["stage"] == "won").sum()), len(reached)) if enough else None
        best = own if own is not None and own.value > best.value else best
        yield name, best


def _stage_order(deals: pd.DataFrame, stated: Sequence[str]) -> tuple[tuple[str, ...], OrderBasis]:
    """Return the stages, first to last, and where their order is from."""
    if stated:
        return tuple(stated), "stated"
    if "sales_stage" not in deals:
        return (), "unknown"
    names = deals["sales_stage"].dropna().astype(str)
    waiting = deals.loc[deals["stage"] == "open"].assign(name=names)
    open_names = set(waiting["name"].dropna())
    numbers = {name: int(found.group(1)) for name in names.unique() if (found := _NUMBER.match(name))}
    if open_names and open_names <= set(numbers):
        # What comes after all open deals is a name for having ended ("7 Closed lost"), not a stage that was reached.
        final = max(numbers[name] for name in open_names)
        places = {name: number for name, number in numbers.items() if number <= final}
        if len(set(places.values())) == len(places):
            return tuple(sorted(places, key=places.__getitem__)), "numbers"
    if "claimed_share" in waiting:
        claims = waiting.groupby("name")["claimed_share"].agg(["count", "median"]).sort_values("median")
        if len(claims) > 1 and claims["count"].min() >= FEWEST_CLAIMS and claims["median"].is_unique:
            return tuple(str(name) for name in claims.index), "claims"
    return (), "unknown"
