"""What a workshop says reaches the score, and one answer of the group stands for each segment."""

from __future__ import annotations

import pandas as pd
import pytest
from made_workshop import made_workshop

from simkit.intake.workshop.workshop_results import made_frame, with_workshop
from simkit.value.customers.class_robustness import judged
from simkit.value.customers.customer_value import customer_value
from simkit.value.score.factors import FACTORS
from simkit.value.service.agreed_levels import agreed_offers, agreed_responses, agreed_services, protected_customers
from simkit.value.weighting.group import group_weights
from simkit.value.weighting.weights_in_use import classes_by_department, weights_of

VIEW = {"margin": 0.4, "growth": 0.3, "loyalty": 0.2, "referral": 0.1}
ORDERS = pd.DataFrame(
    {
        "order_id": [f"O{n}" for n in range(40)],
        "customer_id": [f"K{n % 4}" for n in range(40)],
        "ordered_on": pd.date_range("2024-01-05", periods=40, freq="17D"),
        "value_amount": [100.0 + 10 * (n % 4) for n in range(40)],
        "cost_amount": [60.0 + 3 * n for n in range(40)],
    }
)


def with_answers(client, **changes):
    from dataclasses import replace

    people = {f"T{n:02d}": VIEW for n in range(1, 7)}
    return replace(client, workshop=made_workshop(pairs=people, **changes))


def test_weights_of_the_workshop_replace_the_defaults_and_say_where_they_come_from(make_client):
    client = with_answers(make_client(orders=ORDERS))
    chosen = weights_of(client)
    assert {name: weight for name, weight in chosen.weights.items() if weight} == pytest.approx(VIEW)
    assert set(chosen.weights) == set(FACTORS)
    assert (chosen.origin, chosen.people, chosen.without_factor) == ("workshop", 6, {})
    value = customer_value(client)
    assert value.weights_from == chosen
    assert value.weights["margin"] / value.weights["growth"] == pytest.approx(4 / 3)
    assert "referral" in value.factors_missing
    assert "workshop of 6 participants" in value.weights_from.source.en
    assert not [one for one in value.assumptions if "score.weights" in one.reason.en]


def test_weights_of_client_yaml_come_first_and_without_both_the_defaults_count(make_client):
    own = with_answers(make_client(orders=ORDERS, weights={"revenue": 5.0}))
    assert weights_of(own).origin == "client"
    assert weights_of(own).weights["revenue"] == 5.0
    assert weights_of(make_client(orders=ORDERS)).origin == "default"


def test_one_participant_changes_nothing(make_client):
    from dataclasses import replace

    client = replace(make_client(orders=ORDERS), workshop=made_workshop(pairs={"T01": VIEW}))
    assert weights_of(client).origin == "default"


def test_a_criterion_without_a_factor_is_left_out_and_reported(make_client):
    from dataclasses import replace

    view = {"margin": 0.5, "effort": 0.3, "growth": 0.2}
    people = {f"T{n:02d}": view for n in range(1, 7)}
    workshop = made_workshop(pairs=people, criteria=tuple(view))
    client = replace(make_client(orders=ORDERS), workshop=workshop)
    chosen = weights_of(client)
    assert chosen.without_factor == pytest.approx({"effort": 0.3})
    (stated,) = [one for one in customer_value(client).assumptions if "without a factor" in one.topic.en]
    assert "Effort of service (30% of the weight)" in stated.value.en


