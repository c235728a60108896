"""Contract customers: how long contracts last, and what the running ones will bring.

Contracts are watched through the window of the period only: those that began before it are late entries, those still
running at its end are censored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats, Singles
from simkit.foundation.random_streams import stream
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.value.lifetime.holdout import HoldOut, compared
from simkit.value.lifetime.kinds import LEVEL, LifetimeRules

FEWEST_ENDS = 10
"""With fewer contracts ended in the period, one yearly rate for all stands in for the curve."""
FEWEST_AT_RISK = 5
SHORTEST_YEAR_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class Survival:
    """How long contracts last."""

    days: Floats
    """Days since the start of the contract at which the curve steps, rising; empty when one rate stands for all."""
    share: Floats
    """Share still running from then on."""
    yearly_hazard: float
    """Ends per contract and year, over all; it carries on where the curve ends."""
    ends: int

    def log_share(self, age_days: Floats) -> Floats:
        """Return the logarithm of the share of contracts that reach an age."""
        if not self.days.size:
            return np.asarray(-self.yearly_hazard * age_days / DAYS_PER_YEAR)
        place = np.searchsorted(self.days, age_days, side="right")
        steps = np.concatenate([[0.0], np.log(np.maximum(self.share, 1e-12))])
        beyond = np.maximum(age_days - self.days[-1], 0.0) / DAYS_PER_YEAR
        return np.asarray(steps[place] - self.yearly_hazard * beyond)

    def kept(self, age_days: Floats, years: float) -> Floats:
        """Return the share of contracts of an age that are still running some years later, in 0..1."""
        later = age_days + years * DAYS_PER_YEAR
        return np.asarray(np.exp(np.minimum(self.log_share(later) - self.log_share(age_days), 0.0)))


@dataclass(frozen=True, kw_only=True)
class ContractCustomers:
    """What is expected of contract customers."""

    table: pd.DataFrame
    """Index ``customer_id``; ``alive_share`` (1 for a running contract, else 0), ``yearly_amount``,
    ``revenue_value_amount`` (discounted)."""
    draws: Singles
    """Discounted revenue in each bootstrap draw."""
    survival: Survival
    retention: Estimate
    """Share of contracts kept for a year, over all, in 0..1."""
    holdout: HoldOut | None
    """Contracts and revenue foretold for the last year; None when the period is too short."""


def contract_customers(
    contracts: pd.DataFrame,
    days: pd.DataFrame,
    period: tuple[pd.Timestamp, pd.Timestamp],
    rules: LifetimeRules,
    *,
    seed: int = 1,
    draws: int = 200,
) -> ContractCustomers:
    """Say what contract customers will bring.

    Parameters
    ----------
    contracts : pandas.DataFrame
        Index ``customer_id``; ``contract_start_on, contract_end_on`` (missing or later than the period: running).
    days : pandas.DataFrame
        Result of `simkit.value.lifetime.histories.purchase_days`.
    period : tuple of Timestamp
        First and last day of the data.
    seed, draws : int
        Bootstrap over customers.

    Notes
    -----
    Value = revenue of the last year (of the contract's time if it is younger) × Σ over years of the share of contracts
    of that age still running at mid-year × discount.
    """
    first, last = period
    random = stream(seed, -1, "value.lifetime.contracts")
    number = len(contracts)
    weights = random.multinomial(number, np.full(number, 1 / number), size=draws)
    curves = [survival_of(contracts.iloc[np.repeat(np.arange(number), weight)], period) for weight in weights]
    curve = survival_of(contracts, period)
    running, age, yearly = _state(contracts, days, first, last)
    value = np.where(running, yearly * _years_kept(curve, age, rules), 0.0)
    spread = [np.where(running, yearly * _years_kept(drawn, age, rules), 0.0) for drawn in curves]
    retained = [np.exp(-drawn.yearly_hazard) for drawn in curves] or [np.nan]
    low, high = np.quantile(retained, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return ContractCustomers(
        table=pd.DataFrame(
            {"alive_share": running.astype(float), "yearly_amount": yearly, "revenue_value_amount": value},
            index=contracts.index,
        ),
        draws=(np.array(spread).T if spread else np.empty((number, 0))).astype(np.float32),
        survival=curve,
        retention=Estimate(value=float(np.exp(-curve.yearly_hazard)), low=float(low), high=float(high)),
        holdout=_held_out(contracts, days, period, seed=seed, draws=draws),
    )


def survival_of(contracts: pd.DataFrame, period: tuple[pd.Timestamp, pd.Timestamp]) -> Survival:
    """Return how long contracts last, from what the period shows.

    Notes
    -----
    Kaplan-Meier with late entry (statsmodels `SurvfuncRight`), as far as at least five contracts are watched; the rate
    over all contracts, ``(ends + ½) / years watched`` (Jeffreys' prior), goes on from there.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    first, last = period
    start = contracts["contract_start_on"]
    end = contracts["contract_end_on"]
    ended = (end <= last).to_numpy(dtype=bool)
    until = end.where(ended, last + pd.Timedelta(days=1))
    age = (until - start).dt.days.to_numpy(dtype=float)
    entry = np.maximum((first - start).dt.days.to_numpy(dtype=float), 0.0)
    seen = age > entry
    age, entry, ended = age[seen], entry[seen], ended[seen]
    ends = int(ended.sum())
    years = float((age - entry).sum()) / DAYS_PER_YEAR
    hazard = (ends + 0.5) / years if years > 0 else 0.0
    nothing = np.empty(0)
    if ends < FEWEST_ENDS:
        return Survival(days=nothing, share=nothing, yearly_hazard=hazard, ends=ends)
    curve = SurvfuncRight(age, ended.astype(int), entry=entry)
    enough = np.asarray(curve.n_risk) >= FEWEST_AT_RISK
    # A curve with late entries begins where enough contracts are watched; before that, its steps would be chance.
    chosen = np.flatnonzero(enough)
    if not chosen.size:
        return Survival(days=nothing, share=nothing, yearly_hazard=hazard, ends=ends)
    risk, events = np.asarray(curve.n_risk)[chosen], np.asarray(curve.n_events)[chosen]
    share = np.cumprod(1 - events / risk)
    return Survival(days=np.asarray(curve.surv_times)[chosen], share=share, yearly_hazard=hazard, ends=ends)


def _state(
    contracts: pd.DataFrame, days: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], Floats, Floats]:
    """Return which contracts run at a day, their age in days, and the revenue of a year."""
    start, end = contracts["contract_start_on"], contracts["contract_end_on"]
    running = ((start <= last) & ~(end <= last)).to_numpy(dtype=bool)
    age = (last - start).dt.days.clip(lower=0).to_numpy(dtype=float)
    begin = max(first, last - pd.Timedelta(days=365))
    inside = days[(days["day"] > begin) & (days["day"] <= last)]
    watched = np.clip(np.minimum(age, (last - begin).days), SHORTEST_YEAR_DAYS, None)
    return running, age, _net(inside, contracts.index) * DAYS_PER_YEAR / watched


def _net(days: pd.DataFrame, customers: pd.Index) -> Floats:
    """Return what each customer bought, 0 for nothing; missing where no amount is known of what he bought."""
    net = (days["amount"] + days["credit_amount"]).groupby(days["customer_id"]).sum(min_count=1)
    return np.asarray(net.reindex(customers).where(customers.isin(net.index), 0.0), dtype=float)


def _years_kept(curve: Survival, age: Floats, rules: LifetimeRules) -> Floats:
    kept = np.array([curve.kept(age, year - 0.5) for year in rules.years])
    return np.asarray(kept.T @ rules.discounts)


def _held_out(
    contracts: pd.DataFrame, days: pd.DataFrame, period: tuple[pd.Timestamp, pd.Timestamp], *, seed: int, draws: int
) -> HoldOut | None:
    """Foretell the last year from the time before it: contracts kept to its end, and its revenue."""
    first, last = period
    cut = last - pd.Timedelta(days=365)
    if (cut - first).days < 180:
        return None
    running, age, yearly = _state(contracts, days, first, cut)
    if not running.any():
        return None
    then, age, yearly = contracts[running], age[running], yearly[running]
    curve = survival_of(contracts[contracts["contract_start_on"] <= cut], (first, cut))
    inside = days[(days["day"] > cut) & days["customer_id"].isin(then.index)]
    came = _net(inside, then.index)
    kept, bought = curve.kept(age, 1.0), yearly * curve.kept(age, 0.5)
    comparable = np.isfinite(bought) & np.isfinite(came)
    bought, came = np.where(comparable, bought, 0.0), np.where(comparable, came, 0.0)
    there = (~(then["contract_end_on"] <= last)).to_numpy(dtype=bool).astype(float)
    return compared(
        span=(cut, last),
        classes=age / DAYS_PER_YEAR,
        purchases=(kept, np.repeat(kept[:, None], draws, axis=1), there),
        amounts=(bought, np.repeat(bought[:, None], draws, axis=1), came),
        seed=seed,
    )
