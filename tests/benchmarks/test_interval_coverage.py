"""Coverage in the small: the kit's intervals keep their promise, others would not, and the tests' power is as told."""

from __future__ import annotations

import numpy as np
import people_coverage
import pytest
import replication_coverage
from interval_coverage import coverage_test, power_words, rejected
from made_coverage import Covered, line


def firms(share: float, clients: int = 40, intervals: int = 11, seed: int = 1) -> list[list[bool]]:
    draw = np.random.default_rng(seed)
    return (draw.random((clients, intervals)) < share).tolist()


# --- the test of clients ---------------------------------------------------------------------------------------------


def test_what_is_as_promised_passes():
    found = coverage_test(firms(0.95), 0.95)
    assert min(found.p_value, found.p_sharp) > 0.05 and found.clients == 40 and found.intervals == 440
    assert found.coverage == pytest.approx(0.95, abs=0.03) and found.word == "as promised"


@pytest.mark.parametrize(("share", "clients"), [(0.85, 40), (0.5, 8)])
def test_too_little_coverage_is_rejected(share, clients):
    found = coverage_test(firms(share, clients), 0.95)
    assert max(found.p_value, found.p_sharp) < 0.01 and found.word == "too narrow"


def test_intervals_that_are_far_too_wide_are_told_and_only_by_the_sharp_test():
    found = coverage_test([[True] * 11] * 40, 0.80)
    assert found.word == "too wide" and found.p_sharp < 1e-6
    assert coverage_test([[True] * 11] * 40, 0.95).p_value > 0.01  # all that hangs together might hang together


def test_intervals_of_one_client_that_hang_together_are_no_false_alarm():
    """All intervals of a client miss together in 5 % of clients: as promised, though a binomial test would reject it."""
    draw = np.random.default_rng(7)
    exact = sharp = 0
    for _ in range(400):
        whole = draw.random(40) < 0.95
        found = coverage_test([[bool(one)] * 11 for one in whole], 0.95)
        exact, sharp = exact + (found.p_value < 0.01), sharp + (found.p_sharp < 0.01 and found.coverage < 0.95)
    assert exact <= 8 and sharp <= 8  # 1 % of 400 is 4; more than 8 has a chance of 2 %


def test_one_client_alone_says_nothing_by_the_sharp_test():
    assert coverage_test([[True, False]], 0.95).p_sharp == 1.0


# --- its power -------------------------------------------------------------------------------------------------------


def test_the_power_is_that_of_the_test_on_fresh_clients():
    exact, sharp = rejected(0.95, 0.90, 40, 11, number=400)
    found = [coverage_test(firms(0.90, seed=seed), 0.95) for seed in range(200)]
    assert np.mean([one.p_value < 0.01 for one in found]) == pytest.approx(exact, abs=0.12)
    assert np.mean([one.p_sharp < 0.01 for one in found]) == pytest.approx(sharp, abs=0.12)
    assert sharp > exact + 0.05


@pytest.mark.parametrize("together", [0.0, 0.1])
def test_a_promise_that_holds_is_rarely_rejected(together):
    assert max(rejected(0.95, 0.95, 40, 11, together=together)) <= 0.025
    assert max(rejected(0.80, 0.80, 24, 11, together=together)) <= 0.025


def test_too_wide_intervals_are_found_by_the_sharp_test_alone():
    exact, sharp = rejected(0.80, 0.92, 24, 11, number=400)
    assert exact == 0.0 and sharp > 0.95


def test_what_hangs_together_takes_power_away():
    assert rejected(0.80, 0.70, 24, 11, together=0.1, number=400)[1] < rejected(0.80, 0.70, 24, 11, number=400)[1]


def test_the_power_stands_in_words():
    words = power_words(coverage_test(firms(0.95), 0.95), (0.5, 0.95))
    assert "50%: 100% / 100%" in words and "95%: 0% / " in words


# --- made intervals --------------------------------------------------------------------------------------------------


def test_shares_over_few_people_are_covered_and_a_bootstrap_would_break_the_promise(monkeypatch):
    kind = people_coverage.KINDS[0]
    for people in (5, 8):
        found, width = people_coverage.teams(kind, people, 600)
        assert found.kept and found.share >= found.wanted and found.side != "narrow" and width < 0.35

    def percentiles(part, whole):
        picks = np.random.default_rng(1).integers(0, len(part), (400, len(part)))
        low, high = np.quantile(part[picks].sum(axis=1) / whole[picks].sum(axis=1), [0.025, 0.975])
        return type("Ends", (), {"low": low, "high": high})

    monkeypatch.setattr(people_coverage, "share_over_people", percentiles)
    assert not people_coverage.teams(kind, 5, 600)[0].kept


def test_intervals_over_four_replications_are_covered():
    for name, study in (
        (replication_coverage.NO_DESIGNS, replication_coverage.of_lines),
        ("equal", lambda *made: replication_coverage.of_designs(replication_coverage.TRUTHS["equal"], *made)),
    ):
        found = replication_coverage.results(study, name, 4, 150, skewed=False)
        counted = {quantity: one for quantity, one in found.items() if quantity[:4] not in ("some", "of t")}
        assert len(counted) == 4 and all(one.kept and one.side != "narrow" for one in counted.values()), counted


def test_an_interval_half_as_wide_would_not_keep_it(monkeypatch):
    whole = replication_coverage.half_width
    monkeypatch.setattr(replication_coverage, "half_width", lambda values: whole(values) / 2)
    found = replication_coverage.results(replication_coverage.of_lines, "half", 6, 150, skewed=False)
    assert not found["paired difference (t)"].kept


def test_a_coverage_has_clopper_pearsons_interval_and_a_broken_promise_stands_at_the_end():
    one = Covered(hits=90, number=100, wanted=0.97)
    assert one.ends == pytest.approx((0.8238, 0.9510), abs=5e-5)
    assert line("x", [one]).endswith(Covered.FAILS) and one.side == "right"
    assert not line("x", [Covered(hits=90, number=100, wanted=0.93)]).endswith(Covered.FAILS)
    assert Covered(hits=100, number=100, wanted=0.93).side == "wide"
