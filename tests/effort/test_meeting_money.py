from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.effort.meeting_money import meeting_money


def meetings_and_deals(number: int = 40) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return deals of which every other was won for 300; each has two visits of 2 h and a call of half an hour."""
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"D{n}" for n in range(number)],
            "opened_on": pd.Timestamp("2025-02-01"),
            "stage": ["won", "lost", "won", "no_decision"] * (number // 4),
            "value_amount": 300.0,
        }
    )
    rows = [
        (f"D{n}", kind, f"P{n % 6}", pd.Timestamp("2025-03-01"), hours)
        for n in range(number)
        for kind, hours in (("visit", 2.0), ("visit", 2.0), ("call", 0.5))
    ]
    early = ("D_early", "visit", "P0", pd.Timestamp("2025-01-10"), 1.0)
    return pd.DataFrame([*rows, early], columns=["case_id", "kind", "employee_id", "started_at", "hours_h"]), deals


def test_the_value_of_a_win_is_shared_evenly_among_its_meetings() -> None:
    found = meeting_money(*meetings_and_deals(), minimum=5)
    assert found is not None
    kinds = found.by_kind.set_index("kind")

    assert (found.deals, found.meetings) == (40, 120)
    assert found.per_meeting_amount.value == pytest.approx(20 * 300 / 120)
    assert kinds["won_amount"].to_dict() == pytest.approx({"visit": 4000, "call": 2000})
    assert kinds["per_meeting_amount"].to_dict() == pytest.approx({"visit": 50, "call": 50})
    assert kinds["per_hour_amount"].to_dict() == pytest.approx({"visit": 25, "call": 100})
    assert kinds["decided_share"].to_dict() == pytest.approx({"visit": 0.75, "call": 0.75})


def test_a_win_of_unknown_value_counts_for_decisions_and_not_for_money() -> None:
    meetings, deals = meetings_and_deals()
    deals.loc[deals.index[:20], "value_amount"] = np.nan
    found = meeting_money(meetings, deals, minimum=5)

    # 10 of the 20 won deals state 300; the meetings of the other 10 are left out, those of deals not won stay
    assert found is not None and found.unvalued_deals == 10
    assert found.per_meeting_amount.value == pytest.approx(10 * 300 / (120 - 30))
    kinds = found.by_kind.set_index("kind")
    assert kinds["decided_share"].to_dict() == pytest.approx({"visit": 0.75, "call": 0.75})
    assert kinds["per_meeting_amount"].to_dict() == pytest.approx({"visit": 2000 / 60, "call": 1000 / 30})
    assert meeting_money(meetings, deals.assign(value_amount=0.0), minimum=5) is None


def test_the_interval_is_that_of_deals_drawn_again() -> None:
    found = meeting_money(*meetings_and_deals(), minimum=5)
    assert found is not None

    reach = 1.96 * np.sqrt(0.25 / 40) * 100  # half of 40 deals are won, each worth 100 a meeting
    assert found.per_meeting_amount.high - found.per_meeting_amount.value == pytest.approx(reach, rel=0.15)
    assert found.per_meeting_amount.value - found.per_meeting_amount.low == pytest.approx(reach, rel=0.15)


def test_deals_from_before_the_log_and_open_ones_do_not_count() -> None:
    meetings, deals = meetings_and_deals()
    deals.loc[:3, "opened_on"] = pd.Timestamp("2024-12-01")
    deals.loc[4:7, "stage"] = "open"
    found = meeting_money(meetings, deals, minimum=5)

    assert found is not None
    assert found.deals == 32


def test_a_kind_that_few_people_hold_is_not_told_by_itself_and_few_people_say_nothing() -> None:
    meetings, deals = meetings_and_deals()
    meetings.loc[(meetings["kind"] == "call") & (meetings["employee_id"] == "P1"), "kind"] = "dinner"
    found = meeting_money(meetings, deals, minimum=5)

    assert found is not None
    assert "dinner" not in set(found.by_kind["kind"].dropna())
    assert meeting_money(meetings, deals, minimum=7) is None
    assert meeting_money(meetings, deals.head(19), minimum=5) is None
