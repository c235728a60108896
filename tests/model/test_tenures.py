"""Who holds a post: turnover costs the capacity that the closed form says, and nobody's draws move anybody else's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simkit.foundation.parameter_set import ParameterSet
from simkit.model.engine.person_curves import ramp_up
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.inputs.tenures import Succession, Tenure, vacant_per_filled
from simkit.model.rules.plain_parameters import compile_rules
from tests.model.conftest import patched

CALENDAR_RATIO = 250 / 365


def staffed(posts: int, age_years: float = 30.0) -> ModelInputs:
    model_inputs = example_inputs(customers=5, posts=posts, orders_per_year=1)
    return ModelInputs(
        customers=model_inputs.customers,
        slots=model_inputs.slots.assign(age_years=age_years),
        calendar_ratio=CALENDAR_RATIO,
    )


def drawn(
    model_inputs: ModelInputs, parameter_set: ParameterSet, *, seed: int, replication: int, start_h: float, end_h: float
) -> tuple[tuple[Tenure, ...], ...]:
    return Succession(
        model_inputs=model_inputs,
        parameters=parameter_set,
        seed=seed,
        replication=replication,
        start_h=start_h,
        end_h=end_h,
    ).tenures()


def left_of_capacity(h: float, fill_years: float, ramp_years: float, start: float) -> float:
    """Return the closed form: trained capacity left when people quit at the rate h, and successors ramp up from `start`.

    A post is held 1/h years and vacant `fill_years`. The ramp costs its holder the integral over its length R of
    (1 - start)(1 - t/R) exp(-ht): somebody who quits in it loses only the part until then.
    """
    lost = (1 - start) * (1 / h - (1 - math.exp(-h * ramp_years)) / (h * h * ramp_years))
    return (1 / h - lost) / (1 / h + fill_years)


@pytest.mark.parametrize(
    ("quits_per_year", "fill_days", "ramp_months", "expected"), [(0.2, 139, 9, 0.876), (0.1, 90, 5, 0.960)]
)
def test_turnover_lowers_capacity_as_the_closed_form_says(
    quits_per_year: float, fill_days: float, ramp_months: float, expected: float
) -> None:
    turnover = {"staff.quit_per_year": quits_per_year, "staff.fill_days": fill_days, "staff.fill_cv": 0}
    always_there = {"presence.holiday_days": 0, "presence.sick_days": 0}
    parameter_set = patched(turnover, always_there, {"staff.ramp_months": ramp_months})
    start = parameter_set.value("staff.ramp_start_share")
    assert left_of_capacity(quits_per_year, fill_days / 365, ramp_months / 12, start) == pytest.approx(
        expected, abs=5e-4
    )

    rules = compile_rules(parameter_set, CALENDAR_RATIO)
    settled = np.arange(8000.0, 120_000.0, 8.0)  # openings from the fifth of sixty years on
    shares = []
    for replication in range(8):
        posts = drawn(
            staffed(30, age_years=-100.0), parameter_set, seed=1, replication=replication, start_h=0.0, end_h=120_000.0
        )
        content = 0.0
        for tenure in (tenure for post in posts for tenure in post):
            held = settled[(settled >= tenure.joins_h) & (settled < tenure.leaves_h)]
            content += ramp_up(tenure, held, parameter_set, rules).sum() / len(settled)
        shares.append(content / len(posts))

    error = np.std(shares, ddof=1) / np.sqrt(len(shares))
    assert np.mean(shares) == pytest.approx(expected, abs=4 * error)
    assert error < 0.003


@pytest.mark.parametrize(("holiday", "sick", "spell"), [(30, 15, 5), (27.5, 25, 10), (0, 10, 1), (60, 0, 5)])
def test_people_are_present_all_days_but_holidays_and_sickness(holiday: float, sick: float, spell: float) -> None:
    absences = {"presence.holiday_days": holiday, "presence.sick_days": sick, "presence.sick_spell_days": spell}
    parameter_set = patched({**absences, "staff.quit_per_year": 0, "staff.retirement_age_years": 75})
    present = np.array(
        [
            (~post[0].absent).sum() / len(post[0].absent)
            for replication in range(40)
            for post in drawn(
                staffed(25), parameter_set, seed=3, replication=replication, start_h=-1000.0, end_h=6200.0
            )
        ]
    )
    days = parameter_set.value("time.days_per_year")
    expected = (days - holiday - sick) / days
    error = present.std(ddof=1) / np.sqrt(len(present))
    assert present.mean() == pytest.approx(expected, abs=3.5 * error + 1e-12)
    assert 3.5 * error * days < 1.3


def test_one_more_leaver_moves_nobody_elses_draws() -> None:
    few, many = patched({"staff.quit_per_year": 0.05}), patched({"staff.quit_per_year": 0.9})

    calm = drawn(staffed(10), few, seed=4, replication=0, start_h=-1000.0, end_h=6000.0)
    restless = drawn(staffed(10), many, seed=4, replication=0, start_h=-1000.0, end_h=6000.0)

    assert sum(len(post) for post in restless) > sum(len(post) for post in calm)
    for before, after in zip(calm, restless, strict=True):
        assert before[0].ability == after[0].ability
        np.testing.assert_array_equal(before[0].absent, after[0].absent)


def test_retirements_come_at_the_age_and_are_not_replaced_when_the_scenario_says_so() -> None:
    parameter_set = patched(
        {"staff.quit_per_year": 0, "staff.retirement_fill_chance": 0, "staff.retirement_age_years": 67}
    )

    tenures = drawn(staffed(3, age_years=65.5), parameter_set, seed=1, replication=0, start_h=-1000.0, end_h=6000.0)

    assert [len(post) for post in tenures] == [1, 1, 1]
    assert all(post[0].retires and post[0].leaves_h == pytest.approx(3000.0) for post in tenures)


def test_posts_vacant_at_the_start_keep_as_many_filled_as_there_are_now() -> None:
    parameters = patched({"staff.quit_per_year": 0.3, "staff.fill_days": 120})
    share = vacant_per_filled(parameters, CALENDAR_RATIO)
    edges = np.arange(-1000.0, 6000.0, 8.0)

    filled = []
    for replication in range(60):
        succession = Succession(
            model_inputs=staffed(12), parameters=parameters, seed=2, replication=replication,
            start_h=-1000.0, end_h=6000.0, vacant_share=share,
        )  # fmt: skip
        held = sum(
            ((edges >= tenure.joins_h) & (edges < tenure.leaves_h)).astype(float)
            for post in succession.tenures()
            for tenure in post
        )
        filled.append([held[:250].mean(), held[125:1000].mean(), held[-250:].mean()])

    mean, error = np.mean(filled, axis=0), np.std(filled, axis=0, ddof=1) / np.sqrt(len(filled))
    assert share == pytest.approx(0.3 * 120 / 365, rel=1e-3)
    assert (np.abs(mean - 12) < 3.5 * error + 0.02).all()


def test_without_quits_nobody_is_new_and_no_post_is_vacant() -> None:
    parameters = patched({"staff.quit_per_year": 0})

    posts = drawn(staffed(6), parameters, seed=1, replication=0, start_h=0.0, end_h=6000.0)

    assert vacant_per_filled(parameters, CALENDAR_RATIO) == 0
    assert [len(post) for post in posts] == [1] * 6
    assert all(post[0].joins_h == -math.inf for post in posts)


def test_who_holds_a_post_at_the_start_has_been_there_for_as_long_as_he_will_stay() -> None:
    parameters = patched({"staff.quit_per_year": 0.5})
    before = [
        -post[0].joins_h
        for replication in range(20)
        for post in drawn(staffed(12), parameters, seed=1, replication=replication, start_h=0.0, end_h=6000.0)
    ]

    assert np.mean(before) == pytest.approx(4000.0, abs=4 * 4000.0 / np.sqrt(len(before)))
