from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_client import made_client, orders, people, time_use, value_of

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.parameter_set import Provenance
from simkit.intake.client import load_client
from simkit.model.specification.model_parameters import CLASSES, load_defaults
from simkit.study.bilingual_texts import ORDERS, BilingualNumbers, counted, how_much_is_measured
from simkit.study.measured.client_inputs import client_inputs, what_is_missing
from simkit.study.measured.fitted_work import (
    available_hours,
    expected_hours,
    present_hours,
    share_in_log,
    worked_hours,
)
from simkit.study.measured.measured_demand import base_logit, demand_override, working_days_between
from simkit.study.measured.measured_parameters import measured_parameters, parameter_table, warm_up_override
from simkit.study.thresholds import threshold

SHARES = {
    "selling": 0.05, "care": 0.04, "service": 0.06, "preparation": 0.05, "travel": 0.05, "coordination": 0.45,
    "prioritisation": 0.11, "administration": 0.17, "development": 0.02,
}  # fmt: skip


def measured(client=None, time=None):
    client = client or made_client()
    return measured_parameters(client, time, value_of(client), load_defaults())


def test_a_client_without_orders_or_staff_is_told_what_is_missing():
    client = made_client()
    assert what_is_missing(client) is None
    del client.tables["orders"], client.tables["employees"]
    lacking = what_is_missing(client)
    assert lacking is not None and len(lacking.remedy) == 2
    assert "assumptions alone" in lacking.reason.en and "(employees)" in lacking.remedy[1].de


def test_model_inputs_hold_every_buying_customer_with_rate_segment_and_value():
    client = made_client()
    client.config.assumptions["reaction.churn_per_year"] = 0.0  # whoever has ordered is still a customer
    model_inputs = client_inputs(client, value_of(client))
    assert model_inputs.segment_customers() == {"A": 3, "B": 6, "C": 21}
    assert model_inputs.orders_per_year == pytest.approx(300 / (731 / 365.25))
    assert model_inputs.customers["value_factor"].to_numpy() == pytest.approx(
        np.ones(30)
    )  # every customer buys all classes


def test_model_inputs_hold_the_posts_on_board_at_the_end():
    client = made_client()
    slots = client_inputs(client, value_of(client)).slots
    assert slots["fte"].tolist() == [1.0, 1.0, 0.5, 1.0, 1.0]  # the leaver is gone, an unknown share is a full post
    assert slots["age_years"].tolist()[:3] == [60.0, 44.0, 34.0] and np.isnan(slots["age_years"].iloc[3])
    assert slots["cost_amount"].iloc[2] == pytest.approx(threshold("assumption.cost_per_fte_amount") / 2)


def test_no_posts_cost_is_one_persons_salary_and_the_total_stays():
    staff = people().assign(cost_amount=[91_000.0, 55_000.0, 40_000.0, 72_000.0, 120_000.0, 60_000.0])
    client = made_client(employees=staff)
    slots = client_inputs(client, value_of(client)).slots
    assert slots["cost_amount"].sum() == pytest.approx(91_000 + 55_000 + 40_000 + 72_000 + 120_000)
    assert (slots["cost_amount"] / slots["fte"]).to_numpy() == pytest.approx([378_000 / 4.5] * 5)


def test_won_opportunities_are_not_counted_twice():
    table = orders()
    table["opportunity_id"] = [f"O{n}" if n < 60 else pd.NA for n in range(len(table))]
    client = made_client(orders=table)
    assert client_inputs(client, value_of(client)).orders_per_year == pytest.approx(0.8 * 300 / (731 / 365.25))


def test_a_customer_with_few_dear_orders_is_drawn_towards_the_others():
    table = orders()
    rng = np.random.default_rng(1)
    table["value_amount"] = table["value_amount"] * rng.lognormal(0, 0.5, len(table))
    single = table.iloc[[0]].assign(customer_id="K99", order_id="X", value_amount=50_000.0)
    client = made_client(orders=pd.concat([table, single], ignore_index=True))
    client.config.assumptions["reaction.churn_per_year"] = 0.0
    model_inputs = client_inputs(client, value_of(client))
    raw = 50_000.0 / client.table("orders").loc[lambda t: t["order_class"] == "standard", "value_amount"].mean()
    assert 1 < model_inputs.customers["value_factor"].max() < raw
    assert model_inputs.segment_customers()["C"] == 22


