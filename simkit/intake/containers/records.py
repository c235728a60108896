"""Rows that come with the names of their columns: from JSON, Parquet, a calendar or a query."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.intake.findings import Finding

MOST_CELLS = 40_000_000
"""More are no table of a client's sales."""


@dataclass(frozen=True, kw_only=True)
class Records:
    """Rows with named columns, before their columns are typed."""

    frame: pd.DataFrame
    """Cells are text, numbers, dates or truth values; what is missing is empty text."""
    rows: np.ndarray[tuple[int], np.dtype[np.int64]]
    """Where each row stands: line of the file, or number of the entry from 1."""
    typed: bool = True
    """Whether cells may be other than text."""
    sha256: str = ""
    """Hash of the rows of a database, which has no file."""
    findings: tuple[Finding, ...] = ()
