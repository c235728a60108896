"""Designs, scenarios and priority tables as files: what they mean, and what is answered to the wrong word."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import yaml

from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.design_files import WORK_KINDS
from simkit.model.specification.designs import load_design, shipped_designs_that_set
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.overrides import names_of
from simkit.model.specification.priority_tables import load_priority_table
from simkit.model.specification.scenarios import load_scenario
from tests.model.conftest import DESIGNS

TITLES = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}}


def write(folder: Path, kind: str, name: str, content: object) -> Path:
    (folder / kind).mkdir(exist_ok=True)
    (folder / kind / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


def test_every_shipped_design_and_scenario_loads_and_patches_known_parameters() -> None:
    parameter_set = load_defaults()

    assert set(DESIGNS) <= set(names_of("designs"))
    for name in names_of("designs"):
        load_design(name).on(parameter_set)
    for name in names_of("scenarios"):
        load_scenario(name).on(parameter_set)


def test_stretched_t_is_the_baseline_when_all_switches_are_off() -> None:
    off, today = load_design("stretched_t", switches=()), load_design("baseline")

    assert (off.units, off.routes, off.priority_table, dict(off.override)) == (
        today.units,
        today.routes,
        today.priority_table,
        dict(today.override),
    )


def test_a_switch_has_a_short_title_or_else_its_title() -> None:
    labels = load_design("stretched_t").switch_labels

    assert labels["rule"].de == "Vorrangregel"
    assert labels["service_design"] == load_design("stretched_t").switch_titles["service_design"]


@pytest.mark.parametrize(
    ("switch", "found"),
    [
        ({"transition": TITLES}, "No switch may be called 'transition'"),
        (
            {"phone": {**TITLES, "short_title": {"de": "x"}}},
            r"'switches\.phone\.short_title' is missing in one language",
        ),
    ],
)
def test_a_switch_with_a_name_that_is_taken_or_half_a_short_title_is_an_error(
    tmp_path: Path, switch: dict[str, object], found: str
) -> None:
    switches = {name: {"title": {"de": "x", "en": "x"}, **content} for name, content in switch.items()}
    for content in switches.values():
        content.pop("purpose")

    with pytest.raises(ConfigError, match=found):
        load_design("own", write(tmp_path, "designs", "own", {"base": "baseline", **TITLES, "switches": switches}))


def test_the_shipped_designs_that_set_a_parameter_are_found() -> None:
    assert shipped_designs_that_set("channel.") == ("partner_channel",)
    assert shipped_designs_that_set("no.such.parameter") == ()


def test_switches_of_the_stretched_t_are_independent() -> None:
    design = load_design("stretched_t")

    assert design.switches == ("rule", "frontline", "service_design", "modular_delivery")
    rule = design.with_switches(("rule",))
    assert rule.priority_table.name == "value_first"
    assert [unit.name for unit in rule.units] == ["sales"]
    service = design.with_switches(("service_design",))
    assert service.priority_table.name == "internal_first"
    assert service.unit_for("coordination", 2, 0) == "service_design"
    assert service.unit_for("coordination", 1, 0) == "sales"
    frontline = design.with_switches(("frontline",))
    assert [frontline.unit_for("care", 0, segment) for segment in range(3)] == ["team_a", "team_b", "team_c"]


def test_value_first_serves_service_of_a_customers_first_and_care_of_c_last() -> None:
    ranks = load_priority_table("value_first").ranks

    assert ranks["service", 0, 0] == 0
    assert ranks["care", 0, 2] == max(ranks.values())
    assert ranks["order", 0, 0] == ranks["order", 2, 1] < ranks["order", 0, 2]


@pytest.mark.parametrize(
    ("content", "found", "remedy"),
    [
        ({"base": "baseline", "untis": {}}, "untis", "units"),
        ({"base": "baseline", "units": {"x": {"asignment": "owner"}}}, "asignment", "assignment"),
        ({"base": "baseline", "routes": [{"unit": "salse"}]}, "salse", "sales"),
        ({"base": "baseline", "routes": [{"unit": "sales", "work": "coordinaton"}]}, "coordinaton", "coordination"),
        ({"base": "baseline", "routes": [{"unit": "sales", "class": "bespok"}]}, "bespok", "bespoke"),
        ({"base": "baseline", "priority_table": "value_frist"}, "value_frist", "value_first"),
        ({"base": "baseline", "discretionary": ["extra_contacts"]}, "extra_contacts", "extra_contact"),
        ({"base": "basline"}, "basline", "baseline"),
    ],
)
def test_a_wrong_word_in_a_design_is_answered_with_the_right_one(
    tmp_path: Path, content: dict[str, object], found: str, remedy: str
) -> None:
    titles = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}}
    for unit in (content.get("units") or {}).values():  # type: ignore[attr-defined]
        unit["title"] = {"de": "x", "en": "x"}
    folder = write(tmp_path, "designs", "own", titles | content)

    with pytest.raises(ConfigError) as caught:
        load_design("own", folder)

    assert f"'{found}'" in caught.value.render("en")
    assert f"'{remedy}'" in caught.value.render("en")
    assert caught.value.exit_code == 2


def test_work_that_nobody_does_is_found_before_a_run(tmp_path: Path) -> None:
    content = {
        "title": {"de": "x", "en": "x"},
        "purpose": {"de": "x", "en": "x"},
        "units": {"a": {"title": {"de": "a", "en": "a"}}},
        "routes": [{"work": "care", "unit": "a"}],
        "priority_table": "fifo",
        "help_after_h": 8,
        "discretionary": [],
    }

    with pytest.raises(ConfigError, match="Nobody does 'lead'"):
        load_design("own", write(tmp_path, "designs", "own", content))


def test_a_misspelt_design_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        load_design("streched_t")

    assert "stretched_t" in caught.value.render("de")
    assert "Meinten Sie" in caught.value.render("de")


def test_a_misspelt_parameter_in_a_scenario_names_the_nearest(tmp_path: Path) -> None:
    texts = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}}
    folder = write(tmp_path, "scenarios", "own", {**texts, "set": {"staff.quits_per_year": 0.2}})

    with pytest.raises(ConfigError, match=r"staff\.quit_per_year"):
        load_scenario("own", folder).on(load_defaults())


# --- the designs that were added to the first four ---------------------------------------------------------------------


def test_key_accounts_get_the_ablest_and_a_quarter_more_visits_than_the_client_has_today() -> None:
    design = load_design("key_accounts")
    parameter_set = load_defaults().patch(
        {"care.A.contacts_per_year": 8}, Provenance(kind="measured", source="calendar")
    )

    team = design.units[-1]
    assert (team.name, team.prefer_ability, team.fallback) == ("key_accounts", True, "sales")
    assert [design.unit_for("care", 0, segment) for segment in range(3)] == ["key_accounts", "sales", "sales"]
    assert design.on(parameter_set).value("care.A.contacts_per_year") == 10
    assert design.on(parameter_set)["care.A.contacts_per_year"].provenance.source == "key_accounts"


def test_the_hub_serves_c_customers_by_phone_from_one_queue() -> None:
    design = load_design("inside_sales_hub")

    assert {design.unit_for(work, 2, 2) for work in WORK_KINDS} == {"hub"}
    assert {design.unit_for(work, 2, 1) for work in WORK_KINDS} == {"sales"}
    assert not design.units[-1].owners
    assert design.on(load_defaults()).value("care.C.by_phone") == 1


def test_partners_take_the_c_customers_in_an_otherwise_unchanged_house() -> None:
    design = load_design("partner_channel")

    assert (design.units, design.routes) == (load_design("baseline").units, load_design("baseline").routes)
    assert design.override["channel.C.partner_share"] == 1


def test_assistants_enter_and_coordinate_orders_and_leave_the_confirmation() -> None:
    design = load_design("sales_assistants")

    ways = [[design.unit_for(work, order_class, 0) for work in WORK_KINDS] for order_class in range(3)]
    for way in ways:
        mine = {work for work, unit in zip(WORK_KINDS, way, strict=True) if unit == "assistants"}
        assert mine == {"entry", "coordination"}
    assert not any(parameter.startswith("assistance") for parameter in design.override)  # no extra heads


def test_a_pod_has_a_frontline_a_coordinator_and_an_engineer_that_fall_back_on_each_other() -> None:
    design = load_design("pods")
    behind = {unit.name: unit.fallback for unit in design.units}

    for number, segment in enumerate("abc"):
        assert design.unit_for("feasibility", 2, number) == f"engineer_{segment}"
        assert design.unit_for("coordination", 2, number) == f"coordinator_{segment}"
        assert design.unit_for("confirmation", 2, number) == f"front_{segment}"
        assert behind[f"engineer_{segment}"] == f"coordinator_{segment}"
        assert behind[f"coordinator_{segment}"] == f"front_{segment}"
    assert (behind["front_c"], behind["front_b"], behind["front_a"]) == ("front_b", "front_a", None)


@pytest.mark.parametrize("name", ["key_accounts", "inside_sales_hub", "partner_channel", "sales_assistants", "pods"])
def test_a_new_design_costs_a_change_a_dip_and_time_to_adopt_it(name: str) -> None:
    design = load_design(name)
    parameter_set = design.on(load_defaults())

    assert parameter_set.value("transition.once_amount") > 0
    assert parameter_set["transition.once_amount"].provenance.evidence_grade == ""
    assert (parameter_set.value("transition.dip_share"), parameter_set.value("transition.adoption_half_months")) == (
        0.1,
        3,
    )
    assert "ostet" in design.purpose.de and "ost" in design.purpose.en


# --- what a file may say -----------------------------------------------------------------------------------------------


def test_a_unit_may_hand_its_work_on_when_it_has_waited_too_long(tmp_path: Path) -> None:
    unit = {"title": {"de": "x", "en": "x"}, "fallback": "sales", "fallback_after_h": 16}
    content = {"base": "baseline", **TITLES, "units": {"x": unit}}

    made = load_design("own", write(tmp_path, "designs", "own", content)).units[-1]

    assert (made.fallback, made.fallback_after_h) == ("sales", 16.0)
    assert load_design("baseline").units[-1].fallback_after_h == math.inf


def test_of_several_fallbacks_the_first_counts_that_the_design_has(tmp_path: Path) -> None:
    whole, alone = load_design("stretched_t"), load_design("stretched_t", switches=("service_design",))

    assert {unit.name: unit.fallback for unit in whole.units}["service_design"] == "team_b"
    assert {unit.name: unit.fallback for unit in alone.units}["service_design"] == "sales"
    unit = {"title": {"de": "x", "en": "x"}, "fallback": ["nobody", "none"]}
    with pytest.raises(ConfigError, match="nobody"):
        load_design("own", write(tmp_path, "designs", "own", {"base": "baseline", **TITLES, "units": {"x": unit}}))


@pytest.mark.parametrize("name", names_of("designs"))
def test_every_unit_of_a_shipped_design_but_the_last_in_the_line_has_somebody_who_takes_over(name: str) -> None:
    units = load_design(name).units
    assert sum(unit.fallback is None for unit in units) == 1
    assert all(math.isfinite(unit.fallback_after_h) for unit in units if unit.fallback is not None)


def test_a_design_may_stand_on_one_that_stands_on_another_with_all_its_parts(tmp_path: Path) -> None:
    mine = {"base": "stretched_t", **TITLES, "set": {"building.share": 0.2}, "help_after_h": 8}

    design = load_design("own", write(tmp_path, "designs", "own", mine))
    below = load_design("stretched_t")

    assert (design.units, design.routes, design.priority_table) == (below.units, below.routes, below.priority_table)
    assert dict(design.override) == {**below.override, "building.share": 0.2}
    assert (design.help_after_h, design.switches) == (8.0, ())


def test_a_route_to_a_unit_that_a_later_part_takes_away_goes_with_it() -> None:
    design = load_design("hunter_farmer")

    assert {route.unit for route in design.routes} == {"hunters", "farmers"}


def test_a_client_s_own_design_goes_before_the_shipped_one_of_the_same_name(tmp_path: Path) -> None:
    folder = write(tmp_path, "designs", "pods", {"base": "baseline", **TITLES})

    assert [unit.name for unit in load_design("pods", folder).units] == ["sales"]
    assert len(load_design("pods").units) == 9
