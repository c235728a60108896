"""Project customers: what open and coming opportunities will bring, by win rate, value and time to close.

Nothing here is by salesperson; win rate and times are those of all the firm's deals with project customers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.effort.pipeline_figures import CLOSED, wilson
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Flags, Floats, Singles
from simkit.foundation.random_streams import stream
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.value.lifetime.holdout import HoldOut, compared
from simkit.value.lifetime.kinds import LifetimeRules

FEWEST_CLOSED = 10
PRIOR_DEALS = 2.0
"""Deals' worth of weight that all customers' pace has beside a customer's own."""
HELD_OUT_SHARE = 1 / 3


@dataclass(frozen=True, kw_only=True)
class Deals:
    """Deals as they are known on a day, as arrays of shape (deals,)."""

    owner: npt.NDArray[np.intp]
    opened_days: Floats
    closed_days: Floats
    """Days from the first day of the period; closing is missing for what is open."""
    won: Flags
    amounts: Floats
    """Value; missing where it is not known."""
    first_day: float
    last_day: float
    """Days between which the pace of new deals is watched."""
    customers: int

    @property
    def waiting(self) -> Flags:
        """Whether a deal is open."""
        return np.isnan(self.closed_days)

    @property
    def years(self) -> float:
        """Years watched."""
        return (self.last_day - self.first_day + 1) / DAYS_PER_YEAR

    def opened_by_customer(self) -> Floats:
        """Return the deals each customer opened in the time watched."""
        inside = (self.opened_days >= self.first_day) & (self.opened_days <= self.last_day)
        return np.bincount(self.owner[inside], minlength=self.customers).astype(float)

    def taken(self, places: npt.NDArray[np.intp]) -> Deals:
        """Return some of the deals, each as often as it is named."""
        return replace(
            self,
            owner=self.owner[places],
            opened_days=self.opened_days[places],
            closed_days=self.closed_days[places],
            won=self.won[places],
            amounts=self.amounts[places],
        )

    def as_of(self, day: float) -> Deals:
        """Return what was known on an earlier day: later deals are not there, what closed later is open."""
        known = self.taken(np.flatnonzero(self.opened_days <= day))
        later = known.closed_days > day
        closed = np.where(later, np.nan, known.closed_days)
        return replace(known, closed_days=closed, won=known.won & ~later, last_day=day)


@dataclass(frozen=True, kw_only=True)
class DealRules:
    """How deals end."""

    win_rate: float
    """Won / all that ended, in 0..1."""
    won_days: Floats
    other_days: Floats
    """Days from opening to closing of the deals won, and of those lost or left undecided; sorted."""
    mean_won_amount: float
    """Mean value of a deal won."""
    deals_per_year: float
    """Opened per customer and year, over all project customers."""

    def wins_within(self, age_days: Floats, days: float) -> Floats:
        """Return the chance that a deal still open at an age is won within some days, in 0..1.

        Notes
        -----
        Bayes: of all deals, the share ``p (1 − F_won(age))`` is still open and will be won, and
        ``(1 − p)(1 − F_other(age))`` is still open and will not; an old deal is one that winners seldom are.
        """
        won, other = _reached(self.won_days, age_days), _reached(self.other_days, age_days)
        still = self.win_rate * (1 - won) + (1 - self.win_rate) * (1 - other)
        in_time = self.win_rate * (_reached(self.won_days, age_days + days) - won)
        return np.asarray(np.where(still > 0, in_time / np.where(still > 0, still, 1.0), 0.0))

    def new_wins(self, days: float) -> float:
        """Return the deals won within some days per deal that is opened a day, evenly over that time."""
        return self.win_rate * float(np.maximum(days - self.won_days, 0.0).mean()) if self.won_days.size else 0.0


@dataclass(frozen=True, kw_only=True)
class ProjectCustomers:
    """What is expected of project customers."""

    table: pd.DataFrame
    """Index ``customer_id``; ``expected_purchases`` (deals won over the horizon), ``open_amount`` (expected of open
    deals), ``revenue_value_amount`` (discounted, open and new deals)."""
    draws: Singles
    """Discounted revenue in each bootstrap draw."""
    win_rate: Estimate
    """Won / all that ended, with Wilson's interval."""
    deals: int
    """Deals of project customers."""
    holdout: HoldOut | None
    """Deals won and their value foretold for the last third; None when the history is too short."""


def project_customers(
    deals: pd.DataFrame,
    customers: pd.Index,
    period: tuple[pd.Timestamp, pd.Timestamp],
    rules: LifetimeRules,
    *,
    seed: int = 1,
    draws: int = 200,
) -> ProjectCustomers | None:
    """Say what project customers will bring; None with fewer than ten ended deals or none won.

    Parameters
    ----------
    deals : pandas.DataFrame
        ``customer_id, opened_on, closed_on, stage, value_amount`` of the project customers; deals without a day of
        opening, and ended ones without a day of closing, are left out.
    customers : pandas.Index
        The project customers.
    period : tuple of Timestamp
        First and last day of the data.
    seed, draws : int
        Bootstrap over customers with all their deals.
    """
    known = deals_of(deals, customers, period)
    found = deal_rules(known)
    if found is None:
        return None
    purchases, open_amount, value = expected_wins(known, found, rules)
    random = stream(seed, -1, "value.lifetime.projects")
    spread = np.empty((customers.size, draws), dtype=np.float32)
    weights = random.multinomial(customers.size, np.full(customers.size, 1 / customers.size), size=draws)
    for number, weight in enumerate(weights):
        again = deal_rules(known.taken(np.repeat(np.arange(known.owner.size), weight[known.owner])))
        spread[:, number] = expected_wins(known, again or found, rules)[2]
    won, ended = int(known.won.sum()), int((~known.waiting).sum())
    rate = wilson(won, ended)
    assert rate is not None
    return ProjectCustomers(
        table=pd.DataFrame(
            {"expected_purchases": purchases, "open_amount": open_amount, "revenue_value_amount": value},
            index=customers,
        ),
        draws=spread,
        win_rate=rate,
        deals=known.owner.size,
        holdout=_held_out(known, period, seed=seed, draws=draws),
    )


