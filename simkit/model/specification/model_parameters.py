"""The model's own parameters, and the same numbers laid out for the engine's inner loop."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from simkit.foundation.catalogue import Labels
from simkit.foundation.parameter_set import Parameter, ParameterSet, Provenance, load_parameter_set

__all__ = [
    "BESPOKE",
    "CLASSES",
    "CONFIGURED",
    "SEGMENTS",
    "STANDARD",
    "Parameter",
    "ParameterSet",
    "Provenance",
    "load_defaults",
]

CLASSES: tuple[str, ...] = ("standard", "configured", "bespoke")
STANDARD, CONFIGURED, BESPOKE = range(len(CLASSES))
SEGMENTS: tuple[str, ...] = ("A", "B", "C")
ROUND_CAP = 12  # extra rounds at most; their marks are drawn before the run
PARTNER_CAP = 4
NO_GATE = -9.0  # value of the parameter gate.quality_minimum at which no opportunity is qualified
SPREAD, LEAVE, FOCUS = range(3)  # values of the parameter shortage.policy
OWN_STAFF, PARTNER, DROPPED_CUSTOMER = range(3)  # who serves a customer


@cache
def load_defaults() -> ParameterSet:
    """Read the parameters that ship with simkit (no client's numbers in them)."""
    here = Path(__file__)
    return load_parameter_set(here.with_name("parameters.yaml"), Labels(here.with_name("parameter_labels.yaml")))
