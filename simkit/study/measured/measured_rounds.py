"""Rounds of coordination, answer times of partners and pauses of deals, read off the dates that the client's tables hold.

The log tells how often an order was coordinated and how far apart; opening and closing of deals tell how long the
customer lets them wait. The number of follow-ups stays an assumption, so all this is measured in part only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.pipeline_figures import CLOSED
from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.specification.model_parameters import BESPOKE, CLASSES, PARTNER_CAP
from simkit.study import bilingual_texts as texts
from simkit.study.measured.client_inputs import period_orders
from simkit.study.measured.demand_level import ENOUGH_CASES
from simkit.study.measured.measured_demand import Override, bilingual_numbers_of, mean_and_half, measured
from simkit.study.measured.rates import LoggedShare

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

LARGEST_CHANCE = 0.9
DELAYS = tuple(f"orders.{name}.partner_delay_h" for name in CLASSES)
CHASING = ("chasing.first_after_h", "chasing.every_h")
SPREAD_OF_ROUNDS = Text(de="Streuung der Runden", en="spread of the rounds")
QUEUE_INCLUDED = Text(de="einschließlich Wartezeit im Haus", en="waiting in the house included")
FOLLOW_UPS_ASSUMED = Text(de="Zahl der Nachfassgespräche angenommen", en="number of follow-ups assumed")
CYCLE = Text(de="Dauer abgeschlossener Chancen", en="duration of closed opportunities")


def rounds_override(client: ClientData, parameter_set: ParameterSet, coverage: LoggedShare) -> Override:
    """Return partners, chance of another round and the partners' answer time by class, and chasing at its ratio to them.

    Parameters
    ----------
    client : ClientData
        With orders, and a log that names them.

    Notes
    -----
    Rounds per order = entries of coordination per order / coverage; how much they differ between orders says how many
    partners share them (:func:`_partners`); repeat chance = 1 − partners / rounds, at least 0 and at most 0.9. Answer
    time = mean office hours between successive entries of an order × coverage, because an entry that was not written down
    joins two gaps into one. Fewer than 20 orders, or 20 gaps, of a class tell nothing.
    """
    entries = _entries(client)
    if entries is None:
        return {}
    orders, bilingual = period_orders(client), bilingual_numbers_of(client)
    override: Override = {}
    for name in CLASSES:
        cases = select(orders, order_class=name)["order_id"]
        mine = entries[entries["case_id"].isin(cases)]
        if len(cases) < ENOUGH_CASES or len(mine) < ENOUGH_CASES:
            continue
        each = mine.groupby("case_id").size().reindex(cases, fill_value=0)
        mean, half = (number / coverage.share for number in mean_and_half(each))
        partners = _partners(each, coverage.share)
        source = texts.counted(texts.BY_ORDER, len(cases), bilingual)
        override[f"orders.{name}.partners"] = measured(partners, texts.joined(source, SPREAD_OF_ROUNDS), kind="partly")
        value, width = _repeat_chance(mean, half, partners)
        override[f"orders.{name}.repeat_chance"] = measured(value, source, width, "partly")
        gaps = _gaps_h(mine, client) * coverage.share
        if len(gaps) >= ENOUGH_CASES:
            delay, half = mean_and_half(gaps)
            source = texts.joined(texts.counted(texts.BY_ORDER, len(gaps), bilingual), QUEUE_INCLUDED)
            override[f"orders.{name}.partner_delay_h"] = measured(delay, source, half, "partly")
    return override | _chasing(override, parameter_set)


def _partners(each: pd.Series, coverage: float) -> float:
    """Return the partners of an order, whole, from the entries of coordination by order.

    Notes
    -----
    With k partners whose rounds are each followed by another at chance p, rounds N have mean k ÷ (1 − p) and variance
    mean × p ÷ (1 − p) = mean × (mean ÷ k − 1), at least 0: that k is taken whose variance is nearest to the seen one. Of
    N rounds each is logged at chance κ: Var N = (Var entries − κ (1 − κ) mean) ÷ κ². At most as many as the model knows.
    """
    rounds = float(each.mean()) / coverage
    variance = max(float(each.var(ddof=1)) - coverage * (1 - coverage) * rounds, 0.0) / coverage**2
    told = {partners: rounds * max(rounds / partners - 1, 0.0) for partners in range(1, PARTNER_CAP + 1)}
    return float(min(told, key=lambda partners: abs(told[partners] - variance)))


def _repeat_chance(mean: float, half: float, partners: float) -> tuple[float, float]:
    """Return 1 − partners / rounds within 0 … 0.9, with the half-width by the delta method (partners · half / rounds²)."""
    if mean <= 0:
        return 0.0, 0.0
    value = min(max(1 - partners / mean, 0.0), LARGEST_CHANCE)
    return value, partners * half / mean**2


def _entries(client: ClientData) -> pd.DataFrame | None:
    """Return the log's entries of coordination that name a case and a time, one row per case and day."""
    if not (client.has("activities") and client.has("orders")):
        return None
    log = client.table("activities")
    if not {"case_id", "activity", "started_at"} <= set(log):
        return None
    chosen = log[(log["activity"] == "coordination") & log["case_id"].notna() & log["started_at"].notna()]
    if "hours" in chosen:
        chosen = chosen[chosen["hours"] > 0]
    return chosen[["case_id", "started_at"]]


