"""Which rules a truth comes from: a hash of the code of this world without its words."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

MODULES = (
    "accounts", "casework", "days", "draws", "firm", "open_work", "plans", "records", "settling", "staffing", "steps", "truths",
)  # fmt: skip
"""All that moves a truth; what writes the exports does not."""
LENGTH = 12


@cache
def world_digest() -> str:
    """Return a hash that changes with the rules of the world, and not with docstrings, comments or layout."""
    found = hashlib.sha256()
    for name in MODULES:
        tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [one for one in body if not _is_text(one)]  # type: ignore[attr-defined]
        found.update(ast.dump(tree).encode("utf-8"))
    return found.hexdigest()[:LENGTH]


def _is_text(node: ast.AST) -> bool:
    """Tell whether a statement is nothing but a string: a docstring, or the words below a constant or a field."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
