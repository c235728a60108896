"""The lifetime value of every customer in one result, each kind of customer by its own method.

Horizon and discount are assumptions; every method tells how well it met a part of the history that was kept from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import both_ways
from simkit.foundation.frames import Floats, Singles
from simkit.foundation.text import Text
from simkit.intake.findings import Assumption
from simkit.value.customer_revenue import MissingCost, Turnover, all_customers, purchases_of, turnover_of
from simkit.value.lifetime.contracts import ContractCustomers, contract_customers
from simkit.value.lifetime.histories import posted_monthly, purchase_days
from simkit.value.lifetime.holdout import HoldOut
from simkit.value.lifetime.kinds import KINDS, LEVEL, LifetimeRules, kinds_of
from simkit.value.lifetime.projects import ProjectCustomers, project_customers
from simkit.value.lifetime.repeat_buyers import RepeatBuyers, repeat_buyers

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

MARGIN_ORDERS = 4.0
"""Number of orders at which a customer's own margin and that of all customers weigh the same."""
BLOCK = 4000
COLUMNS = ("lifetime_value_amount", "lifetime_low_amount", "lifetime_high_amount", "alive_share", "lifetime_kind")


@dataclass(frozen=True, kw_only=True)
class LifetimeValue:
    """What customers will be worth."""

    customers: pd.DataFrame
    """Index ``customer_id``; ``lifetime_kind`` (contract, project, repeat, unknown), ``expected_purchases`` over the
    horizon (missing for contracts), ``alive_share`` in 0..1 (missing for projects), ``expected_spend_amount`` per
    purchase, ``margin_share`` (missing where costs are not known), ``lifetime_revenue_amount``,
    ``lifetime_value_amount`` with ``lifetime_low_amount, lifetime_high_amount`` (both discounted; missing where
    nothing could be computed)."""
    draws: Singles
    """The value in each bootstrap draw."""
    rules: LifetimeRules
    after_cost: bool
    """Whether the value is contribution (revenue minus cost of the orders) or revenue."""
    repeat: RepeatBuyers | None
    contract: ContractCustomers | None
    project: ProjectCustomers | None
    """The methods with their tests; None where no customer is of the kind or too little is known."""
    left_out: dict[str, Text]
    """Kinds of customers present for which nothing could be computed, and why."""
    assumptions: tuple[Assumption, ...]

    def holdouts(self) -> dict[str, HoldOut]:
        """Return the test of each method that has one, by kind of customer."""
        found = {"repeat": self.repeat, "contract": self.contract, "project": self.project}
        return {name: method.holdout for name, method in found.items() if method is not None and method.holdout}

    def by(self, groups: pd.Series) -> pd.DataFrame:
        """Return the value of groups of customers with 95 % intervals.

        Parameters
        ----------
        groups : pandas.Series
            Group of each customer, by id.

        Returns
        -------
        pandas.DataFrame
            ``group, customers, value_amount, low, high, per_customer_amount``, for customers whose value is known.
        """
        known = self.customers["lifetime_value_amount"].notna()
        names = groups.reindex(self.customers.index)[known]
        rows = []
        for name in sorted(names.dropna().unique()):
            inside = known.to_numpy().copy()
            inside[inside] = (names == name).to_numpy()
            total = float(self.customers["lifetime_value_amount"].to_numpy()[inside].sum())
            low, high = _ends(self.draws[inside].sum(axis=0, dtype=float)[None])
            rows.append((name, int(inside.sum()), total, float(low[0]), float(high[0])))
        table = pd.DataFrame(rows, columns=["group", "customers", "value_amount", "low", "high"])
        return table.assign(per_customer_amount=table["value_amount"] / table["customers"].clip(lower=1))


