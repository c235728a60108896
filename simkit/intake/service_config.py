"""The part of client.yaml on service levels: what each segment gets, what ends there, and which customers are taboo."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simkit.foundation.activities import ACTIVITIES

Channel = Literal["visit", "phone", "inside", "web", "partner"]
Protection = Literal["everything", "contact", "service", "channel", "price"]
Positive = Annotated[float, Field(gt=0, le=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoppedService(_Strict):
    """A service that ends: a share of the hours of an activity, or hours a year and customer; neither is unknown."""

    service: str
    activity: Annotated[str | None, Field(pattern=f"^({'|'.join(ACTIVITIES)})$")] = None
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    hours_per_customer: Annotated[float | None, Field(ge=0, le=2000)] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.activity is not None and self.hours_per_customer is not None:
            raise ValueError("activity and hours_per_customer exclude each other")
        return self


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
