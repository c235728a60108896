"""Small firms with random true numbers, made as the demo client is: to try whether the kit finds what is true.

Each number of a firm is drawn before its cases; counts are drawn around the true rates, so that a rate can be missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count as numbers
from itertools import islice
from pathlib import Path

import numpy as np

from simkit.extras.demo_client.generate import Firm, build_firm, write_exports
from simkit.extras.demo_client.truth import (
    CARE_CONTACTS_PER_YEAR,
    CLASS_SHARES,
    CLASSES,
    CYCLE_DAYS,
    DEMO,
    PEOPLE,
    SALES_AMOUNT,
    YEARS,
    Truth,
)
from simkit.foundation.paths import shipped
from simkit.foundation.random_streams import stream
from simkit.foundation.units import DAYS_PER_YEAR

SEED = 4711
OUTSIDE, INSIDE = 5, 5
CUSTOMERS, BUYING = 100, 97
#: What a firm of the demo's habits and of this size has to do in a year, relative to the demo client.
SIZE = 0.40
#: Rates that go along with demand; the others are shares.
SCALED = ("orders", "opportunities", "requests")
SCALINGS, CLOSE = 6, 0.01
STEADY = 1.25
"""Growth of the backlog up to which a firm keeps up with its orders; chance alone moves it by a fifth."""


@dataclass(frozen=True, kw_only=True)
class RandomFirm:
    """A firm with what is true about it.

    Parameters
    ----------
    number : int
        Number of the firm; the same number gives the same firm.
    true : Truth
        What its files are made with.
    rates : mapping of str to float
        True rates by name of the kit's rate: ``orders``, ``opportunities``, ``requests`` per year; ``class_share.<class>``,
        ``win_rate``, ``no_decision_share`` as shares.
    firm : Firm
        The firm as it really is.
    """

    number: int
    true: Truth
    rates: Mapping[str, float]
    firm: Firm

    @property
    def name(self) -> str:
        """Name of the client."""
        return f"firm{self.number:03d}"

    @property
    def utilisation(self) -> float:
        """True task hours over the hours that were there for tasks: present hours less what the calendar blocks."""
        blocked = self.firm.work["kind"] == "week"
        hours = self.firm.work["hours_h"]
        return float(hours[~blocked].sum() / (self.firm.present_h.sum() - hours[blocked].sum()))

    @property
    def backlog_growth(self) -> float:
        """Orders open in the last quarter of the period, over those open in its second quarter; the first fills up."""
        days = self.firm.days.to_numpy()
        placed = np.sort(self.firm.orders["ordered_on"].to_numpy())
        delivered = np.sort(self.firm.orders["delivered_on"].dropna().to_numpy())
        open_orders = np.searchsorted(placed, days, side="right") - np.searchsorted(delivered, days, side="right")
        quarter = len(days) // 4
        return float(open_orders[-quarter:].mean() / open_orders[quarter : 2 * quarter].mean())

    @property
    def steady(self) -> bool:
        """Whether the firm keeps up with its orders; one that does not has no today to stay at."""
        return self.backlog_growth <= STEADY


def random_firm(
    number: int,
    *,
    demand: float = 1.0,
    customers: int = CUSTOMERS,
    well_served: Mapping[str, tuple[float, float]] | None = None,
) -> RandomFirm:
    """Draw and build one firm.

    Parameters
    ----------
    number : int
        The same number gives the same firm.
    demand : float
        All demand, relative to what was drawn for the firm.
    customers : int
        At least 40.
    well_served : mapping of str to tuple, optional
        By segment of sales: the share of customers who are served best, and the share of their contacts that the others
        get; without it customers differ by habit.
    """
    rng = stream(SEED, number, "firms.truth")
    drawn = _rates(rng)
    rates = {name: rate * demand if name in SCALED else rate for name, rate in drawn.items()}
    true = _truth(number, rates, rng)
    care = {name: rate * demand for name, rate in true.care_contacts_per_year.items()}
    true = replace(
        true,
        leads_per_year=true.leads_per_year * demand,
        care_contacts_per_year=care,
        customers=customers,
        buying_customers=customers - CUSTOMERS + BUYING,
    )
    if well_served is not None:
        true = replace(true, well_served=well_served)
    return RandomFirm(number=number, true=true, rates=rates, firm=build_firm(true))


def steady_firms(count: int) -> Iterator[RandomFirm]:
    """Yield the first firms that keep up with their orders."""
    yield from islice((firm for firm in map(random_firm, numbers()) if firm.steady), count)


def firm_with_load(number: int, utilisation: float) -> RandomFirm:
    """Return a firm whose demand is scaled until it is as busy as wanted, or as near to it as some steps come.

    Counts are drawn anew at every scale, so the load does not follow the scale exactly.
    """
    demand, tried = 1.0, []
    for _ in range(SCALINGS):
        tried.append(random_firm(number, demand=demand))
        if abs(tried[-1].utilisation - utilisation) < CLOSE:
            break
        demand *= utilisation / tried[-1].utilisation
    return min(tried, key=lambda firm: abs(firm.utilisation - utilisation))


def write_firm(firm: RandomFirm, folder: Path) -> Path:
    """Write a firm's exports and its client.yaml into a folder of its name; returns that folder."""
    place = folder / firm.name
    place.mkdir(parents=True, exist_ok=True)
    write_exports(firm.firm, place, firm.true)
    text = shipped("client_data", "demo", "client.yaml").read_text(encoding="utf-8")
    text = text.replace("client: demo", f"client: {firm.name}").replace("  logo: logo.svg\n", "")
    (place / "client.yaml").write_text(text, encoding="utf-8")
    return place


