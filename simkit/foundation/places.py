"""Where the shipped templates are; simkit is installed in place, so they lie beside the package."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TEMPLATES = CHECKOUT / "templates"
