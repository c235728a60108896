"""Hours by customer without a view of single people: what too few people stand behind is withheld.

Hours, the cost of these hours and whatever gives them by subtraction (the margin after service beside the contribution
before it, the service index) are shown for one customer only if the minimum group of distinct people logged time on it.
A log that names no people at all can be traced to nobody; nothing is withheld then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from simkit.foundation.text import Text
from simkit.intake.findings import Assumption
from simkit.intake.privacy.disclosure import effective_people, people_in

HOURS_COLUMNS = ("hours_h", "service_cost_amount", "margin_amount", "service_index", "factor_margin")
"""Columns of a customer that are hours or give them by subtraction."""
GROUP_COLUMNS = ("hours_share", "hours_h", "hours_per_customer_h", "index", "low", "high")
"""The same of a group of customers."""

TOPIC = Text(de="Stunden je Kunde", en="Hours by customer")
FEW_ON_CUSTOMER = Text(
    de="Ein Strich bei Stunden, Betreuungskosten, Index und Deckungsbeitrag danach heißt: Auf den Kunden haben weniger "
    "als {minimum} Personen Stunden gebucht, oder seine Stunden ließen sich sonst durch Abziehen errechnen.",
    en="A dash under hours, cost to serve, index and margin after it means: fewer than {minimum} people logged time on "
    "the customer, or its hours could otherwise be derived by subtraction.",
)


def people_behind(people: pd.DataFrame, customers: Iterable[str]) -> int:
    """Return how many distinct people logged time on any of the customers; one where one person has over 80 % of the hours.

    Parameters
    ----------
    people : pandas.DataFrame
        ``customer_id, employee_id, hours_h``, one row per customer and person.
    customers : iterable of str
        Ids.
    """
    wanted = customers if isinstance(customers, pd.Series) else list(customers)
    rows = people[people["customer_id"].isin(wanted)]
    return effective_people(rows.groupby("employee_id")["hours_h"].sum())


def withheld_customers(
    customers: pd.DataFrame, people: pd.DataFrame | None, minimum: int, group_by: Sequence[str] = ()
) -> pd.Series:
    """Say of which customers the hours are withheld.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``customer_id, segment``.
    people : pandas.DataFrame or None
        ``customer_id, employee_id, hours_h``, one row per customer and person; None when the log names no people.
    minimum : int
        Least number of distinct people behind a figure.
    group_by : sequence of str
        Columns of `customers` by whose groups hours are shown somewhere, beside the segment.

    Returns
    -------
    pandas.Series
        Flags, with the index of `customers`.

    Notes
    -----
    A group's total minus its customers shown leaves the withheld ones together. Where fewer people than the minimum
    stand behind that remainder, or one has over 80 % of it, the customer with the next fewest people is withheld too: by
    segment, by every other grouping that is shown, with its small groups pooled as they are shown, and over all customers,
    again until nothing more has to go.
    """
    if people is None:
        return pd.Series(False, index=customers.index)
    number = customers["customer_id"].map(people_in(people, ["customer_id"])).fillna(0)
    hidden = number < minimum
    by_id = customers.set_index("customer_id")
    shown = [name for name in group_by if name in customers]
    pooled = [pooled_groups(by_id[name].dropna().astype(object), people, minimum).isna() for name in shown]
    groupings = [
        *(customers[name].astype(object).fillna("") for name in ("segment", *shown) if name in customers),
        *(customers["customer_id"].map(one).astype(object).fillna("") for one in pooled),
        pd.Series("", index=customers.index),
    ]
    before = -1
    while before != (before := int(hidden.sum())):
        for groups in groupings:
            for group in groups.unique():
                _hide_remainder(hidden, groups == group, customers["customer_id"], number, people, minimum)
    return hidden


def pooled_groups(groups: pd.Series, people: pd.DataFrame, minimum: int) -> pd.Series:
    """Return groups of customers with those missing that too few people have hours on: they are shown together.

    Parameters
    ----------
    groups : pandas.Series
        Group by customer id, those of customers whose group is known.
    people, minimum
        As in `withheld_customers`.
    """
    names = groups.unique()
    behind = {name: people_behind(people, groups.index[groups == name]) for name in names}
    pool = [name for name, number in behind.items() if number < minimum]
    for name in sorted(names, key=lambda n: (behind[n], str(n))):
        pooled = groups.index[groups.isin(pool)]
        if not len(pooled) or people_behind(people, pooled) >= minimum:
            break
        if name not in pool:
            pool.append(name)
    return groups.mask(groups.isin(pool))


def _hide_remainder(
    hidden: pd.Series, inside: pd.Series, ids: pd.Series, number: pd.Series, people: pd.DataFrame, minimum: int
) -> None:
    """Withhold further customers of a group until enough people stand behind those withheld together."""
    while 0 < people_behind(people, ids[inside & hidden]) < minimum:
        left = number[inside & ~hidden]
        if left.empty:
            return
        hidden[hidden.index == left.idxmin()] = True


def without_hours(customers: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    """Return the customers with the hours, and what gives them away, missing where they are withheld.

    The factor of the margin stays where it is no other than the contribution, because no cost of hours is in it.
    """
    if "hours_h" not in customers:
        return customers
    priced = "service_cost_amount" in customers
    names = [name for name in HOURS_COLUMNS if name in customers and (priced or "margin" not in name)]
    return customers.assign(**{name: customers[name].mask(hidden) for name in names})


def safe_groups(
    effort: pd.DataFrame, customers: pd.DataFrame, groups: pd.Series, people: pd.DataFrame | None, minimum: int
) -> pd.DataFrame:
    """Return effort by group of customers, without any hours when one of the groups has too few people behind it.

    Parameters
    ----------
    effort : pandas.DataFrame
        Result of `simkit.value.customers.effort_value.effort_by`.
    customers : pandas.DataFrame
        ``customer_id``.
    groups : pandas.Series
        Group of each customer.
    people, minimum
        As in `withheld_customers`.

    Notes
    -----
    The shares of all groups add up to one, so hiding a single group would hide nothing.
    """
    if people is None:
        return effort
    group_of = pd.Series(groups.reindex(customers.index).to_numpy(), index=customers["customer_id"])
    behind = people_in(people.assign(group=people["customer_id"].map(group_of)), ["group"])
    if not behind.between(1, minimum - 1).any():
        return effort
    return effort.assign(**dict.fromkeys(GROUP_COLUMNS, float("nan")), verdict="unknown")


def losses_may_show(customers: pd.DataFrame, people: pd.DataFrame | None, minimum: int) -> bool:
    """Say whether the sum of what customers lose after service rests on enough people, or on no logged hours at all."""
    if people is None or "service_cost_amount" not in customers:
        return True
    number = people_behind(people, customers.loc[customers["margin_amount"] < 0, "customer_id"])
    return number == 0 or number >= minimum


def too_few_logged(number: int, minimum: int) -> Assumption:
    """Return the note that hours are not used at all, because too few people logged time on customers."""
    return Assumption(
        topic=TOPIC,
        value=Text(de="nicht ausgewertet", en="not used"),
        reason=Text(
            de="{number} Personen haben Zeit auf Kunden gebucht; Stunden werden erst ab {minimum} Personen gezeigt",
            en="people who logged time on customers: {number}; hours are shown from {minimum} people on",
        ).fill(number=number, minimum=minimum),
    )


def some_withheld(number: int, minimum: int) -> tuple[Assumption, ...]:
    """Return the note on the customers whose hours are withheld; empty when there are none."""
    if not number:
        return ()
    value = Text(de="bei {number} Kunden nicht gezeigt", en="not shown for {number} customers").fill(number=number)
    return (Assumption(topic=TOPIC, value=value, reason=FEW_ON_CUSTOMER.fill(minimum=minimum)),)


LOSSES_WITHHELD = Assumption(
    topic=Text(de="Verlust nach Betreuungskosten", en="Losses after cost to serve"),
    value=Text(de="nicht gezeigt", en="not shown"),
    reason=Text(
        de="auf die Kunden mit Verlust haben zu wenige Personen Stunden gebucht",
        en="too few people logged time on the customers at a loss",
    ),
)
