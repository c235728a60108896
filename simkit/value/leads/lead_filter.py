"""The lead filter: which deals of the past its conditions would have let through, and how many wins it would have cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.pipeline_figures import CLOSED, wilson
from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Estimate
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text, did_you_mean

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.intake.settings.client_settings import LeadCondition

NO_FILTER = Text(
    de="In client.yaml steht kein Filter für Leads (lead_filter).",
    en="client.yaml states no lead filter (lead_filter).",
)
NO_CLOSED = Text(de="Es gibt keine abgeschlossenen Verkaufschancen.", en="There are no closed opportunities.")


@dataclass(frozen=True, kw_only=True)
class LeadFilter:
    """What the filter would have done to the closed deals."""

    deals: int
    wins: int
    passed: int
    wins_passed: int
    """Closed deals (won, lost, no decision), those won, those that meet every condition, and the won ones of these."""
    precision: Estimate | None
    """Wins among those that pass (Wilson); None when none passes."""
    recall: Estimate | None
    """Wins that pass among all wins (Wilson)."""
    base: Estimate
    """Win rate without a filter (Wilson)."""
    curve: pd.DataFrame
    """``conditions`` (least number met, falling), ``volume_share, yield_share, low, high``: share of the deals
    worked, and of the wins reached with them."""


def lead_filter(client: ClientData) -> LeadFilter | Missing:
    """Try the lead filter of client.yaml on the closed deals.

    Parameters
    ----------
    client : ClientData
        With opportunities.

    Raises
    ------
    ConfigError
        A condition names a column that neither the opportunities nor the customers have, or compares text with numbers.

    Notes
    -----
    A value that is not known does not meet a condition. The figures are of the past that was worked: leads that were
    never taken up are not in it, and conditions chosen by looking at the same deals look better than they will be.
    """
    conditions = client.config.lead_filter
    if not conditions:
        return Missing(reason=NO_FILTER)
    deals = closed_leads(client)
    if deals.empty:
        return Missing(reason=NO_CLOSED)
    met = pd.DataFrame({place: _meets(deals, rule, place) for place, rule in enumerate(conditions)})
    won = deals["stage"] == "won"
    passed = met.all(axis=1)
    wins, kept = int(won.sum()), int((won & passed).sum())
    base = wilson(wins, len(deals))
    assert base is not None
    return LeadFilter(
        deals=len(deals),
        wins=wins,
        passed=int(passed.sum()),
        wins_passed=kept,
        precision=wilson(kept, int(passed.sum())),
        recall=wilson(kept, wins),
        base=base,
        curve=_curve(met.sum(axis=1), won, len(conditions)),
    )


def closed_leads(client: ClientData) -> pd.DataFrame:
    """Return the closed deals with the describing columns of their customers; the deal's own column wins."""
    return with_customer(client, client.table("opportunities").query("stage in @CLOSED", local_dict={"CLOSED": CLOSED}))


def with_customer(client: ClientData, deals: pd.DataFrame) -> pd.DataFrame:
    """Return deals with the columns of their customers that they do not have themselves."""
    if not client.has("customers") or "customer_id" not in deals:
        return deals.reset_index(drop=True)
    customers = client.table("customers")
    more = ["customer_id", *(name for name in customers.columns if name not in deals)]
    return deals.merge(customers[more], on="customer_id", how="left")


def _meets(deals: pd.DataFrame, rule: LeadCondition, place: int) -> pd.Series:
    """Say which deals meet one condition."""
    where = f"client.yaml: lead_filter.{place}"
    if rule.column not in deals:
        raise ConfigError(
            Text(
                de="Weder Verkaufschancen noch Kunden haben die Spalte '{name}'.",
                en="Neither opportunities nor customers have the column '{name}'.",
            ).fill(name=rule.column),
            f"{where}.column",
            did_you_mean(rule.column, [str(name) for name in deals.columns]),
        )
    values = deals[rule.column]
    result = pd.Series(True, index=deals.index)
    if rule.one_of:
        wanted = {text.strip().lower() for text in rule.one_of}
        result &= values.astype(object).map(lambda v: str(v).strip().lower(), na_action="ignore").isin(wanted)
    if rule.at_least is None and rule.at_most is None:
        return result
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise ConfigError(
            Text(de="'{name}' ist keine Zahl.", en="'{name}' is not a number.").fill(name=rule.column),
            f"{where}.column",
            Text(
                de="Geben Sie one_of statt at_least oder at_most an.", en="Give one_of in place of at_least or at_most."
            ),
        )
    low = -np.inf if rule.at_least is None else rule.at_least
    high = np.inf if rule.at_most is None else rule.at_most
    return result & values.between(low, high)


def _curve(number: pd.Series, won: pd.Series, conditions: int) -> pd.DataFrame:
    rows = []
    for least in range(conditions, -1, -1):
        passed = number >= least
        rate = wilson(int((won & passed).sum()), int(won.sum()))
        ends = (rate.value, rate.low, rate.high) if rate else (float("nan"),) * 3
        rows.append((least, float(passed.mean()), *ends))
    return pd.DataFrame(rows, columns=["conditions", "volume_share", "yield_share", "low", "high"])
