"""What a notebook calls: it opens the report of a client and shows the blocks of a chapter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.errors import SimkitError
from simkit.foundation.text import Language
from simkit.intake.client import load_client
from simkit.intake.settings.client_folders import folder_of
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.context import ReportContext, style_of
from simkit.report.document.blocks import MIME, Block
from simkit.report.outputs.html import fragment
from simkit.report.run.notebooks import ERROR_MIME, to_document
from simkit.report.run.settings_check import check_changes, with_changes


def show(blocks: Iterable[Block]) -> None:
    """Display blocks below a cell, one output each."""
    from IPython.display import display

    for block in blocks:
        display(bundle_of(block), raw=True)  # type: ignore[no-untyped-call]


def bundle_of(block: Block) -> dict[str, Any]:
    """Return what a notebook keeps of a block: a line of text, HTML to look at, and the block itself for the report."""
    return {
        "text/plain": f"{block.kind}: {block.title or block.name}",
        "text/html": fragment(block),
        MIME: block.to_json(),
    }


def show_errors_plainly(language: str) -> None:
    """Let a notebook tell what a user can mend in words, in the report's language, and without a traceback.

    Outside of a notebook nothing changes.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    spoken: Language = "de" if language == "de" else "en"

    def tell(shell: Any, _kind: type, error: SimkitError, _trace: object, tb_offset: int | None = None) -> list[str]:
        from IPython.display import display

        lines = error.render(spoken).splitlines()
        bundle = {ERROR_MIME: to_document(error), "text/plain": ""}
        display(bundle, raw=True)  # type: ignore[no-untyped-call]
        shell._showtraceback(type(error), error, lines)
        return lines

    shell.set_custom_exc((SimkitError,), tell)  # type: ignore[no-untyped-call]


def open_report(client_folder: str, **asked: Any) -> ReportContext:
    """Load a client for a notebook.

    Parameters
    ----------
    client_folder : str
        Name of a client, or the path of its folder.
    **asked
        Settings of the run in plain values, as a parameters cell gives them; see `RunSettings`.

    Raises
    ------
    SimkitError
        When a setting does not fit, or the client cannot be loaded; in a notebook it is shown without a traceback.
    """
    show_errors_plainly(asked.get("lang") or "")
    settings = RunSettings.checked(asked)
    check_changes(settings.changes)
    client = with_changes(load_client(folder_of(client_folder)), settings.changes)
    style = style_of(client.config, settings.lang)
    show_errors_plainly(style.formats.language)
    return ReportContext(analysis=ClientAnalysis(client=client, settings=settings), style=style)
