"""Words of the chapter on service: columns, origins and verdicts in both languages."""

from __future__ import annotations

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

SEGMENT = TableColumn(name="segment", label=TEXTS["segment_label"])
