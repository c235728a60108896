"""Makes small client folders on the fly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

TODAY = dt.date(2025, 6, 30)
Maker = Callable[..., Path]


@pytest.fixture
def make_client(tmp_path: Path) -> Maker:
    """Return a function that writes files and a client.yaml and returns the folder."""

    def make(tables: dict[str, Any], files: dict[str, str | bytes] | None = None, **settings: Any) -> Path:
        folder = tmp_path / "probe"
        folder.mkdir(exist_ok=True)
        for name, content in (files or {}).items():
            path = folder / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        config = {"client": "probe", "name": "Probe GmbH", "state": "BW", **settings, "tables": tables}
        (folder / "client.yaml").write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), "utf-8")
        return folder

    return make
