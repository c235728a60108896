"""What one euro is worth in the client's currency: the kit's own amounts are in euros and are converted by it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from simkit.foundation.errors import ConfigError
from simkit.intake.settings.yaml_lines import read_yaml

CLIENT_FILE = "client.yaml"


def stated_rate(folder: Path | None) -> float:
    """Return the rate that client.yaml of a folder states, else 1.

    What is wrong with client.yaml is told where it is read as a whole; here it counts as no rate.
    """
    file = Path(folder, CLIENT_FILE) if folder is not None else None
    if file is None or not file.is_file():
        return 1.0
    return _rate_of(file, file.stat().st_mtime_ns, file.stat().st_size)


@lru_cache(maxsize=32)
def _rate_of(file: Path, changed_ns: int, size: int) -> float:
    """Return the rate of one file; a file that has changed since is read anew."""
    try:
        rate = read_yaml(file).content.get("currency_rate")
    except ConfigError:
        return 1.0
    return float(rate) if isinstance(rate, int | float) and not isinstance(rate, bool) and rate > 0 else 1.0