def _gaps_h(entries: pd.DataFrame, client: ClientData) -> pd.Series:
    """Return the office hours between successive entries of the same case."""
    ordered = entries.sort_values(["case_id", "started_at"])
    day = office_days(ordered["started_at"], client)
    gap = day.groupby(ordered["case_id"]).diff().dropna()
    return gap * client.config.contract_hours_per_week / 5


def office_days(moments: pd.Series, client: ClientData) -> pd.Series:
    """Return moments as working days of the client's calendar since the first of them, whole days."""
    days = moments.dropna().dt.normalize()
    if days.empty:
        return pd.Series(dtype=float)
    worked = client.calendar.dates(days.min().date(), days.max().date())
    return pd.Series(np.searchsorted(worked.to_numpy(), days.to_numpy()), index=days.index, dtype=float)


def _chasing(override: Override, parameter_set: ParameterSet) -> Override:
    """Keep chasing at its ratio to the partners' answer time: nobody chases within the usual time."""
    known = [path for path in DELAYS if path in override]
    if not known:
        return {}
    factor = float(np.mean([override[path][0] / parameter_set.value(path) for path in known]))
    source = texts.ratio_to(parameter_set[known[-1]])
    scaled = {path: parameter_set[path].within(parameter_set.value(path) * factor) for path in CHASING}
    return {path: measured(value, source, kind="assumption") for path, value in scaled.items()}


def cycle_override(client: ClientData, parameter_set: ParameterSet) -> Override:
    """Return the pause between follow-ups at which deals take as long as they do.

    Notes
    -----
    Mean office hours from opening to closing = waiting for partners + pause × mean number of pauses, where deals that
    lack access or deadline have more and longer ones. What is left out is the time in queues, which the moments step
    corrects. Fewer than 20 closed deals with both dates tell nothing.
    """
    days = cycle_days(client)
    if len(days) < ENOUGH_CASES:
        return {}
    day_h = client.config.contract_hours_per_week / 5
    mean, half = (number * day_h for number in mean_and_half(days))
    pauses = mean_pauses(parameter_set)
    if pauses <= 0:
        return {}
    rules = compile_rules(parameter_set, client.calendar.working_days_per_year / DAYS_PER_YEAR)
    bespoke = rules.orders[BESPOKE]
    share = parameter_set.value("orders.bespoke.share") * rules.opportunity.feasibility_share
    waiting_h = share * bespoke.partner_delay_h / (1 - bespoke.repeat_chance)
    pause_h = max(mean - waiting_h, 0.0) / pauses
    source = texts.joined(texts.counted(CYCLE, len(days), bilingual_numbers_of(client)), FOLLOW_UPS_ASSUMED)
    return {"opportunities.follow_up_every_h": measured(pause_h, source, half / pauses, "partly")}


def cycle_days(client: ClientData) -> pd.Series:
    """Return the working days from opening to closing of each closed opportunity with both dates."""
    if not client.has("opportunities"):
        return pd.Series(dtype=float)
    deals = client.table("opportunities")
    if not {"opened_on", "closed_on"} <= set(deals):
        return pd.Series(dtype=float)
    closed = deals[deals["stage"].isin(CLOSED) & deals["opened_on"].notna() & deals["closed_on"].notna()]
    days = (closed["closed_on"] - closed["opened_on"]).dt.days
    return days[days >= 0] * client.calendar.working_days_per_year / DAYS_PER_YEAR


def mean_pauses(parameter_set: ParameterSet) -> float:
    """Return the mean number of pauses of a deal, each weighted by its length relative to `follow_up_every_h`."""
    rule = compile_rules(parameter_set, 1.0).opportunity
    share = rule.flag_share
    chances = (share**2, 2 * share * (1 - share), (1 - share) ** 2)
    return sum(
        chance * (rule.follow_ups + missing * rule.drift_follow_ups) * rule.drift_delay_factor**missing
        for missing, chance in enumerate(chances)
    )
