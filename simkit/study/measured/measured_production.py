"""How long production and delivery take: the time from the last work of sales on an order to its delivery.

Without it the lead time would be answers of partners alone, round by round, and would spread as rounds do; what production takes
is the same however often an order was coordinated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.model.specification.model_parameters import CLASSES
from simkit.study import bilingual_texts as texts
from simkit.study.measured.client_inputs import period_orders
from simkit.study.measured.demand_level import ENOUGH_CASES, Z95
from simkit.study.measured.measured_demand import (
    Override,
    bilingual_numbers_of,
    mean_and_half,
    measured,
    working_days_between,
)

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.study.measured.rates import LoggedShare

LAST_WORK = Text(de="letzter Eintrag bis Lieferung", en="last entry to delivery")


def production_override(client: ClientData, coverage: LoggedShare, rounds: Override) -> Override:
    """Return mean and spread of the time of production and delivery by class, working days.

    Parameters
    ----------
    client : ClientData
        With orders that name their delivery, and a log that names orders.
    coverage : LoggedShare
        How much of the work was written down.
    rounds : dict
        Result of :func:`simkit.study.measured.measured_rounds.rounds_override`: the time between the entries of an order.

    Notes
    -----
    Working days from an order's last entry up to the day of delivery to that day: mean m with its t-interval, coefficient of
    variation with ± 1.96 × cv √((1/2 + cv²) / n) (delta method, normal). What was not written down may have come after that
    entry: with a share κ logged, (1 − κ) ÷ κ entries are expected to, each a partner's answer time g later, so production takes
    m − g (1 − κ) ÷ κ, at least 0. Fewer than 20 orders of a class tell nothing.
    """
    gaps = _days_after_work(client)
    override: Override = {}
    for name in CLASSES:
        days = select(gaps, order_class=name)["days"]
        if len(days) < ENOUGH_CASES:
            continue
        mean, half = mean_and_half(days)
        delay_h = rounds.get(f"orders.{name}.partner_delay_h", (0.0,))[0]
        unwritten = (1 - coverage.share) / coverage.share * delay_h * 5 / client.config.contract_hours_per_week
        source = texts.joined(texts.counted(texts.BY_ORDER, len(days), bilingual_numbers_of(client)), LAST_WORK)
        override[f"orders.{name}.production_days"] = measured(max(mean - unwritten, 0.0), source, half)
        if mean > 0:
            cv = float(days.std(ddof=1)) / mean
            half = Z95 * cv * float(np.sqrt((0.5 + cv**2) / len(days)))
            override[f"orders.{name}.production_cv"] = measured(cv, source, half)
    return override


def _days_after_work(client: ClientData) -> pd.DataFrame:
    """Return order_class, and working days from the last work on an order to its delivery, of each order with both."""
    none = pd.DataFrame({"order_class": [], "days": []})
    if not (client.has("activities") and client.has("orders")):
        return none
    log, orders = client.table("activities"), period_orders(client)
    if not {"case_id", "started_at"} <= set(log) or "delivered_on" not in orders:
        return none
    worked = log[["case_id", "started_at"]].dropna()
    done = orders.loc[orders["delivered_on"].notna(), ["order_id", "order_class", "delivered_on"]]
    both = worked.merge(done, left_on="case_id", right_on="order_id")
    both = both[both["started_at"].dt.normalize() <= both["delivered_on"]]
    last = both.groupby("order_id").agg(
        order_class=("order_class", "first"), delivered_on=("delivered_on", "first"), started_at=("started_at", "max")
    )
    if last.empty:
        return none
    days = working_days_between(last["started_at"], last["delivered_on"], client)
    return pd.DataFrame({"order_class": last["order_class"].to_numpy(), "days": days})
