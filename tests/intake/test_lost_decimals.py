"""Lost decimal marks are recognised, and honest files are left in peace."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.intake.reading.lost_decimals import lost_decimals


def frame(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="str")


def test_a_comma_that_groups_and_divides_is_damage() -> None:
    found = lost_decimals(frame(Wert=["2,024,994", "5,70", "874,794"]), ["Wert"])
    assert [damage.header for damage in found] == ["Wert"]
    assert "'2,024,994'" in found[0].what.en
    assert found[0].position == 0


def test_the_witness_may_stand_in_a_column_that_is_not_mapped() -> None:
    found = lost_decimals(frame(Wert=["2,024,994", "874,794"], Fracht=["0,5047", "12"]), ["Wert"])
    assert len(found) == 1


def test_a_point_that_groups_and_divides_is_damage() -> None:
    assert len(lost_decimals(frame(Wert=["2.024.994", "5.7"]), ["Wert"])) == 1


def test_amounts_whose_ratio_jumps_by_powers_of_ten_are_damage() -> None:
    rng = np.random.default_rng(1)
    price = rng.uniform(1100, 9900, 200).round(3)
    cost = price * 0.8
    written = [f"{round(x * 1_000):,}" for x in price]
    three_or_four = [f"{round(x * (1_000 if n % 2 else 10_000)):,}" for n, x in enumerate(cost)]
    found = lost_decimals(frame(Preis=written, Kosten=three_or_four), ["Preis", "Kosten"])
    assert {damage.header for damage in found} == {"Preis", "Kosten"}


@pytest.mark.parametrize(
    "honest",
    [
        frame(Wert=["2,024,994", "1,234,567"], Kosten=["1,812,345", "1,100,000"]),
        frame(Wert=["2,024,994.50", "5.70"], Kosten=["1,024,994", "5"]),
        frame(Wert=["2,024,994", "874"], Kosten=["12.50", "5"]),
        frame(Wert=["2.024.994", "874"], Kosten=["12,50", "5"], Monat=["08.2020", "09.2020"]),
        frame(Wert=["2.024.994,00", "5,70"], Version=["1.10", "1.2"]),
        frame(Wert=["1.234", "5.678"]),
        frame(Wert=["12,50", "1234,5"]),
    ],
)
def test_honest_files_are_left_in_peace(honest: pd.DataFrame) -> None:
    assert lost_decimals(honest, [name for name in ("Wert", "Kosten") if name in honest]) == ()


def test_honest_grouped_amounts_of_any_spread_are_left_in_peace() -> None:
    rng = np.random.default_rng(2)
    for sigma in (0.05, 0.3, 1.0, 2.0):
        value = rng.lognormal(13, 1, 400).round() + 1_000
        cost = (value * rng.lognormal(-0.3, sigma, 400)).round() + 1_000
        honest = frame(Wert=[f"{x:,.0f}" for x in value], Kosten=[f"{x:,.0f}" for x in cost])
        assert lost_decimals(honest, ["Wert", "Kosten"]) == (), sigma
