"""Repeat buyers: the model is chosen by rule, tested on held-out time, and told with its error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.value.lifetime.bg_nbd import expected_purchases, fit_purchases, grouped
from simkit.value.lifetime.histories import (
    NOT_LEARNED,
    gap_class,
    histories,
    learned_rule,
    own_interval_weeks,
    purchase_days,
    purchases_by_rule,
)
from simkit.value.lifetime.holdout import ForecastFit, class_label, compared, held_out_span
from simkit.value.lifetime.kinds import LifetimeRules
from simkit.value.lifetime.repeat_buyers import RepeatBuyers, drawn, refit_places, repeat_buyers

RULES = LifetimeRules()


def days_of(*entries: tuple[str, str]) -> pd.DataFrame:
    table = pd.DataFrame(entries, columns=["customer_id", "sold_on"])
    return purchase_days(table.assign(sold_on=pd.to_datetime(table["sold_on"]), value_amount=100.0))


@pytest.fixture(scope="module")
def random_days(buyers) -> pd.DataFrame:
    return buyers(1, seed=1, number=500)


@pytest.fixture(scope="module")
def found(random_days: pd.DataFrame) -> RepeatBuyers:
    return repeat_buyers(random_days, random_days["day"].max(), RULES, draws=80)


def test_the_model_its_reason_and_its_error_are_reported(found: RepeatBuyers) -> None:
    assert found.name.en == "BG/NBD"
    assert "irregular (k = 1" in found.reason.en
    assert "unregelmäßig (k = 1," in found.reason.de
    test = found.holdout
    assert test is not None
    assert (test.last - test.first).days + 1 == 364
    ratio = test.purchases.ratio
    assert ratio is not None
    assert ratio.low < ratio.value < ratio.high
    assert ratio.value == pytest.approx(test.purchases.predicted / test.purchases.actual)
    assert test.by_class["customers"].sum() == test.customers
    assert (test.by_class["actual"] * test.by_class["customers"]).sum() == pytest.approx(test.purchases.actual)


def test_the_held_out_time_is_kept_from_the_model(random_days: pd.DataFrame, found: RepeatBuyers) -> None:
    assert found.holdout is not None
    cut = found.holdout.first - pd.Timedelta(days=1)
    changed = random_days.assign(amount=random_days["amount"] * np.where(random_days["day"] <= cut, 1.0, 9.0))
    other = repeat_buyers(changed, random_days["day"].max(), RULES, draws=0)
    assert other.holdout is not None
    assert other.holdout.amounts.predicted == pytest.approx(found.holdout.amounts.predicted)
    assert other.holdout.amounts.actual == pytest.approx(9 * found.holdout.amounts.actual)


def test_parameters_and_values_have_intervals_around_them(found: RepeatBuyers) -> None:
    table = found.intervals.set_index("parameter")
    assert ((table["low"] < table["value"]) & (table["value"] < table["high"])).all()
    low, high = np.quantile(found.draws.sum(axis=0), [0.025, 0.975])
    assert low < found.table["revenue_value_amount"].sum() < high


def test_the_slopes_around_the_fit_tell_what_refits_would_expect(random_days: pd.DataFrame) -> None:
    end = random_days["day"].max()
    rows = grouped(histories(random_days, end))
    fit = fit_purchases(rows)
    middle = expected_purchases(fit, rows, 52.0)
    quick = drawn(fit, rows, lambda place: expected_purchases(fit, rows, 52.0, place), middle, seed=1, draws=40)
    exact = [
        rows.counts @ expected_purchases(fit, rows, 52.0, place) for place in refit_places(fit, rows, seed=1, draws=40)
    ]
    assert rows.counts @ quick == pytest.approx(np.array(exact), rel=0.03)  # the interval is ± 10 %


def test_discounting_lowers_the_value_and_a_longer_horizon_raises_it(random_days: pd.DataFrame) -> None:
    end = random_days["day"].max()

    def total(**rules: float) -> float:
        chosen = LifetimeRules(**rules)  # type: ignore[arg-type]
        return float(repeat_buyers(random_days, end, chosen, draws=0).table["revenue_value_amount"].sum())

    undiscounted = repeat_buyers(random_days, end, LifetimeRules(discount_rate=0.0), draws=0).table
    whole = undiscounted["revenue_value_amount"].sum()
    assert total(discount_rate=0.2) < whole
    assert total(discount_rate=0.0, horizon_years=1) < whole
    by_hand = (undiscounted["expected_purchases"] * undiscounted["expected_spend_amount"]).sum()
    assert undiscounted["revenue_value_amount"].sum() == pytest.approx(by_hand)


def test_spend_without_any_spread_is_the_mean_itself() -> None:
    days = days_of(*[(f"K{n:02d}", day) for n in range(20) for day in ("2024-01-02", "2024-04-02", "2024-07-02")])
    found = repeat_buyers(days, pd.Timestamp("2024-08-01"), RULES, draws=0)
    assert found.spend is None
    assert (found.table["expected_spend_amount"] == 100.0).all()


def test_what_credit_notes_take_is_expected_to_be_taken_again_and_does_not_pass_for_tiny_purchases() -> None:
    days = pd.date_range("2022-01-03", periods=12, freq="90D")
    rows = [(f"K{n:02d}", day, 1000.0 * (n + 1) * (1 + 0.1 * (k % 3))) for n in range(30) for k, day in enumerate(days)]
    plain = pd.DataFrame(rows, columns=["customer_id", "sold_on", "value_amount"])
    back = [("K07", days[k] + pd.Timedelta(days=60), -8000.0 * (1 + 0.1 * (k % 3)) + 0.01) for k in range(3)]
    credited = pd.concat([plain, pd.DataFrame(back, columns=plain.columns)], ignore_index=True)
    end = pd.Timestamp("2024-12-31")
    before, after = (repeat_buyers(purchase_days(one), end, RULES, draws=0) for one in (plain, credited))
    assert before.spend is not None
    assert after.spend is not None
    assert after.spend.p == pytest.approx(before.spend.p)
    spend = pd.DataFrame(
        {"before": before.table["expected_spend_amount"], "after": after.table["expected_spend_amount"]}
    )
    assert spend.loc["K07", "after"] == pytest.approx(0.75 * spend.loc["K07", "before"], rel=1e-4)
    assert spend["before"].to_numpy() == pytest.approx(1100.0 * np.arange(1, 31), rel=0.02)  # each keeps its own size
    assert spend.drop("K07")["after"].to_numpy() == pytest.approx(spend.drop("K07")["before"].to_numpy())


def test_few_repeaters_get_the_gap_rule_and_the_reason() -> None:
    days = days_of(*[(f"K{n}", day) for n in range(8) for day in ("2024-01-02", "2024-04-02", "2024-07-02")])
    found = repeat_buyers(days, pd.Timestamp("2024-08-01"), RULES, draws=20)
    assert found.purchase is None
    assert found.name.en == "gap rule"
    assert "only 8 customers bought again" in found.reason.en
    assert found.holdout is None  # seven months are no year
    assert found.gap is NOT_LEARNED
    assert (found.table["alive_share"] == 1.0).all()


def test_one_purchase_of_one_customer_is_enough_for_an_answer() -> None:
    found = repeat_buyers(days_of(("A", "2024-01-02")), pd.Timestamp("2024-02-01"), RULES, draws=5)
    assert np.isfinite(found.table.loc["A", "revenue_value_amount"])


def test_the_gap_rule_takes_over_where_it_meets_the_mark_better() -> None:
    # Some buy every month for ever, others ten times in three weeks and never again: one model of leaving fits neither.
    entries = []
    for number in range(60):
        entries += [
            (f"A{number:02d}", str(day.date())) for day in pd.date_range("2022-01-01", "2024-12-31", freq="30D")
        ]
        begin = pd.Timestamp("2022-02-01") + pd.Timedelta(days=4 * number)
        entries += [(f"B{number:02d}", str((begin + pd.Timedelta(days=2 * step)).date())) for step in range(10)]
    found = repeat_buyers(days_of(*entries), pd.Timestamp("2024-12-31"), RULES, draws=20)
    assert found.purchase is None
    assert "met the held-out end of the history better" in found.reason.en
    assert found.holdout is not None
    assert found.holdout.purchases.ratio is not None
    assert found.holdout.purchases.ratio.value == pytest.approx(1, abs=0.03)
    assert (found.table["alive_share"][60:] < 0.05).all()


def test_nearer_in_total_and_by_customer_is_what_beats_means() -> None:
    mark = ForecastFit(predicted=90.0, actual=100.0, ratio=None, mean_absolute_error=1.0)
    assert ForecastFit(predicted=95.0, actual=100.0, ratio=None, mean_absolute_error=0.9).beats(mark)
    assert not ForecastFit(predicted=95.0, actual=100.0, ratio=None, mean_absolute_error=1.1).beats(mark)
    assert not ForecastFit(predicted=120.0, actual=100.0, ratio=None, mean_absolute_error=0.9).beats(mark)


def test_gaps_are_counted_in_the_customers_own_intervals() -> None:
    days = days_of(
        ("A", "2024-01-01"), ("A", "2024-01-15"), ("B", "2024-01-01"), ("B", "2024-03-11"), ("C", "2024-03-11")
    )
    history = histories(days, pd.Timestamp("2024-03-25"))
    assert own_interval_weeks(history).to_dict() == {"A": 2.0, "B": 10.0, "C": 6.0}
    assert gap_class(history).tolist() == [3.0, 0.0, 0.0]


def test_the_rule_learns_what_became_of_each_class() -> None:
    often = [(f"A{n}", f"2024-0{month}-01") for n in range(4) for month in range(1, 8)]
    gone = [(f"B{n}", day) for n in range(4) for day in ("2024-01-01", "2024-01-08")]
    rule = learned_rule(days_of(*often, *gone), pd.Timestamp("2024-05-01"), pd.Timestamp("2024-07-01"))
    assert rule.alive[0] == 1.0
    assert rule.alive[3] == 0.0
    assert rule.pace[0] == pytest.approx(1.0, abs=0.05)
    assert rule.pace[3] == 0.0
    history = histories(days_of(*often, *gone), pd.Timestamp("2024-07-01"))
    expected = pd.Series(purchases_by_rule(rule, history, np.ones(1)), index=history.index)
    assert expected["A0"] == pytest.approx(12, abs=0.5)
    assert expected["B0"] == 0.0


def test_short_histories_are_not_cut_and_long_ones_by_a_year_at_most() -> None:
    end = pd.Timestamp("2024-12-31")
    assert held_out_span(days_of(("A", "2024-03-01")), end) is None
    assert held_out_span(days_of(("A", "2023-12-31")), end) == end - pd.Timedelta(days=122)
    assert held_out_span(days_of(("A", "2015-12-31")), end) == end - pd.Timedelta(days=364)


def test_classes_of_purchases_have_names() -> None:
    assert [class_label(number) for number in range(6)] == ["0", "1", "2", "3–4", "5–9", "10+"]


def test_nothing_that_came_has_no_ratio_and_little_has_no_upper_end() -> None:
    predicted, spread = np.full(40, 0.1), np.full((40, 60), 0.1)
    span = (pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-31"))
    for came, expected in ((0, None), (1, "open")):
        actual = np.zeros(40)
        actual[:came] = 1.0
        triple = (predicted, spread, actual)
        ratio = compared(span=span, classes=np.zeros(40), purchases=triple, amounts=triple, seed=1).purchases.ratio
        if expected is None:
            assert ratio is None
        else:
            assert ratio is not None
            assert ratio.value == pytest.approx(4.0)
            assert np.isnan(ratio.high)
