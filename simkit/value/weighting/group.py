"""The weights of the group: aggregated two ways, by department, with consensus and dissent; nothing on fewer than five.

Aggregation of individual judgements (AIJ) treats the group as one person, aggregation of individual priorities (AIP) as
several who each have a vote (Forman & Peniwati 1998, European Journal of Operational Research 108).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.effort.people_sample import share_over_people
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.privacy.disclosure import OTHER, merge_small_groups
from simkit.intake.settings.client_settings import MINIMUM_GROUP
from simkit.intake.workshop.workshop_results import Workshop
from simkit.value.weighting.ahp import SCALE_END, AhpResult, comparison_matrix, is_connected, solve
from simkit.value.weighting.participants import ParticipantWeights, all_weights, own_weights, table_of

LEAST_PEOPLE = 2
"""One person's answers are no result of a workshop."""
CONSENSUS_SOURCE = "Goepel 2013, ISAHP; bpmsg.com"
CONSENSUS_WORDS: tuple[tuple[float, Text], ...] = (
    (0.5, Text(de="sehr gering", en="very low")),
    (0.625, Text(de="gering", en="low")),
    (0.75, Text(de="mittel", en="moderate")),
    (0.875, Text(de="hoch", en="high")),
    (1.01, Text(de="sehr hoch", en="very high")),
)
"""Upper ends of the consensus and their words, after the same source."""
NO_WEIGHTS = Text(
    de="Weniger als zwei Teilnehmer haben Kriterien gewichtet; die Gewichte des Kundenwerts stammen nicht aus dem Workshop.",
    en="Fewer than two participants weighed criteria; the weights of customer value do not come from the workshop.",
)


@dataclass(frozen=True, kw_only=True)
class GroupWeights:
    """What the participants together say about the criteria."""

    weights: pd.Series
    """Weight by criterion, summing to 1: mean over the participants' own weights, one vote each."""
    people: int
    """Participants behind it."""
    spread: pd.DataFrame | None
    """Index criterion; ``low, high`` (95 % interval over participants) and ``dissent`` (standard deviation between
    participants, as a share); None under the smallest group."""
    methods: pd.DataFrame | None
    """Index criterion, a column per way that may be shown: ``aij`` and ``aip`` from pairwise comparisons of the same
    people, ``swing``, ``points``; None under the smallest group."""
    method_people: pd.Series
    """Participants behind each column of `methods`."""
    departments: pd.DataFrame | None
    """Index criterion, a column per department of the smallest group or more, the rest pooled as ``other``."""
    department_people: pd.Series
    """Participants behind each column of `departments`."""
    consensus: float | None
    """0 (everybody weighs something else) to 1 (all alike); None under the smallest group."""
    department_consensus: pd.Series
    """The same within each column of `departments`."""
    joint: AhpResult | None
    """Consistency of the group's geometric mean judgements; None without linked comparisons of enough people."""
    compared: int
    inconsistent: int
    """Participants with linked comparisons, and those of them above the threshold of consistency."""
    minimum: int
    """Smallest group that is shown."""


def group_weights(workshop: Workshop, *, minimum: int = MINIMUM_GROUP) -> GroupWeights | Missing:
    """Return the weights of the group; missing when fewer than two participants gave weights.

    Parameters
    ----------
    workshop : Workshop
        What was answered.
    minimum : int
        Smallest group of which anything but the joint weights is shown.

    Notes
    -----
    Under `minimum` participants only the joint weights exist: they are what the group decided, and the score needs them.
    """
    found = all_weights(workshop)
    own = table_of(own_weights(found))
    if len(own) < LEAST_PEOPLE:
        return Missing(reason=NO_WEIGHTS)
    enough = len(own) >= minimum
    compared = [one for one in found if one.comparisons is not None]
    methods = _methods(workshop, found, own, minimum) if enough else pd.DataFrame()
    departments = _departments(workshop, own, minimum) if enough else {}
    means = {name: own.loc[people].mean() for name, people in departments.items()}
    inconsistent = sum(one.comparisons.inconsistent for one in compared if one.comparisons is not None)
    return GroupWeights(
        weights=own.mean().rename("weight").rename_axis("criterion"),
        people=len(own),
        spread=_spread(own) if enough else None,
        methods=methods if enough and not methods.empty else None,
        method_people=_method_people(found, methods),
        departments=pd.DataFrame(means).rename_axis("criterion") if means else None,
        department_people=pd.Series({name: len(people) for name, people in departments.items()}, dtype="int64"),
        consensus=consensus(own) if enough else None,
        department_consensus=pd.Series(
            {name: consensus(own.loc[people]) for name, people in departments.items()}, dtype=float
        ),
        joint=joint_comparisons(workshop, compared) if len(compared) >= minimum else None,
        compared=len(compared),
        inconsistent=inconsistent,
        minimum=minimum,
    )


