"""The weights of each participant by each method, points and swings included; for aggregation only: no person is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from simkit.foundation.frames import select
from simkit.intake.workshop.workshop_results import Workshop
from simkit.value.weighting.ahp import AhpResult, comparison_matrix, is_connected, solve

METHODS = ("pairs", "swing", "points")
"""Ways to weights; where somebody used several, the first of these counts as the person's own."""


def shared_out(points: pd.Series, criteria: Sequence[str]) -> pd.Series | None:
    """Return weights from points; None where nobody gave any.

    Parameters
    ----------
    points : pandas.Series
        Points by criterion, none negative; a criterion without an entry got none. Serves direct points (meant to add up
        to 100) as well as swing points (the most important step is 100, the others are put in relation to it).

    Returns
    -------
    pandas.Series or None
        Weight by criterion, summing to 1.

    Notes
    -----
    ``weight = points / sum of points`` (direct rating; swing weights: von Winterfeldt & Edwards 1986, *Decision Analysis
    and Behavioral Research*). Swings look at the range between the worst and the best customer and are therefore
    preferred to points, which tempt to weigh a criterion by its name.
    """
    known = points.reindex(pd.Index(criteria, name="criterion")).fillna(0.0).astype(float)
    total = float(known.sum())
    return (known / total).rename("weight") if total > 0 else None


Method = Literal["pairs", "swing", "points"]


@dataclass(frozen=True, kw_only=True)
class ParticipantWeights:
    """What one participant's answers by one method come to; the same for all three methods."""

    participant: str
    method: Method
    weights: pd.Series
    """Weight by criterion, summing to 1."""
    comparisons: AhpResult | None = None
    """Consistency of pairwise comparisons; None for the other methods."""


def all_weights(workshop: Workshop) -> tuple[ParticipantWeights, ...]:
    """Return the weights of every participant by every method that was answered far enough.

    Pairwise comparisons that do not link all criteria give no weights; `link_problems` names them.
    """
    criteria = workshop.criteria_names
    found: list[ParticipantWeights] = []
    for participant, judgements in workshop.frame("judgements").groupby("participant", sort=True):
        matrix = comparison_matrix(judgements, criteria)
        if is_connected(matrix):
            result = solve(matrix, criteria)
            found.append(
                ParticipantWeights(
                    participant=str(participant), method="pairs", weights=result.weights, comparisons=result
                )
            )
    for method in ("swing", "points"):
        given = workshop.frame("points")
        for participant, rows in select(given, method=method).groupby("participant", sort=True):
            weights = shared_out(rows.set_index("criterion")["points"], criteria)
            if weights is not None:
                found.append(
                    ParticipantWeights(
                        participant=str(participant), method="swing" if method == "swing" else "points", weights=weights
                    )
                )
    return tuple(found)


def own_weights(found: Sequence[ParticipantWeights]) -> tuple[ParticipantWeights, ...]:
    """Return one vote per participant: by comparisons, else by swings, else by points."""
    best: dict[str, ParticipantWeights] = {}
    for one in sorted(found, key=lambda entry: (entry.participant, METHODS.index(entry.method))):
        best.setdefault(one.participant, one)
    return tuple(best.values())


def table_of(found: Sequence[ParticipantWeights]) -> pd.DataFrame:
    """Return weights as a table, participants as index and criteria as columns."""
    return pd.DataFrame({one.participant: one.weights for one in found}).T.rename_axis("participant")
