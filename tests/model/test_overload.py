"""What happens when people are missing: policies, overload, hand-over of knowledge, sickness wave, tool outage."""

from __future__ import annotations

import numpy as np
import pytest

from simkit.model.engine.overload import Overload
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.time_accounts import entry_hours, time_account
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import compile_rules
from tests.model.conftest import Runner, patched

NOBODY_NEW = {"staff.quit_per_year": 0.6, "staff.fill_days": 300, "staff.fill_cv": 0}
SPREAD, LEAVE, FOCUS = ({**NOBODY_NEW, "shortage.policy": code} for code in (0, 1, 2))
LOADED = {"demand.level": 1.15}


def ended(record: Record, kind: str, outcome: str, segment: str | None = None) -> int:
    cases = record.cases
    chosen = cases[(cases["kind"] == kind) & (cases["outcome"] == outcome) & (cases["ended_h"] >= 0)]
    return len(chosen if segment is None else chosen[chosen["segment"] == segment])


def test_what_is_left_lying_lapses_while_orders_are_still_carried(run: Runner) -> None:
    light = {"demand.level": 0.6}
    spread, left = run("baseline", SPREAD, light), run("baseline", LEAVE, light)

    for kind in ("lead", "service"):
        assert ended(left, kind, "lapsed") > 1.5 * ended(spread, kind, "lapsed") + 10
    assert ended(left, "order", "delivered") > 0.9 * ended(spread, "order", "delivered")


def test_work_left_lying_is_taken_up_by_the_successor(run: Runner) -> None:
    record = run("baseline", LEAVE, {"leads.lapse_h": 4000, "service.lapse_h": 4000, "staff.fill_days": 60})

    joined = {person.person: person.joins_h for person in record.people if person.number > 0 and person.joins_h > 0}
    cases = record.cases.set_index("case")
    tasks = record.tasks[record.tasks["person"].isin(joined) & record.tasks["case"].isin(cases.index)]
    waited = tasks[cases.loc[tasks["case"], "arrived_h"].to_numpy() < tasks["person"].map(joined).to_numpy() - 80]
    assert len(waited[cases.loc[waited["case"], "kind"].isin(["lead", "service"]).to_numpy()]) > 0


def test_focus_sheds_c_customers_first_and_spares_their_travel(run: Runner) -> None:
    spread, focused = run("baseline", SPREAD, LOADED), run("baseline", FOCUS, LOADED)

    def lapsed_share(record: Record, segment: str) -> float:
        lapsed = ended(record, "care", "lapsed", segment)
        return lapsed / (lapsed + ended(record, "care", "done", segment))

    assert lapsed_share(focused, "A") < lapsed_share(spread, "A")
    assert lapsed_share(focused, "C") > lapsed_share(focused, "A")
    cases = focused.cases
    calls = cases[(cases["kind"] == "care") & (cases["segment"] == "C") & (cases["arrived_h"] >= 0)]["case"]
    entries = entry_hours(focused, [0.0, focused.end_h])
    mine = entries[entries["case"].isin(calls)]
    without_travel = set(mine["case"]) - set(mine.loc[mine["activity"] == 4, "case"])
    assert without_travel


def test_policies_are_the_same_as_long_as_nobody_is_missing(run: Runner) -> None:
    nobody_parameters = {"staff.quit_per_year": 0, "staff.retirement_age_years": 75}

    records = [run("baseline", nobody_parameters, {"shortage.policy": code}) for code in (0, 1, 2)]

    for other in records[1:]:
        assert other.tasks.equals(records[0].tasks)


@pytest.mark.parametrize(("overload", "expected"), [(0.9, 0.0), (1.0, 0.0), (1.25, 0.16), (1.5, 0.576), (3.0, 3.0)])
def test_the_hazard_grows_with_overload_up_to_its_cap(
    overload: float, expected: float, small_inputs: ModelInputs
) -> None:
    parameter_set = patched({"staff.quit_per_year": 0.1})

    hazard = Overload(parameter_set, compile_rules(parameter_set, small_inputs.calendar_ratio)).rate(overload)

    assert hazard == pytest.approx(expected)  # 0.1 × (2.6^((overload − 1)/0.25) − 1), at most 3


