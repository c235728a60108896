"""The amounts in designs, scenarios and levers that ship with the kit: they are in euros until a rate converts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from simkit.foundation.paths import template_folders
from simkit.intake.settings.euro_rate import stated_rate
from simkit.intake.settings.yaml_lines import YamlFile
from simkit.model.specification.model_parameters import is_amount

LEVER_COSTS: tuple[str, ...] = ("once_amount", "per_year_amount", "per_head_amount")
"""What a lever costs."""


def converted(file: YamlFile, kind: str, folder: Path | None) -> YamlFile:
    """Return a file of a kind with its amounts in the currency of a client's folder, if it is one that ships with the kit."""
    rate = stated_rate(folder) if file.path.parent == template_folders(kind)[-1] else 1.0
    return file if rate == 1.0 else replace(file, content=in_currency(file.content, rate))


def in_currency(content: Any, rate: float) -> Any:
    """Return what a file says with its amounts converted; factors under ``scale`` are no amounts.

    Parameters
    ----------
    content
        Content of a YAML file, or of a part of it.
    rate : float
        Amount of the client's currency for one euro.
    """
    if isinstance(content, Mapping):
        return {key: _entry(str(key), below, rate) for key, below in content.items()}
    return [in_currency(below, rate) for below in content] if isinstance(content, list) else content


def has_amounts(content: object) -> bool:
    """Whether a file names any amount other than nothing."""
    return bool(content != in_currency(content, 2.0))


def _entry(key: str, below: Any, rate: float) -> Any:
    if key == "scale":
        return below
    if isinstance(below, int | float) and not isinstance(below, bool):
        return below * rate if key in LEVER_COSTS or is_amount(key) else below
    return in_currency(below, rate)
