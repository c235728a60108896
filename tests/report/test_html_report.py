"""The pages of a report in a real browser, opened from disk."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simkit.report.outputs.html_report import write
from simkit.report.outputs.report_content import ReportContent

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="neither chromium nor google-chrome is on this machine")
pytestmark = needs_browser

LOOK = """<script>
window.addEventListener("load", function () {
  var all = function (wanted) { return Array.prototype.slice.call(document.querySelectorAll(wanted)); };
  var count = function (wanted) { return all(wanted).length; };
  var table = all("table:not(.with-total)").filter(function (one) { return one.tBodies[0].rows.length > 2; })[0];
  var cells = function () {
    return Array.prototype.map.call(table.tBodies[0].rows, function (row) { return row.cells[0].textContent; });
  };
  var before = cells();
  var heading = table.tHead.rows[0].cells[0].querySelector("button");
  heading.click();
  var once = table.tHead.rows[0].cells[0].getAttribute("aria-sort");
  heading.click();
  var side = document.querySelector("nav.side").getBoundingClientRect();
  var found = {
    asked: performance.getEntriesByType("resource").map(function (one) { return one.name; }),
    width: document.documentElement.scrollWidth, window: window.innerWidth, side: side.width,
    landmarks: ["header", "nav", "main"].map(count),
    charts: count(".drawing"), told: count('.drawing[role="img"][aria-label]:not([aria-label=""])'),
    unscoped: count("th:not([scope])"), before: before, after: cells(),
    once: once, sorted: table.tHead.rows[0].cells[0].getAttribute("aria-sort"), folded: count("details.note"),
    clear: count("p.note")
  };
  var place = document.createElement("pre");
  place.id = "found";
  place.textContent = JSON.stringify(found);
  document.body.appendChild(place);
});
</script>"""
"""Looks at the page as its reader has it before him, and sorts the first table."""

Seen = Callable[[str, int], dict[str, Any]]


@pytest.fixture(scope="module")
def seen(report_in, chapter_in, tmp_path_factory) -> Seen:
    """Return what a browser sees of a document in a window of a width."""
    folder: Path = tmp_path_factory.mktemp("pages")
    blocks = tuple(block for name in ("decision", "time", "value", "inputs") for block in chapter_in(name, "de"))
    imprint = report_in("de").imprint(blocks)
    write(ReportContent(blocks=blocks, imprint=imprint, run="r", date=dt.date(2026, 1, 1)), folder)

    def look(name: str, width: int) -> dict[str, Any]:
        page = (folder / name).read_text("utf-8")
        # a window of a browser without a screen is never narrower than 500 pixels: a frame is
        (folder / "inside.html").write_text(page.replace("</body>", f"{LOOK}</body>"), "utf-8")
        frame = f'<iframe id="page" src="inside.html" style="width:{width}px;height:900px;border:0"></iframe>'
        script = """<script>window.addEventListener("load", function () { setTimeout(function () {
          var words = document.getElementById("page").contentDocument.getElementById("found").textContent;
          document.body.textContent = words; }, 300); });</script>"""
        (folder / "outside.html").write_text(f"<!doctype html><body>{frame}{script}</body>", "utf-8")
        command = [
            str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
            "--window-size=1600,1000", "--virtual-time-budget=4000", "--dump-dom", (folder / "outside.html").as_uri(),
        ]  # fmt: skip
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        words = re.search(r"\{.*\}", ended.stdout, re.DOTALL)
        assert words, ended.stdout[-500:] + ended.stderr[-500:]
        return dict(json.loads(html.unescape(words.group())))

    return look


@pytest.mark.parametrize("width", [1400, 420])
@pytest.mark.parametrize("name", ["report.html", "appendix.html"])
def test_a_page_from_disk_asks_no_host_and_is_never_wider_than_its_window(seen: Seen, name: str, width: int) -> None:
    found = seen(name, width)
    assert found["asked"] == []
    assert found["window"] == width and found["width"] <= width
    assert (found["side"] > 100) is (width == 1400)


def test_a_screen_reader_finds_landmarks_charts_in_words_and_headings_of_tables(seen: Seen) -> None:
    found = seen("report.html", 1400)
    assert min(found["landmarks"]) >= 1
    assert found["charts"] == found["told"] > 0
    assert found["unscoped"] == 0


def test_a_table_is_sorted_by_a_click_on_its_heading(seen: Seen) -> None:
    found = seen("appendix.html", 1400)
    assert sorted(found["before"]) == sorted(found["after"]) != []
    assert found["once"] == "ascending" and found["sorted"] == "descending" and found["after"] != found["before"]


def test_notes_are_folded_in_the_appendix_only(seen: Seen) -> None:
    report, appendix = seen("report.html", 1400), seen("appendix.html", 1400)
    assert report["folded"] == 0 < report["clear"]
    assert appendix["folded"] > 0
