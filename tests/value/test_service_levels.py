"""Service levels: where each figure comes from, whether the hours carry them, what ends, what a taboo costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Estimate
from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.intake.settings.customer_settings import ServiceLevels
from simkit.value.customers.customer_value import customer_value
from simkit.value.service.agreed_levels import taboo_prices
from simkit.value.service.customer_time import NOBODY, channel_of, customer_time
from simkit.value.service.service_levels import (
    ASSUMED_CONTACT_H,
    gap,
    hours_check,
    needed_hours,
    service_levels,
    stop_list,
    total_check,
    verdict,
)
from simkit.value.service.service_study import NOT_SHOWN, Agreed, ServiceStudy, service_study

SEGMENTS = pd.Series({"K1": "A", "K2": "A", "K3": "B"})
CUSTOMERS = {"A": 2, "B": 1}
NOTHING = ServiceLevels()


def log(people: int = 6) -> pd.DataFrame:
    """Two years in which everybody sees K1 and K3, calls K2, and travels and prepares for the visit of K1."""
    rows = []
    for person in range(people):
        for number, (customer, activity, hours, channel) in enumerate(
            (
                ("K1", "care", 1.0, "vor Ort"),
                ("K1", "travel", 2.0, None),
                ("K1", "preparation", 0.5, None),
                ("K2", "selling", 0.5, "Telefon"),
                ("K2", "service", 0.25, "E-Mail"),
                ("K3", "care", 1.0 + 0.1 * person, "vor Ort"),
                (None, "selling", 1.0, "Telefon"),
                (None, "administration", 3.0, None),
            )
        ):
            day = pd.Timestamp("2024-01-01") if person % 2 else pd.Timestamp("2025-12-30")
            rows.append((f"P{person}", customer, activity, hours, channel, day + pd.Timedelta(hours=8 + number)))
    names = ["employee_id", "customer_id", "activity", "hours", "channel", "started_at"]
    return pd.DataFrame(rows, columns=names).assign(activity_id=range(len(rows)))


@pytest.fixture(scope="module")
def today(make_client):
    found = customer_time(make_client(activities=log()), SEGMENTS)
    assert found is not None
    return found


def test_the_segments_add_up_to_all_customer_time(today) -> None:
    assert today.years == pytest.approx(2.0, abs=0.01)
    assert today.of("A")["contact_h"] * today.years == pytest.approx(6 * 4.0)
    assert today.of("A")["answer_h"] * today.years == pytest.approx(6 * 0.25)
    total = sum(today.of(name)["hours_h"] for name in ("A", "B", NOBODY))
    assert total == pytest.approx(today.total.value)
    assert today.total.low <= today.total.value <= today.total.high


def test_channels_are_known_by_the_clients_words(today) -> None:
    assert [channel_of(word) for word in ("Vor Ort", "Phone call", "E-Mail", "Brieftaube")] == [
        "visit",
        "phone",
        "web",
        "",
    ]
    assert today.usual_channel["B"] == "visit"
    assert today.channels.at["phone", "hours_per_contact_h"] < today.channels.at["visit", "hours_per_contact_h"]


def test_without_service_levels_today_needs_exactly_what_there_is(today) -> None:
    levels = service_levels(CUSTOMERS, today, NOTHING)
    check = total_check(levels, today).iloc[0]

    assert set(levels["contacts_per_year_from"]) == {"log"}
    assert check["needed_h"] == pytest.approx(check["there_h"])
    assert check["verdict"] == "open"


def test_the_workshop_counts_before_the_settings_and_these_before_the_log(today) -> None:
    stated = ServiceLevels.model_validate(
        {
            "segments": {
                "A": {"contacts_per_year": 5, "response_h": 4, "offers": ["x", "y"]},
                "B": {"contacts_per_year": 7},
            }
        }
    )
    agreed = pd.DataFrame({"segment": ["A"], "contacts_per_year": [9.0], "channel": [None], "response_h": [np.nan]})
    levels = service_levels(CUSTOMERS, today, stated, agreed).set_index("segment")

    assert levels["contacts_per_year"].to_list() == [9.0, 7.0]
    assert levels["contacts_per_year_from"].to_list() == ["workshop", "client"]
    assert (levels.at["A", "response_h"], levels.at["A", "response_h_from"]) == (4, "client")
    assert levels.at["B", "channel_from"] == "log"
    assert levels.at["A", "offers"] == "x; y"
    assert pd.isna(levels.at["B", "response_h_from"])


def test_hours_of_a_contact_are_stated_measured_or_assumed(today) -> None:
    stated = ServiceLevels.model_validate(
        {"segments": {"A": {"channel": "inside"}, "B": {"channel": "web"}}, "hours_per_contact": {"web": 0.2}}
    )
    levels = service_levels(CUSTOMERS, today, stated).set_index("segment")

    assert levels["hours_per_contact_h"].to_dict() == {"A": ASSUMED_CONTACT_H["inside"], "B": 0.2}
    assert levels["hours_per_contact_h_from"].to_dict() == {"A": "assumption", "B": "client"}


def test_the_need_is_customers_times_contacts_times_hours_and_answers(today) -> None:
    stated = ServiceLevels.model_validate({"segments": {"A": {"contacts_per_year": 10, "hours_per_contact": 3}}})
    levels = service_levels(CUSTOMERS, today, stated)

    assert needed_hours(levels)["A"] == pytest.approx(2 * 10 * 3 + today.of("A")["answer_h"])
    whole = replace(today, logged_share=Estimate(value=1.0, low=1.0, high=1.0))
    assert total_check(levels, whole).iloc[0]["verdict"] == "short"
    assert total_check(levels, today).iloc[0]["verdict"] == "open"  # hours that nobody wrote down would come on top


def test_hours_that_are_there_and_answers_that_are_needed_are_scaled_up_alike(make_client, today) -> None:
    share = Estimate(value=0.5, low=0.4, high=0.6)
    whole = customer_time(make_client(activities=log()), SEGMENTS, logged=share)
    assert whole is not None
    for name in ("A", "B", NOBODY):
        assert whole.of(name)["hours_h"] == pytest.approx(2 * today.of(name)["hours_h"])
        assert whole.of(name)["contacts"] == pytest.approx(2 * today.of(name)["contacts"])
    assert whole.total.value == pytest.approx(2 * today.total.value)
    assert whole.total.high / whole.total.value > max(today.total.high / today.total.value, 0.5 / 0.4)

    # what is agreed is a number of real contacts; only the rest of the need comes from the log
    stated = ServiceLevels.model_validate({"segments": {"A": {"contacts_per_year": 10, "hours_per_contact": 3}}})
    assert needed_hours(service_levels(CUSTOMERS, whole, stated))["A"] == pytest.approx(
        2 * 10 * 3 + 2 * today.of("A")["answer_h"]
    )
    # where nothing is agreed, need and hours stay the same on both sides
    check = total_check(service_levels(CUSTOMERS, whole, NOTHING), whole).iloc[0]
    assert check["gap_h"] == pytest.approx(0, abs=1e-9)


def test_a_segment_without_customers_is_refused_with_its_place(today) -> None:
    stated = ServiceLevels.model_validate({"segments": {"D": {"contacts_per_year": 1}}})

    with pytest.raises(ConfigError, match="'D' has no customers") as caught:
        service_levels(CUSTOMERS, today, stated)
    assert caught.value.where == "client.yaml: service_levels.segments.D"


def test_a_segment_with_no_hours_is_shown_with_the_contacts_it_is_to_get(make_client) -> None:
    found = customer_time(make_client(activities=log()), pd.Series({"K1": "A", "K2": "A", "K3": "B", "K4": "C"}))
    assert found is not None
    stated = ServiceLevels.model_validate({"segments": {"C": {"contacts_per_year": 2, "channel": "phone"}}})
    levels = service_levels({"A": 2, "B": 1, "C": 1}, found, stated).set_index("segment")

    assert found.of("C")["hours_h"] == 0
    assert levels.at["C", "hours_per_contact_h"] > 0


def test_hours_of_a_segment_with_few_people_are_not_told_at_all(make_client) -> None:
    rows = log()
    few = rows[(rows["customer_id"] != "K3") | (rows["employee_id"] == "P0")]

    assert customer_time(make_client(activities=few), SEGMENTS) is None


def test_small_teams_stand_together(make_client) -> None:
    teams = ["N"] * 5 + ["S"] * 2 + ["W"] * 3
    staff = pd.DataFrame({"employee_id": [f"P{n}" for n in range(10)], "team": teams})
    found = customer_time(make_client(activities=log(10), employees=staff), SEGMENTS)

    assert found is not None
    assert found.teams["people"].to_dict() == {"N": 5, "other": 5}
    assert found.teams["share_A"].sum() == pytest.approx(1.0)


def test_the_verdict_waits_for_an_interval_that_leaves_zero_out() -> None:
    need = Estimate(value=100, low=90, high=110)
    left = gap(need, Estimate(value=60, low=50, high=70))

    assert (left.value, left.low) == (-40, pytest.approx(-40 - 200**0.5))
    assert verdict(left, complete=True) == "short"
    assert verdict(left, complete=False) == "open"
    assert verdict(gap(need, Estimate(value=105, low=95, high=115)), complete=True) == "open"
    assert verdict(gap(need, Estimate(value=150, low=140, high=160)), complete=False) == "enough"


def test_the_same_check_takes_the_hours_of_a_simulated_design() -> None:
    need = {"A": Estimate(value=100, low=90, high=110)}
    found = hours_check(need, {"A": Estimate(value=130, low=125, high=135)}, complete=True)

    assert found.loc[0, ["name", "gap_h", "verdict"]].to_list() == ["A", 30, "enough"]


def test_what_ends_frees_its_share_of_the_measured_hours_or_what_is_stated() -> None:
    stops = ServiceLevels.model_validate(
        {
            "segments": {
                "B": {
                    "stops": [
                        {"service": "visits", "activity": "travel", "share": 0.5},
                        {"service": "studies", "hours_per_customer": 2},
                        {"service": "talk", "activity": "care"},
                        {"service": "gifts"},
                    ]
                }
            }
        }
    ).segments["B"].stops  # fmt: skip
    hours = pd.DataFrame({"segment": ["B"], "activity": ["travel"], "hours_h": [80.0]})
    found = stop_list({"B": stops}, {"B": 3}, hours)

    assert found["freed_h"].to_list()[:2] == [40.0, 6.0]
    assert found["freed_h"].isna().to_list() == [False, False, True, True]


def test_a_taboo_costs_the_hours_it_binds_and_hides_those_of_few_people() -> None:
    customers = pd.DataFrame(
        {"segment": ["A", "A", "A"], "hours_h": [30.0, 5.0, 40.0], "withheld": [False, False, True]},
        index=pd.Index(["K1", "K2", "K3"], name="customer_id"),
    )
    taboos = pd.DataFrame(
        {"customer_id": ["K1", "K1", "K2", "K3"], "protection": ["service", "price", "everything", "service"]}
    )
    found = taboo_prices(taboos, customers, pd.Series({"A": 10.0}), 50.0).set_index(["customer_id", "protection"])

    assert found.loc[("K1", "service")].to_list() == [20.0, 1000.0]
    assert found.loc[("K1", "price"), "price_amount"] == 0
    assert found.loc[("K2", "everything"), "bound_h"] == 0
    assert found.loc[("K3", "service")].isna().all()


def test_a_taboo_on_an_unknown_customer_names_the_nearest() -> None:
    customers = pd.DataFrame({"segment": ["A"], "hours_h": [1.0], "withheld": [False]}, index=["K-1001"])

    with pytest.raises(ConfigError) as caught:
        taboo_prices(
            pd.DataFrame({"customer_id": ["K-1010"], "protection": ["service"]}), customers, pd.Series({"A": 1.0}), 1.0
        )
    assert "K-1001" in caught.value.render("de")


@pytest.fixture(scope="module")
def firm(make_client):
    """Forty customers with orders and hours of six people, worth and hours unrelated."""
    random = stream(2, 0, "tests.service")
    names = [f"K{number:02d}" for number in range(40)]
    orders = pd.DataFrame(
        {
            "order_id": [f"O{number}" for number in range(160)],
            "customer_id": names * 4,
            "ordered_on": pd.Timestamp("2024-02-01") + pd.to_timedelta(np.repeat([0, 150, 400, 600], 40), unit="D"),
            "value_amount": random.lognormal(9, 1, 40).tolist() * 4,
        }
    )
    orders["cost_amount"] = orders["value_amount"] * 0.6
    hours = random.lognormal(0, 0.4, 40)
    rows = [
        (f"P{person}", name, "care", hours[place], pd.Timestamp("2024-01-02") + pd.Timedelta(days=int(day), hours=9))
        for person in range(6)
        for place, name in enumerate(names)
        for day in (10 + person, 600 + person)
    ]
    log = pd.DataFrame(rows, columns=["employee_id", "customer_id", "activity", "hours", "started_at"])
    log = log.assign(activity_id=range(len(log)))
    return make_client(orders=orders, activities=log)


def test_the_whole_study_keeps_the_hours_and_gains_something(firm) -> None:
    value = customer_value(firm, draws=50)
    answers = pd.DataFrame(
        {
            "segment": ["A", "B"], "people": [6, 6], "sales_at_none": [60.0, 90.0], "sales_at_half": [80.0, 50.0],
            "sales_at_more": [112.0, 105.0], "sales_at_most": [140.0, 110.0], "saturation_effort": [300.0, np.nan],
        }
    )  # fmt: skip
    found = service_study(firm, value, 2.0, Agreed(answers=answers), draws=50)

    assert found is not None
    assert found.split["best_h"].sum() == pytest.approx(found.split["hours_h"].sum())
    assert found.gain.value > 0 and found.gain.low <= found.gain.value <= found.gain.high
    assert found.responses["A"].origin == "answers"
    assert found.unanswered == ("B",)
    assert found.customers["best_h"].sum() == pytest.approx(found.customers["hours_h"].sum())
    assert (found.customers["best_h"] <= 2 * found.customers["hours_h"] + 1e-6).all()
    assert (found.split["low_h"] < found.split["best_h"]).all()


def test_hours_of_a_log_of_unknown_coverage_are_never_called_too_few(firm) -> None:
    value, share = customer_value(firm, draws=50), Estimate(value=0.9, low=0.8, high=1.0)
    levels = pd.DataFrame({"segment": ["A", "B", "C"], "contacts_per_year": 5000.0})
    known = service_study(firm, value, 2.0, Agreed(levels=levels), logged=share, draws=50)
    unknown = service_study(firm, value, 2.0, Agreed(levels=levels), draws=50)

    assert isinstance(known, ServiceStudy) and isinstance(unknown, ServiceStudy)
    assert known.total["verdict"].tolist() == ["short"] and unknown.total["verdict"].tolist() == ["open"]
    assert set(unknown.segments["verdict"]) == {"open"}


def test_without_a_log_there_is_no_study(make_client, firm) -> None:
    client = make_client(orders=firm.table("orders"))

    assert service_study(client, customer_value(client, draws=50), 2.0) == Missing(reason=NOT_SHOWN)
