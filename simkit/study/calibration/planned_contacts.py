"""Which contacts an organisation plans, and how much of idle hours becomes more of them, so that received ones are measured.

Plans come first, and go over what customers need only where these get more; idle hours fill up what such a plan cannot explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.calibration.moment_answers import TAKE_UP

if TYPE_CHECKING:
    import pandas as pd

    from simkit.foundation.parameter_set import ParameterSet
    from simkit.study.calibration.moments import Moment

NEAR = 0.95  # of the measured contacts: half the gate's tolerance; who gets as many is not short of any
MOST_EXTRA = 0.8  # of them that may come from idle hours; who plans anything plans some
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
    becomes (w − e) × p ÷ (r − e), at most what customers need unless w is more. What of .95 w is still missing then is left to
    idle hours: their take-up grows by the ratio of extra contacts wanted to those there were, in the segment that lacks most;
    from 0 it starts at the hours of the missing contacts ÷ idle hours. It gives no segment more than .8 w, whoever else lacks.
    """
    changed: dict[str, float] = {}
    segments: list[_Segment] = []
    for name, wanted in _wanted(moments, parameters):
        path = f"care.{name}.contacts_per_year"
        planned, needed = parameters.value(path), parameters.value(f"care.{name}.needed_contacts_per_year")
        extra = float(found[f"extra_contacts.{name}"])
        done = float(found[f"contacts.{name}"]) - extra
        if planned > 0 and done > 0:
            most = needed if wanted < needed else parameters[path].maximum
            lack = NEAR * wanted - extra - most * done / planned
            segments.append(_Segment(name=name, wanted=wanted, extra=extra, lack=lack))
            changed[path] = min(max((wanted - extra) * planned / done, parameters[path].minimum), most)
    if segments and parameters[TAKE_UP].provenance.kind != "option":
        changed[TAKE_UP] = _take_up(segments, found, parameters)
    return changed


@dataclass(frozen=True, kw_only=True)
class _Segment:
    """Contacts of one segment, per customer and year."""

    name: str
    wanted: float
    extra: float
    lack: float
    """What the largest plan leaves open; negative where it leaves nothing."""


def _wanted(moments: Sequence[Moment], parameters: ParameterSet) -> Iterator[tuple[str, float]]:
    measured = {moment.group: moment.measured.value for moment in moments if moment.name == "contacts"}
    for segment in SEGMENTS:
        if segment in measured and parameters[f"care.{segment}.contacts_per_year"].provenance.kind != "option":
            yield segment, measured[segment]


def _take_up(segments: Sequence[_Segment], found: pd.Series, parameters: ParameterSet) -> float:
    """Return the take-up that the segment needs which lacks most."""
    present, parameter = parameters.value(TAKE_UP), parameters[TAKE_UP]
    if present > 0 and all(one.extra > 0 for one in segments):
        wanted = max(present * (1 + one.lack / one.extra) for one in segments)
        most = min(present * MOST_EXTRA * one.wanted / one.extra for one in segments)
        return min(max(wanted, parameter.minimum), most, parameter.maximum)
    hours = sum(
        max(one.lack, 0.0) * float(found[f"customers.{one.name}"]) * _hours_each(one.name, parameters)
        for one in segments
    )
    idle = float(found["idle"])
    return min(present + hours / idle, FIRST_TAKE_UP) if idle > 0 else present


def _hours_each(segment: str, parameters: ParameterSet) -> float:
    return sum(parameters.value(f"care.{segment}.{part}_h") for part in ("talk", "preparation", "travel"))