def test_ratings_of_the_workshop_become_soft_factors_beside_those_there_were(make_client):
    rows = [{"participant": f"T0{n}", "customer_id": "K1", "factor": "referral", "rating": 5.0} for n in range(1, 4)]
    rows += [{"participant": "T01", "customer_id": "K0", "factor": "strategic_fit", "rating": 3.0}]
    departments = {"T01": "Sales", "T02": "Sales", "T03": "Service"}
    workshop = made_workshop(departments=departments, ratings=made_frame("ratings", rows))
    earlier = pd.DataFrame(
        {
            "customer_id": ["K1"],
            "factor": ["referral"],
            "rating": [2.0],
            "participant": ["T01"],
            "department": ["Finance"],
        }
    )
    both = with_workshop({"ratings": earlier}, workshop)["ratings"]
    assert both["participant"].to_list() == ["T01", "WT01", "WT02", "WT03", "WT01"]
    value = customer_value(make_client(orders=ORDERS, ratings=both))
    rated = value.customers.set_index("customer_id")
    assert rated.loc["K1", "rating_referral"] == pytest.approx((2 + 5 + 5) / 3)
    assert rated.loc["K0", "factor_strategic_fit"] == pytest.approx(0.5)
    assert with_workshop({}, workshop)["ratings"]["department"].to_list() == ["Sales", "Sales", "Service", "Sales"]


def test_one_answer_of_the_group_stands_for_each_segment():
    people = [f"T{n:02d}" for n in range(1, 6)]
    services = made_frame(
        "services",
        [
            {"participant": who, "segment": "A", "contacts_per_year": contacts, "channel": channel, "bespoke": "yes"}
            for who, contacts, channel in zip(
                people, (10, 12, 14, 30, None), ("visit",) * 3 + ("phone",) * 2, strict=True
            )
        ],
    )
    responses = made_frame(
        "responses",
        [
            {"participant": who, "segment": "B", "sales_at_none": level}
            for who, level in zip(people, range(50, 100, 10), strict=True)
        ],
    )
    offers = [
        {"participant": who, "segment": "C", "kind": "stops", "offer": word}
        for who, word in zip(people, ("Besuche", "Muster", "besuche", "Muster", "Besuche"), strict=True)
    ]
    workshop = made_workshop(services=services, responses=responses, offers=made_frame("offers", offers))
    (service,) = agreed_services(workshop).to_dict("records")
    assert (service["segment"], service["people"], service["contacts_per_year"]) == ("A", 5, 13.0)
    assert (service["channel"], service["channel_share"]) == ("visit", 0.6)
    assert service["price_policy"] is None
    (response,) = agreed_responses(workshop).to_dict("records")
    assert (response["segment"], response["people"], response["sales_at_none"]) == ("B", 5, 70.0)
    assert agreed_offers(workshop)[["offer", "people"]].to_numpy().tolist() == [["Besuche", 3], ["Muster", 2]]


def test_protected_customers_are_a_list_of_their_own():
    taboos = made_frame(
        "taboos",
        [
            {"kind": "customer", "subject": "K1", "protection": "price", "votes": 2},
            {"kind": "person", "subject": "P03", "protection": "everything", "votes": 1},
        ],
    )
    workshop = made_workshop(taboos=taboos)
    assert protected_customers(workshop).to_numpy().tolist() == [["K1", "price"]]


def test_who_changes_class_if_another_department_is_believed(make_client):
    from dataclasses import replace

    sales = {"revenue": 0.9, "margin": 0.1}
    service = {"revenue": 0.1, "margin": 0.9}
    people = {f"T{n:02d}": sales if n <= 5 else service for n in range(1, 11)}
    departments = {name: "Sales" if view is sales else "Service" for name, view in people.items()}
    workshop = made_workshop(pairs=people, departments=departments, criteria=("revenue", "margin"))
    orders = pd.DataFrame(
        {
            "order_id": [f"O{n}" for n in range(10)],
            "customer_id": [f"K{n}" for n in range(10)],
            "ordered_on": pd.date_range("2024-01-05", periods=10, freq="50D"),
            "value_amount": [100.0 + 10 * n for n in range(10)],
            "cost_amount": [50.0 + 19 * n for n in range(10)],
        }
    )
    client = replace(make_client(orders=orders), workshop=workshop)
    group = group_weights(workshop)
    classes = classes_by_department(client, judged(customer_value(client)), group)
    assert classes["Sales"].idxmin() == "K9"
    assert classes["Service"].idxmin() == "K0"
    nobody = replace(client, workshop=made_workshop(pairs=people, criteria=("revenue", "margin")))
    assert classes_by_department(nobody, judged(customer_value(nobody)), group_weights(nobody.workshop)) is None
