"""The attack by subtraction finds what can be found out, and finds nothing in what a run publishes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from subtraction import Run, Total, attack, members, random_client

from simkit.foundation.activities import ACTIVITIES
from simkit.intake.privacy.disclosure import effective_people, merge_small_groups
from simkit.value.suppression import people_behind, withheld_customers

SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_hours_of_few_people_are_found_out(seed: int) -> None:
    run = Run(client=random_client(seed))
    assert attack(run) == []


def test_enough_of_the_made_clients_publish_enough_to_be_attacked() -> None:
    assert sum(len(Run(client=random_client(seed)).published) >= 15 for seed in SEEDS) >= 2


class Told(Run):
    """A run that publishes one total too many."""

    more: tuple[Total, ...] = ()

    def _totals(self):
        yield from super()._totals()
        yield from self.more


def test_a_total_too_many_is_found_by_the_attack() -> None:
    run = Told(client=random_client(1))
    what, flags = next(one for one in run.secrets() if one[0].startswith("employee_id"))
    cells, true_h = flags.astype(float), run.cells["hours_h"].to_numpy()
    told = Told(client=run.client)
    object.__setattr__(told, "more", (Total(what="too many", cells=cells, value=float(cells @ true_h)),))
    assert what in {one.what for one in attack(told)}


def test_a_wrong_equation_is_refused() -> None:
    told = Told(client=random_client(1))
    wrong = Total(what="wrong", cells=np.ones(len(told.cells)), value=-1.0)
    object.__setattr__(told, "more", (wrong,))
    with pytest.raises(AssertionError, match="wrong: published"):
        attack(told)


def test_a_reader_works_out_what_is_pooled() -> None:
    found = members(["selling", "other_customer", "other"])
    assert found["selling"] == ["selling"] and "care" in found["other_customer"]
    assert sorted([*found["selling"], *found["other_customer"], *found["other"]]) == sorted(ACTIVITIES)


# --- the rule ---------------------------------------------------------------------------------------------------------


def test_one_person_with_over_80_percent_counts_alone() -> None:
    assert effective_people([80.0, 5, 5, 5, 5]) == 5
    assert effective_people([81.0, 5, 5, 5, 4]) == 1
    assert effective_people([0.0]) == 0


def test_a_group_that_one_person_dominates_is_merged() -> None:
    dominated = {"a": 224.0, "b": 0.5, "c": 0.5, "d": 0.5, "e": 0.5}
    others = dict.fromkeys("fghij", 40.0)
    third = dict.fromkeys("klmno", 50.0)
    shown = merge_small_groups({"role": dominated, "big": others, "third": third})
    assert shown["role"] == "other" and set(shown.values()) == {"other", "third"}


def made_customers() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return an industry in which one person alone serves four of five customers, and another one of many people."""
    customers = pd.DataFrame(
        {"customer_id": [f"K{n}" for n in range(12)], "segment": "A", "industry": ["odd"] * 5 + ["usual"] * 7}
    )
    rows = [("K0", f"P{n}", 10.0) for n in range(9)]
    rows += [(f"K{n}", "P0", 20.0) for n in range(1, 5)]
    rows += [(f"K{n}", f"P{p}", 10.0) for n in range(5, 11) for p in range(8)]
    rows += [("K11", f"P{p}", 7.0) for p in range(3)]
    return customers, pd.DataFrame(rows, columns=["customer_id", "employee_id", "hours_h"])


def test_the_rest_of_every_grouping_that_is_shown_has_enough_people() -> None:
    customers, people = made_customers()
    old = withheld_customers(customers, people, 5)
    new = withheld_customers(customers, people, 5, ["industry"])
    odd = customers["industry"] == "odd"
    rest_before = people_behind(people, customers.loc[old & odd, "customer_id"])
    rest = [people_behind(people, customers.loc[new & (customers["industry"] == name), "customer_id"])
            for name in ("odd", "usual")]  # fmt: skip
    assert rest_before == 1 and min(rest) >= 5
    assert new[~odd].sum() < 7  # no more than it takes
