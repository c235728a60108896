"""Contract customers by survival, project customers by their pipeline."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.random_streams import stream
from simkit.value.lifetime.contracts import contract_customers, survival_of
from simkit.value.lifetime.histories import purchase_days
from simkit.value.lifetime.kinds import LifetimeRules
from simkit.value.lifetime.projects import deal_rules, deals_of, expected_wins, project_customers

PERIOD = (pd.Timestamp("2022-01-01"), pd.Timestamp("2025-12-31"))
RULES = LifetimeRules(horizon_years=3, discount_rate=0.0)


def contracts(number: int, yearly_hazard: float, seed: int = 1) -> pd.DataFrame:
    """Return contracts of constant hazard that began before or in the period; ended ones of before are not known."""
    random = stream(seed, -1, "tests.contracts")
    start = PERIOD[0] + pd.to_timedelta(np.floor(random.uniform(-2000, 1000, number)), unit="D")
    end = start + pd.to_timedelta(np.ceil(random.exponential(365.25 / yearly_hazard, number)), unit="D")
    table = pd.DataFrame(
        {"contract_start_on": start, "contract_end_on": end}, index=[f"C{n:04d}" for n in range(number)]
    )
    table = table[table["contract_end_on"] >= PERIOD[0]]
    return table.assign(contract_end_on=table["contract_end_on"].where(table["contract_end_on"] <= PERIOD[1]))


def monthly(table: pd.DataFrame, amount: float = 100.0) -> pd.DataFrame:
    """Return the days on which each running contract is paid, once a month."""
    rows = []
    for name, start, end in table.itertuples():
        until = min(end if end == end else PERIOD[1], PERIOD[1])
        for day in pd.date_range(max(start, PERIOD[0]), until, freq="MS") + pd.Timedelta(days=14):
            rows.append((name, day, amount))
    return purchase_days(pd.DataFrame(rows, columns=["customer_id", "sold_on", "value_amount"]))


def test_late_entries_do_not_make_contracts_look_longer_than_they_are() -> None:
    table = contracts(3000, 0.25)
    curve = survival_of(table, PERIOD)
    assert curve.yearly_hazard == pytest.approx(0.25, rel=0.08)
    for age in (400.0, 1500.0):
        assert curve.kept(np.array([age]), 1.0)[0] == pytest.approx(np.exp(-0.25), abs=0.03)


def test_the_curve_is_that_of_statsmodels_where_all_are_watched_from_the_start() -> None:
    from statsmodels.duration.survfunc import SurvfuncRight

    table = contracts(400, 0.5)
    table = table[table["contract_start_on"] >= PERIOD[0]]
    curve = survival_of(table, PERIOD)
    ended = table["contract_end_on"].notna()
    age = (table["contract_end_on"].fillna(PERIOD[1] + pd.Timedelta(days=1)) - table["contract_start_on"]).dt.days
    other = SurvfuncRight(age.to_numpy(float), ended.astype(int).to_numpy())
    number = curve.days.size
    assert curve.share == pytest.approx(np.asarray(other.surv_prob)[:number])
    assert number > 60


def test_few_ends_give_one_rate_for_all() -> None:
    table = contracts(30, 0.02)
    curve = survival_of(table, PERIOD)
    assert curve.ends < 10
    assert curve.days.size == 0
    assert 0 < curve.yearly_hazard < 0.2


def test_running_contracts_are_worth_a_years_revenue_times_the_years_they_stay() -> None:
    table = contracts(600, 0.3)
    found = contract_customers(table, monthly(table), PERIOD, RULES, draws=40)
    running = table["contract_end_on"].isna()
    assert (found.table.loc[~running, "revenue_value_amount"] == 0).all()
    years = sum(np.exp(-0.3 * at) for at in (0.5, 1.5, 2.5))
    old = running & (table["contract_start_on"] < pd.Timestamp("2024-01-01"))
    assert found.table.loc[old, "revenue_value_amount"].mean() == pytest.approx(1200 * years, rel=0.06)
    low, high = found.retention.low, found.retention.high
    assert low < np.exp(-0.3) < high
    assert found.draws.shape == (len(table), 40)


def test_the_last_year_is_held_out_and_foretold() -> None:
    table = contracts(1500, 0.3)
    test = contract_customers(table, monthly(table), PERIOD, RULES, draws=20).holdout
    assert test is not None
    assert test.purchases.ratio is not None
    assert test.amounts.ratio is not None
    assert test.purchases.ratio.value == pytest.approx(1, abs=0.06)
    assert test.amounts.ratio.value == pytest.approx(1, abs=0.08)


def test_what_a_contract_brings_in_a_year_is_net_of_credit_notes_and_so_is_what_came() -> None:
    table = contracts(600, 0.3)
    sold = monthly(table)
    credited = sold.assign(credit_amount=-sold["amount"] / 4)  # a quarter of each month is credited later in it
    whole, less = (contract_customers(table, days, PERIOD, RULES, draws=0) for days in (sold, credited))
    assert less.table["yearly_amount"].sum() == pytest.approx(0.75 * whole.table["yearly_amount"].sum())
    assert whole.holdout is not None and less.holdout is not None
    assert less.holdout.amounts.actual == pytest.approx(0.75 * whole.holdout.amounts.actual)
    assert less.holdout.amounts.predicted == pytest.approx(0.75 * whole.holdout.amounts.predicted)


def test_a_contract_without_sales_is_worth_nothing_and_breaks_nothing() -> None:
    table = contracts(20, 0.2)
    found = contract_customers(table, monthly(table).iloc[:0], PERIOD, RULES, draws=5)
    assert (found.table["revenue_value_amount"] == 0).all()


def deals(*rows: tuple[str, str, str | None, str, float | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "opened_on", "closed_on", "stage", "value_amount"])
    dates = {name: pd.to_datetime(table[name]).astype("datetime64[ns]") for name in ("opened_on", "closed_on")}
    return table.assign(**dates, value_amount=table["value_amount"].astype(float))


ENDED = [
    *[("A", "2025-01-01", "2025-04-11", "won", 1000.0)] * 6,  # after 100 days
    *[("B", "2025-01-01", "2025-07-20", "lost", 5000.0)] * 6,  # after 200 days
]
YEAR = (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-12-31"))
BOTH = pd.Index(["A", "B"])


def test_a_fresh_deal_is_won_at_the_rate_and_one_older_than_all_winners_never() -> None:
    found = deal_rules(deals_of(deals(*ENDED), BOTH, YEAR))
    assert found is not None
    assert (found.win_rate, found.mean_won_amount) == (0.5, 1000.0)
    assert found.wins_within(np.array([0.0, 99.0, 100.0, 300.0]), 365.0).tolist() == [0.5, 0.5, 0.0, 0.0]
    assert found.wins_within(np.array([0.0]), 50.0).tolist() == [0.0]


def test_new_deals_come_at_each_customers_pace_drawn_to_that_of_all() -> None:
    table = deals(*ENDED, *[("A", "2025-06-01", "2025-09-09", "won", 1000.0)] * 6)
    known = deals_of(table, BOTH, YEAR)
    found = deal_rules(known)
    assert found is not None
    purchases, open_amount, value = expected_wins(known, found, RULES)
    assert open_amount.tolist() == [0.0, 0.0]
    assert purchases[0] > purchases[1] > 0
    assert value == pytest.approx(purchases * 1000.0)
    # 12 and 6 deals in a year, 9 on average, two deals' worth of weight: (12 + 2) / (1 + 2/9) per year
    in_three_years = (3 * 365.25 - 100) / 365.25 * 12 / 18
    assert purchases[0] == pytest.approx(14 / (1 + 2 / 9) * in_three_years, rel=0.01)


def test_open_deals_count_at_their_own_value_or_the_mean_where_it_is_missing() -> None:
    table = deals(*ENDED, ("A", "2025-12-30", None, "open", 400.0), ("B", "2025-12-30", None, "open", None))
    known = deals_of(table, BOTH, YEAR)
    found = deal_rules(known)
    assert found is not None
    assert expected_wins(known, found, RULES)[1].tolist() == [200.0, 500.0]


def test_deals_without_days_or_of_others_are_left_out_and_too_few_give_nothing() -> None:
    table = deals(*ENDED, ("C", "2025-01-01", "2025-02-01", "won", 9.0), ("A", "2025-01-01", None, "won", 9.0))
    assert deals_of(table, BOTH, YEAR).owner.size == 12
    assert project_customers(table.head(9), BOTH, YEAR, RULES) is None
    assert project_customers(table[table["stage"] == "lost"], BOTH, YEAR, RULES) is None


def test_steady_projects_are_foretold_for_the_held_out_third() -> None:
    random = stream(2, -1, "tests.projects")
    rows = []
    for number in range(200):
        for _ in range(random.poisson(12)):
            opened = PERIOD[0] + pd.Timedelta(days=int(random.uniform(0, 1461)))
            won = random.random() < 0.4
            closed = opened + pd.Timedelta(days=int(random.gamma(4, 20 if won else 35)))
            known = closed <= PERIOD[1]
            stage = ("won" if won else "lost") if known else "open"
            rows.append((f"P{number:03d}", str(opened.date()), str(closed.date()) if known else None, stage, 100.0))
    table = deals(*rows)
    found = project_customers(table, pd.Index(sorted(set(table["customer_id"]))), PERIOD, RULES, draws=30)
    assert found is not None
    assert found.win_rate.low < 0.4 < found.win_rate.high + 0.02
    assert found.holdout is not None
    assert found.holdout.purchases.ratio is not None
    assert found.holdout.purchases.ratio.value == pytest.approx(1, abs=0.08)
    low, high = np.quantile(found.draws.sum(axis=0), [0.025, 0.975])
    assert low < found.table["revenue_value_amount"].sum() < high
