"""What every test may use: the place of the real data, the folder of the project, and clients made by hand."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from simkit.intake.client import ClientData
from simkit.intake.settings.client_settings import ClientConfig
from simkit.intake.working_calendar import WorkingCalendar

PROJECT = Path(__file__).resolve().parent.parent
VARIABLE = "SIMKIT_SHARED_DATA"


@pytest.fixture(scope="session")
def project() -> Path:
    """Folder of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the real data; absent, the test is skipped, unless the variable says that it must be there."""
    if place := os.environ.get(VARIABLE):
        folder = Path(place)
        if not folder.is_dir():
            pytest.fail(f"{VARIABLE} names {folder}, which is not a folder")
        return folder
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real data not found: set {VARIABLE} to its folder")
    os.environ[VARIABLE] = str(folder)
    return folder


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