def lifetime_value(
    client: ClientData, *, missing_cost: MissingCost = "mean_rate", seed: int = 1, draws: int = 200
) -> LifetimeValue:
    """Work out what each customer will be worth.

    Parameters
    ----------
    client : ClientData
        With orders, or opportunities that name customers; horizon and discount from ``lifetime`` in client.yaml.
    missing_cost : {"mean_rate", "zero"}
        What an order without a cost is taken to cost.
    seed, draws : int
        Bootstrap over customers; 0 draws leave the intervals out.

    Raises
    ------
    DataError
        When nothing is known about sales by customer.
    """
    rules = LifetimeRules(
        horizon_years=client.config.lifetime.horizon_years, discount_rate=client.config.lifetime.discount_rate
    )
    turnover = turnover_of(client, missing_cost)
    purchases = purchases_of(client)
    sales = purchases[purchases["value_amount"].notna()]
    days = purchase_days(purchases.assign(customer_id=purchases["customer_id"].astype(str)))
    customers = all_customers(client, turnover.customers.index)
    kinds = kinds_of(client, days, customers)
    present = set(kinds)
    left_out: dict[str, Text] = {}
    period = (pd.Timestamp(client.first), pd.Timestamp(client.last))
    repeat = contract = project = None
    if "repeat" in present:
        chosen = days[days["customer_id"].isin(kinds.index[kinds == "repeat"])]
        repeat = repeat_buyers(chosen, period[1], rules, seed=seed, draws=draws)
    if "contract" in present:
        contracts = _contracts(client, kinds.index[kinds == "contract"])
        contract = contract_customers(contracts, days, period, rules, seed=seed, draws=draws)
    if "project" in present:
        project, reason = _projects(client, kinds.index[kinds == "project"], period, rules, seed=seed, draws=draws)
        left_out |= {"project": reason} if reason is not None else {}
    if "unknown" in present:
        left_out["unknown"] = KINDS["unknown"].label
    table, revenue_draws = _table(customers, kinds, (repeat, contract, project), draws)
    margin = _margin_share(turnover, customers)
    rate = np.ones(customers.size) if margin is None else margin.to_numpy(dtype=float)
    value = table["lifetime_revenue_amount"] * rate
    spread = revenue_draws * rate[:, None].astype(np.float32)
    low, high = _ends(spread)
    known = value.notna()
    table = table.assign(
        margin_share=float("nan") if margin is None else margin,
        lifetime_value_amount=value,
        lifetime_low_amount=np.where(known, low, np.nan),
        lifetime_high_amount=np.where(known, high, np.nan),
    )
    return LifetimeValue(
        customers=table,
        draws=spread,
        rules=rules,
        after_cost=margin is not None,
        repeat=repeat,
        contract=contract,
        project=project,
        left_out=left_out,
        assumptions=(*_assumptions(client, days, sales, repeat), *turnover.assumptions),
    )


