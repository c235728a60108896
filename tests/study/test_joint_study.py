"""Joint draws of a whole comparison on the real engine, with a firm of four, and how they enter the study."""

from dataclasses import replace

import numpy as np
import pytest
from made_organisation import MODEL_INPUTS, PARAMETER_SET

from simkit.foundation.parameter_set import Provenance
from simkit.intake.settings.client_settings import Study
from simkit.intake.settings.run_settings import RunSettings
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.joint_draws.joint_study import draw_runs, followed_by, with_joint_draws, year_today
from simkit.study.joint_draws.joint_summary import nothing_drawn
from simkit.study.organisation_study import concluded, run_plan
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.study_settings import StudySettings, study_settings
from simkit.study.robustness.tested_parameters import FITTED_TO_TODAY

HERE = Execution(jobs=1)
OPEN = ("reaction.elasticity", "handover.giver_h", "handover.taker_h", "care.phone_weight")
KNOWN = {
    path: one.value
    for path, one in PARAMETER_SET.items()
    if path not in OPEN and one.provenance.kind != "option" and not path.startswith(FITTED_TO_TODAY)
}
PARAMETERS = PARAMETER_SET.patch(KNOWN, Provenance(kind="option", source="test"))
SETTINGS = StudySettings(
    replications=4, scenarios=("today",), designs=("baseline", "stretched_t", "hunter_farmer"), joint_draws=20
)


@pytest.fixture(scope="module")
def compared():
    return run_plan(MODEL_INPUTS, PARAMETERS, make_plan(SETTINGS, MODEL_INPUTS, PARAMETERS), execution=HERE)


@pytest.fixture(scope="module")
def drawn(compared):
    return with_joint_draws(compared, SETTINGS.joint_draws, execution=HERE)


def test_a_study_holds_the_frames_of_its_draws_and_each_follows_from_the_others(drawn):
    study = concluded(drawn, SETTINGS, "")
    for name, frame in nothing_drawn().items():
        assert list(study.frame(name).columns) == list(frame.columns)
    today, summary = study.frame("joint_today"), study.frame("joint_summary").set_index("design")
    kept = int(today["kept"].sum())
    assert len(today) == 20 and 10 <= kept == summary["draws"].iloc[0]
    assert summary["dropped_share"].iloc[0] == pytest.approx(1 - kept / 20)
    for design in ("stretched_t", "hunter_farmer"):
        gains = study.select("joint_gains", design=design)["gain_amount"]
        assert len(gains) == kept
        assert summary.loc[design, "low"] == pytest.approx(np.quantile(gains, 0.05))
        assert summary.loc[design, "share_positive"] == pytest.approx((gains > 0).mean())


def test_only_what_is_not_known_was_drawn(drawn):
    frame = drawn.joint["joint_parameters"].query("drawn")
    own = {path for name in ("stretched_t", "hunter_farmer") for path in drawn.plan.design(name).override}
    assert set(OPEN) - {"care.phone_weight"} <= set(frame["parameter"]) <= {*OPEN, *own}
    values = drawn.joint["joint_values"]
    follows = set(values["parameter"]) - set(frame["parameter"])  # from today in the draw
    left_out = drawn.joint["joint_parameters"].query("not drawn").set_index("parameter")["reason_en"]
    assert follows and set(left_out[list(follows)]) == {"determined from today's organisation"}


def test_the_parameters_of_the_study_do_not_move(compared, drawn):
    assert drawn.parameters is compared.parameters and drawn.frame is compared.frame


def test_without_draws_nothing_is_run(compared):
    assert with_joint_draws(compared, 0) is compared
    assert all(frame.empty for frame in compared.joint.values())


def test_today_is_held_against_the_year_of_the_comparison(compared):
    year = year_today(compared)
    runs = compared.frame.query("design == 'baseline' and year == 0")
    by_hand = runs.query("measure == 'contribution_amount'")["value"].mean() / 0.25
    assert year.contribution_amount == pytest.approx(by_hand)
    assert year.zone_amount == pytest.approx(0.01 * by_hand)
    assert year.orders == pytest.approx(runs.query("measure == 'delivered_orders'")["value"].sum() / 4 / 0.25)
    assert year.held == ("orders",)  # nobody measured the margins
    margin = compared.parameters.patch({"orders.bespoke.contribution_share": 0.26}, Provenance(kind="measured"))
    assert year_today(replace(compared, parameters=margin)).held == ("orders", "contribution_amount")


def test_progress_counts_the_draws_after_a_comparison_of_any_length():
    told: list[tuple[int, int]] = []
    first, second = followed_by(lambda done, total: told.append((done, total)), 10)
    first(0, 4)
    first(6, 6)  # two more replications were needed
    second(0)
    second(10)
    assert told == [(0, 14), (6, 16), (6, 16), (16, 16)]
    assert followed_by(None, 10) == (None, None)


def test_the_number_of_draws_is_that_of_the_depth_unless_it_is_asked_for(compared):
    draws = [study_settings(RunSettings(depth=depth), Study()).joint_draws for depth in ("quick", "normal", "full")]
    assert draws == [0, 50, 200]
    assert study_settings(RunSettings(), Study(draws=30)).joint_draws == 30
    assert study_settings(RunSettings(depth="quick"), Study(draws=30)).joint_draws == 0
    assert study_settings(RunSettings(depth="quick", draws=12), Study(draws=30)).joint_draws == 12
    assert draw_runs(compared.plan, compared.parameters, 50) == 50 * 2 * (3 + 2)
