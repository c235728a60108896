"""The pages of the body as they print: as few as needed, none under half full, in the order of the story, in a real browser."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from test_html_report import BROWSER, needs_browser

from simkit.report.document import pages
from simkit.report.document.blocks import Block
from simkit.report.document.document import assemble
from simkit.report.document.pages import PAGE_MM, printed_pages
from simkit.report.document.story import SUMMARY, blocks_of_part


def drawn(name: str, height: float, title: str = "A title") -> Block:
    content = {"width_mm": pages.DRAWING_MM, "height_mm": height, "svg": "<svg/>", "alt": ""}
    return Block(kind="figure", name=name, chapter="made", title=title, content=content)


def test_the_story_keeps_its_order_and_pages_are_even():
    starts = printed_pages([drawn(f"e{place}", 60.0) for place in range(4)])
    assert list(starts) == ["made_e0", "made_e2"], "three and one would leave a page nearly empty"


def test_drawings_give_way_before_a_page_is_left_half_empty():
    tight = printed_pages([drawn("a", 115.0), drawn("b", 115.0)])
    assert list(tight) == ["made_a"] and tight["made_a"] < pages.DRAWING_MM
    apart = printed_pages([drawn("a", 170.0), drawn("b", 170.0)])
    assert list(apart) == ["made_a", "made_b"]


def test_what_is_higher_than_a_page_stands_alone():
    assert list(printed_pages([drawn("a", 60.0), drawn("b", 400.0), drawn("c", 60.0)])) == [
        "made_a",
        "made_b",
        "made_c",
    ]


def test_a_title_over_two_lines_makes_drawings_smaller():
    short, long = (
        printed_pages([drawn("a", 95.0, title), drawn("b", 95.0, title)]) for title in ("A title", "word " * 60)
    )
    assert long["made_a"] < short["made_a"]


STORY = ("decision", "time", "value", "organisation", "plan")


@needs_browser
@pytest.mark.parametrize(
    "longer", ["", " – und was dieser Titel sonst noch zu sagen hat, damit er über zwei Zeilen geht"]
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_body_prints_on_the_pages_that_were_planned(report_in, chapter_in, tmp_path, language, longer):
    blocks = [block for name in STORY for block in chapter_in(name, language)]
    blocks = [
        replace(block, title=block.title + longer) if block.kind in ("figure", "table") else block for block in blocks
    ]
    body = [block for block in blocks_of_part(blocks, "report") if block.chapter != SUMMARY]
    planned = printed_pages(body)
    text = assemble(blocks, report_in(language).imprint(blocks), run="r", date=dt.date(2026, 1, 1))
    without = re.sub(
        r'<section class="chapter body".*?</section>\s*(?=</main>|<section class="left)', "", text, flags=re.DOTALL
    )
    assert without != text
    assert printed(text, tmp_path) - printed(without, tmp_path) == len(planned)
    assert len(planned) <= 12 and max(planned.values()) <= PAGE_MM


def printed(text: str, folder: Path) -> int:
    """Return on how many pages a browser prints a document."""
    (folder / "page.html").write_text(text, "utf-8")
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
        f"--print-to-pdf={folder / 'page.pdf'}", (folder / "page.html").as_uri(),
    ]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    return len(re.findall(rb"/Type\s*/Page\b", (folder / "page.pdf").read_bytes()))
