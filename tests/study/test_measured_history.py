"""Rounds, answer times, cycles, seasons, ramp-up and response: found where they are planted, kept assumed where thin."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_client import made_client, orders, people, value_of

from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measured.measured_demand import season_override, season_test
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.study.measured.measured_people import fitted_months, people_override
from simkit.study.measured.measured_rounds import cycle_override, mean_pauses, rounds_override
from simkit.study.measured.rates import LoggedShare
from simkit.value.service.response_history import order_panel, response_history

WHOLE = LoggedShare(share=1.0, spread=0.1, people=8.0, counted=True)
HALF = LoggedShare(share=0.5, spread=0.1, people=8.0, counted=True)


def coordination(each: int, every_days: int) -> pd.DataFrame:
    """Every order coordinated a number of times, a number of calendar days apart."""
    table = orders()
    rows = [
        (order, day + pd.Timedelta(days=turn * every_days, hours=9))
        for order, day in zip(table["order_id"], table["ordered_on"], strict=True)
        for turn in range(each)
    ]
    return pd.DataFrame(rows, columns=["case_id", "started_at"]).assign(activity="coordination", hours=1.0)


def rounds_of(partners: int, repeat_chance: float, logged: float = 1.0) -> pd.DataFrame:
    """So many partners asked by every order, each again at a chance; a share of the rounds written down."""
    draw, table = np.random.default_rng(5), pd.concat([orders()] * 4, ignore_index=True)
    table["order_id"] = [f"A{n}" for n in range(len(table))]
    rounds = partners + draw.negative_binomial(partners, 1 - repeat_chance, len(table))
    rows = [
        (order, day + pd.Timedelta(days=int(turn), hours=9))
        for order, day, number in zip(table["order_id"], table["ordered_on"], rounds, strict=True)
        for turn in range(number)
        if draw.random() < logged
    ]
    log = pd.DataFrame(rows, columns=["case_id", "started_at"]).assign(activity="coordination", hours=1.0)
    return rounds_override(made_client(orders=table, activities=log), load_defaults(), LoggedShare(
        share=logged, spread=0.1, people=8.0, counted=True))  # fmt: skip


@pytest.mark.parametrize("logged", [1.0, 0.7])
@pytest.mark.parametrize(("partners", "repeat_chance"), [(1, 0.5), (2, 0.1), (3, 0.3)])
def test_how_much_rounds_differ_tells_the_partners_and_their_number_the_chance_of_another(
    partners: int, repeat_chance: float, logged: float
) -> None:
    override = rounds_of(partners, repeat_chance, logged)
    assert override["orders.bespoke.partners"][0] == partners
    assert override["orders.bespoke.repeat_chance"][0] == pytest.approx(repeat_chance, abs=0.08)
    assert override["orders.bespoke.repeat_chance"][1].kind == "partly"


def test_rounds_that_never_differ_are_as_many_partners():
    override = rounds_override(made_client(activities=coordination(4, 7)), load_defaults(), WHOLE)
    assert override["orders.bespoke.partners"][0] == 4 and override["orders.bespoke.repeat_chance"][0] == 0


def test_the_time_between_entries_tells_the_partners_answer_time():
    override = rounds_override(made_client(activities=coordination(4, 7)), load_defaults(), WHOLE)
    hours = override["orders.bespoke.partner_delay_h"][0]
    assert hours == pytest.approx(5 * 7, rel=0.06)  # a week of five working days of seven hours, holidays apart
    assert override["chasing.first_after_h"][1].kind == "assumption"


def test_entries_that_were_not_written_down_are_made_up_for():
    override = rounds_override(made_client(activities=coordination(2, 14)), load_defaults(), HALF)
    assert override["orders.bespoke.partner_delay_h"][0] == pytest.approx(35, rel=0.06)


def test_fewer_entries_than_partners_mean_no_second_round():
    override = rounds_override(made_client(activities=coordination(1, 7)), load_defaults(), WHOLE)
    assert override["orders.bespoke.repeat_chance"][0] == 0.0
    assert "orders.bespoke.partner_delay_h" not in override


def deals(days: int, number: int = 40) -> pd.DataFrame:
    opened = pd.Timestamp("2023-03-01") + pd.to_timedelta(np.arange(number) * 9, unit="D")
    frame = {"opportunity_id": [f"O{n}" for n in range(number)], "stage": "lost", "opened_on": opened}
    return pd.DataFrame({**frame, "closed_on": opened + pd.Timedelta(days=days)})


def test_the_duration_of_deals_tells_the_pause_between_follow_ups():
    client, parameter_set = made_client(opportunities=deals(140)), load_defaults()
    value, provenance = cycle_override(client, parameter_set)["opportunities.follow_up_every_h"]
    office_h = 140 * client.calendar.working_days_per_year / 365.25 * 7
    assert value * mean_pauses(parameter_set) == pytest.approx(office_h, rel=0.03)  # some of it waits for partners
    assert provenance.kind == "partly" and provenance.interval is not None
    assert cycle_override(made_client(opportunities=deals(140, number=19)), parameter_set) == {}


def seasonal(strong: float, seed: int = 3) -> pd.DataFrame:
    """Orders of two years, more of them from January to March."""
    months = pd.period_range("2023-01", "2024-12", freq="M")
    draw = np.random.default_rng(seed)
    counts = [draw.poisson(60 * (strong if month.quarter == 1 else 1.0)) for month in months]
    days = np.repeat([month.start_time + pd.Timedelta(days=10) for month in months], counts)
    number = len(days)
    return pd.DataFrame(
        {
            "order_id": [f"A{n}" for n in range(number)], "customer_id": [f"K{n % 30}" for n in range(number)],
            "ordered_on": days, "value_amount": 1000.0, "order_class": "standard",
        }
    )  # fmt: skip


def test_a_strong_quarter_is_found_and_an_even_year_stays_even():
    override = season_override(
        made_client(orders=seasonal(1.5))
    )  # the period ends in December: the first quarter is the first
    level, provenance = override["demand.season_1"]
    assert level == pytest.approx(1.5 * 4 / 4.5, abs=0.12)
    assert provenance.kind == "measured" and provenance.interval is not None
    assert sum(entry[0] for entry in override.values()) == pytest.approx(4.0)
    assert season_override(made_client(orders=seasonal(1.0))) == {}


def test_less_than_two_years_tell_no_season():
    short = made_client(orders=seasonal(1.5))
    object.__setattr__(short, "last", pd.Timestamp("2024-11-30").date())
    assert season_test(short) is None


def newcomers(number: int, months: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Old hands with ten orders a month, newcomers whose orders rise from a fifth to ten within some months."""
    old = [(f"P{n}", "2015-01-01") for n in range(6)]
    new = [(f"N{n}", "2023-03-01") for n in range(number)]
    staff = pd.DataFrame([*old, *new], columns=["employee_id", "entry_on"]).assign(
        entry_on=lambda t: pd.to_datetime(t["entry_on"]), fte=1.0
    )
    rows = []
    for person, entry in zip(staff["employee_id"], staff["entry_on"], strict=True):
        start = max(entry, pd.Timestamp("2023-01-01"))
        for month in range(24):
            day = start + pd.Timedelta(days=round(30.44 * month) + 5)
            share = 1.0 if person[0] == "P" else min(1.0, 0.2 + 0.8 * (month + 0.5) / months)
            rows += [(person, day)] * round(10 * share) if day < pd.Timestamp("2024-12-31") else []
    table = pd.DataFrame(rows, columns=["employee_id", "ordered_on"])
    return staff, table.assign(
        order_id=range(len(table)), customer_id="K1", value_amount=1000.0, order_class="standard"
    )


