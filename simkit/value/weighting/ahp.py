"""The Analytic Hierarchy Process: weights from pairwise comparisons, and how far the comparisons contradict each other.

A matrix may have holes: what nobody compared is missing, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.formats import both_ways
from simkit.foundation.text import Text
from simkit.intake.workshop.problems import Problem
from simkit.intake.workshop.workshop_results import Workshop

Matrix = np.ndarray[Any, np.dtype[np.float64]]

SCALE_END = 9.0
"""Largest judgement of Saaty's fundamental scale."""
THRESHOLD = 0.10
"""Consistency ratio above which a warning is given (Saaty 1980); it never stops anything."""
RANDOM_INDEX: dict[int, float] = {
    3: 0.52,
    4: 0.89,
    5: 1.11,
    6: 1.25,
    7: 1.35,
    8: 1.40,
    9: 1.45,
    10: 1.49,
    11: 1.51,
    12: 1.48,
    13: 1.56,
    14: 1.57,
    15: 1.59,
}
"""Mean consistency index of random matrices by number of criteria; other tables give other ratios for the same matrix."""
RANDOM_INDEX_SOURCE = "Saaty 2005 (3–10), Saaty 1980 (11–15)"
MOST_CRITERIA = max(RANDOM_INDEX)


@dataclass(frozen=True, kw_only=True)
class Triad:
    """Three criteria whose comparisons do not fit together."""

    first: str
    middle: str
    last: str
    """Criteria; `first` against `middle` and `middle` against `last` together say something about `first` and `last`."""
    step_one: float
    step_two: float
    """How many times `first` counts as much as `middle`, and `middle` as `last`."""
    direct: float
    """How many times `first` counts as much as `last`, as it was said."""

    @property
    def implied(self) -> float:
        """How many times `first` would count as much as `last` by the two steps."""
        return self.step_one * self.step_two

    @property
    def gap(self) -> float:
        """Factor by which the direct comparison misses the implied one, at least 1."""
        return float(np.exp(abs(np.log(self.implied / self.direct))))


@dataclass(frozen=True, kw_only=True)
class AhpResult:
    """What one matrix of comparisons says."""

    weights: pd.Series
    """Weight by criterion, summing to 1."""
    consistency_ratio: float
    """Consistency index divided by the random index of `RANDOM_INDEX_SOURCE`, corrected for missing comparisons; 0
    where nothing can contradict."""
    answered: int
    possible: int
    """Comparisons made, and comparisons there are."""
    worst_triad: Triad | None
    """The largest contradiction; None without one."""

    @property
    def inconsistent(self) -> bool:
        """Whether the ratio is above the threshold."""
        return self.consistency_ratio > THRESHOLD


def comparison_matrix(judgements: pd.DataFrame, criteria: Sequence[str]) -> Matrix:
    """Return the reciprocal matrix of judgements, with NaN where nobody compared.

    Parameters
    ----------
    judgements : pandas.DataFrame
        ``first, second, ratio``: how many times the first counts as much as the second. Several judgements on one pair
        are joined by their geometric mean.
    criteria : sequence of str
        Names in the order of rows and columns.

    Returns
    -------
    numpy.ndarray
        Shape (criteria, criteria).
    """
    place = {name: number for number, name in enumerate(criteria)}
    total, count = np.zeros((len(criteria), len(criteria))), np.zeros((len(criteria), len(criteria)))
    pairs = zip(judgements["first"], judgements["second"], judgements["ratio"], strict=True)
    for first, second, ratio in pairs:
        i, j = place[first], place[second]
        total[i, j] += np.log(ratio)
        total[j, i] -= np.log(ratio)
        count[i, j] += 1
        count[j, i] += 1
    matrix = np.full(total.shape, np.nan)
    np.divide(total, count, out=matrix, where=count > 0)
    np.fill_diagonal(matrix, 0.0)
    return np.asarray(np.exp(matrix), dtype=float)


def is_connected(matrix: Matrix) -> bool:
    """Whether the comparisons link all criteria, directly or over others; without that no weights exist."""
    links = np.isfinite(matrix)
    reached = np.zeros(len(matrix), dtype=bool)
    reached[:1] = True
    for _ in range(len(matrix)):
        reached = reached | links[reached].any(axis=0)
    return bool(reached.all())


def unlinked(matrix: Matrix, criteria: Sequence[str]) -> tuple[str, ...]:
    """Return the criteria outside of the largest linked group."""
    links = np.linalg.matrix_power(np.isfinite(matrix).astype(float), len(matrix)) > 0
    largest = links[int(links.sum(axis=1).argmax())]
    return tuple(name for name, inside in zip(criteria, largest, strict=True) if not inside)


def solve(matrix: Matrix, criteria: Sequence[str]) -> AhpResult:
    """Return weights and consistency of a complete or incomplete matrix.

    Parameters
    ----------
    matrix : numpy.ndarray
        Reciprocal matrix with NaN for missing comparisons, from `comparison_matrix`.
    criteria : sequence of str
        Names of its rows.

    Raises
    ------
    ValueError
        The comparisons do not link all criteria, or there are more criteria than random indices.

    Notes
    -----
    Principal eigenvector (Saaty 1980). A missing comparison becomes 0 and adds 1 to the diagonal of its two rows (Harker
    1987, *Incomplete pairwise comparisons in the analytic hierarchy process*, Mathematical Modelling 9): the eigenvector
    then solves the matrix whose holes are filled by the ratio of the weights themselves.
    """
    if not is_connected(matrix):
        raise ValueError("the comparisons do not link all criteria")
    if len(criteria) > MOST_CRITERIA:
        raise ValueError(f"no random index for {len(criteria)} criteria")
    number = len(criteria)
    known = np.isfinite(matrix)
    filled = np.where(known, matrix, 0.0) + np.diag((~known).sum(axis=1).astype(float))
    values, vectors = np.linalg.eig(filled)
    principal = int(values.real.argmax())
    weights = np.abs(vectors[:, principal].real)
    missing = int((~known).sum()) // 2
    possible = number * (number - 1) // 2
    return AhpResult(
        weights=pd.Series(weights / weights.sum(), index=pd.Index(criteria, name="criterion"), name="weight"),
        consistency_ratio=_ratio(float(values[principal].real), number, missing),
        answered=possible - missing,
        possible=possible,
        worst_triad=worst_triad(matrix, criteria),
    )


