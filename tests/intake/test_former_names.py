"""What was written for the version before is read as its new form is, with one line for each former name."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from simkit.foundation.errors import ConfigError, FormerNameWarning
from simkit.foundation.paths import SHIPPED
from simkit.intake.privacy.purge import purge_client
from simkit.intake.settings.client_settings import ClientConfig, load_config, place_of
from simkit.intake.settings.former_names import FORMER_FOLDERS, FORMER_KEYS, FORMER_PARAMETERS, present_keys
from simkit.intake.settings.run_settings import RunSettings
from simkit.model.specification.designs import load_design
from simkit.model.specification.levers import load_lever
from simkit.model.specification.overrides import names_of
from simkit.model.specification.priority_tables import load_priority_table
from simkit.model.specification.scenarios import load_scenario

FORMER = {
    "client.yaml": """\
client: probe
name: Probe GmbH
tables:
  orders:
    file: orders.csv
    columns: {order_id: Nr, customer_id: Kunde, ordered_on: Datum, value_amount: Wert}
study:
  designs: [own]
  robustness:
    leaves: [staff.fill_days, demand.level]
    screened_leaves: 40
    tornado_leaves: 10
    region_leaves: 4
    worlds: 6
    points: 100
""",
    "designs/own.yaml": """\
title: {de: Eigene, en: Own}
purpose: {de: Wie heute mit eigener Reihenfolge., en: As today with an order of our own.}
base: baseline
rank_table: own
switches:
  rule:
    title: {de: Regel, en: Rule}
    rank_table: value_first
""",
    "levers/order.yaml": """\
title: {de: Reihenfolge, en: Order}
purpose: {de: Bedient nach eigener Reihenfolge., en: Serves in an order of our own.}
source: a trade journal
source_de: eine Fachzeitschrift
mark: V
rank_table: own
""",
    "scenarios/slow.yaml": """\
title: {de: Lange Suche, en: Slow hiring}
purpose: {de: Stellen bleiben frei., en: Posts stay vacant.}
source: a federal agency
source_de: eine Bundesbehörde
mark: O
set: {staff.fill_days: 139}
""",
    "rank_tables/own.yaml": """\
title: {de: Eigene, en: Own}
ranks:
  - [care A, order A]
  - [order, service, lead, opportunity, care]
""",
}
"""A client's folder of the version before: file → text."""
PRESENT = {
    "client.yaml": FORMER["client.yaml"].replace("worlds:", "replications:").replace("leaves:", "parameters:"),
    "designs/own.yaml": FORMER["designs/own.yaml"].replace("rank_table:", "priority_table:"),
    "levers/order.yaml": FORMER["levers/order.yaml"]
    .replace("rank_table:", "priority_table:")
    .replace("mark:", "evidence_grade:"),
    "scenarios/slow.yaml": FORMER["scenarios/slow.yaml"].replace("mark:", "evidence_grade:"),
    "priorities/own.yaml": FORMER["rank_tables/own.yaml"],
}
"""The same folder in the names of today."""


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def former(tmp_path: Path) -> Path:
    return written(tmp_path / "former" / "probe", FORMER)


@pytest.fixture
def present(tmp_path: Path) -> Path:
    return written(tmp_path / "present" / "probe", PRESENT)


def told(record: pytest.WarningsRecorder) -> list[str]:
    """Return the lines that are told, once each, in the order of their first use."""
    return list(dict.fromkeys(str(one.message) for one in record if isinstance(one.message, FormerNameWarning)))


# --- what is read ----------------------------------------------------------------------------------------------------


def test_a_client_yaml_of_the_version_before_is_read_as_its_new_form(former: Path, present: Path) -> None:
    with pytest.warns(FormerNameWarning) as record:
        config = load_config(former)
    assert config == load_config(present)
    assert config.study.robustness.parameters == ["staff.fill_days", "demand.level"]
    assert (config.study.robustness.replications, config.study.robustness.region_parameters) == (6, 4)
    assert told(record) == [
        f"{old} is called {new} now (client.yaml:{line}); the next version no longer reads the old name."
        for old, new, line in (
            ("leaves", "parameters", 10),
            ("screened_leaves", "screened_parameters", 11),
            ("tornado_leaves", "tornado_parameters", 12),
            ("region_leaves", "region_parameters", 13),
            ("worlds", "replications", 14),
        )
    ]


