"""Which version this is, and where files are: the workspace that a user works in, and what simkit ships.

A checkout has the shipped folders (templates, notebooks, the demo client) beside the package; a wheel carries them inside it.
Nothing else knows which of the two is there.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text

VERSION = "0.1.0"
CLIENTS = "client_data"
DEMO_FILES = (
    "*.csv",
    "*.xlsx",
    "client.yaml",
    "logo.svg",
    "truth.yaml",
    "workshop/Fragebogen_[0-9][0-9].xlsx",
    "workshop/results/*.csv",
)
"""What the demo client consists of; whatever else work on it has left in its folder is neither shipped nor copied."""
TEMPLATE_FOLDER = "templates"
PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parent
"""Folder of the source code, for the tools that write its docs; an installed simkit has none."""
SHIPPED = CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else PACKAGE / "_shipped"
"""Folder in which templates/, notebooks/ and client_data/demo/ are; `shipped` looks a file up in it."""


def workspace(start: Path | None = None) -> Path | None:
    """Return the nearest folder, from here upwards, that holds client_data/; None without one.

    Parameters
    ----------
    start : Path, optional
        Where to begin; the present folder by default.
    """
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / CLIENTS).is_dir()), None)


def shipped(*parts: str) -> Path:
    """Return a file or folder that simkit ships, from a checkout and from an installed wheel alike.

    Parameters
    ----------
    *parts : str
        Its path, such as ``"templates", "designs"``.

    Raises
    ------
    UsageError
        If it is missing.
    """
    path = SHIPPED.joinpath(*parts)
    if not path.exists():
        raise missing(path)
    return path


def template_folders(kind: str) -> tuple[Path, ...]:
    """Return the folders that hold templates of a kind: the workspace's own, whose files go first, and the shipped one.

    Raises
    ------
    UsageError
        If there is neither.
    """
    root = workspace()
    own = () if root is None else (root / TEMPLATE_FOLDER / kind,)
    present = tuple(dict.fromkeys(folder for folder in (*own, SHIPPED / TEMPLATE_FOLDER / kind) if folder.is_dir()))
    return present or (shipped(TEMPLATE_FOLDER, kind),)


def template(kind: str, name: str) -> Path:
    """Return a template: the workspace's own file, else the shipped one.

    Parameters
    ----------
    name : str
        Name of the file.

    Raises
    ------
    UsageError
        If there is neither.
    """
    files = (folder / name for folder in template_folders(kind))
    return next((file for file in files if file.is_file()), None) or shipped(TEMPLATE_FOLDER, kind, name)


def missing(path: Path) -> UsageError:
    """Return the error that a file or folder of simkit's own is not there."""
    return UsageError(
        Text(
            de="Etwas fehlt, das zu simkit gehört; die Installation ist unvollständig.",
            en="Something that belongs to simkit is missing; the installation is not complete.",
        ),
        str(path),
        Text(
            de="Installieren Sie simkit neu: pip install --force-reinstall; im Quellordner: git restore.",
            en="Install simkit anew: pip install --force-reinstall; in a checkout: git restore.",
        ),
    )


def shown(path: Path) -> str:
    """Return a path as a user reads it: from the workspace on, or in full where it is not in it."""
    root = workspace()
    inside = root is not None and path.is_relative_to(root)
    return path.relative_to(root).as_posix() if root is not None and inside else str(path)


def as_stored(path: Path) -> Path:
    """Return a path as the disk writes it: a Mac and its archives write an umlaut as a letter and two dots."""
    try:
        if path.exists() or path.parent == path or str(path).isascii():
            return path
        parent = as_stored(path.parent)
        wanted = unicodedata.normalize("NFC", path.name)
        twins = (one for one in parent.iterdir() if unicodedata.normalize("NFC", one.name) == wanted)
        return next(twins, path)
    except OSError:
        return path
