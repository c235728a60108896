"""What a notebook calls: it opens the report of a client and shows the blocks of a chapter."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

_NEEDED = (
    "simkit.report.chapters.registry", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "seaborn",
    "statsmodels.api",
)  # fmt: skip
_handed: list[Path] = []
_opened: dict[tuple[Path, str], ClientAnalysis] = {}


def warm_up() -> None:
    """Load what the notebooks of a report need, in a kernel that waits for them."""
    for name in _NEEDED:
        import_module(name)


def begin_notebook(client_file: str) -> None:
    """Let the next notebook in this kernel find no names of the one before, and the client as the run has read it.

    Parameters
    ----------
    client_file : str
        Written by :func:`hand_over`. What is worked out of it is kept for further notebooks with the same settings.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None:
        of_module = {name: value for name, value in shell.user_ns.items() if name.startswith("__")}
        shell.reset(new_session=True)  # type: ignore[no-untyped-call]
        for name, value in of_module.items():  # a process that a cell starts asks for the module's __spec__
            shell.user_ns.setdefault(name, value)
    _handed[:] = [Path(client_file)]


def hand_over(client: ClientData, file: Path) -> None:
    """Write a client as it was read, for the kernels of this run; it holds client data, so it goes when they have ended."""
    file.write_bytes(pickle.dumps(client, protocol=pickle.HIGHEST_PROTOCOL))


def _analysis(folder: Path, settings: RunSettings) -> ClientAnalysis:
    """Return a client's results: in a run of its report those of the one reading of its files, and of notebooks before."""
    if not _handed:
        return ClientAnalysis(client=with_changes(load_client(folder), settings.changes), settings=settings)
    key = (folder.resolve(), settings.model_dump_json())
    if key not in _opened:
        client: ClientData = pickle.loads(_handed[0].read_bytes())
        client = with_changes(replace(client, folder=folder), settings.changes)
        _opened[key] = ClientAnalysis(client=client, settings=settings)
    return _opened[key]


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
    analysis = _analysis(folder_of(client_folder), settings)
    style = style_of(analysis.client.config, settings.lang)
    show_errors_plainly(style.formats.language)
    return ReportContext(analysis=analysis, style=style)