def test_a_line_that_was_pasted_with_dots_is_read_too(tmp_path: Path) -> None:
    text = FORMER["client.yaml"].partition("study:")[0] + "study.robustness.leaves: [demand.level]\n"
    folder = written(tmp_path / "probe", {"client.yaml": text})
    with pytest.warns(FormerNameWarning, match=r"leaves is called parameters now \(client.yaml:7\)"):
        assert load_config(folder).study.robustness.parameters == ["demand.level"]


@pytest.mark.parametrize(
    "written_so", ["{service_level.configured_instead_share: 0.5}", "{service_level: {configured_instead_share: 0.5}}"]
)
def test_a_parameter_of_the_version_before_is_read_as_its_new_name(tmp_path: Path, written_so: str) -> None:
    head = FORMER["client.yaml"].partition("study:")[0]
    scenario = FORMER["scenarios/slow.yaml"].replace(
        "staff.fill_days: 139", "service_level.configured_instead_share: 0.5"
    )
    files = {"client.yaml": f"{head}assumptions: {written_so}\n", "scenarios/slow.yaml": scenario}
    folder = written(tmp_path / "probe", files)
    with pytest.warns(FormerNameWarning, match=r"configured_instead_share is called conversion\.accepted_share now"):
        assert load_config(folder).assumptions == {"conversion.accepted_share": 0.5}
    with pytest.warns(FormerNameWarning, match=r"scenarios/slow\.yaml"):
        assert load_scenario("slow", folder).override == {"conversion.accepted_share": 0.5}
    both = written_so.rstrip("}") + "}" * written_so.count("{")
    both = both[:-1] + ", conversion.accepted_share: 0.5}"
    written(folder, {"client.yaml": f"{head}assumptions: {both}\n"})
    with pytest.raises(ConfigError, match=r"conversion\.accepted_share"):
        load_config(folder)


@pytest.mark.parametrize("read", ["run", "list"])
def test_a_former_parameter_is_told_wherever_a_parameter_is_named(tmp_path: Path, read: str) -> None:
    former, present = next(iter(FORMER_PARAMETERS.items()))
    with pytest.warns(FormerNameWarning, match=rf"{former} is called {present} now"):
        if read == "run":
            assert RunSettings.checked({"changes": {former: 0.5}}).changes == {present: 0.5}
        else:
            head = FORMER["client.yaml"].partition("study:")[0]
            text = f"{head}study: {{robustness: {{parameters: [{former}]}}}}\n"
            folder = written(tmp_path / "probe", {"client.yaml": text})
            assert load_config(folder).study.robustness.parameters == [present]


def test_an_error_in_a_former_key_still_names_its_line(former: Path) -> None:
    file = former / "client.yaml"
    file.write_text(file.read_text("utf-8").replace("region_leaves: 4", "region_leaves: 99"), "utf-8")
    with pytest.warns(FormerNameWarning), pytest.raises(ConfigError, match=r"client\.yaml:13"):
        load_config(former)
    with pytest.warns(FormerNameWarning):
        assert place_of(former, "study", "robustness", "parameters", 1).startswith("client.yaml:10")


def test_a_design_of_the_version_before_is_read_as_its_new_form(former: Path, present: Path) -> None:
    with pytest.warns(FormerNameWarning) as record:
        design = load_design("own", folder=former)
        rule_off = load_design("own", switches=(), folder=former)
    assert replace(design, folder=present) == load_design("own", folder=present)
    assert replace(rule_off, folder=present) == load_design("own", switches=(), folder=present)
    assert (design.priority_table.name, rule_off.priority_table.name) == ("value_first", "own")
    lines = told(record)
    assert [line.partition(";")[0] for line in lines[:2]] == [
        "rank_table is called priority_table now (designs/own.yaml:4)",
        "rank_table is called priority_table now (designs/own.yaml:8)",
    ]


