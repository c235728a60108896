"""Small clients made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from simkit.intake.client import ClientData
from simkit.intake.config import ClientConfig
from simkit.intake.workdays import WorkingCalendar

MakeClient = Callable[..., ClientData]


@pytest.fixture(scope="session")
def make_client() -> MakeClient:
    """Return a maker of clients from tables."""

    def make(*, minimum_group: int = 5, weights: dict[str, float] | None = None, **tables: pd.DataFrame) -> ClientData:
        config = ClientConfig.model_validate(
            {
                "client": "made_by_hand",
                "name": "Handmade GmbH",
                "state": "BW",
                "privacy": {"minimum_group": minimum_group},
                "score": {"weights": weights or {}},
                "tables": {},
            }
        )
        return ClientData(
            config=config,
            folder=Path(),
            tables=tables,
            findings=(),
            assumptions=(),
            protocol=pd.DataFrame(),
            input_hashes={"orders.csv": "ab" * 32},
            first=dt.date(2024, 1, 1),
            last=dt.date(2025, 12, 31),
            calendar=WorkingCalendar(country="DE", state="BW"),
        )

    return make
