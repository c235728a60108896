"""What the participants of a workshop want each segment to get, and what it costs that some customers must not be touched.

Service levels, response curves and the list of what ends are built on these tables; ``people`` says how many stand behind a
row, and a row that rests on fewer than five is not to be shown.
"""

from __future__ import annotations

import pandas as pd

from simkit.foundation.errors import ConfigError
from simkit.foundation.frames import select
from simkit.foundation.text import Text, did_you_mean
from simkit.intake.privacy.disclosure import FEWEST_WRITERS
from simkit.intake.workshop.workshop_results import Workshop

NUMBERS = ("contacts_per_year", "response_h")
CHOICES = ("channel", "bespoke", "price_policy")
RESPONSES = ("sales_at_none", "sales_at_half", "sales_at_more", "sales_at_most", "saturation_effort")


def agreed_services(workshop: Workshop) -> pd.DataFrame:
    """Return the service level of each segment.

    Returns
    -------
    pandas.DataFrame
        ``segment, people``, medians ``contacts_per_year, response_h`` (working hours), the most frequent ``channel,
        bespoke, price_policy`` (of equally frequent ones the first in alphabetical order) and their shares of the
        answers ``channel_share, bespoke_share, price_policy_share``.
    """
    rows = []
    for segment, given in workshop.frame("services").groupby("segment", sort=True):
        row: dict[str, object] = {"segment": segment, "people": given["participant"].nunique()}
        row |= {name: given[name].median() for name in NUMBERS}
        for name in CHOICES:
            shares = given[name].value_counts(normalize=True)
            first = sorted(shares[shares == shares.max()].index)[:1] if len(shares) else []
            row |= {name: first[0] if first else None, f"{name}_share": shares.max() if first else float("nan")}
        rows.append(row)
    columns = ["segment", "people", *NUMBERS, *CHOICES, *(f"{name}_share" for name in CHOICES)]
    return pd.DataFrame(rows, columns=columns)


def agreed_responses(workshop: Workshop) -> pd.DataFrame:
    """Return the points of the response curve of each segment.

    Returns
    -------
    pandas.DataFrame
        ``segment, people`` and medians in per cent of today: ``sales_at_none`` (no care), ``sales_at_half``,
        ``sales_at_more`` (one and a half times the care), ``sales_at_most`` (any amount) and ``saturation_effort`` (care
        from which more brings nothing).
    """
    given = workshop.frame("responses").groupby("segment", sort=True)
    people = given["participant"].nunique().rename("people")
    return pd.concat([people, given[list(RESPONSES)].median()], axis=1).reset_index()


def agreed_offers(workshop: Workshop) -> pd.DataFrame:
    """Return what fits each segment and what ends there, most named first.

    Returns
    -------
    pandas.DataFrame
        ``segment, kind`` ("offers" or "stops"), ``offer`` in the words of whoever wrote it first, ``people`` who named it;
        the same words in other case count as one, and those that one person alone wrote are left out.
    """
    offers = workshop.frame("offers")
    folded = offers.assign(folded=offers["offer"].str.casefold())
    grouped = folded.groupby(["segment", "kind", "folded"], sort=True)
    table = grouped.agg(offer=("offer", "first"), people=("participant", "nunique")).reset_index()
    order = ["segment", "kind", "people", "offer"]
    table = table.sort_values(order, ascending=[True, True, False, True], ignore_index=True)
    return table.loc[table["people"] >= FEWEST_WRITERS, ["segment", "kind", "offer", "people"]].reset_index(drop=True)


def lone_offers(workshop: Workshop) -> pd.Series:
    """Return how many offers are not quoted because one person alone wrote them, by ``segment, kind``."""
    offers = workshop.frame("offers")
    groups = [offers["segment"], offers["kind"]]
    writers = offers["participant"].groupby([*groups, offers["offer"].str.casefold()]).transform("nunique")
    lone: pd.Series = (~(writers >= FEWEST_WRITERS)).groupby(groups).sum()
    return lone


def protected_customers(workshop: Workshop) -> pd.DataFrame:
    """Return the customers that must not be touched: ``customer_id, protection``."""
    taboos = workshop.frame("taboos")
    chosen = select(taboos, kind="customer").rename(columns={"subject": "customer_id"})
    return chosen[["customer_id", "protection"]].reset_index(drop=True)


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
        Index ``customer_id``; ``segment, hours_h`` (per year) and ``withheld``.
    level_h : pandas.Series
        Hours per year and customer that the service level of each segment gives, by segment.
    price_amount : float
        What one more hour brings elsewhere, at the best split.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, protection, bound_h, price_amount``, dearest first; hours and price missing where the customer's
        hours are withheld or its segment is not known.

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
            unknown = withheld[name] or planned[name] != planned[name]
            bound = float("nan") if unknown else max(0.0, hours[name] - planned[name])
        row = {"customer_id": name, "protection": taboo["protection"], "bound_h": bound}
        rows.append(row | {"price_amount": bound * price_amount})
    table = pd.DataFrame(rows, columns=["customer_id", "protection", "bound_h", "price_amount"])
    return table.sort_values("price_amount", ascending=False, kind="stable", ignore_index=True)
