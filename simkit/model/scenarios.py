"""Scenarios: what happens to the client, as overlays on the parameter tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.parameters import Parameters, Provenance
from simkit.foundation.text import Text
from simkit.model.overlays import check_keys, names_of, read_overlay, text_of


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One thing that may happen to the client.

    Parameters
    ----------
    name : str
        Name of its file.
    title, purpose : Text
        What people call it, and what it assumes.
    overlay : mapping of str to float
        Leaves that it sets.
    source, mark : str
        Where its numbers come from, and how far to trust them.
    """

    name: str
    title: Text
    purpose: Text
    overlay: Mapping[str, float]
    source: str = ""
    mark: str = ""

    def on(self, parameters: Parameters) -> Parameters:
        """Return the tree in which this scenario holds."""
        source = f"{self.name}: {self.source}" if self.source else self.name
        return parameters.patch(self.overlay, Provenance(kind="scenario", source=source, mark=self.mark))


def scenario_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all scenarios, shipped and the client's own."""
    return names_of("scenarios", folder)


def load_scenario(name: str, folder: Path | None = None) -> Scenario:
    """Read one scenario.

    Raises
    ------
    ConfigError
        If it does not exist or has a key that means nothing.
    """
    content, file = read_overlay("scenarios", name, folder)
    check_keys(content, ("title", "purpose", "source", "mark", "set"), str(file))
    return Scenario(
        name=name,
        title=text_of(content.get("title"), f"{file}: title"),
        purpose=text_of(content.get("purpose"), f"{file}: purpose"),
        overlay=content.get("set") or {},
        source=content.get("source", ""),
        mark=content.get("mark", ""),
    )
