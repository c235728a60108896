"""What client.yaml sets by hand is checked before anybody waits for a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from simkit.foundation.errors import ConfigError, UsageError
from simkit.foundation.paths import template_folders
from simkit.intake.settings.client_settings import load_config
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.run.settings_check import check_settings, parsed_changes
from simkit.study.plans.study_settings import ChosenVariant, StudySettings, study_settings

BASE = "client: probe\nname: Probe GmbH\ntables:\n  orders: {file: orders.csv}\n"


def checked(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "probe"
    folder.mkdir(exist_ok=True)
    (folder / "client.yaml").write_text(BASE + text, "utf-8")
    check_settings(load_config(folder), folder)


@pytest.mark.parametrize(
    ("text", "what", "where", "remedy"),
    [
        (
            "assumptions: {leads.new_customer_share: 0.4}\n",
            "no longer set by hand",
            "client.yaml:5 ",
            "Delete the line",
        ),
        ("assumptions: {demand.levl: 2}\n", "no parameter 'demand.levl'", "client.yaml:5 ", "'demand.level'"),
        ("assumptions: {demand: {levl: 2}}\n", "no parameter 'demand.levl'", "client.yaml:5 ", "'demand.level'"),
        ("assumptions: {demand.level: abc}\n", "needs a number, not 'abc'", "client.yaml:5 ", "Allowed: 0"),
        ("assumptions:\n  load.utilisation: 0,85\n", "not '0,85'", "client.yaml:6 ", "Write 0.85, with a point"),
        ("assumptions: {load.utilisation: 2}\n", "out of range", "client.yaml:5 ", "Allowed: 0.3 … 1.3 (share)"),
        ("assumptions:\n  demand:\n    level: 500\n", "out of range", "client.yaml:7 ", "Allowed: 0"),
        ("score: {weights: {marge: 2}}\n", "Unknown factor 'marge'", "client.yaml:5 ", "'margin'"),
        ("score: {functions: {marge: {missing: zero}}}\n", "Unknown factor 'marge'", "client.yaml:5 ", "'margin'"),
        ("brand:\n  logo: nix.svg\n", "'nix.svg' is missing", "client.yaml:6 ", "delete the line"),
        ("brand: {logo: client.yaml}\n", "is no picture", "client.yaml:5 ", "SVG"),
        ("brand:\n  pptx: nix.pptx\n", "'nix.pptx' is missing", "client.yaml:6 ", "delete the line"),
        ("brand: {pptx: client.yaml}\n", "is no PowerPoint file", "client.yaml:5 ", "not as .potx"),
        ("study: {scenarios: ['+']}\n", "A name is missing in '+'", "client.yaml:5 ", "with + between"),
        ("study: {scenarios: ['']}\n", "A name is missing in ''", "client.yaml:5 ", "with + between"),
        ("study: {scenarios: ['today+']}\n", "A name is missing in 'today+'", "client.yaml:5 ", "with + between"),
        ("controlling: {contacts_per_year: {Z: 3}}\n", "no customer class 'Z'", "client.yaml:5 ", "A, B, C"),
        ("controlling: {contacts_per_year: {A: .inf}}\n", "is not possible", "client.yaml:5 ", "up to 400"),
        (
            "lead_filter:\n- {column: industry, one_of: [a]}\n- {column: industri, one_of: [a]}\n",
            "have the column 'industri'",
            "client.yaml:7 ",
            "'industry'",
        ),
        ("controlling: {group_by: industri}\n", "no column 'industri'", "client.yaml:5 ", "'industry'"),
        ("study: {lever_budget_amount: .inf}\n", "is not possible", "client.yaml:5 ", "up to"),
        ("study: {designs: [stretchd_t]}\n", "no design 'stretchd_t'", "client.yaml:5 ", "'stretched_t'"),
        (
            "study:\n  scenarios:\n  - today\n  - hiring_freze+today\n",
            "no scenario 'hiring_freze'",
            "client.yaml:8 ",
            "'hiring_freeze'",
        ),
        (
            "study:\n  variants:\n  - design: baseline\n    levers: [lean, coachng]\n",
            "no lever 'coachng'",
            "client.yaml:8 ",
            "'coaching'",
        ),
        ("goals: {never: [partner_chanel]}\n", "'partner_chanel' is no design", "client.yaml:5 ", "'partner_channel'"),
        (
            "study:\n  variants:\n  - {design: pods, levers: [lean, price_rise]}\ngoals: {never: [price_rise]}\n",
            "A variant takes 'price_rise'",
            "client.yaml:7 (study.variants.0.levers.1)",
            "Delete 'price_rise' under goals.never",
        ),
        (
            "study:\n  variants:\n  - {design: pods, levers: [lean]}\ngoals: {never: [pods]}\n",
            "A variant takes 'pods'",
            "(study.variants.0.design)",
            "or the variant under study.variants",
        ),
        ("goals: {never: [overtime, baseline]}\n", "'baseline' is what holds today", "(goals.never.1)", "Delete"),
        ("goals:\n  scenario: hiring_freze\n", "no scenario 'hiring_freze'", "client.yaml:6 ", "'hiring_freeze'"),
    ],
)
def test_what_a_run_would_refuse_is_named_with_its_line(
    tmp_path: Path, text: str, what: str, where: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(tmp_path, text)
    assert what in caught.value.what.en
    assert where in caught.value.where
    assert remedy in caught.value.remedy.en


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("counts: profit", "'contribution_less_cost', 'contribution' or 'customer_hours_A'"),
        ("counts: {profit: 1}", "'contribution_less_cost', 'contribution' or 'customer_hours_A'"),
        ("counts: {contribution: 0}", "a number above 0"),
        ("limits: {posts: .nan}", "a finite number"),
        ("limits: {once_amout: 1}", "'once_amount'"),
        ("floors: {care_of_a: 1}", "'care_of_a_share'"),
        ("floors: {care_of_a_share: 95}", "up to 1"),
    ],
)
def test_goals_that_cannot_be_are_answered_with_what_can(tmp_path: Path, text: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(tmp_path, f"goals: {{{text}}}\n")
    assert remedy in caught.value.remedy.en


def own_files(tmp_path: Path, kind: str, names: list[str], text: str) -> None:
    folder = tmp_path / "probe" / kind
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.yaml").write_text(text, "utf-8")


def test_more_priority_tables_than_a_search_crosses_are_named_until_some_are_ruled_out(tmp_path: Path) -> None:
    own_files(tmp_path, "priorities", ["own_a", "own_b"], shipped("priorities", "fifo"))
    with pytest.raises(ConfigError, match=r"There are 6 priority tables .* 4 at most") as caught:
        checked(tmp_path, "")
    assert "goals.never" in caught.value.remedy.en
    checked(tmp_path, "goals: {never: [own_b, customer_first]}\n")


def test_more_designs_than_a_search_crosses_are_named_until_some_are_chosen(tmp_path: Path) -> None:
    names = [f"own_{number}" for number in range(5)]
    own_files(tmp_path, "designs", names, shipped("designs", "hunter_farmer"))
    with pytest.raises(ConfigError, match=r"There are 13 organisations .* 12 at most"):
        checked(tmp_path, "")
    checked(tmp_path, "study: {designs: [own_1, pods]}\n")


def test_files_that_only_the_search_reads_are_checked_before_anybody_waits(tmp_path: Path) -> None:
    own_files(tmp_path, "levers", ["own"], "title: {de: Eigene, en: Own}\nset: {no.such: 1}\n")
    own_files(tmp_path, "designs", ["bad"], "title: {de: Eigene, en: Own}\nunit: {}\n")
    with pytest.raises(ConfigError) as caught:
        checked(tmp_path, "")
    said = caught.value.render("en")
    assert "levers/own.yaml" in said and "no.such" in said and "designs/bad.yaml" in said
    checked(tmp_path, "goals: {never: [own, bad]}\nstudy: {designs: [pods]}\n")


def shipped(kind: str, name: str) -> str:
    return (template_folders(kind)[-1] / f"{name}.yaml").read_text("utf-8")


def test_mistakes_of_every_part_of_client_yaml_stand_in_one_list(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(
            tmp_path,
            "score: {weights: {marge: 1}, functions: {revnue: {missing: half}}}\nassumptions: {demand.levl: 2}\n"
            "study: {designs: [stretchd_t]}\nbrand: {logo: nix.svg}\n",
        )
    said = caught.value.render("en")
    assert "Problems in client.yaml: 5." in said
    assert all(name in said for name in ("'marge'", "'revnue'", "'demand.levl'", "'stretchd_t'", "'nix.svg'"))


def test_all_that_is_wrong_with_own_overrides_is_reported_in_one_list(tmp_path: Path) -> None:
    for kind, name, text in (
        (
            "designs",
            "ours",
            "base: baseline\ntitle: {de: U, en: O}\npurpose: {de: U, en: O}\nset: {care.A.by_phne: 1}\n",
        ),
        ("levers", "own", "title: {de: E, en: E}\npurpose: {de: E, en: E}\nset: {demand.level: 2}\n"),
    ):
        (tmp_path / "probe" / kind).mkdir(parents=True)
        (tmp_path / "probe" / kind / f"{name}.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        checked(tmp_path, "study:\n  designs: [ours]\n  variants: [{design: baseline, levers: [own]}]\n")
    said = caught.value.render("en")
    assert "ours.yaml:4" in said and "care.A.by_phone" in said
    assert "own.yaml:3" in said and "demand.level" in said


def test_a_study_is_what_client_yaml_chooses_with_today_first(tmp_path: Path) -> None:
    checked(
        tmp_path,
        "study:\n  designs: [hunter_farmer]\n  scenarios: [hiring_freeze+demand_growth, today]\n"
        "  variants: [{design: hunter_farmer, levers: [lean, coaching]}]\n",
    )
    made = study_settings(RunSettings(seed=3), load_config(tmp_path / "probe").study)
    assert made.designs == ("baseline", "hunter_farmer") and made.seed == 3
    assert made.scenarios == ("hiring_freeze+demand_growth", "today")
    assert made.variants == (ChosenVariant(design="hunter_farmer", levers=("lean", "coaching")),)


def test_without_a_choice_the_study_is_the_one_that_ships(tmp_path: Path) -> None:
    checked(tmp_path, "")
    found = study_settings(RunSettings(), load_config(tmp_path / "probe").study)
    assert found == StudySettings(joint_draws=50, search="quick", replications=16)


def test_settings_that_exist_pass(tmp_path: Path) -> None:
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe" / "logo.svg").write_text("<svg/>", "utf-8")
    checked(tmp_path, "assumptions: {demand.level: 1.1}\nscore: {weights: {margin: 5}}\nbrand: {logo: logo.svg}\n")


def test_names_parameters_and_files_that_are_wrong_stand_in_one_list(tmp_path: Path) -> None:
    text = (
        "study:\n  designs: [stretchd_t, hunter_farmer]\n  scenarios: [today, hiring_freze]\n"
        "  variants: [{design: pods, levers: [leen]}]\n  robustness: {parameters: [staff.fil_days]}\n"
    )
    with pytest.raises(ConfigError) as caught:
        checked(tmp_path, text)

    said = caught.value.what.en
    assert "client.yaml: 4." in said
    for wrong in ("stretchd_t", "hiring_freze", "leen", "staff.fil_days"):
        assert wrong in said
    for hint in ("'stretched_t'", "'hiring_freeze'", "'lean'", "'staff.fill_days'"):
        assert hint in said


def test_a_decimal_comma_on_the_command_line_is_answered_with_the_number_to_write() -> None:
    with pytest.raises(UsageError) as caught:
        parsed_changes(["load.utilisation=0,85"])
    assert caught.value.remedy.de == "Schreiben Sie 0.85, mit Punkt vor den Dezimalen."
    assert parsed_changes(["load.utilisation=0.85"]) == {"load.utilisation": 0.85}


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "no lines of the form"), (b"- a\n", "no lines of the form"), (b"a: \xff\n", "not saved as UTF-8")],
)
def test_a_priority_table_of_the_client_is_checked_also_where_nothing_names_it(
    tmp_path: Path, content: bytes, said: str
) -> None:
    folder = tmp_path / "probe" / "priorities"
    folder.mkdir(parents=True)
    (folder / "fifo.yaml").write_bytes(content)

    with pytest.raises(ConfigError, match=said) as caught:
        checked(tmp_path, "")
    assert "priorities/fifo.yaml" in str(caught.value)


def test_the_lead_filter_may_only_ask_for_columns_that_are_mapped(tmp_path: Path) -> None:
    mapped = (
        "  opportunities: {file: deals.csv, columns: {opportunity_id: A, opened_on: B, stage: C, value_amount: D}}\n"
    )
    others = "  customers: {file: c.csv, columns: {customer_id: A}}\n"
    checked(tmp_path, mapped + others + "lead_filter: [{column: value_amount, at_least: 1}]\n")
    with pytest.raises(ConfigError, match="have the column 'industry'"):
        checked(tmp_path, mapped + others + "lead_filter: [{column: industry, one_of: [a]}]\n")
