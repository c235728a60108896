"""Which cases get in, as what, and along which way: gate, limit of open deals, offers by segment, channels, old habit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.model.engine.processes import assessed_quality
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.time_accounts import entry_hours
from simkit.model.inputs.channels import channels
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.inputs.replication_inputs import draw_inputs
from tests.model.conftest import QUIET, SMALL, Runner, patched

CALM = {**QUIET, "demand.level": 0.5}


def after_go_live(record: Record, kind: str) -> pd.DataFrame:
    cases = record.cases
    return cases[(cases["kind"] == kind) & (cases["arrived_h"] >= 0)]


def quality(record: Record, cases: pd.DataFrame) -> np.ndarray:
    return np.array(record.inputs.opportunities.quality)[cases["row"].to_numpy()]


def test_the_assessment_is_correlated_with_quality_by_its_accuracy() -> None:
    draw = np.random.default_rng(1)
    true, noise = draw.standard_normal(20_000), draw.standard_normal(20_000)

    seen = np.array([assessed_quality(t, n, 0.6) for t, n in zip(true, noise, strict=True)])

    assert np.corrcoef(true, seen)[0, 1] == pytest.approx(0.6, abs=0.02)
    assert seen.std() == pytest.approx(1.0, abs=0.02)


def test_the_gate_turns_away_poor_opportunities_for_its_own_effort(run: Runner) -> None:
    record = run("baseline", CALM, {"gate.quality_minimum": 0, "gate.effort_h": 0.5, "gate.accuracy": 0.8})

    deals = after_go_live(record, "opportunity")
    rejected = deals[deals["outcome"] == "rejected"]
    kept = deals[~deals["outcome"].isin(["rejected", "open"])]
    assert 0.35 < len(rejected) / len(deals) < 0.65
    assert quality(record, rejected).mean() < -0.3 < 0.3 < quality(record, kept).mean()
    entries = entry_hours(record, [0.0, record.end_h])
    per_case = entries[entries["case"].isin(rejected["case"])].groupby("case")["content_h"].sum()
    np.testing.assert_allclose(per_case, 0.5)


def test_without_a_gate_nothing_is_rejected(run: Runner) -> None:
    assert not set(run("baseline", CALM).cases["outcome"]) & {"rejected", "refused"}


def test_the_limit_of_open_deals_holds_at_every_moment(run: Runner) -> None:
    record = run("baseline", QUIET, {"gate.open_deals_per_seller": 2, "staff.quit_per_year": 0})

    deals = record.cases[record.cases["kind"].isin(["lead", "opportunity"])]
    taken = deals[deals["outcome"] != "refused"]
    assert (deals["outcome"] == "refused").any()
    starts, ends = taken["arrived_h"].to_numpy(), taken["ended_h"].fillna(np.inf).to_numpy()
    for at in starts:
        assert ((starts <= at) & (ends > at)).sum() <= 2 * len(record.inputs.tenures)


def test_a_segment_without_bespoke_offers_takes_configured_ones_or_nothing(run: Runner) -> None:
    record = run("baseline", CALM, {"service_level.C.bespoke_allowed": 0, "conversion.accepted_share": 0.5})
    free = run("baseline", CALM)

    orders, before = after_go_live(record, "order"), after_go_live(free, "order")
    sold_before = orders["row"] >= len(record.inputs.orders.at) - len(record.inputs.opportunities.at)
    of_c = orders[(orders["segment"] == "C") & ~sold_before]  # what was sold before go-live is still delivered
    bespoke_before = ((before["segment"] == "C") & (before["order_class"] == "bespoke")).sum()
    assert not ((of_c["order_class"] == "bespoke") & (of_c["outcome"] != "refused")).any()
    refused = (of_c["outcome"] == "refused").sum()
    assert 0.2 * bespoke_before < refused < 0.8 * bespoke_before
    assert (orders.loc[orders["segment"] == "A", "order_class"] == "bespoke").any()


def test_orders_below_the_minimum_value_are_refused(run: Runner) -> None:
    record = run("baseline", CALM, {"service_level.minimum_order_amount": 5000})

    orders = record.cases[record.cases["kind"] == "order"]
    first_child = len(record.inputs.orders.at) - len(record.inputs.opportunities.at)
    own = orders[orders["row"] < first_child]
    assert (own["outcome"] == "refused").any()
    assert ((own["outcome"] == "refused") == (own["value_amount"] < 5000)).all()


def test_a_larger_share_moves_the_same_customers_and_more(small_inputs: ModelInputs) -> None:
    inputs = draw_inputs(small_inputs, patched(SMALL), seed=1, replication=0)

    def partner(share: float) -> set[int]:
        found = channels(inputs, patched({"channel.C.partner_share": share}))
        return {customer for customer, channel in enumerate(found) if channel == 1}

    assert partner(0.3) < partner(0.7)
    assert {inputs.customers.segment[customer] for customer in partner(1.0)} == {2}
    assert len(partner(1.0)) == sum(segment == 2 for segment in inputs.customers.segment)
    few = channels(inputs, patched({"channel.C.partner_share": 1, "partner.capacity_customers": 7}))
    assert few.count(1) == 7


def test_a_partners_customers_take_no_selling_and_no_care_of_ours_but_still_order(run: Runner) -> None:
    record = run("baseline", CALM, {"channel.C.partner_share": 1, "extra.leads_per_h": 0})

    of_c = record.cases[(record.cases["segment"] == "C") & (record.cases["arrived_h"] > 40)]
    assert not (of_c["kind"] == "care").any()
    entries = entry_hours(record, [0.0, record.end_h])
    worked = set(entries["case"])
    for kind in ("lead", "opportunity", "service"):
        assert not set(of_c.loc[of_c["kind"] == kind, "case"]) & worked
    assert (of_c[of_c["kind"] == "order"]["outcome"] == "delivered").any()
    assert (of_c[of_c["kind"] == "opportunity"]["outcome"] == "won").any()
    managing = record.people[0].blocked_h[-1, 0] + record.people[1].blocked_h[-1, 0]
    assert managing > run("baseline", CALM).people[0].blocked_h[-1, 0] + 0.01


def test_dropped_customers_are_refused_and_their_orders_fade_along_their_own_curve(run: Runner) -> None:
    alive = {"reaction.on": 1, "reaction.churn_per_year": 0, "demand.level": 0.5, "time.horizon_years": 2}
    kept = run("baseline", alive)
    dropped = run("baseline", alive, {"channel.C.dropped_share": 1, "reaction.dropped_loss_share": 0.8})

    of_c = after_go_live(dropped, "service")
    assert set(of_c.loc[of_c["segment"] == "C", "outcome"]) == {"refused"}

    def orders(record: Record, low: float, high: float) -> int:
        cases = record.cases
        chosen = (cases["kind"] == "order") & (cases["segment"] == "C")
        return int((chosen & (cases["arrived_h"] >= low) & (cases["arrived_h"] < high)).sum())

    first = orders(dropped, 0, 200) / orders(kept, 0, 200)
    last = orders(dropped, 3000, 4000) / orders(kept, 3000, 4000)
    assert last < 0.5 < first


def test_old_habit_keeps_its_share_of_cases_on_the_old_way(run: Runner) -> None:
    habit = run("hunter_farmer", CALM, {"transition.old_habit_share": 0.4, "transition.adoption_half_months": 0})

    late = habit.cases[habit.cases["arrived_h"] > 1500]
    assert late["adopted"].mean() == pytest.approx(0.6, abs=0.08)
    assert run("baseline", CALM, {"transition.old_habit_share": 1}).cases["adopted"].sum() == 0


def test_deals_without_flags_drift_and_the_clean_up_ends_them(run: Runner) -> None:
    drifting = run("baseline", CALM, {"drift.follow_ups": 3})
    cleaned = run("baseline", CALM, {"drift.follow_ups": 3, "cleanup.after_days": 20})

    def flagged(record: Record) -> tuple[pd.DataFrame, np.ndarray]:
        deals = after_go_live(record, "opportunity")
        deals = deals[deals["ended_h"].notna() & (deals["outcome"] != "lapsed")]
        table, share = record.inputs.opportunities, record.parameters.value("winning.flag_share")
        access, deadline = np.array(table.access) < share, np.array(table.deadline) < share
        return deals, (access & deadline)[deals["row"].to_numpy()]

    deals, complete = flagged(drifting)
    age = (deals["ended_h"] - deals["arrived_h"]).to_numpy()
    assert np.median(age[~complete]) > 1.3 * np.median(age[complete])
    undecided = (deals["outcome"] == "no_decision").to_numpy()
    assert undecided[~complete].mean() > undecided[complete].mean()

    after, complete_after = flagged(cleaned)
    age_after = (after["ended_h"] - after["arrived_h"]).to_numpy()
    assert np.median(age_after[~complete_after]) < np.median(age[~complete])
    assert age_after[~complete_after].mean() < age[~complete].mean()


def test_the_time_allowed_for_requests_is_that_of_the_segment(run: Runner) -> None:
    loaded = {"demand.level": 1.2, "service_level.C.response_factor": 0.1}
    cases = after_go_live(run("baseline", loaded), "service")

    lapsed = cases[cases["outcome"] == "lapsed"]
    waited = (lapsed["ended_h"] - lapsed["arrived_h"]).groupby(lapsed["segment"]).max()
    assert waited["C"] == pytest.approx(4.0)  # a tenth of 40 hours
    before = after_go_live(run("baseline", {"demand.level": 1.2}), "service")
    share = (cases["outcome"] == "lapsed").groupby(cases["segment"]).mean()
    assert share["C"] > (before["outcome"] == "lapsed").groupby(before["segment"]).mean()["C"]
