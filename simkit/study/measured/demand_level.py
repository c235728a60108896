"""Where demand stands today, and whether it moves: the level of the last twelve months, the trend, and who came and left.

The last year alone is noisy and the whole period alone may be past; the first is drawn to the second as far as its own
chance error asks. A trend counts only where its interval excludes 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

ENOUGH_CASES = 20  # fewer cases of a kind say too little about its mean
Z95 = 1.959964
YEAR_MONTHS, ENOUGH_MONTHS = 12, 24
ROUNDS = 3
Months = frozenset[pd.Period] | None
FLOW_COLUMNS = ("flow", "customers", "per_year", "low", "high")


@dataclass(frozen=True, kw_only=True)
class Level:
    """Today's level of something that is counted, relative to its mean over the period."""

    factor: float
    """Level ÷ mean of the period, or of its recorded months; 1 where the last twelve months tell nothing else."""
    error: float
    """Relative standard error of the level."""
    weight: float
    """How much of the difference between last year and period is believed, in 0..1."""


def dispersion(days: pd.Series, client: ClientData, recorded: Months = None) -> float:
    """Return the dispersion of monthly counts around an even rate, at least 1; whole months only."""
    counts = monthly_counts(days, client, recorded)
    if len(counts) < 6 or counts.sum() == 0:
        return 1.0
    expected = counts.mean()
    return max(1.0, float(((counts - expected) ** 2 / expected).sum() / (len(counts) - 1)))


def monthly_counts(days: pd.Series, client: ClientData, recorded: Months = None) -> np.ndarray:
    """Return the cases of each whole month of the period, as they would be in a month of average length."""
    months, worked, counts = whole_months(days, client, recorded)
    return counts * worked.mean() / worked if len(months) else counts


def whole_months(
    days: pd.Series, client: ClientData, recorded: Months = None
) -> tuple[list[pd.Period], np.ndarray, np.ndarray]:
    """Return the whole months of the period, or those of them that were recorded, with their working days and their cases."""
    first, last = pd.Timestamp(client.first), pd.Timestamp(client.last)
    months = [
        month
        for month in pd.period_range(first, last, freq="M")
        if month.start_time >= first and month.end_time.normalize() <= last and (recorded is None or month in recorded)
    ]
    counted = days.dropna().dt.to_period("M").value_counts()
    worked = [client.calendar.working_days(m.start_time.date(), m.end_time.date()) for m in months]
    counts = [counted.get(month, 0) for month in months]
    return months, np.array(worked, dtype=float), np.array(counts, dtype=float)


def level(days: pd.Series, client: ClientData, last_year: float = 1.0, recorded: Months = None) -> Level:
    """Return today's level of what happened on some days.

    Parameters
    ----------
    days : Series of datetime
        One per case.
    last_year : float
        How completely the last twelve months were written down, relative to the period.
    recorded : set of Period, optional
        The months that cases were written down in; those of the others are not months without a case, and the mean to which
        the level is relative is that of the recorded ones. None: all.

    Notes
    -----
    With the rate r of the whole months (per working day, so that no month is longer) and r₁ that of the last twelve:
    level = r + w (r₁ − r), w = max(1 − e² / (r₁ − r)², 0), the positive-part weight of empirical Bayes with one
    difference (Efron & Morris 1973, J. Am. Stat. Assoc. 68), where e² = φ r (1/t₁ − 1/t) is the chance variance of the
    difference with the dispersion φ of monthly counts. Fewer than twelve months before the last twelve say too little of
    the year's course: then the level is the period's mean.
    """
    _, worked, counts = whole_months(days, client, recorded)
    whole, number = float(worked.sum()), float(counts.sum())
    uneven = dispersion(days, client, recorded)
    plain = Level(factor=1.0, error=float(np.sqrt(uneven / max(number, 1.0))), weight=0.0)
    if len(counts) < ENOUGH_MONTHS or number < ENOUGH_CASES:
        return plain
    last, year = float(worked[-YEAR_MONTHS:].sum()), float(counts[-YEAR_MONTHS:].sum())
    rate = number / whole
    difference = year / (last * last_year) - rate
    chance = uneven * rate * (1 / last - 1 / whole)
    weight = max(1 - chance / difference**2, 0.0) if difference else 0.0
    now = rate + weight * difference
    late, early = (1 - weight) / whole + weight / last, (1 - weight) / whole
    variance = uneven * rate * (last * late**2 + (whole - last) * early**2)
    return Level(factor=now / rate, error=float(np.sqrt(variance)) / now, weight=weight)


