from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from made_organisation import MODEL_INPUTS, PARAMETER_SET, tiny_experiment
from made_runs import play, play_slowly

from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import same
from simkit.model.specification.designs import load_design
from simkit.model.specification.levers import load_lever
from simkit.model.specification.scenarios import load_scenario
from simkit.study.experiment.experiment_spec import Experiment, ExperimentTask, Variant
from simkit.study.experiment.replicate import play_replication
from simkit.study.experiment.run_keys import environment, run_keys

EXPERIMENT = tiny_experiment(replications=2)


def keys(
    experiment: Experiment = EXPERIMENT, model_inputs=MODEL_INPUTS, parameter_set=PARAMETER_SET, engine=play_replication
):
    variants = {variant.label: variant for variant in experiment.variants}
    task = ExperimentTask(
        model_inputs=model_inputs,
        parameters=parameter_set,
        scenarios=experiment.scenarios,
        variants=variants,
        seed=experiment.seed,
        engine=engine,
    )
    return run_keys(experiment, task)


def of(design, changes=None, scenario=None):
    """Key of the first run of one variant."""
    experiment = replace(
        EXPERIMENT,
        variants=(Variant(label="one", design=design, changes=changes or {}),),
        scenarios={"here": scenario or load_scenario("today")},
    )
    return keys(experiment)["one", "here", 0]


def test_every_run_of_an_experiment_has_a_key_of_its_own():
    found = keys()
    assert list(found) == list(EXPERIMENT.cells())
    assert len(set(found.values())) == EXPERIMENT.runs == 8
    assert all(len(key) == 32 for key in found.values())


def test_names_titles_sources_and_places_move_no_key():
    design = load_design("stretched_t")
    units = tuple(replace(unit, title=same("Other")) for unit in design.units)
    switches = dict.fromkeys(design.switches, same("Other"))
    renamed = replace(
        design, name="other", title=same("Other"), purpose=same("Other"), units=units, folder=None,
        switch_titles=switches, switch_labels=switches,
    )  # fmt: skip
    scenario = replace(load_scenario("today"), name="other", title=same("Other"), source="Other", evidence_grade="V")
    assert of(renamed, scenario=scenario) == of(design)
    sourced = PARAMETER_SET.patch({"leads.per_year": 40.0}, Provenance(kind="measured", source="elsewhere"))
    assert keys(parameter_set=sourced) == keys()


def test_what_a_lever_calls_its_effects_moves_no_key():
    lever = load_lever("lean")
    relabelled = replace(lever, title=same("Other"), labels={"meetings_h": same("Other")}, source="elsewhere")
    assert of(load_design("baseline").with_levers([relabelled])) == of(load_design("baseline").with_levers([lever]))


def test_a_label_of_a_parameter_moves_no_key():
    parameter = replace(PARAMETER_SET["leads.qualify_h"], label=same("Other"))
    assert keys(parameter_set=ParameterSet({**PARAMETER_SET, parameter.path: parameter})) == keys()


def test_the_other_variants_and_the_number_of_replications_move_no_key():
    wider = tiny_experiment(replications=4, designs=("hunter_farmer", "stretched_t", "baseline"))
    assert keys(EXPERIMENT).items() <= keys(wider).items()
    later = replace(EXPERIMENT, first_replication=1, replications=1)
    assert keys(later).items() <= keys(EXPERIMENT).items()


@pytest.mark.parametrize(
    "changed",
    [
        {"experiment": replace(EXPERIMENT, seed=6)},
        {"model_inputs": replace(MODEL_INPUTS, calendar_ratio=MODEL_INPUTS.calendar_ratio * 1.01)},
        {"model_inputs": replace(MODEL_INPUTS, customers=MODEL_INPUTS.customers.assign(segment="B"))},
        {"model_inputs": replace(MODEL_INPUTS, slots=MODEL_INPUTS.slots.assign(fte=0.5))},
        {"parameter_set": PARAMETER_SET.patch({"leads.qualify_h": 0.6}, Provenance(kind="option"))},
        {"engine": play},
    ],
)
def test_what_moves_a_result_moves_every_key(changed):
    assert not set(keys(**changed).values()) & set(keys().values())


def test_whatever_an_organisation_does_differently_moves_its_key():
    design = load_design("baseline")
    first = design.units[0]
    others = [
        replace(design, help_after_h=design.help_after_h + 1),
        replace(design, discretionary=()),
        replace(design, units=(replace(first, size=2),)),
        replace(design, units=(replace(first, prefer_ability=not first.prefer_ability),)),
        replace(design, priority_table=load_design("baseline_value_first").priority_table),
        replace(design, scale={"leads.qualify_h": 1.1}),
        design.with_levers([load_lever("lean")]),
    ]
    assert len({of(design), *(of(other) for other in others)}) == len(others) + 1


def test_a_parameter_is_the_same_parameter_whoever_sets_it():
    design, scenario = load_design("baseline"), load_scenario("today")
    overlaid = replace(design, override={**design.override, "leads.qualify_h": 0.6})
    assert of(overlaid) == of(design, changes={"leads.qualify_h": 0.6})
    everywhere = replace(scenario, override={**scenario.override, "leads.qualify_h": 0.6})
    assert of(design, scenario=everywhere) != of(overlaid), "the drawn inputs and the warm-up know it too"


def test_an_engine_that_carries_values_of_its_own_has_no_code_to_tell():
    def inside(*given):
        return play(*given)

    class Engine:
        def __call__(self, *given):
            return play(*given)

    assert environment(play)["code"]
    for engine in (inside, Engine(), partial(play, seed=1), lambda *given: play(*given)):
        assert environment(engine)["code"] == ""


def test_the_environment_names_the_versions_that_compute():
    assert set(environment(play_slowly)) == {"python", "numpy", "pandas", "scipy", "simpy", "code"}
