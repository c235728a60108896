from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from made_organisation import MODEL_INPUTS, PARAMETER_SET
from made_runs import PLAYED, play_and_note, runs

from simkit.foundation.errors import UsageError
from simkit.model.specification.designs import load_design
from simkit.model.specification.scenarios import load_scenario
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.precision import (
    Precision,
    look_ahead,
    precise_from,
    precision_table,
    replications_needed,
    run_until_precise,
    usual_precision,
)
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.paired_comparison import half_width

BASELINE = load_design("baseline")
HERE = Execution(jobs=1)


def experiment(*noise: float, replications: int = 4) -> Experiment:
    """Today's organisation and others whose difference to it has these standard deviations, at a profit of about 100."""
    others = [Variant(label=f"with {sd:g}", design=BASELINE, changes={"leads.qualify_h": sd}) for sd in noise]
    scenarios = {name: load_scenario(name) for name in ("today", "vacancies_139_days")}
    return Experiment(
        variants=(Variant(label="today", design=BASELINE), *others),
        scenarios=scenarios,
        replications=replications,
        seed=7,
    )


def until(spec: Experiment, share: float, budget: int = 100, execution: Execution = HERE):
    PLAYED.clear()
    compared = [variant.label for variant in spec.variants]
    wanted = Precision(share=share, budget=budget)
    found = run_until_precise(
        spec, MODEL_INPUTS, PARAMETER_SET, compared, wanted, execution=execution, engine=play_and_note
    )
    return found, precision_table(found.frame, compared, wanted)


def test_replications_are_added_until_every_design_is_precise_in_every_scenario():
    found, table = until(experiment(0.6, 2.0), 0.01)
    assert table["reached"].all() and (table["half_width_share"] <= 0.01).all()
    assert table.groupby("design")["precise_from"].max().is_monotonic_increasing
    number = found.experiment.replications
    assert 8 < number < 40 and set(table["replications"]) == {number}
    assert table["precise_from"].max() + 5 <= number


def test_no_replication_is_run_twice_and_the_result_is_that_of_one_experiment(tmp_path):
    spec = experiment(0.6, 2.0)
    found, _ = until(spec, 0.01)
    drawn = [(scenario, number) for scenario, number, _ in PLAYED]
    assert len(drawn) == len(set(drawn)) == 2 * found.experiment.replications
    at_once = run_experiment(
        replace(spec, replications=found.experiment.replications),
        MODEL_INPUTS,
        PARAMETER_SET,
        execution=HERE,
        engine=play_and_note,
    )
    assert found.experiment == at_once.experiment
    assert found.frame.to_csv(index=False) == at_once.frame.to_csv(index=False)


def test_the_number_of_replications_does_not_depend_on_the_execution(tmp_path):
    spec = experiment(0.6, 2.0)
    alone, _ = until(spec, 0.01)
    kept = Execution(jobs=1, cache=tmp_path)
    until(spec, 0.02, execution=kept)
    again, _ = until(spec, 0.01, execution=kept)
    assert again.reused > 0 and again.frame.equals(alone.frame)


def test_the_budget_ends_a_hopeless_search_and_the_table_says_so():
    found, table = until(experiment(0.6, 2.0), 0.001, budget=11)
    assert found.experiment.replications == 11
    assert not table["reached"].any() and table["precise_from"].isna().all()
    found, _ = until(experiment(0.6, replications=4), 0.001, budget=3)
    assert found.experiment.replications == 3, "a budget below the first round is kept too"


def test_an_experiment_that_is_precise_from_the_start_gets_no_more_replications():
    found, table = until(experiment(0.6, replications=12), 0.05)
    assert found.experiment.replications == 12 and table["reached"].all()


def test_progress_counts_towards_the_replications_known_to_be_needed():
    seen: list[tuple[int, int]] = []
    spec = experiment(2.0)
    wanted = Precision(share=0.01, budget=100)
    found = run_until_precise(
        spec, MODEL_INPUTS, PARAMETER_SET, ["today", "with 2"], wanted, execution=HERE, engine=play_and_note,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert seen[0] == (0, 16) and seen[-1] == (found.experiment.runs, found.experiment.runs)
    assert seen == sorted(seen)


def test_hoads_rule_looks_ahead():
    shares = np.array([np.nan, 9, 1, 9, 1, 1, 1, 1, 1, 1, 1], dtype=float)
    assert precise_from(shares, 2.0) == 5, "from the fifth on, five more hold; the third was luck"
    assert precise_from(shares[:9], 2.0) is None
    assert precise_from(np.full(8, 1.0), 2.0) == 3 and precise_from(np.full(7, 1.0), 2.0) is None
    assert [look_ahead(number) for number in (3, 100, 119, 120, 250)] == [5, 5, 5, 6, 12]


def test_the_next_round_follows_the_square_law_and_at_most_doubles():
    gains = [0.0, 2.0] * 10
    frame = runs({"today": [100.0] * 20, "other": [100.0 + gain for gain in gains]})
    width = half_width(np.array([gains]))[0] / 100
    needed = lambda share: replications_needed(frame, ["today", "other"], Precision(share=share, budget=1000))  # noqa: E731
    assert needed(width * 1.5) == 20
    assert needed(width / 1.1) == math.ceil(20 * 1.1**2) + 5
    assert needed(width / 100) == 40


def test_the_table_has_the_half_width_of_the_paired_interval_and_no_verdict_where_nothing_was_asked():
    frame = runs({"today": [100.0, 120.0, 80.0, 100.0], "other": [101.0, 121.0, 82.0, 102.0]})
    row = precision_table(frame, ["today", "other"]).iloc[0]
    expected = half_width(np.array([[1.0, 1.0, 2.0, 2.0]]))[0]
    assert row["half_width"] == pytest.approx(expected) and row["half_width_share"] == pytest.approx(expected / 100)
    assert math.isnan(row["asked_share"]) and not row["reached"]


def test_a_baseline_without_profit_is_never_precise_and_ends_with_the_budget():
    frame = runs({"today": [0.0] * 6, "other": [1.0, 2.0] * 3})
    assert replications_needed(frame, ["today", "other"], Precision(share=0.02, budget=10)) == 10
    assert math.isnan(precision_table(frame, ["today", "other"])["half_width_share"].iloc[0])


def test_the_default_is_the_thresholds():
    assert usual_precision() == Precision(share=0.005, budget=100)
    assert usual_precision(0.05, 30) == Precision(share=0.05, budget=30)


@pytest.mark.parametrize("wrong", [{"share": 0.0}, {"share": 1.0}, {"budget": 2}])
def test_a_precision_out_of_range_is_refused_with_the_usual(wrong):
    with pytest.raises(UsageError) as caught:
        Precision(**{"share": 0.02, "budget": 100, **wrong})
    assert "0.005 and 100" in caught.value.render("en")
