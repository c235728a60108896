"""CDNOW's purchases, and invented buyers whose timing is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.random_streams import stream
from simkit.value.lifetime.histories import purchase_days

START = pd.Timestamp("2022-01-03")


@pytest.fixture(scope="session")
def cdnow_days(shared_data: Path) -> pd.DataFrame:
    """The days on which CDNOW's 2,357 sampled customers bought."""
    table = pd.read_csv(
        shared_data / "cdnow" / "CDNOW_sample.txt", sep=r"\s+", header=None,
        names=["old", "customer_id", "on", "n", "value_amount"], dtype={"customer_id": str, "on": str},
    )  # fmt: skip
    return table.assign(sold_on=pd.to_datetime(table["on"])).pipe(_all_days)


def _all_days(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the days as the published study counts them: some of CDNOW's purchases are worth nothing."""
    days = sales.groupby(["customer_id", "sold_on"], as_index=False)["value_amount"].sum()
    return days.set_axis(["customer_id", "day", "amount"], axis=1).assign(credit_amount=0.0)


Buyers = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def buyers() -> Buyers:
    """Return a maker of buyers with Erlang-k intervals who leave with a chance of their own after each purchase."""

    def make(
        k: int,
        *,
        seed: int,
        number: int = 1500,
        years: int = 3,
        shape: tuple[float, float, float, float] = (1.5, 20.0, 1.0, 6.0),
        at_once: bool = False,
    ) -> pd.DataFrame:
        r, alpha, a, b = shape
        random = stream(seed, k, "tests.buyers")
        begin = random.uniform(0, 364, number)
        rate_per_day = random.gamma(r, 1 / alpha, number) / 7
        parameters = random.beta(a, b, number)
        most = 4000
        moments, owners = [], []
        for place in range(number):
            stays = int(random.geometric(parameters[place])) if parameters[place] > 1e-12 else most
            gaps = random.gamma(k, 1 / (k * rate_per_day[place]), min(stays - at_once, most))
            moments.append(begin[place] + np.concatenate([[0.0], np.cumsum(gaps)]))
            owners.append(np.full(moments[-1].size, place))
        moment, owner = np.concatenate(moments), np.concatenate(owners)
        seen = moment < years * 364
        day = START + pd.to_timedelta(np.floor(moment[seen]), unit="D")
        usual = 100 * np.exp(random.normal(0.0, 0.5, number))
        amount = usual[owner[seen]] * random.gamma(6.0, 1 / 6.0, int(seen.sum()))
        table = pd.DataFrame({"customer_id": owner[seen], "sold_on": day, "value_amount": amount})
        return purchase_days(table)

    return make
