"""Faster or better: efficiency has a natural limit, effectiveness puts the hours with the right customers, and both add up.

Efficiency makes more contacts in the same hours; each round of improvement brings a share of what is left up to a limit.
Effectiveness moves hours from other customers to the right ones. The response of both groups to contacts is concave.

Formulas
--------
- speed after k rounds: s = limit − (limit − 1)·(1 − step)^k
- value relative to today, with share t of the hours (today t0) on the customers who bring the share w of the value and
  elasticity ε: V(s, t) = s^ε · [w·(t/t0)^ε + (1 − w)·((1 − t)/(1 − t0))^ε]; V(1, t0) = 1
- best share: t*/(1 − t*) = [w·t0^(−ε) / ((1 − w)·(1 − t0)^(−ε))]^(1/(1 − ε))
- main effect of one lever = its effect averaged over the other; interaction = effect of both − sum of the single effects.

Source: elasticity of personal selling 0.34 (Albers, Mantrala & Sridhar 2010, second-hand); concentration of sales from the
VDMA benchmark; the limit of speed is an assumption. Caveat: one elasticity for both groups, contacts alike, no cost of the
levers; published gains from re-allocation are 2 to 8 %, so a larger effect of targeting deserves doubt.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text

EFFECTS = {
    "efficiency": Text(de="Schneller (Effizienz)", en="Faster (efficiency)"),
    "effectiveness": Text(de="Besser (Effektivität)", en="Better (effectiveness)"),
    "interaction": Text(de="Wechselwirkung", en="Interaction"),
    "both": Text(de="Beides zusammen", en="Both together"),
}


@dataclass(frozen=True, kw_only=True)
class Effort:
    """A sales force's hours, how fast they can become and where they go."""

    speedup_max: float
    """Natural limit of speed relative to today."""
    step_share: float
    """Share of what is left to the limit that one round of improvement brings."""
    rounds: float
    """Rounds of improvement done when the efficiency lever is pulled."""
    right_value_share: float
    """Share of today's value that the right customers bring."""
    hours_share_today: float
    hours_share_after: float
    """Share of the hours with them today, and when the effectiveness lever is pulled."""
    elasticity: float
    """Elasticity of a group's value to the contacts it gets, below 1."""

    @classmethod
    def of(cls, parameters: ParameterSet) -> Effort:
        """Read the effort from the parameter set."""
        return cls(**{name: parameters.value(f"small.faster.{name}") for name in cls.__dataclass_fields__})

    def speed(self, rounds: float) -> float:
        """Return the speed after some rounds of improvement, relative to today."""
        left: float = (1 - self.step_share) ** rounds
        return self.speedup_max - (self.speedup_max - 1) * left

    def value(self, speed: float, hours_share: float) -> float:
        """Return the value relative to today at this speed with this share of hours on the right customers."""
        right: float = (hours_share / self.hours_share_today) ** self.elasticity
        other: float = ((1 - hours_share) / (1 - self.hours_share_today)) ** self.elasticity
        gain: float = speed**self.elasticity
        return gain * (self.right_value_share * right + (1 - self.right_value_share) * other)


def two_by_two(effort: Effort) -> pd.DataFrame:
    """Return the value with and without each lever.

    Returns
    -------
    pandas.DataFrame
        Columns efficiency, effectiveness (bool), speed, hours_share, value (today 1); four rows.
    """
    levels = itertools.product((False, True), repeat=2)
    rows = []
    for faster, better in levels:
        speed = effort.speed(effort.rounds) if faster else 1.0
        share = effort.hours_share_after if better else effort.hours_share_today
        value = effort.value(speed, share)
        rows.append(
            {"efficiency": faster, "effectiveness": better, "speed": speed, "hours_share": share, "value": value}
        )
    return pd.DataFrame(rows)


def effects(effort: Effort) -> pd.DataFrame:
    """Return the main effects, the interaction and the joint effect, in shares of today's value.

    Returns
    -------
    pandas.DataFrame
        Columns effect (key of `EFFECTS`), value. The two main effects add up to the joint effect, for each holds half
        of the interaction.
    """
    neither, better, faster, both = two_by_two(effort)["value"]
    found = {
        "efficiency": (faster - neither + both - better) / 2,
        "effectiveness": (better - neither + both - faster) / 2,
        "interaction": both - better - faster + neither,
        "both": both - neither,
    }
    return pd.DataFrame({"effect": list(found), "value": list(found.values())})


def effects_with_range(parameters: ParameterSet) -> pd.DataFrame:
    """Return the effects with the range they take when every parameter of the model moves through its plausible range.

    Returns
    -------
    pandas.DataFrame
        Columns of `effects`, low, high: least and greatest over all corners of the plausible ranges. Wider than a
        confidence interval, and none.
    """
    names = [f"small.faster.{name}" for name in Effort.__dataclass_fields__]
    corners = itertools.product(*((parameters[name].low, parameters[name].high) for name in names))
    provenance = Provenance(kind="option", source="plausible range")
    trees = (parameters.patch(dict(zip(names, corner, strict=True)), provenance) for corner in corners)
    values = np.array([effects(Effort.of(parameter_set))["value"].to_numpy(float) for parameter_set in trees])
    return effects(Effort.of(parameters)).assign(low=values.min(axis=0), high=values.max(axis=0))


def speed_curve(effort: Effort, rounds: Iterable[float]) -> pd.DataFrame:
    """Return what speeding up has brought, and what it can still bring.

    Returns
    -------
    pandas.DataFrame
        Columns rounds, speed, value (targeting as today), next_round (what one more round adds), still_possible (what all
        further rounds together add), in shares of today's value.
    """
    share = effort.hours_share_today
    limit = effort.value(effort.speedup_max, share)
    rows = []
    for done in rounds:
        value = effort.value(effort.speed(done), share)
        more = effort.value(effort.speed(done + 1), share) - value
        rows.append(
            {
                "rounds": done,
                "speed": effort.speed(done),
                "value": value,
                "next_round": more,
                "still_possible": limit - value,
            }
        )
    return pd.DataFrame(rows)
