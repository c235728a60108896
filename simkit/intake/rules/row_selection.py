"""Takes out the rows that do not count: cancelled orders, offers among invoices, footers. Each is counted with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Flags
from simkit.foundation.text import Text, same
from simkit.intake.findings import Drop, Finding, FindingsLog
from simkit.intake.rules.ruled_files import TableFile, counted, is_one_of, near_spelling, shown_words, word, words

TEXTS = Catalogue.beside(__file__)

Condition = tuple[str, str, tuple[object, ...]]
"""``where`` or ``where_not``, the client's heading, and the values."""


def counted_rows(files: Sequence[TableFile], findings_log: FindingsLog) -> list[TableFile]:
    """Return the files with the rows that count by ``where`` and ``where_not``.

    Parameters
    ----------
    findings_log : FindingsLog
        Takes up the rows that are left out, values that occur in no row, and a table of which nothing is left.
    """
    for condition in dict.fromkeys(condition for file in files for condition in _conditions(file)):
        concerned = [file for file in files if condition in list(_conditions(file))]
        _check_values(condition, concerned, findings_log)
    kept = [_kept(file, findings_log) for file in files]
    if files and not any(len(file.raw.rows) for file in kept):
        _note_nothing_left(files, findings_log)
    return kept


def _conditions(file: TableFile) -> Iterator[Condition]:
    for name in ("where", "where_not"):
        for heading, wanted in getattr(file.spec, name).items():
            yield name, heading, tuple(wanted)


def _kept(file: TableFile, findings_log: FindingsLog) -> TableFile:
    stays: Flags = np.ones(len(file.raw.rows), dtype=bool)
    for condition in _conditions(file):
        name, heading, wanted = condition
        hits = is_one_of(words(file.raw.frame[heading]), wanted)
        goes = stays & (~hits if name == "where" else hits)
        if goes.any():
            drop = Drop(
                table=file.table.name, source=file.raw.source, rows=int(goes.sum()), reason=_reason(condition, file)
            )
            findings_log.drops.append(drop)
        stays &= ~goes
    if stays.all():
        return file
    frame = file.raw.frame.loc[stays].reset_index(drop=True)
    return replace(file, raw=replace(file.raw, frame=frame, rows=file.raw.rows[stays]))


def _reason(condition: Condition, file: TableFile) -> Text:
    name, heading, wanted = condition
    shown = TEXTS["not_shown"] if file.names_persons(heading) else same(", ".join(f"'{word(one)}'" for one in wanted))
    text = TEXTS["reason_where"] if name == "where" else TEXTS["reason_where_not"]
    return text.fill(column=heading, values=shown)


def _check_values(condition: Condition, files: Sequence[TableFile], findings_log: FindingsLog) -> None:
    """A value that occurs in no row is told; one that is spelt nearly like a value of the column stops the run."""
    name, heading, wanted = condition
    note_absent(f"{files[0].path}.{name}.{heading}", heading, wanted, files, findings_log)


def note_absent(
    path: str, heading: str, wanted: Sequence[object], files: Sequence[TableFile], findings_log: FindingsLog
) -> None:
    """Tell values of client.yaml that occur in no row, with the values that do.

    Parameters
    ----------
    path : str
        Where the values stand in client.yaml.
    heading : str
        The client's column.
    wanted : sequence
        The values.
    files : sequence of TableFile
        The files for which they hold.
    findings_log : FindingsLog
        Takes up what is found.
    """
    cells = pd.concat([words(file.raw.frame[heading]) for file in files], ignore_index=True)
    absent = [one for one in wanted if not is_one_of(cells, [one]).any()]
    if not absent:
        return
    shown = shown_words(heading, files)
    near = near_spelling(absent[0], shown, wanted)
    findings_log.add(
        Finding(
            severity="minor" if near is None and len(absent) < len(wanted) else "blocking",
            what=TEXTS["absent_value"].fill(
                count=len(absent),
                path=path,
                values=", ".join(f"'{word(one)}'" for one in absent),
                known=counted(shown),
            ),
            file=files[0].raw.source,
            column=heading,
            remedy=TEXTS["absent_remedy"].fill(near=near or same(""), path=path),
            count=len(absent),
        )
    )


def _note_nothing_left(files: Sequence[TableFile], findings_log: FindingsLog) -> None:
    if any(finding.severity == "blocking" and finding.file == files[0].raw.source for finding in findings_log.findings):
        return  # a value that occurs in no row has been told already
    findings_log.add(
        Finding(
            severity="blocking",
            what=TEXTS["nothing_left"].fill(table=files[0].table.label),
            file=", ".join(file.raw.source for file in files),
            remedy=TEXTS["nothing_left_remedy"].fill(path=files[0].path),
            count=sum(file.rows_read for file in files),
        )
    )
