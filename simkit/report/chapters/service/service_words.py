"""Words of the chapter on service: columns, origins and verdicts in both languages."""

from __future__ import annotations

from simkit.foundation.text import Text
from simkit.report.document.table_content import TableColumn

SEGMENT = TableColumn(name="segment", label=Text(de="Segment", en="Segment"))
HOURS_YEAR = Text(de="h je Jahr", en="h a year")
ORIGINS = {
    "workshop": Text(de="Workshop", en="workshop"),
    "client": Text(de="Vorgabe", en="stated"),
    "log": Text(de="gemessen", en="measured"),
    "assumption": Text(de="Annahme", en="assumption"),
}
RESPONSE_ORIGINS = {
    "answers": Text(de="Workshop", en="workshop"),
    "history": Text(de="Vergangenheit", en="history"),
    "assumption": Text(de="Annahme", en="assumption"),
}
VERDICTS = {
    "short": Text(de="reicht nicht", en="not enough"),
    "enough": Text(de="reicht", en="enough"),
    "open": Text(de="offen", en="open"),
}
