from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from made_client import made_client, value_of
from made_study import made_results, played

import simkit.study.organisation_study as organisation
from simkit.foundation.errors import ConfigError, RunError
from simkit.foundation.missing import Missing
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import same
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.organisation_study import concluded, open_or_run, open_study, run_plan
from simkit.study.plans.study_settings import ChosenVariant, StudySettings
from simkit.study.study_files import DOCUMENT, save

FRAMES = {
    "designs", "scenarios", "measures", "runs", "levels", "differences", "simultaneous", "best",
    "steps", "factorial", "singles", "scan", "transition", "break_even", "ceiling", "ticks", "elasticity",
    "sustainability", "undone", "picture", "measured", "assumed", "splits", "relabelling", "months",
    "break_even_months", "precision", "units", "case", "case_elasticity", "regret", "worst_regret", "information",
    "levers", "lever_effects", "lever_months", "lever_interactions", "tool_stack", "shortfall", "agreed",
    "joint_gains", "joint_today", "joint_summary", "joint_drivers", "joint_parameters", "joint_values",
    "today_by_year", "profit_bridge", "optimum", "small_units", "conversion", "new_leads", "customer_flow",
    "searched", "confirmed", "conditions", "chain", "prices", "served",
}  # fmt: skip
SMALL = StudySettings(replications=2)
HERE = Execution(jobs=1)


def play(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """Every design earns the same, but the Stretched T a fifth more; care is received at 80 % in every segment."""
    for variant in variants:
        profit = 1.2e6 if variant.label == "stretched_t" else 1e6
        yield pd.DataFrame(
            played(variant.label, replication, profit, 10.0), columns=["year", "measure", "group", "value"]
        )


@pytest.fixture
def client(tmp_path):
    return replace(made_client(), folder=tmp_path)


def stay(model_inputs, parameters, *, replications, progress, **options):
    """Today as it is said to be, after four rounds that nobody has to wait for."""
    runs = 6 * replications
    for done in (0, runs):
        if progress:
            progress(done, runs)
    simulated = Provenance(kind="simulated", source="today's organisation", source_de="heutige Organisation")
    return SimpleNamespace(override={"reaction.care_before_A": (0.8, simulated)})


def study(client, folder, monkeypatch, settings=SMALL, **options):
    monkeypatch.setattr(organisation, "run_plan", lambda *a, **k: run_plan(*a, **k, engine=play, stationary=stay))
    options.setdefault("execution", HERE)
    return open_or_run(client, None, value_of(client), folder=folder, settings=settings, **options)


def test_a_study_has_all_frames_and_comes_back_identical(client, tmp_path, monkeypatch):
    folder = tmp_path / "study"
    first = study(client, folder, monkeypatch)
    assert set(first.frames) == FRAMES
    again = open_study(folder)
    assert again.recommendation == first.recommendation and again.settings == SMALL
    for name, frame in first.frames.items():
        pd.testing.assert_frame_equal(again.frame(name), frame.reset_index(drop=True), check_dtype=len(frame) > 0)


def test_the_same_study_is_opened_and_another_one_is_run(client, tmp_path, monkeypatch):
    folder, seen = tmp_path / "study", []
    progress = lambda done, total: seen.append((done, total))  # noqa: E731
    study(client, folder, monkeypatch, progress=progress)
    ran = len(seen)
    study(client, folder, monkeypatch, progress=progress)
    assert len(seen) == ran
    study(client, folder, monkeypatch, settings=replace(SMALL, seed=2), progress=progress)
    assert len(seen) > ran


def test_progress_counts_all_runs_once(client, tmp_path, monkeypatch):
    seen: list[tuple[int, int]] = []
    study(client, tmp_path / "study", monkeypatch, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 50) and seen[-1] == (50, 50)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_todays_care_level_is_measured_before_the_study(client, tmp_path, monkeypatch):
    result = study(client, tmp_path / "study", monkeypatch)
    assumed = result.frame("assumed").set_index("path")
    assert assumed.loc["reaction.care_before_A", "value"] == pytest.approx(0.8)
    assert assumed.loc["reaction.care_before_A", "kind"] == "simulated"
    assert assumed.loc["reaction.care_before_A", ["low", "high"]].isna().all()
    assert "Organisation" in assumed.loc["reaction.care_before_A", "source_de"]


def test_assumptions_of_the_client_go_before_what_was_measured(client, tmp_path, monkeypatch):
    client.config.assumptions["orders.bespoke.value_amount"] = 5000
    result = study(client, tmp_path / "study", monkeypatch)
    parameter = result.frame("assumed").set_index("path").loc["orders.bespoke.value_amount"]
    assert parameter["value"] == 5000 and parameter["kind"] == "option" and "client.yaml" in parameter["source_de"]


def test_a_misspelt_assumption_names_the_nearest(client, tmp_path, monkeypatch):
    client.config.assumptions["orders.bespoke.valu_amount"] = 5000
    with pytest.raises(ConfigError, match=r"orders\.bespoke\.value_amount"):
        study(client, tmp_path / "study", monkeypatch)


def test_a_client_without_orders_is_left_out_with_the_reason(client, tmp_path, monkeypatch):
    del client.tables["orders"]
    result = study(client, tmp_path / "study", monkeypatch)
    assert isinstance(result, Missing) and not (tmp_path / "study").exists()


def test_an_incomplete_folder_is_no_study(tmp_path):
    with pytest.raises(RunError, match="no complete study"):
        open_study(tmp_path)


def test_a_study_of_another_version_says_so(client, tmp_path, monkeypatch):
    folder = tmp_path / "study"
    study(client, folder, monkeypatch)
    file = folder / DOCUMENT
    document = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**document, "format": document["format"] - 1}), encoding="utf-8")
    with pytest.raises(RunError, match="Another version of simkit wrote this study"):
        open_study(folder)


