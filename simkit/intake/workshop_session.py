"""Reads the questionnaires of one client with all that is known about it, for the command line and the live notebook."""

from __future__ import annotations

from pathlib import Path

from simkit.foundation.errors import DataError
from simkit.intake.client import ClientData, load_client, personnel_numbers
from simkit.intake.privacy.pseudonyms import client_secret
from simkit.intake.settings.client_settings import ClientConfig, load_config
from simkit.intake.workshop.questionnaire_answers import Context
from simkit.intake.workshop.questionnaire_reading import ReadWorkshop, read_workshop
from simkit.intake.workshop.value_criteria import client_catalogue
from simkit.intake.workshop.workshop_results import workshop_folder


def read_client_workshop(client_folder: Path, folder: Path | None = None) -> ReadWorkshop:
    """Read all questionnaires of a client; nothing is stored.

    Parameters
    ----------
    folder : Path, optional
        Where the questionnaires lie; by default in the client's folder ``workshop``.

    Raises
    ------
    ConfigError
        client.yaml or criteria.yaml is wrong.
    """
    place = folder or workshop_folder(client_folder)
    return read_workshop(place, context_of(client_folder, load_config(client_folder)))


def context_of(client_folder: Path, config: ClientConfig) -> Context:
    """Return what the questionnaires of a client are checked against."""
    return Context(
        client=config.client,
        secret=client_secret(client_folder),
        language=config.language,
        catalogue=client_catalogue(workshop_folder(client_folder), config.industry),
        customers=_customers(usable_client(client_folder)),
        employees=personnel_numbers(client_folder),
    )


def usable_client(client_folder: Path) -> ClientData | None:
    """Return the client's data without an earlier workshop; None where they cannot be used yet, which a workshop can wait for."""
    try:
        return load_client(client_folder, answers=False)
    except DataError:
        return None


def _customers(client: ClientData | None) -> dict[str, str]:
    if client is None or not client.has("customers"):
        return {}
    table = client.table("customers").dropna(subset=["customer_id"])
    names = table["name"].fillna("") if "name" in table else table["customer_id"]
    return {str(number): str(name) for number, name in zip(table["customer_id"], names, strict=True)}
