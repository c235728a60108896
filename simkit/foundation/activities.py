"""The names of the activities that a present hour of a salesperson can belong to.

The names stand in this package because both the intake (what a client's labels may mean) and the model use them; labels,
groups and the definitions of published benchmarks are in :mod:`simkit.effort.taxonomy`.
"""

from __future__ import annotations

ACTIVITIES: tuple[str, ...] = (
    "selling",
    "care",
    "service",
    "preparation",
    "travel",
    "coordination",
    "prioritisation",
    "administration",
    "service_design",
    "development",
    "idle",
)
