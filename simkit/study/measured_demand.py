"""Demand measured on a client: orders by class with value, contribution and promise, opportunities, leavers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameters import Kind, Parameters, Provenance
from simkit.model.parameters import CLASSES
from simkit.study.client_facts import DAYS_PER_YEAR, period_orders, period_years, staff, typical_value, within_variance
from simkit.study.comparison import half_width
from simkit.study.standards import standard

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

ENOUGH_CASES = 20  # fewer cases of a kind say too little about its mean
Overlay = dict[str, tuple[float, Provenance]]


def patched(tree: Parameters, overlay: Mapping[str, tuple[float, Provenance]]) -> Parameters:
    """Return the tree with an overlay in it; values are drawn to the allowed range of their leaf."""
    for path, (value, provenance) in overlay.items():
        leaf = tree[path]
        tree = tree.patch({path: min(max(value, leaf.minimum), leaf.maximum)}, provenance)
    return tree


def measured(
    value: float, source: str, half: float = float("nan"), kind: Kind = "measured"
) -> tuple[float, Provenance]:
    """Return one entry of an overlay; without a half-width the value is counted, not estimated."""
    interval = None if np.isnan(half) else Estimate(value=value, low=value - half, high=value + half)
    return value, Provenance(kind=kind, source=source, interval=interval)


def mean_and_half(values: pd.Series) -> tuple[float, float]:
    """Return the mean and the half-width of its 95 % t-interval; NaN half-width with fewer than two values."""
    numbers = values.dropna().to_numpy(dtype=float)
    return float(numbers.mean()), float(half_width(numbers[None, :])[0])


def demand_overlay(client: ClientData, defaults: Parameters) -> Overlay:
    """Return the leaves of calendar, orders, opportunities and staff that the tables can tell.

    Notes
    -----
    Rates and means are those of the period with normal-theory 95 % intervals; a class with fewer than 20 orders keeps
    its assumption. Leads and service requests that nobody counts are scaled with the client's orders, and stay
    assumptions.
    """
    orders = period_orders(client)
    yearly = len(orders) / period_years(client)
    return {
        "time.days_per_year": measured(float(round(client.calendar.working_days_per_year)), "calendar"),
        "time.day_h": measured(client.config.contract_hours_per_week / 5, "client.yaml"),
        **_scaled_demand(yearly, defaults),
        **_class_shares(orders),
        **_class_values(orders, defaults),
        **_contributions(orders),
        **_promises(client, orders, defaults),
        **_opportunities(client, orders, defaults),
        **_leaving(client),
    }


def _scaled_demand(orders_per_year: float, defaults: Parameters) -> Overlay:
    """Scale what the defaults say of another firm's size to this client's number of orders."""
    factor = orders_per_year / standard("assumption.reference_orders_per_year")
    paths = ("leads.per_year", "opportunities.per_year", "service.requests_per_year", "extra.leads_ceiling_per_year")
    source = f"orders: default × {factor:.3g}"
    return {path: measured(defaults.value(path) * factor, source, kind="assumption") for path in paths}


def _class_shares(orders: pd.DataFrame) -> Overlay:
    known = orders["order_class"].dropna()
    if len(known) < ENOUGH_CASES:
        return {}
    overlay: Overlay = {}
    for name in CLASSES:
        share = float((known == name).mean())
        half = 1.96 * float(np.sqrt(share * (1 - share) / len(known)))
        overlay[f"orders.{name}.share"] = measured(share, f"orders (n = {len(known)})", half)
    return overlay


def _class_values(orders: pd.DataFrame, defaults: Parameters) -> Overlay:
    overlay: Overlay = {}
    counts = orders["order_class"].value_counts()
    for name in CLASSES:
        values = orders.loc[orders["order_class"] == name, "value_amount"]
        if counts.get(name, 0) >= ENOUGH_CASES:
            overlay[f"orders.{name}.value_amount"] = measured(*_swapped(mean_and_half(values), len(values)))
    if not overlay:
        mean, half = mean_and_half(orders["value_amount"])
        paths = {name: f"orders.{name}.value_amount" for name in CLASSES}
        assumed = sum(defaults.value(f"orders.{name}.share") * defaults.value(paths[name]) for name in CLASSES)
        for path in paths.values():
            factor = defaults.value(path) / assumed
            overlay[path] = measured(
                mean * factor, f"orders (n = {len(orders)}), ratio of classes assumed", half * factor
            )
    grouped = orders.assign(value=orders["value_amount"], typical=typical_value(orders))
    overlay["orders.value_cv"] = measured(float(np.sqrt(within_variance(grouped))), f"orders (n = {len(orders)})")
    return overlay


def _swapped(estimate: tuple[float, float], number: int) -> tuple[float, str, float]:
    return estimate[0], f"orders (n = {number})", estimate[1]


def _contributions(orders: pd.DataFrame) -> Overlay:
    """Contribution share by class: a ratio of sums, its interval that of a ratio estimator (Cochran, section 6.4)."""
    if "cost_amount" not in orders:
        return {}
    overlay: Overlay = {}
    for name in CLASSES:
        of_class = orders["order_class"] == name if orders["order_class"].notna().any() else orders["value_amount"] > 0
        rows = orders[of_class & orders["cost_amount"].notna()]
        if len(rows) < ENOUGH_CASES or rows["value_amount"].sum() <= 0:
            continue
        share = 1 - float(rows["cost_amount"].sum() / rows["value_amount"].sum())
        rest = rows["value_amount"] * (1 - share) - rows["cost_amount"]
        half = mean_and_half(rest)[1] / float(rows["value_amount"].mean())
        overlay[f"orders.{name}.contribution_share"] = measured(share, f"orders (n = {len(rows)})", half)
    return overlay


def _promises(client: ClientData, orders: pd.DataFrame, defaults: Parameters) -> Overlay:
    """Promised times in working days; patience keeps its ratio to the promise and stays an assumption."""
    if "promised_on" not in orders:
        return {}
    overlay: Overlay = {}
    ratio = float(client.calendar.working_days_per_year) / DAYS_PER_YEAR
    days = (orders["promised_on"] - orders["ordered_on"]).dt.days * ratio
    for name in CLASSES:
        promised = days[(orders["order_class"] == name) & (days >= 0)].dropna()
        if len(promised) < ENOUGH_CASES:
            continue
        mean, half = mean_and_half(promised)
        path, patience = f"orders.{name}.promised_days", f"orders.{name}.patience_days"
        overlay[path] = measured(mean, f"orders (n = {len(promised)})", half)
        longer = max(defaults.value(patience) * mean / defaults.value(path), mean + 1)
        overlay[patience] = measured(longer, f"{path}: default ratio", kind="assumption")
    return overlay


def _opportunities(client: ClientData, orders: pd.DataFrame, defaults: Parameters) -> Overlay:
    if not client.has("opportunities"):
        return {}
    deals = client.table("opportunities")
    closed = deals[deals["stage"].isin(["won", "lost", "no_decision"])]
    if len(closed) < ENOUGH_CASES:
        return {}
    source = f"opportunities (n = {len(deals)})"
    opened = deals["opened_on"] if "opened_on" in deals else pd.Series(pd.NaT, index=deals.index)
    new = opened.between(pd.Timestamp(client.first), pd.Timestamp(client.last)) | opened.isna()
    per_year = float(new.sum()) / period_years(client)
    half = 1.96 * float(np.sqrt(max(float(new.sum()), 1.0))) / period_years(client)
    qualified = defaults.value("leads.qualified_share")
    direct = defaults.value("opportunities.per_year")
    share = direct / (direct + defaults.value("leads.per_year") * qualified)
    overlay = {
        "opportunities.per_year": measured(per_year * share, f"{source}, less those from leads", half * share),
        "leads.per_year": measured(per_year * (1 - share) / qualified, f"{source}: default ratio", kind="assumption"),
    }
    return overlay | _winning(closed, orders, defaults)


def _winning(closed: pd.DataFrame, orders: pd.DataFrame, defaults: Parameters) -> Overlay:
    """Win rate, share of no decision, and the value of a won deal against a repeat order."""
    source = f"opportunities (n = {len(closed)})"
    rate = float((closed["stage"] == "won").mean())
    base = base_logit(rate, defaults)
    half = 1.96 / float(np.sqrt(max(len(closed) * rate * (1 - rate), 1.0)))
    overlay = {"winning.base_logit": measured(base, f"{source}: win rate {rate:.1%}", half)}
    unwon = closed[closed["stage"] != "won"]
    undecided = float((unwon["stage"] == "no_decision").mean()) if len(unwon) else 0.0
    if undecided > 0:
        half = 1.96 * float(np.sqrt(undecided * (1 - undecided) / len(unwon)))
        overlay["winning.no_decision_share"] = measured(undecided, source, half)
    if "opportunity_id" in orders and orders["opportunity_id"].notna().sum() >= ENOUGH_CASES:
        won = orders["opportunity_id"].notna()
        typical = typical_value(orders)
        factor = float(orders.loc[won, "value_amount"].sum() / typical[won].sum())
        overlay["opportunities.value_factor"] = measured(factor, f"orders (n = {int(won.sum())})")
    return overlay


def base_logit(win_rate: float, defaults: Parameters) -> float:
    """Return the base of the win logit at which the mean win chance is the measured rate.

    Parameters
    ----------
    win_rate : float
        Won of all closed, in 0..1; drawn to 1..99 %.
    defaults : Parameters
        For the other terms of the logit.

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


def _leaving(client: ClientData) -> Overlay:
    """Quits a year, with a Poisson interval, where the list of staff shows leavers."""
    people = client.table("employees")
    if "left_on" not in people:
        return {}
    first, last = pd.Timestamp(client.first), pd.Timestamp(client.last)
    left = people["left_on"].between(first, last)
    number = int(left.sum())
    if number < client.config.privacy.minimum_group:
        return {}
    years = len(staff(client)) * period_years(client)
    half = 1.96 * float(np.sqrt(number)) / years
    return {"staff.quit_per_year": measured(number / years, f"employees ({number} leavers)", half)}
