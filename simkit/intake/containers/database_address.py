"""Tells the address of a database server from the name of a file, and finds a password where none may stand."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

SCHEMES = ("postgresql://", "postgres://")
PASSWORD = re.compile(r"(?i)\b(?:password|pgpassword|passwd|pwd)\s*=\s*[^\s&]|postgres(?:ql)?://[^\s/@:]*:[^\s/@]*@")
"""A password as it stands in an address or among the settings of a connection."""


def is_database(written: str) -> bool:
    """Whether what stands under ``file:`` is the address of a database server."""
    return written.lower().startswith(SCHEMES)


def holds_password(written: str) -> bool:
    """Whether a password stands in an address or a query."""
    if PASSWORD.search(written):
        return True
    if not is_database(written):
        return False
    try:
        parts = urlsplit(written)
        return bool(parts.password) or "password" in {key.lower() for key in parse_qs(parts.query)}
    except ValueError:
        return False
