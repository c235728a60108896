"""The part ``goals`` of client.yaml: what counts, which scenario decides, and what must hold whatever is advised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, Discriminator, Field, Tag

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
AtLeastNothing = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Aim = Literal["contribution_less_cost", "contribution", "customer_hours_A"]
"""Yearly contribution less cost of sales, yearly contribution alone, or the yearly hours with customers of class A."""

Weights = Annotated[dict[Aim, Annotated[float, Field(gt=0, allow_inf_nan=False)]], Field(min_length=1)]


class Limits(BaseModel, extra="forbid", frozen=True):
    """What a change may take at most; what is empty has no limit."""

    once_amount: AtLeastNothing | None = None
    per_year_amount: AtLeastNothing | None = None
    """Money once, and every year, in the client's currency."""
    posts: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """Posts more than today; below 0 for fewer."""
    people_moved: AtLeastNothing | None = None
    accounts_moved: AtLeastNothing | None = None
    """People who change their unit, and customers who change their contact person, at go-live."""


class Floors(BaseModel, extra="forbid", frozen=True):
    """What may not get worse than so much, held on the mean of the simulation."""

    open_work_growth_share: Share = 0.01
    """Yearly growth of open work, as a share of capacity."""
    care_of_a_share: Share = 0.95
    """Care of the class A, as a share of today's."""
    late_points: Share = 0.10
    """Late share of each class of orders, in points above today's."""
    lapsed_points: Share = 0.05
    """Share of lapsed service requests, in points above today's."""


class Goals(BaseModel, extra="forbid", frozen=True):
    """What the advice is to reach and to keep; what is empty keeps its default."""

    counts: Annotated[
        Annotated[Aim, Tag("one")] | Annotated[Weights, Tag("weighted")],
        Discriminator(lambda value: "weighted" if isinstance(value, dict) else "one"),
    ] = "contribution_less_cost"
    """One aim, or several with weights; weighted are their relative changes over today."""
    scenario: str | None = None
    """The scenario that decides; by default the first."""
    never: tuple[str, ...] = ()
    """Designs, priority tables, service levels and levers that are not to be advised."""
    limits: Limits = Limits()
    floors: Floors = Floors()

    @property
    def weights(self) -> Mapping[Aim, float]:
        """The weight of each aim that counts."""
        return self.counts if isinstance(self.counts, dict) else {self.counts: 1.0}

    @property
    def gains_in(self) -> Literal["money", "hours", "share"]:
        """What gains are measured in: money or hours a year, or weighted shares of today's values."""
        if len(self.weights) > 1:
            return "share"
        return "hours" if "customer_hours_A" in self.weights else "money"


DEFAULT_GOALS = Goals()
"""Where client.yaml names none."""
