"""How a result says that it is not there: in one way everywhere, with the reason and with what would help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from simkit.foundation.text import Text

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Stands for a result that is not there."""

    reason: Text
    """Why, in one sentence that a reader can be shown."""
    remedy: tuple[Text, ...] = ()
    """What to deliver or to do, one thing each; empty where nothing would help."""


def present(result: Result | Missing) -> Result | None:
    """Return a result, or None where it is missing: for what goes without it and needs no reason."""
    return None if isinstance(result, Missing) else result
