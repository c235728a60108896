"""Designs, scenarios and rank tables as files: what they mean, and what is answered to the wrong word."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from simkit.foundation.errors import ConfigError
from simkit.foundation.places import TEMPLATES
from simkit.model.designs import design_names, load_design
from simkit.model.parameters import load_defaults
from simkit.model.ranks import load_rank_table
from simkit.model.scenarios import load_scenario, scenario_names
from tests.model.conftest import DESIGNS


def write(folder: Path, kind: str, name: str, content: object) -> Path:
    (folder / kind).mkdir(exist_ok=True)
    (folder / kind / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


def test_every_shipped_design_and_scenario_loads_and_patches_known_leaves() -> None:
    tree = load_defaults()

    assert set(DESIGNS) <= set(design_names())
    for name in design_names():
        load_design(name).on(tree)
    for name in scenario_names():
        load_scenario(name).on(tree)


def test_stretched_t_is_the_baseline_when_all_switches_are_off() -> None:
    off, today = load_design("stretched_t", switches=()), load_design("baseline")

    assert (off.units, off.routes, off.rank_table, dict(off.overlay)) == (
        today.units,
        today.routes,
        today.rank_table,
        dict(today.overlay),
    )


def test_switches_of_the_stretched_t_are_independent() -> None:
    design = load_design("stretched_t")

    assert design.switches == ("rule", "frontline", "service_design", "modular_delivery")
    rule = design.with_switches(("rule",))
    assert rule.rank_table.name == "value_first"
    assert [unit.name for unit in rule.units] == ["sales"]
    service = design.with_switches(("service_design",))
    assert service.rank_table.name == "internal_first"
    assert service.unit_for("coordination", 2, 0) == "service_design"
    assert service.unit_for("coordination", 1, 0) == "sales"
    frontline = design.with_switches(("frontline",))
    assert [frontline.unit_for("care", 0, segment) for segment in range(3)] == ["team_a", "team_b", "team_c"]


def test_value_first_serves_service_of_a_customers_first_and_care_of_c_last() -> None:
    ranks = load_rank_table("value_first").ranks

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
        ({"base": "baseline", "rank_table": "value_frist"}, "value_frist", "value_first"),
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
        "rank_table": "fifo",
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


def test_a_misspelt_leaf_in_a_scenario_names_the_nearest(tmp_path: Path) -> None:
    texts = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}}
    folder = write(tmp_path, "scenarios", "own", {**texts, "set": {"staff.quits_per_year": 0.2}})

    with pytest.raises(ConfigError, match=r"staff\.quit_per_year"):
        load_scenario("own", folder).on(load_defaults())


def test_every_shipped_text_exists_in_both_languages() -> None:
    for file in sorted(TEMPLATES.glob("*/*.yaml")):
        if file.parent.name in ("designs", "scenarios", "rank_tables"):
            title = yaml.safe_load(file.read_text(encoding="utf-8"))["title"]
            assert title["de"] and title["en"], file
