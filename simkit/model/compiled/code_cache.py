"""Where the compiled code is kept, and whether it has been made on this machine.

It lies in the user's own cache folder: the folder of the package may be read-only or on a network drive. It holds machine
code of the kit alone, nothing of a client. This module loads neither the compiler nor the kernel.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from platformdirs import user_cache_path

FOLDER = "compiled"
MARK = "made-"


@cache
def code_folder() -> Path:
    """Return the first folder that can be written to: the user's cache, else one for temporary files."""
    own = user_cache_path("simkit", appauthor=False) / FOLDER
    return own if _writable(own) else Path(tempfile.gettempdir()) / f"simkit-{_user()}" / FOLDER


def is_made() -> bool:
    """Tell whether the code of these sources has been compiled on this machine; what is missing all the same is made anew."""
    return _mark().is_file()


def set_made() -> None:
    """Note that the code of these sources lies there; without a folder to note it in it is made in every process."""
    mark = _mark()
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError:
        return


def kernel_sources() -> list[Path]:
    """Return the files whose content is compiled."""
    folder = Path(__file__).parent
    return [folder / "jit.py", folder / "layout.py", *sorted(folder.rglob("*_kernel.py"))]


def _mark() -> Path:
    """Return the file that tells of these sources, this interpreter, this compiler and this kind of processor."""
    return code_folder() / f"{MARK}{_key()}"


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
