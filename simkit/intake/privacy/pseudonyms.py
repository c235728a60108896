"""The names under which people stand from the first read on, and the secret of each client that they hang on.

Without a secret anybody could try all personnel numbers and read off whose pseudonym comes out. The secret is made once per
client, lies in its folder and nowhere else, and goes with the folder.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from simkit.intake.settings.schemas import TABLES

SECRET_FILE = "pseudonym_secret.txt"
"""Name of the file in a client's folder; git ignores it everywhere."""
_BYTES = 32


def client_secret(folder: Path) -> str:
    """Return the secret of a client, which is made when it is first asked for.

    Parameters
    ----------
    folder : Path
        The client's folder. One that cannot be written gets a secret that lasts for this reading alone: then nothing
        can be stored in the folder that would have to fit it later.

    Notes
    -----
    Of several processes that begin at once, all take the secret of the one that wrote it first: the file appears under its name
    in one step, complete.
    """
    file = folder / SECRET_FILE
    if known := _stored(file):
        return known
    fresh = secrets.token_hex(_BYTES)
    half = folder / f"{SECRET_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(fresh + "\n")
        _place(half, file)
    except OSError:
        return _stored(file) or fresh
    finally:
        half.unlink(missing_ok=True)
    return _stored(file) or fresh


def _place(half: Path, file: Path) -> None:
    """Give the finished file its name, unless another process was first or left an empty one."""
    try:
        os.link(half, file)
    except OSError:  # there already, or a disk without hard links
        if not _stored(file):
            half.replace(file)


def _stored(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def pseudonymised(frames: Mapping[str, pd.DataFrame], secret: str) -> dict[str, pd.DataFrame]:
    """Return the tables with every person replaced, the same person alike in all tables.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Tables by name.
    secret : str
        Of the client (:func:`client_secret`); it decides the order, so that nobody without it can tell who P01 is, and P01 of
        one client says nothing about another one's. No figure hangs on the order.
    """
    places = _places(frames)
    keys = {prefix: _key(frames, places, prefix, secret) for prefix in {prefix for _, _, prefix in places}}
    replaced = dict(frames)
    for name, column, prefix in places:
        replaced[name] = replaced[name].assign(**{column: _replaced(frames[name][column], keys[prefix])})
    return replaced


def employee_key(frames: Mapping[str, pd.DataFrame], secret: str) -> dict[str, str]:
    """Return the pseudonym of each employee in the tables, for what names employees outside of them."""
    return _key(frames, _places(frames), "P", secret)


def _places(frames: Mapping[str, pd.DataFrame]) -> list[tuple[str, str, str]]:
    """Return table, column and prefix of everything that names people."""
    return [
        (name, column.name, column.person)
        for name, frame in frames.items()
        for column in TABLES[name].columns
        if column.person and column.name in frame.columns
    ]


def _key(
    frames: Mapping[str, pd.DataFrame], places: list[tuple[str, str, str]], prefix: str, secret: str
) -> dict[str, str]:
    return key_of(
        (str(x) for name, column, kind in places if kind == prefix for x in frames[name][column].dropna().unique()),
        prefix,
        secret,
    )


def key_of(people: Iterable[str], prefix: str, secret: str) -> dict[str, str]:
    """Return the pseudonym of each person, such as T01; whoever calls this keeps the key to itself."""
    shuffled = sorted(set(people), key=lambda person: fingerprint(person, prefix, secret))
    width = max(2, len(str(len(shuffled))))
    return {person: f"{prefix}{number:0{width}d}" for number, person in enumerate(shuffled, start=1)}


def fingerprint(person: str, prefix: str, secret: str) -> str:
    """Return what can stand for a person in a stored file until the person's table is read and gives the pseudonym.

    Notes
    -----
    HMAC-SHA256 (RFC 2104) under the client's secret: without it trying all numbers finds nobody.
    """
    return hmac.new(secret.encode(), f"{prefix}:{person}".encode(), hashlib.sha256).hexdigest()


def _replaced(column: pd.Series[Any], key: Mapping[str, str]) -> pd.Series[Any]:
    return column.map(key).astype("str")
