"""The model's own parameters, and the same numbers laid out for the engine's inner loop."""

from __future__ import annotations

from dataclasses import replace
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
    "is_amount",
    "load_defaults",
]

CLASSES: tuple[str, ...] = ("standard", "configured", "bespoke")
STANDARD, CONFIGURED, BESPOKE = range(len(CLASSES))
SEGMENTS: tuple[str, ...] = ("A", "B", "C")
MONEY_UNITS = frozenset({"money", "money/a"})
ROUND_CAP = 12  # extra rounds at most; their marks are drawn before the run
PARTNER_CAP = 4
NO_GATE = -9.0  # value of the parameter gate.quality_minimum at which no opportunity is qualified
SPREAD, LEAVE, FOCUS = range(3)  # values of the parameter shortage.policy
OWN_STAFF, PARTNER, DROPPED_CUSTOMER = range(3)  # who serves a customer


@cache
def load_defaults(rate: float = 1.0) -> ParameterSet:
    """Read the parameters that ship with simkit (no client's numbers in them).

    Parameters
    ----------
    rate : float
        Amount of the client's currency for one euro; amounts and their ranges are converted by it.
    """
    here = Path(__file__)
    defaults = load_parameter_set(here.with_name("parameters.yaml"), Labels(here.with_name("parameter_labels.yaml")))
    if rate == 1.0:
        return defaults
    return ParameterSet({path: _converted(parameter, rate) for path, parameter in defaults.items()})


def is_amount(path: str) -> bool:
    """Whether a parameter is an amount of money, so that its value hangs on the currency."""
    return path in (defaults := load_defaults()) and defaults[path].unit in MONEY_UNITS


def _converted(parameter: Parameter, rate: float) -> Parameter:
    if parameter.unit not in MONEY_UNITS:
        return parameter
    stated = parameter.provenance
    source, source_de = (
        "; ".join(filter(None, (one, f"{word} {rate:g}")))
        for one, word in (
            (stated.source, "in euros, converted at"),
            (stated.source_de or stated.source, "in Euro, umgerechnet mit"),
        )
    )
    return replace(
        parameter, value=parameter.value * rate, minimum=parameter.minimum * rate, maximum=parameter.maximum * rate,
        low=parameter.low * rate, high=parameter.high * rate,
        provenance=replace(stated, source=source, source_de=source_de),
    )  # fmt: skip
