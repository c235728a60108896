"""What the demo client's sellers note about their deals and meetings: stage, expected day, what is cleared, next steps.

All of it is drawn from streams of its own, so that what was there before stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simkit.extras.demo_client.truth import (
    ANSWERED_SHARE,
    CLAIMED_SHARES,
    CLEARED_CHANCES,
    CONTACT_ROLES,
    CONTACT_TENURE_YEARS,
    DEMO,
    LAST,
    LAST_SEEN_IN,
    MEETINGS,
    NEXT_STEP_CHANCES,
    REASON_NOTED_SHARE,
    SALES_STAGES,
    SLIP_CHANCE,
    SLIP_CHANCE_WITHOUT,
    SLIP_REASONS,
    Truth,
)
from simkit.foundation.random_streams import stream

FACTORS = tuple(CLEARED_CHANCES)


def with_notes(opportunities: pd.DataFrame, true: Truth = DEMO) -> pd.DataFrame:
    """Return the opportunities with what is true of them and what was noted.

    Parameters
    ----------
    opportunities : pandas.DataFrame
        ``stage, opened_on, closed_on, cycle``.

    Returns
    -------
    pandas.DataFrame
        More columns: ``true_deadline_qualified, true_authority_access, slip_chance, slipped`` as they are; noted, empty
        where nobody did: ``sales_stage, claimed_share, expected_on, next_step_on, slip_reason, deadline_qualified,
        authority_access, contact_role, contact_tenure_years``.
    """
    rng = stream(true.seed, -1, "demo.opportunity_notes")
    frame = opportunities.assign(sales_stage=_by_chance(opportunities["stage"], SALES_STAGES, LAST_SEEN_IN, rng))
    for name, chances in CLEARED_CHANCES.items():
        frame[f"true_{name}"] = rng.random(len(frame)) < frame["stage"].map(chances).to_numpy()
        frame[name] = np.where(
            rng.random(len(frame)) < ANSWERED_SHARE, np.where(frame[f"true_{name}"], "yes", "no"), ""
        )
    frame["slip_chance"] = slip_chance(*(frame[f"true_{name}"].to_numpy() for name in FACTORS))
    frame["slipped"] = rng.random(len(frame)) < frame["slip_chance"]
    frame["slip_reason"] = _reasons(frame, rng)
    frame["expected_on"] = _expected(frame, rng)
    waiting = (frame["stage"] == "open").to_numpy()
    frame["claimed_share"] = np.where(waiting, _claims(frame["sales_stage"], rng), np.nan)
    frame["next_step_on"] = _next_steps(len(frame), rng).where(waiting)
    return _with_contact(frame, rng)


def slip_chance(deadline: np.ndarray, access: np.ndarray) -> np.ndarray:
    """Return the chance of a slip: each lack makes a deal slip by itself, whatever else happens."""
    kept = np.full(len(deadline), 1 - SLIP_CHANCE)
    for name, cleared in zip(FACTORS, (deadline, access), strict=True):
        kept = kept * np.where(cleared, 1.0, 1 - SLIP_CHANCE_WITHOUT[name])
    return np.asarray(1 - kept)


def attributable(opportunities: pd.DataFrame) -> dict[str, float]:
    """Return the true share of the expected slips that would not happen if one factor, or both, were always cleared."""
    flags = {name: opportunities[f"true_{name}"].to_numpy() for name in FACTORS}
    every = np.ones(len(opportunities), dtype=bool)
    total = float(opportunities["slip_chance"].sum())
    shares = {
        name: 1 - float(slip_chance(*({**flags, name: every}[key] for key in FACTORS)).sum()) / total
        for name in FACTORS
    }
    return {**shares, "either": 1 - SLIP_CHANCE * len(opportunities) / total}


def with_meetings(log: pd.DataFrame, true: Truth = DEMO) -> pd.DataFrame:
    """Return the time log with the kind of meeting and whether a next step was agreed; empty where it is no meeting."""
    rng = stream(true.seed, -1, "demo.meeting_notes")
    place, agreed, noted = (rng.random(len(log)) for _ in range(3))
    kind, answer = np.full(len(log), "", dtype=object), np.full(len(log), "", dtype=object)
    for label, kinds in MEETINGS.items():
        rows = (log["label"] == label).to_numpy()
        chosen = np.searchsorted(np.cumsum([share for _, share, _ in kinds])[:-1], place[rows], side="right")
        kind[rows] = np.array([name for name, _, _ in kinds], dtype=object)[chosen]
        chance = np.array([chance for _, _, chance in kinds])[chosen]
        answer[rows] = np.where(agreed[rows] < chance, "yes", "no")
    return log.assign(meeting_type=kind, next_step=np.where(noted < ANSWERED_SHARE, answer, ""))


def _by_chance(
    group: pd.Series, choices: tuple[str, ...], chances: Mapping[str, tuple[float, ...]], rng: np.random.Generator
) -> np.ndarray:
    """Draw one choice per row, with the chances of the row's group."""
    return _drawn(choices, np.array([chances[name] for name in group]), rng)


