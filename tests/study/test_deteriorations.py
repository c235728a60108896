from __future__ import annotations

import math

import pandas as pd
import pytest

from simkit.foundation.text import same
from simkit.study.advice.risk_texts import later_orders, worsened
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.comparison.deteriorations import deteriorations

COLUMNS = ["measure", "group", "baseline", "mean", "low", "high"]
ROWS = [
    ("lapsed_opportunities", "", 14.0, 47.0, 28.0, 38.0),  # the worst: three times as many
    ("lapsed_care", "C", 37.0, 66.0, 20.0, 38.0),
    ("won_opportunities", "", 148.0, 120.0, -35.0, -21.0),  # fewer is worse
    ("delivered_orders", "bespoke", 500.0, 520.0, 10.0, 30.0),  # more is better
    ("lapsed_leads", "", 5.0, 9.0, -1.0, 9.0),  # not beyond chance
    ("late_orders", "", 100.0, 150.0, 40.0, 60.0),
    ("lead_time_days", "bespoke", 20.0, 20.5, 0.3, 0.7),  # too little to matter
    ("refused_orders", "", 0.0, 30.0, 25.0, 35.0),  # nothing today
    ("people_moved", "", 0.0, 9.0, 9.0, 9.0),  # what a change does once
    ("facing_h", "", 9000.0, 7000.0, -2500.0, -1500.0),  # told as customer hours
    ("segment_contribution_amount", "C", 1e6, 0.8e6, -3e5, -1e5),
]


def made() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=COLUMNS).assign(scenario="today", design="new", year=0)
    return frame.assign(difference=frame["mean"] - frame["baseline"])


def test_the_largest_deteriorations_come_first_whatever_they_are():
    found = deteriorations(made(), "today", "new", largest=10)
    assert found["measure"].tolist() == [
        "refused_orders", "lapsed_opportunities", "lapsed_care", "late_orders", "segment_contribution_amount",
        "won_opportunities",
    ]  # fmt: skip
    assert math.isinf(found["worse_by"].iloc[0]) and found["worse_by"].iloc[1] == pytest.approx(33 / 14)
    assert deteriorations(made(), "today", "new", largest=2)["measure"].tolist()[-1] == "lapsed_opportunities"


def test_each_is_told_with_its_numbers_and_late_orders_in_a_sentence_of_their_own():
    told = [text.en for text in worsened(made(), "today", "new", BilingualNumbers())]
    assert told[:3] == [
        "Refused orders: 30 instead of 0 a year.",
        "Lapsed opportunities: 47 instead of 14 a year, +236%.",
        "Care contacts not made (C customers): 66 instead of 37 a year, +78%.",
    ]
    assert len(told) == 5 and not any("Late" in text for text in told)
    late = made()[made()["measure"] == "late_orders"].iloc[0]
    own = later_orders(late, same("Plan X"), BilingualNumbers())
    assert own is not None and own.en == "Plan X delivers 50 more orders a year late than today (150 instead of 100)."
    assert later_orders(late.copy().replace({40.0: -1.0}), same("Plan X"), BilingualNumbers()) is None
