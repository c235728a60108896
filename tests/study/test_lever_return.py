"""What a lever brings per euro: returns, intervals and interactions of runs with answers computed by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from made_runs import COLUMNS, runs
from scipy.stats import t, ttest_rel

from simkit.foundation.text import same
from simkit.model.specification.levers import Lever
from simkit.study.comparison.lever_return import LEVER_COLUMNS, interactions, lever_frames, levers_on
from simkit.study.comparison.payback import PROFIT_BY_MONTH
from simkit.study.plans.lever_variants import LeverVariant

# Three replications; each lever is described by the profit that it adds and what it costs there.
BASE = [100.0, 200.0, 300.0]
ADDED = {"training": [8.0, 10.0, 12.0], "tools": [-3.0, -5.0, -4.0]}
COST = {"training": [5.0, 5.0, 5.0], "tools": [10.0, 12.0, 14.0]}
HOURS = {"training": [-1.0, 0.0, 4.0], "tools": [20.0, 20.0, 20.0]}
THREE_REPLICATIONS = t.ppf(1 - 0.05 / 2 / 2, 2)  # two levers: each interval at 97.5 %


def variant(lever: str, base: str = "baseline", **more: object) -> LeverVariant:
    known = {"variant": f"{base}~{lever}", "base": base, "lever": lever, "title": same(lever), "budget_amount": 10.0}
    return LeverVariant(**{**known, **more})


VARIANTS = [variant("training"), variant("tools")]


def monthly(profit: Mapping[str, list[float]], months: int = 2) -> pd.DataFrame:
    """The same profit in every month, as a run would list it."""
    rows = [
        (design, "today", replication, 0, PROFIT_BY_MONTH, f"{month:02d}", value / months)
        for design, series in profit.items()
        for replication, value in enumerate(series)
        for month in range(1, months + 1)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def added(base: str, values: Mapping[str, list[float]], to: list[float]) -> dict[str, list[float]]:
    more = {
        f"{base}~{name}": [one + other for one, other in zip(to, series, strict=True)]
        for name, series in values.items()
    }
    return {base: to, **more}


def made(base: str = "baseline", extra: Mapping[str, list[float]] = ADDED) -> pd.DataFrame:
    profit = added(base, extra, BASE)
    flat = [0.0] * 3
    parts = [
        runs(profit),
        runs(added(base, {"training": COST["training"]}, flat), "lever_cost_amount"),
        runs(added(base, {"tools": COST["tools"]}, flat), "tool_cost_amount"),  # what is not listed costs nothing
        runs(added(base, HOURS, flat), "facing_h"),
        monthly(profit),
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return levers_on(made(), "today", "baseline", VARIANTS, seed=1).set_index("lever")


def test_gain_is_profit_before_the_levers_own_cost(found: pd.DataFrame) -> None:
    assert found[["net", "cost", "gain"]].loc["training"].tolist() == [10, 5, 15]
    assert found[["net", "cost", "gain"]].loc["tools"].tolist() == [-4, 12, 8]
    assert found["per_euro"].tolist() == pytest.approx([3, 8 / 12])
    assert found["facing_h"].tolist() == [1, 20]


def test_intervals_hold_together_for_all_levers_of_an_organisation(found: pd.DataFrame) -> None:
    width = THREE_REPLICATIONS * 2 / math.sqrt(3)  # gains of 8, 10, 12: standard deviation 2
    training = found.loc["training"]

    assert found["family"].tolist() == [2, 2]
    assert (training["net_low"], training["net_high"]) == pytest.approx((10 - width, 10 + width))
    assert (training["per_euro_low"], training["per_euro_high"]) == pytest.approx(((15 - width) / 5, (15 + width) / 5))
    assert (training["cost_low"], training["cost_high"]) == (5, 5)
    assert found["p_holm"].ge(found["p_value"]).all()


def test_payback_is_the_month_from_which_the_net_gain_stays_above_zero(found: pd.DataFrame) -> None:
    assert found.loc["training", ["month", "earliest", "latest"]].tolist() == [1, 1, 1]
    assert found.loc["tools", ["month", "latest"]].isna().all()
    assert found["months"].tolist() == [2, 2]


def test_the_lever_with_the_highest_net_gain_is_best_as_surely_as_the_t_test_says(found: pd.DataFrame) -> None:
    p_value = ttest_rel(ADDED["training"], ADDED["tools"], alternative="greater").pvalue
    assert found["probability_best"].tolist() == pytest.approx([1 - p_value, p_value], abs=0.005)


def test_only_the_whole_horizon_of_the_scenario_counts_and_what_no_run_lists_is_nothing() -> None:
    later = made().assign(year=1, value=lambda table: 3 * table["value"])
    elsewhere = made().assign(scenario="growth", value=lambda table: 5 * table["value"])
    frame = pd.concat([made(), later, elsewhere], ignore_index=True)
    frame = frame[(frame["measure"] != "facing_h") | (frame["design"] != "baseline~tools")]  # faces nobody at all
    frame.loc[(frame["measure"] == "facing_h") & (frame["design"] == "baseline"), "value"] = 5.0

    table = levers_on(
        frame[frame["measure"] != PROFIT_BY_MONTH].pipe(with_months), "today", "baseline", VARIANTS, seed=1
    )

    assert table["cost"].tolist() == [5, 12]
    assert table["facing_h"].tolist() == [-4, -5]


def with_months(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, monthly(added("baseline", ADDED, BASE))], ignore_index=True)


def test_levers_of_the_clients_own_choice_alone_are_not_held_against_each_other() -> None:
    own = [variant("training", budget_amount=math.nan), variant("tools", budget_amount=math.nan)]

    assert levers_on(made(), "today", "baseline", own, seed=1)["probability_best"].isna().all()


def test_what_a_lever_raises_and_lowers_is_marked_with_its_sign() -> None:
    lever = Lever(
        name="training", title=same("training"), purpose=same("training"), moves={"quality": 1, "handovers": -1}
    )
    variants = [variant("training", levers=(lever,)), variant("tools")]

    assert levers_on(made(), "today", "baseline", variants, seed=1)["moves"].tolist() == ["quality+ handovers-", ""]


def test_every_organisation_has_its_own_rows_of_levers_and_of_months() -> None:
    frame = pd.concat([made(), made("team_t", {"tools": [1.0, 2.0, 3.0]})], ignore_index=True)
    levers = (*VARIANTS, variant("tools", "team_t"))
    plan = SimpleNamespace(main_scenario="today", levers=levers, experiment=SimpleNamespace(seed=1))

    frames = lever_frames(frame, plan)

    assert frames["levers"].index.tolist() == [0, 1, 2]
    assert frames["levers"][["base", "lever"]].to_numpy().tolist() == [
        ["baseline", "training"],
        ["baseline", "tools"],
        ["team_t", "tools"],
    ]
    assert frames["levers"]["net"].tolist() == [10, -4, 2]
    assert frames["levers"]["family"].tolist() == [2, 2, 1]
    months = frames["lever_months"]
    assert months.index.tolist() == list(range(6))
    assert months[["base", "lever", "month", "cumulated"]].to_numpy().tolist() == [
        ["baseline", "training", 1, 5],
        ["baseline", "training", 2, 10],
        ["baseline", "tools", 1, -2],
        ["baseline", "tools", 2, -4],
        ["team_t", "tools", 1, 1],
        ["team_t", "tools", 2, 2],
    ]
    assert frames["lever_interactions"]["difference"].tolist() == [6]


def test_a_lever_of_the_clients_own_choice_has_no_chance_of_being_best() -> None:
    variants = [variant("training", budget_amount=math.nan), variant("tools")]

    assert levers_on(made(), "today", "baseline", variants, seed=1)["probability_best"].tolist() == pytest.approx(
        [math.nan, 1], nan_ok=True
    )


def test_interaction_is_what_a_lever_brings_more_on_the_other_organisation() -> None:
    more = {"training": [9.0, 11.0, 16.0], "tools": [-3.0, -5.0, -4.0]}
    frame = pd.concat([made(), made("stretched_t", more)], ignore_index=True)
    variants = [
        *VARIANTS,
        variant("tools", "stretched_t"),
        variant("training", "stretched_t"),
        variant("lean", budget_amount=math.nan),
    ]

    table = interactions(frame, "today", variants).set_index("lever")

    assert table.loc["training", ["on_base", "on_other", "difference"]].tolist() == [10, 12, 2]
    width = THREE_REPLICATIONS * np.std([1, 1, 4], ddof=1) / math.sqrt(3)
    assert (table.loc["training", "low"], table.loc["training", "high"]) == pytest.approx((2 - width, 2 + width))
    assert table.loc["tools", ["difference", "low", "high"]].tolist() == [0, 0, 0]
    assert table["other"].unique().tolist() == ["stretched_t"]


def test_the_first_organisation_is_compared_with_each_other_in_the_levers_that_both_have() -> None:
    third = {"tools": [-1.0, -1.0, -1.0]}
    frame = pd.concat(
        [made(), made("lean_t", {"training": [9.0, 11.0, 16.0]}), made("team_t", third), made("other_t")],
        ignore_index=True,
    )
    variants = [
        *VARIANTS,
        variant("training", "lean_t"),
        variant("coaching", "other_t"),  # on no other organisation
        variant("tools", "team_t"),
    ]

    table = interactions(frame, "today", variants)

    assert table.index.tolist() == [0, 1]
    assert table[["lever", "base", "other"]].to_numpy().tolist() == [
        ["training", "baseline", "lean_t"],
        ["tools", "baseline", "team_t"],
    ]
    assert table[["on_base", "on_other", "difference"]].to_numpy().tolist() == [[10, 12, 2], [-4, -1, 3]]


def test_without_a_second_organisation_there_is_no_interaction() -> None:
    assert interactions(made(), "today", VARIANTS).empty


def test_a_study_without_levers_has_empty_tables() -> None:
    from simkit.model.inputs.model_inputs import example_inputs
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.study.plans.experiment_plan import make_plan
    from simkit.study.plans.study_settings import StudySettings

    plan = make_plan(StudySettings(designs=("baseline",), scenarios=("today",)), example_inputs(), load_defaults())
    frames = lever_frames(made(), plan)

    assert list(frames["levers"].columns) == list(LEVER_COLUMNS)
    assert all(frame.empty for frame in frames.values())
