"""What the model needs to know of one client: its customers, its posts, its calendar. No parameters, no organisation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from simkit.foundation.errors import ConfigError
from simkit.foundation.kept import kept_with_first
from simkit.foundation.text import Text
from simkit.model.specification.model_parameters import SEGMENTS

USUAL_AGE_YEARS = 40.0


@dataclass(frozen=True, kw_only=True)
class ModelInputs:
    """A client as the model sees it."""

    customers: pd.DataFrame
    """One row per customer: ``segment`` (A, B or C), ``order_rate_per_year`` (orders per year, all classes),
    ``value_factor`` (value of its orders relative to the mean order, about 1 over all orders)."""
    slots: pd.DataFrame
    """One row per post: ``fte`` (0..1], ``age_years`` and ``retires_in_years`` (NaN where unknown), ``cost_amount``
    (per year, at its FTE)."""
    currency: str = "EUR"
    """ISO code of all money."""
    calendar_ratio: float = 250 / 365.25
    """Working days per calendar day of the client's calendar."""

    def __post_init__(self) -> None:
        unknown = set(self.customers["segment"]) - set(SEGMENTS)
        if unknown:
            raise ConfigError(
                Text(
                    de=f"Unbekanntes Kundensegment: {sorted(unknown)}",
                    en=f"Unknown customer segment: {sorted(unknown)}",
                ),
                "facts.customers.segment",
                Text(de=f"Möglich sind: {', '.join(SEGMENTS)}", en=f"Possible are: {', '.join(SEGMENTS)}"),
            )
        if len(self.slots) == 0 or not (self.slots["fte"] > 0).all():
            raise ConfigError(
                Text(
                    de="Das Modell braucht mindestens eine Stelle mit FTE > 0.",
                    en="The model needs at least one post with FTE > 0.",
                ),
                "facts.slots.fte",
            )

    @property
    def orders_per_year(self) -> float:
        """Orders per year over all customers."""
        return float(self.customers["order_rate_per_year"].sum())

    def settled(self) -> ModelInputs:
        """Return the client with people who do not retire: what was measured is the work of who was there."""
        return replace(self, slots=self.slots.assign(age_years=USUAL_AGE_YEARS, retires_in_years=np.nan))

    @kept_with_first
    def segment_order_share(self) -> dict[str, float]:
        """Return the share of all orders that each segment places (0..1)."""
        rates = self.customers.groupby("segment")["order_rate_per_year"].sum()
        total = max(self.orders_per_year, 1e-12)
        return {segment: float(rates.get(segment, 0.0)) / total for segment in SEGMENTS}

    @kept_with_first
    def segment_customers(self) -> dict[str, int]:
        """Return the number of customers per segment."""
        counts = self.customers["segment"].value_counts()
        return {segment: int(counts.get(segment, 0)) for segment in SEGMENTS}


def example_inputs(
    *, customers: int = 200, posts: int = 12, orders_per_year: float = 3000.0, seed: int = 1
) -> ModelInputs:
    """Return an invented client for tests, benchmarks and tutorials.

    Parameters
    ----------
    customers, posts : int
        Size of the client.
    orders_per_year : float
        Orders per year over all customers.
    seed : int
        Seed of the invented potentials.
    """
    from simkit.foundation.random_streams import stream

    potential = np.sort(stream(seed, -1, "example.potential").lognormal(0.0, 1.4, customers))[::-1]
    weight = np.sqrt(potential)
    segment = np.where(
        np.arange(customers) < 0.1 * customers, "A", np.where(np.arange(customers) < 0.4 * customers, "B", "C")
    )
    rates = orders_per_year * weight / weight.sum()
    frame = pd.DataFrame({"segment": segment, "order_rate_per_year": rates})
    frame["value_factor"] = weight / ((weight * rates).sum() / rates.sum())
    ages = np.linspace(28, 64, posts)
    slots = pd.DataFrame({"fte": 1.0, "age_years": ages, "retires_in_years": np.nan, "cost_amount": 95_000.0})
    return ModelInputs(customers=frame, slots=slots)