def _rates(rng: np.random.Generator) -> dict[str, float]:
    shares = rng.dirichlet([40 * CLASS_SHARES[name] for name in CLASSES])
    win, undecided = rng.uniform(0.25, 0.55), rng.uniform(0.2, 0.5)
    return {
        "orders": 2700 * SIZE * rng.uniform(0.75, 1.05),
        "opportunities": 430 * SIZE * rng.uniform(0.7, 1.4),
        "requests": 1420 * SIZE * rng.uniform(0.6, 1.4),
        **{f"class_share.{name}": float(share) for name, share in zip(CLASSES, shares, strict=True)},
        "win_rate": win,
        "no_decision_share": undecided,
    }


def _truth(number: int, rates: Mapping[str, float], rng: np.random.Generator) -> Truth:
    outside = [row for row in PEOPLE if row[0] == "Außendienst"]
    inside = [row for row in PEOPLE if row[0] == "Innendienst"]
    low = rng.uniform(0.55, 0.75)
    return replace(
        DEMO,
        seed=SEED + number,
        staff=(*outside[2 : 2 + OUTSIDE], *inside[1 : 1 + INSIDE]),
        customers=CUSTOMERS,
        buying_customers=BUYING,
        key_accounts=0,
        pressed_customers=4,
        sales_amount=SALES_AMOUNT * SIZE * rng.uniform(0.7, 1.3),
        orders=int(rng.poisson(rates["orders"] * YEARS)),
        opportunities=_deals(rates, rng),
        class_shares={name: rates[f"class_share.{name}"] for name in CLASSES},
        leads_per_year=520 * SIZE * rng.uniform(0.6, 1.4),
        requests_per_year=rates["requests"] * 1250 / 1420,
        complaints_per_year=rates["requests"] * 170 / 1420 / 1.3,
        care_contacts_per_year={name: rate * rng.uniform(0.8, 1.4) for name, rate in CARE_CONTACTS_PER_YEAR.items()},
        effort_factors={kind: rng.uniform(0.75, 1.2) for kind in ("order", "opportunity", "lead", "request")},
        logging_share=(low, low + rng.uniform(0.1, 0.2)),
    )


def _deals(rates: Mapping[str, float], rng: np.random.Generator) -> dict[str, int]:
    """Draw how deals ended that closed in the period, and how many are open at its end: rate × mean duration."""
    closed = int(rng.poisson(rates["opportunities"] * YEARS))
    won = int(rng.binomial(closed, rates["win_rate"]))
    undecided = int(rng.binomial(closed - won, rates["no_decision_share"]))
    counts = {"won": won, "lost": closed - won - undecided, "no_decision": undecided}
    days = sum(CYCLE_DAYS[stage] * count for stage, count in counts.items()) / max(closed, 1)
    return {**counts, "open": int(rng.poisson(rates["opportunities"] * days / DAYS_PER_YEAR))}
