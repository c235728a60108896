from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from made_organisation import MODEL_INPUTS, PARAMETER_SET
from made_study import made_frame, made_results, renamed, saved_as

from simkit.foundation.errors import ConfigError
from simkit.intake.settings.client_settings import Study
from simkit.intake.settings.run_settings import RunSettings
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.designs import default_designs, design_names, load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.advice.recommendation import to_record
from simkit.study.experiment.experiment_spec import ExperimentTask
from simkit.study.experiment.replicate import play_replication
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.experiment.run_keys import run_keys
from simkit.study.organisation_study import concluded
from simkit.study.plans.compared_designs import balanced_sizes, check_choice, organisation, small_units_of
from simkit.study.plans.experiment_plan import DUE_ONLY, PROBE, make_plan
from simkit.study.plans.study_settings import BASELINE, ChosenVariant, StudySettings, study_settings
from simkit.study.robustness.robustness_subject import Subject, free_frames


def plan(**settings):
    return make_plan(StudySettings(**settings), example_inputs(), load_defaults())


def test_the_standard_study_runs_four_designs_everywhere_and_seven_variants_today():
    made = plan()
    assert made.main == ("baseline", "baseline_value_first", "stretched_t", "hunter_farmer")
    assert made.main_scenario == "today" and made.baseline == "baseline"
    assert [len(made.experiment.variants_of(name)) for name in made.experiment.scenarios] == [11, 4, 4]
    assert made.experiment.runs == 12 * 19


def test_the_steps_share_the_variants_that_are_the_same_organisation_and_end_with_the_transition():
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
    mere = next(variant.design for variant in made.experiment.variants if variant.label == made.relabelled)
    stretched, today = load_design("stretched_t"), load_design("baseline")
    assert made.relabelled == "stretched_t~relabelled"
    assert [unit.name for unit in mere.units] == [unit.name for unit in stretched.units]
    assert mere.routes == stretched.routes and mere.priority_table == today.priority_table
    assert set(mere.override.values()) == {0.0} and not any(unit.specialist or unit.builds for unit in mere.units)


def test_the_rule_switch_alone_is_the_baseline_with_that_priority_table():
    stretched = load_design("stretched_t")
    assert organisation(stretched.with_switches(("rule",))) == organisation(load_design("baseline_value_first"))
    assert organisation(stretched.with_switches(())) == organisation(load_design("baseline"))
    assert organisation(stretched) != organisation(load_design("baseline"))


def test_the_full_study_adds_all_combinations_and_the_scan():
    made = plan(depth="full")
    assert len(made.factorial) == 16 and len(set(made.factorial)) == 16
    assert set(made.factorial) <= {variant.label for variant in made.experiment.variants}
    assert "baseline" in made.factorial and "stretched_t~at_once" in made.factorial
    assert all(abs(change) <= 2 for changes in made.scans.values() for _, change in changes)
    assert set(made.scans) == {"stretched_t", "hunter_farmer"}


def test_a_scan_keeps_somebody_in_every_unit():
    small = make_plan(
        StudySettings(depth="full"), example_inputs(customers=50, posts=5, orders_per_year=800), load_defaults()
    )
    sizes = balanced_sizes(
        load_design("stretched_t"), example_inputs(customers=50, posts=5, orders_per_year=800), load_defaults(),
        load_design("baseline"),
    )  # fmt: skip
    for unit, change in small.scans.get("stretched_t", ()):
        assert sizes[unit] + change >= 1


def test_small_units_of_a_design_are_told_for_this_client():
    inputs = example_inputs(customers=60, posts=6, orders_per_year=900)
    found = small_units_of(load_design("stretched_t"), inputs, load_defaults(), load_design("baseline"))
    sizes = balanced_sizes(load_design("stretched_t"), inputs, load_defaults(), load_design("baseline"))
    assert [one.posts for one in found] == [posts for posts in sizes.values() if 0 < posts <= 2]
    assert found and all(one.words.de and one.words.en for one in found)


def test_without_a_transition_nothing_is_paid_for_moving_and_what_moves_nobody_has_no_such_variant():
    made = plan(designs=("baseline", "hunter_farmer", "baseline_value_first"))
    variants = {variant.label: variant for variant in made.experiment.variants}
    changes = variants["hunter_farmer~at_once"].changes
    assert changes["transition.amount_per_person_moved"] == changes["transition.amount_per_account_moved"] == 0.0
    assert made.at_once["baseline_value_first"] == "baseline_value_first"


def test_a_probe_changes_parameters_only():
    made = plan()
    variants = {variant.label: variant for variant in made.experiment.variants}
    assert variants[PROBE].changes == {"care.received_factor": 1.1} and variants[PROBE].design.discretionary == (
        "nothing",
    )
    assert variants[DUE_ONLY].design == variants[PROBE].design and not variants[DUE_ONLY].changes
    assert variants["stretched_t~at_once"].changes["transition.dip_share"] == 0.0
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
    made = plan(variants=(ChosenVariant(design="stretched_t", levers=("lean", "coaching")),))
    label = "stretched_t[+lean+coaching]"
    assert made.main[-1] == label and label in made.at_once
    assert [len(made.experiment.variants_of(name)) for name in made.experiment.scenarios] == [13, 5, 5]
    assert made.titles[label].en.startswith("Stretched T + ") and made.titles[label].en.count(" + ") == 2
    design = next(variant.design for variant in made.experiment.variants if variant.label == label)
    assert design.on(load_defaults())["blocked.meetings_h"].provenance.kind == "lever"


