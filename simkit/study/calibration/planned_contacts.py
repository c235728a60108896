"""Which contacts an organisation plans, and how much of idle hours becomes more of them, so that received ones are measured.

Plans come first and never go over what customers need; idle hours fill up only what such a plan cannot explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.calibration.moment_answers import TAKE_UP

if TYPE_CHECKING:
    import pandas as pd

    from simkit.foundation.parameter_set import ParameterSet
    from simkit.study.calibration.moments import Moment

FIRST_TAKE_UP = 0.5  # as far as it is plausible; what is seen after the first step corrects it


def planned_contacts(moments: Sequence[Moment], found: pd.Series, parameters: ParameterSet) -> Mapping[str, float]:
    """Return the planned contacts by segment, and the take-up, with which the contacts received are the measured ones.

    Parameters
    ----------
    moments : sequence of Moment
        Those of contacts among them are used; parameters set by hand stay.
    found : Series
        A run's moments with ``extra_contacts.<segment>`` (those of idle hours, in `contacts` already), ``customers.<segment>``
        and ``idle`` (hours a year).

    Notes
    -----
    With planned p, received r, extra e and wanted w contacts a year, (r − e) ÷ p of a plan is carried out. The plan
    becomes (w − e) × p ÷ (r − e), at most what customers need. What then is still missing is left to idle hours: their
    take-up grows by the ratio of extra contacts wanted to those there were, in the segment that lacks most; from 0 it
    starts at the hours of the missing contacts ÷ idle hours.
    """
    changed: dict[str, float] = {}
    short: dict[str, float] = {}
    for segment, wanted in _wanted(moments, parameters):
        path = f"care.{segment}.contacts_per_year"
        planned, needed = parameters.value(path), parameters.value(f"care.{segment}.needed_contacts_per_year")
        extra = float(found[f"extra_contacts.{segment}"])
        done = float(found[f"contacts.{segment}"]) - extra
        if not (planned > 0 and done > 0):
            continue
        short[segment] = wanted - extra - needed * done / planned
        changed[path] = min(max((wanted - extra) * planned / done, parameters[path].minimum), needed)
    if short and parameters[TAKE_UP].provenance.kind != "option":
        changed[TAKE_UP] = _take_up(short, found, parameters)
    return changed


def _wanted(moments: Sequence[Moment], parameters: ParameterSet) -> Iterator[tuple[str, float]]:
    measured = {moment.group: moment.measured.value for moment in moments if moment.name == "contacts"}
    for segment in SEGMENTS:
        if segment in measured and parameters[f"care.{segment}.contacts_per_year"].provenance.kind != "option":
            yield segment, measured[segment]


def _take_up(short: Mapping[str, float], found: pd.Series, parameters: ParameterSet) -> float:
    """Return the take-up that the segment needs which lacks most; `short` is what a full plan leaves open, a year."""
    present = parameters.value(TAKE_UP)
    extra = {segment: float(found[f"extra_contacts.{segment}"]) for segment in short}
    if present > 0 and all(value > 0 for value in extra.values()):
        wanted = max(present * (1 + lack / extra[segment]) for segment, lack in short.items())
    else:
        hours = sum(
            max(lack, 0.0) * float(found[f"customers.{segment}"]) * _hours_each(segment, parameters)
            for segment, lack in short.items()
        )
        idle = float(found["idle"])
        wanted = min(present + hours / idle, FIRST_TAKE_UP) if idle > 0 else present
    return min(max(wanted, parameters[TAKE_UP].minimum), parameters[TAKE_UP].maximum)


def _hours_each(segment: str, parameters: ParameterSet) -> float:
    return sum(parameters.value(f"care.{segment}.{part}_h") for part in ("talk", "preparation", "travel"))