def test_orders_tell_shares_values_contributions_and_promises():
    parameter_set = measured()
    assert [parameter_set.value(f"orders.{name}.share") for name in CLASSES] == pytest.approx([1 / 3] * 3)
    assert [parameter_set.value(f"orders.{name}.value_amount") for name in CLASSES] == pytest.approx([1000, 2000, 4000])
    assert [parameter_set.value(f"orders.{name}.contribution_share") for name in CLASSES] == pytest.approx(
        [0.4, 0.3, 0.2]
    )
    bespoke = orders()[orders()["order_class"] == "bespoke"]
    worked = working_days_between(bespoke["ordered_on"], bespoke["promised_on"], made_client()).mean()
    assert parameter_set.value("orders.bespoke.promised_days") == pytest.approx(worked)
    assert parameter_set.value("time.day_h") == 7.0
    for path in ("orders.bespoke.share", "orders.bespoke.value_amount", "orders.bespoke.promised_days"):
        assert parameter_set[path].provenance.kind == "measured"


def test_patience_stays_an_assumption_and_longer_than_the_promise():
    parameter_set = measured()
    for name in CLASSES:
        parameter = parameter_set[f"orders.{name}.patience_days"]
        assert parameter.provenance.kind == "assumption" and parameter.value > parameter_set.value(
            f"orders.{name}.promised_days"
        )


def test_demand_that_nobody_counts_is_scaled_with_the_orders_and_stays_an_assumption():
    parameter = measured()["service.requests_per_year"]
    assert parameter.provenance.kind == "assumption"
    assert parameter.value == pytest.approx(2400 * (300 / (731 / 365.25)) / 6000)


def test_a_class_with_few_orders_keeps_its_assumption():
    table = orders()
    rare = table[(table["order_class"] != "bespoke") | (table.index < 30)]
    parameter_set = measured(made_client(orders=rare))
    assert parameter_set["orders.bespoke.value_amount"].provenance.kind == "assumption"
    assert parameter_set["orders.standard.value_amount"].provenance.kind == "measured"


def test_orders_without_classes_keep_the_ratio_of_values_and_meet_the_mean():
    parameter_set = measured(made_client(orders=orders().drop(columns=["order_class"])))
    mean = sum(
        parameter_set.value(f"orders.{n}.share") * parameter_set.value(f"orders.{n}.value_amount") for n in CLASSES
    )
    assert mean == pytest.approx(7000 / 3)
    assert parameter_set["orders.standard.share"].provenance.kind == "assumption"


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.41, 0.6315, 0.9])
def test_the_win_rate_comes_back_from_the_logit(rate):
    parameter_set = load_defaults()
    base = base_logit(rate, parameter_set)
    rng = np.random.default_rng(1)
    number = 200_000
    spread = np.hypot(parameter_set.value("winning.quality_logit"), parameter_set.value("winning.ability_logit"))
    logit = base + spread * rng.standard_normal(number)
    logit += parameter_set.value("winning.access_logit") * (
        rng.random(number) < parameter_set.value("winning.flag_share")
    )
    logit += parameter_set.value("winning.deadline_logit") * (
        rng.random(number) < parameter_set.value("winning.flag_share")
    )
    assert float((1 / (1 + np.exp(-logit))).mean()) == pytest.approx(rate, abs=0.003)


def test_estimates_by_role_make_the_models_hours_equal_the_stated_ones():
    client = made_client()
    parameter_set = measured(client, time_use(SHARES, 1.0, source="estimates"))
    model_inputs = client_inputs(client, value_of(client))
    worked, expected = worked_hours(model_inputs, parameter_set), expected_hours(model_inputs, parameter_set)
    for activity in ("selling", "care", "service", "preparation", "travel", "coordination"):
        assert expected[activity] / worked == pytest.approx(SHARES[activity], rel=1e-6), activity
    days = present_hours(model_inputs, parameter_set) / parameter_set.value("time.day_h")
    assert parameter_set.value("blocked.meetings_h") * days / worked == pytest.approx(SHARES["prioritisation"])
    administration = parameter_set.value("blocked.administration_h") * days + expected["administration"]
    assert administration / worked == pytest.approx(SHARES["administration"])
    parameter = parameter_set["orders.bespoke.coordination_h"]
    assert parameter.provenance.kind == "workshop"
    assert parameter.provenance.interval is not None and parameter.provenance.interval.low == pytest.approx(
        parameter.value * 0.9
    )