def test_scenarios_can_be_combined():
    made = plan(scenarios=("today", "hiring_freeze+demand_growth"))
    both = made.experiment.scenarios["hiring_freeze+demand_growth"].on(load_defaults())
    assert both.value("staff.fill_chance") == 0 and both.value("demand.growth_per_year") > 0


def test_all_problems_of_all_overrides_are_reported_before_the_first_run_in_one_list():
    settings = StudySettings(
        designs=("baseline", "strechted_t"),
        scenarios=("today", "todai"),
        variants=(
            ChosenVariant(design="baseline", levers=("leen",)),
            ChosenVariant(design="huntr", levers=("lean", "lean")),
        ),
    )
    with pytest.raises(ConfigError) as caught:
        check_choice(settings, load_defaults(), posts=20)
    said = caught.value.render("en")
    for wrong in ("strechted_t", "todai", "leen", "huntr", "'lean' is there twice"):
        assert said.count(wrong) >= 1
    assert said.count("There is no scenario 'todai'") == 1


def test_a_mix_that_nobody_asked_for_is_no_problem():
    variants = (
        ChosenVariant(design="baseline", levers=("rank_value_first",)),
        ChosenVariant(design="stretched_t", levers=("rank_fifo",)),
    )
    check_choice(StudySettings(variants=variants), load_defaults(), posts=20)


def test_a_draft_has_four_replications():
    assert study_settings(RunSettings(depth="quick"), Study()).replications == 4 and StudySettings().replications == 12


def test_frames_of_a_study_without_the_stretched_t_are_empty_not_missing():
    from simkit.study.result_tables import all_frames

    frames = all_frames(made_results({"hunter_farmer": 1.5e6}, designs=("baseline", "hunter_farmer"), replications=2))
    assert frames["steps"].empty and frames["break_even"].empty and len(frames["best"]) == 6


def test_today_alone_is_nothing_to_compare() -> None:
    with pytest.raises(ConfigError, match="No organisation is chosen besides today's"):
        check_choice(StudySettings(designs=("baseline",)), load_defaults())
    check_choice(
        StudySettings(designs=("baseline",), variants=(ChosenVariant(design="baseline", levers=("lean",)),)),
        load_defaults(),
    )


# --- no design is known by its name ------------------------------------------------------------------------------------

PROFIT = {"baseline": 9e6, "baseline_value_first": 9.6e6, "stretched_t": 10.8e6, "hunter_farmer": 8.4e6}
FULL = {"depth": "full", "replications": 4}
TEXTS = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}}
RANKS = {"title": {"de": "Rang", "en": "Ranks"}, "priority_table": "value_first"}
PHONE = {"title": {"de": "Telefon", "en": "Phone"}, "set": {"care.C.by_phone": 1, "transition.dip_share": 0.1}}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """A full study with the Stretched T, and the same with its file saved in a client's folder as "my_t"."""
    known = made_results(PROFIT, **FULL)
    return known, saved_as("my_t", tmp_path_factory.mktemp("client"), known, **FULL)


def keys(results):
    variants = {variant.label: variant for variant in results.plan.experiment.variants}
    experiment = results.plan.experiment
    task = ExperimentTask(
        model_inputs=results.model_inputs,
        parameters=results.parameters,
        scenarios=experiment.scenarios,
        variants=variants,
        seed=1,
        engine=play_replication,
    )
    return run_keys(experiment, task)


def test_a_design_saved_under_another_name_has_the_same_variants(both):
    known, own = (one.plan for one in both)
    variants = [
        (renamed(variant.label, "my_t"), organisation(variant.design), variant.changes, variant.scenarios)
        for variant in known.experiment.variants
    ]
    assert [
        (variant.label, organisation(variant.design), variant.changes, variant.scenarios)
        for variant in own.experiment.variants
    ] == variants
    for part in ("main", "roles", "steps", "factorial", "at_once", "relabelled", "scans", "lever_budget_amount"):
        assert str(getattr(own, part)) == renamed(str(getattr(known, part)), "my_t"), part
    assert {label: own.titles[renamed(label, "my_t")] for label in known.titles} == known.titles
    assert [one.variant for one in own.levers] == [renamed(one.variant, "my_t") for one in known.levers]


def test_a_design_saved_under_another_name_has_the_same_runs(both):
    known, own = (keys(one) for one in both)
    assert {(renamed(label, "my_t"), *cell): key for (label, *cell), key in known.items()} == {
        (label, *cell): key for (label, *cell), key in own.items()
    }


