"""How far an elasticity read off the past is from the truth: with carry-over, without any effect, and where sellers chase demand.

`lines()` returns it for `benchmarks/promises.py`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from made_coverage import share

from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream
from simkit.value.service.response_history import panel_elasticity

CUSTOMERS, QUARTERS = 200, 8
CARRIED_SHARE = 0.4
"""Share of the effect of care that is left from the quarter before the last."""
FIRMS = (
    ("elasticity 0.25, contacts by chance", 0.25, False),
    ("no effect, contacts by chance", 0.0, False),
    ("no effect, sellers call where business picks up", 0.0, True),
)


def panel(elasticity: float, *, chasing: bool, seed: int, firm: int) -> pd.DataFrame:
    """Return customers and quarters as `simkit.value.service.response_history.order_panel` does, of an invented firm.

    Parameters
    ----------
    elasticity : float
        Of a customer's orders to its care, which is six tenths last quarter's contacts and four tenths those before.
    chasing : bool
        Whether a customer's demand wanders and contacts follow it in the same quarter; the orders of the next quarter are
        then high because demand still is.
    """
    random = stream(seed, firm, f"benchmarks.response_bias.{elasticity}.{chasing}")
    orders = 3 * random.lognormal(0.0, 0.6, (CUSTOMERS, 1))
    contacts = 2 * random.lognormal(0.0, 0.5, (CUSTOMERS, 1))
    demand: Floats = np.ones((CUSTOMERS, QUARTERS))
    if chasing:
        demand = np.exp(np.cumsum(random.normal(0.0, 0.25, (CUSTOMERS, QUARTERS)), axis=1))
    wish = demand if chasing else np.exp(random.normal(0.0, 0.4, (CUSTOMERS, QUARTERS)))
    made = random.poisson(contacts * wish)
    relative = made / contacts
    last = relative[:, :-1]
    before = np.concatenate([np.ones((CUSTOMERS, 1)), relative[:, :-2]], axis=1)
    care = np.maximum((1 - CARRIED_SHARE) * last + CARRIED_SHARE * before, 0.05)
    placed = random.poisson(orders * demand[:, 1:] * care**elasticity)
    return pd.DataFrame(
        {
            "customer_id": np.repeat([f"K{n}" for n in range(CUSTOMERS)], QUARTERS - 1),
            "quarter": np.tile(np.arange(1, QUARTERS), CUSTOMERS),
            "orders": placed.ravel(),
            "contacts": made[:, :-1].ravel(),
        }
    )


def lines(firms: int = 40, seed: int = 1) -> list[str]:
    """Return mean estimate, coverage of the interval and how often it leaves 0 out, as lines to print."""
    told = [
        f"elasticity from the past, {firms} firms of {CUSTOMERS} customers and {QUARTERS} quarters each (seed {seed}; in "
        "brackets Clopper and Pearson's interval)"
    ]
    for label, true, chasing in FIRMS:
        made = (panel(true, chasing=chasing, seed=seed, firm=firm) for firm in range(firms))
        found = [estimate for one in made if (estimate := panel_elasticity(one)) is not None]
        mean = np.mean([one.value for one in found])
        width = np.mean([one.high - one.low for one in found])
        covers = share([one.low <= true <= one.high for one in found])
        clear = share([one.low > 0 for one in found])
        told.append(
            f"  {label}: estimate {mean:.3f} on average, interval {width:.3f} wide, holds the truth in {covers}, "
            f"lies above 0 in {clear}"
        )
    return told