def test_an_activity_that_is_not_shown_keeps_its_assumption():
    shares = {name: share for name, share in SHARES.items() if name != "travel"}
    parameter_set = measured(made_client(), time_use(shares, 1.0, source="estimates"))
    assert parameter_set["opportunities.travel_h"].provenance.kind == "assumption"


def log(contacts_each: int = 30) -> pd.DataFrame:
    """Per order of a class 1/2/6 h of coordination, 0.5 h of administration, 0.25 h of service; contacts with A."""
    table = orders()
    coordination = table["order_class"].map({"standard": 1.0, "configured": 2.0, "bespoke": 6.0})
    parts = [
        pd.DataFrame(
            {"case_id": table["order_id"], "customer_id": table["customer_id"], "activity": name, "hours": hours}
        )
        for name, hours in (("coordination", coordination), ("administration", 0.5), ("service", 0.25))
    ]
    contacts = pd.DataFrame(
        {"case_id": pd.NA, "customer_id": ["K0", "K1", "K2"] * contacts_each, "activity": "care", "hours": 1.5}
    )
    meetings = pd.DataFrame({"case_id": pd.NA, "customer_id": pd.NA, "activity": ["prioritisation"], "hours": [500.0]})
    return pd.concat([*parts, contacts, meetings], ignore_index=True)


def logged(contacts_each: int = 30):
    """A log that holds the entry of every order, of six people who together are 0.6 of a post."""
    table = log(contacts_each)
    client = made_client(activities=table, employees=people().assign(fte=0.12))
    model_inputs = client_inputs(client, value_of(client))
    hours = float(table["hours"].sum())
    return model_inputs, measured(client, time_use((table.groupby("activity")["hours"].sum() / hours).to_dict(), hours))


def test_a_log_tells_effort_per_order_of_each_class():
    model_inputs, parameter_set = logged()
    assert parameter_set["load.utilisation"].provenance.kind == "measured"
    assert parameter_set.value("orders.bespoke.entry_h") == pytest.approx(0.5, rel=0.1)
    hours = expected_hours(model_inputs, parameter_set)["coordination"]
    assert hours == pytest.approx(900 / (731 / 365.25), rel=0.1)  # 100 orders each of 1, 2 and 6 h
    per_round = [parameter_set.value(f"orders.{name}.coordination_h") for name in CLASSES]
    assert per_round[0] < per_round[2] and parameter_set.value("orders.standard.partners") == 1


def test_a_log_tells_contacts_and_their_length_by_segment():
    _, parameter_set = logged()
    received = 30 / (731 / 365.25)  # the log holds the entry of every order, so it was kept whole
    parameter = parameter_set["care.A.contacts_per_year"]
    assert parameter.value == pytest.approx(received, rel=0.005)
    need = parameter_set["care.A.needed_contacts_per_year"]  # three customers have no best quarter: the assumed ratio
    assert need.value / parameter.value == pytest.approx(13.3 / 12) and need.provenance.kind == "assumption"
    assert parameter.provenance.interval is not None and parameter.provenance.interval.low < parameter.value
    assert parameter_set["care.B.contacts_per_year"].provenance.kind == "assumption"


def test_activities_that_nobody_wrote_down_are_absent_and_not_nothing():
    table = log()
    client = made_client(activities=table, employees=people().assign(fte=0.12))
    hours = float(table["hours"].sum())
    shares = dict.fromkeys(ACTIVITIES, 0.0) | (table.groupby("activity")["hours"].sum() / hours).to_dict()
    use = time_use(shares, hours)
    defaults, parameter_set = load_defaults(), measured(client, use)
    absent = ("care.A.travel_h", "care.A.preparation_h", "opportunities.travel_h", "blocked.development_h")
    for path in absent:
        provenance = parameter_set[path].provenance
        assert provenance.kind == "assumption" and parameter_set.value(path) > 0
        assert (
            "does not occur in the log" in provenance.source and "kommt die Tätigkeit nicht vor" in provenance.source_de
        )
    assert parameter_set.value("blocked.development_h") == defaults.value("blocked.development_h")
    assert parameter_set["blocked.meetings_h"].provenance.kind == "measured"
    told = parameter_table(parameter_set, measured=True)
    assert not set(absent) & set(told["path"])
    model_inputs = client_inputs(client, value_of(client))
    load = sum(expected_hours(model_inputs, parameter_set).values()) / available_hours(model_inputs, parameter_set)
    assert load == pytest.approx(parameter_set.value("load.utilisation"))


