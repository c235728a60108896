"""The time of production, read off the confirmation of an order and its delivery."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_client import MadeClient, made_client, orders

from simkit.study.measured.measured_production import production_override


def produced(mean_days: float, cv: float, *, logged: float = 1.0, after: float = 0.0) -> MadeClient:
    """Orders whose confirmation comes three days after the order; production takes lognormal times, service may follow."""
    draw = np.random.default_rng(5)
    table = orders()
    sigma = np.sqrt(np.log1p(cv**2))
    days = mean_days * np.exp(sigma * draw.standard_normal(len(table)) - sigma**2 / 2)
    confirmed = table["ordered_on"] + pd.offsets.BDay(3)
    table["delivered_on"] = [day + pd.offsets.BDay(round(n)) for day, n in zip(confirmed, days, strict=True)]
    log = pd.DataFrame({"case_id": table["order_id"], "activity": "service", "started_at": confirmed, "hours": 0.5})
    early = log.assign(activity="coordination", started_at=table["ordered_on"])
    later = log.assign(started_at=table["delivered_on"] + pd.Timedelta(days=7))[draw.random(len(table)) < after]
    log = log[draw.random(len(log)) < logged]
    return made_client(orders=table, activities=pd.concat([early, log, later], ignore_index=True))


@pytest.mark.parametrize("logged", [1.0, 0.6])
@pytest.mark.parametrize(("mean_days", "cv"), [(4.0, 0.5), (20.0, 0.3), (8.0, 1.2)])
def test_what_production_takes_is_found_with_its_spread(mean_days: float, cv: float, logged: float) -> None:
    override = production_override(produced(mean_days, cv, logged=logged))
    for name in ("standard", "configured", "bespoke"):
        mean, told = override[f"orders.{name}.production_days"]
        interval = told.interval
        assert interval is not None and interval.low < mean < interval.high
        # public holidays are no working days; a draw of a hundred
        assert mean == pytest.approx(mean_days, rel=0.05 + 4 * cv / np.sqrt(100 * logged), abs=0.3)
        assert override[f"orders.{name}.production_cv"][0] == pytest.approx(cv, rel=0.45, abs=0.1)
        assert told.kind == "measured" and "bestätigung" in told.source_de.lower()


def test_an_order_delivered_on_the_day_of_its_confirmation_has_no_production() -> None:
    override = production_override(produced(0.0, 0.5))
    assert override["orders.standard.production_days"][0] == 0.0
    assert "orders.standard.production_cv" not in override


def test_service_after_delivery_is_no_confirmation() -> None:
    assert production_override(produced(5.0, 0.5, after=0.3)) == {}
    assert production_override(produced(5.0, 0.5, after=0.03)) != {}


def test_without_log_or_deliveries_nothing_is_said() -> None:
    client = produced(5.0, 0.5)
    assert production_override(made_client(orders=client.tables["orders"])) == {}
    unknown = client.tables["orders"].drop(columns="delivered_on")
    assert production_override(made_client(orders=unknown, activities=client.tables["activities"])) == {}
