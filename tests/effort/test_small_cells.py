from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simkit.effort.small_cells import HoursTable, closed, shown_activities, small_units
from simkit.effort.taxonomy import FACING, GROUPS, group_of
from simkit.foundation.activities import ACTIVITIES

COUNT = len(ACTIVITIES)
Matrix = npt.NDArray[np.float64]
MATRICES = st.integers(5, 24).flatmap(
    lambda people: arrays(float, (people, COUNT), elements=st.sampled_from([0.0, 0.0, 1.0, 7.5]), fill=st.nothing())
)


def cells(matrix: Matrix, roles: int = 1) -> HoursTable:
    units = np.arange(matrix.shape[0]) % roles
    return HoursTable(matrix=matrix, units=units, minimum=5, unattributed=np.zeros(COUNT))


def contributors(table: HoursTable, codes: dict[str, str], code: str) -> npt.NDArray[np.int64]:
    columns = [codes[name] == code for name in ACTIVITIES]
    active = table.matrix[:, columns].sum(axis=1) > 0
    return np.bincount(table.units[active], minlength=int(table.units.max()) + 1)


def test_activities_that_everybody_logs_are_shown_as_they_are() -> None:
    codes = shown_activities(cells(np.ones((5, COUNT))))
    assert codes == {name: name for name in ACTIVITIES}


def test_a_rare_activity_is_pooled_with_the_smallest_of_its_group() -> None:
    matrix = np.ones((8, COUNT)) * 10
    matrix[:, ACTIVITIES.index("administration")] = 5
    matrix[2:, ACTIVITIES.index("coordination")] = 0  # two people only
    codes = shown_activities(cells(matrix))
    assert codes["coordination"] == codes["administration"] == "other_internal"
    assert codes["prioritisation"] == "prioritisation"


def test_hours_without_known_people_are_never_shown_alone() -> None:
    matrix = np.ones((8, COUNT))
    matrix[:, ACTIVITIES.index("travel")] = 0
    loose = np.zeros(COUNT)
    loose[ACTIVITIES.index("travel")] = 3.0
    table = HoursTable(matrix=matrix, units=np.zeros(8, dtype=np.int64), minimum=5, unattributed=loose)
    assert shown_activities(table)["travel"] == "tied"


@settings(deadline=None, derandomize=True, max_examples=80)
@given(matrix=MATRICES, roles=st.integers(1, 3))
def test_no_shown_cell_stands_for_one_to_four_people(matrix: Matrix, roles: int) -> None:
    table = cells(matrix, roles)
    codes = shown_activities(table)
    for code in set(codes.values()) - {"all"}:
        people = contributors(table, codes, code)
        assert not np.any((people > 0) & (people < 5))


@settings(deadline=None, derandomize=True, max_examples=80)
@given(matrix=MATRICES, roles=st.integers(2, 3))
def test_a_finer_table_only_joins_pools_so_that_differences_show_nothing_smaller(matrix: Matrix, roles: int) -> None:
    total = shown_activities(cells(matrix))
    by_role = shown_activities(cells(matrix, roles), total)
    for code in set(total.values()):
        assert len({by_role[name] for name in ACTIVITIES if total[name] == code}) == 1


@settings(deadline=None, derandomize=True, max_examples=80)
@given(matrix=MATRICES)
def test_customer_time_is_never_mixed_with_other_time_but_as_everything(matrix: Matrix) -> None:
    codes = shown_activities(cells(matrix))
    facing = {codes[name] for name in FACING}
    rest = {code for name, code in codes.items() if name not in FACING}
    assert not facing & rest or set(codes.values()) == {"all"}
    assert all(group_of(code) in {*GROUPS, "other", "all"} for code in codes.values())


def test_a_sum_is_closed_only_when_it_takes_no_pool_apart() -> None:
    codes = {name: name for name in ACTIVITIES} | {"care": "other_customer", "service": "other_customer"}
    assert closed(("selling",), codes, ACTIVITIES)
    assert closed(FACING, codes, ACTIVITIES)
    assert not closed(("selling", "care"), codes, ACTIVITIES)
    assert closed(("selling", "care"), codes, ("selling", "care"))


