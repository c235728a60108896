"""What tools cost and what they have to save: by head and month, for the staff, and in minutes a day."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from simkit.foundation.parameter_set import Parameter, ParameterSet
from simkit.foundation.text import Text
from simkit.foundation.units import MONTHS_PER_YEAR
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.rules.workload import yearly_loads
from simkit.model.specification.designs import Design
from simkit.model.specification.levers import expected, load_lever
from simkit.study.plans.lever_variants import TOOLS
from simkit.study.thresholds import thresholds

TEN_HEADS = 10
QUOTED = "tools.quoted_month"
TOOL_COLUMNS = ("item", "label_de", "label_en", "value", "unit", "source_de", "source_en", "evidence_grade")
COMPUTED = Text(de="gerechnet", en="computed")
ASSUMED = Text(de="Annahme der Maßnahme „Mehr Werkzeuge“", en="assumption of the lever 'More tools'")


def tool_stack(
    model_inputs: ModelInputs, parameters: ParameterSet, today: Design, folder: Path | None = None
) -> pd.DataFrame:
    """Return the cost of tools, and the minutes a day that they save and have to save.

    Parameters
    ----------
    folder : Path, optional
        The client's folder, whose own lever "tools" goes before the shipped one.

    Returns
    -------
    DataFrame
        Columns item, label_de, label_en, value, unit ("money", "USD", "min", "heads"), source_de, source_en, evidence_grade.

    Notes
    -----
    A tool breaks even when it saves as many minutes of paid time as it costs: minutes per day at work = 60 × hours of a
    day × cost per head and year ÷ yearly pay of a full-time post, since absence is paid for as part of the days at work.
    Saved minutes are those that a plan counts on with the lever "tools" on today's organisation, from expected hours: fixed
    administration per day, and entry of orders over posts and days at work. Caveat: a saved minute earns its pay only when it is
    used; what that brings is what the simulation tells.
    """
    parameter, heads = today.on(parameters)[TOOLS], len(model_inputs.slots)
    before = today.on(parameters)
    lever = expected(load_lever("tools", folder), parameters)
    after = today.with_levers([lever]).on(parameters)
    years = parameters.value("time.horizon_years")
    once = lever.cost.get("once_amount", 0.0) / years / heads
    more = after.value(TOOLS) - before.value(TOOLS) + lever.cost.get("per_head_amount", 0.0) + once
    more += lever.cost.get("per_year_amount", 0.0) / heads
    administration = 60 * (before.value("blocked.administration_h") - after.value("blocked.administration_h"))
    entry = 60 * (_entry_h(model_inputs, before) - _entry_h(model_inputs, after))
    rows = [
        *_price_rows(
            "own", parameter.value / MONTHS_PER_YEAR, "money", _origin(parameter), parameter.provenance.evidence_grade
        ),
        _row("own_staff", parameter.value * heads, "money", COMPUTED, "", heads=heads),
        *_quoted_rows(),
        _row("more_month", more / MONTHS_PER_YEAR, "money", lever.origin, lever.evidence_grade),
        _row("saved_administration", administration, "min", ASSUMED, ""),
        _row("saved_entry", entry, "min", ASSUMED, ""),
        _row("saved", administration + entry, "min", COMPUTED, ""),
        _row("needed_more", break_even_minutes(more, model_inputs, parameters), "min", COMPUTED, ""),
        _row("needed_own", break_even_minutes(parameter.value, model_inputs, parameters), "min", COMPUTED, ""),
    ]
    return pd.DataFrame(rows, columns=list(TOOL_COLUMNS))


def break_even_minutes(amount_per_year: float, model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return how many minutes a day at work a cost per head has to save to pay for itself.

    Parameters
    ----------
    amount_per_year : float
        Cost per head and year.
    """
    pay = float(model_inputs.slots["cost_amount"].sum() / model_inputs.slots["fte"].sum())
    return 60 * parameters.value("time.day_h") * amount_per_year / pay if pay > 0 else math.nan


def _entry_h(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Expected hours of order entry per full-time post and day at work."""
    v = parameters.value
    loads = yearly_loads(model_inputs, parameters, compile_rules(parameters, model_inputs.calendar_ratio))
    hours = sum(load.per_year * load.hours_h for load in loads if load.work == "entry")
    days = v("time.days_per_year") - v("presence.holiday_days") - v("presence.sick_days")
    return hours / (float(model_inputs.slots["fte"].sum()) * days)


def _price_rows(prefix: str, month: float, unit: str, source: Text, evidence_grade: str) -> list[tuple[object, ...]]:
    return [
        _row(f"{prefix}_month", month, unit, source, evidence_grade),
        _row(f"{prefix}_year", month * MONTHS_PER_YEAR, unit, COMPUTED, evidence_grade),
        _row(f"{prefix}_ten", month * MONTHS_PER_YEAR * TEN_HEADS, unit, COMPUTED, evidence_grade),
    ]


def _quoted_rows() -> list[tuple[object, ...]]:
    quoted = thresholds()[QUOTED]
    source = Text(de="eine einzelne Quelle", en=quoted.source)
    return _price_rows("quoted", quoted.value, quoted.unit, source, quoted.evidence_grade)


def _origin(parameter: Parameter) -> Text:
    told = parameter.provenance.origin
    return told if told.en else Text(de="Annahme", en="assumption")


def _row(
    item: str, value: float, unit: str, source: Text, evidence_grade: str, *, heads: int = 0
) -> tuple[object, ...]:
    label = LABELS[item].fill(heads=heads)
    return item, label.de, label.en, value, unit, source.de, source.en, evidence_grade


_YEAR = Text(de="je Kopf und Jahr (× 12)", en="per head and year (× 12)")
_TEN = Text(de="zehn Köpfe, ein Jahr (× 10)", en="ten heads, one year (× 10)")
LABELS = {
    "own_month": Text(de="Werkzeuge je Kopf und Monat", en="Tools per head and month"),
    "own_year": _YEAR,
    "own_ten": _TEN,
    "own_staff": Text(de="alle {heads} Köpfe, ein Jahr", en="all {heads} heads, one year"),
    "quoted_month": Text(de="Quelle: je Kopf und Monat", en="Source: per head and month"),
    "quoted_year": Text(de="Quelle: {x}", en="Source: {x}").fill(x=_YEAR),
    "quoted_ten": Text(de="Quelle: {x}", en="Source: {x}").fill(x=_TEN),
    "more_month": Text(
        de="Mehr Werkzeuge: zusätzlich je Kopf und Monat", en="More tools: in addition, per head and month"
    ),
    "saved_administration": Text(
        de="Mehr Werkzeuge: gesparte feste Verwaltung je Kopf und Tag",
        en="More tools: fixed administration saved per head and day",
    ),
    "saved_entry": Text(
        de="Mehr Werkzeuge: gesparte Auftragserfassung je Kopf und Tag",
        en="More tools: order entry saved per head and day",
    ),
    "saved": Text(de="Mehr Werkzeuge: gespart je Kopf und Tag", en="More tools: saved per head and day"),
    "needed_more": Text(
        de="Mehr Werkzeuge: nötig, damit gesparte Arbeitszeit sie bezahlt",
        en="More tools: needed for saved working time to pay for them",
    ),
    "needed_own": Text(
        de="Heutige Werkzeuge: nötig, damit gesparte Arbeitszeit sie bezahlt",
        en="Today's tools: needed for saved working time to pay for them",
    ),
}
