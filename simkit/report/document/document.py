"""From the blocks of the executed notebooks to the page: cover, chapters in order, and what is left out."""

from __future__ import annotations

import base64
import datetime as dt
import mimetypes
from collections.abc import Sequence, Set

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text
from simkit.report.chapters.registry import CHAPTERS
from simkit.report.chapters.works_council.levels import levels_table
from simkit.report.document.blocks import Block
from simkit.report.document.pages import printed_pages
from simkit.report.document.story import COUNCIL, SUMMARY, Exhibit, Part, blocks_of_part, compares, numbers_of
from simkit.report.document.style import LOGO_TYPES
from simkit.report.imprint import Imprint
from simkit.report.outputs.html import ChapterPages, HtmlPage, page

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]


def assemble(blocks: Sequence[Block], imprint: Imprint, *, run: str, date: dt.date, part: Part = "report") -> str:
    """Return one document of the report as HTML; empty where the run has nothing for it.

    Parameters
    ----------
    imprint : Imprint
        The client, for the cover and the colours.
    run : str
        Name of the run, printed on every page.
    date : date
        Day of the run, printed on the cover.
    part : {"report", "appendix", "works_council"}
        Which document.
    """
    own = blocks_of_part(blocks, part)
    if not own:
        return ""
    if part == COUNCIL:
        own = with_levels(own, blocks, imprint)
    answered = {block.chapter for block in blocks if block.kind != "left_out"}
    whole = HtmlPage(
        language=imprint.language,
        palette=imprint.style.palette,
        cover=_cover(imprint, run, date, _subtitle(answered, imprint, part), part, unfitted=_unfitted(blocks)),
        chapters=tuple(_body(own, imprint) if part == "report" else _chapters(own)),
        left_out=_left_out(blocks, imprint) if part != "works_council" else (),
        short=part == "report" and not compares(blocks),
        printed=printed_pages([block for block in own if block.chapter != SUMMARY]) if part == "report" else {},
        part=part,
        numbers={f"{chapter}_{name}": number for (chapter, name), number in numbers_of(own, part).items()},
    )
    return page(whole)


def with_levels(own: Sequence[Block], blocks: Sequence[Block], imprint: Imprint) -> tuple[Block, ...]:
    """Return the works council's sheet with the levels at which staff appear in the other documents, after what was processed."""
    numbers: dict[Exhibit, str] = {}
    for part in ("report", "appendix"):
        numbers |= numbers_of(blocks_of_part(blocks, part), part)
    place = next((place for place, block in enumerate(own, start=1) if block.name == "processed_tables"), len(own))
    return (*own[:place], levels_table(blocks, numbers, imprint), *own[place:])


def _left_out(blocks: Sequence[Block], imprint: Imprint) -> tuple[Block, ...]:
    """Return what is left out, each reason once with the chapters that it keeps out."""
    reasons: dict[str, list[str]] = {}
    for block in blocks:
        if block.kind == "left_out":
            reasons.setdefault(str(block.content["reason"]), []).append(block.title)
    builder = imprint.builder("left_out")
    return tuple(
        builder.other("left_out", f"left_out_{place}", " · ".join(titles), {"reason": reason})
        for place, (reason, titles) in enumerate(reasons.items(), start=1)
    )


def _body(blocks: Sequence[Block], imprint: Imprint) -> list[ChapterPages]:
    """Return the summary, and the exhibits of the body as one chapter."""
    summary = _chapters([block for block in blocks if block.chapter == SUMMARY])
    exhibits = tuple(block for block in blocks if block.chapter != SUMMARY)
    if not exhibits:
        return summary
    title = TEXTS["body"] if compares(blocks) else TEXTS["short_body"]
    return [*summary, ChapterPages(name="body", title=imprint.style.translate(title), blocks=exhibits)]


def _chapters(blocks: Sequence[Block]) -> list[ChapterPages]:
    """Sort the blocks into chapters, in the order of the registry; the notebooks may have another one."""
    found = []
    for chapter in CHAPTERS:
        own = [block for block in blocks if block.chapter == chapter.name and block.kind != "left_out"]
        for opening in (block for block in own if block.opens_chapter):
            rest = tuple(block for block in own if block is not opening)
            found.append(ChapterPages(name=chapter.name, title=opening.title, blocks=rest))
    return found


def _subtitle(answered: Set[str], imprint: Imprint, part: Part) -> str:
    """Return the questions that this report answers as one line; of another document what it is."""
    if part != "report":
        return imprint.style.translate(TEXTS.group("parts")[part])
    questions = [
        imprint.style.translate(text) for chapter, text in TEXTS.group("questions").items() if chapter in answered
    ]
    joined = imprint.style.translate(TEXTS["and"]).join([", ".join(questions[:-1]), *questions[-1:]])
    line = joined if len(questions) > 1 else "".join(questions)
    return line[:1].upper() + line[1:]


def _unfitted(blocks: Sequence[Block]) -> bool:
    """Return whether the decision page says that the model was not fitted to the client."""
    return any(block.kind == "decision" and block.content["verdict"] == "draft" for block in blocks)


def _cover(imprint: Imprint, run: str, date: dt.date, subtitle: str, part: Part, *, unfitted: bool) -> Block:
    """Return who a document is for; the works council's sheet bears no mark that would keep it from its readers."""
    formats = imprint.style.formats
    content = {
        "client": imprint.name,
        "subtitle": subtitle,
        "confidentiality": "" if part == COUNCIL else confidentiality(imprint),
        "logo": _logo(imprint),
        "period": imprint.period_words,
        "date": formats.date(date),
        "run": f"{imprint.client} · {run}",
        "draft": imprint.draft,
        "unfitted": unfitted,
    }
    return imprint.builder("cover").other("cover", "cover", TITLE, content)


def confidentiality(imprint: Imprint) -> str:
    """Return the mark that says who may read the report."""
    return imprint.style.translate(imprint.confidentiality or TEXTS["confidential"])


def _logo(imprint: Imprint) -> str:
    """Return the client's logo as an address that holds the picture itself; empty without a logo.

    Raises
    ------
    ConfigError
        When the file is missing or is no picture that a browser shows.
    """
    path = imprint.logo
    if path is None:
        return ""
    kind = mimetypes.guess_type(path.name)[0]
    if not path.is_file() or kind not in LOGO_TYPES:
        raise ConfigError(
            Text(de="Das Logo fehlt oder ist kein Bild.", en="The logo is missing or is no picture."),
            f"client.yaml: brand.logo: {path.name}",
            Text(de="Möglich sind SVG, PNG und JPEG.", en="Possible are SVG, PNG and JPEG."),
        )
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
