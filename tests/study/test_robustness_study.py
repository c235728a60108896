"""The test of robustness as a whole: cost told first, saved and opened again, and a tiny run on the real engine."""

from dataclasses import replace

import pandas as pd
import pytest
from made_robustness import HERE, SMALL, made_robustness, made_subject, play_known

from simkit.analysis.simulation import robustness_settings
from simkit.foundation.errors import ConfigError, RunError
from simkit.foundation.parameter_set import Provenance
from simkit.intake.settings.client_settings import load_config
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.report.run.settings_check import check_settings
from simkit.study.paired_comparison import PROFIT
from simkit.study.robustness import robustness_study as room
from simkit.study.robustness.run_budget import Cost, RobustnessSettings, Shape, points_of
from simkit.study.robustness.sample_points import RobustnessBench, differences_to
from simkit.study.study_files import save
from simkit.study.thresholds import threshold

TINY = replace(
    SMALL,
    trajectories=2,
    screened_parameters=3,
    tornado_parameters=2,
    replications=2,
    points=20,
    region_parameters=2,
    elasticities=(0.0, 0.5),
)


@pytest.fixture(scope="module")
def whole():
    return made_robustness()


def test_it_compares_today_the_best_and_the_next(whole):
    assert (whole.baseline, whole.best, whole.runner_up) == ("baseline", "stretched_t", "baseline")
    assert whole.designs == ("baseline", "stretched_t", "baseline_value_first")


@pytest.mark.parametrize(
    ("advice", "best"),
    [
        ({"verdict": "do_it", "design": "hunter_farmer"}, "hunter_farmer"),
        ({"verdict": "measure_first", "design": "", "shown": "hunter_farmer"}, "hunter_farmer"),
        ({"verdict": "keep", "design": "", "shown": "hunter_farmer"}, "stretched_t"),
    ],
)
def test_what_is_tested_is_the_plan_that_the_answer_is_about(advice, best):
    subject = made_subject()
    study = replace(subject.study, recommendation=replace(subject.study.recommendation, **advice))
    assert replace(subject, study=study).best == best


def test_the_parameters_that_act_lead_every_part(whole):
    assert whole.frames["tornado"]["parameter"].tolist()[:2] == ["reaction.elasticity", "handover.giver_h"]
    assert set(whole.frames["sides"]["parameter"]) <= {"reaction.elasticity", "handover.giver_h"}
    looked = whole.frames["screening_groups"].query("looked_into")["factor"]
    assert {"reaction_response", "handover"} <= set(looked)


def test_what_turns_the_choice_is_worth_knowing_and_the_rest_is_not(whole):
    table = whole.frames["information"].set_index("item")["value"]
    turning = whole.frames["tornado"].query("against == 'baseline' and turns")["parameter"]
    assert set(table[table > 0].index) == set(turning) == {"reaction.elasticity", "handover.giver_h"}


def test_parameters_asked_for_stand_in_the_tornado_whatever_their_effect():
    settings = replace(TINY, parameters=("staff.fill_days",))
    found = room.run_study(made_subject(), settings, execution=HERE, engine=play_known)
    assert "staff.fill_days" in set(found.frames["tornado"]["parameter"])


def test_a_misspelt_parameter_is_reported_before_anything_runs(tmp_path):
    settings = replace(SMALL, parameters=("staff.fil_days",))
    with pytest.raises(ConfigError, match=r"staff\.fill_days"):
        room.open_or_run(made_subject(), folder=tmp_path / "robustness", settings=settings, execution=HERE)


def test_the_cost_is_reported_before_the_first_run_and_progress_ends_with_it():
    order: list[str] = []
    told: list[Cost] = []

    def progress(done: int, total: int) -> None:
        order.append("run")
        assert total == told[0].runs

    def tell(cost: Cost) -> None:
        told.append(cost)
        order.append("cost")

    room.run_study(made_subject(), TINY, execution=HERE, progress=progress, tell_cost=tell, engine=play_known)
    assert order[0] == "cost"
    assert "simulated years" in told[0].told().en


def test_the_number_of_points_follows_from_the_settings():
    shape = Shape(groups=30, parameters=140, designs=3, horizon_years=3.0, warm_up_years=0.5)
    settings = RobustnessSettings(
        trajectories=5,
        screened_parameters=36,
        tornado_parameters=15,
        replications=4,
        points=80,
        elasticities=(0.0, 0.5),
    )
    assert points_of(settings, shape) == (5 * (31 + 37), 4 * (1 + 30 + 2), 80)


def test_the_defaults_are_the_thresholds():
    settings = RobustnessSettings()
    assert settings.tornado_parameters == threshold("robustness.tornado_parameters") == 15
    assert settings.trajectories == threshold("robustness.trajectories")


def test_a_saved_one_is_opened_again_and_run_anew_when_something_changed(tmp_path, monkeypatch, whole):
    ran: list[int] = []

    def run(subject, settings, **options):
        ran.append(1)
        return whole

    monkeypatch.setattr(room, "run_study", run)
    folder, subject = tmp_path / "robustness", made_subject()
    first = room.open_or_run(subject, folder=folder, settings=SMALL, execution=HERE)
    second = room.open_or_run(subject, folder=folder, settings=SMALL, execution=HERE)
    assert len(ran) == 1
    assert (second.settings, second.best, second.designs) == (first.settings, first.best, first.designs)
    for name, frame in first.frames.items():
        pd.testing.assert_frame_equal(second.frames[name], frame.reset_index(drop=True), check_dtype=False)
    room.open_or_run(subject, folder=folder, settings=replace(SMALL, points=50), execution=HERE)
    assert len(ran) == 2


