from __future__ import annotations

import pandas as pd
import pytest
from made_organisation import MODEL_INPUTS, PARAMETER_SET
from made_runs import COLUMNS

from simkit.foundation.parameter_set import Provenance
from simkit.model.engine.engine import simulate
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.study.measures.measures import measures
from simkit.study.yearly_amounts import contribution_amount, summed_measures, yearly, zone_of


def made() -> pd.DataFrame:
    rows = [("today", "now", 0, 0, "contribution_amount", "", 9e6), ("today", "now", 0, 3, "contribution_amount", "", 3e6),
            ("today", "now", 0, 0, "late_orders", "", 12.0), ("today", "now", 0, 0, "facing_h", "", 300.0),
            ("today", "now", 0, 0, "facing_share", "", 0.15), ("today", "now", 0, 0, "lead_time_days", "bespoke", 9.0),
            ("today", "now", 0, 0, "company_profit_by_month_amount", "01", 50.0)]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def test_what_adds_up_becomes_the_mean_of_a_year_and_nothing_else_does():
    found = yearly(made())
    assert found["value"].tolist() == [3e6, 3e6, 4.0, 100.0, 0.15, 9.0, 50.0]
    assert made()["value"].iloc[0] == 9e6 and yearly(made(), 2.0)["value"].iloc[0] == 4.5e6


def test_exactly_what_adds_up_over_the_years_is_told_by_the_year():
    two_years = PARAMETER_SET.patch({"time.horizon_years": 2.0}, Provenance(kind="option", source="test"))
    found = measures(simulate(draw_inputs(MODEL_INPUTS, two_years, seed=1, replication=0), load_design("stretched_t")))
    table = found.pivot_table(index=["measure", "group"], columns="year", values="value")
    for (measure, group), row in table.iterrows():
        if measure in summed_measures():
            assert row[0] == pytest.approx(row.drop(0).sum(), abs=1e-6), (measure, group)


def test_the_zone_is_a_hundredth_of_todays_contribution_and_not_of_a_profit():
    frame = yearly(made())
    assert contribution_amount(frame, "now", "today") == 3e6
    assert zone_of(contribution_amount(frame, "now", "today")) == pytest.approx(30_000.0)
