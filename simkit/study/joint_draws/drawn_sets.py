"""Draws of everything at once: a Latin hypercube over all dimensions, and the client that each draw describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.random_streams import stream
from simkit.model.specification.model_parameters import CLASSES
from simkit.study.joint_draws.drawn_parameters import EFFECT_OF, DrawnSet

STREAM = "joint_draws.hypercube"
BY_DRAW = Provenance(kind="scenario", source="draw")
VALUE_COLUMNS = ("draw", "design", "parameter", "value")
_SHARES = tuple(f"orders.{name}.share" for name in CLASSES)


@dataclass(frozen=True, kw_only=True)
class Draw:
    """One client who may be ours, with the designs as they would work there."""

    client: Mapping[str, float]
    """What is otherwise for the client, parameter: value."""
    designs: Mapping[str, Mapping[str, float]]
    """What is otherwise of that which a design sets itself, by its label."""
    effects: Mapping[str, float] = field(default_factory=dict)
    """Share that each promised lever keeps of its promise, by name, 0..1."""


@dataclass(frozen=True, kw_only=True)
class Draws:
    """All draws."""

    draws: tuple[Draw, ...]
    scores: pd.DataFrame
    """Each dimension of each draw on the scale that it is drawn on, standardised; one column per dimension."""

    def frame(self) -> pd.DataFrame:
        """Return every value that is otherwise (:data:`VALUE_COLUMNS`): of the client where no design is named, with
        whatever follows from today in the draw."""
        rows = [
            (number, design, path, value)
            for number, draw in enumerate(self.draws, start=1)
            for design, values in (("", {**draw.client, **promised(draw.effects)}), *draw.designs.items())
            for path, value in values.items()
        ]
        return pd.DataFrame(rows, columns=list(VALUE_COLUMNS))


def promised(effects: Mapping[str, float]) -> dict[str, float]:
    """Return the shares of their promises that levers keep, by the name of their dimension."""
    return {f"{EFFECT_OF}{name}": share for name, share in effects.items()}


def hypercube(dimensions: int, count: int, seed: int) -> Floats:
    """Return places 0 … 1 that spread evenly over each dimension, shape (count, dimensions).

    Notes
    -----
    Latin hypercube (McKay, Beckman & Conover 1979, *Technometrics* 21): each dimension is cut into as many equal parts as
    there are draws, and each part holds one draw.
    """
    from scipy.stats import qmc

    places: Floats = qmc.LatinHypercube(dimensions, rng=stream(seed, -1, STREAM)).random(count)
    return places


def sampled(chosen: DrawnSet, count: int, seed: int) -> Draws:
    """Return so many draws of all parameters.

    Notes
    -----
    Dimensions are independent of each other; what was measured together moves together as one dimension, and the shares of
    the order classes are scaled to a sum of 1.
    """
    dimensions = chosen.dimensions
    places = dict(zip(dimensions, hypercube(len(dimensions), count, seed).T, strict=True)) if dimensions else {}
    client: dict[str, Floats] = {}
    designs: dict[str, dict[str, Floats]] = {}
    scores: dict[str, Floats] = {}
    for one in chosen.drawn:
        for label, marginal in one.marginals.items():
            values = marginal.at(places[one.together])
            (designs.setdefault(label, {}) if label else client)[one.path] = values
            scores.setdefault(one.together, _standardised(marginal.scaled(places[one.together])))
    effects = {one.name: places[f"{EFFECT_OF}{one.name}"] for one in chosen.promises}
    scores |= {f"{EFFECT_OF}{name}": _standardised(share) for name, share in effects.items()}
    client |= _summing_to_one({path: client[path] for path in _SHARES if path in client}, chosen.parameters, count)
    draws = tuple(
        Draw(
            client=_picked(client, number),
            designs={label: _picked(own, number) for label, own in designs.items()},
            effects=_picked(effects, number),
        )
        for number in range(count)
    )
    return Draws(draws=draws, scores=pd.DataFrame(scores, index=range(1, count + 1)))


def _picked(values: Mapping[str, Floats], number: int) -> dict[str, float]:
    return {path: float(drawn[number]) for path, drawn in values.items()}


def _standardised(values: Floats) -> Floats:
    spread = float(np.std(values))
    result: Floats = (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))
    return result


def _summing_to_one(shares: Mapping[str, Floats], parameters: ParameterSet, count: int) -> dict[str, Floats]:
    """Return the shares of the order classes scaled to a sum of 1; nothing where none is drawn."""
    if not shares:
        return {}
    every = {path: shares.get(path, np.full(count, parameters.value(path))) for path in _SHARES}
    total = np.sum(list(every.values()), axis=0)
    return {path: values / total for path, values in every.items()}
