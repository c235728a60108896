"""A finished run is written again from what lies in its folder; no data of the client are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_run import made_blocks, write_client, write_run

from simkit.foundation.errors import UsageError
from simkit.report.outputs.output_list import known_formats
from simkit.report.run.render import RenderOrder, render


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A client without data, with a finished run, an older one, and one that failed."""
    reports = write_client(tmp_path)
    blocks = made_blocks()
    write_run(reports / "2026-01-05_100000", blocks)
    write_run(reports / "2026-01-04_100000", blocks, started="2026-01-04T10:00:00", language="de")
    write_run(reports / "2026-01-06_100000.partial", blocks, started="2026-01-06T10:00:00", outcome="failed")
    return tmp_path


def order(workspace: Path, **asked: object) -> RenderOrder:
    return RenderOrder(folder=workspace / "client_data" / "small", root=workspace, **asked)  # type: ignore[arg-type]


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_the_newest_finished_run_is_written_with_what_the_client_is_called_today(workspace: Path) -> None:
    write_client(workspace, name="Groß & Enkel")
    written = render(order(workspace))
    assert written.folder.name == "2026-01-05_100000" and written.council
    page = (written.folder / "report.html").read_text("utf-8")
    assert "Groß &amp; Enkel" in page and "Streng vertraulich" in page and "01.01.2024 – 31.12.2025" in page
    assert "05.01.2026" in page and "small · 2026-01-05" in page and "#1f4e5f" in page
    assert "Auf welchen Ebenen" in (written.folder / "works_council.html").read_text("utf-8")


def test_two_renderings_are_the_same_to_the_byte(workspace: Path) -> None:
    one, two = (render(order(workspace, output=workspace / name)).folder for name in ("one", "two"))
    assert files(one) == files(two)
    assert {"report.html", "appendix.html", "works_council.html", "report.xlsx"} < set(files(one))
    assert "charts/01_time_hours_by_activity.csv" in files(one)


def test_a_run_is_named_or_given_by_its_folder(workspace: Path) -> None:
    older = workspace / "reports" / "small" / "2026-01-04_100000"
    for run in (older.name, str(older)):
        assert render(order(workspace, run=run, formats=("html",))).folder == older
    elsewhere = write_run(workspace / "elsewhere", made_blocks())
    assert render(order(workspace, run=str(elsewhere), formats=("html",))).folder == elsewhere


@pytest.mark.parametrize(
    ("run", "what"),
    [
        ("2026-01-05_10000", "Did you mean '2026-01-05_100000'"),
        ("2026-01-06_100000", "was not finished"),
        ("2026-01-06_100000.partial", "was not finished"),
    ],
)
def test_a_run_that_is_not_there_or_not_finished_is_refused(workspace: Path, run: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        render(order(workspace, run=run))


def test_a_run_of_another_client_or_version_is_refused(workspace: Path) -> None:
    other = write_run(workspace / "other", made_blocks(), client="large")
    with pytest.raises(UsageError, match="one of 'large'"):
        render(order(workspace, run=str(other)))
    old = write_run(workspace / "old", made_blocks(), version=1)
    with pytest.raises(UsageError, match="older version"):
        render(order(workspace, run=str(old)))


def test_without_a_finished_run_the_remedy_is_to_run(tmp_path: Path) -> None:
    write_client(tmp_path)
    with pytest.raises(UsageError, match="simkit run small"):
        render(order(tmp_path))


def test_a_record_without_the_levels_leaves_the_sheet_of_the_works_council_as_it_was(workspace: Path) -> None:
    old = write_run(workspace / "old", made_blocks(), staff_groups=None)
    (old / "works_council.html").write_text("as it was", encoding="utf-8")
    written = render(order(workspace, run=str(old)))
    assert not written.council
    assert (old / "works_council.html").read_text("utf-8") == "as it was" and (old / "report.html").is_file()


def test_a_format_that_is_not_there_is_answered_with_the_nearest(workspace: Path) -> None:
    for formats, what in ((("htlm",), "Did you mean 'html'"), ((), "No format is named")):
        with pytest.raises(UsageError, match=what):
            render(order(workspace, formats=formats))
    assert not (workspace / "reports" / "small" / "2026-01-05_100000" / "report.html").exists()
    assert known_formats(("html", "html")) == ("html",)