def _ends(spread: Floats | Singles) -> tuple[Floats, Floats]:
    """Return the ends of the 95 % percentile interval of each row, block by block to spare memory."""
    number, draws = spread.shape
    low, high = np.full(number, np.nan), np.full(number, np.nan)
    if draws:
        for start in range(0, number, BLOCK):
            block = slice(start, start + BLOCK)
            low[block], high[block] = np.quantile(spread[block], [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
    return low, high


def _table(
    customers: pd.Index,
    kinds: pd.Series,
    methods: tuple[RepeatBuyers | None, ContractCustomers | None, ProjectCustomers | None],
    draws: int,
) -> tuple[pd.DataFrame, Singles]:
    """Put the results of the methods together, with the discounted revenue of each draw."""
    names = ("expected_purchases", "alive_share", "expected_spend_amount", "revenue_value_amount")
    columns = {name: np.full(customers.size, np.nan) for name in names}
    spread = np.zeros((customers.size, draws), dtype=np.float32)
    for method in methods:
        if method is None:
            continue
        rows = customers.get_indexer(method.table.index)
        for name in names:
            if name in method.table:
                columns[name][rows] = method.table[name].to_numpy(dtype=float)
        spread[rows] = method.draws
    columns["lifetime_revenue_amount"] = columns.pop("revenue_value_amount")
    table = pd.DataFrame(columns, index=customers)
    return table.assign(lifetime_kind=kinds.to_numpy()), spread


def _margin_share(turnover: Turnover, customers: pd.Index) -> pd.Series | None:
    """Return each customer's contribution per revenue, drawn towards that of all; None where costs are not known.

    Notes
    -----
    ``all + n / (n + 4) × (own − all)`` with n orders, own cut to −1..1; a customer without revenue has that of all.
    """
    table = turnover.customers
    if "contribution_amount" not in table:
        return None
    everybody = float(table["contribution_amount"].sum() / table["revenue_amount"].sum())
    own = (table["contribution_amount"] / table["revenue_amount"].where(table["revenue_amount"] > 0)).clip(-1.0, 1.0)
    weight = table["orders"] / (table["orders"] + MARGIN_ORDERS)
    return (everybody + weight * (own - everybody)).reindex(customers).fillna(everybody)


def _contracts(client: ClientData, customers: pd.Index) -> pd.DataFrame:
    table = client.table("customers").drop_duplicates("customer_id")
    table = table.set_index(table["customer_id"].astype(str)).reindex(customers)
    wanted: pd.DataFrame = table.reindex(columns=["contract_start_on", "contract_end_on"])
    return wanted.astype("datetime64[ns]").rename_axis("customer_id")


def _projects(
    client: ClientData,
    customers: pd.Index,
    period: tuple[pd.Timestamp, pd.Timestamp],
    rules: LifetimeRules,
    *,
    seed: int,
    draws: int,
) -> tuple[ProjectCustomers | None, Text | None]:
    deals = client.table("opportunities")
    needed = ["customer_id", "opened_on", "closed_on", "stage", "value_amount"]
    if not {"opened_on", "closed_on", "value_amount"} <= set(deals.columns):
        return None, NO_DATES
    minimum = client.config.privacy.minimum_group
    named = deals[deals["customer_id"].notna()]
    ours = named[named["customer_id"].astype(str).isin(customers)]
    closed = ours[ours["stage"] != "open"]
    if "employee_id" in deals and closed["employee_id"].notna().any() and closed["employee_id"].nunique() < minimum:
        return None, FEW_PEOPLE.fill(minimum=minimum)
    chosen = ours[needed].astype({"opened_on": "datetime64[ns]", "closed_on": "datetime64[ns]", "value_amount": float})
    chosen = chosen.assign(customer_id=chosen["customer_id"].astype(str))
    found = project_customers(chosen, customers, period, rules, seed=seed, draws=draws)
    return found, None if found is not None else FEW_DEALS


NO_DATES = Text(
    de="die Verkaufschancen nennen nicht alle drei: Eröffnung, Abschluss und Wert",
    en="the opportunities do not name all three: opening, closing and value",
)
FEW_PEOPLE = Text(
    de="weniger als {minimum} Personen haben die Verkaufschancen abgeschlossen",
    en="fewer than {minimum} people closed the opportunities",
)
FEW_DEALS = Text(
    de="weniger als 10 Verkaufschancen sind beendet, oder keine ist gewonnen",
    en="fewer than 10 opportunities have ended, or none is won",
)


# --- what is taken for granted ----------------------------------------------------------------------------------------

TEXTS = Catalogue.beside(__file__)
LIFETIME = Text(de="Künftiger Kundenwert", en="Lifetime value")
HORIZON = Text(
    de="die nächsten {years} Jahre, abgezinst mit {rate} % im Jahr",
    en="the next {years} years, discounted at {rate}% per year",
)
SET, DEFAULT = (
    Text(de="so in client.yaml (lifetime) festgelegt", en="set in client.yaml (lifetime)"),
    Text(
        de="Vorgabe; in client.yaml (lifetime: horizon_years, discount_rate) änderbar",
        en="default; to be changed in client.yaml (lifetime: horizon_years, discount_rate)",
    ),
)


def horizon_assumption(client: ClientData) -> Assumption:
    """Return how far ahead value is counted and at what discount."""
    chosen = client.config.lifetime
    rate = both_ways(chosen.discount_rate * 100)
    return Assumption(
        topic=LIFETIME,
        value=HORIZON.fill(years=chosen.horizon_years, rate=rate),
        reason=SET if chosen.model_fields_set else DEFAULT,
    )


def _assumptions(
    client: ClientData, days: pd.DataFrame, sales: pd.DataFrame, repeat: RepeatBuyers | None
) -> tuple[Assumption, ...]:
    found = [horizon_assumption(client)]
    tests: tuple[tuple[bool, Callable[[], Assumption]], ...] = (
        (repeat is not None, lambda: _HISTORY),
        (bool((sales["value_amount"] <= 0).any()), lambda: _credits(sales, days)),
        (repeat is not None and repeat.holdout is None, lambda: _UNTESTED),
        (repeat is not None and repeat.once > 0, lambda: _once(repeat)),
        (repeat is not None and posted_monthly(days), lambda: _MONTHLY),
    )
    return (*found, *(make() for applies, make in tests if applies))


_HISTORY = Assumption(
    topic=LIFETIME,
    value=Text(
        de="Bestellkunden kaufen weiter in ihrem Takt, bis sie wegbleiben; Preise, Angebot und Markt bleiben, wie sie sind",
        en="ordering customers go on at their pace until they stay away; prices, offers and market stay as they are",
    ),
    reason=Text(
        de="die Modelle kennen nur die Kaufhistorie im Datenzeitraum; der Wert je Kauf gilt als unabhängig von der Häufigkeit",
        en="the models know the purchases in the period only; the value of a purchase is taken as independent of frequency",
    ),
)


def _once(repeat: RepeatBuyers | None) -> Assumption:
    assert repeat is not None
    return Assumption(
        topic=LIFETIME,
        value=TEXTS["once"].fill(count=repeat.once),
        reason=Text(
            de="im Modell {model} bleibt niemand vor dem zweiten Kauf weg; ob sie noch Kunden sind, sagt es nicht",
            en="in the model {model} nobody leaves before a second purchase; it does not say whether they are customers still",
        ).fill(model=repeat.name),
    )


_MONTHLY = Assumption(
    topic=LIFETIME,
    value=Text(
        de="die Verkäufe stehen fast alle auf demselben Tag des Monats: Es sind Monatsbuchungen, keine einzelnen Käufe",
        en="nearly all sales stand on the same day of the month: they are monthly postings, not single purchases",
    ),
    reason=Text(
        de="mehrere Käufe eines Monats sind darin einer; Zahl und Takt sind die der Buchung, der Umsatz stimmt",
        en="several purchases of a month are one in them; number and pace are those of the posting, the revenue is right",
    ),
)
_UNTESTED = Assumption(
    topic=LIFETIME,
    value=Text(
        de="die Vorhersage für Bestellkunden ist nicht geprüft",
        en="the forecast for ordering customers has not been tested",
    ),
    reason=Text(
        de="der Datenzeitraum ist kürzer als ein Jahr; es ließ sich kein Teil zurückhalten",
        en="the period is shorter than a year; no part of it could be held out",
    ),
)


def _credits(sales: pd.DataFrame, days: pd.DataFrame) -> Assumption:
    number = int((sales["value_amount"] <= 0).sum())
    lost = len(set(sales["customer_id"].astype(str)) - set(days["customer_id"]))
    return Assumption(
        topic=LIFETIME,
        value=Text(
            de="{n} Zeilen ohne positiven Betrag mindern die Käufe davor; {lost} Kunden haben keinen Kauf mit positivem Betrag",
            en="{n} rows without a positive amount reduce the purchases before them; customers without any positive "
            "purchase: {lost}",
        ).fill(n=number, lost=lost),
        reason=Text(
            de="Gutschriften und Nullbeträge sind kein Kauf", en="credit notes and zero amounts are no purchase"
        ),
    )
