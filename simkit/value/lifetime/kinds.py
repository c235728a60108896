"""Which kind of customer each is: under contract, by project, or buying again and again; decided by rule from the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

FEWEST_WON_DAYS = 3
"""Where sales are known from opportunities alone: days with a won deal from which a customer counts as buying again."""
PROJECT_SHARE = 0.5
"""Share of a customer's order value from which opportunities make it a project customer."""


@dataclass(frozen=True, kw_only=True)
class CustomerKind:
    """One kind of customer."""

    name: str
    label: Text
    rule: Text
    method: Text
    """What it is called, when a customer is one, and how its value is computed."""


KINDS: Mapping[str, CustomerKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            CustomerKind(
                name="contract",
                label=Text(de="Vertragskunden", en="contract customers"),
                rule=Text(
                    de="der Kundenstamm nennt einen Vertragsbeginn",
                    en="the list of customers names a start of contract",
                ),
                method=Text(
                    de="Verbleib im Vertrag (Kaplan-Meier) mal Jahresumsatz",
                    en="survival of the contract (Kaplan-Meier) times a year's revenue",
                ),
            ),
            CustomerKind(
                name="project",
                label=Text(de="Projektkunden", en="project customers"),
                rule=Text(
                    de="mindestens die Hälfte des Auftragswerts geht auf Verkaufschancen zurück, oder es gibt "
                    "Verkaufschancen, aber keine Aufträge; kennt man nur Verkaufschancen: an weniger als 3 Tagen gewonnen",
                    en="at least half of the order value goes back to opportunities, or there are opportunities but no "
                    "orders; where only opportunities are known: deals won on fewer than 3 days",
                ),
                method=Text(
                    de="offene und neue Verkaufschancen mal Abschlussquote mal mittlerer Wert",
                    en="open and new opportunities times closing rate times mean value",
                ),
            ),
            CustomerKind(
                name="repeat",
                label=Text(de="Bestellkunden", en="ordering customers"),
                rule=Text(de="alle übrigen mit mindestens einem Kauf", en="all others with at least one purchase"),
                method=Text(
                    de="erwartete Käufe mal erwarteter Wert je Kauf",
                    en="expected purchases times expected value of a purchase",
                ),
            ),
            CustomerKind(
                name="unknown",
                label=Text(
                    de="ohne Kauf mit bekanntem Wert und ohne Verkaufschance",
                    en="without a purchase of known value and without an opportunity",
                ),
                rule=Text(de="alle übrigen", en="all others"),
                method=Text(de="kein Wert berechnet", en="no value computed"),
            ),
        )
    }
)


def kinds_of(client: ClientData, days: pd.DataFrame, customers: pd.Index) -> pd.Series:
    """Return the kind of each customer.

    Parameters
    ----------
    client : ClientData
        Customers, orders and opportunities.
    days : pandas.DataFrame
        Result of `simkit.value.lifetime.histories.purchase_days`.
    customers : pandas.Index
        Ids.
    """
    amounts = days.groupby("customer_id")["amount"]
    number = (
        amounts.size().where(amounts.count() > 0).reindex(customers).fillna(0)
    )  # who buys at no known value is unknown
    contract = customers.isin(_under_contract(client))
    project = _by_project(client, number, customers)
    codes = np.select([contract, project, number > 0], ["contract", "project", "repeat"], default="unknown")
    return pd.Series(codes, index=customers, name="kind")


def _under_contract(client: ClientData) -> pd.Index:
    if not client.has("customers") or "contract_start_on" not in client.table("customers"):
        return pd.Index([])
    table = client.table("customers")
    begun = table["contract_start_on"] <= pd.Timestamp(client.last)
    return pd.Index(table.loc[begun, "customer_id"].astype(str))


def _by_project(client: ClientData, number: pd.Series, customers: pd.Index) -> pd.Series:
    nobody = pd.Series(False, index=customers)
    if not client.has("opportunities") or "customer_id" not in client.table("opportunities"):
        return nobody
    has_deals = customers.isin(client.table("opportunities")["customer_id"].dropna().astype(str))
    if not client.has("orders"):
        return pd.Series(has_deals, index=customers) & (number < FEWEST_WON_DAYS)
    none_bought = pd.Series(has_deals, index=customers) & (number == 0)
    orders = client.table("orders")
    if "opportunity_id" not in orders:
        return none_bought
    value = orders["value_amount"].clip(lower=0.0)
    linked = value.where(orders["opportunity_id"].notna(), 0.0).groupby(orders["customer_id"].astype(str)).sum()
    whole = value.groupby(orders["customer_id"].astype(str)).sum()
    share = (linked / whole.where(whole > 0)).reindex(customers).fillna(0.0)
    return none_bought | ((share >= PROJECT_SHARE) & has_deals)


LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class LifetimeRules:
    """How the future is counted."""

    horizon_years: int = 3
    """Years that count."""
    discount_rate: float = 0.10
    """Discount per year, in 0..1; what comes in the n-th year counts ``(1 + rate)^−(n − ½)``."""

    @property
    def years(self) -> range:
        """Numbers of the years, from 1."""
        return range(1, self.horizon_years + 1)

    @property
    def discounts(self) -> Floats:
        """Weight of each year, as of its middle, shape (years,)."""
        return np.array([(1 + self.discount_rate) ** (0.5 - year) for year in self.years])