def test_a_folder_without_a_complete_one_is_an_error(tmp_path):
    with pytest.raises(RunError, match="no complete robustness study"):
        room.open_study(tmp_path)


def client_with(tmp_path, project, robustness: str):
    text = (
        (project / "client_data" / "demo" / "client.yaml")
        .read_text(encoding="utf-8")
        .replace("client: demo", "client: firm")
    )
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "client.yaml").write_text(f"{text}\nstudy:\n  robustness: {robustness}\n", encoding="utf-8")
    return folder


def test_client_yaml_chooses_parameters_and_amounts(tmp_path, project):
    folder = client_with(tmp_path, project, "{parameters: [staff.fill_days], points: 200, replications: 10}")
    settings = robustness_settings(load_config(folder))
    assert (settings.parameters, settings.points, settings.replications) == (("staff.fill_days",), 200, 10)
    assert settings.trajectories == threshold("robustness.trajectories")


def test_a_misspelt_parameter_in_client_yaml_names_line_and_nearest(tmp_path, project):
    folder = client_with(tmp_path, project, "{parameters: [staff.fil_days]}")
    with pytest.raises(ConfigError, match=r"(?s)client\.yaml:\d+.*staff\.fill_days") as error:
        check_settings(load_config(folder), folder)
    assert "robustness" in str(error.value)


@pytest.mark.parametrize("wrong", ["{point: 100}", "{points: many}", "{trajectories: 1}"])
def test_an_unknown_or_impossible_setting_is_an_error(tmp_path, project, wrong):
    with pytest.raises(ConfigError, match=r"study\.robustness"):
        load_config(client_with(tmp_path, project, wrong))


def test_a_tiny_run_on_the_real_engine_moves_what_it_must():
    small = {
        "time.horizon_years": 0.25, "time.warm_up_years": 0.1, "leads.per_year": 100.0, "opportunities.per_year": 60.0,
        "service.requests_per_year": 100.0, "transition.once_amount": 0.0,
    }  # fmt: skip
    bench = RobustnessBench(
        model_inputs=example_inputs(customers=30, posts=5, orders_per_year=250.0),
        parameters=load_defaults().patch(small, Provenance(kind="assumption")),
        designs={name: load_design(name) for name in ("baseline", "stretched_t")},
        seed=1,
        execution=HERE,
    )
    points = {
        "base": {}, "cost": {"transition.once_amount": 50_000.0}, "value": {"orders.standard.value_amount": 8000.0},
        "fixed": {"money.fixed_cost_share": 0.6},
    }  # fmt: skip
    frame = bench.run(points)
    profit = frame[frame["measure"] == PROFIT].pivot(index="point", columns="design", values="value")
    gain = differences_to(frame[frame["measure"] == PROFIT], "baseline").set_index("point")["difference"]
    assert profit.loc["cost", "baseline"] == profit.loc["base", "baseline"]
    assert gain["cost"] - gain["base"] == pytest.approx(-50_000.0 / 0.25)  # of a quarter, told by the year
    assert gain["fixed"] == pytest.approx(gain["base"])
    assert profit.loc["value", "baseline"] > profit.loc["base", "baseline"]


def test_the_test_runs_on_the_parameter_set_of_the_comparison():
    subject = made_subject()
    table = subject.study.frame("assumed").copy()
    table.loc[table["path"] == "reaction.care_before_A", ["value", "kind"]] = [0.5, "simulated"]
    table.loc[table["path"] == "orders.bespoke.share", ["value", "low", "high", "kind"]] = [0.3, 0.28, 0.33, "measured"]
    study = replace(subject.study, frames={**subject.study.frames, "assumed": table})
    parameter_set = replace(subject, study=study).parameter_set()
    assert parameter_set.value("reaction.care_before_A") == 0.5
    share = parameter_set["orders.bespoke.share"]
    assert (share.value, share.provenance.interval.low, share.provenance.interval.high) == (0.3, 0.28, 0.33)


def test_where_nothing_is_left_to_test_the_other_parts_still_stand(tmp_path):
    subject = made_subject()
    by_hand = {path: parameter.value for path, parameter in subject.parameters.items()}
    fixed = subject.parameters.patch({**by_hand, "reaction.on": 0.0}, Provenance(kind="option"))
    table = subject.study.frame("assumed")
    study = replace(
        subject.study, frames={**subject.study.frames, "assumed": table.assign(value=table["path"].map(by_hand))}
    )
    off = study.frames["assumed"]
    off.loc[off["path"] == "reaction.on", "value"] = 0.0
    found = room.run_study(replace(subject, parameters=fixed, study=study), TINY, execution=HERE, engine=play_known)
    empty = {"parameters", "screening", "tornado", "points", "regions", "elasticity_curve"}
    assert {name for name in empty if not found.frames[name].empty} == set()
    assert not found.frames["compensation"].empty
    save(tmp_path / "robustness", found.frames, room._document(found))
    assert set(room.open_study(tmp_path / "robustness").frames) == set(found.frames)


def test_the_runner_up_is_always_among_the_designs():
    subject = made_subject()
    assert list(subject.designs(1)) == ["baseline", "stretched_t"]
    assert list(subject.designs(3)) == ["baseline", "stretched_t", "baseline_value_first", "hunter_farmer"]
