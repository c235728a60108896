"""What it costs when a case changes the unit, and what a specialist's coordination takes."""

from __future__ import annotations

from simkit.model.run_state import Case, Entries, Unit


def giving_h(case: Case) -> float:
    """Return the giver's hours of a hand-over; the first of a case may need a clarification."""
    if not case.clarified and case.clarification < case.rules.clarification_chance:
        return case.rules.giver_h + case.rules.clarification_giver_h
    return case.rules.giver_h


def taking(case: Case) -> list[tuple[str, float]]:
    """Return the taker's entry of a hand-over, and note that the case is clarified from then on."""
    hours = case.rules.taker_h
    if not case.clarified and case.clarification < case.rules.clarification_chance:
        hours += case.rules.clarification_taker_h
    case.clarified = True
    return [("coordination", hours)] if hours > 0 else []


def with_factor(entries: Entries, factor: float) -> Entries:
    """Return entries with the coordination of a specialist."""
    return tuple((name, hours * factor if name == "coordination" else hours) for name, hours in entries)


def coordination_factor(unit: Unit, case: Case) -> float:
    """Return the effort of coordination in a unit relative to a generalist."""
    return case.rules.specialist_factor if unit.specialist else 1.0
