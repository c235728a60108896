"""Makes the same deck from the same report, byte by byte: no time of day stays in the file or in a workbook inside it."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pptx.presentation import Presentation

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can hold."""
WORKBOOK = ".xlsx"
CREATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def save_repeatable(deck: Presentation, path: Path, date: dt.date) -> None:
    """Save a deck so that two builds on the same data give the same bytes.

    Parameters
    ----------
    date : date
        Day of the run, which stands as the day on which the file was made.
    """
    moment = dt.datetime.combine(date, dt.time())
    core = deck.core_properties
    core.created = core.modified = moment
    core.last_printed = moment
    written = io.BytesIO()
    deck.save(written)
    path.write_bytes(_dateless(written.getvalue(), moment))


def _dateless(archive: bytes, moment: dt.datetime) -> bytes:
    """Return an archive whose entries have one and the same date, and so have the workbooks in it."""
    result, said = io.BytesIO(), moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(WORKBOOK):
                content = _dateless(content, moment)
            elif name == "docProps/core.xml":
                content = CREATED.sub(rb"\g<1>" + said + rb"\g<2>", content)
            entry = zipfile.ZipInfo(name, date_time=EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, content)
    return result.getvalue()
