"""How many contacts each class of customers is meant to get, and who said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text, did_you_mean
from simkit.value.service.service_levels import planned_level
from simkit.value.service.service_study import agreed_in

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

SOURCES = ("workshop", "controlling", "service_levels", "assumptions")
"""Where a plan may come from; the first that names the class holds."""
COLUMNS = ("segment", "contacts_per_year", "source")


def planned_contacts(client: ClientData, classes: list[str], present: list[str]) -> pd.DataFrame:
    """Return the planned contacts of the classes for which there is a plan.

    Parameters
    ----------
    client : ClientData
        With or without answers of a workshop.
    classes, present : list of str
        Names that a class may have, and those that have customers.

    Returns
    -------
    pandas.DataFrame
        ``segment, contacts_per_year`` (per customer)``, source``: "workshop" (agreed service level, median of the
        participants; at least as many as the minimum group), "controlling", "service_levels" or "assumptions", all three of
        client.yaml; one row for each present class that has a plan.

    Raises
    ------
    ConfigError
        When controlling.contacts_per_year names a class that does not exist.
    """
    stated = client.config.controlling.contacts_per_year
    for name in stated:
        if name not in classes:  # a class may be empty where customers are alike
            raise ConfigError(
                Text(de="unbekannte Klasse '{name}'", en="unknown class '{name}'").fill(name=name),
                f"client.yaml: controlling.contacts_per_year.{name}",
                did_you_mean(name, classes),
            )
    levels = agreed_in(client.workshop, client.config.privacy.minimum_group).levels
    agreed = pd.DataFrame() if levels is None else levels.set_index("segment")
    rows = []
    for name in present:
        level, origin = planned_level(name, client.config.service_levels, agreed).get("contacts_per_year", (None, ""))
        assumed = client.config.assumptions.get(f"care.{name}.contacts_per_year")
        found = {
            "workshop": level if origin == "workshop" else None,
            "controlling": stated.get(name),
            "service_levels": level if origin == "client" else None,
            "assumptions": assumed if isinstance(assumed, int | float) else None,
        }
        for source in SOURCES:
            if found[source] is not None:
                rows.append((name, float(str(found[source])), source))
                break
    return pd.DataFrame(rows, columns=list(COLUMNS))
