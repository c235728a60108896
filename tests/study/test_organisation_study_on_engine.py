"""The whole study on the real engine, with a client small enough to be quick."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simkit.foundation.parameter_set import Provenance
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.experiment.experiment_spec import Execution, Experiment
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.organisation_study import concluded, run_plan
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.study_settings import StudySettings

MODEL_INPUTS = example_inputs(customers=30, posts=5, orders_per_year=400)
SHORT = load_defaults().patch(
    {"time.horizon_years": 0.25, "time.warm_up_years": 0.1, "leads.per_year": 60.0, "opportunities.per_year": 30.0,
     "service.requests_per_year": 150.0, "extra.leads_ceiling_per_year": 100.0},
    Provenance(kind="option", source="test"),
)  # fmt: skip
SETTINGS = StudySettings(replications=2, scenarios=("today",), designs=("baseline", "stretched_t"))
PLAN = make_plan(SETTINGS, MODEL_INPUTS, SHORT)


def some(*labels: str) -> Experiment:
    return replace(
        PLAN.experiment, variants=tuple(variant for variant in PLAN.experiment.variants if variant.label in labels)
    )


def test_all_conclusions_follow_from_real_runs():
    study = concluded(run_plan(MODEL_INPUTS, SHORT, PLAN, execution=Execution(jobs=1)), SETTINGS, "")
    assert study.recommendation.verdict == "not_usable", "nothing was fitted"
    shares = study.frame("levels").query("measure == 'facing_share' and year == 0")
    assert shares["mean"].between(0, 1).all()
    picture = study.frame("picture").query("design == 'baseline'")["fte"].sum()
    fte = study.frame("levels").query("design == 'baseline' and measure == 'fte' and year == 0")["mean"].iloc[0]
    assert picture == pytest.approx(fte)
    assert study.frame("break_even").set_index("term").loc["idle", "value"] > 0


def test_real_runs_are_the_same_bytes_on_two_processes():
    experiment = some("baseline", "stretched_t")
    alone, together = (
        run_experiment(experiment, MODEL_INPUTS, SHORT, execution=Execution(jobs=jobs)).frame.to_csv(index=False)
        for jobs in (1, 2)
    )
    assert alone == together
