"""How often contacts are said to come before orders in firms where both merely share a season, and what would be found.

`lines()` returns it for `benchmarks/promises.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from simkit.foundation.random_streams import stream
from simkit.value.customers.lead_lag import ALPHA, slopes_by_lag

LENGTHS = (30, 36, 42, 48, 60)
"""Months of history; of the first, 24 can be compared at a lead of up to six."""
AMPLITUDES = (0.0, 0.15, 0.30)
CONTACTS, ORDERS = 60.0, 80.0
"""Mean numbers a month."""
SHAPES: dict[str, dict[int, float]] = {
    "August at 60%": {8: 0.6},
    "August at 30%": {8: 0.3},
    "November at 300%": {11: 3.0},
    "March at 200%, December at 30%": {3: 2.0, 12: 0.3},
}
"""Seasons of single months that both share, as factors by month, on top of ± 15 %: no wave of the year meets them."""
BEHIND_MONTHS = 3
"""Orders peak so many months after contacts."""


NO_SHAPE: Mapping[int, float] = MappingProxyType({})


def firms(
    number: int,
    months: int,
    amplitude: float,
    *,
    effect: float = 0.0,
    shape: Mapping[int, float] = NO_SHAPE,
    seed: int = 1,
) -> list[tuple[pd.Series, pd.Series]]:
    """Return contacts and orders by month of invented firms.

    Parameters
    ----------
    amplitude : float
        How far the season moves both, as a share of the mean; orders peak three months after contacts.
    effect : float
        Relative change of orders per relative change of the contacts of the month before, against those of the season.
    shape : mapping of int to float
        Factors of single months, 1 to 12, for both, on top of the season.

    Notes
    -----
    Both counts are Poisson. Contacts vary by a further fifth from month to month, so that there is something to see.
    """
    random = stream(seed, months, f"benchmarks.shared_season.{amplitude}.{effect}.{sorted(shape.items())}")
    when = pd.period_range("2019-01", periods=months, freq="M")
    month = when.month.to_numpy()
    single = np.array([shape.get(one, 1.0) for one in month])
    wave = amplitude * np.sin(2 * np.pi * month / 12)
    later = amplitude * np.sin(2 * np.pi * (month - BEHIND_MONTHS) / 12)
    usual = CONTACTS * (1 + wave) * single
    made = []
    for _ in range(number):
        own = random.gamma(25.0, 1 / 25.0, months)
        contacts = random.poisson(usual * own)
        before = np.concatenate([[1.0], np.maximum(contacts / usual, 0.1)[:-1]])
        orders = random.poisson(ORDERS * (1 + later) * single * before**effect)
        made.append((pd.Series(contacts.astype(float), when), pd.Series(orders.astype(float), when)))
    return made


def found_share(
    number: int, months: int, amplitude: float, *, effect: float = 0.0, shape: Mapping[int, float] = NO_SHAPE
) -> tuple[int, int, float]:
    """Return in how many firms something was found, in how many at a lag of one month, and the mean power that is told.

    What Holm finds first is what is below 5 % / 7, so that the first is exact; at one month the same limit is used, which
    is what the power is told for.
    """
    any_lag = right_lag = 0
    power = 0.0
    for contacts, orders in firms(number, months, amplitude, effect=effect, shape=shape):
        table = slopes_by_lag(contacts, orders).set_index("lag_months")
        found = table["p_value"] < ALPHA / len(table)
        any_lag, right_lag = any_lag + bool(found.any()), right_lag + bool(found[1])
        power += float(table.loc[1, "power"]) / number
    return any_lag, right_lag, power


def lines(number: int = 200) -> list[str]:
    """Return what was found, as lines to print."""
    told = [
        f"contacts before orders: found in so many of {number} firms with a shared season and no effect (wanted: 5 %; "
        "seed 1; in brackets Clopper and Pearson's interval)"
    ]
    for months in LENGTHS:
        for amplitude in AMPLITUDES:
            told.append(
                f"  {months} months, season ± {amplitude:4.0%}: {_share(found_share(number, months, amplitude)[0], number)}"
            )
        for name, shape in SHAPES.items():
            found = found_share(number, months, 0.15, shape=shape)[0]
            told.append(f"  {months} months, season ±  15% and {name}: {_share(found, number)}")
    told.append(
        "an effect of 20 % of the contacts of the month before, season ± 15 %: found at that lag, and the power that is told"
    )
    for months in LENGTHS:
        _, right, power = found_share(number, months, 0.15, effect=0.2)
        told.append(f"  {months} months: {_share(right, number)}, told {power:.0%}")
    return told


def _share(count: int, number: int) -> str:
    ends = binomtest(count, number).proportion_ci(method="exact")
    return f"{count / number:5.1%} ({ends.low:.1%} to {ends.high:.1%})"