def random_index(number: int, missing: int = 0) -> float:
    """Return the mean consistency index of random matrices.

    Parameters
    ----------
    number : int
        Criteria, at most 15.
    missing : int
        Comparisons not made.

    Notes
    -----
    With missing comparisons it falls nearly in a straight line to 0, where just enough are left to link all criteria:
    ``RI(n) × (1 − 2 missing / ((n − 1)(n − 2)))`` (Ágoston & Csató 2022, *Inconsistency thresholds for incomplete pairwise
    comparison matrices*, Omega 108). A test compares it with random matrices.
    """
    if number < 3:
        return 0.0
    left = 1 - 2 * missing / ((number - 1) * (number - 2))
    return RANDOM_INDEX[number] * max(left, 0.0)


def _ratio(eigenvalue: float, number: int, missing: int) -> float:
    expected = random_index(number, missing)
    if expected <= 1e-9:
        return 0.0
    index = max((eigenvalue - number) / (number - 1), 0.0)
    return index / expected if index > 1e-12 else 0.0


def worst_triad(matrix: Matrix, criteria: Sequence[str]) -> Triad | None:
    """Return the three criteria whose comparisons contradict each other most, reported downwards as far as that goes.

    Notes
    -----
    The gap of a triad is ``|ln a_ij + ln a_jk − ln a_ik|`` (Koczkodaj 1993 uses the same three for his index).
    """
    found, worst = None, 1e-9
    logs = np.log(matrix)
    for i, j, k in combinations(range(len(criteria)), 3):
        gap = abs(logs[i, j] + logs[j, k] - logs[i, k])
        if gap > worst:  # NaN compares as false: a triad with a hole contradicts nothing
            found, worst = (i, j, k), gap
    if found is None:
        return None
    first, middle, last = max(
        permutations(found),
        key=lambda order: (min(steps := (logs[order[0], order[1]], logs[order[1], order[2]])), sum(steps)),
    )
    return Triad(
        first=criteria[first],
        middle=criteria[middle],
        last=criteria[last],
        step_one=float(matrix[first, middle]),
        step_two=float(matrix[middle, last]),
        direct=float(matrix[first, last]),
    )


def triad_words(triad: Triad, labels: Mapping[str, Text]) -> Text:
    """Return a contradiction in words.

    Parameters
    ----------
    triad : Triad
        Three criteria with their comparisons.
    labels : mapping of str to Text
        Label of each criterion.
    """
    return Text(
        de="{first} zählt {one} {middle} und {middle} {two} {last}; dann müsste {first} {implied} {last} zählen, gesagt ist "
        "aber: {direct} {last}.",
        en="{first} counts {one} {middle}, and {middle} {two} {last}; then {first} would count {implied} {last}, but what was "
        "said is: {direct} {last}.",
    ).fill(
        first=labels[triad.first],
        middle=labels[triad.middle],
        last=labels[triad.last],
        one=times(triad.step_one),
        two=times(triad.step_two),
        implied=times(triad.implied),
        direct=times(triad.direct),
    )


def times(ratio: float) -> Text:
    """Return how much one thing counts against another: "3 times as much as", "a third (1/3) as much as", "as much as"."""
    if abs(ratio - 1) < 0.05:
        return Text(de="gleich viel wie", en="as much as")
    if ratio > 1:
        number = both_ways(round(ratio, 1))
        return Text(de=f"{number.de}-mal so viel wie", en=f"{number.en} times as much as")
    number = both_ways(round(1 / ratio, 1))
    return Text(de=f"nur 1/{number.de} so viel wie", en=f"only 1/{number.en} as much as")


def comparison_problems(workshop: Workshop, files: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with the comparisons of each participant: some criteria not linked, or contradictions.

    Parameters
    ----------
    workshop : Workshop
        What was read.
    files : mapping of str to str
        File of each participant, to say where to look.
    """
    criteria = workshop.criteria_names
    labels = {one.name: one.label for one in workshop.catalogue.criteria}
    for participant, judgements in workshop.frame("judgements").groupby("participant", sort=True):
        file = files[str(participant)]
        matrix = comparison_matrix(judgements, criteria)
        if not is_connected(matrix):
            names = [labels[name] for name in unlinked(matrix, criteria)]
            listed = Text(de=", ".join(one.de for one in names), en=", ".join(one.en for one in names))
            yield Problem(kind="not_linked", details={"criteria": listed}, file=file)
            continue
        result = solve(matrix, criteria)
        if result.inconsistent and result.worst_triad is not None:
            yield Problem(kind="inconsistent", details=inconsistency_details(result, labels), file=file)


def inconsistency_details(result: AhpResult, labels: Mapping[str, Text]) -> dict[str, Text]:
    """Return ratio and worst triad as the words of the problem want them."""
    assert result.worst_triad is not None
    return {"ratio": both_ways(result.consistency_ratio, 2), "triad": triad_words(result.worst_triad, labels)}
