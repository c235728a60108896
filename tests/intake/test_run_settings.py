"""Every setting of a run stands once: options, client.yaml, notebooks and records follow from its entry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import click
import pytest
from pydantic import Field

from simkit.cli.options import setting_options
from simkit.foundation.errors import ConfigError, UsageError
from simkit.foundation.text import Text
from simkit.intake.settings.client_settings import Study, load_config
from simkit.intake.settings.run_settings import FEWEST_DRAWS, RunSettings, Setting, StudyChoice, settings_in
from simkit.study.plans.study_settings import (
    ChosenVariant,
    StudySettings,
    recorded_settings,
    settings_record,
    study_settings,
)

ALL = RunSettings(
    designs=("baseline", "stretched_t"),
    replications=6,
    precision=0.05,
    budget=40,
    draws=30,
    search="2400",
    calibrate=False,
    depth="full",
    seed=7,
    changes={"time.day_h": 7.5, "demand.level": 1.1},
    chapters=("time", "value"),
    jobs=2,
    cluster="tcp://host:8786",
    confirmed=True,
    output=Path("out"),
    results_folder=Path("results"),
    lang="en",
)


class Wider(RunSettings):
    """The settings with one more, of which nothing else is given."""

    horizon_years: Annotated[
        int,
        Field(ge=1, le=30),
        Setting(flag="--horizon", notebook=True, recorded=True, help=Text(de="Jahre.", en="Years.")),
    ] = 5


def test_one_entry_makes_option_notebook_parameter_and_record() -> None:
    option = next(one for one in setting_options(Wider) if one.name == "horizon_years")
    assert option.opts == ["--horizon"] and option.help == "Years." and option.default == 5
    assert isinstance(option.type, click.IntRange) and (option.type.min, option.type.max) == (1, 30)

    asked = Wider.checked({"horizon_years": 9})
    assert asked.plain()["horizon_years"] == asked.record()["horizon_years"] == 9


def test_every_setting_is_asked_for_somewhere_and_said_in_both_languages() -> None:
    for name, entry in RunSettings.entries().items():
        assert entry.flag or entry.notebook, name
        assert entry.help.de.endswith(".") and entry.help.en.endswith(".") and entry.help.de != entry.help.en


def test_every_option_reads_what_its_setting_takes() -> None:
    words = [
        *(
            "--designs",
            "baseline,stretched_t",
            "--reps",
            "6",
            "--precision",
            "0.05",
            "--budget",
            "40",
            "--depth",
            "full",
        ),
        *("--draws", "30", "--search", "2400", "--no-calibrate"),
        *("--seed", "7", "--chapters", "time, value", "--jobs", "2", "--cluster", "tcp://host:8786", "--yes"),
        *("--output", "out", "--lang", "en", "--set", "time.day_h=7.5", "--set", "demand.level=1.1"),
    ]
    command = click.Command("run", params=list(setting_options(RunSettings)))
    read = command.make_context("run", words).params
    assert set(read) == {name for name, entry in RunSettings.entries().items() if entry.flag}
    changes = {"changes": dict(word.split("=") for word in read["changes"])}
    assert RunSettings.checked(read | changes | {"results_folder": "results"}) == ALL


def test_a_run_without_options_has_the_defaults() -> None:
    read = click.Command("run", params=list(setting_options(RunSettings))).make_context("run", []).params
    given = {name: value for name, value in read.items() if value is not None and name != "changes"}
    assert RunSettings.checked(given) == RunSettings()


def test_what_client_yaml_may_choose_is_a_setting_of_the_run_with_the_same_limits() -> None:
    for name, field in StudyChoice.model_fields.items():
        assert Study.model_fields[name].metadata == RunSettings.model_fields[name].metadata == field.metadata


def test_a_notebook_gets_plain_values_and_gives_the_same_settings_back() -> None:
    plain = ALL.plain()
    assert plain["designs"] == ["baseline", "stretched_t"] and plain["changes"]["time.day_h"] == 7.5
    local = {"jobs", "cluster", "confirmed", "output"}  # of this machine and this command
    told = {name: getattr(ALL, name) for name in RunSettings.model_fields if name not in local}
    assert RunSettings.checked(settings_in({**plain, "client_folder": "demo", "other": 1})) == RunSettings(**told)


def test_the_record_of_a_run_tells_every_recorded_setting() -> None:
    assert set(ALL.record()) == {name for name, entry in RunSettings.entries().items() if entry.recorded}


def test_the_record_of_a_study_tells_all_its_settings() -> None:
    variants = (ChosenVariant(design="baseline", levers=("lean", "coaching")),)
    chosen = Study.model_validate({"scenarios": ["today"], "variants": [{"design": "pods", "levers": ["lean"]}]})
    settings = study_settings(ALL, chosen)
    full = StudySettings(**{**vars(settings), "variants": variants, "lever_budget_amount": 1000.0})
    assert recorded_settings(json.loads(json.dumps(settings_record(full)))) == full
    assert settings.variants == () and settings.scenarios == ("today",) and settings.depth == "full"


@pytest.mark.parametrize(
    ("values", "name", "hint"),
    [
        ({"sed": 1}, "'sed'", "'seed'"),
        ({"depth": "deep"}, "depth", "'quick', 'normal' oder 'full'"),
        ({"lang": "fr"}, "lang", "'de' oder 'en'"),
        ({"designs": "baseline,pods"}, "designs", "eine Liste"),
        ({"changes": "time.day_h=8"}, "changes", "schlüssel: wert"),
        ({"replications": 1}, "replications", "eine Zahl ab 2"),
        ({"precision": 1.0}, "precision", "eine Zahl unter 1"),
        ({"draws": 1}, "draws", "0 (keine Ziehung) oder eine ganze Zahl ab 10"),
        ({"draws": 9}, "draws", "weil weniger Ziehungen nichts aussagen"),
        ({"search": "norml"}, "search", "„normal“, was wohl gemeint ist"),
        ({"search": "10"}, "search", "für Minuten „10m“ schreiben"),
        ({"search": "0m"}, "search", "Minuten von 1m bis 10080m"),
        ({"search": "20000m"}, "search", "Minuten von 1m bis 10080m"),
        ({"search": "-5m"}, "search", "quick, normal oder full, Minuten wie 10m, oder Läufe ab 1400"),
        ({"search": "bald"}, "search", "quick, normal oder full, Minuten wie 10m, oder Läufe ab 1400"),
        ({"search": True}, "search", "quick, normal oder full"),
    ],
)
def test_a_wrong_setting_is_reported_with_what_is_possible(values: dict[str, object], name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        RunSettings.checked(values)
    said = caught.value.render("de")
    assert name in said and hint in said


@pytest.mark.parametrize(
    ("written", "kept", "depth", "runs"),
    [
        ("normal", "normal", "normal", 3_000),
        ("FULL", "full", "full", 9_000),
        (1400, "1400", "quick", 1_400),
        ("2900", "2900", "quick", 2_900),
        (3000, "3000", "normal", 3_000),
        ("50000", "50000", "full", 50_000),
        (" 10 min", "10m", "normal", 3_000),
    ],
)
def test_a_search_is_given_a_depth_or_runs_and_goes_as_far_as_these_allow(written, kept, depth, runs) -> None:
    asked, chosen = RunSettings.checked({"search": written}), Study.model_validate({"search": written})
    assert asked.search == chosen.search == kept
    for settings in (study_settings(asked, Study()), study_settings(RunSettings(), chosen)):
        assert (settings.search, settings.budget_runs) == (depth, runs)
        assert recorded_settings(json.loads(json.dumps(settings_record(settings)))) == settings


def test_the_search_of_client_yaml_is_wrong_where_it_stands_with_what_is_possible(tmp_path: Path) -> None:
    folder = tmp_path / "firma"
    folder.mkdir()
    lines = [
        "client: firma",
        "name: Firma",
        "tables: {orders: {file: a.csv, columns: {}}}",
        "study: {search: 10 minutn}",
    ]
    (folder / "client.yaml").write_text("\n".join(lines))
    with pytest.raises(ConfigError) as caught:
        load_config(folder)
    said = caught.value.render("en")
    assert "client.yaml:4" in said and "study.search" in said and "minutes such as 10m" in said


def test_no_draw_and_as_many_as_tell_something_are_taken() -> None:
    assert [RunSettings.checked({"draws": draws}).draws for draws in (None, 0, FEWEST_DRAWS)] == [None, 0, FEWEST_DRAWS]
    with pytest.raises(ValueError, match="draws"):
        Study.model_validate({"draws": FEWEST_DRAWS - 1})