def test_newcomers_tell_the_months_of_ramp_up_when_there_are_enough_of_them():
    staff, table = newcomers(6, months=9.0)
    value, provenance = people_override(made_client(employees=staff, orders=table), load_defaults())[
        "staff.ramp_months"
    ]
    assert value == pytest.approx(9.0, abs=1.0)
    assert provenance.interval is not None
    few, table = newcomers(4, months=9.0)
    assert people_override(made_client(employees=few, orders=table), load_defaults()) == {}


def test_the_ramp_up_is_the_best_line():
    months = np.arange(12) + 0.5
    output = pd.DataFrame({"month": months, "share": np.minimum(1.0, 0.2 + 0.8 * months / 5)})
    assert fitted_months(output, 0.2) == pytest.approx(5.0, abs=0.05)


def test_leavers_are_counted_without_agreed_retirements():
    staff = pd.concat([people()] * 3, ignore_index=True)
    staff["employee_id"] = [f"P{n}" for n in range(len(staff))]
    staff["left_on"] = pd.to_datetime(["2024-03-01"] * 6 + [None] * 12)
    quits = people_override(made_client(employees=staff), load_defaults())["staff.quit_per_year"][0]
    assert quits == pytest.approx(6 / (12 * 731 / 365.25))
    retired = staff.assign(retires_on=staff["left_on"])
    assert people_override(made_client(employees=retired), load_defaults()) == {}


