"""The service levels that a client agreed on, as a lever of the simulation: what each segment is to get from go-live on.

Today's organisation runs with the care that is measured today; the agreed levels are a plan, which can be put on any
organisation. What of them the model cannot carry is reported with the reason, and the rest counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import Kind, ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.specification.designs import shipped_designs_that_set
from simkit.model.specification.levers import Lever, load_lever
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.bilingual_texts import counted
from simkit.study.measured.client_inputs import simulated_segment
from simkit.study.measured.measured_demand import bilingual_numbers_of
from simkit.value.service.service_levels import FIELDS, check_segments, planned_level
from simkit.value.service.service_study import agreed_in

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.intake.settings.customer_settings import ServiceLevels
    from simkit.value.customers.customer_value import CustomerValue

TEXTS = Catalogue.beside(__file__)

NAME = "agreed_service_levels"
TITLE = TEXTS["title"]
PURPOSE = TEXTS["purpose"]
SOURCES = TEXTS.group("sources")
KINDS: Mapping[str, Kind] = {"workshop": "workshop", "client": "option"}
FIELD_LABELS = TEXTS.group("field_labels")
BY_PHONE = {"visit": 0.0, "phone": 1.0, "inside": 1.0}
PARTNERS = "channel."  # the parameters by which a design sells through partners
NOT_SIMULATED = TEXTS.group("not_simulated")
OUT_OF_RANGE = TEXTS["out_of_range"]
FOURTH = TEXTS["fourth"]
NOTHING_AGREED = ConfigError(
    Text(
        de="Eine Variante nimmt die vereinbarten Servicelevel, aber vereinbart ist nichts, was sich simulieren lässt.",
        en="A variant takes the agreed service levels, but nothing was agreed that can be simulated.",
    ),
    f"study.variants: {NAME}",
    Text(
        de="Servicelevel unter service_levels in client.yaml nennen oder Fragebögen einlesen (simkit workshop read).",
        en="State service levels under service_levels in client.yaml, or read questionnaires (simkit workshop read).",
    ),
)
COLUMNS = (
    "segment", "field", "field_de", "field_en", "asked", "parameter", "unit", "today", "planned", "kind", "source_de",
    "source_en", "note_de", "note_en",
)  # fmt: skip
NOTHING = Text(de="", en="")


@dataclass(frozen=True, kw_only=True)
class AgreedPlan:
    """Agreed service levels in the terms of the model."""

    lever: Lever | None = None
    """What they set, with the origin of every parameter; None when nothing was agreed that can be simulated."""
    table: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    """One row for each agreed level: ``segment, field, field_de, field_en, asked, parameter, unit, today, planned,
    kind, source_de, source_en, note_de, note_en``; ``planned`` is missing where the note tells why it is not
    simulated; the time to answer stands in hours."""


NO_PLAN = AgreedPlan()


@dataclass(frozen=True, kw_only=True)
class _Level:
    """One agreed level of one simulated segment: the parameter and its value, or why there is none."""

    segment: str
    field: str
    asked: str
    origin: str
    parameter: str = ""
    value: float = float("nan")
    note: Text = NOTHING


def agreed_plan(client: ClientData, value: CustomerValue, parameters: ParameterSet) -> AgreedPlan:
    """Return the service levels of workshop and client.yaml as a lever; the workshop goes first, as in the value layer.

    Parameters
    ----------
    client : ClientData
        With or without a workshop, with or without ``service_levels``.

    Raises
    ------
    ConfigError
        client.yaml states a level of a segment that has no customers.

    Notes
    -----
    Agreed contacts are what is planned (``care.<segment>.contacts_per_year``); how many of them are held the simulation
    shows. Needed care stays today's plan, so more contacts than today raise the care level along the response curve.
    An agreed time to answer is set against today's allowed time (``service.lapse_h``); requests that wait longer lapse.
    """
    stated = getattr(client.config, "service_levels", None)
    workshop = agreed_in(getattr(client, "workshop", None), client.config.privacy.minimum_group).levels
    if workshop is None and not (stated and stated.segments):
        return NO_PLAN
    segment = value.customers["segment"].dropna().astype(str)
    counts = {str(name): int(number) for name, number in segment.value_counts().sort_index().items()}
    assert stated is not None
    check_segments(counts, stated)
    agreed = pd.DataFrame() if workshop is None else workshop.set_index("segment")
    planned = {name: planned_level(name, stated, agreed) for name in counts}
    levels = [level for name in SEGMENTS for level in _levels_of(name, counts, planned, stated, parameters)]
    people = int(agreed["people"].min()) if len(agreed) else 0
    rows = [_checked(level, parameters) for level in levels]
    return AgreedPlan(lever=_lever(rows, client, people), table=_table(rows, parameters, client, people))


def levers_named(names: Iterable[str], agreed: Lever | None, folder: Path | None = None) -> tuple[Lever, ...]:
    """Return levers by name; the agreed service levels stand in no file.

    Raises
    ------
    ConfigError
        If they are named and nothing was agreed, or a lever does not exist or is not in order.
    """
    found = []
    for name in names:
        if name == NAME and agreed is None:
            raise NOTHING_AGREED
        found.append(agreed if agreed is not None and name == NAME else load_lever(name, folder))
    return tuple(found)


def _levels_of(
    name: str,
    counts: Mapping[str, int],
    planned: Mapping[str, Mapping[str, tuple[object, str]]],
    stated: ServiceLevels,
    parameter_set: ParameterSet,
) -> Iterator[_Level]:
    """Yield the levels of one simulated segment; a fourth class is served with the third."""
    members = [one for one in counts if simulated_segment(pd.Series([one])).iloc[0] == name]
    for field_name in FIELDS:
        given = {one: planned[one][field_name] for one in members if field_name in planned[one]}
        if not given:
            continue
        note = FOURTH.fill(names=" + ".join(members)) if len(members) > 1 else NOTHING
        asked = "; ".join(dict.fromkeys(_written(value) for value, _ in given.values()))
        level = _Level(segment=name, field=field_name, asked=asked, origin=next(iter(given.values()))[1], note=note)
        if field_name == "contacts_per_year":
            yield replace(
                level,
                parameter=f"care.{name}.contacts_per_year",
                value=_mean(members, counts, given, name, parameter_set),
            )
        else:
            yield _other(level, next(iter(given.values()))[0], parameter_set)
    yield from _hours_per_contact(name, stated, planned, parameter_set)


def _mean(
    members: list[str],
    counts: Mapping[str, int],
    given: Mapping[str, tuple[object, str]],
    name: str,
    parameter_set: ParameterSet,
) -> float:
    """Return planned contacts of a simulated segment, by customers; a member without a level counts as planned today."""
    today = parameter_set.value(f"care.{name}.contacts_per_year")
    each = {one: float(str(given[one][0])) if one in given else today for one in members}
    return sum(counts[one] * each[one] for one in members) / sum(counts[one] for one in members)


def _other(level: _Level, value: object, parameter_set: ParameterSet) -> _Level:
    """Return a level that is no number of contacts with its parameter, or with the reason why it has none."""
    name = level.segment
    if level.field == "response_h":
        factor = float(str(value)) / parameter_set.value("service.lapse_h")
        return replace(level, parameter=f"service_level.{name}.response_factor", value=factor)
    if level.field == "bespoke":
        offered = 1.0 if value in (True, "yes") else 0.0
        return replace(level, parameter=f"service_level.{name}.bespoke_allowed", value=offered)
    if level.field == "channel" and value in BY_PHONE:
        return replace(level, parameter=f"care.{name}.by_phone", value=BY_PHONE[str(value)])
    note = NOT_SIMULATED[str(value) if level.field == "channel" else level.field]
    if value == "partner":
        note = note.fill(designs=", ".join(shipped_designs_that_set(PARTNERS)))
    return replace(level, note=note)


def _hours_per_contact(
    name: str,
    stated: ServiceLevels,
    planned: Mapping[str, Mapping[str, tuple[object, str]]],
    parameter_set: ParameterSet,
) -> Iterator[_Level]:
    """Yield the parts of a contact, scaled to the hours that client.yaml states for segment or channel."""
    here = {str(key): level for key, level in stated.segments.items()}.get(name)
    channel = planned.get(name, {}).get("channel", ("", ""))[0]
    by_channel = {str(key): hours for key, hours in stated.hours_per_contact.items()}.get(str(channel))
    hours = here.hours_per_contact if here is not None and here.hours_per_contact is not None else by_channel
    if hours is None:
        return
    phone = BY_PHONE.get(str(channel), parameter_set.value(f"care.{name}.by_phone")) >= 0.5
    parts = ("preparation_h", "talk_h") if phone else ("preparation_h", "travel_h", "talk_h")
    whole = sum(parameter_set.value(f"care.{name}.{part}") for part in parts)
    for part in parts:
        parameter = f"care.{name}.{part}"
        scaled = parameter_set.value(parameter) * hours / whole if whole > 0 else hours / len(parts)
        yield _Level(
            segment=name,
            field="hours_per_contact",
            asked=_written(hours),
            origin="client",
            parameter=parameter,
            value=scaled,
        )


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _checked(level: _Level, parameter_set: ParameterSet) -> _Level:
    """Return a level without its value where the model does not allow it, with the reason."""
    if (
        not level.parameter
        or parameter_set[level.parameter].minimum <= level.value <= parameter_set[level.parameter].maximum
    ):
        return level
    parameter = parameter_set[level.parameter]
    note = OUT_OF_RANGE.fill(
        value=level.asked,
        parameter=parameter.path,
        found=f"{level.value:g}",
        low=f"{parameter.minimum:g}",
        high=f"{parameter.maximum:g}",
    )
    return replace(level, value=float("nan"), note=note)


def _lever(levels: list[_Level], client: ClientData, people: int) -> Lever | None:
    set_by = [level for level in levels if level.parameter and not math.isnan(level.value)]
    if not set_by:
        return None
    origins = {}
    for level in set_by:
        source = _source(level, client, people)
        origins[level.parameter] = Provenance(kind=KINDS[level.origin], source=source.en, source_de=source.de)
    override = {level.parameter: level.value for level in set_by}
    return Lever(name=NAME, title=TITLE, purpose=PURPOSE, override=override, origins=origins)


def _source(level: _Level, client: ClientData, people: int) -> Text:
    source = SOURCES[level.origin]
    return counted(source, people, bilingual_numbers_of(client)) if level.origin == "workshop" else source


def _table(levels: list[_Level], parameter_set: ParameterSet, client: ClientData, people: int) -> pd.DataFrame:
    rows = []
    for level in levels:
        source, label = _source(level, client, people), FIELD_LABELS[level.field]
        parameter = parameter_set[level.parameter] if level.parameter else None
        waiting_h = (
            parameter_set.value("service.lapse_h") if level.field == "response_h" else 1.0
        )  # shown as it was asked
        unit = "h" if level.field == "response_h" else parameter.unit if parameter else ""
        rows.append((
            level.segment, level.field, label.de, label.en, level.asked, level.parameter, unit,
            parameter.value * waiting_h if parameter else float("nan"), level.value * waiting_h, KINDS[level.origin],
            source.de, source.en, level.note.de, level.note.en,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
