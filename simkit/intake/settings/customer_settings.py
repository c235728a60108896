"""The parts of client.yaml on customers: how they are scored, and what service each segment gets."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

Number = Annotated[float, Field(allow_inf_nan=False, strict=True)]
"""No text: "400.000" in quotes would be read as 400."""
ENDS: dict[str, tuple[str, ...]] = {
    "linear": ("low", "high"),
    "diminishing": ("at",),
    "s": ("low", "high"),
    "threshold": ("at",),
    "rank": (),
}
"""Which numbers each kind of value function needs, and no others."""

_OTHER_NUMBERS = {
    "linear": PydanticCustomError("function_linear", "linear needs low and high"),
    "diminishing": PydanticCustomError("function_diminishing", "diminishing needs at"),
    "s": PydanticCustomError("function_s", "s needs low and high"),
    "threshold": PydanticCustomError("function_threshold", "threshold needs at"),
    "rank": PydanticCustomError("function_rank", "rank needs no numbers"),
}


class FactorFunction(BaseModel, extra="forbid", frozen=True):
    """How one factor is valued; what is missing keeps the factor's default. Numbers are in the unit of the factor."""

    kind: Literal["linear", "diminishing", "threshold", "s", "rank"] | None = None
    low: Number | None = None
    high: Number | None = None
    at: Number | None = None
    direction: Literal["rising", "falling"] | None = None
    missing: Literal["left_out", "zero", "half", "mean"] | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        given = {name for name in ("low", "high", "at") if getattr(self, name) is not None}
        if self.kind is None and given:
            raise PydanticCustomError("function_kind", "numbers need a kind")
        if self.kind is not None and given != set(ENDS[self.kind]):
            raise _OTHER_NUMBERS[self.kind]
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise PydanticCustomError("function_order", "low has to lie below high")
        if self.kind == "diminishing" and self.at is not None and self.at <= 0:
            raise PydanticCustomError("function_point", "the point of one half has to lie above 0")
        if self.kind is None and self.direction is None and self.missing is None:
            raise PydanticCustomError("function_empty", "nothing is said")
        return self


class ScoreSettings(BaseModel, extra="forbid", frozen=True):
    """Weights and value functions of the factors, and where the ranking is cut; what is missing keeps its default."""

    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    functions: dict[str, FactorFunction] = {}
    cutoffs: Annotated[list[Annotated[float, Field(gt=0, lt=1)]], Field(max_length=3)] = []
    natural_classes: Annotated[int, Field(ge=0, le=4)] = 0

    @field_validator("cutoffs")
    @classmethod
    def _rising(cls, cutoffs: list[float]) -> list[float]:
        if any(low >= high for low, high in pairwise(cutoffs)):
            raise PydanticCustomError("cutoffs_order", "cut-offs have to rise")
        return cutoffs


Channel = Literal["visit", "phone", "inside", "web", "partner"]
Protection = Literal["everything", "contact", "service", "channel", "price"]
Activity = Literal[
    "selling", "care", "service", "preparation", "travel", "coordination", "prioritisation", "administration",
    "service_design", "development", "idle",
]  # fmt: skip
Positive = Annotated[float, Field(gt=0, le=200)]


class StoppedService(BaseModel, extra="forbid", frozen=True):
    """A service that ends: hours per year and customer, else a share of the hours of an activity; without both, unknown."""

    service: str
    activity: Activity | None = None
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    hours_per_customer: Annotated[float | None, Field(ge=0, le=2000)] = None


class SegmentService(BaseModel, extra="forbid", frozen=True):
    """What one segment gets; what is missing comes from the workshop or stays as it is today."""

    contacts_per_year: Annotated[float | None, Field(ge=0, le=400)] = None
    channel: Channel | None = None
    hours_per_contact: Positive | None = None
    response_h: Annotated[float | None, Field(gt=0, le=2000)] = None
    bespoke: bool | None = None
    price_policy: Literal["negotiated", "frame", "volume", "list", "surcharge"] | None = None
    offers: list[str] = []
    stops: list[StoppedService] = []


class Taboo(BaseModel, extra="forbid", frozen=True):
    """A customer that must not be touched, and what is protected."""

    customer: str
    protection: Protection = "service"


class ServiceLevels(BaseModel, extra="forbid", frozen=True):
    """Service levels per segment, hours of a contact by channel, and taboos."""

    segments: dict[Literal["A", "B", "C", "D"], SegmentService] = {}
    hours_per_contact: dict[Channel, Positive] = {}
    taboos: list[Taboo] = []
