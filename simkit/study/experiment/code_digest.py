"""One hash of the code that something rests on: what the code does counts, not its words, its layout or its folders.

Docstrings, comments and two-language texts are left out, and an imported module counts by its content instead of its path.
So a reworded sentence, or a module that moves with all its imports, is the same code.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from simkit.foundation.paths import PACKAGE

KIT = "simkit"
TEXT = "Text"
LANGUAGE_KEYWORDS = frozenset({"de", "en"})
WORDS_OF_A_TABLE = frozenset({"de", "en", "source", "source_de"})
VALUES = "parameters.yaml"
"""Not hashed as a table: a key holds the parameters that its runs take, whoever set them."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """One name that a module takes from the kit."""

    module: str
    name: str
    """What is taken; empty for a module as a whole."""
    bound: str
    """What it is called here."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """What one file does."""

    digest: str
    """Hash of its code without words and without imports from the kit."""
    imports: tuple[Import, ...]
    """What it takes from the kit when it runs; not what it imports for types alone."""


@cache
def code_digest(*modules: str) -> str:
    """Return the hash of modules and of all modules of the kit that they import, directly or through others.

    Parameters
    ----------
    *modules : str
        Dotted names of imported modules.

    Returns
    -------
    str
        Hexadecimal; empty when one of them has no file, as a notebook's cell has none.
    """
    starts = [_file_of(module) for module in modules]
    files = [file for file in starts if file is not None]
    return digest_of(files, PACKAGE) if len(files) == len(starts) else ""


def digest_of(starts: Iterable[Path], root: Path) -> str:
    """Return the hash of files and of all that they reach in the kit that stands in a folder.

    Parameters
    ----------
    root : Path
        Folder of the kit's package.
    """
    digest = hashlib.sha256()
    for line in sorted(line for file in reached(starts, root) for line in _lines(file, root)):
        digest.update(line.encode("utf-8") + b"\n")
    return digest.hexdigest()


def reached(starts: Iterable[Path], root: Path) -> set[Path]:
    """Return files and all modules of the kit that run because of them."""
    found, waiting = set(starts), list(starts)
    while waiting:
        for one in read_module(waiting.pop()).imports:
            file = _target(one, root)
            if file is not None and file not in found:
                found.add(file)
                waiting.append(file)
    return found


def _file_of(module: str) -> Path | None:
    file = getattr(sys.modules.get(module), "__file__", None)
    return Path(file) if file else None


def _lines(file: Path, root: Path) -> Iterator[str]:
    """Yield what a file adds to the hash: its code with what it imports, and its table where one lies next to it."""
    module = read_module(file)
    links = sorted(_link(one, root) for one in module.imports)
    yield json.dumps([module.digest, links])
    table = file.with_suffix(".yaml")
    if table.is_file() and table.name != VALUES:
        yield json.dumps(_numbers_of(table), sort_keys=True)


def _link(one: Import, root: Path) -> list[str]:
    """Return an import with the content of the module in place of its path."""
    file = _target(one, root)
    return [one.module if file is None else read_module(file).digest, one.name, one.bound]


@cache
def _target(one: Import, root: Path) -> Path | None:
    """Return the file that an import runs; None for a package, whose root holds no code."""
    dotted = (f"{one.module}.{one.name}", one.module) if one.name else (one.module,)
    files = (root.parent.joinpath(*name.split(".")).with_suffix(".py") for name in dotted)
    return next((file for file in files if file.is_file()), None)


def _numbers_of(table: Path) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return _without_words(yaml.load(table.read_text(encoding="utf-8"), Loader=loader))


def _without_words(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _without_words(value) for key, value in content.items() if key not in WORDS_OF_A_TABLE}
    return [_without_words(one) for one in content] if isinstance(content, list) else str(content)


@cache
def read_module(file: Path) -> Module:
    """Return what one file does."""
    reader = _Reader()
    reader.read(ast.parse(file.read_bytes(), filename=str(file)))
    digest = hashlib.sha256("\n".join(reader.parts).encode("utf-8"))
    return Module(digest=digest.hexdigest(), imports=tuple(reader.imports))


class _Reader:
    """Writes a syntax tree down without its words, and collects what it imports from the kit."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.imports: list[Import] = []

    def read(self, node: object) -> None:
        """Write one node with all below it: its kind, then its fields, whose number the kind fixes; lists have an end."""
        if isinstance(node, list):
            self.parts.append("[")
            for one in node:
                if not (self._is_import(one) or _is_words(one)):
                    self.read(one)
            self.parts.append("]")
        elif isinstance(node, ast.Call) and _is_text(node):
            self.parts.append(TEXT)
        elif isinstance(node, ast.keyword) and node.arg in LANGUAGE_KEYWORDS and _is_string(node.value):
            self.parts.append(node.arg)
        elif isinstance(node, ast.AST):
            self.parts.append(type(node).__name__)
            for field in node._fields:
                self.read(getattr(node, field, None))
        else:
            self.parts.append(repr(node))

    def _is_import(self, node: object) -> bool:
        """Collect an import from the kit, and return whether the node is one."""
        if isinstance(node, ast.ImportFrom) and _of_kit(node.module):
            for name in node.names:
                self.imports.append(Import(module=str(node.module), name=name.name, bound=name.asname or name.name))
            return True
        if isinstance(node, ast.Import) and all(_of_kit(name.name) for name in node.names):
            for name in node.names:
                self.imports.append(Import(module=name.name, name="", bound=name.asname or name.name))
            return True
        return False


def _of_kit(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] == KIT


def _is_words(node: object) -> bool:
    """Return whether a statement moves no result: a docstring, a constant that is a text, imports for types."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return isinstance(node.value, ast.Call) and _is_text(node.value)
    return isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING" and not node.orelse


def _is_text(node: ast.Call) -> bool:
    return getattr(node.func, "id", "") == TEXT


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
