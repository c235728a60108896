"""What every test may use: the place of the real data, and the folder of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
