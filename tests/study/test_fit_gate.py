"""The fit gate on tables whose outcome was worked out by hand: every tolerance, and what each level takes."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from made_client import made_client, orders, people, time_use, value_of

from simkit.foundation.activities import ACTIVITIES
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.fit_gate import gate, graded, stretched
from simkit.study.calibration.moments import measured_moments
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.measured_parameters import measured_parameters

GOOD = {
    "orders": (1000.0, 0.02),
    "revenue": (2e6, 0.02),
    "contribution": (5e5, 0.02),
    "active_customers": (200.0, 0.02),
    "hours.care": (0.20, 0.004),
    "hours.travel": (0.04, 0.004),
    "contacts.A": (12.0, 0.02),
    "win_rate": (0.30, 0.01),
    "no_decision_share": (0.40, 0.01),
    "late_share.bespoke": (0.25, 0.01),
    "lead_time.bespoke": (20.0, 0.01),
    "lead_time.standard": (3.0, 0.05),
    "cycle": (40.0, 0.02),
    "requests": (800.0, 0.02),
}
DEGREES = {"t": 5.0, "z": float("inf")}
SHARES = ("hours", "win_rate", "no_decision_share", "late_share")


def fit_table(simulated: dict[str, float] | None = None, without: tuple[str, ...] = ()) -> pd.DataFrame:
    """Figures measured well, met exactly save where the test says otherwise."""
    rows = []
    for name, (value, width) in GOOD.items():
        if name.startswith(without) if without else False:
            continue
        share = name.startswith(SHARES)
        half = width if share else width * value
        rows.append(
            {
                "moment": name, "label_de": f"{name} (de)", "label_en": name, "unit": "share" if share else "1/a",
                "measured": value, "measured_low": value - half, "measured_high": value + half,
                "simulated": (simulated or {}).get(name, value),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("orders", 1049.0, 1051.0),
        ("orders", 951.0, 949.0),
        ("revenue", 2.09e6, 2.11e6),
        ("contribution", 476e3, 474e3),
        ("active_customers", 209.0, 211.0),
        ("hours.care", 0.229, 0.231),  # 15 % of it
        ("hours.travel", 0.031, 0.029),  # a point
        ("contacts.A", 13.1, 13.3),
        ("win_rate", 0.329, 0.331),
        ("no_decision_share", 0.371, 0.369),
        ("late_share.bespoke", 0.289, 0.291),
        ("lead_time.bespoke", 22.9, 23.1),  # 15 %
        ("lead_time.standard", 3.9, 4.1),  # a working day
        ("cycle", 45.9, 46.1),
        ("requests", 879.0, 881.0),
    ],
)
def test_each_quantity_has_the_tolerance_of_its_kind(name: str, inside: float, outside: float) -> None:
    for simulated, fits in ((inside, True), (outside, False)):
        rows = graded(fit_table({name: simulated})).set_index("moment")
        assert bool(rows.loc[name, "fits"]) is fits
        assert rows["fits"].drop(name).all()


def test_an_interval_wider_than_the_tolerance_is_the_tolerance() -> None:
    table = fit_table({"contacts.A": 14.5})
    table.loc[table["moment"] == "contacts.A", ["measured_low", "measured_high"]] = 10.0, 14.4
    row = graded(table).set_index("moment").loc["contacts.A"]
    # 14 figures: z(1 − .025/14) = 2.9137; the factor 1.2 of 95 % becomes 1.2^(2.9137/1.9600) = 1.3113
    assert row["accepted_high"] == pytest.approx(12 * 1.3113, rel=1e-3)
    assert row["accepted_low"] == pytest.approx(12 * (10 / 12) ** (2.9137 / 1.9600), rel=1e-3)
    assert row["fits"]


def test_the_more_figures_are_held_against_the_model_the_wider_each_interval() -> None:
    normal = np.array([np.inf, np.nan])  # a table of before knows no degrees of freedom
    assert stretched(1, normal) == pytest.approx([1.0, 1.0])
    assert stretched(10, normal) == pytest.approx([2.807 / 1.960] * 2, rel=1e-3)


def test_an_interval_over_people_is_stretched_by_t_with_their_number_less_one() -> None:
    # t(.9975; 4) = 5.598 against t(.975; 4) = 2.776, by the tables; t(.9975; 10) = 3.581 against 2.228
    assert stretched(10, np.array([4.0, 10.0])) == pytest.approx([5.598 / 2.776, 3.581 / 2.228], rel=1e-3)
    assert stretched(1, np.array([4.0])) == pytest.approx([1.0])


def test_the_gate_lets_hours_of_five_people_lie_as_far_as_their_t_reaches() -> None:
    table = fit_table({"hours.care": 0.284})
    table.loc[table["moment"] == "hours.care", ["measured_low", "measured_high"]] = 0.16, 0.24
    table["freedom"] = np.inf
    # 14 figures: z stretches .04 to .0595, t with 4 degrees of freedom to .0884
    assert not graded(table).set_index("moment").loc["hours.care", "fits"]
    assert not graded(table.drop(columns="freedom")).set_index("moment").loc["hours.care", "fits"]
    table.loc[table["moment"] == "hours.care", "freedom"] = 4.0
    rows = graded(table).set_index("moment")
    assert rows.loc["hours.care", "fits"]
    assert rows.loc["hours.care", "accepted_high"] == pytest.approx(0.2884, abs=1e-4)
    pd.testing.assert_frame_equal(graded(table), graded(graded(table)))


def test_a_true_figure_of_few_people_is_refused_as_seldom_as_the_gate_promises() -> None:
    """Shares of six people, one of ten quantities: outside in .5 % of cases with t; z would refuse 1.5 %."""
    draw = np.random.default_rng(2)
    each = draw.normal(0.3, 0.02, (20_000, 6))
    mean, error = each.mean(axis=1), each.std(axis=1, ddof=1) / np.sqrt(6)
    half = 2.5706 * error  # t(.975; 5)
    missed = {
        name: (abs(mean - 0.3) > stretched(10, np.array([one]))[0] * half).mean() for name, one in DEGREES.items()
    }
    assert missed["t"] == pytest.approx(0.005, abs=0.0015)
    assert missed["z"] > 2 * missed["t"]


def test_what_is_known_too_badly_counts_as_not_measured() -> None:
    table = fit_table({"contacts.A": 99.0, "win_rate": 0.9})
    table.loc[table["moment"] == "contacts.A", ["measured_low", "measured_high"]] = 9.0, 15.2  # ± 25.8 %
    table.loc[table["moment"] == "win_rate", ["measured_low", "measured_high"]] = 0.19, 0.4  # ± 10.5 points
    rows = graded(table).set_index("moment")
    assert not rows.loc[["contacts.A", "win_rate"], "counted"].any() and rows["counted"].sum() == len(GOOD) - 2
    found = gate(table)
    assert found.level == "fits" and found.checked == found.passed == len(GOOD) - 4  # cycle and requests only test


def test_a_fit_of_everything_passes() -> None:
    found = gate(fit_table())
    assert found.passes and found.failed == () and found.checked == 12
    assert "12 of 12" in found.words.en and "12 von 12" in found.words.de


def test_a_mandatory_figure_outside_is_named_and_stops_the_verdict() -> None:
    found = gate(fit_table({"late_share.bespoke": 0.6, "contacts.A": 3.0}))
    assert found.level == "fits_except" and not found.passes
    assert {one.de for one in found.failed} == {"late_share.bespoke (de)", "contacts.A (de)"}
    assert found.passed == 10 and "contacts.A; late_share.bespoke" in found.words.en


@pytest.mark.parametrize("name", ["orders", "contribution", "hours.care"])
def test_a_needed_figure_outside_means_that_the_model_does_not_fit(name: str) -> None:
    assert gate(fit_table({name: 3 * GOOD[name][0]})).level == "does_not_fit"


def test_what_is_not_mandatory_stops_nothing() -> None:
    assert gate(fit_table({"cycle": 400.0, "requests": 1.0})).level == "fits"


@pytest.mark.parametrize("name", ["orders", "contribution", "hours"])
def test_a_needed_figure_that_nobody_measured_stops_the_verdict(name: str) -> None:
    found = gate(fit_table(without=(name,)))
    assert found.level == "does_not_fit" and "not measured" in found.failed[0].en


def test_with_none_of_the_needed_figures_there_is_nothing_to_hold_the_model_against() -> None:
    assert gate(fit_table(without=("orders", "contribution", "hours"))).level == "nothing_measured"
    assert gate(pd.DataFrame()).level == "nothing_measured"


def test_a_draft_that_was_not_fitted_says_so_however_well_it_fits() -> None:
    assert gate(fit_table(), calibrated=False).level == "not_calibrated"
    assert gate(pd.DataFrame(), calibrated=False).level == "nothing_measured"


def test_a_figure_that_no_run_shows_does_not_fit() -> None:
    assert not graded(fit_table({"win_rate": math.nan})).set_index("moment").loc["win_rate", "fits"]


def test_grading_a_table_twice_changes_nothing() -> None:
    once = graded(fit_table({"orders": 1200.0}))
    pd.testing.assert_frame_equal(graded(once), once)


def test_contacts_of_a_log_that_names_no_orders_are_one_figure_here_and_in_the_parameters() -> None:
    days = pd.bdate_range("2023-01-02", "2024-12-31")
    rows = np.arange(3 * len(days))
    log = pd.DataFrame(
        {"started_at": days[rows // 3], "activity": np.array(["care", "administration", "care"])[rows % 3]}
    )
    log = log.assign(
        hours=1.0, customer_id=[f"K{n * 7 % 30}" for n in rows], employee_id=[f"P{n // 3 % 6}" for n in rows]
    )
    client = made_client(activities=log, employees=people().assign(fte=0.2))
    value, use = (
        value_of(client),
        time_use(dict.fromkeys(ACTIVITIES, 0.0) | {"care": 2 / 3, "administration": 1 / 3}, 1500.0),
    )
    use.people = 6
    parameters = measured_parameters(client, use, value, load_defaults())
    found = measured_moments(client, use, value, client_inputs(client, value), parameters)
    contacts = {moment.group: moment.measured.value for moment in found if moment.name == "contacts"}
    assert contacts == {name: parameters.value(f"care.{name}.contacts_per_year") for name in contacts} and contacts
    hours = {moment.group: moment.measured.value for moment in found if moment.name == "hours"}
    assert hours["care"] == pytest.approx(2 * hours["administration"]) and sum(hours.values()) < 0.95


@pytest.mark.parametrize(
    ("source", "people", "freedom"), [("log", 12, 11.0), ("log", 1, math.inf), ("estimates", 12, math.inf)]
)
def test_hours_that_people_logged_have_the_degrees_of_freedom_of_their_number(source, people, freedom) -> None:
    """Hours that roles state have intervals of normal draws, and one person has no spread over people."""
    shares = pd.DataFrame({"activity": ["care", "travel"], "share": [0.4, 0.1], "low": [0.3, 0.05], "high": [0.5, 0.2]})
    use = SimpleNamespace(source=source, people=people, by_activity=shares)
    client = made_client(orders=orders().iloc[:0])
    found = measured_moments(
        client, use, value_of(client), client_inputs(made_client(), value_of(client)), load_defaults()
    )
    of_hours = [moment for moment in found if moment.name == "hours"]
    assert [moment.group for moment in of_hours] == ["care", "travel"]
    assert {moment.freedom for moment in of_hours} == {freedom}