def history(elasticity: float, customers: int = 200, seed: int = 5) -> dict[str, pd.DataFrame]:
    """Orders that follow the contacts of the quarter before, ten a quarter on average."""
    draw = np.random.default_rng(seed)
    quarters = pd.period_range("2023Q1", "2024Q4", freq="Q")
    contacts = draw.poisson(4, (customers, len(quarters)))
    rate = 10 * ((1 + contacts[:, :-1]) / 5) ** elasticity
    ordered = draw.poisson(rate)
    ids = np.array([f"K{n}" for n in range(customers)])
    middle = [quarter.start_time + pd.Timedelta(days=20) for quarter in quarters]
    care = [(ids[n], middle[q]) for n in range(customers) for q in range(len(quarters)) for _ in range(contacts[n, q])]
    placed = [
        (ids[n], middle[q + 1])
        for n in range(customers)
        for q in range(len(quarters) - 1)
        for _ in range(ordered[n, q])
    ]
    log = pd.DataFrame(care, columns=["customer_id", "started_at"]).assign(activity="care", hours=1.0)
    table = pd.DataFrame(placed, columns=["customer_id", "ordered_on"])
    return {
        "activities": log,
        "orders": table.assign(order_id=range(len(table)), value_amount=1.0, order_class="standard"),
    }


def test_a_response_in_the_history_is_found_with_an_interval_that_holds_it():
    client = made_client(**history(0.4))
    found = response_history(client)
    assert found is not None
    assert 0 < found.elasticity.low < 0.4 * 0.8 < found.elasticity.high  # 4 of 1 + 4 contacts


def test_the_quarters_that_the_response_rests_on_are_those_with_a_quarter_of_contacts_before_them():
    found = response_history(made_client(**history(0.4)))
    assert found is not None and found.quarters == 5  # of six whole quarters of the log, the first has none


def test_a_credit_note_is_no_order_that_a_contact_brought():
    made = history(0.4)
    credits = made["orders"].iloc[::3].assign(value_amount=-1.0, order_id=lambda t: [f"G{n}" for n in t["order_id"]])
    credited = {**made, "orders": pd.concat([made["orders"], credits], ignore_index=True)}
    assert response_history(made_client(**credited)) == response_history(made_client(**made))


def asked_for_history(client):
    client.config.response.from_history = True
    return client


@pytest.mark.parametrize("elasticity", [0.0, 0.4])
def test_a_history_does_not_take_the_place_of_the_assumption_by_itself(elasticity):
    client = made_client(**history(elasticity, seed=6))
    parameters = measured_parameters(client, None, value_of(client), load_defaults())
    assert parameters["reaction.elasticity"] == load_defaults()["reaction.elasticity"]


def test_a_line_in_client_yaml_adopts_what_the_history_shows():
    client = asked_for_history(made_client(**history(0.4, seed=6)))
    seen = response_history(client)
    parameter = measured_parameters(client, None, value_of(client), load_defaults())["reaction.elasticity"]
    assert seen is not None and parameter.value == seen.elasticity.value
    assert parameter.provenance.interval == seen.elasticity
    assert "response: from_history" in parameter.provenance.source
    assert "200 customers" in parameter.provenance.source


def test_a_history_that_cannot_be_told_from_nought_is_not_adopted_even_so():
    client = asked_for_history(made_client(**history(0.0, seed=6)))
    parameters = measured_parameters(client, None, value_of(client), load_defaults())
    assert parameters["reaction.elasticity"] == load_defaults()["reaction.elasticity"]


def test_a_handful_of_customers_tells_no_response():
    client = made_client(**history(0.4, customers=20))
    assert response_history(client) is None
    assert order_panel(made_client()) is None


def test_contacts_that_never_change_tell_no_response():
    made = history(0.4, customers=60)
    log = made["activities"].drop_duplicates(["customer_id", "started_at"])
    every = log["started_at"].unique()
    ids = log["customer_id"].unique()
    always = pd.DataFrame(
        [(customer, day) for customer in ids for day in every], columns=["customer_id", "started_at"]
    ).assign(activity="care", hours=1.0)
    assert response_history(made_client(**{**made, "activities": always})) is None


def test_quarters_before_the_log_begins_are_not_quarters_without_contacts():
    """Orders of 24 months; a log of 54 days tells of none, half a year of one beside the first."""
    customers = [f"K{n}" for n in range(30)]

    def contacts(first: str, last: str) -> pd.DataFrame:
        days = pd.date_range(first, last, freq="W-TUE")
        rows = [(customer, at) for at in days for customer in customers]
        return pd.DataFrame(rows, columns=["customer_id", "started_at"]).assign(activity="care", hours=1.0)

    short = made_client(activities=contacts("2024-03-02", "2024-04-24"))
    half = made_client(activities=contacts("2024-07-03", "2024-12-20"))
    whole = made_client(activities=contacts("2023-01-03", "2024-12-20"))

    assert order_panel(short) is None and response_history(short) is None
    assert sorted(order_panel(half)["quarter"].unique()) == [1]
    assert sorted(order_panel(whole)["quarter"].unique()) == [1, 2, 3, 4, 5, 6, 7]
