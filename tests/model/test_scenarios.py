"""Scenarios: what each assumes, any combination of them, and that taking one off again leaves no trace."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.paths import shipped
from simkit.model.engine.engine import simulate
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.overrides import names_of
from simkit.model.specification.scenarios import load_scenario
from tests.model.conftest import SMALL, patched

COMBINATION = "hiring_freeze+demand_growth+sickness_wave"


def values(parameter_set: ParameterSet) -> dict[str, float]:
    return {path: parameter.value for path, parameter in parameter_set.items()}


@pytest.mark.parametrize("name", [*names_of("scenarios"), COMBINATION])
def test_a_scenario_changes_only_its_own_leaves_and_taking_it_off_gives_the_tree_back(name: str) -> None:
    parameter_set, scenario = load_defaults(), load_scenario(name)

    on = scenario.on(parameter_set)
    off = on.patch({parameter: parameter_set.value(parameter) for parameter in scenario.override}, Provenance())

    changed = {path for path, value in values(on).items() if value != parameter_set.value(path)}
    assert changed <= set(scenario.override)
    assert changed or name in ("today", "shortage_spread")
    assert values(off) == values(parameter_set)


def test_a_run_after_a_scenario_was_taken_off_is_the_same_record(small_inputs: ModelInputs) -> None:
    parameter_set = patched(SMALL)
    scenario = load_scenario(COMBINATION)
    back = scenario.on(parameter_set).patch(
        {parameter: parameter_set.value(parameter) for parameter in scenario.override}, Provenance()
    )

    first, second, with_it = (
        simulate(draw_inputs(small_inputs, one, seed=1, replication=0), load_design("baseline"))
        for one in (parameter_set, back, scenario.on(parameter_set))
    )

    pd.testing.assert_frame_equal(first.tasks, second.tasks)
    pd.testing.assert_frame_equal(first.cases, second.cases)
    assert len(with_it.tasks) != len(first.tasks)


def test_every_part_of_a_combination_keeps_its_own_source() -> None:
    scenario = load_scenario("vacancies_139_days+demand_growth")

    parameter_set = scenario.on(load_defaults())

    assert scenario.name == "vacancies_139_days+demand_growth"
    assert dict(scenario.override) == {
        "staff.fill_days": 139,
        "demand.growth_per_year": 0.05,
        "demand.ceiling": 1.5,
    }
    assert scenario.title.de == "Stellen bleiben 139 Tage frei + Wachsende Nachfrage"
    assert parameter_set["staff.fill_days"].provenance.evidence_grade == "O"
    assert "Bundesagentur" in parameter_set["staff.fill_days"].provenance.source_de
    assert parameter_set["demand.growth_per_year"].provenance == Provenance(kind="scenario", source="demand_growth")


def test_the_order_of_a_combination_makes_no_difference_to_the_numbers() -> None:
    parameter_set = load_defaults()

    one, other = (
        load_scenario(name).on(parameter_set) for name in ("hiring_freeze+overtime", "overtime+hiring_freeze")
    )

    assert values(one) == values(other)


def test_scenarios_that_agree_on_a_leaf_can_be_combined_and_those_that_differ_cannot() -> None:
    assert load_scenario("vacancies_139_days+shortage_leave").override["staff.fill_days"] == 139
    with pytest.raises(ConfigError, match="set twice, to 1 and to 2") as caught:
        load_scenario("shortage_leave+shortage_focus")
    assert "shortage_leave.yaml:" in caught.value.where and "shortage_focus.yaml:" in caught.value.where
    with pytest.raises(ConfigError, match="'today' is there twice"):
        load_scenario("today+today")


def test_a_misspelt_part_of_a_combination_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        load_scenario("hiring_freeze+demand_growht")

    assert "'demand_growth'" in caught.value.render("en")


def test_the_three_policies_of_a_shortage_differ_in_nothing_but_the_policy() -> None:
    overrides = [dict(load_scenario(f"shortage_{policy}").override) for policy in ("spread", "leave", "focus")]

    assert [override.pop("shortage.policy") for override in overrides] == [0, 1, 2]
    assert overrides == [dict(load_scenario("vacancies_139_days").override)] * 3


def test_a_client_s_own_scenario_can_be_combined_with_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    texts = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}}
    content = yaml.safe_dump({**texts, "set": {"reaction.churn_per_year": 0.1}})
    (tmp_path / "scenarios" / "own.yaml").write_text(content, encoding="utf-8")

    assert load_scenario("own+hiring_freeze", tmp_path).override["reaction.churn_per_year"] == 0.1


# --- what people read --------------------------------------------------------------------------------------------------

ENGLISH = {"the", "and", "of", "with", "sales", "lever", "hub", "channel", "accounts", "lead", "pipeline", "frontline"}
ENGLISH |= {"training", "lean", "gamification", "tools", "orders", "customers", "first", "hiring", "backlog", "inside"}
FILES = [
    file
    for kind in ("designs", "scenarios", "levers", "priorities")
    for file in shipped("templates", kind).glob("*.yaml")
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_text_of_a_shipped_file_is_in_both_languages_and_its_german_is_german(file: Path) -> None:
    found: list[tuple[str, str]] = []

    def walk(value: object) -> None:
        if isinstance(value, dict) and {"de", "en"} & set(value):
            assert set(value) == {"de", "en"}, value
            found.append((value["de"], value["en"]))
        elif isinstance(value, dict):
            for inside in value.values():
                walk(inside)

    walk(yaml.safe_load(file.read_text(encoding="utf-8")))

    assert found
    for german, english in found:
        assert german.strip() and english.strip()
        assert not ENGLISH & set(german.lower().replace(",", " ").replace(".", " ").split()), german