def test_a_lever_a_scenario_and_a_priority_table_of_the_version_before_are_read(former: Path, present: Path) -> None:
    with pytest.warns(FormerNameWarning) as record:
        lever, scenario = load_lever("order", former), load_scenario("slow", former)
        table = load_priority_table("own", former)
        assert "own" in names_of("priorities", former)
    new_lever, new_scenario = load_lever("order", present), load_scenario("slow", present)
    assert lever == new_lever and lever.evidence_grade == "V"
    assert scenario == new_scenario and scenario.evidence_grade == "O"
    assert table == load_priority_table("own", present)
    lines = " ".join(told(record))
    assert "mark is called evidence_grade now (levers/order.yaml:5)" in lines
    assert "mark is called evidence_grade now (scenarios/slow.yaml:5)" in lines
    assert "rank_tables/ is called priorities/ now" in lines and "rank_tables/own.yaml)" in lines


def test_the_workspaces_own_rank_tables_are_found_and_go_after_its_priorities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "client_data").mkdir()
    written(tmp_path / "templates", {"rank_tables/fifo.yaml": FORMER["rank_tables/own.yaml"]})
    monkeypatch.chdir(tmp_path)
    with pytest.warns(FormerNameWarning, match=r"templates/rank_tables/fifo\.yaml"):
        assert load_priority_table("fifo").title.en == "Own"
    shipped = (SHIPPED / "templates" / "priorities" / "fifo.yaml").read_text("utf-8")
    written(tmp_path / "templates", {"priorities/fifo.yaml": shipped})
    assert load_priority_table("fifo").title.en == "First in, first out"


def test_what_is_written_in_the_names_of_today_is_told_nothing(present: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_config(present)
        load_design("own", folder=present)
        load_lever("order", present)
        load_scenario("slow", present)


# --- both names, and names that are none -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "line", "place", "remedy"),
    [
        (
            "client.yaml",
            "    parameters: [demand.level]\n",
            "client.yaml:10",
            "Delete study.robustness.leaves on line 10",
        ),
        ("designs/own.yaml", "    priority_table: own\n", "designs/own.yaml:8", "switches.rule.rank_table on line 8"),
        ("levers/order.yaml", "evidence_grade: P\n", "levers/order.yaml:5", "Delete mark on line 5"),
    ],
)
def test_a_key_under_both_names_is_an_error_that_says_which_to_delete(
    former: Path, file: str, line: str, place: str, remedy: str
) -> None:
    with (former / file).open("a", encoding="utf-8") as more:
        more.write(line)
    readers = {
        "client.yaml": lambda: load_config(former),
        "designs/own.yaml": lambda: load_design("own", folder=former),
    }
    with warnings.catch_warnings(), pytest.raises(ConfigError) as caught:
        warnings.simplefilter("ignore", FormerNameWarning)
        readers.get(file, lambda: load_lever("order", former))()
    assert place in caught.value.where
    assert remedy in caught.value.remedy.en


def test_a_former_key_in_a_place_where_it_never_stood_is_unknown(former: Path) -> None:
    with (former / "scenarios/slow.yaml").open("a", encoding="utf-8") as more:
        more.write("rank_table: own\n")
    with pytest.warns(FormerNameWarning), pytest.raises(ConfigError, match="Unknown key 'rank_table'"):
        load_scenario("slow", former)


def test_every_former_key_leads_to_one_that_is_read() -> None:
    robustness = ClientConfig.model_fields["study"].default.robustness
    assert set(FORMER_KEYS["client"].values()) <= set(type(robustness).model_fields)
    for kind, folder in FORMER_FOLDERS.items():
        assert (SHIPPED / "templates" / kind).is_dir() and not (SHIPPED / "templates" / folder).exists()


# --- what was saved, and what is deleted -----------------------------------------------------------------------------


def test_renaming_keeps_the_order_of_the_keys() -> None:
    assert list(present_keys({"a": 1, "mark": "P", "set": {"mark": 2}}, "levers")) == ["a", "evidence_grade", "set"]
    assert present_keys({"set": {"mark": 2}}, "levers") == {"set": {"mark": 2}}


def test_purge_deletes_what_the_version_before_left(tmp_path: Path) -> None:
    former = written(tmp_path / "client_data" / "probe", FORMER)
    kept = written(tmp_path / "reports" / ".cache" / "probe", {"robustness/leaves.csv": "leaf\n", "runs/a.json": "{}"})
    purge_client("probe", tmp_path)
    assert not former.exists() and not kept.exists()
