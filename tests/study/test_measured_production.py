"""The time of production, read off the last entry of an order and its delivery."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_client import MadeClient, made_client, orders

from simkit.foundation.parameter_set import Provenance
from simkit.study.measured.measured_demand import Override
from simkit.study.measured.measured_production import production_override
from simkit.study.measured.rates import LoggedShare

CLASSES = ("standard", "configured", "bespoke")
ROUNDS_DAYS, DAY_H = 3, 7.0
ROUNDS: Override = {
    f"orders.{name}.partner_delay_h": (ROUNDS_DAYS * DAY_H, Provenance(kind="partly")) for name in CLASSES
}


def logged(share: float) -> LoggedShare:
    return LoggedShare(share=share, spread=0.1, people=8.0, counted=True)


def produced(mean_days: float, cv: float, *, share: float = 1.0, after: float = 0.0) -> MadeClient:
    """Orders with an entry every three working days, six in all, a share of them written down; production is lognormal."""
    draw = np.random.default_rng(5)
    table = orders()
    sigma = np.sqrt(np.log1p(cv**2))
    days = mean_days * np.exp(sigma * draw.standard_normal(len(table)) - sigma**2 / 2)
    entries = [table["ordered_on"] + pd.offsets.BDay(ROUNDS_DAYS * number) for number in range(6)]
    table["delivered_on"] = [day + pd.offsets.BDay(round(n)) for day, n in zip(entries[-1], days, strict=True)]
    log = pd.concat([pd.DataFrame({"case_id": table["order_id"], "started_at": day}) for day in entries])
    log = log[draw.random(len(log)) < share]
    late = pd.DataFrame({"case_id": table["order_id"], "started_at": table["delivered_on"] + pd.Timedelta(days=7)})
    log = pd.concat([log, late[draw.random(len(late)) < after]], ignore_index=True)
    return made_client(orders=table, activities=log.assign(activity="coordination", hours=0.5))


@pytest.mark.parametrize("share", [1.0, 0.6])
@pytest.mark.parametrize(("mean_days", "cv"), [(4.0, 0.5), (20.0, 0.3), (8.0, 1.2)])
def test_what_production_takes_is_found_with_its_spread(mean_days: float, cv: float, share: float) -> None:
    override = production_override(produced(mean_days, cv, share=share), logged(share), ROUNDS)
    for name in CLASSES:
        mean, told = override[f"orders.{name}.production_days"]
        interval = told.interval
        assert interval is not None and interval.low < mean < interval.high
        # public holidays are no working days; a draw of a hundred, and of the entries that are missing
        assert mean == pytest.approx(mean_days, rel=0.05 + 4 * cv / 10, abs=0.3 if share == 1 else 1.2)
        if share == 1:
            assert override[f"orders.{name}.production_cv"][0] == pytest.approx(cv, rel=0.45, abs=0.1)
        assert told.kind == "measured" and "letzter Eintrag" in told.source_de


def test_what_was_not_written_down_is_taken_off() -> None:
    found, plain = (
        production_override(produced(10.0, 0.3, share=0.5), coverage, ROUNDS)["orders.bespoke.production_days"][0]
        for coverage in (logged(0.5), logged(1.0))
    )
    assert plain - found == pytest.approx(ROUNDS_DAYS)  # one entry is expected to be missing after the last
    assert found == pytest.approx(10.0, abs=1.2) and plain > 11.5


def test_an_order_delivered_on_the_day_of_its_last_entry_has_no_production() -> None:
    override = production_override(produced(0.0, 0.5), logged(1.0), ROUNDS)
    assert override["orders.standard.production_days"][0] == 0.0
    assert "orders.standard.production_cv" not in override


def test_work_after_delivery_says_nothing_of_it() -> None:
    with_, without = (production_override(produced(5.0, 0.5, after=after), logged(1.0), ROUNDS) for after in (0.4, 0.0))
    assert with_ == without != {}


def test_without_log_or_deliveries_nothing_is_said() -> None:
    client = produced(5.0, 0.5)
    assert production_override(made_client(orders=client.tables["orders"]), logged(1.0), ROUNDS) == {}
    unknown = client.tables["orders"].drop(columns="delivered_on")
    assert (
        production_override(made_client(orders=unknown, activities=client.tables["activities"]), logged(1.0), {}) == {}
    )