def test_a_design_saved_under_another_name_gives_the_same_numbers_on_the_engine(both, tmp_path: Path):
    def played(results, name: str):
        labels = (name, f"{name}[rule+frontline]~at_once", f"{name}~relabelled")
        variants = tuple(
            replace(variant, scenarios=()) for variant in results.plan.experiment.variants if variant.label in labels
        )
        today = {"today": results.plan.experiment.scenarios["today"]}
        experiment = replace(results.plan.experiment, variants=variants, scenarios=today, replications=1)
        return run_experiment(experiment, MODEL_INPUTS, PARAMETER_SET).frame

    known, own = played(both[0], "stretched_t"), played(both[1], "my_t")
    assert known.assign(design=[renamed(label, "my_t") for label in known["design"]]).equals(own) and len(own) > 0


def test_a_design_saved_under_another_name_has_the_same_exhibits(both):
    known, own = (concluded(one, StudySettings(**FULL), "made") for one in both)
    subjects = [
        Subject(model_inputs=one.model_inputs, parameters=one.parameters, plan=one.plan, study=study)
        for one, study in zip(both, (known, own), strict=True)
    ]
    frames, others = ({**one.study.frames, **free_frames(one)} for one in subjects)
    assert list(frames) == list(others)
    for name in ("steps", "factorial", "singles", "relabelling", "break_even", "interplay", "scan"):
        assert len(frames[name]) > 0, name
    for name, frame in frames.items():
        said = frame.replace("stretched_t", "my_t", regex=True)
        pd.testing.assert_frame_equal(said, others[name], check_exact=True, obj=name)
    advice = to_record(known.recommendation)
    assert renamed(str(advice), "my_t") == str(to_record(own.recommendation))


def write(folder: Path, name: str, **content) -> Path:
    (folder / "designs").mkdir(exist_ok=True)
    text = yaml.safe_dump({"base": "baseline", **TEXTS, **content}, sort_keys=False)
    (folder / "designs" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def of_client(folder: Path, *designs: str, **settings):
    return make_plan(StudySettings(designs=(BASELINE, *designs), **settings), MODEL_INPUTS, PARAMETER_SET, folder)


def test_a_clients_design_is_taken_apart_by_its_own_switches(tmp_path: Path):
    made = of_client(write(tmp_path, "own", switches={"phone": PHONE, "ranks": RANKS}), "own", depth="full")
    assert made.steps == ("baseline", "own[phone]~at_once", "own~at_once", "own")
    assert made.factorial == ("baseline", "own[ranks]~at_once", "own[phone]~at_once", "own~at_once")
    assert made.relabelled == "", "it splits no roles"
    assert made.parts is not None and made.parts.label(["phone", "ranks"]).de == "Telefon × Rang"
    assert made.parts.label(["total"]).en == "x in all"
    assert [one.lever for one in made.levers if one.base == BASELINE][-1] == "own", (
        "it has no service unit to show alone"
    )


def test_without_a_unit_of_specialists_there_is_no_break_even_and_two_parts_have_no_higher_interplay(tmp_path: Path):
    folder = write(tmp_path, "own", switches={"ranks": RANKS, "phone": PHONE})
    designs = (BASELINE, "own", "hunter_farmer")
    known = made_results({"own": 10e6}, designs=(BASELINE, "baseline_value_first", "hunter_farmer"), **FULL)
    plan = of_client(folder, *designs[1:], **FULL)
    results = replace(
        known, plan=plan, frame=made_frame(plan, {"baseline": 9e6, "own[ranks]~at_once": 9.5e6, "own": 10e6})
    )
    study = concluded(results, StudySettings(designs=designs, **FULL), "made")
    subject = Subject(model_inputs=results.model_inputs, parameters=results.parameters, plan=plan, study=study)
    assert study.frame("break_even").empty
    assert study.frame("steps")["switch"].unique().tolist() == ["ranks", "phone", "transition", "total"]
    assert free_frames(subject)["interplay"]["part"].tolist() == [
        "ranks",
        "phone",
        "ranks × phone",
        "transition",
        "total",
    ]


def test_of_several_designs_with_switches_the_first_is_taken_apart(tmp_path: Path):
    folder = write(tmp_path, "own", switches={"ranks": RANKS})
    assert of_client(folder, "hunter_farmer", "own", "stretched_t").taken_apart == "own"
    assert of_client(folder, "stretched_t", "own").taken_apart == "stretched_t"


def test_a_design_whose_parts_do_not_add_up_to_its_gain_over_today_is_not_taken_apart(tmp_path: Path):
    folder = write(tmp_path, "own", help_after_h=8, switches={"ranks": RANKS})
    write(tmp_path, "farmers", base="hunter_farmer", switches={"ranks": RANKS})
    made = of_client(folder, "own", "farmers")
    assert (made.steps, made.parts, made.relabelled) == ((), None, "")


def test_the_designs_compared_by_default_are_shipped_and_begin_with_today():
    assert default_designs()[0] == BASELINE and set(default_designs()) <= set(design_names())
    assert StudySettings().designs == default_designs()
