"""How a notebook opens a client's report: every argument is plain, so that a parameters cell can give it."""

from __future__ import annotations

from typing import Any

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.intake.client import load_client
from simkit.intake.settings.client_folders import folder_of
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.context import ReportContext, style_of
from simkit.report.run.notebook_display import show_errors_plainly
from simkit.report.run.settings_check import check_changes, with_changes


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
