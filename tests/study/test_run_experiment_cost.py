from __future__ import annotations

from dataclasses import replace

import pytest
from made_organisation import MODEL_INPUTS, PARAMETER_SET, tiny_experiment
from made_runs import PLAYED, play_and_note

import simkit.study.experiment.run_experiment as cost
from simkit.foundation.errors import UsageError
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.experiment.run_cache import RunCache
from simkit.study.experiment.run_experiment import run_experiment

EXPERIMENT = tiny_experiment(replications=2)


def run(spec=EXPERIMENT, **how):
    PLAYED.clear()
    return run_experiment(
        spec, MODEL_INPUTS, PARAMETER_SET, execution=Execution(**{"jobs": 2, **how}), engine=play_and_note
    )


def test_an_experiment_of_millions_is_reported_before_it_is_listed():
    with pytest.raises(UsageError) as caught:
        run(replace(EXPERIMENT, replications=10**12))
    english, german = caught.value.render("en"), caught.value.render("de")
    assert "4,000,000,000,000 runs" in english and "about 277,777,778 hours" in english
    assert "0.5 s per run (default), processes: 2" in english and "--yes" in english
    assert "4.000.000.000.000 Läufe" in german and "277.777.778 Stunden" in german
    assert caught.value.exit_code == 2 and PLAYED == []


def limit(monkeypatch, hours: float) -> None:
    values = {"rule.confirm_hours": hours, "assumption.seconds_per_run": 4.0}
    monkeypatch.setattr(cost, "threshold", values.__getitem__)


def test_whoever_agrees_gets_the_runs(monkeypatch):
    limit(monkeypatch, 8 * 4 / 3600 / 2 * 0.99)
    with pytest.raises(UsageError):
        run()
    assert run(confirmed=True, jobs=1).experiment.runs == 8


def test_more_processes_and_fewer_runs_cost_less(monkeypatch):
    limit(monkeypatch, 8 * 4 / 3600)
    assert len(run(jobs=1).frame)
    limit(monkeypatch, 8 * 4 / 3600 * 0.99)
    with pytest.raises(UsageError):
        run(jobs=1)
    assert len(run(replace(EXPERIMENT, replications=1), jobs=1).frame)


def test_runs_that_are_kept_cost_nothing(monkeypatch, tmp_path):
    run(jobs=1, cache=tmp_path)
    limit(monkeypatch, 0.0)
    assert run(jobs=1, cache=tmp_path).reused == 8
    with pytest.raises(UsageError, match="2 runs that have not been run yet"):
        run(
            replace(EXPERIMENT, replications=3, scenarios={"today": EXPERIMENT.scenarios["today"]}),
            jobs=1,
            cache=tmp_path,
        )


def test_the_cost_rests_on_what_the_last_runs_took(monkeypatch, tmp_path):
    run(jobs=1, cache=tmp_path)
    with RunCache(tmp_path, play_and_note) as cache:
        cache._connection.execute("UPDATE runs SET seconds = 7200.0")
        cache._connection.commit()
        assert cache.seconds_per_run == 7200.0
    with pytest.raises(UsageError) as caught:
        run(replace(EXPERIMENT, seed=8), jobs=1, cache=tmp_path)
    assert "8 runs" in caught.value.render("en") and "about 16 hours. 7,200 s per run (as last measured)" in str(
        caught.value
    )
