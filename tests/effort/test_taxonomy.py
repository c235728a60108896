from __future__ import annotations

from simkit.effort.published_benchmarks import BENCHMARKS, EVIDENCE_GRADES
from simkit.effort.taxonomy import CATALOGUE, FACING, GROUPS, group_of, label_of
from simkit.foundation.activities import ACTIVITIES


def test_every_activity_is_in_the_catalogue_in_the_same_order() -> None:
    assert tuple(CATALOGUE) == ACTIVITIES
    assert {activity.group for activity in CATALOGUE.values()} == set(GROUPS)


def test_customer_facing_is_selling_care_and_service() -> None:
    assert FACING == ("selling", "care", "service")


def test_pools_have_a_label_and_a_group() -> None:
    assert label_of("other_internal").de == "Übriges: Intern"
    assert label_of("internal").en == "Internal"
    assert label_of("other").de == "Übriges"
    assert group_of("other_internal") == "internal"
    assert group_of("travel") == "tied"


def test_benchmarks_count_known_activities_and_carry_source_and_mark() -> None:
    for benchmark in BENCHMARKS:
        assert set(benchmark.activities) <= set(ACTIVITIES)
        assert benchmark.source
        assert benchmark.evidence_grade in EVIDENCE_GRADES
        assert 0 < benchmark.low <= benchmark.high < 1


def test_the_published_case_is_marked_as_a_claim_and_its_goal_as_a_target() -> None:
    claims = {benchmark.name: benchmark for benchmark in BENCHMARKS if benchmark.evidence_grade == "S"}
    assert {name: benchmark.target for name, benchmark in claims.items()} == {
        "case_before": False,
        "case_target": True,
    }


def test_figures_from_memory_are_not_listed() -> None:
    assert not any("salesforce" in benchmark.label.en.lower() for benchmark in BENCHMARKS)
