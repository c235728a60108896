"""Demand measured on a client: orders by class with value, contribution and promise; opportunities; plain seasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.pipeline_figures import CLOSED
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.foundation.parameter_set import Kind, Parameter, ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.inputs.demand import QUARTERS, SEASONS
from simkit.model.specification.model_parameters import CLASSES
from simkit.study import bilingual_texts as texts
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.measured.client_inputs import period_orders, typical_value, within_variance
from simkit.study.measured.demand_level import ENOUGH_CASES, ENOUGH_MONTHS, Z95, level, shown_trend, whole_months
from simkit.study.paired_comparison import mean_and_half_width
from simkit.study.thresholds import threshold
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

Override = dict[str, tuple[float, Provenance]]


def patched(parameter_set: ParameterSet, override: Mapping[str, tuple[float, Provenance]]) -> ParameterSet:
    """Return the parameter set with an override in it; values are drawn to the allowed range of their parameter, and
    it is noted."""
    for path, (value, provenance) in override.items():
        drawn, noted = within_limits(parameter_set[path], value, provenance)
        parameter_set = parameter_set.patch({path: drawn}, noted)
    return parameter_set


def within_limits(parameter: Parameter, value: float, provenance: Provenance) -> tuple[float, Provenance]:
    """Return a value drawn to what its parameter allows, its interval drawn with it; the source says when that was needed."""
    drawn = parameter.within(value)
    interval = provenance.interval
    if interval is not None:
        low, high = parameter.within(interval.low), parameter.within(interval.high)
        provenance = replace(provenance, interval=replace(interval, value=drawn, low=low, high=high))
    if drawn == value:
        return drawn, provenance
    source = texts.at_the_limit(provenance.origin, upper=drawn < value)
    return drawn, replace(provenance, source=source.en, source_de=source.de)


def bilingual_numbers_of(client: ClientData) -> BilingualNumbers:
    """Return how numbers are written for a client."""
    return BilingualNumbers(country=client.config.country, currency=client.config.currency)


def measured(
    value: float, source: Text, half: float = float("nan"), kind: Kind = "measured"
) -> tuple[float, Provenance]:
    """Return one entry of an override; without a half-width the value is counted, not estimated."""
    interval = None if np.isnan(half) else Estimate(value=value, low=value - half, high=value + half)
    return value, Provenance(kind=kind, source=source.en, source_de=source.de, interval=interval)


def estimated(estimate: Estimate, source: Text, kind: Kind = "measured") -> tuple[float, Provenance]:
    """Return one entry of an override whose interval need not lie evenly around its value."""
    value, provenance = measured(estimate.value, source, kind=kind)
    return value, replace(provenance, interval=estimate)


def mean_and_half(values: pd.Series) -> tuple[float, float]:
    """Return the mean and the half-width of its 95 % t-interval; NaN half-width with fewer than two values."""
    return mean_and_half_width(values.dropna().to_numpy(dtype=float))


def demand_override(client: ClientData, defaults: ParameterSet) -> Override:
    """Return the parameters of calendar, orders and opportunities that the tables can tell.

    Notes
    -----
    Rates are today's level (:mod:`simkit.study.measured.demand_level`), means those of the period, with normal-theory 95 %
    intervals; a class with fewer than 20 orders keeps
    its assumption. Leads and service requests that nobody counts are scaled with the client's orders, and stay
    assumptions.
    """
    orders = period_orders(client)
    yearly = len(orders) / period_years(client) * level(orders["ordered_on"], client).factor
    bilingual = bilingual_numbers_of(client)
    return {
        "time.days_per_year": measured(float(round(client.calendar.working_days_per_year)), texts.CALENDAR),
        "time.day_h": measured(client.config.contract_hours_per_week / 5, texts.CLIENT_FILE),
        **growth_override(client),
        **_scaled_demand(yearly, defaults, bilingual),
        **_class_shares(orders, bilingual),
        **_class_values(orders, defaults, bilingual),
        **_contributions(orders, bilingual),
        **_promises(client, orders, defaults),
        **_opportunities(client, orders, defaults),
    }


def _scaled_demand(orders_per_year: float, defaults: ParameterSet, bilingual: BilingualNumbers) -> Override:
    """Scale what the defaults say of another firm's size, range included, to this client's number of orders."""
    factor = orders_per_year / threshold("assumption.reference_orders_per_year")
    paths = ("leads.per_year", "opportunities.per_year", "service.requests_per_year", "extra.leads_ceiling_per_year")
    source = texts.scaled_default(factor, bilingual)
    override: Override = {}
    for path in paths:
        parameter = defaults[path]
        plausible = Estimate(value=parameter.value * factor, low=parameter.low * factor, high=parameter.high * factor)
        override[path] = estimated(plausible, source, "assumption")
    return override


def _class_shares(orders: pd.DataFrame, bilingual: BilingualNumbers) -> Override:
    known = orders["order_class"].dropna()
    if len(known) < ENOUGH_CASES:
        return {}
    override: Override = {}
    for name in CLASSES:
        share = float((known == name).mean())
        half = 1.96 * float(np.sqrt(share * (1 - share) / len(known)))
        override[f"orders.{name}.share"] = measured(share, texts.counted(texts.ORDERS, len(known), bilingual), half)
    return override


def _class_values(orders: pd.DataFrame, defaults: ParameterSet, bilingual: BilingualNumbers) -> Override:
    override: Override = {}
    counts = orders["order_class"].value_counts()
    for name in CLASSES:
        values = select(orders, order_class=name)["value_amount"]
        if counts.get(name, 0) >= ENOUGH_CASES:
            mean, half = mean_and_half(values)
            source = texts.counted(texts.ORDERS, len(values), bilingual)
            override[f"orders.{name}.value_amount"] = measured(mean, source, half)
    override = override or _values_by_ratio(orders, defaults, bilingual)
    grouped = orders.assign(value=orders["value_amount"], typical=typical_value(orders))
    override["orders.value_cv"] = _as_measured(_spread_and_half(grouped), orders, bilingual)
    return override


def _as_measured(
    found: tuple[float, float], orders: pd.DataFrame, bilingual: BilingualNumbers
) -> tuple[float, Provenance]:
    return measured(found[0], texts.counted(texts.ORDERS, len(orders), bilingual), found[1])


def _spread_and_half(grouped: pd.DataFrame) -> tuple[float, float]:
    """Coefficient of variation of an order's value within its customer, with its half-width by the delta method.

    se(s) = se(s²) / 2s, with se(s²) from the spread of the squared deviations (Cochran, section 2.14).
    """
    spread = float(np.sqrt(within_variance(grouped)))
    ratio = grouped["value"] / grouped["typical"]
    squares = (ratio - ratio.groupby(grouped["customer_id"]).transform("mean")) ** 2
    half = mean_and_half(squares)[1]
    return spread, half / (2 * spread) if spread > 0 else 0.0


def _values_by_ratio(orders: pd.DataFrame, defaults: ParameterSet, bilingual: BilingualNumbers) -> Override:
    """Values by class of orders whose class is unknown: their mean, at the default ratio of the classes."""
    mean, half = mean_and_half(orders["value_amount"])
    paths = {name: f"orders.{name}.value_amount" for name in CLASSES}
    assumed = sum(defaults.value(f"orders.{name}.share") * defaults.value(paths[name]) for name in CLASSES)
    source = texts.joined(texts.counted(texts.ORDERS, len(orders), bilingual), texts.CLASSES_ASSUMED)
    factors = {path: defaults.value(path) / assumed for path in paths.values()}
    return {path: measured(mean * factor, source, half * factor, "partly") for path, factor in factors.items()}


def _contributions(orders: pd.DataFrame, bilingual: BilingualNumbers) -> Override:
    """Contribution share by class: a ratio of sums, its interval that of a ratio estimator (Cochran, section 6.4)."""
    if "cost_amount" not in orders:
        return {}
    override: Override = {}
    for name in CLASSES:
        of_class = orders["order_class"] == name if orders["order_class"].notna().any() else orders["value_amount"] > 0
        rows = orders[of_class & orders["cost_amount"].notna()]
        if len(rows) < ENOUGH_CASES or rows["value_amount"].sum() <= 0:
            continue
        share = 1 - float(rows["cost_amount"].sum() / rows["value_amount"].sum())
        rest = rows["value_amount"] * (1 - share) - rows["cost_amount"]
        half = mean_and_half(rest)[1] / float(rows["value_amount"].mean())
        source = texts.counted(texts.ORDERS, len(rows), bilingual)
        override[f"orders.{name}.contribution_share"] = measured(share, source, half)
    return override


def _promises(client: ClientData, orders: pd.DataFrame, defaults: ParameterSet) -> Override:
    """Promised times in working days; patience keeps its ratio to the promise and stays an assumption."""
    if "promised_on" not in orders:
        return {}
    override: Override = {}
    for name in CLASSES:
        mine = orders[(orders["order_class"] == name) & (orders["promised_on"] >= orders["ordered_on"])]
        if len(mine) < ENOUGH_CASES:
            continue
        (value, half), number = _promise(mine, client)
        path, patience = f"orders.{name}.promised_days", f"orders.{name}.patience_days"
        override[path] = measured(value, texts.counted(texts.ORDERS, number, bilingual_numbers_of(client)), half)
        longer = max(defaults.value(patience) * value / defaults.value(path), value + 1)
        override[patience] = measured(longer, texts.ratio_to(defaults[path]), kind="assumption")
    return override


def _promise(orders: pd.DataFrame, client: ClientData) -> tuple[tuple[float, float], int]:
    """Return the promise of a class with its half-width, working days, and the orders behind it.

    Notes
    -----
    The model promises all orders of a class the same time; a firm promises more for the harder ones. The one promise that
    as many orders miss as have missed their own is the quantile 1 − late share of the lead times, dates being known to the
    day (each stands for the day around it), with the interval of order statistics (Conover 1999, section 3.2). Where
    deliveries are not known, the mean promise.
    """
    done = orders[orders["delivered_on"] >= orders["ordered_on"]] if "delivered_on" in orders else orders.iloc[:0]
    number = len(done)
    if number < ENOUGH_CASES:
        days = pd.Series(working_days_between(orders["ordered_on"], orders["promised_on"], client))
        return mean_and_half(days), len(orders)
    in_time = float((done["delivered_on"] <= done["promised_on"]).mean())
    lead = pd.Series(working_days_between(done["ordered_on"], done["delivered_on"], client))
    among_equal = (lead.groupby(lead).cumcount() + 0.5) / lead.groupby(lead).transform("size")
    spread = lead + among_equal - 0.5
    reach = Z95 * float(np.sqrt(in_time * (1 - in_time) / number))
    low, value, high = np.quantile(spread, np.clip([in_time - reach, in_time, in_time + reach], 0, 1)).tolist()
    return (max(value, 0.5), (high - low) / 2), number


def working_days_between(first: pd.Series, last: pd.Series, client: ClientData) -> np.ndarray:
    """Return the working days from one day to another, row by row."""
    worked = client.calendar.dates(first.min().date(), last.max().date()).to_numpy()
    start, end = (np.searchsorted(worked, column.dt.normalize().to_numpy()) for column in (first, last))
    days: np.ndarray = (end - start).astype(float)
    return days


def _opportunities(client: ClientData, orders: pd.DataFrame, defaults: ParameterSet) -> Override:
    if not client.has("opportunities"):
        return {}
    deals = client.table("opportunities")
    closed = deals[deals["stage"].isin(CLOSED)]
    if len(closed) < ENOUGH_CASES:
        return {}
    source = texts.counted(texts.OPPORTUNITIES, len(deals), bilingual_numbers_of(client))
    opened = deals["opened_on"] if "opened_on" in deals else pd.Series(pd.NaT, index=deals.index)
    new = opened.between(pd.Timestamp(client.first), pd.Timestamp(client.last)) | opened.isna()
    now = level(opened[new], client)
    per_year = float(new.sum()) / period_years(client) * now.factor
    half = Z95 * now.error * per_year
    qualified = defaults.value("leads.qualified_share")
    direct = defaults.value("opportunities.per_year")
    share = direct / (direct + defaults.value("leads.per_year") * qualified)
    override = {
        "opportunities.per_year": measured(
            per_year * share, texts.joined(source, texts.LESS_LEADS), half * share, "partly"
        ),
        "leads.per_year": measured(
            per_year * (1 - share) / qualified, texts.joined(source, texts.DEFAULT_RATIO), kind="assumption"
        ),
    }
    return override | _winning(closed, orders, defaults, bilingual_numbers_of(client))


def _winning(
    closed: pd.DataFrame, orders: pd.DataFrame, defaults: ParameterSet, bilingual: BilingualNumbers
) -> Override:
    """Win rate, share of no decision, and the value of a won deal against a repeat order."""
    source = texts.counted(texts.OPPORTUNITIES, len(closed), bilingual)
    rate = float((closed["stage"] == "won").mean())
    base = base_logit(rate, defaults)
    half = 1.96 / float(np.sqrt(max(len(closed) * rate * (1 - rate), 1.0)))
    override = {"winning.base_logit": measured(base, texts.win_rate(source, rate, bilingual), half)}
    unwon = closed[closed["stage"] != "won"]
    undecided = float((unwon["stage"] == "no_decision").mean()) if len(unwon) else 0.0
    if undecided > 0:
        half = 1.96 * float(np.sqrt(undecided * (1 - undecided) / len(unwon)))
        override["winning.no_decision_share"] = measured(undecided, source, half)
    if "opportunity_id" in orders and orders["opportunity_id"].notna().sum() >= ENOUGH_CASES:
        won = orders["opportunity_id"].notna()
        typical = typical_value(orders)
        factor = float(orders.loc[won, "value_amount"].sum() / typical[won].sum())
        half = mean_and_half(orders.loc[won, "value_amount"] - factor * typical[won])[1] / float(typical[won].mean())
        override["opportunities.value_factor"] = _as_measured((factor, half), orders[won], bilingual)
    return override


def base_logit(win_rate: float, defaults: ParameterSet) -> float:
    """Return the base of the win logit at which the mean win chance is the measured rate.

    Parameters
    ----------
    win_rate : float
        Won of all closed, in 0..1; drawn to 1..99 %.

    Notes
    -----
    Solves E[logistic(base + quality·z + access·a + deadline·d + ability·w)] = rate with z, w standard normal (21-point
    Gauss–Hermite on their sum) and the two flags independent. Caveat: the delay before the presentation is left out, so
    the simulated rate comes out somewhat lower in a busy house.
    """
    from scipy.optimize import brentq
    from scipy.special import expit

    v = defaults.value
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    spread = float(np.hypot(v("winning.quality_logit"), v("winning.ability_logit")))
    share = v("winning.flag_share")
    flags = [
        (
            (share if a else 1 - share) * (share if d else 1 - share),
            a * v("winning.access_logit") + d * v("winning.deadline_logit"),
        )
        for a in (0, 1)
        for d in (0, 1)
    ]

    def mean_chance(base: float) -> float:
        chances = [p * float(weights @ expit(base + extra + spread * nodes)) for p, extra in flags]
        return sum(chances) / float(weights.sum())

    target = min(max(win_rate, 0.01), 0.99)
    return float(brentq(lambda base: mean_chance(base) - target, -12.0, 12.0))


SIGNIFICANT = 0.05
SOURCE = Text(de="Aufträge je Monat", en="orders by month")
GROWTH = "demand.growth_per_year"


@dataclass(frozen=True, kw_only=True)
class SeasonTest:
    """How much orders differ between quarters."""

    levels: tuple[float, ...]
    errors: tuple[float, ...]
    """Demand by quarter relative to the year's mean, and the standard errors of their logarithms."""
    p_value: float
    """Chance of differences as large as these when there is no season."""


