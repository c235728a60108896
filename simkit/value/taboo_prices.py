"""What it costs that some customers must not be touched: the hours they bind, times what an hour would bring elsewhere."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text, did_you_mean

BINDING = ("everything", "service", "channel")
"""What is protected such that hours stay where they are; a contact person or a price binds none."""


def taboo_prices(
    taboos: pd.DataFrame, customers: pd.DataFrame, level_h: pd.Series, price_amount: float
) -> pd.DataFrame:
    """Return the hours that each taboo binds and its price.

    Parameters
    ----------
    taboos : pandas.DataFrame
        ``customer_id, protection``.
    customers : pandas.DataFrame
        Index ``customer_id``; ``segment, hours_h`` (a year) and ``withheld``.
    level_h : pandas.Series
        Hours a year and customer that the service level of each segment gives, by segment.
    price_amount : float
        What one more hour brings elsewhere, at the best split.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, protection, bound_h, price_amount``, dearest first; hours and price missing where the customer's
        hours are withheld.

    Raises
    ------
    ConfigError
        A taboo names a customer that is not in the data.

    Notes
    -----
    Bound are the hours of today above the service level of the customer's segment. The price is the shadow price of an
    hour times these hours: an upper limit, since the hours bring something where they are, too.
    """
    hours, withheld = customers["hours_h"].to_dict(), customers["withheld"].to_dict()
    planned = customers["segment"].map(level_h).to_dict()
    rows = []
    for _, taboo in taboos.drop_duplicates(["customer_id", "protection"]).iterrows():
        name = str(taboo["customer_id"])
        if name not in customers.index:
            raise ConfigError(
                Text(
                    de="Ein Tabu nennt einen Kunden, den es nicht gibt: '{name}'.",
                    en="A taboo names a customer who does not exist: '{name}'.",
                ).fill(name=name),
                "client.yaml: service_levels.taboos",
                did_you_mean(name, map(str, customers.index)),
            )
        bound = 0.0
        if taboo["protection"] in BINDING:
            bound = float("nan") if withheld[name] else max(0.0, hours[name] - planned[name])
        row = {"customer_id": name, "protection": taboo["protection"], "bound_h": bound}
        rows.append(row | {"price_amount": bound * price_amount})
    table = pd.DataFrame(rows, columns=["customer_id", "protection", "bound_h", "price_amount"])
    return table.sort_values("price_amount", ascending=False, kind="stable", ignore_index=True)
