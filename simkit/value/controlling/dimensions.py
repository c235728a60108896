"""What explains what customers bring, by sector, country, product or size, and what money paid to the sales staff brings in.

Shares of the variance only say which grouping tells customers apart; they say nothing about causes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Z_95
from simkit.foundation.frames import Floats, Whole
from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue

DRAWS = 200
RIDGE = 1e-9
LEAST_CUSTOMERS = 60
LEAST_IN_GROUP = 5
MOST_GROUPS = 25
KNOWN_SHARE = 0.5
"""A dimension that is known for fewer of the customers is not used (rule of this kit)."""
OTHERS = "others"
SIZES = (0.0, 50.0, 250.0, float("inf"))
SIZE_NAMES = ("< 50", "50–249", "≥ 250")
"""Size classes by employees of the European Commission (recommendation 2003/361/EC), small and micro as one."""

DIMENSIONS: Mapping[str, Text] = {
    "industry": Text(de="Branche", en="Industry"),
    "country": Text(de="Land", en="Country"),
    "region": Text(de="Region", en="Region"),
    "size_people": Text(de="Größe (Beschäftigte)", en="Size (employees)"),
    "technology": Text(de="Eingesetzte Technik", en="Technology in use"),
    "product": Text(de="Hauptprodukt der Angebote", en="Main product offered"),
    "order_class": Text(de="Hauptauftragsklasse", en="Main order class"),
}
FEW = Text(
    de="Es braucht mindestens {n} Kunden mit Umsatz und eine Einteilung, die für die Hälfte von ihnen bekannt ist.",
    en="It takes at least {n} customers with revenue and a grouping that is known for half of them.",
)


@dataclass(frozen=True, kw_only=True)
class MarginSplit:
    """What the dimensions explain."""

    customers: int
    """Customers with revenue behind it."""
    left_out: int
    """Customers with revenue whose groups are not all known."""
    outcomes: tuple[str, ...]
    """``contribution_amount`` (or ``revenue_amount`` without costs) and, with costs, ``contribution_share`` of
    revenue."""
    shares: pd.DataFrame
    """``outcome, level`` (a name of `DIMENSIONS`, or "rest": the single customer), ``groups, share, low, high``."""
    groups: pd.DataFrame
    """By dimension and group: ``dimension, group, customers, revenue_share, outcome_share, contribution_share``
    (missing without costs)."""


def margin_split(client: ClientData, value: CustomerValue, *, seed: int = 1) -> MarginSplit | Missing:
    """Split the differences in what customers bring by the dimensions that the tables have, or say why it cannot be done.

    Parameters
    ----------
    client : ClientData
        With customers, orders or opportunities that describe the customers.
    value : CustomerValue
        Revenue and contribution before service by customer; hours do not enter.

    Notes
    -----
    Every outcome becomes normal scores first (Φ⁻¹((rank − 0.5)/n), van der Waerden), so that a few giants do not decide.
    Groups under 5 customers are pooled. A customer whose group is not known in every dimension is left out, because
    "not known" is no group; a dimension that would leave out too many is left out instead, the least known first.
    """
    every = value.customers[value.customers["revenue_amount"] > 0].set_index("customer_id")
    groups = _known_together(groups_of(client, every.index))
    if len(groups) < LEAST_CUSTOMERS or groups.empty:
        return Missing(reason=FEW.fill(n=LEAST_CUSTOMERS))
    buyers = every.loc[groups.index]
    first = value.worth_column
    outcomes = {first: buyers[first]}
    if first == "contribution_amount":
        outcomes["contribution_share"] = buyers[first] / buyers["revenue_amount"]
    counts = {name: int(groups[name].nunique()) for name in groups}
    parts = [
        variance_shares(normal_scores(values), groups, seed=seed).assign(outcome=name)
        for name, values in outcomes.items()
    ]
    shares = pd.concat(parts, ignore_index=True)
    shares["groups"] = shares["level"].map(counts)
    return MarginSplit(
        customers=len(buyers),
        left_out=len(every) - len(buyers),
        outcomes=tuple(outcomes),
        shares=shares[["outcome", "level", "groups", "share", "low", "high"]],
        groups=pd.concat([_by_group(buyers, groups, str(name), first) for name in groups], ignore_index=True),
    )


def groups_of(client: ClientData, customers: pd.Index) -> pd.DataFrame:
    """Return the group of each customer in every dimension that is known well enough and divides them at all."""
    found = {}
    for name in DIMENSIONS:
        raw = _SOURCES.get(name, _of_customers)(client, name)
        if raw is None:
            continue
        known = raw.reindex(customers)
        if known.notna().mean() < KNOWN_SHARE:
            continue
        pooled = _pooled(known)
        if pooled.nunique() > 1:
            found[name] = pooled
    return pd.DataFrame(found, index=customers)


def _known_together(groups: pd.DataFrame) -> pd.DataFrame:
    """Return the customers whose groups are all known, without the dimensions for which that would be too few."""
    kept = groups
    while kept.shape[1] > 1 and kept.notna().all(axis=1).mean() < KNOWN_SHARE:
        kept = kept.drop(columns=kept.notna().mean().idxmin())
    complete = kept[kept.notna().all(axis=1)]
    return complete[[name for name in complete if complete[name].nunique() > 1]]


def _pooled(known: pd.Series) -> pd.Series:
    """Return the groups, small ones joined; missing where the group is not known, or too few are left over to be one."""
    counts = known.value_counts()
    large = counts[counts >= LEAST_IN_GROUP].head(MOST_GROUPS).index
    named = known.astype(object).where(known.isin(large) | known.isna(), OTHERS)
    return named.where((named != OTHERS) | ((named == OTHERS).sum() >= LEAST_IN_GROUP))


def _of_customers(client: ClientData, name: str) -> pd.Series | None:
    if not client.has("customers") or name not in client.table("customers"):
        return None
    table = client.table("customers").drop_duplicates("customer_id").set_index("customer_id")[name]
    return None if table.isna().all() else table


def _size(client: ClientData, name: str) -> pd.Series | None:
    people = _of_customers(client, name)
    if people is None:
        return None
    return pd.cut(people, SIZES, right=False, labels=SIZE_NAMES).astype(object)


def _main_of(table: str) -> Callable[[ClientData, str], pd.Series | None]:
    """Return a reader of the label under which a customer has the largest value in a table."""

    def read(client: ClientData, name: str) -> pd.Series | None:
        if not client.has(table) or not {name, "customer_id", "value_amount"} <= set(client.table(table).columns):
            return None
        rows = client.table(table).dropna(subset=[name, "customer_id", "value_amount"])
        sums = rows.groupby(["customer_id", name])["value_amount"].sum().reset_index()
        largest = sums.sort_values(["customer_id", "value_amount", name], kind="stable")
        found: pd.Series = largest.drop_duplicates("customer_id", keep="last").set_index("customer_id")[name]
        return None if found.empty else found

    return read


_SOURCES: Mapping[str, Callable[[ClientData, str], pd.Series | None]] = {
    "size_people": _size,
    "product": _main_of("opportunities"),
    "order_class": _main_of("orders"),
}


def normal_scores(values: pd.Series) -> pd.Series:
    """Return the normal scores of the ranks: Φ⁻¹((rank − 0.5)/n), ties sharing their mean rank."""
    from scipy.stats import norm

    ranks = (values.rank(method="average") - 0.5) / len(values)
    return pd.Series(norm.ppf(ranks), index=values.index)


def variance_shares(values: pd.Series, groups: pd.DataFrame, *, seed: int = 1, draws: int = DRAWS) -> pd.DataFrame:
    """Return the share of the variance that each grouping explains, with 95 % intervals.

    Parameters
    ----------
    values : pandas.Series
        One value per customer.
    groups : pandas.DataFrame
        One column per dimension; the groupings may cross or nest.
    seed, draws : int
        Random halves of the customers behind the intervals.

    Returns
    -------
    pandas.DataFrame
        ``level, share, low, high``; the last level is "rest": 1 less all that the dimensions explain together.

    Notes
    -----
    What a dimension adds to the adjusted R² of a linear model with group means, averaged over all orders in which the
    dimensions can enter (Shapley value; Lindeman, Merenda and Gold 1980; Grömping 2006, *J. Statistical Software* 17). The
    adjusted R² does not grow by the mere number of groups; where it falls below 0, the share is shown as 0. Interval: share
    ± 1.96 standard deviations over random halves of the customers (delete-half jackknife; Shao and Wu 1989, *Ann.
    Statist.* 17), because a bootstrap repeats customers and would find explanations in the repetition.
    """
    design = _Design.of(values, groups)
    everyone = np.ones(len(values))
    point = design.shares(everyone)
    random = stream(seed, -1, "value.dimensions")
    halves = np.array([random.permutation(len(values)) < len(values) // 2 for _ in range(draws)], dtype=float)
    spread = Z_95 * np.std([design.shares(half) for half in halves], axis=0)
    table = pd.DataFrame(
        {"level": [*groups.columns, "rest"], "share": point, "low": point - spread, "high": point + spread}
    )
    ends = ["share", "low", "high"]
    return table.assign(**table[ends].clip(lower=0.0, upper=1.0))


@dataclass(frozen=True)
class _Design:
    """The marks of all groups beside the mean, and the subsets of dimensions with their columns and ranks."""

    marks: Floats
    values: Floats
    subsets: tuple[tuple[int, ...], ...]
    columns: tuple[Whole, ...]
    ranks: tuple[int, ...]

    @staticmethod
    def of(values: pd.Series, groups: pd.DataFrame) -> _Design:
        parts = [pd.get_dummies(groups[name].astype(str)).to_numpy(dtype=float)[:, 1:] for name in groups]
        marks = np.hstack([np.ones((len(values), 1)), *parts])
        block = np.repeat(np.arange(-1, len(parts)), [1, *(part.shape[1] for part in parts)])
        places = range(len(parts))
        subsets = tuple(one for size in range(len(parts) + 1) for one in combinations(places, size))
        columns = tuple(np.flatnonzero(np.isin(block, (-1, *one))) for one in subsets)
        ranks = tuple(int(np.linalg.matrix_rank(marks[:, chosen])) for chosen in columns)
        return _Design(marks, values.to_numpy(dtype=float), subsets, columns, ranks)

    def shares(self, counted: Floats) -> Floats:
        """Return the Shapley value of each dimension in the adjusted R², and the rest, for customers counted 0 or 1."""
        explained = self._adjusted(counted)
        number = len(self.subsets[-1])
        found = np.zeros(number + 1)
        for place in range(number):
            for without, value in explained.items():
                if place not in without:
                    weight = factorial(len(without)) * factorial(number - len(without) - 1) / factorial(number)
                    found[place] += weight * (explained[tuple(sorted((*without, place)))] - value)
        found[-1] = 1.0 - explained[self.subsets[-1]]
        return found

    def _adjusted(self, counted: Floats) -> dict[tuple[int, ...], float]:
        """Return the adjusted R² of every subset of dimensions."""
        size = float(counted.sum())
        weighted = self.marks * counted[:, None]
        products = np.einsum("ni,nj->ij", weighted, self.marks)  # too small for the threads of a matrix product to pay
        sums = weighted.T @ self.values
        total = float(counted @ self.values**2) - float(sums[0]) ** 2 / size
        found = {}
        for subset, chosen, rank in zip(self.subsets, self.columns, self.ranks, strict=True):
            square = products[np.ix_(chosen, chosen)] + RIDGE * size * np.eye(
                len(chosen)
            )  # nested groups share columns
            fitted = float(sums[chosen] @ np.linalg.solve(square, sums[chosen])) - float(sums[0]) ** 2 / size
            found[subset] = 1.0 - (1.0 - fitted / total) * (size - 1) / (size - rank)
        return found


def _by_group(buyers: pd.DataFrame, groups: pd.DataFrame, dimension: str, outcome: str) -> pd.DataFrame:
    """Return the groups of one dimension with their shares of revenue and outcome, the largest first."""
    by_group = buyers.groupby(groups[dimension])
    revenue, worth = by_group["revenue_amount"].sum(), by_group[outcome].sum()
    table = pd.DataFrame(
        {
            "customers": by_group.size(),
            "revenue_share": revenue / revenue.sum(),
            "outcome_share": worth / worth.sum() if worth.sum() > 0 else float("nan"),
            "contribution_share": worth / revenue if outcome == "contribution_amount" else float("nan"),
        }
    )
    ordered = table.sort_values("revenue_share", ascending=False, kind="stable")
    return ordered.rename_axis("group").reset_index().assign(dimension=dimension)


@dataclass(frozen=True, kw_only=True)
class SalesEfficiency:
    """Revenue and contribution per unit of staff cost."""

    gross: float
    """Revenue per year ÷ staff cost per year."""
    net: float | None
    """Contribution before service per year ÷ staff cost per year; None without costs of orders."""
    people: int
    """People behind the staff cost."""


def sales_efficiency(client: ClientData, value: CustomerValue) -> SalesEfficiency | None:
    """Return the efficiency ratio of the staff on board at the end of the period.

    Returns
    -------
    SalesEfficiency or None
        None when the cost of fewer people than the minimum group is known, or of fewer than half of them.

    Notes
    -----
    Where some costs are missing, the mean of the others stands in. Cost is that of the employees listed, without marketing,
    tools and travel, so the ratio is larger than one that counts these.
    """
    if not client.has("employees") or "cost_amount" not in client.table("employees"):
        return None
    staff = client.table("employees")
    if "left_on" in staff:
        staff = staff[staff["left_on"].isna() | (staff["left_on"] > pd.Timestamp(client.last))]
    cost = staff["cost_amount"]
    if cost.notna().sum() < client.config.privacy.minimum_group or cost.notna().mean() < 0.5:
        return None
    paid = float(cost.mean()) * len(staff) * period_years(client)
    if not paid > 0:
        return None
    customers = value.customers
    net = float(customers["contribution_amount"].sum()) / paid if "contribution_amount" in customers else None
    return SalesEfficiency(gross=float(customers["revenue_amount"].sum()) / paid, net=net, people=len(staff))
