"""The planner of a trial: its numbers are those of the textbooks, and customers that are alike make it longer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from simkit.effort.meetings import Meetings, meeting_effectiveness
from simkit.effort.trial_plan import (
    NO_WEEKS,
    TrialPlan,
    correlation,
    design_effect,
    meetings_per_unit,
    needed_for_hours,
    needed_for_share,
    trial_plan,
    visible_difference,
)
from simkit.foundation.missing import Missing
from simkit.intake.client import ClientData

MakeClient = Callable[..., ClientData]


def test_half_against_sixty_percent_takes_387_meetings_each() -> None:
    """By hand: n = 2 · (1.960 + 0.842)² / h² with Cohen's h."""
    h = 2 * np.arcsin(np.sqrt(0.6)) - 2 * np.arcsin(np.sqrt(0.5))
    assert needed_for_share(0.5, 0.1) == pytest.approx(2 * (1.959964 + 0.841621) ** 2 / h**2, rel=1e-4)
    assert round(needed_for_share(0.5, 0.1)) == 387


def test_a_mean_that_differs_by_half_a_deviation_takes_64_meetings_each() -> None:
    assert np.ceil(needed_for_hours(0.5, 1.0)) == 64  # Cohen 1988, table 2.4.1


def test_what_so_many_meetings_show_takes_so_many_meetings() -> None:
    shown = visible_difference(0.4, 250.0)
    assert needed_for_share(0.4, shown) == pytest.approx(250.0, rel=1e-3)


def test_what_cannot_be_is_missing() -> None:
    assert np.isnan(needed_for_share(0.95, 0.1))
    assert np.isnan(needed_for_hours(0.0, 1.0))
    assert np.isnan(visible_difference(0.9, 5.0))


def test_correlation_is_that_of_the_analysis_of_variance() -> None:
    units = pd.Series(np.repeat(np.arange(4), 3))
    assert correlation(pd.Series(np.repeat([0.0, 1.0, 0.0, 1.0], 3)), units) == 1.0
    assert correlation(pd.Series([0.0, 1.0, 2.0] * 4), units) == 0.0
    values = pd.Series([1.0, 2.0, 3.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0, 1.0, 1.0, 4.0])
    means = values.groupby(units).mean()
    between, within = 3 * means.var(), values.groupby(units).var().mean()
    assert correlation(values, units) == pytest.approx((between - within) / (between + 2 * within))


def test_customers_met_often_and_alike_make_a_trial_longer() -> None:
    assert design_effect(1.0, 0.9) == 1.0
    assert design_effect(5.0, 0.25) == 2.0
    days = pd.Series(pd.to_datetime(["2025-01-01", "2025-02-01", "2025-01-05", "2025-06-01"]))
    assert meetings_per_unit(days, pd.Series(["a", "a", "b", "a"])) == pytest.approx(4 / 3)


def log_of(weeks: int, *, alike: bool) -> pd.DataFrame:
    random = np.random.default_rng(4)
    number = weeks * 10
    customer = random.integers(0, 40, number)
    answer = customer % 2 == 0 if alike else random.random(number) < 0.5
    return pd.DataFrame(
        {
            "activity": "selling",
            "employee_id": [f"P{n % 7:02d}" for n in range(number)],
            "customer_id": [f"K{n:02d}" for n in customer],
            "started_at": pd.Timestamp("2025-01-06 09:00") + pd.to_timedelta(np.arange(number) * 7 / 10, unit="D"),
            "hours": random.uniform(0.5, 1.5, number),
            "meeting_type": np.where(np.arange(number) % 4 == 0, "visit", "call"),
            "next_step": np.where(answer, "yes", "no"),
        }
    )


def plan_of(client: ClientData) -> TrialPlan:
    found = meeting_effectiveness(client)
    assert isinstance(found, Meetings)
    plan = trial_plan(client, found)
    assert isinstance(plan, TrialPlan)
    return plan


def test_a_plan_has_the_clients_own_numbers_by_kind_of_meeting(make_client: MakeClient) -> None:
    plan = plan_of(make_client(activities=log_of(40, alike=False)))
    rows = plan.by_kind.set_index("kind")
    assert rows.index[0] == "all"
    assert rows.loc["all", "meetings_per_week"] == pytest.approx(10.0, rel=0.02)
    assert rows.loc["visit", "meetings_per_week"] == pytest.approx(2.5, rel=0.02)
    assert rows.loc["all", "needed_weeks"] == pytest.approx(
        2 * rows.loc["all", "needed"] / rows.loc["all", "meetings_per_week"]
    )
    assert rows.loc["all", "led_on_per_h"] == pytest.approx(rows.loc["all", "share"] / rows.loc["all", "mean_h"])
    assert rows.loc["visit", "visible_share"] > rows.loc["all", "visible_share"] > 0


def test_where_meetings_with_a_customer_end_alike_more_of_them_are_needed(make_client: MakeClient) -> None:
    apart = plan_of(make_client(activities=log_of(40, alike=False)))
    alike = plan_of(make_client(activities=log_of(40, alike=True)))
    assert alike.correlation == pytest.approx(1.0)
    assert apart.correlation < 0.2
    assert alike.by_kind["needed"].iloc[0] > 2 * apart.by_kind["needed"].iloc[0]


def test_a_log_of_days_plans_no_trial(make_client: MakeClient) -> None:
    log = log_of(6, alike=False)
    log["started_at"] = pd.Timestamp("2025-01-06 09:00")
    client = make_client(activities=log)
    found = meeting_effectiveness(client)
    assert isinstance(found, Meetings)
    assert trial_plan(client, found) == Missing(reason=NO_WEEKS)


def test_the_plan_names_nobody(make_client: MakeClient) -> None:
    plan = plan_of(make_client(activities=log_of(40, alike=False)))
    assert not {"employee_id", "customer_id"} & set(plan.by_kind)