def deals_of(deals: pd.DataFrame, customers: pd.Index, period: tuple[pd.Timestamp, pd.Timestamp]) -> Deals:
    """Return the usable deals of the customers, see `project_customers`."""
    waiting = deals["stage"] == "open"
    dated = deals["opened_on"].notna() & (waiting | deals["closed_on"].notna())
    chosen = deals[dated & deals["customer_id"].isin(customers)]
    first, last = period
    closed = chosen["closed_on"].where(chosen["stage"].isin(CLOSED))
    return Deals(
        owner=customers.get_indexer(pd.Index(chosen["customer_id"])),
        opened_days=_day_numbers(chosen["opened_on"], first),
        closed_days=_day_numbers(closed, first),
        won=(chosen["stage"] == "won").to_numpy(dtype=bool),
        amounts=chosen["value_amount"].clip(lower=0.0).to_numpy(dtype=float),
        first_day=0.0,
        last_day=float((last - first).days),
        customers=customers.size,
    )


def _day_numbers(dates: pd.Series, first: pd.Timestamp) -> Floats:
    return np.asarray((dates - first).dt.days, dtype=float)


def deal_rules(deals: Deals) -> DealRules | None:
    """Return how deals end; None when too few have ended or none was won for money."""
    ended = ~deals.waiting
    amounts = deals.amounts[deals.won]
    amounts = amounts[~np.isnan(amounts)]
    if ended.sum() < FEWEST_CLOSED or not amounts.sum() > 0:
        return None
    lasted = np.maximum(deals.closed_days - deals.opened_days, 0.0)
    return DealRules(
        win_rate=float(deals.won.sum() / ended.sum()),
        won_days=np.sort(lasted[deals.won]),
        other_days=np.sort(lasted[ended & ~deals.won]),
        mean_won_amount=float(amounts.mean()),
        deals_per_year=float(deals.opened_by_customer().sum()) / deals.customers / deals.years,
    )


def _reached(days: Floats, age: Floats) -> Floats:
    """Return the share of sorted durations that are no longer than each age."""
    return np.searchsorted(days, age, side="right") / max(days.size, 1)


def expected_wins(deals: Deals, found: DealRules, rules: LifetimeRules) -> tuple[Floats, Floats, Floats]:
    """Return deals won, expected amount of open deals, and discounted revenue by customer over the horizon."""
    ends = np.array([0.0, *(year * DAYS_PER_YEAR for year in rules.years)])
    by_year = [_wins(deals, found, end) for end in ends]
    open_wins, open_amounts, new_wins = (np.diff(np.array(part), axis=0) for part in zip(*by_year, strict=True))
    discounted = rules.discounts @ (open_amounts + new_wins * found.mean_won_amount)
    return (open_wins + new_wins).sum(axis=0), open_amounts.sum(axis=0), np.asarray(discounted)


def _wins(deals: Deals, found: DealRules, days: float) -> tuple[Floats, Floats, Floats]:
    """Return wins of open deals, their amounts, and wins of new deals by customer within some days.

    Notes
    -----
    A customer's pace of new deals is drawn towards that of all by two deals' worth of weight.
    """
    waiting = deals.waiting
    chance = found.wins_within(deals.last_day - deals.opened_days[waiting], days)
    amounts = deals.amounts[waiting]
    amounts = np.where(np.isnan(amounts), found.mean_won_amount, amounts)
    owner, number = deals.owner[waiting], deals.customers
    pace = (deals.opened_by_customer() + PRIOR_DEALS) / (deals.years + PRIOR_DEALS / max(found.deals_per_year, 1e-9))
    return (
        np.bincount(owner, weights=chance, minlength=number).astype(float),
        np.bincount(owner, weights=chance * amounts, minlength=number).astype(float),
        pace * found.new_wins(days) / DAYS_PER_YEAR,
    )


def _held_out(deals: Deals, period: tuple[pd.Timestamp, pd.Timestamp], *, seed: int, draws: int) -> HoldOut | None:
    """Foretell the last third of the period from what was known before it."""
    days = round(deals.last_day * HELD_OUT_SHARE)
    cut = deals.last_day - days
    then = deals.as_of(cut)
    found = deal_rules(then)
    if found is None:
        return None
    open_wins, open_amounts, new_wins = _wins(then, found, days)
    expected, amounts = open_wins + new_wins, open_amounts + new_wins * found.mean_won_amount
    came = deals.won & (deals.closed_days > cut)
    number = deals.customers
    actual = np.bincount(deals.owner[came], minlength=number).astype(float)
    arrived = np.bincount(deals.owner[came], weights=np.nan_to_num(deals.amounts[came]), minlength=number).astype(float)
    return compared(
        span=(period[1] - pd.Timedelta(days=days), period[1]),
        classes=np.bincount(then.owner, minlength=number).astype(float),
        purchases=(expected, np.repeat(expected[:, None], draws, axis=1), actual),
        amounts=(amounts, np.repeat(amounts[:, None], draws, axis=1), arrived),
        seed=seed,
    )
