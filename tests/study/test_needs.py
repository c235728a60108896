"""What customers need is what the well-served get, with chance taken out; what was agreed or planned goes first."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from made_client import MadeClient, made_client, orders

from simkit.intake.settings.customer_settings import ServiceLevels
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.measured_demand import patched
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.study.measured.needs import needs_override, received_care, served_need

YEARS = 731 / 365.25


def firm(seed: int, kept: float = 0.75) -> tuple[MadeClient, SimpleNamespace]:
    """40 A customers, half of whom get 12 contacts a year and half 4.8; of all entries a share `kept` is written down."""
    rng = np.random.default_rng(seed)
    ids = [f"K{n}" for n in range(40)]
    each = rng.poisson(np.where(np.arange(40) % 2, 12.0, 4.8) * YEARS)
    care = pd.DataFrame({"customer_id": np.repeat(ids, each), "activity": "care", "hours": 1.0, "case_id": pd.NA})
    table = orders().assign(customer_id=[ids[n % 40] for n in range(300)])
    entries = pd.DataFrame(
        {"case_id": table["order_id"], "activity": "administration", "hours": 0.5, "customer_id": pd.NA}
    )
    log = pd.concat([care, entries], ignore_index=True)
    log = log[rng.random(len(log)) < kept].assign(employee_id=lambda rows: [f"P{n % 6}" for n in range(len(rows))])
    value = SimpleNamespace(customers=pd.DataFrame({"customer_id": ids, "segment": "A"}))
    return made_client(orders=table, activities=log.reset_index(drop=True)), value


def told(client: MadeClient, value: SimpleNamespace):
    use = SimpleNamespace(
        source="log",
        hours_h=1.0,
        by_activity=pd.DataFrame({"activity": ["care"], "share": [1.0], "low": [1.0], "high": [1.0]}),
    )
    parameters = measured_parameters(client, use, value, load_defaults())
    return parameters, received_care(client, value, client_inputs(client, value), parameters).set_index("segment")


def test_customers_who_get_70_percent_of_the_best_served_show_that_share():
    shares = [told(*firm(seed))[1].loc["A", "received_share"] for seed in range(16)]
    assert sum(abs(share - 0.7) <= 0.08 for share in shares) >= 14
    assert np.mean(shares) == pytest.approx(0.7, abs=0.05)


def test_the_interval_of_the_share_holds_the_truth():
    found = [
        served_need(np.random.default_rng(seed).poisson(_uneven(seed) * 2.0).astype(float), 2.0) for seed in range(40)
    ]
    truth = 6 / np.quantile(np.random.default_rng(99).gamma(4, 1.5, 200_000), 0.75)
    assert sum(one.received_share.low <= truth <= one.received_share.high for one in found) >= 35
    assert np.mean([one.received_share.value for one in found]) == pytest.approx(truth, abs=0.03)


def _uneven(seed: int) -> np.ndarray:
    return np.random.default_rng(1000 + seed).gamma(4, 1.5, 40)


def test_chance_alone_is_no_missing_care():
    counts = np.random.default_rng(3).poisson(8 * 2.0, 60).astype(float)
    naive = counts.mean() / np.quantile(counts, 0.75)
    assert served_need(counts, 2.0).received_share.value > max(naive, 0.93)


def test_the_need_has_the_range_from_the_median_to_the_best_tenth_and_scales_with_the_years():
    counts = np.random.default_rng(4).poisson(_uneven(1) * 3.0).astype(float)
    one, half = served_need(counts, 3.0), served_need(counts, 1.5)
    assert one.needed.low < one.needed.value < one.needed.high
    assert half.needed.value == pytest.approx(2 * one.needed.value)


def test_needs_and_contacts_are_scaled_up_alike_and_planned_contacts_start_as_measured():
    whole, part = told(*firm(5, kept=1.0)), told(*firm(5, kept=0.6))
    for parameters, table in (whole, part):
        assert parameters.value("care.A.contacts_per_year") == pytest.approx(8.4, rel=0.15)
        assert parameters["care.A.needed_contacts_per_year"].provenance.kind == "partly"
        assert table.loc["A", "received_share"] == pytest.approx(
            parameters.value("care.A.contacts_per_year") / parameters.value("care.A.needed_contacts_per_year"),
            rel=0.005,
        )
    assert part[1].loc["A", "needed"] == pytest.approx(whole[1].loc["A", "needed"], rel=0.2)


def test_what_was_agreed_goes_before_the_plan_and_the_plan_before_what_others_get():
    client, value = firm(6)
    client.config.controlling = SimpleNamespace(contacts_per_year={"A": 15.0})
    client.config.service_levels = ServiceLevels()
    planned = needs_override(client, value, client_inputs(client, value), load_defaults())
    assert planned["care.A.needed_contacts_per_year"][0] == 15.0
    client.config.service_levels = ServiceLevels.model_validate({"segments": {"A": {"contacts_per_year": 18}}})
    agreed = needs_override(client, value, client_inputs(client, value), load_defaults())
    value_18, provenance = agreed["care.A.needed_contacts_per_year"]
    assert value_18 == 18.0 and "service_levels" in provenance.source
    assert patched(load_defaults(), agreed).value("care.A.needed_contacts_per_year") == 18.0


def test_without_a_log_nothing_is_said():
    client, value = made_client(), SimpleNamespace(customers=pd.DataFrame({"customer_id": ["K1"], "segment": ["A"]}))
    assert needs_override(client, value, client_inputs(client, value), load_defaults()) == {}
    assert received_care(client, value, client_inputs(client, value), load_defaults()).empty


@pytest.mark.parametrize(("days", "kind"), [(54, "partly"), (320, "partly"), (330, "measured")])
def test_what_a_short_log_tells_of_a_year_is_marked_as_scaled_up_with_its_days(days: int, kind: str):
    client, value = firm(1)
    at = pd.Timestamp("2023-03-01") + pd.to_timedelta(np.arange(len(client.tables["activities"])) % days, unit="D")
    client.tables["activities"] = client.tables["activities"].assign(started_at=at)
    parameters, received = told(client, value)
    found = parameters["care.A.contacts_per_year"].provenance
    assert found.kind == kind
    assert (f"scaled up to a year from {days} days of log" in found.source) == (kind == "partly")
    assert (f"aus {days} Tagen Zeiterfassung auf ein Jahr hochgerechnet" in found.source_de) == (kind == "partly")
    assert parameters["orders.standard.value_amount"].provenance.kind == "measured"  # of two years of orders
    assert parameters["opportunities.travel_h"].provenance.kind == "assumption"
    assert list(received.index) == ["A"]  # scaled up or not, what is received is held against the need
