"""Controlling of inputs: plan, limits, alarms, misallocation, lead and lag, and what is withheld."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_workshop import made_workshop
from scipy.stats import binom, norm
from scipy.stats import t as student

from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Estimate
from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.intake.client import ClientData
from simkit.intake.settings.customer_settings import ServiceLevels
from simkit.intake.workshop.workshop_results import made_frame
from simkit.value.controlling import plan_and_actual
from simkit.value.controlling.control_limits import (
    count_limits,
    hour_limits,
    month_to_month,
    own_share,
    reach_in_errors,
    size_of_entry,
    steady_deviation,
)
from simkit.value.controlling.plan_and_actual import NO_LOG, Controlling, controlling, misallocation
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


def with_workshop(client: ClientData, people: int, **contacts: float) -> ClientData:
    rows = [
        {"participant": f"T{n}", "segment": name, "contacts_per_year": number}
        for n in range(people)
        for name, number in contacts.items()
    ]
    return replace(client, workshop=made_workshop(services=made_frame("services", rows)))


def test_contacts_agreed_in_a_workshop_are_the_plan_before_what_client_yaml_states(make_client: MakeClient) -> None:
    client = with_plan(make_client(orders=orders(), activities=log()), A=24.0, B=24.0, C=24.0)
    found = controlled(with_workshop(client, 6, A=144.0))

    assert isinstance(found, Controlling)
    assert found.plan.to_numpy().tolist() == [["A", 144.0, "workshop"], ["C", 24.0, "controlling"]]
    contacts = found.months[(found.months["measure"] == "contacts") & (found.months["segment"] == "A")]
    assert contacts["planned"].to_numpy() == pytest.approx(12.0)  # one customer, 144 contacts a year
    few = controlled(with_workshop(client, 4, A=144.0))  # of so few people nothing is shown
    assert isinstance(few, Controlling)
    assert set(few.plan["source"]) == {"controlling"}


def test_a_plan_of_some_classes_is_no_plan_of_all_but_is_told(make_client: MakeClient) -> None:
    found = controlled(with_workshop(make_client(orders=orders(), activities=log()), 6, A=144.0))

    assert isinstance(found, Controlling)
    assert found.contacts_plan == "value_share"
    assert found.plan["segment"].tolist() == ["A"]


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


def test_months_that_are_not_shown_count_in_every_ratio_and_count(make_client: MakeClient) -> None:
    entries = log(people=8, hours=lambda customer, month: 8.0 if customer == 0 and month % 4 == 0 else 1.0)
    busy = entries["started_at"].dt.month.isin([1, 2, 3, 5, 6, 9, 12])  # three people serve A in the other months
    entries = entries[busy | (entries["customer_id"] != "K0") | (entries["employee_id"] < "P03")]
    found = controlled(make_client(orders=orders(), activities=entries))

    assert isinstance(found, Controlling)
    drawn = set(found.months["month"])
    assert found.withheld and len(drawn) + found.withheld == 12
    assert set(found.compliance["cells"]) == {12}
    hours = entries.groupby(entries["customer_id"] == "K0")["hours"].sum()
    ratio = found.steady.set_index(["segment", "measure"]).at[("A", "hours_h"), "ratio"]
    assert ratio == pytest.approx(hours[True] / hours.sum() / (1000 / 1900))
    only = found.months[(found.months["measure"] == "hours_h") & (found.months["segment"] == "A")]
    assert only["actual"].sum() / only["planned"].sum() > 1.2 * ratio


def test_contacts_of_a_log_with_gaps_are_held_against_a_plan_of_all_on_one_scale(make_client: MakeClient) -> None:
    whole = with_plan(make_client(orders=orders(), activities=log()), A=120.0, C=144.0)
    entries = log()
    kept = entries[stream(8, -1, "tests.gaps").random(len(entries)) < 0.5]
    gaps = with_plan(make_client(orders=orders(), activities=kept), A=120.0, C=144.0)
    half = Estimate(value=0.5, low=0.45, high=0.55)
    all_of_it, scaled, unknown = (
        controlling(client, customer_value(client, draws=20), logged=logged, draws=20)
        for client, logged in ((whole, None), (gaps, half), (gaps, None))
    )
    assert isinstance(all_of_it, Controlling) and isinstance(scaled, Controlling) and isinstance(unknown, Controlling)

    def contacts(found: Controlling) -> pd.DataFrame:
        return found.steady[found.steady["measure"] == "contacts"].set_index("segment")

    assert contacts(scaled)["ratio"].to_numpy() == pytest.approx(contacts(all_of_it)["ratio"], rel=0.1)
    assert contacts(scaled).at["A", "low"] < 1.2 < contacts(scaled).at["A", "high"]
    reach = contacts(scaled)["high"] / contacts(scaled)["ratio"]
    assert (reach > 0.5 / 0.45).all()
    assert (scaled.contacts_scale, unknown.contacts_scale, scaled.logged_share) == ("all", "unknown", half)
    monthly = scaled.months[scaled.months["measure"] == "contacts"].groupby("segment")[["actual", "planned"]].mean()
    assert monthly["planned"].tolist() == pytest.approx([10.0, 108.0])
    assert monthly.at["C", "actual"] == pytest.approx(108.0, rel=0.1)
    assert contacts(unknown)["high"].tolist() == [np.inf, np.inf]
    assert not (unknown.months.loc[unknown.months["measure"] == "contacts", "alarm"] == "below").any()


def test_a_log_that_names_nobody_hides_no_month(make_client: MakeClient) -> None:
    rows = input_log(make_client(activities=log(people=1).assign(employee_id=None)))

    assert len(shown_months(rows, pd.Series("all", index=rows.index), 5)) == 12


def test_a_month_that_the_log_leaves_halfway_is_no_month(make_client: MakeClient) -> None:
    entries = log()
    rows = input_log(make_client(activities=entries[entries["started_at"] < "2024-12-15"]))

    assert sorted(rows.loc[~rows["whole"], "month"].unique()) == [pd.Period("2024-12")]


def table_of(months: int, columns: str = "ABC", level: float | list[float] = 1.0) -> pd.DataFrame:
    index = pd.period_range("2022-01", periods=months, freq="M")
    return pd.DataFrame(np.full((months, len(columns)), level), index, list(columns))


@pytest.mark.parametrize("own", [0.0, 0.1])
@pytest.mark.parametrize("months", [12, 24, 48])
def test_counts_in_line_with_the_plan_leave_the_limits_as_rarely_as_promised(months: int, own: float) -> None:
    random = stream(5, months, f"tests.limits.{own}")
    planned = table_of(months, level=[30.0, 100.0, 300.0])
    outside = 0
    for _ in range(200):
        shape = random.gamma(1 / own**2, own**2, planned.shape) if own else 1.0
        actual = pd.DataFrame(random.poisson(planned * shape), planned.index, planned.columns)
        noise = month_to_month(actual, planned)
        low, high = count_limits(planned, own_share(actual, noise), noise.freedom)
        outside += bool(((actual < low) | (actual > high)).to_numpy().any())
    assert outside <= binom.isf(0.001, 200, 0.1)  # the own part is estimated beside Poisson's: up to 9 % in two years


@pytest.mark.parametrize("level", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("spike", [1.0, 3.0])
@pytest.mark.parametrize("months", [24, 48])
def test_neither_a_steady_deviation_nor_a_season_widens_the_limits(level: float, spike: float, months: int) -> None:
    random = stream(6, months, f"tests.steady.{level}.{spike}")
    planned = table_of(months, level=500.0)
    month = pd.PeriodIndex(planned.index).month.to_numpy()[:, None]
    usual = planned * level * np.where(month == 11, spike, 1.0)
    counts = pd.DataFrame(random.poisson(usual * random.gamma(400, 1 / 400, usual.shape)), usual.index, usual.columns)
    noise = month_to_month(counts, planned)
    low, high = count_limits(planned, own_share(counts, noise), noise.freedom)
    reach = ((high - low) / 2 / planned).to_numpy().mean()
    assert reach < 0.5  # one month in eleven has three times as many: 3.4 times the naive spread is 1.9
    entry = pd.Series(2.0, index=planned.columns)  # two hours a contact
    own = own_share(2 * counts, month_to_month(2 * counts, 2 * planned), entry)
    hours_low, hours_high = hour_limits(2 * planned, own, noise.freedom, entry)
    assert ((hours_high - hours_low) / 4 / planned).to_numpy().mean() == pytest.approx(reach, rel=0.05)


def test_a_deviation_of_all_months_is_told_with_an_interval_and_chance_is_not() -> None:
    random = stream(7, -1, "tests.steady.told")
    planned = table_of(24, level=[50.0, 200.0, 400.0])
    actual = pd.DataFrame(random.poisson(planned * [7.0, 0.85, 1.0]), planned.index, planned.columns)
    told = steady_deviation(actual, planned).set_index("segment")
    assert told["ratio"].tolist() == pytest.approx([7.0, 0.85, 1.0], rel=0.05)
    assert told.at["A", "low"] > 6.5
    assert told.at["B", "high"] < 0.95
    assert told.at["C", "low"] < 1 < told.at["C", "high"]
    nothing = steady_deviation(actual, planned.assign(B=0.0)).set_index("segment")
    assert nothing.loc["B"].isna().all()


def test_intervals_of_the_deviation_hold_for_all_classes_together() -> None:
    random = stream(7, -1, "tests.steady.cover")
    planned = table_of(24, level=[50.0, 200.0, 400.0])
    missed = 0
    for _ in range(400):
        told = steady_deviation(pd.DataFrame(random.poisson(planned), planned.index, planned.columns), planned)
        missed += bool(((told["low"] > 1) | (told["high"] < 1)).any())
    assert missed <= binom.isf(0.001, 400, 0.05)


def test_counts_have_no_variation_of_their_own_beyond_poisson_and_lumpy_ones_have() -> None:
    random = stream(6, -1, "tests.dispersion")
    planned = table_of(200, level=30.0)
    plain = pd.DataFrame(random.poisson(30, (200, 3)), planned.index, planned.columns)
    lumpy = pd.DataFrame(random.poisson(30 * random.gamma(25, 1 / 25, (200, 3))), planned.index, planned.columns)

    assert own_share(plain, month_to_month(plain, planned)).to_numpy() == pytest.approx([0, 0, 0], abs=0.1)
    assert own_share(lumpy, month_to_month(lumpy, planned)).to_numpy() == pytest.approx([0.2] * 3, abs=0.05)


def test_limits_of_hours_follow_the_plan_and_the_moving_range() -> None:
    actual = table_of(4, "AB", level=0.0).assign(A=[90.0, 110.0, 90.0, 110.0])
    planned = table_of(4, "AB", level=[100.0, 0.0])
    noise = month_to_month(actual, planned)
    none = pd.Series(0.0, index=planned.columns)
    low, high = hour_limits(planned, own_share(actual, noise, none), noise.freedom, none)

    assert noise.share.to_dict() == pytest.approx({"A": 0.2 / 1.128, "B": 0.0})
    assert noise.freedom == pytest.approx(0.62 * 3)
    reach = 100 * 0.2 / 1.128 * reach_in_errors(4, 2, 0.62 * 3)
    assert high["A"].tolist() == pytest.approx([100 + reach] * 4, rel=1e-3)
    assert low["A"].tolist() == pytest.approx([max(100 - reach, 0)] * 4, rel=1e-2)
    assert high["B"].tolist() == [0.0] * 4


def test_an_entry_stands_for_its_hours_weighted_by_themselves() -> None:
    size = size_of_entry(pd.Series([1.0, 1.0, 4.0, 0.0]), pd.Series(["A", "A", "A", "B"]))
    assert size.to_dict() == {"A": 3.0, "B": 0.0}


def test_many_months_with_a_well_known_spread_are_held_by_the_normal_maximum() -> None:
    assert reach_in_errors(24, 3, 1e6) == pytest.approx(norm.isf((1 - 0.95 ** (1 / 72)) / 2), rel=1e-3)
    assert reach_in_errors(1, 1, 10) == pytest.approx(student.isf(0.025, 10), rel=2e-3)


def test_misallocation_is_nothing_in_line_and_one_when_all_hours_go_where_nothing_is() -> None:
    groups = pd.Series(["A", "A", "B", "B"])
    line = pd.DataFrame({"hours_h": [1.0, 1.0, 2.0, 2.0], "value_amount": [10.0, 10.0, 20.0, 20.0]})
    apart = pd.DataFrame({"hours_h": [1.0, 1.0, 0.0, 0.0], "value_amount": [0.0, 0.0, 20.0, 20.0]})

    assert misallocation(line, groups, draws=100).value == pytest.approx(0)
    assert misallocation(line, groups, draws=100).high == pytest.approx(0)
    assert misallocation(apart, groups, draws=100).value == pytest.approx(1)


def test_a_credit_note_is_no_order_of_the_course(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[pd.Series] = []
    monkeypatch.setattr(
        plan_and_actual, "lead_lag", lambda contacts, orders: seen.append(orders) or Missing(reason=NO_LOG)
    )
    note = {"order_id": "G1", "customer_id": "K0", "ordered_on": pd.Timestamp("2024-05-20"), "value_amount": -50.0}
    controlled(make_client(orders=pd.concat([orders(), pd.DataFrame([note])], ignore_index=True), activities=log()))

    assert seen[0].tolist() == [10.0] * 12
