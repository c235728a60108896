"""Controlling of inputs: plan, limits, alarms, misallocation, lead and lag, and what is withheld."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.errors import ConfigError
from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.intake.client import ClientData
from simkit.intake.settings.customer_settings import ServiceLevels
from simkit.value.controlling.plan_and_actual import (
    NO_LOG,
    Controlling,
    contact_dispersion,
    controlling,
    count_limits,
    hour_limits,
    misallocation,
)
from simkit.value.customers.contact_log import input_log, shown_months
from simkit.value.customers.customer_value import customer_value

MakeClient = Callable[..., ClientData]
MONTHS = pd.period_range("2024-01", "2024-12", freq="M")


def orders() -> pd.DataFrame:
    """Return orders of ten customers, the first ten times the others."""
    rows = [
        {
            "order_id": f"{customer}-{month}",
            "customer_id": f"K{customer}",
            "ordered_on": month.start_time,
            "value_amount": 1000.0 if customer == 0 else 100.0,
        }
        for customer in range(10)
        for month in MONTHS
    ]
    return pd.DataFrame(rows)


def log(people: int = 6, hours: Callable[[int, int], float] = lambda customer, month: 1.0) -> pd.DataFrame:
    """Return one contact of each person with each customer on the first and the last day of every month."""
    rows = [
        {
            "employee_id": f"P{person:02d}",
            "customer_id": f"K{customer}",
            "started_at": day + pd.Timedelta(hours=9),
            "hours": hours(customer, number),
            "activity": "care",
        }
        for number, month in enumerate(MONTHS)
        for day in (month.start_time, month.end_time.normalize())
        for customer in range(10)
        for person in range(people)
    ]
    return pd.DataFrame(rows)


def controlled(client: ClientData) -> Controlling | Text:
    return controlling(client, customer_value(client, draws=20), draws=200)


def with_plan(client: ClientData, **contacts: float) -> ClientData:
    config = client.config
    plan = config.controlling.model_copy(update={"contacts_per_year": contacts})
    return replace(client, config=config.model_copy(update={"controlling": plan}))


def test_without_a_plan_the_share_of_value_stands_in_and_the_neglected_class_sounds_the_alarm(
    make_client: MakeClient,
) -> None:
    found = controlled(make_client(orders=orders(), activities=log()))

    assert isinstance(found, Controlling)
    assert found.contacts_plan == "value_share"
    hours = found.months[found.months["measure"] == "hours_h"]
    assert hours.groupby("month")["planned"].sum().to_numpy() == pytest.approx(hours.groupby("month")["actual"].sum())
    assert set(hours.loc[hours["segment"] == "A", "alarm"]) == {"below"}  # a tenth of the hours for half of the value
    assert found.misallocation.value == pytest.approx(1000 / 1900 - 0.1)
    a = found.compliance.set_index(["segment", "measure"]).loc[("A", "hours_h")]
    assert (a["cells"], a["within"]) == (12, 0)


def test_a_stated_plan_that_is_kept_raises_no_alarm(make_client: MakeClient) -> None:
    client = with_plan(make_client(orders=orders(), activities=log()), A=144.0, B=144.0, C=144.0)
    found = controlled(client)

    assert isinstance(found, Controlling)
    assert found.contacts_plan == "stated"
    contacts = found.months[found.months["measure"] == "contacts"]
    assert contacts["planned"].to_numpy() == pytest.approx(contacts["actual"])
    assert (contacts["alarm"] == "").all()


def test_service_levels_are_a_plan_too(make_client: MakeClient) -> None:
    client = make_client(orders=orders(), activities=log())
    levels = ServiceLevels.model_validate({"segments": {name: {"contacts_per_year": 12} for name in "ABC"}})
    found = controlled(replace(client, config=client.config.model_copy(update={"service_levels": levels})))

    assert isinstance(found, Controlling)
    contacts = found.months[(found.months["measure"] == "contacts") & (found.months["segment"] == "A")]
    assert found.contacts_plan == "stated"
    assert contacts["planned"].to_numpy() == pytest.approx(1.0)  # one customer, twelve contacts per year
    assert set(contacts["alarm"]) == {"above"}


def test_a_plan_for_an_unknown_class_is_an_error_that_names_the_nearest(make_client: MakeClient) -> None:
    with pytest.raises(ConfigError, match=r"(?s)unknown class 'a'.*contacts_per_year\.a.*'A'"):
        controlled(with_plan(make_client(orders=orders(), activities=log()), a=12.0))


def test_without_a_log_or_with_too_few_people_the_reason_is_reported(make_client: MakeClient) -> None:
    assert controlled(make_client(orders=orders())) == Missing(reason=NO_LOG)
    few = controlled(make_client(orders=orders(), activities=log(people=4)))
    assert isinstance(few, Missing) and "0 whole months" in few.reason.en


def test_customers_of_no_known_group_are_no_group(make_client: MakeClient) -> None:
    industry = ["steel"] * 4 + ["food"] * 4 + [None] * 2
    customers = pd.DataFrame({"customer_id": [f"K{n}" for n in range(10)], "industry": industry})
    found = controlled(make_client(orders=orders(), activities=log(), customers=customers))

    assert isinstance(found, Controlling)
    groups = found.by_group.set_index("group")
    assert groups["customers"].to_dict() == {"food": 4, "steel": 4} and found.without_group == 2
    assert groups["value_share"].sum() == pytest.approx(1) and groups["hours_share"].sum() == pytest.approx(1)


def test_a_month_of_few_people_is_left_out_with_another_so_that_it_cannot_be_subtracted(
    make_client: MakeClient,
) -> None:
    entries = log()
    first = entries["started_at"].dt.month == 3
    entries = entries[~first | (entries["employee_id"] < "P03")]
    rows = input_log(make_client(activities=entries))
    shown = shown_months(rows, pd.Series("all", index=rows.index), 5)

    assert pd.Period("2024-03") not in shown
    assert len(shown) == 10
    away = rows[~rows["month"].isin(shown)]
    assert away["employee_id"].nunique() >= 5


def test_a_log_that_names_nobody_hides_no_month(make_client: MakeClient) -> None:
    rows = input_log(make_client(activities=log(people=1).assign(employee_id=None)))

    assert len(shown_months(rows, pd.Series("all", index=rows.index), 5)) == 12


def test_a_month_that_the_log_leaves_halfway_is_no_month(make_client: MakeClient) -> None:
    entries = log()
    rows = input_log(make_client(activities=entries[entries["started_at"] < "2024-12-15"]))

    assert sorted(rows.loc[~rows["whole"], "month"].unique()) == [pd.Period("2024-12")]


def test_counts_that_vary_like_poisson_leave_the_limits_as_rarely_as_promised() -> None:
    random = stream(5, -1, "tests.limits")
    planned = pd.DataFrame(np.full((12, 3), 20.0), columns=list("ABC"))
    low, high = count_limits(planned, 1.0)
    drawn = random.poisson(20, (2000, 12, 3))
    outside = ((drawn < low.to_numpy()) | (drawn > high.to_numpy())).any(axis=(1, 2)).mean()

    assert 0.005 < outside <= 0.065


def test_dispersion_is_one_for_poisson_counts_and_more_for_lumpy_ones() -> None:
    random = stream(6, -1, "tests.dispersion")
    plain = pd.DataFrame(random.poisson(30, (200, 3)), columns=list("ABC"))
    lumpy = pd.DataFrame(4 * random.poisson(8, (200, 3)), columns=list("ABC"))

    assert contact_dispersion(plain) == pytest.approx(1, abs=0.2)
    assert contact_dispersion(lumpy) == pytest.approx(4, abs=0.6)


def test_limits_of_hours_follow_the_plan_and_the_moving_range() -> None:
    actual = pd.DataFrame({"A": [90.0, 110.0, 90.0, 110.0], "B": [0.0, 0.0, 0.0, 0.0]})
    planned = pd.DataFrame({"A": [100.0] * 4, "B": [0.0] * 4})
    low, high = hour_limits(actual, planned)

    reach = 100 * 0.2 / 1.128 * 2.7344  # eight cells: 0.3125 % in each tail
    assert high["A"].tolist() == pytest.approx([100 + reach] * 4, rel=1e-3)
    assert low["A"].tolist() == pytest.approx([100 - reach] * 4, rel=1e-2)
    assert high["B"].tolist() == [0.0] * 4


def test_misallocation_is_nothing_in_line_and_one_when_all_hours_go_where_nothing_is() -> None:
    groups = pd.Series(["A", "A", "B", "B"])
    line = pd.DataFrame({"hours_h": [1.0, 1.0, 2.0, 2.0], "value_amount": [10.0, 10.0, 20.0, 20.0]})
    apart = pd.DataFrame({"hours_h": [1.0, 1.0, 0.0, 0.0], "value_amount": [0.0, 0.0, 20.0, 20.0]})

    assert misallocation(line, groups, draws=100).value == pytest.approx(0)
    assert misallocation(line, groups, draws=100).high == pytest.approx(0)
    assert misallocation(apart, groups, draws=100).value == pytest.approx(1)
