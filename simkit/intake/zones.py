"""The time zone in which the client's people work; exports with an offset are brought to their wall clock."""

from __future__ import annotations

import zoneinfo

from babel.core import get_global

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text, did_you_mean
from simkit.intake.config import ClientConfig

_CHIEF_ZONES = {"DE": "Europe/Berlin", "ES": "Europe/Madrid", "PT": "Europe/Lisbon"}
"""Countries whose second zone hardly anybody works in."""


def client_zone(config: ClientConfig) -> str | None:
    """Return the stated time zone, or the only one of the country; None where the country has several.

    Raises
    ------
    ConfigError
        The stated zone is unknown.
    """
    if config.time_zone is not None:
        return _known(config.time_zone)
    if config.country in _CHIEF_ZONES:
        return _CHIEF_ZONES[config.country]
    zones = get_global("territory_zones").get(config.country, [])
    return str(zones[0]) if len(zones) == 1 else None


def _known(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            _UNKNOWN.fill(name=name), "client.yaml (time_zone)", did_you_mean(name, zoneinfo.available_timezones())
        ) from error
    return name


_UNKNOWN = Text(de="Die Zeitzone '{name}' ist unbekannt.", en="The time zone '{name}' is unknown.")
