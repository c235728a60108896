"""Which weights the score of customers uses: the client's own, those of the workshop, or the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from simkit.foundation.missing import present
from simkit.foundation.text import Text
from simkit.intake.workshop.workshop_results import Workshop
from simkit.value.score.class_stability import Judged
from simkit.value.score.customer_score import chosen_weights
from simkit.value.score.factors import FACTORS
from simkit.value.weighting.group import GroupWeights, group_weights

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

Origin = Literal["client", "workshop", "default"]
SOURCES: Mapping[Origin, Text] = {
    "client": Text(de="Gewichte aus client.yaml (score.weights)", en="weights from client.yaml (score.weights)"),
    "workshop": Text(
        de="Gewichte aus dem Workshop mit {people} Teilnehmern", en="weights from the workshop of {people} participants"
    ),
    "default": Text(de="voreingestellte Gewichte", en="default weights"),
}


@dataclass(frozen=True, kw_only=True)
class ChosenWeights:
    """The weights of a client's score and where they come from."""

    weights: Mapping[str, float]
    """Weight of every factor of `FACTORS`, 0 for those that do not count."""
    origin: Origin
    people: int
    """Participants of the workshop behind them; 0 where it is not the workshop."""
    without_factor: Mapping[str, float]
    """Criteria of the workshop that no factor measures, with the weight they have there; it is left out."""

    @property
    def source(self) -> Text:
        """Where they come from, in words."""
        return SOURCES[self.origin].fill(people=self.people)


def weights_of(client: ClientData) -> ChosenWeights:
    """Return the weights of a client's score.

    Parameters
    ----------
    client : ClientData
        With what client.yaml says under ``score.weights`` and with the workshop, where there was one.

    Notes
    -----
    Weights of client.yaml are on a scale of their own, so they replace those of the workshop as a whole. A workshop weighs
    what makes a customer valuable, so factors that it did not ask about do not count.

    Raises
    ------
    ConfigError
        ``score.weights`` names no factor, or weighs nothing.
    """
    own = client.config.score.weights
    nothing: Mapping[str, float] = {}
    if own or client.workshop is None:
        origin: Origin = "client" if own else "default"
        return ChosenWeights(weights=chosen_weights(own), origin=origin, people=0, without_factor=nothing)
    group = present(group_weights(client.workshop, minimum=client.config.privacy.minimum_group))
    factors, without = by_factor(client.workshop, group.weights) if group is not None else ({}, {})
    if group is None or not sum(factors.values()) > 0:
        return ChosenWeights(weights=chosen_weights({}), origin="default", people=0, without_factor=without)
    weights = {name: factors.get(name, 0.0) for name in FACTORS}
    return ChosenWeights(weights=weights, origin="workshop", people=group.people, without_factor=without)


def by_factor(workshop: Workshop, weights: pd.Series) -> tuple[dict[str, float], dict[str, float]]:
    """Return the weights of criteria as weights of factors, and those of criteria that no factor measures."""
    factors: dict[str, float] = {}
    without: dict[str, float] = {}
    for one in workshop.catalogue.criteria:
        target = factors if one.factor in FACTORS else without
        name = one.factor if one.factor in FACTORS else one.name
        target[name] = target.get(name, 0.0) + float(weights[one.name])
    return factors, without


def classes_by_department(client: ClientData, customers: Judged, group: GroupWeights) -> pd.DataFrame | None:
    """Return the class of each customer if one believes one department instead of the group.

    Parameters
    ----------
    client : ClientData
        With a workshop.
    group : GroupWeights
        Weights by department, five people or more each.

    Returns
    -------
    pandas.DataFrame or None
        Index ``customer_id``, a column per department; customers with revenue only. None without departments.
    """
    if client.workshop is None or group.departments is None:
        return None
    buying = customers.revenue[customers.revenue > 0].index
    views = {str(name): by_factor(client.workshop, group.departments[name])[0] for name in group.departments}
    return pd.DataFrame({name: customers.classes(weights).loc[buying] for name, weights in views.items()})
