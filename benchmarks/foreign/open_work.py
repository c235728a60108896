"""All open work of all worlds as one table of arrays: a row is a case at its present step."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .draws import Flags, Whole


class OpenWork:
    """Rows of open cases; rows are appended, marked as gone, and swept out now and then."""

    COLUMNS: ClassVar[dict[str, type]] = {
        "world": np.int64, "place": np.int64, "kind": np.int64, "number": np.int64, "generation": np.int64,
        "order_class": np.int64, "segment": np.int64, "step": np.int64, "left": np.int64, "pool": np.int64,
        "ready": np.int64, "born": np.int64, "promise": np.int64, "expires": np.int64, "waited": np.int64,
        "owner": np.int64, "hours": np.float64, "value": np.float64, "margin": np.float64, "gone": np.bool_,
    }  # fmt: skip

    def __init__(self, room: int = 4096) -> None:
        self.size = 0
        self._columns: dict[str, NDArray[Any]] = {name: np.zeros(room, kind) for name, kind in self.COLUMNS.items()}

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a view of one column."""
        return self._columns[name][: self.size]

    def add(self, **values: Any) -> Whole:
        """Append rows; what is not given is 0. Returns their numbers."""
        count = len(values["world"])
        if self.size + count > len(self._columns["world"]):
            room = 2 * (self.size + count)
            self._columns = {name: np.resize(column, room) for name, column in self._columns.items()}
        rows = slice(self.size, self.size + count)
        for name, column in self._columns.items():
            column[rows] = values.get(name, 0)
        self.size += count
        return np.arange(rows.start, rows.stop)

    def sweep(self) -> None:
        """Take out the rows that are gone."""
        stays = np.flatnonzero(~self["gone"])
        for column in self._columns.values():
            column[: len(stays)] = column[stays]
        self.size = len(stays)

    def select(self, chosen: Flags) -> Whole:
        """Return the numbers of rows that are chosen and not gone."""
        return np.flatnonzero(chosen & ~self["gone"])

    def repeated(self, times: int, worlds: int) -> OpenWork:
        """Return the same work in so many copies of the worlds, copy after copy."""
        self.sweep()
        copy = OpenWork(max(2 * self.size * times, 16))
        for name, column in self._columns.items():
            copy._columns[name][: self.size * times] = np.tile(column[: self.size], times)
        copy.size = self.size * times
        copy["world"][:] += np.repeat(np.arange(times), self.size) * worlds
        return copy
