"""Thresholds and published results with their sources: what our results are held against, not what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from simkit.foundation.text import Text

FILE = Path(__file__).with_name("thresholds.yaml")


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """One number to hold a result against."""

    value: float
    """The number, in `unit`."""
    label: Text
    unit: str
    """"share" (0..1) or "1"."""
    source: str
    evidence_grade: str
    """Where it comes from, and how far the source is to be trusted."""


@cache
def thresholds() -> Mapping[str, Threshold]:
    """Return all thresholds by name, such as ``rule.reliability``."""
    import yaml

    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return MappingProxyType({name: _standard(entry) for name, entry in entries.items()})


def threshold(name: str) -> float:
    """Return the value of one standard."""
    return thresholds()[name].value


def _standard(entry: Mapping[str, object]) -> Threshold:
    return Threshold(
        value=float(str(entry["value"])),
        label=Text(de=str(entry["de"]), en=str(entry["en"])),
        unit=str(entry["unit"]),
        source=str(entry["source"]),
        evidence_grade=str(entry["evidence_grade"]),
    )