def _drawn(choices: Sequence[str], weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one choice per row of weights, shape (rows, choices)."""
    bounds = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    chosen: np.ndarray = np.array(choices, dtype=object)[(rng.random(len(weights))[:, None] >= bounds).sum(axis=1)]
    return chosen


def _reasons(frame: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Draw why a deal slipped; a lack makes its own reason likelier, and not everybody notes one."""
    table = np.array(list(SLIP_REASONS.values()))
    lacks = [~frame[f"true_{name}"].to_numpy() for name in FACTORS]
    weight = table[:, 0] + lacks[0][:, None] * table[:, 1] + lacks[1][:, None] * table[:, 2]
    chosen = _drawn(tuple(SLIP_REASONS), weight, rng)
    return np.where(frame["slipped"] & (rng.random(len(frame)) < REASON_NOTED_SHARE), chosen, "")


def _expected(frame: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Return the day on which the deal was expected to close: before its end, or the last day, where it slipped."""
    end = frame["closed_on"].fillna(pd.Timestamp(LAST))
    late = np.clip(np.ceil(rng.gamma(1.5, 0.2, len(frame)) * frame["cycle"]), 1, frame["cycle"] - 1)
    early = np.floor(rng.exponential(12.0, len(frame)))
    return end - pd.to_timedelta(np.where(frame["slipped"], late, -early), unit="D")


def _claims(stage: pd.Series, rng: np.random.Generator) -> np.ndarray:
    claim = stage.map(CLAIMED_SHARES).to_numpy(dtype=float) + rng.normal(0.0, 0.12, len(stage))
    return np.asarray(np.clip(np.round(claim, 1), 0.1, 0.9))


def _next_steps(size: int, rng: np.random.Generator) -> pd.Series:
    """Return the day of the next step: ahead, past or none."""
    kind = rng.choice(3, size=size, p=NEXT_STEP_CHANCES)
    distance = 1 + np.floor(rng.exponential(14.0, size))
    days = pd.Series(pd.Timestamp(LAST) + pd.to_timedelta(np.where(kind == 0, distance, -distance), unit="D"))
    return days.where(kind < 2)


def _with_contact(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add whom the seller talks to, and since when that person holds the post."""
    chances = {
        "yes": tuple(yes for yes, _ in CONTACT_ROLES.values()),
        "no": tuple(no for _, no in CONTACT_ROLES.values()),
    }
    reached = pd.Series(np.where(frame["true_authority_access"], "yes", "no"))
    return frame.assign(
        contact_role=_by_chance(reached, tuple(CONTACT_ROLES), chances, rng),
        contact_tenure_years=np.round(rng.gamma(1.6, CONTACT_TENURE_YEARS / 1.6, len(frame)), 1),
    )