def hours_of(people: int, each_h: float = 10.0, **others: tuple[int, float]) -> Matrix:
    """Everybody logs the same of every activity, but for those of which (how many people, hours each) is told."""
    matrix = np.full((people, COUNT), each_h)
    for name, (few, hours) in others.items():
        matrix[:, ACTIVITIES.index(name)] = np.where(np.arange(people) < few, hours, 0.0)
    return matrix


def shown_under_another_code(codes: dict[str, str]) -> dict[str, str]:
    return {name: code for name, code in codes.items() if name != code}


def test_a_unit_with_hours_of_fewer_people_than_the_minimum_is_small_and_one_without_hours_is_not() -> None:
    units = np.repeat([0, 1, 2, 3], [5, 5, 4, 2])
    hours = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0])

    assert small_units(hours, units, 5).tolist() == [False, True, True, False]


def test_hours_of_nobody_known_make_every_unit_small_that_has_too_few_others() -> None:
    nobody = np.zeros(0)

    assert small_units(np.array([1.0, 1.0, 0.0]), np.array([0, 0, 1]), 2, 3.0).tolist() == [False, True]
    assert small_units(nobody, nobody.astype(int), 5, 1.0).tolist() == [True]
    assert small_units(nobody, nobody.astype(int), 5).tolist() == [False]


def test_a_table_bears_small_cells_in_the_share_of_units_that_is_tolerated() -> None:
    matrix = hours_of(10, care=(9, 1.0))  # one person less in the second of two units of five

    def small(tolerance: dict[str, float], *names: str) -> bool:
        units, loose = np.arange(10) % 2, np.zeros(COUNT)
        return HoursTable(matrix=matrix, units=units, minimum=5, unattributed=loose, **tolerance).small(names)

    assert small({}, "care")
    assert not small({}, "selling")
    assert not small({}, "selling", "care")
    assert not small({"tolerance": 0.5}, "care")
    assert small({"tolerance": 0.4}, "care")


def test_the_size_of_a_cell_is_its_hours_over_all_units() -> None:
    assert cells(hours_of(6, care=(2, 3.0)), roles=2).size(("care", "travel")) == 6.0 + 60.0


def test_rare_customer_time_is_pooled_within_customer_time() -> None:
    codes = shown_activities(cells(hours_of(8, care=(2, 10.0), service=(8, 5.0))))

    assert shown_under_another_code(codes) == {"care": "other_customer", "service": "other_customer"}


def test_a_group_whose_activities_are_all_too_rare_is_shown_as_a_whole() -> None:
    matrix = hours_of(8)
    for name, people in (("preparation", slice(0, 4)), ("travel", slice(4, 8))):
        matrix[:, ACTIVITIES.index(name)] = 0.0
        matrix[people, ACTIVITIES.index(name)] = 10.0

    codes = shown_activities(cells(matrix))

    assert shown_under_another_code(codes) == {"preparation": "tied", "travel": "tied"}


RARE_TIED = {"preparation": (2, 10.0), "travel": (2, 10.0)}


def test_a_group_that_is_too_small_is_shown_together_with_the_smallest_other_one() -> None:
    codes = shown_activities(cells(hours_of(8, **RARE_TIED, service_design=(8, 1.0), development=(8, 1.0))))

    assert shown_under_another_code(codes) == dict.fromkeys(
        ("preparation", "travel", "service_design", "development"), "other"
    )


def test_groups_shown_together_stay_so_in_a_finer_table_and_take_the_next_one_with_them_where_it_must() -> None:
    base = shown_activities(cells(hours_of(8, **RARE_TIED, service_design=(8, 1.0), development=(8, 1.0))))
    everybody = hours_of(10)
    few = hours_of(10, **RARE_TIED, service_design=(4, 1.0), development=(4, 1.0), idle=(10, 1.0))

    assert shown_activities(cells(everybody), base) == base
    assert shown_activities(cells(few), base) == {**base, "idle": "other"}


def test_nothing_is_split_where_too_few_have_customer_time_or_too_few_have_any_other() -> None:
    facing = dict.fromkeys(FACING, (3, 10.0))
    rest = {name: (3, 10.0) for name in ACTIVITIES if name not in FACING}

    for few in (facing, rest):
        codes = shown_activities(cells(hours_of(8, **few)))
        assert set(codes.values()) == {"all"}
        assert shown_activities(cells(hours_of(8)), codes) == codes
