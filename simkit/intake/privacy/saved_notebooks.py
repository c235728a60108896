"""Notebooks that somebody has run by hand and saved: their outputs are the client's data, and go with it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simkit.foundation.paths import CLIENTS
from simkit.intake.settings.client_folders import CONFIG, REPORTS

SUFFIX = ".ipynb"
CHECKPOINTS = ".ipynb_checkpoints"
SHORTEST_NAME = 4
"""A company's name must have so many letters to be looked for in outputs; a shorter one would be found everywhere."""


@dataclass(frozen=True, kw_only=True)
class SavedNotebook:
    """A notebook with outputs of a client."""

    path: Path
    outputs: int
    """Outputs in it."""
    size_bytes: int
    """Of the file."""


def saved_notebooks(client: str, root: Path) -> tuple[SavedNotebook, ...]:
    """Return the notebooks of a workspace that hold outputs of a client, JupyterLab's checkpoints among them.

    Parameters
    ----------
    client : str
        Name of the client.
    root : Path
        The workspace; its reports and clients' folders are deleted as a whole and not looked into.

    Notes
    -----
    A notebook is the client's when a cell names the client's folder, or an output names the company as client.yaml does.
    """
    company = _company(root / CLIENTS / client / CONFIG)
    found = ((path, _read(path)) for path in _notebooks(root))
    return tuple(
        SavedNotebook(path=path, outputs=_count(content), size_bytes=path.stat().st_size)
        for path, content in found
        if content is not None and _count(content) and _is_of(content, client, company)
    )


def clear_outputs(notebook: SavedNotebook) -> None:
    """Take all outputs out of a notebook; its cells stay.

    Raises
    ------
    OSError
        The system refuses to write the file.
    """
    content = json.loads(notebook.path.read_text(encoding="utf-8"))
    for cell in _code_cells(content):
        cell["outputs"], cell["execution_count"] = [], None
    content.get("metadata", {}).pop("widgets", None)
    notebook.path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _notebooks(root: Path) -> Iterator[Path]:
    left_out = {root / CLIENTS, root / REPORTS}
    for folder, below, files in os.walk(root):
        here = Path(folder)
        below[:] = sorted(
            name for name in below if (not name.startswith(".") or name == CHECKPOINTS) and here / name not in left_out
        )
        yield from (here / name for name in sorted(files) if name.endswith(SUFFIX))


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and isinstance(content.get("cells"), list) else None


def _code_cells(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in content["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _count(content: dict[str, Any]) -> int:
    return sum(len(cell.get("outputs") or ()) for cell in _code_cells(content))


def _is_of(content: dict[str, Any], client: str, company: str) -> bool:
    named = re.compile(rf"[\"'](?:[^\"'\n]*[/\\])?{re.escape(client)}[/\\]*[\"']")
    sources = ("".join(cell.get("source") or "") for cell in _code_cells(content))
    if any(named.search(source) for source in sources):
        return True
    outputs = json.dumps([cell.get("outputs") for cell in _code_cells(content)], ensure_ascii=False)
    return len(company) >= SHORTEST_NAME and company in outputs


def _company(file: Path) -> str:
    """Return what client.yaml calls the company, also where the rest of it cannot be read; empty where it does not tell."""
    try:
        stated = re.search(r"^name:\s*[\"']?(.+?)[\"']?\s*(?:#.*)?$", file.read_text(encoding="utf-8"), re.MULTILINE)
    except (OSError, ValueError):
        return ""
    return stated[1] if stated else ""