def trend(days: pd.Series, client: ClientData) -> Estimate | None:
    """Return the relative change a year of what happened on some days, with its 95 % interval; None under 24 months.

    Notes
    -----
    Quasi-Poisson regression (statsmodels) of the whole months' counts on time, with sine and cosine of the year for a
    season and the month's working days as exposure; growth = exp(β) − 1, t with the residual degrees of freedom.
    """
    import statsmodels.api as sm
    from scipy.stats import t

    months, worked, counts = whole_months(days, client)
    if len(months) < ENOUGH_MONTHS or counts.sum() < ENOUGH_CASES:
        return None
    years = np.arange(len(months)) / YEAR_MONTHS
    turn = 2 * np.pi * years
    design = pd.DataFrame({"one": 1.0, "years": years - years.mean(), "sin": np.sin(turn), "cos": np.cos(turn)})
    fit = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(worked)).fit(scale="X2")
    slope, error = float(fit.params["years"]), float(fit.bse["years"]) / min(float(np.sqrt(fit.scale)), 1.0)
    half = float(t.ppf(0.975, fit.df_resid)) * error
    value, low, high = (float(np.expm1(end)) for end in (slope, slope - half, slope + half))
    return Estimate(value=value, low=low, high=high)


def shown_trend(days: pd.Series, client: ClientData) -> Estimate | None:
    """Return the trend where its interval excludes 0, else None: demand stays where it is."""
    found = trend(days, client)
    return found if found is not None and (found.low > 0 or found.high < 0) else None


# --- who came and who left -------------------------------------------------------------------------------------------


def customers_a_year(orders: pd.DataFrame, client: ClientData) -> list[int]:
    """Return how many customers placed an order in each whole year that ends with the period, the last year first."""
    end, first = pd.Timestamp(client.last) + pd.Timedelta(days=1), pd.Timestamp(client.first)
    counts = []
    while (start := end - pd.DateOffset(months=YEAR_MONTHS)) >= first:
        counts.append(orders.loc[orders["ordered_on"].between(start, end, inclusive="left"), "customer_id"].nunique())
        end = start
    return counts


