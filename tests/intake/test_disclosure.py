"""Nobody can be seen in a group under five, not even by subtraction."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.foundation.errors import PrivacyError
from simkit.intake.privacy.disclosure import (
    check_export,
    may_show,
    merge_small_groups,
)

GROUPS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), max_size=8)
MEMBERS = st.dictionaries(st.sampled_from("abcdef"), st.frozensets(st.integers(1, 14).map(str), max_size=9), max_size=6)


def test_large_groups_keep_their_names() -> None:
    assert merge_small_groups({"field": 8, "office": 5}) == {"field": "field", "office": "office"}


def test_small_groups_are_shown_together() -> None:
    assert merge_small_groups({"field": 8, "office": 2, "export": 3}) == {
        "field": "field",
        "office": "other",
        "export": "other",
    }


def test_a_rest_that_is_too_small_takes_the_next_smallest_group_with_it() -> None:
    shown = merge_small_groups({"field": 8, "office": 6, "export": 2}, other="Übrige")
    assert shown == {"field": "field", "office": "Übrige", "export": "Übrige"}


def test_people_in_two_small_groups_count_once() -> None:
    shown = merge_small_groups({"a": {"1", "2", "3"}, "b": {"2", "3", "4"}, "c": set("56789")})
    assert set(shown.values()) == {"other"}


def test_fewer_than_five_people_altogether_show_nothing() -> None:
    with pytest.raises(PrivacyError, match="fewer than 5 people"):
        merge_small_groups({"a": 2, "b": 2})
    assert merge_small_groups({}) == {}
    assert not may_show(4)
    assert may_show({"1", "2", "3", "4", "5"})


def test_the_minimum_cannot_be_lowered() -> None:
    with pytest.raises(PrivacyError, match="smallest group of 4 is not allowed") as caught:
        merge_small_groups({"a": 9}, minimum=4)
    assert caught.value.exit_code == 4


@given(GROUPS, st.integers(5, 9))
def test_no_difference_between_totals_and_shown_groups_is_small(people: dict[str, int], minimum: int) -> None:
    total = sum(people.values())
    if total < minimum:
        return
    shown = merge_small_groups(people, minimum=minimum)
    sizes = pd.Series(people, dtype=int).groupby(pd.Series(shown)).sum()
    assert sizes.sum() == total
    for number in range(len(sizes) + 1):
        for chosen in itertools.combinations(sizes, number):
            left = total - sum(chosen)
            assert left == 0 or left >= minimum


@given(MEMBERS)
def test_no_difference_is_small_when_people_are_in_several_groups(members: dict[str, frozenset[str]]) -> None:
    everybody = frozenset().union(*members.values()) if members else frozenset()
    if len(everybody) < 5:
        return
    shown = merge_small_groups(members)
    together: dict[str, frozenset[str]] = {}
    for name, people in members.items():
        together[shown[name]] = together.get(shown[name], frozenset()) | people
    for number in range(1, len(together) + 1):
        for chosen in itertools.combinations(together.values(), number):
            assert len(frozenset().union(*chosen)) >= 5 or not frozenset().union(*chosen)


@pytest.mark.parametrize("column", ["employee_id", "owner_id", "participant"])
def test_a_column_of_persons_is_not_exported(column: str) -> None:
    with pytest.raises(PrivacyError, match=f"'{column}' names single persons"):
        check_export(pd.DataFrame({column: ["x"]}), where="hours.csv")


def test_pseudonyms_are_not_exported_under_another_name() -> None:
    with pytest.raises(PrivacyError, match="pseudonyms of single persons"):
        check_export(pd.DataFrame({"who": ["all", "P07"]}))
    with pytest.raises(PrivacyError, match="pseudonyms of single persons"):
        check_export(pd.DataFrame({"hours_h": [1.0]}, index=pd.Index(["P12"], name="who")))


def test_customer_numbers_that_look_like_pseudonyms_pass() -> None:
    check_export(
        pd.DataFrame({"customer_id": ["P1001", "T17"], "product": ["P10", "P20"], "revenue_amount": [1.0, 2.0]})
    )


def test_small_rows_are_not_exported() -> None:
    frame = pd.DataFrame({"role": ["a", "b"], "people": [9, 4]})
    with pytest.raises(PrivacyError, match="1 rows rest on fewer than 5 people") as caught:
        check_export(frame, people_column="people", where="roles.csv")
    assert caught.value.where == "roles.csv"


def test_a_table_of_groups_passes() -> None:
    check_export(pd.DataFrame({"role": ["a", "P"], "people": [9, 5], "hours_h": [1.0, 2.0]}), people_column="people")


def test_a_group_that_is_already_called_other_takes_the_small_ones_in() -> None:
    assert merge_small_groups({"other": 9, "field": 6, "export": 2}) == {
        "other": "other",
        "field": "field",
        "export": "other",
    }


def test_numbers_and_names_of_people_count_together() -> None:
    assert set(merge_small_groups({"a": 2, "b": {"1", "2", "3"}}).values()) == {"other"}
    assert may_show(np.int64(5)) and not may_show(np.int64(4))


def test_of_several_columns_of_persons_the_first_by_name_is_told() -> None:
    with pytest.raises(PrivacyError, match="'employee_id' names single persons"):
        check_export(pd.DataFrame({"participant": ["x"], "owner_id": ["x"], "employee_id": ["x"]}))


def test_a_pseudonym_is_found_in_any_column_of_a_short_table() -> None:
    with pytest.raises(PrivacyError, match="'best' holds pseudonyms"):
        check_export(pd.DataFrame({"what": ["sales"], "hours_h": [1.0], "best": ["T01"]}))


def test_texts_numbers_and_dates_that_name_nobody_pass() -> None:
    day = pd.Timestamp("2024-01-02")
    check_export(pd.DataFrame({"what": ["P", "P7 is late", "all"], "number": [1, 2, 3], "day": [day, day, day]}))


def test_a_row_of_one_person_or_of_unknown_many_is_not_exported_but_one_of_nobody_is() -> None:
    check_export(pd.DataFrame({"people": [0, 5]}), people_column="people")
    with pytest.raises(PrivacyError, match="1 rows rest on fewer than 5 people"):
        check_export(pd.DataFrame({"people": [1, 5]}), people_column="people")
    with pytest.raises(PrivacyError, match="fewer than 5 people"):
        check_export(pd.DataFrame({"people": [float("nan"), 5.0]}), people_column="people")