def test_overload_drives_people_away_on_top_of_the_base_leavers(run: Runner) -> None:
    flooded = {"demand.level": 2, "demand.ceiling": 2, "staff.quit_per_year": 0.2, "time.horizon_years": 2}
    calm, spiral = run("baseline", flooded), run("baseline", flooded, {"overload.on": 1})

    assert {person.reason for person in calm.people} <= {"", "quit", "retired"}
    driven = [person for person in spiral.people if person.reason == "overload"]
    assert driven
    base = {person.person: person.leaves_h for person in calm.people if person.number == 0}
    for person in (person for person in spiral.people if person.number == 0):
        assert person.leaves_h <= base[person.person]  # the base clock of today's holders is the same in both
    account = time_account(spiral, [0.0, spiral.end_h])
    assert account["contract"].sum() < time_account(calm, [0.0, calm.end_h])["contract"].sum()


def test_without_overload_the_spiral_changes_nothing(run: Runner) -> None:
    idle = {"demand.level": 0.3}

    assert run("baseline", idle, {"overload.on": 1}).tasks.equals(run("baseline", idle).tasks)


def test_who_is_driven_away_finishes_the_task_in_hand_and_books_no_hour_after_leaving(run: Runner) -> None:
    spiral = run("baseline", {"demand.level": 2, "demand.ceiling": 2, "overload.on": 1, "overload.notice_days": 0})

    parameters = {person.person: person.leaves_h for person in spiral.people}
    assert any(person.reason == "overload" for person in spiral.people)
    assert (spiral.tasks["end_h"] <= spiral.tasks["person"].map(parameters) + 1e-9).all()
    for person in spiral.people:
        after = spiral.start_h + np.arange(len(person.present_h)) * spiral.day_h >= person.leaves_h
        assert person.present_h[after].sum() == 0


def retiring(model_inputs: ModelInputs) -> ModelInputs:
    slots = model_inputs.slots.assign(retires_in_years=[0.5, *[np.nan] * (len(model_inputs.slots) - 1)], age_years=40.0)
    return ModelInputs(customers=model_inputs.customers, slots=slots)


def test_handing_over_knowledge_takes_time_before_and_saves_business_after(
    run: Runner, small_inputs: ModelInputs
) -> None:
    model_inputs, calm = retiring(small_inputs), {"staff.quit_per_year": 0, "time.horizon_years": 1.5}
    without = run("baseline", calm, model_inputs=model_inputs)
    handed = run("baseline", calm, {"retirement.handover_days": 40}, model_inputs=model_inputs)

    def development(record: Record) -> float:
        table = time_account(record, [0.0, record.end_h])
        return float(table.loc[table["person"] == 0, "development"].sum())

    assert development(handed) > development(without) + 20
    assert {person.reason for person in handed.people if person.slot == 0} == {"retired", ""}

    def orders_after(record: Record) -> int:
        cases = record.cases
        return int(((cases["kind"] == "order") & (cases["arrived_h"] >= 1000)).sum())

    assert orders_after(handed) > orders_after(without)


def test_a_sickness_wave_keeps_the_affected_away_and_moves_nobody_elses_absence(run: Runner) -> None:
    wave = {"presence.wave_share": 0.5, "presence.wave_start_months": 3, "presence.wave_days": 10}
    calm, hit = run("baseline"), run("baseline", wave)

    first = round((0.25 * 2000 - calm.start_h) / calm.day_h)
    for before, after in zip(calm.people, hit.people, strict=True):
        outside = np.ones(len(before.present_h), dtype=bool)
        outside[first : first + 10] = False
        np.testing.assert_array_equal(before.present_h[outside], after.present_h[outside])
    lost = sum(person.present_h[first : first + 10].sum() for person in calm.people)
    kept = sum(person.present_h[first : first + 10].sum() for person in hit.people)
    assert 0.2 * lost < kept < 0.8 * lost


def test_while_the_tools_are_out_the_same_content_books_more_hours(run: Runner) -> None:
    out = {"outage.days": 40, "outage.start_months": 0, "outage.speed_share": 0.5}
    entries = entry_hours(run("baseline", out), [0.0, 40 * 8.0, 80 * 8.0])

    by_window = entries.groupby("window")[["clock_h", "content_h"]].sum()
    trained = by_window["clock_h"] / by_window["content_h"]
    assert trained[0] == pytest.approx(2 * trained[1], rel=0.05)


def test_overtime_is_paid_by_hours_that_are_booked(run: Runner) -> None:
    long_queue = {"time.overtime_share": 0.1, "time.overtime_queue_days": 1, "demand.level": 1.2}
    account = time_account(run("baseline", long_queue), [0.0, 2000.0])

    assert account["overtime"].sum() > 0
