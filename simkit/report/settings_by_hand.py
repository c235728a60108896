"""Parameters of the simulation set by hand for one run: read, checked against the tree, and noted in the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData


def parsed_changes(changes: Iterable[str]) -> dict[str, float]:
    """Return parameters set by hand as ``path=value``.

    Raises
    ------
    UsageError
        When one is not of that form, no number, or names no parameter.
    ConfigError
        When a value lies outside of the allowed range.
    """
    values = dict(_parsed_change(change) for change in changes)
    if values:
        from simkit.foundation.parameters import Provenance
        from simkit.model.parameters import load_defaults

        load_defaults().patch(values, Provenance(kind="option", source="--set"))
    return values


def _parsed_change(change: str) -> tuple[str, float]:
    path, sign, value = change.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not sign or number != number:
        raise UsageError(
            Text(
                de=f"'{change}' ist keine Angabe der Form Pfad=Zahl.", en=f"'{change}' is not of the form path=number."
            ),
            "--set",
            Text(
                de="Beispiel: --set handover.clarification_chance=0.2",
                en="Example: --set handover.clarification_chance=0.2",
            ),
        )
    return path.strip(), number


def with_changes(client: ClientData, changes: Mapping[str, float]) -> ClientData:
    """Return the client with parameters set by hand; they go before those of client.yaml."""
    if not changes:
        return client
    assumptions = {**client.config.assumptions, **changes}
    return replace(client, config=client.config.model_copy(update={"assumptions": assumptions}))


def written_changes(changes: Mapping[str, float]) -> str:
    """Return parameters set by hand as one text that :func:`parsed_changes` reads, part by part."""
    return ",".join(f"{path}={value!r}" for path, value in changes.items())
