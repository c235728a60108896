"""Examines the installation, so that a user can tell a broken set-up from broken data."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text, same

TEXTS = Catalogue.beside(__file__)


@dataclass(frozen=True, kw_only=True)
class Examination:
    """One thing that was looked at."""

    what: Text
    found: Text
    passed: bool = True
    """Whether simkit can work with it."""


def examinations() -> Iterator[Examination]:
    """Yield one result after the other; the last one starts a kernel, which takes a second or two."""
    yield from _versions()
    yield _attempt(TEXTS["workspace"], _workspace)
    yield _attempt(TEXTS["templates_and_notebooks"], _shipped)
    yield _attempt(TEXTS["template_of_the_report"], _theme)
    yield _attempt(TEXTS["master_of_the_slides"], _master)
    yield _attempt(TEXTS["fonts_for_charts"], _fonts)
    yield _engine()
    yield _attempt(TEXTS["kernel_for_notebooks"], _kernel)


def _versions() -> Iterator[Examination]:
    from simkit.report.run.run_folder import versions

    for name, version in versions().items():
        yield Examination(what=same(name), found=same(version))


def _attempt(what: Text, examine: Callable[[], str]) -> Examination:
    try:
        return Examination(what=what, found=same(examine()))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here is the finding
        return Examination(what=what, found=same(f"{type(error).__name__}: {error}"), passed=False)


def _workspace() -> str:
    from simkit.foundation.paths import workspace
    from simkit.intake.settings.client_folders import client_names

    root = workspace()
    return "– (simkit demo, simkit init)" if root is None else f"{root} ({', '.join(client_names(root))})"


def _shipped() -> str:
    from simkit.foundation.paths import shipped

    return str(shipped("notebooks", "01_diagnosis.ipynb").parents[1])


def _theme() -> str:
    from simkit.foundation.paths import template, template_folders

    template("theme", "report.html.j2")
    return ", ".join(sorted({path.name for folder in template_folders("theme") for path in folder.iterdir()}))


def _master() -> str:
    from simkit.foundation.paths import template
    from simkit.report.outputs.deck.layouts import master_lacks, open_master

    open_master(None)
    path = template("deck", "master.pptx")
    return "; ".join([str(path), *(lack.en for lack in master_lacks(path))])


def _fonts() -> str:
    from simkit.report.document.style import available_fonts

    return available_fonts()[0]


def _engine() -> Examination:
    """Say which engine plays; that it is the slower one is no defect, since it gives the same results."""
    from simkit.model.engine_choice import engine_in_use, wait_for_engine, why_reference

    wait_for_engine()
    slower = TEXTS["engine_slower"].fill(why=why_reference() or "--engine reference")
    return Examination(what=TEXTS["engine"], found=TEXTS["engine_fast"] if engine_in_use() == "compiled" else slower)


def _kernel() -> str:
    import nbformat

    from simkit.report.run.notebooks import run_notebook

    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder) / "hello.ipynb"
        cells = [nbformat.v4.new_code_cell("import sys, simkit\nprint(sys.executable)")]  # type: ignore[no-untyped-call]
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), notebook)  # type: ignore[no-untyped-call]
        run_notebook(notebook, Path(folder) / "done.ipynb", {})
    return sys.executable
