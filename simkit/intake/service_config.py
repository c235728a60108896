"""The part of client.yaml on service levels: what each segment gets, what ends there, and which customers are taboo."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Channel = Literal["visit", "phone", "inside", "web", "partner"]
Protection = Literal["everything", "contact", "service", "channel", "price"]
Activity = Literal[
    "selling", "care", "service", "preparation", "travel", "coordination", "prioritisation", "administration",
    "service_design", "development", "idle",
]  # fmt: skip
Positive = Annotated[float, Field(gt=0, le=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoppedService(_Strict):
    """A service that ends: hours a year and customer, else a share of the hours of an activity; without both, unknown."""

    service: str
    activity: Activity | None = None
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    hours_per_customer: Annotated[float | None, Field(ge=0, le=2000)] = None


class SegmentService(_Strict):
    """What one segment gets; what is missing comes from the workshop or stays as it is today."""

    contacts_per_year: Annotated[float | None, Field(ge=0, le=400)] = None
    channel: Channel | None = None
    hours_per_contact: Positive | None = None
    response_h: Annotated[float | None, Field(gt=0, le=2000)] = None
    bespoke: bool | None = None
    price_policy: Literal["negotiated", "frame", "volume", "list", "surcharge"] | None = None
    offers: list[str] = []
    stops: list[StoppedService] = []


class Taboo(_Strict):
    """A customer that must not be touched, and what is protected."""

    customer: str
    protection: Protection = "service"


class ServiceLevels(_Strict):
    """Service levels per segment, hours of a contact by channel, and taboos."""

    segments: dict[Literal["A", "B", "C", "D"], SegmentService] = {}
    hours_per_contact: dict[Channel, Positive] = {}
    taboos: list[Taboo] = []
