"""Data of a scatter chart whose workbook has two columns for each series, side by side.

python-pptx writes the series below each other in the same two columns; programs other than PowerPoint then take the last one for
all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pptx.chart.data import XyChartData
from pptx.chart.xlsx import XyWorkbookWriter
from xlsxwriter.utility import xl_col_to_name

SHEET = "Sheet1"
GAP = float("nan")
"""Stands for a point that is not there."""


class SideBySideWriter(XyWorkbookWriter):
    """Writes each series into its own two columns: the axis, and the values under their name."""

    def __init__(self, data: XyChartData) -> None:
        super().__init__(data)  # type: ignore[no-untyped-call]

    def series_name_ref(self, series: Any) -> str:
        """Return the cell with the name of a series."""
        return f"{SHEET}!${xl_col_to_name(2 * series.index + 1)}$1"

    def series_table_row_offset(self, series: Any) -> int:
        """Return the rows above a series: none, as all begin on top."""
        return 0

    def x_values_ref(self, series: Any) -> str:
        """Return the cells with the places of a series along the first axis."""
        return self._cells(2 * series.index, len(series))

    def y_values_ref(self, series: Any) -> str:
        """Return the cells with the values of a series."""
        return self._cells(2 * series.index + 1, len(series))

    def _cells(self, column: int, count: int) -> str:
        letters = xl_col_to_name(column)
        return f"{SHEET}!${letters}$2:${letters}${count + 1}"

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        for series in self._chart_data:
            column = 2 * series.index
            worksheet.write(0, column + 1, series.name)
            for place, values in ((column, series.x_values), (column + 1, series.y_values)):
                worksheet.write_column(1, place, [None if math.isnan(value) else value for value in values])


class SideBySideData(XyChartData):
    """Data of a scatter chart, written by :class:`SideBySideWriter`."""

    def __init__(self) -> None:
        super().__init__(number_format="General")  # type: ignore[no-untyped-call]

    def add_series(self, name: str, number_format: str | None = None) -> Any:
        """Return a new series, to which points are added."""
        return super().add_series(name, number_format)  # type: ignore[no-untyped-call]

    @property
    def _workbook_writer(self) -> SideBySideWriter:
        return SideBySideWriter(self)

    def add_segments(self, name: str, segments: Sequence[tuple[float, float, float]]) -> None:
        """Add a series of lines along rows, which do not touch each other.

        Parameters
        ----------
        segments : sequence of (float, float, float)
            Both ends of each line, and its height.
        """
        series = self.add_series(name)
        for number, (low, high, height) in enumerate(segments):
            if number:
                series.add_data_point(GAP, GAP)
            series.add_data_point(low, height)
            series.add_data_point(high, height)


def drop_gaps(chart: Any) -> None:
    """Leave the points between two segments without values, so that no line joins them."""
    for point in list(chart._chartSpace.iterfind(".//{*}numCache/{*}pt")):
        if point.findtext("{*}v") == "nan":
            point.getparent().remove(point)
