"""How much sellers differ: found again in invented deals, chance taken out, and nothing told on few people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_client import made_client

from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measured.measured_demand import base_logit
from simkit.study.measured.measured_sellers import PATH, sellers_override, spread_of


def deals(spread: float, sellers: int, each: int, seed: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    chance = 1 / (1 + np.exp(0.6 - spread * draw.standard_normal(sellers)))
    rows = [(f"P{who}", draw.random() < chance[who]) for who in range(sellers) for _ in range(each)]
    table = pd.DataFrame(rows, columns=["employee_id", "won"])
    return table.assign(stage=np.where(table["won"], "won", "lost")).drop(columns="won")


@pytest.mark.parametrize("spread", [0.1, 0.3, 0.6])
def test_the_spread_is_found_with_an_interval_that_holds_it(spread: float) -> None:
    draw, found = np.random.default_rng(3), []
    for _ in range(40):
        chance = 1 / (1 + np.exp(0.6 - spread * draw.standard_normal(20)))
        closed = draw.integers(30, 60, 20)
        found.append(spread_of(draw.binomial(closed, chance).astype(float), closed.astype(float), 0.3))
    assert np.mean([one.value for one in found]) == pytest.approx(spread, abs=0.06)
    assert sum(one.low <= spread <= one.high for one in found) >= 34


def test_chance_alone_is_no_difference_between_sellers() -> None:
    alike = spread_of(*_counts(0.0, 40, 60), 0.3)
    differing = spread_of(*_counts(0.8, 40, 60), 0.3)
    assert alike.high < 0.35 < differing.low


def _counts(spread: float, sellers: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    table = deals(spread, sellers, each)
    won = table["stage"].eq("won").groupby(table["employee_id"]).sum().to_numpy(dtype=float)
    return won, np.full(sellers, float(each))


def test_little_known_stays_near_the_assumption_and_much_known_leaves_it() -> None:
    few, many = (
        sellers_override(made_client(opportunities=deals(1.2, *size)), load_defaults())[PATH][0]
        for size in ((5, 10), (30, 80))
    )
    assert abs(few - load_defaults().value(PATH)) < abs(many - load_defaults().value(PATH))
    assert many > 0.8


def test_fewer_people_than_the_minimum_group_and_deals_without_a_seller_tell_nothing() -> None:
    assert sellers_override(made_client(opportunities=deals(0.5, 4, 50)), load_defaults()) == {}
    assert sellers_override(made_client(opportunities=deals(0.5, 12, 9)), load_defaults()) == {}
    assert (
        sellers_override(made_client(opportunities=deals(0.5, 8, 50).drop(columns="employee_id")), load_defaults())
        == {}
    )
    assert sellers_override(made_client(), load_defaults()) == {}
    client = made_client(opportunities=deals(0.5, 8, 50))
    client.config.privacy.minimum_group = 9
    assert sellers_override(client, load_defaults()) == {}


def test_it_is_told_as_measured_in_part_and_names_how_many_but_nobody() -> None:
    _, told = sellers_override(made_client(opportunities=deals(0.5, 8, 50)), load_defaults())[PATH]
    assert told.kind == "partly" and "8 people" in told.source and "8 Personen" in told.source_de
    assert not any(f"P{n}" in told.source for n in range(8))


def test_the_spread_between_sellers_is_that_of_the_models_own_people() -> None:
    """Deals whose chance is the model's, with its quality and flags: the parameter itself comes back."""
    defaults, draw = load_defaults(), np.random.default_rng(8)
    v, people, each = defaults.value, 200, 150
    ability, share = np.repeat(draw.standard_normal(people), each), v("winning.flag_share")
    odds = (
        base_logit(0.35, defaults)
        + v(PATH) * ability
        + v("winning.quality_logit") * draw.standard_normal(people * each)
    )
    odds += v("winning.access_logit") * (draw.random(people * each) < share)
    odds += v("winning.deadline_logit") * (draw.random(people * each) < share)
    won = draw.random(people * each) < 1 / (1 + np.exp(-odds))
    assert won.mean() == pytest.approx(0.35, abs=0.02)
    names = np.repeat([f"P{n}" for n in range(people)], each)
    table = pd.DataFrame({"employee_id": names, "stage": np.where(won, "won", "lost")})
    assert sellers_override(made_client(opportunities=table), defaults)[PATH][0] == pytest.approx(v(PATH), rel=0.12)
