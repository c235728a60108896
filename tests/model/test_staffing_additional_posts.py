"""One more head: a post that a design adds at go-live, and that moves nothing which belongs to anybody else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import yaml

from simkit.model.engine.engine import Run, simulate
from simkit.model.event_log.event_log import Record
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import Design, load_design
from simkit.model.specification.levers import load_lever
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.override_check import override_problems
from tests.model.conftest import SMALL, Runner, patched

FEW_LEAVE = {"staff.quit_per_year": 0.3, "staff.fill_days": 60}
MORE = 8  # the small client has posts 0 to 7


def one_more(design: str = "baseline", posts: int = 1) -> Design:
    whole = load_design(design)
    return whole.with_levers([load_lever("one_more_head")]) if posts == 1 else whole


@pytest.fixture(scope="module")
def more(small_inputs: ModelInputs) -> Record:
    inputs = draw_inputs(small_inputs, patched(SMALL, FEW_LEAVE), seed=1, replication=0)
    return simulate(inputs, one_more())


def tenures(record: Record, post: int) -> list[tuple[float, ...]]:
    return [(p.number, p.joins_h, p.leaves_h, p.fte, float(p.present_h.sum())) for p in record.people if p.slot == post]


def test_one_more_post_moves_nobody_elses_draws(run: Runner, more: Record) -> None:
    without = run("baseline", FEW_LEAVE)

    assert all(tenures(more, post) == tenures(without, post) for post in range(MORE))
    assert tenures(without, MORE) == [] and len(tenures(more, MORE)) >= 1


def test_until_somebody_takes_up_the_new_post_nothing_is_different(run: Runner, more: Record) -> None:
    without, joins_h = run("baseline", FEW_LEAVE), min(p.joins_h for p in more.people if p.slot == MORE)

    before = [record.tasks[record.tasks["end_h"] < joins_h].drop(columns="unit") for record in (without, more)]
    assert len(before[0]) > 500
    assert before[0].equals(before[1])


def test_the_new_post_is_filled_like_any_vacancy_and_its_holder_learns_the_work(more: Record) -> None:
    first = next(person for person in more.people if person.slot == MORE)
    mean_cost = np.mean([person.cost_amount for person in more.people if person.slot < MORE])

    assert first.number == 1, "a hire is paid for whoever is not number 0"
    assert first.joins_h > 0 and first.joins_h % more.day_h == 0
    assert first.speed[round((first.joins_h - more.start_h) / more.day_h)] < 0.3
    assert first.cost_amount == pytest.approx(mean_cost)


def test_the_new_holder_gets_a_fair_share_of_the_customers(small_inputs: ModelInputs) -> None:
    calm: Mapping[str, float] = {"staff.quit_per_year": 0, "staff.retirement_age_years": 75, "staff.fill_days": 0}
    parameter_set = patched(SMALL, calm)
    run = Run(
        draw_inputs(small_inputs, parameter_set, seed=1, replication=0),
        one_more(),
        parameter_set,
        load_design("baseline"),
    )
    run.record()

    organisation = run.organisation
    loads = [sum(organisation.loads.hours[customer] for customer in accounts) for accounts in organisation.accounts]
    assert len(loads) == MORE + 1
    assert loads[MORE] == pytest.approx(np.mean(loads), rel=0.1)  # customers won since then moved all a little
    moved = [customer for customer, owner in organisation.owner.items() if owner != organisation.home[customer]]
    assert len(moved) < 0.4 * len(organisation.owner), "most customers keep their contact person"


def test_a_post_that_is_not_filled_before_the_end_changes_nothing(small_inputs: ModelInputs, run: Runner) -> None:
    late = {"staff.fill_days": 1900, "staff.fill_cv": 0, "staff.quit_per_year": 0}
    inputs = draw_inputs(small_inputs, patched(SMALL, late), seed=1, replication=0)

    assert simulate(inputs, one_more()).tasks.equals(run("baseline", late).tasks)


def test_a_new_post_that_is_still_open_is_no_shortage(small_inputs: ModelInputs) -> None:
    nobody = {"staff.quit_per_year": 0, "staff.retirement_age_years": 75, "shortage.policy": 2, "staff.fill_days": 150}
    inputs = draw_inputs(small_inputs, patched(SMALL, nobody, {"staff.fill_cv": 0}), seed=1, replication=0)
    plain, more = (simulate(inputs, design) for design in (load_design("baseline"), one_more()))

    until_h = 100.0
    first, second = (record.tasks[record.tasks["end_h"] < until_h].drop(columns="unit") for record in (plain, more))
    assert len(first) > 100 and first.equals(second)


@pytest.mark.parametrize("design", ["stretched_t", "hunter_farmer"])
def test_the_new_post_sits_in_one_unit_of_any_design(design: str, small_inputs: ModelInputs) -> None:
    inputs = draw_inputs(small_inputs, patched(SMALL, {"staff.fill_days": 30}), seed=1, replication=0)
    record = simulate(inputs, one_more(design))

    seats = record.assignments[record.assignments["slot"] == MORE]
    assert len(seats) >= 1 and (seats["from_h"] > 0).all()
    booked = record.tasks.loc[record.tasks["person"] == MORE * 1000 + 1, "clock_h"].sum()
    holder = next(person for person in record.people if person.slot == MORE)
    assert booked > 0.5 * (holder.present_h - holder.blocked_h.sum(axis=1)).sum()


def test_sizes_in_a_file_have_to_make_room_for_the_new_post(tmp_path: Path) -> None:
    folder = tmp_path / "designs"
    folder.mkdir()
    text = {"base": "baseline", "title": {"de": "Fest", "en": "Fixed"}, "purpose": {"de": "x", "en": "x"}}
    unit = {"sales": {"title": {"de": "V", "en": "S"}, "assignment": "owner", "size": MORE}}
    (folder / "fixed.yaml").write_text(yaml.safe_dump({**text, "units": unit}), encoding="utf-8")

    common = {"designs": ["fixed"], "posts": MORE, "folder": tmp_path}
    assert override_problems(load_defaults(), **common) == []
    (problem,) = override_problems(load_defaults(), levers=["one_more_head"], **common)
    assert "8 posts, the client 9" in problem.what.en and "fixed.yaml" in problem.where