def season_test(client: ClientData) -> SeasonTest | None:
    """Return how much orders differ between the quarters after the period's end; None where the history is too short.

    Notes
    -----
    Quasi-Poisson regression (statsmodels; scale from Pearson's chi-square) of the orders of each whole month on the
    quarter and a linear trend, with the month's working days as exposure; F test of the quarters. At least 24 months and
    20 orders in each quarter are needed. Caveat: with two years a trend that bends looks like a season.
    """
    import statsmodels.api as sm

    if not client.has("orders"):
        return None
    orders = period_orders(client)
    months, worked, counts = whole_months(orders["ordered_on"], client)
    if len(months) < ENOUGH_MONTHS:
        return None
    quarter = ((np.array([m.month for m in months]) - (client.last.month + 1)) % 12) // 3
    if min(counts[quarter == q].sum() for q in range(QUARTERS)) < ENOUGH_CASES:
        return None
    contrast = np.array([(quarter == q).astype(float) - (quarter == QUARTERS - 1) for q in range(QUARTERS - 1)]).T
    trend = np.linspace(-1, 1, len(months))
    design = pd.DataFrame(np.column_stack([np.ones(len(months)), trend, contrast]))
    model = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(worked))
    fit = model.fit(scale="X2")
    deviations = np.vstack([np.eye(QUARTERS - 1), -np.ones(QUARTERS - 1)])
    effects = deviations @ fit.params.to_numpy()[2:]
    errors = np.sqrt(np.diag(deviations @ fit.cov_params().to_numpy()[2:, 2:] @ deviations.T))
    p_value = float(fit.f_test(np.eye(len(design.columns))[2:]).pvalue)
    levels = np.exp(effects) / np.exp(effects).mean()
    return SeasonTest(levels=tuple(levels.tolist()), errors=tuple(errors.tolist()), p_value=p_value)


def season_override(client: ClientData) -> Override:
    """Return demand by quarter where the quarters differ at the 5 % level, else nothing."""
    found = season_test(client)
    if found is None or found.p_value >= SIGNIFICANT:
        return {}
    source = texts.counted(SOURCE, len(period_orders(client)), bilingual_numbers_of(client))
    return {
        path: measured(level, source, Z95 * error * level)
        for path, level, error in zip(SEASONS, found.levels, found.errors, strict=True)
    }


def growth_override(client: ClientData) -> Override:
    """Return the growth of demand where orders have a trend that is no chance, else nothing."""
    orders = period_orders(client)
    found = shown_trend(orders["ordered_on"], client)
    if found is None:
        return {}
    source = texts.counted(SOURCE, len(orders), bilingual_numbers_of(client))
    return {GROWTH: estimated(found, source)}  # asymmetric, as the trend itself is told
