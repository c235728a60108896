"""Minutes of a search become runs that are measured, told and kept; runs give the same study again."""

from __future__ import annotations

from itertools import accumulate, count

import pytest

from simkit.analysis import search_budget
from simkit.analysis.search_budget import runs_in, seconds_per_run, with_runs
from simkit.foundation.parameter_set import Provenance
from simkit.intake.settings.client_settings import Study
from simkit.intake.settings.run_settings import RunSettings
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.scenarios import load_scenario
from simkit.study.plans.study_settings import study_settings

SHORT = load_defaults().patch(
    {"time.horizon_years": 0.25, "time.warm_up_years": 0.1}, Provenance(kind="option", source="test")
)


@pytest.mark.parametrize(
    ("minutes", "seconds", "processes", "runs"),
    [(10, 0.25, 1, 2_400), (10, 0.25, 2, 4_800), (10, 0.241, 1, 2_400), (1, 5.0, 2, 1_400)],
    ids=["one process", "two", "rounded down", "never fewer than quick"],
)
def test_runs_are_what_fits_into_the_minutes(minutes, seconds, processes, runs):
    assert runs_in(minutes, seconds, processes) == runs


def test_a_run_is_timed_after_the_engine_is_ready():
    took = [60.0, 3.0, 1.0, 2.0, 9.0, 2.0]  # the first makes the engine ready
    ticks = iter(accumulate([step for second in took for step in (0.0, second)]))
    inputs = example_inputs(customers=10, posts=2, orders_per_year=50)
    found = seconds_per_run(inputs, SHORT, load_scenario("today"), seed=1, clock=lambda: next(ticks))
    assert found == 2.0 and not list(ticks)


class _Client:
    """As much of a client as the budget of a search reads."""

    folder = None

    def __init__(self, **study):
        self.config = type("Config", (), {"study": Study.model_validate(study), "goals": None})


@pytest.fixture
def measured(monkeypatch):
    """Count how often a run is timed; it takes a quarter of a second."""
    times = count(1)
    monkeypatch.setattr(search_budget, "own_parameters", lambda *client: None)
    monkeypatch.setattr(search_budget, "client_inputs", lambda *client: None)
    monkeypatch.setattr(search_budget, "_main_scenario", lambda *client: None)
    monkeypatch.setattr(search_budget, "seconds_per_run", lambda *study, seed: 0.25 * next(times))
    return times


def test_minutes_of_the_run_and_of_client_yaml_become_runs_that_give_the_same_study_again(measured):
    for asked, chosen in ((RunSettings(search="10m", jobs=1), {}), (RunSettings(jobs=1), {"search": "20m"})):
        client = _Client(**chosen)
        counted = with_runs(client, asked, None, None)
        assert counted.search == "2400" and counted.record()["search"] == "2400"
        again = RunSettings.checked({**counted.record(), "jobs": 7})
        assert study_settings(with_runs(client, again, None, None), client.config.study).budget_runs == 2_400


def test_nothing_is_timed_without_minutes_or_where_a_quick_report_passes_client_yaml_over(measured):
    for asked, chosen in (
        (RunSettings(search="full"), {"search": "20m"}),
        (RunSettings(depth="quick"), {"search": "20m"}),
    ):
        assert with_runs(_Client(**chosen), asked, None, None) is asked
    assert next(measured) == 1
