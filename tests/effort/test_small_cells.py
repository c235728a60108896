from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simkit.effort.small_cells import HoursTable, closed, shown_activities
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