def joint_comparisons(workshop: Workshop, compared: Sequence[ParticipantWeights]) -> AhpResult | None:
    """Return what the geometric means of the judgements say; None when they do not link all criteria.

    Parameters
    ----------
    workshop : Workshop
        What was answered.
    compared : sequence of ParticipantWeights
        Participants whose own comparisons give weights, so that both aggregations rest on the same people.
    """
    judgements = workshop.frame("judgements")
    people = {one.participant for one in compared}
    matrix = comparison_matrix(judgements[judgements["participant"].isin(people)], workshop.criteria_names)
    return solve(matrix, workshop.criteria_names) if is_connected(matrix) else None


def consensus(weights: pd.DataFrame) -> float:
    """Return how far the participants agree, from 0 to 1.

    Parameters
    ----------
    weights : pandas.DataFrame
        Participants as index, criteria as columns, rows summing to 1.

    Notes
    -----
    With Shannon's entropies alpha (mean within participants), gamma (of the mean weights) and beta = gamma − alpha::

        S = (1 / exp(beta) − exp(alpha_min) / n) / (1 − exp(alpha_min) / n)

    alpha_min being the entropy of a participant who puts one criterion nine times above all others, n the number of
    criteria (Goepel 2013, *Implementing the Analytic Hierarchy Process as a Standard Method for Multi-Criteria Decision
    Making in Corporate Enterprises*, ISAHP; newest form on bpmsg.com). Points may differ more than the scale of comparisons
    allows; the value is cut to 0..1.
    """
    number = weights.shape[1]
    if number < 2:
        return 1.0
    shares = weights.to_numpy(dtype=float)
    alpha = float(_entropy(shares).mean())
    gamma = float(_entropy(shares.mean(axis=0)))
    extreme = np.r_[SCALE_END, np.ones(number - 1)] / (SCALE_END + number - 1)
    least = float(np.exp(_entropy(extreme))) / number
    return float(np.clip((np.exp(alpha - gamma) - least) / (1 - least), 0.0, 1.0))


def consensus_word(value: float) -> Text:
    """Return a consensus in words."""
    return next(word for end, word in CONSENSUS_WORDS if value < end)


def _entropy(shares: np.ndarray) -> np.ndarray:
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=-1))


def _spread(own: pd.DataFrame) -> pd.DataFrame:
    """Return the interval of the mean over participants, and how far they differ."""
    means = [share_over_people(own[name].to_numpy(dtype=float), np.ones(len(own))) for name in own]
    ends = {"low": [one.low for one in means], "high": [one.high for one in means]}
    return pd.DataFrame({**ends, "dissent": own.std(ddof=1)}, index=own.columns).rename_axis("criterion")


def _methods(workshop: Workshop, found: Sequence[ParticipantWeights], own: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return the weights by each way that enough people used.

    The mean over people who compared is left out where taking it off the mean over all would leave too few.
    """
    columns: dict[str, pd.Series] = {}
    pairs = [one for one in found if one.method == "pairs"]
    rest = len(own) - len(pairs)
    if len(pairs) >= minimum and (rest == 0 or rest >= minimum):
        joint = joint_comparisons(workshop, pairs)
        if joint is not None:
            columns["aij"] = joint.weights
        columns["aip"] = table_of(pairs).mean()
    for method in ("swing", "points"):
        answered = [one for one in found if one.method == method]
        if len(answered) >= minimum and not 0 < _alone(answered, found) < minimum:
            columns[method] = table_of(answered).mean()
    return pd.DataFrame(columns).rename_axis("criterion")


def _alone(answered: Sequence[ParticipantWeights], found: Sequence[ParticipantWeights]) -> int:
    """Return for how many people of a method it is the only one, so that it stands in the mean over all as well."""
    ways = pd.Series([one.participant for one in found]).value_counts()
    alone = sum(int(ways[one.participant] == 1) for one in answered)
    return 0 if alone == len(answered) else alone


def _method_people(found: Sequence[ParticipantWeights], methods: pd.DataFrame) -> pd.Series:
    named = {"aij": "pairs", "aip": "pairs"}
    counts = {name: sum(one.method == named.get(name, name) for one in found) for name in methods.columns}
    return pd.Series(counts, dtype="int64")


def _departments(workshop: Workshop, own: pd.DataFrame, minimum: int) -> dict[str, list[str]]:
    """Return the participants of each department that may be shown; none when there is only one group."""
    department = workshop.departments().reindex(own.index).fillna(OTHER)
    groups = {str(name): set(map(str, rows.index)) for name, rows in department.groupby(department)}
    shown = merge_small_groups(groups, minimum=minimum)
    merged: dict[str, list[str]] = {}
    for name, people in groups.items():
        merged.setdefault(shown[name], []).extend(sorted(people))
    ordered = sorted(merged, key=lambda name: (name == OTHER, name))
    return {name: merged[name] for name in ordered} if len(merged) > 1 else {}
