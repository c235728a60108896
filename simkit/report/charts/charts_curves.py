"""What charts of curves share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DASHED = (0, (4, 3))
"""Line style of what a curve is held against."""


def band(axes: Axes, at: Any, ends: tuple[Any, Any], colour: str, alpha: float | None = None, **look: Any) -> None:
    """Shade what lies between the lower and the upper end of a curve."""
    low, high = ends
    axes.fill_between(at, low, high, color=colour, alpha=alpha, linewidth=0, **look)
