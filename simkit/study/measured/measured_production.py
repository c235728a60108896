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

AFTERWARDS = 0.1  # of orders with service after delivery: then service on an order is no confirmation
CONFIRMED = Text(de="Bestätigung bis Lieferung", en="confirmation to delivery")


def production_override(client: ClientData) -> Override:
    """Return mean and spread of the time of production and delivery by class, working days.

    Parameters
    ----------
    client : ClientData
        With orders that name their delivery, and a log that names orders.

    Notes
    -----
    Confirmation, the last work of sales in the model, is logged as service on an order. Working days from an order's last
    such entry to its delivery: mean with its t-interval, coefficient of variation with ± 1.96 × cv √((1/2 + cv²) / n) (delta
    method, normal). Orders whose confirmation was not written down are left out. Fewer than 20 orders of a class tell
    nothing, nor does a class where more than a tenth of the orders had service after delivery.
    """
    gaps = _days_after_confirmation(client)
    override: Override = {}
    for name in CLASSES:
        days = gaps.loc[gaps["order_class"] == name, "days"]
        if len(days) < ENOUGH_CASES or (days < 0).mean() > AFTERWARDS:
            continue
        days = days[days >= 0]
        mean, half = mean_and_half(days)
        source = texts.joined(texts.counted(texts.BY_ORDER, len(days), bilingual_numbers_of(client)), CONFIRMED)
        override[f"orders.{name}.production_days"] = measured(mean, source, half)
        if mean > 0:
            cv = float(days.std(ddof=1)) / mean
            half = Z95 * cv * float(np.sqrt((0.5 + cv**2) / len(days)))
            override[f"orders.{name}.production_cv"] = measured(cv, source, half)
    return override


def _days_after_confirmation(client: ClientData) -> pd.DataFrame:
    """Return order_class, and working days from the last service on an order to its delivery, of each order with both."""
    none = pd.DataFrame({"order_class": [], "days": []})
    if not (client.has("activities") and client.has("orders")):
        return none
    log, orders = client.table("activities"), period_orders(client)
    if not {"case_id", "activity", "started_at"} <= set(log) or "delivered_on" not in orders:
        return none
    confirmed = select(log, activity="service").dropna(subset=["case_id", "started_at"])
    last = confirmed.groupby("case_id")["started_at"].max()
    done = orders[orders["delivered_on"].notna()].assign(confirmed=lambda rows: rows["order_id"].map(last))
    done = done.dropna(subset=["confirmed"])
    if done.empty:
        return none
    days = working_days_between(done["confirmed"], done["delivered_on"], client)
    return pd.DataFrame({"order_class": done["order_class"].to_numpy(), "days": days})
