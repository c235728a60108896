"""A small client with service levels and response curves that a workshop of six agreed on."""

from __future__ import annotations

from dataclasses import dataclass

from simkit.intake.settings.customer_settings import ServiceLevels
from simkit.intake.workshop.workshop_results import Workshop, made_frame
from tests.study.made_client import MadeClient, made_client
from tests.value.made_workshop import made_workshop

PEOPLE = tuple(f"P{number}" for number in range(6))
CURVES = {"A": (60, 85, 109, 125, 200), "B": (70, 90, 105, 115, 150)}
"""Sales without care, at half and at one and a half times, at any amount, and the care from which more brings nothing."""
LEVELS = {
    "A": {"contacts_per_year": 24.0, "response_h": 8.0, "channel": "visit", "bespoke": "yes", "price_policy": "frame"},
    "B": {"contacts_per_year": 8.0, "response_h": 20.0, "channel": "phone", "bespoke": "yes"},
    "C": {"contacts_per_year": 1.0, "response_h": 80.0, "channel": "web", "bespoke": "no"},
}
ANSWERS = ("sales_at_none", "sales_at_half", "sales_at_more", "sales_at_most", "saturation_effort")


def workshop(
    levels: dict[str, dict[str, object]] = LEVELS,
    curves: dict[str, tuple[float, ...]] = CURVES,
    participants: tuple[str, ...] = PEOPLE,
) -> Workshop:
    services = [
        {"participant": who, "segment": name, **level} for who in participants for name, level in levels.items()
    ]
    responses = [
        {"participant": who, "segment": name, **dict(zip(ANSWERS, points, strict=True))}
        for who in participants
        for name, points in curves.items()
    ]
    return made_workshop(services=made_frame("services", services), responses=made_frame("responses", responses))


@dataclass(frozen=True, kw_only=True)
class AgreedClient(MadeClient):
    workshop: Workshop | None = None


def agreed_client(said: Workshop | None, **stated: object) -> AgreedClient:
    """A made client with a workshop, and with service levels in client.yaml where some are stated."""
    client = AgreedClient(tables=made_client().tables, workshop=said)
    client.config.service_levels = ServiceLevels.model_validate(stated)
    return client
