from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.effort.pipeline_figures import PipelineFigures, pipeline_health, wilson
from simkit.foundation.errors import PrivacyError
from simkit.intake.client import ClientData, load_client

MakeClient = Callable[..., ClientData]


def deals(sellers: int = 6) -> pd.DataFrame:
    """Return four deals of each seller: two won, one lost, one without a decision; all in one quarter."""
    rows = [
        {
            "opportunity_id": f"{seller}-{number}",
            "customer_id": "K1",
            "employee_id": f"P{seller:02d}",
            "opened_on": pd.Timestamp("2024-01-01"),
            "closed_on": pd.Timestamp("2024-02-01") + pd.Timedelta(days=number),
            "stage": stage,
            "value_amount": 100.0,
        }
        for seller in range(sellers)
        for number, stage in enumerate(("won", "won", "lost", "no_decision"))
    ]
    return pd.DataFrame(rows)


def test_the_wilson_interval_of_eight_in_ten_is_the_textbooks() -> None:
    share = wilson(8, 10)
    assert share is not None
    assert (share.value, round(share.low, 4), round(share.high, 4)) == (0.8, 0.4902, 0.9433)


def test_there_is_no_rate_without_deals() -> None:
    assert wilson(0, 0) is None


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))).filter(lambda pair: pair[1] > 0))
def test_the_wilson_interval_stays_within_zero_and_one_and_holds_the_share(pair: tuple[int, int]) -> None:
    share = wilson(*pair)
    assert share is not None
    assert 0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1


def test_no_decision_is_kept_apart_from_lost(make_client: MakeClient) -> None:
    health = pipeline_health(make_client(opportunities=deals()))
    assert health.win_rate is not None
    assert health.closing_rate is not None
    assert health.win_rate.value == pytest.approx(2 / 3)
    assert health.closing_rate.value == pytest.approx(1 / 2)
    assert health.won_amount == 1200.0


def test_a_value_that_nobody_states_is_not_zero(make_client: MakeClient) -> None:
    unknown = pipeline_health(make_client(opportunities=deals().drop(columns="value_amount")))
    assert math.isnan(unknown.won_amount) and math.isnan(unknown.mean_won_amount)
    assert unknown.by_stage["value_amount"].isna().all() and unknown.by_quarter["won_amount"].isna().all()

    # half of the deals won state 100, the other half an empty field that the export filled with 0
    table = deals()
    table.loc[(table["stage"] == "won") & (table.index % 4 == 1), "value_amount"] = 0.0
    table.loc[table["stage"] != "won", "value_amount"] = 0.0
    partly = pipeline_health(make_client(opportunities=table))
    assert (partly.won_amount, partly.valued_won_deals, partly.mean_won_amount) == (600.0, 6, 100.0)
    assert partly.by_stage.set_index("stage")["value_amount"].isna().to_dict() == {
        "won": False, "lost": True, "no_decision": True,
    }  # fmt: skip


def test_an_export_of_won_deals_alone_has_no_rate(make_client: MakeClient) -> None:
    table = deals()[lambda t: t["stage"] == "won"]
    health = pipeline_health(make_client(opportunities=table))
    assert health.win_rate is None and health.closing_rate is None
    assert health.by_quarter["win_rate"].isna().all()


def test_a_quarter_of_four_decided_deals_has_no_rate(make_client: MakeClient) -> None:
    few = deals(4).iloc[::4].assign(closed_on=pd.Timestamp("2024-08-01"), opportunity_id=["a", "b", "c", "d"])
    table = pd.concat([deals(6), few], ignore_index=True).drop(columns="employee_id")
    quarters = pipeline_health(make_client(opportunities=table)).by_quarter.set_index("quarter")
    assert quarters.loc[pd.Timestamp("2024-07-01"), "won"] == 4
    assert quarters["win_rate"].isna().tolist() == [False, True]


def test_the_age_of_open_deals_is_told_of_those_with_a_date(make_client: MakeClient) -> None:
    table = deals().assign(stage="open", closed_on=pd.NaT)
    table.loc[table.index[:6], "opened_on"] = pd.NaT
    health = pipeline_health(make_client(opportunities=table))
    assert (health.open_deals, health.dated_open_deals, health.stale_share) == (24, 18, 1.0)


def test_a_quarter_closed_by_two_people_is_pooled_with_the_next_smallest(make_client: MakeClient) -> None:
    later = deals(2).assign(closed_on=pd.Timestamp("2024-08-01"))
    other = deals(6).assign(closed_on=pd.Timestamp("2024-05-01"))
    table = pd.concat([deals(7), later, other], ignore_index=True)
    quarters = pipeline_health(make_client(opportunities=table)).by_quarter
    assert quarters["quarter"].isna().sum() == 1
    assert quarters.loc[quarters["quarter"].isna(), "won"].item() == 4 + 12
    assert quarters["won"].sum() == 14 + 4 + 12


def test_a_product_that_one_person_sells_is_pooled(make_client: MakeClient) -> None:
    table = deals(7).assign(product=lambda t: t["employee_id"].map(lambda name: "rare" if name == "P00" else "common"))
    kinds = pipeline_health(make_client(opportunities=table)).by_kind
    assert "rare" not in set(kinds["value"])


def test_deals_of_four_people_are_refused(make_client: MakeClient) -> None:
    with pytest.raises(PrivacyError, match="Fewer than 5 people"):
        pipeline_health(make_client(opportunities=deals(4)))


def test_deals_without_people_or_dates_still_have_a_win_rate(make_client: MakeClient) -> None:
    table = deals(2)[["opportunity_id", "stage"]]
    health = pipeline_health(make_client(opportunities=table))
    assert health.win_rate is not None
    assert health.by_quarter.empty
    assert health.days_to_close.empty


@pytest.fixture(scope="module")
def hardware(shared_data: Path, project: Path) -> PipelineFigures:
    return pipeline_health(load_client(project / "tests" / "clients" / "maven_crm"))


def test_the_hardware_seller_wins_6315_percent(hardware: PipelineFigures) -> None:
    assert hardware.win_rate is not None
    assert hardware.win_rate.value == pytest.approx(4238 / 6711)
    assert round(hardware.win_rate.value, 4) == 0.6315
    assert (round(hardware.win_rate.low, 3), round(hardware.win_rate.high, 3)) == (0.620, 0.643)


def test_the_hardware_seller_won_10005534_over_four_quarters(hardware: PipelineFigures) -> None:
    assert hardware.won_amount == 10_005_534
    assert hardware.by_quarter["won_amount"].tolist() == [1_134_672, 3_086_111, 2_982_255, 2_802_496]


def test_the_hardware_sellers_stages_and_days_are_the_known_ones(hardware: PipelineFigures) -> None:
    assert hardware.by_stage.set_index("stage")["deals"].to_dict() == {"won": 4238, "lost": 2473, "open": 2089}
    assert hardware.days_to_close.set_index("stage")["median_days"].to_dict() == {"won": 57.0, "lost": 14.0}


def test_no_seller_is_named(hardware: PipelineFigures) -> None:
    for frame in (hardware.by_stage, hardware.by_quarter, hardware.days_to_close, hardware.by_kind):
        assert "employee_id" not in frame
