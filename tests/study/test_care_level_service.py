"""The hours check of a simulated design: today's measured hours, in proportion to the simulated ones."""

from __future__ import annotations

import pandas as pd
import pytest

from simkit.foundation.estimates import Estimate
from simkit.study.care_level import design_check


def levels() -> pd.DataFrame:
    rows = [
        ("baseline", 0, "A", 1000.0, 950.0, 1050.0),
        ("other", 0, "A", 2000.0, 1900.0, 2100.0),
        ("other", 1, "A", 9.0, 9.0, 9.0),
    ]
    frame = pd.DataFrame(rows, columns=["design", "year", "group", "mean", "low", "high"])
    return frame.assign(measure="facing_by_segment_h")


def test_a_design_with_twice_the_customer_hours_has_twice_todays_hours() -> None:
    today = {"A": Estimate(value=300, low=270, high=330), "B": Estimate(value=5, low=5, high=5)}
    needed = {name: Estimate(value=500, low=500, high=500) for name in today}
    found = design_check(levels(), "baseline", ["baseline", "other"], needed, today, complete=True).set_index("design")

    assert found["name"].to_list() == ["A", "A"]  # the simulation knows no B
    assert found["there_h"].to_list() == [300, 600]
    assert found["verdict"].to_list() == ["short", "enough"]
    spread = (0.1**2 + 0.05**2) ** 0.5
    assert found.at["other", "there_low_h"] == pytest.approx(600 * (1 - spread))


def test_hours_that_are_only_those_logged_are_too_few_in_no_design() -> None:
    today = {"A": Estimate(value=300, low=270, high=330)}
    needed = {"A": Estimate(value=500, low=500, high=500)}
    found = design_check(levels(), "baseline", ["baseline", "other"], needed, today, complete=False)
    assert found["verdict"].to_list() == ["open", "enough"]