def test_a_study_of_variants_and_combined_scenarios_comes_back_identical(client, tmp_path, monkeypatch):
    settings = replace(
        SMALL,
        designs=("baseline", "hunter_farmer"),
        scenarios=("today", "hiring_freeze+demand_growth"),
        variants=(ChosenVariant(design="hunter_farmer", levers=("lean",)),),
    )
    first = study(client, tmp_path / "study", monkeypatch, settings=settings)
    again = open_study(tmp_path / "study")
    assert again.settings == settings
    assert set(again.frame("months")["design"]) == {"hunter_farmer", "hunter_farmer[+lean]"}
    assert again.frame("units").equals(first.frame("units"))


def test_a_wrong_override_stops_the_study_before_its_first_run(client, tmp_path, monkeypatch):
    (tmp_path / "designs").mkdir()
    text = "base: baseline\ntitle: {de: U, en: O}\npurpose: {de: U, en: O}\nset: {care.A.by_phne: 1, time.day_h: 7}\n"
    (tmp_path / "designs" / "ours.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(organisation, "run_plan", lambda *a, **k: pytest.fail("it ran"))
    settings = replace(SMALL, designs=("baseline", "ours"))
    with pytest.raises(ConfigError) as caught:
        open_or_run(client, None, value_of(client), folder=tmp_path / "study", settings=settings)
    said = caught.value.render("en")
    assert "care.A.by_phone" in said and "time.day_h" in said and said.count("ours.yaml:4") >= 2


def test_a_study_keeps_its_runs_and_another_one_finds_them(client, tmp_path, monkeypatch):
    seen: list[tuple[int, int]] = []
    kept = Execution(jobs=1, cache=tmp_path / "cache")
    few = replace(SMALL, designs=("baseline", "hunter_farmer"))
    study(client, tmp_path / "few", monkeypatch, settings=few, execution=kept)
    more = replace(SMALL, designs=("baseline", "hunter_farmer", "stretched_t"))
    wider = study(client, tmp_path / "more", monkeypatch, settings=more, execution=kept,
                  progress=lambda done, total: seen.append((done, total)))  # fmt: skip
    assert seen[:3] == [(0, 46), (12, 46), (30, 46)], "today's rounds, then all that has nothing to do with the new one"
    alone = study(client, tmp_path / "alone", monkeypatch, settings=more)
    assert wider.frame("runs").equals(alone.frame("runs"))


def test_an_unknown_frame_is_named():
    result = concluded(made_results({}, replications=2), SMALL, "")
    with pytest.raises(RunError, match="no such table"):
        result.frame("levls")


def test_saving_a_study_twice_gives_the_same_bytes(tmp_path):
    result = concluded(made_results({"stretched_t": 1.2e6}, replications=2), SMALL, "k")
    document = organisation._document(result)
    for name in ("one", "two"):
        save(tmp_path / name, result.frames, document)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_the_key_of_a_study_moves_with_what_moves_its_results_and_with_nothing_else():
    from simkit.study.bilingual_texts import BilingualNumbers

    results = made_results({}, replications=2)
    model_inputs, parameter_set, plan = results.model_inputs, results.parameters, results.plan
    key = organisation.study_key(model_inputs, parameter_set, plan, SMALL, BilingualNumbers())
    assert organisation.study_key(model_inputs, parameter_set, plan, replace(SMALL, seed=7), BilingualNumbers()) != key
    assert organisation.study_key(model_inputs, parameter_set, plan, SMALL, BilingualNumbers(country="CH")) != key
    other = parameter_set.patch({"leads.qualify_h": 0.6}, parameter_set["leads.qualify_h"].provenance)
    assert organisation.study_key(model_inputs, other, plan, SMALL, BilingualNumbers()) != key

    parameter = replace(parameter_set["leads.qualify_h"], label=same("Other"))
    assert (
        organisation.study_key(
            model_inputs, ParameterSet({**parameter_set, parameter.path: parameter}), plan, SMALL, BilingualNumbers()
        )
        == key
    )
    places = {"leads.qualify_h": "scenarios/own.yaml:7"}
    elsewhere = {name: replace(one, places=places) for name, one in plan.experiment.scenarios.items()}
    moved = replace(plan, experiment=replace(plan.experiment, scenarios=elsewhere))
    assert organisation.study_key(model_inputs, parameter_set, moved, SMALL, BilingualNumbers()) == key
