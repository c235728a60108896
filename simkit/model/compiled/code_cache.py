"""Where the compiled code is kept, whether it has been made on this machine, and when what is old goes.

It lies in the user's own cache folder: the folder of the package may be read-only or on a network drive. Every version has
a folder of its own there, whose mark tells when it was last used. It holds machine code of the kit alone, nothing of a
client. This module loads neither the compiler nor the kernel.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from platformdirs import user_cache_path

FOLDER = "compiled"
MARK = "made"
KEPT_DAYS = 30
"""Days without use after which another version's code goes."""


def code_folder() -> Path:
    """Return the folder of these sources, this interpreter, this compiler and this kind of processor."""
    return all_versions() / _key()


@cache
def all_versions() -> Path:
    """Return the first folder that can be written to: the user's cache, else one for temporary files."""
    own = user_cache_path("simkit", appauthor=False) / FOLDER
    return own if _writable(own) else Path(tempfile.gettempdir()) / f"simkit-{_user()}" / FOLDER


def is_made() -> bool:
    """Tell whether the code of these sources has been compiled on this machine; what is missing all the same is made anew."""
    return (code_folder() / MARK).is_file()


def set_made() -> None:
    """Note that the code of these sources lies there, and is used; without a folder to note it in every process makes it.

    The first note of a version clears away those that nothing has used for long.
    """
    mark = code_folder() / MARK
    is_new = not mark.is_file()
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError:
        return
    if is_new:
        clear_unused()


def clear_unused() -> None:
    """Delete what other versions left behind and nothing has used for `KEPT_DAYS`.

    A process of such a version that starts in this moment compiles anew. What cannot be deleted, such as a file that Windows
    holds open or that another process deletes right now, stays.
    """
    oldest = time.time() - KEPT_DAYS * 24 * 3600
    for entry in all_versions().iterdir():
        if entry != code_folder() and _last_used(entry) < oldest:
            shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else _delete(entry)


def kernel_sources() -> list[Path]:
    """Return the files whose content is compiled."""
    folder = Path(__file__).parent
    normals = folder.parent / "inputs" / "compiled_normals.py"
    return [folder / "jit.py", folder / "layout.py", normals, *sorted(folder.rglob("*_kernel.py"))]


def _last_used(entry: Path) -> float:
    """Return when an entry, or anything in it, was last written, in seconds of the clock; one that is gone counts as new."""
    try:
        return max(one.stat().st_mtime for one in (entry, *entry.rglob("*")))
    except OSError:
        return time.time()


def _delete(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


@cache
def _key() -> str:
    digest = sha256()
    for part in _parts():
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _parts() -> Iterator[bytes]:
    yield str(Path(__file__).parent).encode()
    yield repr((sys.version, platform.machine(), platform.processor(), platform.node())).encode()
    for package in ("numba", "llvmlite", "numpy"):
        yield _version(package).encode()
    for file in kernel_sources():
        yield file.read_bytes()


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