def test_shares_of_a_log_are_those_of_its_own_activities():
    table = log()
    client = made_client(activities=table, employees=people().assign(fte=0.12))
    hours = float(table["hours"].sum())
    known = (table.groupby("activity")["hours"].sum() / hours).to_dict()
    use = time_use(dict.fromkeys(ACTIVITIES, 0.0) | known, hours)
    model_inputs, parameter_set = client_inputs(client, value_of(client)), measured(client, use)
    part = share_in_log(use, model_inputs, parameter_set)
    expected = expected_hours(model_inputs, parameter_set)
    of_all = expected["coordination"] / worked_hours(model_inputs, parameter_set)
    assert 0.3 < part < 1
    assert of_all < 0.8 * known["coordination"]
    assert of_all / part == pytest.approx(known["coordination"], rel=0.08)


def test_a_value_drawn_to_the_limit_of_its_parameter_says_so():
    _, parameter_set = logged(contacts_each=140)
    contacts = parameter_set["care.A.contacts_per_year"]
    assert contacts.value == contacts.maximum
    assert "upper limit" in contacts.provenance.source and "Obergrenze" in contacts.provenance.source_de


def test_a_parameter_whose_ratio_to_others_is_assumed_is_measured_in_part_only():
    _, parameter_set = logged()
    assert parameter_set["service.answer_h"].provenance.kind == "partly"
    assert parameter_set["orders.bespoke.coordination_h"].provenance.kind == "measured"
    found = parameter_table(parameter_set, measured=True).set_index("path")
    assert found.loc["service.answer_h", "kind_de"] == "teilweise gemessen"
    text = how_much_is_measured(parameter_set, BilingualNumbers())
    kinds = Counter(parameter.provenance.kind for parameter in parameter_set.values())
    assert f"{kinds['measured']} were measured in your company, {kinds['partly']} were measured in part" in text.en


def test_every_source_of_a_number_is_reported_in_german_too():
    english = re.compile(r"\b(the|of|by|per|with|hours|orders|activities|calendar|assumed|ratio|months|from)\b")
    for _, parameter_set in (logged(), (None, measured())):
        for parameter in parameter_set.values():
            origin = parameter.provenance.origin
            assert not english.search(origin.de), origin.de
            assert "Stunden" not in origin.en and "Aufträge" not in origin.en


def test_numbers_in_sources_are_written_as_the_reader_expects():
    parameter_set = measured()
    orders_of_a_class = parameter_set["orders.bespoke.value_amount"].provenance.origin
    assert (orders_of_a_class.de, orders_of_a_class.en) == ("Aufträge (n = 100)", "orders (n = 100)")
    assert counted(ORDERS, 2198, BilingualNumbers()).de == "Aufträge (n = 2.198)"
    assert counted(ORDERS, 2198, BilingualNumbers(country="CH")).de == "Aufträge (n = 2’198)"
    scaled = parameter_set["service.requests_per_year"].provenance.origin
    assert "0,02" in scaled.de and "0.02" in scaled.en


def test_a_value_outside_its_plausible_range_is_not_shown_against_it():
    parameter_set = load_defaults()
    parameter = parameter_set["reaction.care_before_B"]
    other = parameter_set.patch({parameter.path: parameter.high + 0.1}, Provenance(kind="option"))
    row = parameter_table(other, measured=False).set_index("path").loc[parameter.path]
    assert np.isnan(row["low"]) and np.isnan(row["high"])


