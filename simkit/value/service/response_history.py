"""How orders have answered to contacts, where a history of both allows to see it: an elasticity with its interval.

What is seen in a history is no experiment: who calls where orders are expected finds an effect that is none, and what takes
longer than a quarter is not seen. So it is shown beside the assumption, and takes its place only where client.yaml says so
(``response: {from_history: true}``).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

ENOUGH_CUSTOMERS = 30
ENOUGH_QUARTERS = 5
QUIET = pd.Timedelta(days=14)
"""A log that begins or ends with the holidays covers its quarter all the same."""
SAME = 1e-12


@dataclass(frozen=True, kw_only=True)
class History:
    """What a history tells of the customers' response."""

    elasticity: Estimate
    """Relative change of orders per relative change of contacts."""
    customers: int
    quarters: int
    """Size of the panel: customers with orders and contacts, and quarters whose orders are held against the contacts of the
    one before (whole ones of period and log, without the first)."""

    @property
    def usable(self) -> bool:
        """Whether the interval leaves 0 out and the elasticity is one of diminishing returns."""
        return self.elasticity.low > 0 and self.elasticity.value < 1


def adopted(client: ClientData, history: History | None) -> History | None:
    """Return a history that takes the place of the assumption: it is usable, and client.yaml asks for it; else None."""
    return history if client.config.response.from_history and history is not None and history.usable else None


def response_history(client: ClientData) -> History | None:
    """Return the elasticity of orders to contacts in the quarter before; None where the history is too thin.

    Parameters
    ----------
    client : ClientData
        With orders, and a log whose entries of care name customers and times; entries of fewer people than the minimum
        group say nothing.

    Notes
    -----
    Poisson regression (statsmodels) of a customer's orders in a quarter on ln(1 + contacts in the quarter before) minus
    the customer's own mean of it, on that mean, and on the quarter (Mundlak 1978), with errors clustered by customer.
    The coefficient of 1 + contacts is turned into one of contacts at the mean: β · c̄ / (1 + c̄). At least 30 customers
    with contacts and orders and 5 quarters are needed. Caveat: who calls where orders are expected finds an effect
    that is none, and a contact whose effect takes longer than a quarter is not seen; ``benchmarks/promises.py``
    shows by how much.
    """
    panel = order_panel(client)
    if (
        panel is None
        or panel["customer_id"].nunique() < ENOUGH_CUSTOMERS
        or panel["quarter"].nunique() < ENOUGH_QUARTERS
    ):
        return None
    estimate = panel_elasticity(panel)
    if estimate is None:
        return None
    return History(
        elasticity=estimate,
        customers=int(panel["customer_id"].nunique()),
        quarters=int(panel["quarter"].nunique()),
    )


def order_panel(client: ClientData) -> pd.DataFrame | None:
    """Return one row per customer and quarter but the first: customer_id, quarter, orders, contacts of the quarter before.

    Customers with at least one order and one contact, and whole quarters of period and log: where nothing was logged nobody
    knows of contacts. None where log or orders do not tell.
    """
    if not (client.has("orders") and client.has("activities")):
        return None
    log = client.table("activities")
    if not {"customer_id", "started_at", "activity"} <= set(log):
        return None
    care = log[(log["activity"] == "care") & log["customer_id"].notna() & log["started_at"].notna()]
    if "employee_id" in care and 0 < care["employee_id"].nunique() < client.config.privacy.minimum_group:
        return None
    orders = client.table("orders")
    orders = orders[orders["ordered_on"].between(pd.Timestamp(client.first), pd.Timestamp(client.last))]
    orders = orders[orders["customer_id"].notna() & ~(orders["value_amount"] < 0)]  # a credit note is no order
    both = sorted(set(care["customer_id"]) & set(orders["customer_id"]))
    quarters = _whole_quarters(client, log["started_at"].dropna())
    if not both or len(quarters) < 2:
        return None
    ordered = _by_quarter(orders["customer_id"], orders["ordered_on"], both, quarters)
    contacts = _by_quarter(care["customer_id"], care["started_at"], both, quarters)
    rows = {
        "customer_id": np.repeat(both, len(quarters) - 1),
        "quarter": np.tile(np.arange(1, len(quarters)), len(both)),
        "orders": ordered[:, 1:].ravel(),
        "contacts": contacts[:, :-1].ravel(),
    }
    return pd.DataFrame(rows)


def _whole_quarters(client: ClientData, logged: pd.Series) -> pd.PeriodIndex:
    if logged.empty:
        return pd.PeriodIndex([], freq="Q")
    first = max(pd.Timestamp(client.first), logged.min().normalize() - QUIET)
    last = min(pd.Timestamp(client.last), logged.max().normalize() + QUIET)
    quarters = pd.period_range(first, last, freq="Q")
    whole: pd.PeriodIndex = quarters[(quarters.start_time >= first) & (quarters.end_time.normalize() <= last)]
    return whole


def _by_quarter(customer: pd.Series, day: pd.Series, ids: list[str], quarters: pd.PeriodIndex) -> np.ndarray:
    frame = pd.DataFrame({"customer": customer, "quarter": day.dt.to_period("Q")}).dropna()
    table = frame.groupby(["customer", "quarter"]).size().unstack(fill_value=0)
    found: np.ndarray = table.reindex(index=ids, columns=quarters, fill_value=0).to_numpy(dtype=float)
    return found


def panel_elasticity(panel: pd.DataFrame) -> Estimate | None:
    """Return the elasticity of orders to contacts in a panel (`order_panel`), with its 95 % interval.

    None where contacts are the same in all quarters of each customer, or orders leave nothing to chance.
    """
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    contact = np.log1p(panel["contacts"])
    own = contact.groupby(panel["customer_id"]).transform("mean")
    quarters = pd.get_dummies(panel["quarter"], prefix="q", drop_first=True, dtype=float)
    if (contact - own).abs().max() < SAME:
        return None
    design = pd.DataFrame({"one": 1.0, "within": contact - own, "between": own}).join(quarters)
    clusters = pd.factorize(panel["customer_id"])[0]
    model = sm.GLM(panel["orders"], design, family=sm.families.Poisson())
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            fit = model.fit(cov_type="cluster", cov_kwds={"groups": clusters})
        except PerfectSeparationWarning:
            return None
    mean = float(panel["contacts"].mean())
    scale = mean / (1 + mean)
    low, high = (scale * float(end) for end in fit.conf_int().loc["within"])
    return Estimate(value=scale * float(fit.params["within"]), low=low, high=high)