def _spans(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the first and last day of each customer's orders (min, max), and their number (size)."""
    return orders.groupby("customer_id")["ordered_on"].agg(["min", "max", "size"])


class TodaysCustomers(NamedTuple):
    """Who is still a customer at the end of the period."""

    names: pd.Index
    """By customer_id."""
    active: float | None
    """How many of them order in a year; None where a period under twelve months, or under 20 customers, do not tell. Fewer
    than order in a calendar year: in that, who leaves and who comes in his place both count."""


def customers_today(orders: pd.DataFrame, client: ClientData, churn_per_year: float) -> TodaysCustomers:
    """Return who is still a customer at the end of the period.

    Parameters
    ----------
    orders : DataFrame
        The period's orders, with customer_id and ordered_on.
    churn_per_year : float
        Share of customers lost, and replaced, a year.

    Notes
    -----
    Who ordered in a period were not all customers at the same time: with N customers today of whom q a year are lost and
    replaced, N ((1 − q) p + 2 q p′) place an order in a year, with the means over those kept of the chance p of an order in a
    year, and p′ in a part of one that is uniform in 0..1. With n orders in the T years since the first, p is estimated
    without bias by 1 − (1 − 1/T)^n, and p′ by its mean over shorter times. As many are kept as make this the measured
    number of a year; those who have missed most orders since their last one go first. A period under twelve months
    tells nothing, and all are kept.
    """
    spans = _spans(orders)
    counts = customers_a_year(orders, client)
    if not counts or min(counts) < ENOUGH_CASES:
        return TodaysCustomers(spans.index, None)
    kept, whole = _kept(spans, client, churn_per_year, float(np.mean(counts)))
    return TodaysCustomers(spans.index[np.sort(kept)], float(whole[kept].sum()))


def _kept(
    spans: pd.DataFrame, client: ClientData, churn_per_year: float, a_year: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of those who are still customers, and everybody's chance of an order in a year."""
    here = (pd.Timestamp(client.last) - spans["min"]).dt.days.clip(lower=1) * (1 + 1 / spans["size"]) / DAYS_PER_YEAR
    years = here.clip(upper=period_years(client)).to_numpy(dtype=float)
    number, silent_share = spans["size"].to_numpy(dtype=float), np.maximum(1 - 1 / years, 0.0)
    whole, part = 1 - silent_share**number, 1 - years / (number + 1) * (1 - silent_share ** (number + 1))
    seen = (1 - churn_per_year) * whole + 2 * churn_per_year * np.clip(part, 0.0, whole)
    missed = number / years * (pd.Timestamp(client.last) - spans["max"]).dt.days.to_numpy(dtype=float)
    order = kept = np.argsort(missed, kind="stable")
    for _ in range(ROUNDS):  # who has left ordered less since his first order than he would have
        kept = order[: round(a_year / float(seen[kept].mean()))]
    return kept, whole


def presence(orders: pd.DataFrame, client: ClientData, churn_per_year: float) -> pd.DataFrame:
    """Return from when to when each customer was one within the period, as expected from his orders.

    Parameters
    ----------
    orders : DataFrame
        The period's orders, with customer_id and ordered_on.
    churn_per_year : float
        Share q of customers lost, and replaced, a year.

    Returns
    -------
    DataFrame
        Index customer_id; came_day and left_day, in days from the period's first day.

    Notes
    -----
    Who was silent for x years before the first order was a customer all that time, with weight e^(−λx), or came at a time t of
    it, with weight q e^(−λ(x − t)) dt (Bayes; his orders a Poisson process of rate λ). So he is expected to have come at
    q ∫ t e^(λt) dt ÷ (1 + q ∫ e^(λt) dt), and to have left accordingly. λ: with n orders over a span s, the stay is about
    s (n + 1) ÷ (n − 1) (uniform orders), at most the period. *Example:* eight orders in two years and a silence of three months
    are no absence; ten orders in the last half year began about a gap before the first.
    """
    spans = _spans(orders)
    whole, number = period_years(client), spans["size"].to_numpy(dtype=float)
    span = (spans["max"] - spans["min"]).dt.days.to_numpy(dtype=float) / DAYS_PER_YEAR
    stay = np.where(
        number > 1, np.clip(span * (number + 1) / np.maximum(number - 1, 1), 1 / DAYS_PER_YEAR, whole), whole
    )
    ends = (spans["min"] - pd.Timestamp(client.first), pd.Timestamp(client.last) - spans["max"])
    before, after = (
        _absence(end.dt.days.to_numpy(dtype=float) / DAYS_PER_YEAR, number / stay, churn_per_year) for end in ends
    )
    came, left = before * DAYS_PER_YEAR, (whole - after) * DAYS_PER_YEAR
    return pd.DataFrame({"came_day": came, "left_day": np.maximum(left, came + 1)}, index=spans.index)


def _absence(silence: np.ndarray, rate: np.ndarray, churn: float) -> np.ndarray:
    """Return the expected part of a silence (years) in which somebody with that rate (1/a) was no customer."""
    # both integrals, divided by e^(λx), which overflows for whoever came lately
    fallen = np.exp(-rate * silence)
    once, timed = (1 - fallen) / rate, silence / rate - (1 - fallen) / rate**2
    absent: np.ndarray = churn * timed / (fallen + churn * once)
    return absent


def customer_flow(orders: pd.DataFrame, client: ClientData) -> pd.DataFrame:
    """Return how many customers a year were new and how many were lost.

    Parameters
    ----------
    orders : DataFrame
        The period's orders, with customer_id and ordered_on.

    Returns
    -------
    DataFrame
        Columns flow ("new", "lost", "net"), customers (cases), per_year with its 95 % interval low, high. Empty unless
        the period has at least 24 months and at least 20 customers were new and as many lost.

    Notes
    -----
    Who ordered, but not in the last twelve months, may be lost; who ordered only after the first twelve may be new. A
    customer with n orders over a span s is silent for a time x by chance alone with p = (1 + x / s)^−(n − 1) if orders keep
    coming as before (Poisson, its rate unknown), so each counts 1 − p; one order alone tells nothing. What happened in the
    period less a year, a year: Σ (1 − p) ÷ (years − 1). Intervals: Poisson on the log scale; the net change is the
    difference, errors added in squares. Caveat: some customers who order less than twice a year are taken for lost or new.
    """
    empty = pd.DataFrame(columns=list(FLOW_COLUMNS))
    years = period_years(client)
    if len(whole_months(orders["ordered_on"], client)[0]) < ENOUGH_MONTHS:
        return empty
    spans = _spans(orders)
    first, last = pd.Timestamp(client.first), pd.Timestamp(client.last)
    rows = []
    for flow, silence in (("new", spans["min"] - first), ("lost", last - spans["max"])):
        weights = _believed(spans, silence)
        rows.append((flow, len(weights), *_yearly(weights, years - 1)))
    if min(row[1] for row in rows) < ENOUGH_CASES:
        return empty
    (_, _, new, *new_ends), (_, _, lost, *lost_ends) = rows
    half = float(np.hypot(new_ends[1] - new_ends[0], lost_ends[1] - lost_ends[0])) / 2
    rows.append(("net", rows[0][1] - rows[1][1], new - lost, new - lost - half, new - lost + half))
    return pd.DataFrame(rows, columns=list(FLOW_COLUMNS))


def _believed(spans: pd.DataFrame, silence: pd.Series) -> np.ndarray:
    """Return for each customer who was silent for a year how far that is more than chance, in 0..1."""
    silent = spans[(silence.dt.days >= DAYS_PER_YEAR) & (spans["size"] >= 2)]
    span = (silent["max"] - silent["min"]).dt.days.clip(lower=1).to_numpy(dtype=float)
    ratio = silence[silent.index].dt.days.to_numpy(dtype=float) / span
    believed: np.ndarray = 1 - (1 + ratio) ** -(silent["size"].to_numpy(dtype=float) - 1)
    return believed


def _yearly(weights: np.ndarray, years: float) -> tuple[float, float, float]:
    """Return the sum of some weights a year with its interval."""
    if not len(weights):
        return 0.0, 0.0, 0.0
    total, factor = float(weights.sum()) / years, float(np.exp(Z95 * np.sqrt((weights**2).sum()) / weights.sum()))
    return total, total / factor, total * factor
