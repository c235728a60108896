"""How a notebook opens a client's report: every argument is plain, so that a parameters cell can give it."""

from __future__ import annotations

from pathlib import Path

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.analysis.settings import Settings, depth_named
from simkit.foundation.errors import UsageError
from simkit.foundation.text import LANGUAGES, Language, Text, did_you_mean
from simkit.intake.client import load_client
from simkit.intake.folder import folder_of
from simkit.report.context import ReportContext, look_of
from simkit.report.settings_by_hand import parsed_changes, with_changes
from simkit.report.showing import show_errors_plainly


def open_report(
    client_folder: str,
    *,
    lang: str = "",
    seed: int = 1,
    replications: int = 0,
    depth: str = "normal",
    designs: str = "",
    changes: str = "",
    results_folder: str = "",
    chapters: str = "",
) -> ReportContext:
    """Load a client for a notebook; every argument is plain, so that a parameters cell can give it.

    Parameters
    ----------
    client_folder : str
        Name of a client, or the path of its folder.
    lang : str
        ``de`` or ``en``; empty for the client's own language.
    seed, replications : int
        Seed, and worlds per scenario (0: the default of the depth).
    depth : str
        ``quick``, ``normal`` or ``full``: how much is simulated.
    designs : str
        Designs to compare, today's first, with commas between; empty takes those of client.yaml, else the default.
    changes : str
        Parameters set by hand as ``path=value``, with commas between.
    results_folder : str
        Where the results of the simulation are; empty simulates when a chapter needs it.
    chapters : str
        Names of the chapters wanted, with commas between; empty means all.

    Raises
    ------
    SimkitError
        When the client cannot be loaded; in a notebook it is shown without a traceback.
    """

    show_errors_plainly(lang)
    own = parsed_changes(listed(changes))
    client = with_changes(load_client(folder_of(client_folder)), own)
    look = look_of(client.config, language_named(lang))
    show_errors_plainly(look.formats.language)
    settings = Settings(
        seed=seed,
        replications=replications,
        depth=depth_named(depth),
        designs=listed(designs),
        changes=own,
        results_folder=Path(results_folder) if results_folder else None,
        chapters=listed(chapters),
    )
    return ReportContext(analysis=ClientAnalysis(client=client, settings=settings), look=look)


def language_named(name: str) -> Language | None:
    """Return the language that was asked for; nothing for the client's own.

    Raises
    ------
    UsageError
        For a language that reports do not have.
    """
    if not name:
        return None
    for language in LANGUAGES:
        if language == name:
            return language
    raise UsageError(
        Text(de=f"Die Sprache '{name}' gibt es nicht.", en=f"There is no language '{name}'."),
        "lang",
        did_you_mean(name, LANGUAGES),
    )


def listed(names: str) -> tuple[str, ...]:
    """Return names that stand with commas between them."""
    return tuple(name.strip() for name in names.split(",") if name.strip())
