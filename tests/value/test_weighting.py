"""Weights of criteria: exact where answers are consistent, the published consistency ratio, and nothing on few people."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from made_workshop import made_workshop

from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.value.weighting.ahp import (
    RANDOM_INDEX,
    comparison_matrix,
    is_connected,
    random_index,
    solve,
    triad_words,
    unlinked,
    worst_triad,
)
from simkit.value.weighting.group import NO_WEIGHTS, consensus, consensus_word, group_weights
from simkit.value.weighting.participants import all_weights, own_weights, shared_out

NAMES = ("margin", "growth", "loyalty", "referral")
SCALE = np.r_[1 / np.arange(2, 10), 1.0, np.arange(2, 10)]


def judgements_of(weights: dict[str, float], pairs: list[tuple[str, str]] | None = None) -> pd.DataFrame:
    chosen = pairs if pairs is not None else list(combinations(weights, 2))
    rows = [{"first": a, "second": b, "ratio": weights[a] / weights[b]} for a, b in chosen]
    return pd.DataFrame(rows, columns=["first", "second", "ratio"])


def random_matrices(number: int, count: int, rng: np.random.Generator) -> np.ndarray:
    matrices = np.ones((count, number, number))
    for i, j in combinations(range(number), 2):
        matrices[:, i, j] = rng.choice(SCALE, count)
        matrices[:, j, i] = 1 / matrices[:, i, j]
    return matrices


def mean_index(matrices: np.ndarray) -> float:
    number = matrices.shape[1]
    largest = np.abs(np.linalg.eigvals(matrices)).max(axis=1)
    return float(((largest - number) / (number - 1)).mean())


# --- comparisons -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(2, 10))
def test_a_consistent_matrix_gives_its_weights_exactly_and_a_ratio_of_zero(number: int) -> None:
    weights = {f"c{k}": float(k + 1) for k in range(number)}
    result = solve(comparison_matrix(judgements_of(weights), list(weights)), list(weights))
    expected = np.array(list(weights.values())) / sum(weights.values())
    np.testing.assert_allclose(result.weights.to_numpy(), expected, rtol=1e-10)
    assert result.consistency_ratio == pytest.approx(0.0, abs=1e-9)
    assert result.worst_triad is None
    assert not result.inconsistent


def test_the_ratio_of_a_fixed_matrix_is_that_of_the_named_table() -> None:
    matrix = np.array([[1, 2, 5], [1 / 2, 1, 5], [1 / 5, 1 / 5, 1]])
    assert solve(matrix, ["a", "b", "c"]).consistency_ratio == pytest.approx(0.0516, abs=5e-5)


@pytest.mark.parametrize("number", range(3, 11))
def test_the_random_index_is_reproduced_by_random_matrices(number: int) -> None:
    count = 30_000 if number < 7 else 6_000
    matrices = random_matrices(number, count, stream(1, -1, f"test.random_index.{number}"))
    assert mean_index(matrices) == pytest.approx(RANDOM_INDEX[number], abs=0.015)


def test_missing_comparisons_leave_consistent_weights_exact() -> None:
    weights = dict(zip(NAMES, (0.4, 0.3, 0.2, 0.1), strict=True))
    chain = [("margin", "growth"), ("growth", "loyalty"), ("loyalty", "referral")]
    for pairs in (chain, [*chain, ("margin", "referral")]):
        result = solve(comparison_matrix(judgements_of(weights, pairs), NAMES), NAMES)
        assert result.weights.to_dict() == pytest.approx(weights)
        assert result.consistency_ratio == pytest.approx(0.0, abs=1e-9)
        assert (result.answered, result.possible) == (len(pairs), 6)


@pytest.mark.parametrize(("number", "missing"), [(5, 2), (6, 4), (8, 6)])
def test_the_random_index_of_incomplete_matrices_is_close_to_the_published_line(number: int, missing: int) -> None:
    rng = stream(1, -1, f"test.random_index.{number}.{missing}")
    places = list(combinations(range(number), 2))
    matrices = random_matrices(number, 3000, rng)
    for matrix in matrices:
        for place in rng.choice(len(places), missing, replace=False):
            i, j = places[place]
            matrix[i, j] = matrix[j, i] = 0.0
            matrix[i, i] += 1
            matrix[j, j] += 1
    assert mean_index(matrices) == pytest.approx(random_index(number, missing), abs=0.05)


def test_comparisons_that_do_not_link_all_criteria_give_no_weights() -> None:
    matrix = comparison_matrix(judgements_of({"margin": 1, "growth": 2}), NAMES[:3])
    assert not is_connected(matrix)
    assert unlinked(matrix, NAMES[:3]) == ("loyalty",)
    with pytest.raises(ValueError, match="do not link"):
        solve(matrix, NAMES[:3])


def test_the_worst_triad_is_reported_in_words_in_both_languages() -> None:
    rows = [
        ("margin", "growth", 3.0),
        ("growth", "loyalty", 2.0),
        ("margin", "loyalty", 0.5),
        ("margin", "referral", 4.0),
    ]
    matrix = comparison_matrix(pd.DataFrame(rows, columns=["first", "second", "ratio"]), NAMES)
    triad = worst_triad(matrix, NAMES)
    assert triad is not None
    assert {triad.first, triad.middle, triad.last} == {"margin", "growth", "loyalty"}
    assert triad.gap == pytest.approx(12.0)
    said = triad_words(triad, {name: Text(de=name.title(), en=name) for name in NAMES})
    assert said.en == (
        "margin counts 3 times as much as growth, and growth 2 times as much as loyalty; then margin would count 6 times "
        "as much as loyalty, but what was said is: only 1/2 as much as loyalty."
    )
    assert "6-mal so viel wie Loyalty zählen" in said.de


def test_doubled_judgements_are_joined_by_their_geometric_mean() -> None:
    rows = pd.DataFrame({"first": ["a", "b"], "second": ["b", "a"], "ratio": [8.0, 0.5]})
    assert comparison_matrix(rows, ["a", "b"])[0, 1] == pytest.approx(4.0)


# --- the easier ways -------------------------------------------------------------------------------------------------


def test_points_and_swings_become_shares_whatever_they_add_up_to() -> None:
    points = pd.Series({"margin": 60.0, "growth": 30.0, "loyalty": 30.0})
    weights = shared_out(points, NAMES)
    assert weights is not None
    assert weights.to_dict() == pytest.approx({"margin": 0.5, "growth": 0.25, "loyalty": 0.25, "referral": 0.0})
    assert shared_out(points * 0, NAMES) is None


def test_all_three_ways_give_the_same_kind_of_result_and_pairs_come_first() -> None:
    view = dict(zip(NAMES, (0.4, 0.3, 0.2, 0.1), strict=True))
    workshop = made_workshop(
        pairs={"T01": view},
        points={("T01", "swing"): view, ("T02", "swing"): view, ("T02", "points"): view, ("T03", "points"): view},
    )
    found = all_weights(workshop)
    for one in found:
        assert one.weights.to_dict() == pytest.approx(view)
    own = {one.participant: one.method for one in own_weights(found)}
    assert own == {"T01": "pairs", "T02": "swing", "T03": "points"}


# --- the group -------------------------------------------------------------------------------------------------------


def views_of(*rows: tuple[float, ...], names: tuple[str, ...] = NAMES) -> dict[str, dict[str, float]]:
    return {f"T{place:02d}": dict(zip(names, row, strict=True)) for place, row in enumerate(rows, start=1)}


EVEN, ODD = (0.4, 0.3, 0.2, 0.1), (0.1, 0.2, 0.3, 0.4)


def test_judgements_and_priorities_are_aggregated_side_by_side() -> None:
    views = views_of(*[EVEN] * 3, *[ODD] * 3)
    group = group_weights(made_workshop(pairs=views))
    assert group is not None and group.methods is not None
    assert group.methods["aip"].to_dict() == pytest.approx(dict.fromkeys(NAMES, 0.25))
    geometric = np.sqrt(np.array(EVEN) * np.array(ODD))
    np.testing.assert_allclose(group.methods["aij"].to_numpy(), geometric / geometric.sum())
    assert group.weights.to_dict() == pytest.approx(dict.fromkeys(NAMES, 0.25))
    assert group.method_people.to_dict() == {"aij": 6, "aip": 6}
    assert group.joint is not None and group.joint.consistency_ratio == pytest.approx(0.0, abs=1e-9)


def test_dissent_and_interval_are_those_of_the_participants() -> None:
    group = group_weights(made_workshop(pairs=views_of(*[EVEN] * 5, *[ODD] * 5)))
    assert group is not None and group.spread is not None
    expected = np.std([0.4] * 5 + [0.1] * 5, ddof=1)
    assert group.spread.loc["margin", "dissent"] == pytest.approx(expected)
    assert 0.1 < group.spread.loc["margin", "low"] < 0.25 < group.spread.loc["margin", "high"] < 0.4
    agreed = group_weights(made_workshop(pairs=views_of(*[EVEN] * 5)))
    assert agreed is not None and agreed.spread is not None
    assert agreed.spread["low"].to_numpy() == pytest.approx(agreed.spread["high"].to_numpy())
    assert agreed.spread["dissent"].to_numpy() == pytest.approx(0.0)


def test_consensus_is_one_when_all_agree_and_zero_at_the_extremes_of_the_scale() -> None:
    same = pd.DataFrame([EVEN] * 6)
    assert consensus(same) == pytest.approx(1.0)
    extreme = np.ones((4, 4)) + 8 * np.eye(4)
    assert consensus(pd.DataFrame(extreme / extreme.sum(axis=1, keepdims=True))) == pytest.approx(0.0, abs=1e-12)
    half = pd.DataFrame([EVEN] * 3 + [ODD] * 3)
    assert 0.6 < consensus(half) < 0.9
    assert [consensus_word(value).en for value in (0.2, 0.5, 0.7, 0.8, 1.0)] == [
        "very low", "low", "moderate", "high", "very high",
    ]  # fmt: skip


def test_departments_under_five_are_pooled_and_none_is_shown_alone() -> None:
    views = views_of(*[EVEN] * 6, *[ODD] * 3, *[EVEN] * 2)
    departments = {
        name: "Sales" if place < 6 else "Service" if place < 9 else "Finance" for place, name in enumerate(views)
    }
    group = group_weights(made_workshop(pairs=views, departments=departments))
    assert group is not None and group.departments is not None
    assert group.department_people.to_dict() == {"Sales": 6, "other": 5}
    assert group.departments.loc["margin", "Sales"] == pytest.approx(0.4)
    assert group.departments.loc["margin", "other"] == pytest.approx((3 * 0.1 + 2 * 0.4) / 5)


def test_two_people_beside_a_department_of_six_leave_no_department_to_be_shown() -> None:
    views = views_of(*[EVEN] * 6, *[ODD] * 2)
    departments = {name: "Sales" if place < 6 else "Service" for place, name in enumerate(views)}
    group = group_weights(made_workshop(pairs=views, departments=departments))
    assert group is not None
    assert group.departments is None


def test_under_five_participants_only_the_joint_weights_exist() -> None:
    group = group_weights(made_workshop(pairs=views_of(*[EVEN] * 2, *[ODD] * 2)))
    assert group is not None
    assert group.weights.to_dict() == pytest.approx(dict.fromkeys(NAMES, 0.25))
    assert (group.spread, group.methods, group.departments, group.consensus, group.joint) == (None,) * 5
    assert group_weights(made_workshop(pairs=views_of(EVEN))) == Missing(reason=NO_WEIGHTS)


def test_a_way_is_not_shown_when_the_rest_could_be_worked_out_from_it() -> None:
    views = views_of(*[EVEN] * 7)
    pairs = dict(list(views.items())[:5])
    two_more = {(name, "points"): view for name, view in list(views.items())[5:]}
    group = group_weights(made_workshop(pairs=pairs, points=two_more))
    assert group is not None
    assert group.people == 7
    assert group.methods is None


def test_contradicting_comparisons_count_and_are_counted() -> None:
    workshop = made_workshop(pairs=views_of(*[EVEN] * 5))
    judgements = workshop.frame("judgements").copy()
    judgements.loc[(judgements["participant"] == "T01") & (judgements["second"] == "loyalty"), "ratio"] = 1 / 9
    group = group_weights(made_workshop(judgements=judgements))
    assert group is not None
    assert (group.compared, group.inconsistent) == (5, 1)
