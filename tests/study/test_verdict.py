from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.study.advice.verdict import KINDS, Standing, passes, settled, verdict

ZONE = 100.0
GOOD = Standing(
    name="whole", mean=500.0, low=300.0, high=700.0, worst_high=600.0, reliability=0.9, effort=(3.0,),
    components=frozenset({"a", "b"}),
)  # fmt: skip
PART = replace(GOOD, name="part", mean=450.0, low=250.0, high=650.0, effort=(1.0,), components=frozenset({"a"}))


def answer(*standings, beaten=None, fits=True):
    return verdict(standings, beaten or {}, ZONE, fits=fits)


def test_a_plan_that_surely_gains_holds_everything_and_is_right_in_most_draws_is_advised():
    found = answer(GOOD)
    assert (found.kind, found.plan, found.advises) == ("do_it", "whole", True)


def test_without_a_fit_nothing_is_promised():
    found = answer(GOOD, fits=False)
    assert found.kind == "not_usable" and not found.plan and found.candidate == "whole"


@pytest.mark.parametrize(
    ("change", "kind", "because"),
    [
        ({"low": 100.0}, "measure_first", "undecided"),
        ({"low": 50.0, "high": 200.0}, "keep", "no_gain"),
        ({"broken": ("floors.late_points.bespoke",)}, "keep", "no_feasible"),
        ({"worst_high": -100.1}, "measure_first", "undecided"),
        ({"reliability": 0.79}, "measure_first", "unreliable"),
        ({"reliability": math.nan}, "measure_first", "not_drawn"),
    ],
)
def test_what_is_missing_decides_what_is_said_instead(change, kind, because):
    found = answer(replace(GOOD, **change))
    assert (found.kind, found.because, found.plan, found.candidate) == (kind, because, "", "whole")


def test_a_simpler_part_that_the_whole_does_not_surely_beat_is_the_first_step():
    found = answer(GOOD, PART)
    assert (found.kind, found.plan, found.beyond) == ("first_step", "part", "whole")
    surely = answer(GOOD, PART, beaten={("whole", "part"): ZONE + 1})
    assert (surely.kind, surely.plan) == ("do_it", "whole")


def test_a_simpler_plan_that_is_no_part_is_done_instead():
    other = replace(PART, components=frozenset({"c"}))
    assert answer(GOOD, other).plan == "part" and answer(GOOD, other).kind == "do_it"


def test_measuring_is_about_the_plan_that_is_right_in_most_draws_not_the_one_that_leads_with_the_likeliest_values():
    leads, oftener = replace(GOOD, reliability=0.51), replace(PART, reliability=0.63)
    found = answer(leads, oftener)
    assert (found.kind, found.because, found.candidate) == ("measure_first", "unreliable", "part")
    undecided = answer(replace(leads, low=0.0), replace(oftener, low=0.0))
    assert (undecided.because, undecided.candidate) == ("undecided", "part")
    cannot_gain = replace(oftener, low=0.0, high=2 * ZONE)
    assert answer(replace(leads, low=0.0), cannot_gain).candidate == "whole", "what cannot gain is not worth measuring"
    assert answer(replace(GOOD, reliability=0.6), replace(PART, reliability=0.6)).candidate == "whole"
    assert answer(replace(GOOD, reliability=math.nan), replace(PART, reliability=math.nan)).candidate == "whole"


def test_a_plan_that_breaks_a_floor_is_never_advised_however_much_it_gains():
    broken = replace(GOOD, name="more", mean=5000.0, low=4000.0, high=6000.0, broken=("floors.lapsed_points",))
    assert answer(broken, GOOD).plan == "whole"


def test_more_replications_change_nothing_once_a_plan_passes_or_none_can_gain_anything_relevant():
    assert settled([GOOD], ZONE) and settled([replace(GOOD, low=0.0, high=2 * ZONE)], ZONE)
    assert not settled([replace(GOOD, low=0.0)], ZONE) and settled([], ZONE)


numbers = st.floats(allow_nan=True, allow_infinity=True)
names = st.text("abc", min_size=1, max_size=2)
standing = st.builds(
    Standing, name=names, mean=numbers, low=numbers, high=numbers, worst_high=numbers,
    broken=st.lists(st.just("floors.lapsed_points"), max_size=1).map(tuple), reliability=numbers,
    effort=st.tuples(st.floats(0, 9), st.floats(0, 9)), components=st.frozensets(names, max_size=3),
)  # fmt: skip


@given(
    st.lists(standing, max_size=6, unique_by=lambda one: one.name),
    st.dictionaries(st.tuples(names, names), numbers),
    st.floats(0, 1e9),
    st.booleans(),
    st.randoms(),
)
def test_whatever_is_known_there_is_exactly_one_answer(standings, beaten, zone, fits, random):
    found = verdict(standings, beaten, zone, fits=fits)
    assert found.kind in KINDS
    known = {one.name: one for one in standings}
    assert found.advises == bool(found.plan) and bool(found.because) != found.advises
    assert found.shown in {"", *known} and found.beyond in {"", *known}
    if found.advises:
        advised = known[found.plan]
        assert fits and passes(advised, zone) and advised.reliability >= 0.8
    shuffled = list(standings)
    random.shuffle(shuffled)
    assert verdict(shuffled, beaten, zone, fits=fits) == found, "their order counts for nothing"