def test_measured_and_assumed_parameters_make_up_the_parameter_set():
    parameter_set = measured(made_client(), time_use(SHARES, 1.0, source="estimates"))
    found, assumed = parameter_table(parameter_set, measured=True), parameter_table(parameter_set, measured=False)
    assert sorted([*found["path"], *assumed["path"]]) == sorted(parameter_set)
    assert set(found["kind"]) == {"measured", "workshop"} and "measured" not in set(assumed["kind"])


def test_only_what_the_tables_tell_is_changed():
    client, defaults = made_client(), load_defaults()
    parameter_set = measured_parameters(client, None, value_of(client), defaults)
    assert (
        parameter_set.value("orders.bespoke.value_amount") == 4000.0
        and parameter_set["effort.cv"] == defaults["effort.cv"]
    )


def test_few_leavers_are_not_made_a_rate():
    assert measured(made_client(employees=people()))["staff.quit_per_year"].provenance.kind == "published"


def test_nothing_measured_leaves_its_allowed_range():
    table = orders().assign(promised_on=lambda t: t["ordered_on"] + pd.Timedelta(days=3000))
    parameter_set = measured(made_client(orders=table))
    assert all(parameter.minimum <= parameter.value <= parameter.maximum for parameter in parameter_set.values())


def test_a_staff_under_the_minimum_group_is_not_simulated(tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text("id;fte\n" + "\n".join(f"{n};1,0" for n in range(4)), encoding="utf-8")
    (tmp_path / "orders.csv").write_text(
        "nr;kunde;datum;wert\n" + "\n".join(f"{n};K{n % 7};2026-03-0{n % 9 + 1};{n + 1},50" for n in range(40)),
        encoding="utf-8",
    )
    (tmp_path / "client.yaml").write_text(
        f"client: {tmp_path.name}\nname: Klein GmbH\ncountry: DE\ncurrency: EUR\nlanguage: de\ntables:\n"
        "  employees: {file: staff.csv, columns: {employee_id: id, fte: fte}}\n"
        "  orders: {file: orders.csv, columns: {order_id: nr, customer_id: kunde, ordered_on: datum, value_amount: wert}}\n",
        encoding="utf-8",
    )

    left_out = what_is_missing(load_client(tmp_path))

    assert left_out is not None
    assert "4 people" in left_out.reason.to("en")
    assert "4 Personen" in left_out.reason.to("de")


def test_the_promise_is_the_one_that_as_many_orders_miss_as_have_missed_their_own():
    """Every second order is harder, promised and delivered later; one of five comes two weeks after its promise."""
    table = orders()
    hard, late = np.arange(len(table)) % 2 == 0, np.arange(len(table)) % 5 == 0
    days = np.where(hard, 28, 14)
    table["promised_on"] = table["ordered_on"] + pd.to_timedelta(days, unit="D")
    table["delivered_on"] = table["promised_on"] + pd.to_timedelta(np.where(late, 14, -3), unit="D")
    client = made_client(orders=table)
    promise = demand_override(client, load_defaults())["orders.bespoke.promised_days"][0]
    mine = table[table["order_class"] == "bespoke"]
    lead = working_days_between(mine["ordered_on"], mine["delivered_on"], client)
    share = (mine["delivered_on"] > mine["promised_on"]).mean()
    assert (lead > promise + 0.5).mean() <= share <= (lead > promise - 0.5).mean()


@pytest.mark.parametrize(
    ("promise_days", "load", "years"),
    [(50, 0.6, None), (100, 0.6, 0.8), (50, 0.9, 1.0), (150, 0.9, 1.2), (150, 0.6, 1.2)],
)
def test_the_warm_up_lasts_until_orders_can_be_late_and_queues_are_full(promise_days, load, years):
    parameters = load_defaults().patch(
        {"time.days_per_year": 250.0, "load.utilisation": load}, Provenance(kind="measured")
    )
    parameters = parameters.patch({"orders.bespoke.promised_days": promise_days}, Provenance(kind="measured"))

    found = warm_up_override(parameters)

    assert found == {} if years is None else found["time.warm_up_years"][0] == pytest.approx(years)


def test_an_assumed_promise_does_not_lengthen_the_warm_up():
    parameters = load_defaults().patch(
        {"orders.bespoke.promised_days": 200, "load.utilisation": 0.5}, Provenance(kind="option")
    )

    assert warm_up_override(parameters) == {}
