"""The kit's own costs are in euros: for a client of another currency they are converted, or its own must be stated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from simkit.foundation.missing import Missing
from simkit.foundation.paths import template_folders
from simkit.foundation.text import Text, same
from simkit.intake.settings.client_settings import EURO
from simkit.model.specification.euro_amounts import has_amounts
from simkit.model.specification.model_parameters import MONEY_UNITS, load_defaults
from simkit.model.specification.overrides import names_of, read_override

if TYPE_CHECKING:
    from simkit.intake.client import ClientData


def lacking_in_currency(client: ClientData) -> Missing | None:
    """Return which costs of its own a client of another currency must state; None where a rate or all of them are."""
    config = client.config
    if config.currency == EURO or config.currency_rate is not None:
        return None
    needed = tuple(_needed(client))
    if not needed:
        return None
    return Missing(
        reason=_IN_EUROS.fill(currency=config.currency), remedy=(_RATE.fill(currency=config.currency), *needed)
    )


def shipped_amounts(kind: str, folder: Path | None = None) -> tuple[str, ...]:
    """Return the files of a kind that name amounts in euros: those that ship with the kit and that the client has none for.

    Parameters
    ----------
    kind : {"designs", "levers"}
        What they are.
    folder : Path or None
        The client's folder.
    """
    shipped = template_folders(kind)[-1]
    files = (read_override(kind, name, folder) for name in names_of(kind, folder))
    return tuple(one.name for one in files if one.file.path.parent == shipped and has_amounts(one.content))


def _needed(client: ClientData) -> Iterator[Text]:
    staff = client.table("employees") if client.has("employees") else None
    if staff is None or "cost_amount" not in staff or staff["cost_amount"].isna().any():
        yield _STAFF_COST
    for path, parameter in load_defaults().items():
        # The value of orders is measured; an amount of nothing is the same in every currency.
        own = path.startswith("orders.") or path in client.config.assumptions
        if parameter.unit in MONEY_UNITS and parameter.value and not own:
            yield _PARAMETER.fill(label=parameter.label, path=path)
    for kind in ("designs", "levers"):
        names = shipped_amounts(kind, client.folder)
        if names:
            yield _FILES.fill(kind=kind, names=same(", ".join(names)))


_IN_EUROS = Text(
    de="Die Organisation wird nicht simuliert: Kosten, die der Kunde nicht nennt, stehen in Euro da, die Währung ist {currency}.",
    en="The organisation is not simulated: costs that the client does not state are in euros, its currency is {currency}.",
)
_RATE = Text(
    de="den Kurs in client.yaml, zum Beispiel currency_rate: 400 ({currency} für einen Euro); oder alle folgenden",
    en="the rate in client.yaml, such as currency_rate: 400 ({currency} for one euro); or all of the following",
)
_STAFF_COST = Text(
    de="Personalkosten je Person (employees: cost_amount)", en="staff cost per person (employees: cost_amount)"
)
_PARAMETER = Text(de="{label} (assumptions: {path})", en="{label} (assumptions: {path})")
_FILES = Text(
    de="Kosten in eigenen Dateien im Ordner {kind}/ des Kunden: {names}",
    en="costs in files of its own in the client's folder {kind}/: {names}",
)
