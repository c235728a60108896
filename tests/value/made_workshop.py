"""Workshops made by hand: views of people become consistent comparisons, points or swings."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from simkit.intake.workshop.value_criteria import CriteriaLibrary, library
from simkit.intake.workshop.workshop_results import COLUMNS, Workshop, made_frame

View = dict[str, float]


def made_workshop(
    *,
    pairs: dict[str, View] | None = None,
    points: dict[tuple[str, str], View] | None = None,
    judgements: pd.DataFrame | None = None,
    departments: dict[str, str] | None = None,
    criteria: tuple[str, ...] = ("margin", "growth", "loyalty", "referral"),
    **frames: pd.DataFrame,
) -> Workshop:
    pairs, points, departments = pairs or {}, points or {}, departments or {}
    compared = [
        {"participant": who, "first": a, "second": b, "ratio": view[a] / view[b]}
        for who, view in pairs.items()
        for a, b in combinations(view, 2)
    ]
    shared = [
        {"participant": who, "method": method, "criterion": name, "points": 100 * value}
        for (who, method), view in points.items()
        for name, value in view.items()
    ]
    given = judgements if judgements is not None else made_frame("judgements", compared)
    people = sorted({*pairs, *(who for who, _ in points), *given["participant"], *departments})
    made = {
        "judgements": given,
        "points": made_frame("points", shared),
        "participants": made_frame(
            "participants",
            [{"participant": who, "department": departments.get(who), "answered_on": "2026-01-01"} for who in people],
        ),
        **frames,
    }
    known = library()
    return Workshop(
        catalogue=CriteriaLibrary(criteria=tuple(known[name] for name in criteria), ratings=(known["innovation"],)),
        frames={name: made.get(name, made_frame(name, [])) for name in COLUMNS},
    )
