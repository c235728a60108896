"""The foreign world: it shares nothing with the kit, is what it says, and two of its firms go through the whole kit.

The full size is ``python benchmarks/recovery.py --foreign``; its last output stands in benchmarks/README.md.
"""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import foreign_judgement
import numpy as np
import pytest
from foreign import firm as firms
from foreign.days import World
from foreign.draws import lognormal, uniform
from foreign.plans import LEVELS, NAMES, TODAY, VALUE_FIRST, plans
from foreign.settling import PAST_DAYS, settled, today
from foreign.truths import HORIZON_YEARS, Truth, load_of, truth, yearly_profit
from foreign_judgement import Size
from foreign_tables import Judged, Outcome, summary

FOREIGN = Path(foreign_judgement.__file__).parent / "foreign"
SMALL = firms.TUNING_SEEDS + 5
ALLOWED = {"numpy", "pandas", "scipy", "holidays", "foreign"}


@pytest.fixture(scope="module")
def one():
    return settled(SMALL)


def test_the_foreign_world_imports_nothing_of_the_kit():
    for file in FOREIGN.glob("*.py"):
        names = set()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(node.module)
        roots = {name.split(".")[0] for name in names}
        assert roots <= ALLOWED | set(__import__("sys").stdlib_module_names), file


def test_seeds_of_tuning_and_proof_never_meet():
    assert abs(firms.PROOF_SEEDS - firms.TUNING_SEEDS) > 100_000


def test_draws_depend_on_what_they_are_for_alone():
    alone = uniform(7, "order", np.arange(5), 3)
    among = uniform(7, "order", np.arange(100), 3)[:5]

    assert np.array_equal(alone, among)
    assert not np.isclose(alone, uniform(7, "deal", np.arange(5), 3)).any()
    many = lognormal(0.6, 1, "hours", np.arange(200_000))
    assert many.mean() == pytest.approx(1.0, abs=0.01) and many.std() == pytest.approx(0.6, abs=0.02)


def test_the_same_organisation_meets_the_same_world(one):
    chosen = plans(one.firm, one.places, one.hours, (TODAY, TODAY))
    profit, world = yearly_profit(one, chosen, np.arange(3))

    assert np.array_equal(profit[0], profit[1])
    assert load_of(world, 0) == pytest.approx(one.firm.load, abs=0.05)


def test_customers_come_and_go_in_balance_and_nobody_works_more_than_there_is_time(one):
    world = World(one.firm, one.places, today(one.firm, one.places), np.arange(12), past_days=PAST_DAYS, days=500)
    world.run(PAST_DAYS + 500)
    tally = world.tally

    lost, won = tally.lost.mean(), tally.won.mean()
    assert abs(won - lost) / 2 < 0.02 * one.firm.customers
    assert (tally.hours.sum(axis=(1, 2, 3)) < 1.02 * tally.available_h).all()


def test_a_customer_who_hears_nothing_orders_less(one):
    rare = replace(one.firm, planned=(0.5, 0.5, 0.5))
    chosen = plans(one.firm, one.places, one.hours, (TODAY, LEVELS))
    often, _ = yearly_profit(one, chosen, np.arange(4))
    silent, _ = yearly_profit(replace(one, firm=rare), plans(rare, one.places, one.hours, (TODAY,)), np.arange(4))

    assert silent[0].mean() < often[0].mean()


def test_organisations_use_every_post_and_give_every_customer_an_owner_of_its_own(one):
    for plan in plans(one.firm, one.places, one.hours, NAMES):
        assert not plan.in_unit[plan.owner].any()
        assert len(plan.owner) == one.firm.slots and len(plan.team) == one.firm.people


# --- the judgement ---------------------------------------------------------------------------------------------------


def _truth(seed, **gains):
    all_gains = {TODAY: 0.0} | dict.fromkeys(NAMES[1:], -0.01) | gains
    return Truth(
        seed=seed, kind="idle", people=10, customers=100, load=0.7, elasticity=0.2, contribution=1e6,
        replications=48, gains=all_gains, half_widths=dict.fromkeys(NAMES, 0.002),
    )  # fmt: skip


def _outcome(seed, best, verdict, gain=0.03):
    ranges = dict.fromkeys(NAMES[1:], (gain - 0.01, gain + 0.01))
    return Outcome(
        seed=seed, fit="fits", misses=[], load=(0.7, 0.6, 0.8), verdict=verdict, best=best, doubts=[],
        gains=dict.fromkeys(NAMES[1:], gain), ranges=ranges, reliability={}, seconds=1.0, size=[8, 20],
    )  # fmt: skip


def test_advice_that_is_right_passes():
    right = [
        *(Judged(truth=_truth(n), outcome=_outcome(n, TODAY, "keep")) for n in range(10)),
        *(
            Judged(truth=_truth(n, **{VALUE_FIRST: 0.03}), outcome=_outcome(n, VALUE_FIRST, "do_it"))
            for n in range(10, 20)
        ),
    ]

    assert summary(right)[1]


def test_false_winners_and_ranges_that_miss_are_rejected():
    null = [Judged(truth=_truth(n), outcome=_outcome(n, VALUE_FIRST, "do_it")) for n in range(5)]
    gaining = [
        Judged(truth=_truth(n, **{VALUE_FIRST: 0.08}), outcome=_outcome(n, VALUE_FIRST, "do_it")) for n in range(5)
    ]

    lines, passed = summary(null)
    assert not passed and "5 of 5" in lines[1]
    assert not summary(gaining)[1]


def test_a_model_that_does_not_fit_advises_nothing():
    outcome = replace(_outcome(1, VALUE_FIRST, "do_it"), fit="fits_except")

    assert outcome.advised == TODAY and outcome.answer == "none"


def test_two_firms_go_through_the_kit_and_a_stopped_run_goes_on(tmp_path, monkeypatch, one):
    at_rest = cache(lambda seed: one if seed == SMALL else settled(seed))  # truth and exports ask for the same firm
    monkeypatch.setattr("foreign.truths.settled", at_rest)
    monkeypatch.setattr(foreign_judgement, "settled", at_rest)
    # The kit never sees a truth: one is found, the other only stands in the table beside what the kit says.
    truths = [truth(SMALL, fewest=4, most=4), _truth(SMALL + 10)]
    file, told = tmp_path / "outcomes.jsonl", []

    found = foreign_judgement.judge(truths, file, Size(replications=2, draws=0), told.append)
    again = foreign_judgement.judge(truths, file, Size(replications=2, draws=0), told.append)

    assert len(told) == 4 and found == again
    assert len([json.loads(line) for line in file.read_text().splitlines()]) == 2
    assert {one.outcome.fit for one in found} <= {"fits", "fits_except"}
    assert all(set(one.outcome.gains) == set(NAMES[1:]) for one in found)
    assert HORIZON_YEARS == 2
