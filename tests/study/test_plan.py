from __future__ import annotations

import pytest
from made_study import made_results

from simkit.foundation.errors import ConfigError
from simkit.intake.config import Study
from simkit.intake.run_settings import RunSettings
from simkit.model.designs import load_design
from simkit.model.facts import example_facts
from simkit.model.parameters import load_defaults
from simkit.study.plan import DUE_ONLY, PROBE, RELABELLED, balanced_sizes, check_choice, make_plan, organisation
from simkit.study.study_settings import StudySettings, Variant, study_settings


def plan(**settings):
    return make_plan(StudySettings(**settings), example_facts(), load_defaults())


def test_the_standard_study_runs_four_designs_everywhere_and_seven_variants_today():
    made = plan()
    assert made.main == ("baseline", "baseline_value_first", "stretched_t", "hunter_farmer")
    assert made.main_scenario == "today" and made.baseline == "baseline"
    assert [len(made.grid.arms_of(name)) for name in made.grid.scenarios] == [11, 4, 4]
    assert made.grid.runs == 12 * 19


def test_the_steps_share_the_arms_that_are_the_same_organisation_and_end_with_the_transition():
    made = plan()
    assert made.steps == (
        "baseline", "baseline_value_first", "stretched_t[rule+frontline]~at_once",
        "stretched_t[rule+frontline+service_design]~at_once", "stretched_t~at_once", "stretched_t",
    )  # fmt: skip


def test_a_design_without_a_transition_is_its_own_structure():
    made = plan()
    assert made.at_once == {
        "baseline_value_first": "baseline_value_first",
        "stretched_t": "stretched_t~at_once",
        "hunter_farmer": "hunter_farmer~at_once",
    }


def test_relabelling_has_the_units_and_routes_of_the_stretched_t_and_nothing_else_of_it():
    made = plan()
    mere = next(arm.design for arm in made.grid.arms if arm.label == made.relabelled)
    stretched, today = load_design("stretched_t"), load_design("baseline")
    assert made.relabelled == RELABELLED
    assert [unit.name for unit in mere.units] == [unit.name for unit in stretched.units]
    assert mere.routes == stretched.routes and mere.rank_table == today.rank_table
    assert set(mere.overlay.values()) == {0.0} and not any(unit.specialist or unit.builds for unit in mere.units)


def test_the_rule_switch_alone_is_the_baseline_with_that_rank_table():
    stretched = load_design("stretched_t")
    assert organisation(stretched.with_switches(("rule",))) == organisation(load_design("baseline_value_first"))
    assert organisation(stretched.with_switches(())) == organisation(load_design("baseline"))
    assert organisation(stretched) != organisation(load_design("baseline"))


def test_the_full_study_adds_all_combinations_and_the_scan():
    made = plan(depth="full")
    assert len(made.factorial) == 16 and len(set(made.factorial)) == 16
    assert set(made.factorial) <= {arm.label for arm in made.grid.arms}
    assert "baseline" in made.factorial and "stretched_t~at_once" in made.factorial
    assert all(abs(change) <= 2 for changes in made.scans.values() for _, change in changes)
    assert set(made.scans) == {"stretched_t", "hunter_farmer"}


def test_a_scan_keeps_somebody_in_every_unit():
    small = make_plan(
        StudySettings(depth="full"), example_facts(customers=50, posts=5, orders_per_year=800), load_defaults()
    )
    sizes = balanced_sizes(
        load_design("stretched_t"), example_facts(customers=50, posts=5, orders_per_year=800), load_defaults()
    )
    for unit, change in small.scans.get("stretched_t", ()):
        assert sizes[unit] + change >= 1


def test_a_probe_changes_leaves_only():
    made = plan()
    arms = {arm.label: arm for arm in made.grid.arms}
    assert arms[PROBE].changes == {"care.received_factor": 1.1} and arms[PROBE].design.discretionary == ("nothing",)
    assert arms[DUE_ONLY].design == arms[PROBE].design and not arms[DUE_ONLY].changes
    assert arms["stretched_t~at_once"].changes["transition.dip_share"] == 0.0
    assert made.roles[PROBE] == "probe" and made.titles[PROBE].en == "Today without extra work, 10% more care"


@pytest.mark.parametrize("changed", [{"designs": ("baseline", "strechted_t")}, {"scenarios": ("todai",)}])
def test_a_misspelt_design_or_scenario_is_an_error_that_names_the_nearest(changed):
    with pytest.raises(ConfigError) as caught:
        plan(**changed)
    assert "Did you mean" in caught.value.render("en") and caught.value.exit_code == 2


def test_a_study_without_the_stretched_t_has_no_steps():
    made = plan(designs=("baseline", "hunter_farmer"))
    assert made.steps == () and made.relabelled == "" and "stretched_t~at_once" not in made.roles


def test_a_variant_with_levers_is_compared_like_a_design_of_its_own():
    made = plan(variants=(Variant(design="stretched_t", levers=("lean", "coaching")),))
    label = "stretched_t[+lean+coaching]"
    assert made.main[-1] == label and label in made.at_once
    assert [len(made.grid.arms_of(name)) for name in made.grid.scenarios] == [13, 5, 5]
    assert made.titles[label].en.startswith("Stretched T + ") and made.titles[label].en.count(" + ") == 2
    design = next(arm.design for arm in made.grid.arms if arm.label == label)
    assert design.on(load_defaults())["blocked.meetings_h"].provenance.kind == "lever"


def test_scenarios_can_be_combined():
    made = plan(scenarios=("today", "hiring_freeze+demand_growth"))
    both = made.grid.scenarios["hiring_freeze+demand_growth"].on(load_defaults())
    assert both.value("staff.fill_chance") == 0 and both.value("demand.growth_per_year") > 0


def test_all_problems_of_all_overlays_are_told_before_the_first_run_in_one_list():
    settings = StudySettings(
        designs=("baseline", "strechted_t"),
        scenarios=("today", "todai"),
        variants=(Variant(design="baseline", levers=("leen",)), Variant(design="huntr", levers=("lean", "lean"))),
    )
    with pytest.raises(ConfigError) as caught:
        check_choice(settings, load_defaults(), posts=20)
    said = caught.value.render("en")
    for wrong in ("strechted_t", "todai", "leen", "huntr", "'lean' is there twice"):
        assert said.count(wrong) >= 1
    assert said.count("There is no scenario 'todai'") == 1


def test_a_mix_that_nobody_asked_for_is_no_problem():
    variants = (
        Variant(design="baseline", levers=("rank_value_first",)),
        Variant(design="stretched_t", levers=("rank_fifo",)),
    )
    check_choice(StudySettings(variants=variants), load_defaults(), posts=20)


def test_a_draft_has_four_replications():
    assert study_settings(RunSettings(depth="quick"), Study()).replications == 4 and StudySettings().replications == 12


def test_frames_of_a_study_without_the_stretched_t_are_empty_not_missing():
    from simkit.study.results import all_frames

    frames = all_frames(made_results({"hunter_farmer": 1.5e6}, designs=("baseline", "hunter_farmer"), replications=2))
    assert frames["steps"].empty and frames["break_even"].empty and len(frames["best"]) == 6


def test_today_alone_is_nothing_to_compare() -> None:
    with pytest.raises(ConfigError, match="No organisation is chosen besides today's"):
        check_choice(StudySettings(designs=("baseline",)), load_defaults())
    check_choice(
        StudySettings(designs=("baseline",), variants=(Variant(design="baseline", levers=("lean",)),)), load_defaults()
    )
