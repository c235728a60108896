"""At which levels staff appear, read off the data of a report's exhibits: what the works council is told is what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption
from simkit.report.document.table_content import TableColumn
from simkit.report.imprint import Imprint
from simkit.report.staff_groups import labels_of

TEXTS = Catalogue.beside(__file__)
NAMES = TEXTS.group("levels_names")


def levels_table(blocks: Sequence[Block], numbers: Mapping[tuple[str, str], str], imprint: Imprint) -> Block:
    """Return the levels at which staff appear, each with the exhibits that show it.

    Parameters
    ----------
    blocks : sequence of Block
        All blocks of the run.
    numbers : mapping of (str, str) to str
        Number of each exhibit of report and appendix, by chapter and name.
    """
    builder = imprint.builder("works_council")
    rows = list(_rows(blocks, numbers, imprint))
    if not rows:
        return builder.text("levels", TEXTS["levels_none"], title=TEXTS["levels_title"])
    columns = (
        TableColumn(name="level", label=TEXTS["levels_level"]),
        TableColumn(name="groups", label=TEXTS["levels_groups"], write="number"),
        TableColumn(name="where", label=TEXTS["levels_where"]),
    )
    frame = pd.DataFrame(rows, columns=["level", "groups", "where"])
    caption = Caption(note=builder.translate(TEXTS["levels_note"], n=imprint.minimum))
    return builder.table("levels", TEXTS["levels_title"], frame, columns, caption)


def _rows(
    blocks: Sequence[Block], numbers: Mapping[tuple[str, str], str], imprint: Imprint
) -> Iterator[tuple[str, int, str]]:
    for level, groups in imprint.staff_groups.items():
        shown: dict[str, set[str]] = {}
        for block in blocks:
            number = numbers.get((block.chapter, block.name))
            if number is not None and (found := labels_of(block).intersection(groups)):
                shown[number] = found
        if shown:
            named = set().union(*shown.values())
            yield imprint.style.translate(NAMES[level]), len(named), ", ".join(shown)
