"""What is exported suffices: a statistician with runs.csv, pandas and scipy gets the intervals of the other tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_study import made_results
from scipy import stats
from statsmodels.stats.multitest import multipletests

from simkit.foundation.parameter_set import Provenance
from simkit.foundation.random_streams import stream
from simkit.study.plans.study_settings import StudySettings
from simkit.study.result_tables import all_frames
from simkit.study.study_files import save

PROFIT = "company_profit_amount"
SMALL = {"designs": ("baseline", "baseline_value_first", "hunter_farmer"), "scenarios": ("today", "vacancies_139_days")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study as it is exported, in whose replications the designs differ by noise of their own."""
    from dataclasses import replace

    results = made_results({"hunter_farmer": 1.1e6, "baseline_value_first": 1.05e6}, **SMALL, replications=6)
    noise = np.random.default_rng(11).normal(1, 0.05, len(results.frame))
    noisy = replace(results, frame=results.frame.assign(value=results.frame["value"] * noise))
    target = tmp_path_factory.mktemp("study") / "organisation"
    save(target, all_frames(noisy), {"settings": str(StudySettings(**SMALL))})
    return target


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv")


@pytest.fixture
def profit(folder: Path) -> dict[str, pd.DataFrame]:
    """Profit of the main designs by scenario: replication × design, as anybody would lay it out."""
    runs, roles = read(folder, "runs"), read(folder, "designs")
    main = roles.loc[roles["role"] == "main", "design"].tolist()
    own = runs[(runs["measure"] == PROFIT) & (runs["year"] == 0) & runs["design"].isin(main)]
    return {
        name: part.pivot(index="replication", columns="design", values="value")[main] / 3  # a year
        for name, part in own.groupby("scenario")
    }


def test_simultaneous_intervals_and_p_values(folder, profit):
    table = read(folder, "simultaneous")
    for scenario, values in profit.items():
        rows = table[(table["scenario"] == scenario) & (table["measure"] == PROFIT)].set_index("design")
        p_values = []
        for design in rows.index:
            gain = values[design] - values["baseline"]
            low, high = stats.t.interval(1 - 0.05 / 2, 5, loc=gain.mean(), scale=stats.sem(gain))
            assert rows.loc[design, ["difference", "low", "high"]].tolist() == pytest.approx([gain.mean(), low, high])
            p_values.append(stats.ttest_1samp(gain, 0).pvalue)
        assert rows["p_holm"].tolist() == pytest.approx(multipletests(p_values, method="holm")[1])


def test_chances_and_regrets_with_the_named_streams(folder, profit):
    best, regret = read(folder, "best").set_index(["scenario", "design"]), read(folder, "regret")
    for scenario, values in profit.items():
        draws = stream(1, -1, f"study.best.{scenario}")
        normal, shrunk = draws.standard_normal((6, 10_000)), np.sqrt(draws.chisquare(5, 10_000) / 5)
        means = values.mean().to_numpy() + ((values - values.mean()).T @ normal / np.sqrt(30) / shrunk).T.to_numpy()
        share = np.bincount(means.argmax(axis=1), minlength=3) / 10_000
        assert best.loc[scenario, "probability_best"].tolist() == pytest.approx(share.tolist())
        rows = regret[regret["scenario"] == scenario].set_index("design").loc[values.columns]
        for name, row in rows.iterrows():
            behind = [values[other] - values[name] for other in values.columns if other != name]
            low = max(one.mean() - stats.t.ppf(1 - 0.025 / 2, 5) * stats.sem(one) for one in behind)
            high = max(one.mean() + stats.t.ppf(0.975, 5) * stats.sem(one) for one in behind)
            assert row[["low", "high"]].tolist() == pytest.approx([max(low, 0.0), max(high, 0.0)])
        assert rows["regret"].tolist() == pytest.approx((values.mean().max() - values.mean()).tolist())


def test_what_the_parameters_alone_tell_is_kept_with_the_runs():
    results = made_results({"baseline": 1e6})
    short = results.parameters.patch({"leads.per_year": 5.0}, Provenance(kind="option", source="test"))
    frames = {enough: all_frames(replace(results, parameters=parameters)) for enough, parameters in
              ((True, results.parameters), (False, short))}  # fmt: skip
    for enough, found in frames.items():
        leads = found["new_leads"].iloc[0]
        assert bool(leads["enough"]) is enough and (leads["needed_per_year"] <= leads["leads_per_year"]) == enough
    row = frames[True]["conversion"].iloc[0]
    assert row["assumed_share"] == results.parameters.value("conversion.cost_saving_share") < row["break_even_share"]
    units = frames[True]["small_units"]
    assert set(units["posts"]) <= {1, 2} and set(units["design"]) <= set(results.plan.main)
